//! What the page must know before anyone has signed in.

use serde::{Deserialize, Serialize};

/// The answer of `GET /api/app/config`: open to everyone, so it holds nothing secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The organisation's own pictures; absent where the portal shows its own mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<AppLogo>,
    /// Places that people of this organisation often go to (`callboard.links`).
    #[serde(default)]
    pub links: Vec<AppLink>,
    /// Where people get help (`app.support`).
    #[serde(default)]
    pub support: AppSupport,
}

/// The addresses of the organisation's pictures on this server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppLogo {
    /// In the light theme, and in the dark one where it has none of its own.
    pub light: String,
    /// In the dark theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark: Option<String>,
}

/// A place outside of the page, or a page of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppLink {
    /// The words of the link.
    pub title: String,
    /// An address that begins with `https://`, `http://` or `mailto:`, or a path of the portal.
    pub url: String,
    /// What is there, in some words; empty where nothing is said.
    #[serde(default)]
    pub description: String,
    /// The name of a picture, such as `chat`; empty for the usual one. Unknown names mean the usual one, too.
    #[serde(default)]
    pub icon: String,
}

/// Where people get help.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppSupport {
    /// Where to start; empty where not configured.
    #[serde(default)]
    pub url: String,
    /// Ways to get help, each with its links.
    #[serde(default)]
    pub items: Vec<AppSupportItem>,
}

/// One way to get help.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppSupportItem {
    /// What it is called.
    pub title: String,
    /// The name of a picture; empty for the usual one.
    #[serde(default)]
    pub icon: String,
    /// Where it leads.
    #[serde(default)]
    pub links: Vec<AppLink>,
}

impl AppSupport {
    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && self.items.iter().all(|item| item.links.is_empty())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_server_does_not_say_is_empty() {
        let text = r#"{"title":"T","organization":"","version":"0.1.0","signInProviders":["guest"]}"#;
        let config: AppConfig = serde_json::from_str(text).unwrap();
        assert!(config.logo.is_none() && config.links.is_empty() && config.support.is_empty());
        let written = serde_json::to_value(&config).unwrap();
        assert_eq!(written["support"]["items"], serde_json::json!([]));
        assert!(written.get("logo").is_none());
    }
}
