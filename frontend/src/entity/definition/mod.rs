//! The definition of an API: its operations and schemas to read, and its text.
//!
//! The server reads the text and answers one shape for every language; this draws it. See docs/adr/0012-api-definitions.md.

mod fields;
mod filter;
mod nav;
mod operation;
mod place;
mod raw;
mod reader;
mod schema_card;
mod tab;

use shared::entity::Entity;

pub use filter::verb_tone;
pub use tab::DefinitionTab;

/// The definition of an API as text, where there is one.
pub fn of(entity: &Entity) -> Option<String> {
    if !entity.kind.eq_ignore_ascii_case("api") {
        return None;
    }
    entity.spec_text("definition").filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entity(kind: &str, spec: Value) -> Entity {
        serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": "x"}, "spec": spec}))
            .unwrap()
    }

    #[test]
    fn only_apis_with_a_text_have_a_definition() {
        let found = of(&entity("API", json!({"type": "openapi", "definition": "openapi: 3.1.0\n"})));
        assert_eq!(found.as_deref(), Some("openapi: 3.1.0\n"));
        assert_eq!(of(&entity("API", json!({"type": "grpc", "definition": " "}))), None);
        assert_eq!(of(&entity("Component", json!({"definition": "x"}))), None);
    }
}
