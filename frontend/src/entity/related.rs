//! What the catalog knows of the entities that a page refers to, read in one request.

use std::collections::HashMap;

use leptos::prelude::*;
use serde_json::Value;
use shared::entity::{Entity, EntityRef};

use super::relations;
use crate::api::{ApiClient, ClientError};
use crate::ui::entity_link::EntityLink;

/// Fields that a reference shows.
const FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.title",
    "metadata.description",
    "spec.type",
    "spec.lifecycle",
    "spec.domain",
    "spec.profile",
];
/// References that are read at once; a page that names more shows the rest without titles.
const MAX_REFS: usize = 1_000;

/// The entities that a page refers to, by reference; `None` for those that the catalog does not have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Related {
    known: HashMap<String, Option<Entity>>,
}

impl Related {
    /// Reads everything that an entity refers to.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn load(client: ApiClient, entity: Entity) -> Result<Self, ClientError> {
        let refs: Vec<String> = references(&entity).into_iter().take(MAX_REFS).collect();
        let found = client.entities_by_refs(refs.clone(), FIELDS).await?;
        Ok(Self { known: refs.into_iter().zip(found).collect() })
    }

    /// What is known of a reference.
    pub fn entity(&self, entity_ref: &EntityRef) -> Option<&Entity> {
        self.known.get(&entity_ref.to_string())?.as_ref()
    }

    /// Whether the catalog was asked and has no such entity.
    pub fn is_missing(&self, entity_ref: &EntityRef) -> bool {
        matches!(self.known.get(&entity_ref.to_string()), Some(None))
    }

    /// Whether a reference is among those that were asked for.
    pub fn holds(&self, entity_ref: &str) -> bool {
        self.known.contains_key(entity_ref)
    }
}

/// Every reference that the page of an entity shows.
fn references(entity: &Entity) -> std::collections::BTreeSet<String> {
    let mut refs = relations::targets(entity);
    let from_spec = ["owner", "system", "domain"].into_iter().filter_map(|field| spec_ref(entity, field));
    refs.extend(from_spec.map(|entity_ref| entity_ref.to_string()));
    refs
}

/// A reference in `spec`, with what it leaves out filled in.
pub fn spec_ref(entity: &Entity, field: &str) -> Option<EntityRef> {
    let default_kind = if field == "owner" { "group" } else { field };
    let text = entity.spec.get(field).and_then(Value::as_str)?;
    EntityRef::parse(text, Some(default_kind), entity.namespace()).ok()
}

/// A link to an entity that is drawn again when more is known of it.
#[component]
pub fn RelatedLink(
    /// Where it leads.
    entity_ref: EntityRef,
    /// What is known.
    related: Signal<Related>,
) -> impl IntoView {
    let asked = entity_ref.clone();
    let known = Memo::new(move |_| {
        related.with(|related| {
            let entity = related.entity(&asked);
            let text = entity.map(|entity| entity.display_name().to_owned());
            let entity_type = entity.and_then(|entity| entity.spec_text("type")).map(str::to_owned);
            (text, entity_type, related.is_missing(&asked))
        })
    });
    move || {
        let (text, entity_type, missing) = known.get();
        view! { <EntityLink entity_ref=entity_ref.clone() text entity_type missing/> }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_come_from_relations_and_spec_and_each_once() {
        let entity: Entity = serde_json::from_value(json!({"apiVersion": "v", "kind": "Component",
            "metadata": {"name": "a", "namespace": "ops"}, "spec": {"owner": "team", "system": "default/S"},
            "relations": [{"type": "ownedBy", "targetRef": "group:ops/team"}]}))
        .unwrap();
        assert_eq!(references(&entity).into_iter().collect::<Vec<_>>(), ["group:ops/team", "system:default/s"]);
    }
}
