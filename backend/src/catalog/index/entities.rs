//! The entities by number, reference and uid.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use roaring::RoaringBitmap;

use super::change::{Document, StoredEntity};
use super::growth::push;
use super::postings::EntityNumber;
use super::vocabulary::ValueId;

/// One entity.
pub(super) struct EntityRecord {
    pub(super) entity_ref: Box<str>,
    pub(super) uid: Box<str>,
    pub(super) document: Document,
    /// Its rows, sorted by key number, then value number.
    pub(super) rows: Box<[ValueId]>,
}

/// All entities.
pub(super) struct Entities {
    hasher: RandomState,
    slots: Vec<Option<EntityRecord>>,
    free: Vec<EntityNumber>,
    by_ref: HashTable<EntityNumber>,
    by_uid: HashTable<EntityNumber>,
    /// The numbers in use.
    pub(super) alive: RoaringBitmap,
}

impl Entities {
    pub(super) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            slots: Vec::new(),
            free: Vec::new(),
            by_ref: HashTable::new(),
            by_uid: HashTable::new(),
            alive: RoaringBitmap::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by_ref.len()
    }

    /// All numbers are below this.
    pub(super) fn n_slots(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn record(&self, number: EntityNumber) -> &EntityRecord {
        self.slots[number as usize].as_ref().expect("sets and orders hold numbers of existing entities only")
    }

    pub(super) fn record_mut(&mut self, number: EntityNumber) -> &mut EntityRecord {
        self.slots[number as usize].as_mut().expect("sets and orders hold numbers of existing entities only")
    }

    pub(super) fn document(&self, number: EntityNumber) -> Document {
        self.record(number).document.clone()
    }

    pub(super) fn find_by_ref(&self, entity_ref: &str) -> Option<EntityNumber> {
        let is_same = |&number: &EntityNumber| *self.record(number).entity_ref == *entity_ref;
        self.by_ref.find(self.hasher.hash_one(entity_ref), is_same).copied()
    }

    pub(super) fn find_by_uid(&self, uid: &str) -> Option<EntityNumber> {
        let is_same = |&number: &EntityNumber| *self.record(number).uid == *uid;
        self.by_uid.find(self.hasher.hash_one(uid), is_same).copied()
    }

    /// Adds an entity without rows. Its reference and uid must be free.
    pub(super) fn insert(&mut self, entity: StoredEntity) -> EntityNumber {
        let StoredEntity { entity_ref, uid, document } = entity;
        let record = EntityRecord { entity_ref: entity_ref.to_string().into(), uid, document, rows: Box::default() };
        let (ref_hash, uid_hash) = (self.hasher.hash_one(&*record.entity_ref), self.hasher.hash_one(&*record.uid));
        let number = match self.free.pop() {
            Some(number) => {
                self.slots[number as usize] = Some(record);
                number
            }
            None => {
                push(&mut self.slots, Some(record));
                u32::try_from(self.slots.len() - 1).expect("the catalog has fewer than 2^32 entities")
            }
        };
        self.alive.insert(number);
        let (slots, hasher) = (&self.slots, &self.hasher);
        let record =
            |number: EntityNumber| slots[number as usize].as_ref().expect("look-ups hold existing entities only");
        self.by_ref.insert_unique(ref_hash, number, |&number| hasher.hash_one(&*record(number).entity_ref));
        self.by_uid.insert_unique(uid_hash, number, |&number| hasher.hash_one(&*record(number).uid));
        number
    }

    /// Takes an entity out and gives its number free.
    pub(super) fn remove(&mut self, number: EntityNumber) -> EntityRecord {
        let record = self.slots[number as usize].take().expect("only existing entities are removed");
        for (lookup, text) in [(&mut self.by_ref, &record.entity_ref), (&mut self.by_uid, &record.uid)] {
            let hash = self.hasher.hash_one(&**text);
            if let Ok(entry) = lookup.find_entry(hash, |&found| found == number) {
                entry.remove();
            }
        }
        self.alive.remove(number);
        self.free.push(number);
        record
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.slots.shrink_to_fit();
    }
}
