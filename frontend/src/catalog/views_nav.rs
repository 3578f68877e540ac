//! Whose entities are shown, and the views that this person has saved.

use leptos::prelude::*;

use super::kinds;
use super::saved::{MAX_NAME, SavedChange, SavedView, SavedViews};
use super::source::CatalogSource;
use super::view::{CatalogView, Show};
use crate::paths;
use crate::state::session::SessionState;
use crate::ui::dialog::Dialog;
use crate::ui::each::Each;
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::{Menu, MenuAction, MenuItem};
use crate::ui::numbers;

/// What is open for the saved views.
#[derive(Clone, Copy)]
pub struct ViewDialogs {
    /// The question for the name of a view.
    pub is_saving: RwSignal<bool>,
    /// The list of all views.
    pub is_managing: RwSignal<bool>,
}

impl ViewDialogs {
    /// Nothing open.
    pub fn new() -> Self {
        Self { is_saving: RwSignal::new(false), is_managing: RwSignal::new(false) }
    }
}

/// The tabs above the table.
#[component]
pub fn ViewsNav(
    /// What is shown.
    #[prop(into)]
    view: Signal<CatalogView>,
    /// Where the counts come from.
    source: CatalogSource,
    /// What is open.
    dialogs: ViewDialogs,
) -> impl IntoView {
    let saved = SavedViews::of_page();
    let session = SessionState::of_page();
    // The saved view that is shown, if any.
    let current = Memo::new(move |_| {
        let query = view.with(CatalogView::catalog_query);
        saved.list().with(|views| views.iter().find(|known| CatalogView::parse(&known.query).query() == query).cloned())
    });
    let here = Memo::new(move |_| {
        let kind = view.with(|view| view.kind.clone());
        saved.list().with(|views| views.iter().filter(|known| known.kind() == kind).cloned().collect::<Vec<_>>())
    });
    let show_tab = move |show: Show| {
        let at = Show::ALL.iter().position(|known| *known == show).unwrap_or_default();
        let label = move || {
            let kind = view.with(|view| view.kind.clone());
            show_words(show, &kind, session.ownership_refs().len() > 1)
        };
        let href = move || {
            let target = view.with(|view| view.with_show(show));
            let has_default = saved.default_of(&target.kind).is_some();
            if has_default && target.is_bare() { target.made_plain() } else { target }.address()
        };
        let is_current = move || current.with(Option::is_none) && view.with(|view| view.show == show);
        let count = move || source.counts.with(|counts| counts.shows[at]);
        let is_hidden = move || show == Show::Owned && view.with(|view| view.kind == "user");
        view! {
            <a class="tab" href=href hidden=is_hidden aria-current=move || is_current().then_some("page")>
                {label}
                {move || {
                    (show != Show::All)
                        .then(|| view! { <span class="badge count">{move || count().map(numbers::count)}</span> })
                }}
            </a>
        }
    };
    let saved_tab = move |known: SavedView| {
        let (query, name) = (known.query.clone(), known.name.clone());
        let count = move || source.counts.with(|counts| counts.saved.get(&query).copied());
        let is_current = move || current.with(|current| current.as_ref().is_some_and(|current| current.name == name));
        view! {
            <a class="tab" href=known.address() aria-current=move || is_current().then_some("page")>
                {known.is_default.then(|| view! { <Icon name=IconName::Pin/> })}
                {known.name.clone()}
                {known.is_default.then(|| view! { <span class="visually-hidden">" (opens by itself)"</span> })}
                <span class="badge count">{move || count().map(numbers::count)}</span>
            </a>
        }
    };
    let items = Signal::derive(move || view_items(view.with(|view| view.kind.clone()), saved, current.get(), dialogs));
    view! {
        <nav class="catalog__views" aria-label="Views">
            <div class="tabs">
                {Show::ALL.map(show_tab).into_iter().collect_view()}
                {move || (!here.with(Vec::is_empty)).then(|| view! { <span class="tab-sep"></span> })}
                <Each each=move || here.get() key=|known| (known.name.clone(), known.query.clone(), known.is_default) let:known>
                    {saved_tab(known)}
                </Each>
            </div>
            <Menu label="Saved views" button_class="icon-button small" items=items>
                <Icon name=IconName::Pin/>
            </Menu>
        </nav>
        <SaveDialog view dialogs/>
        <ManageDialog dialogs/>
    }
}

fn show_words(show: Show, kind: &str, has_groups: bool) -> &'static str {
    match show {
        Show::All => "All",
        Show::Owned if kind == "group" => "My groups",
        Show::Owned if has_groups => "Owned by my teams",
        Show::Owned => "Owned by me",
        Show::Starred => "Starred",
    }
}

/// The menu of saved views: those of other kinds, and what can be done.
fn view_items(kind: String, saved: SavedViews, current: Option<SavedView>, dialogs: ViewDialogs) -> Vec<MenuItem> {
    let item = |label: String, icon: IconName, action: MenuAction| MenuItem {
        label,
        icon,
        kind: None,
        remark: None,
        is_checked: None,
        is_danger: false,
        action,
    };
    let open = |flag: RwSignal<bool>| MenuAction::Run(Callback::new(move |()| flag.set(true)));
    let mut items: Vec<MenuItem> = saved.list().with(|views| {
        let others = views.iter().filter(|known| known.kind() != kind);
        let line = |known: &SavedView| MenuItem {
            remark: Some(kinds::many(&known.kind())),
            ..item(known.name.clone(), IconName::Pin, MenuAction::Open(known.address()))
        };
        others.map(line).collect()
    });
    items.push(item("Save this view".to_owned(), IconName::Pin, open(dialogs.is_saving)));
    if let Some(current) = current {
        let (label, is_default) = if current.is_default {
            (format!("Do not open “{}” by itself", current.name), false)
        } else {
            (format!("Open “{}” by itself", current.name), true)
        };
        let change = SavedChange::SetDefault(current.name, is_default);
        let run = Callback::new(move |()| saved.change(change.clone()));
        items.push(item(label, IconName::Check, MenuAction::Run(run)));
    }
    if !saved.list().with(Vec::is_empty) {
        items.push(item("Manage saved views".to_owned(), IconName::Edit, open(dialogs.is_managing)));
    }
    items
}

/// Asks for the name of a view.
#[component]
fn SaveDialog(
    /// What is shown.
    view: Signal<CatalogView>,
    /// What is open.
    dialogs: ViewDialogs,
) -> impl IntoView {
    let saved = SavedViews::of_page();
    let is_open = dialogs.is_saving;
    let name = RwSignal::new(String::new());
    let has_name = Memo::new(move |_| name.with(|name| !name.trim().is_empty()));
    let form = move || {
        name.set(String::new());
        let is_default = RwSignal::new(false);
        let is_taken = Memo::new(move |_| {
            let name = name.get().trim().to_lowercase();
            saved.list().with(|views| views.iter().any(|known| known.name.to_lowercase() == name))
        });
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let name = name.get_untracked().trim().to_owned();
            if !name.is_empty() {
                let query = view.with_untracked(CatalogView::catalog_query);
                saved.change(SavedChange::Put(SavedView { name, query, is_default: is_default.get_untracked() }));
                is_open.set(false);
            }
        };
        let noun = kinds::many_in_sentence(&view.with_untracked(|view| view.kind.clone()));
        view! {
            <form class="stack" on:submit=submit>
                <div class="field">
                    <label for="saved-view-name">"Name"</label>
                    <input
                        id="saved-view-name"
                        class="input"
                        required
                        autofocus
                        autocomplete="off"
                        maxlength=MAX_NAME.to_string()
                        aria-describedby="saved-view-hint"
                        prop:value=move || name.get()
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                    <p class="hint" id="saved-view-hint" role="status">
                        {move || if is_taken.get() {
                            "A view of this name exists; it will be replaced."
                        } else {
                            "Filters, order and columns are kept. Only you see it."
                        }}
                    </p>
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || is_default.get()
                        on:change=move |event| is_default.set(event_target_checked(&event))
                    />
                    <span>{format!("Open it by itself when I go to {noun}")}</span>
                </label>
                <div class="dialog__actions">
                    <button class="button" type="button" on:click=move |_| is_open.set(false)>"Cancel"</button>
                    <button class="button primary" type="submit">
                        {move || if is_taken.get() { "Replace view" } else { "Save view" }}
                    </button>
                </div>
            </form>
        }
    };
    view! { <Dialog is_open title="Save this view" keeps_open=has_name>{form()}</Dialog> }
}

/// Lists all saved views, to rename them, to take them away and to choose which open by themselves.
#[component]
fn ManageDialog(
    /// What is open.
    dialogs: ViewDialogs,
) -> impl IntoView {
    let saved = SavedViews::of_page();
    view! {
        <Dialog is_open=dialogs.is_managing title="Saved views">
            {move || {
                saved
                    .list()
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="muted">"No views are saved. Filter the catalog and choose “Save as view”."</p> })
            }}
            <ul class="saved-views">
                <Each each=move || saved.list().get() key=|known| (known.name.clone(), known.query.clone(), known.is_default) let:known>
                    <ManagedView known/>
                </Each>
            </ul>
        </Dialog>
    }
}

/// A line of the list.
#[component]
fn ManagedView(
    /// The view.
    known: SavedView,
) -> impl IntoView {
    let saved = SavedViews::of_page();
    let SavedView { name, query, is_default } = known.clone();
    let kind = kinds::many(&known.kind());
    let conditions = conditions_of(&query);
    let is_taken = RwSignal::new(false);
    let mistake_id = format!("mistake-of-{}", paths::encode(&name));
    let rename = {
        let name = name.clone();
        move |event: web_sys::Event| {
            let new = event_target_value(&event).trim().to_owned();
            let is_others = saved.list().with_untracked(|views| {
                views.iter().any(|other| other.name.to_lowercase() == new.to_lowercase() && other.name != name)
            });
            if is_others {
                is_taken.set(true);
            } else if !new.is_empty() && new != name {
                saved.change(SavedChange::Rename(name.clone(), new));
            } else if let Some(input) = event_target_input(&event) {
                input.set_value(&name);
            }
        }
    };
    let pin = {
        let name = name.clone();
        move |_| saved.change(SavedChange::SetDefault(name.clone(), !is_default))
    };
    view! {
        <li>
            <div class="saved-views__name">
                <input
                    class="input"
                    aria-label=format!("Name of {name}")
                    maxlength=MAX_NAME.to_string()
                    value=name.clone()
                    aria-invalid=move || is_taken.get().then_some("true")
                    aria-describedby=mistake_id.clone()
                    on:input=move |_| is_taken.set(false)
                    on:change=rename
                />
                <p class="field-error" id=mistake_id role="alert">
                    {move || is_taken.get().then_some("Another view has this name.")}
                </p>
                <span class="hint truncate">{format!("{kind}{conditions}")}</span>
            </div>
            <button
                class="icon-button"
                type="button"
                aria-pressed=is_default.to_string()
                aria-label=format!("Open {name} by itself")
                title=format!("Open by itself when I go to {kind}")
                on:click=pin
            >
                <Icon name=IconName::Pin/>
            </button>
            <button
                class="icon-button"
                type="button"
                aria-label=format!("Delete {name}")
                title="Delete"
                on:click=move |_| saved.remove(known.clone())
            >
                <Icon name=IconName::Trash/>
            </button>
        </li>
    }
}

fn event_target_input(event: &web_sys::Event) -> Option<web_sys::HtmlInputElement> {
    use wasm_bindgen::JsCast;
    event.target()?.dyn_into().ok()
}

/// What a query narrows, as words after its kind.
fn conditions_of(query: &str) -> String {
    let view = CatalogView::parse(query);
    let mut parts: Vec<String> = view
        .chosen
        .iter()
        .flat_map(|chosen| {
            let words = |values: &[String]| {
                values.iter().map(|value| chosen.facet.words(value)).collect::<Vec<_>>().join(" or ")
            };
            let label = chosen.facet.label();
            let included = (!chosen.included.is_empty()).then(|| format!("{label} {}", words(&chosen.included)));
            let excluded = (!chosen.excluded.is_empty()).then(|| format!("{label} not {}", words(&chosen.excluded)));
            included.into_iter().chain(excluded)
        })
        .collect();
    if !view.text.trim().is_empty() {
        parts.push(format!("“{}”", view.text.trim()));
    }
    match view.show {
        Show::All => {}
        Show::Owned => parts.push("owned".to_owned()),
        Show::Starred => parts.push("starred".to_owned()),
    }
    parts.iter().map(|part| format!(" · {part}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_told_in_words() {
        assert_eq!(conditions_of(""), "");
        assert_eq!(
            conditions_of("type=service,data-pipeline&lifecycle=!deprecated&q=rate&show=owned"),
            " · Type Service or Data pipeline · Lifecycle not Deprecated · “rate” · owned"
        );
    }
}
