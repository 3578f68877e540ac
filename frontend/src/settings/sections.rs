//! The sections of the settings.

use crate::paths;
use crate::ui::icon::IconName;

/// A section of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Who I am.
    Profile,
    /// How the page looks.
    Appearance,
    /// What I starred.
    Starred,
    /// Tokens for my programs.
    Tokens,
    /// What runs here.
    About,
}

impl Section {
    /// All sections, in order.
    pub const ALL: [Self; 5] = [Self::Profile, Self::Appearance, Self::Starred, Self::Tokens, Self::About];

    /// The section of the last part of an address; the first one where there is none.
    pub fn of_slug(slug: &str) -> Option<Self> {
        if slug.is_empty() { Some(Self::Profile) } else { Self::ALL.into_iter().find(|section| section.slug() == slug) }
    }

    /// The last part of the address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Appearance => "appearance",
            Self::Starred => "starred",
            Self::Tokens => "tokens",
            Self::About => "about",
        }
    }

    /// Where it is.
    pub fn href(self) -> String {
        paths::settings(self.slug())
    }

    /// The heading, and the words of the navigation.
    pub fn label(self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            Self::Appearance => "Appearance",
            Self::Starred => "Starred",
            Self::Tokens => "Access tokens",
            Self::About => "About",
        }
    }

    /// The picture.
    pub fn icon(self) -> IconName {
        match self {
            Self::Profile => IconName::KindUser,
            Self::Appearance => IconName::Sun,
            Self::Starred => IconName::Star,
            Self::Tokens => IconName::Key,
            Self::About => IconName::Info,
        }
    }

    /// Other words by which the palette finds it.
    pub fn keywords(self) -> &'static [&'static str] {
        match self {
            Self::Profile => &["settings", "me", "groups", "account", "ownership"],
            Self::Appearance => &["settings", "theme", "density", "dark", "light", "shortcuts"],
            Self::Starred => &["settings", "favourites", "favorites", "stars", "order"],
            Self::Tokens => &["settings", "api", "personal", "key", "secret"],
            Self::About => &["settings", "version", "licence", "license", "uptime"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_found_by_its_address() {
        for section in Section::ALL {
            assert_eq!(Section::of_slug(section.slug()), Some(section));
        }
        assert_eq!(Section::of_slug(""), Some(Section::Profile));
        assert_eq!(Section::of_slug("nope"), None);
    }
}
