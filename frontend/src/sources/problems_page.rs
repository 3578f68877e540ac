//! Everything that is wrong, at `/problems`.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::api::explain::{OwnerProblems, Problem, ProblemsPage as Found};
use shared::api::sources::StepProblems;
use shared::entity::EntityRef;

use super::places;
use super::problems_view::{Owner, ProblemsView, step_label, step_name};
use super::sentence::{Sentence, in_two};
use crate::api::ApiClient;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::session::SessionState;
use crate::state::title::use_title;
use crate::ui::effect::effect;
use crate::ui::entity_link::{EntityLink, entity_icon, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::menu::{Menu, MenuAction, MenuItem};
use crate::ui::numbers;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(400);
/// How long the reader must pause before the text counts.
const TYPING_PAUSE: Duration = Duration::from_millis(150);
/// How many more problems are shown at a time.
const MORE: usize = 200;

/// Everything that is wrong with sources and documents, with whom it concerns.
#[component]
pub fn ProblemsPage() -> impl IntoView {
    let client = ApiClient::of_page();
    let session = SessionState::of_page();
    let announcer = Announcer::of_page();
    let location = use_location();
    let navigate = use_navigate();
    let view = Memo::new(move |old: Option<&ProblemsView>| {
        let is_here = location.pathname.with(|path| path.trim_end_matches('/') == paths::problems());
        match old {
            Some(old) if !is_here => old.clone(),
            _ => location.search.with(|search| ProblemsView::parse(search)),
        }
    });
    let n_wanted = RwSignal::new(0_usize);
    let problems: Load<Found> = Load::new();
    // A token that is renewed is the same reader.
    let mine = Memo::new(move |_| session.ownership_refs());
    let load = move || {
        let (view, mine) = (view.get_untracked(), mine.get_untracked());
        // Who has no references has no problems; without any the server would tell of everybody's.
        if view.owner == Owner::Mine && mine.is_empty() {
            problems.reset();
            problems.value.set(Some(Ok(Found::default())));
            return;
        }
        let query = view.query(&mine, n_wanted.get_untracked());
        problems.run(async move { client.problems_query(&query).await });
    };
    effect(move || {
        view.track();
        mine.track();
        n_wanted.set(0);
        problems.outdate();
        load();
    });
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !problems.value.is_disposed() {
            load();
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |_| (read_again.borrow_mut())());
    let on_change = Callback::new(move |changed: ProblemsView| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&changed.address(), options);
    });
    let n_total =
        Memo::new(move |_| problems.value.with(|value| value.as_ref()?.as_ref().ok().map(|found| found.total_items)));
    effect(move || {
        if let Some(n_total) = n_total.get() {
            announcer.say(numbers::counted(n_total, "problem", "problems"));
        }
    });
    use_title(|| "Problems".to_owned());
    use_breadcrumb(|| vec![Crumb::here("Problems")]);
    let number = move || {
        let n_total = n_total.get()?;
        let noun = if n_total == 1 { " problem" } else { " problems" };
        Some(view! { {numbers::count(n_total)} <span class="visually-hidden">{noun}</span> })
    };
    let retry = Callback::new(move |()| load());
    let content = move || {
        problems.value.with(|value| match value {
            None => view! { <SkeletonRows rows=8 label="Loading the problems"/> }.into_any(),
            Some(Err(error)) => {
                view! { <ErrorPanel title="The problems did not load" error=error.clone() on_retry=retry/> }.into_any()
            }
            Some(Ok(found)) if found.items.is_empty() && !view.get().is_filtered() => view! {
                <Empty icon=IconName::Check title="Nothing is wrong" text="Every source can be read, and every document keeps the rules. New problems appear here by themselves.">
                    <a class="button" href=paths::catalog()>"Open the catalog"</a>
                </Empty>
            }
            .into_any(),
            Some(Ok(found)) if found.items.is_empty() => view! {
                <Empty icon=IconName::Check title="Nothing is wrong here" text="No problem meets these filters.">
                    <button class="button" type="button" on:click=move |_| on_change.run(ProblemsView::default())>
                        "Show all problems"
                    </button>
                </Empty>
            }
            .into_any(),
            Some(Ok(found)) => {
                let n_more = found.total_items.saturating_sub(found.items.len());
                let n_shown = found.items.len();
                let can_grow = found.page_info.next_cursor.is_some() && n_shown < 1_000;
                view! {
                    <section class="card" aria-label="Problems">
                        <ul class="list problems">
                            {found.items.clone().into_iter().map(|problem| view! { <ProblemRow problem/> }).collect_view()}
                        </ul>
                        {(n_more > 0)
                            .then(|| {
                                view! {
                                    <div class="card-foot">
                                        {can_grow
                                            .then(|| {
                                                view! {
                                                    <button
                                                        class="button small quiet"
                                                        type="button"
                                                        on:click=move |_| {
                                                            n_wanted.set(n_shown + MORE);
                                                            load();
                                                        }
                                                    >
                                                        "Show more"
                                                    </button>
                                                }
                                            })}
                                        <span class="small-text subtle">{format!("{} more", numbers::count(n_more))}</span>
                                    </div>
                                }
                            })}
                    </section>
                }
                .into_any()
            }
        })
    };
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <div class="row">
                        <h1 tabindex="-1">"Problems"</h1>
                        <span class="subtle num">{number}</span>
                    </div>
                    <p class="muted">"Sources that cannot be read, and documents that break a rule. The catalog keeps their last good version."</p>
                </div>
            </div>
            <Filters view problems on_change/>
            {content}
        </div>
    }
}

#[component]
fn Filters(
    /// What is shown.
    view: Memo<ProblemsView>,
    /// What was found.
    problems: Load<Found>,
    /// Shows something else.
    on_change: Callback<ProblemsView>,
) -> impl IntoView {
    let type_text = debounce(TYPING_PAUSE, move |text: String| {
        // The page may have gone during the pause.
        let Some(old) = view.try_get_untracked() else { return };
        if old.text != text {
            on_change.run(ProblemsView { text, ..old });
        }
    });
    // Where the answer to one choice does not come, the others can still be made.
    let owners = Memo::new(move |old: Option<&Vec<OwnerProblems>>| {
        problems.value.with(|value| match value {
            Some(Ok(found)) => found.owners.clone(),
            _ => old.cloned().unwrap_or_default(),
        })
    });
    let steps = Memo::new(move |old: Option<&Vec<StepProblems>>| {
        problems.value.with(|value| match value {
            Some(Ok(found)) => found.steps.clone(),
            _ => old.cloned().unwrap_or_default(),
        })
    });
    let set_owner = move |owner: Owner| on_change.run(ProblemsView { owner, ..view.get_untracked() });
    let items = Signal::derive(move || {
        let current = view.get().owner;
        let owner_item = |count: OwnerProblems| {
            let owner = count.owner.map_or(Owner::Nobody, Owner::One);
            let (label, kind) = match &owner {
                Owner::One(text) => match text.parse::<EntityRef>() {
                    Ok(parsed) => (short_name(&parsed), Some(parsed.kind)),
                    Err(_) => (text.clone(), None),
                },
                _ => ("Without owner".to_owned(), None),
            };
            MenuItem {
                label,
                icon: entity_icon(kind.as_deref().unwrap_or("user"), None),
                kind,
                remark: Some(numbers::count(count.count)),
                is_checked: Some(current == owner),
                is_danger: false,
                action: MenuAction::Run(Callback::new(move |()| set_owner(owner.clone()))),
            }
        };
        owners.get().into_iter().map(owner_item).collect::<Vec<_>>()
    });
    let owner_words = Memo::new(move |_| match view.get().owner {
        Owner::All | Owner::Mine => "Any owner".to_owned(),
        Owner::Nobody => "Without owner".to_owned(),
        Owner::One(owner) => owner.parse().map(|parsed| short_name(&parsed)).unwrap_or(owner),
    });
    let owner_label = Signal::derive(move || format!("Owner: {}", owner_words.get()));
    let choice = move |own: Owner, label: &'static str| {
        let (for_state, for_click) = (own.clone(), own);
        view! {
            <button
                type="button"
                aria-pressed=move || (view.get().owner == for_state).to_string()
                on:click=move |_| set_owner(for_click.clone())
            >
                {label}
            </button>
        }
    };
    let step_choice = move |name: String, label: String, count: Option<usize>| {
        let for_click = name.clone();
        view! {
            <button
                type="button"
                aria-pressed=move || (view.get().step == name).to_string()
                on:click=move |_| on_change.run(ProblemsView { step: for_click.clone(), ..view.get_untracked() })
            >
                {label}
                {count.map(|count| view! { <span class="num subtle">{numbers::count(count)}</span> })}
            </button>
        }
    };
    view! {
        <div class="toolbar problems__toolbar">
            <div class="input-icon grow">
                <Icon name=IconName::Search/>
                <input
                    class="input"
                    type="search"
                    data-page-filter
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Filter by name, file or message"
                    aria-label="Filter problems by name, file or message"
                    aria-keyshortcuts="/"
                    prop:value=move || view.get().text
                    on:input={
                        let mut type_text = type_text;
                        move |event| type_text(event_target_value(&event))
                    }
                />
                <kbd class="not-phone" aria-hidden="true">"/"</kbd>
            </div>
            <div class="segmented" role="group" aria-label="Whose problems">
                {choice(Owner::All, "All")} {choice(Owner::Mine, "Mine")}
            </div>
            <Menu label=owner_label button_class="button" items>
                {owner_words}
                <Icon name=IconName::ChevronDown class="caret"/>
            </Menu>
        </div>
        <div class="problems__steps">
            <div class="segmented" role="group" aria-label="Kind of problem">
                {step_choice(String::new(), "All kinds".to_owned(), None)}
                {move || {
                    steps
                        .get()
                        .into_iter()
                        .map(|one| step_choice(step_name(one.step).to_owned(), step_label(one.step).to_owned(), Some(one.count)))
                        .collect_view()
                }}
            </div>
        </div>
    }
}

#[component]
fn ProblemRow(
    /// The problem.
    problem: Problem,
) -> impl IntoView {
    let Problem { location, entity_ref, is_present, owner, errors, n_errors, .. } = problem;
    let parsed: Option<EntityRef> = entity_ref.as_deref().and_then(|entity_ref| entity_ref.parse().ok());
    let first = errors.first();
    let (what, advice) = in_two(first.map(|error| error.message.as_str()).unwrap_or_default());
    let step = first.and_then(|error| error.step);
    let place = location.as_deref().map(places::short).unwrap_or_default();
    let line = first.and_then(|error| error.line).map(|line| format!(", line {line}")).unwrap_or_default();
    let href = match (&parsed, &location) {
        (Some(parsed), _) => paths::inspect(parsed),
        (None, Some(location)) => places::inspect_location(location),
        (None, None) => paths::problems(),
    };
    let (name, icon, kind) = match &parsed {
        Some(parsed) => (short_name(parsed), entity_icon(&parsed.kind, None), parsed.kind.clone()),
        None => (place.clone(), IconName::File, "location".to_owned()),
    };
    let state = match (&parsed, is_present) {
        (Some(_), true) => Some("Older version shown"),
        (Some(_), false) => Some("Not in the catalog"),
        (None, _) => None,
    };
    let owner = owner.and_then(|owner| owner.parse::<EntityRef>().ok());
    let title = location.clone();
    let n_more = n_errors.saturating_sub(1);
    view! {
        <li class="list-row tall problem">
            <Icon name=icon kind=kind/>
            <div class="grow problem__main">
                <div class="row problem__name">
                    <a class="problem__link wrap-any" href=href><b>{name}</b></a>
                    <span class="badge" data-tone="bad">{step_label(step)}</span>
                    {state.map(|state| view! { <span class="small-text subtle">{state}</span> })}
                </div>
                <p class="small-text problem__message">
                    <Sentence text=what/>
                    {(n_more > 0).then(|| format!(" And {n_more} more."))}
                </p>
                {advice.map(|advice| view! { <p class="small-text muted problem__message"><Sentence text=advice/></p> })}
                <p class="small-text subtle wrap-any" title=title>{place} {line}</p>
            </div>
            <span class="problem__owner small-text">
                {match owner {
                    Some(entity_ref) => view! { <EntityLink entity_ref/> }.into_any(),
                    None => view! { <span class="subtle">"No owner"</span> }.into_any(),
                }}
            </span>
        </li>
    }
}
