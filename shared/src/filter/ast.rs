//! The one form that all spellings of a filter are turned into.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::rows::fold_case;

/// The key of a row in lower case: `metadata.name`, `relations.ownedby` …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FilterKey(String);

impl FilterKey {
    /// Turns a key as written into the form in which keys are compared.
    pub fn new(key: &str) -> Self {
        Self(fold_case(key).into_owned())
    }

    /// The key of relations of one type. Its values are full references.
    pub fn relation(relation_type: &str) -> Self {
        Self::new(&format!("relations.{relation_type}"))
    }

    /// The key in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FilterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FilterKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(&String::deserialize(deserializer)?))
    }
}

/// A condition over the rows of an entity.
///
/// Keys and values are in lower case: build conditions with [`Filter::equals`] and its siblings, which see to it.
/// A row whose value is null has its key, but meets no comparison.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Every part holds. An empty list holds for every entity.
    All(Vec<Filter>),
    /// At least one part holds. An empty list holds for none.
    Any(Vec<Filter>),
    /// The part does not hold.
    Not(Box<Filter>),
    /// There is a row with this key, whatever its value.
    HasKey(FilterKey),
    /// There is a row with this key and value.
    Equals {
        /// The key, in lower case.
        key: FilterKey,
        /// The value, in lower case.
        value: String,
    },
    /// There is a row with this key and one of these values. An empty list holds for no entity.
    In {
        /// The key, in lower case.
        key: FilterKey,
        /// The values, in lower case.
        values: Vec<String>,
    },
    /// There is a row with this key whose value starts like this.
    Prefix {
        /// The key, in lower case.
        key: FilterKey,
        /// The start of the value, in lower case.
        prefix: String,
    },
}

impl Filter {
    /// Holds for every entity.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Holds for no entity.
    pub fn nothing() -> Self {
        Self::Any(Vec::new())
    }

    /// Every part holds. A single part stands for itself.
    pub fn all(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.swap_remove(0) } else { Self::All(parts) }
    }

    /// At least one part holds. A single part stands for itself.
    pub fn any(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.swap_remove(0) } else { Self::Any(parts) }
    }

    /// Both hold. This is how a read filter is added to what a client asks for.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(parts), other) | (other, Self::All(parts)) if parts.is_empty() => other,
            (Self::All(mut parts), Self::All(more)) => {
                parts.extend(more);
                Self::All(parts)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// The part does not hold.
    pub fn negate(part: Self) -> Self {
        Self::Not(Box::new(part))
    }

    /// There is a row with this key.
    pub fn has_key(key: &str) -> Self {
        Self::HasKey(FilterKey::new(key))
    }

    /// There is a row with this key and value.
    pub fn equals(key: &str, value: &str) -> Self {
        Self::Equals { key: FilterKey::new(key), value: fold_case(value).into_owned() }
    }

    /// There is a row with this key and one of these values.
    pub fn is_in<'a>(key: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values = values.into_iter().map(|value| fold_case(value).into_owned()).collect();
        Self::In { key: FilterKey::new(key), values }
    }

    /// There is a row with this key whose value starts like this.
    pub fn has_prefix(key: &str, prefix: &str) -> Self {
        Self::Prefix { key: FilterKey::new(key), prefix: fold_case(prefix).into_owned() }
    }

    /// Holds for every entity, as far as can be seen without looking at one.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_in_lower_case() {
        assert_eq!(
            Filter::equals("metadata.Name", "Svc"),
            Filter::Equals { key: FilterKey::new("METADATA.NAME"), value: "svc".into() }
        );
        assert_eq!(FilterKey::relation("ownedBy").as_str(), "relations.ownedby");
        assert_eq!(serde_json::from_str::<FilterKey>("\"A.b\"").unwrap().as_str(), "a.b");
    }

    #[test]
    fn and_leaves_out_what_says_nothing() {
        let kind = Filter::equals("kind", "api");
        assert_eq!(kind.clone().and(Filter::everything()), kind);
        assert_eq!(Filter::everything().and(kind.clone()), kind);
        assert_eq!(Filter::everything().and(Filter::everything()), Filter::everything());
        assert_eq!(kind.clone().and(kind.clone()), Filter::All(vec![kind.clone(), kind]));
    }
}
