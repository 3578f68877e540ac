//! Cuts texts and names into words, for the index, for questions and for highlights alike.
//!
//! A word ends where a name goes on after `-`, `_`, `.`, `/` or a space, and at humps: `playback-order-svc` and
//! `PlaybackOrderSvc` have the words `playback`, `order` and `svc`. Words are in lower case and without accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many letters of a word count. The rest would only cost time: nobody types so many.
pub const MAX_CHARS: usize = 48;
/// How many words of a term count.
const MAX_TERM_WORDS: usize = 12;
/// How many characters of a term are looked at.
const MAX_TERM_CHARS: usize = 1_000;
/// From how many letters on one typo is forgiven.
const ONE_TYPO_FROM: usize = 4;
/// From how many letters on two typos are forgiven.
const TWO_TYPOS_FROM: usize = 8;

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In lower case, without accents.
    pub text: String,
    /// The first byte of it in the text.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// Which name it is a part of, from 0: the words of `PlaybackOrder` are parts of the same.
    pub name: usize,
}

/// The words of a text, in their order.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut name = 0;
    let mut start = None;
    let mut before: Option<char> = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, letter)) = rest.next() {
        let is_part = letter.is_alphanumeric() || is_combining_mark(letter);
        let after = rest.peek().map(|(_, after)| *after);
        if let Some(began) = start
            && (!is_part || before.is_some_and(|before| is_hump(before, letter, after)))
        {
            push(&mut words, text, began, at, name);
            start = None;
        }
        if is_part && start.is_none() {
            start = Some(at);
        } else if !is_part && !is_joint(letter) {
            name += 1;
        }
        before = Some(letter);
    }
    if let Some(began) = start {
        push(&mut words, text, began, text.len(), name);
    }
    words
}

/// The words of a term that count.
pub fn term_words(term: &str) -> Vec<String> {
    let end = term.char_indices().nth(MAX_TERM_CHARS).map_or(term.len(), |(at, _)| at);
    words(&term[..end]).into_iter().map(|word| word.text).take(MAX_TERM_WORDS).collect()
}

/// How many typos are forgiven in a word: one in words of four letters and more, two from eight on.
pub fn n_typos(word: &str) -> u8 {
    match word.chars().count() {
        0..ONE_TYPO_FROM => 0,
        ONE_TYPO_FROM..TWO_TYPOS_FROM => 1,
        _ => 2,
    }
}

/// The words of a text as one, such as `playbackordersvc`: how a name is typed by who does not care for its parts.
pub fn joined(text: &str) -> String {
    words(text).into_iter().map(|word| word.text).collect()
}

/// The words of a text with a space between them: two spellings of the same name are equal in this form.
pub fn normal(text: &str) -> String {
    words(text).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}

/// `rO` in `OrderOrder`, `PS` in `HTTPServer`: where a capital begins a word.
fn is_hump(before: char, letter: char, after: Option<char>) -> bool {
    letter.is_uppercase()
        && (before.is_lowercase()
            || before.is_numeric()
            || (before.is_uppercase() && after.is_some_and(char::is_lowercase)))
}

/// What holds the words of one name together.
fn is_joint(letter: char) -> bool {
    matches!(letter, '-' | '_' | '.' | '/')
}

fn push(words: &mut Vec<Word>, text: &str, start: usize, end: usize, name: usize) {
    let plain = text[start..end].nfkd().filter(|letter| !is_combining_mark(*letter));
    let text: String = plain.flat_map(char::to_lowercase).take(MAX_CHARS).collect();
    if !text.is_empty() {
        words.push(Word { text, start, end, name });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = words(text);
        assert_eq!(found.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), expected, "{text}");
        for word in found {
            assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end), "{text}");
        }
    }

    #[test]
    fn names_are_cut_at_joints_and_humps() {
        check("playback-order-svc", &["playback", "order", "svc"]);
        check("PlaybackOrder", &["playback", "order"]);
        check("team_a.booking/api", &["team", "a", "booking", "api"]);
        check("HTTPServer", &["http", "server"]);
        check("getHTTP2Status v3", &["get", "http2", "status", "v3"]);
        check("ipv4Address", &["ipv4", "address"]);
    }

    #[test]
    fn accents_and_case_make_no_difference() {
        check("Müller ÉCOLE", &["muller", "ecole"]);
        check("Mu\u{308}ller", &["muller"]);
        check("straße", &["straße"]);
    }

    #[test]
    fn other_characters_are_no_words() {
        check("", &[]);
        check(" .-/ *?:(){}\u{0}\u{7}", &[]);
        check("a:b=\"c\"", &["a", "b", "c"]);
        check("日本語 text", &["日本語", "text"]);
    }

    #[test]
    fn the_words_of_a_name_belong_together() {
        let names: Vec<usize> = words("rate-limiter of BookingApi").iter().map(|word| word.name).collect();
        assert_eq!(names, [0, 0, 1, 2, 2]);
    }

    #[test]
    fn spellings_of_a_name_have_one_normal_form() {
        assert_eq!(normal("playback-order"), normal("PlaybackOrder"));
        assert_eq!(joined("Playback Order"), "playbackorder");
        assert_eq!(joined("***"), "");
    }

    #[test]
    fn long_words_forgive_more() {
        assert_eq!(["svc", "docs", "booking", "playback"].map(n_typos), [0, 1, 1, 2]);
    }

    #[test]
    fn endless_words_are_cut() {
        assert_eq!(term_words(&"rate ".repeat(2_000)).len(), MAX_TERM_WORDS);
        assert_eq!(words(&"x".repeat(10_000))[0].text.len(), MAX_CHARS);
    }
}
