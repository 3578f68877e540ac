//! Saved views: names for query strings. The server keeps them for each person, so they are the same in every browser.
//!
//! A change shows at once. The list on the server is read just before it is written, so that what was saved elsewhere
//! meanwhile stays. The newest list is also kept on the device, so that the view which opens by itself does so at once.

use std::collections::VecDeque;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::view::CatalogView;
use crate::api::{ApiClient, ClientError};
use crate::browser;
use crate::state::session::SessionState;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::effect::effect;

const BUCKET: &str = "callboard.savedViews";
const KEY: &str = "catalog";
/// The longest name.
pub const MAX_NAME: usize = 60;

/// A name for what the catalog shows. Names are unique, whatever their case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// What it is called.
    pub name: String,
    /// The query of its address.
    pub query: String,
    /// Whether it opens by itself for its kind.
    #[serde(default)]
    pub is_default: bool,
}

impl SavedView {
    /// The kind that it shows.
    pub fn kind(&self) -> String {
        CatalogView::parse(&self.query).kind
    }

    /// Where it is.
    pub fn address(&self) -> String {
        CatalogView::parse(&self.query).address()
    }

    fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }
}

/// A change of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum SavedChange {
    /// Adds a view, or replaces the one of its name.
    Put(SavedView),
    /// Takes a view away.
    Remove(String),
    /// Gives a view another name.
    Rename(String, String),
    /// Makes a view open by itself for its kind, or no longer.
    SetDefault(String, bool),
}

/// Changes a list; what is not there any more is passed over.
pub fn apply(views: &mut Vec<SavedView>, change: &SavedChange) {
    match change {
        SavedChange::Put(view) => {
            if view.is_default {
                clear_default(views, &view.kind());
            }
            match views.iter_mut().find(|known| known.is_called(&view.name)) {
                Some(known) => *known = view.clone(),
                None => views.push(view.clone()),
            }
        }
        SavedChange::Remove(name) => views.retain(|view| !view.is_called(name)),
        SavedChange::Rename(old, new) => {
            if views.iter().any(|view| view.is_called(new) && !view.is_called(old)) {
                return;
            }
            if let Some(view) = views.iter_mut().find(|view| view.is_called(old)) {
                view.name.clone_from(new);
            }
        }
        SavedChange::SetDefault(name, is_default) => {
            let Some(kind) = views.iter().find(|view| view.is_called(name)).map(SavedView::kind) else { return };
            clear_default(views, &kind);
            for view in views.iter_mut().filter(|view| view.is_called(name)) {
                view.is_default = *is_default;
            }
        }
    }
}

fn clear_default(views: &mut [SavedView], kind: &str) {
    for view in views.iter_mut().filter(|view| view.is_default && view.kind() == kind) {
        view.is_default = false;
    }
}

/// Why the list was not read or not written.
#[derive(Debug, Error)]
enum ListError {
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Not even one entry is passed over: whoever writes the list again would take it away.
    #[error(
        "Another version of this page has saved views that this one cannot read, so nothing was changed. Reload the page to get its newest version."
    )]
    Unknown(#[from] serde_json::Error),
}

fn read_list(value: Option<Value>) -> Result<Vec<SavedView>, serde_json::Error> {
    value.map_or_else(|| Ok(Vec::new()), serde_json::from_value)
}

/// The saved views of this person.
#[derive(Clone, Copy)]
pub struct SavedViews {
    list: RwSignal<Vec<SavedView>>,
    /// The list as the server had it last, as far as this page knows.
    on_server: StoredValue<Vec<SavedView>>,
    client: ApiClient,
    toasts: Toasts,
    /// Where the device keeps them, once it is known who this is.
    device_key: StoredValue<Option<String>>,
    is_known: RwSignal<bool>,
    /// The changes that are not saved yet; the first one is on its way.
    waiting: StoredValue<VecDeque<SavedChange>>,
}

impl SavedViews {
    /// Provides the views to the whole page and reads them once it is known who this is.
    pub fn provide(session: SessionState, client: ApiClient) {
        let saved = Self {
            list: RwSignal::new(Vec::new()),
            on_server: StoredValue::new(Vec::new()),
            client,
            toasts: Toasts::of_page(),
            device_key: StoredValue::new(None),
            is_known: RwSignal::new(false),
            waiting: StoredValue::new(VecDeque::new()),
        };
        provide_context(saved);
        let person = Memo::new(move |_| session.user_ref());
        effect(move || {
            let Some(person) = person.get() else { return };
            let device_key = format!("callboard.saved-views.{person}");
            if let Some(views) = browser::stored(&device_key).and_then(|text| serde_json::from_str(&text).ok()) {
                saved.on_server.set_value(views);
                saved.show();
            }
            saved.device_key.set_value(Some(device_key));
            saved.is_known.set(true);
            spawn_local(async move {
                match read(client).await {
                    Ok(views) => saved.take(views),
                    Err(error) => leptos::logging::warn!("Saved views were not read: {error:?}"),
                }
            });
        });
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The views, in the order in which they were saved.
    pub fn list(self) -> ReadSignal<Vec<SavedView>> {
        self.list.read_only()
    }

    /// Whether it is known who this is, and with that which view opens by itself.
    pub fn is_known(self) -> bool {
        self.is_known.get()
    }

    /// The view that opens by itself for a kind.
    pub fn default_of(self, kind: &str) -> Option<SavedView> {
        self.list.with(|views| views.iter().find(|view| view.is_default && view.kind() == kind).cloned())
    }

    /// Changes the list, here at once and then on the server.
    pub fn change(self, change: SavedChange) {
        self.waiting.update_value(|waiting| waiting.push_back(change));
        self.show();
        // The others follow the first one.
        if self.waiting.with_value(VecDeque::len) == 1 {
            spawn_local(self.save_waiting());
        }
    }

    /// Saves one change after the other: each reads what the one before has written.
    async fn save_waiting(self) {
        while let Some(Some(change)) = self.waiting.try_with_value(|waiting| waiting.front().cloned()) {
            let outcome = save(self.client, &change).await;
            self.waiting.try_update_value(VecDeque::pop_front);
            match outcome {
                Ok(views) => self.take(views),
                Err(error) => {
                    self.show();
                    self.toasts.show_with_action(
                        Tone::Bad,
                        "The view was not saved",
                        Some(error.to_string()),
                        "Try again",
                        move || self.change(change.clone()),
                    );
                }
            }
        }
    }

    /// Shows what the server had last, with the changes that are not saved yet.
    fn show(self) {
        let Some(mut views) = self.on_server.try_get_value() else { return };
        self.waiting.try_with_value(|waiting| waiting.iter().for_each(|change| apply(&mut views, change)));
        if self.list.with_untracked(|known| *known != views) {
            self.list.set(views);
        }
    }

    /// Takes a view away, with a way back.
    pub fn remove(self, view: SavedView) {
        self.change(SavedChange::Remove(view.name.clone()));
        let title = format!("“{}” is deleted", view.name);
        self.toasts.show_with_action(Tone::Info, &title, None, "Undo", move || {
            self.change(SavedChange::Put(view.clone()));
        });
    }

    fn take(self, views: Vec<SavedView>) {
        if let (Some(Some(key)), Ok(text)) = (self.device_key.try_get_value(), serde_json::to_string(&views)) {
            browser::store(&key, Some(&text));
        }
        self.on_server.try_set_value(views);
        self.show();
    }
}

async fn read(client: ApiClient) -> Result<Vec<SavedView>, ListError> {
    Ok(read_list(client.user_setting_get(BUCKET, KEY).await?)?)
}

async fn save(client: ApiClient, change: &SavedChange) -> Result<Vec<SavedView>, ListError> {
    let mut views = read(client).await?;
    apply(&mut views, change);
    let value = serde_json::to_value(&views)?;
    client.user_setting_update(BUCKET, KEY, value).await?;
    Ok(views)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn view(name: &str, query: &str, is_default: bool) -> SavedView {
        SavedView { name: name.to_owned(), query: query.to_owned(), is_default }
    }

    fn names(views: &[SavedView]) -> Vec<&str> {
        views.iter().map(|view| view.name.as_str()).collect()
    }

    #[test]
    fn a_view_of_the_same_name_is_replaced() {
        let mut views = vec![view("PCI", "tag=pci", false)];
        apply(&mut views, &SavedChange::Put(view("pci", "tag=pci&type=service", false)));
        apply(&mut views, &SavedChange::Put(view("Other", "kind=api", false)));
        assert_eq!(names(&views), ["pci", "Other"]);
        assert_eq!(views[1].address(), "/catalog?kind=api");
    }

    #[test]
    fn each_kind_has_one_view_that_opens_by_itself() {
        let mut views = vec![view("a", "tag=a", true), view("b", "tag=b", false), view("c", "kind=api", true)];
        apply(&mut views, &SavedChange::SetDefault("B".into(), true));
        let defaults: Vec<_> = views.iter().filter(|view| view.is_default).map(|view| view.name.as_str()).collect();
        assert_eq!(defaults, ["b", "c"]);
        apply(&mut views, &SavedChange::SetDefault("b".into(), false));
        apply(&mut views, &SavedChange::SetDefault("gone".into(), true));
        assert!(!views[0].is_default && !views[1].is_default && views[2].is_default);
    }

    #[test]
    fn a_new_name_must_be_free() {
        let mut views = vec![view("a", "", false), view("b", "", false)];
        apply(&mut views, &SavedChange::Rename("a".into(), "B".into()));
        assert_eq!(names(&views), ["a", "b"]);
        apply(&mut views, &SavedChange::Rename("a".into(), "A".into()));
        apply(&mut views, &SavedChange::Remove("b".into()));
        assert_eq!(names(&views), ["A"]);
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let views = vec![view("a", "tag=a", true)];
        assert_eq!(read_list(Some(serde_json::to_value(&views).unwrap())).unwrap(), views);
        assert_eq!(read_list(None).unwrap(), []);
    }

    #[test]
    fn what_another_version_stored_is_not_taken_for_nothing() {
        let known = json!({"name": "a", "query": ""});
        for stored in [json!({"other": 1}), json!([known, {"title": "b"}])] {
            assert!(read_list(Some(stored.clone())).is_err(), "{stored}");
        }
    }
}
