//! The few facts of a stored document that lists tell of an entity.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use shared::entity::{DEFAULT_NAMESPACE, EntityRef, Relation};

use super::location::MANAGED_BY;

/// Where a descriptor can be edited.
const EDIT_URL: &str = "backstage.io/edit-url";

/// What lists tell of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The full reference in lower case.
    pub entity_ref: Option<String>,
    /// What people call it.
    pub title: Option<String>,
    /// `spec.type`.
    pub spec_type: Option<String>,
    /// The full reference of its first owner.
    pub owner: Option<String>,
    /// The location that describes it, as `type:target`.
    pub source: Option<String>,
    /// Where the descriptor can be edited; an address that a browser may follow.
    pub edit_url: Option<String>,
}

impl Facts {
    /// Reads a final document. One that cannot be read has no facts: it is told of by its reference alone.
    pub fn read(document: &[u8]) -> Self {
        let seen: Seen = serde_json::from_slice(document).unwrap_or_default();
        let mut annotations = seen.metadata.annotations;
        let mut annotation = |key: &str| annotations.remove(key).and_then(Loose::text);
        let profile_name = || seen.spec.profile.fields()?.display_name.text();
        let is_address = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        let name = seen.metadata.name.text();
        let namespace = seen.metadata.namespace.text();
        let reference = |name: &String| {
            let namespace = namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
            EntityRef::new(&seen.kind, namespace, name).to_string()
        };
        Self {
            entity_ref: name.as_ref().map(reference),
            source: annotation(MANAGED_BY),
            edit_url: annotation(EDIT_URL).filter(is_address),
            title: seen.metadata.title.text().or_else(profile_name).or(name),
            spec_type: seen.spec.spec_type.text(),
            owner: seen.relations.into_iter().find(|edge| edge.relation_type == "ownedBy").map(|edge| edge.target_ref),
        }
    }
}

/// What is read of a document. Anybody may write these fields, so that any of them may be something else.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    kind: String,
    metadata: Metadata,
    spec: Spec,
    relations: Vec<Relation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: Loose,
    namespace: Loose,
    title: Loose,
    annotations: BTreeMap<String, Loose>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Spec {
    #[serde(rename = "type")]
    spec_type: Loose,
    profile: LooseProfile,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Profile {
    display_name: Loose,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum LooseProfile {
    Fields(Profile),
    Other(IgnoredAny),
    #[default]
    Nothing,
}

impl LooseProfile {
    fn fields(self) -> Option<Profile> {
        match self {
            Self::Fields(profile) => Some(profile),
            Self::Other(_) | Self::Nothing => None,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Loose {
    Text(String),
    Other(IgnoredAny),
    #[default]
    Nothing,
}

impl Loose {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(_) | Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn facts(document: &Value) -> Facts {
        Facts::read(document.to_string().as_bytes())
    }

    #[test]
    fn the_title_is_what_people_say() {
        let title = |metadata: Value, spec: Value| facts(&json!({"metadata": metadata, "spec": spec})).title.unwrap();
        assert_eq!(title(json!({"name": "a", "title": "A title"}), json!({})), "A title");
        assert_eq!(title(json!({"name": "a"}), json!({"profile": {"displayName": "Ann"}})), "Ann");
        assert_eq!(title(json!({"name": "a"}), json!({"profile": "none", "type": 7})), "a");
    }

    #[test]
    fn only_what_a_browser_may_follow_is_an_address() {
        let with = |url: &str| facts(&json!({"metadata": {"annotations": {"backstage.io/edit-url": url}}})).edit_url;
        assert_eq!(with("https://git.example/edit").as_deref(), Some("https://git.example/edit"));
        assert_eq!(with("javascript:alert(1)"), None);
        assert_eq!(Facts::read(b"no JSON"), Facts::default());
    }
}
