//! What other programs show of a link to an entity, such as a chat.
//!
//! Whoever asks for the document has not signed in. So the words come from the address alone, which the asker knows, and say
//! nothing of whether there is such an entity; only where the configuration opens the whole portal are they the entity's own.

use serde_json::Value;
use shared::entity::EntityRef;
use shared::entity::syntax::{is_kind, is_name, is_namespace};

use crate::auth::Caller;
use crate::catalog::CatalogService;
use crate::platform::http::Preview;

/// Characters of a description; programs cut it anyway.
const MAX_DESCRIPTION: usize = 200;

/// The words for a path of the page; `None` where it names no entity. `open` is the catalog where everyone may read it.
pub(super) fn preview(path: &str, open: Option<&CatalogService>) -> Option<Preview> {
    let mut parts = path.strip_prefix("/catalog/")?.split('/');
    let (namespace, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    if !(is_namespace(namespace) && is_kind(kind) && is_name(name)) {
        return None;
    }
    let entity_ref = EntityRef::new(kind, namespace, name);
    Some(open.and_then(|catalog| of_entity(catalog, &entity_ref)).unwrap_or_else(|| of_address(&entity_ref)))
}

fn of_address(entity_ref: &EntityRef) -> Preview {
    let EntityRef { kind, namespace, name } = entity_ref;
    let place = if namespace == "default" { String::new() } else { format!(" in the namespace {namespace}") };
    Preview { title: name.clone(), description: format!("The {kind} {name}{place} in the catalog.") }
}

fn of_entity(catalog: &CatalogService, entity_ref: &EntityRef) -> Option<Preview> {
    let document = catalog.entity_get(&Caller::Anonymous, entity_ref).ok()?;
    let document: Value = serde_json::from_slice(&document).ok()?;
    let text = |pointer: &str| {
        document.pointer(pointer).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    };
    let usual = of_address(entity_ref);
    let title =
        text("/metadata/title").or_else(|| text("/spec/profile/displayName")).map_or(usual.title, str::to_owned);
    let description =
        text("/metadata/description").map_or(usual.description, |text| text.chars().take(MAX_DESCRIPTION).collect());
    Some(Preview { title, description })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_come_from_the_address() {
        let words = |path: &str| preview(path, None).map(|preview| (preview.title, preview.description));
        let expected = ("booking-api".to_owned(), "The component booking-api in the catalog.".to_owned());
        assert_eq!(words("/catalog/default/component/booking-api"), Some(expected.clone()));
        assert_eq!(words("/catalog/default/Component/booking-api/apis"), Some(expected));
        let other = words("/catalog/payroll/api/ledger.v1").unwrap();
        assert_eq!(other.1, "The api ledger.v1 in the namespace payroll in the catalog.");
        for none in
            ["/", "/catalog", "/catalog/default/component", "/catalog/a/b/<script>", "/catalog/a/b/c%22", "/docs/a/b/c"]
        {
            assert_eq!(words(none), None, "{none}");
        }
    }
}
