//! Which kinds a location may bring into the catalog (`catalog.rules`).
//!
//! Source: contract `entity-model.md`, section 7.

use std::collections::HashMap;

use globset::{GlobBuilder, GlobMatcher};

use crate::catalog::location::LocationRef;

/// What applies where the configuration has no `catalog.rules`.
const DEFAULT_KINDS: [&str; 3] = ["Component", "API", "Location"];

/// The rules of a portal. Any rule that matches allows an entity.
#[derive(Clone, Debug)]
pub struct Rules {
    everywhere: Vec<Rule>,
    by_root: HashMap<LocationRef, Vec<Rule>>,
    fingerprint: String,
}

/// Kinds that are allowed, and where.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The kinds; all where empty.
    pub allow: Vec<AllowedKind>,
    /// The registered locations it holds for; everywhere where empty.
    pub locations: Vec<LocationMatch>,
}

/// A kind, perhaps only with one `spec.type`. Both ignore case.
#[derive(Clone, Debug)]
pub struct AllowedKind {
    /// `Component`, `API` …
    pub kind: String,
    /// `service`, `website` …
    pub spec_type: Option<String>,
}

/// Selects registered locations.
#[derive(Clone, Debug)]
pub struct LocationMatch {
    /// `file` or `url`.
    pub location_type: String,
    /// Which targets of that type; all where absent.
    pub target: Option<TargetMatch>,
}

/// Selects targets.
#[derive(Clone, Debug)]
pub enum TargetMatch {
    /// Exactly this target.
    Exact(String),
    /// A glob that ignores case.
    Pattern(GlobMatcher),
}

impl TargetMatch {
    /// A glob over targets.
    ///
    /// # Errors
    /// A sentence for people when the glob is malformed.
    pub fn pattern(glob: &str) -> Result<Self, String> {
        match GlobBuilder::new(glob).case_insensitive(true).literal_separator(true).build() {
            Ok(glob) => Ok(Self::Pattern(glob.compile_matcher())),
            Err(error) => Err(format!("`{glob}` is not a pattern: {}", error.kind())),
        }
    }
}

impl Rules {
    /// Rules for all locations, and more for single registered ones.
    pub fn new(everywhere: Option<Vec<Rule>>, by_root: HashMap<LocationRef, Vec<Rule>>) -> Self {
        let everywhere = everywhere.unwrap_or_else(|| vec![Rule::allowing(&DEFAULT_KINDS)]);
        let mut rooted: Vec<_> = by_root.iter().map(|(root, rules)| format!("{root} {rules:?}")).collect();
        rooted.sort();
        let fingerprint = format!("{everywhere:?}{rooted:?}");
        Self { everywhere, by_root, fingerprint }
    }

    /// Allows every kind.
    pub fn allow_everything() -> Self {
        Self::new(Some(vec![Rule::allowing_everything()]), HashMap::new())
    }

    /// Whether the registered location `root` may bring in such an entity.
    pub fn allows(&self, kind: &str, spec_type: Option<&str>, root: &LocationRef) -> bool {
        let own = self.by_root.get(root).into_iter().flatten();
        self.everywhere.iter().chain(own).any(|rule| rule.allows(kind, spec_type, root))
    }

    /// Differs between two sets of rules that decide differently.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

impl Rule {
    /// A rule for some kinds, everywhere.
    pub fn allowing(kinds: &[&str]) -> Self {
        let allow = kinds.iter().map(|kind| AllowedKind { kind: (*kind).to_owned(), spec_type: None }).collect();
        Self { allow, locations: vec![] }
    }

    /// A rule for all kinds, everywhere.
    pub fn allowing_everything() -> Self {
        Self { allow: vec![], locations: vec![] }
    }

    fn allows(&self, kind: &str, spec_type: Option<&str>, root: &LocationRef) -> bool {
        let is_kind = self.allow.is_empty()
            || self.allow.iter().any(|allowed| {
                let is_type = match &allowed.spec_type {
                    Some(wanted) => spec_type.is_some_and(|found| found.eq_ignore_ascii_case(wanted)),
                    None => true,
                };
                allowed.kind.eq_ignore_ascii_case(kind) && is_type
            });
        is_kind && (self.locations.is_empty() || self.locations.iter().any(|wanted| wanted.matches(root)))
    }
}

impl LocationMatch {
    fn matches(&self, root: &LocationRef) -> bool {
        self.location_type == root.location_type
            && match &self.target {
                None => true,
                Some(TargetMatch::Exact(target)) => *target == root.target,
                Some(TargetMatch::Pattern(glob)) => glob.is_match(&root.target),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(target: &str) -> LocationRef {
        LocationRef { location_type: "url".into(), target: target.into() }
    }

    #[test]
    fn without_rules_only_the_usual_kinds_are_allowed() {
        let rules = Rules::new(None, HashMap::new());
        assert!(rules.allows("component", None, &url("https://a/b")));
        assert!(!rules.allows("Template", None, &url("https://a/b")));
    }

    #[test]
    fn a_rule_of_one_location_adds_to_the_global_ones() {
        let own = HashMap::from([(url("https://a/b"), vec![Rule::allowing(&["Template"])])]);
        let rules = Rules::new(None, own);
        assert!(rules.allows("Template", None, &url("https://a/b")));
        assert!(rules.allows("Component", None, &url("https://a/b")));
        assert!(!rules.allows("Template", None, &url("https://a/c")));
    }

    #[test]
    fn types_and_patterns_narrow_a_rule() {
        let rule = Rule {
            allow: vec![AllowedKind { kind: "Component".into(), spec_type: Some("Website".into()) }],
            locations: vec![LocationMatch {
                location_type: "url".into(),
                target: Some(TargetMatch::pattern("https://github.com/ORG/*/x.yaml").unwrap()),
            }],
        };
        let rules = Rules::new(Some(vec![rule]), HashMap::new());
        let inside = url("https://github.com/org/repo/x.yaml");
        assert!(rules.allows("Component", Some("website"), &inside));
        assert!(!rules.allows("Component", Some("service"), &inside));
        assert!(!rules.allows("Component", Some("website"), &url("https://github.com/org/deep/repo/x.yaml")));
    }
}
