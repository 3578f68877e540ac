//! What the page must know before anyone has signed in.

use serde::{Deserialize, Serialize};

/// The answer of `GET /api/app/config`: open to everyone, so it holds nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppConfig {
    /// The name of the portal (`app.title`).
    pub title: String,
    /// The name of the organisation (`organization.name`), empty where not configured.
    pub organization: String,
    /// The version of the server.
    pub version: String,
    /// The ways to sign in, in the order to offer them, such as `guest`.
    pub sign_in_providers: Vec<String>,
}

/// The answer of `GET /api/app/about`: what runs here.
///
/// ```json
/// {"version":"0.1.0","commit":"4041ad6","startedAt":"2026-11-25T10:00:00Z","license":"Apache-2.0"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AboutApp {
    /// The version of the server.
    pub version: String,
    /// What it was built from; absent where the build did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When this process started. RFC 3339, UTC.
    pub started_at: String,
    /// The licence of Callboard itself.
    pub license: String,
}

/// The answer of `GET /api/app/licences`: everything from others that is part of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Licences {
    /// By name.
    pub packages: Vec<LicencedPackage>,
}

/// Something from others that is part of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicencedPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as an SPDX expression.
    pub license: String,
    /// Where it comes from.
    pub url: String,
    /// The numbers of the texts of its licence, for `GET /api/app/licences/texts/{number}`.
    pub texts: Vec<u32>,
}
