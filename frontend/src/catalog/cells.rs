//! The cells of a row: what each column says of an entity.

use leptos::prelude::*;
use serde_json::Value;
use shared::entity::{Entity, EntityRef};

use super::columns::Column;
use super::kinds;
use crate::paths;
use crate::ui::badge::{Badge, Tone};
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::Icon;
use crate::ui::star_button::StarButton;
use crate::ui::words;

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
    }
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

/// What an entity is called in a row. Names are exact; people and teams go by what they are called.
pub fn row_name(entity: &Entity) -> String {
    if entity.kind.eq_ignore_ascii_case("user") || entity.kind.eq_ignore_ascii_case("group") {
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

/// The cell with the name.
pub fn name_cell(entity: &Entity) -> impl IntoView + use<> {
    let entity_ref = entity.entity_ref();
    let icon = entity_icon(&entity_ref.kind, entity.spec_text("type"));
    view! {
        <td class="name">
            <a
                class="entity-ref"
                data-kind=entity_ref.kind.clone()
                href=paths::entity(&entity_ref)
                tabindex="-1"
                data-ref=entity_ref.to_string()
            >
                <Icon name=icon/>
                <span>{row_name(entity)}</span>
            </a>
            <span class="sub">{row_remark(entity)}</span>
            <StarButton entity_ref tab_index=-1/>
        </td>
    }
}

/// A cell of any other column.
pub fn other_cell(entity: &Entity, column: Column) -> impl IntoView + use<> {
    let content = match cell(entity, column) {
        Cell::Blank => ().into_any(),
        Cell::Text(text) => view! { <span title=text.clone()>{text.clone()}</span> }.into_any(),
        Cell::Lifecycle(stage) => {
            let tone = lifecycle_tone(&stage);
            view! { <Badge text=words::label(&stage) tone/> }.into_any()
        }
        Cell::Refs(refs) => refs
            .into_iter()
            .enumerate()
            .map(|(index, entity_ref)| {
                view! {
                    {(index > 0).then_some(", ")}
                    <a class="entity-ref plain" href=paths::entity(&entity_ref) tabindex="-1" data-ref=entity_ref.to_string()>
                        <span>{short_name(&entity_ref)}</span>
                    </a>
                }
            })
            .collect_view()
            .into_any(),
    };
    view! { <td class=cell_class(column)>{content}</td> }
}

/// The classes of a column's cells.
pub fn cell_class(column: Column) -> String {
    let mut class = format!("col-{}", column.key());
    if column.is_wide_only() {
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
    fn ordinary_stages_have_no_colour() {
        assert_eq!(lifecycle_tone("production"), None);
        assert_eq!(lifecycle_tone("Deprecated"), Some(Tone::Warn));
    }
}
