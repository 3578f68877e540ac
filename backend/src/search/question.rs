//! What is asked of an engine, and what it answers.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};
use shared::api::search::{SearchFacetValue, SearchHighlight};

/// A question, complete with what the caller may see.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What was typed. Empty for everything.
    pub term: String,
    /// Types of documents; all where empty.
    pub types: Vec<String>,
    /// Fields and the values of which a document must have one.
    pub filters: Vec<(String, Vec<String>)>,
    /// Fields whose values are counted.
    pub facets: Vec<String>,
    /// How many of the best to leave out.
    pub offset: usize,
    /// How many to answer at most.
    pub limit: usize,
    /// What the caller may see. It is part of the question, so that counts and facets tell of nothing else.
    pub sight: Sight,
    /// What is a little dearer to the caller than to others.
    pub near: Near,
}

/// The entities whose documents may be found.
#[derive(Clone, Debug, Default)]
pub enum Sight {
    /// All of them.
    Everything,
    /// Those with these references.
    Only(Arc<HashSet<String>>),
    /// None.
    #[default]
    Nothing,
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
    /// Its type.
    pub document_type: String,
    /// Its fields.
    pub fields: Map<String, Value>,
    /// The words that were found; `None` where nothing was looked for.
    pub highlight: Option<SearchHighlight>,
}
