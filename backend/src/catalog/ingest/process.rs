//! Turns the text of a descriptor into checked entities and errors. Reads nothing but placeholder files.

use std::collections::HashMap;

use serde_json::Value;
use shared::api::explain::Step;
use shared::entity::{CheckedEntity, EntityRef, Violation, check, document_ref};

use super::annotate::annotate;
use super::error::ProcessingError;
use super::graph::Target;
use super::placeholders::{Contents, Placeholders, Pulled};
use super::rules::Rules;
use crate::catalog::location::{LocationRef, sha256_hex};
use crate::catalog::store::{Claim, ClaimContent};
use crate::platform::scm::UrlReader;
use crate::platform::yaml::{Document, JsonPath, Limits, Position, YamlError, parse_documents};

/// The name of the error that refuses a whole location.
pub const NOT_ALLOWED: &str = "NotAllowedError";

/// What one location says.
#[derive(Debug, Default)]
pub struct Processed {
    /// One for each entity that is named, good or not, each reference once.
    pub documents: Vec<ProcessedDocument>,
    /// What is wrong with the location as a whole, or with documents that name no entity.
    pub errors: Vec<ProcessingError>,
    /// What placeholders pulled in.
    pub pulled: Pulled,
}

/// A document that names an entity.
#[derive(Debug)]
pub struct ProcessedDocument {
    /// What it says.
    pub claim: Claim,
    /// The locations it leads to, when it is a good Location entity.
    pub targets: Vec<Target>,
}

/// Where a text comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Where it was read.
    pub location: &'a LocationRef,
    /// The registered location that led there.
    pub origin: &'a LocationRef,
}

/// What decides how a text is understood, beside where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// Which kinds may come from where.
    pub rules: &'a Rules,
    /// Knows how addresses are written.
    pub urls: &'a UrlReader,
    /// What the addresses in placeholders hold.
    pub contents: &'a Contents,
}

/// Checks every document of `text`. A broken document never hides a good one.
///
/// Where the result wants addresses, it is no good yet: read them, and call again with what they hold.
///
/// A kind that `rules` do not allow makes the whole location fail, as it does elsewhere: see contract
/// `entity-model.md`, section 7.
pub fn process(source: Source<'_>, text: &[u8], means: Means<'_>) -> Processed {
    let mut processed = Processed::default();
    let mut placeholders = Placeholders::new(source.location, source.origin, means.urls, means.contents);
    let mut lines: HashMap<String, u32> = HashMap::new();
    let mut not_allowed = Vec::new();
    for document in parse_documents(text, &Limits::descriptor()) {
        let document = match document {
            Ok(Some(document)) => document,
            Ok(None) => continue,
            Err(error) => {
                processed.errors.push(yaml_error(source.location, error));
                continue;
            }
        };
        let check = DocumentCheck { source, text, urls: means.urls, document: &document };
        let mut checked = check.run(&mut placeholders);
        if let Some((_, first_line)) =
            checked.as_ref().ok().and_then(|found| lines.get_key_value(&found.claim.entity_ref))
        {
            checked = Err(duplicate(source.location, text, &document, *first_line));
        }
        match checked {
            Ok(found) => {
                let refusal = check.not_allowed(&found, means.rules);
                not_allowed.extend(refusal);
                lines.insert(found.claim.entity_ref.clone(), found.claim.line);
                processed.documents.push(found);
            }
            Err(error) => processed.errors.push(error),
        }
    }
    if processed.documents.is_empty() && processed.errors.is_empty() {
        processed.errors.push(ProcessingError {
            file: Some(source.location.target.clone()),
            step: Some(Step::Parse),
            ..ProcessingError::new(
                "InputError",
                "the file holds no document; add one, or remove the target that names the file. Entities that it held before are kept until then",
            )
        });
    }
    processed.errors.extend(not_allowed);
    processed.pulled = placeholders.into_pulled();
    processed
}

struct DocumentCheck<'a> {
    source: Source<'a>,
    text: &'a [u8],
    urls: &'a UrlReader,
    document: &'a Document,
}

impl DocumentCheck<'_> {
    /// A named document, good or not; an error when it cannot be told which entity it means.
    fn run(&self, placeholders: &mut Placeholders<'_>) -> Result<ProcessedDocument, ProcessingError> {
        let mut value = self.document.value.clone();
        if !value.is_object() {
            let message =
                format!("expected an entity with `apiVersion`, `kind` and `metadata`, found {}", describe(&value));
            return Err(self.error(&JsonPath::root(), message));
        }
        let named = named_entity(&value);
        let resolved = placeholders.resolve(&mut value).map_err(|errors| {
            errors.into_iter().map(|error| self.error(&path_of(&error.path), error.message)).collect()
        });
        annotate(&mut value, self.source, self.urls);
        let checked = resolved.and_then(|()| {
            check(value).map_err(|violations| violations.iter().map(|violation| self.violation(violation)).collect())
        });
        match (checked, named) {
            (Ok(checked), _) => Ok(self.good(checked)),
            (Err(errors), Some(entity_ref)) => Ok(ProcessedDocument {
                claim: Claim { entity_ref: entity_ref.to_string(), line: self.line(), content: None, errors },
                targets: vec![],
            }),
            (Err(errors), None) => {
                let unnamed = || self.error(&JsonPath::root(), "the document names no entity".to_owned());
                Err(join(errors).unwrap_or_else(unnamed))
            }
        }
    }

    fn good(&self, checked: CheckedEntity) -> ProcessedDocument {
        let mut errors = Vec::new();
        let targets = match location_targets(&checked.document, self.source.location, self.urls) {
            Ok(targets) => targets,
            Err(found) => {
                errors.extend(found.into_iter().map(|(path, message)| self.error(&path, message)));
                vec![]
            }
        };
        let document = checked.document.to_string();
        let hash = sha256_hex(document.as_bytes());
        let content = errors.is_empty().then_some(ClaimContent { document, hash, relations: checked.relations });
        let claim = Claim { entity_ref: checked.entity_ref.to_string(), line: self.line(), content, errors };
        ProcessedDocument { claim, targets }
    }

    /// What is wrong when the source may not bring in such an entity.
    fn not_allowed(&self, found: &ProcessedDocument, rules: &Rules) -> Option<ProcessingError> {
        // What was checked, not what was written: placeholders may stand for kind and type.
        let value: Value = serde_json::from_str(&found.claim.content.as_ref()?.document).ok()?;
        let kind = value.get("kind")?.as_str()?;
        let spec_type = value.get("spec").and_then(|spec| spec.get("type")).and_then(Value::as_str);
        let Source { location, origin } = self.source;
        if rules.allows(kind, spec_type, origin) {
            return None;
        }
        let message = format!(
            "Entity {} at {location}, originated at {origin}, is not of an allowed kind for that location; allow `{kind}` in `catalog.rules`, or in the rules of that location",
            found.claim.entity_ref
        );
        let error = self.error(&JsonPath::root().key("kind"), message);
        Some(ProcessingError { name: NOT_ALLOWED.to_owned(), step: Some(Step::Rules), ..error })
    }

    fn line(&self) -> u32 {
        self.document.start.line
    }

    fn violation(&self, violation: &Violation) -> ProcessingError {
        self.error(&violation.path, violation.message.clone())
    }

    fn error(&self, path: &JsonPath, message: String) -> ProcessingError {
        let position = self.document.marks.position_of(path);
        let path = path.to_string();
        ProcessingError {
            path: (!path.is_empty()).then_some(path),
            excerpt: Some(self.document.excerpt(self.text, position)),
            ..placed(self.source.location, position, message)
        }
    }
}

/// The locations that a Location entity leads to, in its order; empty for other kinds.
///
/// Source: contract `entity-model.md`, section 6.
fn location_targets(
    entity: &Value,
    location: &LocationRef,
    urls: &UrlReader,
) -> Result<Vec<Target>, Vec<(JsonPath, String)>> {
    if entity.get("kind").and_then(Value::as_str) != Some("Location") {
        return Ok(vec![]);
    }
    let spec = JsonPath::root().key("spec");
    let text = |field: &str| entity.get("spec")?.get(field)?.as_str();
    let location_type = text("type").unwrap_or(&location.location_type);
    let is_optional = text("presence") == Some("optional");
    let single = text("target").map(|target| (spec.key("target"), target));
    let list = entity.get("spec").and_then(|spec| spec.get("targets")).and_then(Value::as_array);
    let many = list.into_iter().flatten().enumerate();
    let many = many.filter_map(|(number, target)| Some((spec.key("targets").index(number), target.as_str()?)));
    let mut targets = Vec::new();
    let mut errors = Vec::new();
    for (path, target) in single.into_iter().chain(many) {
        match location.resolve(location_type, target, urls) {
            Ok(location) => targets.push(Target { location, is_optional }),
            Err(message) => errors.push((path, message)),
        }
    }
    if errors.is_empty() { Ok(targets) } else { Err(errors) }
}

/// The entity that a document means, as far as it can be told from a document that may be wrong elsewhere.
fn named_entity(value: &Value) -> Option<EntityRef> {
    // A name that would not survive being written as a reference names nothing.
    document_ref(value).filter(|entity_ref| entity_ref.to_string().parse().as_ref() == Ok(entity_ref))
}

fn duplicate(location: &LocationRef, text: &[u8], document: &Document, first_line: u32) -> ProcessingError {
    let message = format!("the same entity is already described at line {first_line} of this file; rename one of them");
    let excerpt = Some(document.excerpt(text, document.start));
    ProcessingError { name: "ConflictError".to_owned(), excerpt, ..placed(location, document.start, message) }
}

fn yaml_error(location: &LocationRef, error: YamlError) -> ProcessingError {
    let excerpt = (!error.excerpt.is_empty()).then_some(error.excerpt);
    ProcessingError { excerpt, step: Some(Step::Parse), ..placed(location, error.position, error.message) }
}

fn placed(location: &LocationRef, position: Position, message: String) -> ProcessingError {
    ProcessingError {
        file: Some(location.target.clone()),
        line: Some(position.line),
        column: Some(position.column),
        step: Some(Step::Check),
        ..ProcessingError::new("InputError", message)
    }
}

/// Several errors of one document as one, at the place of the first.
fn join(errors: Vec<ProcessingError>) -> Option<ProcessingError> {
    let mut errors = errors.into_iter();
    let mut first = errors.next()?;
    for error in errors {
        first.message.push_str("; ");
        first.message.push_str(&error.message);
    }
    Some(first)
}

fn path_of(segments: &[String]) -> JsonPath {
    segments.iter().fold(JsonPath::root(), |path, segment| match segment.parse() {
        Ok(number) => path.index(number),
        Err(_) => path.key(segment),
    })
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
