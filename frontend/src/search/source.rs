//! Asks the server, and keeps what it answered until the next answer is there.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::search::SearchAnswer;

use super::search_view::SearchView;
use crate::api::{ApiClient, CancelToken, ClientError};
use crate::browser;
use crate::ui::load::Load;
use crate::ui::time::DAY_MS;

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// What was asked.
    pub view: SearchView,
    /// What was found, or why nothing was.
    pub outcome: Result<SearchAnswer, ClientError>,
}

/// The answers that the page shows.
#[derive(Clone, Copy)]
pub struct SearchSource {
    client: ApiClient,
    read: Load<Arc<Answered>>,
    cancel: StoredValue<Option<CancelToken>, LocalStorage>,
}

impl SearchSource {
    /// Nothing yet.
    pub fn new(client: ApiClient) -> Self {
        let source = Self { client, read: Load::new(), cancel: StoredValue::new_local(None) };
        on_cleanup(move || source.stop());
        source
    }

    /// Ends the request under way.
    fn stop(self) {
        if let Some(cancel) = self.cancel.try_update_value(Option::take).flatten() {
            cancel.cancel();
        }
    }

    /// Shows an answer that was kept.
    pub fn restore(self, answered: Arc<Answered>) {
        self.read.value.set(Some(Ok(answered)));
    }

    /// Asks. An older question is given up; its answer is shown until the new one is there.
    pub fn ask(self, view: &SearchView) {
        self.stop();
        if !view.is_question() {
            self.read.reset();
            return;
        }
        let Ok(cancel) = CancelToken::new() else { return };
        self.cancel.set_value(Some(cancel.clone()));
        let since = view.changed.n_days().map(|n_days| day(browser::now_ms() - f64::from(n_days) * DAY_MS));
        let question = view.question(since.as_deref());
        let has_answer = self
            .read
            .value
            .with_untracked(|value| matches!(value, Some(Ok(known)) if known.view == *view && known.outcome.is_ok()));
        let view = view.clone();
        self.read.run(async move {
            match self.client.search_query(&question, &cancel).await {
                // The same question again: what was found before serves the reader better than an error.
                Err(error) if has_answer => Err(error),
                outcome => Ok(Arc::new(Answered { view, outcome })),
            }
        });
    }

    /// The newest answer.
    pub fn answered(self) -> Option<Arc<Answered>> {
        self.read.value.with(|value| value.as_ref()?.as_ref().ok().cloned())
    }

    /// Why there is no answer.
    pub fn error(self) -> Option<ClientError> {
        self.read.value.with(|value| match value.as_ref()? {
            Ok(answered) => answered.outcome.as_ref().err().cloned(),
            Err(error) => Some(error.clone()),
        })
    }

    /// Looks at what was found; `None` where there is no answer, or an error.
    pub fn with_answer<T>(self, look: impl FnOnce(&SearchView, &SearchAnswer) -> T) -> Option<T> {
        self.read.value.with(|value| {
            let answered = value.as_ref()?.as_ref().ok()?;
            Some(look(&answered.view, answered.outcome.as_ref().ok()?))
        })
    }

    /// Whether an answer is shown while it is read again, or another one is on its way.
    pub fn is_refreshing(self) -> bool {
        self.read.is_loading.get() && self.read.value.with(Option::is_some)
    }

    /// Whether what is shown is no answer to what is asked now.
    pub fn is_outdated(self, view: &SearchView) -> bool {
        self.is_refreshing() && self.with_answer(|shown, _| shown != view).unwrap_or_default()
    }
}

/// A day in UTC, as `2026-05-31`.
fn day(at_ms: f64) -> String {
    browser::LocalTime::at(at_ms).machine.chars().take(10).collect()
}
