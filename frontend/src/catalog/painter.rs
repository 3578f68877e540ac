//! Keeps the rows of the table's body, by hand.
//!
//! The body of a windowed table changes on every frame while people scroll. Each row is one element whose content is set as
//! text, elements are used again, and a row is written only when what it shows has changed. Nothing here is reactive: the grid
//! calls [`Painter::paint`] from one effect.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::document;
use shared::entity::{Entity, EntityRef};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::row_markup::{RowColumns, actions, acts};
use super::window::height_px;

/// Elements that are kept for use.
const MAX_SPARE: usize = 80;
/// Rows that are written in one frame after a flight.
const LANDING_ROWS: usize = 12;

/// Which part of a list the document has.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The rows in the document.
    pub range: Range<usize>,
    /// How many rows the list has.
    pub n_rows: usize,
    /// The height of a row.
    pub row_px: f64,
    /// The rows pass by too fast to be read: those that come are written in short.
    pub is_flight: bool,
}

/// What a row shows beside its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The keys act on it.
    pub is_active: bool,
    /// It is selected.
    pub is_selected: bool,
    /// It has a star.
    pub is_starred: bool,
}

/// How much of a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Nothing,
    InShort,
    Whole,
}

struct Row {
    element: HtmlElement,
    entity: Option<(Arc<Entity>, EntityRef)>,
    /// Which columns it was written with.
    columns_number: u64,
    written: Written,
    has_star: bool,
    has_actions: bool,
    marks: Option<Marks>,
}

/// Rows of a table that went. One that comes uses them, and most of them show what they have to show already.
pub struct KeptRows {
    /// The last row first.
    rows: Vec<Row>,
    columns: RowColumns,
    columns_number: u64,
}

/// The rows in the document.
pub struct Painter {
    body: HtmlElement,
    above: HtmlElement,
    below: HtmlElement,
    end: Element,
    start: usize,
    rows: VecDeque<Row>,
    spare: Vec<Row>,
    columns: RowColumns,
    columns_number: u64,
    heights: (f64, f64),
    n_frames: u64,
}

impl Painter {
    /// Takes over a body that holds two spacers.
    pub fn new(body: &HtmlElement, kept: Option<KeptRows>) -> Option<Self> {
        let kept = kept.unwrap_or(KeptRows { rows: Vec::new(), columns: RowColumns::default(), columns_number: 0 });
        let cell = |selector: &str| body.query_selector(selector).ok()??.dyn_into::<HtmlElement>().ok();
        let end = body.last_element_child()?;
        Some(Self {
            above: cell("tr.spacer:first-child > td")?,
            below: cell("tr.spacer:last-child > td")?,
            body: body.clone(),
            end,
            start: 0,
            rows: VecDeque::new(),
            spare: kept.rows,
            columns: kept.columns,
            columns_number: kept.columns_number,
            heights: (-1.0, -1.0),
            n_frames: 0,
        })
    }

    /// The rows, for the next table.
    pub fn keep(self) -> KeptRows {
        let rows: Vec<Row> = self.rows.into_iter().rev().collect();
        for row in &rows {
            row.element.remove();
        }
        KeptRows { rows, columns: self.columns, columns_number: self.columns_number }
    }

    /// Shows a range of rows. Answers whether the focus was in a row that went or was written anew.
    ///
    /// # Errors
    /// The browser's reason, where an element could not be made.
    pub fn paint(
        &mut self,
        frame: &Frame,
        columns: &RowColumns,
        row_of: impl Fn(usize) -> Option<Arc<Entity>>,
        marks_of: impl Fn(usize, Option<&EntityRef>) -> Marks,
    ) -> Result<bool, JsValue> {
        if self.columns != *columns {
            self.columns = columns.clone();
            self.columns_number += 1;
        }
        self.n_frames += 1;
        let Frame { range, n_rows, row_px, is_flight } = frame;
        let focused = document().active_element().filter(|element| self.body.contains(Some(element)));
        self.shift(range.clone())?;
        let mut has_lost_focus = focused.as_ref().is_some_and(|element| !self.body.contains(Some(element)));
        for at in 0..self.rows.len() {
            let (index, row) = (self.start + at, &mut self.rows[at]);
            let entity = row_of(index);
            let is_same = match (&row.entity, &entity) {
                (Some((old, _)), Some(new)) => Arc::ptr_eq(old, new) || old == new,
                (None, None) => true,
                _ => false,
            };
            if !is_same || row.written == Written::Nothing || row.columns_number != self.columns_number {
                has_lost_focus |= focused.as_ref().is_some_and(|element| row.element.contains(Some(element)));
                row.entity = entity.map(|entity| {
                    let entity_ref = entity.entity_ref();
                    (entity, entity_ref)
                });
                row.columns_number = self.columns_number;
                row.write(&self.columns, *is_flight);
            }
            let marks = marks_of(index, row.entity.as_ref().map(|(_, entity_ref)| entity_ref));
            row.show_marks(marks)?;
        }
        self.set_heights(height_px(range.start, *row_px), height_px(n_rows.saturating_sub(range.end), *row_px))?;
        Ok(has_lost_focus)
    }

    /// How many frames were painted.
    pub fn n_frames(&self) -> u64 {
        self.n_frames
    }

    /// Writes rows whole that have come in flight, those that can be seen first, but not many in one frame. Answers whether
    /// there are more.
    ///
    /// # Errors
    /// The browser's reason, where an element did not take its state.
    pub fn land(&mut self, visible: &Range<usize>) -> Result<bool, JsValue> {
        let is_short = |row: &Row| row.written == Written::InShort;
        let (seen, unseen): (Vec<usize>, Vec<usize>) = (0..self.rows.len())
            .filter(|at| is_short(&self.rows[*at]))
            .partition(|at| visible.contains(&(self.start + at)));
        for at in seen.into_iter().chain(unseen).take(LANDING_ROWS) {
            let row = &mut self.rows[at];
            let marks = row.marks.unwrap_or_default();
            row.write(&self.columns, false);
            row.show_marks(marks)?;
        }
        Ok(self.rows.iter().any(is_short))
    }

    /// Makes the elements of a range: those that leave it are used for those that come.
    fn shift(&mut self, range: Range<usize>) -> Result<(), JsValue> {
        let end = self.start + self.rows.len();
        if range.end <= self.start || range.start >= end {
            self.spare.extend(self.rows.drain(..));
            self.start = range.start;
        }
        while !self.rows.is_empty() && self.start < range.start {
            self.spare.extend(self.rows.pop_front());
            self.start += 1;
        }
        while self.start + self.rows.len() > range.end {
            self.spare.extend(self.rows.pop_back());
        }
        if self.rows.is_empty() {
            self.start = range.start;
        }
        while self.start > range.start {
            let before = self.rows.front().map(|row| row.element.clone());
            let row = self.place(self.start - 1, before.as_deref())?;
            self.rows.push_front(row);
            self.start -= 1;
        }
        while self.start + self.rows.len() < range.end {
            let row = self.place(self.start + self.rows.len(), None)?;
            self.rows.push_back(row);
        }
        for row in &mut self.spare {
            row.element.remove();
        }
        self.spare.truncate(MAX_SPARE);
        Ok(())
    }

    /// An element for a row, before another one or at the end.
    fn place(&mut self, index: usize, before: Option<&Element>) -> Result<Row, JsValue> {
        let mut row = match self.spare.pop() {
            Some(row) => row,
            None => Row {
                element: document().create_element("tr")?.dyn_into()?,
                entity: None,
                columns_number: 0,
                written: Written::Nothing,
                has_star: false,
                has_actions: false,
                marks: None,
            },
        };
        row.element.set_id(&row_id(index));
        row.element.set_attribute("aria-rowindex", &(index + 2).to_string())?;
        row.marks = None;
        self.body.insert_before(&row.element, Some(before.unwrap_or(&self.end)))?;
        Ok(row)
    }

    fn set_heights(&mut self, above: f64, below: f64) -> Result<(), JsValue> {
        if self.heights != (above, below) {
            self.heights = (above, below);
            self.above.style().set_property("height", &format!("{above}px"))?;
            self.below.style().set_property("height", &format!("{below}px"))?;
        }
        Ok(())
    }

    /// Makes the stars that are missing. They are not seen before the pointer or the keys come, so that rows which only pass
    /// by do without.
    pub fn show_stars(&mut self) {
        for row in &mut self.rows {
            row.show_star();
        }
    }

    /// Makes the buttons of a row, for the pointer or the keys that have come to it.
    pub fn show_actions(&mut self, index: usize) {
        let Some(row) = index.checked_sub(self.start).and_then(|at| self.rows.get_mut(at)) else { return };
        row.show_star();
        let (Some((entity, _)), false) = (&row.entity, row.has_actions) else { return };
        if let Ok(Some(place)) = row.element.query_selector(".row-actions__more") {
            place.set_inner_html(actions(entity).as_str());
            row.has_actions = true;
        }
    }

    /// The element of a row, where it is in the document.
    pub fn element(&self, index: usize) -> Option<&HtmlElement> {
        let row = index.checked_sub(self.start).and_then(|at| self.rows.get(at))?;
        Some(&row.element)
    }
}

impl Row {
    fn write(&mut self, columns: &RowColumns, is_in_short: bool) {
        let (markup, written) = match &self.entity {
            Some((entity, _)) if is_in_short => (columns.passing(entity), Written::InShort),
            Some((entity, _)) => (columns.cells(entity), Written::Whole),
            None => (columns.waiting(), Written::Whole),
        };
        self.element.set_inner_html(markup.as_str());
        self.written = written;
        self.has_star = false;
        self.has_actions = false;
        self.marks = None;
    }

    fn show_marks(&mut self, marks: Marks) -> Result<(), JsValue> {
        let old = self.marks;
        if old == Some(marks) {
            return Ok(());
        }
        let has_changed = |part: fn(Marks) -> bool| old.map(part) != Some(part(marks));
        if has_changed(|marks| marks.is_active) {
            if marks.is_active {
                self.element.set_attribute("data-active", "")?;
            } else {
                self.element.remove_attribute("data-active")?;
            }
        }
        if has_changed(|marks| marks.is_selected) {
            self.element.set_attribute("aria-selected", if marks.is_selected { "true" } else { "false" })?;
            if let Some(pick) = self.find("td.pick > input").and_then(|pick| pick.dyn_into::<HtmlInputElement>().ok()) {
                pick.set_checked(marks.is_selected);
            }
        }
        if has_changed(|marks| marks.is_starred) {
            if marks.is_starred {
                self.show_star();
            }
            self.press_star(marks.is_starred);
        }
        self.marks = Some(marks);
        Ok(())
    }

    fn show_star(&mut self) {
        let (Some((entity, _)), false) = (&self.entity, self.has_star) else { return };
        if let Some(place) = self.find("td.acts") {
            place.set_inner_html(acts(entity).as_str());
            self.has_star = true;
            self.press_star(self.marks.is_some_and(|marks| marks.is_starred));
        }
    }

    fn press_star(&self, is_starred: bool) {
        if self.has_star
            && let Some(star) = self.find("button.star")
        {
            drop(star.set_attribute("aria-pressed", if is_starred { "true" } else { "false" }));
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.element.query_selector(selector).ok()?
    }
}

/// The id of a row in the document.
pub fn row_id(index: usize) -> String {
    format!("row-{index}")
}

/// The row that an element is in.
pub fn row_of(element: &Element) -> Option<usize> {
    let row = element.closest("tbody > tr[aria-rowindex]").ok()??;
    row.id().strip_prefix("row-")?.parse().ok()
}
