//! Locations at addresses, over a web server on this machine.

use chrono::{DateTime, TimeDelta};
use serde_json::json;
use tokio::sync::oneshot::error::TryRecvError;

use super::super::testing::{Asked, Page, Site};
use super::*;

const INTERVAL: Duration = Duration::from_secs(60);

impl Catalog {
    /// A catalog with this address as its only location, read once.
    async fn at(db: TestDb, root: LocationRef) -> Self {
        let mut catalog = Self::unread(db, "none.yaml", &[]).await;
        catalog.settings.roots = vec![root];
        catalog.settings.interval = Some(INTERVAL);
        catalog.settings.clock = Clock::stopped_at(DateTime::UNIX_EPOCH);
        catalog.restart().await;
        catalog.ingest.read_roots().await;
        catalog.land().await;
        catalog
    }

    /// Takes in all that is under way, and what that leads to.
    pub(super) async fn land(&mut self) {
        while let Some(arrival) = self.ingest.flights.next().await {
            self.ingest.land(arrival).await;
        }
    }

    /// Lets some time pass, and what is due be read.
    async fn pass(&mut self, time: TimeDelta) {
        self.settings.clock.advance(time);
        self.ingest.read_due().await;
        self.land().await;
    }

    fn seq(&self) -> i64 {
        self.ingest.feed.index().seq()
    }
}

fn asked(path: &str, is_conditional: bool) -> Asked {
    Asked { path: path.to_owned(), is_conditional }
}

/// Waits until the site was asked for a page.
async fn until_asked(site: &Site, path: &str) {
    for _ in 0..2_000 {
        if site.asked().iter().any(|asked| asked.path == path) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nobody asks for {path}");
}

db_test!(nested_addresses_are_followed, |db| {
    let site = Site::new(&[]).await;
    let other = Site::new(&[("/b.yaml", &component("two", ""))]).await;
    site.write("/catalog/all.yaml", &location("all", &["./teams/a.yaml", "/top.yaml", &other.url("/b.yaml")]));
    site.write("/catalog/teams/a.yaml", &location("deeper", &["../svc.yaml"]));
    site.write("/catalog/svc.yaml", &component("one", ""));
    site.write("/top.yaml", &group("team-a"));
    let catalog = Catalog::at(db, site.location("/catalog/all.yaml")).await;
    let expected = [
        "component:default/one",
        "component:default/two",
        "group:default/team-a",
        "location:default/all",
        "location:default/deeper",
    ];
    assert_eq!(catalog.refs(), expected);
    assert_eq!(catalog.root_status(), "");
    let root = site.location("/catalog/all.yaml").to_string();
    let annotations = |entity_ref: &str| catalog.entity(entity_ref).unwrap()["metadata"]["annotations"].clone();
    let expected = json!({
        "backstage.io/managed-by-location": site.location("/catalog/svc.yaml").to_string(),
        "backstage.io/managed-by-origin-location": root,
        "backstage.io/view-url": site.url("/catalog/svc.yaml"),
    });
    assert_eq!(annotations("component:default/one"), expected);
    let generated = format!("location:default/{}", catalog.settings.roots[0].generated_name());
    let expected = json!({
        "backstage.io/managed-by-location": root,
        "backstage.io/managed-by-origin-location": root,
        "backstage.io/view-url": site.url("/catalog/all.yaml"),
    });
    assert_eq!(annotations(&generated), expected);
});

db_test!(a_file_leads_to_an_address_but_an_address_not_to_a_file, |db| {
    let site = Site::new(&[("/a.yaml", &component("one", ""))]).await;
    let with_type = |name: &str, kind: &str, target: &str| {
        location(name, &[target]).replace("spec:\n", &format!("spec:\n  type: {kind}\n"))
    };
    let good = with_type("good", "url", &site.url("/a.yaml"));
    let mut catalog = Catalog::new(db, "all.yaml", &[("all.yaml", &good)]).await;
    catalog.land().await;
    assert_eq!(catalog.refs(), ["component:default/one", "location:default/good"]);

    site.write("/a.yaml", &with_type("bad", "file", "/etc/passwd"));
    catalog
        .ingest
        .settle(settle::Work::default(), vec![catalog.id(&site, "/a.yaml")], settle::Effort::Always)
        .await
        .unwrap();
    catalog.land().await;
    let status = catalog.status("location:default/good");
    assert!(status.contains("cannot point at the file `/etc/passwd`") && status.contains("/a.yaml:"), "{status}");
});

impl Catalog {
    fn id(&self, site: &Site, path: &str) -> LocationId {
        self.ingest.graph.find(&site.location(path)).unwrap()
    }
}

db_test!(what_did_not_change_is_not_sent_again_and_writes_nothing, |db| {
    let site = Site::new(&[("/all.yaml", &location("all", &["./a.yaml"])), ("/a.yaml", &component("one", ""))]).await;
    let mut catalog = Catalog::at(db, site.location("/all.yaml")).await;
    assert_eq!(site.asked(), [asked("/a.yaml", false), asked("/all.yaml", false)]);
    let seq = catalog.seq();
    catalog.pass(TimeDelta::seconds(90)).await;
    assert_eq!(site.asked(), [asked("/a.yaml", true), asked("/all.yaml", true)]);
    // Also by the next process, which knows from the database what to say.
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    catalog.land().await;
    assert_eq!(site.asked(), [asked("/a.yaml", true), asked("/all.yaml", true)]);
    assert_eq!(catalog.seq(), seq);

    site.write("/a.yaml", &component("one", "").replace("service", "library"));
    catalog.pass(TimeDelta::seconds(90)).await;
    assert_eq!(catalog.entity("component:default/one").unwrap()["spec"]["type"], "library");
    // What is known was understood by other rules.
    site.asked();
    catalog.settings.rules = Arc::new(Rules::new(None, HashMap::new()));
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    catalog.land().await;
    assert_eq!(site.asked(), [asked("/a.yaml", false), asked("/all.yaml", false)]);
});

db_test!(a_source_that_fails_keeps_its_entities_until_it_recovers, |db| {
    let site = Site::new(&[("/a.yaml", &component("one", ""))]).await;
    let mut catalog = Catalog::at(db, site.location("/a.yaml")).await;
    let uid = catalog.entity("component:default/one").unwrap()["metadata"]["uid"].clone();
    site.asked();
    site.set("/a.yaml", Page::Status(500, "x-mood: bad"));
    catalog.pass(TimeDelta::seconds(90)).await;
    let status = catalog.root_status();
    assert!(status.contains("ReadError") && status.contains(&site.url("/a.yaml")), "{status}");
    assert_eq!(catalog.refs(), ["component:default/one"]);
    let n_asked = site.asked().len();
    assert!(n_asked >= 1);

    // After the first failure it is asked as before, then more and more seldom.
    catalog.pass(TimeDelta::seconds(90)).await;
    assert!(!site.asked().is_empty());
    catalog.pass(TimeDelta::seconds(90)).await;
    catalog.pass(TimeDelta::seconds(10)).await;
    assert!(site.asked().len() <= n_asked, "asked too often");
    // A restart does not forget how things stand, and asks once.
    catalog.restart().await;
    assert!(catalog.ingest.graph.nodes().any(|node| node.n_failures >= 2));

    site.write("/a.yaml", &component("one", ""));
    catalog.pass(TimeDelta::hours(2)).await;
    assert_eq!(catalog.root_status(), "");
    assert_eq!(catalog.entity("component:default/one").unwrap()["metadata"]["uid"], uid);
    assert!(catalog.ingest.graph.nodes().all(|node| node.n_failures == 0));
});

db_test!(an_optional_address_may_be_missing, |db| {
    let optional = location("all", &["./a.yaml"]).replace("spec:\n", "spec:\n  presence: optional\n");
    let site = Site::new(&[("/all.yaml", &optional)]).await;
    let mut catalog = Catalog::at(db, site.location("/all.yaml")).await;
    assert_eq!(catalog.status("location:default/all"), "");
    site.write("/a.yaml", &component("one", ""));
    catalog.pass(TimeDelta::seconds(90)).await;
    assert_eq!(catalog.refs(), ["component:default/one", "location:default/all"]);
    site.set("/a.yaml", Page::Status(503, "x-mood: bad"));
    catalog.pass(TimeDelta::seconds(90)).await;
    let status = catalog.status("location:default/all");
    assert!(status.contains("ReadError"), "{status}");
    assert!(catalog.entity("component:default/one").is_some());
});

db_test!(a_slow_address_does_not_delay_a_saved_file, |db| {
    let site = Site::new(&[]).await;
    let mut catalog = Catalog::unread(db, "all.yaml", &[("all.yaml", &component("one", ""))]).await;
    for number in 0..1_000 {
        let path = format!("/slow/{number}.yaml");
        site.set(&path, Page::Silence);
        catalog.settings.roots.push(site.location(&path));
    }
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    assert_eq!(catalog.ingest.flights.len(), 1_000);
    assert_eq!(catalog.refs(), ["component:default/one"]);
    catalog.write("all.yaml", &component("two", "")).await;
    assert_eq!(catalog.refs(), ["component:default/two"]);
    assert_eq!(catalog.ingest.flights.len(), 1_000, "none has arrived in the meantime");
});

db_test!(placeholders_of_addresses_are_read, |db| {
    let api = |name: &str, target: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: {name}\nspec:\n  type: openapi\n  lifecycle: x\n  owner: t\n  definition:\n    $text: {target}\n"
        )
    };
    let site = Site::new(&[("/x/a.json", "one")]).await;
    let root = format!("{}---\n{}", api("near", "./a.json"), api("far", &site.url("/x/a.json")));
    site.write("/x/a.yaml", &root);
    let mut catalog = Catalog::at(db, site.location("/x/a.yaml")).await;
    let definition = |catalog: &Catalog, name: &str| {
        catalog.entity(&format!("api:default/{name}")).unwrap()["spec"]["definition"].clone()
    };
    assert_eq!((definition(&catalog, "near"), definition(&catalog, "far")), (json!("one"), json!("one")));
    assert_eq!(site.asked(), [asked("/x/a.json", false), asked("/x/a.yaml", false)], "each once");

    let seq = catalog.seq();
    catalog.pass(TimeDelta::seconds(90)).await;
    assert_eq!(site.asked(), [asked("/x/a.json", false), asked("/x/a.yaml", false)]);
    assert_eq!(catalog.seq(), seq, "nothing changed");
    site.write("/x/a.json", "two");
    catalog.pass(TimeDelta::seconds(90)).await;
    assert_eq!(definition(&catalog, "near"), "two");

    site.set("/x/a.json", Page::Status(404, "x-page: gone"));
    catalog.pass(TimeDelta::seconds(90)).await;
    assert_eq!(definition(&catalog, "near"), "two", "the last good version stays");
    let status = catalog.status("api:default/near");
    assert!(status.contains("/x/a.json") && status.contains("/x/a.yaml:9:"), "{status}");
});

db_test!(a_file_may_pull_in_an_address_and_is_still_watched, |db| {
    let site = Site::new(&[("/a.txt", "one")]).await;
    let text = |near: &str| {
        let rest = format!("  near: {{ $text: {near} }}\n  far: {{ $text: \"{}\" }}\n", site.url("/a.txt"));
        component("one", &rest)
    };
    let files = [("a.yaml", text("./b.txt")), ("b.txt", "near".to_owned()), ("c.txt", "other".to_owned())];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "a.yaml", &files).await;
    catalog.land().await;
    let spec = |catalog: &Catalog| {
        let spec = &catalog.entity("component:default/one").unwrap()["spec"];
        (spec["near"].clone(), spec["far"].clone())
    };
    assert_eq!(spec(&catalog), (json!("near"), json!("one")));
    catalog.write("b.txt", "nearer").await;
    catalog.land().await;
    assert_eq!(spec(&catalog), (json!("nearer"), json!("one")));
    catalog.write("a.yaml", &text("./c.txt")).await;
    catalog.land().await;
    assert_eq!(spec(&catalog), (json!("other"), json!("one")));
});

db_test!(a_file_that_is_saved_while_its_addresses_are_read_is_read_again, |db| {
    let site = Site::new(&[]).await;
    site.set("/a.txt", Page::Silence);
    let pulling = |name: &str| component(name, &format!("  far: {{ $text: \"{}\" }}\n", site.url("/a.txt")));
    let files = [("a.yaml", pulling("one"))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "a.yaml", &files).await;
    until_asked(&site, "/a.txt").await;
    catalog.write("a.yaml", &pulling("two")).await;
    site.write("/a.txt", "x");
    catalog.land().await;
    assert_eq!(catalog.refs(), ["component:default/two"]);
});

db_test!(a_circle_of_addresses_is_named_and_harmless, |db| {
    let site = Site::new(&[]).await;
    site.write("/a.yaml", &format!("{}---\n{}", location("a", &["./b.yaml"]), component("one", "")));
    site.write("/b.yaml", &format!("{}---\n{}", location("b", &["./a.yaml"]), component("two", "")));
    let mut catalog = Catalog::at(db, site.location("/a.yaml")).await;
    assert_eq!(catalog.refs().len(), 4);
    let status = catalog.status("location:default/b");
    assert!(status.contains("lead in a circle") && status.contains("/b.yaml:1"), "{status}");
    site.write("/a.yaml", &component("one", ""));
    catalog.pass(TimeDelta::seconds(90)).await;
    assert_eq!(catalog.refs(), ["component:default/one"]);
});

db_test!(a_server_that_leads_on_for_ever_is_not_followed_for_ever, |db| {
    let site = Site::new(&[]).await;
    for number in 0..150 {
        let next = format!("./{}.yaml", number + 1);
        site.write(&format!("/{number}.yaml"), &location(&format!("l{number}"), &[&next]));
    }
    let catalog = Catalog::at(db, site.location("/0.yaml")).await;
    assert_eq!(catalog.refs().len(), 100);
    assert!(catalog.status("location:default/l99").contains("are not followed"));
});

db_test!(what_leaves_the_catalog_while_it_is_read_does_not_come_back, |db| {
    let site = Site::new(&[("/a.yaml", &component("one", ""))]).await;
    let naming = |targets: &[&str]| location("all", targets).replace("spec:\n", "spec:\n  type: url\n");
    let url = site.url("/a.yaml");
    site.set("/a.yaml", Page::Silence);
    let mut catalog = Catalog::new(db, "all.yaml", &[("all.yaml", &naming(&[&url]))]).await;
    until_asked(&site, "/a.yaml").await;
    catalog.write("all.yaml", &group("team-a")).await;
    assert!(catalog.ingest.flights.is_empty());
    // It comes back before the first read would have ended: only the second one counts.
    catalog.write("all.yaml", &naming(&[&url])).await;
    site.write("/a.yaml", &component("two", ""));
    catalog.land().await;
    assert_eq!(catalog.refs(), ["component:default/two", "location:default/all"]);
});

db_test!(what_gets_another_origin_while_it_is_read_is_read_again, |db| {
    let site = Site::new(&[]).await;
    site.set("/a.yaml", Page::Silence);
    let naming = |name: &str| location(name, &[&site.url("/a.yaml")]).replace("spec:\n", "spec:\n  type: url\n");
    let files = [("first.yaml", naming("first"))];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut catalog = Catalog::new(db, "first.yaml", &files).await;
    until_asked(&site, "/a.yaml").await;
    write_all(catalog.folder.path(), &[("second.yaml", &naming("second"))]);
    catalog.ingest.settings.roots.push(LocationRef::file(&catalog.folder.path().join("second.yaml")));
    catalog.ingest.read_roots().await;
    catalog.write("first.yaml", &group("team-a")).await;
    site.write("/a.yaml", &component("one", ""));
    catalog.land().await;
    let entity = catalog.entity("component:default/one").unwrap();
    let origin = entity["metadata"]["annotations"]["backstage.io/managed-by-origin-location"].as_str().unwrap();
    assert!(origin.ends_with("/second.yaml"), "{origin}");
});

db_test!(a_refresh_answers_when_addresses_and_what_they_lead_to_are_read, |db| {
    let site = Site::new(&[("/all.yaml", &location("all", &["./a.yaml"])), ("/a.yaml", &component("one", ""))]).await;
    let mut catalog = Catalog::at(db, site.location("/all.yaml")).await;
    site.write("/all.yaml", &location("all", &["./a.yaml", "./b.yaml"]));
    site.set("/b.yaml", Page::Silence);
    site.set("/unrelated.yaml", Page::Silence);
    let (done, mut outcome) = oneshot::channel();
    catalog.ingest.obey(Command::RefreshEntity("location:default/all".to_owned(), done)).await;
    for _ in 0..2 {
        let arrival = catalog.ingest.flights.next().await.unwrap();
        catalog.ingest.land(arrival).await;
        if catalog.ingest.flights.len() == 1 && catalog.ingest.graph.find(&site.location("/b.yaml")).is_some() {
            break;
        }
    }
    assert_eq!(outcome.try_recv().unwrap_err(), TryRecvError::Empty, "the new target is under way");
    site.write("/b.yaml", &component("two", ""));
    catalog.land().await;
    assert!(outcome.try_recv().unwrap().unwrap());
    assert_eq!(catalog.refs().len(), 3);
});

db_test!(a_refresh_during_a_read_reads_once_more, |db| {
    let site = Site::new(&[]).await;
    let mut catalog = Catalog::unread(db, "none.yaml", &[]).await;
    site.set("/a.yaml", Page::Silence);
    catalog.settings.roots = vec![site.location("/a.yaml")];
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    until_asked(&site, "/a.yaml").await;
    let (done, mut outcome) = oneshot::channel();
    catalog.ingest.obey(Command::Refresh(site.location("/a.yaml"), done)).await;
    site.write("/a.yaml", &component("one", ""));
    let arrival = catalog.ingest.flights.next().await.unwrap();
    catalog.ingest.land(arrival).await;
    assert_eq!(catalog.refs(), ["component:default/one"]);
    assert_eq!(outcome.try_recv().unwrap_err(), TryRecvError::Empty, "what was read may be older than the request");
    catalog.land().await;
    assert!(outcome.try_recv().unwrap().unwrap());
    assert_eq!(site.asked(), [asked("/a.yaml", false)]);
});

db_test!(a_process_that_is_killed_between_two_addresses_goes_on_with_the_next, |db| {
    let site = Site::new(&[("/all.yaml", &location("all", &["./a.yaml", "./b.yaml"]))]).await;
    site.write("/a.yaml", &component("one", ""));
    site.set("/b.yaml", Page::Silence);
    let mut catalog = Catalog::unread(db, "none.yaml", &[]).await;
    catalog.settings.roots = vec![site.location("/all.yaml")];
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    while catalog.entity("component:default/one").is_none() {
        let arrival = catalog.ingest.flights.next().await.unwrap();
        catalog.ingest.land(arrival).await;
    }
    catalog.restart().await;
    assert_eq!(catalog.refs(), ["component:default/one", "location:default/all"]);
    site.write("/b.yaml", &component("two", ""));
    catalog.ingest.read_roots().await;
    catalog.land().await;
    assert_eq!(catalog.refs().len(), 3);
    assert!(site.asked().contains(&asked("/a.yaml", true)), "what was read before the end is known");
});
