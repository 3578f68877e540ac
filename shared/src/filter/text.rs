//! The text filter: a term that must occur in one of some fields.

use serde::{Deserialize, Serialize};

use super::ast::FilterKey;
use super::rows::fold_case;

/// A case-insensitive search for a term inside the values of some fields.
///
/// ```json
/// {"term":"book","fields":["metadata.name","metadata.title"]}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "TextFilterBody")]
pub struct TextFilter {
    term: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FilterKey>,
}

/// The field that is searched where neither the filter nor an order names one.
pub const DEFAULT_TEXT_FIELD: &str = "metadata.uid";

impl TextFilter {
    /// Reads a term and a list of fields, each entry of which may hold several, separated by commas.
    ///
    /// `None` where the term is blank, which filters nothing.
    pub fn new(term: &str, fields: &[String]) -> Option<Self> {
        let term = term.trim();
        if term.is_empty() {
            return None;
        }
        let mut keys = Vec::new();
        for field in fields.iter().flat_map(|entry| entry.split(',')).map(str::trim).filter(|field| !field.is_empty()) {
            let key = FilterKey::new(field);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Some(Self { term: fold_case(term).into_owned(), fields: keys })
    }

    /// The term in lower case, without blanks around it; never empty.
    pub fn term(&self) -> &str {
        &self.term
    }

    /// The fields to search: those of the filter, or else `default_field`, which is the field of the order or
    /// [`DEFAULT_TEXT_FIELD`].
    pub fn fields_or<'a>(&'a self, default_field: &'a FilterKey) -> &'a [FilterKey] {
        if self.fields.is_empty() { std::slice::from_ref(default_field) } else { &self.fields }
    }
}

#[derive(Deserialize)]
struct TextFilterBody {
    term: String,
    #[serde(default)]
    fields: Vec<String>,
}

impl TryFrom<TextFilterBody> for TextFilter {
    type Error = &'static str;

    fn try_from(body: TextFilterBody) -> Result<Self, Self::Error> {
        Self::new(&body.term, &body.fields).ok_or("the term of a text filter must not be blank")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_terms_filter_nothing() {
        assert_eq!(TextFilter::new(" \t", &["kind".into()]), None);
    }

    #[test]
    fn fields_are_split_and_unique() {
        let filter =
            TextFilter::new(" Book ", &["metadata.Name, ,metadata.title".into(), "metadata.name".into()]).unwrap();
        let json = serde_json::to_string(&filter).unwrap();
        assert_eq!(json, r#"{"term":"book","fields":["metadata.name","metadata.title"]}"#);
        assert_eq!(serde_json::from_str::<TextFilter>(&json).unwrap(), filter);
    }

    #[test]
    fn the_default_field_steps_in() {
        let uid = FilterKey::new(DEFAULT_TEXT_FIELD);
        let filter: TextFilter = serde_json::from_str(r#"{"term":"X"}"#).unwrap();
        assert_eq!(filter.fields_or(&uid), std::slice::from_ref(&uid));
    }
}
