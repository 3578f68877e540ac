//! Types, fields and texts of a definition.

use leptos::prelude::*;
use shared::api::definition::{DefinitionField, DefinitionType};

use super::place::Place;

/// A type in words; a link where the definition has it.
#[component]
pub fn TypeText(
    /// The type.
    of: DefinitionType,
    /// Where links lead.
    place: Place,
) -> impl IntoView {
    match of.schema {
        Some(id) => {
            let href = {
                let id = id.clone();
                move || place.href(&id)
            };
            view! { <a class="mono" href=href data-noscroll on:click=move |_| place.follow_link(&id)>{of.text}</a> }
                .into_any()
        }
        None => view! { <span class="mono">{of.text}</span> }.into_any(),
    }
}

/// A text of people: paragraphs, words between backticks as code, and those between two stars in bold. Definitions hold
/// Markdown; the rest of it stays as it is.
#[component]
pub fn Prose(
    /// The text.
    text: String,
) -> impl IntoView {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let paragraph = |paragraph: &str| {
        let mut is_code = false;
        let parts = paragraph.split('`').map(|part| {
            let view = if is_code { view! { <code>{part.to_owned()}</code> }.into_any() } else { words(part) };
            is_code = !is_code;
            view
        });
        view! { <p>{parts.collect_view()}</p> }
    };
    (!text.trim().is_empty())
        .then(|| view! { <div class="api-prose text-13 muted">{paragraphs.map(paragraph).collect_view()}</div> })
}

/// Words, of which those between two stars are bold.
fn words(text: &str) -> AnyView {
    let mut parts: Vec<String> = text.split("**").map(str::to_owned).collect();
    // The last ones belong to nothing.
    if parts.len().is_multiple_of(2) {
        let rest = parts.pop().unwrap_or_default();
        parts.last_mut().into_iter().for_each(|last| *last = format!("{last}**{rest}"));
    }
    let part = |(place, part)| if place % 2 == 1 { view! { <b>{part}</b> }.into_any() } else { String::into_any(part) };
    parts.into_iter().enumerate().map(part).collect_view().into_any()
}

/// A table of fields, parameters or values.
#[component]
pub fn FieldTable(
    /// What it lists, for people who hear the page.
    #[prop(into)]
    label: String,
    /// The heading of the column with the place; empty where fields have none.
    #[prop(optional)]
    place_label: &'static str,
    /// The fields.
    fields: Vec<DefinitionField>,
    /// Where links lead.
    place: Place,
) -> impl IntoView {
    let has_place = !place_label.is_empty() && fields.iter().any(|field| !field.place.is_empty());
    let has_types = fields.iter().any(|field| !field.of.text.is_empty());
    let row = move |field: DefinitionField| {
        let indent = format!("{}rem", 1 + field.depth * 5 / 4);
        let remark = [field.constraint, field.description].into_iter().filter(|text| !text.is_empty());
        let remark = remark.collect::<Vec<_>>().join(". ").replace("..", ".");
        view! {
            <tr>
                <td class="api-field" style:padding-left=indent>
                    <div class="row api-field__name">
                        <code class:is-deprecated=field.is_deprecated>{field.name}</code>
                        {field.is_required.then(|| view! { <span class="badge" data-tone="bad">"Required"</span> })}
                        {field.is_deprecated.then(|| view! { <span class="badge" data-tone="warn">"Deprecated"</span> })}
                        {(!has_place && field.place == "argument").then(|| view! { <span class="badge">"Argument"</span> })}
                    </div>
                    {(!remark.is_empty()).then(|| view! { <div class="api-field__remark">{remark}</div> })}
                </td>
                {has_place.then(|| view! { <td class="muted api-field__place">{field.place}</td> })}
                {has_types.then(|| view! { <td class="muted api-field__type"><TypeText of=field.of place/></td> })}
            </tr>
        }
    };
    view! {
        <div class="table-wrap api-table" tabindex="0" role="region" aria-label=format!("{label}, table")>
            <table class="table" aria-label=label.clone()>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        {has_place.then(|| view! { <th scope="col">{place_label}</th> })}
                        {has_types.then(|| view! { <th scope="col">"Type"</th> })}
                    </tr>
                </thead>
                <tbody>{fields.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
