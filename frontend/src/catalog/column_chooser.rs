//! Chooses the columns of the table and their order.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::columns::{Column, available_columns};
use super::view::CatalogView;
use crate::browser;
use crate::ui::each::Each;
use crate::ui::icon::{Icon, IconName};

/// A button with the list of columns: those that are shown in their order, then the others.
#[component]
pub fn ColumnChooser(
    /// What is shown.
    #[prop(into)]
    view: Signal<CatalogView>,
    /// Shows another view.
    on_change: Callback<CatalogView>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let close_to_button = move || {
        is_open.set(false);
        if let Some(button) = button.get_untracked() {
            browser::focus(&button);
        }
    };
    let on_focusout = move |event: web_sys::FocusEvent| {
        // A line that moves loses the focus to nothing; it gets it back.
        let Some(target) = event.related_target() else { return };
        let target = target.dyn_into::<web_sys::Node>().ok();
        if !root.get_untracked().is_some_and(|root| root.contains(target.as_ref())) {
            is_open.set(false);
        }
    };
    let click_elsewhere = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if is_open.get_untracked() && !root.get_untracked().is_some_and(|root| root.contains(target.as_ref())) {
            is_open.set(false);
        }
    });
    on_cleanup(move || click_elsewhere.remove());
    let lines = Memo::new(move |_| view.with(lines));
    let apply = Callback::new(move |columns: Vec<Column>| {
        let mut changed = view.get_untracked();
        changed.set_columns(columns);
        on_change.run(changed);
    });
    let has_choice = move || view.with(|view| view.columns.is_some());
    view! {
        <div
            class="dropdown not-phone"
            node_ref=root
            on:focusout=on_focusout
            on:keydown=move |event| {
                if event.key() == "Escape" && is_open.get_untracked() {
                    event.stop_propagation();
                    close_to_button();
                }
            }
        >
            <button
                node_ref=button
                class="button"
                type="button"
                aria-haspopup="dialog"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                <Icon name=IconName::Columns/>
                "Columns"
            </button>
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            <div class="menu columns" role="dialog" aria-label="Columns">
                                <ul>
                                    <li>
                                        <label class="check">
                                            <input type="checkbox" checked disabled/>
                                            <span>"Name"</span>
                                        </label>
                                    </li>
                                    <Each each=move || lines.get() key=|line| *line let:line>
                                        <ColumnLine line lines apply/>
                                    </Each>
                                </ul>
                                <button
                                    class="button small quiet"
                                    type="button"
                                    disabled=move || !has_choice()
                                    on:click=move |_| {
                                        let mut changed = view.get_untracked();
                                        changed.columns = None;
                                        on_change.run(changed);
                                    }
                                >
                                    "Reset columns"
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// A column, and whether it is shown.
type Line = (Column, bool);

/// The columns after the name: those that are shown in their order, then the others.
fn lines(view: &CatalogView) -> Vec<Line> {
    let shown = view.shown_columns();
    let others = available_columns(&view.kind).into_iter().filter(|column| !shown.contains(column));
    let others: Vec<Line> = others.map(|column| (column, false)).collect();
    shown[1..].iter().map(|&column| (column, true)).chain(others).collect()
}

/// The columns that are shown after one is shown, hidden or moved by some places.
fn changed(lines: &[Line], column: Column, step: isize) -> Vec<Column> {
    let mut shown: Vec<Column> = lines.iter().filter(|(_, is_shown)| *is_shown).map(|(column, _)| *column).collect();
    match (shown.iter().position(|known| *known == column), step) {
        (Some(at), 0) => {
            shown.remove(at);
        }
        (None, _) => shown.push(column),
        (Some(at), step) => {
            if let Some(to) = at.checked_add_signed(step).filter(|to| *to < shown.len()) {
                shown.swap(at, to);
            }
        }
    }
    shown
}

#[component]
fn ColumnLine(
    /// The column.
    line: Line,
    /// All of them, for the order.
    lines: Memo<Vec<Line>>,
    /// Shows other columns.
    apply: Callback<Vec<Column>>,
) -> impl IntoView {
    let (column, is_shown) = line;
    let label = column.label();
    let place = Memo::new(move |_| {
        lines.with(|lines| {
            let at = lines.iter().position(|(known, _)| *known == column).unwrap_or_default();
            let n_shown = lines.iter().filter(|(_, is_shown)| *is_shown).count();
            (at, n_shown)
        })
    });
    let is_first = move || place.get().0 == 0;
    // Not in the view: there `>` would end the tag.
    let is_last = move || {
        let (at, n_shown) = place.get();
        at + 1 >= n_shown
    };
    // The line is made anew when it moves, so that the control which moved it is looked for afterwards.
    let change = move |step: isize, control: &'static str| {
        apply.run(lines.with_untracked(|lines| changed(lines, column, step)));
        request_animation_frame(move || {
            let line = format!("[data-column=\"{}\"]", column.key());
            let found = browser::find(&format!("{line} {control}:not(:disabled)"));
            if let Some(control) = found.or_else(|| browser::find(&format!("{line} input"))) {
                browser::focus(&control);
            }
        });
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            _ => return,
        };
        if event.alt_key() && is_shown {
            event.prevent_default();
            change(step, "input");
        }
    };
    view! {
        <li data-column=column.key() on:keydown=on_keydown>
            <label class="check">
                <input type="checkbox" prop:checked=is_shown on:change=move |_| change(0, "input")/>
                <span>{label}</span>
            </label>
            {is_shown
                .then(|| {
                    view! {
                        <button
                            class="icon-button small up"
                            type="button"
                            aria-label=format!("Move {label} up")
                            title="Move up (Alt ↑)"
                            disabled=is_first
                            on:click=move |_| change(-1, ".up")
                        >
                            <Icon name=IconName::ArrowUp/>
                        </button>
                        <button
                            class="icon-button small down"
                            type="button"
                            aria-label=format!("Move {label} down")
                            title="Move down (Alt ↓)"
                            disabled=is_last
                            on:click=move |_| change(1, ".down")
                        >
                            <Icon name=IconName::ArrowDown/>
                        </button>
                    }
                })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_shown_hidden_and_moved() {
        let lines = lines(&CatalogView::parse("cols=type,owner"));
        assert_eq!(lines[..3], [(Column::Type, true), (Column::Owner, true), (Column::System, false)]);
        assert_eq!(changed(&lines, Column::Owner, -1), [Column::Owner, Column::Type]);
        assert_eq!(changed(&lines, Column::Owner, 1), [Column::Type, Column::Owner]);
        assert_eq!(changed(&lines, Column::Type, 0), [Column::Owner]);
        assert_eq!(changed(&lines, Column::Tags, 0), [Column::Type, Column::Owner, Column::Tags]);
    }
}
