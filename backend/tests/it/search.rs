//! Finding things: the contract's shape, what may be asked, who finds what, and how soon.

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::{Person, Setup, TestApp, eventually, spawn_app};

/// Programs with a token for some plugins only.
const TOKENS: &str = "
backend:
  auth:
    externalAccess:
      - type: static
        options: { token: only-search-0001, subject: finder }
        accessRestrictions: [ { plugin: search } ]
      - type: static
        options: { token: reads-too-0002, subject: reader }
        accessRestrictions: [ { plugin: search }, { plugin: catalog, permission: catalog.entity.read } ]
";

/// A portal whose index has come up to its catalog, and a guest.
async fn searchable(setup: Setup<'_>) -> (TestApp, Person) {
    let app = setup.spawn().await;
    let ann = app.guest().await;
    eventually("everything is found", async || {
        let n_entities = ann.entities_by_query(&[("limit", "0")]).await.json()["totalItems"].as_u64()?;
        let n_found = ann.search_query(&[("pageLimit", "0")]).await.json()["numberOfResults"].as_u64()?;
        (n_entities > 0 && n_entities == n_found).then_some(())
    })
    .await;
    (app, ann)
}

fn titles(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap().iter();
    results.map(|result| result["document"]["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_result_has_the_shape_of_the_contract() {
    let (_app, ann) = searchable(Setup::default()).await;
    let answer = ann.search_query(&[("term", "beacon"), ("types[0]", "software-catalog")]).await.json();
    assert_eq!(answer["numberOfResults"], 1);
    let result = &answer["results"][0];
    assert_eq!((&result["type"], &result["rank"]), (&json!("software-catalog"), &json!(1)));
    let expected = json!({"title": "Beacon", "text": "", "type": "library", "componentType": "library", "name": "Beacon",
        "namespace": "default", "kind": "Component", "lifecycle": "experimental", "owner": "team-b",
        "location": "/catalog/default/component/beacon", "tags": ["rust"]});
    assert_eq!(result["document"], expected, "nothing else, above all no authorization");
    let highlight = &result["highlight"];
    let (pre, post) = (highlight["preTag"].as_str().unwrap(), highlight["postTag"].as_str().unwrap());
    assert_eq!(highlight["fields"]["title"], format!("{pre}Beacon{post}"));
    assert_eq!(highlight["fields"]["location"], format!("/catalog/default/component/{pre}beacon{post}"));
    assert!(answer.get("nextPageCursor").is_none() && answer.get("previousPageCursor").is_none());
}

#[tokio::test]
async fn pages_lead_to_each_other() {
    let (_app, ann) = searchable(Setup::default()).await;
    let page = async |cursor: &str| {
        let query = [("term", "team"), ("pageLimit", "2"), ("pageCursor", cursor)];
        ann.search_query(if cursor.is_empty() { &query[..2] } else { &query }).await.json()
    };
    let first = page("").await;
    assert_eq!((&first["nextPageCursor"], first.get("previousPageCursor")), (&json!("MQ=="), None));
    let second = page("MQ==").await;
    assert_eq!((&second["nextPageCursor"], &second["previousPageCursor"]), (&json!("Mg=="), &json!("MA==")));
    assert_eq!(second["results"][0]["rank"], 3);
    assert_ne!(titles(&first), titles(&second));
    for forged in ["zzz", "LTE=", "OTk5OTk5OTk5OTk5OTk="] {
        assert_eq!(page(forged).await["results"], json!([]), "{forged}");
    }
}

#[tokio::test]
async fn mistakes_are_told_and_hostile_terms_are_only_terms() {
    let (_app, ann) = searchable(Setup::default()).await;
    for (name, value) in [
        ("pageLimit", "101"),
        ("pageLimit", "many"),
        ("types[0]", "nope"),
        ("filters", "{"),
        ("term", &"x".repeat(101)),
    ] {
        let message = ann.search_query(&[(name, value)]).await.error(400, "InputError");
        assert!(message.starts_with("Invalid query string: [\n"), "{name}={value}: {message}");
    }
    for term in ["name:atlas AND", "/(a+)+$/", "\u{0}\u{7}", "*", "\"", "kind:[a TO b]^9~2", "%00"] {
        assert_eq!(ann.search_query(&[("term", term)]).await.status, 200, "{term:?}");
    }
    assert_eq!(ann.search_query(&[("unknown", "1")]).await.status, 200);
}

#[tokio::test]
async fn filters_and_facets_tell_of_the_same_documents() {
    let (_app, ann) = searchable(Setup::default()).await;
    let query = [
        ("filters[kind]", "Component"),
        ("filters[lifecycle][0]", "production"),
        ("facets[]", "owner"),
        ("facets[]", "kind"),
    ];
    let answer = ann.search_query(&query).await.json();
    let mut found = titles(&answer);
    found.sort_unstable();
    assert_eq!(found, ["Zebra", "dune", "ember"]);
    assert_eq!(answer["facets"]["kind"], json!([{"value": "Component", "count": 3}]));
    assert_eq!(
        answer["facets"]["owner"],
        json!([{"value": "team-a", "count": 2}, {"value": "group:default/team-b", "count": 1}])
    );
    assert_eq!(ann.search_query(&[("filters[colour]", "red")]).await.json()["numberOfResults"], 0);
}

#[tokio::test]
async fn what_changes_is_found_and_what_goes_is_not() {
    let (app, ann) = searchable(Setup::default()).await;
    let n_found =
        async |term: &str| ann.search_query(&[("term", term)]).await.json()["numberOfResults"].as_u64().unwrap();
    app.file_write("catalog/fable.yaml", &component("fable-teller", "Tells."));
    eventually("the new entity is found", async || (n_found("fable teller").await == 1).then_some(())).await;
    app.file_write("catalog/fable.yaml", &component("garnet", "Shines."));
    eventually("the old name is gone", async || (n_found("fable").await == 0).then_some(())).await;
    assert_eq!(n_found("garnet").await, 1);
}

#[tokio::test]
async fn the_index_is_made_again_after_a_restart_without_it() {
    let (mut app, ann) = searchable(Setup::default()).await;
    let before = ann.search_query(&[("term", "zebra")]).await.json();
    app.stop();
    std::fs::remove_dir_all(app.folder().join("data/search")).unwrap();
    app.start().await;
    let ann = app.guest().await;
    eventually("it is found again", async || {
        let after = ann.search_query(&[("term", "zebra")]).await.json();
        (after["numberOfResults"] == before["numberOfResults"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_may_not_read_entities_finds_nothing() {
    let (app, _) = searchable(Setup { config: TOKENS, ..Setup::default() }).await;
    let query = [("term", "atlas"), ("facets[]", "kind")];
    assert_eq!(app.program("only-search-0001").search_query(&query).await.json(), json!({"results": []}));
    assert_eq!(app.program("reads-too-0002").search_query(&query).await.json()["numberOfResults"], 1);
    app.anonymous().search_query(&query).await.assert_error(401, "AuthenticationError", "Missing credentials");
}

#[tokio::test]
async fn starred_entities_come_earlier() {
    let app = spawn_app().await;
    for name in ["cache-one", "cache-two", "cache-six"] {
        app.file_write(&format!("catalog/{name}.yaml"), &component(name, "Keeps."));
    }
    let ann = app.guest().await;
    let first = async || {
        let answer = ann.search_query(&[("term", "cache")]).await.json();
        (answer["numberOfResults"] == 3).then(|| titles(&answer)[0].to_owned())
    };
    eventually("all three are found", first).await;
    for name in ["cache-six", "cache-two"] {
        let value = json!({"value": [format!("component:default/{name}")]});
        ann.user_setting_update("default.starredEntities", "entityRefs", &value).await.json();
        assert_eq!(first().await.as_deref(), Some(name));
    }
}
