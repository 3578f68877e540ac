//! The licences of everything from others that is part of the portal. `scripts/licences.mjs` writes the file.

use std::sync::LazyLock;

use serde::Deserialize;
use shared::api::app::{LicencedPackage, Licences};

/// What the file holds: the packages, and each text once.
#[derive(Debug, Deserialize)]
struct File {
    packages: Vec<LicencedPackage>,
    texts: Vec<String>,
}

/// Read when somebody asks for the first time.
static FILE: LazyLock<File> = LazyLock::new(|| {
    serde_json::from_str(include_str!("licences.json")).expect("a test reads the file that scripts/licences.mjs writes")
});

/// The packages, by name.
pub fn licences() -> Licences {
    Licences { packages: FILE.packages.clone() }
}

/// A text of a licence.
pub fn licence_text(number: usize) -> Option<&'static str> {
    FILE.texts.get(number).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// `name version` of every package of the lock file.
    fn locked() -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("Cargo.lock");
        let text = std::fs::read_to_string(path).unwrap();
        let value = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
        let packages = text.split("[[package]]").skip(1);
        packages
            .map(|package| {
                let of = |key: &str| package.lines().find(|line| line.starts_with(key)).map(value).unwrap_or_default();
                format!("{} {}", of("name"), of("version"))
            })
            .collect()
    }

    #[test]
    fn every_crate_of_the_list_is_in_use_and_none_of_the_direct_ones_is_missing() {
        let locked = locked();
        let crates: Vec<_> = FILE.packages.iter().filter(|package| !package.name.contains('(')).collect();
        for package in &crates {
            let name = format!("{} {}", package.name, package.version);
            assert!(locked.contains(&name), "{name} is not in Cargo.lock any more: run ./justw licences");
        }
        for name in ["actix-web", "leptos", "sea-orm", "serde", "utoipa-swagger-ui"] {
            assert!(crates.iter().any(|package| package.name == name), "{name} is missing");
        }
    }

    #[test]
    fn every_package_has_a_licence_and_its_text() {
        for package in licences().packages {
            assert!(!package.license.is_empty() && !package.texts.is_empty(), "{}", package.name);
            for number in package.texts {
                assert!(
                    licence_text(number as usize).is_some_and(|text| text.len() > 100),
                    "{}: {number}",
                    package.name
                );
            }
        }
        assert!(licence_text(0).unwrap().starts_with("Apache License"));
        assert_eq!(licence_text(FILE.texts.len()), None);
    }
}
