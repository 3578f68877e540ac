//! What is wrong with a text, where, and how that looks.

use std::fmt;

use granit_parser::{ErrorKind, ScanError};

use super::{
    Limits, Position,
    split::{Chunk, Lines},
};

/// Why a document cannot be read. Prints as position, message and the offending line with a caret below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// What is wrong and what to do; lower case, without position.
    pub message: String,
    /// Where.
    pub position: Position,
    /// The line before, the line itself and a caret below it; without a final line break.
    pub excerpt: String,
    /// Which document of the text this is, from 0.
    pub document: usize,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}, column {}", self.message, self.position.line, self.position.column)?;
        if self.excerpt.is_empty() { Ok(()) } else { write!(f, "\n{}", self.excerpt) }
    }
}

impl std::error::Error for YamlError {}

/// A message and its place, before the text is at hand to show it in.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) position: Position,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, position: Position) -> Self {
        Self { message: message.into(), position }
    }

    /// What the parser found, in words that help the author.
    pub(super) fn from_scan(error: &ScanError, first_line: u32, limits: &Limits) -> Self {
        let message = match error.kind() {
            ErrorKind::UnknownAnchor => {
                "this alias has no anchor: write `&name` at a value further up in the same document".to_owned()
            }
            ErrorKind::RecursionLimitExceeded => too_deep(limits),
            ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => {
                "a tab is used for indentation: YAML indents with spaces only".to_owned()
            }
            ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed => {
                "a `key: value` is not possible here: put text that contains `: ` in quotes, or correct the indentation"
                    .to_owned()
            }
            ErrorKind::InvalidColonPlacement => {
                "a `key: value` is not possible here: is a `]` or `}` missing further up?".to_owned()
            }
            ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey => {
                "expected `key: value` here: add the colon, correct the indentation, or put the text in quotes"
                    .to_owned()
            }
            ErrorKind::UnclosedQuotedScalar => "this quoted text is never closed".to_owned(),
            ErrorKind::DocumentIndicatorInQuotedScalar => {
                "a quoted text runs into a document marker: close the quote before the line with `---` or `...`"
                    .to_owned()
            }
            ErrorKind::UnclosedFlowCollection { open } => format!("this `{open}` is never closed"),
            ErrorKind::UnexpectedEofFlowSequence => "the list ends without `]`".to_owned(),
            ErrorKind::UnexpectedEofFlowMapping => "the mapping ends without `}`".to_owned(),
            ErrorKind::ExpectedFlowSequenceSeparator => "expected `,` or `]` here".to_owned(),
            ErrorKind::ExpectedFlowMappingSeparator => "expected `,` or `}` here".to_owned(),
            ErrorKind::UnexpectedCharacter { character } => {
                format!("text cannot start with `{character}`: put it in quotes")
            }
            ErrorKind::UnknownQuotedScalarEscape => {
                "unknown escape in double quotes: write `\\\\` for a backslash, or use single quotes".to_owned()
            }
            _ => error.info(),
        };
        Self::new(message, position(error.marker(), first_line))
    }

    pub(super) fn into_error(self, chunk: &Chunk<'_>, document: usize) -> YamlError {
        YamlError {
            excerpt: excerpt_from(chunk.bytes, chunk.first_line, self.position),
            message: self.message,
            position: self.position,
            document,
        }
    }
}

pub(super) fn too_deep(limits: &Limits) -> String {
    format!("lists and mappings are nested more than {} levels deep, which is the limit", limits.max_depth)
}

/// A place of the parser, which counts from the start of the document, as a place of the text.
pub(super) fn position(marker: &granit_parser::Marker, first_line: u32) -> Position {
    let line = u32::try_from(marker.line().saturating_sub(1)).unwrap_or(u32::MAX);
    let column = u32::try_from(marker.col()).unwrap_or(u32::MAX);
    Position { line: first_line.saturating_add(line), column: column.saturating_add(1) }
}

/// Refuses a text that must not be looked at more closely.
pub(super) fn reject_whole(text: &[u8], limits: &Limits) -> Option<YamlError> {
    let message = if text.len() > limits.max_bytes {
        format!("the text has {} bytes; at most {} are read", text.len(), limits.max_bytes)
    } else if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
        "the text is UTF-16: save the file as UTF-8".to_owned()
    } else {
        return None;
    };
    Some(YamlError { message, position: Position { line: 1, column: 1 }, excerpt: String::new(), document: 0 })
}

/// The document as text.
///
/// Control characters are refused here: YAML forbids them, and the parser takes a zero byte for the end of input.
pub(super) fn readable_text<'a>(chunk: &Chunk<'a>) -> Result<&'a str, Fault> {
    let fault = |offset: usize, message: String| Fault::new(message, position_at(chunk, offset));
    let text = std::str::from_utf8(chunk.bytes).map_err(|error| {
        let offset = error.valid_up_to();
        fault(offset, format!("byte {:#04x} is not valid UTF-8: save the file as UTF-8", chunk.bytes[offset]))
    })?;
    let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    match chunk.bytes.iter().position(is_control) {
        None => Ok(text),
        Some(offset) => Err(fault(
            offset,
            format!(
                "control character U+{:04X} is not allowed: remove it, or write it as an escape in double quotes",
                chunk.bytes[offset]
            ),
        )),
    }
}

fn position_at(chunk: &Chunk<'_>, offset: usize) -> Position {
    let before = &chunk.bytes[..offset];
    let (mut line, mut line_start) = (0, 0);
    for current in Lines::new(chunk.bytes).take_while(|line| line.offset <= offset) {
        (line, line_start) = (current.number - 1, current.offset);
    }
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count();
    Position { line: chunk.first_line + line, column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1) }
}

/// The line at `position`, the one before it, and a caret below; empty when the text has no such line.
///
/// ```text
///   3 | spec:
///   4 |   owner: [a
///     |          ^
/// ```
#[must_use]
pub fn excerpt(text: &str, position: Position) -> String {
    let bytes = text.as_bytes();
    excerpt_from(bytes.strip_prefix(super::split::BOM).unwrap_or(bytes), 1, position)
}

/// Like [`excerpt`], for a piece of a text that starts at `first_line`.
pub(super) fn excerpt_from(bytes: &[u8], first_line: u32, position: Position) -> String {
    let Some(wanted) = position.line.checked_sub(first_line) else { return String::new() };
    let wanted = wanted as usize;
    let mut shown: Vec<(u32, &[u8])> = Lines::new(bytes)
        .skip(wanted.saturating_sub(1))
        .take(if wanted == 0 { 1 } else { 2 })
        .map(|line| (first_line.saturating_add(line.number - 1), line.bytes))
        .collect();
    if shown.last().map_or(wanted == 0, |&(number, _)| number + 1 == position.line) {
        // The parser points behind the last line when something is missing at the end of the text.
        shown.push((position.line, b""));
    }
    if shown.last().is_none_or(|&(number, _)| number != position.line) {
        return String::new();
    }
    let width = position.line.to_string().len().max(3);
    let skip = (position.column as usize).saturating_sub(1 + SHOWN_BEFORE);
    let mut out = String::new();
    for (number, line) in shown {
        let text = printable(line, skip);
        out.push_str(format!("{number:>width$} | {text}").trim_end());
        out.push('\n');
    }
    let indent = (position.column as usize).saturating_sub(1 + skip) + usize::from(skip > 0);
    out.push_str(&format!("{:>width$} | {:>indent$}^", "", ""));
    out
}

/// Characters of a long line that are shown before the caret, and in all.
const SHOWN_BEFORE: usize = 60;
const SHOWN: usize = 110;

/// A line as it can be printed: one column per character, cut at both ends when it is long.
fn printable(line: &[u8], skip: usize) -> String {
    // Four bytes hold any character, so a line of megabytes costs no more than what may be shown of it and before it.
    let start_limit = (skip + SHOWN + 1).saturating_mul(4).min(line.len());
    let text = String::from_utf8_lossy(&line[..start_limit]);
    let mut chars = text.trim_end_matches(['\r', '\n']).chars().skip(skip);
    let mut out = String::new();
    if skip > 0 {
        out.push('…');
    }
    out.extend(chars.by_ref().take(SHOWN).map(|char| match char {
        '\t' => ' ',
        char if char.is_control() => '\u{FFFD}',
        char => char,
    }));
    if chars.next().is_some() {
        out.push('…');
    }
    out
}
