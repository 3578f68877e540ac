//! The kinds that the catalog knows, and what their `spec` holds.
//!
//! Fields that a kind does not name are kept as they are. So are entities of other kinds: organisations add their own.
//!
//! Source: contract `entity-model.md`, section 3, and `scaffolder.md`, section 1.

use serde_json::{Map, Value};

use super::path::Place;
use super::shapes::Shape;
use super::syntax;
use super::violation::{Violation, list_of, quote};

/// What the catalog makes of a document's kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// The kind is known, or a wrong spelling of a known one. Holds everything that is wrong with it.
    Known(Vec<Violation>),
    /// Some organisation's own kind: only the rules for all entities apply.
    Unknown,
}

/// A kind that the catalog knows.
#[derive(Clone, Copy, Debug)]
pub struct KnownKind {
    /// The exact spelling.
    pub kind: &'static str,
    /// The values of `apiVersion` that go with it. The first one is what to write today.
    pub api_versions: &'static [&'static str],
    is_spec_required: bool,
    fields: &'static [Field],
    /// The fields that depend on the rest of `spec`, mostly on its `type`.
    variant: fn(&Map<String, Value>) -> &'static [Field],
}

#[derive(Clone, Copy, Debug)]
struct Field {
    name: &'static str,
    shape: Shape,
    is_required: bool,
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, is_required: true }
}

const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, is_required: false }
}

const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];

const TYPE: Field = required("type", Shape::Text);
const LIFECYCLE: Field = required("lifecycle", Shape::Text);
const OWNER: Field = required("owner", Shape::Text);
const SYSTEM: Field = optional("system", Shape::Text);
const DEPENDS_ON: Field = optional("dependsOn", Shape::Texts);
const DEPENDENCY_OF: Field = optional("dependencyOf", Shape::Texts);
const PROFILE: Field = optional("profile", Shape::Profile);

/// Every kind that the catalog knows, in the order in which people meet them.
pub const KNOWN_KINDS: &[KnownKind] = &[
    KnownKind {
        kind: "Component",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[
            TYPE,
            LIFECYCLE,
            OWNER,
            SYSTEM,
            optional("subcomponentOf", Shape::Text),
            optional("providesApis", Shape::Texts),
            optional("consumesApis", Shape::Texts),
            DEPENDS_ON,
            DEPENDENCY_OF,
        ],
        variant: no_variant,
    },
    KnownKind {
        kind: "API",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[TYPE, LIFECYCLE, OWNER, SYSTEM],
        variant: api_variant,
    },
    KnownKind {
        kind: "Resource",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[TYPE, OWNER, SYSTEM, DEPENDS_ON, DEPENDENCY_OF],
        variant: no_variant,
    },
    KnownKind {
        kind: "System",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[OWNER, optional("domain", Shape::Text), optional("type", Shape::Text)],
        variant: no_variant,
    },
    KnownKind {
        kind: "Domain",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[OWNER, optional("subdomainOf", Shape::Text), optional("type", Shape::Text)],
        variant: no_variant,
    },
    KnownKind {
        kind: "Group",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[
            TYPE,
            required("children", Shape::Texts),
            optional("parent", Shape::Text),
            optional("members", Shape::Texts),
            PROFILE,
        ],
        variant: no_variant,
    },
    KnownKind {
        kind: "User",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[required("memberOf", Shape::Texts), PROFILE],
        variant: no_variant,
    },
    KnownKind {
        kind: "Location",
        api_versions: CORE,
        is_spec_required: true,
        fields: &[
            optional("type", Shape::Text),
            optional("target", Shape::Text),
            optional("targets", Shape::Texts),
            optional("presence", Shape::OneOf(&["required", "optional"])),
        ],
        variant: no_variant,
    },
    KnownKind {
        kind: "Template",
        api_versions: &["scaffolder.backstage.io/v1beta3"],
        is_spec_required: true,
        fields: &[
            TYPE,
            required("steps", Shape::Steps),
            optional("owner", Shape::Text),
            optional("lifecycle", Shape::Text),
            optional("parameters", Shape::ObjectOrObjects),
            optional("secrets", Shape::Object),
            optional("output", Shape::Object),
            optional("presentation", Shape::Object),
            optional("formDecorators", Shape::Objects),
            optional("EXPERIMENTAL_formDecorators", Shape::Objects),
            optional("EXPERIMENTAL_recovery", Shape::Object),
        ],
        variant: no_variant,
    },
    KnownKind {
        kind: "AiResource",
        api_versions: &["backstage.io/v1alpha1"],
        is_spec_required: true,
        fields: &[TYPE, LIFECYCLE, OWNER, SYSTEM],
        variant: ai_resource_variant,
    },
];

/// Finds a kind by its exact spelling and a version that goes with it.
pub fn known_kind(kind: &str, api_version: &str) -> Option<&'static KnownKind> {
    meant_kind(kind).filter(|known| known.kind == kind && known.api_versions.contains(&api_version))
}

/// Finds the kind that a spelling in any case, with any version, most likely means.
pub(super) fn meant_kind(kind: &str) -> Option<&'static KnownKind> {
    KNOWN_KINDS.iter().find(|known| known.kind.eq_ignore_ascii_case(kind))
}

/// Checks kind, version and `spec` of a document, whose envelope is checked elsewhere.
///
/// A known kind in another case or with another version is a mistake rather than somebody's own kind, and is reported as one.
/// A version that is missing or misspelt is left to the envelope.
pub fn validate_spec(kind: &str, api_version: Option<&str>, spec: Option<&Value>) -> Recognition {
    let root = Place::Root;
    let Some(known) = meant_kind(kind) else {
        return Recognition::Unknown;
    };
    let mut found = Vec::new();
    if known.kind != kind {
        found.push(root.key("kind").wrong(format_args!("is {}; write `{}`", quote(kind), known.kind)));
    }
    if let Some(api_version) = api_version.filter(|version| syntax::is_api_version(version))
        && !known.api_versions.contains(&api_version)
    {
        let accepted = list_of(known.api_versions).replace(" and ", " or ");
        let what = quote(api_version);
        found.push(root.key("apiVersion").wrong(format_args!("is {what}; for a {} write {accepted}", known.kind)));
    }
    match spec {
        Some(Value::Object(spec)) => {
            let place = root.key("spec");
            for field in known.fields.iter().chain((known.variant)(spec)) {
                match spec.get(field.name) {
                    Some(value) => field.shape.check(place.key(field.name), value, &mut found),
                    None if field.is_required => found.push(place.key(field.name).wrong(missing(known, field, spec))),
                    None => {}
                }
            }
        }
        None if known.is_spec_required => {
            let names: Vec<_> = known.fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
            found.push(root.key("spec").wrong(if names.is_empty() {
                format!("is missing; a {} needs one", known.kind)
            } else {
                format!("is missing; a {} needs {} there", known.kind, list_of(&names))
            }));
        }
        // The envelope reports a `spec` that is not an object.
        Some(_) | None => {}
    }
    Recognition::Known(found)
}

fn missing(known: &KnownKind, field: &Field, spec: &Map<String, Value>) -> String {
    let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    if let Some(other) = spec.keys().find(|other| plain(other) == plain(field.name)) {
        return format!("is missing; rename {} to `{}`", quote(other), field.name);
    }
    let example = match field.name {
        "owner" => ", such as `owner: team-a`",
        "lifecycle" => ", such as `lifecycle: production`",
        "type" => ", a word of your choice, such as `type: service`",
        "children" => "; write `children: []` if there are none",
        "memberOf" => "; write `memberOf: []` if there are none",
        "definition" => ", the text of the API description",
        "steps" => ", a list of what to do",
        _ => "",
    };
    format!("is missing; every {} has one{example}", known.kind)
}

fn no_variant(_spec: &Map<String, Value>) -> &'static [Field] {
    &[]
}

/// An MCP server is described by where it runs. A definition is accepted too, as for any other type.
fn api_variant(spec: &Map<String, Value>) -> &'static [Field] {
    const REMOTES: &[Field] = &[required("remotes", Shape::Remotes)];
    const DEFINITION: &[Field] = &[required("definition", Shape::Text)];
    let is_server = spec_type(spec) == "mcp-server";
    if is_server && (spec.contains_key("remotes") || !spec.contains_key("definition")) { REMOTES } else { DEFINITION }
}

fn ai_resource_variant(spec: &Map<String, Value>) -> &'static [Field] {
    const SKILL: &[Field] = &[
        optional("disciplines", Shape::Texts),
        optional("categories", Shape::Texts),
        optional("agents", Shape::Texts),
        optional("dependsOn", Shape::Texts),
        optional("license", Shape::Text),
        optional("compatibility", Shape::ShortText { max_length: 500 }),
    ];
    const RULE: &[Field] =
        &[required("category", Shape::Text), required("rationale", Shape::Text), optional("disciplines", Shape::Texts)];
    const PLUGIN: &[Field] = &[required("skills", Shape::Texts), optional("version", Shape::Text)];
    const MARKETPLACE: &[Field] = &[required("plugins", Shape::Texts), optional("version", Shape::Text)];
    match spec_type(spec) {
        "skill" => SKILL,
        "rule" => RULE,
        "plugin" => PLUGIN,
        "marketplace" => MARKETPLACE,
        _ => &[],
    }
}

fn spec_type(spec: &Map<String, Value>) -> &str {
    spec.get("type").and_then(Value::as_str).unwrap_or_default()
}
