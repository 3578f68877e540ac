//! What the server writes into the head of the page's document: the names, the portal's configuration, and what other programs
//! show of a link to it.
//!
//! Everything is text in attributes and in the title, with the characters of markup escaped, so nothing that a path or a
//! configuration says becomes an element or a script.

use std::fmt;

use serde::Serialize;

/// What a link to a path is called where it is shown by other programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// A few words.
    pub title: String,
    /// A sentence.
    pub description: String,
}

/// Finds the words for a path; `None` for the words of the whole portal. What it says is sent to anyone who asks.
type FindPreview = Box<dyn Fn(&str) -> Option<Preview> + Send + Sync>;

/// What the server writes into the document.
pub struct DocumentHead {
    title: String,
    description: String,
    /// Elements that are the same for every path.
    fixed: String,
    find_preview: FindPreview,
}

impl fmt::Debug for DocumentHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentHead").field("title", &self.title).finish_non_exhaustive()
    }
}

impl DocumentHead {
    /// `config` is what the page would otherwise ask for in a request of its own; `style_sheet` is the address of one that comes
    /// after the page's own.
    pub fn new(
        title: &str,
        description: &str,
        config: &impl Serialize,
        style_sheet: Option<&str>,
        find_preview: FindPreview,
    ) -> Self {
        let config = serde_json::to_string(config).expect("the configuration of the page has a JSON form");
        let mut fixed = format!("<meta name=\"callboard-config\" content=\"{}\">", escape(&config));
        if let Some(address) = style_sheet {
            fixed.push_str(&format!("<link rel=\"stylesheet\" href=\"{}\">", escape(address)));
        }
        Self { title: title.to_owned(), description: description.to_owned(), fixed, find_preview }
    }

    /// The document for a path: its title is replaced, the rest follows it.
    pub(super) fn fill(&self, document: &str, path: &str) -> String {
        let (before, after) = match (document.find("<title>"), document.find("</title>")) {
            (Some(start), Some(end)) if start < end => (&document[..start], &document[end + "</title>".len()..]),
            // Not the document that the page is built from; it is better sent as it is than not at all.
            _ => return document.to_owned(),
        };
        let preview = (self.find_preview)(path);
        let (full_title, title, description) = match &preview {
            Some(preview) => {
                (format!("{} · {}", preview.title, self.title), preview.title.as_str(), preview.description.as_str())
            }
            None => (self.title.clone(), self.title.as_str(), self.description.as_str()),
        };
        let [full_title, title, description, site] = [full_title.as_str(), title, description, &self.title].map(escape);
        format!(
            "{before}<title>{full_title}</title><meta name=\"description\" content=\"{description}\">\
             <meta property=\"og:site_name\" content=\"{site}\"><meta property=\"og:type\" content=\"website\">\
             <meta property=\"og:title\" content=\"{title}\"><meta property=\"og:description\" content=\"{description}\">\
             <meta name=\"twitter:card\" content=\"summary\">{}{after}",
            self.fixed
        )
    }
}

/// Text as it stands in an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DOCUMENT: &str = "<!doctype html><head><title>Callboard</title><link></head>";

    fn head(find_preview: FindPreview) -> DocumentHead {
        let config = json!({"title": "</title><script>alert(1)</script>", "organization": "\"'&"});
        DocumentHead::new("A & B", "About \"it\"", &config, Some("/branding.css?v=1"), find_preview)
    }

    #[test]
    fn the_portal_says_its_name_and_its_configuration() {
        let filled = head(Box::new(|_| None)).fill(DOCUMENT, "/");
        assert!(
            filled.starts_with("<!doctype html><head><title>A &amp; B</title><meta name=\"description\""),
            "{filled}"
        );
        assert!(filled.contains("content=\"About &quot;it&quot;\""), "{filled}");
        assert!(filled.contains("<link rel=\"stylesheet\" href=\"/branding.css?v=1\"><link></head>"), "{filled}");
    }

    #[test]
    fn nothing_that_is_said_becomes_markup() {
        let find = |path: &str| Some(Preview { title: path.to_owned(), description: format!("\"><script>{path}") });
        let filled = head(Box::new(find)).fill(DOCUMENT, "/\"><script>alert(1)</script><x y='");
        assert_eq!(filled.matches("<script").count(), 0, "{filled}");
        assert_eq!(filled.matches('<').count(), 14, "{filled}");
        assert!(filled.contains("<title>/&quot;&gt;&lt;script&gt;alert(1)"), "{filled}");
    }

    #[test]
    fn a_document_without_a_title_is_sent_as_it_is() {
        assert_eq!(head(Box::new(|_| None)).fill("<p>other</p>", "/"), "<p>other</p>");
    }
}
