//! One schema, message or type: a line that opens.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::definition::DefinitionSchema;

use super::fields::{FieldTable, Prose, TypeText};
use super::operation::is_open_now;
use super::place::Place;

/// A schema. Its body is drawn when it is opened for the first time.
#[component]
pub fn SchemaCard(
    /// The schema.
    schema: Arc<DefinitionSchema>,
    /// Where the reader is.
    place: Place,
) -> impl IntoView {
    let was_open = RwSignal::new(false);
    let id = schema.id.clone();
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
    let first_line = schema.description.lines().next().unwrap_or_default().to_owned();
    let (name, kind, is_deprecated) = (schema.name.clone(), schema.kind.clone(), schema.is_deprecated);
    view! {
        <details class="api-op" id=id on:toggle=on_toggle>
            <summary>
                <code class:is-deprecated=is_deprecated>{name}</code>
                <span class="badge">{kind}</span>
                {is_deprecated.then(|| view! { <span class="badge" data-tone="warn">"Deprecated"</span> })}
                <span class="sub truncate">{first_line}</span>
            </summary>
            {move || was_open.get().then(|| view! { <Body schema=schema.clone() place/> })}
        </details>
    }
}

#[component]
fn Body(
    /// The schema.
    schema: Arc<DefinitionSchema>,
    /// Where the reader is.
    place: Place,
) -> impl IntoView {
    let DefinitionSchema { name, description, fields, values, parts, .. } = schema.as_ref().clone();
    let mut relations: Vec<String> = Vec::new();
    for part in &parts {
        if !relations.contains(&part.relation) {
            relations.push(part.relation.clone());
        }
    }
    let is_blank = fields.is_empty() && values.is_empty() && parts.is_empty() && description.is_empty();
    let place_label = if fields.iter().any(|field| field.place == "argument") { "" } else { "No." };
    let related = relations
        .into_iter()
        .map(|relation| {
            let own: Vec<_> =
                parts.iter().filter(|part| part.relation == relation).map(|part| part.of.clone()).collect();
            let types = own.into_iter().map(|of| view! { <li><TypeText of place/></li> }).collect_view();
            let mut words = relation.clone();
            if let Some(first) = words.get(..1).map(str::to_uppercase) {
                words.replace_range(..1, &first);
            }
            view! {
                <div>
                    <h4>{words}</h4>
                    <ul class="api-parts text-13">{types}</ul>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="body">
            <Prose text=description/>
            {related}
            {(!fields.is_empty())
                .then(|| view! { <FieldTable label=format!("Fields of {name}") place_label fields place/> })}
            {(!values.is_empty())
                .then(|| view! { <FieldTable label=format!("Values of {name}") place_label="No." fields=values place/> })}
            {is_blank.then(|| view! { <p class="muted text-13">"The definition says nothing more of it."</p> })}
        </div>
    }
}
