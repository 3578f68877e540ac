//! Where the parts of a document stand in its text.

use std::fmt;

use super::{JsonPath, PathSegment};

/// A place in a text. Ordered as the text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    /// `12:5`, as editors and terminals understand after a file name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The places of one value and of the key that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where the key stands; `None` in lists and for the document itself.
    pub key: Option<Position>,
    /// Where the value begins.
    pub value: Position,
}

impl Located {
    /// The place to show a reader: the value when it begins beside its key, else the key (or the value without one).
    #[must_use]
    pub fn shown(self) -> Position {
        match self.key {
            Some(key) if key.line != self.value.line => key,
            _ => self.value,
        }
    }
}

/// The positions of all values of a document.
///
/// Parts that came in through an alias or merge key are marked where they were written, the alias itself where it stands.
#[derive(Clone, Debug)]
pub struct Marks {
    /// In the order of the text, each followed by the values inside it.
    nodes: Vec<Mark>,
    /// The text of all keys, one after the other.
    keys: String,
}

/// One value. Copies of a subtree stay valid anywhere in the same list, because `size` is relative.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Where its key is in [`Marks::keys`]; `None` in lists.
    pub(super) key: Option<KeyMark>,
    /// Where the value begins.
    pub(super) at: Position,
    /// How many marks this value takes up, itself included.
    pub(super) size: u32,
}

/// A key's text (as a range of [`Marks::keys`]) and place.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyMark {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) at: Position,
}

impl Marks {
    pub(super) fn new(nodes: Vec<Mark>, keys: String) -> Self {
        debug_assert!(!nodes.is_empty(), "a document has at least one value");
        Self { nodes, keys }
    }

    /// Where the content begins.
    #[must_use]
    pub fn start(&self) -> Position {
        self.nodes[0].at
    }

    /// The place to show for a path: that of the value, or of its deepest parent that exists when it is missing.
    #[must_use]
    pub fn position_of(&self, path: &JsonPath) -> Position {
        let mut node = 0;
        for segment in path.segments() {
            match self.child(node, segment) {
                Some(child) => node = child,
                None => break,
            }
        }
        self.located(node).shown()
    }

    /// The places of the value at a path, when there is one.
    #[must_use]
    pub fn find(&self, path: &JsonPath) -> Option<Located> {
        let node = path.segments().iter().try_fold(0, |node, segment| self.child(node, segment))?;
        Some(self.located(node))
    }

    /// The whole document, to walk its parts beside its value.
    #[must_use]
    pub fn root(&self) -> MarkRef<'_> {
        MarkRef { marks: self, node: 0 }
    }

    fn located(&self, node: usize) -> Located {
        let mark = self.nodes[node];
        Located { key: mark.key.map(|key| key.at), value: mark.at }
    }

    /// The last child with that key or number: an explicit key follows, and overrides, one that was merged in.
    fn child(&self, node: usize, segment: &PathSegment) -> Option<usize> {
        children(&self.nodes, node)
            .enumerate()
            .filter(|&(place, child)| match (segment, self.nodes[child].key) {
                (PathSegment::Key(wanted), Some(key)) => key_text(&self.keys, key) == wanted,
                (PathSegment::Index(wanted), Some(key)) => key_text(&self.keys, key) == wanted.to_string(),
                (PathSegment::Index(wanted), None) => place == *wanted,
                (PathSegment::Key(_), None) => false,
            })
            .last()
            .map(|(_, child)| child)
    }
}

/// One value of a document.
#[derive(Clone, Copy, Debug)]
pub struct MarkRef<'a> {
    marks: &'a Marks,
    node: usize,
}

impl<'a> MarkRef<'a> {
    /// Where this value stands.
    #[must_use]
    pub fn located(self) -> Located {
        self.marks.located(self.node)
    }

    /// The values directly inside, in the order of the text, with their keys (none in lists).
    ///
    /// A key can come twice when a merged entry is overridden: the later one counts.
    pub fn children(self) -> impl Iterator<Item = (Option<&'a str>, MarkRef<'a>)> {
        let marks = self.marks;
        children(&marks.nodes, self.node)
            .map(move |node| (marks.nodes[node].key.map(|key| key_text(&marks.keys, key)), Self { marks, node }))
    }
}

/// The text of a key.
pub(super) fn key_text(keys: &str, key: KeyMark) -> &str {
    &keys[key.start as usize..key.end as usize]
}

/// The places in `nodes` of the direct children of `nodes[parent]`.
pub(super) fn children(nodes: &[Mark], parent: usize) -> impl Iterator<Item = usize> {
    let end = parent + nodes[parent].size as usize;
    let first = (parent + 1 < end).then_some(parent + 1);
    std::iter::successors(first, move |&child| {
        let next = child + nodes[child].size as usize;
        (next < end).then_some(next)
    })
}
