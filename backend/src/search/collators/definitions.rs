//! What is inside API definitions: each operation of OpenAPI, message of AsyncAPI, field of GraphQL and rpc of protocol
//! buffers is a document that leads to its place on the page.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};
use shared::api::definition::{
    ApiDefinition, DefinitionBody, DefinitionField, DefinitionLanguage, DefinitionOperation, DefinitionSchema,
};
use shared::api::search::API_OPERATION;
use shared::entity::{DEFAULT_NAMESPACE, Entity, EntityRef};

use super::{Collator, NO_TYPE, entity_path, owners, short_name};
use crate::catalog::definition;
use crate::search::document::{Keyword, SearchDocument};

/// How much matches count: the API itself comes before its operations, and they before what only mentions the word.
const WEIGHT: f32 = 0.6;
/// How much matches of deprecated operations and of operations of deprecated APIs count.
const DEPRECATED_WEIGHT: f32 = 0.3;
/// How many documents one definition gives at most.
const MAX_DOCUMENTS: usize = 2_000;
/// How many parameters and schemas of an operation are searched.
const MAX_WORDS: usize = 60;
/// The tab of the page with the definition; what it shows is named behind `#`.
const TAB: &str = "definition";

/// Makes a document of each operation.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefinitionCollator;

impl Collator for DefinitionCollator {
    fn document_type(&self) -> &'static str {
        API_OPERATION
    }

    fn documents(&self, entity_ref: &EntityRef, entity: &Entity) -> Vec<SearchDocument> {
        let spec = |field: &str| entity.spec.get(field).and_then(Value::as_str).unwrap_or_default();
        let text = spec("definition");
        if entity_ref.kind != "api" || text.trim().is_empty() {
            return vec![];
        }
        let definition = definition::read(spec("type"), text);
        let api = Api::new(entity_ref, entity, &definition);
        let mut documents: Vec<SearchDocument> = Vec::new();
        for group in &definition.groups {
            documents.extend(group.operations.iter().map(|operation| api.operation(operation, &group.title)));
        }
        if definition.language == DefinitionLanguage::GraphQl {
            documents.extend(definition.schemas.iter().flat_map(|schema| api.fields(schema)));
        }
        documents.truncate(MAX_DOCUMENTS);
        documents
    }
}

/// What all documents of a definition have in common.
struct Api<'a> {
    entity_ref: String,
    path: String,
    owners: Vec<String>,
    is_deprecated: bool,
    /// The part of the fields that is the same for all.
    fields: Map<String, Value>,
    /// The names of schemas by their ids.
    schemas: HashMap<&'a str, &'a str>,
}

impl<'a> Api<'a> {
    fn new(entity_ref: &EntityRef, entity: &Entity, definition: &'a ApiDefinition) -> Self {
        let metadata = &entity.metadata;
        let spec = |field: &str| entity.spec.get(field).and_then(Value::as_str).unwrap_or_default();
        let entity_title = metadata.title.as_deref().unwrap_or(&metadata.name);
        let api_type = if spec("type").is_empty() { NO_TYPE } else { spec("type") };
        let mut fields = Map::new();
        for (field, value) in [
            ("name", metadata.name.as_str()),
            ("namespace", metadata.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)),
            ("kind", &entity.kind),
            ("entityTitle", entity_title),
            ("type", api_type),
            ("componentType", api_type),
            ("lifecycle", spec("lifecycle")),
            ("owner", spec("owner")),
        ] {
            fields.insert(field.to_owned(), Value::from(value));
        }
        Self {
            entity_ref: entity_ref.to_string(),
            path: entity_path(entity_ref),
            owners: owners(entity),
            is_deprecated: spec("lifecycle").eq_ignore_ascii_case("deprecated"),
            fields,
            schemas: definition.schemas.iter().map(|schema| (schema.id.as_str(), schema.name.as_str())).collect(),
        }
    }

    fn operation(&self, operation: &DefinitionOperation, group: &str) -> SearchDocument {
        let DefinitionOperation { id, verb, path, summary, description, .. } = operation;
        let mut keywords = vec![keyword("group", group), keyword("api", self.api_name())];
        let parameters = operation.parameters.iter().map(|parameter| parameter.name.as_str());
        let bodies = || operation.requests.iter().chain(&operation.responses);
        let fields = bodies().flat_map(|body| &body.fields).map(|field| field.name.as_str());
        keywords.extend(unique(parameters.chain(fields)).map(|name| keyword("parameters", name)));
        keywords.extend(unique(bodies().flat_map(|body| self.schema_names(body))).map(|name| keyword("schemas", name)));
        let title = if verb.is_empty() { path.clone() } else { format!("{verb} {path}") };
        // What the definition calls the operation stands among its facts, and is what its place is named by.
        let own_name = operation.badges.iter().find(|badge| id.strip_prefix("op-") == Some(badge.as_str()));
        let titles = own_name.into_iter().chain([summary]).filter(|title| !title.is_empty()).cloned().collect();
        self.document(
            Place { id, title, name: path, titles, text: in_sentences(summary, description), verb, path },
            keywords,
            operation.is_deprecated,
        )
    }

    /// The fields of a GraphQL type: they are at the place of the type.
    fn fields(&self, schema: &DefinitionSchema) -> Vec<SearchDocument> {
        let own = schema.fields.iter().filter(|field| field.depth == 0).map(|field: &DefinitionField| {
            let title = format!("{}.{}", schema.name, field.name);
            let keywords = vec![keyword("api", self.api_name()), keyword("schemas", &field.of.text)];
            let place = Place {
                id: &schema.id,
                name: &field.name,
                titles: vec![title.clone()],
                text: field.description.clone(),
                verb: &schema.kind,
                path: &title,
                title: title.clone(),
            };
            self.document(place, keywords, field.is_deprecated)
        });
        own.collect()
    }

    fn document(&self, place: Place<'_>, mut keywords: Vec<Keyword>, is_deprecated: bool) -> SearchDocument {
        let Place { id, title, name, titles, text, verb, path } = place;
        let owner = self.fields.get("owner").and_then(Value::as_str).unwrap_or_default();
        keywords.push(keyword("owner", short_name(owner)));
        keywords.push(keyword("verb", verb));
        keywords.retain(|keyword| !keyword.text.is_empty());
        let location = format!("{}/{TAB}#{id}", self.path);
        let mut fields = Map::new();
        for (field, value) in [("title", title.as_str()), ("text", &text), ("location", &location)] {
            fields.insert(field.to_owned(), Value::from(value));
        }
        fields.extend(self.fields.clone());
        fields.insert("verb".to_owned(), Value::from(verb));
        fields.insert("path".to_owned(), Value::from(path));
        SearchDocument {
            document_type: API_OPERATION,
            entity_ref: self.entity_ref.clone(),
            name: name.to_owned(),
            // A path or a field alone is often called like an entity, which is to come first.
            whole_name: title,
            titles,
            keywords,
            owners: self.owners.clone(),
            weight: if is_deprecated || self.is_deprecated { DEPRECATED_WEIGHT } else { WEIGHT },
            fields,
        }
    }

    fn api_name(&self) -> &str {
        self.fields.get("entityTitle").and_then(Value::as_str).unwrap_or_default()
    }

    /// The names of the schemas that a body refers to.
    fn schema_names<'b>(&'b self, body: &'b DefinitionBody) -> impl Iterator<Item = &'b str> {
        let ids = std::iter::once(&body.of).chain(body.fields.iter().map(|field| &field.of));
        ids.filter_map(|of| of.schema.as_deref()).filter_map(|id| self.schemas.get(id).copied())
    }
}

/// One place in a definition.
struct Place<'a> {
    /// What it is called behind `#`.
    id: &'a str,
    title: String,
    name: &'a str,
    titles: Vec<String>,
    text: String,
    verb: &'a str,
    path: &'a str,
}

/// A summary, which rarely ends with a full stop, and what follows it.
fn in_sentences(summary: &str, description: &str) -> String {
    match (summary.trim_end(), description) {
        ("", text) | (text, "") => text.to_owned(),
        (summary, description) if summary.ends_with(['.', '!', '?', ':', '…']) => format!("{summary} {description}"),
        (summary, description) => format!("{summary}. {description}"),
    }
}

fn keyword(label: &'static str, text: &str) -> Keyword {
    Keyword { label, text: text.to_owned() }
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut seen = BTreeSet::new();
    names.filter(move |name| seen.insert(*name)).take(MAX_WORDS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn collate(api_type: &str, definition: &str) -> Vec<SearchDocument> {
        let entity: Entity = serde_json::from_value(json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "API", "metadata": {"name": "Rides", "title": "Rides API"},
            "spec": {"type": api_type, "lifecycle": "production", "owner": "group:default/team-a", "definition": definition},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/team-a"}],
        }))
        .unwrap();
        DefinitionCollator.documents(&entity.entity_ref(), &entity)
    }

    #[track_caller]
    fn check(api_type: &str, definition: &str, expected: &[(&str, &str)]) {
        let found = collate(api_type, definition);
        let places: Vec<_> = found.iter().map(|document| (document.text("title"), document.text("location"))).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(title, id)| (*title, format!("/catalog/default/api/rides/definition#{id}")))
            .collect();
        assert_eq!(places, expected.iter().map(|(title, place)| (*title, place.as_str())).collect::<Vec<_>>());
    }

    const OPENAPI: &str = r##"
openapi: 3.1.0
info: { title: Rides, version: "1" }
paths:
  /rides/{id}:
    get:
      operationId: getRide
      summary: Get a ride
      parameters: [ { name: Idempotency-Key, in: header, schema: { type: string } } ]
      responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Ride" } } } } }
    delete:
      deprecated: true
      responses: { "204": { description: gone } }
components:
  schemas:
    Ride: { type: object, properties: { id: { type: string } } }
"##;

    #[test]
    fn a_summary_and_what_follows_are_sentences() {
        assert_eq!(in_sentences("Get a ride", "It may be over."), "Get a ride. It may be over.");
        assert_eq!(in_sentences("Ready?", "Yes"), "Ready? Yes");
        assert_eq!((in_sentences("", "a"), in_sentences("b", "")), ("a".to_owned(), "b".to_owned()));
    }

    #[test]
    fn each_operation_of_openapi_leads_to_its_place() {
        let found = collate("openapi", OPENAPI);
        assert_eq!(found.len(), 2);
        let ride = &found[0];
        assert_eq!(ride.text("title"), "GET /rides/{id}");
        assert!(
            ride.text("location").starts_with("/catalog/default/api/rides/definition#"),
            "{}",
            ride.text("location")
        );
        assert_eq!(
            (ride.text("entityTitle"), ride.text("kind"), ride.text("owner")),
            ("Rides API", "API", "group:default/team-a")
        );
        assert_eq!(ride.entity_ref, "api:default/rides");
        assert_eq!(ride.whole_name, "GET /rides/{id}");
        assert_eq!(ride.names().collect::<Vec<_>>(), ["/rides/{id}", "getRide", "Get a ride"]);
        let has = |label: &str, text: &str| {
            ride.keywords.iter().any(|keyword| keyword.label == label && keyword.text == text)
        };
        assert!(
            has("parameters", "Idempotency-Key") && has("schemas", "Ride") && has("owner", "team-a"),
            "{:?}",
            ride.keywords
        );
        assert!(found[1].weight < ride.weight, "deprecated operations sink");
    }

    #[test]
    fn places_are_those_of_the_page() {
        for (api_type, text) in [
            ("openapi", OPENAPI),
            ("graphql", "type Query { ride(id: ID!): Ride }\ntype Ride { id: ID!, driver: String }\n"),
            (
                "grpc",
                "syntax = \"proto3\";\nservice Rides { rpc GetRide (A) returns (B); }\nmessage A {}\nmessage B {}\n",
            ),
        ] {
            let read = definition::read(api_type, text);
            let operations = read.groups.iter().flat_map(|group| &group.operations).map(|operation| &operation.id);
            let ids: Vec<&String> = operations.chain(read.schemas.iter().map(|schema| &schema.id)).collect();
            let found = collate(api_type, text);
            assert!(!found.is_empty(), "{api_type}");
            for document in found {
                let location = document.text("location");
                let id = location.split_once('#').map(|(_, id)| id.to_owned()).unwrap();
                assert!(ids.contains(&&id), "{location}");
            }
        }
    }

    #[test]
    fn fields_of_graphql_are_found() {
        let found = collate("graphql", "type Query { ride(id: ID!): Ride }\ntype Ride { id: ID!, driver: String }\n");
        let titles: Vec<_> = found.iter().map(|document| document.text("title")).collect();
        assert!(titles.contains(&"Ride.driver") && titles.iter().any(|title| title.ends_with("ride")), "{titles:?}");
    }

    #[test]
    fn what_cannot_be_read_gives_nothing() {
        check("openapi", "openapi: [", &[]);
        check("text", "just words", &[]);
        check("openapi", " ", &[]);
    }
}
