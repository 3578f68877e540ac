//! Moments, as people say them.

use leptos::prelude::*;

use crate::browser;

const MINUTE_MS: f64 = 60_000.0;
const HOUR_MS: f64 = 60.0 * MINUTE_MS;
const DAY_MS: f64 = 24.0 * HOUR_MS;

/// A time before or after now in words, up to a week; `None` for what is further away.
fn near(distance_ms: f64) -> Option<String> {
    let is_past = distance_ms <= 0.0;
    let away = distance_ms.abs();
    let number = |unit: f64| (away / unit).floor();
    let words = match away {
        away if away < 10_000.0 => return Some(if is_past { "just now" } else { "now" }.to_owned()),
        away if away < MINUTE_MS => format!("{} s", number(1_000.0)),
        away if away < HOUR_MS => format!("{} min", number(MINUTE_MS)),
        away if away < DAY_MS => format!("{} h", number(HOUR_MS)),
        away if away < 7.0 * DAY_MS => {
            let n_days = number(DAY_MS);
            if n_days < 2.0 { "1 day".to_owned() } else { format!("{n_days} days") }
        }
        _ => return None,
    };
    Some(if is_past { format!("{words} ago") } else { format!("in {words}") })
}

/// A moment, with the whole time for whoever points at it.
#[component]
pub fn Moment(
    /// In RFC 3339.
    #[prop(into)]
    at: String,
) -> impl IntoView {
    let date = js_sys::Date::new(&at.as_str().into());
    let whole = String::from(date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED));
    let text = near(date.get_time() - browser::now_ms()).unwrap_or_else(|| whole.clone());
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
    fn near_times_are_said_in_words() {
        let said = |distance_ms: f64| near(distance_ms).unwrap_or_default();
        assert_eq!(said(-3_000.0), "just now");
        assert_eq!(said(-41.0 * MINUTE_MS), "41 min ago");
        assert_eq!(said(90.0 * MINUTE_MS), "in 1 h");
        assert_eq!(said(-1.5 * DAY_MS), "1 day ago");
        assert_eq!(said(-3.0 * DAY_MS), "3 days ago");
        assert_eq!(said(-8.0 * DAY_MS), "");
    }
}
