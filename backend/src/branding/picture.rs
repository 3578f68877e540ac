//! The pictures of an organisation: files that are checked before they are served.

use std::fs;
use std::path::Path;

use super::Served;
use super::error::BrandError;

/// Bytes of a picture; it is loaded with every page.
const MAX_BYTES: usize = 256 * 1024;

/// A picture that was read and checked.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl Picture {
    /// Reads a file and looks at what it really is, whatever its name says.
    pub(super) fn read(key: &str, path: &Path) -> Result<Self, BrandError> {
        let unreadable = |cause| BrandError::Unreadable { key: key.to_owned(), path: path.to_owned(), cause };
        let size_bytes = fs::metadata(path).map_err(unreadable)?.len();
        if size_bytes > MAX_BYTES as u64 {
            return Err(refused(key, path, "is larger than 256 KiB; make it smaller"));
        }
        let bytes = fs::read(path).map_err(unreadable)?;
        let content_type = content_type(&bytes).map_err(|reason| refused(key, path, reason))?;
        Ok(Self { content_type, bytes })
    }

    pub(super) fn served(self) -> Served {
        Served::new(self.content_type, self.bytes)
    }
}

fn refused(key: &str, path: &Path, reason: impl Into<String>) -> BrandError {
    BrandError::Picture { key: key.to_owned(), path: path.to_owned(), reason: reason.into() }
}

/// What the bytes are, or why they are not served.
pub(super) fn content_type(bytes: &[u8]) -> Result<&'static str, String> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok("image/png");
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) {
        return Ok("image/webp");
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok("image/jpeg");
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if !text.contains("<svg") {
        return Err("is no SVG, PNG, WebP or JPEG picture".to_owned());
    }
    match what_runs(text) {
        Some(what) => Err(format!("holds {what}; export it as a plain SVG")),
        None => Ok("image/svg+xml"),
    }
}

/// What an SVG holds beyond a picture. The page shows it as an image and the server sends it with a policy that runs nothing, so
/// this is a second lock, and a word to whoever exported it.
fn what_runs(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    let has_handler = text.match_indices("on").any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let name_end = text[at..].find(|char: char| !char.is_ascii_alphabetic()).map_or(text.len(), |end| at + end);
        before.is_some_and(|char| char.is_whitespace() || matches!(char, '"' | '\'' | '/'))
            && name_end > at + 2
            && text[name_end..].trim_start().starts_with('=')
    });
    let leads_away = ["href=\"http", "href='http", "href=\"//", "href='//", "url(http", "url(//", "@import"];
    if text.contains("<script") {
        Some("a script")
    } else if has_handler {
        Some("an event handler")
    } else if text.contains("javascript:") {
        Some("a `javascript:` address")
    } else if text.contains("<foreignobject") {
        Some("a `foreignObject`")
    } else if text.contains("<!entity") {
        Some("an entity declaration")
    } else if leads_away.iter().any(|part| text.contains(part)) {
        Some("an address of another server")
    } else {
        None
    }
}
