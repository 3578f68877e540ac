//! What must hold for any document, however odd.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Entity, EntityLink, Relation, assemble, check, document_ref, prepare, stable_json};

/// Values that rules ask for, and values that break them.
fn any_value() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "",
        "a",
        "A b",
        "team-a",
        "component:x",
        "a/b/c",
        ":",
        "https://a/b",
        "javascript:x",
        "required",
        "skill",
        "\u{0}\u{e4}",
    ]);
    let leaf = prop_oneof![
        4 => text.prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = prop::sample::select(vec!["url", "type", "action", "displayName", "a.b/c", "$text", ""]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..4).prop_map(|fields| json!(fields)),
        ]
    })
}

fn any_fields(names: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map(prop::sample::select(names), any_value(), 0..6)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Mostly good entities with some fields replaced by anything.
fn any_document() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec![
        "Component",
        "API",
        "User",
        "Location",
        "Template",
        "AiResource",
        "Cluster",
        "group",
    ]);
    let metadata =
        any_fields(&["name", "namespace", "title", "labels", "annotations", "tags", "links", "uid", "etag", "extra"]);
    let spec =
        any_fields(&["type", "owner", "system", "dependsOn", "memberOf", "steps", "profile", "presence", "targets"]);
    (kind, metadata, spec, any_fields(&["status", "spec", "metadata", "more"]), 0..4_u8).prop_map(
        |(kind, metadata, spec, root, n_odd)| {
            let mut document = json!({
                "spec": {"type": "x", "lifecycle": "x", "owner": "a", "definition": "x", "memberOf": ["b", "a"], "steps": []},
                "apiVersion": if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" },
                "kind": kind,
                "metadata": {"name": "Thing", "tags": ["b", "a"], "links": [{"url": "https://a/b", "more": 1}]},
            });
            // Fewer odd parts make documents that pass, more make documents that break several rules at once.
            if n_odd > 0 {
                document["spec"].as_object_mut().unwrap().extend(spec);
            }
            if n_odd > 1 {
                document["metadata"].as_object_mut().unwrap().extend(metadata);
            }
            if n_odd > 2 {
                document.as_object_mut().unwrap().extend(root);
            }
            document
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_document_is_an_entity_or_refused_with_reasons(document in any_document()) {
        match check(document.clone()) {
            Err(found) => {
                prop_assert!(!found.is_empty());
                for violation in found {
                    prop_assert!(violation.message.contains(&violation.path.to_string()), "{:?}", violation);
                }
            }
            Ok(checked) => {
                prop_assert_eq!(document_ref(&document), Some(checked.entity_ref.clone()));
                // Preparing and checking again change nothing, so ingesting twice equals ingesting once.
                prop_assert_eq!(prepare(checked.document.clone()).to_string(), checked.document.to_string());
                prop_assert_eq!(check(checked.document.clone()), Ok(checked.clone()));
                // What passes can be read into the types of the page, and names itself the same way.
                let relations = checked.relations.iter().filter(|edge| edge.source == checked.entity_ref);
                let relations: Vec<_> = relations
                    .map(|edge| Relation { relation_type: edge.relation_type.into(), target_ref: edge.target.to_string() })
                    .collect();
                let made = assemble(checked.document.clone(), "u", relations.clone(), None, |_| "e".to_owned());
                let entity: Entity = serde_json::from_value(made.document.clone()).expect("the page can read it");
                prop_assert_eq!(entity.entity_ref(), checked.entity_ref);
                prop_assert_eq!(entity.relations.len(), relations.len());
                // Nothing of it is lost on the way through the types.
                let written = serde_json::to_value(&entity).unwrap();
                for name in ["spec", "relations"] {
                    prop_assert_eq!(&written[name], &made.document[name]);
                }
            }
        }
    }

    #[test]
    fn any_value_is_refused_without_panic(value in any_value()) {
        prop_assert!(check(value).is_err());
    }

    #[test]
    fn stable_texts_mean_the_same(value in any_value()) {
        let text = stable_json(&value);
        let read: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(stable_json(&read), text);
    }
}

#[test]
fn links_that_run_scripts_lead_nowhere() {
    let link = |url: &str| EntityLink { url: url.to_owned(), ..EntityLink::default() };
    assert_eq!(link("https://a").href(), Some("https://a"));
    assert_eq!(link("\tJavaScript:alert(1)").href(), None);
}
