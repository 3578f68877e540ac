use super::*;

#[tokio::test]
async fn an_answer_is_read_whole() {
    let server = StandIn::start(|_| reply(200, &[("etag", "\"1\"")], "hello")).await;
    let fetched = fetcher(&[&server.host]).fetch(&get(&server.url("/a%20b?c=d"))).await.unwrap();
    let Fetched::Answer { status: 200, headers, bytes } = fetched else { panic!("{fetched:?}") };
    assert_eq!(bytes, b"hello");
    let validators = Validators::of(&headers).unwrap();
    assert_eq!(validators, Validators { etag: Some("\"1\"".to_owned()), last_modified: None });
    let request = &server.received()[0];
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/a%20b?c=d"));
    assert!(request.header("user-agent").unwrap().starts_with("callboard/"), "{request:?}");
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let is_known = |request: &testing::Received| {
        request.header("if-none-match") == Some("\"1\"") && request.header("if-modified-since") == Some("yesterday")
    };
    let server = StandIn::start(move |request| reply(if is_known(request) { 304 } else { 200 }, &[], "")).await;
    let known = Validators { etag: Some("\"1\"".to_owned()), last_modified: Some("yesterday".to_owned()) };
    let request = Request { known: Some(&known), ..get(&server.url("/")) };
    assert!(matches!(fetcher(&[&server.host]).fetch(&request).await, Ok(Fetched::Same)));
}

#[tokio::test]
async fn each_status_has_its_meaning() {
    let server = StandIn::start(|request| reply(request.target[1..].parse().unwrap(), &[], "")).await;
    let fetcher = fetcher(&[&server.host]);
    for (status, expected) in [
        (404, FetchError::NotFound(404)),
        (410, FetchError::NotFound(410)),
        (401, FetchError::Denied(401)),
        (403, FetchError::Denied(403)),
        (400, FetchError::Status(400)),
        (500, FetchError::Status(500)),
    ] {
        assert_eq!(fetcher.fetch(&get(&server.url(&format!("/{status}")))).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn a_large_answer_is_not_read() {
    let server = StandIn::start(|request| match request.target.as_str() {
        "/fits" => reply(200, &[], "a".repeat(1024)),
        "/announced" => Reply::Stall(b"HTTP/1.1 200 X\r\ncontent-length: 1025\r\n\r\n".to_vec()),
        // Of unknown length, and never ending if it were up to the server.
        _ => Reply::Stall(format!("HTTP/1.1 200 X\r\n\r\n{}", "a".repeat(1025)).into_bytes()),
    })
    .await;
    let fetcher = fetcher(&[&server.host]);
    for (path, expected) in [("/fits", None), ("/announced", Some(1024)), ("/unknown", Some(1024))] {
        let request = Request { max_bytes: KILOBYTE, ..get(&server.url(path)) };
        assert_eq!(fetcher.fetch(&request).await.err(), expected.map(FetchError::TooLarge), "{path}");
    }
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_a_huge_one_stops_at_the_limit() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), 100 * KILOBYTE * KILOBYTE), &mut packed).unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 200_000, "{}", packed.len());
    let server = StandIn::start(move |_| reply(200, &[("content-encoding", "gzip")], &packed)).await;
    let request = Request { max_bytes: KILOBYTE * KILOBYTE, ..get(&server.url("/")) };
    assert_eq!(fetcher(&[&server.host]).fetch(&request).await.unwrap_err(), FetchError::TooLarge(KILOBYTE * KILOBYTE));
}

#[tokio::test]
async fn a_slow_server_is_given_up() {
    let server = StandIn::start(|request| match request.target.as_str() {
        "/silent" => Reply::Stall(Vec::new()),
        _ => Reply::Stall(b"HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\nhalf".to_vec()),
    })
    .await;
    let mut settings = settings(&[&server.host]);
    settings.limits.total = Duration::from_millis(100);
    let fetcher = Fetcher::new(settings).unwrap();
    for path in ["/silent", "/half"] {
        assert!(matches!(fetcher.fetch(&get(&server.url(path))).await, Err(FetchError::TimedOut(_))), "{path}");
    }
    assert_eq!(server.received().len(), 2, "what has used up its time is not tried again");
}

#[tokio::test]
async fn a_passing_failure_is_tried_once_more() {
    let server = StandIn::start(|request| match (request.target.as_str(), request.n_before) {
        ("/busy", 0) => reply(503, &[], ""),
        ("/closed", 2) => Reply::Close,
        ("/gone", _) => reply(502, &[], ""),
        _ => reply(200, &[], "ok"),
    })
    .await;
    let fetcher = fetcher(&[&server.host]);
    assert_eq!(text(fetcher.fetch(&get(&server.url("/busy"))).await), "ok");
    assert_eq!(text(fetcher.fetch(&get(&server.url("/closed"))).await), "ok");
    assert_eq!(server.received().len(), 4);
    assert_eq!(fetcher.fetch(&get(&server.url("/gone"))).await.unwrap_err(), FetchError::Status(502));
    assert_eq!(server.received().len(), 6);
    let form = Form::new(&[("a", "b c&d")]);
    let request = Request { form: Some(&form), ..get(&server.url("/gone")) };
    assert_eq!(fetcher.fetch(&request).await.unwrap_err(), FetchError::Status(502));
    let received = server.received();
    assert_eq!(received.len(), 7, "a form is sent once");
    assert_eq!((received[6].method.as_str(), received[6].body.as_str()), ("POST", "a=b+c%26d"));
}

#[tokio::test]
async fn an_unreachable_server_is_named_by_its_failure() {
    let gone = StandIn::start(|_| Reply::Close).await;
    let error = fetcher(&[&gone.host]).fetch(&get(&gone.url("/?token=s3cret"))).await.unwrap_err();
    assert!(matches!(error, FetchError::Disconnected(_)), "{error:?}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
    let error = fetcher(&["nowhere.example"]).fetch(&get("https://nowhere.example/")).await.unwrap_err();
    assert_eq!(error.to_string(), "no connection: the name does not exist");
}
