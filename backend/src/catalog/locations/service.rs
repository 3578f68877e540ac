//! The rules of registered locations: who may do what, and what may be registered.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;
use shared::api::catalog::CatalogChange;
use shared::entity::EntityRef;
use tokio::sync::Semaphore;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::timeout;
use tracing::debug;
use uuid::Uuid;

use super::query::LocationFilter;
use super::store::{Created, NewLocation, RegisteredLocation, Updated};
use crate::auth::Caller;
use crate::catalog::error::CatalogError;
use crate::catalog::index::{Document, Visibility};
use crate::catalog::ingest::RequestError;
use crate::catalog::ingest::reader::Reader;
use crate::catalog::location::{LocationRef, MANAGED_BY_ORIGIN, URL};
use crate::catalog::service::CatalogService;
use crate::permissions::{
    CATALOG_LOCATION_CREATE, CATALOG_LOCATION_DELETE, CATALOG_LOCATION_READ, Decision, Permission,
};
use crate::platform::clock::Clock;
use crate::platform::ids::Ids;

/// The longest target, in bytes: an index of PostgreSQL holds no more than 2,700.
const MAX_TARGET_BYTES: usize = 2_000;
/// How long another process that writes may take to follow the table, until the caller is answered anyway.
const WRITER_PATIENCE: Duration = Duration::from_secs(3);

/// How many callers may have addresses read for them at a time; others wait for their turn.
const READERS_AT_A_TIME: usize = 4;

/// What happens when a location is registered a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationConflict {
    /// The request is refused.
    Reject,
    /// The location is read again.
    Refresh,
}

/// How locations are registered.
#[derive(Clone, Debug)]
pub struct LocationSettings {
    /// Nobody registers, changes or removes locations through the API.
    pub is_readonly: bool,
    /// What happens to a second registration where the request does not say.
    pub on_conflict: LocationConflict,
    /// The locations of the configuration.
    pub configured: Vec<LocationRef>,
    /// The name that descriptors usually have.
    pub entity_filename: String,
    /// Reads what a dry run, an analysis or a validation is about.
    pub reader: Reader,
    /// Tells the time.
    pub clock: Clock,
    /// Makes the ids of locations.
    pub ids: Ids,
}

/// Registers locations, and tells which there are.
#[derive(Clone, Debug)]
pub struct LocationService {
    pub(super) catalog: CatalogService,
    pub(super) settings: LocationSettings,
    /// For work that reads addresses while the caller waits.
    pub(super) turns: Arc<Semaphore>,
}

impl LocationService {
    /// Beside the service of the catalog.
    pub fn new(catalog: CatalogService, settings: LocationSettings) -> Self {
        Self { catalog, settings, turns: Arc::new(Semaphore::new(READERS_AT_A_TIME)) }
    }

    /// Registers a location. Its target is read after the answer.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::LocationsReadonly`], [`CatalogError::LocationType`],
    /// [`CatalogError::LocationTarget`], [`CatalogError::LocationExists`], [`CatalogError::Store`].
    pub async fn location_create(
        &self,
        caller: &Caller,
        location: LocationRef,
        on_conflict: Option<LocationConflict>,
    ) -> Result<RegisteredLocation, CatalogError> {
        self.require_change(caller, CATALOG_LOCATION_CREATE)?;
        check_registrable(&location)?;
        let changes = self.catalog.changes();
        let new = NewLocation {
            id: self.settings.ids.uuid().to_string(),
            location,
            created_at_ms: self.settings.clock.now().timestamp_millis(),
            created_by: name_of(caller),
        };
        let row = match self.catalog.store.location_create(new).await? {
            Created::New(row) => row,
            Created::Existing(row) => match on_conflict.unwrap_or(self.settings.on_conflict) {
                LocationConflict::Reject => return Err(CatalogError::LocationExists(row.location)),
                LocationConflict::Refresh => {
                    let touched = self.catalog.store.location_touch(&row.id).await?;
                    // Somebody removed it in this moment: the last one to say something counts.
                    touched.ok_or_else(|| CatalogError::LocationNotFound(row.id))?
                }
            },
        };
        self.follow(&row, changes, |found| target_of(found).as_ref() == Some(&row.location.target)).await?;
        Ok(row)
    }

    /// All registered locations, by id. Those of the configuration are not among them.
    ///
    /// # Errors
    /// [`CatalogError::Store`]. Who may not read locations is told of none.
    pub async fn locations_list(&self, caller: &Caller) -> Result<Vec<RegisteredLocation>, CatalogError> {
        if !self.is_allowed(caller, CATALOG_LOCATION_READ) {
            return Ok(vec![]);
        }
        Ok(self.catalog.store.locations_load().await?.0)
    }

    /// At most `limit` of the locations that meet a condition, by id, those after `after_id` where it is given; and how many
    /// meet it in all.
    ///
    /// # Errors
    /// [`CatalogError::Store`]. Who may not read locations is told of none.
    pub async fn locations_query(
        &self,
        caller: &Caller,
        filter: &LocationFilter,
        after_id: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<RegisteredLocation>, u64), CatalogError> {
        if !self.is_allowed(caller, CATALOG_LOCATION_READ) {
            return Ok((vec![], 0));
        }
        Ok(self.catalog.store.locations_query(filter, after_id, limit).await?)
    }

    /// One location by its id.
    ///
    /// # Errors
    /// [`CatalogError::LocationNotFound`], also when the caller may not read locations; [`CatalogError::Store`].
    pub async fn location_get(&self, caller: &Caller, id: &str) -> Result<RegisteredLocation, CatalogError> {
        let not_found = || CatalogError::LocationNotFound(id.to_owned());
        if !self.is_allowed(caller, CATALOG_LOCATION_READ) || !is_id(id) {
            return Err(not_found());
        }
        self.catalog.store.location_find(id).await?.ok_or_else(not_found)
    }

    /// The registered location that an entity comes from.
    ///
    /// # Errors
    /// [`CatalogError::EntityNotFound`], also when the caller may not see the entity or may not read locations;
    /// [`CatalogError::NotRegistered`] when the entity comes from a location of the configuration; [`CatalogError::Store`].
    pub async fn location_get_by_entity(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
    ) -> Result<RegisteredLocation, CatalogError> {
        let not_found = || CatalogError::EntityNotFound(entity_ref.clone());
        if !self.is_allowed(caller, CATALOG_LOCATION_READ) {
            return Err(not_found());
        }
        let document = self.catalog.entity_get(caller, entity_ref)?;
        let document: Value = serde_json::from_slice(&document).map_err(|_| not_found())?;
        let origin = document["metadata"]["annotations"][MANAGED_BY_ORIGIN].as_str();
        let origin = origin.and_then(|origin| LocationRef::parse(origin).ok()).ok_or_else(not_found)?;
        let row = self.catalog.store.location_find_at(&origin).await?;
        row.ok_or(CatalogError::NotRegistered(origin))
    }

    /// Gives a location another target. It keeps its id and its Location entity.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::LocationsReadonly`], [`CatalogError::LocationType`],
    /// [`CatalogError::LocationTarget`], [`CatalogError::LocationNotFound`], [`CatalogError::LocationExists`] when another
    /// location has the target, [`CatalogError::Store`].
    pub async fn location_update(
        &self,
        caller: &Caller,
        id: &str,
        location: LocationRef,
    ) -> Result<RegisteredLocation, CatalogError> {
        self.require_change(caller, CATALOG_LOCATION_CREATE)?;
        check_registrable(&location)?;
        if !is_id(id) {
            return Err(CatalogError::LocationNotFound(id.to_owned()));
        }
        let changes = self.catalog.changes();
        let row = match self.catalog.store.location_update(id, &location).await? {
            Updated::Changed(row) => row,
            Updated::Unknown => return Err(CatalogError::LocationNotFound(id.to_owned())),
            Updated::Taken => return Err(CatalogError::LocationExists(location)),
        };
        self.follow(&row, changes, |found| target_of(found).as_ref() == Some(&row.location.target)).await?;
        Ok(row)
    }

    /// Removes a location, and all entities that only it leads to.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::LocationsReadonly`], [`CatalogError::LocationNotFound`],
    /// [`CatalogError::Store`].
    pub async fn location_delete(&self, caller: &Caller, id: &str) -> Result<(), CatalogError> {
        self.require_change(caller, CATALOG_LOCATION_DELETE)?;
        let not_found = || CatalogError::LocationNotFound(id.to_owned());
        if !is_id(id) {
            return Err(not_found());
        }
        let changes = self.catalog.changes();
        let row = self.catalog.store.location_delete(id).await?.ok_or_else(not_found)?;
        self.follow(&row, changes, |found| found.is_none()).await
    }

    pub(super) fn is_allowed(&self, caller: &Caller, permission: Permission) -> bool {
        match self.catalog.permissions.decide(caller, permission) {
            Decision::Allow => true,
            // These permissions are not about entities, so a condition on entities gives nothing.
            Decision::Deny | Decision::Only(_) => false,
        }
    }

    pub(super) fn require(&self, caller: &Caller, permission: Permission) -> Result<(), CatalogError> {
        if self.is_allowed(caller, permission) { Ok(()) } else { Err(CatalogError::NotAllowed(permission)) }
    }

    fn require_change(&self, caller: &Caller, permission: Permission) -> Result<(), CatalogError> {
        self.require(caller, permission)?;
        if self.settings.is_readonly { Err(CatalogError::LocationsReadonly) } else { Ok(()) }
    }

    /// Returns when readers see what the table says now of a row. Where another process writes the catalog, that is when
    /// `is_seen` holds for the Location entity, or when it takes too long: the table is followed in any case.
    async fn follow(
        &self,
        row: &RegisteredLocation,
        mut changes: broadcast::Receiver<Arc<CatalogChange>>,
        is_seen: impl Fn(Option<&Document>) -> bool,
    ) -> Result<(), CatalogError> {
        match self.catalog.ingest().registered(row.id.clone()).await {
            Ok(()) => return Ok(()),
            Err(RequestError::NotWriting) => {}
            Err(error @ RequestError::Store(_)) => return Err(error.into()),
        }
        let seen = async {
            loop {
                let found = self.catalog.index().entities_by_refs(
                    std::slice::from_ref(&row.entity_ref),
                    None,
                    &Visibility::Everything,
                );
                if is_seen(found.first().and_then(Option::as_ref)) {
                    return;
                }
                match changes.recv().await {
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        };
        if timeout(WRITER_PATIENCE, seen).await.is_err() {
            debug!(location = %row.location, "the process that writes the catalog has not followed yet");
        }
        Ok(())
    }
}

/// Whether a location may be registered. Whether its address can be read shows later.
pub(super) fn check_registrable(location: &LocationRef) -> Result<(), CatalogError> {
    if location.location_type != URL {
        return Err(CatalogError::LocationType);
    }
    let target = &location.target;
    if target.len() > MAX_TARGET_BYTES {
        let message = format!("the target has {} bytes; use an address of at most {MAX_TARGET_BYTES}", target.len());
        return Err(CatalogError::LocationTarget(message));
    }
    let is_web = |url: &Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    let is_plain = !target.chars().any(|char| char.is_control() || char.is_whitespace());
    if is_plain && Url::parse(target).is_ok_and(|url| is_web(&url)) {
        return Ok(());
    }
    let message = format!(
        "the target `{}` is no address; write one such as `https://github.com/acme/booking/blob/main/catalog-info.yaml`",
        target.escape_debug()
    );
    Err(CatalogError::LocationTarget(message))
}

/// Ids are UUIDs; a database refuses some other texts.
fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok_and(|id| id.to_string() == text)
}

/// The target of a Location entity.
fn target_of(document: Option<&Document>) -> Option<String> {
    let entity: Value = serde_json::from_slice(document?).ok()?;
    Some(entity["spec"]["target"].as_str()?.to_owned())
}

/// Who registered a location, as the table keeps it.
fn name_of(caller: &Caller) -> String {
    match caller {
        Caller::User(user) => user.entity_ref.to_string(),
        Caller::Service(service) => service.subject.to_string(),
        Caller::Anonymous => "anonymous".to_owned(),
    }
}
