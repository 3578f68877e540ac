//! The spelling rules of names, keys, tags and addresses.
//!
//! Source: contract `entity-model.md`, section 1. Lengths are in characters; all rules but those of values in free text
//! allow ASCII only.

/// The longest name, namespace, kind, tag or label.
pub const MAX_NAME_LENGTH: usize = 63;

/// The longest prefix of a key or of an `apiVersion`.
pub const MAX_PREFIX_LENGTH: usize = 253;

/// A name: letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.
pub fn is_name(text: &str) -> bool {
    is_name_length(text)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && has_ends(text, u8::is_ascii_alphanumeric)
}

/// A namespace: lower-case letters, digits and `-`, with a letter or digit at both ends.
pub fn is_namespace(text: &str) -> bool {
    is_name_length(text)
        && text.bytes().all(|byte| is_lower_alphanumeric(&byte) || byte == b'-')
        && has_ends(text, is_lower_alphanumeric)
}

/// Dot-separated parts, each spelled like a namespace.
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= MAX_PREFIX_LENGTH && text.split('.').all(is_namespace)
}

/// A kind: a letter, then letters and digits.
pub fn is_kind(text: &str) -> bool {
    is_name_length(text)
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `version` or `domain/version`; a version is letters and digits.
pub fn is_api_version(text: &str) -> bool {
    let (prefix, version) = split_prefix(text);
    prefix.is_none_or(is_dns_subdomain)
        && is_name_length(version)
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The key of a label or an annotation: `name` or `domain/name`.
pub fn is_key(text: &str) -> bool {
    let (prefix, name) = split_prefix(text);
    prefix.is_none_or(is_dns_subdomain) && is_name(name)
}

/// The value of a label: empty or spelled like a name.
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

/// A tag: lower-case letters, digits, `+`, `#` and `:`, in parts separated by single `-`.
pub fn is_tag(text: &str) -> bool {
    is_name_length(text)
        && text.split('-').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| is_lower_alphanumeric(&byte) || matches!(byte, b':' | b'+' | b'#'))
        })
}

/// An absolute address: a scheme and something after it; a host where the scheme is one of the web's.
pub fn is_absolute_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme {
        return false;
    }
    if !["http", "https", "ws", "wss", "ftp"].iter().any(|web| scheme.eq_ignore_ascii_case(web)) {
        return !rest.is_empty();
    }
    let rest = rest.trim_start_matches(['/', '\\']);
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host_and_port.strip_prefix('[') {
        Some(address) => match address.split_once(']') {
            Some((address, port)) => (address, port.strip_prefix(':')),
            None => return false,
        },
        None => match host_and_port.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (host_and_port, None),
        },
    };
    !host.is_empty()
        && !host.contains(|c: char| c.is_whitespace() || c.is_control() || "<>^|%[]\"{}`".contains(c))
        && port.is_none_or(|port| port.is_empty() || port.parse::<u16>().is_ok() && !port.starts_with('+'))
}

/// An address that would run a script when followed. Browsers ignore blanks before the scheme and line breaks inside it.
pub fn is_script_url(text: &str) -> bool {
    let scheme = text.trim_start_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\r' | '\n'));
    scheme.take("javascript:".len()).map(|c| c.to_ascii_lowercase()).eq("javascript:".chars())
}

/// The nearest text that is a name, or `None` where nothing of it is usable.
pub fn suggest_name(text: &str) -> Option<String> {
    suggest(text, is_name, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'), false)
}

/// The nearest text that is a namespace, or `None` where nothing of it is usable.
pub fn suggest_namespace(text: &str) -> Option<String> {
    suggest(text, is_namespace, |c| c.is_ascii_alphanumeric(), true)
}

/// The nearest text that is a tag, or `None` where nothing of it is usable.
pub fn suggest_tag(text: &str) -> Option<String> {
    suggest(text, is_tag, |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '+' | '#'), true)
}

fn suggest(text: &str, is_valid: fn(&str) -> bool, is_kept: fn(char) -> bool, is_lower: bool) -> Option<String> {
    let mut out = String::new();
    for c in text.chars() {
        if is_kept(c) {
            out.push(if is_lower { c.to_ascii_lowercase() } else { c });
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(MAX_NAME_LENGTH);
    let out = out.trim_matches(|c: char| !is_kept(c) || matches!(c, '_' | '.'));
    is_valid(out).then(|| out.to_owned())
}

/// Splits `prefix/name` at the first `/`; a second one stays in the name, where no rule allows it.
fn split_prefix(text: &str) -> (Option<&str>, &str) {
    match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    }
}

fn is_name_length(text: &str) -> bool {
    (1..=MAX_NAME_LENGTH).contains(&text.len())
}

fn is_lower_alphanumeric(byte: &u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn has_ends(text: &str, is_end: fn(&u8) -> bool) -> bool {
    text.as_bytes().first().is_some_and(is_end) && text.as_bytes().last().is_some_and(is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(rule(text), "{text:?} is good");
        }
        for text in bad {
            assert!(!rule(text), "{text:?} is bad");
        }
    }

    #[test]
    fn names() {
        let (fits, long) = ("a".repeat(63), "a".repeat(64));
        check(is_name, &["a", "A1", "a--b", "a._-b", "9", &fits], &["", "-a", "a-", "a b", "a/b", "ä", ".", &long]);
        check(is_namespace, &["a", "a-b", "a--b", "1", &fits], &["", "A", "a.b", "a_b", "-a", "a-", &long]);
        check(is_label_value, &["", "a", "A.b"], &["-", "a b", &long]);
    }

    #[test]
    fn kinds_and_versions() {
        check(is_kind, &["A", "a9", "API"], &["", "9a", "a-b", "Ä"]);
        check(
            is_api_version,
            &["v1", "backstage.io/v1alpha1", "a-b.c/1"],
            &["", "/v1", "a/", "A.io/v1", "a/b/c", "a/v-1", "a..b/v1"],
        );
    }

    #[test]
    fn keys() {
        let long = format!("{}/a", ["a"; 128].join("."));
        check(is_key, &["a", "a.B_c", "backstage.io/orphan", "a/B"], &["", "a/", "/a", "a/b/c", "A/b", "a b", &long]);
    }

    #[test]
    fn tags() {
        check(is_tag, &["java", "c++", "c#", "a:b", "a-b"], &["", "Java", "a--b", "-a", "a-", "a_b", "a b"]);
    }

    #[test]
    fn addresses() {
        check(
            is_absolute_url,
            &[
                "https://a",
                "HTTP://a.b:80/c d",
                "https://u:p@h/x",
                "http://[::1]:8/",
                "mailto:a@b",
                "file:///x",
                "slack://c",
            ],
            &[
                "",
                "a",
                "/a",
                "https://",
                "https:///",
                "1a:b",
                "http://a b/",
                "http://h:99999/",
                "http://[::1",
                "mailto:",
            ],
        );
        check(
            is_script_url,
            &["javascript:alert(1)", " \u{1}JavaScript:x", "java\nscript:x"],
            &["https://a", "javascript", "x javascript:", "javascripts:"],
        );
    }

    #[test]
    fn suggestions_are_valid() {
        assert_eq!(suggest_name("My Service!").as_deref(), Some("My-Service"));
        assert_eq!(suggest_namespace("Team_A").as_deref(), Some("team-a"));
        assert_eq!(suggest_tag("Spring Boot").as_deref(), Some("spring-boot"));
        assert_eq!(suggest_name("äö"), None);
        assert_eq!(suggest_name(&"a".repeat(80)).map(|name| name.len()), Some(63));
    }
}
