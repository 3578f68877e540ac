//! The same portal on PostgreSQL, configured as an organisation would: through `backend.database`.

use std::fs;

use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use crate::support::descriptors::component;
use crate::support::{Person, Portal, Setup, TestApp, eventually};

/// Names the server, as for the tests of the stores.
const POSTGRES_URL: &str = "CALLBOARD_TEST_POSTGRES_URL";

/// A database of its own, as configuration. Fails where there is no server: nothing is skipped silently.
pub async fn database() -> String {
    let server = std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
        panic!("{POSTGRES_URL} is not set: run the tests through `./justw test-rust`, or leave these out with `cargo nextest run -E 'not test(postgres)'`")
    });
    let name = format!("callboard_{}", uuid::Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (head, _) = server.rsplit_once('/').unwrap();
    format!("backend: {{ database: {{ client: pg, connection: '{head}/{name}' }} }}")
}

async fn walk(person: &Person) -> Vec<String> {
    let first = [("orderField", "metadata.name"), ("limit", "2"), ("filter", "kind=component")];
    let mut page = person.entities_by_query(&first).await;
    let mut names = page.names();
    while let Some(next) = page.json()["pageInfo"]["nextCursor"].as_str() {
        page = person.entities_by_predicate(&json!({"cursor": next, "limit": 2})).await;
        names.extend(page.names());
    }
    names
}

#[tokio::test]
async fn a_catalog_is_read_changed_and_kept() {
    let mut app = Setup { config: &database().await, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    assert_eq!(walk(&ann).await, ["atlas", "Beacon", "comet", "dune", "ember"]);
    let facets = ann.entity_facets(&[("facet", "relations.ownedBy")]).await.json();
    assert_eq!(facets["facets"]["relations.ownedBy"][0], json!({"value": "group:default/team-a", "count": 5}));

    let mut changes = ann.catalog_events().await;
    app.file_write("catalog/more.yaml", &component("fable", "New."));
    changes.announces("component:default/fable").await;
    let before = ann.entities_list(&[]).await.body;
    app.stop();
    assert!(!app.folder().join("data/callboard.db").exists(), "everything is in the other database");
    app.start().await;
    assert_eq!(app.guest().await.entities_list(&[]).await.body, before);
}

/// Another copy of the portal with the same database and the same files.
fn replica(app: &TestApp) -> Portal {
    Portal::spawn(app.folder(), &["serve", "--config", "base.yaml", "--config", "extra.yaml"])
}

#[tokio::test]
async fn two_replicas_tell_the_same() {
    let app = Setup { config: &database().await, ..Setup::default() }.spawn().await;
    let mut other = replica(&app);
    let (here, there) = (app.guest().await, other.guest().await);
    let same = async |what: &str| {
        eventually(what, async || {
            let (here, there) = (here.entities_list(&[]).await, there.entities_list(&[]).await);
            (here.body == there.body).then(|| here.names().len())
        })
        .await
    };
    let n_before = same("both have the same catalog").await;

    // One of them writes; readers of both are told.
    let (mut changes_here, mut changes_there) = (here.catalog_events().await, there.catalog_events().await);
    for name in ["fable", "garnet", "heron"] {
        app.file_write(&format!("catalog/{name}.yaml"), &component(name, "New."));
        let entity_ref = format!("component:default/{name}");
        changes_here.announces(&entity_ref).await;
        changes_there.announces(&entity_ref).await;
    }
    assert_eq!(same("both have the new entities").await, n_before + 3);
    fs::remove_file(app.folder().join("catalog/garnet.yaml")).unwrap();
    eventually("the entity is gone everywhere", async || {
        let gone = [&here, &there].map(|person| async { person.entity_get("component/default/garnet").await.status });
        let [here, there] = gone;
        (here.await == 404 && there.await == 404).then_some(())
    })
    .await;
    assert_eq!(same("both have lost the entity").await, n_before + 2);
    other.terminate();
    assert_eq!(other.ended().await.code(), Some(0));
    assert!(!other.output("stderr").contains("ERROR"), "{}", other.output("stderr"));
}

#[tokio::test]
async fn two_replicas_that_find_new_files_in_another_order_agree() {
    let app = Setup { config: &database().await, ..Setup::default() }.spawn().await;
    let mut other = replica(&app);
    let (here, there) = (app.guest().await, other.guest().await);
    let n_before = here.entities_list(&[]).await.names().len();
    // Against the alphabet, and faster than they are read: each replica may see other files first.
    for number in (0..30).rev() {
        app.file_write(&format!("catalog/late-{number:02}.yaml"), &component(&format!("late-{number:02}"), "New."));
    }
    eventually("both have everything", async || {
        let (here, there) = (here.entities_list(&[]).await, there.entities_list(&[]).await);
        (here.body == there.body && here.names().len() == n_before + 30).then_some(())
    })
    .await;
    // Each entity still belongs to its own file.
    for number in [0, 7, 29] {
        let name = format!("late-{number:02}");
        fs::remove_file(app.folder().join(format!("catalog/{name}.yaml"))).unwrap();
        eventually("one entity is gone", async || {
            (there.entity_get(&format!("component/default/{name}")).await.status == 404).then_some(())
        })
        .await;
    }
    assert_eq!(there.entities_list(&[("filter", "metadata.description=new.")]).await.names().len(), 27);
    assert!(!other.output("stderr").contains("ERROR"), "{}", other.output("stderr"));
}

#[tokio::test]
async fn a_replica_takes_over_when_the_one_that_writes_is_killed() {
    let mut app = Setup { config: &database().await, ..Setup::default() }.prepare();
    let mut writer = replica(&app);
    writer.guest().await;
    app.start().await;
    let ann = app.guest().await;
    assert_eq!(walk(&ann).await, ["atlas", "Beacon", "comet", "dune", "ember"]);
    // It says that it does not write, instead of keeping the caller waiting.
    let refresh = json!({"entityRef": "component:default/atlas"});
    ann.entity_refresh(&refresh).await.error(503, "ServiceUnavailableError");
    ann.entity_delete("nope").await.error(503, "ServiceUnavailableError");
    writer.kill();
    // Saved while nobody writes, or later: it is found either way.
    app.file_write("catalog/fable.yaml", &component("fable", "New."));
    eventually("the other replica has read the file", async || {
        (ann.entity_get("component/default/fable").await.status == 200).then_some(())
    })
    .await;
    app.file_write("catalog/garnet.yaml", &component("garnet", "New."));
    eventually("it goes on reading", async || {
        (ann.entity_get("component/default/garnet").await.status == 200).then_some(())
    })
    .await;
    assert_eq!(walk(&ann).await.len(), 7);
    assert_eq!(ann.entity_refresh(&refresh).await.status, 200);
}
