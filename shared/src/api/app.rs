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
