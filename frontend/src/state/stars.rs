//! The entities that this person has starred. The server keeps them, so they are the same in every browser.
//!
//! A star shows at once. The list on the server is read just before it is written, so that stars set elsewhere meanwhile
//! stay; changes made while a request is under way go out together with the next one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use shared::entity::EntityRef;

use super::session::SessionState;
use super::toasts::Toasts;
use crate::api::{ApiClient, ClientError};
use crate::ui::badge::Tone;

/// Where the list is kept; clients of the same contract use the same place.
const BUCKET: &str = "default.starredEntities";
const KEY: &str = "entityRefs";

/// The stars of this person.
#[derive(Clone, Copy)]
pub struct Stars {
    list: RwSignal<StarList>,
    client: ApiClient,
    toasts: Toasts,
}

impl Stars {
    /// Provides the stars to the whole page and reads them once it is known who this is.
    pub fn provide(session: SessionState, client: ApiClient) {
        let stars = Self { list: RwSignal::new(StarList::default()), client, toasts: Toasts::of_page() };
        provide_context(stars);
        let person = Memo::new(move |_| session.user_ref());
        Effect::new(move |_| {
            if person.get().is_some() {
                spawn_local(async move {
                    match read(client).await {
                        Ok(saved) => stars.list.update(|list| list.begin(saved)),
                        Err(error) => leptos::logging::warn!("Stars were not read: {error} ({})", error.details()),
                    }
                });
            }
        });
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The references with a star, in the order in which they were starred.
    pub fn refs(self) -> Memo<Vec<EntityRef>> {
        Memo::new(move |_| self.list.with(|list| list.shown().iter().filter_map(|text| text.parse().ok()).collect()))
    }

    /// Whether an entity has a star.
    pub fn is_starred(self, entity_ref: &EntityRef) -> bool {
        self.list.with(|list| list.is_starred(&entity_ref.to_string()))
    }

    /// Gives an entity a star, or takes it away.
    pub fn toggle(self, entity_ref: &EntityRef) {
        let key = entity_ref.to_string();
        let is_starred = self.list.with_untracked(|list| list.is_starred(&key));
        self.set(key, !is_starred);
    }

    fn set(self, key: String, is_starred: bool) {
        self.list.update(|list| list.change(key, is_starred));
        self.send();
    }

    /// Saves what has changed, unless a request is under way, which does so when it is done.
    fn send(self) {
        let Some(changes) = self.list.try_update(StarList::start).flatten() else { return };
        spawn_local(async move {
            let outcome = save(self.client, &changes).await;
            match outcome {
                Ok(saved) => {
                    self.list.try_update(|list| list.finish(saved));
                }
                Err(error) => {
                    self.list.try_update(StarList::fail);
                    self.report(&error, changes);
                }
            }
            self.send();
        });
    }

    fn report(self, error: &ClientError, changes: Vec<Change>) {
        let retry = move || {
            for (key, is_starred) in changes.clone() {
                self.set(key, is_starred);
            }
        };
        self.toasts.show_with_action(Tone::Bad, "The star was not saved", Some(error.to_string()), "Try again", retry);
    }
}

/// A reference, and whether it has a star from now on.
type Change = (String, bool);

async fn read(client: ApiClient) -> Result<Vec<String>, ClientError> {
    let value = client.user_setting_get(BUCKET, KEY).await?;
    let texts = value.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(texts.iter().filter_map(Value::as_str).map(str::to_lowercase).collect())
}

async fn save(client: ApiClient, changes: &[Change]) -> Result<Vec<String>, ClientError> {
    let mut saved = read(client).await?;
    apply(&mut saved, changes);
    client.user_setting_update(BUCKET, KEY, Value::from(saved.clone())).await?;
    Ok(saved)
}

fn apply(refs: &mut Vec<String>, changes: &[Change]) {
    for (key, is_starred) in changes {
        match (is_starred, refs.contains(key)) {
            (true, false) => refs.push(key.clone()),
            (false, true) => refs.retain(|known| known != key),
            _ => {}
        }
    }
}

/// What the server has, what is on its way there, and what has to wait.
#[derive(Clone, Debug, Default)]
struct StarList {
    saved: Vec<String>,
    /// Whether something was saved since the page was opened.
    has_saved: bool,
    sending: Option<Vec<Change>>,
    waiting: Vec<Change>,
}

impl StarList {
    fn shown(&self) -> Vec<String> {
        let mut shown = self.saved.clone();
        apply(&mut shown, self.sending.as_deref().unwrap_or_default());
        apply(&mut shown, &self.waiting);
        shown
    }

    fn is_starred(&self, key: &str) -> bool {
        let newest_first = self.waiting.iter().rev().chain(self.sending.iter().flatten().rev());
        let changed = newest_first.filter(|(changed, _)| changed == key).map(|(_, is_starred)| *is_starred).next();
        changed.unwrap_or_else(|| self.saved.iter().any(|saved| saved == key))
    }

    fn change(&mut self, key: String, is_starred: bool) {
        self.waiting.retain(|(known, _)| *known != key);
        self.waiting.push((key, is_starred));
    }

    /// What to send now; `None` while something is on its way or nothing has changed.
    fn start(&mut self) -> Option<Vec<Change>> {
        if self.sending.is_some() || self.waiting.is_empty() {
            return None;
        }
        self.sending = Some(std::mem::take(&mut self.waiting));
        self.sending.clone()
    }

    /// Takes what was read at the start, unless something newer was saved while it was on its way.
    fn begin(&mut self, saved: Vec<String>) {
        if !self.has_saved {
            self.saved = saved;
        }
    }

    fn finish(&mut self, saved: Vec<String>) {
        self.has_saved = true;
        self.saved = saved;
        self.sending = None;
    }

    /// What was on its way did not arrive: the stars go back to what the server has.
    fn fail(&mut self) {
        self.sending = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(saved: &[&str]) -> StarList {
        StarList { saved: saved.iter().map(|&text| text.to_owned()).collect(), ..StarList::default() }
    }

    #[test]
    fn a_star_shows_before_it_is_saved() {
        let mut list = list(&["a", "b"]);
        list.change("c".into(), true);
        list.change("a".into(), false);
        assert_eq!(list.shown(), ["b", "c"]);
        assert!(list.is_starred("c") && !list.is_starred("a"));
        let changes = list.start().unwrap();
        assert_eq!(list.shown(), ["b", "c"]);
        assert_eq!(list.start(), None, "one request at a time");
        let mut elsewhere = vec!["b".to_owned(), "a".to_owned(), "x".to_owned()];
        apply(&mut elsewhere, &changes);
        list.finish(elsewhere);
        list.begin(vec!["late".to_owned()]);
        assert_eq!(list.shown(), ["b", "x", "c"], "what was starred elsewhere stays");
    }

    #[test]
    fn what_changes_meanwhile_waits_and_goes_out_next() {
        let mut list = list(&[]);
        list.change("a".into(), true);
        list.start();
        list.change("a".into(), false);
        list.change("a".into(), true);
        list.change("a".into(), false);
        assert!(!list.is_starred("a"));
        list.finish(vec!["a".into()]);
        assert!(!list.is_starred("a"));
        assert_eq!(list.start(), Some(vec![("a".to_owned(), false)]));
    }

    #[test]
    fn a_failure_takes_the_star_back() {
        let mut list = list(&["a"]);
        list.change("b".into(), true);
        list.start();
        list.change("c".into(), true);
        list.fail();
        assert_eq!(list.shown(), ["a", "c"]);
        assert_eq!(list.start(), Some(vec![("c".to_owned(), true)]));
    }
}
