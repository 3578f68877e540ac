//! What registered locations hold: reading them, trying them, and checking single entities.

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::site::Site;
use crate::support::{Person, Setup, TestApp, eventually};

const NESTED: &str = "apiVersion: backstage.io/v1alpha1
kind: Location
metadata: { name: nested }
spec: { targets: [./one.yaml, ./deep/two.yaml] }
";

/// A portal that reads from `site`, with tokens for programs and the usual rules.
async fn portal(site: &Site) -> TestApp {
    let config = format!(
        "backend:
  reading: {{ allow: [ {{ host: \"{}\" }} ] }}
  auth:
    externalAccess:
      - type: static
        options: {{ token: registrar-0001, subject: registrar }}
        accessRestrictions: [ {{ plugin: catalog, permission: catalog.location.create }} ]
      - type: static
        options: {{ token: validator-0002, subject: validator }}
        accessRestrictions: [ {{ plugin: catalog, permission: catalog.entity.validate }} ]
catalog: {{ rules: [ {{ allow: [Component, API, Location] }} ], locations: [ {{ type: url, target: \"{}\" }} ] }}
",
        site.url("").trim_start_matches("http://"),
        site.url("/configured.yaml")
    );
    Setup { config: &config, files: &[] }.spawn().await
}

async fn site() -> Site {
    let site = Site::start().await;
    site.set("/configured.yaml", Some(&component("configured", "Always here.")));
    site.set("/a/all.yaml", Some(NESTED));
    site.set("/a/one.yaml", Some(&component("one", "First.")));
    site.set("/a/deep/two.yaml", Some(&component("two", "Second.")));
    site
}

async fn register(person: &Person, target: &str) -> Value {
    let answer = person.location_create(&[], &json!({"type": "url", "target": target})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    serde_json::from_str::<Value>(&answer.body).unwrap()["location"].clone()
}

async fn try_out(person: &Person, target: &str) -> crate::support::Answer {
    person.location_create(&[("dryRun", "true")], &json!({"type": "url", "target": target})).await
}

async fn components(person: &Person) -> Vec<String> {
    let mut names = person.entities_list(&[("filter", "kind=component")]).await.names();
    names.sort();
    names
}

async fn wait_for(person: &Person, expected: &[&str]) {
    let what = format!("the components are {expected:?}");
    eventually(&what, async || (components(person).await == expected).then_some(())).await;
}

#[tokio::test]
async fn what_a_registered_address_holds_comes_and_goes_with_it() {
    let site = site().await;
    let app = portal(&site).await;
    let ann = app.guest().await;
    let location = register(&ann, &site.url("/a/all.yaml")).await;
    wait_for(&ann, &["configured", "one", "two"]).await;
    assert_eq!(ann.location_get_by_entity("component/default/two").await.json(), location);

    // A new target keeps what both describe, until everything new was read.
    let two = ann.entity_get("component/default/two").await.json();
    site.set("/b.yaml", Some(&format!("{}---\n{}", component("two", "Second."), component("three", "Third."))));
    let id = location["id"].as_str().unwrap();
    let moved = ann.location_update(id, &json!({"type": "url", "target": site.url("/b.yaml")})).await.json();
    assert_eq!(moved["entityRef"], location["entityRef"]);
    wait_for(&ann, &["configured", "three", "two"]).await;
    let now = ann.entity_get("component/default/two").await.json();
    assert_eq!(now["metadata"]["uid"], two["metadata"]["uid"]);

    // Read again on request.
    site.set("/b.yaml", Some(&component("four", "Fourth.")));
    let again =
        ann.location_create(&[("onConflict", "refresh")], &json!({"type": "url", "target": site.url("/b.yaml")})).await;
    assert_eq!(again.status, 201);
    wait_for(&ann, &["configured", "four"]).await;

    assert_eq!(ann.location_delete(id).await.status, 204);
    assert_eq!(components(&ann).await, ["configured"], "without waiting");
}

#[tokio::test]
async fn a_silent_address_keeps_nobody_waiting() {
    let site = site().await;
    site.set("/silent.yaml", None);
    let app = portal(&site).await;
    let ann = app.guest().await;
    let location = register(&ann, &site.url("/silent.yaml")).await;
    let path = location["entityRef"].as_str().unwrap().replace(':', "/");
    assert_eq!(ann.entity_get(&path).await.json()["spec"]["target"], site.url("/silent.yaml"));
    assert_eq!(ann.location_delete(location["id"].as_str().unwrap()).await.status, 204);
    ann.entity_get(&path).await.error(404, "NotFoundError");
}

#[tokio::test]
async fn a_dry_run_tells_what_would_come_and_stores_nothing() {
    let site = site().await;
    let app = portal(&site).await;
    let (ann, registrar) = (app.guest().await, app.program("registrar-0001"));
    for (person, word) in [(&ann, "true"), (&ann, "yes"), (&registrar, "1")] {
        let body = json!({"type": "url", "target": site.url("/a/all.yaml")});
        let answer = person.location_create(&[("dryRun", word)], &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let found: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(found["exists"], false);
        let location = &found["location"];
        assert_eq!(location["id"], format!("url:{}", site.url("/a/all.yaml")));
        let names: Vec<_> =
            found["entities"].as_array().unwrap().iter().map(|entity| &entity["metadata"]["name"]).collect();
        let own = location["entityRef"].as_str().unwrap().trim_start_matches("location:default/");
        assert_eq!(names, [own, "nested", "one", "two"]);
        let annotations = &found["entities"][3]["metadata"]["annotations"];
        let origin = format!("url:{}", site.url("/a/all.yaml"));
        assert_eq!(annotations["backstage.io/managed-by-origin-location"], origin);
        assert_eq!(annotations["backstage.io/managed-by-location"], format!("url:{}", site.url("/a/deep/two.yaml")));
    }
    assert_eq!(ann.locations_list().await.json(), json!([]));
    assert_eq!(components(&ann).await, ["configured"]);

    // What is registered or configured exists.
    let location = register(&ann, &site.url("/a/all.yaml")).await;
    for target in ["/a/all.yaml", "/configured.yaml"] {
        let found: Value = serde_json::from_str(&try_out(&ann, &site.url(target)).await.body).unwrap();
        assert_eq!(found["exists"], true, "{target}");
        if target == "/a/all.yaml" {
            assert_eq!(found["location"]["entityRef"], location["entityRef"]);
        }
    }
}

#[tokio::test]
async fn a_dry_run_tells_everything_that_is_wrong() {
    let site = site().await;
    let nested = |targets: &str| NESTED.replace("./one.yaml, ./deep/two.yaml", targets);
    site.set("/broken.yaml", Some(&nested("./none.yaml, ./a/one.yaml, ./ownerless.yaml, ./group.yaml")));
    site.set("/ownerless.yaml", Some(&component("ownerless", "X.").replace("  owner: team-a\n", "")));
    let group =
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: g }\nspec: { type: team, children: [] }\n";
    site.set("/group.yaml", Some(group));
    site.set("/twice.yaml", Some(&nested("./a/one.yaml, ./again.yaml")));
    site.set("/again.yaml", Some(&component("one", "Again.")));
    site.set("/round.yaml", Some(&nested("./round.yaml")));
    // Each leads to the next one, without an end.
    for number in 0..20 {
        let next = nested(&format!("./deep-{}.yaml", number + 1)).replace("nested", &format!("n{number}"));
        site.set(&format!("/deep-{number}.yaml"), Some(&next));
    }
    let app = portal(&site).await;
    let ann = app.guest().await;
    let told = async |path: &str| try_out(&ann, &site.url(path)).await.error(400, "InputError");
    let message = told("/broken.yaml").await;
    for part in
        ["/none.yaml", "`spec.owner` is missing", "/ownerless.yaml:", "NotAllowedError: Entity group:default/g at "]
    {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    let message = told("/twice.yaml").await;
    assert!(message.contains("`component:default/one` is described in "), "{message}");
    assert!(told("/round.yaml").await.contains("lead in a circle"));
    assert!(told("/deep-0.yaml").await.contains("more than 16 steps away"));
    assert!(told("/nothing.yaml").await.contains("/nothing.yaml"));
    let message = try_out(&ann, "http://localhost:9/a.yaml").await.error(400, "InputError");
    assert!(message.contains("backend.reading.allow"), "{message}");
    let file = ann.location_create(&[("dryRun", "on")], &json!({"type": "file", "target": "/etc/passwd"})).await;
    file.assert_error(400, "InputError", "Registered locations must be of an allowed type [\"url\"]");
    let denied = try_out(&app.program("validator-0002"), &site.url("/twice.yaml")).await;
    assert!(denied.error(403, "NotAllowedError").starts_with("catalog.location.create is denied"));
}

#[tokio::test]
async fn a_readonly_catalog_may_be_tried() {
    let site = site().await;
    let mut app = portal(&site).await;
    app.stop();
    let config = std::fs::read_to_string(app.folder().join("extra.yaml")).unwrap();
    app.file_write("extra.yaml", &config.replace("catalog: {", "catalog: { readonly: true,"));
    app.start().await;
    let ann = app.guest().await;
    assert_eq!(try_out(&ann, &site.url("/a/all.yaml")).await.status, 201);
    ann.location_create(&[], &json!({"type": "url", "target": site.url("/a/all.yaml")}))
        .await
        .error(403, "NotAllowedError");
}

fn entity(owner: &Value) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "a"},
        "spec": {"type": "service", "lifecycle": "production", "owner": owner}
    })
}

#[tokio::test]
async fn an_entity_is_checked_without_being_stored() {
    let site = site().await;
    site.set("/a/owner.txt", Some("team-a"));
    let app = portal(&site).await;
    let (ann, validator) = (app.guest().await, app.program("validator-0002"));
    let location = format!("url:{}", site.url("/a/x.yaml"));
    let check = async |person: &Person, entity: Value| {
        let answer = person.entity_validate(&json!({"entity": entity, "location": location})).await;
        let errors: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        (answer.status, errors["errors"].clone(), answer.body)
    };
    // Placeholders are read from beside the location; kinds that rules do not let in may be checked.
    let group = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": {"name": "g"}, "spec": {"type": "team", "children": []}});
    let target = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "l"}, "spec": {"target": "./one.yaml"}});
    for good in [entity(&json!("team-a")), entity(&json!({"$text": "./owner.txt"})), group, target] {
        for person in [&ann, &validator] {
            let (status, _, body) = check(person, good.clone()).await;
            assert_eq!((status, body.as_str()), (200, ""), "{good}");
        }
    }
    let mut odd = entity(&json!("team-a"));
    odd["metadata"]["description"] = json!("---\nkind: [ \u{7f} \"\\ \u{2028} ü");
    assert_eq!(check(&ann, odd).await.0, 200, "any text is only text");

    let mut namespace = entity(&json!("team-a"));
    namespace["metadata"]["namespace"] = json!("Ops");
    let mut root = entity(&json!("team-a"));
    root["relations"] = json!([]);
    let missing = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "l"}, "spec": {"target": "./none.yaml"}});
    for (bad, part) in [
        (entity(&json!("")), "spec.owner"),
        (namespace, "metadata.namespace"),
        (root, "relations"),
        (entity(&json!({"$text": "./none.txt"})), "/a/none.txt"),
        (missing, "/a/none.yaml"),
        (json!({}), "apiVersion"),
    ] {
        let (status, errors, body) = check(&ann, bad.clone()).await;
        assert_eq!(status, 400, "{bad}: {body}");
        let errors = errors.as_array().unwrap();
        assert!(!errors.is_empty() && body.contains(part), "{bad}: {body}");
        assert!(errors.iter().all(|error| error["name"].is_string() && error["message"].is_string()), "{body}");
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap().as_object().unwrap().len(), 1, "no other key: {body}");
    }
    assert_eq!(components(&ann).await, ["configured"]);

    for location in ["file:/etc/a.yaml", "https://example.com/a.yaml", "", "url:"] {
        let answer = ann.entity_validate(&json!({"entity": entity(&json!("a")), "location": location})).await;
        assert_eq!(answer.status, 400);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["errors"][0]["name"], "TypeError", "{body}");
    }
    let message = "request/body must have required property 'location'";
    ann.entity_validate(&json!({"entity": {}})).await.assert_error(400, "InputError", message);
    let message = "request/body must have required property 'entity'";
    ann.entity_validate(&json!({"location": location})).await.assert_error(400, "InputError", message);
    ann.entity_validate(&json!({"entity": 7, "location": location})).await.error(400, "InputError");
    let denied = app.program("registrar-0001").entity_validate(&json!({"entity": {}, "location": location})).await;
    assert!(denied.error(403, "NotAllowedError").starts_with("catalog.entity.validate is denied"));
}

/// The API of a GitHub server, with two repositories: one with descriptors and one without.
async fn github() -> (Site, TestApp) {
    let site = Site::start().await;
    let tree = |files: &[&str]| {
        let entries: Vec<Value> = files.iter().map(|path| json!({"path": path, "type": "blob"})).collect();
        json!({"tree": entries, "truncated": false}).to_string()
    };
    let api = |rest: &str| format!("/api/v3/repos/acme/{rest}");
    let files = ["README.md", "catalog-info.yaml", "svc/catalog-info.yaml", "svc/other.yaml"];
    site.set(&api("booking/git/trees/HEAD?recursive=1"), Some(&tree(&files)));
    site.set(&api("empty/git/trees/HEAD?recursive=1"), Some(&tree(&["README.md"])));
    for git_ref in ["HEAD", "main"] {
        let content = |path: &str| api(&format!("booking/contents/{path}?ref={git_ref}"));
        site.set(&content("catalog-info.yaml"), Some(&component("one", "First.")));
        site.set(&content("svc/catalog-info.yaml"), Some(&component("two", "Second.")));
        site.set(&content("svc/other.yaml"), Some(&component("three", "Third.")));
    }
    let config = format!(
        "integrations: {{ github: [ {{ host: github.example.com, apiBaseUrl: \"{}\", token: t0ken }} ] }}
backend:
  auth:
    externalAccess:
      - type: static
        options: {{ token: registrar-0001, subject: registrar }}
        accessRestrictions: [ {{ plugin: catalog, permission: catalog.location.create }} ]
",
        site.url("/api/v3")
    );
    let app = Setup { config: &config, files: &[] }.spawn().await;
    (site, app)
}

#[tokio::test]
async fn a_repository_is_searched_for_descriptors() {
    let (_site, app) = github().await;
    let ann = app.guest().await;
    let analyze = async |target: &str, name: Option<&str>| {
        let mut body = json!({"location": {"type": "url", "target": target}});
        if let Some(name) = name {
            body["catalogFilename"] = json!(name);
        }
        ann.location_analyze(&body).await
    };
    let found = |analysis: &Value| -> Vec<(String, String, bool)> {
        assert_eq!(analysis["generateEntities"], json!([]));
        let files = analysis["existingEntityFiles"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let of = |file: &Value| {
            assert_eq!(file["location"]["type"], "url");
            let target = text(&file["location"]["target"]);
            let path = target.trim_start_matches("https://github.example.com/acme/booking/").to_owned();
            (text(&file["entity"]["metadata"]["name"]), path, file["isRegistered"].as_bool().unwrap())
        };
        files.iter().map(of).collect()
    };
    let is = |name: &str, path: &str, registered: bool| (name.to_owned(), path.to_owned(), registered);
    let repository = "https://github.example.com/acme/booking";
    let both = [is("one", "blob/HEAD/catalog-info.yaml", false), is("two", "blob/HEAD/svc/catalog-info.yaml", false)];
    assert_eq!(found(&analyze(repository, None).await.json()), both);
    assert_eq!(ann.locations_list().await.json(), json!([]));

    // What is registered is found under the name that it was registered by.
    register(&ann, &format!("{repository}/blob/main/catalog-info.yaml")).await;
    let one = is("one", "blob/main/catalog-info.yaml", true);
    assert_eq!(found(&analyze(repository, None).await.json()), [one.clone(), both[1].clone()]);
    assert_eq!(found(&analyze(&format!("{repository}/blob/main/catalog-info.yaml"), None).await.json()), [one]);
    let other = found(&analyze(repository, Some("other.yaml")).await.json());
    assert_eq!(other, [is("three", "blob/HEAD/svc/other.yaml", false)]);

    // Where there is none, an entity is proposed.
    let proposed = analyze("https://github.example.com/acme/empty", None).await.json();
    let entity = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": "empty", "annotations": {"github.com/project-slug": "acme/empty"}},
        "spec": {"type": "other", "lifecycle": "unknown"},
    });
    assert_eq!(proposed, json!({"existingEntityFiles": [], "generateEntities": [{"entity": entity, "fields": []}]}));

    let message = analyze("https://github.example.com/acme/none", None).await.error(400, "InputError");
    assert!(message.contains("acme/none") && !message.contains("t0ken"), "{message}");
    for target in ["acme/booking", "", "file:///etc/passwd"] {
        analyze(target, None).await.error(400, "InputError");
    }
    analyze(repository, Some("../x.yaml")).await.error(400, "InputError");
    let body = json!({"location": {"type": "url", "target": repository}});
    let denied = app.program("registrar-0001").location_analyze(&body).await;
    assert!(denied.error(403, "NotAllowedError").starts_with("catalog.location.analyze is denied"));
}
