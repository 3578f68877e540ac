//! The entities that this person has starred, in an order of their own. The server keeps them, so they are the same in every
//! browser, and the open tabs of one browser tell each other.
//!
//! A star shows at once. The list on the server is read just before it is written, so that stars set elsewhere meanwhile
//! stay; changes made while a request is under way go out together with the next one. Until the server has them they are kept
//! on the device, so that a reload or a server that is away loses none.

use std::cell::Cell;
use std::time::Duration;

use leptos::leptos_dom::helpers::{document, set_timeout, window_event_listener_untyped};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::entity::EntityRef;

use super::connection::Connection;
use super::session::{SessionState, SignIn};
use super::tabs::{News, Tabs};
use super::toasts::Toasts;
use crate::api::{ApiClient, ClientError};
use crate::browser;
use crate::ui::badge::Tone;
use crate::ui::effect::effect;

/// Where the list is kept; clients of the same contract use the same place.
const BUCKET: &str = "default.starredEntities";
const KEY: &str = "entityRefs";
/// A tab that comes back to the front reads the list again, at most this often, in milliseconds.
const READ_AGAIN_MS: f64 = 30_000.0;
/// A request that came to no answer is made again after this time.
const AGAIN: Duration = Duration::from_secs(2);
/// Changes of a person that are not saved yet are kept on the device under this and the person.
pub const WAITING_PREFIX: &str = "callboard.stars-waiting.";

/// The stars of this person.
#[derive(Clone, Copy)]
pub struct Stars {
    list: RwSignal<StarList>,
    /// Why the list was not read the last time.
    error: RwSignal<Option<ClientError>>,
    session: SessionState,
    person: Memo<Option<String>>,
    client: ApiClient,
    toasts: Toasts,
    tabs: Tabs,
    connection: Connection,
    /// Where what waits is kept, once it is known who this is.
    waiting_key: StoredValue<Option<String>>,
}

impl Stars {
    /// Provides the stars to the whole page and reads them once it is known who this is.
    pub fn provide(session: SessionState, client: ApiClient) {
        let person = Memo::new(move |_| session.user_ref());
        let list = RwSignal::new(StarList::default());
        let connection = Connection::of_page();
        let stars = Self {
            list,
            error: RwSignal::new(None),
            session,
            person,
            client,
            toasts: Toasts::of_page(),
            tabs: Tabs::of_page(),
            connection,
            waiting_key: StoredValue::new(None),
        };
        provide_context(stars);
        Effect::new(move |old: Option<Option<String>>| {
            let person = person.get();
            if old.flatten().is_some_and(|old| Some(old) != person) {
                list.set(StarList::default());
                stars.error.set(None);
            }
            if let Some(person) = &person {
                stars.take_up_waiting(person);
                stars.read(StarList::begin);
            }
            person
        });
        // What waited goes out as soon as the server is back, and what could not be read comes.
        effect(move || {
            if !connection.has_stream() {
                return;
            }
            stars.release();
            if stars.error.with_untracked(Option::is_some) {
                stars.retry();
            }
        });
        stars.tabs.listen(move |news| {
            if let News::Stars { person: whose, refs } = news
                && person.get_untracked().as_ref() == Some(whose)
            {
                list.update(|list| list.hear(refs.clone()));
            }
        });
        // Other devices do not tell; who comes back sees what they did.
        let read_at_ms = Cell::new(browser::now_ms());
        let handle = window_event_listener_untyped("visibilitychange", move |_| {
            let is_due = browser::now_ms() - read_at_ms.get() > READ_AGAIN_MS;
            if !document().hidden() && is_due && person.get_untracked().is_some() {
                read_at_ms.set(browser::now_ms());
                stars.read(StarList::hear);
            }
        });
        on_cleanup(move || handle.remove());
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The references with a star, in the order of this person: at first that in which they were starred.
    pub fn refs(self) -> Memo<Vec<EntityRef>> {
        Memo::new(move |_| self.list.with(|list| list.shown().iter().filter_map(|text| text.parse().ok()).collect()))
    }

    /// Whether the list of this person is known yet.
    pub fn is_known(self) -> Memo<bool> {
        Memo::new(move |_| self.list.with(|list| list.is_known))
    }

    /// Why the list is not known; `None` while it is on its way, and once it is known.
    pub fn error(self) -> Memo<Option<ClientError>> {
        Memo::new(move |_| {
            let of_sign_in = || {
                self.session.sign_in.with(|sign_in| match sign_in {
                    SignIn::Failed(error) => Some(error.clone()),
                    SignIn::Pending | SignIn::Done(_) | SignIn::Out => None,
                })
            };
            let is_known = self.list.with(|list| list.is_known);
            if is_known { None } else { self.error.get().or_else(of_sign_in) }
        })
    }

    /// Reads the list again, which has failed before.
    pub fn retry(self) {
        self.read(StarList::begin);
    }

    /// Whether an entity has a star.
    pub fn is_starred(self, entity_ref: &EntityRef) -> bool {
        self.list.with(|list| list.is_starred(&entity_ref.to_string()))
    }

    /// Whether the star of an entity has changed and the server does not know yet, because it is away.
    pub fn is_waiting(self, entity_ref: &EntityRef) -> bool {
        self.list.with(|list| list.is_held && list.waiting.iter().any(|change| change.key == entity_ref.to_string()))
    }

    /// Gives an entity a star, or takes it away.
    pub fn toggle(self, entity_ref: &EntityRef) {
        let key = entity_ref.to_string();
        let is_starred = self.list.with_untracked(|list| list.is_starred(&key));
        self.change(vec![Change { key, place: if is_starred { Place::Nowhere } else { Place::AsItIs } }]);
    }

    /// Gives stars to all of these.
    pub fn star(self, entity_refs: &[EntityRef]) {
        self.change(entity_refs.iter().map(|one| Change { key: one.to_string(), place: Place::AsItIs }).collect());
    }

    /// Takes the stars of entities away. The answer puts them back where they were.
    pub fn unstar(self, entity_refs: &[EntityRef]) -> impl Fn() + Send + Sync + 'static + use<> {
        let keys: Vec<String> = entity_refs.iter().map(ToString::to_string).collect();
        let back = self.list.with_untracked(|list| ways_back(&list.shown(), &keys));
        self.change(keys.into_iter().map(|key| Change { key, place: Place::Nowhere }).collect());
        move || self.change(back.clone())
    }

    /// Puts a starred entity before another one, or at the end.
    pub fn move_before(self, entity_ref: &EntityRef, before: Option<&EntityRef>) {
        let place = before.map_or(Place::End, |before| Place::Before(before.to_string()));
        self.change(vec![Change { key: entity_ref.to_string(), place }]);
    }

    fn change(self, changes: Vec<Change>) {
        self.list.update(|list| changes.into_iter().for_each(|change| list.change(change)));
        self.send();
        self.note_waiting();
    }

    /// Takes up what was not saved when the page was closed.
    fn take_up_waiting(self, person: &str) {
        let key = format!("{WAITING_PREFIX}{person}");
        let waiting: Vec<Change> =
            browser::stored(&key).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        self.waiting_key.set_value(Some(key));
        if !waiting.is_empty() {
            self.list.update(|list| list.resume(waiting));
        }
        // Also what was changed before it was known who this is.
        self.note_waiting();
    }

    /// Keeps what is not saved yet on the device, so that it outlives the page, and says how much of it waits for the server.
    fn note_waiting(self) {
        let Some((unsaved, n_held)) = self.list.try_with_untracked(|list| (list.unsaved(), list.n_held())) else {
            return;
        };
        self.connection.set_waiting(n_held);
        if let Some(Some(key)) = self.waiting_key.try_get_value() {
            let text = (!unsaved.is_empty()).then(|| serde_json::to_string(&unsaved).unwrap_or_default());
            browser::store(&key, text.as_deref());
        }
    }

    fn read(self, take: fn(&mut StarList, Vec<String>)) {
        spawn_local(async move {
            match read(self.client).await {
                Ok(saved) => {
                    self.list.try_update(|list| take(list, saved));
                    self.error.try_set(None);
                }
                Err(error) => {
                    leptos::logging::warn!("Stars were not read: {error} ({})", error.details());
                    self.error.try_set(Some(error));
                }
            }
        });
    }

    /// Saves what has changed, unless a request is under way, which does so when it is done.
    fn send(self) {
        let Some(changes) = self.list.try_update(StarList::start).flatten() else { return };
        spawn_local(async move {
            let outcome = save(self.client, &changes).await;
            match outcome {
                Ok(saved) => {
                    if let Some(person) = self.person.try_get_untracked().flatten() {
                        self.tabs.tell(&News::Stars { person, refs: saved.clone() });
                    }
                    self.list.try_update(|list| list.finish(saved));
                }
                Err(error) if error.is_away() && self.connection.is_away_now() => {
                    self.list.try_update(StarList::hold);
                }
                // Also where the page is being left, which ends its requests: what is not saved stays for the next page.
                Err(error) if error.is_away() && self.list.try_update(StarList::break_off) == Some(true) => {
                    set_timeout(move || self.release(), AGAIN);
                }
                Err(error) => {
                    self.list.try_update(StarList::fail);
                    self.report(&error, changes);
                }
            }
            self.send();
            self.note_waiting();
        });
    }

    /// Sends what was held back.
    fn release(self) {
        if self.list.try_update(StarList::release) == Some(true) {
            self.send();
        }
    }

    fn report(self, error: &ClientError, changes: Vec<Change>) {
        let retry = move || self.change(changes.clone());
        self.toasts.show_with_action(Tone::Bad, "The star was not saved", Some(error.to_string()), "Try again", retry);
    }
}

/// Where a reference is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Change {
    key: String,
    place: Place,
}

/// A place in the list of stars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Place {
    /// Not in the list.
    Nowhere,
    /// Where it is, or at the end.
    AsItIs,
    /// Before this one, or at the end where that one is gone.
    Before(String),
    /// At the end.
    End,
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
    for Change { key, place } in changes {
        if *place == Place::AsItIs && refs.contains(key) {
            continue;
        }
        refs.retain(|known| known != key);
        match place {
            Place::Nowhere => {}
            Place::AsItIs | Place::End => refs.push(key.clone()),
            Place::Before(other) => {
                let at = refs.iter().position(|known| known == other).unwrap_or(refs.len());
                refs.insert(at, key.clone());
            }
        }
    }
}

/// The changes that put keys back where they are in a list: the last one first, so that each finds the one it stands before.
fn ways_back(refs: &[String], keys: &[String]) -> Vec<Change> {
    let places = refs.iter().enumerate().rev().filter(|(_, key)| keys.contains(key));
    let change = |(at, key): (usize, &String)| Change {
        key: key.clone(),
        place: refs.get(at + 1).map_or(Place::End, |next| Place::Before(next.clone())),
    };
    places.map(change).collect()
}

/// What the server has, what is on its way there, and what has to wait.
#[derive(Clone, Debug, Default)]
struct StarList {
    saved: Vec<String>,
    /// Whether the server has told what it has.
    is_known: bool,
    /// Whether something was saved since the page was opened.
    has_saved: bool,
    sending: Option<Vec<Change>>,
    waiting: Vec<Change>,
    /// Whether what waits waits for a server that is away.
    is_held: bool,
    /// Whether the last request broke off without an answer.
    has_broken_off: bool,
}

impl StarList {
    fn shown(&self) -> Vec<String> {
        let mut shown = self.saved.clone();
        apply(&mut shown, self.sending.as_deref().unwrap_or_default());
        apply(&mut shown, &self.waiting);
        shown
    }

    /// What the server has not confirmed, the oldest first.
    fn unsaved(&self) -> Vec<Change> {
        self.sending.iter().flatten().chain(&self.waiting).cloned().collect()
    }

    /// How much waits for a server that is away.
    fn n_held(&self) -> usize {
        if self.is_held { self.waiting.len() } else { 0 }
    }

    fn is_starred(&self, key: &str) -> bool {
        let newest_first = self.waiting.iter().rev().chain(self.sending.iter().flatten().rev());
        let changed =
            newest_first.filter(|change| change.key == key).map(|change| change.place != Place::Nowhere).next();
        changed.unwrap_or_else(|| self.saved.iter().any(|saved| saved == key))
    }

    fn change(&mut self, change: Change) {
        // What is changed twice in a row needs to be sent once. Changes between the two may stand on the first.
        if self.waiting.last().is_some_and(|last| last.key == change.key) {
            self.waiting.pop();
        }
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
        self.is_known = true;
    }

    /// Takes what another tab has saved, or what was read again. What is on its way from here comes on top of it.
    fn hear(&mut self, saved: Vec<String>) {
        self.saved = saved;
        self.has_saved = true;
        self.is_known = true;
    }

    fn finish(&mut self, saved: Vec<String>) {
        self.hear(saved);
        self.sending = None;
        self.has_broken_off = false;
    }

    /// The server is away: what was on its way waits, before what was changed meanwhile.
    fn hold(&mut self) {
        self.is_held = true;
        let newer = std::mem::take(&mut self.waiting);
        for change in self.sending.take().unwrap_or_default().into_iter().chain(newer) {
            self.change(change);
        }
    }

    /// A request came to no answer: what was on its way waits, unless the one before it broke off, too. Answers which.
    fn break_off(&mut self) -> bool {
        let is_first = !std::mem::replace(&mut self.has_broken_off, true);
        if is_first {
            self.hold();
        }
        is_first
    }

    /// Takes up what was not saved when the page was closed.
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
        self.has_broken_off = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn star(key: &str) -> Change {
        Change { key: key.to_owned(), place: Place::AsItIs }
    }

    fn unstar(key: &str) -> Change {
        Change { key: key.to_owned(), place: Place::Nowhere }
    }

    fn before(key: &str, other: &str) -> Change {
        Change { key: key.to_owned(), place: Place::Before(other.to_owned()) }
    }

    fn list(saved: &[&str]) -> StarList {
        StarList { saved: saved.iter().map(|&text| text.to_owned()).collect(), ..StarList::default() }
    }

    #[test]
    fn what_is_on_its_way_outlives_the_page() {
        let mut left = list(&["a"]);
        left.change(star("b"));
        left.start();
        left.change(unstar("a"));
        assert_eq!((left.unsaved(), left.n_held()), (vec![star("b"), unstar("a")], 0));
        let mut opened = list(&["a"]);
        opened.resume(left.unsaved());
        assert_eq!((opened.shown(), opened.n_held()), (vec!["b".to_owned()], 2));
        assert!(opened.release() && opened.start().is_some());
        opened.finish(vec!["b".into()]);
        assert_eq!(opened.unsaved(), []);
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

    #[test]
    fn stars_are_put_in_an_order() {
        let mut list = list(&["a", "b", "c"]);
        list.change(before("c", "a"));
        assert_eq!(list.shown(), ["c", "a", "b"]);
        list.change(Change { key: "a".into(), place: Place::End });
        list.change(star("c"));
        assert_eq!(list.shown(), ["c", "b", "a"], "a star that is there keeps its place");
        list.change(before("b", "gone"));
        assert_eq!(list.shown(), ["c", "a", "b"]);
    }

    #[test]
    fn a_change_between_two_of_one_key_stays_where_it_was_put() {
        let mut list = list(&["a", "b", "c"]);
        list.change(before("c", "a"));
        list.change(before("b", "c"));
        list.change(Change { key: "c".into(), place: Place::End });
        assert_eq!(list.shown(), ["b", "a", "c"]);
    }

    #[test]
    fn taking_stars_away_can_be_undone() {
        let refs = ["a", "b", "c", "d"].map(str::to_owned);
        for keys in [&["b"][..], &["a", "b"], &["c", "d"], &["b", "d"], &["a", "b", "c", "d"], &["x"]] {
            let keys: Vec<String> = keys.iter().map(|&key| key.to_owned()).collect();
            let back = ways_back(&refs, &keys);
            let mut list = refs.to_vec();
            apply(&mut list, &keys.iter().map(|key| unstar(key)).collect::<Vec<_>>());
            apply(&mut list, &back);
            assert_eq!(list, refs, "{keys:?}");
        }
    }

    #[test]
    fn what_another_tab_saved_shows_and_own_changes_stay_on_top() {
        let mut list = list(&["a"]);
        list.change(star("b"));
        list.start();
        list.hear(vec!["c".into(), "a".into()]);
        assert_eq!(list.shown(), ["c", "a", "b"]);
        list.begin(vec!["old".into()]);
        assert_eq!(list.shown(), ["c", "a", "b"]);
        list.finish(vec!["c".into(), "a".into(), "b".into()]);
        assert_eq!(list.shown(), ["c", "a", "b"]);
    }

    #[test]
    fn a_request_that_breaks_off_loses_nothing_and_the_second_one_in_a_row_is_told() {
        let mut list = StarList::default();
        list.change(star("a"));
        assert!(list.start().is_some());
        assert!(list.break_off());
        assert_eq!(list.unsaved(), [star("a")], "the next page has it, where this one is being left");
        assert!(list.start().is_none() && list.release());
        assert!(list.start().is_some());
        assert!(!list.break_off());
        list.fail();
        assert_eq!(list.unsaved(), []);
    }
}
