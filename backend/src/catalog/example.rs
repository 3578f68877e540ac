//! The catalog that a newcomer sees: an invented company, carried in the binary.

use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use thiserror::Error;

/// The folder in the data folder.
const FOLDER: &str = "example-catalog";
/// The descriptor that leads to all others.
const ROOT: &str = "catalog-info.yaml";

#[derive(RustEmbed)]
#[folder = "$CALLBOARD_EXAMPLES_FOLDER"]
#[exclude = "broken/*"]
struct Files;

/// The example catalog cannot be written.
#[derive(Debug, Error)]
#[error(
    "cannot write the example catalog to `{path}`: {reason}; give the process write access, set `callboard.dataDirectory` to another folder, or configure `catalog.locations`"
)]
pub struct ExampleError {
    path: PathBuf,
    reason: String,
}

/// Writes the example catalog below the data folder, unless it is there, and returns its first descriptor.
///
/// What is there is left as it is: people try things by editing it.
///
/// # Errors
/// When the folder cannot be written.
pub fn example_catalog(data_folder: &Path) -> Result<PathBuf, ExampleError> {
    let folder = data_folder.join(FOLDER);
    let root = folder.join(ROOT);
    if root.exists() {
        return Ok(root);
    }
    // The first descriptor comes last: a process that is killed here starts over.
    let mut names: Vec<_> = Files::iter().collect();
    names.sort_by_key(|name| name.as_ref() == ROOT);
    for name in names {
        let Some(file) = Files::get(&name) else { continue };
        let path = folder.join(name.as_ref());
        write(&path, &file.data).map_err(|error| ExampleError { path, reason: error.to_string() })?;
    }
    Ok(root)
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_example_is_left_alone() {
        let data = tempfile::tempdir().unwrap();
        let root = example_catalog(data.path()).unwrap();
        assert!(root.with_file_name("org").is_dir());
        assert!(!root.with_file_name("broken").exists());
        std::fs::write(&root, "edited").unwrap();
        assert_eq!(example_catalog(data.path()).unwrap(), root);
        assert_eq!(std::fs::read_to_string(root).unwrap(), "edited");
    }
}
