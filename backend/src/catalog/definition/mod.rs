//! Reads the definitions of APIs into one shape that the page can draw and other slices can search.
//!
//! Definitions come from strangers. Whatever a text holds, reading it takes time and memory in proportion to its length, which
//! is bounded; references are told by name instead of being unfolded, so that circles cost nothing, and what is told again
//! wherever a reference leads to it has a limit of its own; references to other documents are never followed. What cannot be read becomes a remark for people, beside the text that they can still look at.
//!
//! Source: docs/adr/0012-api-definitions.md.

mod asyncapi;
mod graphql;
mod ids;
mod openapi;
mod protobuf;
mod routes;
mod sample;
mod schema;
#[cfg(test)]
mod tests;
mod tokens;

pub(super) use routes::configure;

use serde_json::Value;
use shared::api::definition::{ApiDefinition, DefinitionLanguage};

use crate::platform::yaml::{Limits, parse_documents};

/// A longer definition is shown as text only.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Operations of one definition that are told; a person cannot read more, and a page cannot draw more.
const MAX_OPERATIONS: usize = 4_000;
/// Schemas of one definition that are told.
const MAX_SCHEMAS: usize = 4_000;

/// What a definition says. `api_type` is `spec.type` of the entity and decides how the text is read.
pub fn read(api_type: &str, text: &str) -> ApiDefinition {
    let language = language_of(api_type, text);
    if text.len() > MAX_BYTES {
        let remark = format!(
            "This definition has {} MB. Up to {} MB are read; look at the raw text, or download it.",
            text.len() / 1_000_000,
            MAX_BYTES / 1_000_000
        );
        return unread(language, remark);
    }
    let mut definition = match language {
        DefinitionLanguage::OpenApi => tree(text).map_or_else(|why| unread(language, why), |tree| openapi::read(&tree)),
        DefinitionLanguage::AsyncApi => {
            tree(text).map_or_else(|why| unread(language, why), |tree| asyncapi::read(&tree))
        }
        DefinitionLanguage::GraphQl => graphql::read(text),
        DefinitionLanguage::Protobuf => protobuf::read(text),
        DefinitionLanguage::Text => ApiDefinition { language_label: "Text".to_owned(), ..ApiDefinition::default() },
    };
    shorten(&mut definition);
    definition
}

/// The language of a text: by the type of the API where it is a known one, else by how the text begins.
fn language_of(api_type: &str, text: &str) -> DefinitionLanguage {
    match api_type.to_ascii_lowercase().as_str() {
        "openapi" | "swagger" => return DefinitionLanguage::OpenApi,
        "asyncapi" => return DefinitionLanguage::AsyncApi,
        "graphql" => return DefinitionLanguage::GraphQl,
        "grpc" | "protobuf" | "proto" => return DefinitionLanguage::Protobuf,
        _ => {}
    }
    let has_key = |key: &str| {
        text.lines().take(200).any(|line| {
            let line = line.trim_start_matches(['{', ' ', '\t', '"', '\'']);
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    };
    if has_key("openapi") || has_key("swagger") {
        DefinitionLanguage::OpenApi
    } else if has_key("asyncapi") {
        DefinitionLanguage::AsyncApi
    } else if text.lines().take(200).any(|line| line.trim_start().starts_with("syntax = \"proto")) {
        DefinitionLanguage::Protobuf
    } else {
        DefinitionLanguage::Text
    }
}

/// Counts the operations of a definition; those beyond the limit are not even made.
#[derive(Debug, Default)]
struct OperationCount(usize);

impl OperationCount {
    /// Counts one; `false` where it is one too many to be told.
    fn take(&mut self) -> bool {
        self.0 += 1;
        self.0 <= MAX_OPERATIONS
    }

    /// Says that not all are told, where that is so.
    fn remark(&self) -> Option<String> {
        let n_operations = self.0;
        (n_operations > MAX_OPERATIONS).then(|| {
            format!("The first {MAX_OPERATIONS} of {n_operations} operations are listed. The raw text has all of them.")
        })
    }
}

/// A definition of which only the text can be shown.
fn unread(language: DefinitionLanguage, remark: String) -> ApiDefinition {
    ApiDefinition {
        language,
        language_label: label(language).to_owned(),
        remarks: vec![remark],
        ..ApiDefinition::default()
    }
}

fn label(language: DefinitionLanguage) -> &'static str {
    match language {
        DefinitionLanguage::OpenApi => "OpenAPI",
        DefinitionLanguage::AsyncApi => "AsyncAPI",
        DefinitionLanguage::GraphQl => "GraphQL",
        DefinitionLanguage::Protobuf => "Protocol buffers",
        DefinitionLanguage::Text => "Text",
    }
}

/// The content of a JSON or YAML text; what is wrong with it, with its place, where it is neither.
fn tree(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{') {
        return match serde_json::from_str(text) {
            Ok(tree) => Ok(tree),
            Err(error) => Err(format!("The text is not valid JSON: {error}.")),
        };
    }
    let limits = Limits { max_bytes: MAX_BYTES, max_depth: 100, max_documents: 2, ..Limits::descriptor() };
    let mut documents = parse_documents(text.as_bytes(), &limits).into_iter();
    match documents.next() {
        Some(Ok(Some(document))) => Ok(document.value),
        Some(Err(error)) => Err(format!("The text is not valid YAML: {error}")),
        Some(Ok(None)) | None => Err("The text is empty.".to_owned()),
    }
}

/// Keeps the schemas to what a page can draw, and says so.
fn shorten(definition: &mut ApiDefinition) {
    if definition.schemas.len() > MAX_SCHEMAS {
        definition.schemas.truncate(MAX_SCHEMAS);
        let remark = format!("The first {MAX_SCHEMAS} schemas are listed. The raw text has all of them.");
        definition.remarks.push(remark);
    }
}
