use super::*;
use crate::platform::fetch::parse_address;

/// Where an address leads: `owner/name@version:path`.
#[track_caller]
fn check(integration: &Integration, url: &str, expected: Option<&str>) {
    let address = integration.parse(&parse_address(url).unwrap());
    let shown = address.map(|address| {
        format!("{}@{}:{}", address.repository.join("/"), address.ref_name().unwrap_or_default(), address.path)
    });
    assert_eq!(shown.as_deref(), expected, "{url}");
}

#[test]
fn github() {
    let host = Integration::Github(Github::new("github.com").unwrap());
    for form in ["blob", "tree", "edit", "raw"] {
        let url = format!("https://github.com/o/r/{form}/main/a/catalog-info.yaml");
        check(&host, &url, Some("o/r@main:a/catalog-info.yaml"));
    }
    check(&host, "https://github.com/o/r/blob/main/a%20b/%C3%A4%2B.yaml?plain=1#L3", Some("o/r@main:a b/ä+.yaml"));
    check(&host, "https://github.com/o/r/blob/feature%2Fx/a.yaml", Some("o/r@feature/x:a.yaml"));
    check(&host, "https://github.com/o/r/blob/refs/heads/main/a.yaml", Some("o/r@refs/heads/main:a.yaml"));
    check(&host, "https://github.com/o/r/tree/main/a/", Some("o/r@main:a/"));
    check(&host, "https://github.com/o/r/tree/main", Some("o/r@main:"));
    check(&host, "https://github.com/o/r/blob/main/*/catalog-info.yaml", Some("o/r@main:*/catalog-info.yaml"));
    for url in [
        "https://github.com/",
        "https://github.com/o/r",
        "https://github.com/o/r/issues/1",
        "https://github.com/o/*/blob/main/a",
    ] {
        check(&host, url, None);
    }
}

#[test]
fn ssrf_a_path_that_leads_out_of_the_repository_is_no_file() {
    let host = Integration::Github(Github::new("github.com").unwrap());
    for path in [
        "..%2f..%2fuser",
        "a%2f..%2fb",
        "%252e%252e/user",
        "%252e%252e%252fuser",
        "a%252fb",
        "a%5c..%5cb",
        "a%00b",
        "a//b",
        "%FF",
    ] {
        check(&host, &format!("https://github.com/o/r/blob/main/{path}"), None);
    }
    // `Url` resolves these before anybody sees them.
    check(&host, "https://github.com/o/r/blob/main/%2e%2e/%2E%2e/x", None);
    for git_ref in ["a%2f..%2fb", "main:src", "a%20b", "a..b", "%2fmain", "-x", "a%3Fb", "a%0ab"] {
        check(&host, &format!("https://github.com/o/r/blob/{git_ref}/x"), None);
    }
}

#[test]
fn gitlab() {
    let host = Integration::Gitlab(Gitlab::new("gitlab.com").unwrap());
    check(&host, "https://gitlab.com/g/p/-/blob/main/a.yaml", Some("g/p@main:a.yaml"));
    check(&host, "https://gitlab.com/g/s/t/p/-/tree/main/a/b?ref_type=heads", Some("g/s/t/p@main:a/b"));
    check(&host, "https://gitlab.com/g/p/-/raw/v1.0/a.yaml", Some("g/p@v1.0:a.yaml"));
    check(&host, "https://gitlab.com/g/p/-/blob/feature%2Fx/a.yaml", Some("g/p@feature/x:a.yaml"));
    check(&host, "https://gitlab.com/g/p/blob/main/a.yaml", Some("g/p@main:a.yaml"));
    check(&host, "https://gitlab.com/g/p/-/blob/main/blob/-/blob/a.yaml", Some("g/p@main:blob/-/blob/a.yaml"));
    check(&host, "https://gitlab.com/g/-/blob/main/a.yaml", None);
    check(&host, "https://gitlab.com/g/p/-/issues/1", None);
    let below = Integration::Gitlab(Gitlab::new("example.com").unwrap().with_base("https://example.com/git").unwrap());
    check(&below, "https://example.com/git/g/p/-/blob/main/a.yaml", Some("g/p@main:a.yaml"));
}

#[test]
fn bitbucket() {
    let cloud = Integration::BitbucketCloud(BitbucketCloud::new().unwrap());
    check(&cloud, "https://bitbucket.org/w/r/src/main/a/b.yaml", Some("w/r@main:a/b.yaml"));
    check(&cloud, "https://bitbucket.org/w/r/raw/main/a/b.yaml", Some("w/r@main:a/b.yaml"));
    check(&cloud, "https://bitbucket.org/w/r/pull-requests/1", None);
    let server = Integration::BitbucketServer(BitbucketServer::new("bitbucket.example.com").unwrap());
    let at = |path: &str| format!("https://bitbucket.example.com{path}");
    check(&server, &at("/projects/P/repos/r/browse/a/b.yaml"), Some("P/r@:a/b.yaml"));
    check(
        &server,
        &at("/projects/P/repos/r/browse/a.yaml?at=refs%2Fheads%2Ffeature%2Fx"),
        Some("P/r@refs/heads/feature/x:a.yaml"),
    );
    check(&server, &at("/projects/P/repos/r/raw/a.yaml?at=main"), Some("P/r@main:a.yaml"));
    check(&server, &at("/users/anna/repos/r/browse/a.yaml"), Some("~anna/r@:a.yaml"));
    check(&server, &at("/bitbucket/projects/P/repos/r/browse/a.yaml"), Some("P/r@:a.yaml"));
    check(&server, &at("/projects/P/repos/r/browse"), Some("P/r@:"));
    check(&server, &at("/projects/P/repos/r/browse/a.yaml?at=a..b"), None);
    check(&server, &at("/projects/P/repos/r/commits"), None);
}

#[test]
fn azure() {
    let host = Integration::Azure(Azure::new("dev.azure.com").unwrap());
    let at = |rest: &str| format!("https://dev.azure.com/org/my%20project/_git/repo{rest}");
    check(&host, &at("?path=%2Fa%2Fb.yaml&version=GBmain"), Some("org/my project/repo@main:a/b.yaml"));
    check(&host, &at("?path=/a/b.yaml"), Some("org/my project/repo@:a/b.yaml"));
    check(&host, &at("?version=GTv1&path=a.yaml"), Some("org/my project/repo@v1:a.yaml"));
    check(&host, &at("?path=/a/*/b.yaml"), Some("org/my project/repo@:a/*/b.yaml"));
    check(&host, &at(""), Some("org/my project/repo@:"));
    check(&host, "https://dev.azure.com/org/_git/repo?path=/a.yaml", Some("org/repo/repo@:a.yaml"));
    check(&host, &at("?path=/../../a.yaml"), None);
    check(&host, &at("?path=/a/%252e%252e/b"), None);
    check(&host, &at("?path=/a.yaml&version=main"), None);
    check(&host, &at("/commit/abc"), None);
}

#[test]
fn gitea() {
    let host = Integration::Gitea(Gitea::new("gitea.example.com").unwrap());
    let at = |path: &str| format!("https://gitea.example.com{path}");
    check(&host, &at("/o/r/src/branch/main/a/b.yaml"), Some("o/r@main:a/b.yaml"));
    check(&host, &at("/o/r/src/tag/v1/a.yaml"), Some("o/r@v1:a.yaml"));
    check(&host, &at("/o/r/raw/branch/main/a.yaml"), Some("o/r@main:a.yaml"));
    check(&host, &at("/o/r/_edit/main/a.yaml"), Some("o/r@main:a.yaml"));
    check(&host, &at("/o/r/src/main/a.yaml"), Some("o/r@main:a.yaml"));
    check(&host, &at("/o/r/src/branch/feature%2Fx/a.yaml"), Some("o/r@feature/x:a.yaml"));
    check(&host, &at("/o/r/issues"), None);
    let below = Integration::Gitea(Gitea::new("example.com").unwrap().with_base("https://example.com/git").unwrap());
    check(&below, "https://example.com/git/o/r/src/branch/main/a.yaml", Some("o/r@main:a.yaml"));
}

fn all() -> UrlReader {
    let api = "https://example.com";
    reader(vec![
        Integration::BitbucketServer(BitbucketServer::new("bitbucket.example.com").unwrap().with_api(api).unwrap()),
        Integration::Gitea(Gitea::new("gitea.example.com").unwrap()),
    ])
}

#[track_caller]
fn check_resolve(base: &str, target: &str, expected: Result<&str, &str>) {
    match (all().resolve(base, target), expected) {
        (Ok(url), Ok(expected)) => assert_eq!(url, expected),
        (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
        (got, expected) => panic!("{base} {target}: {got:?} is not {expected:?}"),
    }
}

#[test]
fn a_target_is_meant_from_its_descriptor() {
    let base = "https://github.com/o/r/blob/main/a/catalog-info.yaml";
    // Files are shown under `tree`, too; Backstage writes it so.
    check_resolve(base, "./b.yaml", Ok("https://github.com/o/r/tree/main/a/b.yaml"));
    check_resolve(base, "b/c d.yaml", Ok("https://github.com/o/r/tree/main/a/b/c%20d.yaml"));
    check_resolve(base, "b/c%20d.yaml", Ok("https://github.com/o/r/tree/main/a/b/c%20d.yaml"));
    check_resolve(base, "../b.yaml", Ok("https://github.com/o/r/tree/main/b.yaml"));
    check_resolve(base, "/b.yaml#L1", Ok("https://github.com/o/r/tree/main/b.yaml"));
    check_resolve(base, "./**/x?.yaml", Ok("https://github.com/o/r/tree/main/a/**/x%3F.yaml"));
    check_resolve(base, "./", Ok("https://github.com/o/r/tree/main/a/"));
    check_resolve(base, "https://example.com/x", Ok("https://example.com/x"));
    check_resolve(
        "https://github.com/o/r/blob/feature%2Fx/a.yaml",
        "b.yaml",
        Ok("https://github.com/o/r/tree/feature%2Fx/b.yaml"),
    );
    check_resolve(
        "https://gitlab.com/g/p/-/blob/main/a/x.yaml",
        "/b.yaml",
        Ok("https://gitlab.com/g/p/-/blob/main/b.yaml"),
    );
    check_resolve(
        "https://bitbucket.org/w/r/src/main/x.yaml",
        "a/b.yaml",
        Ok("https://bitbucket.org/w/r/src/main/a/b.yaml"),
    );
    check_resolve(
        "https://bitbucket.example.com/projects/P/repos/r/browse/a/x.yaml?at=dev",
        "../b.yaml",
        Ok("https://bitbucket.example.com/projects/P/repos/r/browse/b.yaml?at=dev"),
    );
    check_resolve(
        "https://dev.azure.com/o/p/_git/r?path=/a/x.yaml&version=GBmain",
        "./b.yaml",
        Ok("https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain"),
    );
    check_resolve(
        "https://gitea.example.com/o/r/src/branch/main/x.yaml",
        "b.yaml",
        Ok("https://gitea.example.com/o/r/src/branch/main/b.yaml"),
    );
}

#[test]
fn a_target_on_a_plain_host_is_meant_as_in_a_web_page() {
    let base = "https://example.com/a/b/catalog-info.yaml?q=1";
    check_resolve(base, "./c.yaml", Ok("https://example.com/a/b/c.yaml"));
    check_resolve(base, "/c.yaml", Ok("https://example.com/c.yaml"));
    check_resolve(base, "../../../../c.yaml", Ok("https://example.com/c.yaml"));
    check_resolve(base, "https://other.example/c.yaml", Ok("https://other.example/c.yaml"));
}

#[test]
fn ssrf_a_relative_target_leads_to_no_other_host_or_repository() {
    for base in ["https://example.com/a/x.yaml", "https://github.com/o/r/blob/main/a/x.yaml"] {
        for target in ["//evil.example/x", "/\\evil.example/x", "\\\\evil.example\\x", "/\t/evil.example/x", "", "  "] {
            check_resolve(base, target, Err("is not a target"));
        }
        for target in ["file:///etc/passwd", "ftp://example.com/x", "javascript:alert(1)"] {
            check_resolve(base, target, Err("only addresses of http and https"));
        }
    }
    let base = "https://github.com/o/r/blob/main/a/x.yaml";
    check_resolve(base, "../../x.yaml", Err("out of the repository"));
    check_resolve(base, "%2e%2e/%2e%2e/x.yaml", Err("out of the repository"));
    for target in ["..%2f..%2fx.yaml", "a%5cb", "%252e%252e/x", "a%00"] {
        check_resolve(base, target, Err("is not a path in the repository"));
    }
}

#[track_caller]
fn check_links(url: &str, edit: Option<&str>, source: Option<&str>) {
    let reader = all();
    assert_eq!(reader.edit_url(url).as_deref(), edit, "{url}");
    assert_eq!(reader.source_location(url).as_deref(), source, "{url}");
}

#[test]
fn a_file_has_a_place_to_edit_and_a_folder() {
    check_links(
        "https://github.com/o/r/blob/main/a/x.yaml",
        Some("https://github.com/o/r/edit/main/a/x.yaml"),
        Some("https://github.com/o/r/tree/main/a/"),
    );
    check_links(
        "https://github.com/o/r/tree/main/x.yaml",
        Some("https://github.com/o/r/edit/main/x.yaml"),
        Some("https://github.com/o/r/tree/main/"),
    );
    check_links(
        "https://gitlab.com/g/p/-/blob/main/a/x.yaml",
        Some("https://gitlab.com/g/p/-/edit/main/a/x.yaml"),
        Some("https://gitlab.com/g/p/-/blob/main/a/"),
    );
    check_links(
        "https://bitbucket.org/w/r/src/main/x.yaml",
        Some("https://bitbucket.org/w/r/src/main/x.yaml?mode=edit&at=main"),
        Some("https://bitbucket.org/w/r/src/main/"),
    );
    check_links(
        "https://bitbucket.example.com/projects/P/repos/r/browse/a/x.yaml?at=dev",
        Some("https://bitbucket.example.com/projects/P/repos/r/browse/a/x.yaml"),
        Some("https://bitbucket.example.com/projects/P/repos/r/browse/a/?at=dev"),
    );
    let azure = "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fx.yaml&version=GBmain";
    check_links(azure, Some(azure), Some("https://dev.azure.com/o/p/_git/r?path=%2Fa%2F&version=GBmain"));
    check_links(
        "https://gitea.example.com/o/r/src/branch/main/a/x.yaml",
        Some("https://gitea.example.com/o/r/_edit/main/a/x.yaml"),
        Some("https://gitea.example.com/o/r/src/branch/main/a/"),
    );
    check_links(
        "https://gitea.example.com/o/r/src/tag/v1/x.yaml",
        None,
        Some("https://gitea.example.com/o/r/src/tag/v1/"),
    );
    let commit = "0123456789abcdef0123456789abcdef01234567";
    check_links(
        &format!("https://github.com/o/r/blob/{commit}/x.yaml"),
        None,
        Some(&format!("https://github.com/o/r/tree/{commit}/")),
    );
    check_links("https://example.com/a/x.yaml", None, None);
    check_links("https://github.com/o/r", None, None);
    check_links("nonsense", None, None);
}

#[test]
fn two_addresses_are_of_one_repository_or_not() {
    let reader = all();
    let same = |a: &str, b: &str| reader.same_repository(a, b);
    let a = "https://github.com/o/r/blob/main/a.yaml";
    assert_eq!(same(a, "https://github.com/O/R/raw/other/b.yaml"), Some(true));
    assert_eq!(same(a, "https://github.com/o/other/blob/main/a.yaml"), Some(false));
    assert_eq!(same(a, "https://bitbucket.org/o/r/src/main/a.yaml"), Some(false));
    assert_eq!(same(a, "https://github.com/o/r"), None);
    assert_eq!(same("https://example.com/a", a), None);
}

#[test]
fn wildcards_are_seen_wherever_the_path_is() {
    for url in [
        "https://a.example/*/x.yaml",
        "https://a.example/%2A.yaml",
        "https://a.example/x%3F.yaml",
        "https://dev.azure.com/o/p/_git/r?path=/*/x.yaml",
    ] {
        assert!(UrlReader::is_glob(url), "{url}");
    }
    for url in [
        "https://a.example/x.yaml?q=*",
        "https://a.example/x.yaml?path=a",
        "https://a.example/[a]{b}",
        "*",
        "/a/*.yaml",
    ] {
        assert!(!UrlReader::is_glob(url), "{url}");
    }
}
