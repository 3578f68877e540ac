//! Projection: which fields of each entity a client wants.

use serde_json::{Map, Value};

use super::error::FilterError;

/// The dotted paths to keep of each entity.
///
/// Names of fields may contain dots themselves (`metadata.annotations.backstage.io/orphan`): a part that names no field is
/// joined with the next one. Case matters.
///
/// Source: contract `catalog.md`, section 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSelection {
    fields: Vec<String>,
}

impl FieldSelection {
    /// Reads `fields` parameters, each with paths separated by commas. `None` where nothing is left, which keeps everything.
    ///
    /// # Errors
    /// [`FilterError::ArrayField`] for a path that points into a list.
    pub fn parse(params: &[String]) -> Result<Option<Self>, FilterError> {
        let mut fields = Vec::<String>::new();
        for field in params.iter().flat_map(|param| param.split(',')).map(str::trim).filter(|field| !field.is_empty()) {
            if field.contains('[') {
                return Err(FilterError::ArrayField(field.to_owned()));
            }
            if !fields.iter().any(|known| known == field) {
                fields.push(field.to_owned());
            }
        }
        Ok((!fields.is_empty()).then_some(Self { fields }))
    }

    /// The part of an entity that is asked for; `{}` where it has none of the fields.
    pub fn project(&self, entity: &Value) -> Value {
        let mut kept = Map::new();
        for field in &self.fields {
            if let Some((path, value)) = find(entity, field) {
                insert(&mut kept, &path, value);
            }
        }
        Value::Object(kept)
    }
}

/// Follows a dotted path, taking the shortest name that exists at each level.
fn find<'a, 'f>(entity: &'a Value, field: &'f str) -> Option<(Vec<&'f str>, &'a Value)> {
    let mut path = Vec::new();
    let mut current = entity;
    let mut start = 0;
    let ends = field.match_indices('.').map(|(at, _)| at).chain([field.len()]);
    for end in ends {
        let name = &field[start..end];
        if let Some(child) = current.as_object().and_then(|fields| fields.get(name)) {
            path.push(name);
            current = child;
            start = end + 1;
        }
    }
    (start > field.len()).then_some((path, current))
}

fn insert(kept: &mut Map<String, Value>, path: &[&str], value: &Value) {
    match path {
        [] => {}
        [name] => {
            kept.insert((*name).to_owned(), value.clone());
        }
        [name, rest @ ..] => {
            let child = kept.entry(*name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(child) = child {
                insert(child, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(params: &[&str], expected: &Value) {
        let entity = json!({
            "kind": "Component",
            "metadata": {"name": "a", "title": null, "tags": ["x", "y"],
                "annotations": {"backstage.io/orphan": "true", "backstage.io": {"orphan": 1}, "a.b.c": "1"}},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}],
        });
        let params: Vec<_> = params.iter().map(|&param| param.to_owned()).collect();
        let selection = FieldSelection::parse(&params).unwrap().unwrap();
        assert_eq!(selection.project(&entity), *expected, "{params:?}");
    }

    #[test]
    fn paths_are_kept() {
        check(&["kind,metadata.name"], &json!({"kind": "Component", "metadata": {"name": "a"}}));
        check(&[" kind ", "kind,,metadata.title"], &json!({"kind": "Component", "metadata": {"title": null}}));
        check(&["metadata.tags"], &json!({"metadata": {"tags": ["x", "y"]}}));
        check(&["relations"], &json!({"relations": [{"type": "ownedBy", "targetRef": "group:default/a"}]}));
    }

    #[test]
    fn names_with_dots_are_found() {
        check(
            &["metadata.annotations.backstage.io/orphan"],
            &json!({"metadata": {"annotations": {"backstage.io/orphan": "true"}}}),
        );
        check(&["metadata.annotations.a.b.c"], &json!({"metadata": {"annotations": {"a.b.c": "1"}}}));
        check(
            &["metadata.annotations.backstage.io.orphan"],
            &json!({"metadata": {"annotations": {"backstage.io": {"orphan": 1}}}}),
        );
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        check(&["Kind"], &json!({}));
        check(&["metadata.nope.deeper"], &json!({}));
        check(&["kind.deeper"], &json!({}));
        check(&["metadata.tags.0"], &json!({}));
        check(&["metadata.", "."], &json!({}));
    }

    #[test]
    fn overlapping_paths_merge() {
        let metadata = json!({"metadata": {"name": "a", "tags": ["x", "y"]}});
        check(&["metadata.name,metadata.tags"], &metadata);
        check(&["metadata.name,metadata.tags,metadata.name"], &metadata);
    }

    #[test]
    fn nothing_left_is_no_projection() {
        assert_eq!(FieldSelection::parse(&[" , ".into(), String::new()]), Ok(None));
    }

    #[test]
    fn list_items_cannot_be_asked_for() {
        let parsed = FieldSelection::parse(&["kind,metadata.tags[0]".into()]);
        assert_eq!(parsed, Err(FilterError::ArrayField("metadata.tags[0]".into())));
    }
}
