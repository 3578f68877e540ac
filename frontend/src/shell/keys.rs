//! The keys that work everywhere: `[`, `/`, `?`, and `g` followed by a letter.

/// How long a `g` waits for its letter, in milliseconds.
const SEQUENCE_MS: f64 = 1_500.0;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobalCommand {
    /// Narrows or widens the sidebar.
    ToggleSidebar,
    /// Moves the focus to the text filter of the page.
    FocusFilter,
    /// Shows the keys.
    ShowShortcuts,
    /// Opens the catalog.
    GoToCatalog,
}

/// Reads keys one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeySequence {
    started_ms: Option<f64>,
}

impl KeySequence {
    /// Takes the next key; `now_ms` is the time at which it was pressed.
    pub fn press(&mut self, key: &str, now_ms: f64) -> Option<GlobalCommand> {
        let is_second = self.started_ms.take().is_some_and(|started_ms| now_ms - started_ms < SEQUENCE_MS);
        match key {
            "c" if is_second => Some(GlobalCommand::GoToCatalog),
            "g" => {
                self.started_ms = Some(now_ms);
                None
            }
            "[" => Some(GlobalCommand::ToggleSidebar),
            "/" => Some(GlobalCommand::FocusFilter),
            "?" => Some(GlobalCommand::ShowShortcuts),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_needs_both_keys_in_time() {
        let mut keys = KeySequence::default();
        assert_eq!(keys.press("c", 0.0), None);
        assert_eq!(keys.press("g", 10.0), None);
        assert_eq!(keys.press("c", 500.0), Some(GlobalCommand::GoToCatalog));
        assert_eq!(keys.press("c", 600.0), None);
        keys.press("g", 1_000.0);
        assert_eq!(keys.press("c", 9_000.0), None);
        keys.press("g", 10_000.0);
        assert_eq!(keys.press("x", 10_100.0), None);
        assert_eq!(keys.press("c", 10_200.0), None);
    }

    #[test]
    fn single_keys_work_at_once() {
        let mut keys = KeySequence::default();
        assert_eq!(keys.press("[", 0.0), Some(GlobalCommand::ToggleSidebar));
        assert_eq!(keys.press("/", 0.0), Some(GlobalCommand::FocusFilter));
        assert_eq!(keys.press("?", 0.0), Some(GlobalCommand::ShowShortcuts));
    }
}
