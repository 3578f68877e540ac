//! Links that the page shows: `callboard.links` and `app.support`.

use super::reader::{At, Reader, Setting};

section! {
    /// Where people get help, as in Backstage.
    pub struct Support {
        /// Where to start, such as the page of the team that runs the portal.
        pub url: Option<LinkUrl> = "url";
        /// Ways to get help.
        pub items: Vec<SupportItem> = "items";
    }
}

section! {
    /// One way to get help.
    pub struct SupportItem {
        /// What it is called.
        pub title: String = "title" => required;
        /// Name of a picture: `chat`, `docs`, `email`, `warning` and others of the page; unknown ones show the usual picture.
        pub icon: Option<String> = "icon";
        /// Where it leads.
        pub links: Vec<SupportLink> = "links";
    }
}

section! {
    /// A link of a way to get help.
    pub struct SupportLink {
        /// The words of the link; the address where there are none.
        pub title: Option<String> = "title";
        /// An address (`https:`, `http:` or `mailto:`) or a path of the portal that begins with `/`.
        pub url: LinkUrl = "url" => required;
    }
}

section! {
    /// A place that people of this organisation often go to.
    pub struct PortalLink {
        /// The words of the link.
        pub title: String = "title" => required;
        /// An address (`https:`, `http:` or `mailto:`) or a path of the portal that begins with `/`.
        pub url: LinkUrl = "url" => required;
        /// What is there, in some words.
        pub description: Option<String> = "description";
        /// Name of a picture: `chat`, `docs`, `email`, `warning` and others of the page; unknown ones show the usual picture.
        pub icon: Option<String> = "icon";
    }
}

/// An address that is safe to put into a link: it cannot run anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkUrl(String);

impl LinkUrl {
    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an address; `None` when it is none that a link may have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_visible = !text.chars().any(|char| char.is_control() || char.is_whitespace());
        // Two slashes, and a backslash that browsers read as one, lead to another host.
        let is_path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
        let is_address = reqwest::Url::parse(text).is_ok_and(|url| match url.scheme() {
            "http" | "https" => url.host_str().is_some_and(|host| !host.is_empty()),
            "mailto" => !url.path().is_empty(),
            _ => false,
        });
        (is_visible && (is_path || is_address)).then(|| Self(text.to_owned()))
    }
}

impl Setting for LinkUrl {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let url = at.text().and_then(Self::parse);
        if url.is_none() {
            reader.wrong(at, &Self::kind());
        }
        url
    }

    fn kind() -> String {
        "an address such as `https://status.example.com`, `mailto:help@example.com` or `/docs`".to_owned()
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_somewhere_and_runs_nothing() {
        for good in ["https://a.example/x?y#z", "http://a", "mailto:help@a.example", "/docs", "/catalog?kind=api"] {
            assert_eq!(LinkUrl::parse(good).map(|url| url.as_str().to_owned()).as_deref(), Some(good));
        }
        let bad = [
            "javascript:alert(1)",
            "JAVASCRIPT:x",
            "data:text/html,x",
            "//evil.example",
            "/\\evil.example",
            "docs",
            "",
            "https://",
            "mailto:",
            "https://a b",
        ];
        for bad in bad {
            assert_eq!(LinkUrl::parse(bad), None, "{bad}");
        }
    }
}
