//! The thin line at the top of the page while what is shown is read again.

use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

use crate::state::refreshing::Refreshing;
use crate::ui::effect::effect;

/// What takes less than this needs no line.
const DELAY: Duration = Duration::from_millis(150);

/// A line that lies over the page and moves nothing.
#[component]
pub fn PageProgress() -> impl IntoView {
    let refreshing = Refreshing::of_page();
    let is_due = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let is_any = Memo::new(move |_| refreshing.is_any());
    effect(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if is_any.get() {
            let show = move || {
                is_due.try_set(true);
            };
            timer.set_value(set_timeout_with_handle(show, DELAY).ok());
        } else {
            is_due.set(false);
        }
    });
    move || is_due.get().then(|| view! { <div class="page-progress" aria-hidden="true"><span></span></div> })
}
