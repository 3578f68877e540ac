//! What was typed into the palette: a prefix that chooses what to look for, and the words.

use shared::api::search::SearchTextPart;

use crate::ui::icon::IconName;

/// What to look for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Everything.
    #[default]
    All,
    /// Actions only.
    Commands,
    /// People and teams.
    People,
    /// Tags.
    Tags,
    /// The prefixes.
    Help,
}

impl Mode {
    /// The prefixes in the order of the help: prefix, mode, what it does, picture.
    pub const PREFIXES: [(&'static str, Self, &'static str, IconName); 4] = [
        (">", Self::Commands, "Run a command", IconName::Terminal),
        ("@", Self::People, "Find people and teams", IconName::KindGroup),
        ("#", Self::Tags, "Find a tag", IconName::Tag),
        ("?", Self::Help, "Show these prefixes", IconName::Info),
    ];
}

/// What was typed, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What to look for.
    pub mode: Mode,
    /// The words, without space around them.
    pub term: String,
}

impl Typed {
    /// Takes a text apart.
    pub fn parse(text: &str) -> Self {
        let text = text.trim_start();
        let found = Mode::PREFIXES.iter().find_map(|(prefix, mode, ..)| Some((*mode, text.strip_prefix(prefix)?)));
        let (mode, term) = found.unwrap_or((Mode::All, text));
        Self { mode, term: term.trim().to_owned() }
    }
}

/// How well a text fits what was typed; smaller is better, `None` does not fit. All words of the term must occur.
pub fn fit(term: &str, texts: &[&str]) -> Option<u8> {
    let term = term.to_lowercase();
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    let has_all = term.split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)));
    if !has_all {
        return None;
    }
    let best = |text: &String| match text.find(&term) {
        Some(0) if text.len() == term.len() => 0,
        Some(0) => 1,
        Some(at) if !text[..at].ends_with(char::is_alphanumeric) => 2,
        Some(_) => 3,
        None => 4,
    };
    texts.iter().map(best).min()
}

/// A text in parts; those that were typed are marked.
pub fn marked(text: &str, term: &str) -> Vec<SearchTextPart> {
    // Lower case may have another length, and then places in it mean nothing in the text.
    let lower = text.to_lowercase();
    let term = term.to_lowercase();
    let at = if term.is_empty() || lower.len() != text.len() { None } else { lower.find(&term) };
    let parts = at.and_then(|at| {
        let end = at + term.len();
        Some([(text.get(..at)?, false), (text.get(at..end)?, true), (text.get(end..)?, false)])
    });
    let parts = parts.unwrap_or([(text, false), ("", false), ("", false)]).into_iter();
    let filled = parts.filter(|(part, _)| !part.is_empty());
    filled.map(|(part, is_match)| SearchTextPart { text: part.to_owned(), is_match }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_chooses_what_to_look_for() {
        let typed = |text: &str| {
            let typed = Typed::parse(text);
            (typed.mode, typed.term)
        };
        assert_eq!(typed(" booking "), (Mode::All, "booking".into()));
        assert_eq!(typed(">theme"), (Mode::Commands, "theme".into()));
        assert_eq!(typed("@ ines"), (Mode::People, "ines".into()));
        assert_eq!(typed("#"), (Mode::Tags, String::new()));
        assert_eq!(typed("?"), (Mode::Help, String::new()));
    }

    #[test]
    fn exact_names_come_before_beginnings_and_those_before_the_rest() {
        let fits = ["rates", "rates-v3", "customs-rates", "pirates", "x rate y s"].map(|text| fit("Rates", &[text]));
        assert_eq!(fits, [Some(0), Some(1), Some(2), Some(3), None]);
        assert_eq!(fit("theme dark", &["Use the dark theme"]), Some(4));
        assert_eq!(fit("", &["anything"]), Some(1));
        assert_eq!(fit("dunkel", &["Use the dark theme", "dunkel"]), Some(0));
    }

    #[test]
    fn what_was_typed_is_marked() {
        let parts = |text: &str, term: &str| {
            marked(text, term)
                .into_iter()
                .map(|part| if part.is_match { format!("[{}]", part.text) } else { part.text })
                .collect::<String>()
        };
        assert_eq!(parts("Booking API", "book"), "[Book]ing API");
        assert_eq!(parts("freight-booking", "BOOKING"), "freight-[booking]");
        assert_eq!(parts("rates", ""), "rates");
        assert_eq!(parts("İstanbul", "stan"), "İstanbul");
        assert_eq!(parts("größe", "ö"), "gr[ö]ße");
    }
}
