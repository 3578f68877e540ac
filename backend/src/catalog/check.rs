//! Checks descriptors that no catalog knows, the way ingestion would, without writing anything.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use walkdir::WalkDir;

use super::ingest::circle_error;
use super::ingest::error::ProcessingError;
use super::ingest::graph::Target;
use super::ingest::process::{Processed, Source, process};
use super::ingest::read::{MAX_FILE_BYTES, expand_glob, read_file};
use super::ingest::rules::Rules;
use super::location::{FILE, LocationRef, URL, normalize};

/// How long an address may take, redirects included.
const FETCH_TIMEOUT: Duration = Duration::from_secs(30);
/// How many redirects are followed.
const MAX_REDIRECTS: usize = 5;

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

/// A location to check, and how it was come by.
struct Step {
    location: LocationRef,
    /// A missing target is no error.
    is_optional: bool,
    /// The locations that led here, from the first one.
    way: Vec<LocationRef>,
}

/// Checks files, folders and addresses, and all that their Location entities lead to. Each file once.
pub async fn check_all(targets: &[String]) -> Vec<CheckedLocation> {
    let rules = Rules::allow_everything();
    let mut checked = Vec::new();
    let mut queue = VecDeque::new();
    for target in targets {
        match starting_points(target) {
            Ok(locations) => {
                queue.extend(locations.into_iter().map(|location| Step { location, is_optional: false, way: vec![] }));
            }
            Err(error) => checked.push(CheckedLocation {
                file: target.clone(),
                errors: vec![error],
                ..CheckedLocation::default()
            }),
        }
    }
    let mut seen: HashSet<LocationRef> = HashSet::new();
    let mut described: BTreeMap<String, String> = BTreeMap::new();
    while let Some(step) = queue.pop_front() {
        // A folder names files that others lead to as well.
        if !seen.insert(step.location.clone()) {
            continue;
        }
        let (mut found, targets) = check_one(&step.location, &rules).await;
        if step.is_optional {
            found.errors.retain(|error| error.name != "NotFoundError");
        }
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
        let way: Vec<LocationRef> = step.way.iter().cloned().chain([step.location]).collect();
        for Target { location, is_optional } in targets {
            if let Some(start) = way.iter().position(|above| *above == location) {
                let circle: Vec<LocationRef> = way[start..].iter().cloned().chain([location]).collect();
                found.errors.push(ProcessingError { file: Some(found.file.clone()), ..circle_error(&circle) });
            } else {
                queue.push_back(Step { location, is_optional, way: way.clone() });
            }
        }
        checked.push(found);
    }
    checked
}

/// The locations that an argument means: itself, or the descriptors in a folder.
fn starting_points(target: &str) -> Result<Vec<LocationRef>, ProcessingError> {
    if target.starts_with("https://") || target.starts_with("http://") {
        return Ok(vec![LocationRef { location_type: URL.to_owned(), target: target.to_owned() }]);
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

async fn check_one(location: &LocationRef, rules: &Rules) -> (CheckedLocation, Vec<Target>) {
    let mut checked = CheckedLocation { file: location.target.clone(), ..CheckedLocation::default() };
    if location.is_glob() {
        return match expand_glob(location) {
            Ok(files) => {
                let target = |file: &PathBuf| Target { location: LocationRef::file(file), is_optional: false };
                (checked, files.iter().map(target).collect())
            }
            Err(error) => {
                checked.errors.push(error);
                (checked, vec![])
            }
        };
    }
    let bytes = if location.location_type == FILE {
        read_file(location.target.as_ref())
    } else {
        fetch(&location.target).await
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            checked.errors.push(error);
            return (checked, vec![]);
        }
    };
    let Processed { documents, errors, .. } = process(Source { location, origin: location }, &bytes, rules);
    checked.is_read = true;
    checked.errors = errors;
    let mut targets = Vec::new();
    for document in documents {
        if document.claim.content.is_some() {
            checked.entities.push(document.claim.entity_ref);
        }
        checked.errors.extend(document.claim.errors);
        targets.extend(document.targets);
    }
    checked.errors.sort_by_key(|error| (error.line, error.column));
    (checked, targets)
}

/// Reads an address that the person at the keyboard asked for.
async fn fetch(address: &str) -> Result<Vec<u8>, ProcessingError> {
    let fail = |message: String| ProcessingError {
        file: Some(address.to_owned()),
        ..ProcessingError::new("ReadError", message)
    };
    let client = reqwest::Client::builder()
        .timeout(FETCH_TIMEOUT)
        .redirect(reqwest::redirect::Policy::limited(MAX_REDIRECTS))
        .build()
        .map_err(|error| fail(format!("cannot prepare the request: {error}")))?;
    let answer = client.get(address).send().await.and_then(reqwest::Response::error_for_status);
    let mut answer = answer.map_err(|error| fail(format!("cannot read `{address}`: {}", error.without_url())))?;
    let mut bytes = Vec::new();
    while let Some(chunk) =
        answer.chunk().await.map_err(|error| fail(format!("`{address}` broke off: {}", error.without_url())))?
    {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(fail(format!("`{address}` is larger than {} MB", MAX_FILE_BYTES / (1024 * 1024))));
        }
    }
    Ok(bytes)
}

fn absolute(path: &Path) -> Result<PathBuf, ProcessingError> {
    match std::path::absolute(path) {
        Ok(path) => Ok(normalize(&path)),
        Err(error) => Err(ProcessingError::new("ReadError", format!("cannot resolve `{}`: {error}", path.display()))),
    }
}
