//! Checks descriptors that no catalog knows, the way ingestion would, without writing anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use walkdir::WalkDir;

use super::ingest::error::ProcessingError;
use super::ingest::read::read_file;
use super::ingest::reader::Reader;
use super::ingest::rules::Rules;
use super::ingest::survey::{Survey, SurveyLimits, Surveyed};
use super::location::{LocationRef, is_address, normalize};
use crate::platform::scm::UrlReader;

/// What one file or address holds.
#[derive(Debug, Default, Serialize)]
pub struct CheckedLocation {
    /// The path or address, as it was given or found.
    pub file: String,
    /// References of the good entities.
    pub entities: Vec<String>,
    /// What is wrong.
    pub errors: Vec<ProcessingError>,
    /// Whether it could be read at all.
    #[serde(skip)]
    pub is_read: bool,
}

/// Checks files, folders and addresses, and all that their Location entities lead to. Each file once.
pub async fn check_all(targets: &[String], urls: UrlReader) -> Vec<CheckedLocation> {
    let reader = Reader { rules: Arc::new(Rules::allow_everything()), urls };
    let mut survey = Survey::new(reader, SurveyLimits::NONE);
    let mut checked = Vec::new();
    for target in targets {
        match starting_points(target) {
            Ok(locations) => locations.into_iter().for_each(|location| survey.start(location)),
            Err(error) => checked.push(CheckedLocation {
                file: target.clone(),
                errors: vec![error],
                ..CheckedLocation::default()
            }),
        }
    }
    let mut described: BTreeMap<String, String> = BTreeMap::new();
    while let Some(found) = survey.next().await {
        let mut found = CheckedLocation::from(found);
        for entity_ref in &found.entities {
            if let Some(other) = described.insert(entity_ref.clone(), found.file.clone()) {
                let message = format!(
                    "`{entity_ref}` is also described in `{other}`; the catalog keeps the one that it reads first"
                );
                found.errors.push(ProcessingError {
                    file: Some(found.file.clone()),
                    ..ProcessingError::new("ConflictError", message)
                });
            }
        }
        checked.push(found);
    }
    checked
}

impl From<Surveyed> for CheckedLocation {
    fn from(found: Surveyed) -> Self {
        let Surveyed { location, documents, mut errors, is_read } = found;
        let mut entities = Vec::new();
        for document in documents {
            if document.claim.content.is_some() {
                entities.push(document.claim.entity_ref);
            }
            errors.extend(document.claim.errors);
        }
        errors.sort_by_key(|error| (error.line, error.column));
        Self { file: location.target, entities, errors, is_read }
    }
}

/// The locations that an argument means: itself, or the descriptors in a folder.
fn starting_points(target: &str) -> Result<Vec<LocationRef>, ProcessingError> {
    if is_address(target) {
        return Ok(vec![LocationRef::url(target)]);
    }
    let path = absolute(Path::new(target))?;
    if !path.is_dir() {
        return Ok(vec![LocationRef::file(&path)]);
    }
    let files: Vec<LocationRef> = descriptors_in(&path).map(|file| LocationRef::file(&file)).collect();
    if files.is_empty() {
        let message = format!(
            "the folder `{target}` holds no descriptor; one is named `catalog-info.yaml`, or has an `apiVersion` with `backstage.io`"
        );
        return Err(ProcessingError::new("NotFoundError", message));
    }
    Ok(files)
}

/// Files that are descriptors by their name or by their content, except below hidden folders and installed packages.
fn descriptors_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_skipped = |name: &str| name.starts_with('.') || name == "node_modules" || name == "target";
    let entries = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| entry.depth() == 0 || !entry.file_name().to_str().is_some_and(is_skipped));
    entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).filter(
        |path| {
            let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
            is_yaml && (path.file_stem().is_some_and(|name| name == "catalog-info") || is_descriptor(path))
        },
    )
}

fn is_descriptor(path: &Path) -> bool {
    let Ok(bytes) = read_file(path) else { return false };
    let text = String::from_utf8_lossy(&bytes);
    text.lines().any(|line| line.starts_with("apiVersion:") && line.contains("backstage.io/"))
}

fn absolute(path: &Path) -> Result<PathBuf, ProcessingError> {
    match std::path::absolute(path) {
        Ok(path) => Ok(normalize(&path)),
        Err(error) => Err(ProcessingError::new("ReadError", format!("cannot resolve `{}`: {error}", path.display()))),
    }
}
