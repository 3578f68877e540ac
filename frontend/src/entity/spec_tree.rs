//! The specification of an entity whose kind nobody here knows, as names and values to read.

use leptos::prelude::*;
use serde_json::Value;
use shared::entity::{Entity, EntityRef};

use super::links;
use crate::catalog::kinds;
use crate::extensions::EntityContext;
use crate::ui::entity_link::EntityLink;

/// How deep the tree goes.
const MAX_DEPTH: usize = 8;
/// Entries of one list or object.
const MAX_ENTRIES: usize = 200;

/// Whether the page knows nothing of the kind and the entity says something.
pub fn applies(entity: &Entity) -> bool {
    !kinds::is_known(&entity.kind) && entity.spec.iter().any(|(key, _)| !is_shown_elsewhere(key))
}

/// What the head and the card of facts show for every kind.
fn is_shown_elsewhere(key: &str) -> bool {
    matches!(key, "owner" | "type" | "lifecycle" | "system" | "domain")
}

/// The specification as a tree.
#[component]
pub fn SpecBody(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let facts = context.facts();
    let tree = move || {
        facts.with(|entity| {
            let entries = entity.spec.iter().filter(|(key, _)| !is_shown_elsewhere(key));
            entries.take(MAX_ENTRIES).map(|(key, value)| entry(key, value, 0)).collect_view()
        })
    };
    view! {
        <div class="card-body">
            <dl class="spec-tree">{tree}</dl>
        </div>
    }
}

fn entry(key: &str, value: &Value, depth: usize) -> AnyView {
    view! {
        <div>
            <dt>{label(key)}</dt>
            <dd>{value_view(value, depth)}</dd>
        </div>
    }
    .into_any()
}

fn value_view(value: &Value, depth: usize) -> AnyView {
    match value {
        Value::Object(fields) if !fields.is_empty() && depth < MAX_DEPTH => {
            let entries =
                fields.iter().take(MAX_ENTRIES).map(|(key, value)| entry(key, value, depth + 1)).collect_view();
            view! { <dl class="spec-tree">{entries}</dl> }.into_any()
        }
        Value::Array(items) if !items.is_empty() && depth < MAX_DEPTH => {
            let items = items
                .iter()
                .take(MAX_ENTRIES)
                .map(|item| view! { <li>{value_view(item, depth + 1)}</li> })
                .collect_view();
            view! { <ul class="spec-list">{items}</ul> }.into_any()
        }
        Value::String(text) if links::is_safe(text) && !text.contains(char::is_whitespace) => {
            view! { <a class="wrap-any" href=text.clone() rel="noopener noreferrer">{text.clone()}</a> }.into_any()
        }
        Value::String(text) => match reference(text) {
            Some(entity_ref) => view! { <EntityLink entity_ref/> }.into_any(),
            None => view! { <span class="wrap-any spec-text">{text.clone()}</span> }.into_any(),
        },
        Value::Bool(true) => "Yes".into_any(),
        Value::Bool(false) => "No".into_any(),
        Value::Null => view! { <span class="subtle">"Nothing"</span> }.into_any(),
        other => view! { <span class="num wrap-any">{other.to_string()}</span> }.into_any(),
    }
}

/// A text that can only be a whole reference: a known kind, a namespace and a name.
fn reference(text: &str) -> Option<EntityRef> {
    let (kind, rest) = text.split_once(':')?;
    let is_name = |part: &str| {
        !part.is_empty()
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
    };
    let (namespace, name) = rest.split_once('/')?;
    (kinds::is_known(kind) && is_name(namespace) && is_name(name)).then(|| EntityRef::new(kind, namespace, name))
}

/// `reviewEvery` and `review_every` become `Review every`.
fn label(key: &str) -> String {
    let mut words = String::new();
    let mut was_lower = false;
    for letter in key.chars() {
        match letter {
            '_' | '-' => words.push(' '),
            _ if letter.is_uppercase() && was_lower => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            _ if words.is_empty() => words.extend(letter.to_uppercase()),
            _ => words.push(letter),
        }
        was_lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_become_words_and_whole_references_links() {
        assert_eq!(
            ["reviewEvery", "max_size", "x", "apiURL"].map(label),
            ["Review every", "Max size", "X", "Api uRL"].map(str::to_owned)
        );
        assert_eq!(reference("component:default/a").unwrap().to_string(), "component:default/a");
        assert_eq!(["https://a/b", "component:a", "note: a/b", "time:a/b"].map(reference), [const { None }; 4]);
    }

    #[test]
    fn only_unknown_kinds_with_something_to_say_have_the_card() {
        let entity = |kind: &str, spec: Value| -> Entity {
            serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": "x"}, "spec": spec}))
                .unwrap()
        };
        assert!(applies(&entity("AiResource", json!({"model": "x"}))));
        assert!(!applies(&entity("AiResource", json!({"owner": "x"}))));
        assert!(!applies(&entity("API", json!({"model": "x"}))));
    }
}
