//! The style sheet that the branding becomes.

use std::fmt::Write;

use super::BrandSettings;
use super::colors::BrandColors;
use super::error::BrandError;

/// How round corners are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corners {
    /// Hardly.
    Sharp,
    /// As the page comes.
    #[default]
    Usual,
    /// Rounder.
    Round,
}

impl Corners {
    /// The four radii, in rem.
    fn radii(self) -> Option<[&'static str; 4]> {
        match self {
            Self::Sharp => Some(["0", "0.125rem", "0.125rem", "0.1875rem"]),
            Self::Usual => None,
            Self::Round => Some(["0.375rem", "0.625rem", "0.875rem", "1.125rem"]),
        }
    }
}

/// The style sheet; `None` where nothing differs from how the page comes.
///
/// It stands outside of the page's layers, so it wins over them wherever it is linked.
pub(super) fn text(colors: Option<&BrandColors>, settings: &BrandSettings) -> Result<Option<String>, BrandError> {
    let mut lines = String::new();
    let mut line = |name: &str, value: &str| {
        writeln!(lines, "  {name}: {value};").expect("writing to a string cannot fail");
    };
    for (name, light, dark) in colors.map(BrandColors::tokens).into_iter().flatten() {
        line(name, &format!("light-dark({light}, {dark})"));
    }
    if let Some(fonts) = &settings.font_sans {
        line("--font-sans", &format!("{}, ui-sans-serif, system-ui, sans-serif", fonts_text("fontSans", fonts)?));
    }
    if let Some(fonts) = &settings.font_mono {
        line("--font-mono", &format!("{}, ui-monospace, monospace", fonts_text("fontMono", fonts)?));
    }
    for (index, radius) in settings.corners.radii().into_iter().flatten().enumerate() {
        line(&format!("--r-{}", index + 1), radius);
    }
    if lines.is_empty() {
        return Ok(None);
    }
    Ok(Some(format!("/* From `callboard.branding` in the configuration. */\n:root {{\n{lines}}}\n")))
}

/// The names in quotes. Only characters of names are let through, so nothing can leave the quotes.
fn fonts_text(key: &'static str, names: &str) -> Result<String, BrandError> {
    let is_of_name = |char: char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_' | '.');
    let quoted = names.split(',').map(|name| {
        let name = name.trim().trim_matches(['"', '\'']);
        if name.is_empty() || !name.chars().all(is_of_name) {
            return Err(BrandError::Font { key, name: name.to_owned() });
        }
        Ok(format!("\"{name}\""))
    });
    quoted.collect::<Result<Vec<_>, _>>().map(|names| names.join(", "))
}
