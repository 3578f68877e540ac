//! Why an entity is as it is, or is not there.

use shared::api::explain::{
    EntityExplanation, EntityState, ExplainedClaim, ExplainedLocation, ExplainedRelations, ExplainedTarget,
    LocationOutcome, Step, StepOutcome,
};
use shared::entity::{EntityRef, Relation};

use super::chain::Ways;
use super::{Explainer, Sight, describe};
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::graph::Node;
use crate::catalog::location::{LocationRef, PROVIDER};
use crate::catalog::store::{StoreError, StoredClaim, errors_of_whole};

/// How many others that refer to a missing entity are named.
const MAX_REFERRERS: usize = 100;
/// How many targets of a Location entity are named.
pub(super) const MAX_TARGETS: u64 = 100;

/// What is known of an entity, before it is put into words.
struct Facts<'a> {
    entity_ref: &'a str,
    uid: Option<String>,
    claims: Vec<StoredClaim>,
    ways: Ways,
    sight: Sight<'a>,
}

impl Explainer {
    /// Explains an entity, a document that never became one, or a name that others refer to.
    ///
    /// `None` when nothing that may be seen knows the name.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable.
    pub async fn entity_explain(
        &self,
        sight: Sight<'_>,
        entity_ref: &EntityRef,
    ) -> Result<Option<EntityExplanation>, StoreError> {
        let entity_ref = entity_ref.to_string();
        let uid = self.store.uids_of(std::slice::from_ref(&entity_ref)).await?.remove(&entity_ref);
        if uid.is_some() && !sight.sees(&entity_ref) {
            return Ok(None);
        }
        let mut claims = self.store.claims_of_entity(&entity_ref).await?;
        let nodes = self.store.sources_above(claims.iter().map(|claim| claim.location)).await?;
        let ways = Ways::new(nodes);
        let is_present = uid.is_some();
        let mut at = 0;
        claims.retain(|claim| {
            at += 1;
            // What readers see may be told to all of them; other descriptions only to those who see their source.
            (is_present && at == 1) || ways.may_see(claim.location, sight)
        });
        let facts = Facts { entity_ref: &entity_ref, uid, claims, ways, sight };
        if facts.claims.is_empty() { self.referenced(&facts).await } else { self.described(&facts).await.map(Some) }
    }

    /// Nobody describes it, or nobody whom the asker may see.
    async fn referenced(&self, facts: &Facts<'_>) -> Result<Option<EntityExplanation>, StoreError> {
        let mut referrers = self.store.referrers_of(facts.entity_ref).await?;
        let seen = facts.sight.seen(referrers.iter().map(|referrer| referrer.entity_ref.clone()).collect());
        referrers.retain(|referrer| seen.contains(&referrer.entity_ref));
        let Some(first) = referrers.first() else { return Ok(None) };
        let summary = format!(
            "`{}` is not in the catalog: nobody describes it; {} to it. Register the file that describes it, or correct the reference",
            facts.entity_ref,
            match seen.len() {
                1 => format!("`{}` refers", first.entity_ref),
                2 => format!("`{}` and another entity refer", first.entity_ref),
                more => format!("`{}` and {} other entities refer", first.entity_ref, more - 1),
            }
        );
        referrers.truncate(MAX_REFERRERS);
        Ok(Some(EntityExplanation {
            entity_ref: facts.entity_ref.to_owned(),
            state: EntityState::Referenced,
            summary,
            relations: ExplainedRelations { referred_by: referrers, n_incoming: seen.len(), dangling: vec![] },
            ..EntityExplanation::default()
        }))
    }

    async fn described(&self, facts: &Facts<'_>) -> Result<EntityExplanation, StoreError> {
        let lead = &facts.claims[0];
        let node = facts.ways.node(lead.location).map(|node| self.current(node));
        let source = node.as_ref().filter(|node| node.location.location_type != PROVIDER);
        let mut errors = lead.errors.clone();
        let is_source_seen = source.is_some_and(|source| facts.ways.may_see(source.id, facts.sight));
        if let Some(source) = source.filter(|_| is_source_seen) {
            let documents = self.store.document_errors_of(source.id).await?;
            let mut whole = errors_of_whole(source.errors.clone(), &documents);
            // Where the kind of the document itself is what the source is refused for, that comes first.
            whole.sort_by_key(|error| !is_about(error, facts.entity_ref));
            errors.extend(whole);
        }
        let orphan = if facts.uid.is_some() && lead.is_orphan { Some(self.orphan_reason(facts).await?) } else { None };
        let mut claims = Vec::with_capacity(facts.claims.len());
        for claim in &facts.claims {
            claims.push(self.claim_explain(facts, claim).await?);
        }
        let state = if facts.uid.is_some() { EntityState::Present } else { EntityState::Broken };
        let steps = match source {
            Some(source) => describe::steps(source, &errors, stored(facts, source)),
            None => vec![],
        };
        Ok(EntityExplanation {
            entity_ref: facts.entity_ref.to_owned(),
            state,
            summary: summary(facts, source, &errors),
            uid: facts.uid.clone(),
            claims,
            chain: facts.ways.chain(lead.location, facts.sight),
            location: source.map(|node| {
                let location = describe::location(node, &self.status);
                // Files that other documents of the source pull in are no business of those who see one entity.
                let depends_on = if is_source_seen { location.depends_on } else { vec![] };
                ExplainedLocation { depends_on, ..location }
            }),
            steps,
            n_errors: errors.len(),
            errors: describe::errors(errors),
            orphan,
            targets: self.targets(facts, lead).await?,
            relations: self.relations(facts).await?,
            last_change: self.store.last_change_of(facts.entity_ref).await?,
        })
    }

    async fn claim_explain(&self, facts: &Facts<'_>, claim: &StoredClaim) -> Result<ExplainedClaim, StoreError> {
        let winner = facts.uid.is_some().then(|| &facts.claims[0]);
        let is_winner = winner.is_some_and(|winner| winner.id == claim.id && winner.location == claim.location);
        let location = self.location_of(facts, claim).await?;
        let is_alone = facts.claims.len() == 1;
        let node = facts.ways.node(claim.location);
        let is_refused = node.is_some_and(describe::is_refused);
        let reason = match winner {
            Some(_) if is_winner && claim.is_orphan => {
                "its source does not describe it any more, and nobody else does".to_owned()
            }
            Some(_) if is_winner && is_alone => "the only description".to_owned(),
            Some(_) if is_winner => "the oldest good description; it counts until it stops".to_owned(),
            _ if !claim.has_document && claim.errors.is_empty() && is_refused => {
                "its whole source is refused, because of a kind that the rules do not allow".to_owned()
            }
            _ if !claim.has_document => "it was never good".to_owned(),
            Some(winner) if claim.is_orphan && !winner.is_orphan => {
                "its source does not describe it any more, and another one does".to_owned()
            }
            Some(winner) => {
                let other = self.location_of(facts, winner).await?;
                let other = other.map_or_else(|| "another source".to_owned(), |other| format!("`{other}`"));
                format!("{other} described it first; this one takes over when that stops")
            }
            // What is good and nobody else's is what readers see, unless it is being written right now.
            None => "it is about to be taken over".to_owned(),
        };
        let is_failing = node.is_some_and(|node| describe::outcome(node) == LocationOutcome::Failed);
        Ok(ExplainedClaim {
            location: location.map(|location| location.to_string()),
            location_id: node.filter(|node| node.location.location_type != PROVIDER).map(|node| node.id.to_string()),
            provider: facts.ways.provider(claim.location).map(str::to_owned),
            line: claim.line,
            is_winner,
            reason,
            is_orphan: claim.is_orphan,
            keeps_last_good: claim.has_document && (is_failing || is_refused || is_newest_wrong(claim)),
            errors: describe::errors(claim.errors.clone()),
        })
    }

    /// Where a claim was read, also where that is not read any more; none for what a provider says itself.
    async fn location_of(&self, facts: &Facts<'_>, claim: &StoredClaim) -> Result<Option<LocationRef>, StoreError> {
        match facts.ways.node(claim.location) {
            Some(node) => Ok(Some(node.location.clone()).filter(|location| location.location_type != PROVIDER)),
            None => self.store.location_in_document(claim.id).await,
        }
    }

    async fn orphan_reason(&self, facts: &Facts<'_>) -> Result<String, StoreError> {
        let lead = &facts.claims[0];
        let location = self.location_of(facts, lead).await?;
        let location = location.map_or_else(|| "its source".to_owned(), |location| format!("`{location}`"));
        let why = match facts.ways.node(lead.location) {
            Some(_) => format!("{location} does not describe it any more"),
            None => format!("nothing leads to {location} any more"),
        };
        Ok(format!("{why}, and `catalog.orphanStrategy` is `keep`; describe it again, or delete the entity by its uid"))
    }

    async fn targets(&self, facts: &Facts<'_>, lead: &StoredClaim) -> Result<Vec<ExplainedTarget>, StoreError> {
        if !facts.entity_ref.starts_with("location:") {
            return Ok(vec![]);
        }
        let (nodes, _) = self.store.targets_of(lead.location, Some(facts.entity_ref), MAX_TARGETS).await?;
        Ok(nodes.iter().map(|node| describe::target(&self.current(node))).collect())
    }

    async fn relations(&self, facts: &Facts<'_>) -> Result<ExplainedRelations, StoreError> {
        let mut dangling = Vec::new();
        if facts.uid.is_some() {
            let edges = self.store.edges_of(facts.entity_ref).await?;
            let targets: Vec<String> = edges.iter().map(|(_, target)| target.clone()).collect();
            let existing = self.store.uids_of(&targets).await?;
            // What is hidden is like what is not there.
            let found = facts.sight.seen(existing.into_keys().collect());
            let missing = edges.into_iter().filter(|(_, target)| !found.contains(target));
            dangling.extend(missing.map(|(relation_type, target_ref)| Relation { relation_type, target_ref }));
        }
        let referrers = self.store.referrers_of(facts.entity_ref).await?;
        let mut refs: Vec<String> = referrers.iter().map(|referrer| referrer.entity_ref.clone()).collect();
        refs.dedup();
        let seen = facts.sight.seen(refs);
        let mut referred_by = Vec::new();
        if facts.uid.is_none() {
            let visible = referrers.into_iter().filter(|referrer| seen.contains(&referrer.entity_ref));
            referred_by.extend(visible.take(MAX_REFERRERS));
        }
        Ok(ExplainedRelations { dangling, referred_by, n_incoming: seen.len() })
    }
}

/// Whether a refusal is about this entity.
fn is_about(error: &ProcessingError, entity_ref: &str) -> bool {
    let named = error.message.strip_prefix("Entity ").and_then(|rest| rest.strip_prefix(entity_ref));
    error.step == Some(Step::Rules) && named.is_some_and(|rest| rest.starts_with(" at "))
}

/// The document itself is wrong, not only what it leads to.
fn is_newest_wrong(claim: &StoredClaim) -> bool {
    claim.errors.iter().any(|error| error.step.is_some())
}

/// How the last step went, for the claim that comes first.
fn stored(facts: &Facts<'_>, source: &Node) -> (StepOutcome, String) {
    let lead = &facts.claims[0];
    let is_failing = describe::outcome(source) == LocationOutcome::Failed;
    if facts.uid.is_none() {
        return (StepOutcome::Skipped, "there is no good version to store".to_owned());
    }
    match () {
        () if lead.is_orphan => (StepOutcome::Ok, "the last version stays, as an orphan".to_owned()),
        () if is_failing || describe::is_refused(source) || is_newest_wrong(lead) => {
            (StepOutcome::Skipped, "the last good version stays until the newest one is good".to_owned())
        }
        () => (StepOutcome::Ok, "readers see this version".to_owned()),
    }
}

fn summary(facts: &Facts<'_>, source: Option<&Node>, errors: &[ProcessingError]) -> String {
    let lead = &facts.claims[0];
    let name = facts.entity_ref;
    let place = match (source, facts.ways.provider(lead.location)) {
        (Some(source), _) => format!("`{}`, line {}", source.location, lead.line),
        (None, Some(provider)) => format!("the provider `{provider}`, for a location that it registered"),
        (None, None) => "a source that is not read any more".to_owned(),
    };
    let is_failing = source.is_some_and(|node| describe::outcome(node) == LocationOutcome::Failed);
    let n_others = facts.claims.len() - 1;
    let others = match n_others {
        0 => String::new(),
        1 => "; another source describes it, too".to_owned(),
        more => format!("; {more} other sources describe it, too"),
    };
    if facts.uid.is_none() {
        let is_own_kind = errors.iter().any(|error| is_about(error, name));
        let why = match () {
            () if is_own_kind => "is of a kind that its source may not bring in",
            () if lead.errors.is_empty() && source.is_some_and(describe::is_refused) => {
                "is kept out with its whole source, which holds a kind that it may not bring in"
            }
            () if is_failing => "cannot be read",
            () => "is wrong, and never was good",
        };
        return format!("`{name}` is not in the catalog: what describes it ({place}) {why}{others}");
    }
    if lead.is_orphan {
        return format!("`{name}` is in the catalog as an orphan: {place} does not describe it any more");
    }
    if is_failing {
        return format!("`{name}` is in the catalog as it was read last: {place} cannot be read now{others}");
    }
    if source.is_some_and(describe::is_refused) {
        return format!(
            "`{name}` is in the catalog as it was read last: {place} is refused now, because of a kind that it may not bring in{others}"
        );
    }
    if is_newest_wrong(lead) {
        return format!(
            "`{name}` is in the catalog in its last good version: the newest one ({place}) is wrong{others}"
        );
    }
    if errors.iter().any(|error| error.step == Some(Step::Parse)) {
        return format!(
            "`{name}` is in the catalog, as described by {place}; a part of that file cannot be read, and this entity may be older than it{others}"
        );
    }
    format!("`{name}` is in the catalog, as described by {place}{others}")
}
