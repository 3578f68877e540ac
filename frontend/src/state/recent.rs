//! The entities that this person looked at last. They are kept on the device, for each person apart.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::entity::{Entity, EntityRef};

use super::session::SessionState;
use crate::browser;
use crate::ui::effect::effect;

/// Entities that are remembered.
const MAX_RECENT: usize = 12;

/// An entity that was looked at, with what a list shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecentEntity {
    /// The full reference.
    pub entity_ref: EntityRef,
    /// What it is called.
    pub title: String,
    /// The type, for its icon.
    pub entity_type: Option<String>,
    /// When it was looked at last, in milliseconds since 1970; absent where an older page remembered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at_ms: Option<u64>,
}

impl RecentEntity {
    fn of(entity: &Entity, now_ms: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the time is after 1970")]
        let seen_at_ms = Some(now_ms as u64);
        Self {
            entity_ref: entity.entity_ref(),
            title: entity.display_name().to_owned(),
            entity_type: entity.spec_text("type").map(str::to_owned),
            seen_at_ms,
        }
    }
}

/// The entities that this person looked at last, the newest first.
#[derive(Clone, Copy)]
pub struct Recents {
    entries: RwSignal<Vec<RecentEntity>>,
    /// Where they are stored, once it is known who this is.
    key: StoredValue<Option<String>>,
}

impl Recents {
    /// Provides them to the whole page.
    pub fn provide(session: SessionState) {
        let recents = Self { entries: RwSignal::new(Vec::new()), key: StoredValue::new(None) };
        provide_context(recents);
        let person = Memo::new(move |_| session.user_ref());
        effect(move || {
            let Some(person) = person.get() else { return };
            let key = format!("callboard.recent.{person}");
            let known = stored(&key).unwrap_or_default();
            recents.key.set_value(Some(key));
            recents.entries.update(|entries| append_known(entries, known));
        });
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The entities, the newest first.
    pub fn entries(self) -> ReadSignal<Vec<RecentEntity>> {
        self.entries.read_only()
    }

    /// Remembers that an entity was looked at.
    pub fn visit(self, entity: &Entity) {
        let visited = RecentEntity::of(entity, browser::now_ms());
        let key = self.key.get_value();
        // Other tabs have stored what was looked at there.
        let stored = key.as_deref().and_then(stored);
        self.entries.update(|entries| {
            if let Some(stored) = stored {
                *entries = stored;
            }
            put_first(entries, visited);
        });
        if let (Some(key), Ok(text)) = (key, self.entries.with_untracked(serde_json::to_string)) {
            browser::store(&key, Some(&text));
        }
    }
}

fn stored(key: &str) -> Option<Vec<RecentEntity>> {
    browser::stored(key).and_then(|text| serde_json::from_str(&text).ok())
}

fn put_first(entries: &mut Vec<RecentEntity>, newest: RecentEntity) {
    entries.retain(|entry| entry.entity_ref != newest.entity_ref);
    entries.insert(0, newest);
    entries.truncate(MAX_RECENT);
}

/// Adds what was stored behind what was looked at since the page was opened.
fn append_known(entries: &mut Vec<RecentEntity>, stored: Vec<RecentEntity>) {
    for entry in stored {
        if !entries.iter().any(|known| known.entity_ref == entry.entity_ref) {
            entries.push(entry);
        }
    }
    entries.truncate(MAX_RECENT);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> RecentEntity {
        RecentEntity {
            entity_ref: EntityRef::new("api", "default", name),
            title: name.to_owned(),
            entity_type: None,
            seen_at_ms: None,
        }
    }

    fn names(entries: &[RecentEntity]) -> Vec<&str> {
        entries.iter().map(|entry| entry.title.as_str()).collect()
    }

    #[test]
    fn the_newest_comes_first_and_each_is_there_once() {
        let mut entries = Vec::new();
        for name in ["a", "b", "a"] {
            put_first(&mut entries, entry(name));
        }
        assert_eq!(names(&entries), ["a", "b"]);
        for number in 0..30 {
            put_first(&mut entries, entry(&number.to_string()));
        }
        assert_eq!(entries.len(), MAX_RECENT);
    }

    #[test]
    fn what_was_stored_comes_after_what_is_new_and_is_read_back() {
        let mut entries = vec![entry("b")];
        let stored: Vec<RecentEntity> =
            serde_json::from_str(&serde_json::to_string(&[entry("a"), entry("b")]).unwrap()).unwrap();
        append_known(&mut entries, stored);
        assert_eq!(names(&entries), ["b", "a"]);
    }
}
