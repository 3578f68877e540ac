//! What the catalog knows of the entities that a page refers to.
//!
//! Whoever shows a reference asks here. References that are asked for within the same moment are read in one request, each
//! once, and read again when the catalog says that they changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::catalog::CatalogChange;
use shared::entity::{Entity, EntityRef};

use super::changes::use_catalog_changes;
use crate::api::ApiClient;

/// Fields that a reference and its preview show.
const FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.title",
    "metadata.description",
    "spec.type",
    "spec.lifecycle",
    "spec.owner",
    "spec.system",
    "spec.domain",
    "spec.profile",
    "spec.target",
];
/// References of one request; more are asked for in another one.
const MAX_REFS: usize = 500;
/// References that are remembered although no page shows them any more.
const MAX_UNUSED: usize = 2_000;
/// Views that are drawn together ask together.
const PAUSE: Duration = Duration::from_millis(5);
/// What can wait is asked for by itself after this time.
const PATIENCE: Duration = Duration::from_secs(1);
/// What was not read is asked for again after this time.
const AGAIN: Duration = Duration::from_secs(10);

/// What is known of a reference.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Known {
    /// Nothing yet.
    #[default]
    Asked,
    /// The catalog has no such entity, or hides it.
    Missing,
    /// Some fields of the entity.
    Found(Arc<Entity>),
}

impl Known {
    /// The entity, where it was found.
    pub fn entity(&self) -> Option<&Arc<Entity>> {
        match self {
            Self::Found(entity) => Some(entity),
            Self::Asked | Self::Missing => None,
        }
    }
}

/// What is known of the references on the page.
#[derive(Clone, Copy)]
pub struct References {
    book: StoredValue<Book, LocalStorage>,
    client: ApiClient,
}

impl References {
    /// Provides it to the whole page.
    pub fn provide(client: ApiClient) {
        let references = Self { book: StoredValue::new_local(Book::default()), client };
        provide_context(references);
        use_catalog_changes(move |change| {
            references.book.update_value(|book| book.outdate(change));
            references.ask_soon();
        });
    }

    /// Asks once more for what is still shown and was not read.
    fn ask_again(self, refs: Vec<String>) {
        self.book.try_update_value(|book| book.want(refs));
        self.ask_soon();
    }

    fn ask_soon(self) {
        let is_first =
            self.book.try_update_value(|book| !book.wanted.is_empty() && !std::mem::replace(&mut book.is_due, true));
        if is_first == Some(true) {
            set_timeout(move || self.ask(), PAUSE);
        }
    }

    fn ask(self) {
        let batches = self.book.try_update_value(Book::take_wanted).unwrap_or_default();
        for refs in batches {
            spawn_local(async move {
                let outcome = self.client.entities_by_refs(refs.clone(), FIELDS).await;
                match outcome {
                    Ok(found) => {
                        let news = self.book.try_update_value(|book| book.answer(refs, found)).unwrap_or_default();
                        // Outside the book, because whoever hears of it may ask for more.
                        for (signal, known) in news {
                            signal.set(known);
                        }
                    }
                    Err(error) => {
                        leptos::logging::warn!("References were not read: {error} ({})", error.details());
                        self.book.try_update_value(|book| book.fail(&refs));
                        set_timeout(move || self.ask_again(refs), AGAIN);
                    }
                }
            });
        }
    }
}

/// What is known of a reference, for as long as the calling component is shown.
pub fn use_reference(entity_ref: &EntityRef) -> ReadSignal<Known> {
    let known = hold(entity_ref);
    expect_context::<References>().ask_soon();
    known
}

/// As [`use_reference`], for what can wait: it is read along with the next references that somebody asks for, and by itself
/// only when nobody does.
pub fn use_reference_in_passing(entity_ref: &EntityRef) -> ReadSignal<Known> {
    let known = hold(entity_ref);
    let references: References = expect_context();
    set_timeout(move || references.ask_soon(), PATIENCE);
    known
}

fn hold(entity_ref: &EntityRef) -> ReadSignal<Known> {
    let references: References = expect_context();
    let key = entity_ref.to_string();
    let signal = references.book.try_update_value(|book| book.hold(&key)).unwrap_or_default();
    on_cleanup(move || {
        // At the end of the page the book may be gone before its readers.
        references.book.try_update_value(|book| book.release(&key));
    });
    RwSignal::from(signal).read_only()
}

#[derive(Default)]
struct Book {
    entries: BTreeMap<String, Entry>,
    wanted: BTreeSet<String>,
    /// Whether a request will be made in a moment.
    is_due: bool,
}

#[derive(Default)]
struct Entry {
    known: ArcRwSignal<Known>,
    n_users: usize,
    is_read: bool,
}

impl Book {
    fn hold(&mut self, key: &str) -> ArcRwSignal<Known> {
        let entry = self.entries.entry(key.to_owned()).or_default();
        entry.n_users += 1;
        if !entry.is_read {
            self.wanted.insert(key.to_owned());
        }
        entry.known.clone()
    }

    fn release(&mut self, key: &str) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.n_users = entry.n_users.saturating_sub(1);
        }
        if self.entries.len() > MAX_UNUSED {
            self.entries.retain(|_, entry| entry.n_users > 0);
        }
    }

    /// What to ask for, in parts. They count as read from now on.
    fn take_wanted(&mut self) -> Vec<Vec<String>> {
        self.is_due = false;
        let wanted: Vec<String> = std::mem::take(&mut self.wanted).into_iter().collect();
        for key in &wanted {
            if let Some(entry) = self.entries.get_mut(key) {
                entry.is_read = true;
            }
        }
        wanted.chunks(MAX_REFS).map(<[String]>::to_vec).collect()
    }

    /// Takes an answer, which is as long as what was asked for; answers what to tell to whom.
    fn answer(&mut self, refs: Vec<String>, found: Vec<Option<Entity>>) -> Vec<(ArcRwSignal<Known>, Known)> {
        let known = |entity: Option<Entity>| entity.map_or(Known::Missing, |entity| Known::Found(Arc::new(entity)));
        let news = refs.into_iter().zip(found).filter_map(|(key, entity)| {
            let (signal, known) = (self.entries.get(&key)?.known.clone(), known(entity));
            signal.with_untracked(|old| *old != known).then_some((signal, known))
        });
        news.collect()
    }

    /// Forgets that it was asked, so that the next one who needs it asks again.
    fn fail(&mut self, refs: &[String]) {
        for key in refs {
            if let Some(entry) = self.entries.get_mut(key) {
                entry.is_read = false;
            }
        }
    }

    /// Wants those that are shown and were not read.
    fn want(&mut self, refs: Vec<String>) {
        let is_missed = |key: &String| self.entries.get(key).is_some_and(|entry| entry.n_users > 0 && !entry.is_read);
        self.wanted.extend(refs.into_iter().filter(is_missed));
    }

    /// Asks again for what has changed and is shown, and forgets what has changed and is not.
    fn outdate(&mut self, change: &CatalogChange) {
        let has_changed = |key: &String| change.is_reset || change.entity_refs.contains(key);
        self.entries.retain(|key, entry| entry.n_users > 0 || !has_changed(key));
        self.wanted.extend(self.entries.keys().filter(|key| has_changed(key)).cloned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(name: &str) -> Option<Entity> {
        serde_json::from_value(json!({"apiVersion": "v", "kind": "API", "metadata": {"name": name}})).unwrap()
    }

    fn changed(refs: &[&str]) -> CatalogChange {
        CatalogChange { entity_refs: refs.iter().map(|&text| text.to_owned()).collect(), ..CatalogChange::default() }
    }

    #[test]
    fn what_many_show_is_asked_for_once() {
        let mut book = Book::default();
        let signals = ["api:default/b", "api:default/a", "api:default/b"].map(|key| book.hold(key));
        assert_eq!(book.take_wanted(), [["api:default/a", "api:default/b"]]);
        assert_eq!(book.take_wanted(), Vec::<Vec<String>>::new());
        let news = book.answer(vec!["api:default/a".into(), "api:default/b".into()], vec![None, entity("b")]);
        for (signal, known) in news {
            signal.set(known);
        }
        assert_eq!(signals[1].get_untracked(), Known::Missing);
        assert_eq!(signals[2].get_untracked().entity().unwrap().metadata.name, "b");
        book.hold("api:default/a");
        assert!(book.wanted.is_empty(), "what is known is not asked for again");
    }

    #[test]
    fn a_failure_is_asked_again_by_the_next_reader() {
        let mut book = Book::default();
        book.hold("api:default/a");
        let asked = book.take_wanted().remove(0);
        book.fail(&asked);
        book.hold("api:default/a");
        assert_eq!(book.take_wanted().len(), 1);
    }

    #[test]
    fn a_failure_is_asked_again_after_a_while_for_those_who_still_show_it() {
        let mut book = Book::default();
        for key in ["api:default/a", "api:default/b"] {
            book.hold(key);
        }
        let asked = book.take_wanted().remove(0);
        book.fail(&asked);
        book.release("api:default/b");
        book.want(asked.clone());
        assert_eq!(book.take_wanted(), [["api:default/a"]]);
        book.want(asked);
        assert!(book.wanted.is_empty(), "it is on its way");
    }

    #[test]
    fn a_change_is_asked_for_only_where_it_is_shown() {
        let mut book = Book::default();
        for key in ["api:default/a", "api:default/b", "api:default/c"] {
            book.hold(key);
        }
        book.take_wanted();
        book.release("api:default/b");
        book.outdate(&changed(&["api:default/a", "api:default/b", "api:default/x"]));
        assert_eq!(book.take_wanted(), [["api:default/a"]]);
        book.outdate(&CatalogChange { is_reset: true, ..CatalogChange::default() });
        assert_eq!(book.take_wanted(), [["api:default/a", "api:default/c"]]);
    }

    #[test]
    fn long_lists_are_asked_for_in_parts_and_memory_is_bounded() {
        let mut book = Book::default();
        let keys: Vec<String> = (0..MAX_UNUSED + 1).map(|number| format!("api:default/{number}")).collect();
        for key in &keys {
            book.hold(key);
        }
        let parts = book.take_wanted();
        assert!(parts.iter().all(|part| part.len() <= MAX_REFS));
        assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), keys.len());
        for key in &keys {
            book.release(key);
        }
        assert!(book.entries.len() <= MAX_UNUSED);
    }
}
