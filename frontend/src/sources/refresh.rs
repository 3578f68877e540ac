//! Having a source read again, and saying how that went.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::api::explain::EntityExplanation;
use shared::entity::EntityRef;

use super::sentence::in_two;
use crate::api::ApiClient;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// Has the sources of an entity read again, waits until that is done, and says what came of it.
///
/// Call it within the page. `is_busy` is true meanwhile; `after` runs when it is over.
pub fn refresh_and_tell(entity_ref: EntityRef, is_busy: Option<RwSignal<bool>>, after: Option<Callback<()>>) {
    let (client, toasts, announcer) = (ApiClient::of_page(), Toasts::of_page(), Announcer::of_page());
    let navigate = use_navigate();
    if let Some(is_busy) = is_busy {
        is_busy.set(true);
    }
    announcer.say(format!("Reading {} again", entity_ref.name));
    spawn_local(async move {
        let name = entity_ref.name.clone();
        match client.entity_refresh(&entity_ref).await {
            Ok(()) => match client.entity_explain(&entity_ref).await {
                Ok(found) if found.n_errors > 0 => {
                    let href = paths::inspect(&entity_ref);
                    let title =
                        format!("{name} was read again, with {}", numbers::counted(found.n_errors, "error", "errors"));
                    toasts.show_with_action(Tone::Warn, &title, first_error(&found), "Inspect", move || {
                        navigate(&href, Default::default());
                    });
                }
                // Without an explanation it was read all the same.
                Ok(_) | Err(_) => toasts.show(Tone::Info, &format!("{name} was read again"), None),
            },
            Err(error) => toasts.show(Tone::Bad, &format!("{name} was not refreshed"), Some(error.to_string())),
        }
        if let Some(is_busy) = is_busy {
            is_busy.try_set(false);
        }
        if let Some(after) = after {
            after.try_run(());
        }
    });
}

/// Has a source read again by hand.
#[component]
pub fn RefreshButton(
    /// The entity whose sources are read; there is no button without one.
    entity_ref: Memo<Option<EntityRef>>,
    /// Runs when it is over.
    after: Callback<()>,
) -> impl IntoView {
    let is_busy = RwSignal::new(false);
    move || {
        entity_ref.get().map(|entity_ref| {
            view! {
                <button
                    class="button primary"
                    type="button"
                    aria-busy=move || is_busy.get().to_string()
                    on:click=move |_| refresh_and_tell(entity_ref.clone(), Some(is_busy), Some(after))
                >
                    <Icon name=IconName::Refresh/>
                    "Refresh now"
                </button>
            }
        })
    }
}

fn first_error(found: &EntityExplanation) -> Option<String> {
    found.errors.first().map(|error| in_two(&error.message).0)
}
