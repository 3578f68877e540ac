//! What a repository holds for the catalog, before it is registered.

use serde_json::{Map, Value, json};
use shared::api::locations::{ExistingEntity, GeneratedEntity, LocationAnalysis, LocationSpec};
use tokio::time::timeout;

use super::dry_run::{DryRun, MAX_TIME};
use super::service::{LocationService, check_registrable};
use crate::auth::Caller;
use crate::catalog::error::CatalogError;
use crate::catalog::location::LocationRef;
use crate::permissions::CATALOG_LOCATION_ANALYZE;

/// How many descriptors of one repository are looked at.
pub(super) const MAX_FILES: usize = 50;
/// The longest name of a descriptor, in bytes.
const MAX_NAME_BYTES: usize = 255;
/// The longest name of an entity.
const MAX_ENTITY_NAME: usize = 63;

impl LocationService {
    /// Looks for descriptors: at the address itself where it is that of a YAML file, else in the repository or the folder
    /// that it names. Where there are none, an entity is proposed.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`], [`CatalogError::LocationType`], [`CatalogError::LocationTarget`],
    /// [`CatalogError::DryRun`] for whatever is wrong with what was read, [`CatalogError::Store`].
    pub async fn location_analyze(
        &self,
        caller: &Caller,
        location: &LocationRef,
        file_name: Option<&str>,
    ) -> Result<LocationAnalysis, CatalogError> {
        self.require(caller, CATALOG_LOCATION_ANALYZE)?;
        check_registrable(location)?;
        let file_name = file_name.unwrap_or(&self.settings.entity_filename);
        check_file_name(file_name)?;
        let analysis = timeout(MAX_TIME, self.analyze(location, file_name)).await;
        analysis.unwrap_or_else(|_| {
            let message = format!("looking for `{file_name}` took longer than {} seconds", MAX_TIME.as_secs());
            Err(CatalogError::DryRun(message))
        })
    }

    async fn analyze(&self, location: &LocationRef, file_name: &str) -> Result<LocationAnalysis, CatalogError> {
        let urls = &self.settings.reader.urls;
        let repository = urls.repository(&location.target);
        let found = match &repository {
            _ if is_descriptor(&location.target) => vec![location.target.clone()],
            Some(repository) => {
                // Never closed; without a permit the search is no less right.
                let _turn = self.turns.acquire().await;
                let found = urls.search(&repository.files_named(file_name), MAX_FILES).await;
                found.map_err(|error| CatalogError::DryRun(error.message))?
            }
            None => vec![],
        };
        let mut analysis = LocationAnalysis::default();
        if found.is_empty() {
            let (name, annotation) = match repository {
                Some(repository) => (repository.name, repository.annotation),
                None => (last_segment(&location.target).to_owned(), None),
            };
            analysis
                .generate_entities
                .push(GeneratedEntity { entity: proposed_entity(&name, annotation), fields: vec![] });
        }
        for target in found {
            let location = self.known_as(LocationRef::url(&target)).await?;
            let DryRun { exists, entities, .. } = self.dry_run(&location).await?;
            // The first one is made by the catalog.
            analysis.existing_entity_files.extend(entities.into_iter().skip(1).map(|entity| ExistingEntity {
                location: LocationSpec {
                    location_type: location.location_type.clone(),
                    target: location.target.clone(),
                },
                is_registered: exists,
                entity,
            }));
        }
        Ok(analysis)
    }

    /// The same file as it is registered or configured, where it is.
    pub(super) async fn known_as(&self, location: LocationRef) -> Result<LocationRef, CatalogError> {
        let (rows, _) = self.catalog.store.locations_load().await?;
        let mut known = rows.into_iter().map(|row| row.location).chain(self.settings.configured.iter().cloned());
        let urls = &self.settings.reader.urls;
        Ok(known.find(|known| urls.same_file(&known.target, &location.target)).unwrap_or(location))
    }
}

/// A component of this name that lacks an owner.
pub(super) fn proposed_entity(name: &str, annotation: Option<(&'static str, String)>) -> Value {
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), Value::String(entity_name(name)));
    if let Some((key, value)) = annotation {
        metadata.insert("annotations".to_owned(), json!({ key: value }));
    }
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    })
}

/// The name of a repository as the name of an entity may be.
fn entity_name(name: &str) -> String {
    let is_kept = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    let kept: String = name.chars().map(|char| if is_kept(char) { char } else { '-' }).take(MAX_ENTITY_NAME).collect();
    let trimmed = kept.trim_matches(|char: char| !char.is_ascii_alphanumeric());
    if trimmed.is_empty() { "component".to_owned() } else { trimmed.to_owned() }
}

/// Whether an address is that of a YAML file.
pub(super) fn is_descriptor(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    // Azure DevOps has the path of the file in the query.
    [path, target].iter().any(|text| text.ends_with(".yaml") || text.ends_with(".yml"))
}

/// What a repository of this address is probably called.
pub(super) fn last_segment(target: &str) -> &str {
    let path = target.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default().trim_end_matches(".git")
}

fn check_file_name(name: &str) -> Result<(), CatalogError> {
    let is_part = |part: &str| !matches!(part, "" | "." | "..");
    let is_good = name.len() <= MAX_NAME_BYTES
        && name.split('/').all(is_part)
        && !name.chars().any(|char| char.is_control() || matches!(char, '\\' | '#' | '%'));
    if is_good {
        return Ok(());
    }
    let message = format!("`{}` is not the name of a file; write one such as `catalog-info.yaml`", name.escape_debug());
    Err(CatalogError::LocationTarget(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposed_name_is_one_that_an_entity_may_have() {
        for (repository, expected) in
            [("booking", "booking"), (".github", "github"), ("a b/ü", "a-b"), ("ü", "component")]
        {
            let name = entity_name(repository);
            assert_eq!(name, expected);
            let mut entity = proposed_entity(repository, Some(("github.com/project-slug", "acme/booking".to_owned())));
            entity["spec"]["owner"] = json!("team-a");
            assert!(shared::entity::check(entity).is_ok(), "{name}");
        }
        assert_eq!(entity_name(&"a".repeat(100)).len(), 63);
    }

    #[test]
    fn names_of_descriptors_stay_in_the_repository() {
        for good in ["catalog-info.yaml", ".backstage/info.yml", "*.yaml"] {
            assert!(check_file_name(good).is_ok(), "{good}");
        }
        for bad in ["", "../a.yaml", "/a.yaml", "a//b", "a%2Fb", "a\u{0}", "a#b", &"a".repeat(300)] {
            assert!(check_file_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_descriptor_is_told_by_its_ending() {
        for descriptor in
            ["https://x/a/b.yaml", "https://x/a.yml?at=main", "https://x/_git/r?version=GBmain&path=/a.yaml"]
        {
            assert!(is_descriptor(descriptor), "{descriptor}");
        }
        assert!(!is_descriptor("https://github.com/acme/yaml"));
        assert_eq!(last_segment("https://x/acme/booking.git"), "booking");
        assert_eq!(last_segment("https://x/acme/booking/?a=b/c"), "booking");
    }
}
