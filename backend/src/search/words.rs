//! Cuts texts and names into words, for the index, for questions and for highlights alike.
//!
//! A word ends where a name goes on after `-`, `_`, `.`, `/` or a space, and at humps: `playback-order-svc` and
//! `PlaybackOrderSvc` have the words `playback`, `order` and `svc`. Where humps were cut, the whole counts as a word, too:
//! nobody types `graph ql`. Words are in lower case and without accents.

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

/// Letters and numbers without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// All of it.
    pub whole: Word,
    /// The words that its humps divide it into; empty where it has none.
    pub humps: Vec<Word>,
}

impl Run {
    /// Its words: those between the humps, or itself.
    pub fn words(self) -> impl Iterator<Item = Word> {
        let whole = self.humps.is_empty().then_some(self.whole);
        whole.into_iter().chain(self.humps)
    }
}

/// A word of a term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermWord {
    /// As it was typed, without a gap: `graphql` for `GraphQL`.
    pub text: String,
    /// The words that its humps divide it into, for names with other gaps; empty where it has none.
    pub humps: Vec<String>,
}

impl TermWord {
    /// Its words: those between the humps, or itself.
    pub fn words(&self) -> impl Iterator<Item = &String> {
        let whole = self.humps.is_empty().then_some(&self.text);
        whole.into_iter().chain(&self.humps)
    }
}

/// The runs of a text, in their order.
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut name = 0;
    // Where the run begins, and where its humps do.
    let mut start = None;
    let mut humps = Vec::new();
    let mut before: Option<char> = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, letter)) = rest.next() {
        let is_part = letter.is_alphanumeric() || is_combining_mark(letter);
        let after = rest.peek().map(|(_, after)| *after);
        match start {
            Some(began) if !is_part => {
                runs.extend(run(text, began, at, &mut humps, name));
                start = None;
            }
            Some(_) if before.is_some_and(|before| is_hump(before, letter, after)) => humps.push(at),
            None if is_part => start = Some(at),
            Some(_) | None => {}
        }
        if !is_part && !is_joint(letter) {
            name += 1;
        }
        before = Some(letter);
    }
    if let Some(began) = start {
        runs.extend(run(text, began, text.len(), &mut humps, name));
    }
    runs
}

/// The words of a text, in their order.
pub fn words(text: &str) -> Vec<Word> {
    runs(text).into_iter().flat_map(Run::words).collect()
}

/// The words of a term that count.
pub fn term_words(term: &str) -> Vec<TermWord> {
    let end = term.char_indices().nth(MAX_TERM_CHARS).map_or(term.len(), |(at, _)| at);
    let mut n_words = 0;
    let all = runs(&term[..end]).into_iter().map(|Run { whole, humps }| TermWord {
        text: whole.text,
        humps: humps.into_iter().map(|word| word.text).collect(),
    });
    let count = |word: &TermWord| {
        n_words += word.humps.len().max(1);
        n_words <= MAX_TERM_WORDS
    };
    all.take_while(count).collect()
}

/// Every word that may stand for a part of a term, with the number of typos that are forgiven in it.
pub fn spellings<'a>(term: impl IntoIterator<Item = &'a TermWord>) -> Vec<(String, u8)> {
    let all = term.into_iter().flat_map(|word| std::iter::once(&word.text).chain(&word.humps));
    all.map(|text| (text.clone(), n_typos(text))).collect()
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

/// The words of a text with a space between them, and each word that has humps in one piece, too.
pub fn normal_and_whole(text: &str) -> String {
    let mut words = Vec::new();
    for run in runs(text) {
        words.extend((!run.humps.is_empty()).then(|| run.whole.text.clone()));
        words.extend(run.words().map(|word| word.text));
    }
    words.join(" ")
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

/// Takes the humps that were found.
fn run(text: &str, start: usize, end: usize, humps: &mut Vec<usize>, name: usize) -> Option<Run> {
    let whole = word(text, start, end, name);
    let humps = std::mem::take(humps);
    if humps.is_empty() {
        return Some(Run { whole: whole?, humps: Vec::new() });
    }
    let begins = std::iter::once(start).chain(humps.iter().copied());
    let ends = humps.iter().copied().chain(std::iter::once(end));
    let humps = begins.zip(ends).filter_map(|(start, end)| word(text, start, end, name)).collect();
    Some(Run { whole: whole?, humps })
}

fn word(text: &str, start: usize, end: usize, name: usize) -> Option<Word> {
    let plain = text[start..end].nfkd().filter(|letter| !is_combining_mark(*letter));
    let lower = plain.flat_map(char::to_lowercase);
    let mut text = String::with_capacity(end - start);
    for letter in lower.take(MAX_CHARS) {
        match plain_letters(letter) {
            Some(letters) => text.push_str(letters),
            None => text.push(letter),
        }
    }
    (!text.is_empty()).then_some(Word { text, start, end, name })
}

/// What people type for letters that they have no key for, and that Unicode does not take apart.
fn plain_letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        _ => return None,
    })
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
    fn what_has_humps_is_one_word_too() {
        let wholes = |text: &str| runs(text).into_iter().map(|run| run.whole.text).collect::<Vec<_>>();
        assert_eq!(wholes("GraphQL, gRPC and my-OAuth2.Proxy"), ["graphql", "grpc", "and", "my", "oauth2", "proxy"]);
        let typed: Vec<_> = term_words("PostgreSQL db").into_iter().map(|word| (word.text, word.humps)).collect();
        let expected = [("postgresql", vec!["postgre", "sql"]), ("db", vec![])];
        assert_eq!(
            typed,
            expected.map(|(text, humps)| (text.to_owned(), humps.into_iter().map(String::from).collect()))
        );
    }

    #[test]
    fn accents_and_case_make_no_difference() {
        check("Müller ÉCOLE", &["muller", "ecole"]);
        check("Mu\u{308}ller", &["muller"]);
        check("Straße Łódź Søren Æsir ısı", &["strasse", "lodz", "soren", "aesir", "isi"]);
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
        assert_eq!(normal_and_whole("a GraphQL-api"), "a graphql graph ql api");
    }

    #[test]
    fn long_words_forgive_more() {
        assert_eq!(["svc", "docs", "booking", "playback"].map(n_typos), [0, 1, 1, 2]);
    }

    #[test]
    fn endless_words_are_cut() {
        assert_eq!(term_words(&"rate ".repeat(2_000)).len(), MAX_TERM_WORDS);
        assert_eq!(term_words(&"RateLimit ".repeat(2_000)).len(), MAX_TERM_WORDS / 2);
        assert_eq!(words(&"x".repeat(10_000))[0].text.len(), MAX_CHARS);
    }
}
