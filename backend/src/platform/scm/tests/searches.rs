use super::*;

/// The addresses that a pattern stands for, from pages that a function gives.
async fn search(
    url: &str,
    pages: impl Fn(&Received) -> Reply + Send + Sync + 'static,
) -> (Result<Vec<String>, UrlReadError>, Vec<Received>) {
    let server = StandIn::start(pages).await;
    let found = reader(hosts(&server)).search(url, 100).await;
    (found, server.received())
}

fn json(text: &str) -> Reply {
    reply(200, &[("content-type", "application/json")], text)
}

#[track_caller]
fn check(found: Result<Vec<String>, UrlReadError>, expected: &[&str]) {
    assert_eq!(found.unwrap(), expected);
}

#[tokio::test]
async fn github() {
    let tree = r#"{"sha":"1","tree":[
        {"path":"catalog-info.yaml","type":"blob"},{"path":"b/catalog-info.yaml","type":"blob"},
        {"path":"a b/c/catalog-info.yaml","type":"blob"},{"path":"a","type":"tree"},{"path":"x.yaml","type":"blob"},
        {"path":"../evil/catalog-info.yaml","type":"blob"}],"truncated":false}"#;
    let (found, received) =
        search("https://github.example.com/o/r/blob/feature%2Fx/**/catalog-info.yaml", move |_| json(tree)).await;
    check(
        found,
        &[
            "https://github.example.com/o/r/blob/feature%2Fx/a%20b/c/catalog-info.yaml",
            "https://github.example.com/o/r/blob/feature%2Fx/b/catalog-info.yaml",
            "https://github.example.com/o/r/blob/feature%2Fx/catalog-info.yaml",
        ],
    );
    assert_eq!(received[0].target, "/api/v3/repos/o/r/git/trees/feature%2Fx?recursive=1");
    assert_eq!(received[0].header("authorization"), Some("Bearer t0p-s3cret"));
}

#[tokio::test]
async fn a_listing_that_is_not_whole_is_an_error() {
    let tree = r#"{"tree":[{"path":"a.yaml","type":"blob"}],"truncated":true}"#;
    let (found, _) = search("https://github.example.com/o/r/blob/main/*.yaml", move |_| json(tree)).await;
    let message = found.unwrap_err().message;
    assert!(message.contains("the repository has more files than GitHub lists"), "{message}");
    let (found, _) = search("https://github.example.com/o/r/blob/main/*.yaml", |_| json("[]")).await;
    assert!(found.unwrap_err().message.contains("cannot list the files of"));
}

#[tokio::test]
async fn gitlab_page_by_page() {
    let (found, received) = search("https://gitlab.example.com/g/p/-/blob/main/s/*/x.yaml", |request| match request.n_before {
        0 => {
            // Behind a proxy the server may know itself under another name.
            let link = "<https://inner.example/api/v4/projects/1/repository/tree?page_token=abc>; rel=\"next\", <https://x/>; rel=\"first\"";
            reply(200, &[("link", link)], r#"[{"path":"s/a/x.yaml","type":"blob"},{"path":"s/a","type":"tree"}]"#)
        }
        _ => json(r#"[{"path":"s/b/x.yaml","type":"blob"},{"path":"s/b/y.yaml","type":"blob"}]"#),
    })
    .await;
    check(
        found,
        &[
            "https://gitlab.example.com/g/p/-/blob/main/s/a/x.yaml",
            "https://gitlab.example.com/g/p/-/blob/main/s/b/x.yaml",
        ],
    );
    let tree = "/api/v4/projects/g%2Fp/repository/tree";
    assert_eq!(received[0].target, format!("{tree}?ref=main&path=s&recursive=true&pagination=keyset&per_page=100"));
    assert_eq!(received[1].target, format!("{tree}?page_token=abc"));
    assert_eq!(received[1].header("private-token"), Some(TOKEN));
}

#[tokio::test]
async fn bitbucket_cloud_page_by_page() {
    let (found, received) = search("https://bitbucket.org/w/r/src/main/s/*/x.yaml", |request| match request.n_before {
        0 => {
            let next = format!("http://{}/2.0/repositories/w/r/src/abc/s/?page=2", request.header("host").unwrap());
            json(&format!(r#"{{"values":[{{"path":"s/a/x.yaml","type":"commit_file"}}],"next":"{next}"}}"#))
        }
        _ => {
            json(r#"{"values":[{"path":"s/b/x.yaml","type":"commit_file"},{"path":"s/b","type":"commit_directory"}]}"#)
        }
    })
    .await;
    check(found, &["https://bitbucket.org/w/r/src/main/s/a/x.yaml", "https://bitbucket.org/w/r/src/main/s/b/x.yaml"]);
    assert_eq!(
        received[0].target,
        "/2.0/repositories/w/r/src/main/s/?pagelen=100&max_depth=2&fields=values.path%2Cvalues.type%2Cnext"
    );
}

#[tokio::test]
async fn token_leak_the_next_page_is_not_on_another_host() {
    let (found, received) = search("https://bitbucket.org/w/r/src/main/*.yaml", |_| {
        json(r#"{"values":[],"next":"https://evil.example/2.0/"}"#)
    })
    .await;
    assert!(found.unwrap_err().message.contains("the next page is on another host"));
    assert_eq!(received.len(), 1);
}

#[tokio::test]
async fn bitbucket_server_page_by_page() {
    let url = "https://bitbucket.example.com/projects/P/repos/r/browse/s/**/x.yaml?at=dev";
    let (found, received) = search(url, |request| match request.n_before {
        0 => json(r#"{"values":["a/x.yaml","x.yaml","y.yaml"],"isLastPage":false,"nextPageStart":1000}"#),
        _ => json(r#"{"values":["b/c/x.yaml"],"isLastPage":true,"nextPageStart":null}"#),
    })
    .await;
    let at = |path: &str| format!("https://bitbucket.example.com/projects/P/repos/r/browse/s/{path}?at=dev");
    assert_eq!(found.unwrap(), [at("a/x.yaml"), at("b/c/x.yaml"), at("x.yaml")]);
    assert_eq!(received[0].target, "/rest/api/1.0/projects/P/repos/r/files/s?at=dev&limit=1000");
    assert_eq!(received[1].target, "/rest/api/1.0/projects/P/repos/r/files/s?at=dev&limit=1000&start=1000");
}

#[tokio::test]
async fn azure() {
    let items = r#"{"count":3,"value":[{"path":"/s","isFolder":true,"gitObjectType":"tree"},
        {"path":"/s/a/x.yaml","gitObjectType":"blob"},{"path":"/s/y.yaml","gitObjectType":"blob"}]}"#;
    let (found, received) =
        search("https://dev.azure.com/o/p/_git/r?path=/s/*/x.yaml&version=GBmain", move |_| json(items)).await;
    check(found, &["https://dev.azure.com/o/p/_git/r?path=%2Fs%2Fa%2Fx.yaml&version=GBmain"]);
    assert!(received[0].target.ends_with("&scopePath=%2Fs&recursionLevel=full"), "{}", received[0].target);
}

#[tokio::test]
async fn gitea_page_by_page() {
    let (found, received) =
        search("https://gitea.example.com/o/r/src/branch/main/*.yaml", |request| match request.n_before {
            0 => json(r#"{"tree":[{"path":"a.yaml","type":"blob"}],"truncated":true}"#),
            _ => json(r#"{"tree":[{"path":"b.yaml","type":"blob"},{"path":"c","type":"tree"}],"truncated":false}"#),
        })
        .await;
    check(
        found,
        &[
            "https://gitea.example.com/o/r/src/branch/main/a.yaml",
            "https://gitea.example.com/o/r/src/branch/main/b.yaml",
        ],
    );
    assert_eq!(received[1].target, "/api/v1/repos/o/r/git/trees/main?recursive=true&per_page=1000&page=2");
}

#[tokio::test]
async fn a_listing_without_end_or_with_too_many_files_is_given_up() {
    let (found, received) = search("https://bitbucket.example.com/projects/P/repos/r/browse/*.yaml", |request| {
        let names: Vec<String> = (0..60).map(|n| format!("\"{}-{n}.yaml\"", request.n_before)).collect();
        json(&format!(r#"{{"values":[{}],"isLastPage":false,"nextPageStart":1}}"#, names.join(",")))
    })
    .await;
    let error = found.unwrap_err();
    assert_eq!(error.kind, UrlReadErrorKind::TooLarge);
    assert!(error.message.contains("matches more than 100 files"), "{error}");
    assert_eq!(received.len(), 2);
}

#[tokio::test]
async fn wildcards_need_a_host_that_lists_files() {
    let reader = UrlReader::new(UrlReaderSettings::allowing(&["example.com"]).unwrap()).unwrap();
    let error = reader.search("https://example.com/*/x.yaml", 10).await.unwrap_err();
    assert!(error.message.contains("understood on hosts of `integrations` only"), "{error}");
    let url = "https://github.com/o/r/blob/main/x.yaml";
    assert_eq!(reader.search(url, 10).await.unwrap(), [url]);
}
