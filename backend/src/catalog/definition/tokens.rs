//! Cuts GraphQL and protocol buffer texts into words, one at a time, with the comments beside them.

use std::borrow::Cow;

/// What a language takes for comments and names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `#` begins a comment; commas are blanks; `"""` begins a text of several lines.
    GraphQl,
    /// `//` and `/*` begin comments; names have dots.
    Protobuf,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or a number.
    Word(&'a str),
    /// A text without its quotes.
    Text(Cow<'a, str>),
    /// Any other letter.
    Sign(char),
}

/// The words of a text.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    dialect: Dialect,
    at: usize,
    line: usize,
    /// The line on which the last word ended.
    last_line: usize,
    peeked: Option<Option<Token<'a>>>,
    /// The comment before the next word.
    leading: String,
    leading_end: usize,
    /// The comment behind the last word, on its line.
    trailing: String,
    /// What was not understood, as far as it is told.
    mistakes: Vec<String>,
    n_mistakes: usize,
}

/// So many mistakes are told one by one.
const MAX_MISTAKES: usize = 3;

/// Comments are cut behind this many bytes.
const MAX_COMMENT: usize = 20_000;

impl<'a> Tokens<'a> {
    /// The words of a text.
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            text,
            dialect,
            at: 0,
            line: 1,
            last_line: 0,
            peeked: None,
            leading: String::new(),
            leading_end: 0,
            trailing: String::new(),
            mistakes: Vec::new(),
            n_mistakes: 0,
        }
    }

    /// Notes that the next word is none of those that belong here.
    pub(super) fn note_mistake(&mut self, expected: &str) {
        self.n_mistakes += 1;
        if self.mistakes.len() < MAX_MISTAKES {
            let line = self.line();
            let found = words_of(self.peek());
            self.mistakes.push(format!("Line {line} has {found} where {expected} belongs."));
        }
    }

    /// What was not understood, as remarks on the definition.
    pub(super) fn into_remarks(self) -> Vec<String> {
        let n_more = self.n_mistakes - self.mistakes.len();
        let more = (n_more > 0).then(|| format!("{n_more} more places are not understood."));
        self.mistakes.into_iter().chain(more).collect()
    }

    /// The next word, left where it is.
    pub(super) fn peek(&mut self) -> Option<&Token<'a>> {
        if self.peeked.is_none() {
            let token = self.read();
            self.peeked = Some(token);
        }
        self.peeked.as_ref().and_then(Option::as_ref)
    }

    /// The next word.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        self.peek();
        self.last_line = self.line;
        self.peeked.take().flatten()
    }

    /// The line of the next word, from 1.
    pub(super) fn line(&mut self) -> usize {
        self.peek();
        self.line
    }

    /// The comment right before the next word.
    pub(super) fn take_leading(&mut self) -> String {
        self.peek();
        std::mem::take(&mut self.leading)
    }

    /// The comment behind the last word, on its line.
    pub(super) fn take_trailing(&mut self) -> String {
        self.peek();
        std::mem::take(&mut self.trailing)
    }

    /// Takes the next word where it is this sign.
    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        let is_there = self.peek() == Some(&Token::Sign(sign));
        if is_there {
            self.next();
        }
        is_there
    }

    /// Takes the next word where it is this one.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_there = self.peek() == Some(&Token::Word(word));
        if is_there {
            self.next();
        }
        is_there
    }

    /// Takes the next word where it is a name or a number.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = *word;
                self.next();
                Some(word)
            }
            _ => None,
        }
    }

    /// Passes over what is in brackets, the opening one being taken already; answers its words, up to a length.
    pub(super) fn pass_group(&mut self) -> String {
        let mut text = String::new();
        let mut n_open = 1_usize;
        while let Some(token) = self.next() {
            match &token {
                Token::Sign('(' | '[' | '{') => n_open += 1,
                Token::Sign(')' | ']' | '}') => n_open -= 1,
                _ => {}
            }
            if n_open == 0 {
                break;
            }
            if text.len() < 200 {
                if !text.is_empty() && !matches!(token, Token::Sign(_)) && !text.ends_with(['(', '[', '{', '.']) {
                    text.push(' ');
                }
                push(&mut text, &token);
            }
        }
        text
    }

    /// Passes over a statement: up to its `;`, or to the end of its braces.
    pub(super) fn pass_statement(&mut self) {
        while let Some(token) = self.peek() {
            match token {
                Token::Sign(';') => {
                    self.next();
                    return;
                }
                Token::Sign('{') => {
                    self.next();
                    self.pass_group();
                    self.take_sign(';');
                    return;
                }
                // The end of what holds the statement.
                Token::Sign('}') => return,
                Token::Word(_) | Token::Text(_) | Token::Sign(_) => {
                    self.next();
                }
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn advance(&mut self, n_bytes: usize) -> &'a str {
        let part = &self.text[self.at..self.at + n_bytes];
        self.line += memchr::memchr_iter(b'\n', part.as_bytes()).count();
        self.at += n_bytes;
        part
    }

    fn read(&mut self) -> Option<Token<'a>> {
        self.leading.clear();
        self.trailing.clear();
        self.pass_blanks();
        if self.line > self.leading_end + 1 {
            // A blank line: the comment was about something else.
            self.leading.clear();
        }
        let rest = self.rest();
        let first = rest.chars().next()?;
        if first == '"' || (first == '\'' && self.dialect == Dialect::Protobuf) {
            return Some(Token::Text(self.read_text(first)));
        }
        let dots = self.dialect == Dialect::Protobuf;
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || (letter == '.' && dots);
        let starts_number = first == '-' && rest[1..].starts_with(|letter: char| letter.is_ascii_digit());
        if is_word(first) || starts_number {
            let skip = usize::from(starts_number);
            let is_number = starts_number || first.is_ascii_digit();
            let end =
                rest[skip..].find(|letter: char| !(is_word(letter) || (is_number && matches!(letter, '.' | '+'))));
            return Some(Token::Word(self.advance(end.map_or(rest.len(), |end| end + skip))));
        }
        self.advance(first.len_utf8());
        Some(Token::Sign(first))
    }

    /// Passes over blanks, and keeps the comments among them.
    fn pass_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let is_blank = |letter: char| {
                letter.is_whitespace() || (self.dialect == Dialect::GraphQl && matches!(letter, ',' | '\u{feff}'))
            };
            let n_blank = rest.find(|letter| !is_blank(letter)).unwrap_or(rest.len());
            if n_blank > 0 {
                self.advance(n_blank);
                continue;
            }
            let line_comment = match self.dialect {
                Dialect::GraphQl => rest.strip_prefix('#'),
                Dialect::Protobuf => rest.strip_prefix("//"),
            };
            let (comment, n_bytes) = match line_comment {
                Some(comment) => {
                    let end = memchr::memchr(b'\n', comment.as_bytes()).unwrap_or(comment.len());
                    (&comment[..end], rest.len() - comment.len() + end)
                }
                None => match rest.strip_prefix("/*").filter(|_| self.dialect == Dialect::Protobuf) {
                    Some(comment) => {
                        let end = memchr::memmem::find(comment.as_bytes(), b"*/");
                        (&comment[..end.unwrap_or(comment.len())], end.map_or(rest.len(), |end| end + 4))
                    }
                    None => return,
                },
            };
            let is_trailing = self.line == self.last_line;
            let is_apart = self.line > self.leading_end + 1;
            self.advance(n_bytes);
            if is_trailing {
                add_comment(&mut self.trailing, comment);
            } else {
                if is_apart {
                    self.leading.clear();
                }
                add_comment(&mut self.leading, comment);
                self.leading_end = self.line;
            }
        }
    }

    fn read_text(&mut self, quote: char) -> Cow<'a, str> {
        let rest = self.rest();
        if self.dialect == Dialect::GraphQl && rest.starts_with("\"\"\"") {
            let mut end = 3;
            loop {
                match memchr::memmem::find(&rest.as_bytes()[end..], b"\"\"\"") {
                    Some(at) if rest.as_bytes()[end + at - 1] == b'\\' => end += at + 3,
                    Some(at) => {
                        self.advance(end + at + 3);
                        return Cow::Owned(dedented(&rest[3..end + at].replace("\\\"\"\"", "\"\"\"")));
                    }
                    None => {
                        self.advance(rest.len());
                        return Cow::Borrowed("");
                    }
                }
            }
        }
        let mut is_escaped = false;
        let mut end = rest.len();
        for (at, letter) in rest.char_indices().skip(1) {
            match letter {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                // A text that is not closed ends with its line.
                _ if letter == quote || letter == '\n' => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let inner = &rest[1.min(rest.len())..end.max(1)];
        self.advance((end + 1).min(rest.len()));
        match inner.contains('\\') {
            true => {
                Cow::Owned(inner.replace("\\n", "\n").replace("\\\"", "\"").replace("\\'", "'").replace("\\\\", "\\"))
            }
            false => Cow::Borrowed(inner),
        }
    }
}

/// Writes a word as it stands in a text.
fn push(text: &mut String, token: &Token<'_>) {
    match token {
        Token::Word(word) => text.push_str(word),
        Token::Text(inner) => {
            text.push('"');
            text.push_str(inner);
            text.push('"');
        }
        Token::Sign(sign) => text.push(*sign),
    }
}

/// A word as text.
fn words_of(token: Option<&Token<'_>>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(token) => {
            let mut text = String::new();
            push(&mut text, token);
            let short: String = text.chars().take(40).collect();
            format!("`{short}`")
        }
    }
}

fn add_comment(comments: &mut String, comment: &str) {
    for line in comment.lines() {
        let line = line.trim().trim_start_matches(['*', '/']).trim();
        if comments.len() + line.len() > MAX_COMMENT {
            return;
        }
        if !comments.is_empty() {
            comments.push('\n');
        }
        comments.push_str(line);
    }
}

/// A text of several lines without the indentation that they share.
fn dedented(text: &str) -> String {
    let indent = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let lines = text.lines().enumerate().map(|(index, line)| match index {
        0 => line.trim_start(),
        _ => line.get(indent..).unwrap_or_default(),
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
