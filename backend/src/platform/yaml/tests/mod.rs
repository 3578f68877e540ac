//! What people write, and what people should not be able to do.

mod documents;
mod hostile;
mod positions;
mod values;
mod written;

use serde_json::Value;

use super::*;

/// The only document of a text.
#[track_caller]
fn one(text: &str) -> Document {
    let mut documents = parse_documents(text.as_bytes(), &Limits::descriptor());
    assert_eq!(documents.len(), 1, "{documents:?}");
    documents.remove(0).unwrap().expect("not empty")
}

#[track_caller]
fn value(text: &str) -> Value {
    one(text).value
}

/// The error of a text with one document.
#[track_caller]
fn error(text: impl AsRef<[u8]>) -> YamlError {
    let mut documents = parse_documents(text.as_ref(), &Limits::descriptor());
    assert_eq!(documents.len(), 1, "{documents:?}");
    documents.remove(0).expect_err("an error")
}

#[track_caller]
fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}
