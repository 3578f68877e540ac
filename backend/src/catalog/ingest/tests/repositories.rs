//! Locations in repositories, over a stand-in for the API of a Gitea server.

use serde_json::json;

use super::super::testing::{Page, Site};
use super::*;
use crate::platform::scm::{Gitea, Integration, UrlReaderSettings};

const REPOSITORY: &str = "https://gitea.example.com/acme/booking/src/branch/main";

/// Makes a file of the repository.
fn file(site: &Site, path: &str, text: &str) {
    site.write(&format!("/api/v1/repos/acme/booking/raw/{path}?ref=main"), text);
}

/// Makes the list of all files of the repository.
fn listing(site: &Site, paths: &[&str]) {
    let tree: Vec<_> = paths.iter().map(|path| json!({"path": path, "type": "blob"})).collect();
    let path = "/api/v1/repos/acme/booking/git/trees/main?recursive=true&per_page=1000&page=1";
    site.write(path, &json!({"tree": tree, "truncated": false}).to_string());
}

async fn catalog(db: TestDb, site: &Site, path: &str) -> Catalog {
    let mut catalog = Catalog::unread(db, "none.yaml", &[]).await;
    let gitea = Gitea::new("gitea.example.com").unwrap().with_base(&site.url("")).unwrap();
    let integrations = vec![Integration::Gitea(gitea)];
    catalog.settings.urls = UrlReader::new(UrlReaderSettings { integrations, ..UrlReaderSettings::default() }).unwrap();
    catalog.settings.roots = vec![LocationRef::url(&format!("{REPOSITORY}/{path}"))];
    catalog.restart().await;
    read(&mut catalog).await;
    catalog
}

async fn read(catalog: &mut Catalog) {
    catalog.ingest.read_roots().await;
    catalog.land().await;
}

db_test!(an_address_with_wildcards_stands_for_the_files_that_match, |db| {
    let site = Site::new(&[]).await;
    listing(&site, &["README.md", "svc/a/catalog-info.yaml", "svc/b/catalog-info.yaml", "svc/b/other.yaml"]);
    file(&site, "svc/a/catalog-info.yaml", &component("one", ""));
    file(&site, "svc/b/catalog-info.yaml", &component("two", ""));
    let mut catalog = catalog(db, &site, "svc/*/catalog-info.yaml").await;
    assert_eq!(catalog.refs(), ["component:default/one", "component:default/two"]);
    assert_eq!(catalog.root_status(), "");
    let expected = json!({
        "backstage.io/managed-by-location": format!("url:{REPOSITORY}/svc/a/catalog-info.yaml"),
        "backstage.io/managed-by-origin-location": format!("url:{REPOSITORY}/svc/*/catalog-info.yaml"),
        "backstage.io/view-url": format!("{REPOSITORY}/svc/a/catalog-info.yaml"),
        "backstage.io/edit-url": "https://gitea.example.com/acme/booking/_edit/main/svc/a/catalog-info.yaml"
            .replace("https://gitea.example.com", &site.url("")),
        "backstage.io/source-location": format!("url:{REPOSITORY}/svc/a/"),
    });
    assert_eq!(catalog.entity("component:default/one").unwrap()["metadata"]["annotations"], expected);

    listing(&site, &["svc/a/catalog-info.yaml", "svc/c/catalog-info.yaml"]);
    file(&site, "svc/c/catalog-info.yaml", &component("three", ""));
    read(&mut catalog).await;
    assert_eq!(catalog.refs(), ["component:default/one", "component:default/three"]);

    // Nothing at all is more likely a mistake than a decision.
    listing(&site, &["README.md"]);
    read(&mut catalog).await;
    assert_eq!(catalog.refs(), ["component:default/one", "component:default/three"]);
    assert!(catalog.root_status().contains("no file matches"), "{}", catalog.root_status());

    listing(&site, &["svc/a/catalog-info.yaml"]);
    read(&mut catalog).await;
    assert_eq!(catalog.refs(), ["component:default/one"]);
    assert_eq!(catalog.root_status(), "");
});

db_test!(targets_in_a_repository_start_at_the_descriptor_or_at_its_root, |db| {
    let site = Site::new(&[]).await;
    listing(&site, &["deep/all.yaml", "teams/a.yaml", "top.yaml"]);
    file(&site, "deep/all.yaml", &location("all", &["/top.yaml", "../teams/*.yaml", "./none.yaml"]));
    file(&site, "teams/a.yaml", &group("team-a"));
    file(&site, "top.yaml", &component("one", "  note: { $text: ./deep/../text.txt }\n"));
    file(&site, "text.txt", "Pulled in.");
    let mut catalog = catalog(db, &site, "deep/all.yaml").await;
    assert_eq!(catalog.refs(), ["component:default/one", "group:default/team-a", "location:default/all"]);
    assert_eq!(catalog.entity("component:default/one").unwrap()["spec"]["note"], "Pulled in.");
    let status = catalog.status("location:default/all");
    assert!(status.starts_with("NotFoundError: ") && status.contains("/deep/none.yaml"), "{status}");

    let foreign = "https://gitea.example.com/acme/secrets/src/branch/main/text.txt";
    file(&site, "top.yaml", &component("one", &format!("  note: {{ $text: \"{foreign}\" }}\n")));
    site.set("/api/v1/repos/acme/secrets/raw/text.txt?ref=main", Page::Text("Secret.".to_owned()));
    read(&mut catalog).await;
    let status = catalog.status("component:default/one");
    assert!(status.contains("in another repository"), "{status}");
    assert_eq!(catalog.entity("component:default/one").unwrap()["spec"]["note"], "Pulled in.");
});
