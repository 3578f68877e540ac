//! The operations of `/api/catalog` about where entities come from.

use shared::api::explain::{LocationExplanation, ProblemsPage};
use shared::api::locations::{Location, LocationCreate, LocationCreated};
use shared::api::sources::{
    EntityFields, LocationPreview, LocationPreviewQuery, LocationRemoval, PreviewedSource, TextPreviewQuery,
};
use shared::entity::EntityRef;

use super::{ApiClient, ClientError};
use crate::paths;

/// The type of every location that is registered.
const URL: &str = "url";

impl ApiClient {
    /// What registering an address would bring in.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 400 for what is no address, 403 for who may not register.
    pub async fn location_preview(self, target: &str) -> Result<LocationPreview, ClientError> {
        let body = LocationPreviewQuery { location_type: URL.to_owned(), target: target.to_owned() };
        self.post("/api/catalog/locations/preview", &body).await
    }

    /// What a text says, and what is wrong with it.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 403 for who may not have entities checked.
    pub async fn text_preview(self, text: String, file_name: Option<String>) -> Result<PreviewedSource, ClientError> {
        self.post("/api/catalog/locations/preview-text", &TextPreviewQuery { text, file_name }).await
    }

    /// Registers an address. What it holds is read after the answer.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 409 when it is registered already, 403 for who may not register.
    pub async fn location_create(self, target: &str) -> Result<Location, ClientError> {
        let body = LocationCreate { location_type: URL.to_owned(), target: target.to_owned(), presence: None };
        let created: LocationCreated = self.post("/api/catalog/locations", &body).await?;
        Ok(created.location)
    }

    /// Removes a registered location, and what only it leads to.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when it is gone already, 403 for who may not remove it.
    pub async fn location_delete(self, id: &str) -> Result<(), ClientError> {
        self.delete(format!("/api/catalog/locations/{}", paths::encode(id))).await
    }

    /// The registered location that an entity comes from.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when it comes from none.
    pub async fn location_get_by_entity(self, entity_ref: &EntityRef) -> Result<Location, ClientError> {
        self.get(format!("/api/catalog/locations/by-entity/{}", path_of(entity_ref))).await
    }

    /// What removing a registered location would take away.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when it is gone already.
    pub async fn location_removal(self, id: &str) -> Result<LocationRemoval, ClientError> {
        self.get(format!("/api/catalog/locations/{}/removal", paths::encode(id))).await
    }

    /// Takes an entity out of the catalog. It comes back when something still describes it.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 403 for who may not delete it.
    pub async fn entity_delete(self, uid: &str) -> Result<(), ClientError> {
        self.delete(format!("/api/catalog/entities/by-uid/{}", paths::encode(uid))).await
    }

    /// Where each field of an entity comes from.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when there is no such entity.
    pub async fn entity_fields(self, entity_ref: &EntityRef) -> Result<EntityFields, ClientError> {
        self.get(format!("/api/catalog/explain/fields/{}", path_of(entity_ref))).await
    }

    /// Why a location is as it is, or says nothing. `location` is `type:target`.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when it is not read.
    pub async fn location_explain(self, location: &str) -> Result<LocationExplanation, ClientError> {
        self.get(format!("/api/catalog/explain/locations?location={}", paths::encode(location))).await
    }

    /// A page of everything that is wrong; `query` holds the parameters of `GET /explain/problems`.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn problems_query(self, query: &[(String, String)]) -> Result<ProblemsPage, ClientError> {
        self.get(format!("/api/catalog/explain/problems?{}", paths::query_text(query))).await
    }
}

fn path_of(entity_ref: &EntityRef) -> String {
    let EntityRef { kind, namespace, name } = entity_ref;
    [kind, namespace, name].map(|part| paths::encode(part)).join("/")
}
