//! The software catalog's model: an entity, its reference, its relations and its status.

pub mod check;
pub mod document;
pub mod kinds;
#[cfg(feature = "openapi")]
mod partial;
pub mod path;
pub mod reference;
pub mod relations;
mod shapes;
pub mod syntax;
pub mod validate;
pub mod violation;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use check::{CheckedEntity, check, document_ref};
pub use document::{FinalEntity, assemble, prepare, stable_json};
#[cfg(feature = "openapi")]
pub use partial::PartialEntity;
pub use path::{JsonPath, PathSegment};
pub use reference::{EntityRef, EntityRefError};
pub use relations::{EmittedRelation, RELATION_PAIRS, forward_of, leads_to_whole};
pub use violation::Violation;

/// The namespace of an entity that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// One thing in the catalog, as readers see it.
///
/// Fields that the model does not name are kept as they are.
///
/// ```json
/// {"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"booking-api"},
///  "spec":{"type":"service"},"relations":[{"type":"ownedBy","targetRef":"group:default/booking"}]}
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entity {
    /// The version of the descriptor format, such as `backstage.io/v1alpha1`.
    pub api_version: String,
    /// The kind, in the spelling of the source: `Component`, `API`, `Group` …
    pub kind: String,
    /// Name, namespace, annotations and other facts that every kind has.
    pub metadata: EntityMetadata,
    /// The facts of this kind. The shape depends on `kind`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub spec: Map<String, Value>,
    /// Edges to other entities, sorted by type, then target.
    #[serde(default)]
    pub relations: Vec<Relation>,
    /// Present when the catalog has something to report about this entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<EntityStatus>,
}

/// Facts that entities of every kind have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityMetadata {
    /// Unique within kind and namespace, 1 to 63 characters.
    // Not required to read it, since `fields` may leave it out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub name: String,
    /// Defaults to `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Made by the catalog, stable until the entity is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Changes whenever the entity does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the entity is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Short values for selecting entities.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Values for tools.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Single words, in the order of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Addresses that belong to the entity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<EntityLink>,
    /// Fields of the source that the model does not name.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub extra: Map<String, Value>,
}

/// An address that belongs to an entity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityLink {
    /// An absolute address.
    pub url: String,
    /// The text of the link; the address where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The name of an icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// What the link leads to, in words of the organisation.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub link_type: Option<String>,
}

/// A directed edge from the entity that lists it to another one, which need not exist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Relation {
    /// What the edge means: `ownedBy`, `partOf`, `dependsOn` …
    #[serde(rename = "type")]
    pub relation_type: String,
    /// The full reference of the other end, in lower case.
    pub target_ref: String,
}

/// What the catalog reports about an entity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityStatus {
    /// Reports, oldest first.
    #[serde(default)]
    pub items: Vec<StatusItem>,
}

/// One report about an entity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusItem {
    /// Who reports: `backstage.io/catalog-processing` for the catalog itself.
    #[serde(rename = "type")]
    pub item_type: String,
    /// `info`, `warning` or `error`.
    pub level: String,
    /// One sentence for people.
    pub message: String,
    /// The error behind the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<StatusError>,
}

/// The error behind a status item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusError {
    /// The stable name that programs branch on, such as `InputError`.
    pub name: String,
    /// What went wrong and what to do.
    pub message: String,
}

impl EntityLink {
    /// The address to follow, or `None` where following it would run a script in the reader's page.
    pub fn href(&self) -> Option<&str> {
        (!syntax::is_script_url(&self.url)).then_some(self.url.as_str())
    }
}

impl Entity {
    /// The reference of this entity: kind, namespace and name in lower case.
    pub fn entity_ref(&self) -> EntityRef {
        EntityRef::new(&self.kind, self.namespace(), &self.metadata.name)
    }

    /// The namespace, `default` where none is given.
    pub fn namespace(&self) -> &str {
        self.metadata.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)
    }

    /// What people call this entity: its title, the display name of a group or user, or its name. A location that the catalog
    /// has named by itself goes by the end of what it points to, `booking/catalog-info.yaml`: its name is a hash.
    pub fn display_name(&self) -> &str {
        let profile_name = || self.spec.get("profile")?.get("displayName")?.as_str();
        let target = || if self.has_made_name() { short_target(self.spec_text("target")?) } else { None };
        self.metadata.title.as_deref().or_else(profile_name).or_else(target).unwrap_or(&self.metadata.name)
    }

    /// Whether this is a location without a descriptor, whose name the catalog has made: `generated-` and a hash.
    pub fn has_made_name(&self) -> bool {
        let hash = self.metadata.name.strip_prefix("generated-").unwrap_or_default();
        let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash && self.kind.eq_ignore_ascii_case("location")
    }

    /// A text field of `spec`, such as `type` or `lifecycle`.
    pub fn spec_text(&self, field: &str) -> Option<&str> {
        self.spec.get(field)?.as_str()
    }

    /// The targets of all relations of one type, in order.
    pub fn relation_targets<'a>(&'a self, relation_type: &'a str) -> impl Iterator<Item = &'a str> {
        self.relations
            .iter()
            .filter(move |relation| relation.relation_type == relation_type)
            .map(|relation| relation.target_ref.as_str())
    }
}

/// The end of a path or address that tells files apart: the last folder and the name.
fn short_target(target: &str) -> Option<&str> {
    let path = target.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    let folders = path[..name_at].trim_end_matches('/');
    let folder_at = folders.rfind('/').map_or(0, |at| at + 1);
    // Two slashes stand before the host of an address, and none before the first folder of a path.
    let is_one_slash = folders.len() + 1 == name_at;
    let short = if folders.is_empty() || !is_one_slash { &path[name_at..] } else { &path[folder_at..] };
    (!short.is_empty()).then_some(short)
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_location_that_the_catalog_has_named_goes_by_what_it_points_to() {
        let check = |kind: &str, name: &str, target: &str, expected: &str| {
            let entity: Entity = serde_json::from_value(json!({
                "apiVersion": "v", "kind": kind, "metadata": {"name": name}, "spec": {"type": "url", "target": target},
            }))
            .unwrap();
            assert_eq!(entity.display_name(), expected, "{target}");
            assert_eq!(entity.entity_ref().name, name);
        };
        let made = "generated-17fb6f13ffb6251438be1e4f37c6482b83ede45c";
        check("Location", made, "/srv/booking/catalog-info.yaml", "booking/catalog-info.yaml");
        check("Location", made, "https://github.com/a/b/blob/main/x.yaml?raw=1#L3", "main/x.yaml");
        check("location", made, "../examples/all.yaml", "examples/all.yaml");
        check("Location", made, "/a.yaml", "a.yaml");
        check("Location", made, "a.yaml", "a.yaml");
        check("Location", made, "https://x/", "x");
        check("Location", made, "", made);
        check("Location", "generated-by-hand", "/srv/a.yaml", "generated-by-hand");
        check("Location", "examples", "/srv/a.yaml", "examples");
        check("Component", made, "/srv/a.yaml", made);
    }
}
