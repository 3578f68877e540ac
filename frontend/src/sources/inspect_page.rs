//! Why an entity is as it is, or is missing, at `/catalog/:namespace/:kind/:name/inspect`.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use shared::api::explain::{EntityExplanation, EntityState, ExplainedClaim, ExplainedRelations};
use shared::api::sources::EntityFields;
use shared::entity::EntityRef;

use super::excerpt::ErrorFigures;
use super::fields::{FinalEntity, SourceText};
use super::places;
use super::processing::{Ancestry, Processing, Targets};
use super::refresh::RefreshButton;
use super::sentence::{Sentence, sentence};
use crate::api::{ApiClient, ClientError};
use crate::catalog::kinds;
use crate::extensions::use_path_param;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::on_page::use_page_entity;
use crate::state::title::use_title;
use crate::ui::card::Card;
use crate::ui::code_block::CopyButton;
use crate::ui::effect::effect;
use crate::ui::entity_link::{EntityLink, entity_icon};
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::numbers;
use crate::ui::states::{ErrorPanel, SkeletonRows};
use crate::ui::words;

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(250);

/// What is below the head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum View {
    #[default]
    Summary,
    Yaml,
    Source,
}

impl View {
    fn of(slug: &str) -> Self {
        match slug {
            "yaml" => Self::Yaml,
            "source" => Self::Source,
            _ => Self::Summary,
        }
    }

    fn slug(self) -> &'static str {
        match self {
            Self::Summary => "inspect",
            Self::Yaml => "inspect/yaml",
            Self::Source => "inspect/source",
        }
    }
}

/// The state of an entity in a word, and its tone.
fn state_badge(explanation: &EntityExplanation) -> (&'static str, &'static str) {
    let keeps_last_good = explanation.claims.first().is_some_and(|claim| claim.keeps_last_good);
    match explanation.state {
        EntityState::Broken => ("Not in the catalog", "bad"),
        EntityState::Referenced => ("Missing", "bad"),
        EntityState::Present if explanation.orphan.is_some() => ("Orphan", "warn"),
        EntityState::Present if keeps_last_good => ("Not refreshing", "bad"),
        EntityState::Present if explanation.n_errors > 0 => ("Has errors", "warn"),
        EntityState::Present => ("Up to date", "ok"),
    }
}

/// Why an entity is as it is, or is missing.
#[component]
pub fn InspectPage() -> impl IntoView {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let [kind, namespace, name] = ["kind", "namespace", "name"].map(use_path_param);
    let entity_ref = Memo::new(move |_| EntityRef::new(&kind.get(), &namespace.get(), &name.get()));
    let slug = use_path_param("view");
    let shown = Memo::new(move |_| View::of(&slug.get()));
    let explanation: Load<EntityExplanation> = Load::new();
    let fields: Load<EntityFields> = Load::new();
    let load = move || {
        let asked = entity_ref.get_untracked();
        explanation.run(async move { client.entity_explain(&asked).await });
        if shown.get_untracked() != View::Summary {
            let asked = entity_ref.get_untracked();
            fields.run(async move { client.entity_fields(&asked).await });
        }
    };
    Effect::new(move |old: Option<EntityRef>| {
        let entity_ref = entity_ref.get();
        if old.is_some_and(|old| old != entity_ref) {
            explanation.reset();
            fields.reset();
        }
        load();
        entity_ref
    });
    effect(move || {
        if shown.get() != View::Summary && fields.value.with_untracked(Option::is_none) {
            let asked = entity_ref.get_untracked();
            fields.run(async move { client.entity_fields(&asked).await });
        }
    });
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !explanation.value.is_disposed() {
            load();
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    // Sources and documents that never were entities change without a word of their own, so every change is a reason.
    use_catalog_changes(move |_| (read_again.borrow_mut())());
    let summary = Memo::new(move |_| {
        explanation.value.with(|value| value.as_ref()?.as_ref().ok().map(|found| sentence(&found.summary)))
    });
    effect(move || {
        if let Some(summary) = summary.get() {
            announcer.say(summary);
        }
    });
    use_title(move || format!("Inspect {}", entity_ref.get().name));
    use_breadcrumb(move || {
        let entity_ref = entity_ref.get();
        vec![
            Crumb::link("Catalog", paths::catalog()),
            Crumb::link(&entity_ref.name, paths::entity(&entity_ref)),
            Crumb::here("Inspect"),
        ]
    });
    use_page_entity(Memo::new(move |_| Some(entity_ref.get())));
    let retry = Callback::new(move |()| load());
    let content = move || {
        explanation.value.with(|value| match value {
            None => view! { <SkeletonRows rows=8 label="Loading the explanation"/> }.into_any(),
            Some(Err(error)) if error.is_not_found() => {
                view! { <NothingKnown entity_ref error=error.clone()/> }.into_any()
            }
            Some(Err(error)) => {
                view! { <ErrorPanel title="The explanation did not load" error=error.clone() on_retry=retry/> }
                    .into_any()
            }
            Some(Ok(found)) => match shown.get() {
                View::Summary => {
                    view! { <Summary entity_ref=entity_ref.get_untracked() found=found.clone()/> }.into_any()
                }
                View::Yaml => view! { <FinalEntity fields retry/> }.into_any(),
                View::Source => view! { <SourceText fields retry errors=found.errors.clone()/> }.into_any(),
            },
        })
    };
    view! {
        <div class="page inspect">
            <Head entity_ref explanation retry/>
            <nav class="tabs inspect__tabs" aria-label="Inspect">
                <InspectTab entity_ref shown own=View::Summary label="Summary" explanation/>
                <InspectTab entity_ref shown own=View::Yaml label="Fields" explanation/>
                <InspectTab entity_ref shown own=View::Source label="Source" explanation/>
            </nav>
            {content}
        </div>
    }
}

#[component]
fn InspectTab(
    /// Of what.
    entity_ref: Memo<EntityRef>,
    /// What is shown.
    shown: Memo<View>,
    /// Which tab.
    own: View,
    /// The words.
    label: &'static str,
    /// What is known.
    explanation: Load<EntityExplanation>,
) -> impl IntoView {
    let known = Memo::new(move |_| {
        explanation.value.with(|value| {
            let found = value.as_ref()?.as_ref().ok()?;
            Some((found.n_errors, found.state == EntityState::Present))
        })
    });
    // Fields and source are those of an entity that is there.
    let is_there = move || own == View::Summary || known.get().is_some_and(|(_, is_present)| is_present);
    move || {
        is_there().then(|| {
            let n_errors = known.get().map(|(n_errors, _)| n_errors).filter(|n| *n > 0 && own == View::Summary);
            view! {
                <a
                    class="tab"
                    href=move || entity_ref.with(|entity_ref| paths::entity_tab(entity_ref, own.slug()))
                    aria-current=move || (shown.get() == own).then_some("page")
                    data-noscroll
                >
                    {label}
                    {n_errors
                        .map(|count| {
                            view! {
                                <span class="badge" data-tone="bad">
                                    {numbers::count(count)}
                                    <span class="visually-hidden">{if count == 1 { " error" } else { " errors" }}</span>
                                </span>
                            }
                        })}
                </a>
            }
        })
    }
}

#[component]
fn Head(
    /// What the address names.
    entity_ref: Memo<EntityRef>,
    /// What is known.
    explanation: Load<EntityExplanation>,
    /// Reads it again.
    retry: Callback<()>,
) -> impl IntoView {
    let badge = Memo::new(move |_| explanation.value.with(|value| value.as_ref()?.as_ref().ok().map(state_badge)));
    let present = Memo::new(move |_| {
        let is_present =
            explanation.value.with(|value| matches!(value, Some(Ok(found)) if found.state == EntityState::Present));
        is_present.then(|| entity_ref.get())
    });
    // Only files at addresses can be opened; those of the server are named.
    let source = Memo::new(move |_| {
        explanation.value.with(|value| {
            let found = value.as_ref()?.as_ref().ok()?;
            let line = found.errors.first().and_then(|error| error.line);
            places::line_address(&found.location.as_ref()?.target, line)
        })
    });
    view! {
        <header class="entity-head">
            <span class="kind-tile" data-kind=move || entity_ref.get().kind>
                {move || view! { <Icon name=entity_icon(&entity_ref.get().kind, None)/> }}
            </span>
            <div class="grow">
                <div class="row entity-head__name">
                    <h1 tabindex="-1" class="wrap-any">{move || entity_ref.get().name}</h1>
                    {move || badge.get().map(|(word, tone)| view! { <span class="badge" data-tone=tone>{word}</span> })}
                </div>
                <div class="row small-text subtle entity-head__facts">
                    <span class="mono wrap-any">{move || entity_ref.get().to_string()}</span>
                    <CopyButton text=Signal::derive(move || entity_ref.get().to_string()) label="Copy reference"/>
                </div>
            </div>
            <div class="actions">
                {move || {
                    source
                        .get()
                        .map(|href| {
                            view! {
                                <a class="button" href=href target="_blank" rel="noopener noreferrer">
                                    "Open the source"
                                    <Icon name=IconName::External/>
                                </a>
                            }
                        })
                }}
                <RefreshButton entity_ref=present after=retry/>
            </div>
        </header>
    }
}

/// Nothing describes it, and nothing refers to it.
#[component]
fn NothingKnown(
    /// What the address names.
    entity_ref: Memo<EntityRef>,
    /// What the server says.
    error: ClientError,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=IconName::Inspect/>
            <h2>{move || format!("Nothing is known of {}", entity_ref.get().name)}</h2>
            <p><Sentence text=error.to_string()/></p>
            <div class="actions">
                <a class="button" href=paths::register()>"Register its file"</a>
                <a class="button quiet" href=paths::problems()>"See what fails"</a>
            </div>
        </div>
    }
}

#[component]
fn Summary(
    /// What the address names.
    entity_ref: EntityRef,
    /// What is known.
    found: EntityExplanation,
) -> impl IntoView {
    let EntityExplanation {
        state,
        claims,
        chain,
        location,
        steps,
        errors,
        n_errors,
        orphan,
        targets,
        relations,
        uid,
        ..
    } = found;
    let tone = if state != EntityState::Present || n_errors > 0 || orphan.is_some() { "warn" } else { "ok" };
    let icon = if tone == "ok" { IconName::Check } else { IconName::Warning };
    let errors_title = match state {
        EntityState::Present => {
            format!("{} in the newest version", numbers::counted(n_errors, "error", "errors"))
        }
        EntityState::Broken | EntityState::Referenced => {
            let verb = if n_errors == 1 { "keeps" } else { "keep" };
            format!("{} {verb} it out of the catalog", numbers::counted(n_errors, "error", "errors"))
        }
    };
    let n_targets = targets.len();
    let content_hash = location.as_ref().and_then(|location| location.content_hash.clone());
    let depends_on = location.as_ref().map(|location| location.depends_on.clone()).unwrap_or_default();
    let source = location.as_ref().map(|location| format!("{}:{}", location.location_type, location.target));
    let is_referenced = state == EntityState::Referenced;
    let here = (!is_referenced).then(|| entity_ref.clone());
    let kind = kinds::one(&entity_ref.kind);
    view! {
        <div class="split">
            <div class="stack">
                <div class="banner" data-tone=tone role="status">
                    <Icon name=icon/>
                    <div><Sentence text=sentence(&found.summary)/></div>
                </div>
                {orphan
                    .map(|orphan| {
                        view! {
                            <div class="banner" data-tone="warn" role="status">
                                <Icon name=IconName::Warning/>
                                <div><b>"Why it is an orphan: "</b> <Sentence text=sentence(&orphan)/></div>
                            </div>
                        }
                    })}
                {(n_errors > 0)
                    .then(|| {
                        view! {
                            <Card id="errors" title=errors_title>
                                <div class="card-body"><ErrorFigures errors n_errors/></div>
                            </Card>
                        }
                    })}
                {is_referenced
                    .then(|| {
                        view! {
                            <div class="row">
                                <a class="button primary" href=paths::register()>{format!("Register this {}", kind.to_lowercase())}</a>
                            </div>
                        }
                    })}
                <Claims claims/>
                <Edges relations/>
                {(n_targets > 0).then(|| view! { <Targets targets n_targets/> })}
            </div>
            <div class="stack">
                {(!is_referenced).then(|| view! { <Processing steps location/> })}
                {(!chain.is_empty()).then(|| view! { <Ancestry chain here/> })}
                <Card id="facts" title="Facts">
                    <div class="card-body">
                        <dl class="kv">
                            {source
                                .map(|source| {
                                    let href = places::inspect_location(&source);
                                    let whole = places::in_parts(&source).1.to_owned();
                                    view! { <dt>"Source"</dt> <dd><a class="wrap-any" href=href title=whole>{places::short(&source)}</a></dd> }
                                })}
                            {uid.map(|uid| view! { <dt>"Entity id"</dt> <dd class="mono small-text wrap-any">{uid}</dd> })}
                            {content_hash
                                .map(|hash| view! { <dt>"Fingerprint"</dt> <dd class="mono small-text wrap-any">{hash}</dd> })}
                            {(!depends_on.is_empty())
                                .then(|| {
                                    view! {
                                        <dt>"Pulls in"</dt>
                                        <dd>
                                            {depends_on
                                                .into_iter()
                                                .map(|file| view! { <div class="wrap-any" title=file.clone()>{places::short(&file)}</div> })
                                                .collect_view()}
                                        </dd>
                                    }
                                })}
                        </dl>
                    </div>
                </Card>
            </div>
        </div>
    }
}

/// Who describes the entity, where more than one does.
#[component]
fn Claims(
    /// The descriptions; the one that counts comes first.
    claims: Vec<ExplainedClaim>,
) -> impl IntoView {
    let row = |claim: ExplainedClaim| {
        let place = match (&claim.location, &claim.provider) {
            (Some(location), _) => {
                let (href, short) = (places::inspect_location(location), places::short(location));
                view! { <a class="wrap-any" href=href>{short}</a> }.into_any()
            }
            (None, Some(provider)) => view! { <span>{format!("The provider {provider}")}</span> }.into_any(),
            (None, None) => view! { <span class="subtle">"A source that is not read any more"</span> }.into_any(),
        };
        view! {
            <li class="list-row tall">
                <Icon name=IconName::File/>
                <div class="grow">
                    <div class="row">
                        {place}
                        <span class="small-text subtle num">{format!("line {}", claim.line)}</span>
                        {claim.is_winner.then(|| view! { <span class="badge" data-tone="ok">"Counts"</span> })}
                    </div>
                    <p class="small-text muted"><Sentence text=sentence(&claim.reason)/></p>
                </div>
            </li>
        }
    };
    (claims.len() > 1).then(|| {
        view! {
            <Card id="claims" title=format!("{} sources describe it", claims.len())>
                <ul class="list">{claims.into_iter().map(row).collect_view()}</ul>
            </Card>
        }
    })
}

/// Relations that tell something: those that lead nowhere, and who waits for a missing entity.
#[component]
fn Edges(
    /// The relations.
    relations: ExplainedRelations,
) -> impl IntoView {
    let ExplainedRelations { dangling, referred_by, n_incoming } = relations;
    let dangling: Vec<(String, EntityRef)> = dangling
        .into_iter()
        .filter_map(|relation| Some((relation.relation_type, relation.target_ref.parse().ok()?)))
        .collect();
    let referrers: Vec<(String, EntityRef)> = referred_by
        .into_iter()
        .filter_map(|referrer| Some((referrer.relation_type, referrer.entity_ref.parse().ok()?)))
        .collect();
    let row = |(relation, entity_ref): (String, EntityRef)| {
        let missing = paths::inspect(&entity_ref);
        view! {
            <li class="list-row">
                <span class="small-text subtle inspect__relation">{words::label(&relation)}</span>
                <span class="grow"><EntityLink entity_ref/></span>
                <a class="small-text" href=missing>"Inspect"</a>
            </li>
        }
    };
    view! {
        {(!dangling.is_empty())
            .then(|| {
                view! {
                    <Card id="dangling" title="It refers to what is not in the catalog">
                        <ul class="list">{dangling.into_iter().map(row).collect_view()}</ul>
                    </Card>
                }
            })}
        {(!referrers.is_empty())
            .then(|| {
                view! {
                    <Card id="referrers" title=format!("{} refer to it", numbers::counted(n_incoming, "entity", "entities"))>
                        <ul class="list">{referrers.into_iter().map(row).collect_view()}</ul>
                    </Card>
                }
            })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(state: EntityState, n_errors: usize, orphan: Option<&str>) -> EntityExplanation {
        EntityExplanation { state, n_errors, orphan: orphan.map(str::to_owned), ..EntityExplanation::default() }
    }

    #[test]
    fn the_badge_says_the_most_important_thing() {
        assert_eq!(state_badge(&found(EntityState::Present, 0, None)), ("Up to date", "ok"));
        assert_eq!(state_badge(&found(EntityState::Present, 1, Some("x"))).0, "Orphan");
        assert_eq!(state_badge(&found(EntityState::Present, 1, None)).0, "Has errors");
        assert_eq!(state_badge(&found(EntityState::Broken, 1, None)).0, "Not in the catalog");
        assert_eq!(state_badge(&found(EntityState::Referenced, 0, None)).0, "Missing");
    }

    #[test]
    fn views_have_addresses() {
        for view in [View::Summary, View::Yaml, View::Source] {
            let slug = view.slug().trim_start_matches("inspect").trim_start_matches('/');
            assert_eq!(View::of(slug), view);
        }
    }
}
