//! The head of the page of an entity: what it is at a glance, and its tabs.

use leptos::prelude::*;
use shared::entity::{Entity, EntityRef};

use super::related::{Related, RelatedLink, spec_ref};
use crate::catalog::cells::lifecycle_tone;
use crate::catalog::kinds;
use crate::paths;
use crate::ui::badge::Badge;
use crate::ui::entity_link::entity_icon;
use crate::ui::icon::Icon;
use crate::ui::words;

/// A tab of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What it is and what it is related to.
    Overview,
    /// The document it was read from.
    Yaml,
}

impl Tab {
    /// All tabs, in order.
    pub const ALL: [Self; 2] = [Self::Overview, Self::Yaml];

    /// The last segment of the address; empty for the overview.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Yaml => "yaml",
        }
    }

    /// The word on the tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Yaml => "YAML",
        }
    }
}

/// Name, kind, owner and stage. The name is there before the entity has come.
#[component]
pub fn EntityHeader(
    /// What the address names.
    entity_ref: Memo<EntityRef>,
    /// The entity, once it has come.
    entity: Memo<Option<Entity>>,
    /// What is known of the entities it refers to.
    related: Signal<Related>,
) -> impl IntoView {
    let text = Memo::new(move |_| {
        entity.with(|entity| entity.as_ref().and_then(|entity| entity.spec_text("type")).map(str::to_owned))
    });
    let name = Memo::new(move |_| {
        entity.with(|entity| match entity {
            Some(entity) => entity.display_name().to_owned(),
            None => entity_ref.with(|entity_ref| entity_ref.name.clone()),
        })
    });
    let exact_name = Memo::new(move |_| {
        entity
            .with(|entity| entity.as_ref().map(|entity| entity.metadata.name.clone()))
            .filter(|exact| *exact != name.get())
    });
    let stage = Memo::new(move |_| {
        entity.with(|entity| entity.as_ref().and_then(|entity| entity.spec_text("lifecycle")).map(str::to_owned))
    });
    let owner = Memo::new(move |_| entity.with(|entity| spec_ref(entity.as_ref()?, "owner")));
    let kind = Memo::new(move |_| entity_ref.with(|entity_ref| entity_ref.kind.clone()));
    let kind_word = move || {
        entity.with(|entity| entity.as_ref().map_or_else(|| kinds::one(&kind.get()), |entity| kinds::one(&entity.kind)))
    };
    let namespace = move || {
        entity_ref.with(|entity_ref| {
            (entity_ref.namespace != shared::entity::DEFAULT_NAMESPACE).then(|| format!("in {}", entity_ref.namespace))
        })
    };
    view! {
        <header class="entity-head">
            <span class="kind-tile" data-kind=kind>
                {move || view! { <Icon name=entity_icon(&kind.get(), text.get().as_deref())/> }}
            </span>
            <div class="grow">
                <div class="row entity-head__name">
                    <h1 tabindex="-1" class="wrap-any">{name}</h1>
                    {move || stage.get().map(|stage| view! { <Badge tone=lifecycle_tone(&stage) text=words::label(&stage)/> })}
                </div>
                <div class="row text-13 muted entity-head__facts">
                    <span>
                        {kind_word}
                        {move || text.get().map(|text| format!(" · {}", words::label(&text)))}
                    </span>
                    {move || exact_name.get().map(|name| view! { <span class="mono small-text">{name}</span> })}
                    {move || namespace().map(|namespace| view! { <span class="subtle">{namespace}</span> })}
                    {move || owner.get().map(|entity_ref| view! { <RelatedLink entity_ref related/> })}
                </div>
            </div>
        </header>
    }
}

/// The tabs, as links.
#[component]
pub fn EntityTabs(
    /// Whose tabs.
    entity_ref: Memo<EntityRef>,
    /// The current one; `None` when the address names none of them.
    current: Memo<Option<Tab>>,
) -> impl IntoView {
    let tab = move |tab: Tab| {
        view! {
            <a
                class="tab"
                href=move || entity_ref.with(|entity_ref| paths::entity_tab(entity_ref, tab.slug()))
                aria-current=move || (current.get() == Some(tab)).then_some("page")
                data-noscroll
            >
                {tab.label()}
            </a>
        }
    };
    view! {
        <nav class="tabs entity-tabs" aria-label=move || entity_ref.with(|entity_ref| entity_ref.name.clone())>
            {Tab::ALL.map(tab).into_iter().collect_view()}
        </nav>
    }
}
