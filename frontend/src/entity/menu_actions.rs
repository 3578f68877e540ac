//! What the lines of an entity's menu do.

use leptos::prelude::*;

use crate::browser;
use crate::extensions::EntityContext;
use crate::paths;
use crate::ui::copy::copy_and_say;

/// Puts the reference on the clipboard.
pub fn copy_reference(context: EntityContext) {
    copy_and_say(context.entity.with_untracked(|entity| entity.entity_ref().to_string()), "Reference copied");
}

/// Puts the address of the overview on the clipboard.
pub fn copy_link(context: EntityContext) {
    let path = context.entity.with_untracked(|entity| paths::entity(&entity.entity_ref()));
    copy_and_say(format!("{}{path}", browser::origin()), "Link copied");
}
