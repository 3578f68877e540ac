//! A button that opens a list of choices or links.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Icon, IconName};
use crate::browser;
use crate::ui::effect::effect;

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

/// The lines of an open menu.
fn lines_of(root: NodeRef<html::Div>) -> Vec<web_sys::HtmlElement> {
    let Some(Ok(found)) = root.get_untracked().map(|root| root.query_selector_all(".menu-item")) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// Moves the focus to the line that `choose` answers for the place of the current one and the number of all.
fn focus_line(root: NodeRef<html::Div>, choose: &dyn Fn(usize, usize) -> usize) {
    let lines = lines_of(root);
    let active = document().active_element();
    let at = lines.iter().position(|line| Some(line.as_ref()) == active.as_ref());
    if let Some(line) = lines.get(choose(at.unwrap_or(usize::MAX), lines.len())) {
        browser::focus(line);
    }
}

/// Moves the focus to the current choice, or to the first line.
fn focus_first(root: NodeRef<html::Div>) {
    let checked = lines_of(root).into_iter().find(|line| line.get_attribute("aria-checked").as_deref() == Some("true"));
    match checked {
        Some(line) => browser::focus(&line),
        None => focus_line(root, &|_, _| 0),
    }
}

/// Does what a key means among the lines; false when it means nothing there.
fn take_key(root: NodeRef<html::Div>, key: &str) -> bool {
    match key {
        "ArrowDown" => focus_line(root, &|at, len| if at.saturating_add(1) >= len { 0 } else { at + 1 }),
        "ArrowUp" => focus_line(root, &|at, len| if at == 0 || at >= len { len.saturating_sub(1) } else { at - 1 }),
        "Home" => focus_line(root, &|_, _| 0),
        "End" => focus_line(root, &|_, len| len.saturating_sub(1)),
        _ if key.chars().count() == 1 && key != " " => {
            let wanted = key.to_lowercase();
            let texts: Vec<String> = lines_of(root)
                .iter()
                .map(|line| line.text_content().unwrap_or_default().trim().to_lowercase())
                .collect();
            focus_line(root, &|at, len| {
                let after = at.wrapping_add(1);
                let order = (0..len).map(|step| after.wrapping_add(step) % len.max(1));
                order.into_iter().find(|&index| texts[index].starts_with(&wanted)).unwrap_or(usize::MAX)
            });
        }
        _ => return false,
    }
    true
}

/// Whether the focus moves to something within an element.
fn stays_within(root: NodeRef<html::Div>, event: &web_sys::FocusEvent) -> bool {
    let target = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    root.try_get_untracked().flatten().is_some_and(|root| root.contains(target.as_ref()))
}

/// A line. `on_chosen` closes the menu.
fn line(item: MenuItem, on_chosen: Callback<()>) -> AnyView {
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
        MenuAction::Open(href) => {
            // What is elsewhere opens beside the portal.
            let target = (!href.starts_with('/')).then_some("_blank");
            view! {
                <a
                    class="menu-item"
                    class:danger=is_danger
                    role=role
                    aria-checked=checked
                    tabindex="-1"
                    href=href
                    target=target
                    rel=target.map(|_| "noopener noreferrer")
                    on:click=move |_| on_chosen.run(())
                >
                    {content}
                </a>
            }
            .into_any()
        }
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
                    on_chosen.run(());
                }
            >
                {content}
            </button>
        }
        .into_any(),
    }
}

/// Where a menu without a button stands: the corner of what it belongs to, in pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MenuPlace {
    /// The right edge.
    pub right: f64,
    /// The edge above.
    pub top: f64,
    /// The edge below.
    pub bottom: f64,
}

impl MenuPlace {
    /// Distances from the top, or from the bottom where there is no room below.
    fn edges(self, n_lines: usize, window_height: f64) -> (String, String) {
        #[expect(clippy::cast_precision_loss, reason = "no menu has 2^52 lines")]
        let height = n_lines as f64 * LINE_PX + 16.0;
        if self.bottom + height <= window_height || self.top < height {
            (format!("{}px", self.bottom + 2.0), "auto".to_owned())
        } else {
            ("auto".to_owned(), format!("{}px", window_height - self.top + 2.0))
        }
    }
}

/// The height of a line.
const LINE_PX: f64 = 32.0;

/// A menu that opens at a place of its own, such as the row of a table. Its lines are made when it opens; Escape, Tab and a
/// click elsewhere close it.
#[component]
pub fn FloatingMenu(
    /// The name of the list.
    #[prop(into)]
    label: String,
    /// The lines.
    items: Vec<MenuItem>,
    /// Where it stands.
    place: MenuPlace,
    /// Closes it; true when the focus should go back to where it was.
    on_close: Callback<bool>,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    effect(move || {
        if root.get().is_some() {
            request_animation_frame(move || {
                if !root.is_disposed() {
                    focus_first(root);
                }
            });
        }
    });
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let key = event.key();
        if key == "Escape" || key == "Tab" {
            on_close.run(true);
        } else if !take_key(root, &key) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let size = |size: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| size.ok().and_then(|size| size.as_f64());
    let width = size(window().inner_width()).unwrap_or(1_024.0);
    let (top, bottom) = place.edges(items.len(), size(window().inner_height()).unwrap_or(768.0));
    let on_chosen = Callback::new(move |()| on_close.run(true));
    view! {
        <div
            class="menu floating"
            role="menu"
            aria-label=label
            node_ref=root
            style:top=top
            style:bottom=bottom
            style:right=format!("{}px", (width - place.right).max(8.0))
            on:keydown=on_keydown
            on:focusout=move |event| {
                if !stays_within(root, &event) {
                    on_close.run(false);
                }
            }
        >
            {items.into_iter().map(|item| line(item, on_chosen)).collect_view()}
        </div>
    }
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
            focus_first(root);
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
        if key == "Escape" {
            close_to_button();
        } else if !take_key(root, &key) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // Leaving the menu, by Tab or by a click elsewhere, closes it.
    let on_focusout = move |event: web_sys::FocusEvent| {
        if !stays_within(root, &event) {
            is_open.try_set(false);
        }
    };
    let on_chosen = Callback::new(move |()| close_to_button());
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
                                {items.get().into_iter().map(|item| line(item, on_chosen)).collect_view()}
                            </div>
                        }
                    })
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floating_menu_stays_within_the_window() {
        let at = |top: f64| MenuPlace { right: 100.0, top, bottom: top + 34.0 }.edges(6, 900.0);
        assert_eq!(at(100.0), ("136px".to_owned(), "auto".to_owned()));
        assert_eq!(at(800.0), ("auto".to_owned(), "102px".to_owned()));
        // Neither side has room: below, where it can be scrolled.
        let squeezed = MenuPlace { right: 100.0, top: 50.0, bottom: 84.0 }.edges(6, 200.0);
        assert_eq!(squeezed.1, "auto");
    }
}
