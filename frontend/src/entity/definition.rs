//! The definition of an API.

use leptos::prelude::*;
use shared::entity::Entity;

use crate::extensions::EntityContext;
use crate::ui::code_block::CodeBlock;
use crate::ui::{numbers, words};

/// The definition of an API, and what language it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// In words for people.
    pub language: String,
    /// The text.
    pub text: String,
}

/// The definition of an API, where there is one.
pub fn of(entity: &Entity) -> Option<Definition> {
    if !entity.kind.eq_ignore_ascii_case("api") {
        return None;
    }
    let text = entity.spec_text("definition").filter(|text| !text.trim().is_empty())?.to_owned();
    let api_type = entity.spec_text("type").unwrap_or_default();
    let language = if api_type.is_empty() { "Text".to_owned() } else { words::label(api_type) };
    Some(Definition { language, text })
}

/// The text of the definition.
#[component]
pub fn DefinitionTab(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let definition = Memo::new(move |_| context.entity.with(|entity| of(entity)));
    let text = Signal::derive(move || definition.get().map(|definition| definition.text).unwrap_or_default());
    let title = Memo::new(move |_| {
        definition.with(|definition| {
            let definition = definition.as_ref()?;
            let n_lines = numbers::counted(definition.text.lines().count(), "line", "lines");
            Some(format!("{}, {n_lines}", definition.language))
        })
    });
    view! {
        <h2 class="visually-hidden">"Definition"</h2>
        {move || title.get().map(|title| view! { <CodeBlock title text/> })}
    }
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
    fn a_definition_names_its_language() {
        let found = of(&entity("API", json!({"type": "openapi", "definition": "openapi: 3.1.0\n"}))).unwrap();
        assert_eq!(found.language, "OpenAPI");
        assert_eq!(of(&entity("API", json!({"type": "grpc", "definition": " "}))), None);
        assert_eq!(of(&entity("Component", json!({"definition": "x"}))), None);
    }
}
