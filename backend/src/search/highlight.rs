//! Marks the words that were found.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use shared::api::search::SearchHighlight;

use super::words::{Word, words};

/// How much of a text is shown, in characters: about three lines.
const SHOWN_CHARS: usize = 240;
/// How much of it may stand before the first word that was found.
const CHARS_BEFORE: usize = 60;
/// The fields in which words are marked.
const FIELDS: [&str; 4] = ["title", "text", "location", "name"];

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
    pub fn highlight(&self, fields: &Map<String, Value>) -> SearchHighlight {
        let marked = FIELDS.iter().filter_map(|&field| {
            let text = fields.get(field)?.as_str()?;
            let is_long = field == "text";
            Some((field.to_owned(), self.mark(text, is_long)?))
        });
        let fields: BTreeMap<String, String> = marked.collect();
        SearchHighlight { pre_tag: self.pre_tag.clone(), post_tag: self.post_tag.clone(), fields }
    }

    /// The text with marks; `None` where there is nothing to mark. A long one is cut.
    fn mark(&self, text: &str, is_long: bool) -> Option<String> {
        let mut found = words(text);
        found.retain(|word| self.is_wanted(&word.text));
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

    fn is_wanted(&self, word: &str) -> bool {
        self.words.iter().any(|(wanted, n_typos)| {
            word.starts_with(wanted.as_str())
                || (*n_typos > 0 && strsim::osa_distance(word, wanted) <= usize::from(*n_typos))
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
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_word() {
        let text = format!("{} needle {}", "hay ".repeat(200), "straw ".repeat(200));
        let marked = highlighter(&[("needle", 0)]).mark(&text, true).unwrap();
        assert!(marked.starts_with("… hay") && marked.ends_with("straw …"), "{marked}");
        assert!(marked.contains("<needle>") && marked.chars().count() < SHOWN_CHARS + 20, "{marked}");
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
