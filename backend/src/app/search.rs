//! Puts search together: the engine, the collators, and what it must know of other slices.

use std::sync::Arc;

use shared::api::user_settings::UserSettingName;
use tracing::warn;

use super::StartError;
use crate::auth::Caller;
use crate::catalog::CatalogService;
use crate::config::Config;
use crate::config::search::SearchEngineName;
use crate::platform::clock::Clock;
use crate::search::collators::{self, Collator};
use crate::search::{
    EmbeddedEngine, Follower, IndexState, MeilisearchEngine, MeilisearchSettings, SearchEngine, SearchError,
    SearchLimits, SearchService, Starred,
};
use crate::user_settings::{UserSettingsError, UserSettingsService};

/// The folder of the embedded index, below `callboard.dataDirectory`.
const FOLDER: &str = "search";
/// Types that clients of the contract ask for, and of which there is nothing yet.
const EMPTY_TYPES: [&str; 1] = ["techdocs"];
/// Where clients of the contract keep starred entities: `other.md`, section 2.
const STARRED: (&str, &str) = ("default.starredEntities", "entityRefs");

/// The service, and what keeps its index equal to the catalog.
pub(super) fn open(
    config: &Config,
    catalog: &CatalogService,
    user_settings: &UserSettingsService,
    clock: &Clock,
) -> Result<(SearchService, Follower), StartError> {
    let collators: Arc<[Box<dyn Collator>]> = collators::all().into();
    let types = collators.iter().map(|collator| collator.document_type()).chain(EMPTY_TYPES).collect();
    let engine = engine(config, clock)?;
    let state = IndexState::default();
    let limits = SearchLimits {
        max_page_limit: config.search.max_page_limit as usize,
        max_term_length: config.search.max_term_length as usize,
    };
    let starred = starred(user_settings.clone());
    let service =
        SearchService::new(catalog.clone(), Arc::clone(&engine), state.clone(), types, starred, limits, clock.clone());
    Ok((service, Follower::new(catalog.clone(), engine, collators, state, clock.clone())))
}

fn engine(config: &Config, clock: &Clock) -> Result<Arc<dyn SearchEngine>, SearchError> {
    let engine: Arc<dyn SearchEngine> = match config.search.engine {
        SearchEngineName::Embedded => Arc::new(EmbeddedEngine::open(&config.data_directory().join(FOLDER))?),
        SearchEngineName::Meilisearch => {
            let settings = &config.search.meilisearch;
            let settings = MeilisearchSettings {
                host: settings.host.clone(),
                api_key: settings.api_key.as_ref().map(|key| key.expose().to_owned()),
                index: settings.index.clone(),
            };
            Arc::new(MeilisearchEngine::new(settings, clock.clone())?)
        }
    };
    Ok(engine)
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
