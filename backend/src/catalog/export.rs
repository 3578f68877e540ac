//! Turns entities back into the descriptors that they could have been read from.

use std::io::Write;

use serde_json::{Map, Value};
use shared::entity::DEFAULT_NAMESPACE;
use shared::filter::Filter;
use thiserror::Error;

use super::location::{LocationRef, MANAGED_BY, MANAGED_BY_ORIGIN, ORPHAN, URL};
use super::store::{CatalogStore, StoreError};
use crate::platform::yaml::to_yaml;

/// The kind of entities that lead to others, and hold nothing themselves.
const LOCATION: &str = "location";

/// What to export.
#[derive(Clone, Debug, Default)]
pub struct ExportSettings {
    /// Only these kinds, in lower case; all where there are none.
    pub kinds: Vec<String>,
    /// Only entities that meet this condition.
    pub filter: Option<Filter>,
    /// Also Location entities. What they lead to is exported anyway, and would be read twice.
    pub locations: Locations,
    /// How to write it.
    pub format: ExportFormat,
}

/// Whether Location entities are exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locations {
    /// They are left out.
    #[default]
    LeftOut,
    /// Those that people wrote, and those that stand for registered locations.
    Included,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportFormat {
    /// Documents with `---` between them.
    #[default]
    Yaml,
    /// One list.
    Json,
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many entities.
    pub n_entities: usize,
    /// How many bytes.
    pub n_bytes: usize,
}

/// Why an export failed.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The database is away or holds something unreadable.
    #[error("cannot read the catalog")]
    Store(#[from] StoreError),
    /// A stored document is not JSON.
    #[error("the stored document of `{0}` is not JSON; refresh the entity")]
    Unreadable(String, #[source] serde_json::Error),
    /// The output cannot be written.
    #[error("cannot write the export")]
    Write(#[from] std::io::Error),
}

/// Writes the catalog of this moment as descriptors, in the order of the references.
///
/// A few hundred documents are in memory at a time, and the references of all.
///
/// # Errors
/// See [`ExportError`].
pub async fn export(
    store: &CatalogStore,
    settings: &ExportSettings,
    out: &mut (impl Write + Send),
) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    let mut snapshot = store.snapshot(&settings.kinds).await?;
    loop {
        let documents = snapshot.next().await?;
        if documents.is_empty() {
            break;
        }
        for stored in documents {
            let is_location = stored.entity_ref.split(':').next() == Some(LOCATION);
            if is_location && settings.locations == Locations::LeftOut {
                continue;
            }
            let document: Value = serde_json::from_str(&stored.document)
                .map_err(|error| ExportError::Unreadable(stored.entity_ref.clone(), error))?;
            if settings.filter.as_ref().is_some_and(|filter| !filter.matches(&document)) {
                continue;
            }
            let text = settings.format.write(&descriptor(document), exported.n_entities);
            out.write_all(text.as_bytes())?;
            exported.n_entities += 1;
            exported.n_bytes += text.len();
        }
    }
    let end = settings.format.end(exported.n_entities);
    out.write_all(end.as_bytes())?;
    out.flush()?;
    exported.n_bytes += end.len();
    Ok(exported)
}

impl ExportFormat {
    fn write(self, descriptor: &Value, n_before: usize) -> String {
        match self {
            Self::Yaml => format!("{}{}", if n_before == 0 { "" } else { "---\n" }, to_yaml(descriptor)),
            Self::Json => format!("{}{descriptor}", if n_before == 0 { "[\n" } else { ",\n" }),
        }
    }

    fn end(self, n_entities: usize) -> &'static str {
        match self {
            Self::Yaml => "",
            Self::Json if n_entities == 0 => "[]\n",
            Self::Json => "\n]\n",
        }
    }
}

/// The descriptor that an entity could have been read from: without what the catalog adds.
///
/// `backstage.io/source-location` stays: it tells where the code is, which a copy of the descriptor elsewhere cannot.
pub fn descriptor(document: Value) -> Value {
    let Value::Object(mut fields) = document else { return document };
    let mut written = Map::with_capacity(4);
    for name in ["apiVersion", "kind", "metadata", "spec"] {
        let Some(value) = fields.shift_remove(name) else { continue };
        let value = match (name, value) {
            ("metadata", Value::Object(metadata)) => Value::Object(own_metadata(metadata)),
            (_, value) => value,
        };
        written.insert(name.to_owned(), value);
    }
    Value::Object(written)
}

fn own_metadata(mut metadata: Map<String, Value>) -> Map<String, Value> {
    for added in ["uid", "etag"] {
        metadata.shift_remove(added);
    }
    if metadata.get("namespace").and_then(Value::as_str) == Some(DEFAULT_NAMESPACE) {
        metadata.shift_remove("namespace");
    }
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        remove_added(annotations);
        if annotations.is_empty() {
            metadata.shift_remove("annotations");
        }
    }
    metadata
}

fn remove_added(annotations: &mut Map<String, Value>) {
    let location = annotations.shift_remove(MANAGED_BY);
    annotations.shift_remove(MANAGED_BY_ORIGIN);
    annotations.shift_remove(ORPHAN);
    let location = location.as_ref().and_then(Value::as_str).and_then(|text| LocationRef::parse(text).ok());
    let Some(address) = location.filter(|location| location.location_type == URL) else { return };
    // For what was read from an address, the catalog adds where to look at it and where to edit it. Values of the
    // descriptor win, so what leads to another host was written by its author.
    for key in ["backstage.io/view-url", "backstage.io/edit-url"] {
        let is_added =
            annotations.get(key).and_then(Value::as_str).is_some_and(|value| host(value) == host(&address.target));
        if is_added {
            annotations.shift_remove(key);
        }
    }
}

fn host(address: &str) -> Option<&str> {
    address.split_once("://")?.1.split(['/', '?', '#']).next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_catalog_adds_is_left_out() {
        let document = json!({
            "apiVersion": "v1", "kind": "Component",
            "metadata": {
                "name": "n", "namespace": "default", "title": "T",
                "annotations": {
                    "backstage.io/managed-by-location": "url:https://git.example/a/blob/main/x.yaml",
                    "backstage.io/managed-by-origin-location": "url:https://git.example/a/blob/main/x.yaml",
                    "backstage.io/orphan": "true",
                    "backstage.io/view-url": "https://git.example/a/blob/main/x.yaml",
                    "backstage.io/edit-url": "https://wiki.example/own",
                    "backstage.io/source-location": "url:https://git.example/a/tree/main/"
                },
                "uid": "u", "etag": "e"
            },
            "spec": {"a": 1}, "relations": [], "status": {"items": []}
        });
        assert_eq!(
            descriptor(document).to_string(),
            r#"{"apiVersion":"v1","kind":"Component","metadata":{"name":"n","title":"T","annotations":{"backstage.io/edit-url":"https://wiki.example/own","backstage.io/source-location":"url:https://git.example/a/tree/main/"}},"spec":{"a":1}}"#
        );
        let bare = json!({"kind": "K", "metadata": {"name": "n", "namespace": "ops", "annotations": {"backstage.io/managed-by-location": "file:/a"}}});
        assert_eq!(descriptor(bare), json!({"kind": "K", "metadata": {"name": "n", "namespace": "ops"}}));
    }
}
