//! Modal windows on the browser's own dialog: it holds the focus, closes on Escape and gives the focus back.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::ui::effect::effect;

/// A modal window, in the middle or as a drawer at the edge.
#[component]
pub fn Dialog(
    /// Whether it is open.
    is_open: RwSignal<bool>,
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Shows it as a drawer at the edge.
    #[prop(optional)]
    drawer: bool,
    /// The content; made when the window opens.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    effect(move || {
        let Some(dialog) = node.get() else { return };
        if is_open.get() && !dialog.open() {
            if let Err(error) = dialog.show_modal() {
                leptos::logging::warn!("The dialog did not open: {error:?}");
            }
        } else if !is_open.get() && dialog.open() {
            dialog.close();
        }
    });
    let part = move |name: &str| format!("{}-{name}", if drawer { "drawer" } else { "dialog" });
    view! {
        <dialog
            node_ref=node
            class=if drawer { "drawer" } else { "dialog" }
            aria-label=title
            on:close=move |_| is_open.set(false)
            // A click on the backdrop has the dialog itself as its target.
            on:click=move |event| {
                let is_backdrop = node.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()));
                if is_backdrop {
                    is_open.set(false);
                }
            }
        >
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            <div class=part("head")>
                                <h2>{title}</h2>
                                <button
                                    class="icon-button small"
                                    type="button"
                                    aria-label="Close"
                                    on:click=move |_| is_open.set(false)
                                >
                                    <Icon name=IconName::X/>
                                </button>
                            </div>
                            <div class=part("body")>{children()}</div>
                        }
                    })
            }}
        </dialog>
    }
}
