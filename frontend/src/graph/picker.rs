//! A field that finds entities by typing.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::{html, prelude::*};
use shared::entity::{DEFAULT_NAMESPACE, Entity, EntityRef};

use crate::api::{ApiClient, ClientError};
use crate::browser;
use crate::catalog::kinds;
use crate::state::announcer::Announcer;
use crate::state::recent::{RecentEntity, Recents};
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::order::Order as _;
use crate::ui::{numbers, words};

/// How long the reader must pause before the text is looked for.
const TYPING_PAUSE: Duration = Duration::from_millis(120);
/// Lines of the list.
const MAX_OPTIONS: usize = 8;
/// Entities that are asked for, to choose the best ones from.
const MAX_FOUND: usize = 30;
/// Fields in which the words are looked for.
const TEXT_FIELDS: &str = "metadata.name,metadata.title,spec.profile.displayName";
/// Fields that a line shows.
const FIELDS: &str =
    "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,spec.type,spec.profile,spec.target";
/// The id of the list.
const LIST_ID: &str = "graph-start-list";

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    entity_ref: EntityRef,
    label: String,
    remark: String,
    icon: IconName,
}

impl Choice {
    fn of(entity: &Entity) -> Self {
        Self::new(entity.entity_ref(), entity.display_name(), entity.spec_text("type"))
    }

    fn of_recent(recent: &RecentEntity) -> Self {
        Self::new(recent.entity_ref.clone(), &recent.title, recent.entity_type.as_deref())
    }

    fn new(entity_ref: EntityRef, label: &str, entity_type: Option<&str>) -> Self {
        let kind = kinds::one(&entity_ref.kind);
        let remark = entity_type.map_or_else(|| kind.clone(), |text| format!("{kind} · {}", words::label(text)));
        let icon = entity_icon(&entity_ref.kind, entity_type);
        Self { label: label.to_owned(), remark, icon, entity_ref }
    }

    /// Smaller is better: the name itself, then what begins with the text; of those, what is in the default namespace.
    fn rank(&self, text: &str) -> (u8, bool) {
        let names = [self.entity_ref.name.clone(), self.label.to_lowercase()];
        let fit = if names.iter().any(|name| name == text) {
            0
        } else if names.iter().any(|name| name.starts_with(text)) {
            1
        } else {
            2
        };
        (fit, self.entity_ref.namespace != DEFAULT_NAMESPACE)
    }
}

/// What was found for a text, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    text: String,
    choices: Vec<Choice>,
}

async fn find(client: ApiClient, text: String) -> Result<Found, ClientError> {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let query = [
        pair("fullTextFilterTerm", &text),
        pair("fullTextFilterFields", TEXT_FIELDS),
        pair("orderField", "metadata.name,asc"),
        pair("limit", &MAX_FOUND.to_string()),
        pair("fields", FIELDS),
    ];
    let page = client.entities_query(&query).await?;
    let mut choices: Vec<Choice> = page.items.iter().map(Choice::of).collect();
    choices.order_by_key(|choice| choice.rank(&text.to_lowercase()));
    Ok(Found { text, choices })
}

/// The starting points as chips, and a field that adds one.
#[component]
pub fn EntityPicker(
    /// The starting points.
    chosen: Signal<Vec<EntityRef>>,
    /// Starts from others.
    on_change: Callback<Vec<EntityRef>>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let recents = Recents::of_page().entries();
    let announcer = Announcer::of_page();
    let input = NodeRef::<html::Input>::new();
    let text = RwSignal::new(String::new());
    let is_open = RwSignal::new(false);
    let active = RwSignal::new(0_usize);
    let found: Load<Found> = Load::new();
    let options = Memo::new(move |_| {
        let typed = text.with(|text| text.trim().to_owned());
        let all = if typed.is_empty() {
            recents.with(|recents| recents.iter().map(Choice::of_recent).collect())
        } else {
            found.value.with(|value| match value {
                Some(Ok(found)) => found.choices.clone(),
                Some(Err(_)) | None => Vec::new(),
            })
        };
        let is_new = |choice: &Choice| chosen.with(|chosen| !chosen.contains(&choice.entity_ref));
        all.into_iter().filter(is_new).take(MAX_OPTIONS).collect::<Vec<_>>()
    });
    let is_answered = Memo::new(move |_| {
        let typed = text.with(|text| text.trim().to_owned());
        found.value.with(|value| matches!(value, Some(Ok(found)) if found.text == typed))
    });
    let has_failed = Memo::new(move |_| found.value.with(|value| matches!(value, Some(Err(_)))));
    effect(move || {
        if is_open.get() && is_answered.get() {
            announcer.say(numbers::counted(options.with(Vec::len), "entity", "entities"));
        }
    });
    // Enter was pressed before the answer to what was typed was there.
    let is_enter_due = RwSignal::new(false);
    let look = debounce(TYPING_PAUSE, move |typed: String| {
        let typed = typed.trim().to_owned();
        if text.is_disposed() || typed.is_empty() || text.with_untracked(|text| text.trim() != typed) {
            return;
        }
        // What was found for another text is no answer to this one.
        found.outdate();
        found.run(find(client, typed));
    });
    let on_input = {
        let mut look = look;
        move |event| {
            let typed = event_target_value(&event);
            text.set(typed.clone());
            active.set(0);
            is_enter_due.set(false);
            is_open.set(true);
            if typed.trim().is_empty() {
                found.reset();
            }
            look(typed);
        }
    };
    let pick = move |choice: Choice| {
        text.set(String::new());
        found.reset();
        is_open.set(false);
        active.set(0);
        let mut roots = chosen.get_untracked();
        roots.push(choice.entity_ref);
        on_change.run(roots);
    };
    effect(move || {
        if is_answered.get() && is_enter_due.get() {
            is_enter_due.set(false);
            if let Some(choice) = options.with_untracked(|options| options.first().cloned()) {
                pick(choice);
            }
        }
    });
    let remove = move |entity_ref: &EntityRef| {
        let roots = chosen.with_untracked(|chosen| chosen.iter().filter(|one| *one != entity_ref).cloned().collect());
        on_change.run(roots);
        if let Some(input) = input.get_untracked() {
            browser::focus(&input);
        }
    };
    let is_waiting = move || {
        text.with_untracked(|text| !text.trim().is_empty())
            && !is_answered.get_untracked()
            && !has_failed.get_untracked()
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let n_options = options.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !is_open.get_untracked() => is_open.set(true),
            "ArrowDown" => active.update(|active| *active = if *active + 1 >= n_options { 0 } else { *active + 1 }),
            "ArrowUp" => active.update(|active| *active = active.checked_sub(1).unwrap_or(n_options.saturating_sub(1))),
            "Enter" if is_waiting() => is_enter_due.set(true),
            "Enter" => {
                let choice = options.with_untracked(|options| options.get(active.get_untracked()).cloned());
                match choice.filter(|_| is_open.get_untracked()) {
                    Some(choice) => pick(choice),
                    None => return,
                }
            }
            "Escape" if is_open.get_untracked() => is_open.set(false),
            "Escape" => text.set(String::new()),
            "Backspace" if text.with_untracked(String::is_empty) => {
                let Some(last) = chosen.with_untracked(|chosen| chosen.last().cloned()) else { return };
                remove(&last);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let is_shown = Memo::new(move |_| {
        is_open.get() && (options.with(|options| !options.is_empty()) || text.with(|text| !text.trim().is_empty()))
    });
    let option = move |(index, choice): (usize, Choice)| {
        let picked = choice.clone();
        let Choice { entity_ref, label, remark, icon } = choice;
        view! {
            <div
                id=format!("{LIST_ID}-{index}")
                class="option"
                role="option"
                aria-selected="false"
                data-active=move || (active.get() == index).then_some("")
                // The focus stays in the field.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| pick(picked.clone())
            >
                <Icon name=icon kind=entity_ref.kind/>
                <span class="truncate">{label}</span>
                <small>{remark}</small>
            </div>
        }
    };
    view! {
        <div class="combobox graph-picker">
            <div class="combobox-box">
                <Each each=move || chosen.get() key=Clone::clone let:entity_ref>
                    {
                        let label = format!("Remove {}", short_name(&entity_ref));
                        let own = entity_ref.clone();
                        view! {
                            <span class="chip">
                                <Icon name=entity_icon(&entity_ref.kind, None) kind=entity_ref.kind.clone()/>
                                <span class="truncate">{short_name(&entity_ref)}</span>
                                <button type="button" aria-label=label on:click=move |_| remove(&own)>
                                    <Icon name=IconName::X/>
                                </button>
                            </span>
                        }
                    }
                </Each>
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    data-page-filter
                    autocomplete="off"
                    spellcheck="false"
                    aria-label="Start from"
                    aria-autocomplete="list"
                    aria-expanded=move || is_shown.get().to_string()
                    aria-controls=LIST_ID
                    aria-activedescendant=move || {
                        (is_shown.get() && options.with(|options| active.get() < options.len()))
                            .then(|| format!("{LIST_ID}-{}", active.get()))
                    }
                    placeholder=move || if chosen.with(Vec::is_empty) { "Start from any entity" } else { "Add" }
                    prop:value=text
                    on:input=on_input
                    on:keydown=on_keydown
                    on:focus=move |_| is_open.set(true)
                    on:click=move |_| is_open.set(true)
                    on:blur=move |_| is_open.set(false)
                />
            </div>
            <div id=LIST_ID class="listbox" role="listbox" aria-label="Entities" hidden=move || !is_shown.get()>
                {move || {
                    is_shown
                        .get()
                        .then(|| {
                            let is_recent = text.with(|text| text.trim().is_empty());
                            let listed = options.get();
                            let note = match (listed.is_empty(), has_failed.get(), is_answered.get()) {
                                (false, ..) => None,
                                (true, true, _) => Some("The catalog did not answer. Type on to try again."),
                                (true, false, true) => Some("Nothing in the catalog has this name"),
                                (true, false, false) => Some("Looking"),
                            };
                            view! {
                                {is_recent.then(|| view! { <div class="option-group" role="presentation">"Recent"</div> })}
                                {listed.into_iter().enumerate().map(option).collect_view()}
                                {note.map(|note| view! { <div class="option-group" role="option" aria-disabled="true" aria-selected="false">{note}</div> })}
                            }
                        })
                }}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_itself_comes_first_then_what_begins_with_it() {
        let rank =
            |name: &str, title: &str| Choice::new(EntityRef::new("api", "default", name), title, None).rank("rates").0;
        assert_eq!(
            [rank("rates", "Rates"), rank("x", "Rates"), rank("rates-v3", "V3"), rank("old-rates", "Old")],
            [0, 0, 1, 2]
        );
    }

    #[test]
    fn a_line_says_kind_and_type() {
        let choice = Choice::new(EntityRef::new("api", "default", "rates"), "Rates", Some("openapi"));
        assert_eq!((choice.remark.as_str(), choice.label.as_str()), ("API · OpenAPI", "Rates"));
    }
}
