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
/// Markdown; the rest of it stays as it is, each item of a list on a line of its own.
#[component]
pub fn Prose(
    /// The text.
    text: String,
) -> impl IntoView {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let paragraph = |paragraph: &str| view! { <p>{sentence(&with_meant_breaks(paragraph))}</p> };
    (!text.trim().is_empty())
        .then(|| view! { <div class="api-prose text-13 muted">{paragraphs.map(paragraph).collect_view()}</div> })
}

/// A text with words between backticks as code, and those between two stars in bold.
pub fn sentence(text: &str) -> AnyView {
    let mut is_code = false;
    let parts = text.split('`').map(|part| {
        let view = if is_code { view! { <code>{part.to_owned()}</code> }.into_any() } else { words(part) };
        is_code = !is_code;
        view
    });
    parts.collect_view().into_any()
}

/// A paragraph with the line breaks that its writer meant: those of lists, headings, tables and code, and those after two
/// spaces or a backslash. All others only keep the lines of the source short.
fn with_meant_breaks(paragraph: &str) -> String {
    if paragraph.contains("```") {
        return paragraph.to_owned();
    }
    let mut text = String::with_capacity(paragraph.len());
    let mut is_meant = false;
    for line in paragraph.lines() {
        let words = line.trim();
        if words.is_empty() {
            is_meant = true;
            continue;
        }
        if !text.is_empty() {
            text.push(if is_meant || starts_a_line(words) { '\n' } else { ' ' });
        }
        is_meant = line.ends_with("  ") || words.ends_with('\\') || words.starts_with('#');
        text.push_str(words.strip_suffix('\\').unwrap_or(words));
    }
    text
}

/// Whether a line begins with the mark of a list, a heading, a quotation or a table.
fn starts_a_line(words: &str) -> bool {
    let after_number = words.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_numbered =
        after_number.len() < words.len() && (after_number.starts_with(". ") || after_number.starts_with(") "));
    is_numbered || ["- ", "* ", "+ ", "> ", "#", "|"].iter().any(|mark| words.starts_with(mark))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_source_are_joined_and_those_that_are_meant_stay() {
        for (source, expected) in [
            (
                "Delivered at least once: use\n  `event_id` to drop repeats.",
                "Delivered at least once: use `event_id` to drop repeats.",
            ),
            ("One of\n- a\n  and more\n- b\n2. c", "One of\n- a and more\n- b\n2. c"),
            ("# Title\ntext\n**bold** and\n-3 degrees", "# Title\ntext **bold** and -3 degrees"),
            ("first  \nsecond\\\nthird", "first\nsecond\nthird"),
            ("one\r\n\r\ntwo", "one\ntwo"),
            ("```\na\nb\n```", "```\na\nb\n```"),
        ] {
            assert_eq!(with_meant_breaks(source), expected);
        }
    }
}
