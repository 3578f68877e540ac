//! The controls above the table: text filter, facets on small screens, order on phones, density, chips.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::columns::{Column, columns_of};
use super::kinds;
use super::view::{CatalogView, Facet};
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
    let n_chosen = move || view.with(|view| view.chosen.iter().map(|(_, values)| values.len()).sum::<usize>());
    let sort_items = Signal::derive(move || view.with(|view| sort_items(view, on_sort)));
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
                <Menu label="Order" button_class="button" items=sort_items>
                    <Icon name=IconName::Sort/>
                </Menu>
            </div>
            <DensityControl/>
        </div>
    }
}

/// The choices of the order, for lists without a table head.
fn sort_items(view: &CatalogView, on_sort: Callback<Column>) -> Vec<MenuItem> {
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
    columns_of(&view.kind).iter().copied().filter(|column| column.is_sortable()).map(item).collect()
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
) -> impl IntoView {
    let chosen = Memo::new(move |_| view.with(|view| view.chosen.clone()));
    let text = Memo::new(move |_| view.with(|view| view.text.trim().to_owned()));
    let chip =
        move |label: &'static str, value: String, change: fn(&mut CatalogView, Option<Facet>), facet: Option<Facet>| {
            let remove = move |_| {
                let mut changed = view.get_untracked();
                change(&mut changed, facet);
                on_change.run(changed);
            };
            view! {
                <span class="chip">
                    <span class="field-name">{label}</span>
                    <span class="truncate">{value}</span>
                    <button type="button" aria-label=format!("Remove {} filter", label.to_lowercase()) on:click=remove>
                        <Icon name=IconName::X/>
                    </button>
                </span>
            }
        };
    let clear_facet = |view: &mut CatalogView, facet: Option<Facet>| {
        if let Some(facet) = facet {
            view.clear_facet(facet);
        }
    };
    let clear_text = |view: &mut CatalogView, _: Option<Facet>| view.text.clear();
    move || {
        let (chosen, text) = (chosen.get(), text.get());
        (!chosen.is_empty() || !text.is_empty()).then(|| {
            view! {
                <div class="toolbar chips" role="group" aria-label="Filters in use">
                    {chosen
                        .into_iter()
                        .map(|(facet, values)| chip(facet.label(), facet_words(facet, &values), clear_facet, Some(facet)))
                        .collect_view()}
                    {(!text.is_empty()).then(|| chip("Text", format!("“{text}”"), clear_text, None))}
                    <button
                        class="button small quiet"
                        type="button"
                        on:click=move |_| on_change.run(view.get_untracked().without_filters())
                    >
                        "Clear all"
                    </button>
                </div>
            }
        })
    }
}

/// The chosen values of a facet as words.
pub fn facet_words(facet: Facet, values: &[String]) -> String {
    values.iter().map(|value| facet.words(value)).collect::<Vec<_>>().join(", ")
}
