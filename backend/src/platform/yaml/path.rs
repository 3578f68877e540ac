//! Paths into a JSON document, as people read them: `spec.dependsOn[0]`, `metadata.annotations["example.com/id"]`.

use std::fmt;

/// One step of a [`JsonPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathSegment {
    /// A key of a mapping.
    Key(String),
    /// A place in a list, from 0.
    Index(usize),
}

/// Where a value stands in a document. The empty path is the document itself and prints as nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct JsonPath(pub Vec<PathSegment>);

impl JsonPath {
    /// The path of the document itself.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// This path, one key deeper.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.join(PathSegment::Key(key.to_owned()))
    }

    /// This path, one place of a list deeper.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.join(PathSegment::Index(index))
    }

    fn join(&self, segment: PathSegment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// Reads a path as it is printed, or a JSON pointer (`/metadata/annotations/example.com~1id`).
    ///
    /// Never fails: what does not fit the grammar is taken as the text of a key.
    #[must_use]
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

/// A step of a JSON pointer. Digits mean a place in a list; [`super::Marks`] also accepts them as a key.
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

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, segment) in self.0.iter().enumerate() {
            match segment {
                PathSegment::Index(index) => write!(f, "[{index}]")?,
                PathSegment::Key(key) if !is_plain(key) => write!(f, "[{}]", serde_json::Value::from(key.as_str()))?,
                PathSegment::Key(key) if depth == 0 => f.write_str(key)?,
                PathSegment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// Whether a key can be printed without brackets.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'))
}
