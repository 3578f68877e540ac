//! The facets: values to choose, with live counts.

use leptos::prelude::*;

use super::facets::{Choice, listed};
use super::source::CatalogSource;
use super::view::{CatalogView, Facet};
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// Values listed at once; more are found by typing.
const N_LISTED: usize = 8;
/// Values listed while the reader types.
const N_FOUND: usize = 30;

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
    let chosen = Memo::new(move |_| view.with(|view| view.values(facet).to_vec()));
    let choices = Memo::new(move |_| source.facets.with(|facets| facets.get(&facet).cloned()));
    let n_choices =
        Memo::new(move |_| choices.with(|choices| choices.as_ref().map_or(0, |choices| choices.choices.len())));
    let shown = Memo::new(move |_| {
        let text = text.get();
        let limit = if text.trim().is_empty() { N_LISTED } else { N_FOUND };
        choices.with(|choices| {
            choices.as_ref().map(|choices| listed(choices, &chosen.get(), &text, limit)).unwrap_or_default()
        })
    });
    let is_empty = move || shown.with(Vec::is_empty) && text.with(String::is_empty);
    let toggle = Callback::new(move |value: String| {
        let mut changed = view.get_untracked();
        changed.toggle(facet, &value);
        on_change.run(changed);
    });
    let noun = match facet {
        Facet::Owner => "owners",
        Facet::Team => "teams",
        Facet::Tag => "tags",
        Facet::Type => "types",
        Facet::Lifecycle => "stages",
    };
    view! {
        <details class="facet" open hidden=is_empty>
            <summary>
                {facet.label()}
                <Icon name=IconName::ChevronDown/>
            </summary>
            {move || {
                (n_choices.get() > N_LISTED)
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
            <ul class="facet-list">
                <For each=move || shown.get() key=|choice| choice.value.to_lowercase() let:choice>
                    <FacetChoice words=facet.words(&choice.value) choice shown chosen toggle/>
                </For>
            </ul>
            {move || {
                (shown.with(Vec::is_empty) && !text.with(String::is_empty))
                    .then(|| view! { <p class="hint">"No match"</p> })
            }}
        </details>
    }
}

#[component]
fn FacetChoice(
    /// The value as words.
    words: String,
    /// The value as it was first listed.
    choice: Choice,
    /// All listed values, for the newest count.
    shown: Memo<Vec<Choice>>,
    /// The chosen values.
    chosen: Memo<Vec<String>>,
    /// Chooses the value, or no longer.
    toggle: Callback<String>,
) -> impl IntoView {
    let value = StoredValue::new(choice.value.clone());
    let is_same = move |other: &str| value.with_value(|value| value.eq_ignore_ascii_case(other));
    let count =
        move || shown.with(|shown| shown.iter().find(|choice| is_same(&choice.value)).map_or(0, |choice| choice.count));
    let is_checked = move || chosen.with(|chosen| chosen.iter().any(|other| is_same(other)));
    view! {
        <li>
            <label title=choice.value.clone()>
                <input type="checkbox" prop:checked=is_checked on:change=move |_| toggle.run(value.get_value())/>
                <span>{words}</span>
                <span class="n">{move || numbers::count(count())}</span>
            </label>
        </li>
    }
}
