//! Values of the address's query, for views that keep what they show there.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::paths;
use crate::ui::order::Order as _;

/// A value of the query; empty where it is absent.
#[derive(Clone, Copy)]
pub struct QueryValue {
    value: Memo<String>,
    go: Callback<String>,
}

impl QueryValue {
    /// The value, for those who follow it.
    pub fn get(self) -> String {
        self.value.get()
    }

    /// Looks at the value.
    pub fn with<T>(self, look: impl FnOnce(&str) -> T) -> T {
        self.value.with(|value| look(value))
    }

    /// Puts another value into the address, in place of the current step of the history. The empty one takes the key out.
    pub fn set(self, value: &str) {
        self.go.run(value.to_owned());
    }
}

/// A value of the query. It stays as it is while the reader is on the way to another page.
pub fn use_query_value(name: &'static str) -> QueryValue {
    let location = use_location();
    let own_path = location.pathname.get_untracked();
    let value = Memo::new(move |old: Option<&String>| {
        let is_here = location.pathname.with(|path| *path == own_path);
        let found = location.search.with(|search| value_of(search, name));
        match old {
            Some(old) if !is_here => old.clone(),
            _ => found,
        }
    });
    let navigate = use_navigate();
    let location = use_location();
    let go = Callback::new(move |value: String| {
        let search = location.search.get_untracked();
        if value_of(&search, name) == value {
            return;
        }
        let path = paths::with_query(&location.pathname.get_untracked(), &with_value(&search, name, &value));
        let address = format!("{path}{}", location.hash.get_untracked());
        navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    QueryValue { value, go }
}

fn value_of(search: &str, name: &str) -> String {
    let pairs = paths::query_pairs(search);
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

/// The query with another value, its keys sorted so that equal views have equal addresses.
fn with_value(search: &str, name: &str, value: &str) -> String {
    let mut pairs = paths::query_pairs(search);
    pairs.retain(|(key, _)| key != name);
    if !value.is_empty() {
        pairs.push((name.to_owned(), value.to_owned()));
    }
    pairs.order_by(|one, other| one.0.cmp(&other.0));
    paths::query_text(&pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_its_place_among_the_others() {
        assert_eq!(value_of("?q=a%20b&view=raw", "q"), "a b");
        assert_eq!(value_of("?view=raw", "q"), "");
        assert_eq!(with_value("?z=1&q=a", "q", "b c"), "q=b%20c&z=1");
        assert_eq!(with_value("?z=1&q=a", "q", ""), "z=1");
    }
}
