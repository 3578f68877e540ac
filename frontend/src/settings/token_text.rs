//! What is said of tokens.

/// How long a token may be good for, for the choice in the dialog: what people want, the usual time and the longest one.
pub fn lifetimes(default_days: u32, max_days: u32) -> Vec<u32> {
    let mut days: Vec<u32> = [7, 30, 90, 180, 365, default_days, max_days]
        .into_iter()
        .filter(|days| (1..=max_days).contains(days))
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// A lifetime in words.
pub fn lifetime_label(days: u32) -> String {
    match days {
        1 => "1 day".to_owned(),
        365 => "1 year".to_owned(),
        days => format!("{days} days"),
    }
}

/// A line that tries a token out.
pub fn example(origin: &str, secret: &str) -> String {
    format!("curl -H \"Authorization: Bearer {secret}\" \\\n  \"{origin}/api/catalog/entities/by-query?limit=5\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lifetimes_that_are_allowed_are_offered() {
        assert_eq!(lifetimes(90, 365), [7, 30, 90, 180, 365]);
        assert_eq!(lifetimes(14, 60), [7, 14, 30, 60]);
        assert_eq!(lifetimes(1, 1), [1]);
        assert_eq!(lifetimes(90, 1_000), [7, 30, 90, 180, 365, 1_000]);
    }

    #[test]
    fn lifetimes_are_words() {
        assert_eq!([1, 30, 365].map(lifetime_label), ["1 day", "30 days", "1 year"]);
    }

    #[test]
    fn the_example_names_this_portal() {
        let line = example("https://portal.example.org", "cbp_a_b");
        assert!(line.contains("Bearer cbp_a_b\"") && line.contains("https://portal.example.org/api/catalog/"));
    }
}
