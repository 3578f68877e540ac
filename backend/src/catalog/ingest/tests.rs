//! Ingestion from files to the read model, over both databases.

mod explained;
mod history;
mod registered;
mod repositories;
mod urls;

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use shared::filter::parse_filter_params;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::testing::url_reader;
use super::*;
use crate::catalog::index::{EntityOrder, EntityQuery, Visibility, Window};
use crate::catalog::store::OrphanStrategy;
use crate::platform::db::testing::{TestDb, db_test};

/// A folder of descriptors and a catalog that reads it.
struct Catalog {
    folder: TempDir,
    db: TestDb,
    ingest: Ingest,
    settings: IngestSettings,
}

impl Catalog {
    async fn new(db: TestDb, root: &str, files: &[(&str, &str)]) -> Self {
        let mut catalog = Self::unread(db, root, files).await;
        catalog.ingest.read_roots().await;
        catalog
    }

    async fn unread(db: TestDb, root: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_all(folder.path(), files);
        let settings = IngestSettings {
            roots: vec![LocationRef::file(&folder.path().join(root))],
            rules: Arc::new(Rules::allow_everything()),
            apply: ApplySettings::default(),
            interval: None,
            urls: url_reader(),
            clock: Clock::system(),
        };
        let ingest = start(&db, &settings).await;
        Self { folder, db, ingest, settings }
    }

    /// As after a killed process: everything in memory is lost.
    async fn restart(&mut self) {
        self.ingest = start(&self.db, &self.settings).await;
    }

    async fn write(&mut self, name: &str, text: &str) {
        write_all(self.folder.path(), &[(name, text)]);
        self.changed(name).await;
    }

    async fn remove(&mut self, name: &str) {
        std::fs::remove_file(self.folder.path().join(name)).unwrap();
        self.changed(name).await;
    }

    async fn changed(&mut self, name: &str) {
        let file = self.folder.path().join(name);
        self.ingest.obey(Command::Files(vec![file])).await;
    }

    fn entity(&self, entity_ref: &str) -> Option<Value> {
        let found = self.ingest.feed.index().entity_find(&entity_ref.parse().unwrap(), &Visibility::Everything)?;
        Some(serde_json::from_slice(&found).unwrap())
    }

    fn refs(&self) -> Vec<String> {
        let filter = parse_filter_params(&["metadata.name".to_owned()]).unwrap();
        let query = EntityQuery { filter, order: EntityOrder::EntityRef, text: None, window: Window::All };
        let page = self.ingest.feed.index().query(&query, &Visibility::Everything);
        let entities =
            page.documents.iter().map(|document| serde_json::from_slice::<shared::entity::Entity>(document).unwrap());
        entities.map(|entity| entity.entity_ref().to_string()).filter(|found| !found.contains("generated-")).collect()
    }

    fn status(&self, entity_ref: &str) -> String {
        let entity = self.entity(entity_ref).unwrap();
        let items = entity["status"]["items"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// The status of the Location entity that stands for the registered location.
    fn root_status(&self) -> String {
        let name = self.settings.roots[0].generated_name();
        self.status(&format!("location:default/{name}"))
    }
}

async fn start(db: &TestDb, settings: &IngestSettings) -> Ingest {
    let store = CatalogStore::new(db.db.clone());
    let feed = Arc::new(Feed::load(store.clone()).await.unwrap());
    Ingest::new(store, feed, settings.clone()).await.unwrap().0
}

fn write_all(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn component(name: &str, rest: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  lifecycle: production\n  owner: team-a\n{rest}"
    )
}

fn group(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {name}\nspec:\n  type: team\n  children: []\n"
    )
}

fn location(name: &str, targets: &[&str]) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n  targets: {targets:?}\n"
    )
}

db_test!(nested_locations_and_globs_are_followed, |db| {
    let root = location("all", &["./teams/*.yaml", "./svc/a.yaml"]);
    let files = [
        ("all.yaml", root.as_str()),
        ("teams/a.yaml", &group("team-a")),
        ("teams/b.yaml", &group("team-b")),
        ("svc/a.yaml", &format!("{}---\n{}", component("one", ""), component("two", "  dependsOn: [component:one]\n"))),
    ];
    let mut catalog = Catalog::new(db, "all.yaml", &files).await;
    let expected = [
        "component:default/one",
        "component:default/two",
        "group:default/team-a",
        "group:default/team-b",
        "location:default/all",
    ];
    assert_eq!(catalog.refs(), expected);

    let two = catalog.entity("component:default/two").unwrap();
    assert_eq!(
        two["relations"],
        serde_json::json!([
            {"type": "dependsOn", "targetRef": "component:default/one"},
            {"type": "ownedBy", "targetRef": "group:default/team-a"}
        ])
    );
    let annotations = &two["metadata"]["annotations"];
    let path = |name: &str| format!("file:{}", catalog.folder.path().join(name).display());
    assert_eq!(annotations["backstage.io/managed-by-location"], path("svc/a.yaml"));
    assert_eq!(annotations["backstage.io/managed-by-origin-location"], path("all.yaml"));
    let owned = &catalog.entity("group:default/team-a").unwrap()["relations"];
    assert_eq!(owned.as_array().unwrap().len(), 2);

    // A new file of the glob is found, and one that goes takes its entity along.
    catalog.write("teams/c.yaml", &group("team-c")).await;
    catalog.remove("teams/b.yaml").await;
    assert!(catalog.entity("group:default/team-c").is_some());
    assert!(catalog.entity("group:default/team-b").is_none());
});

db_test!(ingesting_twice_changes_nothing, |db| {
    let files = [("a.yaml", component("one", ""))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "a.yaml", &files).await;
    let before = (catalog.ingest.feed.index().seq(), catalog.entity("component:default/one"));
    catalog.ingest.read_roots().await;
    catalog.restart().await;
    assert_eq!(catalog.entity("component:default/one"), before.1);
    catalog.ingest.read_roots().await;
    let id = catalog.ingest.graph.find(&catalog.settings.roots[0]).unwrap();
    catalog.ingest.settle(settle::Work::default(), vec![id], settle::Effort::Always).await.unwrap();
    assert_eq!((catalog.ingest.feed.index().seq(), catalog.entity("component:default/one")), before);
});

db_test!(an_import_that_was_killed_between_two_of_its_parts_is_finished_later, |db| {
    let members: Vec<String> = (0..12).map(|number| component(&format!("part-{number:02}"), "")).collect();
    let (group, first, second) = (group("team-a"), members[..6].join("---\n"), members[6..].join("---\n"));
    let root = location("all", &["./group.yaml", "./first.yaml", "./second.yaml"]);
    let files = [("all.yaml", &*root), ("group.yaml", &*group), ("first.yaml", &*first), ("second.yaml", &*second)];
    let expected = Catalog::new(crate::platform::db::testing::sqlite().await, "all.yaml", &files).await.refs();
    assert_eq!(expected.len(), 14);

    let mut catalog = Catalog::unread(db, "all.yaml", &files).await;
    let mut work = settle::Work::default();
    let root = catalog.settings.roots[0].clone();
    let provider = catalog.ingest.graph.provider(CONFIG_PROVIDER);
    let claim = settle::generated_claim(&root, &catalog.settings.urls);
    let parent = Parent { location: provider, entity_ref: claim.entity_ref.clone() };
    let targets = [Target { location: root, is_optional: false }];
    let mut to_read = catalog.ingest.graph.connect(&parent, &targets).to_read;
    work.note(to_read.iter().copied().chain([provider]));
    work.say(provider, vec![claim]);
    // Everything is read and written, and nothing of it can be seen.
    while !to_read.is_empty() {
        let jobs = to_read.drain(..).filter_map(|id| catalog.ingest.job(id, settle::Effort::IfChanged)).collect();
        for outcome in catalog.ingest.reader().read_files(jobs).await {
            to_read.extend(catalog.ingest.take_in(outcome, &mut work));
        }
    }
    catalog.ingest.write_part(work).await.unwrap();
    assert_eq!(catalog.refs(), Vec::<String>::new());

    // The files are the same, so that is not what makes it go on.
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!(catalog.refs(), expected);
    let owned = catalog.entity("group:default/team-a").unwrap()["relations"].as_array().unwrap().len();
    assert_eq!(owned, 12);
    assert_eq!(catalog.ingest.store.stitch_some(&ApplySettings::default()).await.unwrap(), None);
});

db_test!(a_broken_document_hides_no_other, |db| {
    let text = format!(
        "{}---\nkind: [\n---\n{}---\njust text\n---\n{}",
        component("one", ""),
        component("two", "").replace("  owner: team-a\n", ""),
        component("three", "")
    );
    let catalog = Catalog::new(db, "a.yaml", &[("a.yaml", &text)]).await;
    assert_eq!(catalog.refs(), ["component:default/one", "component:default/three"]);
    let status = catalog.root_status();
    assert!(status.contains("a.yaml:10:"), "{status}");
    assert!(status.contains("expected an entity"), "{status}");
    // The entity `two` was never good, so it cannot tell itself.
    assert!(status.contains("spec.owner") && status.contains("a.yaml:16:"), "{status}");
});

db_test!(the_last_good_version_stays_with_its_errors, |db| {
    let files = [("a.yaml", component("one", "")), ("none", String::new())];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "a.yaml", &files).await;
    let uid = catalog.entity("component:default/one").unwrap()["metadata"]["uid"].clone();

    catalog.write("a.yaml", &component("one", "").replace("owner: team-a", "owner: 7")).await;
    let status = catalog.status("component:default/one");
    assert!(status.contains("spec.owner") && status.contains("a.yaml:8:"), "{status}");
    assert_eq!(catalog.entity("component:default/one").unwrap()["spec"]["owner"], "team-a");

    for broken in ["", "kind: [", "\u{0}"] {
        catalog.write("a.yaml", broken).await;
        assert_eq!(catalog.refs(), ["component:default/one"], "{broken:?}");
        assert_ne!(catalog.root_status(), "", "{broken:?}");
    }
    catalog.remove("a.yaml").await;
    assert!(catalog.root_status().contains("does not exist"));
    catalog.restart().await;
    assert_eq!(catalog.refs(), ["component:default/one"]);

    // The same bytes as before the faults: everything is well again, and it is still the same entity.
    catalog.write("a.yaml", &component("one", "")).await;
    assert_eq!(catalog.root_status(), "");
    assert_eq!(catalog.status("component:default/one"), "");
    assert_eq!(catalog.entity("component:default/one").unwrap()["metadata"]["uid"], uid);
});

db_test!(the_first_to_name_an_entity_keeps_it, |db| {
    let root = location("all", &["./a.yaml", "./b.yaml"]);
    let first = component("one", "").replace("service", "first");
    let second = component("one", "").replace("service", "second").replace("team-a", "team-b");
    let files = [("all.yaml", root.as_str()), ("a.yaml", &first), ("b.yaml", &second), ("g.yaml", &group("team-b"))];
    let mut catalog = Catalog::new(db, "all.yaml", &files).await;
    assert_eq!(catalog.entity("component:default/one").unwrap()["spec"]["type"], "first");

    catalog.write("all.yaml", &location("all", &["./b.yaml", "./g.yaml"])).await;
    assert_eq!(catalog.entity("component:default/one").unwrap()["spec"]["type"], "second");
    let relations = &catalog.entity("group:default/team-b").unwrap()["relations"];
    assert_eq!(relations[0]["targetRef"], "component:default/one");
});

db_test!(replicas_may_find_new_files_in_any_order, |db| {
    let mut catalog = Catalog::new(db, "*.yaml", &[("a.yaml", &group("team-a"))]).await;
    let mut other = start(&catalog.db, &catalog.settings).await;
    // This one finds `z` alone, the other one finds `b` and `z` together.
    catalog.write("z.yaml", &group("team-z")).await;
    write_all(catalog.folder.path(), &[("b.yaml", &group("team-b"))]);
    other.obey(Command::Files(vec![catalog.folder.path().join("b.yaml")])).await;
    other.feed.catch_up().await.unwrap();
    assert!(
        other.feed.index().entity_find(&"group:default/team-b".parse().unwrap(), &Visibility::Everything).is_some()
    );
    catalog.changed("b.yaml").await;
    assert_eq!(catalog.refs(), ["group:default/team-a", "group:default/team-b", "group:default/team-z"]);
    // Each entity still belongs to its own file.
    catalog.remove("z.yaml").await;
    assert_eq!(catalog.refs(), ["group:default/team-a", "group:default/team-b"]);
});

db_test!(a_circle_of_locations_is_named_and_harmless, |db| {
    let files = [
        ("a.yaml", format!("{}---\n{}", location("a", &["./b.yaml"]), component("one", ""))),
        ("b.yaml", format!("{}---\n{}", location("b", &["./a.yaml"]), component("two", ""))),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "a.yaml", &files).await;
    assert_eq!(catalog.refs().len(), 4);
    let status = catalog.status("location:default/b");
    assert!(status.contains("lead in a circle") && status.contains("a.yaml → "), "{status}");
    // Nothing in the circle keeps itself alive.
    catalog.write("a.yaml", &component("one", "")).await;
    assert_eq!(catalog.refs(), ["component:default/one"]);
});

db_test!(a_kind_that_is_not_allowed_stops_its_file_only, |db| {
    let root = location("all", &["./a.yaml", "./b.yaml"]);
    let mixed = format!("{}---\n{}", component("two", ""), group("team-a"));
    let files = [("all.yaml", root.as_str()), ("a.yaml", &component("one", "")), ("b.yaml", &mixed)];
    let mut catalog = Catalog::new(db, "all.yaml", &files).await;
    catalog.settings.rules = Arc::new(Rules::new(None, HashMap::new()));
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    // What was read under the old rules stays, with the error.
    let status = catalog.status("location:default/all");
    assert!(status.contains("NotAllowedError") && status.contains("catalog.rules"), "{status}");
    catalog.write("b.yaml", &component("two", "").replace("service", "library")).await;
    assert_eq!(catalog.status("location:default/all"), "");
    assert_eq!(catalog.refs(), ["component:default/one", "component:default/two", "location:default/all"]);
});

db_test!(orphans_stay_marked_where_the_configuration_says_so, |db| {
    let both = format!("{}---\n{}", component("one", ""), component("two", ""));
    let mut catalog = Catalog::new(db, "a.yaml", &[("a.yaml", &both)]).await;
    catalog.settings.apply.orphans = OrphanStrategy::Keep;
    catalog.restart().await;
    catalog.write("a.yaml", &component("one", "")).await;
    let orphan = catalog.entity("component:default/two").unwrap();
    assert_eq!(orphan["metadata"]["annotations"]["backstage.io/orphan"], "true");
    catalog.write("a.yaml", &both).await;
    assert_eq!(
        catalog.entity("component:default/two").unwrap()["metadata"]["annotations"].get("backstage.io/orphan"),
        None
    );
    assert_eq!(catalog.entity("component:default/two").unwrap()["metadata"]["uid"], orphan["metadata"]["uid"]);
});

db_test!(a_location_that_leaves_the_configuration_takes_its_entities_along, |db| {
    let files = [("a.yaml", component("one", "")), ("b.yaml", component("two", ""))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "a.yaml", &files).await;
    catalog.settings.roots = vec![LocationRef::file(&catalog.folder.path().join("b.yaml"))];
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!(catalog.refs(), ["component:default/two"]);
});

db_test!(a_placeholder_file_that_changes_changes_its_entity, |db| {
    let api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: a\nspec:\n  type: openapi\n  lifecycle: x\n  owner: t\n  definition:\n    $text: ./a.json\n";
    let mut catalog = Catalog::new(db, "a.yaml", &[("a.yaml", api), ("a.json", "{}")]).await;
    assert_eq!(catalog.entity("api:default/a").unwrap()["spec"]["definition"], "{}");
    catalog.write("a.json", "{\"openapi\":\"3.1.0\"}").await;
    assert_eq!(catalog.entity("api:default/a").unwrap()["spec"]["definition"], "{\"openapi\":\"3.1.0\"}");
    catalog.remove("a.json").await;
    let status = catalog.status("api:default/a");
    assert!(status.contains("a.json` does not exist") && status.contains("a.yaml:9:"), "{status}");
});

db_test!(parents_are_those_who_lead_to_the_document_that_counts, |db| {
    let root = format!("{}---\n{}", location("first", &["./x/*.yaml"]), location("second", &["./b.yaml"]));
    let files = [("all.yaml", root.as_str()), ("x/a.yaml", &component("one", "")), ("b.yaml", &component("one", ""))];
    let mut catalog = Catalog::new(db, "all.yaml", &files).await;
    let generated = format!("location:default/{}", catalog.settings.roots[0].generated_name());
    let refs = ["component:default/one", "location:default/first", &generated, "component:default/none"];
    let refs = refs.map(str::to_owned);
    let parents = catalog.ingest.store.parents_load(&refs).await.unwrap();
    // Both files name `one`; which of them was read first decides.
    let one = &parents["component:default/one"];
    assert!(one == &["location:default/first"] || one == &["location:default/second"], "{one:?}");
    assert_eq!(parents["location:default/first"], [generated]);
    assert_eq!(parents.len(), 2, "{parents:?}");

    let (gone, left) = if one[0].ends_with("first") { ("x/a.yaml", "second") } else { ("b.yaml", "first") };
    catalog.write(gone, &component("two", "")).await;
    let parents = catalog.ingest.store.parents_load(&refs).await.unwrap();
    assert_eq!(parents["component:default/one"], [format!("location:default/{left}")]);
});

db_test!(an_entity_deleted_by_a_process_that_is_killed_comes_back_with_the_next, |db| {
    let files = [("a.yaml", format!("{}---\n{}", component("one", ""), group("team-a")))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "a.yaml", &files).await;
    let uid_of = |catalog: &Catalog| {
        let entity = catalog.entity("component:default/one").unwrap();
        entity["metadata"]["uid"].as_str().unwrap().to_owned()
    };
    let (uid, seq) = (uid_of(&catalog), catalog.ingest.feed.index().seq());
    let store = catalog.ingest.store.clone();
    assert_eq!(store.entity_delete("nope", &catalog.settings.apply).await.unwrap(), None);
    let deleted = store.entity_delete(&uid, &catalog.settings.apply).await.unwrap().unwrap();
    assert_eq!((deleted.entity_ref.as_str(), deleted.locations.len()), ("component:default/one", 1));
    catalog.ingest.feed.catch_up().await.unwrap();
    // Two numbered changes: the entity, and its owner, which lost a relation.
    assert_eq!(catalog.ingest.feed.index().seq(), seq + 2);
    assert_eq!(catalog.refs(), ["group:default/team-a"]);
    assert_eq!(catalog.entity("group:default/team-a").unwrap()["relations"], serde_json::json!([]));

    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!(catalog.refs(), ["component:default/one", "group:default/team-a"]);
    assert_ne!(uid_of(&catalog), uid);
});

db_test!(a_refresh_reads_all_that_leads_to_an_entity, |db| {
    let root = location("all", &["./x/*.yaml"]);
    let files = [("all.yaml", root.as_str()), ("x/a.yaml", &component("one", ""))];
    let mut catalog = Catalog::new(db, "all.yaml", &files).await;
    let before = catalog.ingest.feed.index().seq();
    for (entity_ref, new, known) in [
        ("component:default/one", "two", true),
        ("location:default/all", "three", true),
        ("component:default/none", "four", false),
    ] {
        // Nobody tells ingestion of this file but the refresh.
        write_all(catalog.folder.path(), &[(format!("x/{new}.yaml").as_str(), component(new, "").as_str())]);
        let (done, outcome) = oneshot::channel();
        catalog.ingest.obey(Command::RefreshEntity(entity_ref.to_owned(), done)).await;
        assert_eq!(outcome.await.unwrap().unwrap(), known, "{entity_ref}");
        assert_eq!(catalog.entity(&format!("component:default/{new}")).is_some(), known, "{entity_ref}");
    }
    assert_eq!(catalog.ingest.feed.index().seq(), before + 2, "nothing else changed");
});

db_test!(a_saved_file_is_noticed, |db| {
    let folder = tempfile::tempdir().unwrap();
    write_all(folder.path(), &[("a.yaml", &component("one", ""))]);
    let settings = IngestSettings {
        roots: vec![LocationRef::file(&folder.path().join("a.yaml"))],
        rules: Arc::new(Rules::allow_everything()),
        apply: ApplySettings::default(),
        interval: None,
        urls: url_reader(),
        clock: Clock::system(),
    };
    let ingest = start(&db, &settings).await;
    let feed = Arc::clone(&ingest.feed);
    let (stop, stopped) = crate::platform::stop::channel();
    let mut changes = feed.subscribe();
    let task = tokio::spawn(ingest.run(stopped, || ()));
    let deadline = Duration::from_secs(20);
    tokio::time::timeout(deadline, changes.recv()).await.unwrap().unwrap();
    write_all(folder.path(), &[("a.yaml", &component("two", ""))]);
    let change = tokio::time::timeout(deadline, changes.recv()).await.unwrap().unwrap();
    assert!(change.entity_refs.contains(&"component:default/two".to_owned()), "{change:?}");
    stop.send(true).unwrap();
    task.await.unwrap();
});
