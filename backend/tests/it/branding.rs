//! What the page is told before anyone signs in, and what of the organisation is served with it.

use serde_json::{Value, json};

use crate::support::descriptors::CATALOG;
use crate::support::{Setup, TestApp, run, spawn_app};

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"9\"/></svg>";
const BRANDED: &str = "
app:
  title: \"Larkspur </title><script>alert(1)</script>\"
  support: { url: https://help.example, items: [ { title: Chat, icon: chat, links: [ { url: 'https://chat.example' } ] } ] }
callboard:
  links: [ { title: Status, url: 'https://status.example', description: What is down } ]
  branding: { logo: logo.svg, colors: { accent: '#0a7d5a' } }
";

async fn branded() -> TestApp {
    let files = &[("catalog/all.yaml", CATALOG), ("logo.svg", LOGO)];
    Setup { config: BRANDED, files }.spawn().await
}

#[tokio::test]
async fn the_page_learns_links_help_and_logo() {
    let app = branded().await;
    let config = app.anonymous().get("/api/app/config", &[]).await.json();
    assert_eq!(config["links"][0]["url"], "https://status.example");
    assert_eq!(config["links"][0]["description"], "What is down");
    let chat = json!({"title": "Chat", "icon": "chat", "links": [
        {"title": "https://chat.example", "url": "https://chat.example", "description": "", "icon": ""}
    ]});
    assert_eq!(config["support"], json!({"url": "https://help.example", "items": [chat]}));
    let logo = config["logo"]["light"].as_str().unwrap();
    let picture = app.anonymous().get(logo, &[]).await;
    assert_eq!((picture.status, picture.body.as_str()), (200, LOGO));
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert_eq!(picture.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let policy = picture.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    let unversioned = app.anonymous().get("/branding/logo", &[]).await;
    assert_eq!(unversioned.header("cache-control"), Some("no-cache"));
    let tag = unversioned.header("etag").unwrap();
    assert_eq!(app.anonymous().get_with("/branding/logo", ("if-none-match", tag)).await.status, 304);
    assert_eq!(app.anonymous().get("/branding/logo-dark", &[]).await.status, 404);
}

#[tokio::test]
async fn colours_come_as_a_style_sheet_and_the_name_in_the_manifest() {
    let app = branded().await;
    let sheet = app.anonymous().get("/branding.css", &[]).await;
    assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(sheet.body.contains("--accent: light-dark(#0a7d5a, #0a7d5a);"), "{}", sheet.body);
    let manifest = app.anonymous().get("/manifest.webmanifest", &[]).await;
    assert_eq!(manifest.header("content-type"), Some("application/manifest+json"));
    let manifest: Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!(manifest["theme_color"], "#0a7d5a");
}

#[tokio::test]
async fn a_portal_without_branding_has_no_style_sheet_of_its_own() {
    let app = spawn_app().await;
    assert_eq!(app.anonymous().get("/branding.css", &[]).await.status, 404);
    let config = app.anonymous().get("/api/app/config", &[]).await.json();
    assert!(config.get("logo").is_none() && config["links"] == json!([]), "{config}");
}

#[tokio::test]
async fn colours_that_are_hard_to_read_stop_the_start_and_the_check() {
    let config = "callboard: { branding: { colors: { accent: '#ffdd00', onAccent: '#ffffff' } } }";
    let app = Setup { config, ..Setup::default() }.prepare();
    for command in [["serve"].as_slice(), ["config", "check"].as_slice()] {
        let arguments: Vec<&str> =
            command.iter().copied().chain(["--config", "base.yaml", "--config", "extra.yaml"]).collect();
        let ended = run(app.folder(), &arguments).await;
        assert!(ended.code != Some(0), "{command:?}");
        assert!(ended.stderr.contains("`onAccent` #ffffff on `accent` #ffdd00 has a contrast of"), "{}", ended.stderr);
        assert!(ended.stderr.contains("would do"), "{}", ended.stderr);
    }
}
