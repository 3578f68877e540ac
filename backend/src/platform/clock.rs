//! The current time, which tests can set.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;

/// Tells the time. Clones share the same hands.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Absent for the clock of the machine.
    hands: Option<Arc<Mutex<DateTime<Utc>>>>,
}

impl Clock {
    /// The clock of the machine.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until [`Clock::advance`] moves it, for tests.
    pub fn stopped_at(now: DateTime<Utc>) -> Self {
        Self { hands: Some(Arc::new(Mutex::new(now))) }
    }

    /// The current time.
    pub fn now(&self) -> DateTime<Utc> {
        self.hands.as_ref().map_or_else(Utc::now, |hands| *hands.lock())
    }

    /// Whole seconds since 1970, as tokens count them.
    pub fn now_secs(&self) -> i64 {
        self.now().timestamp()
    }

    /// Moves a stopped clock; the clock of the machine is not moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(hands) = &self.hands {
            *hands.lock() += by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_clock_moves_for_all_its_clones() {
        let clock = Clock::stopped_at(DateTime::UNIX_EPOCH);
        let other = clock.clone();
        clock.advance(TimeDelta::seconds(90));
        assert_eq!(other.now_secs(), 90);
    }
}
