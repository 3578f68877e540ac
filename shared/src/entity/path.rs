//! Places inside a document: `metadata.links[0].url`.

use std::fmt;

use super::violation::Violation;

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathSegment {
    /// A field of an object.
    Key(String),
    /// An item of a list, counted from 0.
    Index(usize),
}

/// A place inside a document, from its root. The place need not exist: for a missing field it is where the field belongs,
/// so look for the line of the longest part of the path that does exist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct JsonPath(Vec<PathSegment>);

impl JsonPath {
    /// The document itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// A field of this place.
    pub fn key(&self, name: &str) -> Self {
        self.join(PathSegment::Key(name.to_owned()))
    }

    /// An item of this place, counted from 0.
    pub fn index(&self, index: usize) -> Self {
        self.join(PathSegment::Index(index))
    }

    fn join(&self, segment: PathSegment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// The steps from the root.
    pub fn segments(&self) -> &[PathSegment] {
        &self.0
    }

    /// The place is the document itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads a path as it is printed, or a JSON pointer (`/metadata/annotations/example.com~1id`).
    ///
    /// Never fails: what does not fit the grammar is taken as the text of a key.
    pub fn parse(text: &str) -> Self {
        if let Some(pointer) = text.strip_prefix('/') {
            return Self(pointer.split('/').map(pointer_segment).collect());
        }
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some((segment, tail)) = bracketed(rest) {
                segments.push(segment);
                rest = tail;
            } else {
                let key = rest.strip_prefix('.').unwrap_or(rest);
                let end = key.find(['.', '[']).map_or(key.len(), |end| end.max(1));
                let end = (end..=key.len()).find(|&end| key.is_char_boundary(end)).unwrap_or(key.len());
                if end > 0 {
                    segments.push(PathSegment::Key(key[..end].to_owned()));
                }
                rest = &key[end..];
            }
        }
        Self(segments)
    }
}

/// A step of a JSON pointer. Digits mean an item of a list.
fn pointer_segment(text: &str) -> PathSegment {
    text.parse().map_or_else(|_| PathSegment::Key(text.replace("~1", "/").replace("~0", "~")), PathSegment::Index)
}

/// Reads `[3]` or `["key"]` at the start of `text`; gives the step and what follows it.
fn bracketed(text: &str) -> Option<(PathSegment, &str)> {
    let inner = text.strip_prefix('[')?;
    if inner.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(inner).into_iter::<String>();
        let key = values.next()?.ok()?;
        let tail = inner.get(values.byte_offset()..)?.strip_prefix(']')?;
        return Some((PathSegment::Key(key), tail));
    }
    let (digits, tail) = inner.split_once(']')?;
    Some((PathSegment::Index(digits.parse().ok()?), tail))
}

impl From<Vec<PathSegment>> for JsonPath {
    fn from(segments: Vec<PathSegment>) -> Self {
        Self(segments)
    }
}

/// Names that are not plain words are quoted: `metadata.annotations["example.com/score"]`. The root is empty.
impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                PathSegment::Index(index) => write!(f, "[{index}]")?,
                PathSegment::Key(name) if !is_word(name) => write!(f, "[{}]", serde_json::Value::from(name.as_str()))?,
                PathSegment::Key(name) if at == 0 => f.write_str(name)?,
                PathSegment::Key(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'))
}

/// A place while a document is being walked. Nothing is allocated until something is wrong there.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl<'a> Place<'a> {
    pub(super) fn key(&'a self, name: &'a str) -> Self {
        Self::Key(self, name)
    }

    pub(super) fn index(&'a self, index: usize) -> Self {
        Self::Index(self, index)
    }

    pub(super) fn to_path(self) -> JsonPath {
        match self {
            Self::Root => JsonPath::root(),
            Self::Key(parent, name) => parent.to_path().key(name),
            Self::Index(parent, index) => parent.to_path().index(index),
        }
    }

    /// A violation whose message starts with the name of this place: ``place.wrong("is missing")``.
    pub(super) fn wrong(self, what: impl fmt::Display) -> Violation {
        let path = self.to_path();
        let message = if path.is_root() { format!("the document {what}") } else { format!("`{path}` {what}") };
        Violation { path, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &JsonPath, expected: &str) {
        assert_eq!(path.to_string(), expected);
    }

    #[test]
    fn plain_names_are_dotted_and_others_quoted() {
        check(&JsonPath::root(), "");
        check(&JsonPath::root().key("metadata").key("links").index(0).key("url"), "metadata.links[0].url");
        check(&JsonPath::root().key("metadata").key("example.com/score"), "metadata[\"example.com/score\"]");
        check(&JsonPath::root().key(""), "[\"\"]");
    }

    #[test]
    fn a_place_becomes_the_same_path() {
        let spec = Place::Root.key("spec");
        let list = spec.key("dependsOn");
        check(&list.index(2).to_path(), "spec.dependsOn[2]");
        assert_eq!(Place::Root.wrong("is a list").message, "the document is a list");
    }
}
