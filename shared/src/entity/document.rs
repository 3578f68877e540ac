//! From a checked document to the one that readers see.

use serde_json::{Map, Value};

use super::relations::REFERENCE_LISTS;
use super::{DEFAULT_NAMESPACE, EntityStatus, Relation, syntax};

/// What `view-url` and `edit-url` become where following them would run a script.
///
/// The text is the one that Backstage writes, so that tools which look for it find it.
pub const REJECTED_URL: &str = "https://backstage.io/annotation-rejected-for-security-reasons";

/// A document as readers see it.
#[derive(Clone, Debug, PartialEq)]
pub struct FinalEntity {
    /// `apiVersion`, `kind`, `metadata`, `spec`, `relations` and, where there is something to report, `status`.
    pub document: Value,
    /// The same as `metadata.etag`.
    pub etag: String,
}

/// Fills in what a source may leave out, without changing what the document means.
///
/// The namespace gets its default, lists of references are sorted, and the root fields come in the usual order.
/// Doing it twice is the same as doing it once. Expects a document without violations; parts of other shapes stay as they are.
pub fn prepare(document: Value) -> Value {
    let Value::Object(mut fields) = document else { return document };
    let mut prepared = Map::with_capacity(fields.len());
    for name in ["apiVersion", "kind", "metadata", "spec"] {
        let Some(value) = fields.shift_remove(name) else { continue };
        let value = match (name, value) {
            ("metadata", Value::Object(metadata)) => Value::Object(with_namespace(metadata)),
            ("spec", Value::Object(spec)) => Value::Object(with_sorted_references(spec)),
            (_, value) => value,
        };
        prepared.insert(name.to_owned(), value);
    }
    prepared.extend(fields);
    Value::Object(prepared)
}

/// Puts together the document that readers see.
///
/// `prepared` comes from [`prepare`], with the annotations of the catalog added. `relations` are all edges from this entity,
/// in any order, repeated or not. `etag_of` turns the stable text of the document without its etag into an etag; it is not
/// asked where the source names one. The same input gives the same bytes.
pub fn assemble(
    prepared: Value,
    uid: &str,
    mut relations: Vec<Relation>,
    status: Option<&EntityStatus>,
    etag_of: impl FnOnce(&str) -> String,
) -> FinalEntity {
    let mut fields = match prepared {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    relations.sort_unstable();
    relations.dedup();
    let metadata = fields.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    let given_etag = metadata.get("etag").and_then(Value::as_str).filter(|etag| !etag.is_empty()).map(str::to_owned);
    if let Value::Object(metadata) = metadata {
        metadata.shift_remove("etag");
        metadata.insert("uid".to_owned(), Value::String(uid.to_owned()));
        refuse_scripts(metadata);
    }
    fields.insert("relations".to_owned(), to_json(&relations));
    if let Some(status) = status.filter(|status| !status.items.is_empty()) {
        fields.insert("status".to_owned(), to_json(status));
    }
    let mut document = Value::Object(fields);
    let etag = given_etag.unwrap_or_else(|| etag_of(&stable_json(&document)));
    if let Some(Value::Object(metadata)) = document.get_mut("metadata") {
        metadata.insert("etag".to_owned(), Value::String(etag.clone()));
    }
    FinalEntity { document, etag }
}

/// JSON with the fields of every object sorted, so that equal documents have equal texts.
pub fn stable_json(value: &Value) -> String {
    let mut out = String::new();
    write_stable(value, &mut out);
    out
}

fn write_stable(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, value)) in fields.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&to_json(name).to_string());
                out.push(':');
                write_stable(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_stable(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn to_json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("the model's own types have text keys only")
}

fn with_namespace(metadata: Map<String, Value>) -> Map<String, Value> {
    if metadata.contains_key("namespace") {
        return metadata;
    }
    let mut filled = Map::with_capacity(metadata.len() + 1);
    for (name, value) in metadata {
        let is_name = name == "name";
        filled.insert(name, value);
        if is_name {
            filled.insert("namespace".to_owned(), Value::String(DEFAULT_NAMESPACE.to_owned()));
        }
    }
    filled
}

fn with_sorted_references(mut spec: Map<String, Value>) -> Map<String, Value> {
    for field in REFERENCE_LISTS {
        if let Some(Value::Array(items)) = spec.get_mut(field)
            && items.iter().all(Value::is_string)
        {
            items.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
        }
    }
    spec
}

fn refuse_scripts(metadata: &mut Map<String, Value>) {
    let Some(Value::Object(annotations)) = metadata.get_mut("annotations") else { return };
    for key in ["backstage.io/view-url", "backstage.io/edit-url"] {
        if let Some(Value::String(url)) = annotations.get_mut(key)
            && syntax::is_script_url(url)
        {
            REJECTED_URL.clone_into(url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::{Entity, StatusItem};
    use serde_json::json;

    #[test]
    fn preparing_orders_and_fills_in() {
        let document = json!({
            "spec": {"dependsOn": ["b:x", "a:x"], "providesApis": [2, 1], "tags": ["z", "a"]},
            "metadata": {"title": "T", "name": "n", "tags": ["z", "a"]},
            "kind": "Component", "apiVersion": "v1"
        });
        let prepared = prepare(document);
        assert_eq!(
            prepared.to_string(),
            r#"{"apiVersion":"v1","kind":"Component","metadata":{"title":"T","name":"n","namespace":"default","tags":["z","a"]},"spec":{"dependsOn":["a:x","b:x"],"providesApis":[2,1],"tags":["z","a"]}}"#
        );
        assert_eq!(prepare(prepared.clone()).to_string(), prepared.to_string());
    }

    fn relation(relation_type: &str, target_ref: &str) -> Relation {
        Relation { relation_type: relation_type.into(), target_ref: target_ref.into() }
    }

    fn prepared() -> Value {
        json!({"apiVersion": "v1", "kind": "K", "metadata": {"name": "n", "namespace": "default"}, "spec": {"a": 1}})
    }

    #[test]
    fn assembling_orders_relations_and_hashes_the_rest() {
        let relations =
            vec![relation("partOf", "b"), relation("ownedBy", "z"), relation("partOf", "a"), relation("partOf", "b")];
        let mut hashed = String::new();
        let made = assemble(prepared(), "u1", relations, Some(&EntityStatus::default()), |text| {
            text.clone_into(&mut hashed);
            "e1".to_owned()
        });
        assert_eq!(
            made.document.to_string(),
            r#"{"apiVersion":"v1","kind":"K","metadata":{"name":"n","namespace":"default","uid":"u1","etag":"e1"},"spec":{"a":1},"relations":[{"type":"ownedBy","targetRef":"z"},{"type":"partOf","targetRef":"a"},{"type":"partOf","targetRef":"b"}]}"#
        );
        assert!(hashed.contains(r#""metadata":{"name":"n","namespace":"default","uid":"u1"}"#), "{hashed}");
        assert_eq!(made.etag, "e1");
    }

    #[test]
    fn relations_are_always_there_and_status_where_it_says_something() {
        let status = EntityStatus { items: vec![StatusItem { level: "error".into(), ..StatusItem::default() }] };
        let made = assemble(prepared(), "u", vec![], Some(&status), str::to_owned);
        assert_eq!(made.document["relations"], json!([]));
        assert_eq!(made.document["status"]["items"][0]["level"], "error");
        let entity: Entity = serde_json::from_value(made.document).unwrap();
        assert_eq!(entity.status, Some(status));
    }

    #[test]
    fn an_etag_of_the_source_is_kept() {
        let mut document = prepared();
        document["metadata"]["etag"] = json!("mine");
        let made = assemble(document, "u", vec![], None, |_| unreachable!("the source names an etag"));
        assert_eq!((made.etag.as_str(), &made.document["metadata"]["etag"]), ("mine", &json!("mine")));
    }

    #[test]
    fn addresses_that_run_scripts_are_replaced() {
        let mut document = prepared();
        document["metadata"]["annotations"] =
            json!({"backstage.io/view-url": " javascript:alert(1)", "backstage.io/edit-url": "https://a/b"});
        let made = assemble(document, "u", vec![], None, |_| String::new());
        let annotations = &made.document["metadata"]["annotations"];
        assert_eq!(annotations["backstage.io/view-url"], REJECTED_URL);
        assert_eq!(annotations["backstage.io/edit-url"], "https://a/b");
    }

    #[test]
    fn equal_documents_have_equal_texts() {
        let one = json!({"b": [1, {"y": null, "x": "ü\n"}], "a": true});
        let other = json!({"a": true, "b": [1, {"x": "ü\n", "y": null}]});
        assert_eq!(stable_json(&one), "{\"a\":true,\"b\":[1,{\"x\":\"ü\\n\",\"y\":null}]}");
        assert_eq!(stable_json(&one), stable_json(&other));
    }
}
