//! What the lines of an entity's menu do.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiClient;
use crate::browser;
use crate::extensions::EntityContext;
use crate::paths;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::copy::copy_and_say;

/// Asks the portal to read the sources of the entity again. The page follows by itself when they have changed.
pub fn refresh(context: EntityContext) {
    let (client, toasts) = (ApiClient::of_page(), Toasts::of_page());
    let entity_ref = context.entity.with_untracked(|entity| entity.entity_ref());
    spawn_local(async move {
        let name = &entity_ref.name;
        match client.entity_refresh(&entity_ref).await {
            Ok(()) => {
                toasts.show(Tone::Info, &format!("{name} is read again"), None);
                context.reload.run(());
            }
            Err(error) => toasts.show(Tone::Bad, &format!("{name} was not refreshed"), Some(error.to_string())),
        }
    });
}

/// Puts the reference on the clipboard.
pub fn copy_reference(context: EntityContext) {
    copy_and_say(context.entity.with_untracked(|entity| entity.entity_ref().to_string()), "Reference copied");
}

/// Puts the address of the overview on the clipboard.
pub fn copy_link(context: EntityContext) {
    let path = context.entity.with_untracked(|entity| paths::entity(&entity.entity_ref()));
    copy_and_say(format!("{}{path}", browser::origin()), "Link copied");
}
