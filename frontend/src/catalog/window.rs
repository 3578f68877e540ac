//! Which rows of a long list are in the document, by arithmetic alone: all rows have the same height.

use std::ops::Range;

/// Rows above and below the visible ones, so that scrolling meets rows that are there already.
pub const OVERSCAN_ROWS: usize = 10;
/// The most rows of a long list in the document.
pub const MAX_ROWS: usize = 80;
/// A list of so many rows is in the document as a whole, so that the browser finds words in all of it.
pub const WHOLE_ROWS: usize = 100;

/// The visible part of a list, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// How much of the list is above the visible part.
    pub offset_px: f64,
    /// The height of the visible part.
    pub height_px: f64,
    /// The height of a row.
    pub row_px: f64,
}

impl Viewport {
    /// The rows to keep in the document.
    pub fn rendered_rows(self, n_rows: usize) -> Range<usize> {
        let visible = self.visible_rows(n_rows);
        if visible.is_empty() {
            return 0..0;
        }
        if n_rows <= WHOLE_ROWS {
            return 0..n_rows;
        }
        let first = visible.start.saturating_sub(OVERSCAN_ROWS);
        let last = (visible.end + OVERSCAN_ROWS).min(n_rows).min(first + MAX_ROWS);
        first..last
    }

    /// The rows that can be seen, also in part.
    pub fn visible_rows(self, n_rows: usize) -> Range<usize> {
        if self.row_px <= 0.0 || n_rows == 0 {
            return 0..0;
        }
        let first = whole(self.offset_px / self.row_px).min(n_rows - 1);
        let last = whole(((self.offset_px.max(0.0) + self.height_px.max(0.0)) / self.row_px).ceil());
        first..last.clamp(first + 1, n_rows.max(first + 1)).min(n_rows)
    }

    /// How many rows a page key moves by.
    pub fn rows_per_page(self) -> usize {
        if self.row_px <= 0.0 { 1 } else { whole(self.height_px / self.row_px).saturating_sub(1).max(1) }
    }

    /// How far the list must be scrolled so that a row is fully visible; `None` when it is.
    ///
    /// `header_px` is the height of what covers the top of the visible part.
    pub fn scroll_to_row(self, row: usize, header_px: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 rows")]
        let top = row as f64 * self.row_px;
        let bottom = top + self.row_px;
        if top < self.offset_px + header_px {
            Some((top - header_px).max(0.0))
        } else if bottom > self.offset_px + self.height_px {
            Some(bottom - self.height_px)
        } else {
            None
        }
    }
}

/// The height of so many rows.
pub fn height_px(n_rows: usize, row_px: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 rows")]
    let rows = n_rows as f64;
    rows * row_px
}

/// A count from a number of pixels; nothing below zero.
fn whole(number: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is clamped first")]
    let count = number.clamp(0.0, 1e9).floor() as usize;
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewport(offset_px: f64) -> Viewport {
        Viewport { offset_px, height_px: 600.0, row_px: 34.0 }
    }

    #[test]
    fn the_start_the_middle_and_the_end_are_covered() {
        assert_eq!(viewport(0.0).visible_rows(14_000), 0..18);
        assert_eq!(viewport(0.0).rendered_rows(14_000), 0..28);
        assert_eq!(viewport(34_000.0).rendered_rows(14_000), 990..1_028);
        assert_eq!(viewport(1e9).rendered_rows(14_000), 13_989..14_000);
    }

    #[test]
    fn short_and_empty_lists_are_whole() {
        assert_eq!(viewport(0.0).rendered_rows(3), 0..3);
        assert_eq!(viewport(0.0).rendered_rows(0), 0..0);
        assert_eq!(viewport(-50.0).rendered_rows(3), 0..3);
        assert_eq!(Viewport { row_px: 0.0, ..viewport(0.0) }.rendered_rows(3), 0..0);
        assert_eq!(viewport(1_700.0).rendered_rows(WHOLE_ROWS), 0..WHOLE_ROWS);
        assert_eq!(viewport(0.0).rendered_rows(WHOLE_ROWS + 1), 0..28);
    }

    #[test]
    fn a_tall_screen_does_not_break_the_limit() {
        let tall = Viewport { offset_px: 3_400.0, height_px: 9_000.0, row_px: 34.0 };
        assert_eq!(tall.rendered_rows(14_000).len(), MAX_ROWS);
    }

    #[test]
    fn every_offset_shows_all_visible_rows() {
        for step in 0..2_000 {
            let viewport = viewport(f64::from(step) * 7.3);
            let (visible, rendered) = (viewport.visible_rows(500), viewport.rendered_rows(500));
            assert!(rendered.start <= visible.start && visible.end <= rendered.end, "{step}");
            assert!(rendered.end <= 500);
        }
    }

    #[test]
    fn scrolling_to_a_row_moves_as_little_as_possible() {
        let at = |row| viewport(340.0).scroll_to_row(row, 34.0);
        assert_eq!(at(10), Some(306.0));
        assert_eq!(at(11), None);
        assert_eq!(at(26), None);
        assert_eq!(at(27), Some(352.0));
        assert_eq!(at(0), Some(0.0));
    }
}
