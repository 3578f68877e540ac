//! Sentences of the server, for people: what is wrong, what to do, and names set apart.

use leptos::prelude::*;

/// A message of the server in two parts: what is wrong, and what to do about it.
///
/// The server writes `what is wrong; what to do`, in lower case and without a full stop.
pub fn in_two(message: &str) -> (String, Option<String>) {
    match message.split_once("; ") {
        Some((what, advice)) => (sentence(what), Some(sentence(advice))),
        None => (sentence(message), None),
    }
}

/// A whole sentence.
pub fn sentence(text: &str) -> String {
    let trimmed = text.trim();
    let mut letters = trimmed.chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if trimmed.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// The parts of a text: as it is, and what stands between backticks.
fn parts(text: &str) -> Vec<(bool, String)> {
    let pieces: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is only a character.
    let n_pairs = (pieces.len() - 1) / 2;
    let mut found = Vec::with_capacity(pieces.len());
    for (at, piece) in pieces.iter().enumerate() {
        let is_name = at % 2 == 1 && at / 2 < n_pairs;
        let is_alone = at % 2 == 1 && !is_name;
        let piece = if is_alone { format!("`{piece}") } else { (*piece).to_owned() };
        if !piece.is_empty() {
            found.push((is_name, piece));
        }
    }
    found
}

/// A sentence with its names set apart.
#[component]
pub fn Sentence(
    /// The sentence, with names between backticks.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    parts(&text)
        .into_iter()
        .map(|(is_name, part)| match is_name {
            true => view! { <code class="mono wrap-any">{part}</code> }.into_any(),
            false => view! { {part} }.into_any(),
        })
        .collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_is_wrong_and_what_to_do() {
        let (what, advice) = in_two("`spec.owner` is missing; add it");
        assert_eq!((what.as_str(), advice.as_deref()), ("`spec.owner` is missing.", Some("Add it.")));
        assert_eq!(in_two("no file"), ("No file.".to_owned(), None));
        assert_eq!(sentence(" "), "");
    }

    #[test]
    fn names_stand_between_two_backticks() {
        let found =
            |text: &str| parts(text).into_iter().map(|(is_name, part)| format!("{is_name} {part}")).collect::<Vec<_>>();
        assert_eq!(found("a `b` c"), ["false a ", "true b", "false  c"]);
        assert_eq!(found("`b`"), ["true b"]);
        assert_eq!(found("a `b"), ["false a ", "false `b"]);
        assert_eq!(found("plain"), ["false plain"]);
    }
}
