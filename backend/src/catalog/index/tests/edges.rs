//! Single behaviours that deserve a name.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::entity::{EntityRef, Relation};
use shared::filter::{Filter, TextFilter};

use super::super::{
    Document, EntityIndex, EntityOrder, EntityQuery, EntityRebuild, IndexChange, Missing, Position, StoredEntity,
    Visibility, Window,
};
use super::{by_field, bytes, component, index_of, list_all, put, stored};

const ALL: &Visibility = &Visibility::Everything;

fn names(documents: &[Document]) -> Vec<String> {
    let name = |document: &Document| {
        let document: Value = serde_json::from_slice(document).unwrap();
        document["metadata"]["name"].as_str().unwrap().to_owned()
    };
    documents.iter().map(name).collect()
}

#[test]
fn an_empty_index_answers_everything() {
    let index = EntityIndex::new();
    assert!(index.is_empty());
    assert_eq!(index.entity_find(&EntityRef::new("component", "default", "a"), ALL), None);
    assert_eq!(index.entities_by_refs(&[], None, ALL), []);
    assert_eq!(index.facets(&["kind".into()], None, ALL), [Arc::default()]);
    for order in [EntityOrder::Uid, EntityOrder::EntityRef, by_field("kind", true, Missing::Last)] {
        let page = index.query(&EntityQuery { order, ..list_all() }, ALL);
        assert_eq!((page.n_total, page.documents.len(), page.next(), page.previous()), (0, 0, None, None));
    }
}

#[test]
fn documents_are_served_as_they_were_stored() {
    let text = "{ \"kind\":\"Component\",\"metadata\":{\"uid\":\"a\", \"name\":\"a\"} }\n";
    let entity_ref = EntityRef::new("Component", "default", "A");
    let entity = StoredEntity { entity_ref: entity_ref.clone(), uid: "a".into(), document: Document::from(text) };
    let index = EntityIndex::new();
    index.apply(vec![IndexChange::Put(entity)], 1).unwrap();
    assert_eq!(index.entity_find(&entity_ref, ALL).as_deref(), Some(text.as_bytes()));
}

#[test]
fn a_broken_document_is_refused_by_name_and_changes_nothing() {
    let index = index_of(&[component("a", &json!({}))]);
    let mut broken = stored(&component("b", &json!({})));
    broken.document = Document::from("{\"kind\":");
    let changes = vec![IndexChange::Remove(stored(&component("a", &json!({}))).entity_ref), IndexChange::Put(broken)];
    let error = index.apply(changes, 2).unwrap_err();
    assert!(error.to_string().contains("`component:default/b`"), "{error}");
    assert_eq!((index.len(), index.seq()), (1, 1));
}

#[test]
fn seq_never_goes_back_except_by_a_rebuild() {
    let index = EntityIndex::new();
    index.apply(Vec::new(), 7).unwrap();
    index.apply(Vec::new(), 5).unwrap();
    assert_eq!(index.seq(), 7);
    index.replace(EntityRebuild::new(), 3);
    assert_eq!(index.seq(), 3);
}

#[test]
fn an_entity_with_the_uid_of_another_replaces_it() {
    let index = index_of(&[component("a", &json!({})), component("b", &json!({}))]);
    let mut renamed = component("c", &json!({}));
    renamed["metadata"]["uid"] = json!("a");
    index.apply(vec![put(&renamed)], 2).unwrap();
    assert_eq!(names(&index.query(&list_all(), ALL).documents), ["c", "b"]);
    assert_eq!(index.entity_find_by_uid("a", ALL), Some(bytes(&renamed)));
}

#[test]
fn spellings_are_counted_apart_and_found_together() {
    let tags = |name: &str, tags: &[&str]| {
        let mut document = component(name, &json!({}));
        document["metadata"]["tags"] = json!(tags);
        document
    };
    let index = index_of(&[tags("a", &["Java", "java"]), tags("b", &["java"]), tags("c", &["JAVA", "data"])]);
    let counts = index.facets(&["metadata.TAGS".into()], None, ALL);
    assert!(counts[0].iter().eq([("data", 1), ("JAVA", 1), ("Java", 1), ("java", 2)]));
    let filter = Some(Filter::equals("metadata.tags", "jAVA"));
    assert_eq!(index.query(&EntityQuery { filter, ..list_all() }, ALL).n_total, 3);
}

#[test]
fn hidden_entities_leave_no_trace() {
    let index = index_of(&[
        component("a", &json!({"owner": "x", "type": "secret"})),
        component("b", &json!({"owner": "y", "type": "open"})),
    ]);
    let only_y = Visibility::Only(Filter::equals("spec.owner", "y"));
    let hidden = EntityRef::new("component", "default", "a");
    assert_eq!(index.entity_find(&hidden, &only_y), None);
    assert_eq!(index.entity_find_by_uid("a", &only_y), None);
    assert_eq!(index.entities_by_refs(&[hidden.to_string()], None, &only_y), [None]);
    assert_eq!(index.relations(&[hidden.to_string()], &only_y), [None]);
    assert!(index.facets(&["spec.type".into()], None, &only_y)[0].iter().eq([("open", 1)]));
    let page = index.query(
        &EntityQuery {
            order: by_field("metadata.name", true, Missing::Last),
            text: TextFilter::new("a", &[]),
            window: Window::Offset { offset: 0, limit: 1 },
            ..list_all()
        },
        &only_y,
    );
    assert_eq!((page.n_total, page.documents.len(), page.has_next, page.has_previous), (0, 0, false, false));
}

#[test]
fn a_position_outlives_its_entity() {
    let index = index_of(&["a", "b", "c"].map(|name| component(name, &json!({"rank": name}))));
    let mut query = EntityQuery { order: by_field("spec.rank", false, Missing::LeftOut), ..list_all() };
    query.window = Window::Offset { offset: 0, limit: 2 };
    let position = index.query(&query, ALL).next().unwrap().clone();
    assert_eq!(position, Position { value: Some("b".into()), uid: "b".into() });
    index.apply(vec![IndexChange::Remove(EntityRef::new("component", "default", "b"))], 2).unwrap();
    query.window = Window::After { position: position.clone(), limit: 2 };
    assert_eq!(names(&index.query(&query, ALL).documents), ["c"]);
    query.window = Window::Before { position, limit: 2 };
    assert_eq!(names(&index.query(&query, ALL).documents), ["a"]);
}

#[test]
fn entities_without_a_value_come_last_in_either_direction() {
    let index = index_of(&[
        component("a", &json!({})),
        component("b", &json!({"rank": "1"})),
        component("c", &json!({"rank": null})),
        component("d", &json!({"rank": ["9", "0"]})),
    ]);
    let list = |is_descending, missing| {
        let order = by_field("spec.rank", is_descending, missing);
        let page = index.query(&EntityQuery { order, ..list_all() }, ALL);
        (names(&page.documents).concat(), page.n_total)
    };
    assert_eq!(list(false, Missing::Last), ("dbac".into(), 4));
    assert_eq!(list(true, Missing::Last), ("bdac".into(), 4));
    assert_eq!(list(false, Missing::LeftOut), ("db".into(), 2));
}

#[test]
fn a_page_of_nothing_still_counts() {
    let index = index_of(&["a", "b"].map(|name| component(name, &json!({}))));
    let window = Window::Offset { offset: 0, limit: 0 };
    let page = index.query(&EntityQuery { window, ..list_all() }, ALL);
    assert_eq!((page.n_total, page.documents.len(), page.next(), page.previous()), (2, 0, None, None));
    let window = Window::Offset { offset: usize::MAX, limit: usize::MAX };
    assert_eq!(index.query(&EntityQuery { window, ..list_all() }, ALL).n_total, 2);
}

#[test]
fn relations_come_in_the_order_of_the_document() {
    let mut document = component("a", &json!({}));
    document["relations"] = json!([
        {"type": "partOf", "targetRef": "system:default/s"}, {"type": "broken"}, {"type": "ownedBy", "targetRef": "group:default/g"}
    ]);
    let index = index_of(&[document, component("b", &json!({}))]);
    let refs = ["component:default/a", "component:default/b", "component:default/c"].map(str::to_owned);
    let edge = |relation_type: &str, target_ref: &str| Relation {
        relation_type: relation_type.into(),
        target_ref: target_ref.into(),
    };
    let expected = vec![edge("partOf", "system:default/s"), edge("ownedBy", "group:default/g")];
    assert_eq!(index.relations(&refs, ALL), [Some(expected), Some(Vec::new()), None]);
}

#[test]
fn keys_and_values_that_nobody_has_any_more_are_forgotten() {
    let index = index_of(&[component("keep", &json!({}))]);
    for round in 0..50 {
        let document = component("a", &json!({format!("key{round}"): format!("value{round}"), "tags": [round]}));
        index.apply(vec![put(&document)], round).unwrap();
        assert!(index.facets(&["spec.tags".into()], None, ALL)[0].iter().eq([(round.to_string().as_str(), 1)]));
    }
    let n_values = index.state.read().vocabulary.n_values();
    let n_rows: usize =
        index.state.read().entities.alive.iter().map(|n| index.state.read().entities.record(n).rows.len()).sum();
    assert!(n_values <= n_rows, "{n_values} values for {n_rows} rows");
}

#[test]
fn large_batches_keep_their_order_and_name_what_is_broken() {
    let document = |n: usize| component(&format!("n{}", n % 150), &json!({"n": n}));
    let index = EntityIndex::new();
    index.apply((0..300).map(|n| put(&document(n))).collect(), 1).unwrap();
    assert_eq!(index.len(), 150);
    let last = index.entity_find(&EntityRef::new("component", "default", "n7"), ALL);
    assert_eq!(last, Some(bytes(&document(157))));

    let mut changes: Vec<_> = (0..300).map(|n| put(&document(n))).collect();
    let mut broken = stored(&component("broken", &json!({})));
    broken.document = Document::from("[");
    changes.push(IndexChange::Put(broken));
    let error = index.apply(changes, 2).unwrap_err();
    assert!(error.to_string().contains("`component:default/broken`"), "{error}");
    assert_eq!((index.len(), index.seq()), (150, 1));
}

#[test]
fn an_order_is_kept_when_most_of_the_catalog_leaves() {
    let document = |n: usize| component(&format!("n{n:03}"), &json!({"rank": format!("r{:03}", 399 - n)}));
    let index = index_of(&(0..400).map(document).collect::<Vec<_>>());
    let order = by_field("spec.rank", false, Missing::LeftOut);
    let query = EntityQuery { order, ..list_all() };
    assert_eq!(index.query(&query, ALL).n_total, 400);
    // In small batches, each of which repairs the order, until it is too short to be ranked.
    for n in 0..395 {
        let entity_ref = EntityRef::new("component", "default", &format!("n{n:03}"));
        index.apply(vec![IndexChange::Remove(entity_ref)], 2).unwrap();
    }
    assert_eq!(names(&index.query(&query, ALL).documents), ["n399", "n398", "n397", "n396", "n395"]);
    assert_eq!(names(&index.query(&list_all(), ALL).documents), ["n395", "n396", "n397", "n398", "n399"]);
    index.apply((0..3).map(|n| put(&document(n))).collect(), 3).unwrap();
    let filter = Some(Filter::is_in("metadata.name", ["n001", "n396"]));
    assert_eq!(names(&index.query(&EntityQuery { filter, ..query }, ALL).documents), ["n396", "n001"]);
}
