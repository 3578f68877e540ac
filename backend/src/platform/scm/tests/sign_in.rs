use chrono::TimeDelta;

use super::*;

/// Gives out numbered tokens at `/…token…`; everything else tells the header it got.
async fn server() -> StandIn {
    StandIn::start(|request| {
        if request.method == "POST" {
            let answer =
                format!(r#"{{"access_token":"token-{}","expires_in":3600,"token_type":"bearer"}}"#, request.n_before);
            return reply(200, &[("content-type", "application/json")], answer);
        }
        reply(200, &[], request.header("authorization").unwrap_or("nothing"))
    })
    .await
}

#[tokio::test]
async fn a_token_is_fetched_once_and_again_when_it_ends() {
    let server = server().await;
    let cloud = BitbucketCloud::new()
        .unwrap()
        .at("bitbucket.org", &server.url("/2.0"), &server.url("/site/oauth2/access_token"))
        .unwrap()
        .with_consumer("id", "s3cret")
        .unwrap();
    let clock = Clock::stopped_at(DateTime::from_timestamp(1_000_000, 0).unwrap());
    let settings = UrlReaderSettings {
        integrations: vec![Integration::BitbucketCloud(cloud)],
        clock: clock.clone(),
        ..UrlReaderSettings::default()
    };
    let reader = UrlReader::new(settings).unwrap();
    let read = async || content(reader.read("https://bitbucket.org/w/r/src/main/x.yaml", None, MEGABYTE).await);
    assert_eq!(read().await, "Bearer token-0");
    assert_eq!(read().await, "Bearer token-0");
    clock.advance(TimeDelta::seconds(3600));
    assert_eq!(read().await, "Bearer token-3");
    let exchange = &server.received()[0];
    assert_eq!(exchange.target, "/site/oauth2/access_token");
    assert_eq!(exchange.body, "grant_type=client_credentials");
    assert_eq!(exchange.header("authorization"), Some("Basic aWQ6czNjcmV0"));
}

#[tokio::test]
async fn azure_uses_the_first_credential_for_the_organization() {
    let server = server().await;
    let azure = Azure::new("dev.azure.com")
        .unwrap()
        .at(&server.url(""), &server.url("/login"))
        .unwrap()
        .with_token(&["one".to_owned()], "pat")
        .unwrap()
        .with_principal(&["two".to_owned()], "tenant-id", "id", "s3cret")
        .unwrap();
    let reader = reader(vec![Integration::Azure(azure)]);
    let read = async |organization: &str| {
        content(
            reader.read(&format!("https://dev.azure.com/{organization}/p/_git/r?path=/x.yaml"), None, MEGABYTE).await,
        )
    };
    assert_eq!(read("One").await, "Basic OnBhdA==");
    assert_eq!(read("two").await, "Bearer token-1");
    assert_eq!(read("three").await, "nothing");
    let exchange = &server.received()[1];
    assert_eq!(exchange.target, "/login/tenant-id/oauth2/v2.0/token");
    assert_eq!(
        exchange.body,
        "grant_type=client_credentials&client_id=id&client_secret=s3cret&scope=499b84ac-1321-427f-aa17-267ca6975798%2F.default"
    );
    assert!(Azure::new("dev.azure.com").unwrap().with_principal(&[], "../x", "id", "secret").is_err());
}

#[tokio::test]
async fn token_leak_a_refused_exchange_tells_no_secret() {
    let server = StandIn::start(|request| match request.n_before {
        0 => reply(401, &[], "s3cret"),
        _ => reply(200, &[], r#"{"access_token":"s3cret\n"}"#),
    })
    .await;
    let cloud = BitbucketCloud::new().unwrap().at("bitbucket.org", &server.url("/2.0"), &server.url("/token")).unwrap();
    let reader = reader(vec![Integration::BitbucketCloud(cloud.with_consumer("id", "s3cret").unwrap())]);
    for part in ["check client id and secret in `integrations`", "the token is empty or has characters"] {
        let error = reader.read("https://bitbucket.org/w/r/src/main/x.yaml", None, MEGABYTE).await.unwrap_err();
        assert!(error.message.contains("cannot sign in to read it") && error.message.contains(part), "{error}");
        assert!(!format!("{error:?}{reader:?}").contains("s3cret"), "{error:?}");
    }
    assert_eq!(server.received().len(), 2, "nothing is asked without the token");
}
