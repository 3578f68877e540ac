//! Reads the bytes behind a location of type `file`, under limits.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::error::ProcessingError;
use crate::catalog::location::LocationRef;

/// The largest descriptor file, in bytes: what [`Limits::descriptor`](crate::platform::yaml::Limits::descriptor) allows.
/// A generated catalog of 14,000 entities in one file has about 14 MB.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;
/// How many files one glob may stand for.
pub const MAX_GLOB_FILES: usize = 100_000;
/// How many folders deep a glob looks.
const MAX_GLOB_DEPTH: usize = 32;

/// Reads a whole file.
///
/// # Errors
/// `NotFoundError` when there is none, `InputError` when it is too large or not a regular file, `ReadError` otherwise.
pub fn read_file(path: &Path) -> Result<Vec<u8>, ProcessingError> {
    let fail = |name: &str, message: String| ProcessingError {
        file: Some(path.to_string_lossy().into_owned()),
        ..ProcessingError::new(name, message)
    };
    let explain = |error: &std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => fail(
            "NotFoundError",
            format!("the file `{}` does not exist; create it, or correct the target that names it", path.display()),
        ),
        _ => fail("ReadError", format!("cannot read `{}`: {error}; check its permissions", path.display())),
    };
    let metadata = std::fs::metadata(path).map_err(|error| explain(&error))?;
    // A pipe or a device could hang the reader or never end.
    if !metadata.is_file() {
        return Err(fail(
            "InputError",
            format!("`{}` is not a file; name the descriptor file inside it", path.display()),
        ));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(MAX_FILE_BYTES)).unwrap_or_default());
    let file = std::fs::File::open(path).map_err(|error| explain(&error))?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| explain(&error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let limit = MAX_FILE_BYTES / (1024 * 1024);
        return Err(fail(
            "InputError",
            format!("`{}` is larger than {limit} MB; split it into several files", path.display()),
        ));
    }
    Ok(bytes)
}

/// The files that a glob location stands for, sorted. Symbolic links are followed only to files.
///
/// # Errors
/// `InputError` when the glob is malformed or matches too many files, `NotFoundError` when its folder is missing.
pub fn expand_glob(location: &LocationRef) -> Result<Vec<PathBuf>, ProcessingError> {
    let pattern = &location.target;
    let malformed = |error: globset::Error| {
        ProcessingError::new("InputError", format!("`{pattern}` is not a pattern of files: {}", error.kind()))
    };
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(malformed)?.compile_matcher();
    let folder = location.folder();
    if !folder.is_dir() {
        let message = format!("the folder `{}` of the pattern `{pattern}` does not exist", folder.display());
        return Err(ProcessingError::new("NotFoundError", message));
    }
    let depth = if pattern.contains("**") {
        MAX_GLOB_DEPTH
    } else {
        Path::new(pattern).components().count() - folder.components().count()
    };
    let mut files = Vec::new();
    // A folder that cannot be read hides its own files only.
    for entry in WalkDir::new(&folder).max_depth(depth).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if glob.is_match(entry.path()) && entry.path().is_file() {
            files.push(entry.into_path());
        }
        if files.len() > MAX_GLOB_FILES {
            let message = format!("`{pattern}` matches more than {MAX_GLOB_FILES} files; use a narrower pattern");
            return Err(ProcessingError::new("InputError", message));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_stands_for_matching_files_only() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a/info.yaml", "b/info.yaml", "b/other.txt", "b/deep/info.yaml"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let expand = |pattern: &str| {
            let files = expand_glob(&LocationRef::file(&folder.path().join(pattern))).unwrap();
            files.iter().map(|file| file.strip_prefix(folder.path()).unwrap().display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(expand("*/info.yaml"), ["a/info.yaml", "b/info.yaml"]);
        assert_eq!(expand("**/*.yaml"), ["a/info.yaml", "b/deep/info.yaml", "b/info.yaml"]);
        assert_eq!(expand("?/{info,none}.yaml"), ["a/info.yaml", "b/info.yaml"]);
    }

    #[test]
    fn what_is_not_a_readable_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_file(&folder.path().join("none")).unwrap_err().name, "NotFoundError");
        assert_eq!(read_file(folder.path()).unwrap_err().name, "InputError");
        let large = folder.path().join("large");
        std::fs::File::create(&large).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        assert!(read_file(&large).unwrap_err().message.contains("larger than 32 MB"));
    }
}
