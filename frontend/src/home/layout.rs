//! How the cards of home are arranged: two columns, a wide and a narrow one, and cards that are put away.
//!
//! All cards stand in one line: those of the wide column first, then those of the narrow one. On a phone the line is the
//! page. Moving a card along the line takes it from one column into the other where they meet, so that two keys reach every
//! place. Cards that nobody has arranged stand behind the one that comes before them by default.

use crate::ui::order::Order as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The layout of what is stored. A later one is not understood here, and is not overwritten by accident.
const VERSION: u64 = 1;

/// A card that there is, and where it stands as long as nobody has moved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The name of the widget.
    pub id: String,
    /// How many of two columns it takes by default.
    pub span: u8,
    /// Whether it has room in the narrow column.
    pub may_be_narrow: bool,
}

/// One card of an arrangement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The name of the widget.
    pub id: String,
    /// How many of two columns it takes: 1 in the narrow column, 2 in the wide one.
    pub span: u8,
    /// Whether it is put away.
    #[serde(default, rename = "hidden", skip_serializing_if = "std::ops::Not::not")]
    pub is_hidden: bool,
}

/// An arrangement. The empty one is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HomeLayout {
    entries: Vec<Entry>,
}

/// Along the line of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Towards the beginning.
    Earlier,
    /// Towards the end.
    Later,
}

/// Where a dragged card is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drop {
    /// Before a card.
    Before(String),
    /// Behind a card.
    After(String),
    /// At the end of the column with this span.
    EndOf(u8),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u64,
    widgets: Vec<Entry>,
}

impl HomeLayout {
    /// Reads what is stored. `None` for what this page does not understand.
    pub fn read(value: &Value) -> Option<Self> {
        let stored: Stored = serde_json::from_value(value.clone()).ok()?;
        let is_understood = stored.version == VERSION && stored.widgets.iter().all(|entry| matches!(entry.span, 1 | 2));
        if !is_understood {
            return None;
        }
        let mut layout = Self::default();
        for entry in stored.widgets {
            if layout.position(&entry.id).is_none() {
                layout.entries.push(entry);
            }
        }
        Some(layout)
    }

    /// The value to store.
    pub fn to_value(&self) -> Value {
        let stored = Stored { version: VERSION, widgets: self.entries.clone() };
        serde_json::to_value(stored).expect("names and numbers have a JSON form")
    }

    /// Whether this is the default.
    pub fn is_default(&self) -> bool {
        self.entries.is_empty()
    }

    /// The same arrangement with a place for each of these cards, which come in their default order.
    ///
    /// Cards that are not among them, because their plugin is gone, keep their place for the day when it is back.
    pub fn complete(&self, slots: &[Slot]) -> Self {
        let mut layout = self.clone();
        for entry in &mut layout.entries {
            if slots.iter().any(|slot| slot.id == entry.id && !slot.may_be_narrow) {
                entry.span = 2;
            }
        }
        for (index, slot) in slots.iter().enumerate() {
            if layout.position(&slot.id).is_some() {
                continue;
            }
            let before = slots[..index].iter().rev().filter(|known| known.span == slot.span);
            let at = before.filter_map(|known| layout.position(&known.id)).next().map_or(0, |position| position + 1);
            let entry = Entry { id: slot.id.clone(), span: slot.span, is_hidden: false };
            layout.entries.insert(at, entry);
        }
        layout.sort();
        layout
    }

    /// The cards of a column, in order, that are shown and are among `slots`.
    pub fn column(&self, slots: &[Slot], span: u8) -> Vec<String> {
        let entries = self.entries.iter().filter(|entry| entry.span == span && !entry.is_hidden);
        entries.filter(|entry| slots.iter().any(|slot| slot.id == entry.id)).map(|entry| entry.id.clone()).collect()
    }

    /// The cards that are put away and are among `slots`.
    pub fn hidden(&self, slots: &[Slot]) -> Vec<String> {
        let entries = self.entries.iter().filter(|entry| entry.is_hidden);
        entries.filter(|entry| slots.iter().any(|slot| slot.id == entry.id)).map(|entry| entry.id.clone()).collect()
    }

    /// How many columns a card takes.
    pub fn span(&self, id: &str) -> Option<u8> {
        self.position(id).map(|at| self.entries[at].span)
    }

    /// Moves a card one place along the line; `None` where there is none.
    pub fn moved(&self, slots: &[Slot], id: &str, way: Way) -> Option<Self> {
        let line = [self.column(slots, 2), self.column(slots, 1)].concat();
        let at = line.iter().position(|known| known == id)?;
        let neighbour = match way {
            Way::Earlier => line.get(at.checked_sub(1)?)?,
            Way::Later => line.get(at + 1)?,
        };
        let is_same_column = self.span(id) == self.span(neighbour);
        // Where the columns meet, a card goes to the near end of the other one.
        match (way, is_same_column) {
            (Way::Earlier, true) | (Way::Later, false) => self.dropped(slots, id, &Drop::Before(neighbour.clone())),
            (Way::Later, true) | (Way::Earlier, false) => self.dropped(slots, id, &Drop::After(neighbour.clone())),
        }
    }

    /// Drops a card somewhere; `None` where it has no room or stands there already.
    pub fn dropped(&self, slots: &[Slot], id: &str, target: &Drop) -> Option<Self> {
        let mut layout = self.clone();
        let mut entry = layout.entries.remove(layout.position(id)?);
        let (at, span) = match target {
            Drop::Before(other) => layout.position(other).map(|at| (at, layout.entries[at].span))?,
            Drop::After(other) => layout.position(other).map(|at| (at + 1, layout.entries[at].span))?,
            Drop::EndOf(span) => (layout.entries.len(), *span),
        };
        entry.span = span;
        layout.entries.insert(at, entry);
        layout.accept(slots, id, self)
    }

    /// Puts a card into the other column; `None` where it has no room there.
    pub fn resized(&self, slots: &[Slot], id: &str) -> Option<Self> {
        let mut layout = self.clone();
        let at = layout.position(id)?;
        layout.entries[at].span = 3 - layout.entries[at].span;
        layout.accept(slots, id, self)
    }

    /// Puts a card away.
    pub fn without(&self, id: &str) -> Option<Self> {
        self.with_hidden(id, true)
    }

    /// Shows a card again, where it was.
    pub fn with(&self, id: &str) -> Option<Self> {
        self.with_hidden(id, false)
    }

    fn with_hidden(&self, id: &str, is_hidden: bool) -> Option<Self> {
        let mut layout = self.clone();
        let at = layout.position(id)?;
        layout.entries[at].is_hidden = is_hidden;
        (layout != *self).then_some(layout)
    }

    fn accept(mut self, slots: &[Slot], id: &str, before: &Self) -> Option<Self> {
        let has_room = self.span(id) == Some(2) || slots.iter().any(|slot| slot.id == id && slot.may_be_narrow);
        self.sort();
        (has_room && self != *before).then_some(self)
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id)
    }

    /// The wide column comes first. Stable, so that the order within a column stays.
    fn sort(&mut self) {
        self.entries.order_by_key(|entry| std::cmp::Reverse(entry.span));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn slots() -> Vec<Slot> {
        let slot = |(id, span): (&str, u8)| Slot { id: id.to_owned(), span, may_be_narrow: id != "b" };
        [("a", 2), ("x", 1), ("b", 2), ("y", 1)].into_iter().map(slot).collect()
    }

    fn default_layout() -> HomeLayout {
        HomeLayout::default().complete(&slots())
    }

    /// The columns as text: `a b | x y`.
    fn text(layout: &HomeLayout) -> String {
        format!("{} | {}", layout.column(&slots(), 2).join(" "), layout.column(&slots(), 1).join(" "))
    }

    fn moved(layout: &HomeLayout, id: &str, way: Way) -> Option<String> {
        layout.moved(&slots(), id, way).map(|layout| text(&layout))
    }

    #[test]
    fn two_keys_reach_every_place() {
        let layout = default_layout();
        assert_eq!(text(&layout), "a b | x y");
        assert_eq!(moved(&layout, "b", Way::Earlier).as_deref(), Some("b a | x y"));
        assert_eq!(moved(&layout, "y", Way::Earlier).as_deref(), Some("a b | y x"));
        assert_eq!(moved(&layout, "x", Way::Earlier).as_deref(), Some("a b x | y"));
        assert_eq!(moved(&layout, "a", Way::Earlier), None);
        assert_eq!(moved(&layout, "y", Way::Later), None);
        let swapped = layout.moved(&slots(), "a", Way::Later).unwrap();
        assert_eq!(text(&swapped), "b a | x y");
        assert_eq!(moved(&swapped, "a", Way::Later).as_deref(), Some("b | a x y"));
    }

    #[test]
    fn a_card_that_needs_room_stays_wide() {
        let layout = default_layout();
        assert_eq!(moved(&layout, "b", Way::Later), None);
        assert_eq!(layout.resized(&slots(), "b"), None);
        assert_eq!(layout.dropped(&slots(), "b", &Drop::Before("y".into())), None);
        let stored = json!({"version": 1, "widgets": [{"id": "b", "span": 1}]});
        assert_eq!(text(&HomeLayout::read(&stored).unwrap().complete(&slots())), "a b | x y");
    }

    #[test]
    fn a_dropped_card_takes_the_width_of_its_new_column() {
        let layout = default_layout();
        let dropped = |id: &str, target| layout.dropped(&slots(), id, &target).map(|layout| text(&layout));
        assert_eq!(dropped("y", Drop::Before("b".into())).as_deref(), Some("a y b | x"));
        assert_eq!(dropped("a", Drop::After("x".into())).as_deref(), Some("b | x a y"));
        assert_eq!(dropped("a", Drop::EndOf(1)).as_deref(), Some("b | x y a"));
        assert_eq!(dropped("x", Drop::EndOf(2)).as_deref(), Some("a b x | y"));
        assert_eq!(dropped("a", Drop::Before("b".into())), None, "it stands there already");
        assert_eq!(dropped("a", Drop::Before("none".into())), None);
        assert_eq!(text(&layout.resized(&slots(), "a").unwrap()), "b | a x y");
    }

    #[test]
    fn what_is_put_away_comes_back_where_it_was() {
        let layout = default_layout().without("x").unwrap();
        assert_eq!((text(&layout), layout.hidden(&slots())), ("a b | y".to_owned(), vec!["x".to_owned()]));
        assert_eq!(layout.without("x"), None);
        assert_eq!(layout.with("x"), Some(default_layout()));
    }

    #[test]
    fn what_is_stored_is_read_back_and_what_is_broken_is_not() {
        let layout = default_layout().moved(&slots(), "y", Way::Earlier).unwrap().without("a").unwrap();
        assert_eq!(HomeLayout::read(&layout.to_value()), Some(layout));
        assert_eq!(HomeLayout::read(&HomeLayout::default().to_value()), Some(HomeLayout::default()));
        for broken in [
            json!(null),
            json!("x"),
            json!({"widgets": []}),
            json!({"version": 2, "widgets": []}),
            json!({"version": 1, "widgets": [{"id": "a"}]}),
            json!({"version": 1, "widgets": [{"id": "a", "span": 3}]}),
        ] {
            assert_eq!(HomeLayout::read(&broken), None, "{broken}");
        }
        let twice = json!({"version": 1, "widgets": [{"id": "a", "span": 1}, {"id": "a", "span": 2}]});
        assert_eq!(HomeLayout::read(&twice).unwrap().span("a"), Some(1));
    }

    #[test]
    fn new_cards_stand_where_they_would_by_default_and_absent_ones_keep_their_place() {
        let stored = json!({"version": 1, "widgets": [
            {"id": "b", "span": 2}, {"id": "gone", "span": 2}, {"id": "a", "span": 2}, {"id": "y", "span": 1}]});
        let layout = HomeLayout::read(&stored).unwrap().complete(&slots());
        assert_eq!(text(&layout), "b a | x y", "`x` is the first of its column by default");
        let mut more = slots();
        more.push(Slot { id: "new".into(), span: 2, may_be_narrow: true });
        let layout = layout.complete(&more);
        assert_eq!(layout.column(&more, 2), ["b", "new", "a"], "behind `b`, which comes before it by default");
        assert!(layout.to_value().to_string().contains("gone"));
    }
}
