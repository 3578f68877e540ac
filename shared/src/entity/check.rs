//! The one way from a parsed document to an entity: used by ingestion, by `callboard check` and by the API.

use serde_json::Value;

use super::DEFAULT_NAMESPACE;
use super::document::prepare;
use super::kinds::{Recognition, validate_spec};
use super::reference::EntityRef;
use super::relations::{EmittedRelation, emit_relations};
use super::validate::validate_envelope;
use super::violation::Violation;

/// A document that keeps all rules of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedEntity {
    /// Its identity, with the default namespace filled in.
    pub entity_ref: EntityRef,
    /// The kind in the spelling of the source.
    pub kind: String,
    /// The catalog knows the kind. Other kinds are kept as they are.
    pub is_known_kind: bool,
    /// The document with defaults filled in, in the usual order, without `relations`, `status` and `uid`.
    pub document: Value,
    /// Edges from this entity and towards it, sorted, each once.
    pub relations: Vec<EmittedRelation>,
}

/// Checks a document as its source has it and reads its relations.
///
/// # Errors
/// Everything that is wrong, in the order of the rules: envelope, kind and `spec`, references.
pub fn check(document: Value) -> Result<CheckedEntity, Vec<Violation>> {
    let mut violations = validate_envelope(&document);
    let text = |field| document.get(field).and_then(Value::as_str).filter(|text: &&str| !text.is_empty());
    let mut is_known_kind = false;
    if let Some(kind) = text("kind") {
        match validate_spec(kind, text("apiVersion"), document.get("spec")) {
            Recognition::Known(found) => {
                is_known_kind = true;
                violations.extend(found);
            }
            Recognition::Unknown => {}
        }
    }
    let entity_ref = document_ref(&document);
    // Without a usable name the references are still read, so that all mistakes show at once.
    let holder = entity_ref.clone().unwrap_or_else(|| EntityRef::new("", DEFAULT_NAMESPACE, ""));
    let relations = match emit_relations(&document, &holder) {
        Ok(relations) => relations,
        Err(found) => {
            violations.extend(found);
            Vec::new()
        }
    };
    let kind = text("kind").unwrap_or_default().to_owned();
    match entity_ref {
        Some(entity_ref) if violations.is_empty() => {
            Ok(CheckedEntity { entity_ref, kind, is_known_kind, document: prepare(document), relations })
        }
        _ => Err(violations),
    }
}

/// Which entity a document is about, as far as it says so; it may well break other rules.
///
/// `None` without a kind or a name.
pub fn document_ref(document: &Value) -> Option<EntityRef> {
    let metadata = document.get("metadata")?;
    let text = |value: &'_ Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let kind = document.get("kind").and_then(text)?;
    let name = metadata.get("name").and_then(text)?;
    let namespace = metadata.get("namespace").and_then(text);
    Some(EntityRef::new(&kind, namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE), &name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The places and messages of everything that is wrong, a line each.
    fn wrong(document: &Value) -> String {
        let found = check(document.clone()).expect_err("the document breaks a rule");
        for violation in &found {
            assert!(violation.message.contains(&violation.path.to_string()), "{violation:?}");
        }
        found.into_iter().map(|violation| violation.message).collect::<Vec<_>>().join("\n")
    }

    fn component() -> Value {
        json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": {"name": "booking-api", "tags": ["java"], "x-extra": [1]},
            "spec": {"type": "service", "lifecycle": "production", "owner": "booking", "dependsOn": ["resource:z", "resource:a"], "more": {"kept": true}}
        })
    }

    /// A valid component with one field of `metadata` set must have exactly this one problem.
    #[track_caller]
    fn metadata(field: &str, value: Value, expected: &str) {
        let mut document = component();
        document["metadata"][field] = value;
        assert_eq!(wrong(&document), expected);
    }

    #[track_caller]
    fn accept(kind: &str, spec: &Value) {
        let api_version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
        let document = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec});
        if let Err(found) = check(document) {
            panic!("{kind} {spec}: {found:#?}");
        }
    }

    #[track_caller]
    fn refuse(kind: &str, spec: &Value, expected: &[&str]) {
        let api_version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
        let document = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec});
        let messages = wrong(&document);
        let messages: Vec<_> = messages.lines().collect();
        assert_eq!(messages.len(), expected.len(), "{messages:#?}");
        for (message, expected) in messages.iter().zip(expected) {
            assert!(message.contains(expected), "{message}\n{expected}");
        }
    }

    #[test]
    fn a_good_document_keeps_everything() {
        let checked = check(component()).unwrap();
        assert_eq!(checked.entity_ref.to_string(), "component:default/booking-api");
        assert!(checked.is_known_kind);
        assert_eq!(checked.document["metadata"]["namespace"], "default");
        assert_eq!(checked.document["metadata"]["x-extra"], json!([1]));
        assert_eq!(checked.document["spec"]["more"], json!({"kept": true}));
        assert_eq!(checked.document["spec"]["dependsOn"], json!(["resource:a", "resource:z"]));
        assert_eq!(checked.relations.len(), 6);
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let document = json!({
            "apiVersion": "Backstage.io/v1", "Kind": "Component", "kind": "component", "owner": "a", "relations": [],
            "metadata": {"namespace": "Ops", "annotations": {"example.com/score": 7, "a/b/c": "x"}},
            "spec": {"type": "", "Owner": "b", "dependsOn": ["db", 5]}
        });
        insta::assert_snapshot!(wrong(&document), @r#"
        `Kind` is not a field of an entity; write `kind`
        `owner` is not a field of an entity; move it under `spec`, as `spec.owner`, or remove it
        `relations` is not a field of an entity; the catalog writes it itself, remove it from the source
        `apiVersion` is `Backstage.io/v1`; expected a version such as `backstage.io/v1alpha1`: letters and digits after an optional domain in lower case and a `/`
        `metadata.name` is missing; a name is 1 to 63 letters, digits, `-`, `_` or `.`, with a letter or digit at both ends
        `metadata.namespace` is `Ops`; a namespace is 1 to 63 lower-case letters, digits or `-`, with a letter or digit at both ends; try `ops`
        `metadata.annotations["example.com/score"]` is the number `7`; expected a text, put the value in quotes
        `metadata.annotations["a/b/c"]` has a key that is not allowed; a key is NAME or DOMAIN/NAME, where NAME is 1 to 63 letters, digits, `-`, `_` or `.` with a letter or digit at both ends, and DOMAIN is in lower case
        `kind` is `component`; write `Component`
        `spec.type` is an empty text; write a value or remove the field
        `spec.lifecycle` is missing; every Component has one, such as `lifecycle: production`
        `spec.owner` is missing; rename `Owner` to `owner`
        `spec.dependsOn[1]` is the number `5`; expected a text, put the value in quotes
        `spec.dependsOn[0]`: `db` names no kind; write kind:name, such as `component:db`
        "#);
    }

    #[test]
    fn documents_that_are_no_objects() {
        insta::assert_snapshot!(wrong(&json!("text")), @"the document is `text`; expected an object with `apiVersion`, `kind` and `metadata`");
        insta::assert_snapshot!(wrong(&json!([])), @"the document is a list; expected an object with `apiVersion`, `kind` and `metadata`");
        insta::assert_snapshot!(wrong(&json!({})), @r"
        `apiVersion` is missing; add `apiVersion: backstage.io/v1alpha1`
        `kind` is missing; add a kind, such as `kind: Component`
        `metadata` is missing; add `metadata` with a `name`
        ");
        insta::assert_snapshot!(wrong(&json!({"apiVersion": 1, "kind": null, "metadata": [], "spec": "x"})), @r#"
        `apiVersion` is the number `1`; expected a text, put the value in quotes
        `kind` is empty; write a text or remove the field
        `metadata` is a list; expected an object with a `name`
        `spec` is `x`; expected an object, or remove the field
        "#);
    }

    #[test]
    fn metadata_has_shapes() {
        metadata("name", json!(17), "`metadata.name` is the number `17`; expected a text, put the value in quotes");
        metadata(
            "name",
            json!("My Service"),
            "`metadata.name` is `My Service`; a name is 1 to 63 letters, digits, `-`, `_` or `.`, with a letter or digit at both ends; try `My-Service`",
        );
        metadata("title", json!(""), "`metadata.title` is an empty text; write a value or remove the field");
        metadata("description", json!(null), "`metadata.description` is empty; write a text or remove the field");
        metadata(
            "labels",
            json!(null),
            "`metadata.labels` is empty; expected an object; write one or remove the field",
        );
        metadata("tags", json!("java, go"), "`metadata.tags` is `java, go`; expected a list: write `[java, go]`");
        metadata("tags", json!(null), "`metadata.tags` is empty; expected a list: write `[]` or remove the field");
        metadata(
            "tags",
            json!(["ok", "Java"]),
            "`metadata.tags[1]` is `Java`; a tag is 1 to 63 lower-case letters, digits, `+`, `#` or `:`, in parts separated by single `-`; try `java`",
        );
        metadata("links", json!(["https://a"]), "`metadata.links[0]` is `https://a`; a link is an object with a `url`");
        metadata(
            "links",
            json!([{"url": "https://a", "type": "x"}, {"url": "/docs"}]),
            "`metadata.links[1].url` is `/docs`; expected an absolute address, such as `https://example.com/runbook`",
        );
        metadata(
            "links",
            json!([{"url": "https://a", "title": " "}]),
            "`metadata.links[0].title` is blank; write a text or remove the field",
        );
        metadata(
            "annotations",
            json!({"example.com/on": true}),
            "`metadata.annotations[\"example.com/on\"]` is the boolean `true`; expected a text, put the value in quotes",
        );
        metadata(
            "labels",
            json!({"tier": "one two"}),
            "`metadata.labels.tier` is `one two`; the value of a label is empty or 1 to 63 letters, digits, `-`, `_` or `.`, with a letter or digit at both ends; try `one-two`",
        );
    }

    #[test]
    fn upper_case_names_and_odd_extras_are_fine() {
        let mut document = component();
        document["metadata"]["name"] = json!("Svc_One.2");
        document["metadata"]["labels"] = json!({"a": "", "example.com/B": "X"});
        document["metadata"]["links"] = json!([{"url": "https://a b/c".replace(' ', ""), "icon": "docs"}]);
        document["metadata"]["description"] = json!("");
        assert_eq!(check(document).unwrap().entity_ref.name, "svc_one.2");
    }

    #[test]
    fn known_kinds_in_wrong_spellings_are_mistakes() {
        let mut document = component();
        document["kind"] = json!("component");
        assert_eq!(wrong(&document), "`kind` is `component`; write `Component`");
        let mut document = component();
        document["apiVersion"] = json!("acme.io/v1");
        assert_eq!(
            wrong(&document),
            "`apiVersion` is `acme.io/v1`; for a Component write `backstage.io/v1alpha1` or `backstage.io/v1beta1`"
        );
    }

    #[test]
    fn unknown_kinds_keep_the_rules_of_all_entities() {
        let checked = check(json!({"apiVersion": "acme.io/v1", "kind": "Cluster", "metadata": {"name": "a"}})).unwrap();
        assert!(!checked.is_known_kind);
        accept("Cluster", &json!({"owner": 5, "type": ""}));
        let document = json!({"apiVersion": "acme.io/v1", "kind": "Cluster", "metadata": {"name": "a b"}});
        assert!(wrong(&document).contains("try `a-b`"));
    }

    #[test]
    fn organisation_kinds() {
        accept("Group", &json!({"type": "team", "children": []}));
        accept("User", &json!({"memberOf": [], "profile": {"displayName": "Jo", "extra": 1}}));
        accept("System", &json!({"owner": "a"}));
        accept("Domain", &json!({"owner": "a", "subdomainOf": "b"}));
        accept("Resource", &json!({"type": "db", "owner": "a"}));
        refuse(
            "Group",
            &json!({"type": "team"}),
            &["`spec.children` is missing; every Group has one; write `children: []`"],
        );
        refuse("User", &json!({"memberOf": "a"}), &["`spec.memberOf` is `a`; expected a list: write `[a]`"]);
        refuse("User", &json!({"memberOf": [], "profile": {"email": 1}}), &["`spec.profile.email` is the number `1`"]);
        refuse("Component", &json!({}), &["spec.type", "spec.lifecycle", "spec.owner"]);
        refuse(
            "Component",
            &json!({"type": "a", "life-cycle": "x", "owner": "a"}),
            &["rename `life-cycle` to `lifecycle`"],
        );
    }

    #[test]
    fn a_missing_spec_says_what_belongs_there() {
        let document = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "a"}});
        assert_eq!(wrong(&document), "`spec` is missing; a Component needs `type`, `lifecycle` and `owner` there");
        let document = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "a"}});
        assert_eq!(wrong(&document), "`spec` is missing; a Location needs one");
    }

    #[test]
    fn apis() {
        let base = |extra: Value| {
            let mut spec = json!({"type": "openapi", "lifecycle": "x", "owner": "a"});
            spec.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            spec
        };
        accept("API", &base(json!({"definition": "openapi: 3.1.0"})));
        accept("API", &base(json!({"type": "mcp-server", "remotes": [{"type": "sse", "url": "https://a/mcp"}]})));
        accept("API", &base(json!({"type": "mcp-server", "definition": "{}"})));
        refuse("API", &base(json!({})), &["`spec.definition` is missing"]);
        refuse(
            "API",
            &base(json!({"definition": {"$text": "./a"}})),
            &["a placeholder `$text` that was not filled in"],
        );
        refuse(
            "API",
            &base(json!({"definition": {"openapi": "3"}})),
            &["`spec.definition` is an object; expected a text"],
        );
        refuse("API", &base(json!({"type": "mcp-server"})), &["`spec.remotes` is missing"]);
        refuse("API", &base(json!({"type": "mcp-server", "remotes": []})), &["at least one remote"]);
        refuse(
            "API",
            &base(json!({"type": "mcp-server", "remotes": [{"url": "a"}]})),
            &["[0].type` is missing", "absolute address"],
        );
    }

    #[test]
    fn locations() {
        accept("Location", &json!({}));
        accept("Location", &json!({"type": "url", "targets": ["./a.yaml"], "presence": "optional"}));
        refuse("Location", &json!({"presence": "maybe"}), &["is `maybe`; write `required` or `optional`"]);
        refuse("Location", &json!({"targets": ["", 1]}), &["spec.targets[0]", "spec.targets[1]"]);
    }

    #[test]
    fn templates() {
        let step = json!({"id": "a", "action": "fetch:template", "if": true, "each": ["x"], "input": {}});
        accept("Template", &json!({"type": "service", "steps": [step], "parameters": [{}], "output": {}}));
        accept("Template", &json!({"type": "service", "steps": [], "parameters": {}}));
        refuse(
            "Template",
            &json!({"type": "s", "steps": [{"name": 5}, "x", {"action": "a", "if": 1, "input": []}], "parameters": ["x"]}),
            &[
                "[0].action` is missing",
                "[0].name`",
                "[1]` is `x`; a step",
                "[2].if",
                "[2].input",
                "spec.parameters[0]",
            ],
        );
        let old = json!({"apiVersion": "backstage.io/v1beta2", "kind": "Template", "metadata": {"name": "a"}, "spec": {"type": "a", "steps": []}});
        assert!(wrong(&old).contains("write `scaffolder.backstage.io/v1beta3`"));
    }

    #[test]
    fn ai_resources() {
        let base = |extra: Value| {
            let mut spec = json!({"lifecycle": "x", "owner": "a"});
            spec.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            spec
        };
        accept("AiResource", &base(json!({"type": "prompt"})));
        accept("AiResource", &base(json!({"type": "skill", "disciplines": ["x"], "dependsOn": ["other"]})));
        accept("AiResource", &base(json!({"type": "plugin", "skills": ["a"]})));
        refuse("AiResource", &base(json!({"type": "rule"})), &["spec.category", "spec.rationale"]);
        refuse("AiResource", &base(json!({"type": "marketplace"})), &["spec.plugins"]);
        refuse("AiResource", &base(json!({"type": "skill", "compatibility": "x".repeat(501)})), &["at most 500"]);
    }

    #[test]
    fn the_subject_of_a_broken_document_is_known() {
        let document = json!({"kind": "Component", "metadata": {"name": "A b", "namespace": "Ops"}});
        assert_eq!(document_ref(&document).map(|found| found.to_string()).as_deref(), Some("component:ops/a b"));
        assert_eq!(document_ref(&json!({"kind": "Component"})), None);
        assert_eq!(document_ref(&json!([])), None);
    }
}
