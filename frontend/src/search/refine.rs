//! Values that narrow the results, with the number of results that each would leave.

use leptos::prelude::*;

use super::counts::{Choice, choices};
use super::search_view::{Changed, Field, SearchView};
use super::source::SearchSource;
use crate::ui::each::Each;
use crate::ui::numbers;

/// Values listed at once.
const N_LISTED: usize = 6;

/// All fields that have something to choose.
#[component]
pub fn Refine(
    /// What is shown.
    view: Memo<SearchView>,
    /// Where the counts come from.
    source: SearchSource,
    /// Shows another view.
    on_change: Callback<SearchView>,
    /// Where it stands: a word that tells it from another one on the page.
    place: &'static str,
) -> impl IntoView {
    view! {
        {Field::OFFERED.map(|field| view! { <FieldValues field view source on_change/> }).into_iter().collect_view()}
        <ChangedChoice view on_change place/>
    }
}

#[component]
fn FieldValues(
    /// Which one.
    field: Field,
    /// What is shown.
    view: Memo<SearchView>,
    /// Where the counts come from.
    source: SearchSource,
    /// Shows another view.
    on_change: Callback<SearchView>,
) -> impl IntoView {
    let are_all_listed = RwSignal::new(false);
    let n_choices = Memo::new(move |_| {
        let all = source.with_answer(|_, answer| choices(answer, field, &[], usize::MAX));
        all.unwrap_or_default().len()
    });
    let listed = Memo::new(move |_| {
        let limit = if are_all_listed.get() { usize::MAX } else { N_LISTED };
        let listed =
            view.with(|view| source.with_answer(|_, answer| choices(answer, field, view.values(field), limit)));
        listed.unwrap_or_default()
    });
    let line = move |choice: Choice| {
        let (words, label) = (choice.words.clone(), choice.words.clone());
        // The same words may stand for other values once another answer is there.
        let newest = Memo::new(move |_| {
            let found = listed.with(|listed| listed.iter().find(|choice| choice.words == words).cloned());
            found.unwrap_or_else(|| choice.clone())
        });
        let is_chosen = move || newest.with(|choice| view.with(|view| choice.is_chosen(view.values(field))));
        let toggle = move |_| {
            let changed =
                newest.with_untracked(|choice| view.with_untracked(|view| view.toggled(field, &choice.values)));
            on_change.run(changed);
        };
        let count = move || newest.with(|choice| choice.count);
        view! {
            <li>
                <label>
                    <input type="checkbox" prop:checked=is_chosen on:change=toggle/>
                    <span>{label}</span>
                    <span class="n" class:is-zero=move || count() == 0>{move || numbers::count(count())}</span>
                </label>
            </li>
        }
    };
    view! {
        <fieldset hidden=move || listed.with(Vec::is_empty)>
            <legend class="side-title">{field.label()}</legend>
            <ul class="facet-list">
                <Each each=move || listed.get() key=|choice| choice.words.clone() let:choice>
                    {line(choice)}
                </Each>
            </ul>
            {move || {
                (n_choices.get() > N_LISTED)
                    .then(|| {
                        let words = if are_all_listed.get() { "Show fewer" } else { "Show more" };
                        view! {
                            <button
                                class="button small quiet"
                                type="button"
                                aria-label=format!("{words} {}", field.noun())
                                on:click=move |_| are_all_listed.update(|are_all| *are_all = !*are_all)
                            >
                                {words}
                            </button>
                        }
                    })
            }}
        </fieldset>
    }
}

#[component]
fn ChangedChoice(
    /// What is shown.
    view: Memo<SearchView>,
    /// Shows another view.
    on_change: Callback<SearchView>,
    /// Where it stands.
    place: &'static str,
) -> impl IntoView {
    // Radio buttons of one name are one choice, wherever on the page they are.
    let name = format!("changed-{place}");
    let choice = move |changed: Changed| {
        let choose = move |_| on_change.run(view.with_untracked(|view| view.with_changed(changed)));
        let is_chosen = move || view.with(|view| view.changed == changed);
        view! {
            <li>
                <label>
                    <input type="radio" name=name.clone() prop:checked=is_chosen on:change=choose/>
                    <span>{changed.label()}</span>
                </label>
            </li>
        }
    };
    view! {
        <fieldset>
            <legend class="side-title">"Changed"</legend>
            <ul class="facet-list">{Changed::ALL.map(choice).into_iter().collect_view()}</ul>
        </fieldset>
    }
}
