//! Rules of the table, on both databases.

use serde_json::{Value, json};

use super::query::LocationFilter;
use super::store::{Created, NewLocation, RegisteredLocation, Updated};
use crate::catalog::location::LocationRef;
use crate::catalog::store::CatalogStore;
use crate::platform::db::testing::db_test;

fn url(target: &str) -> LocationRef {
    LocationRef { location_type: "url".into(), target: target.into() }
}

fn new(id: &str, target: &str) -> NewLocation {
    NewLocation { id: id.into(), location: url(target), created_at_ms: 7, created_by: "user:default/ann".into() }
}

#[track_caller]
fn created(outcome: Created) -> RegisteredLocation {
    match outcome {
        Created::New(row) => row,
        Created::Existing(row) => panic!("{row:?} was there before"),
    }
}

async fn create(store: &CatalogStore, id: &str, target: &str) -> RegisteredLocation {
    created(store.location_create(new(id, target)).await.unwrap())
}

db_test!(a_location_is_registered_once, |db| {
    let store = CatalogStore::new(db.db.clone());
    let row = create(&store, "a", "https://x/a").await;
    assert_eq!(row.entity_ref, format!("location:default/{}", url("https://x/a").generated_name()));
    let again = store.location_create(new("b", "https://x/a")).await.unwrap();
    assert_eq!(again, Created::Existing(row.clone()));
    assert_eq!(store.location_find("a").await.unwrap(), Some(row.clone()));
    assert_eq!(store.location_find_at(&url("https://x/a")).await.unwrap(), Some(row));
    // Two addresses that differ only in case are two.
    create(&store, "c", "https://x/A").await;
    assert_eq!(store.location_find("b").await.unwrap(), None);
    assert_eq!(store.locations_load().await.unwrap().0.len(), 2);
});

db_test!(requests_at_the_same_moment_register_once, |db| {
    let store = CatalogStore::new(db.db.clone());
    let all = (0..8).map(|number| store.location_create(new(&format!("id-{number}"), "https://x/a")));
    let outcomes = futures_util::future::join_all(all.map(Box::pin).collect::<Vec<_>>()).await;
    let n_new = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(Created::New(_)))).count();
    assert_eq!(n_new, 1);
    assert_eq!(store.locations_load().await.unwrap().0.len(), 1);
});

db_test!(a_location_keeps_id_and_entity_when_its_target_changes, |db| {
    let store = CatalogStore::new(db.db.clone());
    let row = create(&store, "a", "https://x/a").await;
    create(&store, "b", "https://x/b").await;
    assert_eq!(store.location_update("a", &url("https://x/b")).await.unwrap(), Updated::Taken);
    assert_eq!(store.location_update("nope", &url("https://x/c")).await.unwrap(), Updated::Unknown);
    let same = store.location_update("a", &url("https://x/a")).await.unwrap();
    assert_eq!(same, Updated::Changed(row.clone()));
    let Updated::Changed(moved) = store.location_update("a", &url("https://x/c")).await.unwrap() else { panic!() };
    assert_eq!((moved.id, moved.entity_ref, moved.location), (row.id, row.entity_ref.clone(), url("https://x/c")));
    assert!(moved.revision > row.revision);
    // The old target can be registered again, and stands for itself under another name.
    let again = create(&store, "d", "https://x/a").await;
    assert_ne!(again.entity_ref, row.entity_ref);
    assert!(again.entity_ref.starts_with("location:default/generated-"), "{again:?}");
});

db_test!(the_marker_tells_of_every_change, |db| {
    let store = CatalogStore::new(db.db.clone());
    let mut seen = vec![store.locations_marker().await.unwrap()];
    let mut changes = async |what: &str| {
        let marker = store.locations_marker().await.unwrap();
        assert_eq!(store.locations_load().await.unwrap().1, marker, "{what}");
        assert!(!seen.contains(&marker), "{what}: {marker:?}");
        seen.push(marker);
    };
    for id in ["a", "b", "c"] {
        create(&store, id, &format!("https://x/{id}")).await;
        changes(id).await;
    }
    store.location_update("a", &url("https://x/moved")).await.unwrap();
    changes("moved").await;
    assert_eq!(store.location_touch("b").await.unwrap().unwrap().location, url("https://x/b"));
    changes("touched").await;
    // The newest row goes and another one comes, with no look in between.
    assert_eq!(store.location_delete("b").await.unwrap().unwrap().location, url("https://x/b"));
    create(&store, "d", "https://x/d").await;
    changes("replaced").await;
    assert_eq!(store.location_delete("b").await.unwrap(), None);
    assert_eq!(store.location_touch("b").await.unwrap(), None);
    assert_eq!(store.locations_marker().await.unwrap(), seen[seen.len() - 1]);
});

db_test!(predicates_select_in_sql, |db| {
    let store = CatalogStore::new(db.db.clone());
    for (id, target) in
        [("1", "https://x/a_b"), ("2", "https://x/axb"), ("3", "https://x/100%"), ("4", "https://Y/\\z")]
    {
        create(&store, id, target).await;
    }
    let check = async |query: Value, expected: &[&str]| {
        let filter = LocationFilter::parse(&query).unwrap();
        let (rows, n_total) = store.locations_query(&filter, None, 100).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(n_total, expected.len() as u64, "{query}");
    };
    let all = ["1", "2", "3", "4"];
    check(json!({}), &all).await;
    check(json!({"type": "URL"}), &all).await;
    check(json!({"Target": "HTTPS://y/\\Z"}), &["4"]).await;
    check(json!({"target": {"$hasPrefix": "https://x/A_"}}), &["1"]).await;
    check(json!({"target": {"$hasPrefix": "https://x/100%"}}), &["3"]).await;
    check(json!({"target": {"$hasPrefix": "https://y/\\"}}), &["4"]).await;
    check(json!({"id": {"$in": ["2", "3", "nope", 4]}}), &["2", "3", "4"]).await;
    check(json!({"id": {"$in": []}}), &[]).await;
    check(json!({"id": "1", "type": "url"}), &["1"]).await;
    check(json!({"$any": [{"id": "1"}, {"$all": [{"id": "2"}, {"type": "url"}]}]}), &["1", "2"]).await;
    check(json!({"$not": {"$any": [{"id": "1"}, {"id": "2"}]}}), &["3", "4"]).await;
    check(json!({"$all": []}), &[]).await;
    check(json!({"$any": []}), &[]).await;
    check(json!({"$not": {"$all": []}}), &all).await;
    check(json!({"entityRef": {"$exists": true}, "id": {"$exists": false}}), &[]).await;
    check(json!({"id": {"$contains": "1"}}), &["1"]).await;
    let entity_ref = store.location_find("2").await.unwrap().unwrap().entity_ref;
    check(json!({"entityRef": entity_ref.to_uppercase()}), &["2"]).await;
    // What no column can hold is asked for without an error.
    check(json!({"id": "\u{0}"}), &[]).await;
    check(json!({"id": {"$in": ["\u{0}", "1"]}}), &["1"]).await;
    check(json!({"$not": {"target": {"$hasPrefix": "\u{0}"}}}), &all).await;

    let filter = LocationFilter::parse(&json!({"target": {"$hasPrefix": "https://x"}})).unwrap();
    let (page, n_total) = store.locations_query(&filter, Some("1"), 1).await.unwrap();
    assert_eq!((page[0].id.as_str(), page.len(), n_total), ("2", 1, 3));
});
