//! Entities as documents, with the fields of the contract (`search.md`, "Document types").

use serde_json::{Map, Value};
use shared::api::search::SOFTWARE_CATALOG;
use shared::entity::{DEFAULT_NAMESPACE, Entity, EntityRef};

use super::{Collator, NO_TYPE, entity_path, owners, short_name};
use crate::search::document::{Keyword, SearchDocument};

/// How much matches of deprecated entities count.
const DEPRECATED_WEIGHT: f32 = 0.5;
/// How much matches of locations count: they are about files, and hardly what anybody looks for.
const LOCATION_WEIGHT: f32 = 0.6;

/// Makes one document of each entity.
#[derive(Clone, Copy, Debug, Default)]
pub struct CatalogCollator;

impl Collator for CatalogCollator {
    fn document_type(&self) -> &'static str {
        SOFTWARE_CATALOG
    }

    fn documents(&self, entity_ref: &EntityRef, entity: &Entity) -> Vec<SearchDocument> {
        vec![document(entity_ref, entity)]
    }
}

fn document(entity_ref: &EntityRef, entity: &Entity) -> SearchDocument {
    let metadata = &entity.metadata;
    let spec = |field: &str| entity.spec.get(field).and_then(Value::as_str).unwrap_or_default();
    let profile = |field: &str| entity.spec.get("profile")?.get(field)?.as_str();
    let is_kind = |kind: &str| entity_ref.kind == kind;
    let title = metadata.title.clone().unwrap_or_else(|| metadata.name.clone());
    let mut text = vec![metadata.description.as_deref().unwrap_or_default()];
    if is_kind("user") || is_kind("group") {
        text.extend(profile("displayName"));
        text.extend(profile("email").filter(|_| is_kind("user")));
    }
    let text = text.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" : ");
    let entity_type = match spec("type") {
        "" => NO_TYPE,
        entity_type => entity_type,
    };
    let namespace = metadata.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let location = entity_path(entity_ref);
    let mut fields = Map::new();
    for (field, value) in [
        ("title", title.as_str()),
        ("text", &text),
        ("type", entity_type),
        ("componentType", entity_type),
        ("name", &metadata.name),
        ("namespace", namespace),
        ("kind", &entity.kind),
        ("lifecycle", spec("lifecycle")),
        ("owner", spec("owner")),
        ("location", &location),
    ] {
        fields.insert(field.to_owned(), Value::from(value));
    }
    if let Some(name) = profile("displayName").filter(|_| is_kind("user") || is_kind("group")) {
        fields.insert("displayName".to_owned(), Value::from(name));
    }
    if !metadata.tags.is_empty() {
        fields.insert("tags".to_owned(), Value::from(metadata.tags.clone()));
    }

    let titles = metadata.title.iter().cloned().chain(profile("displayName").map(str::to_owned));
    let weight = match () {
        () if spec("lifecycle").eq_ignore_ascii_case("deprecated") => DEPRECATED_WEIGHT,
        () if is_kind("location") => LOCATION_WEIGHT,
        () => 1.0,
    };
    SearchDocument {
        document_type: SOFTWARE_CATALOG,
        entity_ref: entity_ref.to_string(),
        name: metadata.name.clone(),
        whole_name: metadata.name.clone(),
        titles: titles.collect(),
        keywords: keywords(entity, &spec, profile("email")),
        owners: owners(entity),
        weight,
        fields,
    }
}

/// Words that say what an entity is about, beside its names.
fn keywords<'a>(entity: &'a Entity, spec: &impl Fn(&str) -> &'a str, email: Option<&str>) -> Vec<Keyword> {
    let metadata = &entity.metadata;
    let mut keywords = Vec::new();
    let mut push = |label, text: &str| {
        if !text.is_empty() {
            keywords.push(Keyword { label, text: text.to_owned() });
        }
    };
    metadata.tags.iter().for_each(|tag| push("tags", tag));
    push("type", spec("type"));
    for label in ["owner", "system", "domain"] {
        // Of `group:default/team-a`, only the name is what people look for.
        push(label, short_name(spec(label)));
    }
    push(
        "namespace",
        metadata.namespace.as_deref().filter(|namespace| *namespace != DEFAULT_NAMESPACE).unwrap_or_default(),
    );
    push("email", email.unwrap_or_default());
    for link in &metadata.links {
        push("links", link.title.as_deref().unwrap_or_default());
        push("links", &link.url);
    }
    let annotations = metadata.annotations.iter().filter(|(key, _)| !is_of_the_catalog(key));
    annotations.for_each(|(_, value)| push("annotations", value));
    keywords
}

/// Whether the catalog itself writes an annotation: which file an entity stands in says nothing of what it is.
fn is_of_the_catalog(key: &str) -> bool {
    ["managed-by-location", "managed-by-origin-location", "view-url", "edit-url", "source-location", "orphan"]
        .iter()
        .any(|name| key.strip_prefix("backstage.io/") == Some(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn collate(entity: Value) -> SearchDocument {
        let entity: Entity = serde_json::from_value(entity).unwrap();
        let namespace = entity.metadata.namespace.clone().unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        let text = format!("{}:{namespace}/{}", entity.kind, entity.metadata.name).to_lowercase();
        CatalogCollator.documents(&text.parse().unwrap(), &entity).pop().unwrap()
    }

    #[test]
    fn a_component_has_the_fields_of_the_contract() {
        let document = collate(json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": {"name": "Svc-One", "tags": ["rust"], "annotations": {"backstage.io/view-url": "https://x/y"}},
            "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/team-a"}],
        }));
        assert_eq!(
            Value::from(document.fields.clone()),
            json!({"title": "Svc-One", "text": "", "type": "service", "componentType": "service", "name": "Svc-One",
                "namespace": "default", "kind": "Component", "lifecycle": "production", "owner": "team-a",
                "location": "/catalog/default/component/svc-one", "tags": ["rust"]})
        );
        assert_eq!(document.owners, ["group:default/team-a"]);
        assert!(document.keywords.iter().all(|keyword| keyword.text != "https://x/y"));
        assert!(document.keywords.contains(&Keyword { label: "owner", text: "team-a".to_owned() }));
        assert!(document.filterable().any(|pair| pair == ("tags", "rust")));
        assert!(document.filterable().all(|(field, _)| field != "location"));
    }

    #[test]
    fn people_are_found_by_name_and_mail() {
        let document = collate(json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "User", "metadata": {"name": "kim", "description": "Pilot"},
            "spec": {"profile": {"displayName": "Kim Lee", "email": "kim@example.com"}},
        }));
        assert_eq!(document.text("text"), "Pilot : Kim Lee : kim@example.com");
        assert_eq!(document.text("type"), "other");
        assert_eq!((document.text("title"), document.text("displayName")), ("kim", "Kim Lee"));
        assert!(document.filterable().all(|(field, _)| field != "displayName"));
        assert_eq!(document.names().collect::<Vec<_>>(), ["kim", "Kim Lee"]);
    }

    #[test]
    fn what_is_deprecated_counts_less() {
        let document = collate(json!({"apiVersion": "a", "kind": "Component", "metadata": {"name": "old"},
            "spec": {"lifecycle": "Deprecated"}}));
        assert!(document.weight < 1.0);
    }
}
