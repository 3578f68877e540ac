//! `catalog`: where entities come from and which are let in.

use super::{
    duration::HumanDuration,
    reader::{At, Reader, Setting},
    reference::KeyDescription,
    tree::Content,
};

section! {
    /// The catalog.
    pub struct Catalog {
        /// Which kinds of entities are let in. Without it: Component, API and Location.
        pub rules: Option<Vec<CatalogRule>> = "rules";
        /// Files and addresses from which the catalog is read.
        pub locations: Vec<CatalogLocation> = "locations";
        /// Whether locations can be registered, changed and removed only here, not through the API.
        pub readonly: bool = "readonly";
        /// What happens when a location is registered through the API a second time and the request does not say: `reject`
        /// refuses it, `refresh` reads the location again.
        pub default_location_conflict_strategy: LocationConflict = "defaultLocationConflictStrategy", default LocationConflict::Reject;
        /// How often every source is read again; the time between two reads varies up to 1.5 times that. `false` reads
        /// only on request.
        pub processing_interval: ProcessingInterval = "processingInterval";
        /// What happens to an entity that its location no longer mentions: `delete` removes it, `keep` marks it.
        pub orphan_strategy: OrphanStrategy = "orphanStrategy", default OrphanStrategy::Delete;
        /// The same for entities of a source that is no longer configured. Not used yet: they are removed.
        pub orphan_provider_strategy: OrphanStrategy = "orphanProviderStrategy", default OrphanStrategy::Delete;
        /// Registering existing repositories.
        pub import: CatalogImport = "import";
    }
    later: ["providers", "processors", "processorOptions", "providerOptions", "scmEvents",
        "additionalCatalogModel", "experimentalAlphaModel", "enableMergeKeys"]
    ignored: ["disableDefaultProcessors", "stitchingStrategy", "useUrlReadersSearch", "disableRelationsCompatibility",
        "experimentalAlwaysUseSearchJoin"]
}

section! {
    /// A rule that lets kinds of entities in. An entity comes in when any rule matches it.
    pub struct CatalogRule {
        /// Kinds that are let in: names, or objects with `kind` and `spec.type`.
        pub allow: Vec<AllowedKind> = "allow" => required;
        /// Locations to which the rule is limited; all when it is left out.
        pub locations: Option<Vec<RuleLocation>> = "locations";
    }
}

section! {
    /// A kind of entity as an object.
    pub struct AllowedKindObject {
        /// The kind, such as `Component`; upper and lower case are the same.
        pub kind: String = "kind" => required;
        /// The `spec.type` that the entity must have.
        pub spec_type: Option<String> = "spec.type";
    }
}

/// A kind of entity, possibly of one type only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedKind {
    /// The kind, to be compared without regard to case.
    pub kind: String,
    /// The `spec.type` that the entity must have; any when `None`.
    pub spec_type: Option<String>,
}

impl Setting for AllowedKind {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        match &at.node.content {
            Content::Text(kind) => Some(Self { kind: kind.clone(), spec_type: None }),
            Content::Map(_) => {
                let AllowedKindObject { kind, spec_type } = AllowedKindObject::read(at, reader)?;
                Some(Self { kind, spec_type })
            }
            _ => {
                reader.wrong(at, "a kind such as `Component`, or an object with `kind` and `spec.type`");
                None
            }
        }
    }

    fn kind() -> String {
        "text or object".to_owned()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        AllowedKindObject::describe(path, table);
    }
}

section! {
    /// A location as it is written in a rule.
    pub struct RuleLocationEntry {
        /// Kind of location: `file` or `url`.
        pub location_type: Option<String> = "type";
        /// The exact target. Not together with `pattern`.
        pub exact: Option<String> = "exact";
        /// The target as a pattern with `*`, `**` and `?`; upper and lower case are the same. Not together with `exact`.
        pub pattern: Option<String> = "pattern";
    }
}

/// Which locations a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLocation {
    /// Kind of location; any when `None`.
    pub location_type: Option<String>,
    /// The target; any when `None`.
    pub target: Option<RuleTarget>,
}

/// How a rule names a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleTarget {
    /// Exactly so.
    Exact(String),
    /// A pattern with `*`, `**` and `?`, without regard to case.
    Pattern(String),
}

section! {
    /// A file or address from which the catalog is read.
    pub struct CatalogLocation {
        /// Kind of location: `file` (a path, also with `*` and `**`) or `url`.
        pub location_type: String = "type" => required;
        /// The path or address. Paths are relative to `backend.workingDirectory`, or else to the working directory.
        pub target: String = "target" => required;
        /// Kinds that are let in from this location, in addition to `catalog.rules`.
        pub rules: Vec<CatalogRule> = "rules";
    }
    later: ["presence"]
}

section! {
    /// Registering existing repositories.
    pub struct CatalogImport {
        /// Name of the descriptor file that is looked for in a repository, which may have wildcards.
        pub entity_filename: String = "entityFilename", default "catalog-info.yaml".to_owned();
        /// Branch of the pull request that adds a descriptor. Not used yet.
        pub pull_request_branch_name: String = "pullRequestBranchName", default "callboard-integration".to_owned();
    }
}

choice! {
    /// What happens to entities that nothing mentions any more.
    pub enum OrphanStrategy {
        /// They are removed.
        Delete = "delete",
        /// They stay, and are marked.
        Keep = "keep",
    }
}

choice! {
    /// What happens when a location is registered a second time.
    pub enum LocationConflict {
        /// The request is refused.
        Reject = "reject",
        /// The location is read again.
        Refresh = "refresh",
    }
}

/// How often sources are read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessingInterval {
    /// Between this long and 1.5 times this long after the last read.
    Every(HumanDuration),
    /// Only on request.
    Never,
}

impl Default for ProcessingInterval {
    fn default() -> Self {
        Self::Every(HumanDuration::from_secs(100))
    }
}

impl Setting for ProcessingInterval {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        if at.node.content == Content::Bool(false) || at.text() == Some("false") {
            return Some(Self::Never);
        }
        let interval = HumanDuration::read(at, reader)?;
        if interval.0.is_zero() {
            reader.wrong(at, "longer than zero (or `false` to read only on request)");
            return None;
        }
        Some(Self::Every(interval))
    }

    fn kind() -> String {
        "duration or `false`".to_owned()
    }

    fn show(&self) -> String {
        match self {
            Self::Every(interval) => interval.show(),
            Self::Never => "false".to_owned(),
        }
    }
}

impl Setting for RuleLocation {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let RuleLocationEntry { location_type, exact, pattern } = RuleLocationEntry::read(at, reader)?;
        let target = match (exact, pattern) {
            (Some(_), Some(_)) => {
                let message = format!("`{}` has both `exact` and `pattern`: remove one", at.path);
                reader.error(at, message);
                return None;
            }
            (Some(exact), None) => Some(RuleTarget::Exact(exact)),
            (None, Some(pattern)) => {
                if let Err(error) = globset::Glob::new(&pattern) {
                    reader.error(at, format!("`{}.pattern` is not a pattern: {}", at.path, error.kind()));
                    return None;
                }
                Some(RuleTarget::Pattern(pattern))
            }
            (None, None) => None,
        };
        Some(Self { location_type, target })
    }

    fn kind() -> String {
        RuleLocationEntry::kind()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        RuleLocationEntry::describe(path, table);
    }
}
