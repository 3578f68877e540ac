//! A descriptor that somebody fills in.

use serde_json::{Map, Value, json};

use crate::entity::to_yaml;

/// The longest name of an entity.
const MAX_NAME: usize = 63;

/// The kinds that the form offers, with the types that people use most.
pub const KINDS: [(&str, &[&str]); 5] = [
    ("Component", &["service", "website", "library", "pipeline", "mobile-app"]),
    ("API", &["openapi", "asyncapi", "graphql", "grpc"]),
    ("Resource", &["database", "queue", "bucket", "cluster"]),
    ("System", &["product", "service", "feature-set"]),
    ("Domain", &["product-area", "bundle"]),
];

/// The stages that the form offers.
pub const STAGES: [&str; 3] = ["experimental", "production", "deprecated"];

/// What the form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// One of [`KINDS`].
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.description`; may be empty.
    pub description: String,
    /// `spec.type`.
    pub entity_type: String,
    /// `spec.lifecycle`.
    pub lifecycle: String,
    /// `spec.owner`.
    pub owner: String,
    /// `spec.system`, or `spec.domain` of a system; may be empty.
    pub parent: String,
    /// `metadata.annotations`, such as the name of the repository.
    pub annotations: Map<String, Value>,
}

/// What is wrong with a field, by its name.
pub type Mistakes = Vec<(&'static str, &'static str)>;

impl Draft {
    /// What a proposal of the server says, completed with what is most likely.
    pub fn of(entity: &Value) -> Self {
        let text = |path: &str| entity.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
        // What the server writes where it cannot tell is no good answer for people.
        let known = |text: String| if matches!(text.as_str(), "other" | "unknown") { String::new() } else { text };
        Self {
            kind: or(text("/kind"), "Component"),
            name: text("/metadata/name"),
            description: text("/metadata/description"),
            entity_type: or(known(text("/spec/type")), "service"),
            lifecycle: or(known(text("/spec/lifecycle")), "production"),
            owner: text("/spec/owner"),
            parent: text("/spec/system"),
            annotations: entity
                .pointer("/metadata/annotations")
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// Whether entities of this kind have a stage.
    pub fn has_lifecycle(&self) -> bool {
        matches!(self.kind.as_str(), "Component" | "API")
    }

    /// Whether entities of this kind must have a type.
    pub fn must_have_type(&self) -> bool {
        matches!(self.kind.as_str(), "Component" | "API" | "Resource")
    }

    /// The field that says what the entity is a part of: its name, and the kind of what it is a part of.
    pub fn parent_field(&self) -> Option<(&'static str, &'static str)> {
        match self.kind.as_str() {
            "System" => Some(("domain", "domain")),
            "Domain" => None,
            _ => Some(("system", "system")),
        }
    }

    /// What is still missing or wrong.
    pub fn mistakes(&self) -> Mistakes {
        let mut mistakes = Mistakes::new();
        if let Some(mistake) = name_mistake(&self.name) {
            mistakes.push(("name", mistake));
        }
        if self.owner.trim().is_empty() {
            mistakes.push(("owner", "Choose the team that answers for it."));
        }
        if self.must_have_type() && self.entity_type.trim().is_empty() {
            mistakes.push(("type", "Say what type it is, such as service."));
        }
        mistakes
    }

    /// The text of the file.
    pub fn yaml(&self) -> String {
        let mut metadata = Map::new();
        metadata.insert("name".to_owned(), json!(self.name.trim()));
        let description = self.description.trim();
        if !description.is_empty() {
            metadata.insert("description".to_owned(), json!(description));
        }
        if !self.annotations.is_empty() {
            metadata.insert("annotations".to_owned(), Value::Object(self.annotations.clone()));
        }
        let mut spec = Map::new();
        let mut put = |field: &str, value: &str| {
            if !value.trim().is_empty() {
                spec.insert(field.to_owned(), json!(value.trim()));
            }
        };
        put("type", &self.entity_type);
        if self.has_lifecycle() {
            put("lifecycle", &self.lifecycle);
        }
        put("owner", &self.owner);
        if let Some((field, _)) = self.parent_field() {
            put(field, &self.parent);
        }
        if self.kind == "API" {
            // The definition stands in a file beside this one.
            spec.insert("definition".to_owned(), json!({"$text": definition_file(&self.entity_type)}));
        }
        to_yaml(&json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": self.kind,
            "metadata": metadata,
            "spec": spec,
        }))
    }
}

fn definition_file(api_type: &str) -> &'static str {
    match api_type {
        "asyncapi" => "./asyncapi.yaml",
        "graphql" => "./schema.graphql",
        "grpc" => "./service.proto",
        _ => "./openapi.yaml",
    }
}

/// What is wrong with the name of an entity.
///
/// Source: contract `entity-model.md`, section 2.
fn name_mistake(name: &str) -> Option<&'static str> {
    let name = name.trim();
    let is_good = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    let is_end = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
    if name.is_empty() {
        return Some("Give it a name.");
    }
    if name.len() > MAX_NAME {
        return Some("A name has at most 63 characters.");
    }
    if !name.chars().all(is_good) {
        return Some("A name has letters, digits, and - _ . between them.");
    }
    if !is_end(name.chars().next()) || !is_end(name.chars().next_back()) {
        return Some("A name begins and ends with a letter or a digit.");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_becomes_a_file() {
        let proposal = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": {"name": "booking", "annotations": {"github.com/project-slug": "acme/booking"}},
            "spec": {"type": "other", "lifecycle": "unknown"},
        });
        let mut draft = Draft::of(&proposal);
        assert_eq!(draft.mistakes(), [("owner", "Choose the team that answers for it.")]);
        draft.owner = "team-a".to_owned();
        draft.parent = "payments".to_owned();
        assert!(draft.mistakes().is_empty());
        assert_eq!(
            draft.yaml(),
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: booking\n  annotations:\n    \
             github.com/project-slug: acme/booking\nspec:\n  type: service\n  lifecycle: production\n  owner: team-a\n  \
             system: payments\n"
        );
    }

    #[test]
    fn each_kind_has_its_own_fields() {
        let draft = |kind: &str| Draft {
            kind: kind.to_owned(),
            name: "a".to_owned(),
            owner: "b".to_owned(),
            parent: "c".to_owned(),
            lifecycle: "production".to_owned(),
            ..Draft::default()
        };
        assert!(draft("System").yaml().contains("  domain: c\n") && !draft("System").yaml().contains("lifecycle"));
        assert!(!draft("Domain").yaml().contains(": c\n") && draft("Domain").mistakes().is_empty());
        assert!(draft("API").yaml().contains("$text: \"./openapi.yaml\""), "{}", draft("API").yaml());
        assert_eq!(draft("API").mistakes()[0].0, "type");
    }

    #[test]
    fn names_are_those_that_an_entity_may_have() {
        for good in ["a", "a-b_c.D1"] {
            assert_eq!(name_mistake(good), None, "{good}");
        }
        for bad in ["", "-a", "a.", "a b", "ü", &"a".repeat(64)] {
            assert!(name_mistake(bad).is_some(), "{bad}");
        }
    }
}
