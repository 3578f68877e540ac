//! Below the table: which rows can be seen, what is selected and what can be done with it, how far an export has come.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::entity::EntityRef;

use super::export::{Export, Progress, file_name, question};
use super::grid::GridState;
use super::selection::Selection;
use super::view::{CatalogView, Mine};
use crate::state::stars::Stars;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::copy::copy_quietly;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// Entities that can be starred at once: a list of stars is for people.
const MAX_STARS: usize = 200;

/// The line below the table.
#[component]
pub fn Foot(
    /// What is shown.
    view: Signal<CatalogView>,
    /// Rows, place and selection.
    state: GridState,
    /// Whose entities are "mine".
    mine: Signal<Mine>,
    /// Saves files.
    export: Export,
    /// Reads again.
    retry: Callback<()>,
) -> impl IntoView {
    let GridState { source, position, selection, .. } = state;
    let n_rows = Memo::new(move |_| source.n_rows().unwrap_or(0));
    let text = move || {
        let n_rows = n_rows.get();
        let visible = position.viewport.get().visible_rows(n_rows);
        let [first, last, all] = [visible.start + 1, visible.end, n_rows].map(numbers::count);
        (n_rows > 0).then(|| format!("Rows {first} to {last} of {all}"))
    };
    let n_selected = Memo::new(move |_| selection.with(|selection| selection.count(n_rows.get())));
    let is_stale = move || source.error.with(Option::is_some) && source.n_rows().is_some();
    view! {
        <div class="table-foot sticks">
            <span class="num">{text}</span>
            {move || {
                is_stale()
                    .then(|| {
                        view! {
                            <span class="status" data-tone="bad" role="alert">"Some rows did not load"</span>
                            <button class="button small" type="button" on:click=move |_| retry.run(())>"Try again"</button>
                        }
                    })
            }}
            {move || {
                (n_selected.get() > 0).then(|| view! { <SelectionActions view state mine export n_selected/> })
            }}
            {move || export.progress.get().map(|progress| view! { <ExportProgress progress export/> })}
            <span class="right-align row not-phone keys-hint" aria-hidden="true">
                <kbd>"J"</kbd>
                <kbd>"K"</kbd>
                "move"
                <kbd>"X"</kbd>
                "select"
                <kbd>"↵"</kbd>
                "open"
            </span>
        </div>
    }
}

/// What can be done with everything that is selected.
#[component]
fn SelectionActions(
    /// What is shown.
    view: Signal<CatalogView>,
    /// Rows, place and selection.
    state: GridState,
    /// Whose entities are "mine".
    mine: Signal<Mine>,
    /// Saves files.
    export: Export,
    /// How many are selected.
    n_selected: Memo<usize>,
) -> impl IntoView {
    let selection = state.selection;
    let (stars, toasts) = (Stars::of_page(), Toasts::of_page());
    let is_too_much = move || n_selected.get() > MAX_STARS;
    let star = move |_| {
        with_refs(state, "Nothing was starred", move |refs| {
            // Undo must leave the stars alone that were there before.
            let refs: Vec<EntityRef> =
                untrack(|| refs.into_iter().filter(|entity_ref| !stars.is_starred(entity_ref)).collect());
            stars.star(&refs);
            let title = format!("{} starred", numbers::counted(refs.len(), "entity", "entities"));
            toasts.show_with_action(Tone::Info, &title, None, "Undo", move || drop(stars.unstar(&refs)));
        });
    };
    let copy = move |_| {
        with_refs(state, "Nothing was copied", move |refs| {
            let text = refs.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            let done = format!("{} copied", numbers::counted(refs.len(), "reference", "references"));
            copy_quietly(text, done, toasts);
        });
    };
    let save = move |_| {
        let view = view.get_untracked();
        let body = selection.with_untracked(|selection| question(&view, &mine.get_untracked(), selection));
        export.start(body, n_selected.get_untracked(), file_name(&view));
    };
    view! {
        <span class="row nowrap selection-actions" role="group" aria-label="Selected rows">
            <b class="num" role="status">{move || format!("{} selected", numbers::count(n_selected.get()))}</b>
            <button
                class="button small"
                type="button"
                disabled=is_too_much
                title=move || is_too_much().then(|| format!("At most {MAX_STARS} at once"))
                on:click=star
            >
                <Icon name=IconName::Star/>
                "Star"
            </button>
            <button class="button small" type="button" on:click=copy>
                <Icon name=IconName::Copy/>
                "Copy references"
            </button>
            <button class="button small" type="button" on:click=save>
                <Icon name=IconName::Download/>
                "Export selected"
            </button>
            <button
                class="button small quiet"
                type="button"
                on:click=move |_| {
                    selection.update(Selection::clear);
                    state.position.focus();
                }
            >
                "Clear"
            </button>
        </span>
    }
}

/// Runs something with the references of everything that is selected, which are read first where not all are known.
fn with_refs(state: GridState, failure: &'static str, run: impl FnOnce(Vec<EntityRef>) + 'static) {
    let (selection, toasts) = (state.selection.get_untracked(), state.toasts);
    if !selection.is_all() {
        run(selection.refs().iter().filter_map(|text| text.parse().ok()).collect());
        return;
    }
    let n_rows = state.source.n_rows_untracked().unwrap_or(0);
    let query = state.query.get_untracked();
    spawn_local(async move {
        match state.source.refs(query, 0..n_rows).await {
            Ok(refs) => {
                run(refs.into_iter().filter(|entity_ref| selection.contains(&entity_ref.to_string())).collect());
            }
            Err(error) => toasts.show(Tone::Bad, failure, Some(error.to_string())),
        }
    });
}

#[component]
fn ExportProgress(
    /// How far it has come.
    progress: Progress,
    /// What is under way.
    export: Export,
) -> impl IntoView {
    let [n_rows, n_all] = [progress.n_rows, progress.n_all].map(numbers::count);
    view! {
        <span class="status" role="status">{format!("Exporting {n_rows} of {n_all} rows")}</span>
        <button class="button small quiet" type="button" on:click=move |_| export.cancel()>"Cancel"</button>
    }
}
