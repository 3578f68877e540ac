//! Turns the marks that the server puts around words into pieces of text.
//!
//! Marks are told from the text by tags that nobody can guess, and never read as HTML: the page makes `mark` elements of the
//! pieces, and everything else stays text.

use leptos::prelude::*;
use shared::api::search::SearchHighlight;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Piece {
    /// The part; never empty.
    pub text: String,
    /// It is what was looked for.
    pub is_marked: bool,
}

/// A text without marks.
pub fn plain(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    push(&mut pieces, text, false);
    pieces
}

/// A field of a highlight in pieces; `None` where nothing in it is marked.
pub fn marked(highlight: &SearchHighlight, field: &str) -> Option<Vec<Piece>> {
    let text = highlight.fields.get(field)?;
    let pieces = pieces(text, &highlight.pre_tag, &highlight.post_tag);
    pieces.iter().any(|piece| piece.is_marked).then_some(pieces)
}

/// Splits a text at its marks. Tags without a partner are left out, and what stands behind such a one is not marked.
fn pieces(text: &str, pre_tag: &str, post_tag: &str) -> Vec<Piece> {
    if pre_tag.is_empty() || post_tag.is_empty() {
        return plain(text);
    }
    let without_tags = |text: &str| text.replace(pre_tag, "").replace(post_tag, "");
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(pre_tag) {
        push(&mut pieces, &without_tags(before), false);
        rest = match after.split_once(post_tag) {
            Some((marked, behind)) => {
                push(&mut pieces, &without_tags(marked), true);
                behind
            }
            None => after,
        };
    }
    push(&mut pieces, &without_tags(rest), false);
    pieces
}

/// Adds a part. Neighbours of one sort are one piece.
fn push(pieces: &mut Vec<Piece>, text: &str, is_marked: bool) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.is_marked == is_marked => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), is_marked }),
    }
}

/// Draws pieces one behind the other.
pub fn draw(pieces: Vec<Piece>) -> AnyView {
    let piece = |Piece { text, is_marked }: Piece| {
        if is_marked { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    pieces.into_iter().map(piece).collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool)]) {
        let found = pieces(text, "<u-1>", "</u-1>");
        let found: Vec<_> = found.iter().map(|piece| (piece.text.as_str(), piece.is_marked)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_between_tags_are_marked() {
        check("", &[]);
        check("plain", &[("plain", false)]);
        check("<u-1>Svc</u-1>-One", &[("Svc", true), ("-One", false)]);
        check("a <u-1>b</u-1> c <u-1>d</u-1>", &[("a ", false), ("b", true), (" c ", false), ("d", true)]);
        check("<u-1>a</u-1><u-1>b</u-1>", &[("ab", true)]);
    }

    #[test]
    fn tags_without_a_partner_mark_nothing_and_are_not_shown() {
        check("a <u-1>b", &[("a b", false)]);
        check("a</u-1> b", &[("a b", false)]);
        check("</u-1>a<u-1>", &[("a", false)]);
        check("<u-1></u-1>", &[]);
        check("<u-1>a<u-1>b</u-1>c</u-1>d", &[("ab", true), ("cd", false)]);
        check("<u-1><u-1><u-1>a", &[("a", false)]);
    }

    #[test]
    fn html_in_a_text_stays_text() {
        let hostile = "<img src=x onerror=alert(1)> <mark>no</mark> &lt;";
        check(hostile, &[(hostile, false)]);
        check("<script><u-1>x</u-1></script>", &[("<script>", false), ("x", true), ("</script>", false)]);
        // A tag that only arises when another one is taken out is text like any other.
        check("<u-<u-1>1>a", &[("<u-1>a", false)]);
    }

    #[test]
    fn tags_that_are_no_tags_mark_nothing() {
        for (pre_tag, post_tag) in [("", ""), ("", "x"), ("x", "")] {
            assert_eq!(pieces("axb", pre_tag, post_tag), plain("axb"));
        }
        // The same tag on both sides: every second one closes.
        let found = pieces("a*b*c*d", "*", "*");
        assert_eq!(found.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["a", "b", "cd"]);
        assert!(found[1].is_marked && !found[2].is_marked);
    }

    #[test]
    fn letters_of_any_alphabet_are_not_torn() {
        check("日<u-1>本</u-1>é\u{1f600}", &[("日", false), ("本", true), ("é\u{1f600}", false)]);
    }

    #[test]
    fn a_field_without_marks_is_no_highlight() {
        let fields = [("title", "<u>A</u>b"), ("text", "nothing"), ("tags", "<u>")];
        let fields: BTreeMap<_, _> = fields.map(|(field, text)| (field.to_owned(), text.to_owned())).into();
        let highlight = SearchHighlight { pre_tag: "<u>".to_owned(), post_tag: "</u>".to_owned(), fields };
        assert_eq!(marked(&highlight, "title").unwrap().len(), 2);
        for field in ["text", "tags", "owner"] {
            assert_eq!(marked(&highlight, field), None, "{field}");
        }
    }
}
