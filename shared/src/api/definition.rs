//! Bodies of `GET /api/catalog/entities/by-name/{kind}/{namespace}/{name}/definition`.
//!
//! One shape for every language of API definitions, ready to be drawn: an operation is an HTTP method and path, a message that
//! is sent or received, a field of a GraphQL root type or an rpc. Schemas are told one level deep and refer to each other by id,
//! so that circles cost nothing.

use serde::{Deserialize, Serialize};

/// Leaves a `false` out of the JSON.
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What the definition of an API says, in one shape for every language. An extension of this server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiDefinition {
    /// The language that was read.
    pub language: DefinitionLanguage,
    /// The language with its version, for people: `OpenAPI 3.1.0`.
    pub language_label: String,
    /// How the definition calls itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The version of the API, as it is written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where it is served.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<DefinitionServer>,
    /// The operations, by tag, channel, root type or service, in the order of the definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<DefinitionGroup>,
    /// The named schemas, messages and types, in the order of the definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<DefinitionSchema>,
    /// What a reader must know: why nothing could be read, or what was left out. Whole sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// A language of API definitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DefinitionLanguage {
    /// OpenAPI 2 (Swagger), 3.0 and 3.1, as JSON or YAML.
    OpenApi,
    /// AsyncAPI 2 and 3, as JSON or YAML.
    AsyncApi,
    /// The schema language of GraphQL.
    GraphQl,
    /// Protocol buffers.
    Protobuf,
    /// Anything else: there is text and nothing more.
    #[default]
    Text,
}

/// Where an API is served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionServer {
    /// The address, as it is written.
    pub url: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// Operations that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionGroup {
    /// The tag, channel, root type or service.
    pub title: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The operations, in the order of the definition.
    pub operations: Vec<DefinitionOperation>,
}

/// One operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionOperation {
    /// Unique within the definition, fit for a URL hash; stays the same while the operation keeps its name.
    pub id: String,
    /// `GET`, `SEND`, `RECEIVE`, `QUERY`, `RPC`, …
    pub verb: String,
    /// The path, channel, field or method.
    pub path: String,
    /// A few words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// More of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// It should not be used any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_deprecated: bool,
    /// What to use instead, where that is said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deprecation: String,
    /// Short facts: what credentials it needs, what it streams, the `operationId`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub badges: Vec<String>,
    /// Parameters and arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<DefinitionField>,
    /// What is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<DefinitionBody>,
    /// What comes back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<DefinitionBody>,
    /// Texts to copy: a call, an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<DefinitionSample>,
}

/// What is sent or comes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionBody {
    /// The status of a response, the name of a message; empty for a body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The media types, joined by commas.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub media_types: String,
    /// What it holds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its type.
    #[serde(default)]
    pub of: DefinitionType,
    /// Its fields, where the type is written in place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<DefinitionField>,
    /// It must be there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_required: bool,
}

/// A type in words, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionType {
    /// Such as `Booking[]` or `string, uuid`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The id of the schema that it names, where the definition has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// A parameter, an argument or a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionField {
    /// What it is called.
    pub name: String,
    /// Where a parameter stands: `path`, `query`, `header`, `cookie`; the number of a field of a message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Its type.
    #[serde(default)]
    pub of: DefinitionType,
    /// What it means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What values it may have.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub constraint: String,
    /// It must be there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_required: bool,
    /// It should not be used any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_deprecated: bool,
    /// How deep it is nested in what is written in place, from 0. Fields follow the one that holds them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub depth: usize,
}

fn is_zero(depth: &usize) -> bool {
    *depth == 0
}

/// A named schema, message or type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionSchema {
    /// Unique within the definition, fit for a URL hash.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `object`, `enum`, `message`, `interface`, … or a type such as `string, uuid`.
    pub kind: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// It should not be used any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_deprecated: bool,
    /// Its fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<DefinitionField>,
    /// The values of an enumeration, the members of a union. `name` and `description` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<DefinitionField>,
    /// What it is made of besides its own fields, with words such as `all of`, `any of`, `implements`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<DefinitionPart>,
}

/// Another type that a schema is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionPart {
    /// How it belongs: `all of`, `one of`, `any of`, `implements`, `values`.
    pub relation: String,
    /// The type.
    pub of: DefinitionType,
}

/// A text to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionSample {
    /// What it is: `Request`, `Response 200`, `Message`.
    pub title: String,
    /// The text. `{server}` stands for the address of a server.
    pub text: String,
}
