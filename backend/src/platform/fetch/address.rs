//! Addresses of the web, as people write them.

use std::net::IpAddr;

use reqwest::Url;

/// Longest address that is read, in bytes.
pub const MAX_ADDRESS_BYTES: usize = 8 * 1024;

/// Reads an `http` or `https` address. The fragment, which servers never see, is dropped.
///
/// # Errors
/// A sentence for people. Refused is also what different programs read differently: backslashes, control characters
/// (which are skipped by some), and a name or password before the host.
pub fn parse_address(text: &str) -> Result<Url, String> {
    if text.len() > MAX_ADDRESS_BYTES {
        return Err(format!("the address is longer than {MAX_ADDRESS_BYTES} bytes"));
    }
    if text.chars().any(|char| char.is_control() || char == '\\') {
        return Err(format!("`{}` has characters that do not belong into an address", text.escape_debug()));
    }
    let mut url = Url::parse(text).map_err(|_| format!("`{text}` is not an address; write it like `https://…`"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{text}` cannot be read: only addresses of http and https are"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // Not quoted: it may be a password.
        return Err(
            "an address with a name or password before its host cannot be read; put credentials into `integrations`"
                .to_owned(),
        );
    }
    url.set_fragment(None);
    Ok(url)
}

/// Host and port of an address as rules and integrations write them: without the port where it is the default one.
#[must_use]
pub fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// An address for messages: without its query, which may hold a secret.
#[must_use]
pub fn shown(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), host_and_port(url), url.path())
}

/// The number that a host is, where it is no name.
#[must_use]
pub fn literal_ip(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        match (parse_address(text), expected) {
            (Ok(url), Ok(expected)) => assert_eq!(url.as_str(), expected),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (got, expected) => panic!("{text}: {got:?} is not {expected:?}"),
        }
    }

    #[test]
    fn addresses_of_the_web_are_read() {
        check("https://Example.com/a/../b%20c#frag", Ok("https://example.com/b%20c"));
        check("http://example.com:80", Ok("http://example.com/"));
        check("https://example.com/a/%2e%2e/b", Ok("https://example.com/b"));
    }

    #[test]
    fn what_is_ambiguous_or_no_address_of_the_web_is_refused() {
        for text in ["file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "data:text/plain,hi"] {
            check(text, Err("only addresses of http and https"));
        }
        for text in ["", "/etc/passwd", "example.com/x", "https://", "http://[::1", "https://exa mple.com/"] {
            check(text, Err("is not an address"));
        }
        for text in [
            "https://good.example\\@evil.example/",
            "https:\\\\evil.example/",
            "https://e.example/\t/x",
            "https://e.example/\n",
        ] {
            check(text, Err("do not belong into an address"));
        }
        check(&format!("https://example.com/{}", "a".repeat(MAX_ADDRESS_BYTES)), Err("longer than"));
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for text in [
            "https://anna:s3cret@example.com/",
            "https://s3cret@example.com/",
            "https://good.example:s3cret@evil.example/",
        ] {
            let message = parse_address(text).unwrap_err();
            assert!(message.contains("name or password") && !message.contains("s3cret"), "{message}");
        }
    }

    #[test]
    fn ssrf_every_spelling_of_a_number_is_seen() {
        for text in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://%31%32%37.0.0.1/",
            "http://127。0。0。1/",
            "http://１２７.0.0.1/",
            "http://127.0.0.1./",
        ] {
            let ip = literal_ip(&parse_address(text).unwrap());
            assert_eq!(ip, Some("127.0.0.1".parse().unwrap()), "{text}");
        }
        let v6 = literal_ip(&parse_address("http://[0:0:0:0:0:ffff:7f00:1]/").unwrap());
        assert_eq!(v6, Some("::ffff:127.0.0.1".parse().unwrap()));
        assert_eq!(literal_ip(&parse_address("http://localhost/").unwrap()), None);
    }
}
