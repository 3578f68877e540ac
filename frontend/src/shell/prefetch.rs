//! Reads an entity before its link is followed: when the pointer or the focus rests on it.

use std::time::Duration;

use leptos::leptos_dom::helpers::{
    TimeoutHandle, WindowListenerHandle, set_timeout_with_handle, window_event_listener,
};
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};
use shared::entity::EntityRef;
use wasm_bindgen::JsCast;

use crate::api::ApiClient;
use crate::paths;
use crate::state::connection::Connection;
use crate::state::entity_memory::EntityMemory;

/// How long the pointer or the focus rests on a link before its data is read.
const REST: Duration = Duration::from_millis(60);

/// Listens to all links of the page.
pub fn prefetch_on_rest() {
    let (client, memory, connection) = (ApiClient::of_page(), EntityMemory::of_page(), Connection::of_page());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let rest_on = move |target: Option<web_sys::EventTarget>| {
        stop();
        let Some(entity_ref) = target.and_then(|target| entity_of_link(&target)) else { return };
        // Reading again would cost more than it saves.
        if memory.is_fresh(&entity_ref) || connection.is_away_now() {
            return;
        }
        let read = move || {
            memory.note_asked(&entity_ref);
            spawn_local(async move {
                // A link that leads nowhere is told of when it is followed.
                if let Ok(document) = client.entity_get(&entity_ref).await {
                    memory.keep(document);
                }
            });
        };
        timer.set_value(set_timeout_with_handle(read, REST).ok());
    };
    let handles = [
        window_event_listener(ev::mouseover, move |event| rest_on(event.target())),
        window_event_listener(ev::focusin, move |event| rest_on(event.target())),
        window_event_listener(ev::touchstart, move |event| rest_on(event.target())),
    ];
    on_cleanup(move || {
        stop();
        handles.into_iter().for_each(WindowListenerHandle::remove);
    });
}

/// The entity whose page a link opens.
fn entity_of_link(target: &web_sys::EventTarget) -> Option<EntityRef> {
    let link = target.dyn_ref::<web_sys::Element>()?.closest("a[href^=\"/catalog/\"]").ok()??;
    paths::entity_of(&link.get_attribute("href")?)
}
