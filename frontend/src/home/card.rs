//! One card of home, and its controls while the cards are arranged.

use leptos::prelude::*;

use super::arranging::{Arranging, Drag};
use super::home_data::HomeData;
use super::layout::{Drop, Way};
use crate::ui::icon::{Icon, IconName};

/// One card of home.
#[component]
pub fn WidgetCard(
    /// What arranges the cards.
    arranging: Arranging,
    /// The name of its widget.
    id: String,
) -> impl IntoView {
    let is_arranging = HomeData::of_page().is_arranging;
    let widget = arranging.widgets.with_untracked(|widgets| widgets.find(&id).cloned());
    widget.map(|widget| {
        let heading = format!("widget-{id}");
        let min_height = format!("{}px", widget.min_height_px.clamp(60, 480));
        let is_dragged = {
            let id = id.clone();
            move || arranging.drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.id == id)).then_some("")
        };
        let fall = {
            let id = id.clone();
            move || arranging.drag.with(|drag| drag.as_ref().and_then(|drag| fall_beside(drag, &id)))
        };
        let head = widget.head.clone();
        let (title, name) = (widget.title.clone(), id.clone());
        view! {
            <section
                class="card home__card"
                aria-labelledby=heading.clone()
                data-widget=id
                data-dragged=is_dragged
                data-drop=fall
            >
                <div class="card-head">
                    <h2 id=heading.clone()>{widget.title.clone()}</h2>
                    {move || {
                        if is_arranging.get() {
                            view! { <CardTools arranging id=name.clone() title=title.clone() may_be_narrow=widget.may_be_narrow/> }.into_any()
                        } else {
                            view! { <div class="home__head">{head.as_ref().map(|head| head.run(()))}</div> }.into_any()
                        }
                    }}
                </div>
                <div class="home__content" style:min-height=min_height inert=move || is_arranging.get()>
                    {widget.view.run(())}
                </div>
            </section>
        }
    })
}

/// On which side of a card a dragged one would fall.
fn fall_beside(drag: &Drag, id: &str) -> Option<&'static str> {
    match drag.target.as_ref()? {
        Drop::Before(other) if other == id => Some("before"),
        Drop::After(other) if other == id => Some("after"),
        Drop::Before(_) | Drop::After(_) | Drop::EndOf(_) => None,
    }
}

/// The controls of a card while the cards are arranged.
#[component]
fn CardTools(
    /// What arranges the cards.
    arranging: Arranging,
    /// The name of the widget.
    id: String,
    /// Its heading.
    title: String,
    /// Whether it has room in the narrow column.
    may_be_narrow: bool,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let step = move |way: Way, control: &'static str| id.with_value(|id| arranging.move_card(id, way, control));
    let can = move |way: Way| id.with_value(|id| arranging.can_move(id, way));
    let is_wide = move || id.with_value(|id| arranging.layout.with(|layout| layout.span(id) == Some(2)));
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowUp" => step(Way::Earlier, "handle"),
            "ArrowDown" => step(Way::Later, "handle"),
            "ArrowLeft" => id.with_value(|id| arranging.move_to_column(id, 2, "handle")),
            "ArrowRight" => id.with_value(|id| arranging.move_to_column(id, 1, "handle")),
            "Delete" => id.with_value(|id| arranging.hide(id)),
            _ => return,
        }
        event.prevent_default();
    };
    let width_label = {
        let title = title.clone();
        Signal::derive(move || if is_wide() { format!("Make {title} narrow") } else { format!("Make {title} wide") })
    };
    let hide_label = format!("Hide {title}").into();
    let resize = Callback::new(move |()| id.with_value(|id| arranging.resize(id, "width")));
    let hide = Callback::new(move |()| id.with_value(|id| arranging.hide(id)));
    let stepper = move |way: Way, control: &'static str, label: String, icon| {
        let is_disabled = Signal::derive(move || !can(way));
        tool(control, label.into(), icon, is_disabled, Callback::new(move |()| step(way, control)))
    };
    view! {
        <div class="home__tools">
            {stepper(Way::Earlier, "up", format!("Move {title} up"), IconName::ArrowUp)}
            {stepper(Way::Later, "down", format!("Move {title} down"), IconName::ArrowDown)}
            {tool("width", width_label, IconName::Columns, (!may_be_narrow).into(), resize)}
            {tool("hide", hide_label, IconName::X, false.into(), hide)}
            <button
                class="icon-button small home__handle"
                type="button"
                data-control="handle"
                aria-label=format!("Move {title}")
                aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight"
                title="Drag, or press the arrow keys"
                on:keydown=on_keydown
                on:pointerdown=move |event| id.with_value(|id| arranging.grab(id, &event))
            >
                <Icon name=IconName::Menu/>
            </button>
        </div>
    }
}

/// One of the buttons; `control` is the name by which the focus comes back to it.
fn tool(
    control: &'static str,
    label: Signal<String>,
    icon: IconName,
    is_disabled: Signal<bool>,
    run: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="icon-button small"
            type="button"
            data-control=control
            aria-label=label
            title=label
            disabled=is_disabled
            on:click=move |_| run.run(())
        >
            <Icon name=icon/>
        </button>
    }
}
