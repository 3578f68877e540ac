//! The operations of `/api/catalog` that the page uses.

use std::sync::Arc;

use serde_json::Value;
use shared::api::catalog::{
    EntitiesByRefs, EntitiesByRefsResult, EntitiesPage, EntitiesQuery, EntityFacets, EntityRefresh,
};
use shared::api::changes::{ChangeKind, ChangesPage};
use shared::api::counts::{EntityCount, EntityCounts, EntityCountsQuery, EntityCountsQuestion};
use shared::api::definition::ApiDefinition;
use shared::api::explain::EntityExplanation;
use shared::api::overview::CatalogOverview;
use shared::entity::{Entity, EntityRef};

use super::{ApiClient, ClientError};
use crate::paths;

/// An entity, and the document it was read from with its fields in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityDocument {
    /// The entity in the types of the model.
    pub entity: Arc<Entity>,
    /// The whole document.
    pub document: Arc<Value>,
}

impl ApiClient {
    /// A page of entities; `query` holds the parameters of `GET /entities/by-query`.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn entities_query(self, query: &[(String, String)]) -> Result<EntitiesPage, ClientError> {
        self.get(format!("/api/catalog/entities/by-query?{}", paths::query_text(query))).await
    }

    /// A page of entities by a predicate.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn entities_by_predicate(self, query: &EntitiesQuery) -> Result<EntitiesPage, ClientError> {
        self.post("/api/catalog/entities/by-query", query).await
    }

    /// How many entities meet each of some questions, in their order.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn entity_counts(self, questions: &[EntityCountsQuestion]) -> Result<Vec<EntityCount>, ClientError> {
        let body = EntityCountsQuery { questions: questions.to_vec() };
        let counts: EntityCounts = self.post("/api/catalog/entity-counts", &body).await?;
        Ok(counts.items)
    }

    /// Values and counts; `query` holds the parameters of `GET /entity-facets`.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn entity_facets(self, query: &[(String, String)]) -> Result<EntityFacets, ClientError> {
        self.get(format!("/api/catalog/entity-facets?{}", paths::query_text(query))).await
    }

    /// What some owners have, or everybody where none is named, and what of it needs attention.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn catalog_overview(self, owners: &[String], limit: usize) -> Result<CatalogOverview, ClientError> {
        let mut query: Vec<(&str, String)> = owners.iter().map(|owner| ("owner", owner.clone())).collect();
        query.push(("limit", limit.to_string()));
        self.get(format!("/api/catalog/overview?{}", paths::query_text(&query))).await
    }

    /// What happened to entities lately, the newest first.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn changes_list(self, changes: &[ChangeKind], limit: usize) -> Result<ChangesPage, ClientError> {
        let changes: Vec<&str> = changes.iter().map(|change| change.as_str()).collect();
        self.get(format!("/api/catalog/changes?change={}&limit={limit}", changes.join(","))).await
    }

    /// One entity.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when it is absent or hidden.
    pub async fn entity_get(self, entity_ref: &EntityRef) -> Result<EntityDocument, ClientError> {
        let EntityRef { kind, namespace, name } = entity_ref;
        let [kind, namespace, name] = [kind, namespace, name].map(|part| paths::encode(part));
        let document: Value = self.get(format!("/api/catalog/entities/by-name/{kind}/{namespace}/{name}")).await?;
        let entity =
            serde_json::from_value(document.clone()).map_err(|error| ClientError::Unreadable(error.to_string()))?;
        Ok(EntityDocument { entity: Arc::new(entity), document: Arc::new(document) })
    }

    /// Why an entity is as it is, or is not there.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when nothing is known of it, or it is hidden.
    pub async fn entity_explain(self, entity_ref: &EntityRef) -> Result<EntityExplanation, ClientError> {
        let EntityRef { kind, namespace, name } = entity_ref;
        let [kind, namespace, name] = [kind, namespace, name].map(|part| paths::encode(part));
        self.get(format!("/api/catalog/explain/entities/{kind}/{namespace}/{name}")).await
    }

    /// What the definition of an API says.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when the entity is absent or hidden, or has no definition.
    pub async fn entity_definition(self, entity_ref: &EntityRef) -> Result<ApiDefinition, ClientError> {
        let EntityRef { kind, namespace, name } = entity_ref;
        let [kind, namespace, name] = [kind, namespace, name].map(|part| paths::encode(part));
        self.get(format!("/api/catalog/entities/by-name/{kind}/{namespace}/{name}/definition")).await
    }

    /// Asks the portal to read the sources of an entity again.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when it is absent or hidden, 503 while another process writes the catalog.
    pub async fn entity_refresh(self, entity_ref: &EntityRef) -> Result<(), ClientError> {
        let body = EntityRefresh { entity_ref: entity_ref.to_string(), authorization_token: None };
        self.post_only("/api/catalog/refresh", &body).await
    }

    /// Many entities in one request, with only the fields named. As long as `entity_refs`, `None` where nothing is found.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn entities_by_refs(
        self,
        entity_refs: Vec<String>,
        fields: &[&str],
    ) -> Result<Vec<Option<Entity>>, ClientError> {
        if entity_refs.is_empty() {
            return Ok(Vec::new());
        }
        let fields = Some(fields.iter().map(|&field| field.to_owned()).collect());
        let body = EntitiesByRefs { entity_refs, fields, query: None };
        let result: EntitiesByRefsResult = self.post("/api/catalog/entities/by-refs", &body).await?;
        Ok(result.items)
    }
}
