//! What the page asks before something is registered or removed: what would come, what would go, and where fields come from.

use serde_json::{Value, json};

use crate::support::descriptors::component;
use crate::support::site::Site;
use crate::support::{Person, Setup, TestApp, eventually};

/// A portal that reads from `site`, with a file of its own and tokens for programs.
async fn portal(site: &Site) -> TestApp {
    let config = format!(
        "backend:
  reading: {{ allow: [ {{ host: \"{host}\" }} ] }}
  auth:
    externalAccess:
      - type: static
        options: {{ token: blind-0001, subject: registrar }}
        accessRestrictions: [ {{ plugin: catalog, permission: catalog.location.create }} ]
      - type: static
        options: {{ token: none-0002, subject: deleter }}
        accessRestrictions: [ {{ plugin: catalog, permission: catalog.entity.delete }} ]
catalog:
  rules: [ {{ allow: [Component, API, Location] }} ]
  locations: [ {{ type: file, target: catalog/*.yaml }} ]
",
        host = site.url("").trim_start_matches("http://"),
    );
    let own = component("taken", "Of a file.");
    Setup { config: &config, files: &[("catalog/own.yaml", &own)] }.spawn().await
}

async fn register(person: &Person, target: &str) -> String {
    let answer = person.location_create(&[], &json!({"type": "url", "target": target})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let created: Value = serde_json::from_str(&answer.body).unwrap();
    created["location"]["id"].as_str().unwrap().to_owned()
}

async fn wait_for(person: &Person, path: &str) {
    eventually(path, async || (person.entity_get(path).await.status == 200).then_some(())).await;
}

/// The entities of a source with what would become of them.
fn changes(source: &Value) -> Vec<(String, String)> {
    let text = |entity: &Value, field: &str| entity[field].as_str().unwrap().to_owned();
    let entities = source["entities"].as_array().unwrap();
    entities.iter().map(|entity| (text(entity, "entityRef"), text(entity, "change"))).collect()
}

fn is(name: &str, change: &str) -> (String, String) {
    (format!("component:default/{name}"), change.to_owned())
}

#[tokio::test]
async fn a_preview_tells_of_every_document_what_becomes_of_it() {
    let site = Site::start().await;
    site.set("/all.yaml", Some(&format!("{}---\n{}", component("same", "Same."), component("older", "Before."))));
    let app = portal(&site).await;
    let ann = app.guest().await;
    let target = site.url("/all.yaml");
    let first = ann.location_preview(&target).await.json();
    assert_eq!(changes(&first["sources"][0]), [is("same", "new"), is("older", "new")]);
    assert_eq!((&first["sources"][0]["location"]["target"], &first.get("proposal")), (&json!(target), &None));
    register(&ann, &target).await;
    wait_for(&ann, "component/default/older").await;

    let broken = component("broken", "No owner.").replace("  owner: team-a\n", "");
    let documents = [
        component("same", "Same."),
        component("older", "After."),
        component("taken", "Of an address."),
        component("fresh", "New."),
        broken,
        "kind: [\n".to_owned(),
    ];
    site.set("/all.yaml", Some(&documents.join("---\n")));
    let preview = ann.location_preview(&target).await.json();
    let source = &preview["sources"][0];
    assert_eq!(
        changes(source),
        [
            is("same", "unchanged"),
            is("older", "changed"),
            is("taken", "conflicting"),
            is("fresh", "new"),
            is("broken", "invalid")
        ]
    );
    assert_eq!(source["registration"]["isConfigured"], false);
    let diff: Vec<String> = source["entities"][1]["diff"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("{} {}", line["kind"].as_str().unwrap(), line["text"].as_str().unwrap()))
        .collect();
    assert!(diff.contains(&"removed   description: Before.".to_owned()), "{diff:?}");
    assert!(diff.contains(&"added   description: After.".to_owned()), "{diff:?}");
    assert!(!diff.iter().any(|line| line.contains("managed-by")), "{diff:?}");
    let own = format!("file:{}", app.folder().join("catalog/own.yaml").display());
    assert_eq!(source["entities"][2]["current"], own);
    let error = &source["entities"][4]["errors"][0];
    assert_eq!((&error["step"], &error["file"]), (&json!("check"), &json!(target)));
    assert!(error["excerpt"].as_str().unwrap().contains("| spec:\n"), "{error}");
    assert_eq!((&source["nErrors"], &source["errors"][0]["step"]), (&json!(1), &json!("parse")));
    assert!(source["errors"][0]["line"].as_u64().unwrap() > 40, "{source}");
    // Nothing was stored.
    ann.entity_get("component/default/fresh").await.error(404, "NotFoundError");

    // Who sees no entities is not told which names are taken.
    let blind = app.program("blind-0001").location_preview(&target).await.json();
    let told = changes(&blind["sources"][0]);
    assert_eq!(told[..4], ["same", "older", "taken", "fresh"].map(|name| is(name, "new")));
    assert!(blind["sources"][0]["entities"].as_array().unwrap().iter().all(|entity| entity.get("current").is_none()));
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_a_descriptor_to_begin_with() {
    let site = Site::start().await;
    let app = portal(&site).await;
    let ann = app.guest().await;
    let preview = ann.location_preview(&site.url("/acme/booking")).await.json();
    assert_eq!(preview["sources"][0]["errors"][0]["step"], "read");
    let proposal = &preview["proposal"];
    assert_eq!(
        (&proposal["entity"]["metadata"]["name"], &proposal["fileName"]),
        (&json!("booking"), &json!("catalog-info.yaml"))
    );
    // The address of a file is wrong or right, and no place for another one.
    let missing = ann.location_preview(&site.url("/acme/none.yaml")).await.json();
    assert_eq!(
        (missing["sources"][0]["errors"][0]["name"].as_str(), missing.get("proposal")),
        (Some("NotFoundError"), None)
    );
    // A kind that the rules keep out keeps out its whole file, and each document is told so.
    let group =
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: g }\nspec: { type: team, children: [] }\n";
    site.set("/mixed.yaml", Some(&format!("{}---\n{group}", component("beside", "Fine."))));
    let mixed = ann.location_preview(&site.url("/mixed.yaml")).await.json();
    let source = &mixed["sources"][0];
    assert_eq!(
        (source["entities"][0]["change"].as_str(), source["entities"][1]["change"].as_str()),
        (Some("invalid"), Some("invalid"))
    );
    let messages: Vec<_> =
        [0, 1].map(|at| source["entities"][at]["errors"][0]["message"].as_str().unwrap().to_owned()).into();
    assert!(
        messages[0].starts_with("its whole file is kept out") && messages[1].contains("allow `Group`"),
        "{messages:?}"
    );
    assert_eq!(source["nErrors"], 0);

    for target in ["", "acme/booking", "file:///etc/passwd"] {
        ann.location_preview(target).await.error(400, "InputError");
    }
    let refused = ann.location_preview("http://169.254.169.254/latest").await.json();
    assert_eq!(refused["sources"][0]["errors"][0]["name"], "NotAllowedError");
    let denied = app.program("none-0002").location_preview(&site.url("/x.yaml")).await;
    assert!(denied.error(403, "NotAllowedError").starts_with("catalog.location.create is denied"));
}

#[tokio::test]
async fn a_pasted_text_is_checked_as_a_registered_one_would_be() {
    let site = Site::start().await;
    let app = portal(&site).await;
    let ann = app.guest().await;
    let check = async |text: &str| ann.text_preview(&json!({"text": text, "fileName": "mine.yaml"})).await.json();
    let text = format!("{}---\n{}", component("taken", "Of a file."), component("pasted", "New."));
    let source = check(&text).await;
    assert_eq!(changes(&source), [is("taken", "unchanged"), is("pasted", "new")]);
    assert!(source["entities"][0]["current"].as_str().unwrap().ends_with("catalog/own.yaml"), "{source}");
    assert_eq!((source.get("location"), source.get("registration")), (None, None));
    assert_eq!(changes(&check(&component("taken", "Other.")).await), [is("taken", "changed")]);

    let bad = check(&component("pasted", "New.").replace("type: service", "type: 7")).await;
    let error = &bad["entities"][0]["errors"][0];
    assert_eq!((&error["file"], &error["line"]), (&json!("mine.yaml"), &json!(7)));
    let aside = check(&component("pasted", "New.").replace("type: service", "type: { $text: ./type.txt }")).await;
    let message = aside["entities"][0]["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("it names something beside the file") && !aside.to_string().contains(".invalid"),
        "{aside}"
    );
    // What a file may not pull in from elsewhere, a text that only claims to be one may not either.
    site.set("/secret.txt", Some("nobody's business"));
    let address = site.url("/secret.txt");
    let foreign = component("taken", "Of a file.").replace("type: service", &format!("type: {{ $text: '{address}' }}"));
    let elsewhere = check(&foreign).await;
    let message = elsewhere["entities"][0]["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("is not read for a text") && !elsewhere.to_string().contains("business"), "{elsewhere}");
    let group = check(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: g }\nspec: { type: team, children: [] }\n",
    )
    .await;
    assert!(group.to_string().contains("allow `Group`") && !group.to_string().contains(".invalid"), "{group}");
    let location = check("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: l }\nspec: { targets: [./a.yaml, ./b.yaml] }\n").await;
    assert_eq!((&location["nTargets"], &location["nErrors"]), (&json!(2), &json!(0)));
    for (text, part) in [("", "no document"), ("kind: [\n", "kind: ["), ("a: &a [*a]\n", ""), ("\u{0}", "")] {
        let source = check(text).await;
        assert!(source["nErrors"].as_u64().unwrap() > 0 && source.to_string().contains(part), "{source}");
    }
    let denied = app.program("blind-0001").text_preview(&json!({"text": ""})).await;
    assert!(denied.error(403, "NotAllowedError").starts_with("catalog.entity.validate is denied"));
}

#[tokio::test]
async fn what_a_removal_takes_away_is_told_before() {
    let site = Site::start().await;
    let nested = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: nested }\nspec: { targets: [./one.yaml, ./shared.yaml] }\n";
    site.set("/a/all.yaml", Some(nested));
    site.set("/a/one.yaml", Some(&component("one", "First.")));
    site.set("/a/shared.yaml", Some(&component("shared", "Of two.")));
    let user = format!("{}  dependsOn: [component:one, component:shared]\n", component("user", "Depends."));
    site.set("/user.yaml", Some(&user));
    let app = portal(&site).await;
    let ann = app.guest().await;
    let id = register(&ann, &site.url("/a/all.yaml")).await;
    register(&ann, &site.url("/a/shared.yaml")).await;
    register(&ann, &site.url("/user.yaml")).await;
    for name in ["one", "shared", "user"] {
        wait_for(&ann, &format!("component/default/{name}")).await;
    }
    let removal = ann.location_removal(&id).await.json();
    let gone: Vec<&str> =
        removal["entities"].as_array().unwrap().iter().map(|entity| entity["entityRef"].as_str().unwrap()).collect();
    assert_eq!(gone.len(), 3, "{removal}");
    assert!(gone.contains(&"component:default/one") && gone.contains(&"location:default/nested"), "{removal}");
    assert_eq!((&removal["nEntities"], &removal["isAllowed"]), (&json!(3), &json!(true)));
    assert_eq!(
        removal["dangling"],
        json!([{"entityRef": "component:default/user", "type": "dependsOn", "targetRef": "component:default/one"}])
    );
    // Exactly that happens.
    assert_eq!(ann.location_delete(&id).await.status, 204);
    for path in gone.iter().map(|gone| gone.replacen(':', "/", 1)) {
        ann.entity_get(&path).await.error(404, "NotFoundError");
    }
    assert_eq!(ann.entity_get("component/default/shared").await.status, 200);
    ann.location_removal(&id).await.error(404, "NotFoundError");
    ann.location_removal("none").await.error(404, "NotFoundError");

    let taken = register(&ann, &site.url("/taken.yaml")).await;
    site.set("/taken.yaml", Some(&component("taken", "Of an address.")));
    register_again(&ann, &site.url("/taken.yaml")).await;
    let own = format!("file:{}", app.folder().join("catalog/own.yaml").display());
    let removal = eventually("the second source was read", async || {
        let removal = ann.location_removal(&taken).await.json();
        (removal["entities"].as_array().unwrap().len() == 2).then_some(removal)
    })
    .await;
    assert_eq!((&removal["nEntities"], &removal["entities"][1]["takenOverBy"]), (&json!(1), &json!(own)));
}

async fn register_again(person: &Person, target: &str) {
    let answer = person.location_create(&[("onConflict", "refresh")], &json!({"type": "url", "target": target})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn each_field_tells_the_line_that_it_comes_from() {
    let site = Site::start().await;
    let app = portal(&site).await;
    let ann = app.guest().await;
    let fields = ann.entity_fields("component/default/taken").await.json();
    let find = |fields: &Value, text: &str| {
        let lines = fields["lines"].as_array().unwrap().iter();
        lines
            .clone()
            .find(|line| line["text"].as_str().unwrap().contains(text))
            .cloned()
            .unwrap_or_else(|| panic!("{text}"))
    };
    let description = find(&fields, "description: Of a file.");
    assert_eq!((&description["origin"], &description["sourceLine"]), (&json!("source"), &json!(5)));
    assert_eq!(find(&fields, "managed-by-location")["origin"], "reading");
    assert_eq!(find(&fields, "uid:")["origin"], "catalog");
    assert_eq!((&fields["source"]["isCurrent"], &fields["source"]["firstLine"]), (&json!(true), &json!(1)));
    assert_eq!(fields["source"]["text"], component("taken", "Of a file."));

    // A broken version does not say where the last good one came from.
    app.file_write("catalog/own.yaml", &component("taken", "Of a file.").replace("type: service", "type: 7"));
    ann.entity_refresh(&json!({"entityRef": "component:default/taken"})).await;
    let fields = ann.entity_fields("component/default/taken").await.json();
    assert_eq!(
        (&fields["source"]["isCurrent"], &find(&fields, "description:")["origin"]),
        (&json!(false), &json!("lastGood"))
    );
    ann.entity_fields("component/default/none").await.error(404, "NotFoundError");
}

#[tokio::test]
async fn problems_are_found_by_step_owner_and_text() {
    let broken = component("fable", "Broken.").replace("type: service", "type: 7");
    let files = [("catalog/a.yaml", &*broken), ("catalog/b.yaml", "kind: [\n")];
    let app = Setup { files: &files, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    let count = async |query: &[(&str, &str)]| {
        let page = ann.get("/api/catalog/explain/problems", query).await.json();
        (page["totalItems"].as_u64().unwrap(), page["steps"].clone())
    };
    let both = json!([{"step": "parse", "count": 1}, {"step": "check", "count": 1}]);
    assert_eq!(count(&[]).await, (2, both.clone()));
    assert_eq!(count(&[("step", "check")]).await, (1, both.clone()));
    assert_eq!(count(&[("step", "check"), ("step", "parse")]).await, (2, both));
    assert_eq!(count(&[("step", "read")]).await.0, 0);
    assert_eq!(count(&[("text", "B.YAML")]).await, (1, json!([{"step": "parse", "count": 1}])));
    assert_eq!(count(&[("owner", "none")]).await.0, 2);
    assert_eq!(count(&[("owner", "none"), ("owner", "group:default/team-a")]).await.0, 2);
    assert_eq!(count(&[("owner", "group:default/team-a")]).await.0, 0);
    let message = ann.get("/api/catalog/explain/problems", &[("step", "x")]).await.error(400, "InputError");
    assert!(message.starts_with("`x` is not a step"), "{message}");
}
