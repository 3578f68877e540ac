//! Places in a list of results: the number of the page, as text. Source: contract `search.md`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The cursor of a page, from 0.
pub fn write(page: usize) -> String {
    STANDARD.encode(page.to_string())
}

/// The page of a cursor, the first one for an empty cursor; `None` for anything else.
pub fn read(cursor: &str) -> Option<usize> {
    if cursor.is_empty() {
        return Some(0);
    }
    let bytes = STANDARD.decode(cursor).ok()?;
    // `+1` would be read as a number, too.
    std::str::from_utf8(&bytes).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_the_number_of_its_page() {
        assert_eq!(write(1), "MQ==");
        assert_eq!(read(""), Some(0), "as clients send what they do not have");
        for page in [0, 1, 17, usize::MAX] {
            assert_eq!(read(&write(page)), Some(page));
        }
    }

    #[test]
    fn forged_cursors_are_no_pages() {
        for cursor in ["zzz", "MQ", "LTE=", "KzE=", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "\u{0}", "é"] {
            assert_eq!(read(cursor), None, "{cursor}");
        }
    }
}
