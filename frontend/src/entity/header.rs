//! The head of the page of an entity: what it is at a glance.

use std::sync::Arc;

use leptos::prelude::*;
use shared::entity::{Entity, EntityRef};

use super::parts;
use super::spec_refs::{owner, spec_ref};
use super::tags::Tags;
use crate::catalog::cells::lifecycle_tone;
use crate::catalog::kinds;
use crate::extensions::{EntityContext, EntityMenuAction, EntityMenuItem, ExtensionRegistry, PageOwner};
use crate::ui::badge::Badge;
use crate::ui::entity_link::{EntityLink, entity_icon};
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::{Menu, MenuAction, MenuItem};
use crate::ui::star_button::StarButton;
use crate::ui::{numbers, words};

/// Name, kind, owner, stage, tags and the menu. The name is there before the entity has come.
#[component]
pub fn EntityHeader(
    /// What the address names.
    entity_ref: Memo<EntityRef>,
    /// The entity, once it has come.
    entity: Memo<Option<Arc<Entity>>>,
    /// What the menu acts on, once the entity has come.
    context: Signal<Option<EntityContext>>,
) -> impl IntoView {
    let spec_text = move |field: &'static str| {
        Memo::new(move |_| entity.with(|entity| entity.as_ref()?.spec_text(field).map(str::to_owned)))
    };
    let (entity_type, stage) = (spec_text("type"), spec_text("lifecycle"));
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
    let owner = Memo::new(move |_| entity.with(|entity| owner(entity.as_ref()?)));
    let system = Memo::new(move |_| entity.with(|entity| spec_ref(entity.as_ref()?, "system")));
    let related = move |relation: &'static str| {
        Memo::new(move |_| {
            entity.with(|entity| entity.as_ref().map(|entity| parts::of_kind(entity, relation, "")).unwrap_or_default())
        })
    };
    let (providers, consumers) = (related("apiProvidedBy"), related("apiConsumedBy"));
    let n_consumers = Memo::new(move |_| consumers.with(Vec::len));
    let tags = Memo::new(move |_| {
        entity.with(|entity| entity.as_ref().map(|entity| entity.metadata.tags.clone()).unwrap_or_default())
    });
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
                {move || view! { <Icon name=entity_icon(&kind.get(), entity_type.get().as_deref())/> }}
            </span>
            <div class="grow">
                <div class="row entity-head__name">
                    <h1 tabindex="-1" class="wrap-any">{name}</h1>
                    {move || view! { <StarButton entity_ref=entity_ref.get()/> }}
                    {move || stage.get().map(|stage| view! { <Badge tone=lifecycle_tone(&stage) text=words::label(&stage)/> })}
                </div>
                <div class="row text-13 muted entity-head__facts">
                    <span>
                        {kind_word}
                        {move || entity_type.get().map(|text| format!(" · {}", words::label(&text)))}
                    </span>
                    {move || exact_name.get().map(|name| view! { <span class="mono small-text">{name}</span> })}
                    {move || namespace().map(|namespace| view! { <span class="subtle">{namespace}</span> })}
                    {move || owner.get().map(|entity_ref| view! { <EntityLink entity_ref/> })}
                    {move || system.get().map(|entity_ref| view! { <EntityLink entity_ref/> })}
                    {move || {
                        let mut providers = providers.get();
                        let n_more = providers.len().saturating_sub(1);
                        (!providers.is_empty()).then(|| {
                            view! {
                                <span class="row entity-head__related">
                                    "Provided by "
                                    <EntityLink entity_ref=providers.swap_remove(0)/>
                                    {(n_more > 0).then(|| format!("and {n_more} more"))}
                                </span>
                            }
                        })
                    }}
                    {move || {
                        let n_consumers = n_consumers.get();
                        (n_consumers > 0)
                            .then(|| view! { <span class="subtle num">{numbers::counted(n_consumers, "consumer", "consumers")}</span> })
                    }}
                    {move || {
                        let tags = tags.get();
                        (!tags.is_empty()).then(|| view! { <Tags tags kind=kind.get_untracked()/> })
                    }}
                </div>
            </div>
            <div class="actions">{move || context.get().map(|context| view! { <EntityMenu context/> })}</div>
        </header>
    }
}

/// What can be done with the entity.
#[component]
fn EntityMenu(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let registry = ExtensionRegistry::of_page();
    let page = PageOwner::of_page();
    let items = Signal::derive(move || {
        context.entity.with(|entity| {
            let items = registry.with(|registry| registry.entity_menu_items(entity));
            items.into_iter().map(|item| menu_item(item, entity, context, &page)).collect::<Vec<_>>()
        })
    });
    view! {
        <Menu label="More actions" button_class="button" items>
            <Icon name=IconName::More/>
        </Menu>
    }
}

fn menu_item(item: EntityMenuItem, entity: &Entity, context: EntityContext, page: &Owner) -> MenuItem {
    let action = match item.action {
        EntityMenuAction::Open(address) => MenuAction::Open(address(entity)),
        EntityMenuAction::Run(run) => {
            let page = page.clone();
            MenuAction::Run(Callback::new(move |()| page.with(|| run(context))))
        }
    };
    MenuItem {
        label: item.label,
        icon: item.icon,
        kind: None,
        remark: None,
        is_checked: None,
        is_danger: item.is_danger,
        action,
    }
}
