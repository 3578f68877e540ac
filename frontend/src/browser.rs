//! The few things the page asks of the browser itself. Nothing here is called by tests on the host.

use leptos::leptos_dom::helpers::{document, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Waits; the wait ends early only when the page goes.
pub async fn sleep(duration_ms: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // A browser refuses a timer only for a page that is going away; waiting on is then the right answer.
        drop(window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, duration_ms));
    });
    drop(JsFuture::from(promise).await);
}

/// Waits as [`sleep`] does. `keep_wake` is given a function that ends the wait early.
pub async fn sleep_unless(duration_ms: i32, keep_wake: impl FnOnce(js_sys::Function)) {
    let mut keep_wake = Some(keep_wake);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        drop(window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, duration_ms));
        if let Some(keep_wake) = keep_wake.take() {
            keep_wake(resolve);
        }
    });
    drop(JsFuture::from(promise).await);
}

/// A time of day as people here write it, such as `09:41`; with the day before it when that is not today.
pub fn clock_time(at_ms: f64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(at_ms));
    let options = js_sys::Object::new();
    let set = |key: &str, value: &str| {
        // Setting a property of a plain object cannot fail.
        drop(js_sys::Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value)));
    };
    set("hour", "2-digit");
    set("minute", "2-digit");
    if date.to_date_string() != js_sys::Date::new_0().to_date_string() {
        set("day", "numeric");
        set("month", "short");
    }
    let locale = js_sys::Array::new();
    js_sys::Intl::DateTimeFormat::new(&locale, &options)
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Milliseconds since some fixed instant, never going back.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A value of the device's storage; `None` where nothing is stored or storage is switched off.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Stores a value on the device, or removes it. A device that forbids storage forgets the choice with the page.
pub fn store(key: &str, value: Option<&str>) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    let result = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
    if let Err(error) = result {
        leptos::logging::warn!("The choice for {key} is not kept: {error:?}");
    }
}

/// Removes everything from the device's storage whose key begins with this.
pub fn remove_stored(prefix: &str) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    let own: Vec<String> = keys.filter(|key| key.starts_with(prefix)).collect();
    for key in own {
        store(&key, None);
    }
}

/// What the server wrote into the document under a name.
pub fn document_meta(name: &str) -> Option<String> {
    document().query_selector(&format!("meta[name=\"{name}\"]")).ok()??.get_attribute("content")
}

/// Tells the script that watches over the page.
pub fn tell_guard(event: &str, detail: &str) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&JsValue::from_str(detail));
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict(event, &init) {
        // Nothing is left to tell if even this fails.
        drop(window().dispatch_event(&event));
    }
}

/// Where the page comes from, such as `https://portal.example.org`.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Loads an address of this page anew: nothing in memory stays.
pub fn load(href: &str) {
    if let Err(error) = window().location().assign(href) {
        leptos::logging::warn!("The page was not left: {error:?}");
    }
}

/// Loads the page anew, as the button of the browser does.
pub fn reload() {
    if let Err(error) = window().location().reload() {
        leptos::logging::warn!("The page was not loaded again: {error:?}");
    }
}

/// Path, query and fragment of the address.
pub fn address() -> String {
    let location = window().location();
    let parts = [location.pathname(), location.search(), location.hash()];
    parts.into_iter().map(Result::unwrap_or_default).collect()
}

/// Opens an address of this page in a new tab.
pub fn open_tab(href: &str) {
    if let Err(error) = window().open_with_url_and_target(href, "_blank") {
        leptos::logging::warn!("No tab was opened: {error:?}");
    }
}

/// Whether the keyboard has a command key.
fn is_mac() -> bool {
    window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}

/// The key that goes with letters on this device.
pub fn command_key() -> &'static str {
    if is_mac() { "⌘" } else { "Ctrl" }
}

/// The keys of the palette on this device.
pub fn palette_keys() -> &'static str {
    if is_mac() { "⌘K" } else { "Ctrl K" }
}

/// The hour of the day where the reader is.
pub fn hour_of_day() -> u32 {
    js_sys::Date::new_0().get_hours()
}

/// A time as this device writes it.
#[derive(Clone, Debug)]
pub struct LocalTime {
    /// For machines, in RFC 3339.
    pub machine: String,
    /// The date and the time.
    pub full: String,
    /// The date alone, short.
    pub date: String,
}

impl LocalTime {
    /// The time so many milliseconds after 1970.
    pub fn at(at_ms: f64) -> Self {
        let date = js_sys::Date::new(&JsValue::from_f64(at_ms));
        let short = js_sys::Object::new();
        for (key, value) in [("day", "numeric"), ("month", "short"), ("year", "numeric")] {
            // A fresh object takes every key.
            drop(js_sys::Reflect::set(&short, &JsValue::from_str(key), &JsValue::from_str(value)));
        }
        // A time that is none has no form for machines, and asking for it would throw.
        let machine = if at_ms.is_finite() { date.to_iso_string().into() } else { String::new() };
        Self {
            machine,
            full: date.to_locale_string("default", &JsValue::UNDEFINED).into(),
            date: date.to_locale_date_string("default", &short).into(),
        }
    }
}

/// Milliseconds since 1970 of a time in RFC 3339; not a number for anything else.
pub fn parse_time(text: &str) -> f64 {
    js_sys::Date::parse(text)
}

/// The width under which the sidebar opens for a moment only: over the page on phones, beside it on narrow screens, where it is
/// a rail otherwise. The same number stands in the styles.
pub const NARROW: &str = "(max-width: 64rem)";
/// The width under which the sidebar lies over the page, and a table is a list that scrolls with the page. The same number
/// stands in the styles.
pub const PHONE: &str = "(max-width: 45rem)";

/// Whether a media query holds now.
pub fn media_matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// The first element that a selector finds.
pub fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Moves the focus without scrolling.
pub fn focus(element: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    if let Err(error) = element.focus_with_options(&options) {
        leptos::logging::warn!("The focus did not move: {error:?}");
    }
}

/// Moves the focus to the heading of a page that is drawn later than the reader arrived: the focus waits on the main part.
pub fn focus_late_heading() {
    let Some(main) = find("#main") else { return };
    let active = document().active_element();
    if active.is_some_and(|active| main.is_same_node(Some(&active)))
        && let Some(heading) = find("#main h1")
    {
        focus(&heading);
    }
}

/// Whether single-key shortcuts must stay quiet: the reader is typing, or a modal dialog is open.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    // Letters mean nothing to a box that is ticked, but they choose among radio buttons and options in some browsers.
    const FIELDS: &str = "input:not([type=checkbox]), textarea, select, [contenteditable]";
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let in_field = target.is_some_and(|element| element.matches(FIELDS).unwrap_or(false));
    in_field || find("dialog[open]").is_some()
}

/// Hands a text to the reader as a file. A browser that refuses is told of in the console.
pub fn download_text(name: &str, media_type: &str, text: &str) {
    let save = || -> Result<(), JsValue> {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(media_type);
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        download(&web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?, name)
    };
    if let Err(error) = save() {
        leptos::logging::warn!("{name} was not saved: {error:?}");
    }
}

/// Hands a file to the reader.
///
/// # Errors
/// The browser's reason.
pub fn download(file: &web_sys::Blob, name: &str) -> Result<(), JsValue> {
    let address = web_sys::Url::create_object_url_with_blob(file)?;
    let link: web_sys::HtmlElement = document().create_element("a")?.dyn_into()?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.click();
    // The browser has taken the file by the time this runs.
    let free = Closure::once_into_js(move || drop(web_sys::Url::revoke_object_url(&address)));
    window().set_timeout_with_callback_and_timeout_and_arguments_0(free.unchecked_ref(), 10_000).map(drop)
}

/// Puts a text on the clipboard.
///
/// # Errors
/// The browser's reason, for instance where the page is not served safely.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    // Outside secure contexts the clipboard is undefined, and calling it would throw.
    let navigator = window().navigator();
    if js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"))?.is_undefined() {
        return Err(JsValue::from_str("no clipboard on a page that is not served over HTTPS or localhost"));
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(drop)
}
