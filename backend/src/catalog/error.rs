//! What can go wrong with a question to the catalog.

use shared::entity::EntityRef;
use shared::filter::FilterError;
use thiserror::Error;

use super::explain::LocationKey;
use super::ingest::RequestError;
use super::location::LocationRef;
use super::store::StoreError;
use crate::permissions::Permission;
use crate::platform::http::ApiError;

/// What can go wrong with a question to the catalog.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// No entity has this reference, or the caller may not see it.
    #[error("No entity named '{}' found, with kind '{}' in namespace '{}'", .0.name, .0.kind, .0.namespace)]
    EntityNotFound(EntityRef),
    /// No entity has this uid, or the caller may not see it.
    #[error("No entity with uid {0}")]
    UidNotFound(String),
    /// Nobody describes this entity or refers to it, or nobody whom the caller may see.
    #[error(
        "nothing is known of `{0}`: no source describes it, and nothing refers to it; see whether its file is among the targets of a registered location, and what `callboard check` says about it"
    )]
    EntityUnknown(EntityRef),
    /// This location is not read, or the caller may not see it.
    #[error(
        "the location {0} is not read; add it to `catalog.locations`, or to the targets of a Location entity, and spell it with its absolute path or whole address"
    )]
    LocationUnknown(LocationKey),
    /// No location names the entity that is to be refreshed.
    #[error("Entity {0} not found")]
    RefreshNotFound(String),
    /// The caller may not do this with the entity.
    #[error("{} is denied; ask whoever gave you access for that permission", .0.name)]
    NotAllowed(Permission),
    /// No registered location has this id, or the caller may not see it.
    #[error("Found no location with ID {0}")]
    LocationNotFound(String),
    /// The location that an entity comes from is not a registered one.
    #[error("Found no location with type {} and target {}", .0.location_type, .0.target)]
    NotRegistered(LocationRef),
    /// A location with this type and target is registered already.
    #[error("Location {0} already exists")]
    LocationExists(LocationRef),
    /// The configuration allows nobody to register or remove locations.
    #[error(
        "locations are read-only here; change `catalog.locations` in the configuration, or switch `catalog.readonly` off"
    )]
    LocationsReadonly,
    /// A location of another type than `url` is not for the API.
    #[error("Registered locations must be of an allowed type [\"url\"]")]
    LocationType,
    /// A target is not an address.
    #[error("{0}")]
    LocationTarget(String),
    /// What a dry run has read is not good.
    #[error("{0}")]
    DryRun(String),
    /// Ingestion does not carry out a request.
    #[error(transparent)]
    Ingest(#[from] RequestError),
    /// A condition, an order or a projection is not understood.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The tables of the catalog cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::EntityNotFound(_)
            | CatalogError::UidNotFound(_)
            | CatalogError::EntityUnknown(_)
            | CatalogError::LocationUnknown(_)
            | CatalogError::RefreshNotFound(_)
            | CatalogError::LocationNotFound(_)
            | CatalogError::NotRegistered(_) => Self::not_found(error.to_string()),
            CatalogError::NotAllowed(_) | CatalogError::LocationsReadonly => Self::not_allowed(error.to_string()),
            CatalogError::LocationExists(_) => Self::conflict(error.to_string()),
            CatalogError::LocationType | CatalogError::LocationTarget(_) | CatalogError::DryRun(_) => {
                Self::input(error.to_string())
            }
            CatalogError::Ingest(RequestError::NotWriting) => Self::unavailable(error.to_string()),
            CatalogError::Ingest(RequestError::Store(error)) => Self::internal(error),
            CatalogError::Filter(error) => Self::input(error.to_string()),
            CatalogError::Store(error) => Self::internal(error),
        }
    }
}

impl From<FilterError> for ApiError {
    fn from(error: FilterError) -> Self {
        CatalogError::Filter(error).into()
    }
}
