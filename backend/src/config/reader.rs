//! Gives types to the merged configuration and collects everything that is wrong with it.

use std::collections::BTreeMap;

use super::{
    error::{ConfigError, Warning},
    reference::KeyDescription,
    source::Source,
    tree::{Content, Entries, Node},
};
use crate::platform::yaml::{JsonPath, Position};

/// Something that a key of the configuration can hold.
pub(super) trait Setting: Sized {
    /// Takes the value at `at`. What does not fit is reported to `reader`, and the key then counts as not set.
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self>;

    /// The kind of value for the reference, such as "text".
    fn kind() -> String;

    /// The value as the reference shows it; empty when there is nothing to show.
    fn show(&self) -> String {
        String::new()
    }

    /// Adds the keys inside to the reference; `path` is the key that holds the value.
    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        let _no_keys_inside = (path, table);
    }

    /// Whether the value must never be printed.
    const IS_SECRET: bool = false;

    /// Whether nothing stands for a missing value, so that the defaults of the keys inside do not apply either.
    const IS_OPTIONAL: bool = false;
}

/// A value and its path.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) path: JsonPath,
}

impl<'a> At<'a> {
    /// The value of a key; `None` when it is missing or null, or when this is not an object.
    pub(super) fn key(&self, key: &str) -> Option<At<'a>> {
        let node = self.node.at([key]).filter(|node| node.content != Content::Null)?;
        Some(At { node, path: self.path.key(key) })
    }

    /// The keys and values of an object.
    pub(super) fn entries(&self) -> Vec<(&'a str, At<'a>)> {
        match &self.node.content {
            Content::Map(entries) => {
                entries.iter().map(|(key, node)| (key, At { node, path: self.path.key(key) })).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The items of a list; a null item is left out.
    pub(super) fn items(&self) -> Option<Vec<At<'a>>> {
        let Content::List(items) = &self.node.content else { return None };
        let is_set = |(_, node): &(usize, &Node)| node.content != Content::Null;
        Some(
            items
                .iter()
                .enumerate()
                .filter(is_set)
                .map(|(index, node)| At { node, path: self.path.index(index) })
                .collect(),
        )
    }

    /// The text, when it is one.
    pub(super) fn text(&self) -> Option<&'a str> {
        match &self.node.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The keys that a section knows.
pub(super) struct Keys {
    /// Those that have an effect.
    pub(super) used: &'static [&'static str],
    /// Those that a later version will use: accepted without a word.
    pub(super) later: &'static [&'static str],
    /// Those of Backstage that have no meaning here: named in the common warning.
    pub(super) ignored: &'static [&'static str],
}

/// What has been found wrong so far.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) errors: Vec<ConfigError>,
    pub(super) warnings: Vec<Warning>,
    /// Keys without effect, for the common warning.
    unused: Vec<(String, Source)>,
    /// Features that are configured but not built yet: the same words are said once.
    unsupported: BTreeMap<&'static str, Vec<String>>,
}

impl Reader {
    /// Reports a value that does not fit; `expected` completes "must be …".
    pub(super) fn wrong(&mut self, at: &At<'_>, expected: &str) {
        self.wrong_found(at, expected, &at.node.found());
    }

    /// Like [`Reader::wrong`] for a key that holds a secret: only the kind of value is told.
    pub(super) fn wrong_secret(&mut self, at: &At<'_>, expected: &str) {
        let found = match at.node.content {
            Content::Number(_) => "a number",
            Content::Bool(_) => "true or false",
            Content::Text(_) => "another text",
            Content::Null => "nothing",
            Content::List(_) => "a list",
            Content::Map(_) => "an object",
        };
        self.wrong_found(at, expected, found);
    }

    fn wrong_found(&mut self, at: &At<'_>, expected: &str, found: &str) {
        self.error(at, format!("`{}` must be {expected}, found {found}", at.path));
    }

    /// Reports that the value at `at` cannot be used.
    pub(super) fn error(&mut self, at: &At<'_>, message: String) {
        let (source, path) = (at.node.source.clone(), at.path.clone());
        self.errors.push(ConfigError { source, path, message, excerpt: String::new() });
    }

    /// Notes that something valid has no effect yet; `what` is a whole sentence, said once for all places.
    pub(super) fn not_supported_yet(&mut self, at: &At<'_>, what: &'static str) {
        self.unsupported.entry(what).or_default().push(format!("`{}` at {}", at.path, at.node.source));
    }

    /// Opens an object and looks at its keys: unknown ones are noted, with a proposal when one looks mistyped.
    pub(super) fn open<'a>(&mut self, at: &At<'a>, keys: &Keys) -> Option<&'a Entries> {
        let Content::Map(entries) = &at.node.content else {
            self.wrong(at, "an object");
            return None;
        };
        for (key, node) in entries.iter() {
            if keys.used.contains(&key) || keys.later.contains(&key) {
                continue;
            }
            let path = at.path.key(key);
            match similar(key, keys).filter(|_| !keys.ignored.contains(&key)) {
                Some(known) => self.warnings.push(Warning {
                    source: Some(node.source.clone()),
                    message: format!("unknown key `{path}`: did you mean `{known}`?"),
                }),
                None => self.unused.push((path.to_string(), node.source.clone())),
            }
        }
        Some(entries)
    }

    /// Reads a key of an object, or takes the default.
    pub(super) fn field<T: Setting>(&mut self, at: &At<'_>, key: &str, default: impl FnOnce() -> T) -> T {
        at.key(key).and_then(|at| T::read(&at, self)).unwrap_or_else(default)
    }

    /// Reads a key that must be there.
    pub(super) fn required<T: Setting>(&mut self, at: &At<'_>, key: &str, default: impl FnOnce() -> T) -> T {
        if at.key(key).is_none() {
            self.error(at, format!("`{}` is missing: give it {}", at.path.key(key), T::kind()));
        }
        self.field(at, key, default)
    }

    /// The warnings, with one for all keys that have no effect.
    pub(super) fn into_parts(mut self) -> (Vec<ConfigError>, Vec<Warning>) {
        for (what, sources) in self.unsupported {
            let message = format!("{what} ({})", sources.join(", "));
            self.warnings.push(Warning { source: None, message });
        }
        if !self.unused.is_empty() {
            let keys: Vec<String> = self.unused.iter().map(|(path, source)| format!("{path} ({source})")).collect();
            let message = format!("keys without effect here, which can stay or be removed: {}", keys.join(", "));
            self.warnings.push(Warning { source: None, message });
        }
        self.errors.sort_by_key(|error| match &error.source {
            Source::File { file, position } => (0, file.to_string(), *position),
            other => (1, other.to_string(), Position { line: 0, column: 0 }),
        });
        (self.errors, self.warnings)
    }
}

/// The known key that was most likely meant.
fn similar<'k>(key: &str, keys: &Keys) -> Option<&'k str> {
    let known = keys.used.iter().chain(keys.later).chain(keys.ignored);
    let allowed = if key.chars().count() <= 4 { 1 } else { 2 };
    known
        .map(|known| (edit_distance(&key.to_lowercase(), &known.to_lowercase()), *known))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many characters have to be inserted, removed, replaced or swapped with their neighbour.
fn edit_distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![(0..=right.len()).collect::<Vec<usize>>()];
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}
