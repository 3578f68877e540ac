//! The facets: values to choose or to leave out, with live counts.

use leptos::prelude::*;

use super::facets::{Choice, listed};
use super::source::CatalogSource;
use super::view::{CatalogView, Facet, Mark};
use crate::browser;
use crate::ui::each::Each;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// Values listed at once; more are found by typing.
const N_LISTED: usize = 8;
/// Values listed while the reader types, or has asked for all of them.
const N_ALL: usize = 200;
/// Which facets the reader has opened or closed on this device.
const TURNED_KEY: &str = "callboard.catalog.facets";

/// All facets that have something to choose.
#[component]
pub fn FacetRail(
    /// What is shown.
    #[prop(into)]
    view: Signal<CatalogView>,
    /// Where the counts come from.
    source: CatalogSource,
    /// Shows another view.
    on_change: Callback<CatalogView>,
) -> impl IntoView {
    Facet::ALL.into_iter().map(|facet| view! { <FacetGroup facet view source on_change/> }).collect_view()
}

/// Whether the reader has turned a facet from what it is at first.
fn is_turned(facet: Facet) -> bool {
    browser::stored(TURNED_KEY).is_some_and(|turned| turned.split(',').any(|key| key == facet.key()))
}

fn keep_open(facet: Facet, is_open: bool) {
    let turned = browser::stored(TURNED_KEY).unwrap_or_default();
    let mut turned: Vec<&str> = turned.split(',').filter(|key| !key.is_empty() && *key != facet.key()).collect();
    if is_open != facet.starts_open() {
        turned.push(facet.key());
    }
    browser::store(TURNED_KEY, (!turned.is_empty()).then(|| turned.join(",")).as_deref());
}

#[component]
fn FacetGroup(
    /// Which one.
    facet: Facet,
    /// What is shown.
    view: Signal<CatalogView>,
    /// Where the counts come from.
    source: CatalogSource,
    /// Shows another view.
    on_change: Callback<CatalogView>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let are_all_listed = RwSignal::new(false);
    let chosen = Memo::new(move |_| view.with(|view| view.chosen_values(facet)));
    let choices =
        Memo::new(move |_| source.counts.with(|counts| counts.facets.get(&facet).cloned()).unwrap_or_default());
    let n_choices = Memo::new(move |_| choices.with(|choices| choices.choices.len()));
    // Never hidden while it holds a text: that still narrows what is listed.
    let has_finder = Memo::new(move |_| n_choices.get() > N_LISTED || !text.with(String::is_empty));
    let shown = Memo::new(move |_| {
        let text = text.get();
        let limit = if text.trim().is_empty() && !are_all_listed.get() { N_LISTED } else { N_ALL };
        choices.with(|choices| listed(facet, choices, &chosen.get(), &text, limit))
    });
    let is_hidden = move || {
        let n_needed = if facet.needs_two_values() { 2 } else { 1 };
        n_choices.get() < n_needed && chosen.with(Vec::is_empty) && text.with(String::is_empty)
    };
    let change = Callback::new(move |(value, mark): (String, Mark)| {
        let mut changed = view.get_untracked();
        match mark {
            Mark::Included => changed.toggle(facet, &value),
            Mark::Excluded => changed.toggle_excluded(facet, &value),
        }
        on_change.run(changed);
    });
    let is_open = (facet.starts_open() != is_turned(facet)) || !chosen.get_untracked().is_empty();
    let noun = facet.noun();
    view! {
        <details
            class="facet"
            open=is_open
            hidden=is_hidden
            on:toggle=move |event| keep_open(facet, event_target::<web_sys::Element>(&event).has_attribute("open"))
        >
            <summary>
                <span>{facet.label()}</span>
                {move || {
                    let n_chosen = chosen.with(Vec::len);
                    (n_chosen > 0).then(|| view! { <span class="badge count">{n_chosen}</span> })
                }}
                <Icon name=IconName::ChevronDown/>
            </summary>
            {move || {
                has_finder
                    .get()
                    .then(|| {
                        let hint = format!("Find among {} {noun}", numbers::count(n_choices.get()));
                        view! {
                            <input
                                class="input"
                                type="search"
                                placeholder=hint.clone()
                                aria-label=hint
                                prop:value=move || text.get()
                                on:input=move |event| text.set(event_target_value(&event))
                            />
                        }
                    })
            }}
            <ul class="facet-list" class:is-long=move || { shown.with(Vec::len) > 2 * N_LISTED }>
                <Each each=move || shown.get() key=|choice| choice.value.to_lowercase() let:choice>
                    <FacetChoice facet choice shown view change/>
                </Each>
            </ul>
            {move || {
                (shown.with(Vec::is_empty) && !text.with(String::is_empty))
                    .then(|| view! { <p class="hint">"No match"</p> })
            }}
            {move || {
                (n_choices.get() > N_LISTED && text.with(|text| text.trim().is_empty()))
                    .then(|| {
                        let n_all = n_choices.get().min(N_ALL);
                        let words = if are_all_listed.get() {
                            "Show fewer".to_owned()
                        } else if n_all < n_choices.get() {
                            format!("Show the first {}", numbers::count(n_all))
                        } else {
                            format!("Show all {}", numbers::count(n_all))
                        };
                        let label = format!("{words} {noun}");
                        view! {
                            <button
                                class="button small quiet"
                                type="button"
                                aria-label=label
                                on:click=move |_| are_all_listed.update(|are_all| *are_all = !*are_all)
                            >
                                {words}
                            </button>
                        }
                    })
            }}
        </details>
    }
}

#[component]
fn FacetChoice(
    /// Of which facet.
    facet: Facet,
    /// The value as it was first listed.
    choice: Choice,
    /// All listed values, for the newest count.
    shown: Memo<Vec<Choice>>,
    /// What is chosen.
    view: Signal<CatalogView>,
    /// Chooses the value or leaves it out, or no longer.
    change: Callback<(String, Mark)>,
) -> impl IntoView {
    let words = facet.words(&choice.value);
    let value = StoredValue::new(choice.value.clone());
    let is_same = move |other: &str| value.with_value(|value| value.eq_ignore_ascii_case(other));
    let count = Memo::new(move |_| {
        shown.with(|shown| shown.iter().find(|choice| is_same(&choice.value)).map_or(0, |choice| choice.count))
    });
    let mark = Memo::new(move |_| value.with_value(|value| view.with(|view| view.mark(facet, value))));
    let is_excluded = move || mark.get() == Some(Mark::Excluded);
    let leave_out = format!("Leave out {words}");
    view! {
        <li data-mark=move || is_excluded().then_some("out")>
            <label title=choice.value.clone()>
                <input
                    type="checkbox"
                    prop:checked=move || mark.get() == Some(Mark::Included)
                    on:change=move |_| change.run((value.get_value(), Mark::Included))
                />
                <span>{words}</span>
                <span class="n" class:is-zero=move || count.get() == 0>{move || numbers::count(count.get())}</span>
            </label>
            <button
                class="icon-button facet-out"
                type="button"
                aria-label=leave_out.clone()
                title=leave_out
                aria-pressed=move || is_excluded().to_string()
                on:click=move |_| change.run((value.get_value(), Mark::Excluded))
            >
                <Icon name=IconName::Minus/>
            </button>
        </li>
    }
}
