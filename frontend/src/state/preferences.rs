//! Choices that belong to the person, not to the address: theme, density, sidebar, single keys.
//!
//! The device keeps them, so that the page looks right from its first paint, and the server keeps them, so that they follow the
//! person to other devices. What the server has wins when the page is opened; a device may keep its choices to itself.

use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, document, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::connection::Connection;
use super::session::SessionState;
use super::tabs::{News, Tabs};
use super::toasts::Toasts;
use crate::api::ApiClient;
use crate::browser;
use crate::ui::badge::Tone;
use crate::ui::effect::effect;

const THEME_KEY: &str = "callboard.theme";
const DENSITY_KEY: &str = "callboard.density";
const SIDEBAR_KEY: &str = "callboard.sidebar";
const SINGLE_KEYS_KEY: &str = "callboard.single-keys";
const DEVICE_ONLY_KEY: &str = "callboard.device-only";
/// Set while the server does not have the newest choice, also when the page goes in the meantime.
const UNSAVED_KEY: &str = "callboard.preferences-unsaved";

/// Where the server keeps them.
const BUCKET: &str = "callboard.preferences";
const KEY: &str = "appearance";
/// Choices made shortly one after the other are saved together.
const SAVE_PAUSE: Duration = Duration::from_millis(400);

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the operating system says.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All themes, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word on the menu.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The value of `data-theme`, which `theme.js` also reads before the first paint.
    pub fn value(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn of_value(value: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|one| one.value() == value).unwrap_or(Self::System)
    }
}

/// How high the rows of tables are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Density {
    /// 52 px.
    Comfortable,
    /// 34 px.
    Default,
    /// 28 px.
    Compact,
}

impl Density {
    /// All densities, in the order of the control.
    pub const ALL: [Self; 3] = [Self::Comfortable, Self::Default, Self::Compact];

    /// The word on the control.
    pub fn label(self) -> &'static str {
        match self {
            Self::Comfortable => "Comfortable rows",
            Self::Default => "Default rows",
            Self::Compact => "Compact rows",
        }
    }

    /// The value of `data-rows` on the table.
    pub fn value(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Default => "default",
            Self::Compact => "compact",
        }
    }

    fn of_value(value: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|one| Some(one.value()) == value).unwrap_or(Self::Default)
    }
}

/// The choices as they are kept; what is absent is as it comes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Choices {
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    density: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sidebar: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    single_keys: Option<String>,
}

impl Choices {
    /// Those of the device.
    fn stored() -> Self {
        Self {
            theme: browser::stored(THEME_KEY),
            density: browser::stored(DENSITY_KEY),
            sidebar: browser::stored(SIDEBAR_KEY),
            single_keys: browser::stored(SINGLE_KEYS_KEY),
        }
    }

    fn store(&self) {
        browser::store(THEME_KEY, self.theme.as_deref());
        browser::store(DENSITY_KEY, self.density.as_deref());
        browser::store(SIDEBAR_KEY, self.sidebar.as_deref());
        browser::store(SINGLE_KEYS_KEY, self.single_keys.as_deref());
    }

    fn new(theme: Theme, density: Density, is_rail: bool, has_single_keys: bool) -> Self {
        Self {
            theme: theme.value().map(str::to_owned),
            density: (density != Density::Default).then(|| density.value().to_owned()),
            sidebar: is_rail.then(|| "rail".to_owned()),
            single_keys: (!has_single_keys).then(|| "off".to_owned()),
        }
    }

    fn theme(&self) -> Theme {
        Theme::of_value(self.theme.as_deref())
    }

    fn density(&self) -> Density {
        Density::of_value(self.density.as_deref())
    }

    fn is_rail(&self) -> bool {
        self.sidebar.as_deref() == Some("rail")
    }

    fn has_single_keys(&self) -> bool {
        self.single_keys.as_deref() != Some("off")
    }
}

/// The choices and where they are kept.
#[derive(Clone, Copy)]
pub struct Preferences {
    theme: RwSignal<Theme>,
    density: RwSignal<Density>,
    is_rail: RwSignal<bool>,
    has_single_keys: RwSignal<bool>,
    is_device_only: RwSignal<bool>,
    tabs: Tabs,
    toasts: Toasts,
    connection: Connection,
    /// How to reach the server, once somebody has signed in.
    client: StoredValue<Option<ApiClient>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Preferences {
    /// Reads the device's choices and provides them to the whole page.
    pub fn provide() -> Self {
        let stored = Choices::stored();
        let preferences = Self {
            theme: RwSignal::new(stored.theme()),
            density: RwSignal::new(stored.density()),
            is_rail: RwSignal::new(stored.is_rail()),
            has_single_keys: RwSignal::new(stored.has_single_keys()),
            is_device_only: RwSignal::new(browser::stored(DEVICE_ONLY_KEY).is_some()),
            tabs: Tabs::of_page(),
            toasts: Toasts::of_page(),
            connection: Connection::of_page(),
            client: StoredValue::new_local(None),
            timer: StoredValue::new(None),
        };
        provide_context(preferences);
        preferences
    }

    /// Lets the choices follow the person: reads what the server has once it is known who this is, and hears the other tabs.
    pub fn follow(self, session: SessionState, client: ApiClient) {
        self.tabs.listen(move |news| {
            if let News::Preferences { choices, is_device_only } = news
                && let Ok(choices) = serde_json::from_str(choices)
            {
                self.is_device_only.set(*is_device_only);
                self.show(&choices);
            }
        });
        let person = Memo::new(move |_| session.user_ref());
        effect(move || {
            if person.get().is_some() {
                self.client.set_value(Some(client));
                self.read(client);
            }
        });
        // What was not saved goes out as soon as the server is back.
        effect(move || {
            if self.connection.has_stream() && browser::stored(UNSAVED_KEY).is_some() {
                self.save_soon();
            }
        });
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The theme now.
    pub fn theme(self) -> ReadSignal<Theme> {
        self.theme.read_only()
    }

    /// Chooses a theme.
    pub fn set_theme(self, theme: Theme) {
        self.choose(Choices { theme: theme.value().map(str::to_owned), ..self.choices() });
    }

    /// The density now.
    pub fn density(self) -> ReadSignal<Density> {
        self.density.read_only()
    }

    /// Chooses a density.
    pub fn set_density(self, density: Density) {
        self.choose(Choices { density: Some(density.value().to_owned()), ..self.choices() });
    }

    /// Whether single keys act without Ctrl or Alt. Speech input may need them off (WCAG 2.1.4).
    pub fn has_single_keys(self) -> ReadSignal<bool> {
        self.has_single_keys.read_only()
    }

    /// Switches single keys on or off.
    pub fn set_single_keys(self, has_single_keys: bool) {
        let single_keys = (!has_single_keys).then(|| "off".to_owned());
        self.choose(Choices { single_keys, ..self.choices() });
    }

    /// Whether the sidebar shows icons only.
    pub fn is_rail(self) -> ReadSignal<bool> {
        self.is_rail.read_only()
    }

    /// Narrows or widens the sidebar.
    pub fn set_rail(self, is_rail: bool) {
        self.choose(Choices { sidebar: is_rail.then(|| "rail".to_owned()), ..self.choices() });
    }

    /// Narrows the sidebar where it is wide, and the other way round.
    pub fn toggle_rail(self) {
        self.set_rail(!self.is_rail.get_untracked());
    }

    /// Whether this device keeps its choices to itself.
    pub fn is_device_only(self) -> ReadSignal<bool> {
        self.is_device_only.read_only()
    }

    /// Lets the device keep its choices to itself, or follow the person again, which takes what the server has.
    pub fn set_device_only(self, is_device_only: bool) {
        self.is_device_only.set(is_device_only);
        browser::store(DEVICE_ONLY_KEY, is_device_only.then_some("yes"));
        self.tell();
        if let Some(client) = self.client.get_value().filter(|_| !is_device_only) {
            self.read(client);
        }
    }

    fn tell(self) {
        if let Ok(choices) = serde_json::to_string(&self.choices()) {
            self.tabs.tell(&News::Preferences { choices, is_device_only: self.is_device_only.get_untracked() });
        }
    }

    fn choices(self) -> Choices {
        Choices::new(
            self.theme.get_untracked(),
            self.density.get_untracked(),
            self.is_rail.get_untracked(),
            self.has_single_keys.get_untracked(),
        )
    }

    fn choose(self, choices: Choices) {
        self.show(&choices);
        choices.store();
        self.tell();
        if !self.is_device_only.get_untracked() {
            browser::store(UNSAVED_KEY, Some("yes"));
            self.save_soon();
        }
    }

    /// Shows choices without keeping them.
    fn show(self, choices: &Choices) {
        set_if_new(self.density, choices.density());
        set_if_new(self.is_rail, choices.is_rail());
        set_if_new(self.has_single_keys, choices.has_single_keys());
        set_if_new(self.theme, choices.theme());
        let Some(root) = document().document_element() else { return };
        let result = match choices.theme().value() {
            Some(value) => root.set_attribute("data-theme", value),
            None => root.remove_attribute("data-theme"),
        };
        if let Err(error) = result {
            leptos::logging::warn!("The theme did not change: {error:?}");
        }
    }

    fn read(self, client: ApiClient) {
        if self.is_device_only.get_untracked() {
            return;
        }
        spawn_local(async move {
            let found = client.user_setting_get(BUCKET, KEY).await;
            // What was chosen meanwhile, or just before the page was left, is newer.
            if browser::stored(UNSAVED_KEY).is_some() {
                return self.save_soon();
            }
            match found {
                Ok(Some(value)) => {
                    // What another version has written, and this one cannot read, is left as it is.
                    if let Ok(choices) = serde_json::from_value::<Choices>(value) {
                        self.show(&choices);
                        choices.store();
                    }
                }
                // Nothing was ever chosen by this person: the device stays as it is.
                Ok(None) => {}
                Err(error) => leptos::logging::warn!("Preferences were not read: {error} ({})", error.details()),
            }
        });
    }

    fn save_soon(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        self.timer.set_value(set_timeout_with_handle(move || self.save(), SAVE_PAUSE).ok());
    }

    fn save(self) {
        // Before anyone has signed in there is nowhere to save; reading saves then.
        let Some(client) = self.client.get_value().filter(|_| !self.is_device_only.get_untracked()) else { return };
        let sent = self.choices();
        let Ok(value) = serde_json::to_value(&sent) else { return };
        spawn_local(async move {
            match client.user_setting_update(BUCKET, KEY, value).await {
                // Something newer saves itself.
                Ok(_) if self.choices() != sent => {}
                Ok(_) => browser::store(UNSAVED_KEY, None),
                // The device has them; they go out when the server is back.
                Err(error) if error.is_away() && self.connection.is_away_now() => {}
                Err(error) => self.toasts.show_with_action(
                    Tone::Bad,
                    "Your choice was not saved",
                    Some(error.to_string()),
                    "Try again",
                    move || self.save(),
                ),
            }
        });
    }
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_are_read_back_and_what_comes_by_itself_is_left_out() {
        let chosen = Choices::new(Theme::Dark, Density::Compact, true, false);
        let value = serde_json::to_value(&chosen).unwrap();
        assert_eq!(value, json!({"theme": "dark", "density": "compact", "sidebar": "rail", "singleKeys": "off"}));
        assert_eq!(serde_json::from_value::<Choices>(value).unwrap(), chosen);
        assert_eq!(
            serde_json::to_value(Choices::new(Theme::System, Density::Default, false, true)).unwrap(),
            json!({})
        );
    }

    #[test]
    fn what_is_not_understood_is_as_it_comes() {
        let read = |value| serde_json::from_value::<Choices>(value).unwrap();
        let odd = read(json!({"theme": "sepia", "density": "tiny", "sidebar": "left", "singleKeys": "on", "more": 1}));
        assert_eq!((odd.theme(), odd.density()), (Theme::System, Density::Default));
        assert!(!odd.is_rail() && odd.has_single_keys());
        assert!(serde_json::from_value::<Choices>(json!([1])).is_err());
    }
}
