//! Where each line of an entity comes from.

use serde_json::Value;
use shared::api::sources::{FieldLine, FieldOrigin};
use shared::entity::JsonPath;

use crate::platform::yaml::{Limits, MarkRef, Marks, PathSegment, parse_documents, to_yaml};

/// The entity as YAML, line by line.
///
/// `claim` is the document as it was stored when it was read, and `source` where its parts stand in the text: none where the
/// text says something else now.
pub fn field_lines(entity: &Value, claim: Option<&Value>, source: Option<(&Value, &Marks)>) -> Vec<FieldLine> {
    let text = to_yaml(entity);
    let mut lines: Vec<FieldLine> = text
        .lines()
        .map(|text| FieldLine { text: text.to_owned(), origin: FieldOrigin::Catalog, source_line: None })
        .collect();
    // What was just written is read again only to learn on which line each part stands.
    let parsed = parse_documents(text.as_bytes(), &Limits::descriptor()).into_iter().next();
    let Some(Ok(Some(document))) = parsed else { return lines };
    let mut begun: Vec<(usize, JsonPath)> = Vec::new();
    walk(document.marks.root(), &JsonPath::root(), &mut begun);
    begun.sort_by_key(|(line, _)| *line);
    let mut at = 0;
    let mut current = (FieldOrigin::Catalog, None);
    for (number, line) in lines.iter_mut().enumerate() {
        // Several parts may begin on a line: the outermost gives the line its origin.
        let mut is_first = true;
        while let Some((_, path)) = begun.get(at).filter(|(begins, _)| *begins <= number) {
            if is_first {
                current = origin(path, claim, source);
                is_first = false;
            }
            at += 1;
        }
        // The further lines of a text of several lines stand below its key.
        (line.origin, line.source_line) = (current.0, if is_first { None } else { current.1 });
    }
    lines
}

fn walk(mark: MarkRef<'_>, path: &JsonPath, begun: &mut Vec<(usize, JsonPath)>) {
    for (place, (key, child)) in mark.children().enumerate() {
        let path = key.map_or_else(|| path.index(place), |key| path.key(key));
        let located = child.located();
        let line = located.key.unwrap_or(located.value).line;
        begun.push((usize::try_from(line.saturating_sub(1)).unwrap_or_default(), path.clone()));
        walk(child, &path, begun);
    }
}

fn origin(path: &JsonPath, claim: Option<&Value>, source: Option<(&Value, &Marks)>) -> (FieldOrigin, Option<u32>) {
    if let Some((written, marks)) = source
        && find(written, path).is_some()
        && let Some(located) = marks.find(path)
    {
        return (FieldOrigin::Source, Some(located.key.unwrap_or(located.value).line));
    }
    if claim.is_none_or(|claim| find(claim, path).is_none()) {
        return (FieldOrigin::Catalog, None);
    }
    match source {
        Some(_) => (FieldOrigin::Reading, None),
        None => (FieldOrigin::LastGood, None),
    }
}

fn find<'a>(value: &'a Value, path: &JsonPath) -> Option<&'a Value> {
    path.segments().iter().try_fold(value, |value, segment| match segment {
        PathSegment::Key(key) => value.get(key),
        PathSegment::Index(index) => value.get(index),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WRITTEN: &str =
        "kind: Component\nmetadata:\n  name: a\n  description: |\n    one\n    two\nspec:\n  tags:\n    - x\n";

    fn shown(claim: Option<&Value>, is_current: bool) -> Vec<String> {
        let document = parse_documents(WRITTEN.as_bytes(), &Limits::descriptor()).remove(0).unwrap().unwrap();
        let entity = json!({
            "kind": "Component",
            "metadata": {"name": "a", "description": "one\ntwo\n", "annotations": {"place": "x"}, "uid": "1"},
            "spec": {"tags": ["x"]},
            "relations": [],
        });
        let source = is_current.then_some((&document.value, &document.marks));
        let line = |line: FieldLine| format!("{:?} {:?} {}", line.origin, line.source_line.unwrap_or(0), line.text);
        field_lines(&entity, claim, source).into_iter().map(line).collect()
    }

    #[test]
    fn each_line_tells_where_it_comes_from() {
        let claim = json!({
            "kind": "Component",
            "metadata": {"name": "a", "description": "one\ntwo\n", "annotations": {"place": "x"}},
            "spec": {"tags": ["x"]},
        });
        assert_eq!(
            shown(Some(&claim), true),
            [
                "Source 1 kind: Component",
                "Source 2 metadata:",
                "Source 3   name: a",
                "Source 4   description: |",
                "Source 0     one",
                "Source 0     two",
                "Reading 0   annotations:",
                "Reading 0     place: x",
                "Catalog 0   uid: \"1\"",
                "Source 7 spec:",
                "Source 8   tags:",
                "Source 9     - x",
                "Catalog 0 relations: []",
            ]
        );
        let older = shown(Some(&claim), false);
        assert_eq!((older[0].as_str(), older[8].as_str()), ("LastGood 0 kind: Component", "Catalog 0   uid: \"1\""));
        assert!(shown(None, false).iter().all(|line| line.starts_with("Catalog 0")));
    }
}
