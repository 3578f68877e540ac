//! Registered locations, from the table to readers.

use super::*;
use crate::catalog::locations::{Created, NewLocation, RegisteredLocation, Updated};

impl Catalog {
    fn file(&self, name: &str) -> LocationRef {
        LocationRef::file(&self.folder.path().join(name))
    }

    /// Writes the row, and tells nobody.
    async fn row_create(&self, id: &str, name: &str) -> RegisteredLocation {
        let new = NewLocation {
            id: id.into(),
            location: self.file(name),
            created_at_ms: 0,
            created_by: "user:default/ann".into(),
        };
        match self.ingest.store.location_create(new).await.unwrap() {
            Created::New(row) => row,
            Created::Existing(row) => panic!("{row:?} was there before"),
        }
    }

    async fn row_update(&self, id: &str, name: &str) {
        let updated = self.ingest.store.location_update(id, &self.file(name)).await.unwrap();
        assert!(matches!(updated, Updated::Changed(_)), "{updated:?}");
    }

    /// What the API asks for after it has written a row.
    async fn told(&mut self, id: &str) {
        let (done, outcome) = oneshot::channel();
        self.ingest.obey(Command::Registered(id.to_owned(), done)).await;
        outcome.await.unwrap().unwrap();
    }

    fn uid(&self, entity_ref: &str) -> String {
        let entity = self.entity(entity_ref).unwrap_or_else(|| panic!("{entity_ref} is there"));
        entity["metadata"]["uid"].as_str().unwrap().to_owned()
    }
}

/// A catalog whose configured location holds `component:default/base`.
async fn catalog(db: TestDb, files: &[(&str, &str)]) -> Catalog {
    let base = component("base", "");
    let all: Vec<(&str, &str)> = [("base.yaml", base.as_str())].into_iter().chain(files.iter().copied()).collect();
    Catalog::new(db, "base.yaml", &all).await
}

db_test!(a_registered_location_comes_and_goes_with_all_below_it, |db| {
    let root = location("nested", &["./b.yaml"]);
    let files = [("a.yaml", root.as_str()), ("b.yaml", &component("two", ""))];
    let mut catalog = catalog(db, &files).await;
    assert!(catalog.ingest.graph.find(&LocationRef::provider(API_PROVIDER)).is_none(), "nothing was registered yet");
    let row = catalog.row_create("a", "a.yaml").await;
    catalog.told("a").await;
    assert_eq!(catalog.entity(&row.entity_ref).unwrap()["spec"]["target"], catalog.file("a.yaml").target);
    assert_eq!(catalog.refs(), ["component:default/base", "component:default/two", "location:default/nested"]);
    let origin = &catalog.entity("component:default/two").unwrap()["metadata"]["annotations"];
    assert_eq!(origin["backstage.io/managed-by-origin-location"], catalog.file("a.yaml").to_string());

    // Told twice, and looked at again: nothing changes.
    let seq = catalog.ingest.feed.index().seq();
    catalog.told("a").await;
    catalog.told("nope").await;
    catalog.ingest.follow_registered().await;
    assert_eq!(catalog.ingest.feed.index().seq(), seq);

    catalog.ingest.store.location_delete("a").await.unwrap();
    catalog.told("a").await;
    assert_eq!(catalog.refs(), ["component:default/base"]);
    assert!(catalog.entity(&row.entity_ref).is_none());
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!(catalog.refs(), ["component:default/base"]);
});

db_test!(what_was_written_before_a_process_was_killed_is_taken_in_by_the_next, |db| {
    let files =
        [("a.yaml", component("one", "")), ("b.yaml", component("two", "")), ("c.yaml", component("three", ""))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = catalog(db, &files).await;
    for (id, name) in [("a", "a.yaml"), ("b", "b.yaml")] {
        catalog.row_create(id, name).await;
        catalog.told(id).await;
    }
    // Rows are written, and then the process is killed.
    catalog.row_create("c", "c.yaml").await;
    catalog.ingest.store.location_delete("a").await.unwrap();
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    let left = ["component:default/base", "component:default/three", "component:default/two"];
    assert_eq!(catalog.refs(), left);
    catalog.restart().await;
    let seq = catalog.ingest.feed.index().seq();
    catalog.ingest.read_roots().await;
    catalog.ingest.follow_registered().await;
    assert_eq!((catalog.refs(), catalog.ingest.feed.index().seq()), (left.map(str::to_owned).to_vec(), seq));
});

db_test!(what_other_processes_write_is_noticed, |db| {
    let files = [("a.yaml", component("one", "")), ("b.yaml", component("two", ""))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = catalog(db, &files).await;
    catalog.row_create("a", "a.yaml").await;
    catalog.ingest.follow_registered().await;
    assert_eq!(catalog.refs(), ["component:default/base", "component:default/one"]);
    catalog.row_update("a", "b.yaml").await;
    catalog.ingest.follow_registered().await;
    assert_eq!(catalog.refs(), ["component:default/base", "component:default/two"]);
    // Nobody tells of this change but the one who asks for the location to be read again.
    write_all(catalog.folder.path(), &[("b.yaml", &component("four", ""))]);
    catalog.ingest.store.location_touch("a").await.unwrap();
    catalog.ingest.follow_registered().await;
    assert_eq!(catalog.refs(), ["component:default/base", "component:default/four"]);
    catalog.ingest.store.location_delete("a").await.unwrap();
    catalog.ingest.follow_registered().await;
    assert_eq!(catalog.refs(), ["component:default/base"]);
});

db_test!(another_target_keeps_the_location_entity_and_what_both_describe, |db| {
    let both = format!("{}---\n{}", component("one", ""), component("two", ""));
    let moved = format!("{}---\n{}", component("two", ""), component("three", ""));
    let mut catalog = catalog(db, &[("old.yaml", &both), ("new.yaml", &moved)]).await;
    let row = catalog.row_create("a", "old.yaml").await;
    catalog.told("a").await;
    let (own, two) = (catalog.uid(&row.entity_ref), catalog.uid("component:default/two"));

    // A target that cannot be read takes nothing away.
    catalog.row_update("a", "none.yaml").await;
    catalog.told("a").await;
    let entity = catalog.entity(&row.entity_ref).unwrap();
    assert_eq!(entity["spec"]["target"], catalog.file("none.yaml").target);
    assert!(catalog.status(&row.entity_ref).contains("none.yaml` does not exist"));
    let before = ["component:default/base", "component:default/one", "component:default/two"];
    assert_eq!(catalog.refs(), before);
    // Also not when the process is killed in between.
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!(catalog.refs(), before);

    catalog.row_update("a", "new.yaml").await;
    catalog.told("a").await;
    assert_eq!(catalog.refs(), ["component:default/base", "component:default/three", "component:default/two"]);
    assert_eq!((catalog.uid(&row.entity_ref), catalog.uid("component:default/two")), (own, two));
    assert_eq!(catalog.status(&row.entity_ref), "");
    // The old target is not read any more.
    catalog.write("old.yaml", &component("five", "")).await;
    assert_eq!(catalog.entity("component:default/five"), None);
});

db_test!(a_location_may_be_registered_and_configured, |db| {
    let mut catalog = catalog(db, &[]).await;
    let row = catalog.row_create("a", "base.yaml").await;
    let uid = catalog.uid(&row.entity_ref);
    catalog.told("a").await;
    assert_eq!(catalog.uid(&row.entity_ref), uid, "one entity stands for both");
    // It stays as long as one of them names it.
    catalog.ingest.store.location_delete("a").await.unwrap();
    catalog.told("a").await;
    assert_eq!((catalog.uid(&row.entity_ref), catalog.refs()), (uid, vec!["component:default/base".to_owned()]));

    catalog.row_create("b", "base.yaml").await;
    catalog.told("b").await;
    catalog.settings.roots.clear();
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!(catalog.refs(), ["component:default/base"]);
    catalog.ingest.store.location_delete("b").await.unwrap();
    catalog.told("b").await;
    assert_eq!((catalog.refs(), catalog.entity(&row.entity_ref)), (vec![], None));
});

db_test!(a_deleted_location_entity_comes_back_under_its_name, |db| {
    let files = [("a.yaml", component("one", "")), ("b.yaml", component("two", ""))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = catalog(db, &files).await;
    let row = catalog.row_create("a", "a.yaml").await;
    catalog.row_update("a", "b.yaml").await;
    catalog.told("a").await;
    let uid = catalog.uid(&row.entity_ref);
    let (done, outcome) = oneshot::channel();
    catalog.ingest.obey(Command::Delete(uid.clone(), done)).await;
    assert!(outcome.await.unwrap().unwrap());
    assert_ne!(catalog.uid(&row.entity_ref), uid);
    let entity = catalog.entity(&row.entity_ref).unwrap();
    assert_eq!(entity["spec"]["target"], catalog.file("b.yaml").target);
});

db_test!(a_removed_location_leaves_no_orphan_behind, |db| {
    let mut catalog = catalog(db, &[("a.yaml", &component("one", ""))]).await;
    catalog.settings.apply.orphans = OrphanStrategy::Keep;
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    let row = catalog.row_create("a", "a.yaml").await;
    catalog.told("a").await;
    catalog.ingest.store.location_delete("a").await.unwrap();
    catalog.told("a").await;
    assert_eq!((catalog.refs(), catalog.entity(&row.entity_ref)), (vec!["component:default/base".to_owned()], None));
    // Neither does one that leaves the configuration.
    let configured = format!("location:default/{}", catalog.settings.roots[0].generated_name());
    assert!(catalog.entity(&configured).is_some());
    catalog.settings.roots.clear();
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!((catalog.refs(), catalog.entity(&configured)), (vec![], None));
});
