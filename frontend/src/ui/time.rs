//! Times for people: how long ago, and the whole time where the pointer rests.

use leptos::prelude::*;

use crate::browser;

const MINUTE_MS: f64 = 60_000.0;
const HOUR_MS: f64 = 60.0 * MINUTE_MS;
const DAY_MS: f64 = 24.0 * HOUR_MS;

/// How long ago something was, in words; `None` where a date says it better.
pub fn ago(now_ms: f64, at_ms: f64) -> Option<String> {
    // Clocks differ a little, and what has just happened has not happened in the future.
    let passed_ms = (now_ms - at_ms).max(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and a few days at most")]
    let whole = |unit_ms: f64| (passed_ms / unit_ms) as u32;
    match passed_ms {
        passed if passed < MINUTE_MS => Some("Just now".to_owned()),
        passed if passed < HOUR_MS => Some(format!("{} min", whole(MINUTE_MS))),
        passed if passed < DAY_MS => Some(format!("{} h", whole(HOUR_MS))),
        passed if passed < 2.0 * DAY_MS => Some("Yesterday".to_owned()),
        passed if passed < 7.0 * DAY_MS => Some(format!("{} days", whole(DAY_MS))),
        _ => None,
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
            {move || ago(now_ms.get(), at_ms).unwrap_or_else(|| date.clone())}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_told_in_the_largest_unit_that_fits() {
        let ago = |passed_ms: f64| ago(1e12, 1e12 - passed_ms).unwrap_or_else(|| "-".to_owned());
        assert_eq!(ago(-5_000.0), "Just now");
        assert_eq!(ago(41.5 * MINUTE_MS), "41 min");
        assert_eq!(ago(23.9 * HOUR_MS), "23 h");
        assert_eq!(ago(1.5 * DAY_MS), "Yesterday");
        assert_eq!(ago(6.9 * DAY_MS), "6 days");
        assert_eq!(ago(7.0 * DAY_MS), "-");
    }
}
