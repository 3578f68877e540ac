//! What somebody has in the catalog, what of it needs attention, and what happened lately.

use serde_json::{Value, json};

use crate::support::descriptors::{CATALOG, component};
use crate::support::{Setup, eventually};

async fn overview(person: &crate::support::Person, query: &[(&str, &str)]) -> Value {
    person.get("/api/catalog/overview", query).await.json()
}

fn issues(overview: &Value) -> Vec<String> {
    let items = overview["attention"]["items"].as_array().unwrap();
    let told = items.iter().map(|item| {
        let issues: Vec<&str> =
            item["issues"].as_array().unwrap().iter().map(|issue| issue.as_str().unwrap()).collect();
        format!("{} {}", item["entityRef"].as_str().unwrap_or("-"), issues.join(" "))
    });
    told.collect()
}

#[tokio::test]
async fn an_owner_is_told_what_needs_attention_the_most_urgent_first() {
    let lost = component("lost", "Whose?").replace("owner: team-a", "owner: nobody\n  system: payments");
    let broken = component("broken", "Once good.").replace("owner: team-a", "owner: team-b");
    let files = [("catalog/all.yaml", CATALOG), ("catalog/lost.yaml", &*lost), ("catalog/broken.yaml", &*broken)];
    let app = Setup { files: &files, ..Setup::default() }.spawn().await;
    let ann = app.guest().await;
    let team_a = [("owner", "group:default/team-a"), ("owner", "user:default/ann")];
    let found = overview(&ann, &team_a).await;
    assert_eq!(
        found["kinds"],
        json!([{"value": "API", "count": 1}, {"value": "Component", "count": 3}, {"value": "System", "count": 1}])
    );
    assert_eq!(found["owners"][0]["title"], "team-a");
    assert_eq!(found["owners"][1], json!({"owner": "user:default/ann", "title": "Ann Archer", "kinds": []}));
    // It names no owner that exists, and it is part of a system of team A.
    let expected = [
        "component:default/lost unknownOwner",
        "api:default/orders noDescription",
        "component:default/comet noDescription noDocs",
        "component:default/ember noDescription noDocs",
        "system:default/payments noDescription noDocs",
        "component:default/atlas noDocs",
    ];
    assert_eq!(issues(&found), expected);
    assert_eq!(found["attention"]["totalItems"], 6);
    let counts = json!([{"issue": "unknownOwner", "count": 1}, {"issue": "noDescription", "count": 4}, {"issue": "noDocs", "count": 4}]);
    assert_eq!(found["attention"]["counts"], counts);
    assert_eq!(found["attention"]["items"][0]["owner"], "group:default/nobody");
    let short = overview(&ann, &[team_a[0], ("limit", "2")]).await;
    assert_eq!(
        (issues(&short), &short["attention"]["totalItems"]),
        (expected[..2].iter().map(ToString::to_string).collect(), &json!(6))
    );

    // A version that cannot be taken in comes first, with its place, and goes when it is mended.
    let file = app.file_write("catalog/broken.yaml", &broken.replace("type: service", "type: 7"));
    let team_b = [("owner", "group:default/team-b")];
    eventually("the error is told", async || {
        let found = overview(&ann, &team_b).await;
        let first = &found["attention"]["items"][0];
        (first["issues"][0] == "error").then(|| {
            assert_eq!(first["entityRef"], "component:default/broken");
            assert_eq!((&first["file"], &first["isPresent"]), (&json!(file.display().to_string()), &json!(true)));
            assert!(first["message"].as_str().unwrap().contains("spec.type"), "{first}");
            assert_eq!(found["attention"]["counts"][0], json!({"issue": "error", "count": 1}));
            let whole = found["attention"]["totalItems"].as_u64().unwrap();
            assert_eq!(whole, issues(&found).len() as u64, "an entity with several issues counts once");
        })
    })
    .await;
    app.file_write("catalog/broken.yaml", &broken);
    eventually("the error is gone", async || {
        (overview(&ann, &team_b).await["attention"]["counts"][0]["issue"] != "error").then_some(())
    })
    .await;
    let changes = ann.get("/api/catalog/changes", &[("kind", "component"), ("limit", "2")]).await.json();
    let told: Vec<_> =
        changes["items"].as_array().unwrap().iter().map(|item| item["change"].as_str().unwrap()).collect();
    assert_eq!(told, ["mended", "broken"]);
    let after = changes["pageInfo"]["nextCursor"].as_str().unwrap();
    let next = ann.get("/api/catalog/changes", &[("kind", "component"), ("after", after)]).await.json();
    assert!(next["items"].as_array().unwrap().iter().all(|item| item["change"] == "added"), "{next}");

    // Without an owner it is about everybody.
    let whole = overview(&ann, &[]).await;
    assert_eq!(
        whole["totalItems"].as_u64(),
        Some(whole["kinds"].as_array().unwrap().iter().map(|kind| kind["count"].as_u64().unwrap()).sum())
    );
    assert!(issues(&whole).contains(&"component:ops/dune noDescription noDocs".to_owned()));
    ann.get("/api/catalog/overview", &[("owner", "team-a")]).await.error(400, "InputError");
    ann.get("/api/catalog/changes", &[("change", "new")]).await.error(400, "InputError");
}
