//! What is answered while the index is away: a plain comparison of texts in the read model of the catalog.
//!
//! It finds less, in the order of the alphabet, but it is complete, it is there from the first moment, and the same read
//! filter applies.

use std::collections::BTreeMap;

use shared::entity::Entity;
use shared::filter::{Filter, TextFilter};

use super::collators::{CatalogCollator, Collator};
use super::embedded::sorted;
use super::question::{Found, Hit, Question};
use crate::auth::Caller;
use crate::catalog::CatalogService;
use crate::catalog::index::{Document, EntityOrder, EntityQuery, Window};

/// Where a term may stand.
const TEXT_FIELDS: &str =
    "metadata.name,metadata.title,metadata.description,metadata.tags,spec.profile.displayName,spec.profile.email";
/// The fields of documents, and where they are in an entity.
const FIELDS: [(&str, &str); 8] = [
    ("kind", "kind"),
    ("namespace", "metadata.namespace"),
    ("name", "metadata.name"),
    ("tags", "metadata.tags"),
    ("type", "spec.type"),
    ("componentType", "spec.type"),
    ("lifecycle", "spec.lifecycle"),
    ("owner", "spec.owner"),
];

/// Answers a question from the catalog.
pub fn find(catalog: &CatalogService, caller: &Caller, question: &Question) -> Found {
    let entities = CatalogCollator.document_type();
    if !question.types.is_empty() && !question.types.iter().any(|name| name == entities) {
        return Found::default();
    }
    let text = TextFilter::new(&question.term, &[TEXT_FIELDS.to_owned()]);
    let page = catalog.entity_query(
        caller,
        &EntityQuery {
            filter: filter(question, None),
            order: EntityOrder::EntityRef,
            text: text.clone(),
            window: Window::Offset { offset: question.offset, limit: question.limit },
        },
    );
    let mut facets = BTreeMap::new();
    for field in &question.facets {
        let Some(key) = key_of(field) else {
            facets.insert(field.clone(), vec![]);
            continue;
        };
        let filter = filter(question, Some(field.as_str()));
        let counts = catalog.entity_facets(caller, &[key.to_owned()], filter.as_ref(), text.as_ref());
        let values = counts
            .first()
            .map(|counts| counts.iter().map(|(value, count)| (value.to_owned(), count as usize)).collect());
        facets.insert(field.clone(), sorted(values.unwrap_or_default()));
    }
    let hits = page.documents.iter().filter_map(hit).collect();
    Found { hits, n_total: page.n_total, facets, did_you_mean: None }
}

/// Where a field of documents is in an entity; `None` for those that only the index has.
fn key_of(field: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(known, _)| *known == field).map(|(_, key)| *key)
}

/// The filters of a question, but for one of them.
fn filter(question: &Question, but_for: Option<&str>) -> Option<Filter> {
    let filters = question.filters.iter().filter(|(field, _)| Some(field.as_str()) != but_for);
    let parts: Vec<Filter> = filters
        .map(|(field, values)| match key_of(field) {
            Some(key) => Filter::is_in(key, values.iter().map(String::as_str)),
            None => Filter::nothing(),
        })
        .collect();
    (!parts.is_empty()).then(|| Filter::all(parts))
}

fn hit(document: &Document) -> Option<Hit> {
    let entity: Entity = serde_json::from_slice(document).ok()?;
    let document = CatalogCollator.documents(&entity.entity_ref(), &entity).into_iter().next()?.in_bounds();
    Some(Hit { document: document.stored(None), highlight: None })
}
