//! Where a person goes on after signing in. The address names it, and anyone may have written the address.

use crate::paths;

/// A longer way back is none that this page has made, in characters.
const MAX_CHARS: usize = 4_000;

/// Where to go on: what the query of the address names as `next`, where that is a place of this page, and home otherwise.
pub fn next_of(query: &str) -> String {
    let named = paths::query_pairs(query).into_iter().find(|(key, _)| key == "next").map(|(_, next)| next);
    named.filter(|next| is_own_place(next)).unwrap_or_else(paths::home)
}

/// Whether a text is path, query and fragment of a page of this portal, whatever a browser makes of it.
fn is_own_place(next: &str) -> bool {
    // Browsers drop tabs and line breaks and read `\` as `/`, so that `/\t/evil` and `/\evil` mean another host.
    let is_plain = next.chars().count() <= MAX_CHARS && !next.contains(|char: char| char.is_control() || char == '\\');
    let path = next.split(['?', '#']).next().unwrap_or_default();
    // Nothing that is still encoded in the path may turn into the start of an address either.
    let (once, twice) = (paths::decode_segment(path), paths::decode_segment(&paths::decode_segment(path)));
    let is_path = |path: &str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(|char: char| char.is_control() || char == '\\')
            && !path.split('/').any(|part| part == "..")
    };
    let is_page = !path.starts_with("/api/") && path.trim_end_matches('/') != paths::patterns::SIGNIN;
    is_plain && [path, &once, &twice].into_iter().all(is_path) && is_page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(next: &str, is_taken: bool) {
        let expected = if is_taken { next } else { "/" };
        assert_eq!(next_of(&format!("?next={}", paths::encode(next))), expected, "{next:?}");
    }

    #[test]
    fn one_goes_on_exactly_where_one_was() {
        for place in [
            "/",
            "/catalog",
            "/catalog?kind=api&owner=freight-booking,customs&q=a%20b&next=//x",
            "/catalog/default/component/booking-api/yaml#L14",
            "/catalog/default/component/a%20b",
            "/settings/tokens?new",
            "/catalog?q=https://example.org",
        ] {
            check(place, true);
            assert_eq!(next_of(paths::signin(place).split_once('?').map_or("", |(_, query)| query)), place);
        }
    }

    #[test]
    fn no_address_leads_to_another_site() {
        for place in [
            "",
            "catalog",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\\/evil.example",
            "https://evil.example",
            "https:/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            " //evil.example",
            "\t//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/%2Fevil.example",
            "/%2f%2Fevil.example",
            "/%5Cevil.example",
            "/%5cevil.example",
            "/%09/evil.example",
            "/%252Fevil.example",
            "/%255Cevil.example",
            "/..//evil.example",
            "/a/%2E%2E//evil.example",
            "/api/docs/",
            "/signin",
            "/signin/?next=/catalog",
        ] {
            check(place, false);
        }
        check(&format!("/{}", "a".repeat(4_000)), false);
    }

    #[test]
    fn what_is_encoded_once_more_in_the_address_is_read_once() {
        assert_eq!(next_of("next=%2F%2Fevil.example"), "/");
        assert_eq!(next_of("next=%252F%252Fevil.example"), "/");
        assert_eq!(next_of("next=/%5Cevil.example"), "/");
        assert_eq!(next_of(""), "/");
        assert_eq!(next_of("next="), "/");
        assert_eq!(next_of("next=//evil.example&next=/catalog"), "/", "the first one counts");
    }
}
