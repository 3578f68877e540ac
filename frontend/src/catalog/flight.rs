//! Whether rows pass by faster than anyone can read them: the thumb of the scroll bar is dragged, a page key is held down.

use std::ops::Range;

/// Changes of place that are further apart do not belong to one movement, in milliseconds.
const MAX_PAUSE_MS: f64 = 100.0;
/// Far steps in a row that make a flight. A jump, or two, is none: what is jumped to is looked at.
const MIN_STEPS: u32 = 3;
/// The part of the visible rows, one in so many, by which a far step moves them at least.
const FAR_PART: usize = 3;

/// Follows the visible rows from frame to frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flight {
    /// The first visible row, and when it became that.
    last: Option<(usize, f64)>,
    n_far_steps: u32,
}

impl Flight {
    /// Takes in the rows that are visible now; answers whether they fly.
    pub fn see(&mut self, visible: &Range<usize>, now_ms: f64) -> bool {
        let step = self
            .last
            .filter(|(_, seen_ms)| now_ms - seen_ms < MAX_PAUSE_MS)
            .map(|(first, _)| first.abs_diff(visible.start));
        match step {
            // The same rows are painted once more, since something else about them has changed.
            Some(0) => return self.is_on(),
            Some(n_rows) if n_rows * FAR_PART >= visible.len() => self.n_far_steps += 1,
            Some(_) | None => self.n_far_steps = 0,
        }
        self.last = Some((visible.start, now_ms));
        self.is_on()
    }

    fn is_on(self) -> bool {
        self.n_far_steps >= MIN_STEPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether rows fly after each of these steps, as first row and time.
    fn flights(steps: &[(usize, f64)]) -> Vec<bool> {
        let mut flight = Flight::default();
        steps.iter().map(|(first, now_ms)| flight.see(&(*first..first + 24), *now_ms)).collect()
    }

    #[test]
    fn far_steps_without_a_pause_are_a_flight_until_one_is_short_or_late() {
        assert_eq!(
            flights(&[(0, 0.0), (12, 16.0), (24, 32.0), (36, 48.0), (24, 64.0), (25, 80.0), (37, 96.0)]),
            [false, false, false, true, true, false, false]
        );
        assert_eq!(
            flights(&[(0, 0.0), (12, 16.0), (24, 32.0), (36, 48.0), (48, 300.0)]),
            [false, false, false, true, false]
        );
    }

    #[test]
    fn ordinary_scrolling_and_jumps_are_no_flight() {
        let rows: Vec<_> = (0_u32..50).map(|step| (step as usize * 7, f64::from(step) * 16.0)).collect();
        assert!(flights(&rows).iter().all(|flies| !flies));
        assert_eq!(flights(&[(0, 0.0), (9_000, 500.0), (0, 900.0), (9_000, 1_300.0)]), [false; 4]);
    }

    #[test]
    fn rows_that_are_painted_again_in_the_air_stay_there() {
        assert_eq!(
            flights(&[(0, 0.0), (12, 16.0), (24, 32.0), (36, 48.0), (36, 60.0), (48, 64.0)]),
            [false, false, false, true, true, true]
        );
    }
}
