//! The plain kinds of values.

use std::{collections::BTreeMap, path::PathBuf};

use super::{
    reader::{At, Reader, Setting},
    reference::KeyDescription,
    secret::SecretString,
    tree::Content,
};

impl Setting for String {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        match &at.node.content {
            Content::Text(text) => Some(text.clone()),
            Content::Number(_) | Content::Bool(_) => {
                reader.wrong(at, "text (put it in quotes)");
                None
            }
            _ => {
                reader.wrong(at, "text");
                None
            }
        }
    }

    fn kind() -> String {
        "text".to_owned()
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl Setting for SecretString {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let text = at.text();
        if text.is_none() {
            reader.wrong_secret(at, "text (put it in quotes, or take it from the environment with `${VARIABLE}`)");
        }
        text.map(Self::new)
    }

    fn kind() -> String {
        "secret text".to_owned()
    }

    const IS_SECRET: bool = true;
}

impl Setting for bool {
    /// Text from the environment counts, too: `true`, `yes`, `on`, `1`, `y` and their opposites.
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let value = match &at.node.content {
            Content::Bool(value) => Some(*value),
            Content::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" | "y" => Some(true),
                "false" | "no" | "off" | "0" | "n" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if value.is_none() {
            reader.wrong(at, "`true` or `false`");
        }
        value
    }

    fn kind() -> String {
        "`true` or `false`".to_owned()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// Whole numbers, also as text, which is what the environment gives.
macro_rules! whole_number {
    ($($type:ty, $expected:literal);+) => { $(
        impl Setting for $type {
            fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
                let value = match &at.node.content {
                    Content::Number(number) => number.as_u64(),
                    Content::Text(text) => text.trim().parse().ok(),
                    _ => None,
                };
                let value = value.and_then(|value| Self::try_from(value).ok());
                if value.is_none() {
                    reader.wrong(at, $expected);
                }
                value
            }

            fn kind() -> String {
                $expected.to_owned()
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )+ };
}
whole_number!(u16, "a whole number from 0 to 65535"; u32, "a whole number from 0 to 4294967295");

impl Setting for PathBuf {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        match at.text() {
            Some(text) if !text.trim().is_empty() => Some(Self::from(text)),
            _ => {
                reader.wrong(at, "a path");
                None
            }
        }
    }

    fn kind() -> String {
        "path".to_owned()
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl<T: Setting> Setting for Option<T> {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        T::read(at, reader).map(Some)
    }

    fn kind() -> String {
        T::kind()
    }

    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        T::describe(path, table);
    }

    const IS_SECRET: bool = T::IS_SECRET;
    const IS_OPTIONAL: bool = true;
}

impl<T: Setting> Setting for Vec<T> {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let Some(items) = at.items() else {
            reader.wrong(at, &format!("a list (each item {})", T::kind()));
            return None;
        };
        Some(items.iter().filter_map(|item| T::read(item, reader)).collect())
    }

    fn kind() -> String {
        format!("list of {}", T::kind().trim_start_matches("an ").trim_start_matches("a "))
    }

    fn show(&self) -> String {
        self.iter().map(T::show).collect::<Vec<_>>().join(", ")
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        T::describe(&format!("{path}[]"), table);
    }

    const IS_SECRET: bool = T::IS_SECRET;
}

/// Objects whose keys are names, such as the providers of `auth.providers`.
impl<T: Setting> Setting for BTreeMap<String, T> {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        if !matches!(at.node.content, Content::Map(_)) {
            reader.wrong(at, "an object");
            return None;
        }
        Some(at.entries().iter().filter_map(|(key, at)| Some(((*key).to_owned(), T::read(at, reader)?))).collect())
    }

    fn kind() -> String {
        format!("object of {}", T::kind())
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        T::describe(&format!("{path}.<name>"), table);
    }

    const IS_SECRET: bool = T::IS_SECRET;
}

/// A list that may be written as its only item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Setting> Setting for OneOrMany<T> {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        match at.items() {
            Some(items) => Some(Self(items.iter().filter_map(|item| T::read(item, reader)).collect())),
            None => T::read(at, reader).map(|item| Self(vec![item])),
        }
    }

    fn kind() -> String {
        format!("{} or a list of it", T::kind())
    }

    fn show(&self) -> String {
        self.0.show()
    }
}

/// An `http` or `https` address without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpUrl(String);

impl HttpUrl {
    /// The address as text, such as `https://portal.example.com`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an address; `None` when it is not one, or has a user, a query or a fragment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = reqwest::Url::parse(text.trim()).ok()?;
        let is_plain = url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        let is_http = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
        (is_http && is_plain).then(|| Self(text.trim().trim_end_matches('/').to_owned()))
    }
}

impl std::fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Setting for HttpUrl {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let url = at.text().and_then(Self::parse);
        if url.is_none() {
            reader.wrong(at, "an address such as `https://portal.example.com`");
        }
        url
    }

    fn kind() -> String {
        "address (http or https)".to_owned()
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}
