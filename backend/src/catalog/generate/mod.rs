//! A made-up catalog of any size, to see how a portal behaves with it.
//!
//! The shape is that of a large organisation: components of several types with descriptions, links, annotations and tags,
//! APIs with small definitions, resources, systems, domains, a tree of groups, users, templates, and all the references
//! between them. The same size always gives the same files.

mod descriptors;
mod random;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use descriptors::Organisation;

/// How many documents a large file holds.
pub const DOCUMENTS_PER_FILE: usize = 500;
/// How many files with one document lie in a folder.
const FILES_PER_FOLDER: usize = 200;
/// Of so many entities that teams describe, one has a file of its own.
const ONE_ALONE_IN: usize = 6;
/// More files than this say nothing new about a portal.
const MAX_ALONE: usize = 10_000;
/// The smallest catalog that has every kind.
pub const MIN_ENTITIES: usize = 100;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The descriptor that leads to all others.
    pub root: PathBuf,
    /// Entities in all files, without the Location in `root`.
    pub n_entities: usize,
    /// Descriptor files, without `root`.
    pub n_files: usize,
    /// The size of all files.
    pub n_bytes: u64,
    /// The last file of [`DOCUMENTS_PER_FILE`] documents; for a smaller catalog the only one.
    pub large_file: PathBuf,
}

/// Writes a catalog of `n_entities`, at least [`MIN_ENTITIES`], into `folder`, which is made where it does not exist.
///
/// `catalog-info.yaml` is a Location that leads to `large/*.yaml`, files of 500 documents each, and to
/// `single/*/*.yaml`, files of one document each.
///
/// # Errors
/// When the folder cannot be written.
pub fn generate(n_entities: usize, folder: &Path) -> io::Result<Generated> {
    let organisation = Organisation::new(n_entities.max(MIN_ENTITIES));
    let (large, single) = (folder.join("large"), folder.join("single"));
    fs::create_dir_all(&large)?;
    let mut written = Generated {
        root: folder.join("catalog-info.yaml"),
        n_entities: organisation.n_entities(),
        n_files: 0,
        n_bytes: 0,
        large_file: large_path(&large, 0),
    };
    let mut large_file = written.large_file.clone();
    let mut save = |path: &Path, text: &str| {
        written.n_files += 1;
        written.n_bytes += text.len() as u64;
        fs::write(path, text)
    };
    let (mut together, mut n_together, mut n_large, mut n_alone) = (String::new(), 0, 0, 0);
    for number in 0..organisation.n_entities() {
        let (name, text) = organisation.descriptor(number);
        let is_alone = number % ONE_ALONE_IN == 0 && n_alone < MAX_ALONE && organisation.is_of_a_team(number);
        if is_alone {
            let inside = single.join(format!("{:04}", n_alone / FILES_PER_FOLDER));
            if n_alone % FILES_PER_FOLDER == 0 {
                fs::create_dir_all(&inside)?;
            }
            n_alone += 1;
            save(&inside.join(format!("{name}.yaml")), &text)?;
            continue;
        }
        together.push_str("---\n");
        together.push_str(&text);
        n_together += 1;
        if n_together == DOCUMENTS_PER_FILE {
            large_file = large_path(&large, n_large);
            save(&large_file, &together)?;
            together.clear();
            (n_together, n_large) = (0, n_large + 1);
        }
    }
    if n_together > 0 {
        save(&large_path(&large, n_large), &together)?;
    }
    fs::write(&written.root, ROOT)?;
    Ok(Generated { large_file, ..written })
}

fn large_path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("part-{number:04}.yaml"))
}

const ROOT: &str = "apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: generated
  description: A made-up catalog.
spec:
  targets:
    - ./large/*.yaml
    - ./single/*/*.yaml
";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shared::entity::check;

    use super::*;
    use crate::platform::yaml::{Limits, parse_documents};

    #[test]
    fn every_descriptor_is_good_and_every_reference_leads_somewhere() {
        let folder = tempfile::tempdir().unwrap();
        let written = generate(2_500, folder.path()).unwrap();
        let (mut names, mut targets, mut n_files) = (BTreeSet::new(), BTreeSet::new(), 0);
        for file in walkdir::WalkDir::new(folder.path()).into_iter().map(Result::unwrap) {
            if !file.file_type().is_file() || file.path() == written.root {
                continue;
            }
            n_files += 1;
            for document in parse_documents(&fs::read(file.path()).unwrap(), &Limits::descriptor()) {
                let checked = check(document.unwrap().unwrap().value).unwrap();
                assert!(names.insert(checked.entity_ref.to_string()), "{} comes twice", checked.entity_ref);
                targets.extend(checked.relations.iter().map(|relation| relation.target.to_string()));
            }
        }
        assert_eq!((names.len(), n_files), (2_500, written.n_files));
        assert_eq!(targets.difference(&names).collect::<Vec<_>>(), Vec::<&String>::new());
        let large = fs::read(&written.large_file).unwrap();
        assert_eq!(parse_documents(&large, &Limits::descriptor()).len(), DOCUMENTS_PER_FILE);
    }

    #[test]
    fn the_same_size_gives_the_same_files() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (first, second) = (generate(700, a.path()).unwrap(), generate(700, b.path()).unwrap());
        assert_eq!((first.n_files, first.n_bytes), (second.n_files, second.n_bytes));
        assert_eq!(fs::read(first.large_file).unwrap(), fs::read(second.large_file).unwrap());
    }
}
