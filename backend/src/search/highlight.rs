//! Marks the words that were found.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use shared::api::search::{SearchHighlight, SearchTextPart};

use super::document::StoredDocument;
use super::words::{Run, Word, runs};

/// How much of a text is shown, in characters: about three lines.
const SHOWN_CHARS: usize = 240;
/// How much of it may stand before the first word that was found.
const CHARS_BEFORE: usize = 60;
/// The fields in which words are marked, beside the texts that are searched but not part of the document.
const FIELDS: [&str; 9] = ["title", "displayName", "text", "location", "name", "owner", "type", "tags", "path"];
/// Those of them that may be long.
const LONG_FIELD: &str = "text";
/// Stands between the values of a list.
const LIST_JOINT: &str = ", ";

/// Marks words.
#[derive(Clone, Debug)]
pub struct Highlighter {
    /// The words that are looked for, each with the number of typos that are forgiven.
    words: Vec<(String, u8)>,
    pre_tag: String,
    post_tag: String,
}

impl Highlighter {
    /// For these words, with these marks around them.
    pub fn new(words: Vec<(String, u8)>, pre_tag: &str, post_tag: &str) -> Self {
        Self { words, pre_tag: pre_tag.to_owned(), post_tag: post_tag.to_owned() }
    }

    /// The fields of a document in which something was found.
    pub fn highlight(&self, document: &StoredDocument) -> SearchHighlight {
        let mut fields = BTreeMap::new();
        for field in FIELDS {
            let text = match document.fields.get(field) {
                Some(Value::String(text)) => Cow::Borrowed(text.as_str()),
                Some(Value::Array(items)) => {
                    Cow::Owned(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(LIST_JOINT))
                }
                _ => continue,
            };
            if let Some(marked) = self.mark(&text, field == LONG_FIELD) {
                fields.insert(field.to_owned(), marked);
            }
        }
        for (label, text) in &document.more {
            if let Some(marked) = self.mark(text, true) {
                fields.insert(label.clone(), marked);
            }
        }
        SearchHighlight { pre_tag: self.pre_tag.clone(), post_tag: self.post_tag.clone(), fields }
    }

    /// The text with marks; `None` where there is nothing to mark. A long one is cut.
    fn mark(&self, text: &str, is_long: bool) -> Option<String> {
        let found = self.wanted(text);
        let first = found.first()?;
        let (start, end) = if is_long { window(text, first) } else { (0, text.len()) };
        let mut marked = String::with_capacity(end - start + 64);
        if start > 0 {
            marked.push_str("… ");
        }
        let mut at = start;
        for word in found.iter().filter(|word| word.start >= start && word.end <= end) {
            marked.push_str(&text[at..word.start]);
            marked.push_str(&self.pre_tag);
            marked.push_str(&text[word.start..word.end]);
            marked.push_str(&self.post_tag);
            at = word.end;
        }
        marked.push_str(&text[at..end]);
        if end < text.len() {
            marked.push_str(" …");
        }
        Some(marked)
    }

    /// A text in parts: what somebody who is typing has typed of it, and the rest. Together they are the text.
    pub fn parts(&self, text: &str) -> Vec<SearchTextPart> {
        let mut parts = Vec::new();
        let mut push = |text: &str, is_match| {
            if !text.is_empty() {
                parts.push(SearchTextPart { text: text.to_owned(), is_match });
            }
        };
        let mut at = 0;
        for word in self.wanted(text) {
            // Of a word that begins so, only the beginning was typed. Accents take letters of their own, so they count.
            let typed = self.words.iter().filter(|(wanted, _)| word.text.starts_with(wanted.as_str()));
            let n_typed = typed.map(|(wanted, _)| wanted.chars().count()).max();
            let whole = &text[word.start..word.end];
            let n_letters = word.text.chars().count();
            let end = match n_typed.filter(|n_typed| *n_typed < n_letters && whole.chars().count() == n_letters) {
                Some(n_typed) => whole.char_indices().nth(n_typed).map_or(word.end, |(at, _)| word.start + at),
                None => word.end,
            };
            push(&text[at..word.start], false);
            push(&text[word.start..end], true);
            at = end;
        }
        push(&text[at..], false);
        parts
    }

    /// The words of a text that are looked for, in their order. Words with humps are taken as a whole where only that is.
    fn wanted(&self, text: &str) -> Vec<Word> {
        let wanted = |run: Run| {
            let Run { whole, humps } = run;
            let mut words: Vec<Word> = humps.into_iter().filter(|word| self.is_wanted(&word.text)).collect();
            if words.is_empty() && self.is_wanted(&whole.text) {
                words.push(whole);
            }
            words
        };
        runs(text).into_iter().flat_map(wanted).collect()
    }

    fn is_wanted(&self, word: &str) -> bool {
        let n_letters = word.chars().count();
        self.words.iter().any(|(wanted, n_typos)| {
            let n_typos = usize::from(*n_typos);
            // Comparing takes long, and every word of a text is asked for.
            let is_near = || {
                n_letters.abs_diff(wanted.chars().count()) <= n_typos && strsim::osa_distance(word, wanted) <= n_typos
            };
            word.starts_with(wanted.as_str()) || (n_typos > 0 && is_near())
        })
    }
}

/// The part of a long text around its first mark, without a torn word at its ends.
fn window(text: &str, first: &Word) -> (usize, usize) {
    let back = |from: usize, n_chars: usize| {
        text[..from].char_indices().rev().nth(n_chars.saturating_sub(1)).map_or(0, |(at, _)| at)
    };
    let forth =
        |from: usize, n_chars: usize| text[from..].char_indices().nth(n_chars).map_or(text.len(), |(at, _)| from + at);
    let mut start = back(first.start, CHARS_BEFORE);
    if start > 0 {
        start = text[start..first.start].find(char::is_whitespace).map_or(first.start, |at| start + at);
        start += text[start..].len() - text[start..].trim_start().len();
    }
    let mut end = forth(start, SHOWN_CHARS).max(first.end);
    if end < text.len() {
        end = text[first.end..end].rfind(char::is_whitespace).map_or(end, |at| first.end + at);
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::words::words;

    fn highlighter(wanted: &[(&str, u8)]) -> Highlighter {
        let words = wanted.iter().map(|(word, n_typos)| ((*word).to_owned(), *n_typos)).collect();
        Highlighter::new(words, "<", ">")
    }

    #[track_caller]
    fn check(wanted: &[(&str, u8)], text: &str, expected: Option<&str>) {
        assert_eq!(highlighter(wanted).mark(text, true).as_deref(), expected);
    }

    #[test]
    fn words_their_beginnings_and_typos_are_marked() {
        check(&[("book", 0)], "A booking-API for Books", Some("A <booking>-API for <Books>"));
        check(&[("bokking", 1)], "the booking", Some("the <booking>"));
        check(&[("rate", 1)], "nothing", None);
        check(&[("order", 0)], "PlaybackOrder", Some("Playback<Order>"));
        check(&[("muller", 0)], "Herr Müller.", Some("Herr <Müller>."));
        check(&[("graphql", 1)], "A GraphQL gateway", Some("A <GraphQL> gateway"));
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_word() {
        let text = format!("{} needle {}", "hay ".repeat(200), "straw ".repeat(200));
        let marked = highlighter(&[("needle", 0)]).mark(&text, true).unwrap();
        assert!(marked.starts_with("… hay") && marked.ends_with("straw …"), "{marked}");
        assert!(marked.contains("<needle>") && marked.chars().count() < SHOWN_CHARS + 20, "{marked}");
    }

    #[test]
    fn of_a_word_only_the_typed_letters_are_a_match() {
        let parts = |wanted: &[(&str, u8)], text: &str| {
            let marked = |part: SearchTextPart| if part.is_match { format!("<{}>", part.text) } else { part.text };
            highlighter(wanted).parts(text).into_iter().map(marked).collect::<String>()
        };
        assert_eq!(parts(&[("book", 0)], "freight-bookings-api"), "freight-<book>ings-api");
        assert_eq!(parts(&[("boking", 1), ("a", 0)], "booking-api"), "<booking>-<a>pi");
        assert_eq!(parts(&[("mul", 0)], "Müller"), "<Mül>ler");
        assert_eq!(parts(&[], "plain"), "plain");
        assert_eq!(parts(&[("x", 0)], ""), "");
    }

    #[test]
    fn every_field_with_a_match_is_named() {
        let document = StoredDocument {
            fields: serde_json::json!({"title": "Booking", "text": "Nothing", "tags": ["rust", "booking"], "rank": 1})
                .as_object()
                .unwrap()
                .clone(),
            more: BTreeMap::from([("links".to_owned(), "Booking runbook · https://x".to_owned())]),
            ..StoredDocument::default()
        };
        let highlight = highlighter(&[("booking", 1)]).highlight(&document);
        let fields: Vec<_> = highlight.fields.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
        let expected =
            [("links", "<Booking> runbook · https://x"), ("tags", "rust, <booking>"), ("title", "<Booking>")];
        assert_eq!(fields, expected);
    }

    #[test]
    fn no_text_is_cut_within_a_character() {
        for text in ["é".repeat(700), "日本 語".repeat(200), format!("{}needle{}", "ß".repeat(300), "ß".repeat(300))]
        {
            let wanted = words(&text).first().map(|word| word.text.clone()).unwrap_or_default();
            assert!(highlighter(&[(wanted.as_str(), 0)]).mark(&text, true).is_some());
        }
    }
}
