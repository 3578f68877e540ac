//! References to entities: `kind:namespace/name`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::DEFAULT_NAMESPACE;

/// The identity of an entity. Always in lower case, so names that differ only in case are the same entity.
///
/// Source: contract `entity-model.md`, section 2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef {
    /// `component`, `group` …
    pub kind: String,
    /// `default` where the source names none.
    pub namespace: String,
    /// Unique within kind and namespace.
    pub name: String,
}

/// Why a text is not a reference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EntityRefError {
    /// A part is empty, or there are too many separators.
    #[error("`{0}` is not an entity reference; write [kind:][namespace/]name, such as `component:default/booking-api`")]
    Malformed(String),
    /// No kind is given where none can be assumed.
    #[error("`{0}` names no kind; write kind:name, such as `component:{0}`")]
    MissingKind(String),
}

impl EntityRef {
    /// Joins three parts, turning them to lower case.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self { kind: kind.to_lowercase(), namespace: namespace.to_lowercase(), name: name.to_lowercase() }
    }

    /// Reads `[kind:][namespace/]name`, filling in what is left out.
    ///
    /// A `:` separates the kind only where it stands before the `/`.
    ///
    /// # Errors
    /// [`EntityRefError::Malformed`] for empty parts, [`EntityRefError::MissingKind`] when neither the text nor the caller names a kind.
    pub fn parse(text: &str, default_kind: Option<&str>, default_namespace: &str) -> Result<Self, EntityRefError> {
        let malformed = || EntityRefError::Malformed(text.to_owned());
        let slash = text.find('/');
        let (kind, rest) = match text.find(':') {
            Some(colon) if slash.is_none_or(|slash| colon < slash) => (Some(&text[..colon]), &text[colon + 1..]),
            _ => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        if kind.is_some_and(str::is_empty)
            || namespace.is_some_and(str::is_empty)
            || name.is_empty()
            || name.contains('/')
        {
            return Err(malformed());
        }
        let kind = kind.or(default_kind).ok_or_else(|| EntityRefError::MissingKind(text.to_owned()))?;
        Ok(Self::new(kind, namespace.unwrap_or(default_namespace), name))
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.kind, self.namespace, self.name)
    }
}

impl FromStr for EntityRef {
    type Err = EntityRefError;

    /// Reads a reference that names its kind; the namespace defaults to `default`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, None, DEFAULT_NAMESPACE)
    }
}

impl Serialize for EntityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: Result<&str, ()>) {
        let parsed = EntityRef::parse(input, Some("component"), "ops").map(|found| found.to_string());
        assert_eq!(parsed.map_err(|_| ()), expected.map(str::to_owned), "{input}");
    }

    #[test]
    fn missing_parts_are_filled_in() {
        check("a", Ok("component:ops/a"));
        check("API:a", Ok("api:ops/a"));
        check("Team/A", Ok("component:team/a"));
        check("api:x/Y", Ok("api:x/y"));
        check("x/y:z", Ok("component:x/y:z"));
    }

    #[test]
    fn empty_parts_are_refused() {
        for text in ["", ":a", "a:", "/a", "a/", "k:/a", "k:n/", "a/b/c"] {
            check(text, Err(()));
        }
    }

    #[test]
    fn a_kind_is_required_where_none_is_assumed() {
        assert_eq!("a".parse::<EntityRef>(), Err(EntityRefError::MissingKind("a".into())));
    }

    #[test]
    fn json_is_the_canonical_text() {
        let entity_ref: EntityRef = serde_json::from_str("\"API:X\"").unwrap();
        assert_eq!(serde_json::to_string(&entity_ref).unwrap(), "\"api:default/x\"");
    }
}
