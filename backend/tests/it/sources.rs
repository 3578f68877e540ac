//! Locations at addresses of other servers.

use serde_json::json;

use crate::support::descriptors::component;
use crate::support::site::Site;
use crate::support::{Setup, eventually, run};

const ALL: &str = "apiVersion: backstage.io/v1alpha1
kind: Location
metadata: { name: all }
spec: { targets: [./one.yaml, ./two.yaml] }
";

#[tokio::test]
async fn a_configured_address_is_read_with_all_it_leads_to() {
    let site = Site::start().await;
    site.set("/catalog/all.yaml", Some(ALL));
    site.set("/catalog/one.yaml", Some(&component("fable", "From afar.")));
    let app = Setup { config: &site.config(&["/catalog/all.yaml"]), files: &[] }.spawn().await;
    let ann = app.guest().await;
    // No waiting: who is quick is in the catalog before it takes requests.
    let fable = ann.entity_get("component/default/fable").await.json();
    let annotations = &fable["metadata"]["annotations"];
    assert_eq!(annotations["backstage.io/view-url"], site.url("/catalog/one.yaml"));
    assert_eq!(
        annotations["backstage.io/managed-by-origin-location"],
        format!("url:{}", site.url("/catalog/all.yaml"))
    );
    let all = ann.entity_get("location/default/all").await.json();
    let status = all["status"]["items"][0]["message"].as_str().unwrap();
    assert!(status.starts_with("NotFoundError: ") && status.contains("/catalog/two.yaml"), "{status}");

    // A refresh answers when readers see what the other server says now.
    site.set("/catalog/two.yaml", Some(&component("gable", "New.")));
    site.set("/catalog/one.yaml", Some(&component("fable", "Newer.")));
    for entity_ref in ["component:default/fable", "location:default/all"] {
        assert_eq!(ann.entity_refresh(&json!({"entityRef": entity_ref})).await.status, 200);
    }
    let fable = ann.entity_get("component/default/fable").await.json();
    assert_eq!(fable["metadata"]["description"], "Newer.");
    ann.entity_get("component/default/gable").await.json();
    assert!(ann.entity_get("location/default/all").await.json().get("status").is_none());
}

#[tokio::test]
async fn a_portal_starts_although_an_address_does_not_answer() {
    let site = Site::start().await;
    site.set("/silent.yaml", None);
    let files = [("catalog/a.yaml", component("near", "Here."))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let app = Setup { config: &site.config(&["/silent.yaml"]), files: &files }.spawn().await;
    let ann = app.guest().await;
    ann.entity_get("component/default/near").await.json();
    app.file_write("catalog/a.yaml", &component("nearer", "Changed."));
    eventually("the saved file is read", async || {
        (ann.entity_get("component/default/nearer").await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_address_that_nothing_allows_is_not_asked() {
    let site = Site::start().await;
    site.set("/a.yaml", Some(&component("fable", "From afar.")));
    let config = site.config(&["/a.yaml"]).replace("host: \"127.0.0.1", "host: \"127.0.0.2");
    let app = Setup { config: &config, files: &[] }.spawn().await;
    let ann = app.guest().await;
    let locations = ann.entities_list(&[("filter", "kind=location")]).await.json();
    let status = locations.as_array().unwrap().iter().find_map(|location| {
        let message = location["status"]["items"][0]["message"].as_str()?;
        message.contains("/a.yaml").then(|| message.to_owned())
    });
    let status = status.unwrap();
    assert!(status.starts_with("NotAllowedError: ") && status.contains("backend.reading.allow"), "{status}");
}

#[tokio::test]
async fn targets_and_placeholders_behind_an_address_are_checked_too() {
    let site = Site::start().await;
    site.set("/catalog/all.yaml", Some(ALL));
    site.set("/catalog/one.yaml", Some(&component("two words", "Wrong.")));
    let pulling = component("fable", "Right.").replace("Right.", "{ $text: ./text.txt }");
    site.set("/catalog/two.yaml", Some(&pulling));
    site.set("/catalog/text.txt", Some("Pulled in."));
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(folder.path(), &["check", &site.url("/catalog/all.yaml")]).await;
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    assert!(outcome.stdout.starts_with(&format!("{}:4:9: ", site.url("/catalog/one.yaml"))), "{}", outcome.stdout);
    assert!(outcome.stdout.ends_with("2 entities in 3 files: 1 error\n"), "{}", outcome.stdout);
}
