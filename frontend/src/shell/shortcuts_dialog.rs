//! The list of keys.

use leptos::prelude::*;

use crate::ui::dialog::Dialog;

/// A key, or keys one after the other, and what they do.
type Shortcut = (&'static [&'static str], &'static str);

const EVERYWHERE: &[Shortcut] = &[
    (&["G", "C"], "Open the catalog"),
    (&["/"], "Filter this page"),
    (&["["], "Narrow or widen the sidebar"),
    (&["?"], "Show this list"),
];

const IN_TABLES: &[Shortcut] = &[
    (&["J", "K"], "Next and previous row (also the arrow keys)"),
    (&["Page ↑", "Page ↓"], "One screen up or down"),
    (&["Home", "End"], "First and last row"),
    (&["↵"], "Open the row"),
    (&["→"], "Go to the links of the row"),
];

/// The list of keys, opened by `?`.
#[component]
pub fn ShortcutsDialog(
    /// Whether it is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog is_open title="Keyboard shortcuts">
            <Shortcuts title="Everywhere" shortcuts=EVERYWHERE/>
            <Shortcuts title="In tables" shortcuts=IN_TABLES/>
        </Dialog>
    }
}

#[component]
fn Shortcuts(
    /// Where the keys work.
    title: &'static str,
    /// The keys.
    shortcuts: &'static [Shortcut],
) -> impl IntoView {
    view! {
        <section class="shortcuts">
            <h3>{title}</h3>
            <dl>
                {shortcuts
                    .iter()
                    .map(|&(keys, text)| {
                        view! {
                            <div>
                                <dt>{text}</dt>
                                <dd>{keys.iter().map(|&key| view! { <kbd>{key}</kbd> }).collect_view()}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
        </section>
    }
}
