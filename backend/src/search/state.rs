//! How the index is doing, for those who ask it and the one who writes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use shared::api::search::SearchState;
use tokio::sync::Notify;

/// What the index is doing. Clones share it.
#[derive(Clone, Debug)]
pub struct IndexState {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: AtomicU8,
    trouble: Notify,
}

impl Default for IndexState {
    fn default() -> Self {
        Self { inner: Arc::new(Inner { state: AtomicU8::new(UPDATING), trouble: Notify::new() }) }
    }
}

const CURRENT: u8 = 0;
const UPDATING: u8 = 1;
const AWAY: u8 = 2;

impl IndexState {
    /// What it is doing now.
    pub fn get(&self) -> SearchState {
        match self.inner.state.load(Ordering::Acquire) {
            CURRENT => SearchState::Current,
            UPDATING => SearchState::Updating,
            _ => SearchState::Away,
        }
    }

    /// Says what it is doing.
    pub fn set(&self, state: SearchState) {
        let number = match state {
            SearchState::Current => CURRENT,
            SearchState::Updating => UPDATING,
            SearchState::Away => AWAY,
        };
        self.inner.state.store(number, Ordering::Release);
    }

    /// Says that the index did not answer. Nobody asks it any more until the one who writes it has looked after it.
    pub fn report_trouble(&self) {
        self.set(SearchState::Away);
        self.inner.trouble.notify_one();
    }

    /// Waits for trouble.
    pub async fn trouble(&self) {
        self.inner.trouble.notified().await;
    }
}
