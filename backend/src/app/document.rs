//! The OpenAPI document: what the code says, and the rules of the whole API that no single route could say.

use serde_json::{Map, Value, json};

use crate::platform::http::MAX_SAFE_INTEGER;

/// Writes the document.
///
/// The rules, each kept by one place of the server:
/// - What is absent is left out, in requests and in answers; `null` stands for nothing (`platform::http::body`).
/// - A parameter of the query that is given once is not empty (`QueryParams`).
/// - A whole number is one that every client reads as it is written (both).
/// - A body has a largest size (`configure_body_limits`).
/// - An object without named fields may have any.
///
/// What a list holds in place of `null` has a name, since generators of clients lose such an item that has none.
pub(super) fn text(api: &utoipa::openapi::OpenApi) -> String {
    let mut document = serde_json::to_value(api).expect("the document is made of maps with text keys");
    for operation in operations_mut(&mut document) {
        limit_query(operation);
        limit_body(operation);
    }
    let mut named = Map::new();
    settle(&mut document, &mut named);
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.extend(named);
    }
    serde_json::to_string_pretty(&document).expect("a JSON value has a text")
}

fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter();
    let items = paths.flat_map(|paths| paths.values_mut().filter_map(Value::as_object_mut));
    items.flat_map(|methods| methods.values_mut().filter_map(Value::as_object_mut))
}

fn limit_query(operation: &mut Map<String, Value>) {
    // Clients of search send the parameters that they do not fill in, too.
    if operation.get("tags").and_then(Value::as_array).is_some_and(|tags| tags.contains(&json!("search"))) {
        return;
    }
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in
        parameters.filter(|parameter| parameter["in"] == "query" && parameter["schema"]["type"] == "string")
    {
        parameter["schema"]["minLength"] = json!(1);
    }
}

fn limit_body(operation: &mut Map<String, Value>) {
    if operation.contains_key("requestBody") {
        operation["responses"]["413"] = json!({
            "description": "The body is too large.",
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ErrorBody" } } }
        });
    }
}

/// Applies what is said of objects, numbers and lists, at every depth. `named` gets the schemas that lists need.
fn settle(value: &mut Value, named: &mut Map<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| settle(item, named)),
        Value::Object(schema) => {
            forget_null(schema);
            name_items(schema, named);
            let is_object = schema.get("type").is_some_and(|kind| kind == "object");
            if is_object && !["properties", "additionalProperties"].iter().any(|key| schema.contains_key(*key)) {
                schema.insert("additionalProperties".to_owned(), json!(true));
            }
            let is_count = schema.get("type").is_some_and(|kind| kind == "integer") && !schema.contains_key("format");
            if is_count && !schema.contains_key("maximum") {
                schema.insert("maximum".to_owned(), json!(MAX_SAFE_INTEGER));
            }
            schema.values_mut().for_each(|value| settle(value, named));
        }
        _ => {}
    }
}

/// Names the items of a list that are one schema or `null`.
fn name_items(schema: &mut Map<String, Value>, named: &mut Map<String, Value>) {
    let Some(items) = schema.get_mut("items") else { return };
    if let Some([choice, null]) = items.get("oneOf").and_then(Value::as_array).map(Vec::as_slice)
        && *null == json!({"type": "null"})
        && let Some(target) = choice.get("$ref").and_then(Value::as_str)
        && let Some(name) = target.rsplit('/').next()
    {
        let name = format!("{name}OrNull");
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let nullable = std::mem::replace(items, reference);
        named.insert(name, nullable);
    }
}

/// Takes `null` off the properties that may be absent.
fn forget_null(schema: &mut Map<String, Value>) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &String| required.as_array().is_some_and(|names| names.iter().any(|other| other == name));
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (_, property) in properties.iter_mut().filter(|(name, _)| !is_required(name)) {
        if property.get("default").is_some_and(Value::is_null)
            && let Some(property) = property.as_object_mut()
        {
            property.shift_remove("default");
        }
        if let Some(kinds) = property.get_mut("type").and_then(Value::as_array_mut) {
            kinds.retain(|kind| kind != "null");
            if let [kind] = kinds.as_slice() {
                property["type"] = kind.clone();
            }
        }
        if let Some(choices) = property.get("oneOf").and_then(Value::as_array)
            && let [choice, null] = choices.as_slice()
            && *null == json!({"type": "null"})
        {
            *property = choice.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mut given: Value, expected: &Value) {
        let mut named = Map::new();
        settle(&mut given, &mut named);
        assert_eq!((given, Value::Object(named)), (expected.clone(), json!({})));
    }

    #[test]
    fn what_a_list_holds_in_place_of_null_has_a_name() {
        let mut given =
            json!({"type": "array", "items": {"oneOf": [{"$ref": "#/components/schemas/X"}, {"type": "null"}]}});
        let mut named = Map::new();
        settle(&mut given, &mut named);
        assert_eq!(given, json!({"type": "array", "items": {"$ref": "#/components/schemas/XOrNull"}}));
        let nullable = json!({"oneOf": [{"$ref": "#/components/schemas/X"}, {"type": "null"}]});
        assert_eq!(Value::Object(named), json!({ "XOrNull": nullable }));
    }

    #[test]
    fn what_may_be_absent_is_never_null() {
        check(
            json!({"properties": {
                "a": {"type": ["string", "null"], "default": null},
                "b": {"oneOf": [{"$ref": "#/x", "description": "B"}, {"type": "null"}]},
                "c": {"type": ["string", "null"]}
            }, "required": ["c"]}),
            &json!({"properties": {
                "a": {"type": "string"},
                "b": {"$ref": "#/x", "description": "B"},
                "c": {"type": ["string", "null"]}
            }, "required": ["c"]}),
        );
    }

    #[test]
    fn objects_are_open_and_numbers_are_safe() {
        check(
            json!({"a": {"type": "object"}, "b": {"type": "object", "properties": {"c": {"type": "integer"}}}}),
            &json!({
                "a": {"type": "object", "additionalProperties": true},
                "b": {"type": "object", "properties": {"c": {"type": "integer", "maximum": MAX_SAFE_INTEGER}}}
            }),
        );
    }
}
