//! The entities that this person has starred. The server keeps them, so they are the same in every browser.
//!
//! A star shows at once. The list on the server is read just before it is written, so that stars set elsewhere meanwhile
//! stay; changes made while a request is under way go out together with the next one. While the server is away they wait on
//! the device, also when the page is closed, and go out when it is back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::entity::EntityRef;

use super::connection::Connection;
use super::session::SessionState;
use super::toasts::Toasts;
use crate::api::{ApiClient, ClientError};
use crate::browser;
use crate::ui::badge::Tone;

/// Where the list is kept; clients of the same contract use the same place.
const BUCKET: &str = "default.starredEntities";
const KEY: &str = "entityRefs";
/// Changes of a person that wait are kept on the device under this and the person.
pub const WAITING_PREFIX: &str = "callboard.stars-waiting.";

/// The stars of this person.
#[derive(Clone, Copy)]
pub struct Stars {
    list: RwSignal<StarList>,
    client: ApiClient,
    toasts: Toasts,
    connection: Connection,
    /// Where what waits is kept, once it is known who this is.
    waiting_key: StoredValue<Option<String>>,
}

impl Stars {
    /// Provides the stars to the whole page and reads them once it is known who this is.
    pub fn provide(session: SessionState, client: ApiClient) {
        let connection = Connection::of_page();
        let stars = Self {
            list: RwSignal::new(StarList::default()),
            client,
            toasts: Toasts::of_page(),
            connection,
            waiting_key: StoredValue::new(None),
        };
        provide_context(stars);
        let person = Memo::new(move |_| session.user_ref());
        Effect::new(move |_| {
            let Some(person) = person.get() else { return };
            let key = format!("{WAITING_PREFIX}{person}");
            let waiting: Vec<Change> =
                browser::stored(&key).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            stars.waiting_key.set_value(Some(key));
            if !waiting.is_empty() {
                stars.list.update(|list| list.resume(waiting));
                stars.note_waiting();
            }
            stars.read_again();
        });
        // What waited goes out as soon as the server is back.
        Effect::new(move |_| {
            if connection.has_stream() && stars.list.try_update(StarList::release) == Some(true) {
                stars.send();
            }
        });
    }

    /// Reads the list of the server.
    fn read_again(self) {
        spawn_local(async move {
            match read(self.client).await {
                Ok(saved) => {
                    self.list.try_update(|list| list.begin(saved));
                }
                Err(error) => leptos::logging::warn!("Stars were not read: {error} ({})", error.details()),
            }
        });
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The references with a star, in the order in which they were starred or placed.
    pub fn refs(self) -> Memo<Vec<EntityRef>> {
        Memo::new(move |_| self.list.with(|list| list.shown().iter().filter_map(|text| text.parse().ok()).collect()))
    }

    /// Whether an entity has a star.
    pub fn is_starred(self, entity_ref: &EntityRef) -> bool {
        self.list.with(|list| list.is_starred(&entity_ref.to_string()))
    }

    /// Whether the star of an entity has changed and the server does not know yet, because it is away.
    pub fn is_waiting(self, entity_ref: &EntityRef) -> bool {
        self.list.with(|list| list.is_held && list.waiting.iter().any(|change| change.key() == entity_ref.to_string()))
    }

    /// Gives an entity a star, or takes it away.
    pub fn toggle(self, entity_ref: &EntityRef) {
        let key = entity_ref.to_string();
        let is_starred = self.list.with_untracked(|list| list.is_starred(&key));
        self.make(if is_starred { Change::Unstar(key) } else { Change::Star(key) });
    }

    /// Moves a star before another one, or behind all of them. The order is that of the side navigation.
    pub fn place(self, entity_ref: &EntityRef, before: Option<&EntityRef>) {
        self.make(Change::Place(entity_ref.to_string(), before.map(ToString::to_string)));
    }

    fn make(self, change: Change) {
        self.list.update(|list| list.change(change));
        self.send();
        self.note_waiting();
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
                Err(error) if error.is_away() && self.connection.is_away_now() => {
                    self.list.try_update(StarList::hold);
                }
                Err(error) => {
                    self.list.try_update(StarList::fail);
                    self.report(&error, changes);
                }
            }
            self.note_waiting();
            self.send();
        });
    }

    /// Keeps what waits on the device, and says how much it is.
    fn note_waiting(self) {
        let Some(held) =
            self.list.try_with_untracked(|list| if list.is_held { list.waiting.clone() } else { Vec::new() })
        else {
            return;
        };
        self.connection.set_waiting(held.len());
        if let Some(Some(key)) = self.waiting_key.try_get_value() {
            let text = (!held.is_empty()).then(|| serde_json::to_string(&held).unwrap_or_default());
            browser::store(&key, text.as_deref());
        }
    }

    fn report(self, error: &ClientError, changes: Vec<Change>) {
        let retry = move || {
            for change in changes.clone() {
                self.make(change);
            }
        };
        self.toasts.show_with_action(Tone::Bad, "The star was not saved", Some(error.to_string()), "Try again", retry);
    }
}

/// What a person changed. References are texts, as the server keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Change {
    /// A star is set, behind the others.
    Star(String),
    /// A star is taken away.
    Unstar(String),
    /// A star moves before another one, or behind all of them.
    Place(String, Option<String>),
}

impl Change {
    fn key(&self) -> &str {
        match self {
            Self::Star(key) | Self::Unstar(key) | Self::Place(key, _) => key,
        }
    }

    /// Whether the entity has a star from now on, where that changes.
    fn is_starred(&self) -> Option<bool> {
        match self {
            Self::Star(_) => Some(true),
            Self::Unstar(_) => Some(false),
            Self::Place(..) => None,
        }
    }
}

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
    for change in changes {
        match change {
            Change::Star(key) if !refs.contains(key) => refs.push(key.clone()),
            Change::Star(_) => {}
            Change::Unstar(key) => refs.retain(|known| known != key),
            // The other one may have lost its star elsewhere meanwhile; then this one goes to the end.
            Change::Place(key, before) if refs.contains(key) && before.as_ref() != Some(key) => {
                refs.retain(|known| known != key);
                let at = before.as_ref().and_then(|before| refs.iter().position(|known| known == before));
                refs.insert(at.unwrap_or(refs.len()), key.clone());
            }
            Change::Place(..) => {}
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
    /// Whether what waits waits for a server that is away.
    is_held: bool,
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
        let changed = newest_first.filter(|change| change.key() == key).find_map(Change::is_starred);
        changed.unwrap_or_else(|| self.saved.iter().any(|saved| saved == key))
    }

    fn change(&mut self, change: Change) {
        // The newest word about a star replaces those before it; its place is another matter.
        let is_place = change.is_starred().is_none();
        self.waiting.retain(|known| known.key() != change.key() || (is_place && known.is_starred().is_some()));
        self.waiting.push(change);
    }

    /// What to send now; `None` while something is on its way or nothing has changed.
    fn start(&mut self) -> Option<Vec<Change>> {
        if self.sending.is_some() || self.waiting.is_empty() || self.is_held {
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

    /// The server is away: what was on its way waits, before what was changed meanwhile.
    fn hold(&mut self) {
        self.is_held = true;
        let newer = std::mem::take(&mut self.waiting);
        for change in self.sending.take().unwrap_or_default().into_iter().chain(newer) {
            self.change(change);
        }
    }

    /// Takes up what waited when the page was closed.
    fn resume(&mut self, changes: Vec<Change>) {
        self.is_held = true;
        let newer = std::mem::replace(&mut self.waiting, changes);
        for change in newer {
            self.change(change);
        }
    }

    /// The server is back; answers whether anything waited for it.
    fn release(&mut self) -> bool {
        std::mem::take(&mut self.is_held)
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

    fn star(key: &str) -> Change {
        Change::Star(key.to_owned())
    }

    fn unstar(key: &str) -> Change {
        Change::Unstar(key.to_owned())
    }

    #[test]
    fn stars_are_placed_before_each_other() {
        let place = |key: &str, before: Option<&str>| Change::Place(key.to_owned(), before.map(str::to_owned));
        let mut list = list(&["a", "b", "c"]);
        list.change(place("c", Some("a")));
        assert_eq!(list.shown(), ["c", "a", "b"]);
        list.change(place("c", None));
        assert_eq!(list.shown(), ["a", "b", "c"]);
        list.change(star("d"));
        list.change(place("d", Some("b")));
        assert_eq!(list.shown(), ["a", "d", "b", "c"]);
        list.change(place("b", Some("b")));
        list.change(place("x", Some("a")));
        list.change(place("a", Some("gone")));
        assert_eq!(list.shown(), ["d", "b", "c", "a"]);
        list.change(unstar("d"));
        assert_eq!(list.shown(), ["b", "c", "a"]);
        assert!(!list.is_starred("d") && list.is_starred("b"));
    }

    #[test]
    fn a_star_shows_before_it_is_saved() {
        let mut list = list(&["a", "b"]);
        list.change(star("c"));
        list.change(unstar("a"));
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
        list.change(star("a"));
        list.start();
        list.change(unstar("a"));
        list.change(star("a"));
        list.change(unstar("a"));
        assert!(!list.is_starred("a"));
        list.finish(vec!["a".into()]);
        assert!(!list.is_starred("a"));
        assert_eq!(list.start(), Some(vec![unstar("a")]));
    }

    #[test]
    fn what_waits_for_the_server_stays_in_order_and_goes_out_once() {
        let mut list = list(&["a"]);
        list.change(star("b"));
        list.start();
        list.change(unstar("b"));
        list.change(star("c"));
        list.hold();
        assert_eq!(list.shown(), ["a", "c"]);
        assert_eq!(list.start(), None, "the server is away");
        let text = serde_json::to_string(&list.waiting).unwrap();
        let mut later = StarList::default();
        later.resume(serde_json::from_str(&text).unwrap());
        later.begin(vec!["a".into(), "b".into()]);
        assert_eq!(later.shown(), ["a", "c"], "after the page was closed and opened again");
        assert!(later.release() && !later.release());
        assert_eq!(later.start(), Some(vec![unstar("b"), star("c")]));
    }

    #[test]
    fn a_failure_takes_the_star_back() {
        let mut list = list(&["a"]);
        list.change(star("b"));
        list.start();
        list.change(star("c"));
        list.fail();
        assert_eq!(list.shown(), ["a", "c"]);
        assert_eq!(list.start(), Some(vec![star("c")]));
    }
}
