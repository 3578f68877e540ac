//! The patterns of the page's paths: `/catalog/:namespace/:kind/:name/:tab?`, `/docs/:name/*path`.

use std::collections::BTreeMap;

use crate::paths;

/// What a path gives for the names in its pattern, decoded.
pub type PathParams = BTreeMap<String, String>;

/// A pattern of paths.
///
/// `:name` stands for one segment, `:name?` at the end for one or none, `*name` at the end for all that are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Exact(String),
    One(String),
    OneOrNone(String),
    Rest(String),
}

impl PathPattern {
    /// Reads a pattern. What is not a name in the sense above stands for itself.
    pub fn new(text: &str) -> Self {
        let segment = |part: &str| match part.strip_prefix(':') {
            Some(name) => match name.strip_suffix('?') {
                Some(name) => Segment::OneOrNone(name.to_owned()),
                None => Segment::One(name.to_owned()),
            },
            None => match part.strip_prefix('*') {
                Some(name) => Segment::Rest(name.to_owned()),
                None => Segment::Exact(part.to_owned()),
            },
        };
        Self { text: text.to_owned(), segments: segments_of(text).map(segment).collect() }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What a path gives for the names of the pattern; `None` for a path of another shape.
    pub fn read(&self, path: &str) -> Option<PathParams> {
        let mut params = PathParams::new();
        let mut parts = segments_of(path);
        for segment in &self.segments {
            match segment {
                Segment::Exact(text) => {
                    parts.next().filter(|part| paths::decode_segment(part) == *text)?;
                }
                Segment::One(name) => {
                    params.insert(name.clone(), paths::decode_segment(parts.next()?));
                }
                Segment::OneOrNone(name) => {
                    if let Some(part) = parts.next() {
                        params.insert(name.clone(), paths::decode_segment(part));
                    }
                }
                Segment::Rest(name) => {
                    let rest: Vec<String> = parts.by_ref().map(paths::decode_segment).collect();
                    params.insert(name.clone(), rest.join("/"));
                }
            }
        }
        parts.next().is_none().then_some(params)
    }

    /// What makes a path another page: all of it but the optional segment, which names a tab of the same page.
    pub fn identity(&self, path: &str) -> String {
        let is_tabbed = matches!(self.segments.last(), Some(Segment::OneOrNone(_)));
        let n_parts = if is_tabbed { self.segments.len() - 1 } else { usize::MAX };
        segments_of(path).take(n_parts).collect::<Vec<_>>().join("/")
    }

    /// Orders patterns that match the same path: the one that leaves less open is the larger.
    pub(super) fn exactness(&self) -> Vec<u8> {
        let open = |segment: &Segment| match segment {
            Segment::Exact(_) => 3,
            Segment::One(_) => 2,
            Segment::OneOrNone(_) => 1,
            Segment::Rest(_) => 0,
        };
        self.segments.iter().map(open).chain([4]).collect()
    }

    /// Two patterns of one shape match the same paths, whatever their names are.
    pub(super) fn shape(&self) -> String {
        let shape = |segment: &Segment| match segment {
            Segment::Exact(text) => text.clone(),
            Segment::One(_) => ":".to_owned(),
            Segment::OneOrNone(_) => ":?".to_owned(),
            Segment::Rest(_) => "*".to_owned(),
        };
        self.segments.iter().map(shape).collect::<Vec<_>>().join("/")
    }
}

fn segments_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, expected: Option<&[(&str, &str)]>) {
        let expected =
            expected.map(|pairs| pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect());
        assert_eq!(PathPattern::new(pattern).read(path), expected, "{pattern} and {path}");
    }

    #[test]
    fn a_path_gives_the_names_of_its_pattern() {
        check("/", "/", Some(&[]));
        check("/", "/catalog", None);
        check("/catalog", "/catalog/", Some(&[]));
        check("/catalog/:kind/:name", "/catalog/api/a%20b", Some(&[("kind", "api"), ("name", "a b")]));
        check("/catalog/:kind/:name", "/catalog/api", None);
        check("/catalog/:kind/:tab?", "/catalog/api", Some(&[("kind", "api")]));
        check("/catalog/:kind/:tab?", "/catalog/api/yaml", Some(&[("kind", "api"), ("tab", "yaml")]));
        check("/catalog/:kind/:tab?", "/catalog/api/yaml/more", None);
        check("/docs/:name/*path", "/docs/a", Some(&[("name", "a"), ("path", "")]));
        check("/docs/:name/*path", "/docs/a/b/c+d", Some(&[("name", "a"), ("path", "b/c+d")]));
    }

    #[test]
    fn what_leaves_less_open_wins() {
        let order = ["/docs/*path", "/docs/:name?", "/docs/:name", "/docs/all", "/docs"];
        let exactness = order.map(|pattern| PathPattern::new(pattern).exactness());
        assert!(exactness.is_sorted(), "{exactness:?}");
    }

    #[test]
    fn tabs_are_the_same_page_and_documents_are_not() {
        let entity = PathPattern::new("/catalog/:namespace/:kind/:name/:tab?");
        let identity = |path: &str| entity.identity(path);
        assert_eq!(identity("/catalog/default/component/a/yaml"), identity("/catalog/default/component/a"));
        assert_ne!(identity("/catalog/default/component/b"), identity("/catalog/default/component/a"));
        let docs = PathPattern::new("/docs/:name/*path");
        assert_ne!(docs.identity("/docs/a/b"), docs.identity("/docs/a/c"));
        assert_eq!(docs.identity("/docs/a/b/"), docs.identity("/docs/a/b"));
    }
}
