//! The edges that the fields of an entity stand for. Every field gives two: one for each end.
//!
//! Source: contract `entity-model.md`, section 4.

use serde_json::Value;

use super::kinds::meant_kind;
use super::path::{JsonPath, Place};
use super::reference::{EntityRef, EntityRefError};
use super::violation::Violation;

/// An edge, seen from the entity at `source`. The entity that emits it is at one of the two ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmittedRelation {
    /// The entity that lists the edge in its `relations`, once it exists.
    pub source: EntityRef,
    /// What the edge means: `ownedBy`, `partOf` …
    pub relation_type: &'static str,
    /// The other end, which need not exist.
    pub target: EntityRef,
}

/// The fields of `spec` that hold lists of references. Their order has no meaning, and the catalog sorts them.
pub const REFERENCE_LISTS: [&str; 7] =
    ["providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members"];

/// Each relation that the catalog makes has two names: what one end calls `ownedBy` is `ownerOf` for the other.
/// The forward name, which people say first, and the reverse one.
pub const RELATION_PAIRS: [(&str, &str); 7] = [
    ("childOf", "parentOf"),
    ("consumesApi", "apiConsumedBy"),
    ("dependsOn", "dependencyOf"),
    ("memberOf", "hasMember"),
    ("ownedBy", "ownerOf"),
    ("partOf", "hasPart"),
    ("providesApi", "apiProvidedBy"),
];

/// The forward name of a reverse one; `None` for one that is forward already, or that the catalog does not make.
pub fn forward_of(relation_type: &str) -> Option<&'static str> {
    RELATION_PAIRS.iter().find(|(_, reverse)| *reverse == relation_type).map(|(forward, _)| *forward)
}

/// Whether a forward relation leads from a part to what holds it: to its system, its owner, its group.
///
/// Pictures show what holds others on the left and what others need on the right, so these run against the arrows.
pub fn leads_to_whole(relation_type: &str) -> bool {
    matches!(relation_type, "childOf" | "memberOf" | "ownedBy" | "partOf")
}

struct Rule {
    field: &'static str,
    kinds: &'static [&'static str],
    /// The rule holds for one `spec.type` only.
    spec_type: Option<&'static str>,
    /// The kind of a target that names none. Without one, targets must name theirs.
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
}

const fn rule(
    field: &'static str,
    kinds: &'static [&'static str],
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
) -> Rule {
    Rule { field, kinds, spec_type: None, default_kind, forward, reverse }
}

const fn ai_rule(field: &'static str, spec_type: &'static str, forward: &'static str, reverse: &'static str) -> Rule {
    Rule {
        field,
        kinds: &["AiResource"],
        spec_type: Some(spec_type),
        default_kind: Some("AiResource"),
        forward,
        reverse,
    }
}

const OWNED: &[&str] = &["Component", "API", "Resource", "System", "Domain", "Template", "AiResource"];

const RULES: &[Rule] = &[
    rule("owner", OWNED, Some("Group"), "ownedBy", "ownerOf"),
    rule("system", &["Component", "API", "Resource", "AiResource"], Some("System"), "partOf", "hasPart"),
    rule("subcomponentOf", &["Component"], Some("Component"), "partOf", "hasPart"),
    rule("providesApis", &["Component"], Some("API"), "providesApi", "apiProvidedBy"),
    rule("consumesApis", &["Component"], Some("API"), "consumesApi", "apiConsumedBy"),
    rule("dependsOn", &["Component", "Resource"], None, "dependsOn", "dependencyOf"),
    rule("dependencyOf", &["Component", "Resource"], None, "dependencyOf", "dependsOn"),
    rule("domain", &["System"], Some("Domain"), "partOf", "hasPart"),
    rule("subdomainOf", &["Domain"], Some("Domain"), "partOf", "hasPart"),
    rule("memberOf", &["User"], Some("Group"), "memberOf", "hasMember"),
    rule("parent", &["Group"], Some("Group"), "childOf", "parentOf"),
    rule("children", &["Group"], Some("Group"), "parentOf", "childOf"),
    rule("members", &["Group"], Some("User"), "hasMember", "memberOf"),
    ai_rule("dependsOn", "skill", "dependsOn", "dependencyOf"),
    ai_rule("skills", "plugin", "hasPart", "partOf"),
    ai_rule("plugins", "marketplace", "hasPart", "partOf"),
];

/// The edges of an entity, for both ends, sorted and each once.
///
/// References that leave out the namespace are in that of the entity that holds them. Of a kind that the catalog does not
/// know, only `spec.owner` is understood, and only where it is a reference.
///
/// # Errors
/// Everything that should be a reference and is not. Values that are not texts are left to
/// [`validate_spec`](super::kinds::validate_spec).
pub fn emit_relations(entity: &Value, entity_ref: &EntityRef) -> Result<Vec<EmittedRelation>, Vec<Violation>> {
    let targets = find_targets(entity, &entity_ref.namespace)?;
    let mut emitted = Vec::with_capacity(targets.len() * 2);
    for (rule, target) in targets {
        let (source, forward, reverse) = (entity_ref.clone(), rule.forward, rule.reverse);
        emitted.push(EmittedRelation { source: target.clone(), relation_type: reverse, target: source.clone() });
        emitted.push(EmittedRelation { source, relation_type: forward, target });
    }
    emitted.sort_unstable();
    emitted.dedup();
    Ok(emitted)
}

/// Reads every reference of an entity in this namespace.
fn find_targets(entity: &Value, namespace: &str) -> Result<Vec<(&'static Rule, EntityRef)>, Vec<Violation>> {
    let text = |field| entity.get(field).and_then(Value::as_str).unwrap_or_default();
    let (kind, spec) = (text("kind"), entity.get("spec"));
    let spec_type = spec.and_then(|spec| spec.get("type")).and_then(Value::as_str);
    // A document that misspells its kind or version is refused anyway; its references are read so that all mistakes show.
    let known = meant_kind(kind);
    let (kind, is_known) = (known.map_or(kind, |known| known.kind), known.is_some());
    let (mut targets, mut found) = (Vec::new(), Vec::new());
    let root = Place::Root;
    let spec_place = root.key("spec");
    for rule in RULES {
        let applies = if is_known {
            rule.kinds.contains(&kind) && (rule.spec_type.is_none() || rule.spec_type == spec_type)
        } else {
            rule.field == "owner"
        };
        let Some(value) = spec.and_then(|spec| spec.get(rule.field)).filter(|_| applies) else { continue };
        let place = spec_place.key(rule.field);
        let mut read = |place: Place<'_>, value: &Value| {
            let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return };
            match EntityRef::parse(text, rule.default_kind, namespace) {
                Ok(target) => targets.push((rule, target)),
                // What the field of an unknown kind means is not ours to say.
                Err(_) if !is_known => {}
                Err(error) => found.push(not_a_reference(place.to_path(), &error)),
            }
        };
        match value {
            Value::Array(items) if REFERENCE_LISTS.contains(&rule.field) || rule.spec_type.is_some() => {
                items.iter().enumerate().for_each(|(at, item)| read(place.index(at), item));
            }
            value => read(place, value),
        }
    }
    if found.is_empty() { Ok(targets) } else { Err(found) }
}

fn not_a_reference(path: JsonPath, error: &EntityRefError) -> Violation {
    let message = format!("`{path}`: {error}");
    Violation { path, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_pairs_are_those_of_the_rules() {
        for rule in RULES {
            let is_pair = |(forward, reverse)| {
                (rule.forward, rule.reverse) == (forward, reverse) || (rule.reverse, rule.forward) == (forward, reverse)
            };
            assert!(RELATION_PAIRS.into_iter().any(is_pair), "{}", rule.forward);
        }
        assert_eq!(forward_of("ownerOf"), Some("ownedBy"));
        assert_eq!(forward_of("ownedBy"), None);
    }

    fn emit(kind: &str, spec: &Value) -> Result<Vec<String>, Vec<String>> {
        let api_version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
        let entity = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "Me"}, "spec": spec});
        let me = EntityRef::new(kind, "ops", "Me");
        let name = |end: &EntityRef| if *end == me { "me".to_owned() } else { end.to_string() };
        match emit_relations(&entity, &me) {
            Ok(relations) => Ok(relations
                .iter()
                .map(|edge| format!("{} {} {}", name(&edge.source), edge.relation_type, name(&edge.target)))
                .collect()),
            Err(found) => Err(found.into_iter().map(|violation| violation.message).collect()),
        }
    }

    /// One field, one edge: both directions are expected.
    #[track_caller]
    fn check(kind: &str, spec: &Value, forward: &str, target: &str, reverse: &str) {
        let mut expected = vec![format!("me {forward} {target}"), format!("{target} {reverse} me")];
        let mut emitted = emit(kind, spec).unwrap();
        expected.sort();
        emitted.sort();
        assert_eq!(emitted, expected, "{kind} {spec}");
    }

    #[test]
    fn owners_are_groups() {
        for kind in OWNED {
            check(kind, &json!({"owner": "Team-A"}), "ownedBy", "group:ops/team-a", "ownerOf");
        }
        check("Component", &json!({"owner": "user:default/Jo"}), "ownedBy", "user:default/jo", "ownerOf");
        assert_eq!(emit("Group", &json!({"owner": "a"})), Ok(vec![]));
    }

    #[test]
    fn parts_and_wholes() {
        for kind in ["Component", "API", "Resource", "AiResource"] {
            check(kind, &json!({"system": "s"}), "partOf", "system:ops/s", "hasPart");
        }
        check("Component", &json!({"subcomponentOf": "x/c"}), "partOf", "component:x/c", "hasPart");
        check("System", &json!({"domain": "d"}), "partOf", "domain:ops/d", "hasPart");
        check("Domain", &json!({"subdomainOf": "d"}), "partOf", "domain:ops/d", "hasPart");
        check("AiResource", &json!({"type": "plugin", "skills": ["s"]}), "hasPart", "airesource:ops/s", "partOf");
        check("AiResource", &json!({"type": "marketplace", "plugins": ["p"]}), "hasPart", "airesource:ops/p", "partOf");
        assert_eq!(emit("AiResource", &json!({"type": "skill", "skills": ["s"]})), Ok(vec![]));
    }

    #[test]
    fn apis_and_dependencies() {
        check("Component", &json!({"providesApis": ["a"]}), "providesApi", "api:ops/a", "apiProvidedBy");
        check("Component", &json!({"consumesApis": ["a"]}), "consumesApi", "api:ops/a", "apiConsumedBy");
        for kind in ["Component", "Resource"] {
            check(kind, &json!({"dependsOn": ["resource:r"]}), "dependsOn", "resource:ops/r", "dependencyOf");
            check(kind, &json!({"dependencyOf": ["resource:r"]}), "dependencyOf", "resource:ops/r", "dependsOn");
        }
        check(
            "AiResource",
            &json!({"type": "skill", "dependsOn": ["s"]}),
            "dependsOn",
            "airesource:ops/s",
            "dependencyOf",
        );
    }

    #[test]
    fn people_and_teams() {
        check("User", &json!({"memberOf": ["g"]}), "memberOf", "group:ops/g", "hasMember");
        check("Group", &json!({"parent": "g"}), "childOf", "group:ops/g", "parentOf");
        check("Group", &json!({"children": ["g"]}), "parentOf", "group:ops/g", "childOf");
        check("Group", &json!({"members": ["u"]}), "hasMember", "user:ops/u", "memberOf");
    }

    #[test]
    fn repeated_edges_are_one() {
        let emitted = emit("Component", &json!({"providesApis": ["a", "API:ops/A"]})).unwrap();
        assert_eq!(emitted, ["api:ops/a apiProvidedBy me", "me providesApi api:ops/a"]);
    }

    #[test]
    fn bad_references_are_all_named() {
        let found =
            emit("Component", &json!({"owner": "a/b/c", "dependsOn": ["resource:ok", "db", 7, ""]})).unwrap_err();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("`spec.owner`: `a/b/c` is not an entity reference"), "{}", found[0]);
        assert!(found[1].starts_with("`spec.dependsOn[1]`: `db` names no kind"), "{}", found[1]);
    }

    #[test]
    fn unknown_kinds_have_owners_at_most() {
        check(
            "Cluster",
            &json!({"owner": "a", "system": "s", "dependsOn": ["x"]}),
            "ownedBy",
            "group:ops/a",
            "ownerOf",
        );
        assert_eq!(emit("Cluster", &json!({"owner": "not/a/ref"})), Ok(vec![]));
        assert_eq!(emit("Cluster", &json!({"owner": ["a"]})), Ok(vec![]));
    }
}
