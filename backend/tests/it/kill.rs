//! A portal that is killed while it reads its catalog, again and again, and what it knows afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::postgres;
use crate::support::descriptors::component;
use crate::support::{Person, Portal, eventually};

const FILES: usize = 16;
const PER_FILE: usize = 60;
/// What the portal logs when it has read everything once.
const IS_READ: &str = "catalog is read";

/// The descriptors on disk, which change between two kills.
struct Catalog<'a> {
    folder: &'a Path,
    /// The round in which each file was written last; `None` while it is away.
    written: [Option<usize>; FILES],
}

impl Catalog<'_> {
    /// Changes a third of the files, takes one away and brings another one back.
    fn change(&mut self, round: usize) {
        for file in (0..FILES).filter(|file| round == 0 || (file + round).is_multiple_of(3)) {
            self.write(file, round);
        }
        self.write((round + 5) % FILES, round);
        let gone = round % FILES;
        self.written[gone] = None;
        match fs::remove_file(self.path(gone)) {
            Ok(()) => {}
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
        }
    }

    fn write(&mut self, file: usize, round: usize) {
        let documents: Vec<String> =
            Self::names(file, round).map(|name| component(&name, &format!("round-{round}"))).collect();
        // As editors save: the portal must not see half a file.
        let draft = self.folder.join("draft");
        fs::write(&draft, documents.join("---\n")).unwrap();
        fs::rename(draft, self.path(file)).unwrap();
        self.written[file] = Some(round);
    }

    /// Some entities of a file are the same in each round, some only in a few.
    fn names(file: usize, round: usize) -> impl Iterator<Item = String> {
        let part = file;
        (0..PER_FILE).map(move |number| match number % 10 {
            0 => format!("part-{part:02}-{number:03}-of-{}", round % 7),
            _ => format!("part-{part:02}-{number:03}"),
        })
    }

    fn path(&self, file: usize) -> std::path::PathBuf {
        self.folder.join(format!("catalog/{file:02}.yaml"))
    }

    /// Every entity that is described, with its description.
    fn expected(&self) -> BTreeMap<String, String> {
        let files = self.written.iter().enumerate().filter_map(|(file, round)| Some((file, (*round)?)));
        files
            .flat_map(|(file, round)| Self::names(file, round).map(move |name| (name, format!("round-{round}"))))
            .collect()
    }
}

/// The components that the portal shows, with their descriptions. Each must be whole.
async fn shown(person: &Person) -> BTreeMap<String, String> {
    let all = person.entities_list(&[("filter", "kind=component")]).await.json();
    let mut shown = BTreeMap::new();
    for entity in all.as_array().unwrap() {
        assert_eq!(entity["relations"][0]["targetRef"], "group:default/team-a", "{entity}");
        assert_eq!(entity.get("status"), None, "{entity}");
        let text = |field: &str| entity["metadata"][field].as_str().unwrap().to_owned();
        let twice = shown.insert(text("name"), text("description"));
        assert_eq!(twice, None, "{entity} is there twice");
    }
    shown
}

/// Kills the portal `n_kills` times while it reads what has changed since the last time, then lets it finish.
async fn kill_again_and_again(database: &str, n_kills: usize) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("catalog")).unwrap();
    let config = format!(
        "callboard: {{ dataDirectory: data }}\n{database}\ncatalog: {{ locations: [ {{ type: file, target: catalog/*.yaml }} ] }}\n"
    );
    fs::write(folder.path().join("app-config.yaml"), config).unwrap();
    let mut catalog = Catalog { folder: folder.path(), written: [None; FILES] };

    // The moment of death is random within a span that follows how fast this machine is.
    let mut span = Duration::from_millis(800);
    let mut random = 20_u32;
    let mut n_killed_early = 0;
    for round in 0..n_kills {
        catalog.change(round);
        let mut portal = Portal::serve(folder.path(), &[]);
        portal.address().await;
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        tokio::time::sleep(span.mul_f64(f64::from(random >> 16) / 65_536.0)).await;
        portal.kill();
        let log = portal.output("stderr");
        assert!(!log.contains("ERROR"), "{log}");
        let is_early = !log.contains(IS_READ);
        n_killed_early += usize::from(is_early);
        span =
            span.mul_f64(if is_early { 1.15 } else { 0.87 }).clamp(Duration::from_millis(20), Duration::from_secs(5));
    }
    assert!(n_killed_early * 4 >= n_kills, "only {n_killed_early} of {n_kills} kills came while the catalog was read");

    let mut portal = Portal::serve(folder.path(), &[]);
    let guest = portal.guest().await;
    // A portal that had entities is ready at once, and reads on.
    let expected = catalog.expected();
    eventually("the catalog is what the files say", async || (shown(&guest).await == expected).then_some(())).await;
    let orphans = guest.entities_list(&[("filter", "metadata.annotations.backstage.io/orphan")]).await;
    assert_eq!(orphans.names(), Vec::<String>::new());
    let facets = guest.entity_facets(&[("facet", "metadata.uid"), ("filter", "kind=component")]).await.json();
    let uids = facets["facets"]["metadata.uid"].as_array().unwrap();
    assert_eq!(uids.len(), expected.len(), "no two entities have the same uid");
    assert!(uids.iter().all(|uid| uid["count"].as_u64() == Some(1)));
}

#[tokio::test]
async fn a_portal_that_is_killed_fifty_times_ends_with_the_whole_catalog() {
    kill_again_and_again("", 50).await;
}

#[tokio::test]
async fn a_portal_on_postgres_that_is_killed_again_and_again_ends_with_the_whole_catalog() {
    kill_again_and_again(&postgres::database().await, 20).await;
}
