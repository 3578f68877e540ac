//! What the keys do in the table.

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridCommand {
    /// Makes a row the active one.
    MoveTo(usize),
    /// Opens the active row.
    Open,
    /// Gives the active row a star, or takes it away.
    Star,
    /// Moves the focus to the first link of the active row.
    EnterRow,
}

/// Reads a key. `None` leaves the key to the browser.
pub fn command(key: &str, active: Option<usize>, n_rows: usize, rows_per_page: usize) -> Option<GridCommand> {
    let last = n_rows.checked_sub(1)?;
    // The first key makes the first row active, whatever its direction.
    let from = |step: &dyn Fn(usize) -> usize| GridCommand::MoveTo(active.map_or(0, step).min(last));
    match key {
        "ArrowDown" | "j" => Some(from(&|row| row + 1)),
        "ArrowUp" | "k" => Some(from(&|row| row.saturating_sub(1))),
        "PageDown" => Some(from(&|row| row + rows_per_page)),
        "PageUp" => Some(from(&|row| row.saturating_sub(rows_per_page))),
        "Home" => Some(GridCommand::MoveTo(0)),
        "End" => Some(GridCommand::MoveTo(last)),
        "Enter" => active.map(|_| GridCommand::Open),
        "s" => active.map(|_| GridCommand::Star),
        "ArrowRight" => active.map(|_| GridCommand::EnterRow),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, active: Option<usize>, expected: Option<GridCommand>) {
        assert_eq!(command(key, active, 100, 18), expected, "{key} from {active:?}");
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
    fn opening_needs_an_active_row() {
        check("Enter", None, None);
        check("Enter", Some(1), Some(GridCommand::Open));
        check("ArrowRight", Some(1), Some(GridCommand::EnterRow));
        check("s", Some(1), Some(GridCommand::Star));
        check("x", Some(1), None);
        assert_eq!(command("End", None, 0, 10), None);
    }
}
