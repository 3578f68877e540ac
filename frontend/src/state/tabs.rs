//! News between the open tabs of this browser: what one of them saves, the others show at once.

use std::rc::Rc;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// The name of the channel. Pages of other origins have channels of their own.
const CHANNEL: &str = "callboard";

/// What a tab tells the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum News {
    /// The stars of a person, as the server has them now.
    #[serde(rename_all = "camelCase")]
    Stars {
        /// Whose stars.
        person: String,
        /// References, in their order.
        refs: Vec<String>,
    },
    /// The choices on the device have changed. They come along: its storage may show them to another tab a moment later.
    #[serde(rename_all = "camelCase")]
    Preferences {
        /// All of them, as JSON.
        choices: String,
        /// Whether they stay on this device.
        is_device_only: bool,
    },
    /// The person signed out in this browser.
    SignedOut,
    /// Somebody signed in in this browser.
    SignedIn,
}

type Listener = Rc<dyn Fn(&News)>;

/// Tells the other tabs, and hears them.
#[derive(Clone, Copy)]
pub struct Tabs {
    channel: StoredValue<Option<BroadcastChannel>, LocalStorage>,
    listeners: StoredValue<Vec<Listener>, LocalStorage>,
}

impl Tabs {
    /// Provides them to the whole page. A browser without such channels has tabs that do not hear of each other.
    pub fn provide() -> Self {
        let tabs = Self {
            channel: StoredValue::new_local(BroadcastChannel::new(CHANNEL).ok()),
            listeners: StoredValue::new_local(Vec::new()),
        };
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let news = event.data().as_string().and_then(|text| serde_json::from_str::<News>(&text).ok());
            // A tab with another version of the page may tell what this one does not understand.
            let Some(news) = news else { return };
            let listeners = tabs.listeners.try_with_value(Clone::clone).unwrap_or_default();
            for listener in listeners {
                listener(&news);
            }
        });
        tabs.channel.with_value(|channel| {
            if let Some(channel) = channel {
                channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
            }
        });
        // It listens as long as the page is open.
        hear.forget();
        provide_context(tabs);
        tabs
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Tells all other tabs.
    pub fn tell(self, news: &News) {
        let Ok(text) = serde_json::to_string(news) else { return };
        self.channel.with_value(|channel| {
            let outcome = channel.as_ref().map(|channel| channel.post_message(&JsValue::from_str(&text)));
            if let Some(Err(error)) = outcome {
                leptos::logging::warn!("The other tabs were not told: {error:?}");
            }
        });
    }

    /// Listens to the others for as long as the page is open.
    pub fn listen(self, listener: impl Fn(&News) + 'static) {
        self.listeners.update_value(|listeners| listeners.push(Rc::new(listener)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_read_back_and_others_are_ignored() {
        let stars = News::Stars { person: "user:default/ann".into(), refs: vec!["api:default/a".into()] };
        let preferences = News::Preferences { choices: "{}".into(), is_device_only: true };
        for news in [stars, preferences, News::SignedOut, News::SignedIn] {
            assert_eq!(serde_json::from_str::<News>(&serde_json::to_string(&news).unwrap()).unwrap(), news);
        }
        for text in ["", "1", "\"somethingElse\"", "{\"stars\":1}"] {
            assert!(serde_json::from_str::<News>(text).is_err(), "{text}");
        }
    }
}
