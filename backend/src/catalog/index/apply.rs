//! Taking over changes.
//!
//! A batch first moves entities in and out of postings and notes which keys are concerned ([`State::change`]). Then sorted
//! lists, orders and haystacks of those keys are repaired once for the whole batch ([`State::finish`]). Between the two the
//! state answers nothing correctly; both happen under one write lock, or in a rebuild that nobody reads yet.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::change::StoredEntity;
use super::postings::EntityNumber;
use super::rows::{DocumentRows, PreparedChange};
use super::sequence::Sequence;
use super::sorted::{places_for, put_in, sort_by_text, take_out};
use super::state::State;
use super::vocabulary::{KeyId, ValueId, Vocabulary};

/// What a batch of changes leaves to be repaired.
#[derive(Default)]
pub(super) struct Delta {
    /// Everything is built at the end, so there is nothing to note.
    is_rebuild: bool,
    keys: HashMap<KeyId, KeyDelta>,
    /// Numbers that were given to an entity or taken from one.
    numbers: Vec<EntityNumber>,
}

#[derive(Default)]
struct KeyDelta {
    /// Values that were not there before; some may have lost their entities again.
    new_values: Vec<ValueId>,
    /// Values that lost an entity.
    left_values: Vec<ValueId>,
    /// Entities whose values changed; only noted where an order or a column depends on it.
    entities: Vec<EntityNumber>,
}

/// A list of which more than one in so many entries changes is built anew rather than repaired.
const MAX_REPAIRED_SHARE: usize = 4;

impl Delta {
    /// For a state without entities that ends with [`State::finish_rebuild`].
    pub(super) fn rebuild() -> Self {
        Self { is_rebuild: true, ..Self::default() }
    }

    fn note_number(&mut self, number: EntityNumber) {
        if !self.is_rebuild {
            self.numbers.push(number);
        }
    }

    fn note(&mut self, key: KeyId, note: impl FnOnce(&mut KeyDelta)) {
        if !self.is_rebuild {
            note(self.keys.entry(key).or_default());
        }
    }
}

impl State {
    /// Takes over one change; [`State::finish`] must follow before the next question.
    pub(super) fn change(&mut self, change: PreparedChange, delta: &mut Delta) {
        match change {
            PreparedChange::Put(entity, rows) => self.put(entity, &rows, delta),
            PreparedChange::Remove(entity_ref) => {
                if let Some(number) = self.entities.find_by_ref(&entity_ref.to_string()) {
                    self.remove(number, delta);
                }
            }
        }
    }

    fn put(&mut self, entity: StoredEntity, rows: &DocumentRows, delta: &mut Delta) {
        let known = self.entities.find_by_ref(&entity.entity_ref.to_string());
        let holder = self.entities.find_by_uid(&entity.uid);
        let number = match known {
            Some(number) if holder == known => {
                self.entities.record_mut(number).document = entity.document;
                number
            }
            // Orders compare uids, so an entity with another uid takes another place in every one of them.
            _ => {
                for number in known.into_iter().chain(holder) {
                    self.remove(number, delta);
                }
                let number = self.entities.insert(entity);
                delta.note_number(number);
                number
            }
        };
        let mut ids = Vec::with_capacity(rows.len());
        for (name, text) in rows.iter() {
            let key = self.vocabulary.intern_key(name);
            let (value, is_new) = self.vocabulary.intern_value(key, text);
            if is_new {
                delta.note(key, |delta| delta.new_values.push(value));
            }
            ids.push(value);
        }
        ids.sort_unstable_by_key(|&value| (self.vocabulary.key_of(value), value));
        ids.dedup();
        self.set_rows(number, ids.into(), delta);
    }

    fn remove(&mut self, number: EntityNumber, delta: &mut Delta) {
        self.set_rows(number, Box::default(), delta);
        self.entities.remove(number);
        delta.note_number(number);
    }

    fn set_rows(&mut self, number: EntityNumber, new: Box<[ValueId]>, delta: &mut Delta) {
        let vocabulary = &mut self.vocabulary;
        let old = std::mem::take(&mut self.entities.record_mut(number).rows);
        let mut keys = Vec::new();
        for value in difference(vocabulary, &old, &new) {
            vocabulary.postings_mut(value).remove(number);
            let key = vocabulary.key_of(value);
            delta.note(key, |delta| delta.left_values.push(value));
            keys.push(key);
        }
        for value in difference(vocabulary, &new, &old) {
            vocabulary.postings_mut(value).insert(number);
            keys.push(vocabulary.key_of(value));
        }
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let has_key = !vocabulary.rows_of(&new, key).is_empty();
            let key_mut = vocabulary.key_mut(key);
            if has_key {
                key_mut.has.insert(number);
            } else {
                key_mut.has.remove(number);
            }
            if key_mut.sequence.get().is_some() || key_mut.column.get().is_some() {
                delta.note(key, |delta| delta.entities.push(number));
            }
        }
        self.entities.record_mut(number).rows = new;
    }

    /// Makes the state whole again after changes.
    pub(super) fn finish(&mut self, delta: Delta) {
        self.answers.clear();
        let Delta { keys, mut numbers, is_rebuild: _ } = delta;
        numbers.sort_unstable();
        numbers.dedup();
        if !numbers.is_empty() {
            self.finish_entities(&numbers);
        }
        for (key, key_delta) in keys {
            self.finish_key(key, key_delta);
        }
    }

    /// Makes a state whole whose changes were collected by [`Delta::rebuild`].
    pub(super) fn finish_rebuild(&mut self) {
        let numbers: Vec<_> = self.entities.alive.iter().collect();
        self.finish_entities(&numbers);
        for value in self.vocabulary.value_ids() {
            if self.vocabulary.postings(value).is_empty() {
                self.vocabulary.free_value(value);
            } else {
                let key = self.vocabulary.key_of(value);
                self.vocabulary.key_mut(key).values.push(value);
            }
        }
        for key in self.vocabulary.key_ids() {
            let mut values = std::mem::take(&mut self.vocabulary.key_mut(key).values);
            if values.is_empty() {
                self.vocabulary.free_key(key);
            } else {
                self.vocabulary.sort(&mut values);
                self.vocabulary.key_mut(key).values = values;
            }
        }
    }

    fn finish_entities(&mut self, numbers: &[EntityNumber]) {
        let (entities, n_slots) = (&self.entities, self.entities.n_slots());
        let is_alive = |number| entities.alive.contains(number);
        let uid = |number| &entities.record(number).uid;
        let entity_ref = |number| &entities.record(number).entity_ref;
        if numbers.len() > self.by_uid.order().len() / MAX_REPAIRED_SHARE {
            let mut order: Vec<_> = entities.alive.iter().collect();
            sort_by_text(&mut order, |number| uid(number), |_, _| Ordering::Equal);
            self.by_uid = Sequence::new(order, n_slots);
            self.by_ref = OnceLock::new();
        } else {
            self.by_uid.repair(numbers, n_slots, is_alive, |a, b| uid(a).cmp(uid(b)));
            if let Some(by_ref) = self.by_ref.get_mut() {
                by_ref.repair(numbers, n_slots, is_alive, |a, b| entity_ref(a).cmp(entity_ref(b)));
            }
        }
    }

    fn finish_key(&mut self, key: KeyId, delta: KeyDelta) {
        let KeyDelta { mut new_values, left_values: mut dead, mut entities } = delta;
        dead.retain(|&value| self.vocabulary.postings(value).is_empty());
        dead.sort_unstable();
        dead.dedup();
        new_values.retain(|value| dead.binary_search(value).is_err());
        self.list_values(key, &mut new_values, &dead);
        if let Some(mut haystack) = self.vocabulary.key_mut(key).haystack.take() {
            haystack.remove(&dead);
            for &value in &new_values {
                if let Some(folded) = self.vocabulary.text(value).folded() {
                    haystack.push(value, folded);
                }
            }
            if !haystack.is_stale() {
                self.vocabulary.key_mut(key).haystack = OnceLock::from(haystack);
            }
        }
        entities.sort_unstable();
        entities.dedup();
        self.repair_sequence(key, &entities);
        // Values are known by their places, which have moved.
        if !new_values.is_empty() || !dead.is_empty() {
            self.vocabulary.key_mut(key).column = OnceLock::new();
        }
        self.repair_column(key, &entities);
        for value in dead {
            self.vocabulary.free_value(value);
        }
        if self.vocabulary.key(key).values.is_empty() {
            self.vocabulary.free_key(key);
        }
    }

    /// Brings [`Key::values`](super::vocabulary::Key::values) up to date.
    fn list_values(&mut self, key: KeyId, new: &mut [ValueId], dead: &[ValueId]) {
        let mut values = std::mem::take(&mut self.vocabulary.key_mut(key).values);
        let vocabulary = &self.vocabulary;
        let compare = |a, b| vocabulary.compare(a, b);
        let place_of = |&value: &ValueId| values.binary_search_by(|&other| compare(other, value)).ok();
        let mut places: Vec<_> = dead.iter().filter_map(place_of).collect(); // Some were never listed.
        places.sort_unstable();
        take_out(&mut values, &places);
        if new.len() > values.len() / MAX_REPAIRED_SHARE {
            values.extend_from_slice(new);
            vocabulary.sort(&mut values);
        } else {
            vocabulary.sort(new);
            let places = places_for(&values, new, compare);
            put_in(&mut values, new, &places);
        }
        self.vocabulary.key_mut(key).values = values;
    }

    fn repair_sequence(&mut self, key: KeyId, entities: &[EntityNumber]) {
        let Some(mut sequence) = self.vocabulary.key_mut(key).sequence.take() else { return };
        if entities.len() > sequence.order().len() / MAX_REPAIRED_SHARE {
            return; // The next question that needs it builds it anew.
        }
        if !entities.is_empty() {
            let belongs = |entity| self.entities.alive.contains(entity) && self.smallest(entity, key).is_some();
            sequence.repair(entities, self.entities.n_slots(), belongs, |a, b| {
                self.smallest(a, key).cmp(&self.smallest(b, key)).then_with(|| self.uid(a).cmp(self.uid(b)))
            });
        }
        self.vocabulary.key_mut(key).sequence = OnceLock::from(sequence);
    }

    fn repair_column(&mut self, key: KeyId, entities: &[EntityNumber]) {
        let Some(mut column) = self.vocabulary.key_mut(key).column.take() else { return };
        if entities.len() > self.entities.len() / MAX_REPAIRED_SHARE {
            return; // The next question that needs it builds it anew.
        }
        let vocabulary = &self.vocabulary;
        let values = vocabulary.comparable_values(key);
        let place = |&value: &ValueId| {
            let place = values.binary_search_by(|&other| vocabulary.compare(other, value)).ok()?;
            Some(u32::try_from(place).expect("a key has fewer than 2^32 values"))
        };
        let mut places = Vec::new();
        for &entity in entities {
            places.clear();
            if self.entities.alive.contains(entity) {
                // Null is not among the values.
                places.extend(vocabulary.rows_of(&self.entities.record(entity).rows, key).iter().filter_map(place));
            }
            column.set(entity, &places);
        }
        if !column.is_stale() {
            self.vocabulary.key_mut(key).column = OnceLock::from(column);
        }
    }
}

/// The values of `rows` that `other` lacks; both are sorted by key, then value.
fn difference(vocabulary: &Vocabulary, rows: &[ValueId], other: &[ValueId]) -> Vec<ValueId> {
    let place = |value: ValueId| (vocabulary.key_of(value), value);
    let is_in_other = |value| other.binary_search_by_key(&place(value), |&value| place(value)).is_ok();
    rows.iter().copied().filter(|&value| !is_in_other(value)).collect()
}
