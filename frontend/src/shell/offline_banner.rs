//! The bar that says that the server is away, how old what is shown is, and what waits.

use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;

use crate::browser;
use crate::state::changes::CatalogChanges;
use crate::state::connection::Connection;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// A connection that breaks and comes back within this time is not worth a word.
const LOST_AFTER: Duration = Duration::from_secs(4);

/// Says that the server is away: at once where the browser knows or old data is shown, else once it lasts.
#[component]
pub fn OfflineBanner() -> impl IntoView {
    let connection = Connection::of_page();
    let is_connected = expect_context::<CatalogChanges>().is_connected();
    let is_lost = RwSignal::new(false);
    effect(move || {
        if is_connected.get() {
            is_lost.set(false);
        } else {
            let look = move || {
                if is_connected.try_get_untracked() == Some(false) {
                    is_lost.set(true);
                }
            };
            set_timeout(look, LOST_AFTER);
        }
    });
    let is_shown = Memo::new(move |_| !connection.is_online() || is_lost.get() || connection.saved_at_ms().is_some());
    let title = move || if connection.is_online() { "The server does not answer." } else { "You are offline." };
    let text = move || sentence(connection.saved_at_ms().map(browser::clock_time), connection.n_waiting());
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="banner bar offline" data-tone="warn" role="status">
                    <Icon name=IconName::Offline/>
                    <div>
                        <b>{title}</b>
                        " "
                        <span class="muted">{text}</span>
                    </div>
                    <button class="button small" type="button" on:click=move |_| connection.retry()>
                        "Try again"
                    </button>
                </div>
            }
        })
    }
}

/// What the reader should know of what they see.
fn sentence(saved_at: Option<String>, n_waiting: usize) -> String {
    let shown = match saved_at {
        Some(time) => format!("Showing what was saved at {time}."),
        None => "What you see may be old. It updates by itself.".to_owned(),
    };
    match n_waiting {
        0 => shown,
        1 => format!("{shown} 1 change waits until you are back."),
        _ => format!("{shown} {} wait until you are back.", numbers::counted(n_waiting, "change", "changes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_says_how_old_and_what_waits() {
        assert_eq!(sentence(Some("09:41".into()), 0), "Showing what was saved at 09:41.");
        assert_eq!(
            sentence(None, 1),
            "What you see may be old. It updates by itself. 1 change waits until you are back."
        );
        assert!(sentence(None, 3).ends_with("3 changes wait until you are back."));
    }
}
