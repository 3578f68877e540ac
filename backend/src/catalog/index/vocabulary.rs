//! The keys and values that occur in the catalog, each held once, with the entities that have them.

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::OnceLock;

use hashbrown::HashTable;

use super::column::Column;
use super::growth::push;
use super::postings::Postings;
use super::sequence::Sequence;
use super::sorted::sort_by_text;
use super::text::Haystack;

/// The number of a key. Reused after the key is gone.
pub(super) type KeyId = u32;

/// The number of a value of one key. Reused after the value is gone.
pub(super) type ValueId = u32;

/// The text of a value: in lower case, followed by the original spelling where that differs. Null has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ValueText<'a> {
    text: &'a str,
    folded_len: u32,
}

const FEW: &str = "the catalog has fewer than 2^32 keys and values";

const NULL_LEN: u32 = u32::MAX;

impl<'a> ValueText<'a> {
    pub(super) const NULL: Self = Self { text: "", folded_len: NULL_LEN };

    /// `text` is the folded form followed by the original one where that differs.
    pub(super) fn new(text: &'a str, folded_len: usize) -> Self {
        Self { text, folded_len: u32::try_from(folded_len).expect("indexed values are at most 200 characters long") }
    }

    /// In lower case; `None` for null.
    pub(super) fn folded(self) -> Option<&'a str> {
        (self.folded_len != NULL_LEN).then(|| &self.text[..self.folded_len as usize])
    }

    /// As written; `None` for null.
    pub(super) fn original(self) -> Option<&'a str> {
        let folded = self.folded()?;
        let rest = &self.text[folded.len()..];
        Some(if rest.is_empty() { folded } else { rest })
    }

    /// Null first, then by the folded text, then by the original one.
    fn order(self, other: Self) -> Ordering {
        self.folded().cmp(&other.folded()).then_with(|| self.original().cmp(&other.original()))
    }
}

/// A key and everything that depends on the set of its values.
pub(super) struct Key {
    name: Box<str>,
    /// The entities that have the key, with whatever value.
    pub(super) has: Postings,
    /// Sorted by [`ValueText::order`]. During a batch of changes, new values are missing and dead ones are left.
    pub(super) values: Vec<ValueId>,
    /// The entities that have a value, in its order. Built when first asked for, then kept up to date.
    pub(super) sequence: OnceLock<Box<Sequence>>,
    /// All texts in one piece, for the text filter. Built when first asked for, then kept up to date.
    pub(super) haystack: OnceLock<Box<Haystack>>,
    /// The values by entity, for facets. Built when first asked for, then kept up to date.
    pub(super) column: OnceLock<Box<Column>>,
}

struct Value {
    text: Box<str>,
    folded_len: u32,
    postings: Postings,
}

/// All keys and values.
pub(super) struct Vocabulary {
    hasher: RandomState,
    keys: Vec<Key>,
    key_lookup: HashTable<KeyId>,
    free_keys: Vec<KeyId>,
    values: Vec<Value>,
    /// The key of each value, apart from the values so that a look through an entity's rows stays in few cache lines.
    value_keys: Vec<KeyId>,
    value_lookup: HashTable<ValueId>,
    free_values: Vec<ValueId>,
}

impl Vocabulary {
    pub(super) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            keys: Vec::new(),
            key_lookup: HashTable::new(),
            free_keys: Vec::new(),
            values: Vec::new(),
            value_keys: Vec::new(),
            value_lookup: HashTable::new(),
            free_values: Vec::new(),
        }
    }

    /// The number of the key with this name (in lower case).
    pub(super) fn find_key(&self, name: &str) -> Option<KeyId> {
        let hash = self.hasher.hash_one(name);
        self.key_lookup.find(hash, |&id| *self.keys[id as usize].name == *name).copied()
    }

    pub(super) fn key(&self, id: KeyId) -> &Key {
        &self.keys[id as usize]
    }

    pub(super) fn key_mut(&mut self, id: KeyId) -> &mut Key {
        &mut self.keys[id as usize]
    }

    pub(super) fn key_of(&self, value: ValueId) -> KeyId {
        self.value_keys[value as usize]
    }

    pub(super) fn text(&self, value: ValueId) -> ValueText<'_> {
        let value = &self.values[value as usize];
        ValueText { text: &value.text, folded_len: value.folded_len }
    }

    pub(super) fn postings(&self, value: ValueId) -> &Postings {
        &self.values[value as usize].postings
    }

    pub(super) fn postings_mut(&mut self, value: ValueId) -> &mut Postings {
        &mut self.values[value as usize].postings
    }

    /// Orders two values of one key.
    pub(super) fn compare(&self, a: ValueId, b: ValueId) -> Ordering {
        self.text(a).order(self.text(b))
    }

    /// Sorts values of one key.
    pub(super) fn sort(&self, values: &mut [ValueId]) {
        let folded = |value: ValueId| self.text(value).folded();
        // A key has at most one null, which comes first.
        let n_null = match values.iter().position(|&value| folded(value).is_none()) {
            Some(place) => {
                values.swap(0, place);
                1
            }
            None => 0,
        };
        sort_by_text(&mut values[n_null..], |value| folded(value).unwrap_or_default(), |a, b| self.compare(a, b));
    }

    /// The values of a key that read like this in lower case: one per spelling.
    pub(super) fn values_equal(&self, key: KeyId, folded: &str) -> &[ValueId] {
        self.values_between(key, |text| text.cmp(folded))
    }

    /// The values of a key that start like this in lower case.
    pub(super) fn values_with_prefix(&self, key: KeyId, prefix: &str) -> &[ValueId] {
        self.values_between(key, |text| if text.starts_with(prefix) { Ordering::Equal } else { text.cmp(prefix) })
    }

    fn values_between(&self, key: KeyId, compare: impl Fn(&str) -> Ordering) -> &[ValueId] {
        let values = &self.key(key).values;
        let compare = |value: &ValueId| self.text(*value).folded().map_or(Ordering::Less, &compare);
        let start = values.partition_point(|value| compare(value) == Ordering::Less);
        let rest = &values[start..];
        // Most often it is one value, so the end is looked for from the start in growing steps.
        let mut bound = 1;
        while rest.get(bound - 1).is_some_and(|value| compare(value) == Ordering::Equal) {
            bound *= 2;
        }
        let known = bound / 2;
        let within = &rest[known..rest.len().min(bound - 1)];
        &rest[..known + within.partition_point(|value| compare(value) == Ordering::Equal)]
    }

    /// The values of a key without null, sorted.
    pub(super) fn comparable_values(&self, key: KeyId) -> &[ValueId] {
        let values = &self.key(key).values;
        let n_null = usize::from(values.first().is_some_and(|&first| self.text(first).folded().is_none()));
        &values[n_null..]
    }

    /// The entities that have the key, but no value that can be compared.
    pub(super) fn null_postings(&self, key: KeyId) -> Option<&Postings> {
        let first = *self.key(key).values.first()?;
        self.text(first).folded().is_none().then(|| self.postings(first))
    }

    /// The part of an entity's rows that belongs to one key. `rows` is sorted by key.
    pub(super) fn rows_of<'a>(&self, rows: &'a [ValueId], key: KeyId) -> &'a [ValueId] {
        let start = rows.partition_point(|&value| self.key_of(value) < key);
        let length = rows[start..].partition_point(|&value| self.key_of(value) == key);
        &rows[start..start + length]
    }

    /// The smallest value in lower case that an entity has for a key; null does not count.
    pub(super) fn smallest(&self, rows: &[ValueId], key: KeyId) -> Option<&str> {
        self.rows_of(rows, key).iter().filter_map(|&value| self.text(value).folded()).min()
    }

    pub(super) fn intern_key(&mut self, name: &str) -> KeyId {
        if let Some(id) = self.find_key(name) {
            return id;
        }
        let key = Key {
            name: name.into(),
            has: Postings::new(),
            values: Vec::new(),
            sequence: OnceLock::new(),
            haystack: OnceLock::new(),
            column: OnceLock::new(),
        };
        let id = match self.free_keys.pop() {
            Some(id) => {
                self.keys[id as usize] = key;
                id
            }
            None => {
                self.keys.push(key);
                last_id(self.keys.len())
            }
        };
        let (keys, hasher) = (&self.keys, &self.hasher);
        let hash = hasher.hash_one(name);
        self.key_lookup.insert_unique(hash, id, |&id| hasher.hash_one(&*keys[id as usize].name));
        id
    }

    /// The number of a value, and whether it is new. A new one is not yet listed in [`Key::values`].
    pub(super) fn intern_value(&mut self, key: KeyId, text: ValueText<'_>) -> (ValueId, bool) {
        let hash = self.hasher.hash_one((key, text));
        let is_same = |&id: &ValueId| self.key_of(id) == key && self.text(id) == text;
        if let Some(&id) = self.value_lookup.find(hash, is_same) {
            return (id, false);
        }
        let value = Value { text: text.text.into(), folded_len: text.folded_len, postings: Postings::new() };
        let id = match self.free_values.pop() {
            Some(id) => {
                self.values[id as usize] = value;
                self.value_keys[id as usize] = key;
                id
            }
            None => {
                push(&mut self.values, value);
                push(&mut self.value_keys, key);
                last_id(self.values.len())
            }
        };
        let (values, value_keys, hasher) = (&self.values, &self.value_keys, &self.hasher);
        self.value_lookup.insert_unique(hash, id, |&id| {
            let value = &values[id as usize];
            hasher.hash_one((value_keys[id as usize], ValueText { text: &value.text, folded_len: value.folded_len }))
        });
        (id, true)
    }

    /// Gives a value's number free. It must not be listed or held by an entity any more.
    pub(super) fn free_value(&mut self, value: ValueId) {
        let hash = self.hasher.hash_one((self.key_of(value), self.text(value)));
        if let Ok(entry) = self.value_lookup.find_entry(hash, |&id| id == value) {
            entry.remove();
            self.values[value as usize] = Value { text: "".into(), folded_len: NULL_LEN, postings: Postings::new() };
            self.free_values.push(value);
        }
    }

    /// Gives a key's number free. It must have no values any more.
    pub(super) fn free_key(&mut self, key: KeyId) {
        let hash = self.hasher.hash_one(&*self.key(key).name);
        if let Ok(entry) = self.key_lookup.find_entry(hash, |&id| id == key) {
            entry.remove();
            let key_mut = self.key_mut(key);
            key_mut.name = "".into();
            (key_mut.sequence, key_mut.haystack) = (OnceLock::new(), OnceLock::new());
            key_mut.column = OnceLock::new();
            self.free_keys.push(key);
        }
    }

    /// The numbers of all keys, those that are free included.
    pub(super) fn key_ids(&self) -> Range<KeyId> {
        0..u32::try_from(self.keys.len()).expect(FEW)
    }

    /// The numbers of all values, those that are free included.
    pub(super) fn value_ids(&self) -> Range<ValueId> {
        0..u32::try_from(self.values.len()).expect(FEW)
    }

    /// How many values are in use.
    #[cfg(test)]
    pub(super) fn n_values(&self) -> usize {
        self.value_lookup.len()
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.keys.shrink_to_fit();
        self.keys.iter_mut().for_each(|key| key.values.shrink_to_fit());
        self.values.shrink_to_fit();
        self.value_keys.shrink_to_fit();
    }
}

fn last_id(length: usize) -> u32 {
    u32::try_from(length - 1).expect(FEW)
}
