//! Questions to the index and their answers.

use shared::filter::{Filter, OrderField, TextFilter};

use super::change::Document;

/// What the caller may read. It is part of every question, so that no answer needs a check afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Every entity.
    Everything,
    /// The entities that meet a condition.
    Only(Filter),
    /// No entity.
    Nothing,
}

/// What becomes of entities that have no value in the field of the order. Null and over-long values count as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// They are not part of the answer, and not counted.
    LeftOut,
    /// They come last in either direction, by uid.
    Last,
}

/// The order of a list. Every order is total: the same catalog always gives the same list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntityOrder {
    /// By uid, ascending.
    Uid,
    /// By entity reference, ascending.
    EntityRef,
    /// By the value of a field in lower case, then by uid, both in the direction of the order.
    ///
    /// An entity with several values stands once, at its smallest.
    Field {
        /// The field and the direction.
        field: OrderField,
        /// What becomes of entities without a value.
        missing: Missing,
    },
}

/// A place in an order, next to which a page begins or ends. It stays good when its entity is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// What the order compares before the uid: the value in lower case, or the reference for [`EntityOrder::EntityRef`].
    /// `None` for [`EntityOrder::Uid`] and for an entity without a value.
    pub value: Option<String>,
    /// The uid of the entity that stood here.
    pub uid: String,
}

/// Which part of the list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// All of it.
    All,
    /// `limit` entities after skipping `offset`.
    Offset {
        /// How many entities to skip.
        offset: usize,
        /// How many entities to return at most.
        limit: usize,
    },
    /// The `limit` entities that follow a position.
    After {
        /// The last entity of the page before.
        position: Position,
        /// How many entities to return at most.
        limit: usize,
    },
    /// The `limit` entities that lead up to a position, still in the order of the list.
    Before {
        /// The first entity of the page after.
        position: Position,
        /// How many entities to return at most.
        limit: usize,
    },
}

/// A question for a list of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityQuery {
    /// The condition; `None` for every entity.
    pub filter: Option<Filter>,
    /// The order of the list.
    pub order: EntityOrder,
    /// A term that must occur in one of some fields. Where it names none: in the field of the order, else in the uid.
    pub text: Option<TextFilter>,
    /// The part of the list.
    pub window: Window,
}

/// A part of a list of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityPage {
    /// The documents, in the order of the list.
    pub documents: Vec<Document>,
    /// How many entities the whole list has.
    pub n_total: usize,
    /// Where the first document stands; `None` on an empty page.
    pub first: Option<Position>,
    /// Where the last document stands; `None` on an empty page.
    pub last: Option<Position>,
    /// Whether entities of the list come before this page. False on an empty page.
    pub has_previous: bool,
    /// Whether entities of the list come after this page. False on an empty page.
    pub has_next: bool,
}

impl EntityPage {
    /// The position for [`Window::After`] that continues the list; `None` at its end.
    pub fn next(&self) -> Option<&Position> {
        self.last.as_ref().filter(|_| self.has_next)
    }

    /// The position for [`Window::Before`] that leads back; `None` at the beginning.
    pub fn previous(&self) -> Option<&Position> {
        self.first.as_ref().filter(|_| self.has_previous)
    }
}
