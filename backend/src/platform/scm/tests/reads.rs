use super::*;

/// A browse address of each kind, how its API is asked, and with which header.
const READS: [(&str, &str, (&str, &str)); 6] = [
    (
        "https://github.example.com/o/r/blob/feature%2Fx/a%20b/catalog-info.yaml",
        "/api/v3/repos/o/r/contents/a%20b/catalog-info.yaml?ref=feature%2Fx",
        ("authorization", "Bearer t0p-s3cret"),
    ),
    (
        "https://gitlab.example.com/g/s/p/-/blob/main/a b/catalog-info.yaml",
        "/api/v4/projects/g%2Fs%2Fp/repository/files/a%20b%2Fcatalog-info.yaml/raw?ref=main",
        ("private-token", "t0p-s3cret"),
    ),
    (
        "https://bitbucket.org/w/r/src/main/a/catalog-info.yaml",
        "/2.0/repositories/w/r/src/main/a/catalog-info.yaml",
        ("authorization", "Bearer t0p-s3cret"),
    ),
    (
        "https://bitbucket.example.com/users/anna/repos/r/browse/a/catalog-info.yaml",
        "/rest/api/1.0/projects/~anna/repos/r/raw/a/catalog-info.yaml",
        ("authorization", "Bearer t0p-s3cret"),
    ),
    (
        "https://dev.azure.com/org/my%20project/_git/r?path=/a/catalog-info.yaml&version=GTv1",
        "/org/my%20project/_apis/git/repositories/r/items?api-version=6.0&versionDescriptor.version=v1&versionDescriptor.versionType=tag&path=%2Fa%2Fcatalog-info.yaml",
        ("authorization", "Basic OnQwcC1zM2NyZXQ="),
    ),
    (
        "https://gitea.example.com/o/r/src/branch/main/a/catalog-info.yaml",
        "/api/v1/repos/o/r/raw/a/catalog-info.yaml?ref=main",
        ("authorization", "token t0p-s3cret"),
    ),
];

#[tokio::test]
async fn each_kind_of_host_is_read_through_its_api_with_its_token() {
    let server = StandIn::start(|request| reply(200, &[("etag", "\"1\"")], &request.target)).await;
    let reader = reader(hosts(&server));
    for (n, (url, target, (name, value))) in READS.into_iter().enumerate() {
        let read = reader.read(url, None, MEGABYTE).await.unwrap();
        let validators = Some(Validators { etag: Some("\"1\"".to_owned()), last_modified: None });
        assert_eq!(read, UrlRead::Content { bytes: target.into(), validators }, "{url}");
        assert_eq!(server.received()[n].header(name), Some(value), "{url}");
    }
    let received = server.received();
    assert_eq!(received[0].header("accept"), Some("application/vnd.github.raw+json"));
    assert_eq!(received[4].header("accept"), Some("application/octet-stream"));
}

#[tokio::test]
async fn each_kind_of_host_is_asked_for_changes_only() {
    let is_known = |request: &Received| request.header("if-none-match") == Some("W/\"1\"");
    let server = StandIn::start(move |request| reply(if is_known(request) { 304 } else { 200 }, &[], "")).await;
    let reader = reader(hosts(&server));
    let known = Validators { etag: Some("W/\"1\"".to_owned()), last_modified: None };
    for (url, ..) in READS {
        assert_eq!(reader.read(url, Some(&known), MEGABYTE).await.unwrap(), UrlRead::Same, "{url}");
    }
}

#[tokio::test]
async fn token_leak_no_error_tells_the_token() {
    let server = StandIn::start(|request| match request.n_before % 4 {
        0 => reply(401, &[], TOKEN),
        1 => reply(404, &[], TOKEN),
        2 => reply(418, &[], TOKEN),
        _ => reply(302, &[("location", "https://login.example/?token=t0p-s3cret")], TOKEN),
    })
    .await;
    let hosts = hosts(&server);
    assert!(!format!("{hosts:?}").contains(TOKEN));
    let reader = reader(hosts);
    assert!(!format!("{reader:?}").contains(TOKEN));
    for (url, ..) in READS {
        for kind in [
            UrlReadErrorKind::Failed,
            UrlReadErrorKind::NotFound,
            UrlReadErrorKind::Failed,
            UrlReadErrorKind::NotAllowed,
        ] {
            let error = reader.read(url, None, MEGABYTE).await.unwrap_err();
            assert_eq!(error.kind, kind, "{error}");
            assert!(error.message.contains(&format!("cannot read `{url}`")), "{error}");
            assert!(!format!("{error:?}").contains(TOKEN) && !error.message.contains("OnQwc"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn token_leak_a_plain_address_gets_no_token_even_on_a_known_host() {
    let server = StandIn::start(|_| reply(200, &[], "page")).await;
    let gitea = Gitea::new(&server.host).unwrap().with_base(&server.url("")).unwrap().with_token(TOKEN).unwrap();
    let settings = UrlReaderSettings::allowing(&[&server.host]).unwrap();
    let reader =
        UrlReader::new(UrlReaderSettings { integrations: vec![Integration::Gitea(gitea)], ..settings }).unwrap();
    assert_eq!(content(reader.read(&server.url("/static/x.yaml"), None, MEGABYTE).await), "page");
    assert_eq!(content(reader.read(&server.url("/o/r/src/branch/main/x.yaml"), None, MEGABYTE).await), "page");
    let received = server.received();
    assert_eq!((received[0].target.as_str(), received[0].header("authorization")), ("/static/x.yaml", None));
    assert_eq!(received[1].target, "/api/v1/repos/o/r/raw/x.yaml?ref=main");
    assert!(received[1].header("authorization").is_some());
}

#[tokio::test]
async fn public_repositories_of_github_are_read_raw_without_a_token() {
    let server = StandIn::start(|request| reply(200, &[], &request.target)).await;
    let github = || {
        Github::new("github.com").unwrap().with_api(&server.url("/api")).unwrap().with_raw(&server.url("/raw")).unwrap()
    };
    let url = "https://github.com/o/r/blob/main/a/x.yaml";
    let stranger = reader(vec![Integration::Github(github())]);
    assert_eq!(content(stranger.read(url, None, MEGABYTE).await), "/raw/o/r/main/a/x.yaml");
    let member = reader(vec![Integration::Github(github().with_token(TOKEN).unwrap())]);
    assert_eq!(content(member.read(url, None, MEGABYTE).await), "/api/repos/o/r/contents/a/x.yaml?ref=main");
}

#[tokio::test]
async fn an_address_that_nobody_allowed_is_refused_without_a_request() {
    let server = StandIn::start(|_| reply(200, &[], "secret")).await;
    let reader = reader(Vec::new());
    for url in
        [server.url("/x.yaml"), "http://localhost/x".to_owned(), "file:///etc/passwd".to_owned(), "x.yaml".to_owned()]
    {
        assert_eq!(reader.read(&url, None, MEGABYTE).await.unwrap_err().kind, UrlReadErrorKind::NotAllowed, "{url}");
    }
    let error = reader.read(&server.url("/x.yaml"), None, MEGABYTE).await.unwrap_err();
    assert!(error.message.contains("add its host to `integrations` or `backend.reading.allow`"), "{error}");
    assert_eq!(server.received().len(), 0);
    let error = reader.read("https://github.com/o/r", None, MEGABYTE).await.unwrap_err();
    assert_eq!(
        error.message,
        "`https://github.com/o/r` is not the address of a file on GitHub; write it like `https://github.com/OWNER/REPOSITORY/blob/BRANCH/PATH`"
    );
    let error = reader.read("https://github.com/o/r/tree/main/a/", None, MEGABYTE).await.unwrap_err();
    assert_eq!(error.message, "`https://github.com/o/r/tree/main/a/` is a folder; name a file in it");
}

#[tokio::test]
async fn plain_addresses_are_read_as_they_are() {
    let server = StandIn::start(|request| match request.target.as_str() {
        "/large" => reply(200, &[], "a".repeat(2_000)),
        "/limited" => reply(429, &[("retry-after", "60")], ""),
        target => reply(200, &[("last-modified", "yesterday")], target),
    })
    .await;
    let reader = UrlReader::new(UrlReaderSettings::allowing(&[&server.host]).unwrap()).unwrap();
    let read = reader.read(&server.url("/a%20b.yaml?x=1#y"), None, 1_000).await.unwrap();
    let validators = Some(Validators { etag: None, last_modified: Some("yesterday".to_owned()) });
    assert_eq!(read, UrlRead::Content { bytes: "/a%20b.yaml?x=1".into(), validators });
    let kind = async |path: &str| reader.read(&server.url(path), None, 1_000).await.unwrap_err().kind;
    assert_eq!(kind("/large").await, UrlReadErrorKind::TooLarge);
    assert!(matches!(kind("/limited").await, UrlReadErrorKind::RateLimited { .. }));
}

#[tokio::test]
async fn a_page_for_signing_in_is_no_content() {
    let server = StandIn::start(|_| reply(203, &[], "<html>Sign in</html>")).await;
    let error = reader(hosts(&server)).read(READS[4].0, None, MEGABYTE).await.unwrap_err();
    assert!(error.message.contains("a page for signing in; check the tokens of `integrations.azure`"), "{error}");
}

#[tokio::test]
async fn a_branch_with_a_slash_is_read_by_its_commit_on_bitbucket_cloud() {
    let server = StandIn::start(|request| match request.target.as_str() {
        "/2.0/repositories/w/r/refs/branches/feature/x" => reply(200, &[], r#"{"target":{"hash":"abc123"}}"#),
        "/2.0/repositories/w/r/refs/branches/odd/x" => reply(200, &[], r#"{"target":{"hash":"../x"}}"#),
        target => reply(200, &[], target),
    })
    .await;
    let reader = reader(hosts(&server));
    let read = async |branch: &str| {
        reader.read(&format!("https://bitbucket.org/w/r/src/{branch}/a.yaml"), None, MEGABYTE).await
    };
    assert_eq!(content(read("feature%2Fx").await), "/2.0/repositories/w/r/src/abc123/a.yaml");
    assert!(read("odd%2Fx").await.unwrap_err().message.contains("there is no commit"));
}
