//! Times for people: how long ago or how soon, dates, and the whole time where the pointer rests.

use js_sys::{Date, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::browser;

const MINUTE_MS: f64 = 60_000.0;
const HOUR_MS: f64 = 60.0 * MINUTE_MS;
/// A day in milliseconds.
pub const DAY_MS: f64 = 24.0 * HOUR_MS;

/// Milliseconds since 1970 of an RFC 3339 text; `None` for any other text.
pub fn millis(text: &str) -> Option<f64> {
    Some(browser::parse_time(text)).filter(|ms| ms.is_finite())
}

/// A date in words: `25 Nov 2026`, where the reader is.
pub fn date(ms: f64) -> String {
    let options = Object::new();
    for (key, value) in [("day", "numeric"), ("month", "short"), ("year", "numeric")] {
        // A plain object takes every key.
        drop(Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value)));
    }
    String::from(Date::new(&JsValue::from_f64(ms)).to_locale_date_string("en-GB", &options))
}

/// Date and time to the second, for a title.
pub fn full(ms: f64) -> String {
    String::from(Date::new(&JsValue::from_f64(ms)).to_locale_string("en-GB", &JsValue::UNDEFINED))
}

/// How long ago something was, in a word or two; `None` after a week, when the date says more.
pub fn ago(passed_ms: f64) -> Option<String> {
    let whole = |unit_ms: f64| (passed_ms / unit_ms).floor();
    match passed_ms {
        // Clocks differ a little, and what has just happened has not happened in the future.
        passed if passed < MINUTE_MS => Some("Just now".to_owned()),
        passed if passed < HOUR_MS => Some(format!("{} min", whole(MINUTE_MS))),
        passed if passed < DAY_MS => Some(format!("{} h", whole(HOUR_MS))),
        passed if passed < 2.0 * DAY_MS => Some("Yesterday".to_owned()),
        passed if passed < 7.0 * DAY_MS => Some(format!("{} days", whole(DAY_MS))),
        _ => None,
    }
}

/// The same within a sentence: `3 h ago`, `yesterday`.
pub fn ago_in_sentence(passed_ms: f64) -> Option<String> {
    let ago = ago(passed_ms)?;
    Some(if ago.starts_with(|letter: char| letter.is_ascii_digit()) {
        format!("{ago} ago")
    } else {
        ago.to_lowercase()
    })
}

/// A time before or after now in words, up to a week; `None` for what is further away.
fn near(distance_ms: f64) -> Option<String> {
    let is_past = distance_ms <= 0.0;
    let away = distance_ms.abs();
    let words = match away {
        away if away < 10_000.0 => return Some(if is_past { "just now" } else { "now" }.to_owned()),
        away if away < MINUTE_MS => format!("{} s", (away / 1_000.0).floor()),
        away if (DAY_MS..2.0 * DAY_MS).contains(&away) => "1 day".to_owned(),
        away => ago(away)?,
    };
    Some(if is_past { format!("{words} ago") } else { format!("in {words}") })
}

/// A length of time in its two largest units: `2 days 3 h`.
pub fn duration(length_ms: f64) -> String {
    let (days, hours, minutes) = (
        (length_ms / DAY_MS).floor(),
        (length_ms % DAY_MS / HOUR_MS).floor(),
        (length_ms % HOUR_MS / MINUTE_MS).floor(),
    );
    match (days, hours) {
        (days, _) if days >= 1.0 => format!("{days} {} {hours} h", if days < 2.0 { "day" } else { "days" }),
        (_, hours) if hours >= 1.0 => format!("{hours} h {minutes} min"),
        _ if minutes >= 1.0 => format!("{minutes} min"),
        _ => "less than a minute".to_owned(),
    }
}

/// How long ago something was, or its date after a week.
#[component]
pub fn Ago(
    /// When it was, in milliseconds since 1970.
    at_ms: f64,
    /// The time now, which moves on while the page is open.
    #[prop(into)]
    now_ms: Signal<f64>,
) -> impl IntoView {
    let time = browser::LocalTime::at(at_ms);
    let date = time.date.clone();
    view! {
        <time datetime=time.machine title=time.full>
            {move || ago(now_ms.get() - at_ms).unwrap_or_else(|| date.clone())}
        </time>
    }
}

/// A moment in the past or the future, with the whole time for whoever points at it.
#[component]
pub fn Moment(
    /// In RFC 3339.
    #[prop(into)]
    at: String,
) -> impl IntoView {
    let at_ms = browser::parse_time(&at);
    let whole = browser::LocalTime::at(at_ms).full;
    let text = near(at_ms - browser::now_ms()).unwrap_or_else(|| whole.clone());
    view! {
        <time datetime=at title=whole>
            {text}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_told_in_the_largest_unit_that_fits() {
        let ago = |passed_ms: f64| ago(passed_ms).unwrap_or_else(|| "-".to_owned());
        assert_eq!(ago(-5_000.0), "Just now");
        assert_eq!(ago(41.5 * MINUTE_MS), "41 min");
        assert_eq!(ago(23.9 * HOUR_MS), "23 h");
        assert_eq!(ago(1.5 * DAY_MS), "Yesterday");
        assert_eq!(ago(6.9 * DAY_MS), "6 days");
        assert_eq!(ago(7.0 * DAY_MS), "-");
    }

    #[test]
    fn a_sentence_says_ago() {
        let told = [0.0, 61_000.0, 3.0 * HOUR_MS, 30.0 * HOUR_MS, 6.5 * DAY_MS, 8.0 * DAY_MS].map(ago_in_sentence);
        let told: Vec<_> = told.iter().map(Option::as_deref).collect();
        assert_eq!(
            told,
            [Some("just now"), Some("1 min ago"), Some("3 h ago"), Some("yesterday"), Some("6 days ago"), None]
        );
    }

    #[test]
    fn near_times_are_said_in_words() {
        let said = |distance_ms: f64| near(distance_ms).unwrap_or_default();
        assert_eq!(said(-3_000.0), "just now");
        assert_eq!(said(3_000.0), "now");
        assert_eq!(said(-30_500.0), "30 s ago");
        assert_eq!(said(-41.0 * MINUTE_MS), "41 min ago");
        assert_eq!(said(90.0 * MINUTE_MS), "in 1 h");
        assert_eq!(said(-1.5 * DAY_MS), "1 day ago");
        assert_eq!(said(-3.0 * DAY_MS), "3 days ago");
        assert_eq!(said(-8.0 * DAY_MS), "");
    }

    #[test]
    fn a_length_of_time_has_two_units() {
        assert_eq!(duration(5_000.0), "less than a minute");
        assert_eq!(duration(5.5 * MINUTE_MS), "5 min");
        assert_eq!(duration(3.0 * HOUR_MS + 20.0 * MINUTE_MS), "3 h 20 min");
        assert_eq!(duration(26.0 * HOUR_MS), "1 day 2 h");
        assert_eq!(duration(10.0 * DAY_MS), "10 days 0 h");
    }
}
