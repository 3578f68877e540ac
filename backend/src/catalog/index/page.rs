//! From a set of entities to one page of them in order.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use roaring::RoaringBitmap;
use shared::filter::FilterKey;
use shared::filter::text::DEFAULT_TEXT_FIELD;

use super::answers::AskedList;
use super::postings::{EntityNumber, Postings};
use super::query::{EntityOrder, EntityPage, EntityQuery, Missing, Position, Visibility, Window};
use super::sequence::Sequence;
use super::set::DenseSet;
use super::state::State;
use super::vocabulary::KeyId;

/// How many members are marked at their place of the order in the time it takes to ask one entity whether it is a member.
const MARKS_PER_STEP: usize = 4;

/// Up to so many entities a list is kept in its order. Larger ones are met after few steps through the order of all. Tests
/// work with few entities and still meet both.
const MAX_KEPT: usize = if cfg!(test) { 6 } else { 4_096 };

const FEW: &str = "there are fewer than 2^32 entities";

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
    order: &'a [EntityNumber],
    members: Members<'a>,
    n_members: usize,
    sorted_by: SortedBy,
    is_descending: bool,
}

/// A [`Section`] with its members only.
pub(super) struct KeptSection {
    /// Ascending.
    order: Vec<EntityNumber>,
    sorted_by: SortedBy,
    is_descending: bool,
}

impl KeptSection {
    fn section(&self) -> Section<'_> {
        let Self { order, sorted_by, is_descending } = self;
        Section {
            order,
            members: Members::All,
            n_members: order.len(),
            sorted_by: *sorted_by,
            is_descending: *is_descending,
        }
    }

    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.order.len() * size_of::<EntityNumber>()
    }
}

/// Which entities of an order count.
enum Members<'a> {
    All,
    Set(Cow<'a, RoaringBitmap>),
    /// By place in the order.
    Places(DenseSet),
}

/// A section, and a cut through its order: the number of entities that are smaller.
type Cut = (usize, usize);

impl State {
    pub(super) fn query(&self, query: &EntityQuery, visibility: &Visibility) -> EntityPage {
        let is_restricted = query.filter.is_some() || *visibility != Visibility::Everything;
        if is_restricted && query.text.is_none() {
            return self.query_by_filter(query, visibility);
        }
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

    fn query_by_filter(&self, query: &EntityQuery, visibility: &Visibility) -> EntityPage {
        let EntityQuery { filter, order, window, text: _ } = query;
        let asked = AskedList { filter: filter.as_ref(), visibility, order };
        if let Some(kept) = self.answers.lists.find(&asked) {
            return self.kept_page(&kept, window);
        }
        let members = self.members(filter.as_ref(), visibility);
        let n_members = members.as_deref().map_or(self.entities.len(), length);
        if n_members > MAX_KEPT {
            return List { state: self, sections: self.sections(order, members, window) }.page(window);
        }
        let sections = self.sections(order, members, &Window::All);
        let kept = Arc::new(sections.iter().map(Section::keep).collect::<Vec<_>>());
        self.answers.lists.keep(asked.to_question(), Arc::clone(&kept));
        self.kept_page(&kept, window)
    }

    fn kept_page(&self, kept: &[KeptSection], window: &Window) -> EntityPage {
        List { state: self, sections: kept.iter().map(KeptSection::section).collect() }.page(window)
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
            Some(members) => match (&self.vocabulary.key(key).has, self.vocabulary.null_postings(key)) {
                (Postings::Many(has), None) => usize::try_from(has.intersection_len(members)).expect(FEW),
                (_, _) => order.iter().filter(|&&entity| members.contains(entity)).count(),
            },
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
        let members = match members {
            Some(members) if n_members < order.len() => {
                let n_wanted = match window {
                    Window::All => n_members,
                    Window::Offset { offset, limit } => offset.saturating_add(*limit).min(n_members),
                    Window::After { limit, .. } | Window::Before { limit, .. } => (*limit).min(n_members),
                };
                let n_steps = (n_wanted + 1) * (order.len() / n_members.max(1));
                if sequence.is_ranked() && n_steps * MARKS_PER_STEP > n_members + order.len() / 64 {
                    let mut places = DenseSet::new(order.len());
                    members.iter().for_each(|entity| {
                        if let Some(place) = sequence.rank(entity) {
                            places.insert(place);
                        }
                    });
                    Members::Places(places)
                } else {
                    Members::Set(members)
                }
            }
            Some(_) | None => Members::All,
        };
        Self { order, members, n_members, sorted_by, is_descending }
    }

    /// All of it, to be kept.
    fn keep(&self) -> KeptSection {
        let order = self.walk(0, true).collect();
        KeptSection { order, sorted_by: self.sorted_by, is_descending: self.is_descending }
    }

    /// The cut before the first entity of the list.
    fn start(&self) -> usize {
        if self.is_descending { self.order.len() } else { 0 }
    }

    /// The cut behind the last entity of the list.
    fn end(&self) -> usize {
        if self.is_descending { 0 } else { self.order.len() }
    }

    /// The place of the first member above a cut.
    fn above(&self, cut: usize) -> Option<usize> {
        match &self.members {
            Members::All => Some(cut).filter(|&place| place < self.order.len()),
            Members::Set(set) => (cut..self.order.len()).find(|&place| set.contains(self.order[place])),
            Members::Places(places) => places.next(cut),
        }
    }

    /// The place of the last member below a cut.
    fn below(&self, cut: usize) -> Option<usize> {
        match &self.members {
            Members::All => cut.checked_sub(1),
            Members::Set(set) => (0..cut).rev().find(|&place| set.contains(self.order[place])),
            Members::Places(places) => places.previous(cut),
        }
    }

    /// The members that follow a cut, up or down the order, the nearest first.
    fn walk(&self, mut cut: usize, is_upward: bool) -> impl Iterator<Item = EntityNumber> {
        std::iter::from_fn(move || {
            let place = if is_upward { self.above(cut) } else { self.below(cut) }?;
            cut = if is_upward { place + 1 } else { place };
            Some(self.order[place])
        })
    }

    /// The cut that `n` members of the list precede; `n` is below `n_members`.
    fn cut_after(&self, n: usize) -> usize {
        if n == 0 {
            return self.start();
        }
        let n_smaller = if self.is_descending { self.n_members - n } else { n };
        let cut = match &self.members {
            Members::All => Some(n_smaller),
            Members::Places(places) => places.nth(n_smaller),
            Members::Set(set) => {
                let mut places = (0..self.order.len()).filter(|&place| set.contains(self.order[place]));
                if self.is_descending { places.nth_back(n - 1) } else { places.nth(n) }
            }
        };
        cut.unwrap_or_else(|| self.end())
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
            Window::All => (self.cut_after(0), Some(0), usize::MAX),
            Window::Offset { offset, limit } => (self.cut_after(*offset), Some(*offset), *limit),
            Window::After { position, limit } => (self.cut_at(position, true), None, *limit),
            Window::Before { position, limit } => {
                let end = self.cut_at(position, false);
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

    /// The members behind a cut.
    fn forward(&self, (first, cut): Cut) -> impl Iterator<Item = (usize, EntityNumber)> {
        self.sections.iter().enumerate().skip(first).flat_map(move |(number, section)| {
            let cut = if number == first { cut } else { section.start() };
            section.walk(cut, !section.is_descending).map(move |entity| (number, entity))
        })
    }

    /// The members before a cut, the nearest first.
    fn backward(&self, (last, cut): Cut) -> impl Iterator<Item = (usize, EntityNumber)> {
        let sections = self.sections.iter().enumerate().take(last.saturating_add(1)).rev();
        sections.flat_map(move |(number, section)| {
            let cut = if number == last { cut } else { section.end() };
            section.walk(cut, section.is_descending).map(move |entity| (number, entity))
        })
    }

    /// The cut that `n` members of the list precede.
    fn cut_after(&self, mut n: usize) -> Cut {
        for (number, section) in self.sections.iter().enumerate() {
            if n < section.n_members {
                return (number, section.cut_after(n));
            }
            n -= section.n_members;
        }
        (self.sections.len(), 0)
    }

    /// The cut behind a position, or before it.
    fn cut_at(&self, position: &Position, is_behind: bool) -> Cut {
        // Entities without a value, and positions without one, come after all others.
        let can_hold = |section: &Section<'_>| match section.sorted_by {
            SortedBy::Key(_) => position.value.is_some(),
            SortedBy::Uid | SortedBy::EntityRef | SortedBy::Nothing => true,
        };
        let Some(number) = self.sections.iter().position(can_hold) else { return (self.sections.len(), 0) };
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
            by_value.then_with(|| self.state.uid(entity).cmp(&position.uid))
        };
        // The entity at the position itself, if it is still there, lies above the cut or below it.
        let is_below = is_behind != section.is_descending;
        let is_smaller = |&entity: &EntityNumber| match compare(entity) {
            Ordering::Less => true,
            Ordering::Equal => is_below,
            Ordering::Greater => false,
        };
        (number, section.order.partition_point(is_smaller))
    }
}

fn length(set: &RoaringBitmap) -> usize {
    usize::try_from(set.len()).expect(FEW)
}
