//! What somebody has in the catalog, and what of it needs attention.
//!
//! Everything but the errors is asked of the read model, as a few filters over sets. Errors are where ingestion keeps
//! them, since documents that never became entities have some, too.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::api::catalog::FacetValue;
use shared::api::explain::Problem;
use shared::api::overview::{Attention, AttentionItem, CatalogOverview, Issue, IssueCount, OwnerOverview};
use shared::filter::Filter;

use super::error::CatalogError;
use super::explain::Sight;
use super::facts::Facts;
use super::index::{EntityIndex, EntityOrder, EntityPage, EntityQuery, FacetCounts, Visibility, Window};
use super::service::CatalogService;
use crate::auth::Caller;

/// Kinds that people write and that somebody owns.
const OWNED_KINDS: [&str; 6] = ["component", "api", "resource", "system", "domain", "template"];
/// Kinds that people look for documentation of.
const DOCUMENTED_KINDS: [&str; 2] = ["component", "system"];
/// Kinds that others are part of.
const PARENT_KINDS: [&str; 2] = ["system", "domain"];
/// How many systems and domains of somebody are looked into.
const MAX_PARENTS: usize = 10_000;

/// Whose part of the catalog is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewQuery {
    /// Full references in lower case; everybody where empty.
    pub owners: Vec<String>,
    /// How many items need to be named.
    pub limit: usize,
}

impl CatalogService {
    /// What cannot be taken in of what some owners have, or of everything.
    ///
    /// # Errors
    /// [`CatalogError::Store`] when the database is away.
    pub async fn problems_of(&self, caller: &Caller, owners: &[String]) -> Result<Vec<Problem>, CatalogError> {
        let visibility = self.visibility(caller);
        Ok(self.explainer.problems_of(Sight::new(self.index(), &visibility), owners).await?)
    }

    /// What some owners have in the catalog, and what of it needs attention; `problems` are those of the same owners.
    pub fn overview(&self, caller: &Caller, query: &OverviewQuery, problems: Vec<Problem>) -> CatalogOverview {
        Overview { index: self.index(), visibility: &self.visibility(caller), query }.build(problems)
    }
}

struct Overview<'a> {
    index: &'a EntityIndex,
    visibility: &'a Visibility,
    query: &'a OverviewQuery,
}

impl Overview<'_> {
    fn build(&self, problems: Vec<Problem>) -> CatalogOverview {
        let scope = (!self.query.owners.is_empty()).then(|| owned_by(&self.query.owners));
        let all = self.kinds(None);
        let refs = &self.query.owners;
        let titles = self.index.entities_by_refs(refs, None, self.visibility);
        let owners = refs.iter().zip(titles).map(|(owner, document)| OwnerOverview {
            owner: owner.clone(),
            title: document.and_then(|document| Facts::read(&document).title),
            kinds: self.kinds(Some(&owned_by(std::slice::from_ref(owner)))),
        });
        CatalogOverview {
            total_items: all.iter().map(|kind| kind.count).sum(),
            owners: owners.collect(),
            attention: self.attention(scope.as_ref(), problems),
            kinds: scope.map_or(all, |scope| self.kinds(Some(&scope))),
        }
    }

    fn facet(&self, field: &str, filter: Option<&Filter>) -> Arc<FacetCounts> {
        self.index.facets(&[field.to_owned()], filter, self.visibility).swap_remove(0)
    }

    fn kinds(&self, filter: Option<&Filter>) -> Vec<FacetValue> {
        let counts = self.facet("kind", filter);
        counts.iter().map(|(value, count)| FacetValue { value: value.to_owned(), count: count as usize }).collect()
    }

    fn attention(&self, scope: Option<&Filter>, problems: Vec<Problem>) -> Attention {
        let conditions = self.conditions(scope);
        let any = Filter::any(conditions.iter().map(|(_, condition)| condition.clone()).collect());
        let mut items: Vec<AttentionItem> = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for problem in problems {
            // One entity may be described, and wrong, in several places; the first one is told.
            let entity_ref = problem.entity_ref.clone();
            if entity_ref.as_ref().is_some_and(|entity_ref| seen.contains(entity_ref)) {
                continue;
            }
            seen.extend(entity_ref);
            items.push(failing(problem));
        }
        let n_failing = items.len();
        let failing_refs: Vec<String> = seen.iter().cloned().collect();
        let n_both = self.index.entities_by_refs(&failing_refs, Some(&any), self.visibility).iter().flatten().count();
        let n_incomplete = self.find(&any, 0).n_total;
        let mut counts = vec![(Issue::Error, n_failing)];
        for (issue, condition) in &conditions {
            let page = self.find(condition, self.query.limit);
            counts.push((*issue, page.n_total));
            for document in &page.documents {
                if items.len() >= self.query.limit {
                    break;
                }
                let Some(entity_ref) = Facts::read(document).entity_ref else { continue };
                if seen.insert(entity_ref.clone()) {
                    items.push(AttentionItem { entity_ref: Some(entity_ref), is_present: true, ..Default::default() });
                }
            }
        }
        items.truncate(self.query.limit);
        self.describe(&mut items, &conditions);
        Attention {
            total_items: n_failing + n_incomplete - n_both.min(n_incomplete),
            counts: counts
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(issue, count)| IssueCount { issue, count })
                .collect(),
            items,
        }
    }

    /// Adds what the documents say, and every issue that an item has.
    fn describe(&self, items: &mut [AttentionItem], conditions: &[(Issue, Filter)]) {
        let refs: Vec<String> = items.iter().map(|item| item.entity_ref.clone().unwrap_or_default()).collect();
        for (item, document) in items.iter_mut().zip(self.index.entities_by_refs(&refs, None, self.visibility)) {
            let Some(document) = document else { continue };
            let facts = Facts::read(&document);
            (item.title, item.spec_type, item.edit_url) = (facts.title, facts.spec_type, facts.edit_url);
            item.owner = facts.owner.or(item.owner.take());
            item.location = item.location.take().or(facts.source);
        }
        for (issue, condition) in conditions {
            let having = self.index.entities_by_refs(&refs, Some(condition), self.visibility);
            for (item, _) in items.iter_mut().zip(having).filter(|(_, having)| having.is_some()) {
                item.issues.push(*issue);
            }
        }
    }

    /// The conditions of all issues but errors, the most urgent first.
    fn conditions(&self, scope: Option<&Filter>) -> Vec<(Issue, Filter)> {
        let owned = scope.cloned().unwrap_or_else(Filter::everything);
        let near = match scope {
            None => Filter::everything(),
            Some(scope) => self.parts_of(scope),
        };
        let lacks = |key: &str| Filter::negate(Filter::has_key(key));
        let annotation = |name: &str| format!("metadata.annotations.backstage.io/{name}");
        let unknown = owned_by(&self.unknown_owners());
        let no_docs = [lacks(&annotation("techdocs-ref")), lacks(&annotation("techdocs-entity"))];
        vec![
            (Issue::UnknownOwner, unknown.and(Filter::any(vec![owned.clone(), near.clone()]))),
            (Issue::NoOwner, of_kinds(&OWNED_KINDS).and(lacks("relations.ownedBy")).and(near)),
            (Issue::Orphan, Filter::has_key(&annotation("orphan")).and(owned.clone())),
            (
                Issue::NoDescription,
                of_kinds(&OWNED_KINDS)
                    .and(Filter::any(vec![lacks("metadata.description"), Filter::equals("metadata.description", "")]))
                    .and(owned.clone()),
            ),
            (Issue::NoDocs, of_kinds(&DOCUMENTED_KINDS).and(Filter::all(no_docs.into())).and(owned)),
        ]
    }

    /// What is part of systems and domains within a condition.
    fn parts_of(&self, condition: &Filter) -> Filter {
        let page = self.find(&of_kinds(&PARENT_KINDS).and(condition.clone()), MAX_PARENTS);
        let parents: Vec<String> =
            page.documents.iter().filter_map(|document| Facts::read(document).entity_ref).collect();
        Filter::is_in("relations.partOf", parents.iter().map(String::as_str))
    }

    /// Owners that entities name and that the caller does not find.
    fn unknown_owners(&self) -> Vec<String> {
        let counts = self.facet("relations.ownedBy", None);
        let named: BTreeSet<String> = counts.iter().map(|(owner, _)| owner.to_lowercase()).collect();
        let named: Vec<String> = named.into_iter().collect();
        let found = self.index.entities_by_refs(&named, None, self.visibility);
        named.into_iter().zip(found).filter(|(_, found)| found.is_none()).map(|(owner, _)| owner).collect()
    }

    fn find(&self, condition: &Filter, limit: usize) -> EntityPage {
        let query = EntityQuery {
            filter: Some(condition.clone()),
            order: EntityOrder::EntityRef,
            text: None,
            window: Window::Offset { offset: 0, limit },
        };
        self.index.query(&query, self.visibility)
    }
}

fn owned_by(owners: &[String]) -> Filter {
    Filter::is_in("relations.ownedBy", owners.iter().map(String::as_str))
}

fn of_kinds(kinds: &[&str]) -> Filter {
    Filter::is_in("kind", kinds.iter().copied())
}

fn failing(problem: Problem) -> AttentionItem {
    let first = problem.errors.into_iter().next().unwrap_or_default();
    AttentionItem {
        entity_ref: problem.entity_ref,
        owner: problem.owner,
        issues: vec![Issue::Error],
        message: Some(first.message).filter(|message| !message.is_empty()),
        file: first.file,
        line: first.line,
        location: problem.location,
        is_present: problem.is_present,
        ..AttentionItem::default()
    }
}
