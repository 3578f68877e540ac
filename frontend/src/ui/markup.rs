//! HTML as text, for lists whose rows come and go while people scroll: the browser reads a row of text many times faster than
//! it is told to make each element.
//!
//! What comes from outside goes through [`Markup::text`] and [`Markup::attr`], which write it as text, whatever it holds.
//! Everything else is `&'static str`, so that no value from outside gets in by mistake.

use super::icon::IconName;

/// A piece of HTML.
#[derive(Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// An empty piece.
    pub fn new() -> Self {
        Self(String::with_capacity(1_024))
    }

    /// Adds HTML from the program itself.
    pub fn raw(&mut self, html: &'static str) -> &mut Self {
        self.0.push_str(html);
        self
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self
    }

    /// Adds an attribute to the tag that was begun.
    pub fn attr(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        self.text(value);
        self.0.push('"');
        self
    }

    /// Adds a picture. It is written out: each reference to the sprite would cost the browser a shadow tree.
    pub fn icon(&mut self, name: IconName) -> &mut Self {
        self.raw("<svg class=\"icon\" aria-hidden=\"true\" viewBox=\"0 0 20 20\">").raw(name.drawing()).raw("</svg>")
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_stays_text() {
        let mut markup = Markup::new();
        markup.raw("<a").attr("title", "\"><script>'&ü").raw(">").text("a < b & c").raw("</a>");
        assert_eq!(markup.as_str(), "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;ü\">a &lt; b &amp; c</a>");
    }
}
