//! The list of keys, made from those that are registered.

use leptos::prelude::*;

use crate::extensions::{ExtensionRegistry, Shortcut, ShortcutPlace};
use crate::state::overlays::Overlays;
use crate::state::preferences::Preferences;
use crate::ui::dialog::Dialog;

/// The list of keys, opened by `?`.
#[component]
pub fn ShortcutsDialog() -> impl IntoView {
    let preferences = Preferences::of_page();
    let has_single_keys = preferences.has_single_keys();
    let is_open = Overlays::of_page().are_shortcuts_open;
    view! {
        <Dialog is_open title="Keyboard shortcuts">
            <label class="check shortcuts__switch">
                <input
                    type="checkbox"
                    prop:checked=has_single_keys
                    on:change=move |event| preferences.set_single_keys(event_target_checked(&event))
                />
                <span>"Single keys act. Switch them off where you speak to the computer or press keys by accident."</span>
            </label>
            <Shortcuts class="shortcuts"/>
        </Dialog>
    }
}

/// The keys, place by place.
#[component]
pub fn Shortcuts(
    /// The class of the part of each place.
    class: &'static str,
) -> impl IntoView {
    let registry = ExtensionRegistry::of_page();
    let line = |shortcut: Shortcut| {
        view! {
            <div>
                <dt>{shortcut.label}</dt>
                <dd>{shortcut.keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dd>
            </div>
        }
    };
    let part = move |place: ShortcutPlace| {
        let shortcuts = registry.with(|registry| registry.shortcuts(place));
        (!shortcuts.is_empty()).then(|| {
            view! {
                <section class=class>
                    <h3>{place.label()}</h3>
                    <dl>{shortcuts.into_iter().map(line).collect_view()}</dl>
                </section>
            }
        })
    };
    move || ShortcutPlace::ALL.map(part).into_iter().collect_view()
}
