//! What the catalog showed before, so that coming back shows it at once.

use leptos::prelude::*;

use super::rows::RowCache;

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
}

impl CatalogMemory {
    /// Provides the memory to the whole page.
    pub fn provide() {
        provide_context(Self { views: StoredValue::new(Vec::new()) });
    }

    /// Keeps a view.
    pub fn keep(self, query: &str, remembered: Remembered) {
        self.views.update_value(|views| keep(views, query, remembered));
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
