//! From the click on "Register" until the entities are there.

use std::collections::HashSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::explain::{ExplainedError, LocationExplanation, LocationOutcome};
use shared::api::locations::Location;
use shared::entity::EntityRef;

use super::excerpt::ErrorFigures;
use super::places;
use crate::api::{ApiClient, ClientError};
use crate::browser;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::changes::use_catalog_changes;
use crate::ui::effect::effect;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// How often the portal is asked, beside whenever the catalog changes, in milliseconds.
const ASK_EVERY_MS: i32 = 1_000;
/// When waiting is no use any more, in milliseconds: the catalog goes on by itself.
const PATIENCE_MS: f64 = 60_000.0;
/// Entities that are listed.
const SHOWN: usize = 50;

/// A source that is registered, and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    /// The registered location.
    pub location: Location,
    /// The entities that the preview has found good.
    pub expected: Vec<EntityRef>,
}

/// How far the catalog has come with a source.
#[derive(Clone, Debug, Default, PartialEq)]
struct Progress {
    /// The entities that are there.
    present: Vec<EntityRef>,
    /// Whether everything was read that the source leads to.
    is_read: bool,
    /// What is wrong with the source.
    errors: Vec<ExplainedError>,
    n_errors: usize,
    /// Waiting was given up.
    is_given_up: bool,
}

impl Progress {
    fn is_over(&self, n_expected: usize) -> bool {
        self.is_given_up || (self.is_read && (self.present.len() >= n_expected || self.n_errors > 0))
    }
}

/// Whether a location and what it leads to were read, and what is good in it has arrived. `missing` are the expected entities
/// that were not there a moment ago.
fn is_read(explanation: &LocationExplanation, missing: &HashSet<String>) -> bool {
    explanation.location.outcome != LocationOutcome::Unread
        && explanation.targets.iter().all(|target| target.outcome != LocationOutcome::Unread)
        && explanation
            .entities
            .iter()
            .all(|entity| if entity.is_present { !missing.contains(&entity.entity_ref) } else { entity.n_errors > 0 })
}

/// Follows one source into the catalog.
#[component]
pub fn RegistrationProgress(
    /// The source.
    registered: Registered,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let progress = RwSignal::new(Progress::default());
    let failure = RwSignal::new(None::<ClientError>);
    let Registered { location, expected } = registered;
    let n_expected = expected.len();
    let expected = StoredValue::new(expected);
    let place = format!("{}:{}", location.location_type, location.target);
    let stored_place = StoredValue::new(place.clone());
    let is_asking = StoredValue::new(false);
    let look = move || {
        // The page may be gone, or a look be under way.
        if is_asking.try_update_value(|is_asking| std::mem::replace(is_asking, true)) != Some(false) {
            return;
        }
        spawn_local(async move {
            let found = look_once(client, &stored_place.get_value(), expected.get_value()).await;
            is_asking.try_set_value(false);
            match found {
                Ok(found) => {
                    failure.try_set(None);
                    progress.try_update(|progress| *progress = Progress { is_given_up: progress.is_given_up, ..found });
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
        });
    };
    let is_over = Memo::new(move |_| progress.with(|progress| progress.is_over(n_expected)));
    let follow = move || {
        let started = browser::now_ms();
        spawn_local(async move {
            while is_over.try_get_untracked() == Some(false) {
                look();
                browser::sleep(ASK_EVERY_MS).await;
                if browser::now_ms() - started > PATIENCE_MS {
                    progress.try_update(|progress| progress.is_given_up = true);
                }
            }
        });
    };
    follow();
    // Also when it is over: what was broken may be mended, and what a source leads to comes in later.
    use_catalog_changes(move |_| look());
    let sentence = Memo::new(move |_| progress.with(|progress| said(progress, n_expected)));
    effect(move || announcer.say(sentence.get()));
    let inspect = places::inspect_location(&place);
    view! {
        <section class="card registration" aria-label=format!("Registering {}", places::short(&place))>
            <div class="card-head">
                <h2>
                    {move || match (is_over.get(), progress.with(|progress| progress.n_errors > 0)) {
                        (false, _) => view! { <span class="registration__spin"><Icon name=IconName::Refresh/></span> }.into_any(),
                        (true, false) => view! { <Icon name=IconName::Check/> }.into_any(),
                        (true, true) => view! { <Icon name=IconName::Warning/> }.into_any(),
                    }}
                    {sentence}
                </h2>
                <a class="button small quiet" href=inspect>
                    <Icon name=IconName::Inspect/>
                    "Inspect"
                </a>
            </div>
            <div class="card-body stack">
                <p class="small-text muted wrap-any">{location.target.clone()}</p>
                {move || {
                    failure
                        .get()
                        .map(|error| {
                            view! {
                                <div class="banner" data-tone="warn" role="status">
                                    <Icon name=IconName::Warning/>
                                    <div>
                                        <b>"It is registered, but its state did not load. "</b>
                                        <span class="muted">{error.to_string()}</span>
                                    </div>
                                    <div class="actions">
                                        <button class="button small" type="button" on:click=move |_| look()>"Try again"</button>
                                    </div>
                                </div>
                            }
                        })
                }}
                {move || {
                    let present = progress.with(|progress| progress.present.clone());
                    let n_more = present.len().saturating_sub(SHOWN);
                    (!present.is_empty())
                        .then(|| {
                            view! {
                                <ul class="registration__entities">
                                    {present
                                        .into_iter()
                                        .take(SHOWN)
                                        .map(|entity_ref| view! { <li><EntityLink entity_ref/></li> })
                                        .collect_view()}
                                    {(n_more > 0).then(|| view! { <li class="subtle">{format!("and {} more", numbers::count(n_more))}</li> })}
                                </ul>
                            }
                        })
                }}
                {move || {
                    let (errors, n_errors) = progress.with(|progress| (progress.errors.clone(), progress.n_errors));
                    (n_errors > 0)
                        .then(|| {
                            view! {
                                <p class="small-text muted">
                                    "Mend the file and save it: the portal reads it again by itself, and what is good comes in."
                                </p>
                                <ErrorFigures errors n_errors/>
                            }
                        })
                }}
                {move || {
                    let first = progress.with(|progress| progress.present.first().cloned());
                    first
                        .filter(|_| n_expected == 1)
                        .map(|entity_ref| {
                            view! {
                                <div>
                                    <a class="button primary" href=paths::entity(&entity_ref)>{format!("Open {}", entity_ref.name)}</a>
                                </div>
                            }
                        })
                }}
            </div>
        </section>
    }
}

async fn look_once(client: ApiClient, place: &str, expected: Vec<EntityRef>) -> Result<Progress, ClientError> {
    let refs: Vec<String> = expected.iter().map(ToString::to_string).collect();
    let mut missing: HashSet<String> = refs.iter().cloned().collect();
    let found = client.entities_by_refs(refs, &["apiVersion", "kind", "metadata.name"]).await?;
    let present: Vec<EntityRef> =
        expected.into_iter().zip(found).filter_map(|(entity_ref, found)| found.map(|_| entity_ref)).collect();
    for entity_ref in &present {
        missing.remove(&entity_ref.to_string());
    }
    let explanation = match client.location_explain(place).await {
        Ok(explanation) => explanation,
        // The process that reads has not noticed it yet.
        Err(error) if error.is_not_found() => return Ok(Progress { present, ..Progress::default() }),
        Err(error) => return Err(error),
    };
    Ok(Progress {
        // Two answers of two moments: the source may have come in between them.
        is_read: is_read(&explanation, &missing),
        present,
        n_errors: explanation.n_errors,
        errors: explanation.errors,
        is_given_up: false,
    })
}

fn said(progress: &Progress, n_expected: usize) -> String {
    let n_present = progress.present.len();
    let there = numbers::counted(n_present, "entity is", "entities are");
    if !progress.is_over(n_expected) {
        return match n_present {
            0 => "Registered. The portal reads it now".to_owned(),
            _ => format!("{} of {} are in the catalog", numbers::count(n_present), numbers::count(n_expected)),
        };
    }
    match (progress.n_errors, progress.is_given_up, n_present) {
        (0, true, _) => "Registered. Reading takes longer than usual and goes on by itself".to_owned(),
        (0, false, 0) => "Registered. It describes nothing yet".to_owned(),
        (0, false, _) => format!("{there} in the catalog"),
        (n_errors, _, 0) => {
            format!("Registered, but nothing could be taken in: {}", numbers::counted(n_errors, "error", "errors"))
        }
        (n_errors, _, _) => format!("{there} in the catalog, and {}", numbers::counted(n_errors, "error", "errors")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(n_present: usize, is_read: bool, n_errors: usize) -> Progress {
        let present =
            (0..n_present).map(|number| EntityRef::new("component", "default", &number.to_string())).collect();
        Progress { present, is_read, n_errors, ..Progress::default() }
    }

    #[test]
    fn a_registration_is_over_when_everything_expected_is_there_or_something_is_wrong() {
        assert_eq!(said(&progress(0, false, 0), 2), "Registered. The portal reads it now");
        assert_eq!(said(&progress(1, true, 0), 2), "1 of 2 are in the catalog");
        assert_eq!(said(&progress(2, true, 0), 2), "2 entities are in the catalog");
        assert_eq!(said(&progress(1, true, 1), 2), "1 entity is in the catalog, and 1 error");
        assert_eq!(said(&progress(0, true, 2), 0), "Registered, but nothing could be taken in: 2 errors");
        let given_up = Progress { is_given_up: true, ..progress(0, false, 0) };
        assert!(given_up.is_over(2) && said(&given_up, 2).ends_with("goes on by itself"));
    }
}
