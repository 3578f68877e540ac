//! The small card that a reference shows when the pointer or the focus rests on it.
//!
//! Any link that carries `data-ref` has one; the shell listens for all of them.

use std::time::Duration;

use leptos::leptos_dom::helpers::{
    TimeoutHandle, set_timeout_with_handle, window_event_listener, window_event_listener_untyped,
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use shared::entity::EntityRef;
use wasm_bindgen::JsCast;

use crate::browser;
use crate::catalog::cells::lifecycle_tone;
use crate::catalog::kinds;
use crate::state::references::{Known, use_reference};
use crate::ui::badge::Badge;
use crate::ui::effect::effect;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::Icon;
use crate::ui::words;

/// How long the pointer or the focus rests on a reference before its card shows.
const REST: Duration = Duration::from_millis(300);
/// How long the card stays while the pointer is on its way to it.
const LEAVE: Duration = Duration::from_millis(150);
/// The id of the card in the document.
const CARD_ID: &str = "entity-preview";
/// Room that the card needs below its link, in pixels.
const HEIGHT_PX: f64 = 190.0;
/// The width of the card, in pixels; the same number stands in the styles.
const WIDTH_PX: f64 = 320.0;

/// A card that shows: for which entity, and where.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    entity_ref: EntityRef,
    place: Place,
}

/// Distances from the edges of the window, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    left: f64,
    /// Below the link…
    top: Option<f64>,
    /// …or above it, where there is no room below.
    bottom: Option<f64>,
}

/// Where the card of a link goes: below it where there is room, and within the window.
fn place(link_left: f64, link_top: f64, link_bottom: f64, window_width: f64, window_height: f64) -> Place {
    let left = link_left.min(window_width - WIDTH_PX - 8.0).max(8.0);
    if link_bottom + HEIGHT_PX <= window_height || link_top < HEIGHT_PX {
        Place { left, top: Some(link_bottom + 6.0), bottom: None }
    } else {
        Place { left, top: None, bottom: Some(window_height - link_top + 6.0) }
    }
}

/// Shows the cards of references.
#[component]
pub fn EntityPreview() -> impl IntoView {
    let shown = RwSignal::new(None::<Shown>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let later = move |pause: Duration, run: Box<dyn FnOnce()>| {
        stop();
        timer.set_value(set_timeout_with_handle(run, pause).ok());
    };
    let hide = move || {
        stop();
        if shown.with_untracked(Option::is_some) {
            describe(None);
            shown.set(None);
        }
    };
    let rest_on = move |target: Option<web_sys::EventTarget>| {
        let Some(element) = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
        if element.closest(&format!("#{CARD_ID}")).ok().flatten().is_some() {
            // On the card itself it stays.
            stop();
            return;
        }
        match element.closest("a[data-ref]").ok().flatten() {
            Some(link) => later(REST, Box::new(move || show(shown, &link))),
            None if shown.with_untracked(Option::is_some) => later(LEAVE, Box::new(hide)),
            None => stop(),
        }
    };
    let pathname = use_location().pathname;
    effect(move || {
        pathname.track();
        hide();
    });
    let handles = [
        window_event_listener(ev::mouseover, move |event| {
            if browser::media_matches("(hover: hover)") {
                rest_on(event.target());
            }
        }),
        window_event_listener(ev::focusin, move |event| rest_on(event.target())),
        window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                hide();
            }
        }),
        window_event_listener(ev::click, move |_| hide()),
    ];
    // The focus scrolls its link into view: a card that is still to come stays due, and finds its link where it is then.
    let on_scroll = window_event_listener_untyped("scroll", move |_| {
        if shown.with_untracked(Option::is_some) {
            hide();
        }
    });
    on_cleanup(move || {
        stop();
        for handle in handles {
            handle.remove();
        }
        on_scroll.remove();
    });
    move || {
        shown.get().map(|Shown { entity_ref, place }| {
            let px =
                |distance: Option<f64>| distance.map_or_else(|| "auto".to_owned(), |distance| format!("{distance}px"));
            view! {
                <div
                    class="preview"
                    id=CARD_ID
                    role="tooltip"
                    style:left=px(Some(place.left))
                    style:top=px(place.top)
                    style:bottom=px(place.bottom)
                >
                    <Preview entity_ref/>
                </div>
            }
        })
    }
}

fn show(shown: RwSignal<Option<Shown>>, link: &web_sys::Element) {
    let is_gone = !link.is_connected() || shown.is_disposed();
    let Some(Ok(entity_ref)) = link.get_attribute("data-ref").map(|text| text.parse::<EntityRef>()) else { return };
    if is_gone {
        return;
    }
    let rect = link.get_bounding_client_rect();
    let size = |size: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| size.ok().and_then(|size| size.as_f64());
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let place = place(rect.left(), rect.top(), rect.bottom(), width.unwrap_or(1_024.0), height.unwrap_or(768.0));
    describe(Some(link));
    shown.set(Some(Shown { entity_ref, place }));
}

/// Ties the card to its link for people who hear the page.
fn describe(link: Option<&web_sys::Element>) {
    if let Some(old) = browser::find(&format!("a[aria-describedby={CARD_ID}]")) {
        drop(old.remove_attribute("aria-describedby"));
    }
    if let Some(link) = link {
        drop(link.set_attribute("aria-describedby", CARD_ID));
    }
}

/// What the card says.
#[component]
fn Preview(
    /// Of which entity.
    entity_ref: EntityRef,
) -> impl IntoView {
    let known = use_reference(&entity_ref);
    let heading = {
        let entity_ref = entity_ref.clone();
        move || {
            let (name, entity_type) = known.with(|known| match known.entity() {
                Some(entity) => (entity.display_name().to_owned(), entity.spec_text("type").map(str::to_owned)),
                None => (short_name(&entity_ref), None),
            });
            let kind = kinds::one(&entity_ref.kind);
            let icon = entity_icon(&entity_ref.kind, entity_type.as_deref());
            let words = entity_type.map_or_else(|| kind.clone(), |text| format!("{kind} · {}", words::label(&text)));
            view! {
                <div class="preview__head">
                    <Icon name=icon kind=entity_ref.kind.clone()/>
                    <b>{name}</b>
                    <small>{words}</small>
                </div>
            }
        }
    };
    let full = entity_ref.to_string();
    let body = move || match known.get() {
        Known::Asked => ().into_any(),
        Known::Missing => {
            view! { <p class="muted">"The catalog has no such entity, or you may not see it."</p> }.into_any()
        }
        Known::Found(entity) => {
            let owner = crate::entity::owner(&entity).map(|owner| format!("Owned by {}", short_name(&owner)));
            let stage = entity.spec_text("lifecycle").map(|stage| {
                view! { <Badge tone=lifecycle_tone(stage) text=words::label(stage)/> }
            });
            let email =
                entity.spec.get("profile").and_then(|profile| profile.get("email")?.as_str().map(str::to_owned));
            view! {
                {entity.metadata.description.clone().map(|text| view! { <p class="preview__text">{text}</p> })}
                <div class="preview__facts">
                    {owner.map(|owner| view! { <span>{owner}</span> })}
                    {email.map(|email| view! { <span>{email}</span> })}
                    {stage}
                </div>
            }
            .into_any()
        }
    };
    view! {
        {heading}
        {body}
        <div class="mono small-text subtle wrap-any">{full}</div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_stays_within_the_window() {
        let below = place(100.0, 50.0, 70.0, 1_440.0, 900.0);
        assert_eq!(below, Place { left: 100.0, top: Some(76.0), bottom: None });
        let above = place(1_400.0, 800.0, 820.0, 1_440.0, 900.0);
        assert_eq!(above, Place { left: 1_112.0, top: None, bottom: Some(106.0) });
        // Neither side has room: below, where the page can be scrolled.
        assert_eq!(place(0.0, 100.0, 120.0, 375.0, 300.0).top, Some(126.0));
    }
}
