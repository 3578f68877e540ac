//! Which operations and schemas a text finds.

use std::sync::Arc;

use shared::api::definition::{ApiDefinition, DefinitionOperation, DefinitionSchema};

/// Operations that belong together, shared by all who draw them.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The tag, channel, root type or service.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its operations.
    pub operations: Vec<Arc<DefinitionOperation>>,
}

impl Group {
    /// Groups with other operations are others: a filter may leave as many and not the same.
    pub fn key(&self) -> (String, Vec<String>) {
        (self.title.clone(), self.operations.iter().map(|operation| operation.id.clone()).collect())
    }
}

/// What is left of a definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Groups that have operations left.
    pub groups: Vec<Group>,
    /// Schemas.
    pub schemas: Vec<Arc<DefinitionSchema>>,
}

impl Found {
    /// All of a definition.
    pub fn all(definition: &ApiDefinition) -> Self {
        let groups = definition.groups.iter().map(|group| Group {
            title: group.title.clone(),
            description: group.description.clone(),
            operations: group.operations.iter().cloned().map(Arc::new).collect(),
        });
        Self { groups: groups.collect(), schemas: definition.schemas.iter().cloned().map(Arc::new).collect() }
    }

    /// What a text finds: all of its words must be in the verb, path, summary or id of an operation, or in the name,
    /// a field or a value of a schema.
    pub fn by(&self, text: &str) -> Self {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return self.clone();
        }
        let has_all = |text: &str| {
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let groups = self.groups.iter().filter_map(|group| {
            let is_whole = has_all(&group.title);
            let is_found = |operation: &&Arc<DefinitionOperation>| {
                let DefinitionOperation { verb, path, summary, description, badges, id, .. } = operation.as_ref();
                is_whole || has_all(&format!("{verb} {path} {summary} {description} {id} {}", badges.join(" ")))
            };
            let operations: Vec<_> = group.operations.iter().filter(is_found).cloned().collect();
            (!operations.is_empty()).then(|| Group { operations, ..group.clone() })
        });
        let is_found = |schema: &&Arc<DefinitionSchema>| {
            let fields = schema.fields.iter().chain(&schema.values).map(|field| field.name.as_str());
            let mut text = format!("{} {}", schema.name, schema.description);
            for field in fields {
                text.push(' ');
                text.push_str(field);
            }
            has_all(&text)
        };
        Self { groups: groups.collect(), schemas: self.schemas.iter().filter(is_found).cloned().collect() }
    }

    /// How many operations there are.
    pub fn n_operations(&self) -> usize {
        self.groups.iter().map(|group| group.operations.len()).sum()
    }
}

/// The colour of a verb.
pub fn verb_tone(verb: &str) -> &'static str {
    match verb {
        "POST" | "SEND" | "PUB" | "MUTATION" => "ok",
        "GET" | "HEAD" | "RECEIVE" | "SUB" | "QUERY" | "RPC" => "info",
        "PUT" | "PATCH" => "warn",
        "DELETE" => "bad",
        "SUBSCRIPTION" => "done",
        _ => "idle",
    }
}

/// A verb in at most five letters, for the narrow list.
pub fn short_verb(verb: &str) -> &str {
    match verb {
        "DELETE" => "DEL",
        "OPTIONS" => "OPT",
        "MUTATION" => "MUT",
        "SUBSCRIPTION" => "SUBS",
        "RECEIVE" => "RECV",
        "CHANNEL" => "CHAN",
        _ => verb,
    }
}

#[cfg(test)]
mod tests {
    use shared::api::definition::{DefinitionField, DefinitionGroup};

    use super::*;

    #[test]
    fn a_text_finds_operations_and_schemas() {
        let operation = |verb: &str, path: &str, summary: &str| DefinitionOperation {
            id: format!("op-{verb}-{path}"),
            verb: verb.to_owned(),
            path: path.to_owned(),
            summary: summary.to_owned(),
            ..DefinitionOperation::default()
        };
        let group =
            |title: &str, operations| DefinitionGroup { title: title.to_owned(), operations, ..Default::default() };
        let schema = |name: &str, field: &str| DefinitionSchema {
            name: name.to_owned(),
            fields: vec![DefinitionField { name: field.to_owned(), ..DefinitionField::default() }],
            ..DefinitionSchema::default()
        };
        let all = Found::all(&ApiDefinition {
            groups: vec![
                group(
                    "Bookings",
                    vec![operation("GET", "/bookings", "List"), operation("POST", "/bookings", "Create a booking")],
                ),
                group("Quotes", vec![operation("GET", "/quotes", "List")]),
            ],
            schemas: vec![schema("Booking", "price"), schema("Money", "amount")],
            ..ApiDefinition::default()
        });
        let counts = |text: &str| {
            let found = all.by(text);
            (found.n_operations(), found.schemas.len())
        };
        assert_eq!(counts(" "), (3, 2));
        assert_eq!(counts("get"), (2, 0));
        assert_eq!(counts("create BOOKING"), (1, 0));
        assert_eq!(counts("quotes"), (1, 0));
        assert_eq!(counts("amount"), (0, 1));
        assert_eq!(counts("nothing like it"), (0, 0));
    }
}
