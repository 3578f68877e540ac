//! A row of the table as HTML.

use shared::entity::Entity;

use super::cells::{
    Cell, EDIT_URL, VIEW_URL, cell, cell_class, lifecycle_tone, row_name, row_remark, safe_url, status,
};
use super::columns::Column;
use super::view::{ALL_KINDS, CatalogView, Facet};
use crate::paths;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::IconName;
use crate::ui::markup::Markup;
use crate::ui::words;

/// Tags that one row lists.
const MAX_TAGS: usize = 4;
/// Links that one row lists.
const MAX_LINKS: usize = 2;

/// The columns of the table, ready to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowColumns {
    columns: Vec<(Column, String)>,
    /// Whether descriptions have a column of their own.
    has_description: bool,
    has_status: bool,
}

impl RowColumns {
    /// The columns of a view, the name first.
    pub fn new(view: &CatalogView) -> Self {
        let is_chosen = view.columns.is_some();
        let columns: Vec<_> =
            view.shown_columns().into_iter().map(|column| (column, cell_class(column, is_chosen))).collect();
        let has = |wanted: Column| columns.iter().any(|(column, _)| *column == wanted);
        Self { has_description: has(Column::Description), has_status: has(Column::Status), columns }
    }

    /// Each column and the classes of its cells.
    pub fn columns(&self) -> &[(Column, String)] {
        &self.columns
    }

    /// The cells of a row that is not there yet.
    pub fn waiting(&self) -> Markup {
        let mut markup = Markup::new();
        markup.raw("<td class=\"pick\"></td>");
        for (_, class) in &self.columns {
            markup.raw("<td").attr("class", class).raw("><span class=\"skeleton w-55\"></span></td>");
        }
        markup.raw("<td class=\"acts\"></td>");
        markup
    }

    /// The cells of an entity that only passes by: its name and the room for the rest.
    pub fn passing(&self, entity: &Entity) -> Markup {
        let mut markup = Markup::new();
        markup.raw("<td class=\"pick\"></td>");
        for (column, class) in &self.columns {
            markup.raw("<td").attr("class", class).raw(">");
            if *column == Column::Name {
                markup.raw("<span class=\"entity-ref\"><svg class=\"icon\"></svg><span>").text(&row_name(entity));
                markup.raw("</span></span>");
            }
            markup.raw("</td>");
        }
        markup.raw("<td class=\"acts\"></td>");
        markup
    }

    /// The cells of an entity.
    pub fn cells(&self, entity: &Entity) -> Markup {
        let mut markup = Markup::new();
        let name = row_name(entity);
        markup.raw("<td class=\"pick\"><input type=\"checkbox\" tabindex=\"-1\"");
        markup.attr("aria-label", &format!("Select {name}")).raw("></td>");
        for (column, class) in &self.columns {
            markup.raw("<td").attr("class", class).raw(">");
            match column {
                Column::Name => self.name(entity, &name, &mut markup),
                column => content(&cell(entity, *column), &mut markup),
            }
            markup.raw("</td>");
        }
        // What is in this cell comes when the reader stops scrolling: see `acts`.
        markup.raw("<td class=\"acts\"></td>");
        markup
    }

    fn name(&self, entity: &Entity, name: &str, markup: &mut Markup) {
        let entity_ref = entity.entity_ref();
        let status = status(entity).filter(|_| !self.has_status);
        markup.raw(if status.is_some() { "<a class=\"entity-ref has-status\"" } else { "<a class=\"entity-ref\"" });
        markup.raw(" tabindex=\"-1\"").attr("data-kind", &entity_ref.kind);
        markup.attr("href", &paths::entity(&entity_ref)).attr("data-ref", &entity_ref.to_string()).raw(">");
        markup.icon(entity_icon(&entity_ref.kind, entity.spec_text("type")));
        markup.raw("<span>").text(name).raw("</span></a>");
        if let Some((tone, words)) = status {
            markup.raw("<span class=\"badge row-status\"").attr("data-tone", tone.value()).raw(">");
            markup.text(&words).raw("</span>");
        }
        if !self.has_description {
            markup.raw("<span class=\"sub\">").text(&row_remark(entity)).raw("</span>");
        }
    }
}

fn content(cell: &Cell, markup: &mut Markup) {
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => {
            markup.raw("<span").attr("title", text).raw(">").text(text).raw("</span>");
        }
        Cell::Lifecycle(stage) => {
            let tone = lifecycle_tone(stage).map(crate::ui::badge::Tone::value);
            badge(tone, &words::label(stage), markup);
        }
        Cell::Status(tone, text) => badge(Some(tone.value()), text, markup),
        Cell::Refs(refs) => {
            for (place, entity_ref) in refs.iter().enumerate() {
                if place > 0 {
                    markup.raw(", ");
                }
                markup.raw("<a class=\"entity-ref plain\" tabindex=\"-1\"").attr("href", &paths::entity(entity_ref));
                markup.attr("data-ref", &entity_ref.to_string()).raw("><span>").text(&short_name(entity_ref));
                markup.raw("</span></a>");
            }
        }
        Cell::Tags(tags) => {
            markup.raw("<span class=\"tags\"").attr("title", &tags.join(", ")).raw(">");
            for tag in tags.iter().take(MAX_TAGS) {
                let mut view = CatalogView::parse("").with_kind(ALL_KINDS);
                view.toggle(Facet::Tag, tag);
                markup.raw("<a class=\"tag\" tabindex=\"-1\"").attr("href", &view.address()).raw(">").text(tag);
                markup.raw("</a>");
            }
            more(tags.len(), MAX_TAGS, markup);
            markup.raw("</span>");
        }
        Cell::Links(links) => {
            for (place, (words, url)) in links.iter().take(MAX_LINKS).enumerate() {
                if place > 0 {
                    markup.raw(", ");
                }
                markup.raw("<a tabindex=\"-1\" target=\"_blank\" rel=\"noopener noreferrer\"").attr("href", url);
                markup.attr("title", url).raw(">").text(words).raw("</a>");
            }
            more(links.len(), MAX_LINKS, markup);
        }
    }
}

fn badge(tone: Option<&str>, text: &str, markup: &mut Markup) {
    markup.raw("<span class=\"badge\"");
    if let Some(tone) = tone {
        markup.attr("data-tone", tone);
    }
    markup.raw(">").text(text).raw("</span>");
}

fn more(n_items: usize, n_listed: usize, markup: &mut Markup) {
    if n_items > n_listed {
        markup.raw(" <span class=\"muted\">+").text(&(n_items - n_listed).to_string()).raw("</span>");
    }
}

/// The cell with the star of a row, and with room for what else can be done with it.
pub fn acts(entity: &Entity) -> Markup {
    let star = format!("Star {}", row_name(entity));
    let mut markup = Markup::new();
    markup.raw("<span class=\"row-actions\"><span class=\"row-actions__more\"></span>");
    markup.raw("<button type=\"button\" class=\"icon-button small star keep\" data-act=\"star\" tabindex=\"-1\"");
    markup.raw(" aria-pressed=\"false\"").attr("aria-label", &star).attr("title", &star).raw(">");
    markup.icon(IconName::Star).raw("</button></span>");
    markup
}

/// What can be done with a row; made when the pointer or the keys come to it.
pub fn actions(entity: &Entity) -> Markup {
    let name = row_name(entity);
    let mut markup = Markup::new();
    for (annotation, words, icon) in
        [(VIEW_URL, "Source of", IconName::Code), (EDIT_URL, "Edit the source of", IconName::Edit)]
    {
        if let Some(url) = safe_url(entity, annotation) {
            let label = format!("{words} {name}");
            markup.raw("<a class=\"icon-button small\" tabindex=\"-1\" target=\"_blank\" rel=\"noopener noreferrer\"");
            markup.attr("href", url).attr("aria-label", &label).attr("title", &label).raw(">").icon(icon).raw("</a>");
        }
    }
    for (act, label, icon) in [
        ("copy", format!("Copy the reference of {name}"), IconName::Copy),
        ("menu", format!("More for {name}"), IconName::More),
    ] {
        markup.raw("<button type=\"button\" class=\"icon-button small\" tabindex=\"-1\"").attr("data-act", act);
        markup.attr("aria-label", &label).attr("title", &label).raw(">").icon(icon).raw("</button>");
    }
    markup
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hostile() -> Entity {
        let text = "\"><img src=x onerror=alert(1)>";
        serde_json::from_value(json!({"apiVersion": "v", "kind": "Component",
            "metadata": {"name": text, "description": text, "tags": [text], "title": text,
                "links": [{"url": format!("https://a/{text}"), "title": text}],
                "annotations": {"backstage.io/view-url": format!("https://a/{text}"), "backstage.io/edit-url": "javascript:x"}},
            "spec": {"type": text, "lifecycle": text, "owner": "a", "system": text, "profile": {"email": text}},
            "status": {"items": [{"type": "t", "level": "error", "message": text}]}}))
        .unwrap()
    }

    #[test]
    fn nothing_that_a_descriptor_says_becomes_an_element() {
        let view = CatalogView::parse(
            "cols=owner,system,type,lifecycle,title,description,tags,namespace,links,status,reference",
        );
        assert!(view.problems.is_empty());
        let html = RowColumns::new(&view).cells(&hostile());
        assert!(!html.as_str().contains("<img") && html.as_str().contains("&lt;img"), "{}", html.as_str());
        let html = RowColumns::new(&view).passing(&hostile());
        assert!(!html.as_str().contains("<img"), "{}", html.as_str());
        let html = acts(&hostile());
        assert!(!html.as_str().contains("<img"), "{}", html.as_str());
        let html = actions(&hostile());
        assert!(!html.as_str().contains("<img") && !html.as_str().contains("javascript:"), "{}", html.as_str());
    }

    #[test]
    fn a_row_that_waits_or_passes_has_as_many_cells() {
        let columns = RowColumns::new(&CatalogView::parse(""));
        let n_cells = |markup: &Markup| markup.as_str().matches("<td").count();
        assert_eq!(n_cells(&columns.waiting()), n_cells(&columns.cells(&hostile())));
        assert_eq!(n_cells(&columns.waiting()), n_cells(&columns.passing(&hostile())));
        assert_eq!(columns.columns().len() + 2, n_cells(&columns.waiting()));
    }

    #[test]
    fn what_has_a_column_is_not_said_twice() {
        let html = |query: &str| RowColumns::new(&CatalogView::parse(query)).cells(&hostile()).as_str().to_owned();
        assert!(html("").contains("row-status") && html("").contains("class=\"sub\""));
        assert!(!html("cols=status").contains("row-status") && !html("cols=description").contains("class=\"sub\""));
    }
}
