//! Everything that is wrong, page by page.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::api::catalog::PageInfo;
use shared::api::explain::{OwnerProblems, Problem, ProblemsPage, Step};
use shared::api::sources::StepProblems;

use super::chain::Ways;
use super::{Explainer, Sight, describe};
use crate::catalog::location::{LocationRef, PROVIDER};
use crate::catalog::store::{StoreError, StoredProblem};

/// Which problems are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProblemsQuery {
    /// Only those of one of these owners; `None` stands for nobody. All where there are none.
    pub owners: Vec<Option<String>>,
    /// Only those in which one of these steps has found something; `None` stands for what a good document leads to. All
    /// where there are none.
    pub steps: Vec<Option<Step>>,
    /// Only those that have this text in the name of the source or of the entity, or in what is wrong; in lower case.
    pub text: Option<String>,
    /// How many at most.
    pub limit: usize,
    /// Only those behind this place in the order.
    pub after: Option<ProblemKey>,
}

/// The place of a problem in the order: by source, then line, then entity. It stays good when the problem is solved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProblemKey {
    /// The source as text.
    pub location: String,
    /// The line of its first error; 0 where there is none.
    pub line: u32,
    /// The entity; empty for a source as a whole.
    pub entity_ref: String,
}

/// A problem, with what decides who is told and where it stands.
struct Found {
    key: ProblemKey,
    problem: StoredProblem,
    location: LocationRef,
    is_present: bool,
    owner: Option<String>,
}

impl Found {
    /// The steps that have found something, each once.
    fn steps(&self) -> BTreeSet<Option<Step>> {
        self.problem.errors.iter().map(|error| error.step).collect()
    }

    fn mentions(&self, text: &str) -> bool {
        let has = |field: &str| field.to_lowercase().contains(text);
        has(&self.key.location)
            || has(&self.key.entity_ref)
            || self.problem.errors.iter().any(|error| has(&error.message) || error.path.as_deref().is_some_and(has))
    }
}

impl Explainer {
    /// A page of everything that is wrong, as far as it may be seen.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn problems_list(&self, sight: Sight<'_>, query: &ProblemsQuery) -> Result<ProblemsPage, StoreError> {
        let mut found = self.find_all(sight).await?;
        found.sort_by(|a, b| a.key.cmp(&b.key));
        if let Some(text) = &query.text {
            found.retain(|problem| problem.mentions(text));
        }
        let is_owned = |problem: &Found| query.owners.is_empty() || query.owners.contains(&problem.owner);
        let is_found =
            |problem: &Found| query.steps.is_empty() || problem.steps().iter().any(|step| query.steps.contains(step));
        let mut counts: HashMap<Option<String>, usize> = HashMap::new();
        for problem in found.iter().filter(|problem| is_found(problem)) {
            *counts.entry(problem.owner.clone()).or_default() += 1;
        }
        let mut by_step: BTreeMap<Option<Step>, usize> = BTreeMap::new();
        for step in found.iter().filter(|problem| is_owned(problem)).flat_map(Found::steps) {
            *by_step.entry(step).or_default() += 1;
        }
        let mut owners: Vec<OwnerProblems> =
            counts.into_iter().map(|(owner, count)| OwnerProblems { owner, count }).collect();
        owners.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.owner.cmp(&b.owner)));
        found.retain(|problem| is_owned(problem) && is_found(problem));
        let total_items = found.len();
        let start = query.after.as_ref().map_or(0, |after| found.partition_point(|problem| problem.key <= *after));
        let mut page: Vec<Found> = found.into_iter().skip(start).take(query.limit.saturating_add(1)).collect();
        let has_more = page.len() > query.limit;
        page.truncate(query.limit);
        let next_cursor = page.last().filter(|_| has_more).map(|last| last.key.encode());
        Ok(ProblemsPage {
            items: page.into_iter().map(explained).collect(),
            total_items,
            owners,
            steps: by_step.into_iter().map(|(step, count)| StepProblems { step, count }).collect(),
            page_info: PageInfo { next_cursor, prev_cursor: None },
        })
    }

    /// The problems of some owners, or of all where none is named, in the order of their places.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn problems_of(&self, sight: Sight<'_>, owners: &[String]) -> Result<Vec<Problem>, StoreError> {
        let mut found = self.find_all(sight).await?;
        found.retain(|problem| owners.is_empty() || problem.owner.as_ref().is_some_and(|owner| owners.contains(owner)));
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found.into_iter().map(explained).collect())
    }

    async fn find_all(&self, sight: Sight<'_>) -> Result<Vec<Found>, StoreError> {
        let problems = self.store.problems_load().await?;
        let ways = Ways::new(self.store.sources_above(problems.iter().map(|problem| problem.location)).await?);
        let refs: BTreeSet<&String> = problems.iter().filter_map(|problem| problem.entity_ref.as_ref()).collect();
        let refs: Vec<String> = refs.into_iter().cloned().collect();
        let present = self.store.uids_of(&refs).await?;
        let seen = sight.seen(present.keys().cloned().collect());
        let mut levels: HashMap<i64, Vec<BTreeSet<String>>> = HashMap::new();
        for problem in &problems {
            levels.entry(problem.location).or_insert_with(|| ways.levels_of_entities(problem.location));
        }
        let above: BTreeSet<&String> = levels.values().flatten().flatten().collect();
        let asked: Vec<String> = above.into_iter().chain(&refs).cloned().collect();
        let owners = self.store.owners_of(&asked).await?;
        let mut found = Vec::with_capacity(problems.len());
        for problem in problems {
            let Some(node) = ways.node(problem.location) else { continue };
            let entity_ref = problem.entity_ref.as_ref();
            let is_present = entity_ref.is_some_and(|entity_ref| present.contains_key(entity_ref));
            let is_told = match entity_ref.filter(|_| is_present) {
                Some(entity_ref) => seen.contains(entity_ref),
                None => ways.may_see(problem.location, sight),
            };
            if !is_told {
                continue;
            }
            let own = entity_ref.and_then(|entity_ref| owners.get(entity_ref));
            let nearest =
                || levels[&problem.location].iter().find_map(|level| level.iter().find_map(|up| owners.get(up)));
            let key = ProblemKey {
                location: node.location.to_string(),
                line: problem.errors.first().and_then(|error| error.line).unwrap_or(0),
                entity_ref: problem.entity_ref.clone().unwrap_or_default(),
            };
            let owner = own.or_else(nearest).cloned();
            found.push(Found { key, location: node.location.clone(), is_present, owner, problem });
        }
        Ok(found)
    }
}

fn explained(found: Found) -> Problem {
    let Found { problem, location, is_present, owner, .. } = found;
    Problem {
        location: (location.location_type != PROVIDER).then(|| location.to_string()),
        location_id: problem.location.to_string(),
        entity_ref: problem.entity_ref,
        is_present,
        owner,
        n_errors: problem.errors.len(),
        errors: describe::errors(problem.errors),
    }
}

impl ProblemKey {
    /// The text for clients, who take it as it is.
    pub fn encode(&self) -> String {
        use base64::Engine;
        let text = format!("{}\n{}\n{}", self.line, self.entity_ref, self.location);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
    }

    /// Reads what a client sent back; `None` for anything that is not a cursor.
    pub fn decode(text: &str) -> Option<Self> {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.splitn(3, '\n');
        let (line, entity_ref, location) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { line: line.parse().ok()?, entity_ref: entity_ref.to_owned(), location: location.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let key = ProblemKey { location: "file:/a\nb.yaml".into(), line: 7, entity_ref: String::new() };
        assert_eq!(ProblemKey::decode(&key.encode()), Some(key));
        for text in ["", "no", "bm8", "%"] {
            assert_eq!(ProblemKey::decode(text), None, "{text}");
        }
    }
}
