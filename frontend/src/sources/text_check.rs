//! Checking a file that is dropped, chosen or pasted.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::sources::PreviewedSource;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::preview_list::{PreviewedEntities, summary};
use crate::api::ApiClient;
use crate::browser;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::ui::code_block::CopyButton;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// The largest file that is taken, in bytes; the server takes bodies of this size at most.
const MAX_BYTES: f64 = 1_000_000.0;
/// What a text is called that came from no file.
const DEFAULT_NAME: &str = "catalog-info.yaml";

/// Checks a text as registering it would.
#[component]
pub fn TextCheck(
    /// What was pasted or dropped; it stays while another way to register is looked at.
    text: RwSignal<String>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let name = RwSignal::new(DEFAULT_NAME.to_owned());
    let mistake = RwSignal::new(None::<String>);
    let is_over = RwSignal::new(false);
    let preview: Load<PreviewedSource> = Load::new();
    let picker = NodeRef::<html::Input>::new();
    let check = move || {
        let (text, name) = (text.get_untracked(), name.get_untracked());
        if text.trim().is_empty() {
            mistake.set(Some("Drop a file here, or paste its text.".to_owned()));
            if let Some(field) = browser::find("#register-text") {
                browser::focus(&field);
            }
            return;
        }
        mistake.set(None);
        preview.reset();
        announcer.say(format!("Checking {name}"));
        preview.run(async move { client.text_preview(text, Some(name)).await });
    };
    effect(move || {
        preview.value.with(|value| match value {
            Some(Ok(source)) => announcer.say(summary(source)),
            Some(Err(error)) => announcer.say(format!("The text was not checked. {error}")),
            None => {}
        });
    });
    let take = move |file: web_sys::File| {
        if file.size() > MAX_BYTES {
            mistake.set(Some(format!("{} is larger than 1 MB. Split it, or register its address.", file.name())));
            return;
        }
        name.set(file.name());
        spawn_local(async move {
            match JsFuture::from(file.text()).await {
                Ok(read) => {
                    if text.try_set(read.as_string().unwrap_or_default()).is_none() {
                        check();
                    }
                }
                Err(error) => {
                    leptos::logging::warn!("The file was not read: {error:?}");
                    mistake.try_set(Some("The browser could not read the file. Paste its text.".to_owned()));
                }
            }
        });
    };
    let on_drop = move |event: web_sys::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        match file {
            Some(file) => take(file),
            None => mistake.set(Some("That was no file. Drop a YAML file, or paste its text.".to_owned())),
        }
    };
    let on_pick = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            take(file);
        }
        // The same file may be chosen once more after it was mended.
        input.set_value("");
    };
    let retry = Callback::new(move |()| check());
    let answer = move || {
        let is_waiting = preview.is_loading.get();
        preview.value.with(|value| match value {
            None => is_waiting.then(|| view! { <SkeletonRows rows=3 label="Checking the text"/> }.into_any()),
            Some(Err(error)) => Some(
                view! { <ErrorPanel title="The text was not checked" error=error.clone() on_retry=retry/> }.into_any(),
            ),
            Some(Ok(source)) => Some(view! { <Checked source=source.clone() name text/> }.into_any()),
        })
    };
    view! {
        <div
            class="drop"
            data-over=move || is_over.get().then_some("")
            on:dragover=move |event: web_sys::DragEvent| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=on_drop
        >
            <div class="drop__head">
                <Icon name=IconName::Upload/>
                <p>
                    <b>"Drop a YAML file here"</b>
                    <span class="muted">", or paste its text below."</span>
                </p>
                <button
                    class="button"
                    type="button"
                    on:click=move |_| {
                        if let Some(picker) = picker.get_untracked() {
                            picker.click();
                        }
                    }
                >
                    <Icon name=IconName::File/>
                    "Choose a file"
                </button>
                <input
                    node_ref=picker
                    class="visually-hidden"
                    type="file"
                    accept=".yaml,.yml,application/yaml,text/yaml,text/plain"
                    tabindex="-1"
                    aria-hidden="true"
                    aria-label="YAML file"
                    on:change=on_pick
                />
            </div>
            <div class="field">
                <label for="register-text">"Text of the file"</label>
                <textarea
                    id="register-text"
                    class="textarea mono"
                    rows="10"
                    spellcheck="false"
                    autocapitalize="off"
                    placeholder="apiVersion: backstage.io/v1alpha1"
                    aria-invalid=move || mistake.get().map(|_| "true")
                    aria-describedby="register-text-error"
                    prop:value=move || text.get()
                    on:input=move |event| {
                        mistake.set(None);
                        text.set(event_target_value(&event));
                    }
                    // Ctrl or Cmd with Enter checks, as in other fields of several lines.
                    on:keydown=move |event| {
                        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                            event.prevent_default();
                            check();
                        }
                    }
                ></textarea>
                <p class="field-error" id="register-text-error">{move || mistake.get()}</p>
            </div>
            <div class="row">
                <button
                    class="button primary"
                    type="button"
                    aria-busy=move || preview.is_loading.get().to_string()
                    on:click=move |_| check()
                >
                    "Check"
                </button>
                <span class="small-text subtle">"Nothing is stored."</span>
            </div>
        </div>
        {answer}
    }
}

/// What a text says, and how it gets into the catalog.
#[component]
fn Checked(
    /// What was found.
    source: PreviewedSource,
    /// What the text is called.
    name: RwSignal<String>,
    /// The text.
    text: RwSignal<String>,
) -> impl IntoView {
    let is_good = source.n_errors == 0 && source.entities.iter().all(|entity| entity.errors.is_empty());
    let n_targets = source.n_targets;
    let sentence = summary(&source);
    view! {
        <div class="stack register__answer">
            <section class="card" aria-labelledby="checked-heading">
                <div class="card-head">
                    <h2 id="checked-heading">
                        <Icon name=if is_good { IconName::Check } else { IconName::Warning }/>
                        {name.get_untracked()}
                    </h2>
                    <span class="small-text subtle">{sentence}</span>
                </div>
                <PreviewedEntities source/>
            </section>
            {(n_targets > 0)
                .then(|| {
                    view! {
                        <div class="banner" data-tone="info" role="status">
                            <Icon name=IconName::Info/>
                            <div>
                                <b>{format!("It leads to {n_targets} more. ")}</b>
                                <span class="muted">"Those are looked at when the file is at its place."</span>
                            </div>
                        </div>
                    }
                })}
            <section class="card" aria-labelledby="next-heading">
                <div class="card-head"><h2 id="next-heading">"How it gets into the catalog"</h2></div>
                <div class="card-body stack">
                    <p class="muted">
                        "The catalog reads files at addresses, so that they stay with what they describe. A text alone cannot be registered."
                    </p>
                    <ol class="muted descriptor__steps prose">
                        <li>"Put the file into the repository of what it describes, named " <code class="mono">"catalog-info.yaml"</code> "."</li>
                        <li>"Register its address: " <a href=paths::register()>"from an address"</a> "."</li>
                    </ol>
                    <div class="row">
                        <CopyButton text label="Copy the text"/>
                        <button
                            class="button small quiet"
                            type="button"
                            on:click=move |_| browser::download_text(&name.get_untracked(), "application/yaml", &text.get_untracked())
                        >
                            <Icon name=IconName::Download/>
                            "Download"
                        </button>
                    </div>
                </div>
            </section>
        </div>
    }
}
