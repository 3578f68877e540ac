//! The tab with the definition of an API.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::definition::{ApiDefinition, DefinitionLanguage};

use super::raw::{RawDefinition, TakeAlong};
use super::reader::{DefinitionReader, ServerChoice};
use crate::api::ApiClient;
use crate::browser;
use crate::extensions::EntityContext;
use crate::state::query::{QueryValue, use_query_value};
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// The word in the address for the view of the text.
const RAW: &str = "raw";

/// A definition, read for people and as its text.
#[component]
pub fn DefinitionTab(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let view = use_query_value("view");
    let choice = use_query_value("server");
    let text = Memo::new(move |_| context.entity.with(|entity| super::of(entity)).unwrap_or_default());
    let name = Memo::new(move |_| context.entity.with(|entity| entity.metadata.name.clone()));
    let read: Load<Arc<ApiDefinition>> = Load::new();
    let load = move || {
        let entity_ref = context.entity.with_untracked(|entity| entity.entity_ref());
        read.run(async move { client.entity_definition(&entity_ref).await.map(Arc::new) });
    };
    effect(move || {
        text.track();
        load();
    });
    let definition =
        Memo::new(move |_| read.value.with(|value| value.as_ref().and_then(|value| value.as_ref().ok().cloned())));
    let has_operations = move || {
        definition
            .with(|found| found.as_ref().is_some_and(|found| !found.groups.is_empty() || !found.schemas.is_empty()))
    };
    // What cannot be read for people is shown as text.
    let is_raw =
        Memo::new(move |_| view.with(|view| view == RAW) || (definition.with(Option::is_some) && !has_operations()));
    let language = Signal::derive(move || {
        definition.with(|found| found.as_ref().map_or(DefinitionLanguage::Text, |found| found.language))
    });
    let label = Signal::derive(move || {
        definition.with(|found| found.as_ref().map_or_else(|| "Text".to_owned(), |found| found.language_label.clone()))
    });
    let retry = Callback::new(move |()| load());
    let failed = move || read.value.with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned()));
    let text = Signal::from(text);
    let body = move || {
        if let Some(error) = failed() {
            return view! {
                <ErrorPanel title="The definition was not read" error on_retry=retry/>
                <RawDefinition text label language/>
            }
            .into_any();
        }
        match (definition.get(), is_raw.get()) {
            (None, false) => view! { <SkeletonRows rows=10 label="Loading the definition"/> }.into_any(),
            (_, true) => view! { <RawDefinition text label language/> }.into_any(),
            (Some(definition), false) => view! { <DefinitionReader definition choice/> }.into_any(),
        }
    };
    view! {
        <div class="api-head">
            <div class="grow">
                <h2>
                    {move || definition.with(|found| found.as_ref().map(|found| found.title.clone()).filter(|title| !title.is_empty()).unwrap_or_else(|| "Definition".to_owned()))}
                    {move || {
                        let version = definition.with(|found| found.as_ref().map(|found| found.version.clone()).unwrap_or_default());
                        (!version.is_empty()).then(|| view! { " " <span class="subtle api-head__version">{version}</span> })
                    }}
                </h2>
                {move || definition.get().map(|found| view! { <Description text=found.description.clone()/> })}
            </div>
            <div class="row api-head__tools">
                {move || definition.get().map(|found| view! { <ServerChoice servers=found.servers.clone() choice/> })}
                <TakeAlong text language name/>
                {move || has_operations().then(|| view! { <ViewChoice view/> })}
            </div>
        </div>
        {move || {
            let remarks = definition.with(|found| found.as_ref().map(|found| found.remarks.clone()).unwrap_or_default());
            remarks.into_iter().map(|text| view! { <Remark text/> }).collect_view()
        }}
        {body}
    }
}

/// What could not be read: a sentence, and below it the lines that it is about, as they are written.
#[component]
fn Remark(
    /// The text.
    text: String,
) -> impl IntoView {
    let (message, lines) = text.split_once('\n').unwrap_or((text.as_str(), ""));
    let end = if message.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    let sentence = super::fields::sentence(&format!("{message}{end}"));
    let lines = lines.trim_end().to_owned();
    view! {
        <div class="banner" data-tone="warn" role="status">
            <Icon name=IconName::Warning/>
            <div class="api-remark">
                <div>{sentence}</div>
                {(!lines.is_empty())
                    .then(|| view! { <pre class="mono api-remark__lines" tabindex="0" role="region" aria-label="Excerpt">{lines}</pre> })}
            </div>
        </div>
    }
}

/// What the definition says of itself: its first paragraph, the rest behind a button.
#[component]
fn Description(
    /// The text.
    text: String,
) -> impl IntoView {
    let (first, rest) = text
        .split_once("\n\n")
        .map_or((text.clone(), String::new()), |(first, rest)| (first.to_owned(), rest.to_owned()));
    let has_rest = !rest.trim().is_empty();
    view! {
        <super::fields::Prose text=first/>
        {has_rest
            .then(|| {
                view! {
                    <details class="api-more text-13">
                        <summary>"Read more"</summary>
                        <super::fields::Prose text=rest/>
                    </details>
                }
            })}
    }
}

/// Reader or text.
#[component]
fn ViewChoice(
    /// The value in the address.
    view: QueryValue,
) -> impl IntoView {
    let choose = move |value: &'static str| {
        view.set(value);
        if let Some(button) = browser::find(&format!("[data-view-choice=\"{value}\"]")) {
            browser::focus(&button);
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let value = match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => "",
            "ArrowRight" | "ArrowDown" => RAW,
            _ => return,
        };
        event.prevent_default();
        choose(value);
    };
    let button = move |value: &'static str, label: &'static str| {
        let is_chosen = move || view.with(|view| view == value);
        view! {
            <button
                type="button"
                role="radio"
                data-view-choice=value
                aria-checked=move || is_chosen().to_string()
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| view.set(value)
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="segmented" role="radiogroup" aria-label="View" on:keydown=on_keydown>
            {button("", "Reader")}
            {button(RAW, "Raw")}
        </div>
    }
}
