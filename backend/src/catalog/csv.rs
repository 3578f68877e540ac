//! Entities as a table of comma-separated values, for spreadsheets.
//!
//! Lines end with CR LF and cells are quoted where needed (RFC 4180); the text is UTF-8. A cell that a spreadsheet would take
//! for a formula gets an apostrophe before it, because names and descriptions come from files that many people may write.

use serde_json::Value;
use shared::api::export::CsvColumn;
use shared::entity::DEFAULT_NAMESPACE;

/// What joins the items of a list in one cell.
const SEPARATOR: &str = ", ";

/// Writes the line of headings.
pub fn write_head(columns: &[CsvColumn], out: &mut String) {
    write_line(columns.iter().map(|column| column.title.as_str()), out);
}

/// Writes the line of an entity.
pub fn write_row(columns: &[CsvColumn], entity: &Value, out: &mut String) {
    let cells: Vec<String> = columns.iter().map(|column| cell(entity, &column.field)).collect();
    write_line(cells.iter().map(String::as_str), out);
}

fn write_line<'a>(cells: impl Iterator<Item = &'a str>, out: &mut String) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        write_cell(cell, out);
    }
    out.push_str("\r\n");
}

fn write_cell(text: &str, out: &mut String) {
    // Some programs trim a cell first, and take the wide signs of East Asian keyboards for the plain ones.
    let is_formula = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let is_quoted = text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ');
    if is_quoted {
        out.push('"');
    }
    if is_formula {
        out.push('\'');
    }
    for (place, part) in text.split('"').enumerate() {
        if place > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    if is_quoted {
        out.push('"');
    }
}

/// What a field says of an entity, as one text; empty where it says nothing.
fn cell(entity: &Value, field: &str) -> String {
    let mut found = Vec::new();
    if field == "entityRef" {
        found.push(reference(entity));
    } else if let Some(relation) = field.strip_prefix("relations.") {
        let relations = entity.get("relations").and_then(Value::as_array).into_iter().flatten();
        let of_type = relations.filter(|item| item.get("type").and_then(Value::as_str) == Some(relation));
        found.extend(of_type.filter_map(|item| Some(item.get("targetRef")?.as_str()?.to_owned())));
    } else {
        collect(entity, field, &mut found);
    }
    found.join(SEPARATOR)
}

fn reference(entity: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_lowercase);
    let metadata = |name| text(entity.get("metadata").and_then(|metadata| metadata.get(name)));
    format!(
        "{}:{}/{}",
        text(entity.get("kind")).unwrap_or_default(),
        metadata("namespace").unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
        metadata("name").unwrap_or_default()
    )
}

/// Collects the plain values at a dotted path. Names may have dots themselves: the shortest one that exists is taken.
fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
        Value::Object(fields) if !path.is_empty() => {
            let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
            let child = ends.into_iter().find_map(|end| Some((fields.get(&path[..end])?, end)));
            if let Some((child, end)) = child {
                collect(child, path.get(end + 1..).unwrap_or_default(), found);
            }
        }
        Value::String(text) if path.is_empty() => found.push(text.clone()),
        Value::Bool(_) | Value::Number(_) if path.is_empty() => found.push(value.to_string()),
        Value::Null | Value::Object(_) | Value::String(_) | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_cell(text: &str, expected: &str) {
        let mut out = String::new();
        write_cell(text, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        check_cell("plain; größe", "plain; größe");
        check_cell("a,b", "\"a,b\"");
        check_cell("he said \"no\"", "\"he said \"\"no\"\"\"");
        check_cell("two\nlines", "\"two\nlines\"");
        check_cell(" kept ", "\" kept \"");
        check_cell("", "");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "\u{a0}=1"] {
            check_cell(text, &format!("'{text}"));
        }
        check_cell("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
        check_cell("\r=1", "\"'\r=1\"");
        check_cell("\n=1", "\"'\n=1\"");
        check_cell(" =1", "\"' =1\"");
        check_cell("a=1", "a=1");
    }

    #[test]
    fn fields_are_found_wherever_they_are() {
        let entity = json!({
            "kind": "Component",
            "metadata": {"name": "Rates", "tags": ["java", "pci"], "annotations": {"a.b/c": "x"},
                "links": [{"url": "https://a"}, {"title": "no address"}, {"url": "https://b"}]},
            "spec": {"replicas": 3, "isLive": true, "nothing": null},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/a"},
                {"type": "dependsOn", "targetRef": "api:default/x"}, {"type": "ownedBy", "targetRef": "user:default/b"}],
        });
        for (field, expected) in [
            ("entityRef", "component:default/rates"),
            ("metadata.name", "Rates"),
            ("metadata.tags", "java, pci"),
            ("metadata.links.url", "https://a, https://b"),
            ("metadata.annotations.a.b/c", "x"),
            ("relations.ownedBy", "group:default/a, user:default/b"),
            ("relations.partOf", ""),
            ("spec.replicas", "3"),
            ("spec.isLive", "true"),
            ("spec.nothing", ""),
            ("spec", ""),
            ("metadata.", ""),
            ("", ""),
        ] {
            assert_eq!(cell(&entity, field), expected, "{field}");
        }
    }

    #[test]
    fn lines_end_as_the_format_says() {
        let columns = [("Name", "metadata.name"), ("=Type", "spec.type")]
            .map(|(title, field)| CsvColumn { title: title.to_owned(), field: field.to_owned() });
        let mut out = String::new();
        write_head(&columns, &mut out);
        write_row(&columns, &json!({"metadata": {"name": "a,b"}}), &mut out);
        assert_eq!(out, "Name,'=Type\r\n\"a,b\",\r\n");
    }
}
