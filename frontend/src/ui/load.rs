//! Data that a view loads, keeps while it loads again, and can ask for once more.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ClientError;
use crate::browser;

/// Nothing changes for this long; only then a skeleton appears.
const SKELETON_DELAY: Duration = Duration::from_millis(150);
/// A skeleton that appeared stays this long, so that it does not flicker.
const SKELETON_STAY: Duration = Duration::from_millis(300);
/// After this time a sentence says what is slow.
const SLOW_AFTER: Duration = Duration::from_secs(4);

/// Data with its four faces: waiting, there, failed, and there but being refreshed.
pub struct Load<T: Send + Sync + 'static> {
    /// The newest outcome. A refresh keeps the old one until the new one is there.
    pub value: RwSignal<Option<Result<T, ClientError>>>,
    /// Whether a request is under way.
    pub is_loading: RwSignal<bool>,
    /// Counts requests, so that a late answer to an old one is dropped.
    generation: StoredValue<u64>,
    /// Whether the newest outcome belongs to another question than the one that is asked now.
    is_outdated: StoredValue<bool>,
}

impl<T: Send + Sync + 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Load<T> {}

impl<T: Send + Sync + 'static> Load<T> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            value: RwSignal::new(None),
            is_loading: RwSignal::new(false),
            generation: StoredValue::new(0),
            is_outdated: StoredValue::new(false),
        }
    }

    /// Runs a request and keeps its outcome, unless a newer request was started or the view went meanwhile.
    ///
    /// A refresh that fails keeps the old data: a reader is better served by it than by an error. Where another question was
    /// asked, see [`Load::outdate`], the error takes its place.
    pub fn run(self, request: impl Future<Output = Result<T, ClientError>> + 'static) {
        let Self { value, is_outdated, .. } = self;
        let is_empty = value.with_untracked(Option::is_none);
        let settle = async move {
            let outcome = request.await;
            let keep = move || {
                let has_data = !is_outdated.get_value() && value.with_untracked(|value| matches!(value, Some(Ok(_))));
                let is_gone = matches!(&outcome, Err(error) if error.is_not_found());
                if outcome.is_ok() || is_gone || !has_data {
                    is_outdated.set_value(false);
                    value.set(Some(outcome));
                }
            };
            Box::new(keep) as Keep
        };
        run(self.is_loading, self.generation, is_empty, Box::pin(settle));
    }

    /// Another question is asked from now on: the old answer is shown until there is an outcome, well or not.
    pub fn outdate(self) {
        self.is_outdated.set_value(true);
    }

    /// Forgets what was loaded and whatever is still under way.
    pub fn reset(self) {
        self.generation.update_value(|generation| *generation += 1);
        self.is_outdated.set_value(false);
        self.is_loading.set(false);
        self.value.set(None);
    }
}

/// Keeps an outcome.
type Keep = Box<dyn FnOnce()>;

/// What all kinds of data have in common: `request` answers with what keeps its outcome.
fn run(
    is_loading: RwSignal<bool>,
    generations: StoredValue<u64>,
    is_empty: bool,
    request: Pin<Box<dyn Future<Output = Keep>>>,
) {
    generations.update_value(|generation| *generation += 1);
    let generation = generations.get_value();
    is_loading.set(true);
    let begun_ms = browser::now_ms();
    spawn_local(async move {
        let keep = request.await;
        if generations.try_get_value() != Some(generation) {
            return;
        }
        if is_empty && let Some(rest) = skeleton_rest(browser::now_ms() - begun_ms) {
            browser::sleep(rest).await;
            if generations.try_get_value() != Some(generation) {
                return;
            }
        }
        is_loading.set(false);
        keep();
    });
}

/// How much longer a skeleton has to stay that is shown since the begin of a wait; `None` where none is shown, or long enough.
fn skeleton_rest(waited_ms: f64) -> Option<i32> {
    let shown_for_ms = waited_ms - SKELETON_DELAY.as_secs_f64() * 1_000.0;
    let rest_ms = SKELETON_STAY.as_secs_f64() * 1_000.0 - shown_for_ms;
    #[expect(clippy::cast_possible_truncation, reason = "it is shorter than a second")]
    (shown_for_ms > 0.0 && rest_ms > 0.0).then(|| rest_ms.ceil() as i32)
}

/// Turns true once a component has been shown for as long as people take to notice a wait.
pub fn use_skeleton_delay() -> ReadSignal<bool> {
    use_delay(SKELETON_DELAY)
}

/// Turns true once a component has been shown for so long that people want to know why.
pub fn use_slow_delay() -> ReadSignal<bool> {
    use_delay(SLOW_AFTER)
}

fn use_delay(delay: Duration) -> ReadSignal<bool> {
    let is_due = RwSignal::new(false);
    match set_timeout_with_handle(
        move || {
            is_due.try_set(true);
        },
        delay,
    ) {
        Ok(timer) => on_cleanup(move || timer.clear()),
        Err(_) => is_due.set(true),
    }
    is_due.read_only()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skeleton_that_appeared_stays_for_a_moment() {
        assert_eq!(skeleton_rest(100.0), None, "none appeared");
        assert_eq!(skeleton_rest(200.0), Some(250));
        assert_eq!(skeleton_rest(449.5), Some(1));
        assert_eq!(skeleton_rest(450.0), None);
        assert_eq!(skeleton_rest(9_000.0), None);
    }
}
