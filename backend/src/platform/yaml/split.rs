//! Cuts a text into its documents without parsing it.
//!
//! A line that starts with `---` or `...` followed by white space or its end is a document marker wherever it
//! stands: YAML forbids it inside quoted text, and block text is always indented below the document's root. So the
//! cut is safe even when a document is broken, which is what lets the others be read.

/// The bytes of one document, and where they stand in the text.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub(super) bytes: &'a [u8],
    /// Where `bytes` start in the text.
    pub(super) offset: usize,
    /// The line on which they start, from 1.
    pub(super) first_line: u32,
    /// Whether the document was announced by `---`: then it counts even when it is empty.
    pub(super) is_explicit: bool,
}

pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The documents of a text. Stretches of mere comments and blank lines are no documents.
pub(super) fn chunks(text: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut lines = Lines::new(text);
    let mut open: Option<Open> = None;
    let mut is_done = false;
    std::iter::from_fn(move || {
        while !is_done {
            let Some(line) = lines.next() else {
                is_done = true;
                return open.take().filter(Open::is_document).map(|open| open.close(text, text.len()));
            };
            let current = open.get_or_insert_with(|| Open::at(&line));
            match kind_of(line.bytes) {
                LineKind::DocumentStart if current.is_document() => {
                    let next = Open { is_explicit: true, ..Open::at(&line) };
                    return open.replace(next).map(|open| open.close(text, line.offset));
                }
                LineKind::DocumentStart => current.is_explicit = true,
                LineKind::DocumentEnd => {
                    let end = line.offset + line.bytes.len();
                    if let Some(closed) = open.take().filter(Open::is_document) {
                        return Some(closed.close(text, end));
                    }
                }
                LineKind::Other => current.has_content |= !leads_up(line.bytes),
            }
        }
        None
    })
}

/// A document whose end is not found yet.
#[derive(Debug)]
struct Open {
    offset: usize,
    first_line: u32,
    is_explicit: bool,
    has_content: bool,
}

impl Open {
    const fn at(line: &Line<'_>) -> Self {
        Self { offset: line.offset, first_line: line.number, is_explicit: false, has_content: false }
    }

    /// Whether this is more than the comments and directives that lead up to a document.
    const fn is_document(&self) -> bool {
        self.is_explicit || self.has_content
    }

    fn close(self, text: &[u8], end: usize) -> Chunk<'_> {
        let bytes = &text[self.offset..end];
        let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
        Chunk { bytes, offset: end - bytes.len(), first_line: self.first_line, is_explicit: self.is_explicit }
    }
}

enum LineKind {
    DocumentStart,
    DocumentEnd,
    Other,
}

fn kind_of(line: &[u8]) -> LineKind {
    let line = line.strip_prefix(BOM).unwrap_or(line);
    let ends_word = matches!(line.get(3), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
    match line.first() {
        Some(b'-') if line.starts_with(b"---") && ends_word => LineKind::DocumentStart,
        Some(b'.') if line.starts_with(b"...") && ends_word => LineKind::DocumentEnd,
        _ => LineKind::Other,
    }
}

/// Whether a line may stand before a document: blank, a comment, or a directive such as `%YAML 1.2`.
fn leads_up(line: &[u8]) -> bool {
    let line = line.strip_prefix(BOM).unwrap_or(line);
    let first_text = line.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    first_text.is_none_or(|&byte| byte == b'#') || line.starts_with(b"%")
}

/// A line with its break.
pub(super) struct Line<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) offset: usize,
    pub(super) number: u32,
}

/// The lines of a text; LF, CRLF and CR end one.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    offset: usize,
    number: u32,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { text, offset: 0, number: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = &self.text[self.offset..];
        if rest.is_empty() {
            return None;
        }
        let length = match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) if rest[end..].starts_with(b"\r\n") => end + 2,
            Some(end) => end + 1,
            None => rest.len(),
        };
        let offset = self.offset;
        self.offset += length;
        self.number = self.number.saturating_add(1);
        Some(Line { bytes: &rest[..length], offset, number: self.number })
    }
}
