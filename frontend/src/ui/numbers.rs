//! Numbers for people.

/// A count with separators between thousands.
pub fn count(n_items: usize) -> String {
    let digits = n_items.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun: `1 entity`, `2 entities`.
pub fn counted(n_items: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n_items), if n_items == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!([0, 999, 1_000, 14_032, 1_234_567].map(count), ["0", "999", "1,000", "14,032", "1,234,567"]);
        assert_eq!(counted(1, "entity", "entities"), "1 entity");
    }
}
