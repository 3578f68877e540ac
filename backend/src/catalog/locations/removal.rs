//! What goes when a registered location is removed.

use shared::api::sources::{LocationRemoval, RemovedEntity};

use super::service::LocationService;
use super::store::RegisteredLocation;
use crate::auth::Caller;
use crate::catalog::error::CatalogError;
use crate::catalog::explain::Sight;
use crate::catalog::ingest::API_PROVIDER;
use crate::catalog::location::LocationRef;
use crate::permissions::CATALOG_LOCATION_DELETE;

/// How many entities are named.
const MAX_ENTITIES: usize = 500;
/// How many relations are named.
const MAX_DANGLING: usize = 200;

impl LocationService {
    /// What removing a location would take away, as far as the caller sees it. Removes nothing.
    ///
    /// # Errors
    /// [`CatalogError::LocationNotFound`], also when the caller may not read locations; [`CatalogError::Store`].
    pub async fn location_removal(&self, caller: &Caller, id: &str) -> Result<LocationRemoval, CatalogError> {
        let row: RegisteredLocation = self.location_get(caller, id).await?;
        let store = &self.catalog.store;
        let visibility = self.catalog.visibility(caller);
        let sight = Sight::new(self.catalog.index(), &visibility);
        let dependents = match store.source_find(&LocationRef::provider(API_PROVIDER)).await? {
            Some(provider) => store.dependents_of(provider, &row.entity_ref).await?,
            // Nothing was ever read of any registered location.
            None => Default::default(),
        };
        let named = dependents.gone.iter().chain(dependents.taken_over.keys()).cloned().collect();
        let seen = sight.seen(named);
        let gone = dependents.gone.iter().filter(|entity_ref| seen.contains(*entity_ref));
        let n_entities = gone.clone().count();
        let taken_over = dependents.taken_over.iter().filter(|(entity_ref, _)| seen.contains(*entity_ref));
        let going = gone.map(|entity_ref| RemovedEntity { entity_ref: entity_ref.clone(), taken_over_by: None });
        let staying = taken_over.map(|(entity_ref, other)| RemovedEntity {
            entity_ref: entity_ref.clone(),
            // Who sees only some entities is told that the entity stays, not where from.
            taken_over_by: Some(if sight.is_everything() { other.to_string() } else { "another source".to_owned() }),
        });
        let entities = going.chain(staying).take(MAX_ENTITIES).collect();
        let mut dangling = store.dangling_without(&dependents.gone).await?;
        let referrers = sight.seen(dangling.iter().map(|relation| relation.entity_ref.clone()).collect());
        dangling.retain(|relation| referrers.contains(&relation.entity_ref) && seen.contains(&relation.target_ref));
        let n_dangling = dangling.len();
        dangling.truncate(MAX_DANGLING);
        let is_allowed = self.is_allowed(caller, CATALOG_LOCATION_DELETE) && !self.settings.is_readonly;
        let location = super::routes::on_the_wire(row);
        Ok(LocationRemoval { location, is_allowed, entities, n_entities, dangling, n_dangling })
    }
}
