//! Which data is being read again while the old is shown: the thin line at the top of the page.

use crate::ui::effect::effect;
use leptos::prelude::*;

/// How many views read again what they show.
#[derive(Clone, Copy)]
pub struct Refreshing {
    n_views: RwSignal<usize>,
}

impl Refreshing {
    /// Provides it to the whole page.
    pub fn provide() {
        provide_context(Self { n_views: RwSignal::new(0) });
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Whether anything is read again.
    pub fn is_any(self) -> bool {
        self.n_views.get() > 0
    }
}

/// Shows the line while `is_refreshing` says so and the calling component is there.
pub fn use_refreshing(is_refreshing: impl Fn() -> bool + Send + Sync + 'static) {
    let Refreshing { n_views } = Refreshing::of_page();
    let is_refreshing = Memo::new(move |_| is_refreshing());
    let is_counted = StoredValue::new(false);
    let count = move |counts: bool| {
        if is_counted.try_get_value() == Some(!counts) {
            is_counted.set_value(counts);
            n_views.try_update(|n_views| *n_views = if counts { *n_views + 1 } else { n_views.saturating_sub(1) });
        }
    };
    effect(move || count(is_refreshing.get()));
    on_cleanup(move || count(false));
}
