//! Names for the hash of an address.

use std::collections::HashMap;

/// Hands out ids, each once.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// How often each was asked for.
    given: HashMap<String, usize>,
}

impl Ids {
    /// An id from a name: letters, digits, `_` and `.` stay, everything else becomes one `-`.
    pub(super) fn give(&mut self, prefix: &str, name: &str) -> String {
        let mut id = prefix.to_owned();
        for letter in name.chars().take(120) {
            let is_plain = letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
            match is_plain {
                true => id.push(letter),
                false if !id.ends_with('-') => id.push('-'),
                false => {}
            }
        }
        let id = id.trim_end_matches('-').to_owned();
        let n_given = self.given.entry(id.clone()).or_default();
        *n_given += 1;
        // A double hyphen is in no id that is made from a name, so the numbered ones are unique, too.
        if *n_given == 1 { id } else { format!("{id}--{n_given}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_and_each_is_given_once() {
        let mut ids = Ids::default();
        assert_eq!(ids.give("op-", "get /a/{b}"), "op-get-a-b");
        assert_eq!(ids.give("op-", "get /a/b"), "op-get-a-b--2");
        assert_eq!(ids.give("op-", "größe #1"), "op-gr-e-1");
        assert_eq!(ids.give("op-", "\u{202e}"), "op");
    }
}
