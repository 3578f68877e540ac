//! What is asked of an engine, and what it answers.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use shared::api::search::{SearchFacetValue, SearchHighlight, TYPES_FACET};

use super::document::{StoredDocument, entity_number};

/// A question, complete with what the caller may see.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What was typed. Empty for everything.
    pub term: String,
    /// Types of documents; all where empty.
    pub types: Vec<String>,
    /// Fields and the values of which a document must have one.
    pub filters: Vec<(String, Vec<String>)>,
    /// Only what changed since then, in milliseconds since 1970.
    pub changed_since_ms: Option<i64>,
    /// Fields whose values are counted. `types` counts types of documents.
    pub facets: Vec<String>,
    /// How many of the best to leave out: a multiple of `limit`.
    pub offset: usize,
    /// How many to answer at most.
    pub limit: usize,
    /// How thoroughly to look.
    pub depth: Depth,
    /// What the caller may see. It is part of the question, so that counts and facets tell of nothing else.
    pub sight: Sight,
    /// What is a little dearer to the caller than to others.
    pub near: Near,
    /// When it is asked, in milliseconds since 1970: what changed lately comes a little earlier.
    pub now_ms: i64,
}

impl Question {
    /// Whether there is a filter on a field, so that its values are counted without it.
    pub fn is_filtered(&self, field: &str) -> bool {
        match field {
            TYPES_FACET => !self.types.is_empty(),
            field => self.filters.iter().any(|(filtered, _)| filtered == field),
        }
    }

    /// The same question without the filter on a field, and without hits: for counting the alternatives to its values.
    #[must_use]
    pub fn without_filter(&self, field: &str) -> Self {
        let mut wider = Self { facets: vec![field.to_owned()], offset: 0, limit: 0, ..self.clone() };
        match field {
            TYPES_FACET => wider.types.clear(),
            field => wider.filters.retain(|(filtered, _)| filtered != field),
        }
        wider
    }
}

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// In all texts, with highlights and another spelling.
    #[default]
    Everything,
    /// In names and keywords, for somebody who is typing: the last word may be unfinished. Neither highlights nor counts.
    Names,
}

/// The entities whose documents may be found.
#[derive(Clone, Debug, Default)]
pub enum Sight {
    /// All of them.
    Everything,
    /// Those with these numbers; see [`entity_number`].
    Only(Arc<HashSet<u64>>),
    /// None.
    #[default]
    Nothing,
}

impl Sight {
    /// Some entities, by their references.
    pub fn only<'a>(entity_refs: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Only(Arc::new(entity_refs.into_iter().map(entity_number).collect()))
    }
}

/// What the caller owns and has starred, as canonical references.
#[derive(Clone, Debug, Default)]
pub struct Near {
    /// The owners whose things these are: the caller and its groups.
    pub owners: Vec<String>,
    /// Starred entities.
    pub starred: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The part that was asked for, the best first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub n_total: usize,
    /// The values of the fields that were asked for, the most frequent first.
    pub facets: BTreeMap<String, Vec<SearchFacetValue>>,
    /// The term as it was perhaps meant.
    pub did_you_mean: Option<String>,
}

/// One document.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What the engine keeps of it.
    pub document: StoredDocument,
    /// The words that were found; `None` where nothing was looked for.
    pub highlight: Option<SearchHighlight>,
}
