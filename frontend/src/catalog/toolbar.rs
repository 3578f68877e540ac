//! The controls above the table: text filter, facets on small screens, columns, row height, export, chips.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::column_chooser::ColumnChooser;
use super::columns::{Column, available_columns};
use super::kinds;
use super::view::{CatalogView, Chosen, Mark};
use crate::state::preferences::{Density, Preferences};
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::{Menu, MenuAction, MenuItem};

/// How long the reader must pause before the text counts.
const TYPING_PAUSE: Duration = Duration::from_millis(120);

/// The first line of controls.
#[component]
pub fn Toolbar(
    /// What is shown.
    #[prop(into)]
    view: Signal<CatalogView>,
    /// Shows another view.
    on_change: Callback<CatalogView>,
    /// Opens the facets where there is no room for the rail.
    on_facets: Callback<()>,
    /// Sorts by a column.
    on_sort: Callback<Column>,
    /// Saves what matches as a file.
    on_export: Callback<()>,
    /// Whether a file is on its way.
    #[prop(into)]
    is_exporting: Signal<bool>,
) -> impl IntoView {
    let type_text = debounce(TYPING_PAUSE, move |text: String| {
        // The page may have gone during the pause.
        let Some(old) = view.try_get_untracked() else { return };
        if old.text != text {
            on_change.run(old.with_text(&text));
        }
    });
    let label = move || {
        format!(
            "Filter {} by name, title, description or tag",
            kinds::many_in_sentence(&view.with(|view| view.kind.clone()))
        )
    };
    let n_chosen = move || {
        let n_values = |chosen: &Chosen| chosen.included.len() + chosen.excluded.len();
        view.with(|view| view.chosen.iter().map(n_values).sum::<usize>())
    };
    let phone_items = Signal::derive(move || view.with(|view| phone_items(view, on_sort, on_export)));
    view! {
        <div class="toolbar">
            <div class="input-icon grow">
                <Icon name=IconName::Search/>
                <input
                    class="input"
                    type="search"
                    data-page-filter
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Filter by name, title, description or tag"
                    aria-label=label
                    aria-keyshortcuts="/"
                    prop:value=move || view.with(|view| view.text.clone())
                    on:input={
                        let mut type_text = type_text;
                        move |event| type_text(event_target_value(&event))
                    }
                />
                <kbd class="not-phone" aria-hidden="true">"/"</kbd>
            </div>
            <button class="button only-narrow" type="button" on:click=move |_| on_facets.run(())>
                <Icon name=IconName::Filter/>
                "Filters"
                {move || (n_chosen() > 0).then(|| view! { <span class="badge count">{n_chosen()}</span> })}
            </button>
            <div class="only-phone">
                <Menu label="Order and export" button_class="button" items=phone_items>
                    <Icon name=IconName::Sort/>
                </Menu>
            </div>
            <ColumnChooser view on_change/>
            <DensityControl/>
            <button
                class="button not-phone"
                type="button"
                aria-busy=move || is_exporting.get().then_some("true")
                disabled=is_exporting
                on:click=move |_| on_export.run(())
            >
                <Icon name=IconName::Download/>
                "Export CSV"
            </button>
        </div>
    }
}

/// What the head of the table and the toolbar offer on wide screens, for lists without them.
fn phone_items(view: &CatalogView, on_sort: Callback<Column>, on_export: Callback<()>) -> Vec<MenuItem> {
    let item = |column: Column| {
        let is_current = view.sort.column == column;
        let icon = if is_current && view.sort.is_descending { IconName::ArrowDown } else { IconName::ArrowUp };
        MenuItem {
            label: column.label().to_owned(),
            icon,
            kind: None,
            remark: None,
            is_checked: Some(is_current),
            is_danger: false,
            action: MenuAction::Run(Callback::new(move |()| on_sort.run(column))),
        }
    };
    let export = MenuItem {
        label: "Export CSV".to_owned(),
        icon: IconName::Download,
        kind: None,
        remark: None,
        is_checked: None,
        is_danger: false,
        action: MenuAction::Run(on_export),
    };
    let sortable = available_columns(&view.kind).into_iter().filter(|column| column.is_sortable());
    sortable.map(item).chain([export]).collect()
}

/// Chooses the height of the rows.
#[component]
fn DensityControl() -> impl IntoView {
    let preferences = Preferences::of_page();
    let current = preferences.density();
    let step = move |by: isize| {
        let at = Density::ALL.iter().position(|density| *density == current.get_untracked()).unwrap_or_default();
        let next = at.saturating_add_signed(by).min(Density::ALL.len() - 1);
        preferences.set_density(Density::ALL[next]);
        if let Some(button) = crate::browser::find(&format!("[data-density-choice=\"{}\"]", Density::ALL[next].value()))
        {
            crate::browser::focus(&button);
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => -1,
            "ArrowRight" | "ArrowDown" => 1,
            _ => return,
        };
        event.prevent_default();
        step(by);
    };
    let button = move |density: Density| {
        let icon = match density {
            Density::Comfortable => IconName::Rows,
            Density::Default => IconName::Menu,
            Density::Compact => IconName::List,
        };
        view! {
            <button
                type="button"
                role="radio"
                data-density-choice=density.value()
                aria-label=density.label()
                title=density.label()
                aria-checked=move || (current.get() == density).to_string()
                tabindex=move || if current.get() == density { "0" } else { "-1" }
                on:click=move |_| preferences.set_density(density)
            >
                <Icon name=icon/>
            </button>
        }
    };
    view! {
        <div class="segmented not-phone" role="radiogroup" aria-label="Row height" on:keydown=on_keydown>
            {Density::ALL.map(button).into_iter().collect_view()}
        </div>
    }
}

/// The filters that are on, each with a button that takes it away.
#[component]
pub fn Chips(
    /// What is shown.
    #[prop(into)]
    view: Signal<CatalogView>,
    /// Shows another view.
    on_change: Callback<CatalogView>,
    /// Asks for a name for the view.
    on_save: Callback<()>,
) -> impl IntoView {
    let chosen = Memo::new(move |_| view.with(|view| view.chosen.clone()));
    let text = Memo::new(move |_| view.with(|view| view.text.trim().to_owned()));
    let chip = move |label: String, name: &str, value: String, without: Callback<(), CatalogView>| {
        let remove = format!("Remove {} filter", name.to_lowercase());
        view! {
            <span class="chip">
                <span class="field-name">{label}</span>
                <span class="truncate">{value}</span>
                <button type="button" aria-label=remove on:click=move |_| on_change.run(without.run(()))>
                    <Icon name=IconName::X/>
                </button>
            </span>
        }
    };
    let of_choice = move |at: usize, chosen: &Chosen, mark: Mark| {
        let name = chosen.facet.label();
        let (label, values) = match mark {
            Mark::Included => (name.to_owned(), &chosen.included),
            Mark::Excluded => (format!("{name} is not"), &chosen.excluded),
        };
        let without = Callback::new(move |()| view.with_untracked(|view| view.without_choice(at, mark)));
        (!values.is_empty()).then(|| chip(label, name, words_of(chosen, mark), without))
    };
    move || {
        let (chosen, text) = (chosen.get(), text.get());
        (!chosen.is_empty() || !text.is_empty()).then(|| {
            let without_text = Callback::new(move |()| view.with_untracked(|view| view.with_text("")));
            view! {
                <div class="toolbar chips" role="group" aria-label="Filters in use">
                    {chosen
                        .iter()
                        .enumerate()
                        .flat_map(|(at, chosen)| [Mark::Included, Mark::Excluded].map(|mark| of_choice(at, chosen, mark)))
                        .collect_view()}
                    {(!text.is_empty()).then(|| chip("Text".to_owned(), "text", format!("“{text}”"), without_text))}
                    <button
                        class="button small quiet"
                        type="button"
                        on:click=move |_| on_change.run(view.get_untracked().without_filters())
                    >
                        "Clear all"
                    </button>
                    <button class="button small quiet right-align" type="button" on:click=move |_| on_save.run(())>
                        <Icon name=IconName::Pin/>
                        "Save as view"
                    </button>
                </div>
            }
        })
    }
}

/// The chosen or left out values of a facet as words.
pub fn words_of(chosen: &Chosen, mark: Mark) -> String {
    let values = match mark {
        Mark::Included => &chosen.included,
        Mark::Excluded => &chosen.excluded,
    };
    values.iter().map(|value| chosen.facet.words(value)).collect::<Vec<_>>().join(", ")
}
