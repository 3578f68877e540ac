//! A form that writes a descriptor.

use leptos::prelude::*;
use serde_json::json;
use shared::api::sources::DescriptorProposal;

use super::descriptor::{Draft, KINDS, STAGES};
use super::entity_field::EntityField;
use crate::browser;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::ui::code_block::CodeBlock;
use crate::ui::icon::{Icon, IconName};
use crate::ui::words;

/// What the form begins with where there is no repository.
pub fn blank() -> DescriptorProposal {
    DescriptorProposal {
        entity: json!({"kind": "Component", "metadata": {"name": ""}, "spec": {}}),
        file_name: "catalog-info.yaml".to_owned(),
        ..DescriptorProposal::default()
    }
}

/// What was answered. Made by the page, it outlives the form.
#[derive(Clone, Copy)]
pub struct Answers {
    draft: RwSignal<Draft>,
    owner: RwSignal<String>,
    parent: RwSignal<String>,
}

impl Answers {
    /// What is known before anything was answered.
    pub fn of(proposal: &DescriptorProposal) -> Self {
        let draft = Draft::of(&proposal.entity);
        let (owner, parent) = (RwSignal::new(draft.owner.clone()), RwSignal::new(draft.parent.clone()));
        Self { draft: RwSignal::new(draft), owner, parent }
    }
}

/// Writes a descriptor from a few answers, and says where to put it.
#[component]
pub fn DescriptorForm(
    /// What is known.
    proposal: DescriptorProposal,
    /// The answers so far.
    answers: Answers,
    /// Tries the address of the new file; absent where it is not known.
    #[prop(optional_no_strip)]
    on_written: Option<Callback<String>>,
) -> impl IntoView {
    let DescriptorProposal { file_name, target, new_file_url, content_parameter, .. } = proposal;
    let Answers { draft, owner, parent } = answers;
    let whole = Memo::new(move |_| {
        let mut whole = draft.get();
        whole.owner = owner.get();
        whole.parent = parent.get();
        whole
    });
    let was_asked = RwSignal::new(false);
    let mistake = move |field: &'static str| {
        Signal::derive(move || {
            let found = whole.with(|draft| draft.mistakes().into_iter().find(|(of, _)| *of == field));
            found.map(|(_, text)| text).filter(|_| was_asked.get())
        })
    };
    let is_good = Memo::new(move |_| whole.with(|draft| draft.mistakes().is_empty()));
    let text = Signal::derive(move || whole.with(Draft::yaml));
    let announcer = Announcer::of_page();
    // Asks for what is missing; answers whether nothing is.
    let is_complete = move || {
        was_asked.set(true);
        let first = whole.with_untracked(|draft| draft.mistakes().into_iter().next());
        let Some((field, text)) = first else { return true };
        announcer.say(text.to_owned());
        if let Some(input) = browser::find(&format!("#descriptor-{field}")) {
            browser::focus(&input);
        }
        false
    };
    let types = move || {
        let kind = draft.with(|draft| draft.kind.clone());
        KINDS.iter().find(|(own, _)| *own == kind).map(|(_, types)| *types).unwrap_or_default()
    };
    let parent_field = Memo::new(move |_| draft.with(Draft::parent_field));
    let parent_kind = Signal::derive(move || parent_field.get().map(|(_, kind)| kind.to_owned()).unwrap_or_default());
    let name_mistake = mistake("name");
    let type_mistake = mistake("type");
    let download_name = file_name.clone();
    let form_address = move || {
        let url = new_file_url.clone()?;
        let separator = if url.contains('?') { '&' } else { '?' };
        Some(match &content_parameter {
            Some(parameter) => format!("{url}{separator}{}={}", paths::encode(parameter), paths::encode(&text.get())),
            None => url,
        })
    };
    let shown_target = target.clone();
    view! {
        <div class="descriptor">
            <div class="stack descriptor__fields">
                <div class="field">
                    <label for="descriptor-name">"Name"</label>
                    <input
                        id="descriptor-name"
                        class="input"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        aria-invalid=move || name_mistake.get().map(|_| "true")
                        aria-describedby="descriptor-name-error"
                        prop:value=move || draft.with(|draft| draft.name.clone())
                        on:input=move |event| draft.update(|draft| draft.name = event_target_value(&event))
                    />
                    <p class="field-error" id="descriptor-name-error">{move || name_mistake.get()}</p>
                </div>
                <div class="descriptor__pair">
                    <div class="field">
                        <label for="descriptor-kind">"Kind"</label>
                        <select
                            id="descriptor-kind"
                            class="select"
                            on:change=move |event| {
                                draft
                                    .update(|draft| {
                                        draft.kind = event_target_value(&event);
                                        let types = KINDS.iter().find(|(kind, _)| *kind == draft.kind);
                                        draft.entity_type = types
                                            .and_then(|(_, types)| types.first())
                                            .map(|first| (*first).to_owned())
                                            .unwrap_or_default();
                                    });
                            }
                        >
                            {KINDS
                                .iter()
                                .map(|(kind, _)| {
                                    view! { <option value=*kind selected=move || draft.with(|draft| draft.kind == *kind)>{*kind}</option> }
                                })
                                .collect_view()}
                        </select>
                    </div>
                    <div class="field">
                        <label for="descriptor-type">"Type"</label>
                        <input
                            id="descriptor-type"
                            class="input"
                            type="text"
                            list="descriptor-types"
                            autocomplete="off"
                            aria-invalid=move || type_mistake.get().map(|_| "true")
                            aria-describedby="descriptor-type-error"
                            prop:value=move || draft.with(|draft| draft.entity_type.clone())
                            on:input=move |event| draft.update(|draft| draft.entity_type = event_target_value(&event))
                        />
                        <datalist id="descriptor-types">
                            {move || types().iter().map(|name| view! { <option value=*name></option> }).collect_view()}
                        </datalist>
                        <p class="field-error" id="descriptor-type-error">{move || type_mistake.get()}</p>
                    </div>
                </div>
                <div class="field">
                    <label for="descriptor-owner">"Owner"</label>
                    <EntityField id="descriptor-owner" kind="group".to_owned() value=owner mistake=mistake("owner")/>
                </div>
                <Show when=move || draft.with(Draft::has_lifecycle)>
                    <div class="field">
                        <label for="descriptor-lifecycle">"Lifecycle"</label>
                        <select
                            id="descriptor-lifecycle"
                            class="select"
                            on:change=move |event| draft.update(|draft| draft.lifecycle = event_target_value(&event))
                        >
                            {STAGES
                                .iter()
                                .map(|stage| {
                                    view! {
                                        <option value=*stage selected=move || draft.with(|draft| draft.lifecycle == *stage)>
                                            {words::label(stage)}
                                        </option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    </div>
                </Show>
                {move || {
                    parent_field
                        .get()
                        .map(|(field, _)| {
                            view! {
                                <div class="field">
                                    <label for="descriptor-parent">
                                        {words::label(field)} " " <span class="optional">"(optional)"</span>
                                    </label>
                                    <EntityField id="descriptor-parent" kind=parent_kind value=parent mistake=Signal::stored(None)/>
                                </div>
                            }
                        })
                }}
                <div class="field">
                    <label for="descriptor-description">"Description " <span class="optional">"(optional)"</span></label>
                    <input
                        id="descriptor-description"
                        class="input"
                        type="text"
                        prop:value=move || draft.with(|draft| draft.description.clone())
                        on:input=move |event| draft.update(|draft| draft.description = event_target_value(&event))
                    />
                </div>
            </div>
            <div class="stack descriptor__result">
                <CodeBlock title=file_name.clone() text/>
                {move || {
                    (!is_good.get())
                        .then(|| view! { <p class="small-text subtle">"The file is not complete yet: a name and an owner are needed."</p> })
                }}
                <div class="row">
                    <button
                        class="button"
                        type="button"
                        on:click=move |_| {
                            if is_complete() {
                                browser::download_text(&download_name, "application/yaml", &text.get_untracked());
                            }
                        }
                    >
                        <Icon name=IconName::Download/>
                        "Download"
                    </button>
                    {move || {
                        form_address()
                            .map(|href| {
                                view! {
                                    <a
                                        class="button"
                                        href=href
                                        target="_blank"
                                        rel="noopener noreferrer"
                                        on:click=move |event| {
                                            if !is_complete() {
                                                event.prevent_default();
                                            }
                                        }
                                    >
                                        "Write it in the repository"
                                        <Icon name=IconName::External/>
                                    </a>
                                }
                            })
                    }}
                </div>
                <ol class="small-text muted descriptor__steps">
                    <li>"Put the file into the repository, at its root or in the folder of the part that it describes."</li>
                    <li>
                        {match shown_target {
                            Some(target) => {
                                view! { "Then register its address: " <code class="mono wrap-any">{target}</code> }.into_any()
                            }
                            None => view! { "Then register the address of the file." }.into_any(),
                        }}
                    </li>
                </ol>
                {target
                    .zip(on_written)
                    .map(|(target, on_written)| {
                        view! {
                            <div>
                                <button class="button" type="button" on:click=move |_| on_written.run(target.clone())>
                                    "The file is there: look again"
                                </button>
                            </div>
                        }
                    })}
            </div>
        </div>
    }
}
