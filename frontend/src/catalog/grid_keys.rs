//! What the keys do in the table.

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridCommand {
    /// Makes a row the active one.
    MoveTo(usize),
    /// Makes a row the active one and selects everything on the way.
    ExtendTo(usize),
    /// Selects the active row, or no longer.
    Select,
    /// Selects everything that matches.
    SelectAll,
    /// Selects nothing.
    SelectNone,
    /// Opens the active row.
    Open,
    /// Gives the active row a star, or takes it away.
    Star,
    /// Lists what can be done with the active row.
    Menu,
    /// Moves the focus to the first link of the active row.
    EnterRow,
}

/// A key, and what was held with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key<'a> {
    /// As the browser names it.
    pub key: &'a str,
    /// Whether Shift was held.
    pub is_shift: bool,
    /// Whether Ctrl or the command key was held.
    pub is_command: bool,
}

/// Reads a key. `None` leaves the key to the browser.
///
/// Single letters count only where the reader wants single keys; Space does always.
pub fn command(
    key: Key<'_>,
    active: Option<usize>,
    n_rows: usize,
    rows_per_page: usize,
    has_single_keys: bool,
) -> Option<GridCommand> {
    let last = n_rows.checked_sub(1)?;
    if key.is_command {
        return (key.key.eq_ignore_ascii_case("a") && !key.is_shift).then_some(GridCommand::SelectAll);
    }
    // The first key makes the first row active, whatever its direction.
    let from = |step: &dyn Fn(usize) -> usize| active.map_or(0, step).min(last);
    let target = match key.key {
        "ArrowDown" => Some(from(&|row| row + 1)),
        "ArrowUp" => Some(from(&|row| row.saturating_sub(1))),
        "j" | "J" if has_single_keys => Some(from(&|row| row + 1)),
        "k" | "K" if has_single_keys => Some(from(&|row| row.saturating_sub(1))),
        "PageDown" => Some(from(&|row| row + rows_per_page)),
        "PageUp" => Some(from(&|row| row.saturating_sub(rows_per_page))),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    };
    if let Some(row) = target {
        return Some(match active {
            Some(_) if key.is_shift => GridCommand::ExtendTo(row),
            _ => GridCommand::MoveTo(row),
        });
    }
    if key.is_shift {
        return None;
    }
    let command = match key.key {
        "Escape" => return Some(GridCommand::SelectNone),
        "Enter" => GridCommand::Open,
        " " => GridCommand::Select,
        "x" if has_single_keys => GridCommand::Select,
        "s" if has_single_keys => GridCommand::Star,
        "." if has_single_keys => GridCommand::Menu,
        "ContextMenu" => GridCommand::Menu,
        "ArrowRight" => GridCommand::EnterRow,
        _ => return None,
    };
    active.map(|_| command)
}

/// Whether a key brings the focus to the table from elsewhere on the page. The arrow does so only from where it has nothing else
/// to do.
pub fn enters(key: &str, is_page_free: bool, has_single_keys: bool) -> bool {
    match key {
        "j" | "J" | "k" | "K" => has_single_keys,
        "ArrowDown" => is_page_free,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, active: Option<usize>, expected: Option<GridCommand>) {
        let key = Key { key, ..Key::default() };
        assert_eq!(command(key, active, 100, 18, true), expected, "{key:?} from {active:?}");
    }

    #[test]
    fn keys_move_within_the_list() {
        let to = |row| Some(GridCommand::MoveTo(row));
        check("ArrowDown", None, to(0));
        check("j", Some(3), to(4));
        check("k", Some(0), to(0));
        check("ArrowDown", Some(99), to(99));
        check("PageDown", Some(90), to(99));
        check("PageUp", Some(5), to(0));
        check("Home", Some(50), to(0));
        check("End", Some(50), to(99));
    }

    #[test]
    fn what_is_done_needs_an_active_row() {
        for (key, expected) in [
            ("Enter", GridCommand::Open),
            ("ArrowRight", GridCommand::EnterRow),
            ("s", GridCommand::Star),
            ("x", GridCommand::Select),
            (" ", GridCommand::Select),
            (".", GridCommand::Menu),
        ] {
            check(key, None, None);
            check(key, Some(1), Some(expected));
        }
        check("q", Some(1), None);
        check("Escape", None, Some(GridCommand::SelectNone));
        assert_eq!(command(Key { key: "End", ..Key::default() }, None, 0, 10, true), None);
    }

    #[test]
    fn shift_extends_and_ctrl_a_selects_everything() {
        let shift = |key, active| command(Key { key, is_shift: true, is_command: false }, active, 100, 18, true);
        assert_eq!(shift("ArrowDown", Some(3)), Some(GridCommand::ExtendTo(4)));
        assert_eq!(shift("End", Some(3)), Some(GridCommand::ExtendTo(99)));
        assert_eq!(shift("ArrowDown", None), Some(GridCommand::MoveTo(0)));
        assert_eq!(shift("Enter", Some(3)), None);
        let ctrl = |key| command(Key { key, is_shift: false, is_command: true }, Some(3), 100, 18, true);
        assert_eq!(ctrl("a"), Some(GridCommand::SelectAll));
        assert_eq!(ctrl("c"), None);
    }

    #[test]
    fn keys_that_move_lead_to_the_table_from_elsewhere() {
        assert!(enters("j", false, true) && enters("K", false, true) && !enters("j", true, false));
        assert!(enters("ArrowDown", true, false) && !enters("ArrowDown", false, true));
        assert!(!enters("x", true, true) && !enters("Enter", true, true));
    }

    #[test]
    fn single_letters_can_be_switched_off() {
        let off = |key| command(Key { key, ..Key::default() }, Some(3), 100, 18, false);
        for key in ["j", "k", "x", "s", "."] {
            assert_eq!(off(key), None, "{key}");
        }
        assert_eq!(off(" "), Some(GridCommand::Select));
        assert_eq!(off("ArrowDown"), Some(GridCommand::MoveTo(4)));
    }
}
