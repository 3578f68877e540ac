//! The cells of a row: what each column says of an entity.

use serde_json::Value;
use shared::entity::{Entity, EntityRef};

use super::columns::Column;
use super::facet::ORPHAN;
use super::kinds;
use crate::entity::links;
use crate::ui::badge::Tone;
use crate::ui::entity_link::short_name;
use crate::ui::words;

/// Where people look at the source.
pub const VIEW_URL: &str = "backstage.io/view-url";
/// Where people change the source.
pub const EDIT_URL: &str = "backstage.io/edit-url";

/// What a cell holds, before it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing to say.
    Blank,
    /// Words.
    Text(String),
    /// How mature something is.
    Lifecycle(String),
    /// Links to other entities.
    Refs(Vec<EntityRef>),
    /// Links to the entities with the same tag.
    Tags(Vec<String>),
    /// Links to other places: their words and addresses.
    Links(Vec<(String, String)>),
    /// Whether something is wrong, and what.
    Status(Tone, String),
}

/// What a column says of an entity.
pub fn cell(entity: &Entity, column: Column) -> Cell {
    let text = |text: Option<&str>| {
        text.filter(|text| !text.is_empty()).map_or(Cell::Blank, |text| Cell::Text(text.to_owned()))
    };
    let reference = |field: &str, kind: &str| refs(entity, entity.spec.get(field), kind);
    match column {
        Column::Name => Cell::Blank,
        Column::Kind => Cell::Text(kinds::one(&entity.kind)),
        Column::Owner => reference("owner", "group"),
        Column::System => reference("system", "system"),
        Column::Domain if entity.kind.eq_ignore_ascii_case("domain") => reference("subdomainOf", "domain"),
        Column::Domain => reference("domain", "domain"),
        Column::Parent => reference("parent", "group"),
        Column::Teams => reference("memberOf", "group"),
        Column::Type => text(entity.spec_text("type").map(words::label).as_deref()),
        Column::Lifecycle => {
            entity.spec_text("lifecycle").map_or(Cell::Blank, |stage| Cell::Lifecycle(stage.to_owned()))
        }
        Column::Email => text(entity.spec.get("profile").and_then(|profile| profile.get("email")?.as_str())),
        Column::Target => text(entity.spec_text("target").or_else(|| entity.spec.get("targets")?.get(0)?.as_str())),
        Column::Title => text(entity.metadata.title.as_deref()),
        Column::Description => text(entity.metadata.description.as_deref()),
        Column::Tags if entity.metadata.tags.is_empty() => Cell::Blank,
        Column::Tags => Cell::Tags(entity.metadata.tags.clone()),
        Column::Namespace => Cell::Text(entity.namespace().to_owned()),
        Column::Links => {
            let safe = entity.metadata.links.iter().filter(|link| links::is_safe(&link.url));
            let words = |link: &shared::entity::EntityLink| link.title.clone().unwrap_or_else(|| link.url.clone());
            let links: Vec<_> = safe.map(|link| (words(link), link.url.clone())).collect();
            if links.is_empty() { Cell::Blank } else { Cell::Links(links) }
        }
        Column::Status => status(entity).map_or(Cell::Blank, |(tone, words)| Cell::Status(tone, words)),
        Column::Reference => Cell::Text(entity.entity_ref().to_string()),
    }
}

/// What is wrong with an entity, as few words.
pub fn status(entity: &Entity) -> Option<(Tone, String)> {
    let n_items = entity.status.as_ref().map_or(0, |status| status.items.len());
    if n_items > 0 {
        return Some((Tone::Bad, crate::ui::numbers::counted(n_items, "problem", "problems")));
    }
    let is_orphan = entity.metadata.annotations.get(ORPHAN).is_some_and(|value| value == "true");
    is_orphan.then(|| (Tone::Warn, "Orphan".to_owned()))
}

/// An address that an annotation names, if it may become a link.
pub fn safe_url<'a>(entity: &'a Entity, annotation: &str) -> Option<&'a str> {
    entity.metadata.annotations.get(annotation).map(String::as_str).filter(|url| links::is_safe(url))
}

/// Reads one reference or a list of them; what is no reference is passed over.
fn refs(entity: &Entity, value: Option<&Value>, default_kind: &str) -> Cell {
    let texts: Vec<&str> = match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let found: Vec<EntityRef> = texts
        .into_iter()
        .filter_map(|text| EntityRef::parse(text, Some(default_kind), entity.namespace()).ok())
        .collect();
    if found.is_empty() { Cell::Blank } else { Cell::Refs(found) }
}

/// What an entity is called in a row. Names are exact; people and teams go by what they are called, and a hash tells nobody
/// anything.
pub fn row_name(entity: &Entity) -> String {
    let is_of_people = ["user", "group"].iter().any(|kind| entity.kind.eq_ignore_ascii_case(kind));
    if is_of_people || entity.has_made_name() {
        entity.display_name().to_owned()
    } else {
        short_name(&EntityRef { name: entity.metadata.name.clone(), ..entity.entity_ref() })
    }
}

/// The grey words after the name.
pub fn row_remark(entity: &Entity) -> String {
    entity.metadata.description.as_deref().or(entity.metadata.title.as_deref()).unwrap_or_default().to_owned()
}

/// The colour of a stage: only what is not ordinary has one.
pub fn lifecycle_tone(stage: &str) -> Option<Tone> {
    match stage.to_ascii_lowercase().as_str() {
        "deprecated" | "retired" | "end-of-life" => Some(Tone::Warn),
        "experimental" | "development" | "alpha" | "beta" | "preview" => Some(Tone::Info),
        _ => None,
    }
}

/// The classes of a column's cells.
///
/// Narrow tables leave some of the usual columns out; those that were chosen stay.
pub fn cell_class(column: Column, is_chosen: bool) -> String {
    if column == Column::Name {
        return "name".to_owned();
    }
    let mut class = format!("col-{}", column.key());
    if column.is_wide_only() && !is_chosen {
        class.push_str(" wide-only");
    }
    if column.is_left_out_on_phones() {
        class.push_str(" optional");
    }
    class
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(document: Value) -> Entity {
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn references_take_kind_and_namespace_from_where_they_stand() {
        let user = entity(json!({"apiVersion": "v", "kind": "User", "metadata": {"name": "kim", "namespace": "ops"},
            "spec": {"memberOf": ["run", "group:default/all", "a/b/c"]}}));
        let expected = ["group:ops/run", "group:default/all"].map(|text| text.parse().unwrap());
        assert_eq!(cell(&user, Column::Teams), Cell::Refs(expected.to_vec()));
        assert_eq!(cell(&user, Column::Owner), Cell::Blank);
    }

    #[test]
    fn people_go_by_what_they_are_called() {
        let user = entity(json!({"apiVersion": "v", "kind": "User", "metadata": {"name": "kim"},
            "spec": {"profile": {"displayName": "Kim Lee", "email": "kim@example.org"}}}));
        assert_eq!(row_name(&user), "Kim Lee");
        assert_eq!(cell(&user, Column::Email), Cell::Text("kim@example.org".into()));
        let component = entity(json!({"apiVersion": "v", "kind": "Component",
            "metadata": {"name": "Rates", "namespace": "ops", "title": "The rates"}}));
        assert_eq!((row_name(&component).as_str(), row_remark(&component).as_str()), ("ops/Rates", "The rates"));
    }

    #[test]
    fn a_location_shows_its_first_target() {
        let location = entity(json!({"apiVersion": "v", "kind": "Location", "metadata": {"name": "l"},
            "spec": {"targets": ["./a.yaml", "./b.yaml"]}}));
        assert_eq!(cell(&location, Column::Target), Cell::Text("./a.yaml".into()));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let mut document = json!({"apiVersion": "v", "kind": "Component",
            "metadata": {"name": "a", "annotations": {"backstage.io/orphan": "true"}}});
        assert_eq!(status(&entity(document.clone())), Some((Tone::Warn, "Orphan".to_owned())));
        document["status"] = json!({"items": [{"type": "t", "level": "error", "message": "m"}]});
        assert_eq!(status(&entity(document)), Some((Tone::Bad, "1 problem".to_owned())));
        assert_eq!(status(&entity(json!({"apiVersion": "v", "kind": "API", "metadata": {"name": "a"}}))), None);
    }

    #[test]
    fn only_links_that_run_nothing_are_links() {
        let linked = entity(json!({"apiVersion": "v", "kind": "API", "metadata": {"name": "a", "tags": ["x"], "links":
            [{"url": "https://a.example"}, {"url": "javascript:x", "title": "No"}, {"url": "https://b.example", "title": "B"}]}}));
        let links = [("https://a.example", "https://a.example"), ("B", "https://b.example")];
        let links = links.map(|(words, url)| (words.to_owned(), url.to_owned())).to_vec();
        assert_eq!(cell(&linked, Column::Links), Cell::Links(links));
        assert_eq!(cell(&linked, Column::Tags), Cell::Tags(vec!["x".into()]));
    }

    #[test]
    fn ordinary_stages_have_no_colour() {
        assert_eq!(lifecycle_tone("production"), None);
        assert_eq!(lifecycle_tone("Deprecated"), Some(Tone::Warn));
    }
}
