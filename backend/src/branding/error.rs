//! What can be wrong with the branding.

use std::path::PathBuf;

use thiserror::Error;

/// Why a portal does not start with this branding. Each message names the key and what would do.
#[derive(Debug, Error)]
pub enum BrandError {
    /// A picture cannot be read.
    #[error("`{key}`: cannot read {}: {cause}", path.display())]
    Unreadable {
        /// The key of the configuration.
        key: String,
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// A picture is none that the page shows.
    #[error("`{key}`: {} {reason}", path.display())]
    Picture {
        /// The key of the configuration.
        key: String,
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what would do, as the end of a sentence.
        reason: String,
    },
    /// There is a picture for the dark theme only.
    #[error("`callboard.branding.logoDark` needs `callboard.branding.logo` beside it, for the light theme")]
    DarkLogoAlone,
    /// Text would be hard to read.
    #[error("the colours of `callboard.branding.colors` are hard to read:\n{}", pairs.join("\n"))]
    Contrast {
        /// A line for each pair of colours.
        pairs: Vec<String>,
    },
    /// A name of a font holds characters that no font has.
    #[error(
        "`callboard.branding.{key}`: `{name}` is not the name of a font; use letters, digits, spaces, `-`, `_` and `.`, with commas between names"
    )]
    Font {
        /// The last part of the key.
        key: &'static str,
        /// The name.
        name: String,
    },
}
