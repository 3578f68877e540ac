//! One operation: a line that opens.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::definition::{DefinitionBody, DefinitionOperation, DefinitionSample};
use wasm_bindgen::JsCast;

use super::fields::{FieldTable, Prose, TypeText};
use super::filter::verb_tone;
use super::place::Place;
use crate::ui::code_block::CodeBlock;
use crate::ui::highlight::Language;

/// Whether a `details` element that has just changed is open.
pub fn is_open_now(event: &web_sys::Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| element.has_attribute("open"))
}

/// An operation. Its body is drawn when it is opened for the first time.
#[component]
pub fn Operation(
    /// The operation.
    operation: Arc<DefinitionOperation>,
    /// Where the reader is.
    place: Place,
    /// The address of the chosen server.
    server: Signal<String>,
) -> impl IntoView {
    let was_open = RwSignal::new(false);
    let id = operation.id.clone();
    let on_toggle = {
        let id = id.clone();
        move |event: web_sys::Event| {
            let is_open = is_open_now(&event);
            if is_open {
                was_open.set(true);
            }
            place.toggled(&id, is_open);
        }
    };
    let DefinitionOperation { verb, path, summary, is_deprecated, .. } = operation.as_ref().clone();
    let tone = verb_tone(&verb);
    view! {
        <details class="api-op" id=id on:toggle=on_toggle>
            <summary>
                <span class="verb" data-tone=tone>{verb}</span>
                <code class:is-deprecated=is_deprecated>{path}</code>
                {is_deprecated.then(|| view! { <span class="badge" data-tone="warn">"Deprecated"</span> })}
                <span class="sub">{summary}</span>
            </summary>
            {move || was_open.get().then(|| view! { <Body operation=operation.clone() place server/> })}
        </details>
    }
}

#[component]
fn Body(
    /// The operation.
    operation: Arc<DefinitionOperation>,
    /// Where the reader is.
    place: Place,
    /// The address of the chosen server.
    server: Signal<String>,
) -> impl IntoView {
    let DefinitionOperation {
        description, badges, parameters, requests, responses, samples, deprecation, verb, ..
    } = operation.as_ref().clone();
    let is_message = matches!(verb.as_str(), "SEND" | "RECEIVE" | "PUB" | "SUB" | "CHANNEL" | "OP");
    let is_graph = matches!(verb.as_str(), "QUERY" | "MUTATION" | "SUBSCRIPTION");
    let requests_label = if is_message { "Messages" } else { "Request body" };
    let responses_label = if is_graph || verb == "RPC" { "Returns" } else { "Responses" };
    let parameters_label = if is_graph { "Arguments" } else { "Parameters" };
    let has_samples = !samples.is_empty();
    view! {
        <div class="body">
            <Prose text=description/>
            {(!deprecation.is_empty())
                .then(|| view! { <p class="text-13"><span class="badge" data-tone="warn">"Deprecated"</span>" "{deprecation}</p> })}
            {(!badges.is_empty())
                .then(|| {
                    view! {
                        <div class="row api-badges">
                            {badges.into_iter().map(|text| view! { <span class="badge">{text}</span> }).collect_view()}
                        </div>
                    }
                })}
            <div class=if has_samples { "api-cols" } else { "stack" }>
                <div class="stack">
                    {(!parameters.is_empty())
                        .then(|| {
                            view! {
                                <div>
                                    <h4>{parameters_label}</h4>
                                    <FieldTable label=parameters_label place_label="In" fields=parameters place/>
                                </div>
                            }
                        })}
                    <Bodies label=requests_label bodies=requests place/>
                    <Bodies label=responses_label bodies=responses place/>
                </div>
                {has_samples
                    .then(|| {
                        let sample = |sample| view! { <Sample sample server/> };
                        view! { <div class="stack">{samples.into_iter().map(sample).collect_view()}</div> }
                    })}
            </div>
        </div>
    }
}

/// The colour of a status.
fn status_tone(name: &str) -> Option<&'static str> {
    match name.as_bytes().first()? {
        b'2' => Some("ok"),
        b'1' | b'3' => Some("idle"),
        b'4' => Some("warn"),
        b'5' => Some("bad"),
        _ => None,
    }
}

/// What is sent or comes back.
#[component]
fn Bodies(
    /// The heading.
    label: &'static str,
    /// The bodies.
    bodies: Vec<DefinitionBody>,
    /// Where links lead.
    place: Place,
) -> impl IntoView {
    let body = move |body: DefinitionBody| {
        let tone = status_tone(&body.name);
        let table_label = if body.name.is_empty() {
            format!("Fields of the {}", label.to_lowercase())
        } else {
            format!("Fields of {}", body.name)
        };
        view! {
            <li class="api-body">
                <div class="list-row" data-tone=tone>
                    {(!body.name.is_empty())
                        .then(|| match tone {
                            Some(_) => view! { <span class="verb">{body.name.clone()}</span> }.into_any(),
                            None => view! { <code class="api-body__name">{body.name.clone()}</code> }.into_any(),
                        })}
                    <span class="grow api-body__text">
                        {body.description}
                        {body.is_required.then(|| view! { " " <span class="badge" data-tone="bad">"Required"</span> })}
                    </span>
                    <span class="meta api-body__type">
                        <TypeText of=body.of place/>
                        {(!body.media_types.is_empty()).then(|| view! { <span class="mono">{body.media_types}</span> })}
                    </span>
                </div>
                {(!body.fields.is_empty()).then(|| view! { <FieldTable label=table_label fields=body.fields place/> })}
            </li>
        }
    };
    (!bodies.is_empty()).then(|| {
        view! {
            <div>
                <h4>{label}</h4>
                <ul class="list api-bodies">{bodies.into_iter().map(body).collect_view()}</ul>
            </div>
        }
    })
}

#[component]
fn Sample(
    /// The text.
    sample: DefinitionSample,
    /// The address of the chosen server.
    server: Signal<String>,
) -> impl IntoView {
    let DefinitionSample { title, text } = sample;
    let language = match text.as_bytes().first() {
        Some(b'{' | b'[') => Language::Json,
        Some(b'c' | b'g') if text.starts_with("curl") || text.starts_with("grpcurl") => Language::Shell,
        Some(b'q' | b'm' | b's') => Language::GraphQl,
        _ => Language::Json,
    };
    let text = Signal::derive(move || text.replace("{server}", &shell_safe(&server.get())));
    view! { <CodeBlock title text language/> }
}

/// An address that can stand between single quotes of a shell and changes nothing there.
fn shell_safe(address: &str) -> String {
    let mut safe = String::new();
    for letter in address.chars() {
        match letter {
            '\'' | '"' | '\\' | '`' | '$' | ' ' => safe.push_str(&format!("%{:02X}", u32::from(letter))),
            _ if letter.is_control() => {}
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_nothing_in_a_shell() {
        assert_eq!(shell_safe("https://a.example/v1"), "https://a.example/v1");
        assert_eq!(shell_safe("https://a'; rm $HOME\n`x`"), "https://a%27;%20rm%20%24HOME%60x%60");
    }

    #[test]
    fn statuses_have_colours() {
        assert_eq!(
            ["200", "304", "404", "503", "default"].map(status_tone),
            [Some("ok"), Some("idle"), Some("warn"), Some("bad"), None]
        );
    }
}
