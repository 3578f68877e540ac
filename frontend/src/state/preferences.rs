//! Choices that belong to the device, not to the address: theme, density, sidebar.

use leptos::leptos_dom::helpers::document;
use leptos::prelude::*;

use crate::browser;

const THEME_KEY: &str = "callboard.theme";
const DENSITY_KEY: &str = "callboard.density";
const SIDEBAR_KEY: &str = "callboard.sidebar";
const SINGLE_KEYS_KEY: &str = "callboard.single-keys";

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
    fn value(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// How high the rows of the catalog are.
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
}

/// The choices and where they are kept.
#[derive(Clone, Copy)]
pub struct Preferences {
    theme: RwSignal<Theme>,
    density: RwSignal<Density>,
    is_rail: RwSignal<bool>,
    has_single_keys: RwSignal<bool>,
}

impl Preferences {
    /// Reads the device's choices and provides them to the whole page.
    pub fn provide() -> Self {
        let stored_in = |key| browser::stored(key);
        let theme = stored_in(THEME_KEY);
        let density = stored_in(DENSITY_KEY);
        let preferences = Self {
            theme: RwSignal::new(
                Theme::ALL.into_iter().find(|one| one.value() == theme.as_deref()).unwrap_or(Theme::System),
            ),
            density: RwSignal::new(
                Density::ALL
                    .into_iter()
                    .find(|one| Some(one.value()) == density.as_deref())
                    .unwrap_or(Density::Default),
            ),
            is_rail: RwSignal::new(stored_in(SIDEBAR_KEY).as_deref() == Some("rail")),
            has_single_keys: RwSignal::new(stored_in(SINGLE_KEYS_KEY).as_deref() != Some("off")),
        };
        provide_context(preferences);
        preferences
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
        self.theme.set(theme);
        browser::store(THEME_KEY, theme.value());
        let Some(root) = document().document_element() else { return };
        let result = match theme.value() {
            Some(value) => root.set_attribute("data-theme", value),
            None => root.remove_attribute("data-theme"),
        };
        if let Err(error) = result {
            leptos::logging::warn!("The theme did not change: {error:?}");
        }
    }

    /// The density now.
    pub fn density(self) -> ReadSignal<Density> {
        self.density.read_only()
    }

    /// Chooses a density.
    pub fn set_density(self, density: Density) {
        self.density.set(density);
        browser::store(DENSITY_KEY, Some(density.value()));
    }

    /// Whether single keys act without Ctrl or Alt. Speech input may need them off (WCAG 2.1.4).
    pub fn has_single_keys(self) -> ReadSignal<bool> {
        self.has_single_keys.read_only()
    }

    /// Switches single keys on or off.
    pub fn set_single_keys(self, has_single_keys: bool) {
        self.has_single_keys.set(has_single_keys);
        browser::store(SINGLE_KEYS_KEY, (!has_single_keys).then_some("off"));
    }

    /// Whether the sidebar shows icons only.
    pub fn is_rail(self) -> ReadSignal<bool> {
        self.is_rail.read_only()
    }

    /// Narrows or widens the sidebar.
    pub fn toggle_rail(self) {
        self.is_rail.update(|is_rail| *is_rail = !*is_rail);
        browser::store(SIDEBAR_KEY, self.is_rail.get_untracked().then_some("rail"));
    }
}
