//! The merged configuration before it is given types: values that know where they come from.

use std::{collections::HashMap, fmt, sync::Arc};

use serde_json::{Number, Value};

use super::source::Source;
use crate::platform::yaml::{Document, MarkRef};

/// A value and where it comes from.
#[derive(Clone, PartialEq)]
pub(super) struct Node {
    pub(super) content: Content,
    pub(super) source: Source,
    /// Whether the environment or another file has supplied (part of) the value: then it may be a secret.
    pub(super) is_substituted: bool,
}

#[derive(Clone, PartialEq)]
pub(super) enum Content {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Entries),
}

/// The entries of an object, in the order in which they were first written.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Entries(Vec<(String, Node)>);

impl fmt::Debug for Node {
    /// Leaves the value out: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Entries {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.0.iter().map(|(key, node)| (key.as_str(), node))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    /// The key and value when there is exactly one.
    pub(super) fn only(&self) -> Option<(&str, &Node)> {
        match self.0.as_slice() {
            [(key, node)] => Some((key, node)),
            _ => None,
        }
    }

    /// Adds a value or merges it into the one that is there: objects deeply, all else replaces.
    pub(super) fn merge(&mut self, key: &str, node: Node) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, existing)) => existing.merge(node),
            None => self.0.push((key.to_owned(), node)),
        }
    }
}

impl IntoIterator for Entries {
    type Item = (String, Node);
    type IntoIter = std::vec::IntoIter<(String, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Node {
    pub(super) const fn new(content: Content, source: Source) -> Self {
        Self { content, source, is_substituted: false }
    }

    /// An object without entries.
    pub(super) fn empty() -> Self {
        Self::new(Content::Map(Entries::default()), Source::Default)
    }

    /// An object with `node` at `key`.
    pub(super) fn wrap(key: &str, node: Self) -> Self {
        let source = node.source.clone();
        Self::new(Content::Map(Entries(vec![(key.to_owned(), node)])), source)
    }

    /// Lays `over` on top: objects merge deeply, lists and single values replace.
    pub(super) fn merge(&mut self, over: Self) {
        match (&mut self.content, over.content) {
            (Content::Map(below), Content::Map(above)) => {
                above.into_iter().for_each(|(key, node)| below.merge(&key, node));
                self.source = over.source;
            }
            (_, content) => {
                *self = Self { content, source: over.source, is_substituted: over.is_substituted };
            }
        }
    }

    /// The value at a path of keys.
    pub(super) fn at<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Option<&Self> {
        keys.into_iter().try_fold(self, |node, key| match &node.content {
            Content::Map(entries) => entries.get(key),
            _ => None,
        })
    }

    /// A parsed document of the file `file`.
    pub(super) fn from_document(document: Document, file: &Arc<str>) -> Self {
        Self::from_marked(document.value, document.marks.root(), file)
    }

    fn from_marked(value: Value, mark: MarkRef<'_>, file: &Arc<str>) -> Self {
        let source = Source::File { file: Arc::clone(file), position: mark.located().shown() };
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(value),
            Value::Number(value) => Content::Number(value),
            Value::String(value) => Content::Text(value),
            Value::Array(values) => Content::List(
                values
                    .into_iter()
                    .zip(mark.children())
                    .map(|(v, (_, mark))| Self::from_marked(v, mark, file))
                    .collect(),
            ),
            Value::Object(map) => {
                let marks: HashMap<&str, MarkRef<'_>> =
                    mark.children().filter_map(|(key, mark)| Some((key?, mark))).collect();
                let entry = |(key, value): (String, Value)| {
                    let mark = marks.get(key.as_str()).copied().unwrap_or(mark);
                    (key, Self::from_marked(value, mark, file))
                };
                Content::Map(Entries(map.into_iter().map(entry).collect()))
            }
        };
        Self::new(content, source)
    }

    /// A JSON value from outside of any file.
    pub(super) fn from_json(value: Value, source: &Source) -> Self {
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(value),
            Value::Number(value) => Content::Number(value),
            Value::String(value) => Content::Text(value),
            Value::Array(values) => {
                Content::List(values.into_iter().map(|value| Self::from_json(value, source)).collect())
            }
            Value::Object(map) => Content::Map(Entries(
                map.into_iter().map(|(key, value)| (key, Self::from_json(value, source))).collect(),
            )),
        };
        Self::new(content, source.clone())
    }

    /// What is there, in words for an error message. Text that may be a secret is not shown.
    pub(super) fn found(&self) -> String {
        match &self.content {
            Content::Null => "nothing".to_owned(),
            Content::Bool(value) => format!("`{value}`"),
            Content::Number(_) | Content::Text(_) if self.is_substituted => {
                "a text that was substituted into it".to_owned()
            }
            Content::Number(value) => format!("the number `{value}`"),
            Content::Text(value) if value.chars().count() > 60 => "a long text".to_owned(),
            Content::Text(value) => format!("the text `{}`", value.escape_debug()),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "an object".to_owned(),
        }
    }
}
