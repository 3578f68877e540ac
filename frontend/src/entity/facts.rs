//! What only some kinds have: mail of people and teams, definitions of APIs, targets of locations.

use leptos::prelude::*;
use serde_json::Value;
use shared::entity::Entity;

use super::links;
use crate::ui::code_block::CodeBlock;
use crate::ui::{numbers, words};

/// A fact for the list of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it says.
    pub text: String,
    /// Where it leads, for addresses that are safe.
    pub href: Option<String>,
}

impl Fact {
    fn new(label: &str, text: &str) -> Self {
        Self { label: label.to_owned(), text: text.to_owned(), href: None }
    }
}

/// The facts of `spec` that only this kind has.
pub fn facts(entity: &Entity) -> Vec<Fact> {
    let mut found = Vec::new();
    if let Some(email) = profile(entity, "email") {
        let href =
            Some(format!("mailto:{email}")).filter(|_| email.contains('@') && !email.contains([' ', '\n', '?', '&']));
        found.push(Fact { href, ..Fact::new("Email", email) });
    }
    if entity.kind.eq_ignore_ascii_case("location") {
        found.extend(entity.spec_text("presence").map(|presence| Fact::new("Presence", presence)));
    }
    found
}

fn profile<'a>(entity: &'a Entity, field: &str) -> Option<&'a str> {
    entity.spec.get("profile")?.get(field)?.as_str().filter(|text| !text.is_empty())
}

/// What a location points to, in order.
pub fn location_targets(entity: &Entity) -> Vec<Fact> {
    if !entity.kind.eq_ignore_ascii_case("location") {
        return Vec::new();
    }
    let one = entity.spec.get("target").into_iter();
    let many = entity.spec.get("targets").and_then(Value::as_array).into_iter().flatten();
    one.chain(many)
        .filter_map(Value::as_str)
        .map(|target| Fact { href: links::is_safe(target).then(|| target.to_owned()), ..Fact::new("Target", target) })
        .collect()
}

/// The definition of an API, and what language it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// In words for people.
    pub language: String,
    /// The text.
    pub text: String,
}

/// The definition of an API, where there is one.
pub fn definition(entity: &Entity) -> Option<Definition> {
    if !entity.kind.eq_ignore_ascii_case("api") {
        return None;
    }
    let text = entity.spec_text("definition").filter(|text| !text.trim().is_empty())?.to_owned();
    let api_type = entity.spec_text("type").unwrap_or_default();
    let language = if api_type.is_empty() { "Definition".to_owned() } else { words::label(api_type) };
    Some(Definition { language, text })
}

/// The definition of an API, closed at first: it may be long.
#[component]
pub fn DefinitionCard(
    /// The definition.
    #[prop(into)]
    definition: Signal<Option<Definition>>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let text = Signal::derive(move || {
        definition.with(|definition| definition.as_ref().map(|definition| definition.text.clone()).unwrap_or_default())
    });
    let head = Memo::new(move |_| {
        definition.with(|definition| {
            let definition = definition.as_ref()?;
            let n_lines = definition.text.lines().count();
            Some((definition.language.clone(), numbers::counted(n_lines, "line", "lines")))
        })
    });
    move || {
        head.get().map(|(language, n_lines)| {
            let title = language.clone();
            view! {
                <section class="card" aria-labelledby="definition">
                    <div class="card-head">
                        <h2 id="definition">"Definition"</h2>
                        <span class="subtle small-text">{format!("{language}, {n_lines}")}</span>
                        <button
                            class="button small"
                            type="button"
                            aria-expanded=move || is_open.get().to_string()
                            aria-controls="definition-text"
                            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                        >
                            {move || if is_open.get() { "Hide" } else { "Show" }}
                        </button>
                    </div>
                    <div id="definition-text">
                        {move || {
                            is_open
                                .get()
                                .then(|| {
                                    view! {
                                        <div class="card-body">
                                            <CodeBlock title=title.clone() text/>
                                        </div>
                                    }
                                })
                        }}
                    </div>
                </section>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(kind: &str, spec: Value) -> Entity {
        serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": "x"}, "spec": spec}))
            .unwrap()
    }

    #[test]
    fn mail_is_a_link_only_when_it_is_nothing_else() {
        let href = |email: &str| facts(&entity("User", json!({"profile": {"email": email}})))[0].href.clone();
        assert_eq!(href("kim@example.org").as_deref(), Some("mailto:kim@example.org"));
        assert_eq!(href("kim@example.org?bcc=x"), None);
        assert_eq!(href("kim"), None);
        assert!(facts(&entity("User", json!({"profile": {}}))).is_empty());
    }

    #[test]
    fn a_location_has_one_target_or_many() {
        let targets =
            |spec| location_targets(&entity("Location", spec)).into_iter().map(|fact| fact.text).collect::<Vec<_>>();
        assert_eq!(
            targets(json!({"target": "./a", "targets": ["./b", "https://c.example"]})),
            ["./a", "./b", "https://c.example"]
        );
        assert!(location_targets(&entity("Component", json!({"target": "./a"}))).is_empty());
    }

    #[test]
    fn a_definition_names_its_language() {
        let found = definition(&entity("API", json!({"type": "openapi", "definition": "openapi: 3.1.0\n"}))).unwrap();
        assert_eq!(found.language, "OpenAPI");
        assert_eq!(definition(&entity("API", json!({"type": "grpc", "definition": " "}))), None);
    }
}
