//! What can be done with a row.

use std::sync::Arc;

use leptos::prelude::*;
use shared::entity::Entity;

use super::cells::{EDIT_URL, VIEW_URL, row_name, safe_url};
use crate::state::stars::Stars;
use crate::state::toasts::Toasts;
use crate::ui::copy::copy_with;
use crate::ui::entity_link::entity_icon;
use crate::ui::icon::IconName;
use crate::ui::menu::{FloatingMenu, MenuAction, MenuItem, MenuPlace};
use crate::{browser, paths};

/// A menu that is open: for which row, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenMenu {
    /// What stands in the row.
    pub entity: Arc<Entity>,
    /// Where the row is.
    pub place: MenuPlace,
}

/// The menu of a row.
#[component]
pub fn RowMenu(
    /// Which row.
    open: OpenMenu,
    /// Closes it; true when the focus should go back to the table.
    on_close: Callback<bool>,
) -> impl IntoView {
    let OpenMenu { entity, place } = open;
    let label = format!("Actions for {}", row_name(&entity));
    view! { <FloatingMenu label items=items(&entity) place on_close/> }
}

fn items(entity: &Entity) -> Vec<MenuItem> {
    let item = |label: &str, icon: IconName, action: MenuAction| MenuItem {
        label: label.to_owned(),
        icon,
        kind: None,
        remark: None,
        is_checked: None,
        is_danger: false,
        action,
    };
    let (entity_ref, stars, toasts) = (entity.entity_ref(), Stars::of_page(), Toasts::of_page());
    let (text, address) = (entity_ref.to_string(), paths::entity(&entity_ref));
    let link = format!("{}{address}", browser::origin());
    let source = [(VIEW_URL, "View source", IconName::Code), (EDIT_URL, "Edit source", IconName::Edit)];
    let source = source.into_iter().filter_map(|(annotation, label, icon)| {
        Some(item(label, icon, MenuAction::Open(safe_url(entity, annotation)?.to_owned())))
    });
    let star = if untrack(|| stars.is_starred(&entity_ref)) { "Remove star" } else { "Star" };
    let run = |run: Box<dyn Fn() + Send + Sync>| MenuAction::Run(Callback::new(move |()| run()));
    let open = MenuItem {
        kind: Some(entity_ref.kind.clone()),
        ..item("Open", entity_icon(&entity_ref.kind, entity.spec_text("type")), MenuAction::Open(address))
    };
    let mut items = vec![open, item(star, IconName::Star, run(Box::new(move || stars.toggle(&entity_ref))))];
    items.extend(source);
    items.push(item(
        "Copy reference",
        IconName::Copy,
        run(Box::new(move || copy_with(text.clone(), "Reference copied", toasts))),
    ));
    items.push(item(
        "Copy link",
        IconName::Link,
        run(Box::new(move || copy_with(link.clone(), "Link copied", toasts))),
    ));
    items
}
