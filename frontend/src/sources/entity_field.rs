//! A field that takes the reference of an entity, with what the catalog has.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::entity::{Entity, EntityRef};

use crate::api::ApiClient;
use crate::state::announcer::Announcer;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::Icon;
use crate::ui::numbers;

/// How long the reader must pause before the catalog is asked.
const TYPING_PAUSE: Duration = Duration::from_millis(120);
/// How many choices are shown.
const MAX_CHOICES: usize = 20;

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    entity_ref: EntityRef,
    title: String,
}

/// A field that takes the reference of an entity. Anything may be typed; the list helps.
#[component]
pub fn EntityField(
    /// The id of the input; its label has it in `for`.
    id: &'static str,
    /// The kind that is offered, in lower case.
    #[prop(into)]
    kind: Signal<String>,
    /// What is chosen, as it is written in a descriptor.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    mistake: Signal<Option<&'static str>>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let choices = RwSignal::new(Vec::<Choice>::new());
    let is_open = RwSignal::new(false);
    let active = RwSignal::new(None::<usize>);
    let asked = StoredValue::new(0_u32);
    let ask = move |text: String| {
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        let query = query(&kind.get_untracked(), &text);
        spawn_local(async move {
            // Without an answer there are no choices; the field takes what is typed.
            let found = client.entities_query(&query).await.map(|page| page.items).unwrap_or_default();
            if asked.try_get_value() != Some(number) {
                return;
            }
            let found: Vec<Choice> = found.iter().map(choice).collect();
            if is_open.get_untracked() {
                announcer.say(numbers::counted(found.len(), "choice", "choices"));
            }
            active.set(None);
            choices.set(found);
        });
    };
    let mut ask_later = debounce(TYPING_PAUSE, move |text: String| {
        if !choices.is_disposed() {
            ask(text);
        }
    });
    let open = move || {
        if !is_open.get_untracked() {
            is_open.set(true);
            ask(String::new());
        }
    };
    let close = move || {
        is_open.set(false);
        active.set(None);
    };
    let pick = move |at: usize| {
        if let Some(choice) = choices.with_untracked(|choices| choices.get(at).cloned()) {
            value.set(written(&choice.entity_ref));
            close();
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let n_choices = choices.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                if is_open.get_untracked() {
                    active.update(|active| *active = next(*active, n_choices, true));
                } else {
                    open();
                }
            }
            "ArrowUp" if is_open.get_untracked() => {
                event.prevent_default();
                active.update(|active| *active = next(*active, n_choices, false));
            }
            "Enter" => {
                if let Some(at) = active.get_untracked().filter(|_| is_open.get_untracked()) {
                    event.prevent_default();
                    pick(at);
                }
            }
            "Escape" if is_open.get_untracked() => {
                event.prevent_default();
                event.stop_propagation();
                close();
            }
            _ => {}
        }
    };
    let option_id = move |at: usize| format!("{id}-option-{at}");
    let list_id = format!("{id}-list");
    let controlled = list_id.clone();
    let has_list = Memo::new(move |_| is_open.get() && choices.with(|choices| !choices.is_empty()));
    let error_id = format!("{id}-error");
    let described = error_id.clone();
    view! {
        <div class="combobox">
            <input
                id=id
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-autocomplete="list"
                aria-expanded=move || has_list.get().to_string()
                aria-controls=move || has_list.get().then(|| controlled.clone())
                aria-activedescendant=move || active.get().map(option_id)
                aria-invalid=move || mistake.get().map(|_| "true")
                aria-describedby=move || mistake.get().map(|_| described.clone())
                prop:value=move || value.get()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    is_open.set(true);
                    ask_later(text.clone());
                    value.set(text);
                }
                on:click=move |_| open()
                on:keydown=on_keydown
                on:blur=move |_| close()
            />
            {move || {
                let shown = choices.get();
                has_list
                    .get()
                    .then(|| {
                        view! {
                            <div class="listbox" id=list_id.clone() role="listbox" aria-label="Choices">
                                {shown
                                    .into_iter()
                                    .enumerate()
                                    .map(|(at, choice)| {
                                        let is_active = move || active.get() == Some(at);
                                        let kind = choice.entity_ref.kind.clone();
                                        view! {
                                            <div
                                                class="option"
                                                id=option_id(at)
                                                role="option"
                                                aria-selected=move || is_active().to_string()
                                                data-active=move || is_active().then_some("")
                                                // The field keeps the focus.
                                                on:mousedown=move |event| {
                                                    event.prevent_default();
                                                    pick(at);
                                                }
                                            >
                                                <Icon name=entity_icon(&kind, None) kind=kind.clone()/>
                                                <span>{choice.title.clone()}</span>
                                                <small class="mono">{written(&choice.entity_ref)}</small>
                                            </div>
                                        }
                                    })
                                    .collect_view()}
                            </div>
                        }
                    })
            }}
        </div>
        {move || mistake.get().map(|text| view! { <p class="field-error" id=error_id.clone()>{text}</p> })}
    }
}

/// The one after or before, round and round.
fn next(active: Option<usize>, n_choices: usize, is_down: bool) -> Option<usize> {
    match (active, n_choices) {
        (_, 0) => None,
        (None, _) if is_down => Some(0),
        (None | Some(0), more) if !is_down => Some(more - 1),
        (Some(at), more) if is_down => Some((at + 1) % more),
        (Some(at), _) => Some(at - 1),
        (None, _) => None,
    }
}

fn query(kind: &str, text: &str) -> Vec<(String, String)> {
    let mut query = vec![
        ("filter".to_owned(), format!("kind={kind}")),
        ("limit".to_owned(), MAX_CHOICES.to_string()),
        ("orderField".to_owned(), "metadata.name,asc".to_owned()),
        (
            "fields".to_owned(),
            "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,spec.profile".to_owned(),
        ),
    ];
    if !text.trim().is_empty() {
        query.push(("fullTextFilterTerm".to_owned(), text.trim().to_owned()));
        query.push((
            "fullTextFilterFields".to_owned(),
            "metadata.name,metadata.title,spec.profile.displayName".to_owned(),
        ));
    }
    query
}

fn choice(entity: &Entity) -> Choice {
    Choice { entity_ref: entity.entity_ref(), title: entity.display_name().to_owned() }
}

/// As a descriptor says it: kind and namespace may be left out where they are what everybody expects.
fn written(entity_ref: &EntityRef) -> String {
    match entity_ref.kind.as_str() {
        "group" | "system" | "domain" => short_name(entity_ref),
        _ => entity_ref.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round() {
        assert_eq!(next(None, 3, true), Some(0));
        assert_eq!(next(Some(2), 3, true), Some(0));
        assert_eq!(next(Some(0), 3, false), Some(2));
        assert_eq!(next(None, 3, false), Some(2));
        assert_eq!(next(Some(1), 3, false), Some(0));
        assert_eq!(next(Some(0), 0, true), None);
    }

    #[test]
    fn a_reference_is_written_as_short_as_it_may_be() {
        assert_eq!(written(&EntityRef::new("group", "default", "team-a")), "team-a");
        assert_eq!(written(&EntityRef::new("group", "ops", "team-a")), "ops/team-a");
        assert_eq!(written(&EntityRef::new("user", "default", "ann")), "user:default/ann");
    }
}
