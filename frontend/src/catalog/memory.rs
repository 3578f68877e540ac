//! What the catalog showed before, so that coming back shows it at once.

use leptos::prelude::*;

use super::counts::Counts;
use super::painter::KeptRows;
use super::rows::RowCache;
use super::window::Viewport;

/// Views that are remembered; the oldest goes first.
const MAX_VIEWS: usize = 12;

/// A view as it was left.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    /// The rows, to be read again.
    pub rows: RowCache,
    /// How far it was scrolled.
    pub offset_px: f64,
    /// The active row.
    pub active: Option<usize>,
}

/// The views that the reader left, by the query of their address.
#[derive(Clone, Copy)]
pub struct CatalogMemory {
    views: StoredValue<Vec<(String, Remembered)>>,
    counts: StoredValue<Counts>,
    elements: StoredValue<Option<KeptRows>, LocalStorage>,
    viewport: StoredValue<Option<Viewport>>,
}

impl CatalogMemory {
    /// Provides the memory to the whole page.
    pub fn provide() {
        provide_context(Self {
            views: StoredValue::new(Vec::new()),
            counts: StoredValue::new(Counts::default()),
            elements: StoredValue::new_local(None),
            viewport: StoredValue::new(None),
        });
    }

    /// Keeps a view.
    pub fn keep(self, query: &str, remembered: Remembered) {
        self.views.update_value(|views| keep(views, query, remembered));
    }

    /// Keeps the numbers of the page, so that coming back moves nothing.
    pub fn keep_counts(self, counts: Counts) {
        self.counts.set_value(counts);
    }

    /// The numbers as they were.
    pub fn counts(self) -> Counts {
        self.counts.get_value()
    }

    /// Keeps the heights of rows and of the part of the page that shows them.
    pub fn keep_viewport(self, viewport: Viewport) {
        self.viewport.set_value(Some(viewport));
    }

    /// The heights as they were last.
    pub fn viewport(self) -> Option<Viewport> {
        self.viewport.get_value()
    }

    /// Keeps the elements of the table that goes.
    pub fn keep_elements(self, rows: KeptRows) {
        self.elements.set_value(Some(rows));
    }

    /// The elements of the table that went last, for the one that comes.
    pub fn take_elements(self) -> Option<KeptRows> {
        self.elements.try_update_value(Option::take).flatten()
    }

    /// A view that was left earlier.
    pub fn recall(self, query: &str) -> Option<Remembered> {
        self.views.with_value(|views| views.iter().find(|(known, _)| known == query).map(|(_, view)| view.clone()))
    }
}

fn keep(views: &mut Vec<(String, Remembered)>, query: &str, remembered: Remembered) {
    views.retain(|(known, _)| known != query);
    views.push((query.to_owned(), remembered));
    let n_surplus = views.len().saturating_sub(MAX_VIEWS);
    views.drain(..n_surplus);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_view_goes_first() {
        let mut views = Vec::new();
        for number in 0..20 {
            keep(&mut views, &number.to_string(), Remembered::default());
            keep(&mut views, "often", Remembered::default());
        }
        assert_eq!(views.len(), MAX_VIEWS);
        assert!(views.iter().any(|(query, _)| query == "often"));
        assert!(!views.iter().any(|(query, _)| query == "0"));
    }
}
