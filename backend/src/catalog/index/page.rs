//! From a set of entities to one page of them in order.

use std::borrow::Cow;
use std::cmp::Ordering;

use roaring::RoaringBitmap;
use shared::filter::FilterKey;
use shared::filter::text::DEFAULT_TEXT_FIELD;

use super::postings::{EntityNumber, Postings};
use super::query::{EntityOrder, EntityPage, EntityQuery, Missing, Position, Visibility, Window};
use super::sequence::Sequence;
use super::state::State;
use super::vocabulary::KeyId;

/// What sorting one member costs, in steps of a walk that asks each entity of an order whether it is a member.
const SORT_COST: usize = 3;

/// What a section is sorted by, before the uid.
#[derive(Clone, Copy)]
enum SortedBy {
    Uid,
    EntityRef,
    Key(KeyId),
    /// No value to sort by: the entities that come last.
    Nothing,
}

/// A run of the list. Entities without a value, where they come last, are a section of their own.
struct Section<'a> {
    /// Ascending.
    order: Cow<'a, [EntityNumber]>,
    /// Which entities of `order` count; `None` for all.
    members: Option<Cow<'a, RoaringBitmap>>,
    n_members: usize,
    sorted_by: SortedBy,
    is_descending: bool,
}

/// A section and a place in its order, in list direction.
type Place = (usize, usize);

impl State {
    pub(super) fn query(&self, query: &EntityQuery, visibility: &Visibility) -> EntityPage {
        let mut members = self.members(query.filter.as_ref(), visibility);
        if let Some(text) = &query.text {
            let default_field = match &query.order {
                EntityOrder::Field { field, .. } => field.key(),
                EntityOrder::Uid | EntityOrder::EntityRef => FilterKey::new(DEFAULT_TEXT_FIELD),
            };
            members = Some(Cow::Owned(self.text_members(text, &default_field, members.as_deref())));
        }
        let list = List { state: self, sections: self.sections(&query.order, members, &query.window) };
        list.page(&query.window)
    }

    fn sections<'a>(
        &'a self,
        order: &EntityOrder,
        members: Option<Cow<'a, RoaringBitmap>>,
        window: &Window,
    ) -> Vec<Section<'a>> {
        let n_members = members.as_ref().map_or(self.entities.len(), |members| length(members));
        let (field, missing) = match order {
            EntityOrder::Uid => {
                return vec![Section::new(&self.by_uid, members, n_members, SortedBy::Uid, false, window)];
            }
            EntityOrder::EntityRef => {
                return vec![Section::new(self.by_ref(), members, n_members, SortedBy::EntityRef, false, window)];
            }
            EntityOrder::Field { field, missing } => (field, *missing),
        };
        let mut sections = Vec::with_capacity(2);
        let key = self.vocabulary.find_key(field.key().as_str());
        let mut n_with_value = 0;
        if let Some(key) = key {
            let sequence = self.by_key(key);
            n_with_value = self.count_with_value(key, members.as_deref());
            let with_value = members.clone();
            let sorted_by = SortedBy::Key(key);
            sections.push(Section::new(sequence, with_value, n_with_value, sorted_by, field.is_descending(), window));
        }
        if missing == Missing::Last && n_with_value < n_members {
            let members = members.unwrap_or(Cow::Borrowed(&self.entities.alive));
            let without = key.map_or_else(|| members.clone(), |key| Cow::Owned(self.without_value(key, &members)));
            let n_without = n_members - n_with_value;
            sections.push(Section::new(&self.by_uid, Some(without), n_without, SortedBy::Nothing, false, window));
        }
        sections
    }

    /// How many members have a value for the key that is not null.
    fn count_with_value(&self, key: KeyId, members: Option<&RoaringBitmap>) -> usize {
        let order = self.by_key(key).order();
        match members {
            None => order.len(),
            Some(members) if order.len() == self.entities.len() => length(members),
            Some(members) if self.vocabulary.null_postings(key).is_none() => {
                self.vocabulary.key(key).has.intersection_len(members)
            }
            Some(members) => order.iter().filter(|&&entity| members.contains(entity)).count(),
        }
    }

    /// The members that have no value for the key, or only null.
    fn without_value(&self, key: KeyId, members: &RoaringBitmap) -> RoaringBitmap {
        match (&self.vocabulary.key(key).has, self.vocabulary.null_postings(key)) {
            (Postings::Many(has), None) => members - has.as_ref(),
            (_, _) => members - self.by_key(key).order().iter().copied().collect::<RoaringBitmap>(),
        }
    }
}

impl<'a> Section<'a> {
    fn new(
        sequence: &'a Sequence,
        members: Option<Cow<'a, RoaringBitmap>>,
        n_members: usize,
        sorted_by: SortedBy,
        is_descending: bool,
        window: &Window,
    ) -> Self {
        let order = sequence.order();
        let Some(members) = members.filter(|_| n_members < order.len()) else {
            return Self { order: Cow::Borrowed(order), members: None, n_members, sorted_by, is_descending };
        };
        let n_wanted = match window {
            Window::All => n_members,
            Window::Offset { offset, limit } => offset.saturating_add(*limit).min(n_members),
            Window::After { limit, .. } | Window::Before { limit, .. } => (*limit).min(n_members),
        };
        let n_steps = (n_wanted + 1) * (order.len() / n_members.max(1));
        if !sequence.is_ranked() || n_members * SORT_COST >= n_steps {
            let (order, members) = (Cow::Borrowed(order), Some(members));
            return Self { order, members, n_members, sorted_by, is_descending };
        }
        // Members are far apart in the order, so they are sorted by themselves.
        let mut ranks: Vec<_> = members.iter().filter_map(|entity| sequence.rank(entity)).collect();
        ranks.sort_unstable();
        let order = ranks.into_iter().map(|rank| order[rank as usize]).collect();
        Self { order: Cow::Owned(order), members: None, n_members, sorted_by, is_descending }
    }

    /// The entity at a place, if it is a member.
    fn at(&self, place: usize) -> Option<EntityNumber> {
        let place = if self.is_descending { self.order.len() - 1 - place } else { place };
        let entity = self.order[place];
        self.members.as_ref().is_none_or(|members| members.contains(entity)).then_some(entity)
    }

    /// The place of the member that `n` others precede; `n` is below `n_members`.
    fn place_of_nth(&self, n: usize) -> usize {
        match self.members {
            None => n,
            Some(_) if n == 0 => 0,
            Some(_) => (0..self.order.len()).filter(|&place| self.at(place).is_some()).nth(n).unwrap_or(0),
        }
    }
}

/// The whole list of a query, and the walk over it.
struct List<'a> {
    state: &'a State,
    sections: Vec<Section<'a>>,
}

impl List<'_> {
    fn page(&self, window: &Window) -> EntityPage {
        let (start, n_skipped, limit) = match window {
            Window::All => ((0, 0), Some(0), usize::MAX),
            Window::Offset { offset, limit } => (self.place_of_nth(*offset), Some(*offset), *limit),
            Window::After { position, limit } => (self.boundary(position, Ordering::is_le), None, *limit),
            Window::Before { position, limit } => {
                let end = self.boundary(position, Ordering::is_lt);
                let mut walk = self.backward(end);
                let mut rows: Vec<_> = walk.by_ref().take(*limit).collect();
                let has_previous = !rows.is_empty() && walk.next().is_some();
                let has_next = !rows.is_empty() && self.forward(end).next().is_some();
                rows.reverse();
                return self.finish(&rows, has_previous, has_next);
            }
        };
        let mut walk = self.forward(start);
        let rows: Vec<_> = walk.by_ref().take(limit).collect();
        let has_next = !rows.is_empty() && walk.next().is_some();
        let has_previous = !rows.is_empty()
            && match n_skipped {
                Some(n_skipped) => n_skipped > 0,
                None => self.backward(start).next().is_some(),
            };
        self.finish(&rows, has_previous, has_next)
    }

    fn finish(&self, rows: &[(usize, EntityNumber)], has_previous: bool, has_next: bool) -> EntityPage {
        EntityPage {
            documents: rows.iter().map(|&(_, entity)| self.state.entities.document(entity)).collect(),
            n_total: self.sections.iter().map(|section| section.n_members).sum(),
            first: rows.first().map(|&row| self.position(row)),
            last: rows.last().map(|&row| self.position(row)),
            has_previous,
            has_next,
        }
    }

    fn position(&self, (section, entity): (usize, EntityNumber)) -> Position {
        let value = self.sort_value(self.sections[section].sorted_by, entity).map(str::to_owned);
        Position { value, uid: self.state.uid(entity).to_owned() }
    }

    fn sort_value(&self, sorted_by: SortedBy, entity: EntityNumber) -> Option<&str> {
        match sorted_by {
            SortedBy::Uid | SortedBy::Nothing => None,
            SortedBy::EntityRef => Some(&self.state.entities.record(entity).entity_ref),
            SortedBy::Key(key) => self.state.smallest(entity, key),
        }
    }

    /// The members from a place on.
    fn forward(&self, (start_section, start): Place) -> impl Iterator<Item = (usize, EntityNumber)> {
        self.sections.iter().enumerate().skip(start_section).flat_map(move |(number, section)| {
            let start = if number == start_section { start } else { 0 };
            (start..section.order.len()).filter_map(move |place| Some((number, section.at(place)?)))
        })
    }

    /// The members before a place, the nearest first.
    fn backward(&self, (end_section, end): Place) -> impl Iterator<Item = (usize, EntityNumber)> {
        let sections = self.sections.iter().enumerate().take(end_section + 1).rev();
        sections.flat_map(move |(number, section)| {
            let end = if number == end_section { end } else { section.order.len() };
            (0..end).rev().filter_map(move |place| Some((number, section.at(place)?)))
        })
    }

    fn place_of_nth(&self, mut n: usize) -> Place {
        for (number, section) in self.sections.iter().enumerate() {
            if n < section.n_members {
                return (number, section.place_of_nth(n));
            }
            n -= section.n_members;
        }
        (self.sections.len(), 0)
    }

    /// The place of the first entity for which `is_before` does not hold of its order relative to the position.
    fn boundary(&self, position: &Position, is_before: fn(Ordering) -> bool) -> Place {
        let is_key = |section: &Section<'_>| matches!(section.sorted_by, SortedBy::Key(_));
        // Entities without a value, and positions without one, come after all others.
        let number = self.sections.iter().position(|section| position.value.is_some() || !is_key(section));
        let Some(number) = number else { return (self.sections.len(), 0) };
        let section = &self.sections[number];
        let compare = |entity| {
            let by_value = match section.sorted_by {
                SortedBy::Uid => Ordering::Equal,
                SortedBy::Nothing if position.value.is_some() => Ordering::Greater,
                SortedBy::Nothing => Ordering::Equal,
                SortedBy::EntityRef | SortedBy::Key(_) => {
                    self.sort_value(section.sorted_by, entity).cmp(&position.value.as_deref())
                }
            };
            let ascending = by_value.then_with(|| self.state.uid(entity).cmp(&position.uid));
            if section.is_descending { ascending.reverse() } else { ascending }
        };
        let place = if section.is_descending {
            let n_after = section.order.partition_point(|&entity| !is_before(compare(entity)));
            section.order.len() - n_after
        } else {
            section.order.partition_point(|&entity| is_before(compare(entity)))
        };
        (number, place)
    }
}

fn length(set: &RoaringBitmap) -> usize {
    usize::try_from(set.len()).expect("there are fewer than 2^32 entities")
}
