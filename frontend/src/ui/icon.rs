//! Icons from the sprite that `index.html` carries.

use leptos::prelude::*;

macro_rules! icons {
    ($($variant:ident = $id:literal),* $(,)?) => {
        /// The name of an icon in `icons.svg`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum IconName {
            $(#[doc = concat!("`", $id, "`")] $variant,)*
        }

        impl IconName {
            /// The id of the symbol.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }

            /// What is drawn, as the inside of an `svg` with 20 units a side.
            pub fn drawing(self) -> &'static str {
                drawing_of(self.id()).unwrap_or_default()
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$variant,)*];
        }
    };
}

icons! {
    ArrowDown = "arrow-down",
    ArrowUp = "arrow-up",
    Catalog = "catalog",
    Chart = "chart",
    Chat = "chat",
    Check = "check",
    ChevronDown = "chevron-down",
    ChevronRight = "chevron-right",
    Clock = "clock",
    Cluster = "cluster",
    Code = "code",
    Columns = "columns",
    Copy = "copy",
    Docs = "docs",
    Download = "download",
    Edit = "edit",
    Error = "error",
    External = "external",
    File = "file",
    Filter = "filter",
    Grip = "grip",
    Fit = "fit",
    Graph = "graph",
    Help = "help",
    Home = "home",
    Info = "info",
    Key = "key",
    Inspect = "inspect",
    Keyboard = "keyboard",
    KindApi = "kind-api",
    KindComponent = "kind-component",
    KindDomain = "kind-domain",
    KindGroup = "kind-group",
    KindLocation = "kind-location",
    KindResource = "kind-resource",
    KindSystem = "kind-system",
    KindTemplate = "kind-template",
    KindUser = "kind-user",
    Link = "link",
    List = "list",
    Lock = "lock",
    Logo = "logo",
    Mail = "mail",
    Menu = "menu",
    Minus = "minus",
    Monitor = "monitor",
    Moon = "moon",
    More = "more",
    Offline = "offline",
    Panel = "panel",
    Plus = "plus",
    Pin = "pin",
    Refresh = "refresh",
    Rows = "rows",
    Search = "search",
    Settings = "settings",
    Signout = "signout",
    Sort = "sort",
    Star = "star",
    Success = "success",
    Sun = "sun",
    Swap = "swap",
    Tag = "tag",
    Terminal = "terminal",
    Trash = "trash",
    TypeBucket = "type-bucket",
    TypeLibrary = "type-library",
    TypeMobile = "type-mobile",
    TypePipeline = "type-pipeline",
    TypeQueue = "type-queue",
    TypeService = "type-service",
    TypeWebsite = "type-website",
    Upload = "upload",
    Warning = "warning",
    X = "x",
}

/// The sprite, for markup that writes pictures out instead of referring to them.
const SPRITE: &str = include_str!("../../icons.svg");

/// The inside of a symbol.
fn drawing_of(id: &str) -> Option<&'static str> {
    let start = SPRITE.find(&format!("id=\"{id}\" "))?;
    let (_, inside) = SPRITE[start..].split_once('>')?;
    inside.split_once("</symbol>").map(|(drawing, _)| drawing)
}

/// The picture of a link by the name that people write for it; names of Backstage mean what they mean there.
pub fn link_icon(name: &str) -> IconName {
    match name.to_ascii_lowercase().as_str() {
        "catalog" => IconName::Catalog,
        "chart" | "dashboard" | "grafana" => IconName::Chart,
        "chat" | "slack" => IconName::Chat,
        "clock" => IconName::Clock,
        "code" | "github" | "gitlab" => IconName::Code,
        "docs" | "book" => IconName::Docs,
        "email" | "mail" => IconName::Mail,
        "file" => IconName::File,
        "group" | "team" => IconName::KindGroup,
        "help" | "support" => IconName::Help,
        "home" | "web" => IconName::Home,
        "info" => IconName::Info,
        "list" => IconName::List,
        "search" => IconName::Search,
        "star" => IconName::Star,
        "tag" => IconName::Tag,
        "terminal" => IconName::Terminal,
        "user" | "person" => IconName::KindUser,
        "warning" | "alert" | "status" => IconName::Warning,
        _ => IconName::External,
    }
}

/// A picture beside a word; it is never the only sign.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
    /// More classes, such as `small`.
    #[prop(optional)]
    class: &'static str,
    /// The kind of entity that gives the colour.
    #[prop(optional, into)]
    kind: Option<String>,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") aria-hidden="true" data-kind=kind.filter(|kind| !kind.is_empty())>
            <use_ href=format!("#{}", name.id())></use_>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sprite_holds_exactly_the_icons_in_use() {
        for icon in IconName::ALL {
            let drawing = icon.drawing();
            assert!(drawing.starts_with('<') && drawing.ends_with('>'), "{} is not in icons.svg", icon.id());
        }
        assert_eq!(SPRITE.matches("<symbol ").count(), IconName::ALL.len(), "icons.svg holds icons that nobody uses");
    }
}
