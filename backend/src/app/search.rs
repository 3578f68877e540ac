//! Puts search together: the index, its collators, and what it must know of other slices.

use std::sync::Arc;

use shared::api::user_settings::UserSettingName;
use tracing::warn;

use super::StartError;
use crate::auth::Caller;
use crate::catalog::CatalogService;
use crate::config::Config;
use crate::search::collators::{CatalogCollator, Collator};
use crate::search::{EmbeddedIndex, Follower, SearchLimits, SearchService, Starred};
use crate::user_settings::{UserSettingsError, UserSettingsService};

/// The folder of the index, below `callboard.dataDirectory`.
const FOLDER: &str = "search";
/// Where clients of the contract keep starred entities: `other.md`, section 2.
const STARRED: (&str, &str) = ("default.starredEntities", "entityRefs");

/// The service, and what keeps its index equal to the catalog.
pub(super) fn open(
    config: &Config,
    catalog: &CatalogService,
    user_settings: &UserSettingsService,
) -> Result<(SearchService, Follower), StartError> {
    let collators: Arc<[Box<dyn Collator>]> = Arc::from([Box::new(CatalogCollator) as Box<dyn Collator>]);
    let types = collators.iter().map(|collator| collator.document_type()).collect();
    let index = Arc::new(EmbeddedIndex::open(&config.data_directory().join(FOLDER))?);
    let limits = SearchLimits {
        max_page_limit: config.search.max_page_limit as usize,
        max_term_length: config.search.max_term_length as usize,
    };
    let starred = starred(user_settings.clone());
    let service = SearchService::new(catalog.clone(), Arc::clone(&index), types, starred, limits);
    Ok((service, Follower::new(catalog.clone(), index, collators)))
}

/// Reads the stars of a person. Search goes on without them where they cannot be read.
fn starred(user_settings: UserSettingsService) -> Starred {
    Arc::new(move |caller: Caller| {
        let user_settings = user_settings.clone();
        Box::pin(async move {
            let (bucket, key) = STARRED;
            let name = UserSettingName { bucket: bucket.to_owned(), key: key.to_owned() };
            match user_settings.user_setting_get(&caller, name).await {
                Ok(setting) => serde_json::from_value(setting.value).unwrap_or_default(),
                // Nothing is starred, or it is a program that asks.
                Err(
                    UserSettingsError::NotFound { .. } | UserSettingsError::ServiceRefused | UserSettingsError::Auth(_),
                ) => {
                    vec![]
                }
                Err(cause) => {
                    warn!(%cause, "the starred entities cannot be read; search does without them");
                    vec![]
                }
            }
        })
    })
}
