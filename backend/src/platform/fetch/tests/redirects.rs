use reqwest::header::HeaderName;

use super::*;

/// Redirects `/to?<address>` there; everything else is the end.
async fn redirecting() -> StandIn {
    StandIn::start(|request| match request.target.strip_prefix("/to?") {
        Some(target) => reply(302, &[("location", target)], ""),
        None => reply(200, &[], "the end"),
    })
    .await
}

#[tokio::test]
async fn redirects_are_followed_and_end() {
    let server = StandIn::start(|request| {
        let n: u32 = request.target.rsplit('/').next().unwrap().parse().unwrap();
        if n == 0 { reply(200, &[], "the end") } else { reply(301, &[("location", &format!("../r/{}", n - 1))], "") }
    })
    .await;
    let fetcher = fetcher(&[&server.host]);
    assert_eq!(text(fetcher.fetch(&get(&server.url("/r/5"))).await), "the end");
    let error = fetcher.fetch(&get(&server.url("/r/6"))).await.unwrap_err();
    assert_eq!(error.to_string(), "it redirects more than 5 times");
}

#[tokio::test]
async fn redirect_ssrf_to_an_address_that_no_rule_allows_is_refused() {
    let (server, inner) = (redirecting().await, StandIn::start(|_| reply(200, &[], "secret")).await);
    let fetcher = fetcher_with_name(&[&server.host, "*.example.com"], "inner.example.com", "127.0.0.1");
    for target in [
        inner.url("/"),
        inner.url("/").replace("127.0.0.1", "localhost"),
        inner.url("/").replace("127.0.0.1", "2130706433"),
        inner.url("/").replace("127.0.0.1", "[::ffff:127.0.0.1]"),
        format!("//{}/", inner.host),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
        // Allowed by name, but not where it leads.
        "http://inner.example.com/".to_owned(),
    ] {
        let error = fetcher.fetch(&get(&server.url(&format!("/to?{target}")))).await.unwrap_err();
        assert!(matches!(error, FetchError::NotAllowed(_)), "{target}: {error:?}");
    }
    assert_eq!(inner.received().len(), 0);
}

#[tokio::test]
async fn redirect_to_what_is_no_address_of_the_web_is_refused() {
    let server = redirecting().await;
    let fetcher = fetcher(&[&server.host]);
    for target in ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:s3cret@127.0.0.1/", "http://", "javascript:1"]
    {
        let error = fetcher.fetch(&get(&server.url(&format!("/to?{target}")))).await.unwrap_err();
        assert_eq!(error, FetchError::Failed("it redirects to what is not an address".to_owned()), "{target}");
    }
}

#[tokio::test]
async fn redirect_token_leak_a_credential_goes_to_its_own_origin_only() {
    let (server, other) = (redirecting().await, redirecting().await);
    let fetcher = fetcher(&[&server.host, &other.host]);
    for credential in [
        Credential::bearer("t0ken").unwrap(),
        Credential::header(HeaderName::from_static("private-token"), "t0ken").unwrap(),
    ] {
        let request = |path: &str| get(&server.url(path)).with_credential(Some(&credential));
        assert_eq!(text(fetcher.fetch(&request("/to?/end")).await), "the end");
        assert_eq!(text(fetcher.fetch(&request(&format!("/to?{}", other.url("/end")))).await), "the end");
        // There and back again: it is known at home.
        let detour = format!("/to?{}", other.url(&format!("/to?{}", server.url("/home"))));
        assert_eq!(text(fetcher.fetch(&request(&detour)).await), "the end");
    }
    let has_token = |request: &testing::Received| request.headers.iter().any(|(_, value)| value.contains("t0ken"));
    assert!(server.received().iter().all(has_token));
    assert_eq!(other.received().len(), 4);
    assert!(!other.received().iter().any(has_token), "{:?}", other.received());
}

#[tokio::test]
async fn redirect_token_leak_a_form_is_not_redirected() {
    let (server, other) = (redirecting().await, redirecting().await);
    let form = Form::new(&[("client_secret", "s3cret")]);
    assert_eq!(format!("{form:?}"), "Form(<secret>)");
    let request = Request { form: Some(&form), ..get(&server.url(&format!("/to?{}", other.url("/end")))) };
    let error = fetcher(&[&server.host, &other.host]).fetch(&request).await.unwrap_err();
    assert!(matches!(error, FetchError::Failed(_)) && !error.to_string().contains("s3cret"), "{error:?}");
    assert_eq!(other.received().len(), 0);
}
