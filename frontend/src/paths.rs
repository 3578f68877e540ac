//! Every address of the page, as functions.

use shared::entity::EntityRef;

/// The route patterns, in the spelling of the router.
pub mod patterns {
    /// The segment under which the catalog and its entities live.
    pub const CATALOG: &str = "/catalog";
    /// The settings and their sections.
    pub const SETTINGS: &str = "/settings/:section?";
    /// Where people sign in.
    pub const SIGNIN: &str = "/signin";
    /// How entities are related.
    pub const GRAPH: &str = "/graph";
    /// An entity and its tabs.
    pub const ENTITY: &str = "/catalog/:namespace/:kind/:name/:tab?";
    /// Why an entity is as it is, or is missing.
    pub const INSPECT: &str = "/catalog/:namespace/:kind/:name/inspect/:view?";
    /// Why a location is as it is.
    pub const INSPECT_SOURCE: &str = "/inspect";
    /// Bringing sources in.
    pub const REGISTER: &str = "/register";
    /// Everything that is wrong.
    pub const PROBLEMS: &str = "/problems";
    /// What is found for some words.
    pub const SEARCH: &str = "/search";
    /// All APIs.
    pub const APIS: &str = "/apis";
    /// Domains and their systems.
    pub const EXPLORE: &str = "/explore";
    /// Groups and people.
    pub const ORGANISATION: &str = "/organisation";
}

/// Where the portal begins.
pub fn home() -> String {
    "/".to_owned()
}

/// A section of the settings; the empty slug is the first one.
pub fn settings(section: &str) -> String {
    if section.is_empty() { "/settings".to_owned() } else { format!("/settings/{}", encode(section)) }
}

/// Where people sign in, to go on at `next`, which is path, query and fragment of this page.
pub fn signin(next: &str) -> String {
    if next == home() || next.is_empty() {
        patterns::SIGNIN.to_owned()
    } else {
        format!("{}?next={}", patterns::SIGNIN, encode(next))
    }
}

/// The catalog with its default view.
pub fn catalog() -> String {
    patterns::CATALOG.to_owned()
}

/// The catalog with a view; `query` is already encoded and has no `?`.
pub fn catalog_with(query: &str) -> String {
    with_query(patterns::CATALOG, query)
}

/// A path with a query that is already encoded and has no `?`.
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The graph with a view; `query` is already encoded and has no `?`.
pub fn graph_with(query: &str) -> String {
    with_query(patterns::GRAPH, query)
}

/// The graph around an entity.
pub fn graph_of(entity_ref: &EntityRef) -> String {
    graph_with(&query_text(&[("root", entity_ref.to_string())]))
}

/// The overview of an entity.
pub fn entity(entity_ref: &EntityRef) -> String {
    format!(
        "{}/{}/{}/{}",
        patterns::CATALOG,
        encode(&entity_ref.namespace),
        encode(&entity_ref.kind),
        encode(&entity_ref.name)
    )
}

/// The entity whose page, or whose tab, an address of this page opens.
pub fn entity_of(href: &str) -> Option<EntityRef> {
    let path = href.split(['?', '#']).next()?;
    let mut parts = path.strip_prefix(patterns::CATALOG)?.strip_prefix('/')?.split('/').map(decode_segment);
    let (namespace, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    let is_whole = ![&namespace, &kind, &name].iter().any(|part| part.is_empty());
    is_whole.then(|| EntityRef::new(&kind, &namespace, &name))
}

/// A tab of an entity; the empty slug is the overview.
pub fn entity_tab(entity_ref: &EntityRef, slug: &str) -> String {
    let overview = entity(entity_ref);
    if slug.is_empty() { overview } else { format!("{overview}/{slug}") }
}

/// Why an entity is as it is, or is missing, and where it is mended.
pub fn inspect(entity_ref: &EntityRef) -> String {
    entity_tab(entity_ref, "inspect")
}

/// Bringing sources in.
pub fn register() -> String {
    patterns::REGISTER.to_owned()
}

/// Bringing sources in, with something to begin with; `query` is already encoded and has no `?`.
pub fn register_with(query: &str) -> String {
    with_query(patterns::REGISTER, query)
}

/// What is found for some words.
pub fn search(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() { patterns::SEARCH.to_owned() } else { search_with(&query_text(&[("query", words)])) }
}

/// What is found, with filters; `query` is already encoded and has no `?`.
pub fn search_with(query: &str) -> String {
    with_query(patterns::SEARCH, query)
}

/// Everything that is wrong.
pub fn problems() -> String {
    patterns::PROBLEMS.to_owned()
}

/// Percent-encodes a text for one path segment or query value.
///
/// Comma and colon stay as they are: both are allowed there, and the addresses are read by people.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'!' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Reverses [`encode`] for a value of a query, reading `+` as a space. Broken escapes stay as they are.
pub fn decode(text: &str) -> String {
    decode_segment(&text.replace('+', " "))
}

/// Reverses [`encode`] for a segment of a path. Broken escapes stay as they are.
pub fn decode_segment(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = || u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok();
        match bytes[at] {
            b'%' => match escape() {
                Some(byte) => {
                    decoded.push(byte);
                    at += 2;
                }
                None => decoded.push(b'%'),
            },
            byte => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Splits a query text into decoded pairs, in order. A leading `?` is ignored.
pub fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Joins pairs into an encoded query text without a `?`.
pub fn query_text<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> String {
    pairs
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key.as_ref()), encode(value.as_ref())))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_path_has_namespace_kind_and_name() {
        let entity_ref = EntityRef::new("Component", "default", "booking-api");
        assert_eq!(entity(&entity_ref), "/catalog/default/component/booking-api");
        assert_eq!(entity_tab(&entity_ref, "yaml"), "/catalog/default/component/booking-api/yaml");
    }

    #[test]
    fn the_entity_of_an_address_is_found() {
        let entity_ref = EntityRef::new("api", "a b", "c.v1");
        assert_eq!(entity_of(&entity(&entity_ref)), Some(entity_ref.clone()));
        assert_eq!(entity_of(&format!("{}?x=/catalog/1/2/3#y", entity_tab(&entity_ref, "yaml"))), Some(entity_ref));
        for none in
            ["/", "/catalog", "/catalog?kind=api", "/catalog/default/api", "/catalog/default/api/", "/catalogue/a/b/c"]
        {
            assert_eq!(entity_of(none), None, "{none}");
        }
    }

    #[test]
    fn encoding_is_reversed_by_decoding() {
        for text in ["", "a b", "größe/ü", "100%", "a+b&c=d", "50%zz", "%", "%e"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(decode("a+b%20c%zz%"), "a b c%zz%");
        assert_eq!(decode_segment("a+b%20c"), "a+b c");
    }

    #[test]
    fn a_query_keeps_order_and_repeated_keys() {
        let pairs = query_pairs("?b=1&a=x%20y&b=2&&flag");
        let expected = [("b", "1"), ("a", "x y"), ("b", "2"), ("flag", "")];
        assert_eq!(pairs, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(query_text(&pairs), "b=1&a=x%20y&b=2&flag=");
    }
}
