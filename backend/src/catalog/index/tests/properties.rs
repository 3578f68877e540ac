//! Random catalogs, random changes, random questions.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use shared::entity::EntityRef;
use shared::filter::{Filter, TextFilter};

use super::super::{EntityIndex, EntityOrder, EntityQuery, IndexChange, Missing, Position, Visibility, Window};
use super::plain::PlainCatalog;
use super::{by_field, put};

const KINDS: [&str; 3] = ["Component", "component", "API"];
const FIELDS: [&str; 12] = [
    "kind",
    "Metadata.Name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.tags",
    "metadata.tags.java",
    "metadata.title",
    "spec.type",
    "spec.rank",
    "spec.only",
    "relations.ownedBy",
    "no.such.key",
];
const VALUES: [&str; 12] =
    ["component", "API", "n1", "default", "Java", "java", "data", "", "service", "2", "group:default/a", "true"];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(&VALUES[..]).prop_map(|text| json!(text)),
        (0..4).prop_map(|number| json!(number)),
        any::<bool>().prop_map(|is_true| json!(is_true)),
        Just(Value::Null),
        Just(json!("x".repeat(201))),
        Just(json!("Größe İ")),
    ]
}

fn document() -> impl Strategy<Value = Value> {
    let identity = (select(&KINDS[..]), 0..28, select(&[None, Some("default"), Some("Ops")][..]), 0..60);
    let metadata = (prop::collection::vec(value(), 0..4), prop::option::of(value()));
    let spec = (prop::option::of(value()), prop::option::of(value()), prop::option::weighted(0.05, value()));
    let relations = prop::collection::vec((select(&["ownedBy", "partOf"][..]), select(&["a", "b", "c"][..])), 0..3);
    (identity, metadata, spec, relations).prop_map(|(identity, (tags, title), (spec_type, rank, only), relations)| {
        let (kind, name, namespace, uid) = identity;
        let mut document = json!({
            "kind": kind,
            "metadata": {"name": format!("n{name}"), "uid": format!("u{uid:02}"), "tags": tags},
            "spec": {},
            "relations": relations.iter().map(|(relation_type, target)| {
                json!({"type": relation_type, "targetRef": format!("group:default/{target}")})
            }).collect::<Vec<_>>(),
        });
        if let Some(namespace) = namespace {
            document["metadata"]["namespace"] = json!(namespace);
        }
        if let Some(title) = title {
            document["metadata"]["title"] = title;
        }
        for (field, value) in [("type", spec_type), ("rank", rank), ("only", only)] {
            if let Some(value) = value {
                document["spec"][field] = value;
            }
        }
        document
    })
}

fn change() -> impl Strategy<Value = IndexChange> {
    prop_oneof![
        4 => document().prop_map(|document| put(&document)),
        1 => (select(&KINDS[..]), 0..28, select(&["default", "ops"][..])).prop_map(|(kind, name, namespace)| {
            IndexChange::Remove(EntityRef::new(kind, namespace, &format!("n{name}")))
        }),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let field = || select(&FIELDS[..]);
    let text = || select(&VALUES[..]);
    let leaf = prop_oneof![
        field().prop_map(Filter::has_key),
        (field(), text()).prop_map(|(field, text)| Filter::equals(field, text)),
        (select(&FIELDS[..2]), select(&VALUES[..3])).prop_map(|(field, text)| Filter::equals(field, text)),
        (field(), prop::collection::vec(text(), 0..4)).prop_map(|(field, texts)| Filter::is_in(field, texts)),
        (field(), select(&["", "n", "N1", "comp", "ja", "u1"][..]))
            .prop_map(|(field, prefix)| Filter::has_prefix(field, prefix)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Any),
            inner.prop_map(Filter::negate),
        ]
    })
}

fn visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![
        3 => Just(Visibility::Everything),
        3 => filter().prop_map(Visibility::Only),
        1 => Just(Visibility::Nothing),
    ]
}

fn order() -> impl Strategy<Value = EntityOrder> {
    let missing = select(&[Missing::LeftOut, Missing::Last][..]);
    prop_oneof![
        1 => Just(EntityOrder::Uid),
        1 => Just(EntityOrder::EntityRef),
        4 => (select(&FIELDS[..]), any::<bool>(), missing)
            .prop_map(|(field, is_descending, missing)| by_field(field, is_descending, missing)),
    ]
}

fn text() -> impl Strategy<Value = Option<TextFilter>> {
    let fields = prop::collection::vec(select(&FIELDS[..]).prop_map(str::to_owned), 0..3);
    (select(&["", "A", "n1", "u", "default", "ice", "ß"][..]), fields)
        .prop_map(|(term, fields)| TextFilter::new(term, &fields))
}

fn position() -> impl Strategy<Value = Position> {
    let value = prop::option::of(select(&VALUES[..]).prop_map(str::to_lowercase));
    (value, 0..60).prop_map(|(value, uid)| Position { value, uid: format!("u{uid:02}") })
}

fn window() -> impl Strategy<Value = Window> {
    prop_oneof![
        Just(Window::All),
        (0usize..40, 0usize..12).prop_map(|(offset, limit)| Window::Offset { offset, limit }),
        (position(), 0usize..12).prop_map(|(position, limit)| Window::After { position, limit }),
        (position(), 0usize..12).prop_map(|(position, limit)| Window::Before { position, limit }),
    ]
}

/// A question of every sort.
#[derive(Clone, Debug)]
struct Question {
    query: EntityQuery,
    visibility: Visibility,
    facets: Vec<String>,
}

fn question() -> impl Strategy<Value = Question> {
    let query = (prop::option::weighted(0.6, filter()), order(), text(), window());
    let facets = prop::collection::vec(select(&FIELDS[..]).prop_map(str::to_owned), 1..3);
    (query, visibility(), facets).prop_map(|((filter, order, text, mut window), visibility, facets)| {
        // A cursor goes with the order it was made for: places in the order of uids have no value.
        if let (EntityOrder::Uid, Window::After { position, .. } | Window::Before { position, .. }) =
            (&order, &mut window)
        {
            position.value = None;
        }
        Question { query: EntityQuery { filter, order, text, window }, visibility, facets }
    })
}

#[track_caller]
fn check(index: &EntityIndex, plain: &PlainCatalog, question: &Question) {
    let Question { query, visibility, facets } = question;
    let filter = query.filter.as_ref();
    assert_eq!(index.query(query, visibility), plain.query(query, visibility), "{question:?}");
    let expected: Vec<_> = facets.iter().map(|facet| Arc::new(plain.facet(facet, filter, None, visibility))).collect();
    assert_eq!(index.facets(facets, filter, visibility), expected, "{question:?}");

    if let Some(text) = &query.text {
        let expected: Vec<_> =
            facets.iter().map(|facet| Arc::new(plain.facet(facet, filter, Some(text), visibility))).collect();
        assert_eq!(index.facets_of_text(facets, filter, text, visibility), expected, "{question:?}");
    }

    assert_eq!(index.query(query, visibility), plain.query(query, visibility), "asked again: {question:?}");
    assert_eq!(index.facets(facets, filter, visibility), expected, "asked again: {question:?}");

    let mut refs: Vec<_> = plain.entities.keys().step_by(5).cloned().collect();
    refs.extend(["component:default/ghost".to_owned(), "Component:default/n1".to_owned()]);
    let expected: Vec<_> = refs.iter().map(|entity_ref| plain.find(entity_ref, filter, visibility)).collect();
    assert_eq!(index.entities_by_refs(&refs, filter, visibility), expected, "{question:?}");
    for entity in plain.entities.values().step_by(7).map(|entity| &entity.stored) {
        let expected = plain.find(&entity.entity_ref.to_string(), None, visibility);
        assert_eq!(index.entity_find(&entity.entity_ref, visibility), expected, "{question:?}");
        assert_eq!(index.entity_find_by_uid(&entity.uid, visibility), expected, "{question:?}");
    }
}

/// Follows a list in pages of `limit`, and returns the documents that were met.
fn walk(index: &EntityIndex, question: &Question, limit: usize, is_forward: bool) -> Vec<super::Document> {
    let mut query = question.query.clone();
    query.window = Window::Offset { offset: 0, limit };
    let mut page = index.query(&query, &question.visibility);
    if !is_forward {
        query.window = Window::All;
        let all = index.query(&query, &question.visibility);
        let Some(position) = all.last else { return Vec::new() };
        let last = all.documents.last().cloned();
        query.window = Window::Before { position, limit };
        page = index.query(&query, &question.visibility);
        page.documents.extend(last);
    }
    let mut met = page.documents.clone();
    while let Some(position) = if is_forward { page.next() } else { page.previous() }.cloned() {
        query.window = if is_forward { Window::After { position, limit } } else { Window::Before { position, limit } };
        page = index.query(&query, &question.visibility);
        assert!(!page.documents.is_empty(), "a page was announced: {query:?}");
        if is_forward {
            met.extend(page.documents.iter().cloned());
        } else {
            met.splice(0..0, page.documents.iter().cloned());
        }
    }
    met
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn answers_equal_those_of_a_plain_evaluator(
        entities in prop::collection::vec(document(), 0..90),
        batches in prop::collection::vec(prop::collection::vec(change(), 1..5), 0..8),
        questions in prop::collection::vec(question(), 1..10),
    ) {
        let (index, mut plain) = (EntityIndex::new(), PlainCatalog::default());
        let first: Vec<_> = entities.iter().map(put).collect();
        for (changes, seq) in std::iter::once(first).chain(batches).zip(1..) {
            plain.apply(&changes);
            index.apply(changes, seq).unwrap();
            prop_assert_eq!((index.len(), index.seq()), (plain.entities.len(), seq));
            // The same questions after every batch, so that what was built for them must have been repaired.
            questions.iter().for_each(|question| check(&index, &plain, question));
        }
        index.replace_all(plain.entities.values().rev().map(|entity| entity.stored.clone()).collect(), 1).unwrap();
        questions.iter().for_each(|question| check(&index, &plain, question));
    }

    #[test]
    fn paging_meets_each_entity_once_in_both_directions(
        entities in prop::collection::vec(document(), 0..60),
        question in question(),
        limit in 1usize..20,
    ) {
        let index = EntityIndex::new();
        index.apply(entities.iter().map(put).collect(), 1).unwrap();
        let mut query = question.query.clone();
        query.window = Window::All;
        let all = index.query(&query, &question.visibility);
        prop_assert_eq!(all.documents.len(), all.n_total);
        prop_assert_eq!(&walk(&index, &question, limit, true), &all.documents);
        prop_assert_eq!(&walk(&index, &question, limit, false), &all.documents);
        let mut met = Vec::new();
        for offset in (0..all.n_total).step_by(limit) {
            query.window = Window::Offset { offset, limit };
            met.extend(index.query(&query, &question.visibility).documents);
        }
        prop_assert_eq!(met, all.documents);
    }
}
