//! Why a location is as it is, at `/inspect?location=…`.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::api::explain::{ExplainedEntity, LocationExplanation};
use shared::entity::EntityRef;

use super::excerpt::ErrorFigures;
use super::places;
use super::processing::{Ancestry, Processing, Targets, outcome_word};
use super::refresh::RefreshButton;
use super::sentence::{Sentence, sentence};
use crate::api::ApiClient;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::title::use_title;
use crate::ui::card::Card;
use crate::ui::code_block::CopyButton;
use crate::ui::effect::effect;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::numbers;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(250);
/// Entities that are listed.
const SHOWN: usize = 200;

/// Which entity makes the portal read a location again: the Location entity that leads to it, else one that it describes.
fn refreshed_by(found: &LocationExplanation) -> Option<EntityRef> {
    let through = found.chain.get(1).and_then(|hop| hop.through.clone());
    let described = || found.entities.iter().find(|entity| entity.is_winner).map(|entity| entity.entity_ref.clone());
    through.or_else(described)?.parse().ok()
}

/// Why a location is as it is, or says nothing.
#[component]
pub fn SourcePage() -> impl IntoView {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let address = use_location();
    let location = Memo::new(move |old: Option<&String>| {
        let is_here = address.pathname.with(|path| path.trim_end_matches('/') == paths::patterns::INSPECT_SOURCE);
        if !is_here {
            return old.cloned().unwrap_or_default();
        }
        let pairs = address.search.with(|search| paths::query_pairs(search));
        pairs.into_iter().find(|(key, _)| key == "location").map(|(_, value)| value).unwrap_or_default()
    });
    let explanation: Load<LocationExplanation> = Load::new();
    let load = move || {
        let asked = location.get_untracked();
        if !asked.is_empty() {
            explanation.run(async move { client.location_explain(&asked).await });
        }
    };
    Effect::new(move |old: Option<String>| {
        let location = location.get();
        if old.is_some_and(|old| old != location) {
            explanation.reset();
        }
        load();
        location
    });
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !explanation.value.is_disposed() {
            load();
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |_| (read_again.borrow_mut())());
    let summary = Memo::new(move |_| {
        explanation.value.with(|value| value.as_ref()?.as_ref().ok().map(|found| sentence(&found.summary)))
    });
    effect(move || {
        if let Some(summary) = summary.get() {
            announcer.say(summary);
        }
    });
    let short = Memo::new(move |_| places::short(&location.get()));
    use_title(move || format!("Inspect {}", short.get()));
    use_breadcrumb(move || vec![Crumb::link("Problems", paths::problems()), Crumb::here(&short.get())]);
    let retry = Callback::new(move |()| load());
    let badge = move || {
        explanation.value.with(|value| {
            let found = value.as_ref()?.as_ref().ok()?;
            let (word, tone) = outcome_word(found.location.outcome);
            Some(view! { <span class="badge" data-tone=tone>{word}</span> })
        })
    };
    let refreshing =
        Memo::new(move |_| explanation.value.with(|value| value.as_ref()?.as_ref().ok().and_then(refreshed_by)));
    let content = move || {
        if location.with(String::is_empty) {
            return view! {
                <Empty icon=IconName::Inspect title="No location is named" text="Open one from the list of problems, or from an entity.">
                    <a class="button" href=paths::problems()>"Open the problems"</a>
                </Empty>
            }
            .into_any();
        }
        explanation.value.with(|value| match value {
            None => view! { <SkeletonRows rows=8 label="Loading the explanation"/> }.into_any(),
            Some(Err(error)) if error.is_not_found() => {
                let text = error.to_string().replace('`', "");
                view! {
                    <Empty icon=IconName::Inspect title="This location is not read" text>
                        <a class="button" href=paths::register()>"Register an address"</a>
                    </Empty>
                }
                .into_any()
            }
            Some(Err(error)) => {
                view! { <ErrorPanel title="The explanation did not load" error=error.clone() on_retry=retry/> }
                    .into_any()
            }
            Some(Ok(found)) => view! { <Found found=found.clone()/> }.into_any(),
        })
    };
    view! {
        <div class="page inspect">
            <header class="entity-head">
                <span class="kind-tile" data-kind="location"><Icon name=IconName::File/></span>
                <div class="grow">
                    <div class="row entity-head__name">
                        <h1 tabindex="-1" class="wrap-any">{short}</h1>
                        {badge}
                    </div>
                    <div class="row small-text subtle entity-head__facts">
                        <span class="mono wrap-any">{location}</span>
                        <CopyButton text=location label="Copy location"/>
                    </div>
                </div>
                <div class="actions">
                    {move || {
                        places::address(&location.get())
                            .map(|href| {
                                view! {
                                    <a class="button" href=href target="_blank" rel="noopener noreferrer">
                                        "Open the source"
                                        <Icon name=IconName::External/>
                                    </a>
                                }
                            })
                    }}
                    <RefreshButton entity_ref=refreshing after=retry/>
                </div>
            </header>
            <div class="inspect__tabs"></div>
            {content}
        </div>
    }
}

#[component]
fn Found(
    /// What is known.
    found: LocationExplanation,
) -> impl IntoView {
    let LocationExplanation {
        summary,
        location,
        chain,
        steps,
        errors,
        n_errors,
        entities,
        n_entities,
        targets,
        n_targets,
    } = found;
    let is_good = n_errors == 0;
    // The first hop is the location itself.
    let above = chain.into_iter().skip(1).collect::<Vec<_>>();
    let n_more = n_entities.saturating_sub(entities.len().min(SHOWN));
    let row = |entity: ExplainedEntity| {
        let ExplainedEntity { entity_ref, line, is_present, is_winner, is_orphan, n_errors } = entity;
        let (word, tone) = match () {
            () if n_errors > 0 && is_present => ("Older version shown", "bad"),
            () if n_errors > 0 => ("Invalid", "bad"),
            () if is_orphan => ("Orphan", "warn"),
            () if is_present && !is_winner => ("Another source counts", "warn"),
            () if is_present => ("In the catalog", "ok"),
            () => ("Not in the catalog", "bad"),
        };
        let parsed: Option<EntityRef> = entity_ref.parse().ok();
        parsed.map(|entity_ref| {
            let href = paths::inspect(&entity_ref);
            view! {
                <li class="list-row">
                    <span class="grow"><EntityLink entity_ref/></span>
                    <span class="status" data-tone=tone>{word}</span>
                    <span class="small-text subtle num">{format!("line {line}")}</span>
                    <a class="small-text" href=href>"Inspect"</a>
                </li>
            }
        })
    };
    view! {
        <div class="split">
            <div class="stack">
                <div class="banner" data-tone=if is_good { "ok" } else { "warn" } role="status">
                    <Icon name=if is_good { IconName::Check } else { IconName::Warning }/>
                    <div><Sentence text=sentence(&summary)/></div>
                </div>
                {(!is_good)
                    .then(|| {
                        view! {
                            <Card id="errors" title=numbers::counted(n_errors, "error", "errors")>
                                <div class="card-body"><ErrorFigures errors n_errors/></div>
                            </Card>
                        }
                    })}
                {(n_entities > 0)
                    .then(|| {
                        view! {
                            <Card id="described" title=format!("Describes {}", numbers::counted(n_entities, "entity", "entities"))>
                                <ul class="list">{entities.into_iter().take(SHOWN).map(row).collect_view()}</ul>
                                {(n_more > 0)
                                    .then(|| view! { <div class="card-foot subtle small-text">{format!("and {} more", numbers::count(n_more))}</div> })}
                            </Card>
                        }
                    })}
                {(n_targets > 0).then(|| view! { <Targets targets n_targets/> })}
            </div>
            <div class="stack">
                <Processing steps location=Some(location)/>
                <Ancestry chain=above here=None/>
            </div>
        </div>
    }
}
