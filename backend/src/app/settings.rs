//! From the configuration to what each slice asks for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use shared::api::app::{AppConfig, AppLink, AppSupport, AppSupportItem};

use super::StartError;
use crate::auth::{AccessRestriction, AuthSettings, GuestSettings, PersonalTokenSettings, StaticTokenSettings};
use crate::branding::{BrandError, BrandSettings, Branding, ColorSettings, Corners, Themed};
use crate::catalog::example::example_catalog;
use crate::catalog::ingest::IngestSettings;
use crate::catalog::ingest::reader::Reader;
use crate::catalog::ingest::rules::{AllowedKind, LocationMatch, Rule, Rules, TargetMatch};
use crate::catalog::location::{FILE, LocationRef, URL, normalize};
use crate::catalog::locations::{LocationConflict, LocationSettings};
use crate::catalog::store::{ApplySettings, OrphanStrategy};
use crate::config::branding::{self as written_branding, ThemedColor};
use crate::config::catalog::{self as written, CatalogLocation, CatalogRule, ProcessingInterval, RuleTarget};
use crate::config::database::Database;
use crate::config::external_access::ExternalCredential;
use crate::config::links::{PortalLink, SupportItem, SupportLink};
use crate::config::{Config, Source};
use crate::platform::clock::Clock;
use crate::platform::db::DbTarget;
use crate::platform::http::{Cors, CorsSettings};
use crate::platform::ids::Ids;
use crate::platform::scm::{UrlReader, UrlReaderSettings};

/// Pages of other origins that may call the API.
pub(super) fn cors(config: &Config) -> Result<Cors, StartError> {
    let settings = config.backend.cors.as_ref().map(|cors| CorsSettings {
        origins: cors.origin.0.clone(),
        methods: cors.methods.0.clone(),
        allowed_headers: cors.allowed_headers.0.clone(),
        exposed_headers: cors.exposed_headers.0.clone(),
        credentials: cors.credentials,
        max_age_secs: cors.max_age_secs,
        preflight_continue: cors.preflight_continue,
        // The configuration was refused if it is none.
        preflight_status: StatusCode::from_u16(cors.options_success_status).unwrap_or(StatusCode::NO_CONTENT),
    });
    Cors::new(settings.as_ref()).map_err(StartError::Setting)
}

/// What makes the page look like the organisation's own.
pub(super) fn branding(config: &Config) -> BrandSettings {
    let written = &config.callboard.branding;
    let colors = &written.colors;
    let themed = |color: Option<ThemedColor>| color.map(|color| Themed { light: color.light, dark: color.dark });
    let file = |path: &Option<PathBuf>| path.as_ref().map(|path| config.working_directory().join(path));
    BrandSettings {
        title: config.app.title.clone(),
        organization: config.organization.name.clone().unwrap_or_default(),
        logo: file(&written.logo),
        logo_dark: file(&written.logo_dark),
        colors: ColorSettings {
            brand_mark: themed(colors.brand_mark),
            accent: themed(colors.accent),
            accent_hover: themed(colors.accent_hover),
            accent_press: themed(colors.accent_press),
            on_accent: themed(colors.on_accent),
            accent_text: themed(colors.accent_text),
            accent_soft: themed(colors.accent_soft),
            accent_soft_hover: themed(colors.accent_soft_hover),
            accent_line: themed(colors.accent_line),
            focus: themed(colors.focus),
        },
        font_sans: written.font_sans.clone(),
        font_mono: written.font_mono.clone(),
        corners: match written.corners {
            written_branding::Corners::Sharp => Corners::Sharp,
            written_branding::Corners::Default => Corners::Usual,
            written_branding::Corners::Round => Corners::Round,
        },
    }
}

/// Reads the pictures and checks the colours, as a start does.
///
/// # Errors
/// What a start would say.
pub fn check_branding(config: &Config) -> Result<(), BrandError> {
    Branding::open(&branding(config)).map(drop)
}

/// What the page must know before anyone has signed in.
pub(super) fn app_config(config: &Config, sign_in_providers: Vec<String>, branding: &Branding) -> AppConfig {
    let support = &config.app.support;
    let link = |link: &PortalLink| AppLink {
        title: link.title.clone(),
        url: link.url.as_str().to_owned(),
        description: link.description.clone().unwrap_or_default(),
        icon: link.icon.clone().unwrap_or_default(),
    };
    let support_link = |link: &SupportLink| AppLink {
        title: link.title.clone().unwrap_or_else(|| link.url.as_str().to_owned()),
        url: link.url.as_str().to_owned(),
        ..AppLink::default()
    };
    let item = |item: &SupportItem| AppSupportItem {
        title: item.title.clone(),
        icon: item.icon.clone().unwrap_or_default(),
        links: item.links.iter().map(support_link).collect(),
    };
    AppConfig {
        title: config.app.title.clone(),
        organization: config.organization.name.clone().unwrap_or_default(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sign_in_providers,
        logo: branding.logo(),
        links: config.callboard.links.iter().map(link).collect(),
        support: AppSupport {
            url: support.url.as_ref().map(|url| url.as_str().to_owned()).unwrap_or_default(),
            items: support.items.iter().map(item).collect(),
        },
    }
}

/// How long a signing key is used, in days.
const KEY_ROTATION_DAYS: u32 = 30;

/// Where the data of a configuration is kept.
pub fn database(config: &Config) -> DbTarget {
    match config.database() {
        Database::Sqlite(file) => {
            DbTarget::Sqlite(absolute(&file.unwrap_or_else(|| config.data_directory().join("callboard.db"))))
        }
        Database::Postgres(address) => DbTarget::Postgres(address.expose().to_owned()),
    }
}

/// How often every location is read again; `None` only on request and when it changes.
pub fn processing_interval(config: &Config) -> Option<Duration> {
    match config.catalog.processing_interval {
        ProcessingInterval::Every(interval) => Some(interval.0),
        ProcessingInterval::Never => None,
    }
}

pub(super) fn auth(config: &Config) -> AuthSettings {
    let insists = |guest: &crate::config::auth::Guest| guest.dangerously_allow_outside_development;
    let guest = config.auth.providers.guest.as_ref().map(|guest| GuestSettings {
        is_allowed: config.backend.listen.is_loopback() || insists(guest),
        user_entity_ref: guest.user_entity_ref.clone(),
        ownership_entity_refs: guest.ownership_entity_refs.clone(),
    });
    // The claim is left out unless the configuration says in so many words that it is not.
    let is_said = config.source_of("auth.omitIdentityTokenOwnershipClaim") != Source::Default;
    AuthSettings {
        base_url: config.base_url(),
        token_lifetime_secs: i64::try_from(config.auth.token_expiration.0.as_secs()).unwrap_or(i64::MAX),
        is_ownership_in_token: is_said && !config.auth.omit_ownership_claim,
        is_open_to_everyone: config.backend.auth.dangerously_disable_default_auth_policy,
        key_rotation_days: KEY_ROTATION_DAYS,
        guest,
        static_tokens: static_tokens(config),
        personal_tokens: personal_tokens(config),
    }
}

fn personal_tokens(config: &Config) -> PersonalTokenSettings {
    let written = &config.auth.personal_tokens;
    // A century is longer than any token, and no date is beyond what a date can be.
    let days = |duration: Duration| u32::try_from(duration.as_secs() / 86_400).unwrap_or(u32::MAX).clamp(1, 36_500);
    let max_lifetime_days = days(written.max_lifetime.0);
    PersonalTokenSettings {
        default_lifetime_days: days(written.default_lifetime.0).min(max_lifetime_days),
        max_lifetime_days,
        max_per_user: written.max_per_user,
        allow_guest: written.allow_guest,
    }
}

fn static_tokens(config: &Config) -> Vec<StaticTokenSettings> {
    let mut tokens = Vec::new();
    for access in &config.backend.auth.external_access {
        let (token, subject) = match &access.credential {
            ExternalCredential::Static { token, subject } => (token, subject),
            // The configuration has warned that these are not used.
            ExternalCredential::Legacy { .. } | ExternalCredential::Jwks { .. } => continue,
        };
        let restrictions =
            access.restrictions.as_ref().map(|restrictions| restrictions.iter().map(restriction).collect());
        tokens.push(StaticTokenSettings { token: token.expose().to_owned(), subject: subject.clone(), restrictions });
    }
    tokens
}

fn restriction(written: &crate::config::external_access::AccessRestriction) -> AccessRestriction {
    let actions = written.permission_attribute.as_ref().and_then(|attribute| attribute.action.as_ref());
    AccessRestriction {
        plugin: written.plugin.clone(),
        permissions: written.permission.as_ref().map(|names| names.0.clone()).unwrap_or_default(),
        actions: actions
            .map(|actions| actions.0.iter().map(|action| action.as_str().to_owned()).collect())
            .unwrap_or_default(),
    }
}

pub(super) fn ingest(config: &Config, clock: Clock, ids: Ids) -> Result<IngestSettings, StartError> {
    let catalog = &config.catalog;
    let everywhere = catalog.rules.as_ref().map(|rules| rules.iter().map(rule).collect()).transpose()?;
    let mut by_root: HashMap<LocationRef, Vec<Rule>> = HashMap::new();
    let mut roots = Vec::new();
    for location in &catalog.locations {
        let root = root(config, location);
        let own: Result<Vec<Rule>, StartError> = location.rules.iter().map(rule).collect();
        by_root.entry(root.clone()).or_default().extend(own?);
        roots.push(root);
    }
    // Nobody has said anything about the catalog: a newcomer sees one that is worth looking at.
    if config.source_of("catalog.locations") == Source::Default {
        let root = LocationRef::file(&absolute(&example_catalog(&config.data_directory())?));
        by_root.insert(root.clone(), vec![Rule::allowing_everything()]);
        roots.push(root);
    }
    let orphans = match catalog.orphan_strategy {
        written::OrphanStrategy::Delete => OrphanStrategy::Delete,
        written::OrphanStrategy::Keep => OrphanStrategy::Keep,
    };
    let url_settings = UrlReaderSettings { clock: clock.clone(), ..super::urls(config)? };
    let url_reader = UrlReader::new(url_settings).map_err(|error| StartError::Setting(error.to_string()))?;
    Ok(IngestSettings {
        roots,
        rules: Arc::new(Rules::new(everywhere, by_root)),
        apply: ApplySettings { orphans, ids, clock: clock.clone() },
        interval: processing_interval(config),
        urls: url_reader,
        clock,
    })
}

pub(super) fn locations(config: &Config, ingest: &IngestSettings) -> LocationSettings {
    let on_conflict = match config.catalog.default_location_conflict_strategy {
        written::LocationConflict::Reject => LocationConflict::Reject,
        written::LocationConflict::Refresh => LocationConflict::Refresh,
    };
    LocationSettings {
        is_readonly: config.catalog.readonly,
        on_conflict,
        configured: ingest.roots.clone(),
        entity_filename: config.catalog.import.entity_filename.clone(),
        reader: Reader { rules: Arc::clone(&ingest.rules), urls: ingest.urls.clone() },
        clock: ingest.clock.clone(),
        ids: ingest.apply.ids.clone(),
    }
}

/// The location that an entry of `catalog.locations` means. A relative path is looked for in several folders.
fn root(config: &Config, location: &CatalogLocation) -> LocationRef {
    if location.location_type != FILE {
        return LocationRef { location_type: location.location_type.clone(), target: location.target.clone() };
    }
    let folders = config.location_directories();
    let candidates = folders.iter().map(|folder| absolute(&folder.join(&location.target)));
    let found = candidates.clone().find(|path| {
        let root = LocationRef::file(path);
        if root.is_glob() { root.folder().is_dir() } else { path.exists() }
    });
    // Where none exists, the first one is named in the error.
    LocationRef::file(
        &found.or_else(|| candidates.clone().next()).unwrap_or_else(|| absolute(Path::new(&location.target))),
    )
}

fn absolute(path: &Path) -> PathBuf {
    // Only an empty path, or a working directory that is gone, has no absolute form; reading it then says so.
    normalize(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

fn rule(written: &CatalogRule) -> Result<Rule, StartError> {
    let allow = written
        .allow
        .iter()
        .map(|allowed| AllowedKind { kind: allowed.kind.clone(), spec_type: allowed.spec_type.clone() });
    let mut locations = Vec::new();
    for location in written.locations.iter().flatten() {
        let target = match &location.target {
            None => None,
            Some(RuleTarget::Exact(target)) => Some(TargetMatch::Exact(target.clone())),
            Some(RuleTarget::Pattern(glob)) => Some(TargetMatch::pattern(glob).map_err(StartError::Setting)?),
        };
        // Without a type the rule is about both.
        let types = match &location.location_type {
            Some(location_type) => vec![location_type.clone()],
            None => vec![FILE.to_owned(), URL.to_owned()],
        };
        locations
            .extend(types.into_iter().map(|location_type| LocationMatch { location_type, target: target.clone() }));
    }
    Ok(Rule { allow: allow.collect(), locations })
}
