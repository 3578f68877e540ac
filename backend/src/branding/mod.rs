//! What makes the page look like the organisation's own: its picture, its colours, and what devices are told when the page
//! is installed.
//!
//! Everything is read and checked once, at the start. Colours go to the page as a style sheet and pictures as images, so the
//! content security policy stays strict; nothing that the configuration says becomes markup.

mod colors;
mod error;
mod picture;
mod routes;
mod sheet;

pub use colors::{ColorSettings, Themed};
pub use error::BrandError;
pub use routes::configure;
pub use sheet::Corners;

use std::path::PathBuf;

use serde_json::json;
use shared::api::app::AppLogo;

use self::picture::Picture;

/// What the configuration says, before it is checked.
#[derive(Clone, Debug, Default)]
pub struct BrandSettings {
    /// The name of the portal.
    pub title: String,
    /// The name of the organisation, empty where there is none.
    pub organization: String,
    /// The file of the picture.
    pub logo: Option<PathBuf>,
    /// The file of the picture for the dark theme.
    pub logo_dark: Option<PathBuf>,
    /// The colours.
    pub colors: ColorSettings,
    /// Names of fonts for text, separated by commas.
    pub font_sans: Option<String>,
    /// Names of fonts for code, separated by commas.
    pub font_mono: Option<String>,
    /// How round corners are.
    pub corners: Corners,
}

/// Something that is served, with a short hash of its content for its address.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Served {
    content_type: &'static str,
    bytes: Vec<u8>,
    version: String,
}

impl Served {
    fn new(content_type: &'static str, bytes: Vec<u8>) -> Self {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let version = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..9]);
        Self { content_type, bytes, version }
    }
}

/// The checked branding, ready to serve.
#[derive(Clone, Debug)]
pub struct Branding {
    sheet: Option<Served>,
    logo: Option<Served>,
    logo_dark: Option<Served>,
    manifest: Served,
}

impl Branding {
    /// Reads the pictures and checks the colours.
    ///
    /// # Errors
    /// [`BrandError`] names the key, what is wrong, and what would do.
    pub fn open(settings: &BrandSettings) -> Result<Self, BrandError> {
        let picture = |key: &str, path: &Option<PathBuf>| {
            path.as_ref().map(|path| Picture::read(key, path)).transpose().map(|picture| picture.map(Picture::served))
        };
        let logo = picture("callboard.branding.logo", &settings.logo)?;
        let logo_dark = picture("callboard.branding.logoDark", &settings.logo_dark)?;
        if logo.is_none() && logo_dark.is_some() {
            return Err(BrandError::DarkLogoAlone);
        }
        let colors = settings.colors.resolve()?;
        let sheet = sheet::text(colors.as_ref(), settings)?;
        let manifest = manifest(settings, colors.as_ref());
        Ok(Self {
            sheet: sheet.map(|text| Served::new("text/css; charset=utf-8", text.into_bytes())),
            logo,
            logo_dark,
            manifest: Served::new("application/manifest+json", manifest.into_bytes()),
        })
    }

    /// The addresses of the pictures; `None` where the portal shows its own mark.
    #[must_use]
    pub fn logo(&self) -> Option<AppLogo> {
        let light = format!("/branding/logo?v={}", self.logo.as_ref()?.version);
        let dark = self.logo_dark.as_ref().map(|logo| format!("/branding/logo-dark?v={}", logo.version));
        Some(AppLogo { light, dark })
    }

    /// The address of the style sheet; `None` where nothing differs from how the page comes.
    #[must_use]
    pub fn sheet_address(&self) -> Option<String> {
        self.sheet.as_ref().map(|sheet| format!("/branding.css?v={}", sheet.version))
    }
}

/// What a device is told when the page is installed. Source: W3C, "Web Application Manifest".
fn manifest(settings: &BrandSettings, colors: Option<&colors::BrandColors>) -> String {
    let icon = |size: u32, purpose: &str, file: &str| json!({"src": format!("/app-icons/{file}"), "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": purpose});
    let name = if settings.organization.is_empty() {
        settings.title.clone()
    } else {
        format!("{} · {}", settings.title, settings.organization)
    };
    let manifest = json!({
        "id": "/",
        "name": name,
        "short_name": settings.title,
        "description": DESCRIPTION,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": colors::SURFACES_LIGHT[1].1,
        "theme_color": colors.map_or_else(|| colors::ACCENT_LIGHT.to_owned(), |colors| colors.light.accent.to_string()),
        "icons": [
            icon(192, "any", "icon-192.png"),
            icon(512, "any", "icon-512.png"),
            icon(512, "maskable", "icon-maskable-512.png"),
            {"src": "/app-icons/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
        "shortcuts": [{"name": "Catalog", "url": "/catalog"}],
    });
    serde_json::to_string_pretty(&manifest).expect("text and numbers have a JSON form")
}

/// One sentence about a portal that says nothing of itself.
pub const DESCRIPTION: &str = "Who owns what, what depends on it, and where to read about it.";

#[cfg(test)]
mod tests;
