//! Which addresses the page makes links of: text from descriptors must not run anything.

/// Whether an address may become a link.
pub fn is_safe(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    // Letters only before the colon: browsers drop tabs and line breaks, so `java\nscript:` is not just odd.
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto"))
}

/// The location that an annotation names: its type and where it points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What to show: the path or address without its type.
    pub text: String,
    /// Where to go, for addresses that are safe.
    pub href: Option<String>,
}

/// Reads a location such as `url:https://example.org/a.yaml` or `file:/srv/a.yaml`.
pub fn source(location: &str) -> Source {
    let target = location.split_once(':').map_or(location, |(_, target)| target);
    let href = location.strip_prefix("url:").filter(|url| is_safe(url)).map(str::to_owned);
    Source { text: target.to_owned(), href }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_run_nothing_are_links() {
        for url in ["https://a.example", "HTTP://a.example", "mailto:a@example.org"] {
            assert!(is_safe(url), "{url}");
        }
        for url in
            ["javascript:alert(1)", "java\nscript:alert(1)", " javascript:x", "data:text/html,x", "/a", "", "ftp://a"]
        {
            assert!(!is_safe(url), "{url}");
        }
    }

    #[test]
    fn only_urls_of_a_location_are_links() {
        let found = source("url:https://a.example/b.yaml");
        assert_eq!(
            (found.text.as_str(), found.href.as_deref()),
            ("https://a.example/b.yaml", Some("https://a.example/b.yaml"))
        );
        assert_eq!(source("file:/srv/a.yaml"), Source { text: "/srv/a.yaml".into(), href: None });
        assert_eq!(source("url:javascript:x").href, None);
    }
}
