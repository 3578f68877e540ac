//! `callboard.branding`: what makes the page look like the organisation's own.

use std::path::PathBuf;

use super::{
    reader::{At, Reader, Setting},
    tree::Content,
};
use crate::platform::color::Color;

section! {
    /// What makes the page look like the organisation's own. Its name is `app.title`, that of the organisation
    /// `organization.name`.
    pub struct Branding {
        /// Picture beside the name, in place of the portal's own mark: an SVG, PNG, WebP or JPEG file of at most 256 KiB,
        /// relative to the working directory. It is shown 22 pixels high and at most 120 wide. An SVG must not hold scripts or
        /// lead elsewhere.
        pub logo: Option<PathBuf> = "logo";
        /// The same for the dark theme, where it needs another picture.
        pub logo_dark: Option<PathBuf> = "logoDark";
        /// Colours. The server checks that text stays readable and does not start with a set that is not.
        pub colors: Colors = "colors";
        /// Names of fonts for text, the first that a device has counting. They are not loaded from anywhere.
        pub font_sans: Option<String> = "fontSans";
        /// Names of fonts for code.
        pub font_mono: Option<String> = "fontMono";
        /// How round corners are: `sharp`, `default` or `round`.
        pub corners: Corners = "corners", default Corners::Default;
    }
}

section! {
    /// Colours, each as `"#2257d6"` for both themes or as `{ light: "#2257d6", dark: "#2f6bea" }`. With `accent` alone
    /// the others that depend on it are made from it, so that contrast holds.
    pub struct Colors {
        /// The portal's own mark, where no logo is given.
        pub brand_mark: Option<ThemedColor> = "brandMark";
        /// Buttons and other filled controls.
        pub accent: Option<ThemedColor> = "accent";
        /// The same under the pointer.
        pub accent_hover: Option<ThemedColor> = "accentHover";
        /// The same while pressed.
        pub accent_press: Option<ThemedColor> = "accentPress";
        /// Text on filled controls.
        pub on_accent: Option<ThemedColor> = "onAccent";
        /// Links and what is chosen.
        pub accent_text: Option<ThemedColor> = "accentText";
        /// Background of chosen rows.
        pub accent_soft: Option<ThemedColor> = "accentSoft";
        /// The same under the pointer.
        pub accent_soft_hover: Option<ThemedColor> = "accentSoftHover";
        /// Edges of what is chosen.
        pub accent_line: Option<ThemedColor> = "accentLine";
        /// The ring around what has the focus.
        pub focus: Option<ThemedColor> = "focus";
    }
}

choice! {
    /// How round corners are.
    pub enum Corners {
        /// Hardly.
        Sharp = "sharp",
        /// As the page comes.
        Default = "default",
        /// Rounder.
        Round = "round",
    }
}

/// A colour for each theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThemedColor {
    /// In the light theme.
    pub light: Color,
    /// In the dark theme.
    pub dark: Color,
}

impl Setting for Color {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let color = at.text().and_then(Self::parse);
        if color.is_none() {
            reader.wrong(at, &Self::kind());
        }
        color
    }

    fn kind() -> String {
        "a colour such as `\"#2257d6\"`".to_owned()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for ThemedColor {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        section! {
            /// A colour for each theme.
            pub struct Both {
                /// In the light theme.
                pub light: Option<Color> = "light" => required;
                /// In the dark theme.
                pub dark: Option<Color> = "dark" => required;
            }
        }
        if matches!(at.node.content, Content::Map(_)) {
            let Both { light, dark } = Both::read(at, reader)?;
            return Some(Self { light: light?, dark: dark? });
        }
        let color = Color::read(at, reader)?;
        Some(Self { light: color, dark: color })
    }

    fn kind() -> String {
        "a colour, or one for `light` and one for `dark`".to_owned()
    }

    fn show(&self) -> String {
        format!("{} / {}", self.light, self.dark)
    }
}
