//! Everything behind the lock.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::answers::Answers;
use super::entities::Entities;
use super::postings::EntityNumber;
use super::sequence::Sequence;
use super::sorted::sort_by_text;
use super::text::Haystack;
use super::vocabulary::{KeyId, ValueId, Vocabulary};

/// The read model at one moment.
pub(super) struct State {
    pub(super) seq: i64,
    pub(super) entities: Entities,
    pub(super) vocabulary: Vocabulary,
    /// All entities by uid.
    pub(super) by_uid: Sequence,
    /// All entities by reference; built when first asked for.
    pub(super) by_ref: OnceLock<Sequence>,
    pub(super) answers: Answers,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            seq: 0,
            entities: Entities::new(),
            vocabulary: Vocabulary::new(),
            by_uid: Sequence::new(Vec::new(), 0),
            by_ref: OnceLock::new(),
            answers: Answers::default(),
        }
    }

    pub(super) fn by_ref(&self) -> &Sequence {
        self.by_ref.get_or_init(|| {
            let mut order: Vec<_> = self.entities.alive.iter().collect();
            sort_by_text(&mut order, |number| &self.entities.record(number).entity_ref, |_, _| Ordering::Equal);
            Sequence::new(order, self.entities.n_slots())
        })
    }

    /// The entities that have a value for the key, by their smallest one, then by uid.
    pub(super) fn by_key(&self, key: KeyId) -> &Sequence {
        self.vocabulary.key(key).sequence.get_or_init(|| Box::new(self.build_sequence(key)))
    }

    fn build_sequence(&self, key: KeyId) -> Sequence {
        let folded = |&value: &ValueId| self.vocabulary.text(value).folded();
        let n_slots = self.entities.n_slots();
        let mut is_listed = vec![false; n_slots];
        let mut order = Vec::with_capacity(self.vocabulary.key(key).has.len());
        // Spellings of one value are neighbours and count as one value.
        for spellings in self.vocabulary.key(key).values.chunk_by(|a, b| folded(a) == folded(b)) {
            if folded(&spellings[0]).is_none() {
                continue;
            }
            let start = order.len();
            for &value in spellings {
                self.vocabulary.postings(value).for_each(|entity| {
                    if !std::mem::replace(&mut is_listed[entity as usize], true) {
                        order.push(entity);
                    }
                });
            }
            self.sort_by_uid(&mut order[start..]);
        }
        Sequence::new(order, n_slots)
    }

    fn sort_by_uid(&self, entities: &mut [EntityNumber]) {
        if self.by_uid.is_ranked() {
            entities.sort_unstable_by_key(|&entity| self.by_uid.rank(entity));
        } else {
            entities.sort_unstable_by_key(|&entity| self.uid(entity));
        }
    }

    pub(super) fn haystack(&self, key: KeyId) -> &Haystack {
        let build = || {
            let values = self.vocabulary.key(key).values.iter();
            let texts = values.filter_map(|&value| Some((value, self.vocabulary.text(value).folded()?)));
            Box::new(Haystack::of(texts))
        };
        self.vocabulary.key(key).haystack.get_or_init(build)
    }

    pub(super) fn uid(&self, entity: EntityNumber) -> &str {
        &self.entities.record(entity).uid
    }

    /// The smallest value of an entity for a key, in lower case.
    pub(super) fn smallest(&self, entity: EntityNumber, key: KeyId) -> Option<&str> {
        self.vocabulary.smallest(&self.entities.record(entity).rows, key)
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.entities.shrink_to_fit();
        self.vocabulary.shrink_to_fit();
    }
}
