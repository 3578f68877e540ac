//! Times for people.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

const DAY_MS: f64 = 86_400_000.0;
const HOUR_MS: f64 = 3_600_000.0;
const MINUTE_MS: f64 = 60_000.0;

/// Milliseconds since 1970 of an RFC 3339 text; `None` for any other text.
pub fn millis(text: &str) -> Option<f64> {
    let time = Date::new(&JsValue::from_str(text)).get_time();
    time.is_finite().then_some(time)
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

/// How long ago, in words: `3 h ago`, `yesterday`; `None` after a week, when the date says more.
pub fn ago(passed_ms: f64) -> Option<String> {
    let whole = |unit_ms: f64| (passed_ms / unit_ms).floor();
    Some(match passed_ms {
        passed if passed < MINUTE_MS => "just now".to_owned(),
        passed if passed < HOUR_MS => format!("{} min ago", whole(MINUTE_MS)),
        passed if passed < DAY_MS => format!("{} h ago", whole(HOUR_MS)),
        passed if passed < 2.0 * DAY_MS => "yesterday".to_owned(),
        passed if passed < 7.0 * DAY_MS => format!("{} days ago", whole(DAY_MS)),
        _ => return None,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_lately_is_told_by_how_long_ago() {
        let told = [0.0, 61_000.0, 3.0 * HOUR_MS, 30.0 * HOUR_MS, 6.5 * DAY_MS, 8.0 * DAY_MS].map(ago);
        let told: Vec<_> = told.iter().map(Option::as_deref).collect();
        assert_eq!(
            told,
            [Some("just now"), Some("1 min ago"), Some("3 h ago"), Some("yesterday"), Some("6 days ago"), None]
        );
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
