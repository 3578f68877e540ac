//! How something came into the catalog: the steps, the way from its source, the facts.

use leptos::prelude::*;
use shared::api::explain::{
    ChainHop, ExplainedLocation, ExplainedStep, ExplainedTarget, LocationOutcome, Step, StepOutcome,
};
use shared::entity::EntityRef;

use super::places;
use super::sentence::{Sentence, sentence};
use crate::ui::card::Card;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;
use crate::ui::time::Moment;

/// A step, as people call it.
pub fn step_title(step: Step) -> &'static str {
    match step {
        Step::Read => "Read",
        Step::Parse => "Understood as YAML",
        Step::Check => "Checked against the rules of its kind",
        Step::Rules => "Allowed by the portal",
        Step::Store => "Published",
    }
}

/// How the last read of a source went, as people say it, and its tone.
pub fn outcome_word(outcome: LocationOutcome) -> (&'static str, &'static str) {
    match outcome {
        LocationOutcome::Unread => ("Not read yet", "idle"),
        LocationOutcome::Good => ("Good", "ok"),
        LocationOutcome::Broken => ("Partly wrong", "bad"),
        LocationOutcome::Failed => ("Cannot be read", "bad"),
        LocationOutcome::Absent => ("Absent, which is fine", "idle"),
    }
}

/// The steps from the source to readers, and when they are gone through again.
#[component]
pub fn Processing(
    /// The steps.
    steps: Vec<ExplainedStep>,
    /// The source, where there is one.
    #[prop(optional_no_strip)]
    location: Option<ExplainedLocation>,
) -> impl IntoView {
    let row = |step: ExplainedStep| {
        let (tone, icon, word) = match step.outcome {
            StepOutcome::Ok => ("ok", IconName::Check, "done"),
            StepOutcome::Failed => ("bad", IconName::X, "failed"),
            StepOutcome::Skipped => ("idle", IconName::Minus, "skipped"),
        };
        // The time of reading stands below, in the words of the reader.
        let message = match (step.step, step.outcome) {
            (Step::Read, StepOutcome::Ok) => String::new(),
            _ => sentence(&step.message),
        };
        view! {
            <li data-tone=tone>
                <span class="node"><Icon name=icon/></span>
                <div>
                    <b>{step_title(step.step)}</b>
                    <span class="visually-hidden">{format!(": {word}")}</span>
                    {(!message.is_empty()).then(|| view! { <p><Sentence text=message/></p> })}
                </div>
            </li>
        }
    };
    let times = location.map(|location| {
        let moment =
            |label: &'static str, at: Option<String>| at.map(|at| view! { <dt>{label}</dt> <dd><Moment at/></dd> });
        view! {
            <dl class="kv processing__times">
                {moment("Last read", location.last_attempt.clone())}
                {(location.last_attempt != location.last_success)
                    .then(|| moment("Last read well", location.last_success.clone()))}
                {moment("Next read", location.next_run.clone())}
            </dl>
            <p class="small-text subtle">"Read again " {location.next_run_reason.clone()} "."</p>
        }
    });
    view! {
        <Card id="processing" title="Processing">
            <div class="card-body stack">
                {if steps.is_empty() {
                    view! { <p class="muted">"It was not read from a source."</p> }.into_any()
                } else {
                    view! { <ol class="timeline">{steps.into_iter().map(row).collect_view()}</ol> }.into_any()
                }}
                {times}
            </div>
        </Card>
    }
}

/// The way from who registered a source down to what is looked at.
#[component]
pub fn Ancestry(
    /// The way up, the nearest first.
    chain: Vec<ChainHop>,
    /// What is looked at.
    #[prop(optional_no_strip)]
    here: Option<EntityRef>,
) -> impl IntoView {
    let mut inner = here.map(|here| {
        view! { <ul class="way"><li aria-current="true"><EntityLink entity_ref=here/></li></ul> }.into_any()
    });
    for hop in chain {
        let below = inner.take();
        let content = hop_content(&hop);
        let n_other_ways = hop.n_other_ways;
        inner = Some(
            view! {
                <ul class="way">
                    <li>
                        {content}
                        {(n_other_ways > 0)
                            .then(|| {
                                view! {
                                    <span class="small-text subtle">
                                        {format!(" {} to the next step", numbers::counted(n_other_ways, "more way leads", "more ways lead"))}
                                    </span>
                                }
                            })}
                        {below}
                    </li>
                </ul>
            }
            .into_any(),
        );
    }
    view! {
        <Card id="ancestry" title="Ancestry">
            <div class="card-body">{inner.unwrap_or_else(|| view! { <p class="muted">"Nothing leads here."</p> }.into_any())}</div>
        </Card>
    }
}

fn hop_content(hop: &ChainHop) -> AnyView {
    match (&hop.location, &hop.provider) {
        (Some(location), _) => {
            let through = hop.through.as_ref().and_then(|through| through.parse::<EntityRef>().ok());
            let href = places::inspect_location(location);
            let (title, short) = (places::in_parts(location).1.to_owned(), places::short(location));
            view! {
                <a class="entity-ref" href=href title=title>
                    <Icon name=IconName::File/>
                    <span class="wrap-any">{short}</span>
                </a>
                {through.map(|entity_ref| view! { <span class="small-text subtle">" through "</span> <EntityLink entity_ref/> })}
            }
            .into_any()
        }
        (None, Some(provider)) => {
            let (icon, words) = match provider.as_str() {
                "config" => (IconName::Terminal, "The configuration, catalog.locations".to_owned()),
                "api" => (IconName::KindUser, "Registered by somebody".to_owned()),
                other => (IconName::Catalog, format!("The provider {other}")),
            };
            let through = hop.through.as_ref().and_then(|through| through.parse::<EntityRef>().ok());
            view! {
                <span class="way__root"><Icon name=icon/> {words}</span>
                {through.map(|entity_ref| view! { <span class="small-text subtle">" as "</span> <EntityLink entity_ref/> })}
            }
            .into_any()
        }
        (None, None) => view! { <span class="subtle">"Hidden from you"</span> }.into_any(),
    }
}

/// What a location leads to.
#[component]
pub fn Targets(
    /// The targets.
    targets: Vec<ExplainedTarget>,
    /// How many there are in all.
    n_targets: usize,
) -> impl IntoView {
    let n_more = n_targets.saturating_sub(targets.len());
    let row = |target: ExplainedTarget| {
        let (word, tone) = outcome_word(target.outcome);
        let title = places::in_parts(&target.location).1.to_owned();
        view! {
            <li class="list-row">
                <Icon name=IconName::File/>
                <a class="truncate grow" href=places::inspect_location(&target.location) title=title>{places::short(&target.location)}</a>
                <span class="status" data-tone=tone>{word}</span>
            </li>
        }
    };
    view! {
        <Card id="targets" title=format!("Leads to {}", numbers::counted(n_targets, "location", "locations"))>
            <ul class="list">{targets.into_iter().map(row).collect_view()}</ul>
            {(n_more > 0).then(|| view! { <div class="card-foot subtle small-text">{format!("and {} more", numbers::count(n_more))}</div> })}
        </Card>
    }
}
