//! Why a location is as it is, or says nothing.

use shared::api::explain::{ExplainedEntity, LocationExplanation, LocationOutcome, StepOutcome};

use super::chain::Ways;
use super::entity::MAX_TARGETS;
use super::{Explainer, LocationKey, Sight, describe};
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::graph::{LocationId, Node};
use crate::catalog::location::PROVIDER;
use crate::catalog::store::{StoreError, StoredClaim, errors_of_whole};

/// How many entities of a location are named.
const MAX_ENTITIES: u64 = 1_000;

impl Explainer {
    /// Explains a location that is read.
    ///
    /// `None` when there is none, or none that may be seen.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn location_explain(
        &self,
        sight: Sight<'_>,
        key: &LocationKey,
    ) -> Result<Option<LocationExplanation>, StoreError> {
        let Some(id) = self.id_of(key).await? else { return Ok(None) };
        let ways = Ways::new(self.store.sources_above([id]).await?);
        let Some(node) = ways.node(id).map(|node| self.current(node)) else { return Ok(None) };
        if node.location.location_type == PROVIDER || !ways.may_see(id, sight) {
            return Ok(None);
        }
        let (claims, n_entities) = self.store.claims_of_location(id, MAX_ENTITIES).await?;
        let (targets, n_targets) = self.store.targets_of(id, None, MAX_TARGETS).await?;
        let entities = self.entities(sight, id, claims).await?;
        // How many there are would tell of what is hidden.
        let n_entities = if sight.is_everything() { n_entities } else { entities.len() };
        let errors = self.errors(sight, &node).await?;
        Ok(Some(LocationExplanation {
            summary: summary(&node, n_entities, n_targets),
            location: describe::location(&node, &self.status),
            chain: ways.chain(id, sight),
            steps: describe::steps(&node, &errors, stored(&node)),
            n_errors: errors.len(),
            errors: describe::errors(errors),
            entities,
            n_entities,
            targets: targets.iter().map(|node| describe::target(&self.current(node))).collect(),
            n_targets,
        }))
    }

    /// What is wrong with a location and its documents, without those of entities that are hidden from the asker.
    async fn errors(&self, sight: Sight<'_>, node: &Node) -> Result<Vec<ProcessingError>, StoreError> {
        let documents = self.store.document_errors_of(node.id).await?;
        let refs: Vec<String> = documents.iter().map(|(entity_ref, _)| entity_ref.clone()).collect();
        let present = self.store.uids_of(&refs).await?;
        let seen = sight.seen(refs);
        let mut errors = errors_of_whole(node.errors.clone(), &documents);
        for (entity_ref, own) in documents {
            if seen.contains(&entity_ref) || !present.contains_key(&entity_ref) {
                errors.extend(own);
            }
        }
        errors.sort_by_key(|error| (error.line, error.column));
        Ok(errors)
    }

    async fn entities(
        &self,
        sight: Sight<'_>,
        id: LocationId,
        claims: Vec<StoredClaim>,
    ) -> Result<Vec<ExplainedEntity>, StoreError> {
        let refs: Vec<String> = claims.iter().map(|claim| claim.entity_ref.clone()).collect();
        let winners = self.store.winning_locations_of(&refs).await?;
        let seen = sight.seen(refs);
        let explained = claims.into_iter().filter_map(|claim| {
            let winner = winners.get(&claim.entity_ref);
            // A document that no entity came of belongs to its source, which the asker may see.
            let is_told = winner.is_none() || seen.contains(&claim.entity_ref);
            is_told.then(|| ExplainedEntity {
                is_present: winner.is_some(),
                is_winner: winner == Some(&id),
                line: claim.line,
                is_orphan: claim.is_orphan,
                n_errors: claim.errors.len(),
                entity_ref: claim.entity_ref,
            })
        });
        Ok(explained.collect())
    }
}

fn stored(node: &Node) -> (StepOutcome, String) {
    if describe::is_refused(node) {
        return (StepOutcome::Skipped, "nothing of it is stored; readers see what it said before".to_owned());
    }
    match describe::outcome(node) {
        LocationOutcome::Unread => (StepOutcome::Skipped, "not reached".to_owned()),
        LocationOutcome::Good | LocationOutcome::Absent => (StepOutcome::Ok, "readers see what it says".to_owned()),
        LocationOutcome::Broken => {
            (StepOutcome::Ok, "readers see what is good; of the rest, the last good version".to_owned())
        }
        LocationOutcome::Failed if node.succeeded_at_ms.is_none() => {
            (StepOutcome::Skipped, "nothing was ever read of it".to_owned())
        }
        LocationOutcome::Failed => (StepOutcome::Skipped, "readers see what it said before".to_owned()),
    }
}

fn summary(node: &Node, n_entities: usize, n_targets: usize) -> String {
    let name = &node.location;
    let holds = match (node.location.is_glob(), n_targets) {
        (true, 1) => "it stands for 1 location".to_owned(),
        (true, more) => format!("it stands for {more} locations"),
        (false, _) if n_entities == 1 => "it describes 1 entity".to_owned(),
        (false, _) => format!("it describes {n_entities} entities"),
    };
    if describe::is_refused(node) {
        return format!("`{name}` is refused: it holds a kind that it may not bring in; what it said before stays");
    }
    match describe::outcome(node) {
        LocationOutcome::Unread => format!("`{name}` was not read yet"),
        LocationOutcome::Good => format!("`{name}` is good; {holds}"),
        LocationOutcome::Broken => format!("`{name}` was read, and a part of it is wrong; {holds}"),
        LocationOutcome::Failed if node.succeeded_at_ms.is_none() => format!("`{name}` cannot be read, and never was"),
        LocationOutcome::Failed => format!("`{name}` cannot be read; what it said before stays"),
        LocationOutcome::Absent => format!("`{name}` does not exist, and need not"),
    }
}
