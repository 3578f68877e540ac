//! Lengths of time, in the three ways in which configurations write them.

use std::time::Duration;

use super::{
    reader::{At, Reader, Setting},
    tree::Content,
};

/// A length of time: `5m`, `1h 30m`, `90 seconds`, `PT5M`, or an object such as `{ minutes: 5 }`.
///
/// A day has 24 hours, a month 30 days, a year 365 days. The shortest step is a millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HumanDuration(pub Duration);

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Words for a unit, and its length in milliseconds.
const UNITS: &[(&[&str], u64)] = &[
    (&["ms", "millisecond", "milliseconds", "msec", "msecs"], 1),
    (&["s", "sec", "secs", "second", "seconds"], SECOND),
    (&["m", "min", "mins", "minute", "minutes"], MINUTE),
    (&["h", "hr", "hrs", "hour", "hours"], HOUR),
    (&["d", "day", "days"], DAY),
    (&["w", "week", "weeks"], 7 * DAY),
    (&["month", "months"], 30 * DAY),
    (&["y", "yr", "year", "years"], 365 * DAY),
];

const EXPECTED: &str = "a duration such as `5m`, `1h 30m`, `PT5M` or `{ minutes: 5 }`";

impl HumanDuration {
    /// So many seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Reads `5m`, `1h 30m`, `1.5 hours` or ISO 8601 (`P1DT12H`); `None` when the text is neither or too long.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.strip_prefix(['P', 'p']) {
            Some(iso) => parse_iso(iso),
            None => parse_words(text),
        }
    }

    fn from_parts(parts: impl IntoIterator<Item = (f64, u64)>) -> Option<Self> {
        let mut total = 0.0;
        for (amount, unit) in parts {
            #[expect(clippy::cast_precision_loss, reason = "units are far below 2^53")]
            let length = amount * unit as f64;
            total += length;
        }
        // A hundred years: whatever is longer is a mistake, and stays far from overflow in sums with the clock.
        let limit = 100.0 * 365.0 * 86_400_000.0;
        ((0.0..=limit).contains(&total)).then(|| Self(Duration::from_secs_f64((total / 1000.0 * 1e6).round() / 1e6)))
    }
}

/// A number without sign or exponent at the start of a text, and the rest.
fn amount(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn parse_words(text: &str) -> Option<HumanDuration> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (number, tail) = amount(rest)?;
        let tail = tail.trim_start();
        let end = tail.find(|char: char| !char.is_ascii_alphabetic()).unwrap_or(tail.len());
        let word = tail[..end].to_ascii_lowercase();
        let (_, unit) = UNITS.iter().find(|(words, _)| words.contains(&word.as_str()))?;
        parts.push((number, *unit));
        rest = tail[end..].trim_start_matches([' ', ',']);
    }
    if parts.is_empty() { None } else { HumanDuration::from_parts(parts) }
}

/// What follows the `P` of an ISO 8601 duration.
fn parse_iso(text: &str) -> Option<HumanDuration> {
    let text = text.to_ascii_uppercase();
    let (date, time) = text.split_once('T').map_or((text.as_str(), ""), |(date, time)| (date, time));
    let mut parts = Vec::new();
    for (mut rest, units) in [
        (date, [('Y', 365 * DAY), ('M', 30 * DAY), ('W', 7 * DAY), ('D', DAY)].as_slice()),
        (time, [('H', HOUR), ('M', MINUTE), ('S', SECOND)].as_slice()),
    ] {
        let mut units = units.iter();
        while !rest.is_empty() {
            let (number, tail) = amount(rest)?;
            let designator = tail.chars().next()?;
            // Searching onwards keeps the units in their order, each at most once.
            let (_, unit) = units.find(|(letter, _)| *letter == designator)?;
            parts.push((number, *unit));
            rest = &tail[1..];
        }
    }
    let is_complete = !parts.is_empty() && !text.ends_with('T');
    if is_complete { HumanDuration::from_parts(parts) } else { None }
}

impl Setting for HumanDuration {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let value = match &at.node.content {
            Content::Text(text) => Self::parse(text),
            Content::Map(entries) => {
                let part = |(key, node): (&str, &super::tree::Node)| {
                    let plural = key.ends_with('s').then_some(key)?;
                    let (_, unit) = UNITS.iter().find(|(words, _)| words.contains(&plural) && plural.len() > 2)?;
                    let number = match &node.content {
                        Content::Number(number) => number.as_f64()?,
                        Content::Text(text) => text.trim().parse().ok()?,
                        _ => return None,
                    };
                    Some((number, *unit))
                };
                let parts: Option<Vec<_>> = entries.iter().map(part).collect();
                parts.filter(|parts| !parts.is_empty()).and_then(Self::from_parts)
            }
            _ => None,
        };
        if value.is_none() {
            let hint = if matches!(at.node.content, Content::Number(_)) { " (with a unit)" } else { "" };
            reader.wrong(at, &format!("{EXPECTED}{hint}"));
        }
        value
    }

    fn kind() -> String {
        "duration".to_owned()
    }

    fn show(&self) -> String {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        for (unit, name) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")] {
            if millis >= unit && millis.is_multiple_of(unit) {
                return format!("{}{name}", millis / unit);
            }
        }
        format!("{millis}ms")
    }
}
