//! Identifiers that nobody can guess, which tests can make predictable.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Makes identifiers. Clones share one sequence.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    /// Absent for random identifiers.
    counter: Option<Arc<AtomicU64>>,
}

impl Ids {
    /// Random identifiers.
    pub fn random() -> Self {
        Self::default()
    }

    /// `…-000000000001`, `…-000000000002` and so on, for tests.
    pub fn counting() -> Self {
        Self { counter: Some(Arc::new(AtomicU64::new(0))) }
    }

    /// A new identifier.
    pub fn uuid(&self) -> Uuid {
        match &self.counter {
            Some(counter) => Uuid::from_u128(u128::from(counter.fetch_add(1, Ordering::Relaxed) + 1)),
            None => Uuid::new_v4(),
        }
    }

    /// 20 hexadecimal digits that tie an answer to a line of the log.
    pub fn log_id(&self) -> String {
        let mut digits = self.uuid().simple().to_string();
        digits.split_off(digits.len() - 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_identifiers_differ() {
        let ids = Ids::random();
        assert_ne!(ids.uuid(), ids.uuid());
    }

    #[test]
    fn a_log_id_has_20_digits() {
        assert_eq!(Ids::counting().log_id(), "00000000000000000001");
    }
}
