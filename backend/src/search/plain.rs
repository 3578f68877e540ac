//! What is answered while the index is away: a plain comparison of texts in the read model of the catalog.
//!
//! It finds less, in the order of the alphabet, but it is complete, it is there from the first moment, and the same read
//! filter applies. Filters and facets speak of the documents that [`CatalogCollator`] makes, as those of the embedded engine
//! do: upper and lower case differ, and what has no type is of the type `other`.

use std::collections::HashMap;

use shared::api::search::{SOFTWARE_CATALOG, SearchFacetValue, TYPES_FACET};
use shared::entity::Entity;
use shared::filter::{Filter, TextFilter, fold_case};

use super::collators::{CatalogCollator, Collator, NO_TYPE};
use super::document::SearchDocument;
use super::embedded::sorted;
use super::question::{Found, Hit, Question};
use crate::auth::Caller;
use crate::catalog::CatalogService;
use crate::catalog::index::{Document, EntityOrder, EntityPage, EntityQuery, Window};

/// Where a term may stand.
const TEXT_FIELDS: &str =
    "metadata.name,metadata.title,metadata.description,metadata.tags,spec.profile.displayName,spec.profile.email";
/// The fields of documents that filters may name, and where they are in an entity.
const FIELDS: [(&str, &str); 8] = [
    ("kind", "kind"),
    ("namespace", "metadata.namespace"),
    ("name", "metadata.name"),
    ("tags", "metadata.tags"),
    ("type", TYPE_KEY),
    ("componentType", TYPE_KEY),
    ("lifecycle", "spec.lifecycle"),
    ("owner", "spec.owner"),
];
/// Where the type of an entity is.
const TYPE_KEY: &str = "spec.type";
/// Where the uid of an entity is.
const UID_KEY: &str = "metadata.uid";

/// Answers a question from the catalog.
pub fn find(catalog: &CatalogService, caller: &Caller, question: &Question) -> Found {
    let asked = Asked::new(catalog, caller, question);
    let facets = question.facets.iter().map(|field| (field.clone(), asked.facet(field))).collect();
    if !asked.is_about_entities() {
        return Found { facets, ..Found::default() };
    }
    let page = asked.page(asked.filter(None), question.offset, question.limit);
    let hits = page.documents.iter().filter_map(hit).collect();
    Found { hits, n_total: page.n_total, facets, did_you_mean: None }
}

/// A question, and what it means in the catalog.
struct Asked<'a> {
    catalog: &'a CatalogService,
    caller: &'a Caller,
    question: &'a Question,
    text: Option<TextFilter>,
    /// Each field that is filtered, and which entities meet the filter.
    filters: Vec<(&'a str, Filter)>,
}

impl<'a> Asked<'a> {
    fn new(catalog: &'a CatalogService, caller: &'a Caller, question: &'a Question) -> Self {
        let text = TextFilter::new(&question.term, &[TEXT_FIELDS.to_owned()]);
        let mut filters = Vec::new();
        for (field, values) in &question.filters {
            filters.push((field.as_str(), meeting(catalog, caller, field, values)));
        }
        Self { catalog, caller, question, text, filters }
    }

    /// Whether the question is about entities: there are no other documents here.
    fn is_about_entities(&self) -> bool {
        let types = &self.question.types;
        types.is_empty() || types.iter().any(|name| name == SOFTWARE_CATALOG)
    }

    /// All filters, but for the one on a field; `None` where there is none.
    fn filter(&self, but_for: Option<&str>) -> Option<Filter> {
        let filters = self.filters.iter().filter(|(field, _)| Some(*field) != but_for);
        let parts: Vec<Filter> = filters.map(|(_, filter)| filter.clone()).collect();
        (!parts.is_empty()).then(|| Filter::all(parts))
    }

    /// The values of a field, counted as if it were not filtered.
    fn facet(&self, field: &str) -> Vec<SearchFacetValue> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        match key_of(field) {
            None if field == TYPES_FACET => {
                counts.insert(SOFTWARE_CATALOG.to_owned(), self.n_entities(self.filter(None)));
            }
            Some(key) if self.is_about_entities() => {
                let filter = self.filter(Some(field));
                let keys = [key.to_owned()];
                let found = self.catalog.entity_facets(self.caller, &keys, filter.as_ref(), self.text.as_ref());
                for (value, count) in found.iter().flat_map(|found| found.iter()) {
                    counts.insert(value.to_owned(), count as usize);
                }
                if key == TYPE_KEY {
                    let untyped = filter.map_or_else(without_type, |filter| filter.and(without_type()));
                    *counts.entry(NO_TYPE.to_owned()).or_default() += self.n_entities(Some(untyped));
                }
            }
            Some(_) | None => {}
        }
        // Documents have no empty values.
        counts.retain(|value, count| !value.is_empty() && *count > 0);
        sorted(counts)
    }

    fn n_entities(&self, filter: Option<Filter>) -> usize {
        self.page(filter, 0, 0).n_total
    }

    /// Entities that meet a filter and hold the term.
    fn page(&self, filter: Option<Filter>, offset: usize, limit: usize) -> EntityPage {
        let window = Window::Offset { offset, limit };
        let query = EntityQuery { filter, order: EntityOrder::EntityRef, text: self.text.clone(), window };
        self.catalog.entity_query(self.caller, &query)
    }
}

/// Where a field of documents is in an entity; `None` for those that no filter names, and those that only the index has.
fn key_of(field: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(known, _)| *known == field).map(|(_, key)| *key)
}

/// Which entities have one of some values in a field of their document.
fn meeting(catalog: &CatalogService, caller: &Caller, field: &str, values: &[String]) -> Filter {
    let names = |wanted: &str| values.iter().any(|value| value == wanted);
    match key_of(field) {
        Some(key) if key == TYPE_KEY && names(NO_TYPE) => {
            Filter::any(vec![spelled(catalog, caller, field, key, values), without_type()])
        }
        Some(key) => spelled(catalog, caller, field, key, values),
        // The engines know the type of a document by this name.
        None if field == TYPES_FACET && names(SOFTWARE_CATALOG) => Filter::everything(),
        None => Filter::nothing(),
    }
}

/// Which entities say one of some values in just this spelling.
///
/// The catalog compares without regard to case. So the values that there are decide; entities are only looked at one by one
/// where another spelling of a value occurs beside it.
fn spelled(catalog: &CatalogService, caller: &Caller, field: &str, key: &str, values: &[String]) -> Filter {
    let is_wanted = |value: &str| !value.is_empty() && values.iter().any(|wanted| wanted == value);
    let in_any_case = Filter::is_in(key, values.iter().map(String::as_str));
    let counts = catalog.entity_facets(caller, &[key.to_owned()], Some(&in_any_case), None);
    let found = counts.iter().flat_map(|counts| counts.iter().map(|(value, _)| value));
    let (wanted, others): (Vec<&str>, Vec<&str>) = found.partition(|&value| is_wanted(value));
    let is_ambiguous = others.iter().any(|other| wanted.iter().any(|value| fold_case(value) == fold_case(other)));
    if !is_ambiguous {
        return Filter::is_in(key, wanted);
    }
    let query = EntityQuery { filter: Some(in_any_case), order: EntityOrder::Uid, text: None, window: Window::All };
    let entities = catalog.entity_query(caller, &query).documents;
    let uids = entities.iter().filter_map(|stored| {
        let (entity, document) = read(stored)?;
        let says_it = document.filterable().any(|(known, value)| known == field && is_wanted(value));
        entity.metadata.uid.filter(|_| says_it)
    });
    let uids: Vec<String> = uids.collect();
    Filter::is_in(UID_KEY, uids.iter().map(String::as_str))
}

/// The entities whose documents are of the type `other` because they say nothing, or nothing but an empty text.
fn without_type() -> Filter {
    Filter::any(vec![Filter::negate(Filter::has_prefix(TYPE_KEY, "")), Filter::equals(TYPE_KEY, "")])
}

/// An entity and its document; `None` where what is stored is unreadable.
fn read(stored: &Document) -> Option<(Entity, SearchDocument)> {
    let entity: Entity = serde_json::from_slice(stored).ok()?;
    let document = CatalogCollator.documents(&entity.entity_ref(), &entity).into_iter().next()?.in_bounds();
    Some((entity, document))
}

fn hit(stored: &Document) -> Option<Hit> {
    let (_, document) = read(stored)?;
    Some(Hit { document: document.stored(None), highlight: None })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_filters_may_name_is_where_the_document_has_it_from() {
        let entity = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": {"name": "Svc-One", "title": "One", "description": "Serves.", "tags": ["rust", "web"]},
            "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
        });
        let (_, document) = read(&Document::from(entity.to_string())).unwrap();
        let mut fields: Vec<&str> = Vec::new();
        for (field, value) in document.filterable() {
            let key = key_of(field).unwrap_or_else(|| panic!("say where `{field}` is in an entity"));
            assert!(Filter::equals(key, value).matches(&entity), "{field} is not at {key}");
            fields.push(field);
        }
        assert!(FIELDS.iter().all(|(field, _)| fields.contains(field)), "documents have only {fields:?}");
    }

    #[test]
    fn what_has_no_type_is_of_the_type_other() {
        let check = |spec: Value, is_without: bool| {
            let entity = json!({"apiVersion": "a", "kind": "User", "metadata": {"name": "ann"}, "spec": spec});
            assert_eq!(without_type().matches(&entity), is_without, "{entity}");
            let (_, document) = read(&Document::from(entity.to_string())).unwrap();
            assert_eq!(document.text("type") == NO_TYPE, is_without, "{entity}");
        };
        check(json!({}), true);
        check(json!({"type": null}), true);
        check(json!({"type": ""}), true);
        check(json!({"type": "service"}), false);
    }
}
