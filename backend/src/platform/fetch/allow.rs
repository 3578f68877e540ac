//! Rules that say which addresses may be read. Source: `backend.reading.allow`, contract of Backstage.

use reqwest::Url;

use super::address::literal_ip;
use super::guard::Reach;

/// A host that may be read from, or all below a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowRule {
    host: HostMatch,
    ports: Ports,
    /// Normal forms without a slash at their end; all paths when there is none.
    paths: Vec<String>,
    reach: Reach,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum HostMatch {
    Any,
    Exact(String),
    /// The name with a dot before it: `.example.com`.
    Below(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ports {
    /// The default port of the scheme.
    Default,
    Range(u16, u16),
}

impl AllowRule {
    /// Reads a rule. `host` is `example.com` or `*.example.com`, with an optional port or range of ports
    /// (`example.com:8080-8090`); `paths` are those below which reading is allowed, all when there is none.
    ///
    /// # Errors
    /// A sentence for people, which quotes what is wrong.
    pub fn parse(host: &str, paths: &[String]) -> Result<Self, String> {
        let (name, ports) = split_ports(host)?;
        let wrong =
            || format!("`{host}` is not a host; write it like `example.com`, `*.example.com` or `example.com:8080`");
        let (matches, reach) = match name.strip_prefix("*.") {
            Some(suffix) => {
                let url = host_url(suffix).ok_or_else(wrong)?;
                if literal_ip(&url).is_some() {
                    return Err(wrong());
                }
                (HostMatch::Below(format!(".{}", url.host_str().unwrap_or_default())), Reach::Internet)
            }
            None => {
                let url = host_url(name).ok_or_else(wrong)?;
                let reach = if literal_ip(&url).is_some() { Reach::Anything } else { Reach::Network };
                (HostMatch::Exact(url.host_str().unwrap_or_default().to_owned()), reach)
            }
        };
        let paths = paths.iter().map(|path| rule_path(path)).collect::<Result<_, _>>()?;
        Ok(Self { host: matches, ports, paths, reach })
    }

    /// A rule for everything on the Internet, for programs that read what a person at a keyboard asks them to.
    #[must_use]
    pub fn internet() -> Self {
        Self { host: HostMatch::Any, ports: Ports::Range(1, u16::MAX), paths: Vec::new(), reach: Reach::Internet }
    }

    /// A rule for all paths of the origin of an address.
    #[must_use]
    pub fn origin(url: &Url, reach: Reach) -> Self {
        let port = url.port_or_known_default().unwrap_or_default();
        Self {
            host: HostMatch::Exact(url.host_str().unwrap_or_default().to_owned()),
            ports: if url.port().is_none() { Ports::Default } else { Ports::Range(port, port) },
            paths: Vec::new(),
            reach,
        }
    }

    /// How far requests to an address may go; `None` when the rule is not about it.
    #[must_use]
    pub fn reach(&self, url: &Url) -> Option<Reach> {
        let host = url.host_str()?;
        let is_host = match &self.host {
            HostMatch::Any => true,
            HostMatch::Exact(name) => name == host,
            HostMatch::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
        };
        let is_port = match self.ports {
            // `Url` leaves out a port that is the default one.
            Ports::Default => url.port().is_none(),
            Ports::Range(low, high) => url.port_or_known_default().is_some_and(|port| (low..=high).contains(&port)),
        };
        let is_path = || {
            self.paths.is_empty() || (is_plain(url.path()) && self.paths.iter().any(|path| is_below(url.path(), path)))
        };
        (is_host && is_port && is_path()).then_some(self.reach)
    }
}

/// How far requests to an address may go by any of the rules; `None` when it may not be read at all.
#[must_use]
pub fn reach_of(rules: &[AllowRule], url: &Url) -> Option<Reach> {
    rules.iter().filter_map(|rule| rule.reach(url)).max()
}

fn split_ports(host: &str) -> Result<(&str, Ports), String> {
    let wrong = || format!("`{host}` has no valid port; write it like `example.com:8080` or `example.com:8080-8090`");
    let (name, ports) = match host.rsplit_once(':') {
        // The last colon of `[::1]` is inside of the brackets.
        Some((name, ports)) if !ports.contains(']') => (name, ports),
        _ => return Ok((host, Ports::Default)),
    };
    let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong);
    let (low, high) = (number(low)?, number(high)?);
    if low > high {
        return Err(wrong());
    }
    Ok((name, Ports::Range(low, high)))
}

/// An address that has nothing but this host.
fn host_url(name: &str) -> Option<Url> {
    let is_host_only = !name.is_empty() && !name.contains(['/', '\\', '?', '#', '@', '*', ' ', '%']);
    let url = is_host_only.then(|| Url::parse(&format!("https://{name}/")).ok())??;
    (url.port().is_none() && url.path() == "/").then_some(url)
}

fn rule_path(path: &str) -> Result<String, String> {
    let url = path.starts_with('/').then(|| Url::parse(&format!("https://host{path}")).ok()).flatten();
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none() && is_plain(url.path()));
    let url = url.ok_or_else(|| format!("`{path}` is not a path; write it like `/public`"))?;
    Ok(url.path().trim_end_matches('/').to_owned())
}

/// Whether a path is the rule's path or below it.
fn is_below(path: &str, rule: &str) -> bool {
    path.strip_prefix(rule).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether all servers understand a path in the same way. `Url` has already resolved `..`, also as `%2e%2e`; left are
/// separators that some servers decode, segments that some skip, and encodings of encodings.
fn is_plain(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let is_hidden = ["//", "%2f", "%5c", "%25", "%00"].iter().any(|trick| lower.contains(trick));
    // `/public/..;/private`: what follows a semicolon is a parameter to some servers.
    let is_parameter = |segment: &str| {
        let name = segment.split(';').next().unwrap_or_default();
        segment.contains(';') && matches!(name.replace("%2e", ".").as_str(), "" | "." | "..")
    };
    !is_hidden && !lower.split('/').any(is_parameter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fetch::address::parse_address;

    fn rule(host: &str, paths: &[&str]) -> AllowRule {
        AllowRule::parse(host, &paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[track_caller]
    fn check(rule: &AllowRule, url: &str, expected: Option<Reach>) {
        assert_eq!(rule.reach(&parse_address(url).unwrap()), expected, "{url}");
    }

    #[test]
    fn a_host_is_meant_exactly_and_with_its_default_ports() {
        let rule = rule("Example.com", &[]);
        for url in
            ["https://example.com/", "http://EXAMPLE.com/x", "https://example.com:443/", "http://example.com:80/"]
        {
            check(&rule, url, Some(Reach::Network));
        }
        for url in [
            "https://example.com:8443/",
            "https://a.example.com/",
            "https://example.com.evil.net/",
            "https://example.com./",
        ] {
            check(&rule, url, None);
        }
        check(&rule, "https://xn--exampl-gva.com/", None);
    }

    #[test]
    fn a_suffix_means_names_below_it_and_does_not_lift_the_guard() {
        let rule = rule("*.example.com", &[]);
        check(&rule, "https://a.example.com/", Some(Reach::Internet));
        check(&rule, "https://a.b.example.com/", Some(Reach::Internet));
        for url in [
            "https://example.com/",
            "https://evilexample.com/",
            "https://a.example.com.evil.net/",
            "https://127.0.0.1/",
        ] {
            check(&rule, url, None);
        }
    }

    #[test]
    fn ports_are_one_or_a_range() {
        check(&rule("example.com:8080", &[]), "http://example.com:8080/", Some(Reach::Network));
        check(&rule("example.com:8080", &[]), "http://example.com/", None);
        check(&rule("example.com:443", &[]), "https://example.com/", Some(Reach::Network));
        for (port, is_allowed) in [(8079, false), (8080, true), (8085, true), (8090, true), (8091, false)] {
            let expected = is_allowed.then_some(Reach::Network);
            check(&rule("example.com:8080-8090", &[]), &format!("http://example.com:{port}/"), expected);
        }
    }

    #[test]
    fn a_number_lifts_the_guard_for_itself() {
        check(&rule("127.0.0.1:8080", &[]), "http://127.0.0.1:8080/", Some(Reach::Anything));
        check(&rule("127.0.0.1:8080", &[]), "http://2130706433:8080/", Some(Reach::Anything));
        check(&rule("[::1]:8080", &[]), "http://[::1]:8080/", Some(Reach::Anything));
        check(&rule("[::1]", &[]), "http://[0:0::1]/", Some(Reach::Anything));
        check(&rule("127.0.0.1:8080", &[]), "http://localhost:8080/", None);
    }

    #[test]
    fn paths_match_at_the_borders_of_their_segments() {
        let rule = rule("example.com", &["/public", "/docs/api/"]);
        for path in ["/public", "/public/", "/public/a/b", "/docs/api", "/docs/api/x", "/a/../public/x", "/public?q=1"]
        {
            check(&rule, &format!("https://example.com{path}"), Some(Reach::Network));
        }
        for path in ["", "/", "/publicity", "/Public", "/docs", "/docs/apis", "/x/public"] {
            check(&rule, &format!("https://example.com{path}"), None);
        }
    }

    #[test]
    fn ssrf_a_path_that_servers_read_differently_is_not_below_another() {
        let rule = rule("example.com", &["/public"]);
        for path in [
            "/public/../private",
            "/public/%2e%2e/private",
            "/public/.%2E/private",
            "/public/..%2fprivate",
            "/public/%2e%2e%2fprivate",
            "/public%2f..%2fprivate",
            "/public/%252e%252e/private",
            "/public/..%5cprivate",
            "/public//../../private",
            "/public/..;/private",
            "/public/%2e%2e;a=b/private",
            "//public/x",
            "/public/x%00",
        ] {
            check(&rule, &format!("https://example.com{path}"), None);
        }
    }

    #[test]
    fn a_broken_rule_is_refused() {
        for host in [
            "",
            "*",
            "*.",
            "a/b",
            "https://example.com",
            "a b",
            "user@example.com",
            "a.*.com",
            "example.com:0",
            "*.10.0.0.1",
        ] {
            assert!(AllowRule::parse(host, &[]).is_err(), "{host}");
        }
        for host in ["example.com:", "example.com:x", "example.com:99999", "example.com:90-80", "example.com:-80"] {
            let message = AllowRule::parse(host, &[]).unwrap_err();
            assert!(message.contains("valid port"), "{message}");
        }
        for path in ["", "public", "/a?b", "/a#b", "/a%2fb", "/a//b"] {
            assert!(AllowRule::parse("example.com", &[path.to_owned()]).is_err(), "{path}");
        }
    }

    #[test]
    fn the_widest_rule_counts() {
        let rules = [rule("*.example.com", &[]), rule("a.example.com", &["/x"])];
        let reach = |url| reach_of(&rules, &parse_address(url).unwrap());
        assert_eq!(reach("https://a.example.com/x"), Some(Reach::Network));
        assert_eq!(reach("https://a.example.com/y"), Some(Reach::Internet));
        assert_eq!(reach("https://example.org/"), None);
    }
}
