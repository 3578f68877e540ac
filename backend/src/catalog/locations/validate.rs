//! Checks one entity as ingestion would, and stores nothing.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::timeout;

use super::service::LocationService;
use crate::auth::Caller;
use crate::catalog::error::CatalogError;
use crate::catalog::ingest::error::ProcessingError;
use crate::catalog::ingest::reader::{Job, Reader, Said};
use crate::catalog::ingest::rules::Rules;
use crate::catalog::location::{LocationRef, URL};
use crate::permissions::CATALOG_ENTITY_VALIDATE;

/// How long placeholders and targets may take, waiting for a turn included.
const MAX_TIME: Duration = Duration::from_secs(30);
/// How many targets of a Location entity are tried.
const MAX_TARGETS: usize = 20;

impl LocationService {
    /// Checks an entity that would stand at `location`: its placeholders are read from beside it, and the targets of a
    /// Location entity are tried. Answers what is wrong.
    ///
    /// # Errors
    /// [`CatalogError::NotAllowed`].
    pub async fn entity_validate(
        &self,
        caller: &Caller,
        entity: Map<String, Value>,
        location: &str,
    ) -> Result<Vec<ProcessingError>, CatalogError> {
        self.require(caller, CATALOG_ENTITY_VALIDATE)?;
        let location = match LocationRef::parse(location) {
            Ok(parsed) if parsed.location_type == URL => parsed,
            _ => {
                let message = format!(
                    "`{}` is not the location of an address; write `url:https://host/path`",
                    location.escape_debug()
                );
                return Ok(vec![ProcessingError::new("TypeError", message)]);
            }
        };
        let errors = timeout(MAX_TIME, self.errors_of(Value::Object(entity), location)).await;
        Ok(errors.unwrap_or_else(|_| {
            let message = format!("what the entity names could not be read within {} seconds", MAX_TIME.as_secs());
            vec![ProcessingError::new("ReadError", message)]
        }))
    }

    async fn errors_of(&self, entity: Value, location: LocationRef) -> Vec<ProcessingError> {
        // Never closed; without a permit the reads are no less right.
        let _turn = self.turns.acquire().await;
        // Rules are about what a location brings in, not about the entity itself.
        let rules = Arc::new(Rules::allow_everything());
        let reader = Reader { rules, urls: self.settings.reader.urls.clone() };
        let job = Job::first(location.clone(), location.clone());
        let processed = match reader.read_text(&job, as_yaml(&entity).into_bytes()).await {
            Said::Documents { processed, .. } => processed,
            Said::Failed(failure) => return vec![failure.error],
            // Only of a location that is known, of a glob, or of a file.
            Said::Same | Said::Wanting | Said::Matches { .. } => return vec![],
        };
        let mut errors = processed.errors;
        for document in processed.documents {
            errors.extend(document.claim.errors);
            for target in document.targets.into_iter().take(MAX_TARGETS) {
                let job = Job::first(target.location, location.clone());
                if let Said::Failed(failure) = reader.read(&job).await.said
                    && !(target.is_optional && failure.error.name == "NotFoundError")
                {
                    errors.push(failure.error);
                }
            }
        }
        errors
    }
}

/// JSON is YAML, apart from characters that YAML wants to be written as escapes. They only stand in texts.
fn as_yaml(entity: &Value) -> String {
    use std::fmt::Write;
    let json = entity.to_string();
    json.chars().fold(String::with_capacity(json.len()), |mut yaml, char| {
        if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') {
            write!(yaml, "\\u{:04x}", u32::from(char)).expect("writing to a string cannot fail");
        } else {
            yaml.push(char);
        }
        yaml
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::platform::yaml::{Limits, parse_documents};

    proptest! {
        #[test]
        fn any_text_survives_the_way_through_yaml(text in any::<String>()) {
            let entity = json!({"metadata": {"description": text}});
            let documents = parse_documents(as_yaml(&entity).as_bytes(), &Limits::descriptor());
            let [Ok(Some(document))] = &documents[..] else { panic!("{documents:?}") };
            prop_assert_eq!(&document.value, &entity);
        }
    }
}
