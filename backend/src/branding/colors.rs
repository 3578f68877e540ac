//! The colours an organisation may choose, what is made from one of them, and whether text stays readable.
//!
//! Source of the names, the pairs and their contrast: design/ui.md, section 10.

use crate::platform::color::Color;

use super::error::BrandError;

/// The colour of filled controls in the light theme, where nothing else is said.
pub(super) const ACCENT_LIGHT: &str = "#2257d6";

/// The surfaces of the light theme: canvas, surface, raised, sunken. They are fixed.
pub(super) const SURFACES_LIGHT: [(&str, &str); 4] =
    [("--bg-canvas", "#f6f7f9"), ("--bg-surface", "#ffffff"), ("--bg-raised", "#ffffff"), ("--bg-sunken", "#f3f5f8")];
/// The surfaces of the dark theme.
pub(super) const SURFACES_DARK: [(&str, &str); 4] =
    [("--bg-canvas", "#0b0d11"), ("--bg-surface", "#11141a"), ("--bg-raised", "#191d25"), ("--bg-sunken", "#0d1015")];

/// What each colour is without a configuration: name of the key, name of the token, light, dark.
pub(super) const DEFAULTS: [(&str, &str, &str, &str); 10] = [
    ("brandMark", "--brand-mark", "#c2410c", "#fb923c"),
    ("accent", "--accent", ACCENT_LIGHT, "#2f6bea"),
    ("accentHover", "--accent-hover", "#1b49b8", "#386fe6"),
    ("accentPress", "--accent-press", "#163d9c", "#245cd6"),
    ("onAccent", "--on-accent", "#ffffff", "#ffffff"),
    ("accentText", "--accent-text", "#1d50c4", "#84adff"),
    ("accentSoft", "--accent-soft", "#eaf0fe", "#17233f"),
    ("accentSoftHover", "--accent-soft-hover", "#dde7fd", "#1c2b4e"),
    ("accentLine", "--accent-line", "#b9cdf8", "#2d4a86"),
    ("focus", "--focus", "#2f6bea", "#84adff"),
];

/// Contrast that text needs.
const TEXT: f64 = 4.5;
/// Contrast that signs need.
const SIGN: f64 = 3.0;

/// A colour for each theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Themed {
    /// In the light theme.
    pub light: Color,
    /// In the dark theme.
    pub dark: Color,
}

/// The colours that the configuration gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the keys of the configuration, which are described there")]
pub struct ColorSettings {
    pub brand_mark: Option<Themed>,
    pub accent: Option<Themed>,
    pub accent_hover: Option<Themed>,
    pub accent_press: Option<Themed>,
    pub on_accent: Option<Themed>,
    pub accent_text: Option<Themed>,
    pub accent_soft: Option<Themed>,
    pub accent_soft_hover: Option<Themed>,
    pub accent_line: Option<Themed>,
    pub focus: Option<Themed>,
}

/// Every colour of both themes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BrandColors {
    pub(super) light: ThemeColors,
    pub(super) dark: ThemeColors,
}

/// Every colour of one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ThemeColors {
    brand_mark: Color,
    pub(super) accent: Color,
    accent_hover: Color,
    accent_press: Color,
    on_accent: Color,
    accent_text: Color,
    accent_soft: Color,
    accent_soft_hover: Color,
    accent_line: Color,
    focus: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Theme {
    Light,
    Dark,
}

impl Theme {
    fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn surfaces(self) -> [(&'static str, Color); 4] {
        let written = match self {
            Self::Light => SURFACES_LIGHT,
            Self::Dark => SURFACES_DARK,
        };
        written.map(|(name, text)| (name, known(text)))
    }
}

fn known(text: &str) -> Color {
    Color::parse(text).expect("the colours of the page are written well")
}

impl ColorSettings {
    /// All colours with those that are made from others; `None` where nothing is configured.
    pub(super) fn resolve(&self) -> Result<Option<BrandColors>, BrandError> {
        if *self == Self::default() {
            return Ok(None);
        }
        let colors = BrandColors { light: self.of(Theme::Light), dark: self.of(Theme::Dark) };
        let mut pairs = colors.light.unreadable(Theme::Light);
        pairs.extend(colors.dark.unreadable(Theme::Dark));
        if pairs.is_empty() { Ok(Some(colors)) } else { Err(BrandError::Contrast { pairs }) }
    }

    fn of(&self, theme: Theme) -> ThemeColors {
        let pick = |themed: Option<Themed>| {
            themed.map(|themed| match theme {
                Theme::Light => themed.light,
                Theme::Dark => themed.dark,
            })
        };
        let made = match pick(self.accent) {
            Some(accent) => ThemeColors::made_from(accent, pick(self.on_accent), pick(self.accent_soft), theme),
            None => ThemeColors::usual(theme),
        };
        ThemeColors {
            brand_mark: pick(self.brand_mark).unwrap_or(made.brand_mark),
            accent: made.accent,
            accent_hover: pick(self.accent_hover).unwrap_or(made.accent_hover),
            accent_press: pick(self.accent_press).unwrap_or(made.accent_press),
            on_accent: pick(self.on_accent).unwrap_or(made.on_accent),
            accent_text: pick(self.accent_text).unwrap_or(made.accent_text),
            accent_soft: pick(self.accent_soft).unwrap_or(made.accent_soft),
            accent_soft_hover: pick(self.accent_soft_hover).unwrap_or(made.accent_soft_hover),
            accent_line: pick(self.accent_line).unwrap_or(made.accent_line),
            focus: pick(self.focus).unwrap_or(made.focus),
        }
    }
}

impl ThemeColors {
    fn usual(theme: Theme) -> Self {
        let [
            brand_mark,
            accent,
            accent_hover,
            accent_press,
            on_accent,
            accent_text,
            accent_soft,
            soft_hover,
            line,
            focus,
        ] = DEFAULTS.map(|(_, _, light, dark)| known(if theme == Theme::Light { light } else { dark }));
        let (accent_soft_hover, accent_line) = (soft_hover, line);
        Self {
            brand_mark,
            accent,
            accent_hover,
            accent_press,
            on_accent,
            accent_text,
            accent_soft,
            accent_soft_hover,
            accent_line,
            focus,
        }
    }

    /// The colours that go with an accent. For every accent they keep the contrasts that are asked for.
    fn made_from(accent: Color, on_accent: Option<Color>, soft: Option<Color>, theme: Theme) -> Self {
        // One of the two always has a contrast of at least 4.58 with any colour.
        let ink = if Color::WHITE.contrast(accent) >= TEXT { Color::WHITE } else { Color::BLACK };
        let on_accent = on_accent.unwrap_or(ink);
        // Away from the text on it, so that the contrast only grows; a black button has to become lighter to be seen.
        let is_light_ink = on_accent.luminance() > accent.luminance();
        let step = if is_light_ink && accent.lightness() > 0.25 { -0.05 } else { 0.05 };
        let moved = |n_steps: f64| accent.with_lightness(accent.lightness() + n_steps * step);
        let (surface, shares) = match theme {
            Theme::Light => (known(SURFACES_LIGHT[1].1), [0.10, 0.16, 0.34]),
            Theme::Dark => (known(SURFACES_DARK[1].1), [0.20, 0.28, 0.48]),
        };
        let [made_soft, accent_soft_hover, accent_line] = shares.map(|share| surface.mixed(accent, share));
        let accent_soft = soft.unwrap_or(made_soft);
        let surfaces = theme.surfaces().map(|(_, surface)| surface);
        let readable = |color: Color, least: f64, also: &[Color]| {
            readable(color, theme, |color| surfaces.iter().chain(also).all(|surface| color.contrast(*surface) >= least))
        };
        Self {
            brand_mark: readable(accent, SIGN, &[]),
            accent,
            accent_hover: moved(1.0),
            accent_press: moved(2.0),
            on_accent,
            accent_text: readable(accent, TEXT, &[accent_soft]),
            accent_soft,
            accent_soft_hover,
            accent_line,
            focus: readable(accent, SIGN, &[]),
        }
    }

    /// A line for each pair of colours whose contrast is too low.
    fn unreadable(&self, theme: Theme) -> Vec<String> {
        let fills = [("accent", self.accent), ("accentHover", self.accent_hover), ("accentPress", self.accent_press)];
        let on_fills = fills.map(|fill| ("onAccent", self.on_accent, fill, TEXT));
        let behind_text = theme.surfaces().into_iter().chain([("accentSoft", self.accent_soft)]);
        let texts = behind_text.map(|surface| ("accentText", self.accent_text, surface, TEXT));
        let rings = theme.surfaces().map(|surface| ("focus", self.focus, surface, SIGN));
        let too_low = |(key, color, (behind, surface), least): (&str, Color, (&str, Color), f64)| {
            let contrast = color.contrast(surface);
            (contrast < least).then(|| {
                let better = nearest(color, |color| color.contrast(surface) >= least);
                let advice = better.map(|better| format!("; `{better}` would do")).unwrap_or_default();
                // Never rounded up to what is asked for.
                let shown = (contrast * 100.0).floor() / 100.0;
                format!(
                    "  `{key}` {color} on `{behind}` {surface} has a contrast of {shown}:1 in the {} theme and needs {least}:1{advice}",
                    theme.word()
                )
            })
        };
        on_fills.into_iter().chain(texts).chain(rings).filter_map(too_low).collect()
    }
}

/// The colour itself where it will do, else the nearest one that is darker (in the light theme) or lighter (in the dark one).
fn readable(color: Color, theme: Theme, will_do: impl Fn(Color) -> bool) -> Color {
    let direction = if theme == Theme::Light { -0.01 } else { 0.01 };
    let tries = (0..=100).map(|step| match step {
        0 => color,
        _ => color.with_lightness(color.lightness() + f64::from(step) * direction),
    });
    let end = if theme == Theme::Light { Color::BLACK } else { Color::WHITE };
    tries.into_iter().find(|color| will_do(*color)).unwrap_or(end)
}

/// The nearest colour of the same hue that will do, darker or lighter.
fn nearest(color: Color, will_do: impl Fn(Color) -> bool) -> Option<Color> {
    let at = |step: i32| color.with_lightness(color.lightness() + f64::from(step) * 0.01);
    (1..=100).flat_map(|step| [-step, step]).map(at).find(|color| will_do(*color))
}

impl BrandColors {
    /// The tokens of the page with their values in both themes.
    pub(super) fn tokens(&self) -> [(&'static str, Color, Color); 10] {
        let values = |colors: &ThemeColors| {
            [
                colors.brand_mark,
                colors.accent,
                colors.accent_hover,
                colors.accent_press,
                colors.on_accent,
                colors.accent_text,
                colors.accent_soft,
                colors.accent_soft_hover,
                colors.accent_line,
                colors.focus,
            ]
        };
        let (light, dark) = (values(&self.light), values(&self.dark));
        std::array::from_fn(|index| (DEFAULTS[index].1, light[index], dark[index]))
    }
}
