//! News from the catalog, spread to the parts of the page that show it.

use std::rc::Rc;

use leptos::prelude::*;
use shared::api::catalog::CatalogChange;

type Listener = Rc<dyn Fn(&CatalogChange)>;

/// Hands each change to everyone who listens.
#[derive(Clone, Copy)]
pub struct CatalogChanges {
    listeners: StoredValue<Listeners, LocalStorage>,
    is_connected: RwSignal<bool>,
}

#[derive(Default)]
struct Listeners {
    next_id: u32,
    entries: Vec<(u32, Listener)>,
}

impl CatalogChanges {
    /// Provides the changes to the whole page.
    pub fn provide() -> Self {
        let changes =
            Self { listeners: StoredValue::new_local(Listeners::default()), is_connected: RwSignal::new(true) };
        provide_context(changes);
        changes
    }

    /// Tells everyone.
    pub fn publish(self, change: &CatalogChange) {
        // Listeners are copied out, because one of them may add or remove a listener.
        let listeners: Vec<Listener> = self
            .listeners
            .with_value(|listeners| listeners.entries.iter().map(|(_, listener)| listener.clone()).collect());
        for listener in listeners {
            listener(change);
        }
    }

    /// Records whether the stream is open.
    pub fn set_connected(self, is_connected: bool) {
        if self.is_connected.get_untracked() != is_connected {
            self.is_connected.set(is_connected);
        }
    }

    /// Whether pages update themselves at the moment.
    pub fn is_connected(self) -> ReadSignal<bool> {
        self.is_connected.read_only()
    }
}

/// Listens until the calling component goes.
pub fn use_catalog_changes(listener: impl Fn(&CatalogChange) + 'static) {
    let changes = expect_context::<CatalogChanges>();
    let id = changes.listeners.try_update_value(|listeners| {
        listeners.next_id += 1;
        listeners.entries.push((listeners.next_id, Rc::new(listener)));
        listeners.next_id
    });
    on_cleanup(move || {
        // At the end of the page the list may be gone before its listeners.
        changes.listeners.try_update_value(|listeners| listeners.entries.retain(|(entry, _)| Some(*entry) != id));
    });
}
