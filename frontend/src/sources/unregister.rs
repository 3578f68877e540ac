//! Taking a source out, after seeing what goes with it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::api::sources::{DanglingRelation, LocationRemoval, RemovedEntity};
use shared::entity::{Entity, EntityRef};

use super::places;
use crate::api::{ApiClient, ClientError};
use crate::paths;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::dialog::Dialog;
use crate::ui::effect::effect;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::numbers;
use crate::ui::states::{ErrorPanel, SkeletonRows};
use crate::ui::words;

/// The annotation of entities that nothing describes any more.
const ORPHAN: &str = "backstage.io/orphan";
/// The annotation with the registered location that an entity comes from.
const ORIGIN: &str = "backstage.io/managed-by-origin-location";
/// Entities and relations that are listed.
const SHOWN: usize = 100;

/// The entity that is about to go.
#[derive(Clone, Debug, PartialEq)]
struct Leaving {
    entity_ref: EntityRef,
    name: String,
    uid: Option<String>,
    origin: Option<String>,
    is_orphan: bool,
}

/// Which entity is about to go, for the one dialog of the page.
#[derive(Clone, Copy)]
pub struct Unregistering {
    leaving: RwSignal<Option<Leaving>>,
    is_open: RwSignal<bool>,
}

impl Unregistering {
    /// Provides it to the whole page.
    pub fn provide() {
        provide_context(Self { leaving: RwSignal::new(None), is_open: RwSignal::new(false) });
    }

    /// Asks whether an entity shall go.
    pub fn ask(entity: &Entity) {
        let Self { leaving, is_open } = expect_context();
        let annotation = |name: &str| entity.metadata.annotations.get(name).cloned();
        leaving.set(Some(Leaving {
            entity_ref: entity.entity_ref(),
            name: entity.display_name().to_owned(),
            uid: entity.metadata.uid.clone(),
            origin: annotation(ORIGIN),
            is_orphan: annotation(ORPHAN).as_deref() == Some("true"),
        }));
        is_open.set(true);
    }
}

/// What can be done about an entity.
#[derive(Clone, Debug, PartialEq)]
enum Way {
    /// Its registered location can be taken out.
    Unregister(LocationRemoval),
    /// It comes from the configuration, or from the catalog itself.
    Configured,
    /// Nothing describes it, so it can be deleted.
    Orphan,
}

async fn way(client: ApiClient, leaving: Leaving) -> Result<Way, ClientError> {
    if leaving.is_orphan {
        return Ok(Way::Orphan);
    }
    match client.location_get_by_entity(&leaving.entity_ref).await {
        Ok(location) => client.location_removal(&location.id).await.map(Way::Unregister),
        Err(error) if error.is_not_found() => Ok(Way::Configured),
        Err(error) => Err(error),
    }
}

/// The dialog that tells what goes, and takes it out.
#[component]
pub fn UnregisterDialog() -> impl IntoView {
    let client = ApiClient::of_page();
    let Unregistering { leaving, is_open } = expect_context();
    let found: Load<Way> = Load::new();
    let load = move || {
        if let Some(leaving) = leaving.get_untracked() {
            found.run(way(client, leaving));
        }
    };
    effect(move || {
        if is_open.get() {
            found.reset();
            load();
        }
    });
    let title = Signal::derive(move || {
        let name = leaving.with(|leaving| leaving.as_ref().map(|leaving| leaving.name.clone()).unwrap_or_default());
        format!("Unregister {name}")
    });
    let retry = Callback::new(move |()| load());
    view! {
        <Dialog is_open title>
            {move || {
                let leaving = leaving.get()?;
                let content = found.value.with(|value| match value {
                    None => view! { <SkeletonRows rows=4 label="Looking for what goes"/> }.into_any(),
                    Some(Err(error)) => {
                        view! { <ErrorPanel title="What would go did not load" error=error.clone() on_retry=retry/> }.into_any()
                    }
                    Some(Ok(Way::Unregister(removal))) => {
                        view! { <Removal leaving removal=removal.clone() is_open/> }.into_any()
                    }
                    Some(Ok(Way::Configured)) => view! { <Configured leaving is_open/> }.into_any(),
                    Some(Ok(Way::Orphan)) => view! { <Orphan leaving is_open/> }.into_any(),
                });
                Some(content)
            }}
        </Dialog>
    }
}

/// What goes with a registered location.
#[component]
fn Removal(
    /// The entity that was asked about.
    leaving: Leaving,
    /// What goes.
    removal: LocationRemoval,
    /// Whether the dialog is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let toasts = Toasts::of_page();
    let navigate = use_navigate();
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ClientError>);
    let LocationRemoval { location, is_allowed, entities, n_entities, dangling, n_dangling } = removal;
    let (going, staying): (Vec<_>, Vec<_>) = entities.into_iter().partition(|entity| entity.taken_over_by.is_none());
    let (target, id) = (location.target.clone(), location.id.clone());
    let name = leaving.name.clone();
    let remove = move |_| {
        let (target, id, name, navigate) = (target.clone(), id.clone(), name.clone(), navigate.clone());
        is_busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match client.location_delete(&id).await {
                Ok(()) => {
                    is_open.try_set(false);
                    navigate(&paths::catalog(), NavigateOptions::default());
                    let gone = format!("{} left the catalog", numbers::counted(n_entities, "entity", "entities"));
                    toasts.show_with_action(
                        Tone::Info,
                        &format!("{name} is unregistered"),
                        Some(gone),
                        "Undo",
                        move || {
                            register_again(client, toasts, target.clone());
                        },
                    );
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
            is_busy.try_set(false);
        });
    };
    let n_going_more = n_entities.saturating_sub(going.len().min(SHOWN));
    let label = format!("Unregister {}", numbers::counted(n_entities, "entity", "entities"));
    let title = location.target.clone();
    view! {
        <div class="stack unregister">
            <p class="muted">
                "The catalog stops reading "
                <code class="mono wrap-any" title=title>{places::short(&location.target)}</code>
                ". The file itself stays where it is."
            </p>
            <section aria-label="What goes">
                <h3 class="section-title">{format!("{} will go", numbers::counted(n_entities, "entity", "entities"))}</h3>
                <ul class="unregister__list">
                    {going.into_iter().take(SHOWN).filter_map(removed_line).collect_view()}
                    {(n_going_more > 0).then(|| view! { <li class="subtle">{format!("and {} more", numbers::count(n_going_more))}</li> })}
                </ul>
            </section>
            {(!staying.is_empty())
                .then(|| {
                    view! {
                        <section aria-label="What stays">
                            <h3 class="section-title">"Another source takes over"</h3>
                            <ul class="unregister__list">{staying.into_iter().take(SHOWN).filter_map(removed_line).collect_view()}</ul>
                        </section>
                    }
                })}
            {(n_dangling > 0)
                .then(|| {
                    let n_more = n_dangling.saturating_sub(dangling.len().min(SHOWN));
                    view! {
                        <section aria-label="What refers to it">
                            <h3 class="section-title">
                                {format!("{} will lead nowhere", numbers::counted(n_dangling, "relation", "relations"))}
                            </h3>
                            <ul class="unregister__list">
                                {dangling.into_iter().take(SHOWN).filter_map(dangling_line).collect_view()}
                                {(n_more > 0).then(|| view! { <li class="subtle">{format!("and {} more", numbers::count(n_more))}</li> })}
                            </ul>
                        </section>
                    }
                })}
            {(!is_allowed)
                .then(|| {
                    view! {
                        <div class="banner" data-tone="warn" role="status">
                            <Icon name=IconName::Warning/>
                            <div>
                                <b>"You may not unregister it. "</b>
                                <span class="muted">"Ask whoever runs the portal for the permission to delete locations."</span>
                            </div>
                        </div>
                    }
                })}
            <Failure failure title="It was not unregistered. "/>
            <div class="unregister__actions">
                <button class="button" type="button" autofocus on:click=move |_| is_open.set(false)>"Keep it"</button>
                <button
                    class="button danger"
                    type="button"
                    disabled=!is_allowed
                    aria-busy=move || is_busy.get().to_string()
                    on:click=remove
                >
                    {label}
                </button>
            </div>
        </div>
    }
}

fn removed_line(entity: RemovedEntity) -> Option<impl IntoView> {
    let entity_ref: EntityRef = entity.entity_ref.parse().ok()?;
    let by = entity.taken_over_by.map(|by| places::short(&by));
    Some(view! {
        <li>
            <EntityLink entity_ref/>
            {by.map(|by| view! { <span class="small-text subtle wrap-any">" from " {by}</span> })}
        </li>
    })
}

fn dangling_line(relation: DanglingRelation) -> Option<impl IntoView> {
    let from: EntityRef = relation.entity_ref.parse().ok()?;
    let to: EntityRef = relation.target_ref.parse().ok()?;
    let words = words::label(&relation.relation_type).to_lowercase();
    Some(view! {
        <li>
            <EntityLink entity_ref=from/>
            <span class="small-text subtle">{words}</span>
            <EntityLink entity_ref=to/>
        </li>
    })
}

/// Registers an address once more, and says how that went.
fn register_again(client: ApiClient, toasts: Toasts, target: String) {
    spawn_local(async move {
        match client.location_create(&target).await {
            Ok(_) => toasts.show(
                Tone::Info,
                "It is registered again",
                Some("Its entities come back in a moment.".to_owned()),
            ),
            Err(error) => toasts.show(Tone::Bad, "It was not registered again", Some(error.to_string())),
        }
    });
}

/// Why an entity cannot be unregistered here, and what to do instead.
#[component]
fn Configured(
    /// The entity that was asked about.
    leaving: Leaving,
    /// Whether the dialog is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let inspect = paths::inspect(&leaving.entity_ref);
    let origin = leaving.origin.clone().unwrap_or_default();
    view! {
        <div class="stack unregister">
            <p>
                <b>{leaving.name.clone()}</b>
                " cannot be unregistered here: the configuration of this portal names its source."
            </p>
            {(!origin.is_empty()).then(|| view! { <p><code class="mono wrap-any">{origin}</code></p> })}
            <p class="muted">
                "Take that out of "
                <code class="mono">"catalog.locations"</code>
                " in the configuration, or take this document out of its file. The catalog follows by itself."
            </p>
            <div class="unregister__actions">
                <a class="button" href=inspect on:click=move |_| is_open.set(false)>
                    <Icon name=IconName::Inspect/>
                    "See where it comes from"
                </a>
                <button class="button primary" type="button" autofocus on:click=move |_| is_open.set(false)>"Close"</button>
            </div>
        </div>
    }
}

/// An entity that nothing describes any more can be deleted.
#[component]
fn Orphan(
    /// The entity that was asked about.
    leaving: Leaving,
    /// Whether the dialog is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let toasts = Toasts::of_page();
    let navigate = use_navigate();
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ClientError>);
    let (name, uid) = (leaving.name.clone(), leaving.uid.clone().unwrap_or_default());
    let remove = move |_| {
        let (name, uid, navigate) = (name.clone(), uid.clone(), navigate.clone());
        is_busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match client.entity_delete(&uid).await {
                Ok(()) => {
                    is_open.try_set(false);
                    navigate(&paths::catalog(), NavigateOptions::default());
                    toasts.show(Tone::Info, &format!("{name} is deleted"), None);
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
            is_busy.try_set(false);
        });
    };
    view! {
        <div class="stack unregister">
            <p>
                "No source describes "
                <b>{leaving.name.clone()}</b>
                " any more; the catalog has kept it as an orphan. It can be deleted, and comes back only when a file describes it again."
            </p>
            <Failure failure title="It was not deleted. "/>
            <div class="unregister__actions">
                <button class="button" type="button" autofocus on:click=move |_| is_open.set(false)>"Keep it"</button>
                <button class="button danger" type="button" aria-busy=move || is_busy.get().to_string() on:click=remove>
                    "Delete the orphan"
                </button>
            </div>
        </div>
    }
}

#[component]
fn Failure(
    /// What went wrong.
    failure: RwSignal<Option<ClientError>>,
    /// What was not done.
    title: &'static str,
) -> impl IntoView {
    move || {
        failure.get().map(|error| {
            view! {
                <div class="banner" data-tone="bad" role="alert">
                    <Icon name=IconName::Error/>
                    <div>
                        <b>{title}</b>
                        <span class="muted">{error.to_string()}</span>
                    </div>
                </div>
            }
        })
    }
}
