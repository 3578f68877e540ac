//! A portal that is killed while it reads its catalog for the first time.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::descriptors::components;
use crate::support::{Person, Portal, eventually};

const FILES: usize = 20;
const PER_FILE: usize = 100;

const CONFIG: &str = "
callboard: { dataDirectory: data }
catalog: { locations: [ { type: file, target: catalog/*.yaml } ] }
";

fn bytes_in(folder: &Path) -> u64 {
    let Ok(files) = fs::read_dir(folder) else { return 0 };
    // A file may go away between the two questions.
    files.filter_map(|file| file.ok()?.metadata().ok()).map(|file| file.len()).sum()
}

async fn references(person: &Person) -> Vec<String> {
    let all = person.entities_list(&[("filter", "kind=component")]).await.json();
    let reference = |entity: &serde_json::Value| {
        let relations = entity["relations"].as_array().expect("every component has an owner");
        assert_eq!(relations[0]["targetRef"], "group:default/team-a", "{entity}");
        entity["metadata"]["name"].as_str().unwrap().to_owned()
    };
    all.as_array().unwrap().iter().map(reference).collect()
}

#[tokio::test]
async fn a_portal_that_is_killed_again_and_again_ends_with_the_whole_catalog() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("catalog")).unwrap();
    fs::write(folder.path().join("app-config.yaml"), CONFIG).unwrap();
    for file in 0..FILES {
        let text = components(&format!("part-{file:02}"), PER_FILE);
        fs::write(folder.path().join(format!("catalog/{file:02}.yaml")), text).unwrap();
    }
    let data = folder.path().join("data");

    // Each time it gets a little further: after so many new bytes in its data folder it is killed.
    let mut n_killed_early = 0;
    for growth in [1, 100_000, 400_000, 1_000_000, 2_500_000] {
        let mut portal = Portal::serve(folder.path(), &[]);
        let nobody = Person::anonymous(portal.address().await);
        let enough = bytes_in(&data) + growth;
        let is_ready = eventually("the portal writes or is ready", async || {
            let is_ready = nobody.is_ready().await.is_some();
            (is_ready || bytes_in(&data) >= enough).then_some(is_ready)
        })
        .await;
        n_killed_early += usize::from(!is_ready);
        portal.kill();
    }
    assert!(n_killed_early > 0, "no kill came before the catalog was read");

    let mut portal = Portal::serve(folder.path(), &[]);
    let guest = portal.guest().await;
    let expected: BTreeSet<String> =
        (0..FILES).flat_map(|file| (0..PER_FILE).map(move |number| format!("part-{file:02}-{number:04}"))).collect();
    // A portal that had entities is ready at once, and reads on.
    let found = eventually("the catalog is complete", async || {
        let found = references(&guest).await;
        (found.len() >= expected.len()).then_some(found)
    })
    .await;
    assert_eq!(found.len(), expected.len(), "none twice");
    assert_eq!(BTreeSet::from_iter(found), expected);
    let orphans = guest.entities_list(&[("filter", "metadata.annotations.backstage.io/orphan")]).await;
    assert_eq!(orphans.names(), Vec::<String>::new());
}
