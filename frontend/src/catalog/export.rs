//! Saves what the table shows as a file for spreadsheets.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use shared::api::export::{CsvColumn, EntitiesCsv};
use shared::entity::EntityRef;

use super::columns::Column;
use super::facet::{all, one_of};
use super::kinds;
use super::selection::Selection;
use super::view::{CatalogView, Mine};
use crate::api::{ApiClient, CancelToken};
use crate::browser;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::numbers;

/// How far an export has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows that have come.
    pub n_rows: usize,
    /// Rows that will come.
    pub n_all: usize,
}

/// The export of the page; one at a time.
#[derive(Clone, Copy)]
pub struct Export {
    /// Set while one is under way.
    pub progress: RwSignal<Option<Progress>>,
    cancel: StoredValue<Option<CancelToken>, LocalStorage>,
    client: ApiClient,
    toasts: Toasts,
}

impl Export {
    /// Nothing under way.
    pub fn new() -> Self {
        let export = Self {
            progress: RwSignal::new(None),
            cancel: StoredValue::new_local(None),
            client: ApiClient::of_page(),
            toasts: Toasts::of_page(),
        };
        on_cleanup(move || export.cancel());
        export
    }

    /// Saves the rows that a body asks for.
    pub fn start(self, body: EntitiesCsv, n_all: usize, name: String) {
        if self.progress.get_untracked().is_some() {
            return;
        }
        let Ok(cancel) = CancelToken::new() else { return };
        self.cancel.set_value(Some(cancel.clone()));
        self.progress.set(Some(Progress { n_rows: 0, n_all }));
        spawn_local(async move {
            let mut n_rows = 0;
            let on_rows = |n_now: usize| {
                n_rows = n_now;
                self.progress.try_set(Some(Progress { n_rows, n_all }));
            };
            let outcome = self.client.entities_csv(&body, &cancel, on_rows).await;
            let was_cancelled = self.cancel.try_update_value(Option::take).flatten().is_none();
            self.progress.try_set(None);
            let saved = match outcome {
                Ok(file) => browser::download(&file, &name).map_err(|error| format!("{error:?}")),
                Err(_) if was_cancelled => return,
                Err(error) => Err(error.to_string()),
            };
            match saved {
                Ok(()) => {
                    let rows = numbers::counted(n_rows, "row", "rows");
                    self.toasts.show(Tone::Info, &format!("{name} is saved"), Some(rows));
                }
                Err(reason) => {
                    let again = move || self.start(body.clone(), n_all, name.clone());
                    self.toasts.show_with_action(Tone::Bad, "The export stopped", Some(reason), "Try again", again);
                }
            }
        });
    }

    /// Ends what is under way.
    pub fn cancel(self) {
        if let Some(cancel) = self.cancel.try_update_value(Option::take).flatten() {
            cancel.cancel();
        }
    }
}

/// The question for a file with the columns that are shown, the full reference first.
///
/// Nothing selected means everything that matches.
pub fn question(view: &CatalogView, mine: &Mine, selection: &Selection) -> EntitiesCsv {
    let (order, order_missing) = view.order();
    let shown = view.shown_columns();
    let reference = [Column::Reference];
    let columns = reference.iter().chain(shown.iter().filter(|column| **column != Column::Reference));
    EntitiesCsv {
        query: condition(view, mine, selection),
        full_text_filter: view.full_text(),
        order_by: vec![order],
        order_missing,
        columns: columns
            .map(|column| CsvColumn {
                title: column.label().to_owned(),
                field: column.csv_field(&view.kind).to_owned(),
            })
            .collect(),
    }
}

/// The condition that the selected rows meet.
fn condition(view: &CatalogView, mine: &Mine, selection: &Selection) -> Option<Value> {
    let matching = view.predicate(mine, None);
    if selection.is_empty() {
        return matching;
    }
    let refs: Vec<EntityRef> = selection.refs().iter().filter_map(|text| text.parse().ok()).collect();
    match (selection.is_all(), refs.is_empty()) {
        (true, true) => matching,
        (true, false) => all(matching.into_iter().chain([json!({"$not": one_of(&refs)})]).collect()),
        (false, _) => all(matching.into_iter().chain([one_of(&refs)]).collect()),
    }
}

/// The name of the file.
pub fn file_name(view: &CatalogView) -> String {
    format!("{}.csv", kinds::many_in_sentence(&view.kind).to_lowercase().replace(' ', "-"))
}

#[cfg(test)]
mod tests {
    use shared::filter::parse_predicate;

    use super::*;

    #[test]
    fn the_file_has_the_reference_and_the_columns_that_are_shown() {
        let view = CatalogView::parse("cols=type,reference,owner&sort=-type&q=a");
        let body = question(&view, &Mine::default(), &Selection::default());
        let columns: Vec<_> = body.columns.iter().map(|column| format!("{}={}", column.title, column.field)).collect();
        assert_eq!(columns, ["Reference=entityRef", "Name=metadata.name", "Type=spec.type", "Owner=relations.ownedBy"]);
        assert_eq!(body.query, Some(json!({"kind": "component"})));
        assert_eq!((body.order_by[0].field.as_str(), body.full_text_filter.is_some()), ("spec.type", true));
        assert_eq!(file_name(&view), "components.csv");
        assert_eq!(file_name(&CatalogView::parse("kind=all")), "entities.csv");
    }

    #[test]
    fn the_selection_narrows_the_file() {
        let view = CatalogView::parse("kind=all");
        let query = |selection: &Selection| question(&view, &Mine::default(), selection).query;
        let mut selection = Selection::default();
        selection.toggle(0, "api:default/a");
        let only = json!({"kind": "api", "metadata.namespace": "default", "metadata.name": {"$in": ["a"]}});
        assert_eq!(query(&selection), Some(only.clone()));
        selection.select_all();
        assert_eq!(query(&selection), None);
        selection.toggle(0, "api:default/a");
        assert_eq!(query(&selection), Some(json!({"$not": only})));
        assert!(parse_predicate(&query(&selection).unwrap()).is_ok());
    }
}
