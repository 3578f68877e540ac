//! The list of operations and schemas beside them.

use leptos::prelude::*;

use super::filter::{Found, short_verb, verb_tone};
use super::place::Place;
use crate::state::query::QueryValue;
use crate::ui::each::Each;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;
use crate::ui::tree_keys::on_tree_key;

/// With more entries than this, only the group of the current one is open at first.
const MAX_OPEN: usize = 60;

/// A link of the list.
#[derive(Clone, PartialEq)]
struct Entry {
    id: String,
    verb: String,
    text: String,
    is_deprecated: bool,
}

/// A foldable part of the list.
#[derive(Clone, PartialEq)]
struct Section {
    title: String,
    entries: Vec<Entry>,
    is_open: bool,
}

impl Section {
    /// Sections with other entries are others: a filter may leave as many and not the same.
    fn key(&self) -> (String, Vec<String>, bool) {
        (self.title.clone(), self.entries.iter().map(|entry| entry.id.clone()).collect(), self.is_open)
    }
}

fn sections(found: &Found, is_filtered: bool) -> Vec<Section> {
    let is_short = is_filtered || found.n_operations() <= MAX_OPEN;
    let mut sections: Vec<Section> = found
        .groups
        .iter()
        .map(|group| {
            let entry = |operation: &std::sync::Arc<shared::api::definition::DefinitionOperation>| {
                let text =
                    if operation.summary.is_empty() { operation.path.clone() } else { operation.summary.clone() };
                // The field of a graph and the method of a service are their names; a path is not.
                let is_named = matches!(operation.verb.as_str(), "QUERY" | "MUTATION" | "SUBSCRIPTION" | "RPC");
                Entry {
                    id: operation.id.clone(),
                    verb: operation.verb.clone(),
                    text: if is_named { operation.path.clone() } else { text },
                    is_deprecated: operation.is_deprecated,
                }
            };
            let entries = group.operations.iter().map(entry).collect();
            Section { title: group.title.clone(), entries, is_open: is_short }
        })
        .collect();
    if !found.schemas.is_empty() {
        let entry = |schema: &std::sync::Arc<shared::api::definition::DefinitionSchema>| Entry {
            id: schema.id.clone(),
            verb: String::new(),
            text: schema.name.clone(),
            is_deprecated: schema.is_deprecated,
        };
        let is_open = sections.is_empty() || is_filtered || found.n_operations() + found.schemas.len() <= MAX_OPEN;
        let entries = found.schemas.iter().map(entry).collect();
        sections.push(Section { title: "Schemas".to_owned(), entries, is_open });
    }
    sections
}

/// The list, with a filter above it.
#[component]
pub fn DefinitionNav(
    /// What is listed.
    found: Memo<Found>,
    /// How many entries there are without a filter.
    #[prop(into)]
    n_entries: Signal<usize>,
    /// The filter.
    text: QueryValue,
    /// Where the reader is.
    place: Place,
) -> impl IntoView {
    let sections = Memo::new(move |_| {
        let is_filtered = text.with(|text| !text.trim().is_empty());
        found.with(|found| sections(found, is_filtered))
    });
    let placeholder = move || format!("Filter {}", numbers::counted(n_entries.get(), "entry", "entries"));
    view! {
        <nav class="api-nav" aria-label="Operations" on:keydown=move |event| on_tree_key(&event)>
            <div class="input-icon">
                <Icon name=IconName::Search/>
                <input
                    class="input"
                    type="search"
                    data-page-filter
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=placeholder
                    aria-label="Filter operations and schemas"
                    aria-keyshortcuts="/"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(&event_target_value(&event))
                />
            </div>
            <ul class="tree">
                <Each each=move || sections.get() key=Section::key let:section>
                    <SectionView section place/>
                </Each>
            </ul>
        </nav>
    }
}

#[component]
fn SectionView(
    /// The part.
    section: Section,
    /// Where the reader is.
    place: Place,
) -> impl IntoView {
    let Section { title, entries, is_open } = section;
    let n_entries = entries.len();
    let has_current = {
        let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        place.id.with_untracked(|current| ids.contains(current))
    };
    let is_open = is_open || has_current;
    let was_open = RwSignal::new(is_open);
    let on_toggle = move |event: web_sys::Event| {
        if super::operation::is_open_now(&event) {
            was_open.set(true);
        }
    };
    let line = move |entry: Entry| {
        let Entry { id, verb, text, is_deprecated } = entry;
        let (own, link) = (id.clone(), id.clone());
        let href = move || place.href(&id);
        view! {
            <li>
                <a
                    href=href
                    data-noscroll
                    aria-current=move || place.id.with(|current| *current == own).then_some("true")
                    on:click=move |_| place.follow_link(&link)
                >
                    {(!verb.is_empty())
                        .then(|| view! { <span class="verb" data-tone=verb_tone(&verb)>{short_verb(&verb).to_owned()}</span> })}
                    <span class="truncate" class:is-deprecated=is_deprecated>{text}</span>
                </a>
            </li>
        }
    };
    let lines = move || {
        was_open.get().then(|| view! { <ul class="tree">{entries.iter().cloned().map(line).collect_view()}</ul> })
    };
    view! {
        <li>
            <details open=is_open on:toggle=on_toggle>
                <summary>
                    <Icon name=IconName::ChevronRight/>
                    <span class="truncate">{title}</span>
                    <span class="nav-count">{numbers::count(n_entries)}</span>
                </summary>
                {lines}
            </details>
        </li>
    }
}
