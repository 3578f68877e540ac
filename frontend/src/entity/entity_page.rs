//! The page of an entity, at `/catalog/:namespace/:kind/:name` and its tabs.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use serde_json::Value;
use shared::entity::{Entity, EntityRef};

use super::entity_tabs::{EntityTabs, TabHead};
use super::header::EntityHeader;
use super::near_names::entities_like;
use super::spec_refs::spec_ref;
use super::status::StatusBanners;
use crate::api::{ApiClient, ClientError, EntityDocument};
use crate::catalog::kinds;
use crate::catalog::view::CatalogView;
use crate::extensions::{EntityContext, ExtensionRegistry, use_path_param};
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::entity_memory::EntityMemory;
use crate::state::on_page::use_page_entity;
use crate::state::recent::Recents;
use crate::state::refreshing::use_refreshing;
use crate::state::title::use_title;
use crate::ui::effect::effect;
use crate::ui::entity_link::EntityLink;
use crate::ui::load::Load;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(200);

/// What is below the tabs.
#[derive(Clone, PartialEq)]
enum Face {
    Waiting,
    Failed(ClientError),
    Tab(EntityRef, String),
    NoTab,
}

/// What an entity is and what it is related to: the tabs and cards that are registered for it.
#[component]
pub fn EntityPage() -> impl IntoView {
    let registry = ExtensionRegistry::of_page();
    let entity_ref = use_entity_ref();
    let slug = use_path_param("tab");
    let (document, reload) = use_entity(entity_ref);
    let entity = Memo::new(move |_| document.value.with(|value| Some(value.as_ref()?.as_ref().ok()?.entity.clone())));
    // The entity that is shown, which is behind the address until it is read.
    let shown = Memo::new(move |_| entity.with(|entity| entity.as_ref().map(|entity| entity.entity_ref())));
    // One for each entity that is shown, not for each version of it.
    let context = Memo::new(move |_| Given(shown.get().and_then(|shown| context(&shown, entity, document, reload))));
    let context = Signal::derive(move || context.get().0);
    let name = Memo::new(move |_| {
        entity
            .with(|entity| entity.as_ref().map(|entity| entity.display_name().to_owned()))
            .unwrap_or_else(|| entity_ref.get().name)
    });
    let tabs = Memo::new(move |_| {
        entity.with(|entity| {
            let Some(entity) = entity else { return Vec::new() };
            let tabs = registry.with(|registry| registry.entity_tabs(entity));
            tabs.iter().map(|tab| TabHead::of(tab, entity)).collect()
        })
    });
    let recents = Recents::of_page();
    effect(move || {
        if let Some(entity) = entity.get() {
            recents.visit(&entity);
        }
    });
    use_breadcrumb(move || crumbs(&entity_ref.get(), &name.get(), entity.get().as_deref()));
    let is_missing =
        Memo::new(move |_| document.value.with(|value| matches!(value, Some(Err(error)) if error.is_not_found())));
    use_page_entity(Memo::new(move |_| (!is_missing.get()).then(|| entity_ref.get())));
    use_title(move || if is_missing.get() { "Not found".to_owned() } else { name.get() });
    let error =
        Memo::new(move |_| document.value.with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned())));
    let status = Signal::derive(move || entity.with(|entity| entity.as_ref().and_then(|entity| entity.status.clone())));
    let face = Memo::new(move |_| match (error.get(), shown.get()) {
        (Some(error), _) => Face::Failed(error),
        (None, None) => Face::Waiting,
        (None, Some(shown)) => {
            let slug = slug.get();
            let is_known = tabs.with(|tabs| tabs.iter().any(|tab| tab.slug == slug));
            if is_known { Face::Tab(shown, slug) } else { Face::NoTab }
        }
    });
    let content = move || match face.get() {
        Face::Failed(error) => {
            let title = format!("{} did not load", entity_ref.get_untracked().name);
            view! { <ErrorPanel title error on_retry=reload/> }.into_any()
        }
        Face::Waiting => {
            view! { <SkeletonRows rows=8 label=format!("Loading {}", entity_ref.get_untracked().name)/> }.into_any()
        }
        Face::Tab(_, slug) => {
            let view = registry.with_untracked(|registry| registry.entity_tab(&slug).map(|tab| tab.view.clone()));
            view.zip(context.get()).map(|(view, context)| view.run(context)).into_any()
        }
        Face::NoTab => view! { <NoSuchTab entity_ref/> }.into_any(),
    };
    view! {
        <div class="page">
            {move || {
                if is_missing.get() {
                    view! { <NoSuchEntity entity_ref/> }.into_any()
                } else {
                    view! {
                        <EntityHeader entity_ref entity context/>
                        <EntityTabs entity_ref tabs current=slug/>
                        <div class="stack">
                            <StatusBanners status entity_ref/>
                            {content}
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// A context is never equal to the one before: each belongs to an entity of its own.
#[derive(Clone, Copy)]
struct Given(Option<EntityContext>);

impl PartialEq for Given {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_none() && other.0.is_none()
    }
}

/// What tabs and cards are given; `None` where there is no entity yet.
fn context(
    shown: &EntityRef,
    entity: Memo<Option<Arc<Entity>>>,
    document: Load<EntityDocument>,
    reload: Callback<()>,
) -> Option<EntityContext> {
    let first = document.value.with_untracked(|value| value.as_ref()?.as_ref().ok().cloned())?;
    let (first_entity, first_document) = (first.entity, first.document);
    // Views read these until they are gone, which may be a moment after another entity is there, or none.
    let is_own = {
        let shown = shown.clone();
        move |entity: &Arc<Entity>| entity.entity_ref() == shown
    };
    let is_own_document = is_own.clone();
    let entity = Memo::new(move |old: Option<&Arc<Entity>>| {
        entity.get().filter(&is_own).or_else(|| old.cloned()).unwrap_or_else(|| first_entity.clone())
    });
    let document = Memo::new(move |old: Option<&Arc<Value>>| {
        let new = document.value.with(|value| {
            let new = value.as_ref()?.as_ref().ok()?;
            is_own_document(&new.entity).then(|| new.document.clone())
        });
        new.or_else(|| old.cloned()).unwrap_or_else(|| first_document.clone())
    });
    Some(EntityContext { entity: entity.into(), document: document.into(), reload })
}

/// The entity that the address names.
fn use_entity_ref() -> Memo<EntityRef> {
    let [kind, namespace, name] = ["kind", "namespace", "name"].map(use_path_param);
    Memo::new(move |_| EntityRef::new(&kind.get(), &namespace.get(), &name.get()))
}

/// Reads the entity of the address, and again when it changes; also answers how to read it again.
fn use_entity(entity_ref: Memo<EntityRef>) -> (Load<EntityDocument>, Callback<()>) {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let memory = EntityMemory::of_page();
    let document: Load<EntityDocument> = Load::new();
    let load = move || {
        let entity_ref = entity_ref.get_untracked();
        memory.note_asked(&entity_ref);
        document.run(async move {
            let outcome = client.entity_get(&entity_ref).await;
            if let Ok(document) = &outcome {
                memory.keep(document.clone());
            }
            outcome
        });
    };
    use_refreshing(move || document.is_loading.get() && document.value.with(|value| matches!(value, Some(Ok(_)))));
    Effect::new(move |old: Option<EntityRef>| {
        let entity_ref = entity_ref.get();
        if old.is_some_and(|old| old != entity_ref) {
            document.reset();
        }
        // What was read before is shown at once and read again in place.
        if let Some(known) = memory.recall(&entity_ref) {
            document.value.set(Some(Ok(known)));
        }
        load();
        entity_ref
    });
    let name = Memo::new(move |_| {
        document.value.with(|value| Some(value.as_ref()?.as_ref().ok()?.entity.display_name().to_owned()))
    });
    effect(move || {
        if let Some(name) = name.get() {
            announcer.say(format!("{name} loaded"));
        }
    });
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !document.value.is_disposed() {
            load();
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |change| {
        let own = entity_ref.with_untracked(ToString::to_string);
        if change.is_reset || change.entity_refs.contains(&own) {
            (read_again.borrow_mut())();
        }
    });
    (document, Callback::new(move |()| load()))
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
            <NearNames entity_ref/>
            <div class="actions">
                <a class="button" href=catalog>"Look for the name"</a>
                <a class="button" href=move || entity_ref.with(paths::inspect)>"Why is it missing?"</a>
                <a class="button quiet" href=paths::catalog()>"Open the catalog"</a>
            </div>
        </div>
    }
}

/// Names that may have been meant, where there are any.
#[component]
fn NearNames(
    /// What the address names.
    entity_ref: Memo<EntityRef>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let near: Load<Vec<EntityRef>> = Load::new();
    effect(move || {
        let entity_ref = entity_ref.get();
        near.reset();
        near.run(entities_like(client, entity_ref));
    });
    move || {
        let found = near.value.with(|value| value.as_ref()?.as_ref().ok().cloned()).unwrap_or_default();
        (!found.is_empty()).then(|| {
            let links = found.into_iter().map(|entity_ref| view! { <li><EntityLink entity_ref/></li> }).collect_view();
            view! {
                <div class="near-names">
                    <p>"Did you mean"</p>
                    <ul class="row">{links}</ul>
                </div>
            }
        })
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
