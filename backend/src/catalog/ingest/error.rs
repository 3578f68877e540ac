//! What can be wrong with a location or a document, in words for its author.

use serde::{Deserialize, Serialize};
use shared::api::explain::{ExplainedError, Step};
use shared::entity::{StatusError, StatusItem};

/// The type of the status items that ingestion writes.
const STATUS_TYPE: &str = "backstage.io/catalog-processing";

/// One thing that is wrong with a location or a document.
///
/// ```json
/// {"name":"InputError","message":"`spec.owner` is missing; …","file":"/srv/a.yaml","line":7,"column":3,"path":"spec.owner"}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessingError {
    /// The stable name: `InputError`, `NotFoundError`, `NotAllowedError`, `ConflictError`.
    pub name: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The file or address with the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The place in the document, such as `metadata.links[0].url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The step that found it; absent where the document is good, and only what it leads to is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// The lines around the fault with a mark under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
}

impl ProcessingError {
    /// An error that has no place in a file.
    pub fn new(name: &str, message: impl Into<String>) -> Self {
        Self { name: name.to_owned(), message: message.into(), ..Self::default() }
    }

    /// The place as `file:line:column`, as far as it is known.
    pub fn place(&self) -> Option<String> {
        let mut place = self.file.clone()?;
        for number in [self.line, self.line.and(self.column)].into_iter().flatten() {
            place.push(':');
            place.push_str(&number.to_string());
        }
        Some(place)
    }

    /// The same facts as an explanation reports them.
    pub fn explained(self) -> ExplainedError {
        let Self { name, message, file, line, column, path, step, excerpt } = self;
        ExplainedError { name, message, file, line, column, path, step, excerpt }
    }

    /// The same facts as an entity's status reports them.
    pub fn to_status_item(&self) -> StatusItem {
        let message = match self.place() {
            Some(place) => format!("{} ({place})", self.message),
            None => self.message.clone(),
        };
        StatusItem {
            item_type: STATUS_TYPE.to_owned(),
            level: "error".to_owned(),
            message: format!("{}: {message}", self.name),
            error: Some(StatusError { name: self.name.clone(), message }),
        }
    }
}
