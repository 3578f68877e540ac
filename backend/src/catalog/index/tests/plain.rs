//! The same questions answered by looking at every document.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared::filter::{EntityRows, Filter, FilterKey, IndexValue, TextFilter, index_rows};

use super::super::{
    Document, EntityOrder, EntityPage, EntityQuery, FacetCounts, IndexChange, Missing, Position, StoredEntity,
    Visibility, Window,
};

/// All entities by reference.
#[derive(Clone, Debug, Default)]
pub(super) struct PlainCatalog {
    pub(super) entities: BTreeMap<String, PlainEntity>,
}

#[derive(Clone, Debug)]
pub(super) struct PlainEntity {
    pub(super) stored: StoredEntity,
    document: Value,
    rows: EntityRows,
}

struct Listed {
    position: Position,
    document: Document,
}

impl PlainCatalog {
    pub(super) fn apply(&mut self, changes: &[IndexChange]) {
        for change in changes {
            match change {
                IndexChange::Put(stored) => {
                    self.entities.retain(|_, other| other.stored.uid != stored.uid);
                    let document: Value = serde_json::from_slice(&stored.document).unwrap();
                    let rows = EntityRows::of(&document);
                    let entity = PlainEntity { stored: stored.clone(), document, rows };
                    self.entities.insert(stored.entity_ref.to_string(), entity);
                }
                IndexChange::Remove(entity_ref) => {
                    self.entities.remove(&entity_ref.to_string());
                }
            }
        }
    }

    fn members(&self, filter: Option<&Filter>, visibility: &Visibility) -> impl Iterator<Item = &PlainEntity> {
        self.entities.values().filter(move |entity| is_member(entity, filter, visibility))
    }

    pub(super) fn find(&self, entity_ref: &str, filter: Option<&Filter>, visibility: &Visibility) -> Option<Document> {
        let found = self.entities.get(entity_ref).filter(|entity| is_member(entity, filter, visibility));
        found.map(|entity| entity.stored.document.clone())
    }

    fn list(&self, query: &EntityQuery, visibility: &Visibility) -> Vec<Listed> {
        let default_field = match &query.order {
            EntityOrder::Field { field, .. } => field.key(),
            EntityOrder::Uid | EntityOrder::EntityRef => FilterKey::new("metadata.uid"),
        };
        let mut list = Vec::new();
        for PlainEntity { stored, rows, .. } in self.members(query.filter.as_ref(), visibility) {
            if query.text.as_ref().is_some_and(|text| !text.matches_rows(rows, &default_field)) {
                continue;
            }
            let value = match &query.order {
                EntityOrder::Uid => None,
                EntityOrder::EntityRef => Some(stored.entity_ref.to_string()),
                EntityOrder::Field { field, .. } => rows.texts(&field.key()).min().map(str::to_owned),
            };
            if value.is_none() && matches!(query.order, EntityOrder::Field { missing: Missing::LeftOut, .. }) {
                continue;
            }
            let position = Position { value, uid: stored.uid.to_string() };
            list.push(Listed { position, document: stored.document.clone() });
        }
        list.sort_by(|a, b| compare(&query.order, &a.position, &b.position));
        list
    }

    pub(super) fn query(&self, query: &EntityQuery, visibility: &Visibility) -> EntityPage {
        let list = self.list(query, visibility);
        let compare = |listed: &Listed, position| compare(&query.order, &listed.position, position);
        let (start, limit) = match &query.window {
            Window::All => (0, list.len()),
            Window::Offset { offset, limit } => ((*offset).min(list.len()), *limit),
            Window::After { position, limit } => {
                (list.iter().filter(|listed| compare(listed, position).is_le()).count(), *limit)
            }
            Window::Before { position, limit } => {
                let end = list.iter().filter(|listed| compare(listed, position).is_lt()).count();
                let start = end.saturating_sub(*limit);
                (start, end - start)
            }
        };
        let end = (start + limit).min(list.len());
        let page = &list[start..end];
        EntityPage {
            documents: page.iter().map(|listed| listed.document.clone()).collect(),
            n_total: list.len(),
            first: page.first().map(|listed| listed.position.clone()),
            last: page.last().map(|listed| listed.position.clone()),
            has_previous: !page.is_empty() && start > 0,
            has_next: !page.is_empty() && end < list.len(),
        }
    }

    pub(super) fn facet(
        &self,
        field: &str,
        filter: Option<&Filter>,
        text: Option<&TextFilter>,
        visibility: &Visibility,
    ) -> FacetCounts {
        let key = FilterKey::new(field);
        let uid = FilterKey::new("metadata.uid");
        let mut counts = BTreeMap::<(String, String), u32>::new();
        for PlainEntity { document, rows, .. } in self.members(filter, visibility) {
            if text.is_some_and(|text| !text.matches_rows(rows, &uid)) {
                continue;
            }
            let mut values = BTreeSet::new();
            index_rows(document, &mut |row_key, value| {
                if let IndexValue::Text(text) = value
                    && FilterKey::new(row_key) == key
                {
                    values.insert((text.to_lowercase(), text.to_owned()));
                }
            });
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
        }
        counts.iter().map(|((_, original), count)| (original.as_str(), *count)).collect()
    }
}

fn is_member(entity: &PlainEntity, filter: Option<&Filter>, visibility: &Visibility) -> bool {
    filter.is_none_or(|filter| filter.matches_rows(&entity.rows))
        && match visibility {
            Visibility::Everything => true,
            Visibility::Only(condition) => condition.matches_rows(&entity.rows),
            Visibility::Nothing => false,
        }
}

/// Which of two places comes first in a list.
fn compare(order: &EntityOrder, a: &Position, b: &Position) -> Ordering {
    let by_uid = a.uid.cmp(&b.uid);
    match (order, &a.value, &b.value) {
        (EntityOrder::Uid, _, _) | (EntityOrder::Field { .. }, None, None) => by_uid,
        (EntityOrder::Field { .. }, Some(_), None) => Ordering::Less,
        (EntityOrder::Field { .. }, None, Some(_)) => Ordering::Greater,
        (EntityOrder::Field { field, .. }, Some(_), Some(_)) if field.is_descending() => {
            a.value.cmp(&b.value).then(by_uid).reverse()
        }
        (EntityOrder::Field { .. } | EntityOrder::EntityRef, _, _) => a.value.cmp(&b.value).then(by_uid),
    }
}
