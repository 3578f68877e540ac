//! The annotations that say where an entity was read, and where people can look at it.
//!
//! Source: contract `entity-model.md`, section 5.

use serde_json::{Map, Value};

use super::process::Source;
use crate::catalog::location::{EDIT_URL, MANAGED_BY, MANAGED_BY_ORIGIN, SOURCE_LOCATION, URL, VIEW_URL};
use crate::platform::scm::UrlReader;

/// What stands in place of a link that would run a script. The domain is reserved and leads nowhere.
const REFUSED_LINK: &str = "https://annotation-refused.invalid/";

/// Says in the annotations of an entity where it comes from.
///
/// The two that tell of the location always say the truth. Links to the sources are only added where the file has none.
pub fn annotate(entity: &mut Value, source: Source<'_>, urls: &UrlReader) {
    let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let annotations = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new()));
    // Annotations that are no object are reported by the check.
    let Some(annotations) = annotations.as_object_mut() else { return };
    let mut set = |name: &str, value: String| annotations.insert(name.to_owned(), Value::String(value));
    set(MANAGED_BY, source.location.to_string());
    set(MANAGED_BY_ORIGIN, source.origin.to_string());
    if source.location.location_type == URL {
        let address = &source.location.target;
        let links = [
            (VIEW_URL, Some(address.clone())),
            (EDIT_URL, urls.edit_url(address)),
            (SOURCE_LOCATION, urls.source_location(address).map(|folder| format!("{URL}:{folder}"))),
        ];
        for (name, link) in links.into_iter().filter_map(|(name, link)| Some((name, link?))) {
            annotations.entry(name).or_insert(Value::String(link));
        }
    }
    for name in [VIEW_URL, EDIT_URL] {
        if annotations.get(name).and_then(Value::as_str).is_some_and(is_script) {
            annotations.insert(name.to_owned(), Value::String(REFUSED_LINK.to_owned()));
        }
    }
}

/// Whether a browser that follows this link runs a script. It ignores control characters, and blanks at the start.
fn is_script(link: &str) -> bool {
    let mut seen = link.trim_start_matches(|char: char| char <= ' ').chars().filter(|char| !char.is_ascii_control());
    "javascript:".chars().all(|wanted| seen.next().is_some_and(|found| found.eq_ignore_ascii_case(&wanted)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::ingest::testing::url_reader;
    use crate::catalog::location::LocationRef;

    fn annotated(location: &LocationRef, own: &Value) -> Value {
        let mut entity = json!({"metadata": {"name": "a", "annotations": own}});
        let origin = LocationRef::url("https://example.com/all.yaml");
        annotate(&mut entity, Source { location, origin: &origin }, &url_reader());
        entity["metadata"]["annotations"].take()
    }

    #[test]
    fn an_entity_from_a_repository_has_links_to_it() {
        let address = "https://github.com/acme/booking/blob/main/info.yaml";
        let expected = json!({
            "backstage.io/managed-by-location": format!("url:{address}"),
            "backstage.io/managed-by-origin-location": "url:https://example.com/all.yaml",
            "backstage.io/view-url": address,
            "backstage.io/edit-url": "https://github.com/acme/booking/edit/main/info.yaml",
            "backstage.io/source-location": "url:https://github.com/acme/booking/tree/main/",
        });
        assert_eq!(annotated(&LocationRef::url(address), &json!({})), expected);
    }

    #[test]
    fn an_address_without_integration_and_a_file_have_fewer() {
        let keys = |location: &LocationRef| annotated(location, &json!({})).as_object().unwrap().len();
        assert_eq!(keys(&LocationRef::url("https://example.com/a.yaml")), 3);
        assert_eq!(keys(&LocationRef::file("/srv/a.yaml".as_ref())), 2);
    }

    #[test]
    fn links_in_the_file_win_and_the_location_does_not() {
        let own = json!({
            "backstage.io/managed-by-location": "url:https://elsewhere.example.com",
            "backstage.io/view-url": "https://wiki.example.com/booking",
            "backstage.io/edit-url": " \u{1}java\tScript:alert(1)",
        });
        let location = LocationRef::url("https://github.com/acme/booking/blob/main/info.yaml");
        let annotations = annotated(&location, &own);
        assert_eq!(annotations["backstage.io/view-url"], "https://wiki.example.com/booking");
        assert_eq!(annotations["backstage.io/edit-url"], REFUSED_LINK);
        assert_eq!(annotations["backstage.io/managed-by-location"], location.to_string());
    }
}
