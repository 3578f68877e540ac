//! Finding things: the contract's shape, what may be asked, who finds what, and how soon.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::descriptors::{CATALOG, component};
use crate::support::{Person, Setup, TestApp, eventually, spawn_app};

/// Programs with a token for some plugins only, or for some permissions there.
const TOKENS: &str = "
backend:
  auth:
    externalAccess:
      - type: static
        options: { token: only-search-0001, subject: finder }
        accessRestrictions: [ { plugin: search } ]
      - type: static
        options: { token: reads-here-0002, subject: reader }
        accessRestrictions:
          - { plugin: search, permission: catalog.entity.read }
          - { plugin: catalog, permission: catalog.location.create }
      - type: static
        options: { token: reads-there-0003, subject: registrar }
        accessRestrictions: [ { plugin: search, permission: catalog.location.create }, { plugin: catalog } ]
      - type: static
        options: { token: deletes-0004, subject: janitor }
        accessRestrictions: [ { plugin: search, permissionAttribute: { action: delete } } ]
      - type: static
        options: { token: elsewhere-0005, subject: sync }
        accessRestrictions: [ { plugin: catalog } ]
";

/// Nobody listens on that port.
const AWAY: &str = "search: { engine: meilisearch, meilisearch: { host: 'http://127.0.0.1:9' } }";

/// Entities that differ from others in case only, or say `other` themselves.
const SPELLINGS: &str = "---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: fjord }
spec: { type: Service, lifecycle: Production, owner: Team-A }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: glade }
spec: { type: Other, lifecycle: experimental, owner: team-a }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: heath }
spec: { type: other, lifecycle: production, owner: team-a }
";

/// A portal whose index has come up to its catalog, and a guest.
pub async fn searchable(setup: Setup<'_>) -> (TestApp, Person) {
    let app = setup.spawn().await;
    let ann = app.guest().await;
    eventually("everything is found", async || {
        let n_entities = ann.entities_by_query(&[("limit", "0")]).await.json()["totalItems"].as_u64()?;
        let counted = [("pageLimit", "0"), ("types[]", "software-catalog")];
        let n_found = ann.search_query(&counted).await.json()["numberOfResults"].as_u64()?;
        let is_current = ann.search_status().await.json()["state"] == "current";
        (is_current && n_entities > 0 && n_entities == n_found).then_some(())
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
    assert_eq!(ann.search_query(&[("term", &"x".repeat(10_000))]).await.status, 400);
    assert_eq!(ann.search_suggest(&[("term", &"x".repeat(10_000))]).await.status, 400);
    for term in ["name:atlas AND", "/(a+)+$/", "\u{0}\u{7}", "*", "\"", "kind:[a TO b]^9~2", "%00"] {
        assert_eq!(ann.search_query(&[("term", term)]).await.status, 200, "{term:?}");
        assert_eq!(ann.search_suggest(&[("term", term)]).await.status, 200, "{term:?}");
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
    // As if `kind` were not filtered, so that the alternatives are told.
    let kinds = json!([{"value": "Component", "count": 3}, {"value": "API", "count": 1}]);
    assert_eq!(answer["facets"]["kind"], kinds);
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
    fs::remove_dir_all(app.folder().join("data/search")).unwrap();
    app.start().await;
    let ann = app.guest().await;
    eventually("it is found again", async || {
        let after = ann.search_query(&[("term", "zebra")]).await.json();
        (after["numberOfResults"] == before["numberOfResults"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_token_for_search_finds_what_it_may_read_there() {
    let (app, _) = searchable(Setup { config: TOKENS, ..Setup::default() }).await;
    let query = [("term", "atlas"), ("facets[]", "kind")];
    for token in ["only-search-0001", "reads-here-0002"] {
        let program = app.program(token);
        let found = program.search_query(&query).await.json();
        assert_eq!(found["numberOfResults"], 1, "{token}: {found}");
        assert_eq!(found["facets"]["kind"], json!([{"value": "Component", "count": 1}]), "{token}");
        let suggested = program.search_suggest(&query[..1]).await.json();
        assert_eq!(suggested["suggestions"][0]["entityRef"], "component:default/atlas", "{token}");
        assert!(program.search_status().await.json()["nDocuments"].as_u64() > Some(0), "{token}");
    }
    // What it may do in the catalog is decided there.
    let finder = app.program("only-search-0001");
    for answer in [
        finder.entities_list(&[]).await,
        finder.entities_by_query(&[]).await,
        finder.entity_get("component/default/atlas").await,
        finder.entity_facets(&[("facet", "kind")]).await,
        finder.locations_list().await,
    ] {
        let message = "This token's access is restricted to plugin(s) 'search'";
        answer.assert_error(403, "NotAllowedError", message);
    }
    let reader = app.program("reads-here-0002");
    assert_eq!(reader.entities_list(&[]).await.json(), json!([]));
    assert_eq!(reader.entity_get("component/default/atlas").await.status, 404);
}

#[tokio::test]
async fn who_may_not_read_entities_finds_nothing() {
    let (app, _) = searchable(Setup { config: TOKENS, ..Setup::default() }).await;
    let query = [("term", "atlas"), ("facets[]", "kind")];
    for token in ["reads-there-0003", "deletes-0004"] {
        let program = app.program(token);
        assert_eq!(program.search_query(&query).await.json(), json!({"results": []}), "{token}");
        assert_eq!(program.search_suggest(&query[..1]).await.json(), json!({"suggestions": []}), "{token}");
        let status = program.search_status().await.json();
        assert_eq!(status.get("nDocuments"), None, "{token}: how much there is would tell of it");
    }
    assert_eq!(app.program("reads-there-0003").entity_get("component/default/atlas").await.status, 200);
    let message = "This token's access is restricted to plugin(s) 'catalog'";
    app.program("elsewhere-0005").search_query(&query).await.assert_error(403, "NotAllowedError", message);
    app.anonymous().search_suggest(&query[..1]).await.assert_error(401, "AuthenticationError", "Missing credentials");
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

#[tokio::test]
async fn a_change_is_found_within_a_second_of_its_appearance() {
    let (app, ann) = searchable(Setup::default()).await;
    app.file_write("catalog/quick.yaml", &component("quicksilver", "Moves."));
    eventually("the entity is in the catalog", async || {
        (ann.entity_get("component/default/quicksilver").await.status == 200).then_some(())
    })
    .await;
    let appeared = Instant::now();
    eventually("the entity is found", async || {
        let found = ann.search_query(&[("term", "quicksilver")]).await.json();
        (found["numberOfResults"] == 1 && found["results"][0]["changedAt"].is_string()).then_some(())
    })
    .await;
    assert!(appeared.elapsed() < Duration::from_secs(1), "{:?}", appeared.elapsed());
    let since = [("term", "quicksilver"), ("changedSince", "2000-01-01")];
    assert_eq!(ann.search_query(&since).await.json()["numberOfResults"], 1);
    let since = [("term", "quicksilver"), ("changedSince", "2999-01-01")];
    assert_eq!(ann.search_query(&since).await.json()["numberOfResults"], 0);
}

#[tokio::test]
async fn suggestions_show_what_was_typed() {
    let (_app, ann) = searchable(Setup::default()).await;
    let found = ann.search_suggest(&[("term", "zeb"), ("limit", "3")]).await.json();
    let first = &found["suggestions"][0];
    assert_eq!((&first["title"], &first["entityRef"]), (&json!("Zebra"), &json!("component:default/atlas")));
    assert_eq!(first["parts"], json!([{"text": "Zeb", "isMatch": true}, {"text": "ra"}]));
    assert_eq!((&first["kind"], &first["location"]), (&json!("Component"), &json!("/catalog/default/component/atlas")));
    let near = ann.search_suggest(&[("term", "zerba")]).await.json();
    assert_eq!(near["suggestions"][0]["title"], "Zebra");
    assert_eq!(ann.search_suggest(&[("term", "")]).await.json()["suggestions"].as_array().unwrap().len(), 8);
    for (name, value) in [("limit", "0"), ("limit", "21"), ("types[]", "nope")] {
        let message = ann.search_suggest(&[("term", "a"), (name, value)]).await.error(400, "InputError");
        assert!(message.starts_with("Invalid query string: [\n"), "{message}");
    }
}

#[tokio::test]
async fn what_is_inside_a_definition_leads_to_its_place() {
    let (app, ann) = searchable(Setup::default()).await;
    let text = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: { name: rides }\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team-a\n  definition: |\n    openapi: 3.1.0\n    info: { title: Rides, version: '1' }\n    paths:\n      /rides/{id}:\n        get: { operationId: getRide, summary: Tells where a ride is, responses: {} }\n";
    app.file_write("catalog/rides.yaml", text);
    let found = eventually("the operation is found", async || {
        let found = ann.search_query(&[("term", "getRide"), ("facets[]", "types")]).await.json();
        (found["numberOfResults"].as_u64() > Some(0)).then_some(found)
    })
    .await;
    let result = &found["results"][0];
    assert_eq!((&result["type"], &result["document"]["title"]), (&json!("api-operation"), &json!("GET /rides/{id}")));
    assert_eq!(result["document"]["location"], "/catalog/default/api/rides/definition#op-getRide");
    let definition = ann.get("/api/catalog/entities/by-name/api/default/rides/definition", &[]).await.json();
    assert_eq!(definition["groups"][0]["operations"][0]["id"], "op-getRide", "that is what the page goes to");
    assert_eq!(found["facets"]["types"], json!([{"value": "api-operation", "count": 1}]));
    let only_entities = [("term", "ride"), ("types[]", "software-catalog")];
    assert_eq!(titles(&ann.search_query(&only_entities).await.json()), ["rides"]);
}

#[tokio::test]
async fn an_index_whose_folder_vanishes_is_made_again_while_serving() {
    let (app, ann) = searchable(Setup::default()).await;
    fs::remove_dir_all(app.folder().join("data/search")).unwrap();
    app.file_write("catalog/fable.yaml", &component("fable-teller", "Tells."));
    eventually("the new entity is found", async || {
        let found = ann.search_query(&[("term", "fable"), ("types[]", "software-catalog")]).await;
        assert_eq!(found.status, 200, "there is always an answer");
        let found = found.json();
        (found["numberOfResults"] == 1 && found.get("limitation").is_none()).then_some(())
    })
    .await;
    assert_eq!(ann.search_query(&[("term", "zebra")]).await.json()["numberOfResults"], 1);
}

#[tokio::test]
async fn while_the_search_server_is_away_the_catalog_answers_and_says_so() {
    let (_app, ann) = without_engine(Setup::default().files).await;
    let query = [("term", "zebra"), ("facets[]", "kind"), ("filters[kind]", "Component")];
    let found = ann.search_query(&query).await.json();
    assert_eq!(titles(&found), ["Zebra"]);
    assert_eq!(found["limitation"]["reason"], "engine-away");
    assert_eq!(found["results"][0]["document"]["location"], "/catalog/default/component/atlas");
    assert_eq!(found["facets"]["kind"], json!([{"value": "Component", "count": 1}]));
    assert!(!found["limitation"]["message"].as_str().unwrap().contains("changed"));
    let found = ann.search_query(&[("term", "zebra"), ("changedSince", "2026-01-01")]).await.json();
    assert!(found["limitation"]["message"].as_str().unwrap().ends_with("When they changed is not looked at."));
    let suggested = ann.search_suggest(&[("term", "zeb")]).await.json();
    assert_eq!(
        (&suggested["suggestions"][0]["title"], &suggested["limitation"]["reason"]),
        (&json!("Zebra"), &json!("engine-away"))
    );
    assert_eq!(ann.search_query(&[("types[]", "api-operation")]).await.json()["numberOfResults"], 0);
    assert_eq!(ann.search_query(&[("term", "***(")]).await.status, 200);
    let status = ann.search_status().await.json();
    assert_eq!(status["engine"], "meilisearch");
}

/// A portal whose search server is away, and a guest.
async fn without_engine(files: &[(&str, &str)]) -> (TestApp, Person) {
    let app = Setup { config: AWAY, files }.spawn().await;
    let ann = app.guest().await;
    eventually("the server is missed", async || (ann.search_status().await.json()["state"] == "away").then_some(()))
        .await;
    (app, ann)
}

/// What is found: titles without those of locations, which tell where the portal lies, the number of results, and facets.
async fn told(person: &Person, query: &[(&str, &str)]) -> (Vec<String>, Value, Value) {
    let answer = person.search_query(query).await.json();
    let mut titles: Vec<String> = titles(&answer).into_iter().map(str::to_owned).collect();
    titles.retain(|title| !title.starts_with("generated-"));
    titles.sort();
    (titles, answer["numberOfResults"].clone(), answer["facets"].clone())
}

#[tokio::test]
async fn while_the_search_server_is_away_filters_and_facets_tell_the_same_as_the_index() {
    let catalog = format!("{CATALOG}{SPELLINGS}");
    let files = [("catalog/all.yaml", catalog.as_str())];
    let (_indexed, ann) = searchable(Setup { files: &files, ..Setup::default() }).await;
    let (_away, ben) = without_engine(&files).await;
    let n_entities =
        async |person: &Person| person.entities_by_query(&[("limit", "0")]).await.json()["totalItems"].clone();
    eventually("both have the same catalog", async || (n_entities(&ann).await == n_entities(&ben).await).then_some(()))
        .await;
    let everything = [
        ("facets[]", "types"),
        ("facets[]", "kind"),
        ("facets[]", "namespace"),
        ("facets[]", "type"),
        ("facets[]", "componentType"),
        ("facets[]", "lifecycle"),
        ("facets[]", "owner"),
        ("facets[]", "tags"),
        ("facets[]", "title"),
        ("facets[]", "colour"),
    ];
    let questions: [&[(&str, &str)]; 24] = [
        &[],
        &[("filters[kind]", "component")],
        &[("filters[kind]", "Component")],
        &[("filters[kind]", "Component"), ("filters[lifecycle]", "production")],
        &[("filters[kind][0]", "Component"), ("filters[kind][1]", "api")],
        &[("filters[type]", "other")],
        &[("filters[type]", "Other")],
        &[("filters[type]", "OTHER")],
        &[("filters[type][0]", "other"), ("filters[type][1]", "service")],
        &[("filters[type]", "service")],
        &[("filters[componentType]", "Service")],
        &[("filters[type][0]", "service"), ("filters[type][1]", "Service")],
        &[("filters[type]", "service"), ("filters[lifecycle]", "production")],
        &[("filters[lifecycle]", "Production")],
        &[("filters[lifecycle]", "")],
        &[("filters[owner]", "Team-A")],
        &[("filters[tags]", "java")],
        &[("filters[name]", "Beacon")],
        &[("filters[name]", "beacon")],
        &[("filters[title]", "Zebra")],
        &[("filters[colour]", "red")],
        &[("filters[types]", "software-catalog")],
        &[("types[]", "software-catalog"), ("filters[type]", "other")],
        &[("types[]", "api-operation")],
    ];
    for filters in questions {
        let query: Vec<(&str, &str)> = filters.iter().chain(&everything).copied().collect();
        assert_eq!(told(&ben, &query).await, told(&ann, &query).await, "{filters:?}");
    }
    let found = told(&ben, &[("filters[type]", "other"), ("facets[]", "type"), ("facets[]", "types")]).await;
    assert_eq!((found.0, found.1), (vec!["ann".to_owned(), "heath".to_owned(), "payments".to_owned()], json!(3)));
    assert_eq!(found.2["types"], json!([{"value": "software-catalog", "count": 3}]));
    let types = found.2["type"].as_array().unwrap();
    assert!(types.contains(&json!({"value": "other", "count": 3})), "{types:?}");
    assert_eq!(told(&ben, &[("filters[kind]", "component")]).await.1, 0);
    assert_eq!(told(&ben, &[("filters[type]", "Service")]).await.0, ["fjord"]);
    let counted = told(&ben, &[("types[]", "api-operation"), ("term", "zebra"), ("facets[]", "types")]).await;
    assert_eq!((counted.1, counted.2), (json!(0), json!({"types": [{"value": "software-catalog", "count": 1}]})));
}

/// A question of `tests/relevance/queries.yaml`.
#[derive(Deserialize)]
struct Judged {
    catalog: String,
    term: String,
    wants: BTreeMap<String, u32>,
}

#[test]
fn the_judged_questions_are_many_and_well_formed() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/relevance/queries.yaml");
    let questions: Vec<Judged> = serde_yaml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert!(questions.len() >= 60, "only {}", questions.len());
    for Judged { catalog, term, wants } in questions {
        assert!(["example", "generated"].contains(&catalog.as_str()), "{term}: {catalog}");
        assert!(
            wants.values().any(|grade| *grade >= 2) && wants.values().all(|grade| (1..=3).contains(grade)),
            "{term}"
        );
        assert!(wants.keys().all(|name| name.contains(':') && name.contains('/')), "{term}: {wants:?}");
    }
}
