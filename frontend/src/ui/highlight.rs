//! Colours for the text of machines: keys, texts, numbers, comments.
//!
//! It looks at letters alone and knows no grammar, so it is fast and wrong now and then; colour is never the only sign.

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// GraphQL's schema language and queries.
    GraphQl,
    /// Protocol buffers.
    Protobuf,
    /// A command line.
    Shell,
    /// Anything else.
    Other,
}

/// Words that are part of a language.
const WORDS: [&str; 32] = [
    "bool",
    "directive",
    "double",
    "enum",
    "extend",
    "false",
    "fixed32",
    "fixed64",
    "float",
    "implements",
    "import",
    "input",
    "int32",
    "int64",
    "interface",
    "message",
    "mutation",
    "null",
    "oneof",
    "option",
    "optional",
    "package",
    "query",
    "repeated",
    "returns",
    "rpc",
    "scalar",
    "service",
    "string",
    "subscription",
    "true",
    "type",
];

/// The text as HTML: everything that means something to HTML is escaped, colours are `i` elements.
pub fn highlight(text: &str, language: Language) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut rest = text;
    let mut is_line_start = true;
    while let Some(first) = rest.chars().next() {
        let (class, n_bytes) = token(rest, first, language, is_line_start);
        let (part, after) = rest.split_at(n_bytes.max(first.len_utf8()).min(rest.len()));
        is_line_start = match language {
            Language::Yaml => {
                part.ends_with('\n') || (is_line_start && part.chars().all(|letter| letter == ' ' || letter == '-'))
            }
            _ => false,
        };
        push(&mut html, part, class);
        rest = after;
    }
    html
}

/// The class of what comes next, and its length.
fn token(rest: &str, first: char, language: Language, is_line_start: bool) -> (Option<char>, usize) {
    let to_line_end = || rest.find('\n').unwrap_or(rest.len());
    match (first, language) {
        ('#', Language::Yaml | Language::GraphQl | Language::Shell) => return (Some('c'), to_line_end()),
        ('/', Language::Protobuf | Language::Other) if rest.starts_with("//") => return (Some('c'), to_line_end()),
        ('/', Language::Protobuf | Language::Other) if rest.starts_with("/*") => {
            return (Some('c'), rest.find("*/").map_or(rest.len(), |end| end + 2));
        }
        ('"', Language::GraphQl) if rest.starts_with("\"\"\"") => {
            return (Some('s'), rest[3..].find("\"\"\"").map_or(rest.len(), |end| end + 6));
        }
        ('"' | '\'', _) if first == '"' || !matches!(language, Language::Json | Language::GraphQl) => {
            let end = text_end(rest, first, language);
            let is_key = language == Language::Json && rest[end..].trim_start().starts_with(':');
            return (Some(if is_key { 'k' } else { 's' }), end);
        }
        _ => {}
    }
    if language == Language::Yaml && is_line_start && !matches!(first, ' ' | '-' | '\n') {
        let line = &rest[..to_line_end()];
        let key = line.find(": ").or_else(|| line.ends_with(':').then(|| line.len() - 1));
        if let Some(end) = key.filter(|end| *end < 80) {
            return (Some('k'), end);
        }
    }
    if first.is_ascii_digit() {
        let end = rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_')))
            .unwrap_or(rest.len());
        return (Some('n'), end);
    }
    if first.is_alphabetic() || matches!(first, '_' | '@' | '$') {
        let skip = first.len_utf8();
        let end = rest[skip..]
            .find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '-')))
            .map_or(rest.len(), |end| end + skip);
        let word = &rest[..end];
        let class = match language {
            Language::GraphQl | Language::Protobuf if first.is_uppercase() || first == '@' => Some('f'),
            Language::Shell if matches!(word, "curl" | "grpcurl") => Some('f'),
            Language::Shell => None,
            Language::Other if !matches!(word, "true" | "false" | "null") => None,
            Language::Yaml | Language::Json if !matches!(word, "true" | "false" | "null") => None,
            _ => WORDS.contains(&word).then_some('w'),
        };
        return (class, end);
    }
    // Everything up to the next letter that may begin something goes in one piece.
    let skip = first.len_utf8();
    let starts = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '"' | '\'' | '#' | '/' | '\n' | '_' | '@' | '$' | '-')
    };
    let end =
        if matches!(first, '\n' | '-') { skip } else { rest[skip..].find(starts).map_or(rest.len(), |end| end + skip) };
    (None, end)
}

/// The end of a text in quotes. One that is not closed ends with its line; those of command lines go over lines.
fn text_end(rest: &str, quote: char, language: Language) -> usize {
    let mut is_escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' if language != Language::Shell => return at,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn push(html: &mut String, part: &str, class: Option<char>) {
    if let Some(class) = class {
        html.push_str("<i class=\"");
        html.push(class);
        html.push_str("\">");
    }
    for letter in part.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
    if class.is_some() {
        html.push_str("</i>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, language: Language, expected: &str) {
        assert_eq!(highlight(text, language), expected);
    }

    #[test]
    fn keys_texts_and_numbers_have_colours() {
        check(
            "{\"a\": \"<b>\", \"n\": 1.5, \"t\": true}",
            Language::Json,
            "{<i class=\"k\">&quot;a&quot;</i>: <i class=\"s\">&quot;&lt;b&gt;&quot;</i>, <i class=\"k\">&quot;n&quot;</i>: <i class=\"n\">1.5</i>, <i class=\"k\">&quot;t&quot;</i>: <i class=\"w\">true</i>}",
        );
        check(
            "- a: x # y\n  b:\n",
            Language::Yaml,
            "- <i class=\"k\">a</i>: x <i class=\"c\"># y</i>\n  <i class=\"k\">b</i>:\n",
        );
        check(
            "type A { a: Int } # x",
            Language::GraphQl,
            "<i class=\"w\">type</i> <i class=\"f\">A</i> { a: <i class=\"f\">Int</i> } <i class=\"c\"># x</i>",
        );
    }

    #[test]
    fn nothing_of_a_text_is_lost_or_becomes_html() {
        let texts = [
            "<script>alert(1)</script>",
            "\"<img src=x onerror=y>",
            "'",
            "\"",
            "a\\",
            "é–\u{1f600}\"é",
            "/*",
            "#",
            "--- - -",
            "\"\"\"",
            "\u{0}",
        ];
        for text in texts {
            for language in [
                Language::Json,
                Language::Yaml,
                Language::GraphQl,
                Language::Protobuf,
                Language::Shell,
                Language::Other,
            ] {
                let html = highlight(text, language);
                let plain = ["k", "s", "n", "w", "c", "f"]
                    .iter()
                    .fold(html, |html, class| html.replace(&format!("<i class=\"{class}\">"), ""));
                let plain = plain.replace("</i>", "");
                assert!(!plain.contains(['<', '>']), "{plain}");
                let back =
                    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
                assert_eq!(back, text);
            }
        }
    }
}
