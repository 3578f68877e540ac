//! Modal windows on the browser's own dialog: it holds the focus, closes on Escape and gives the focus back.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::messages::Messages;
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
    /// Whether it holds what would be lost: then only its buttons close it.
    #[prop(optional, into)]
    keeps_open: Signal<bool>,
    /// The content; made when the window opens.
    children: ChildrenFn,
) -> impl IntoView {
    let part = move |name: &str| format!("{}-{name}", if drawer { "drawer" } else { "dialog" });
    view! {
        <Modal is_open label=title class=if drawer { "drawer" } else { "dialog" } keeps_open>
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
        </Modal>
    }
}

/// A modal window without a head.
#[component]
pub fn Modal(
    /// Whether it is open.
    is_open: RwSignal<bool>,
    /// What it is called.
    #[prop(into)]
    label: Signal<String>,
    /// Its class.
    class: &'static str,
    /// Whether it holds what would be lost: then neither Escape nor a click on the backdrop closes it.
    #[prop(optional, into)]
    keeps_open: Signal<bool>,
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
    // The backdrop has the dialog itself as its target.
    let is_backdrop = move |event: &web_sys::MouseEvent| {
        node.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()))
    };
    view! {
        <dialog
            node_ref=node
            class=class
            aria-label=label
            on:close=move |_| is_open.set(false)
            // The browser asks by `cancel` when a phone goes back, and for Escape, but not for a second Escape.
            on:cancel=move |event: web_sys::Event| {
                if keeps_open.get_untracked() {
                    event.prevent_default();
                }
            }
            on:keydown=move |event| {
                if event.key() == "Escape" && keeps_open.get_untracked() {
                    event.prevent_default();
                }
            }
            // A slip beside a window that stays must not take the focus from where somebody writes.
            on:mousedown=move |event| {
                if is_backdrop(&event) && keeps_open.get_untracked() {
                    event.prevent_default();
                }
            }
            on:click=move |event| {
                if is_backdrop(&event) && !keeps_open.get_untracked() {
                    is_open.set(false);
                }
            }
        >
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            {children()}
                            <Messages/>
                        }
                    })
            }}
        </dialog>
    }
}
