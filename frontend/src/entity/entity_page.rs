//! The page of an entity, at `/catalog/:namespace/:kind/:name` and its tabs.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::catalog::CatalogChange;
use shared::entity::{Entity, EntityRef};

use super::about::{AboutCard, AnnotationsCard, LinksCard};
use super::facts::{self, DefinitionCard};
use super::header::{EntityHeader, EntityTabs, Tab};
use super::related::{Related, spec_ref};
use super::relations;
use super::relations_card::RelationsCard;
use super::status::StatusBanners;
use super::yaml::to_yaml;
use crate::api::{ApiClient, EntityDocument};
use crate::catalog::kinds;
use crate::catalog::view::CatalogView;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::title::use_title;
use crate::ui::code_block::CodeBlock;
use crate::ui::load::Load;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(200);

/// What an entity is and what it is related to.
#[component]
pub fn EntityPage() -> impl IntoView {
    let (entity_ref, tab) = use_address();
    let loaded = use_entity(entity_ref);
    let LoadedEntity { document, related, reload } = loaded;
    let entity = Memo::new(move |_| document.value.with(|value| Some(value.as_ref()?.as_ref().ok()?.entity.clone())));
    let known = Signal::derive(move || {
        related.value.with(|value| match value {
            Some(Ok(related)) => related.clone(),
            Some(Err(_)) | None => Related::default(),
        })
    });
    let name = Memo::new(move |_| {
        entity
            .with(|entity| entity.as_ref().map(|entity| entity.display_name().to_owned()))
            .unwrap_or_else(|| entity_ref.get().name)
    });
    use_breadcrumb(move || crumbs(&entity_ref.get(), &name.get(), entity.get().as_ref()));
    let is_missing =
        Memo::new(move |_| document.value.with(|value| matches!(value, Some(Err(error)) if error.is_not_found())));
    use_title(move || if is_missing.get() { "Not found".to_owned() } else { name.get() });
    let error =
        Memo::new(move |_| document.value.with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned())));
    let status = Signal::derive(move || entity.with(|entity| entity.as_ref().and_then(|entity| entity.status.clone())));
    let content = move || {
        if let Some(error) = error.get() {
            let title = format!("{} did not load", entity_ref.get_untracked().name);
            return view! { <ErrorPanel title error on_retry=reload/> }.into_any();
        }
        if entity.with(Option::is_none) {
            return view! { <SkeletonRows rows=8 label=format!("Loading {}", entity_ref.get_untracked().name)/> }
                .into_any();
        }
        match tab.get() {
            Some(Tab::Overview) => view! { <Overview entity known/> }.into_any(),
            Some(Tab::Yaml) => view! { <YamlTab document/> }.into_any(),
            None => view! { <NoSuchTab entity_ref/> }.into_any(),
        }
    };
    view! {
        <div class="page">
            {move || {
                if is_missing.get() {
                    view! { <NoSuchEntity entity_ref/> }.into_any()
                } else {
                    view! {
                        <EntityHeader entity_ref entity related=known/>
                        <EntityTabs entity_ref current=tab/>
                        <div class="stack">
                            <StatusBanners status/>
                            {content}
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// The entity and the tab that the address names. They keep their values while the reader is on the way elsewhere.
fn use_address() -> (Memo<EntityRef>, Memo<Option<Tab>>) {
    let params = use_params_map();
    let part = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let entity_ref = Memo::new(move |_| EntityRef::new(&part("kind"), &part("namespace"), &part("name")));
    let tab = Memo::new(move |_| {
        let slug = part("tab");
        Tab::ALL.into_iter().find(|tab| tab.slug() == slug)
    });
    (entity_ref, tab)
}

/// An entity, what it refers to, and a way to read both again.
#[derive(Clone, Copy)]
struct LoadedEntity {
    document: Load<EntityDocument>,
    related: Load<Related>,
    reload: Callback<()>,
}

/// Reads the entity of the address, then everything it refers to in one request; again when one of them changes.
fn use_entity(entity_ref: Memo<EntityRef>) -> LoadedEntity {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let document: Load<EntityDocument> = Load::new();
    let related: Load<Related> = Load::new();
    let load = move || {
        let entity_ref = entity_ref.get_untracked();
        document.run(async move { client.entity_get(&entity_ref).await });
    };
    Effect::new(move |old: Option<EntityRef>| {
        let entity_ref = entity_ref.get();
        if old.is_some_and(|old| old != entity_ref) {
            document.reset();
            related.reset();
        }
        load();
        entity_ref
    });
    // Only an entity that has changed asks for its neighbours again.
    let entity = Memo::new(move |_| document.value.with(|value| Some(value.as_ref()?.as_ref().ok()?.entity.clone())));
    Effect::new(move |_| {
        if let Some(entity) = entity.get() {
            announcer.say(format!("{} loaded", entity.display_name()));
            related.run(Related::load(client, entity));
        }
    });
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if document.value.is_disposed() {
            return;
        }
        load();
        if let Some(entity) = entity.get_untracked() {
            related.run(Related::load(client, entity));
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |change| {
        let concerns_page = entity_ref.with_untracked(|entity_ref| concerns(change, entity_ref, &related));
        if concerns_page {
            (read_again.borrow_mut())();
        }
    });
    LoadedEntity { document, related, reload: Callback::new(move |()| load()) }
}

/// Whether a change touches what the page shows.
fn concerns(change: &CatalogChange, entity_ref: &EntityRef, related: &Load<Related>) -> bool {
    let own = entity_ref.to_string();
    change.is_reset
        || change.entity_refs.iter().any(|changed| {
            *changed == own
                || related.value.with_untracked(|value| matches!(value, Some(Ok(related)) if related.holds(changed)))
        })
}

/// Catalog, then the system if there is one, then the entity.
fn crumbs(entity_ref: &EntityRef, name: &str, entity: Option<&Entity>) -> Vec<Crumb> {
    let catalog = CatalogView::parse("").with_kind(&entity_ref.kind);
    let mut crumbs = vec![Crumb::link(&kinds::many(&entity_ref.kind), catalog.address())];
    if let Some(system) = entity.and_then(|entity| spec_ref(entity, "system")) {
        crumbs.push(Crumb::link(&system.name, paths::entity(&system)));
    }
    crumbs.push(Crumb::here(name));
    crumbs
}

/// What it is and what it is related to.
#[component]
fn Overview(
    /// The entity.
    entity: Memo<Option<Entity>>,
    /// What is known of the entities it refers to.
    known: Signal<Related>,
) -> impl IntoView {
    let groups =
        Signal::derive(move || entity.with(|entity| entity.as_ref().map(relations::grouped).unwrap_or_default()));
    let definition = Memo::new(move |_| entity.with(|entity| entity.as_ref().and_then(facts::definition)));
    // A change of relations or status alone must not draw the facts again.
    let facts = Memo::new(move |_| {
        let mut entity = entity.get()?;
        entity.relations.retain(|relation| relation.relation_type == "ownedBy");
        entity.status = None;
        Some(entity)
    });
    view! {
        <div class="split">
            <div class="stack">
                {move || facts.get().map(|entity| view! { <AboutCard entity related=known/> })}
                <DefinitionCard definition/>
                <RelationsCard groups related=known/>
            </div>
            <div class="stack entity-side">
                {move || {
                    facts
                        .get()
                        .map(|entity| {
                            view! {
                                <LinksCard links=entity.metadata.links.clone()/>
                                <AnnotationsCard entity/>
                            }
                        })
                }}
            </div>
        </div>
    }
}

/// The whole document.
#[component]
fn YamlTab(
    /// The document, as it was read.
    document: Load<EntityDocument>,
) -> impl IntoView {
    let text = Memo::new(move |_| {
        document.value.with(|value| match value {
            Some(Ok(found)) => to_yaml(&found.document),
            Some(Err(_)) | None => String::new(),
        })
    });
    view! {
        <h2 class="visually-hidden">"YAML"</h2>
        <CodeBlock title="The entity as the catalog serves it" text/>
    }
}

/// The catalog has no such entity, or this person may not see it.
#[component]
fn NoSuchEntity(
    /// What the address names.
    entity_ref: Memo<EntityRef>,
) -> impl IntoView {
    let catalog = move || {
        let EntityRef { kind, name, .. } = entity_ref.get();
        let mut view = CatalogView::parse("").with_kind(&kind);
        view.text = name;
        view.address()
    };
    view! {
        <div class="empty">
            <b class="num subtle empty__code">"404"</b>
            <h1 tabindex="-1" class="wrap-any">{move || format!("There is no {}", entity_ref.get().name)}</h1>
            <p>
                {move || {
                    let EntityRef { kind, namespace, .. } = entity_ref.get();
                    format!(
                        "The catalog has no {} of this name in the namespace {namespace}, or you may not see it. \
                        It may have been renamed, or its file is no longer read.",
                        kinds::one(&kind),
                    )
                }}
            </p>
            <div class="actions">
                <a class="button" href=catalog>"Look for the name"</a>
                <a class="button quiet" href=paths::catalog()>"Open the catalog"</a>
            </div>
        </div>
    }
}

/// The address names a tab that does not exist.
#[component]
fn NoSuchTab(
    /// What the address names.
    entity_ref: Memo<EntityRef>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"There is no such tab"</h2>
            <p>"The address may be mistyped, or the tab belongs to a part that this portal does not have."</p>
            <div class="actions">
                <a class="button" href=move || entity_ref.with(paths::entity)>"Open the overview"</a>
            </div>
        </div>
    }
}
