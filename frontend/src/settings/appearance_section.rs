//! How the page looks and which keys act.

use leptos::prelude::*;

use super::settings_page::{SettingsRow, SettingsSwitch};
use crate::browser;
use crate::shell::Shortcuts;
use crate::state::preferences::{Density, Preferences, Theme};
use crate::ui::segmented::{Segment, Segmented};

/// Theme, density, sidebar, keys.
#[component]
pub fn AppearanceSection() -> impl IntoView {
    let preferences = Preferences::of_page();
    let densities = Signal::derive(|| ["Comfortable", "Default", "Compact"].map(Segment::new).to_vec());
    let density = Signal::derive(move || {
        let chosen = preferences.density().get();
        Density::ALL.iter().position(|one| *one == chosen).unwrap_or_default()
    });
    let sidebars = Signal::derive(|| ["Wide", "Icons only"].map(Segment::new).to_vec());
    let is_device_only = preferences.is_device_only();
    let where_kept = Signal::derive(move || {
        if is_device_only.get() {
            "These choices stay on this device. Other devices keep theirs.".to_owned()
        } else {
            "The choices on this page follow you to every device on which you sign in.".to_owned()
        }
    });
    let motion = if browser::media_matches("(prefers-reduced-motion: reduce)") {
        "Your system asks for less motion, so nothing slides or fades here."
    } else {
        "Follows your system. Ask it for less motion, and nothing slides or fades here."
    };
    view! {
        <section aria-labelledby="appearance">
            <h2 id="appearance">"Appearance"</h2>
            <fieldset class="settings__themes">
                <legend>"Theme"</legend>
                <div class="row">{Theme::ALL.map(|theme| view! { <ThemeCard theme/> }).into_iter().collect_view()}</div>
            </fieldset>
            <SettingsRow id="set-density" title="Density" text="Row height in tables and lists.".to_owned()>
                <Segmented
                    label="Density"
                    segments=densities
                    chosen=density
                    on_choose=Callback::new(move |chosen: usize| preferences.set_density(Density::ALL[chosen]))
                />
            </SettingsRow>
            <SettingsRow id="set-sidebar" title="Sidebar" text="On wide screens. The key [ does the same.".to_owned()>
                <Segmented
                    label="Sidebar"
                    segments=sidebars
                    chosen=Signal::derive(move || usize::from(preferences.is_rail().get()))
                    on_choose=Callback::new(move |chosen: usize| preferences.set_rail(chosen == 1))
                />
            </SettingsRow>
            <SettingsRow
                id="set-keys"
                title="Single-key shortcuts"
                text="Keys such as J, S and / act outside text fields. Switch them off where you speak to the computer or press keys by accident.".to_owned()
            >
                <SettingsSwitch
                    id="set-keys"
                    is_on=preferences.has_single_keys()
                    on_switch=Callback::new(move |is_on| preferences.set_single_keys(is_on))
                />
            </SettingsRow>
            <SettingsRow id="set-motion" title="Reduced motion" text=motion.to_owned()>
                <span class="badge">"System"</span>
            </SettingsRow>
            <SettingsRow id="set-device" title="Only on this device" text=where_kept>
                <SettingsSwitch
                    id="set-device"
                    is_on=is_device_only
                    on_switch=Callback::new(move |is_on| preferences.set_device_only(is_on))
                />
            </SettingsRow>
        </section>
        <section aria-labelledby="shortcuts">
            <h2 id="shortcuts">"Shortcuts"</h2>
            <div class="settings__keys"><Shortcuts class="settings__keys-group"/></div>
        </section>
    }
}

/// A theme as a picture of it.
#[component]
fn ThemeCard(
    /// Which one.
    theme: Theme,
) -> impl IntoView {
    let preferences = Preferences::of_page();
    let current = preferences.theme();
    let label = if theme == Theme::System { "Match system" } else { theme.label() };
    // The picture of the system's theme looks as the system says.
    let shown = theme.value().unwrap_or("system");
    view! {
        <label class="theme-card">
            <span class="theme-card__swatch" data-theme=theme.value() data-swatch=shown aria-hidden="true">
                <i></i>
                <b></b>
            </span>
            <span class="theme-card__name">
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || current.get() == theme
                    on:change=move |_| preferences.set_theme(theme)
                />
                {label}
            </span>
        </label>
    }
}
