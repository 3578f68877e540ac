//! What only some kinds have: mail of people and teams, targets of locations.

use serde_json::Value;
use shared::entity::Entity;

use super::links;

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
}
