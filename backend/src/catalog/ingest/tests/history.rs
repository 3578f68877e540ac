//! What happened to entities, with its time and its source.

use chrono::{DateTime, TimeDelta};
use shared::api::changes::ChangeKind::{Added, Broken, Changed, Mended, Removed};
use shared::api::changes::ChangesPage;
use shared::filter::Filter;

use super::*;
use crate::catalog::changes::{self, ChangesQuery};
use crate::catalog::store::ChangesFilter;

const START: &str = "1970-01-01T00:00:00.000Z";
const LATER: &str = "1970-01-01T00:01:00.000Z";

/// A catalog whose clock stands still.
async fn catalog(db: TestDb, files: &[(&str, &str)]) -> (Catalog, Clock) {
    let mut catalog = Catalog::unread(db, "all.yaml", files).await;
    let clock = Clock::stopped_at(DateTime::UNIX_EPOCH);
    catalog.settings.apply.clock = clock.clone();
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    (catalog, clock)
}

async fn list(catalog: &Catalog, visibility: &Visibility, query: &ChangesQuery) -> ChangesPage {
    let store = CatalogStore::new(catalog.db.db.clone());
    changes::list(&store, catalog.ingest.feed.index(), visibility, query).await.unwrap()
}

/// What happened to the entities that the tests write, the newest first, as `change name`.
async fn told(catalog: &Catalog) -> Vec<String> {
    let query = ChangesQuery { limit: 100, ..ChangesQuery::default() };
    let page = list(catalog, &Visibility::Everything, &query).await;
    let told = page.items.iter().filter(|item| !item.entity_ref.contains("generated-")).map(|item| {
        let name = item.entity_ref.rsplit('/').next().unwrap();
        format!("{} {name}", item.change.as_str())
    });
    told.collect()
}

db_test!(what_happens_to_entities_is_told_with_its_time_and_source, |db| {
    let files =
        [("all.yaml", location("all", &["./*.yml"])), ("a.yml", component("one", "")), ("b.yml", group("team-a"))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (mut catalog, clock) = catalog(db, &files).await;
    assert!(told(&catalog).await.contains(&"added one".to_owned()));

    clock.advance(TimeDelta::minutes(1));
    let n_before = told(&catalog).await.len();
    let new = async |catalog: &Catalog, n_before: usize| {
        let told = told(catalog).await;
        let mut new: Vec<String> = told[..told.len() - n_before].to_vec();
        new.sort();
        (new, told.len())
    };
    // Its group is told apart: only what others say of it changed.
    catalog.write("c.yml", &component("two", "").replace("name: two", "name: two\n  title: Number two")).await;
    let (happened, n_before) = new(&catalog, n_before).await;
    assert_eq!(happened, ["added two", "related team-a"]);
    catalog.write("a.yml", &component("one", "").replace("owner: team-a", "owner: 7")).await;
    let (happened, n_before) = new(&catalog, n_before).await;
    assert!(happened.contains(&"broken one".to_owned()), "{happened:?}");
    catalog.write("a.yml", &component("one", "")).await;
    let (happened, n_before) = new(&catalog, n_before).await;
    assert!(happened.contains(&"mended one".to_owned()), "{happened:?}");
    catalog.write("a.yml", &component("one", "").replace("service", "library")).await;
    let (happened, n_before) = new(&catalog, n_before).await;
    assert_eq!(happened, ["changed one"]);
    catalog.remove("c.yml").await;
    let (happened, _) = new(&catalog, n_before).await;
    assert_eq!(happened, ["related team-a", "removed two"]);

    let components = ChangesFilter { kinds: vec!["component".to_owned()], changes: vec![] };
    let query = ChangesQuery { filter: components, limit: 1, before: None };
    let page = list(&catalog, &Visibility::Everything, &query).await;
    let removed = &page.items[0];
    assert_eq!((removed.change, removed.changed_at.as_str()), (Removed, LATER));
    assert_eq!((removed.title.as_deref(), removed.is_present), (Some("Number two"), false));
    let source = |name: &str| format!("file:{}", catalog.folder.path().join(name).display());
    assert_eq!(removed.source.as_deref(), Some(&*source("c.yml")));

    // Page by page it is the same list, and it ends.
    let mut before = page.page_info.next_cursor;
    let mut kinds = vec![removed.change];
    while let Some(cursor) = before {
        let query = ChangesQuery { before: Some(cursor.parse().unwrap()), ..query.clone() };
        let page = list(&catalog, &Visibility::Everything, &query).await;
        kinds.extend(page.items.iter().map(|item| item.change));
        before = page.page_info.next_cursor;
    }
    assert_eq!(kinds, [Removed, Changed, Mended, Broken, Added, Added]);

    let filter = ChangesFilter { kinds: vec!["component".to_owned()], changes: vec![Added] };
    let added = list(&catalog, &Visibility::Everything, &ChangesQuery { filter, limit: 10, before: None }).await.items;
    let strange = ChangesFilter { kinds: vec!["%".to_owned(), "componen_".to_owned()], changes: vec![] };
    let query = ChangesQuery { filter: strange, limit: 10, before: None };
    assert!(list(&catalog, &Visibility::Everything, &query).await.items.is_empty(), "a kind is no pattern");
    let one = added.last().unwrap();
    assert_eq!((one.entity_ref.as_str(), one.changed_at.as_str()), ("component:default/one", START));
    assert_eq!((one.source.as_deref(), one.spec_type.as_deref()), (Some(&*source("a.yml")), Some("library")));
});

db_test!(who_sees_a_part_is_told_of_that_part_only, |db| {
    let files = [
        ("all.yaml", location("all", &["./*.yml"])),
        ("a.yml", component("one", "")),
        ("b.yml", component("two", "").replace("service", "library")),
        ("c.yml", component("three", "").replace("service", "library")),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (mut catalog, _) = catalog(db, &files).await;
    catalog.remove("c.yml").await;
    let libraries = Visibility::Only(Filter::equals("spec.type", "library"));
    let page = list(&catalog, &libraries, &ChangesQuery { limit: 50, ..ChangesQuery::default() }).await;
    let seen: Vec<_> = page.items.iter().map(|item| (item.entity_ref.as_str(), item.change)).collect();
    assert_eq!(seen, [("component:default/two", Added)]);
    assert_eq!(page.page_info.next_cursor, None);
    let nothing = list(&catalog, &Visibility::Nothing, &ChangesQuery { limit: 50, ..ChangesQuery::default() }).await;
    assert_eq!(nothing, ChangesPage::default());
});
