//! How many things are wrong, for the navigation.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiClient;
use crate::browser;
use crate::state::changes::use_catalog_changes;
use crate::state::session::{SessionState, SignIn};
use crate::ui::effect::effect;

/// The first look waits until the page has shown what was asked for, in milliseconds.
const FIRST_LOOK_MS: i32 = 1_200;
/// Changes that come together are counted together.
const CHANGE_PAUSE: Duration = Duration::from_millis(1_000);

/// How many things are wrong.
#[derive(Clone, Copy)]
pub struct ProblemCount(RwSignal<usize>);

impl ProblemCount {
    /// Provides it to the whole page.
    pub fn provide(session: SessionState, client: ApiClient) {
        let count = Self(RwSignal::new(0));
        provide_context(count);
        let look = move || {
            spawn_local(async move {
                let query = [("limit".to_owned(), "1".to_owned())];
                match client.problems_query(&query).await {
                    Ok(found) => {
                        count.0.try_update(|count| *count = found.total_items);
                    }
                    // The page that is shown says that the server is away; the number may be old meanwhile.
                    Err(error) => leptos::logging::warn!("Problems were not counted: {error} ({})", error.details()),
                }
            });
        };
        let is_signed_in = Memo::new(move |_| session.sign_in.with(|sign_in| matches!(sign_in, SignIn::Done(_))));
        effect(move || {
            if is_signed_in.get() {
                spawn_local(async move {
                    browser::sleep(FIRST_LOOK_MS).await;
                    look();
                });
            }
        });
        let mut look_again = debounce(CHANGE_PAUSE, move |()| look());
        let look_again = std::cell::RefCell::new(move || look_again(()));
        use_catalog_changes(move |_| {
            if is_signed_in.get_untracked() {
                (look_again.borrow_mut())();
            }
        });
    }

    /// The number of the page, as far as it is known.
    pub fn get() -> usize {
        let Self(count) = expect_context();
        count.get()
    }
}
