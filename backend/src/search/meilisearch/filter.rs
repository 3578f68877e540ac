//! Conditions in the language of Meilisearch. Everything that comes from outside is quoted.

use shared::api::search::TYPES_FACET;

use super::records::entity_key;
use crate::search::question::{Question, Sight};

/// How long the name of a field may be that a filter names.
const MAX_FIELD_CHARS: usize = 64;

/// The conditions of a question, all of which must hold, the read filter of the caller first; `None` where nothing can
/// meet them.
pub fn conditions(question: &Question) -> Option<Vec<String>> {
    let mut conditions = Vec::new();
    match &question.sight {
        Sight::Everything => {}
        Sight::Nothing => return None,
        Sight::Only(numbers) if numbers.is_empty() => return None,
        Sight::Only(numbers) => conditions.push(entities(numbers.iter().copied())),
    }
    if !question.types.is_empty() {
        conditions.push(has_value(TYPES_FACET, &question.types));
    }
    for (field, values) in &question.filters {
        if !is_field(field) {
            return None;
        }
        conditions.push(has_value(field, values));
    }
    if let Some(since) = question.changed_since_ms {
        conditions.push(format!("changedAt >= {since}"));
    }
    Some(conditions)
}

/// Rows of some entities.
pub fn entities(numbers: impl Iterator<Item = u64>) -> String {
    let keys: Vec<String> = numbers.map(entity_key).collect();
    format!("entity IN [{}]", keys.join(", "))
}

/// Where the values of a field are counted.
pub fn facet(field: &str) -> Option<String> {
    is_field(field).then(|| format!("fields.{field}"))
}

fn has_value(field: &str, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("fields.{field} IN [{}]", values.join(", "))
}

/// Whether this may be the name of a field of documents. Anything else could be more than a name.
fn is_field(field: &str) -> bool {
    (1..=MAX_FIELD_CHARS).contains(&field.len())
        && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::search::document::entity_number;

    fn question(filters: &[(&str, &str)]) -> Question {
        let filters = filters.iter().map(|(field, value)| ((*field).to_owned(), vec![(*value).to_owned()])).collect();
        Question { filters, sight: Sight::Everything, ..Question::default() }
    }

    #[test]
    fn values_are_quoted_and_fields_are_names() {
        let conditions_of = |filters: &[(&str, &str)]| conditions(&question(filters));
        assert_eq!(conditions_of(&[("kind", "API")]).unwrap(), [r#"fields.kind IN ["API"]"#]);
        let hostile = conditions_of(&[("kind", r#"x"] OR entity EXISTS OR kind IN ["\"#)]).unwrap();
        assert_eq!(hostile, [r#"fields.kind IN ["x\"] OR entity EXISTS OR kind IN [\"\\"]"#]);
        for field in ["", "kind = x OR entity", "a.b", "é", &"x".repeat(65)] {
            assert_eq!(conditions_of(&[(field, "x")]), None, "{field}");
        }
    }

    #[test]
    fn what_the_caller_may_see_is_the_first_condition() {
        let sight = Sight::only(["component:default/a"]);
        let only = conditions(&Question { sight, ..question(&[("kind", "API")]) }).unwrap();
        assert_eq!(only[0], format!("entity IN [{:016x}]", entity_number("component:default/a")));
        assert_eq!(only.len(), 2);
        let nobody = Sight::Only(Arc::default());
        assert_eq!(conditions(&Question { sight: nobody, ..question(&[]) }), None);
        assert_eq!(conditions(&Question { sight: Sight::Nothing, ..question(&[]) }), None);
    }
}
