//! Reads keys one after the other: single ones, and `g` followed by a letter.

/// How long a `g` waits for its letter, in milliseconds.
const SEQUENCE_MS: f64 = 1_500.0;

/// What the keys so far mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A `g` that waits for its letter.
    Begun,
    /// A letter that came in time after `g`.
    AfterG(char),
    /// A key of its own.
    Single,
}

/// Reads keys one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeySequence {
    started_ms: Option<f64>,
}

impl KeySequence {
    /// Takes the next key; `now_ms` is the time at which it was pressed.
    pub fn press(&mut self, key: &str, now_ms: f64) -> Stroke {
        let is_second = self.started_ms.take().is_some_and(|started_ms| now_ms - started_ms < SEQUENCE_MS);
        let mut letters = key.chars();
        match (is_second, letters.next(), letters.next()) {
            (true, Some(letter), None) => Stroke::AfterG(letter.to_ascii_lowercase()),
            (false, Some('g'), None) => {
                self.started_ms = Some(now_ms);
                Stroke::Begun
            }
            _ => Stroke::Single,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_needs_both_keys_in_time() {
        let mut keys = KeySequence::default();
        assert_eq!(keys.press("c", 0.0), Stroke::Single);
        assert_eq!(keys.press("g", 10.0), Stroke::Begun);
        assert_eq!(keys.press("c", 500.0), Stroke::AfterG('c'));
        assert_eq!(keys.press("c", 600.0), Stroke::Single);
        keys.press("g", 1_000.0);
        assert_eq!(keys.press("c", 9_000.0), Stroke::Single);
        keys.press("g", 10_000.0);
        assert_eq!(keys.press("g", 10_100.0), Stroke::AfterG('g'));
        assert_eq!(keys.press("Enter", 10_200.0), Stroke::Single);
    }
}
