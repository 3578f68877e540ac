use super::*;

/// Asks for the root of a host on the port of a stand-in, and tells whether it was refused.
async fn is_refused(fetcher: &Fetcher, server: &StandIn, host: &str) -> bool {
    let port = server.host.rsplit(':').next().unwrap();
    let answer = fetcher.fetch(&get(&format!("http://{host}:{port}/"))).await;
    matches!(answer, Err(FetchError::NotAllowed(_)))
}

fn port_of(server: &StandIn) -> &str {
    server.host.rsplit(':').next().unwrap()
}

#[tokio::test]
async fn ssrf_no_spelling_of_this_machine_is_asked_without_a_rule() {
    let server = StandIn::start(|_| reply(200, &[], "secret")).await;
    let fetcher = Fetcher::new(FetchSettings { names: Names::system(), ..settings(&["example.com:1-65535"]) }).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "0177.0.0.1",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        "127.0.0.1.",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "0.0.0.0",
        "0",
    ] {
        assert!(is_refused(&fetcher, &server, host).await, "{host}");
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn ssrf_a_name_below_a_suffix_that_leads_to_this_machine_is_refused() {
    let server = StandIn::start(|_| reply(200, &[], "secret")).await;
    let rule = format!("*.example.com:{}", port_of(&server));
    for ip in
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1", "100.64.0.1", "0.0.0.0"]
    {
        let fetcher = fetcher_with_name(&[&rule], "inner.example.com", ip);
        assert!(is_refused(&fetcher, &server, "inner.example.com").await, "{ip}");
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn a_host_that_is_named_exactly_may_be_in_the_own_network() {
    let server = StandIn::start(|_| reply(200, &[], "ok")).await;
    let host = format!("git.example.com:{}", port_of(&server));
    let fetcher = fetcher_with_name(&[&host], "git.example.com", "127.0.0.1");
    assert_eq!(text(fetcher.fetch(&get(&format!("http://{host}/"))).await), "ok");
    assert_eq!(server.received()[0].header("host"), Some(host.as_str()));
}

#[tokio::test]
async fn ssrf_a_named_host_does_not_lead_to_the_metadata_of_the_machine() {
    for ip in ["169.254.169.254", "fe80::1", "100.100.100.200", "fd00:ec2::254", "0.0.0.0", "224.0.0.1"] {
        let fetcher = fetcher_with_name(&["git.example.com"], "git.example.com", ip);
        let error = fetcher.fetch(&get("http://git.example.com/")).await.unwrap_err();
        assert!(matches!(error, FetchError::NotAllowed(_)), "{ip}: {error:?}");
    }
}

#[tokio::test]
async fn ssrf_dns_rebinding_only_addresses_that_were_checked_are_connected_to() {
    let names: HashMap<String, Vec<IpAddr>> =
        [("mixed.example.com".to_owned(), ["10.0.0.1", "8.8.8.8", "::1"].map(|ip| ip.parse().unwrap()).to_vec())]
            .into();
    let resolver = names::GuardedNames { names: Names::fixed(names), reach: Reach::Internet };
    let addresses = reqwest::dns::Resolve::resolve(&resolver, "mixed.example.com".parse().unwrap()).await.ok().unwrap();
    assert_eq!(addresses.map(|address| address.ip()).collect::<Vec<_>>(), ["8.8.8.8".parse::<IpAddr>().unwrap()]);
}

#[tokio::test]
async fn ssrf_a_connection_of_a_trusted_host_is_not_used_for_others() {
    let server = StandIn::start(|_| reply(200, &[], "ok")).await;
    let port = port_of(&server);
    let names: HashMap<String, Vec<IpAddr>> = ["git.example.com", "other.example.com"]
        .map(|name| (name.to_owned(), vec!["127.0.0.1".parse().unwrap()]))
        .into();
    let rules = [format!("git.example.com:{port}"), format!("*.example.com:{port}")];
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let fetcher = Fetcher::new(FetchSettings { names: Names::fixed(names), ..settings(&rules) }).unwrap();
    assert!(!is_refused(&fetcher, &server, "git.example.com").await);
    assert!(is_refused(&fetcher, &server, "other.example.com").await);
    assert_eq!(server.received().len(), 1);
}
