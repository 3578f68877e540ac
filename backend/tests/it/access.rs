//! Who may ask what: every operation of the OpenAPI document, asked by callers who may not.

use callboard::app::openapi_json;
use serde_json::{Value, json};

use crate::contract::operations;
use crate::support::descriptors::component;
use crate::support::{Answer, Person, Setup};

/// Operations that are answered without credentials. This list may only shrink, or grow with a reason.
const OPEN: [&str; 17] = [
    // Probes for supervisors.
    "get /.backstage/health/v1/liveness",
    "get /.backstage/health/v1/readiness",
    // Numbers without names; `callboard.metrics` closes it.
    "get /metrics",
    // Public keys.
    "get /api/auth/.well-known/jwks.json",
    "get /api/auth/.well-known/openid-configuration",
    "get /api/{plugin}/.backstage/auth/v1/jwks.json",
    // How one gets credentials.
    "get /api/auth/{provider}/handler/frame",
    "post /api/auth/{provider}/handler/frame",
    "get /api/auth/{provider}/refresh",
    "post /api/auth/{provider}/refresh",
    "get /api/auth/{provider}/start",
    "post /api/auth/{provider}/logout",
    // What the page shows before anyone has signed in.
    "get /api/app/config",
    // What the program is made of: the same as in its sources.
    "get /api/app/about",
    "get /api/app/licences",
    "get /api/app/licences/texts/{number}",
    // Looks at the token itself, since it takes tokens that nothing else takes.
    "get /api/auth/v1/userinfo",
];

const TOKENS: &str = "
backend:
  auth:
    externalAccess:
      - { type: static, options: { token: elsewhere-0001, subject: bot }, accessRestrictions: [ { plugin: scaffolder } ] }
      - type: static
        options: { token: blind-0002, subject: registrar }
        accessRestrictions: [ { plugin: catalog, permission: catalog.location.create } ]
      - type: static
        options: { token: deleter-0003, subject: janitor }
        accessRestrictions: [ { plugin: catalog, permissionAttribute: { action: delete } } ]
";

/// The path with something plausible for each parameter.
fn example_path(path: &str) -> String {
    let examples = [
        ("{plugin}", "catalog"),
        ("{provider}", "guest"),
        ("{kind}", "component"),
        ("{namespace}", "default"),
        ("{name}", "atlas"),
        ("{bucket}", "default"),
        ("{key}", "theme"),
        ("{uid}", "00000000-0000-0000-0000-000000000000"),
        ("{id}", "00000000-0000-0000-0000-000000000000"),
        ("{number}", "0"),
    ];
    let filled = examples.iter().fold(path.to_owned(), |path, (parameter, value)| path.replace(parameter, value));
    assert!(!filled.contains('{'), "say what stands for the parameters of {path}");
    filled
}

#[tokio::test]
async fn nobody_gets_in_without_credentials() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut open = Vec::new();
    for (path, method, operation) in operations(&document) {
        let name = format!("{method} {path}");
        let answer = app.anonymous().ask(&method.to_uppercase(), &example_path(path)).await;
        let says_open = operation.get("security").is_some_and(|ways| *ways == json!([{}]) || *ways == json!([]));
        if OPEN.contains(&name.as_str()) {
            assert!(says_open || name.ends_with("/userinfo"), "{name}: the document says that it needs credentials");
            open.push(name);
        } else {
            answer.assert_error(401, "AuthenticationError", "Missing credentials");
            assert!(!says_open, "{name}: the document says that it is open");
        }
    }
    open.sort();
    let mut expected = OPEN.to_vec();
    expected.sort_unstable();
    assert_eq!(open, expected, "an entry of the list is no operation any more: take it out");
}

#[tokio::test]
async fn a_token_for_another_plugin_opens_nothing_here() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let stranger = app.program("elsewhere-0001");
    for (path, method, _) in operations(&document) {
        if !OPEN.contains(&format!("{method} {path}").as_str()) {
            let answer = stranger.ask(&method.to_uppercase(), &example_path(path)).await;
            let message = "This token's access is restricted to plugin(s) 'scaffolder'";
            answer.assert_error(403, "NotAllowedError", message);
        }
    }
}

/// Operations that read although they are asked with POST.
const READING: [&str; 11] = [
    "post /api/catalog/entities/by-query",
    "post /api/catalog/entities/by-refs",
    "post /api/catalog/entities/csv",
    "post /api/catalog/entity-counts",
    "post /api/catalog/entity-facets",
    "post /api/catalog/locations/preview",
    "post /api/catalog/locations/preview-text",
    "post /api/catalog/locations/by-query",
    "post /api/catalog/analyze-location",
    "post /api/catalog/validate-entity",
    "post /api/user-settings/multiget",
];

#[tokio::test]
async fn a_personal_token_that_only_reads_is_refused_wherever_something_may_change() {
    let config = "auth: { personalTokens: { allowGuest: true } }";
    let app = Setup { config, ..Setup::default() }.spawn().await;
    let made = app.guest().await.personal_token_created(&json!({"name": "x", "isReadOnly": true})).await;
    let reader = app.program(made["secret"].as_str().unwrap());
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut reading = Vec::new();
    for (path, method, _) in operations(&document) {
        let name = format!("{method} {path}");
        if OPEN.contains(&name.as_str()) || path == "/api/catalog/events" {
            continue;
        }
        let answer = reader.ask(&method.to_uppercase(), &example_path(path)).await;
        if path.starts_with("/api/personal-tokens") {
            assert_eq!(answer.status, 403, "{name}");
        } else if method == "get" || READING.contains(&name.as_str()) {
            assert!(!matches!(answer.status, 401 | 403), "{name}: {}", answer.body);
            reading.push(name);
        } else {
            let message = answer.error(403, "NotAllowedError");
            assert!(message.starts_with("this personal token only reads"), "{name}: {message}");
        }
    }
    for name in READING {
        assert!(reading.iter().any(|asked| asked == name), "{name} is no operation any more: take it out");
    }
}

/// Asks one operation of the catalog about what exists, and looks for any trace of it in the answer.
async fn assert_sees_nothing(blind: &Person, operation: &str, uid: &str, location: &str) {
    let list = |answer: Answer, expected: Value| assert_eq!(answer.json(), expected, "{operation}");
    let page = json!({"items": [], "totalItems": 0, "pageInfo": {}});
    match operation {
        "entity_counts" => {
            let body = json!({"questions": [{}, {"query": {"metadata.name": "atlas"}, "facets": ["kind"]}]});
            let nothing = json!({"items": [{"total": 0, "facets": {}}, {"total": 0, "facets": {"kind": []}}]});
            list(blind.entity_counts(&body).await, nothing);
        }
        "entities_csv" => {
            let body = json!({"columns": [{"title": "Name", "field": "metadata.name"}]});
            let table = blind.entities_csv(&body).await;
            assert_eq!((table.status, table.body.as_str()), (200, "Name\r\n"), "{operation}");
        }
        "entities_list" => {
            list(blind.entities_list(&[]).await, json!([]));
            let paged = blind.entities_list(&[("limit", "1")]).await;
            assert_eq!(paged.header("link"), None, "a next page would tell that there is something");
            list(paged, json!([]));
        }
        "entities_by_query" => {
            list(blind.entities_by_query(&[]).await, page.clone());
            let text = [("fullTextFilterTerm", "a"), ("fullTextFilterFields", "metadata.name"), ("orderField", "kind")];
            list(blind.entities_by_query(&text).await, page);
        }
        "entities_by_predicate" => {
            list(blind.entities_by_predicate(&json!({})).await, page.clone());
            list(blind.entities_by_predicate(&json!({"query": {"$not": {"kind": "none"}}})).await, page);
        }
        "entities_by_refs" => {
            let refs = json!({"entityRefs": ["component:default/atlas", "component:default/none"]});
            list(blind.entities_by_refs(&[], &refs).await, json!({"items": [null, null]}));
        }
        "entity_get_by_uid" => {
            let message = format!("No entity with uid {uid}");
            blind.entity_get_by_uid(uid).await.assert_error(404, "NotFoundError", &message);
        }
        "entity_get_by_name" => {
            let message = "No entity named 'atlas' found, with kind 'component' in namespace 'default'";
            blind.entity_get("component/default/atlas").await.assert_error(404, "NotFoundError", message);
        }
        "entity_facets" => {
            let facets = blind.entity_facets(&[("facet", "kind"), ("facet", "none")]).await;
            list(facets, json!({"facets": {"kind": [], "none": []}}));
        }
        "entity_facets_by_predicate" => {
            let facets = blind.entity_facets_by_predicate(&json!({"facets": ["kind"]})).await;
            list(facets, json!({"facets": {"kind": []}}));
        }
        "entity_graph" => {
            let alone =
                |root: &str| json!([{"entityRef": format!("component:default/{root}"), "depth": 0, "isMissing": true}]);
            for root in ["atlas", "none"] {
                let graph = blind.entity_graph(&[("root", &format!("component:{root}")), ("depth", "2")]).await;
                list(graph, json!({"nodes": alone(root), "edges": [], "isTruncated": false}));
            }
        }
        "entity_ancestry" => {
            for name in ["atlas", "none"] {
                let answer = blind.entity_ancestry(&format!("component/default/{name}")).await;
                assert!(answer.error(403, "NotAllowedError").starts_with("catalog.entity.read is denied"), "{name}");
            }
        }
        "locations_list" => list(blind.locations_list().await, json!([])),
        "locations_by_query" => list(blind.locations_by_query(&json!({})).await, page),
        "location_get" | "location_get_by_entity" => {
            let answer = blind.location_get_by_entity("component/default/atlas").await;
            let message = "No entity named 'atlas' found, with kind 'component' in namespace 'default'";
            answer.assert_error(404, "NotFoundError", message);
            blind.location_get(uid).await.assert_error(
                404,
                "NotFoundError",
                &format!("Found no location with ID {uid}"),
            );
        }
        // Have permissions of their own, and tests in `locations`.
        "location_create" | "location_update" | "location_delete" | "entity_validate" | "location_analyze"
        | "location_preview" | "text_preview" => {}
        "location_removal" => {
            let message = format!("Found no location with ID {uid}");
            let path = format!("/api/catalog/locations/{uid}/removal");
            blind.get(&path, &[]).await.assert_error(404, "NotFoundError", &message);
        }
        "entity_definition" => {
            for name in ["atlas", "none"] {
                let path = format!("/api/catalog/entities/by-name/component/default/{name}/definition");
                let message = format!("No entity named '{name}' found, with kind 'component' in namespace 'default'");
                blind.get(&path, &[]).await.assert_error(404, "NotFoundError", &message);
            }
        }
        "entity_fields" => {
            for name in ["atlas", "none"] {
                let path = format!("/api/catalog/explain/fields/component/default/{name}");
                let message = format!("No entity named '{name}' found, with kind 'component' in namespace 'default'");
                blind.get(&path, &[]).await.assert_error(404, "NotFoundError", &message);
            }
        }
        "entity_explain" => {
            for name in ["atlas", "none"] {
                let path = format!("/api/catalog/explain/entities/component/default/{name}");
                let message = blind.get(&path, &[]).await.error(404, "NotFoundError");
                assert!(message.starts_with("nothing is known of"), "{message}");
            }
        }
        "location_explain" => {
            let path = "/api/catalog/explain/locations";
            for query in [[("location", location)], [("id", "1")]] {
                let message = blind.get(path, &query).await.error(404, "NotFoundError");
                assert!(message.contains("is not read"), "{message}");
            }
        }
        "problems_list" => {
            let answer = blind.get("/api/catalog/explain/problems", &[]).await;
            list(answer, json!({"items": [], "totalItems": 0, "owners": [], "steps": [], "pageInfo": {}}));
        }
        "changes_list" => list(blind.get("/api/catalog/changes", &[]).await, json!({"items": [], "pageInfo": {}})),
        "catalog_overview" => {
            let nothing = json!({"totalItems": 0, "counts": [], "items": []});
            let empty = json!({"totalItems": 0, "kinds": [], "owners": [], "attention": nothing});
            list(blind.get("/api/catalog/overview", &[]).await, empty);
            let answer = blind.get("/api/catalog/overview", &[("owner", "group:default/team-a")]).await.json();
            assert_eq!(answer["owners"], json!([{"owner": "group:default/team-a", "kinds": []}]));
            assert_eq!(answer["attention"], nothing);
        }
        // Has a test of its own, below.
        "catalog_events" => {}
        // Have permissions of their own, and tests in `catalog_sources`.
        "entity_refresh" | "entity_delete" => {}
        other => panic!("say what `{other}` answers to someone who may not read entities"),
    }
}

#[tokio::test]
async fn who_may_not_read_entities_learns_nothing_of_them() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let atlas = app.guest().await.entity_get("component/default/atlas").await.json();
    let uid = atlas["metadata"]["uid"].as_str().unwrap();
    let location = atlas["metadata"]["annotations"]["backstage.io/managed-by-location"].as_str().unwrap();
    let broken = component("broken", "Nobody may know.").replace("owner: team-a", "owner: 7");
    app.file_write("catalog/broken.yaml", &broken);
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut n_asked = 0;
    for (path, _, operation) in operations(&document).into_iter().filter(|(path, ..)| path.starts_with("/api/catalog/"))
    {
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{path} has no name"));
        for token in ["blind-0002", "deleter-0003"] {
            assert_sees_nothing(&app.program(token), name, uid, location).await;
            n_asked += 1;
        }
    }
    assert!(n_asked >= 18, "only {n_asked} questions were asked");
}

#[tokio::test]
async fn who_may_not_read_entities_is_told_of_no_change() {
    let app = Setup { config: TOKENS, ..Setup::default() }.spawn().await;
    let mut blind = app.program("blind-0002").catalog_events().await;
    let mut seeing = app.guest().await.catalog_events().await;
    app.file_write("catalog/fable.yaml", &component("fable", "New."));
    seeing.announces("component:default/fable").await;
    // The portal ends the stream, and nothing came before the end.
    let mut app = app;
    let reading = tokio::spawn(async move { blind.next().await });
    app.stop();
    assert_eq!(reading.await.unwrap(), None);
}
