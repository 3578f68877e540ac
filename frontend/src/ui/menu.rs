//! A button that opens a list of choices or links.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Icon, IconName};
use crate::browser;

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    /// The words.
    pub label: String,
    /// The picture before them.
    pub icon: IconName,
    /// The kind that colours the picture.
    pub kind: Option<String>,
    /// A remark at the end, such as a count.
    pub remark: Option<String>,
    /// `Some` for one of several choices: whether it is the current one.
    pub is_checked: Option<bool>,
    /// Whether it takes something away.
    pub is_danger: bool,
    /// What choosing it does.
    pub action: MenuAction,
}

/// What choosing a line does.
#[derive(Clone)]
pub enum MenuAction {
    /// Goes to an address.
    Open(String),
    /// Runs something.
    Run(Callback<()>),
}

/// A button with a menu. Arrows move, letters jump, Escape closes to the button.
#[component]
pub fn Menu(
    /// The name of the button and of the list.
    #[prop(into)]
    label: Signal<String>,
    /// The classes of the button.
    button_class: &'static str,
    /// The lines; asked for when the menu opens.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
    /// Whether the list starts at the left edge of the button.
    #[prop(optional)]
    start: bool,
    /// What the button shows.
    children: Children,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let lines = move || -> Vec<web_sys::HtmlElement> {
        let Some(Ok(found)) = root.get_untracked().map(|root| root.query_selector_all(".menu-item")) else {
            return Vec::new();
        };
        (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
    };
    let focus_line = move |choose: &dyn Fn(usize, usize) -> usize| {
        let lines = lines();
        let active = document().active_element();
        let at = lines.iter().position(|line| Some(line.as_ref()) == active.as_ref());
        if let Some(line) = lines.get(choose(at.unwrap_or(usize::MAX), lines.len())) {
            browser::focus(line);
        }
    };
    let close_to_button = move || {
        is_open.set(false);
        if let Some(button) = button.get_untracked() {
            browser::focus(&button);
        }
    };
    let open = move || {
        is_open.set(true);
        request_animation_frame(move || {
            if is_open.is_disposed() {
                return;
            }
            let checked =
                lines().into_iter().find(|line| line.get_attribute("aria-checked").as_deref() == Some("true"));
            match checked {
                Some(line) => browser::focus(&line),
                None => focus_line(&|_, _| 0),
            }
        });
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if !is_open.get_untracked() {
            if event.key() == "ArrowDown" {
                event.prevent_default();
                open();
            }
            return;
        }
        let key = event.key();
        match key.as_str() {
            "Escape" => close_to_button(),
            "ArrowDown" => focus_line(&|at, len| if at.saturating_add(1) >= len { 0 } else { at + 1 }),
            "ArrowUp" => focus_line(&|at, len| if at == 0 || at >= len { len.saturating_sub(1) } else { at - 1 }),
            "Home" => focus_line(&|_, _| 0),
            "End" => focus_line(&|_, len| len.saturating_sub(1)),
            _ if key.chars().count() == 1 && key != " " => {
                let wanted = key.to_lowercase();
                let texts: Vec<String> =
                    lines().iter().map(|line| line.text_content().unwrap_or_default().trim().to_lowercase()).collect();
                focus_line(&|at, len| {
                    let after = at.wrapping_add(1);
                    let order = (0..len).map(|step| after.wrapping_add(step) % len.max(1));
                    order.into_iter().find(|&index| texts[index].starts_with(&wanted)).unwrap_or(usize::MAX)
                });
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // Leaving the menu, by Tab or by a click elsewhere, closes it.
    let on_focusout = move |event: web_sys::FocusEvent| {
        let target = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        // The page, and the menu with it, may be going away with the focus in it.
        let stays = root.try_get_untracked().flatten().is_some_and(|root| root.contains(target.as_ref()));
        if !stays {
            is_open.try_set(false);
        }
    };
    let line = move |item: MenuItem| {
        let MenuItem { label, icon, kind, remark, is_checked, is_danger, action } = item;
        let role = if is_checked.is_some() { "menuitemradio" } else { "menuitem" };
        let checked = is_checked.map(|is_checked| is_checked.to_string());
        let content = view! {
            <Icon name=icon kind=kind.unwrap_or_default()/>
            <span>{label}</span>
            {remark.map(|remark| view! { <small class="subtle right-align num">{remark}</small> })}
            {(is_checked == Some(true)).then(|| view! { <Icon name=IconName::Check class="menu-check"/> })}
        };
        match action {
            MenuAction::Open(href) => view! {
                <a class="menu-item" class:danger=is_danger role=role aria-checked=checked tabindex="-1" href=href on:click=move |_| close_to_button()>
                    {content}
                </a>
            }
            .into_any(),
            MenuAction::Run(run) => view! {
                <button
                    class="menu-item"
                    class:danger=is_danger
                    type="button"
                    role=role
                    aria-checked=checked
                    tabindex="-1"
                    on:click=move |_| {
                        run.run(());
                        close_to_button();
                    }
                >
                    {content}
                </button>
            }
            .into_any(),
        }
    };
    view! {
        <div class="dropdown" node_ref=root on:keydown=on_keydown on:focusout=on_focusout>
            <button
                node_ref=button
                class=button_class
                type="button"
                aria-label=label
                aria-haspopup="menu"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| if is_open.get_untracked() { is_open.set(false) } else { open() }
            >
                {children()}
            </button>
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            <div class="menu" class:start=start role="menu" aria-label=label>
                                {items.get().into_iter().map(line).collect_view()}
                            </div>
                        }
                    })
            }}
        </div>
    }
}
