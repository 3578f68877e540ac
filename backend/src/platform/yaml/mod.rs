//! Reads YAML that people write, and keeps where everything stood; and writes YAML for people.
//!
//! The dialect is the YAML 1.2 core schema with merge keys: `yes`, `on` and dates are strings, `017` is 17, `0o17`
//! is 15, `0x1F` is 31. A file may hold many documents; each is parsed alone, so a broken one never hides the others.
//! Text from strangers is safe to parse: [`Limits`] bound its size, its depth and what aliases may expand to.
//!
//! ```text
//! for document in parse_documents(bytes, &Limits::descriptor()) {
//!     match document {
//!         Ok(Some(document)) => document.marks.position_of(&JsonPath::parse("spec.owner")),
//!         Ok(None) => …,        // an empty document
//!         Err(error) => …,      // prints as message, position and the offending line
//!     }
//! }
//! ```
//!
//! Decisions beyond the schema:
//! - `.inf`, `.nan` and numbers too large for 64-bit floats are errors, because JSON cannot hold them and the author
//!   most often meant a string (a commit hash such as `12e345678`).
//! - Keys become strings: a scalar key keeps its value's text, a key that is a list or mapping is an error.
//! - An unknown tag is ignored: collections keep their content, scalars are read as strings.
//! - Line breaks are LF, CRLF and CR; columns count characters, not bytes; a leading BOM counts as nothing.

mod build;
mod error;
mod limits;
mod marks;
mod scalar;
mod split;
#[cfg(test)]
mod tests;
mod write;

use std::ops::Range;

use serde_json::Value;

pub use self::error::{YamlError, excerpt};
pub use self::limits::Limits;
pub use self::marks::{Located, MarkRef, Marks, Position};
pub use self::write::to_yaml;
pub use shared::entity::{JsonPath, PathSegment};

use self::{build::build, limits::Budget, split::Chunk};

/// One YAML document as JSON, with the positions of its parts.
#[derive(Clone, Debug)]
pub struct Document {
    /// The content; never null. Mappings keep the order in which they were written.
    pub value: Value,
    /// Where each part of `value` stands in the text.
    pub marks: Marks,
    /// Where the content begins.
    pub start: Position,
    /// Which document of the text this is, from 0. Only documents that give a result are counted.
    pub index: usize,
    /// The bytes of the text that this document was read from, with its `---` line and leading comments.
    pub source: Range<usize>,
    /// The line on which `source` starts, from 1.
    first_line: u32,
}

impl Document {
    /// The line on which [`Document::source`] starts, from 1.
    #[must_use]
    pub fn first_line(&self) -> u32 {
        self.first_line
    }

    /// The line at `position` with a caret below it, ready to print. `text` is what the document was parsed from.
    ///
    /// Cost is bound by the size of this document, not of the whole text, so a file with thousands of invalid
    /// documents stays cheap to report on.
    #[must_use]
    pub fn excerpt(&self, text: &[u8], position: Position) -> String {
        let chunk = text.get(self.source.clone()).unwrap_or_default();
        error::excerpt_from(chunk, self.first_line, position)
    }
}

/// Parses all documents of a text, one item each: the document, `None` where it is empty or null, or its error.
///
/// A text that breaks a limit of the whole (its size, the number of documents) ends with an error item.
#[must_use]
pub fn parse_documents(text: &[u8], limits: &Limits) -> Vec<Result<Option<Document>, YamlError>> {
    if let Some(error) = error::reject_whole(text, limits) {
        return vec![Err(error)];
    }
    let mut budget = Budget::new(limits);
    let mut documents = Vec::new();
    for chunk in split::chunks(text) {
        let index = documents.len();
        if index == limits.max_documents {
            let fault = error::Fault::new(
                format!("the text holds more than {index} documents, which is the limit; split it into several files"),
                Position { line: chunk.first_line, column: 1 },
            );
            documents.push(Err(fault.into_error(&chunk, index)));
            break;
        }
        match parse_chunk(&chunk, index, limits, &mut budget) {
            Ok(None) if !chunk.is_explicit => {}
            Ok(document) => documents.push(Ok(document)),
            Err(fault) => documents.push(Err(fault.into_error(&chunk, index))),
        }
    }
    documents
}

fn parse_chunk(
    chunk: &Chunk<'_>,
    index: usize,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<Option<Document>, error::Fault> {
    let text = error::readable_text(chunk)?;
    let Some((value, marks)) = build(text, chunk.first_line, limits, budget)? else {
        return Ok(None);
    };
    Ok(Some(Document {
        value,
        start: marks.start(),
        marks,
        index,
        source: chunk.offset..chunk.offset + chunk.bytes.len(),
        first_line: chunk.first_line,
    }))
}
