//! What can be added to the page.

use std::fmt;
use std::sync::Arc;

use shared::entity::Entity;

use super::draw::{Applies, Draw, Run, When};
use super::entity_context::EntityContext;
use super::pattern::PathPattern;
use crate::ui::icon::IconName;

/// Extensions that do not come with the page have this order or a higher one; what comes with it has a lower one.
///
/// Orders are small numbers with gaps: 100, 200, 300. Equal ones keep the order in which they were added.
pub const FIRST_PLUGIN_ORDER: i32 = 1_000;

/// What one slice adds. Most slices add to few of these.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    /// Whole pages.
    pub pages: Vec<Page>,
    /// Navigation to something that is no page of its own, such as a view of the catalog.
    pub nav_items: Vec<NavItem>,
    /// Tabs on the pages of entities.
    pub entity_tabs: Vec<EntityTab>,
    /// Cards on the overviews of entities.
    pub entity_cards: Vec<EntityCard>,
    /// Numbers beside navigation.
    pub nav_badges: Vec<NavBadge>,
    /// Dialogs that open over any page. Each is drawn once, and knows by itself when it is open.
    pub dialogs: Vec<Draw>,
    /// Lines of the menu in the head of entities.
    pub entity_menu_items: Vec<EntityMenuItem>,
    /// Cards of home.
    pub home_widgets: Vec<HomeWidget>,
    /// What the palette offers to do.
    pub palette_actions: Vec<PaletteAction>,
    /// Keys. Those of [`NavItem::key`] need not be listed.
    pub shortcuts: Vec<Shortcut>,
}

/// A page with an address of its own. Unique by its pattern.
#[derive(Clone, Debug)]
pub struct Page {
    /// Which paths show it.
    pub pattern: PathPattern,
    /// What it is called in lists of pages. A page names itself in the browser's tab with `use_title`.
    pub title: String,
    /// How the navigation leads there.
    pub nav: Option<NavItem>,
    /// Draws it. Reads the address with [`super::use_path_param`].
    pub view: Draw,
}

impl Page {
    /// A page without navigation.
    pub fn new(pattern: &str, title: &str, view: Draw) -> Self {
        Self { pattern: PathPattern::new(pattern), title: title.to_owned(), nav: None, view }
    }

    /// The same page with navigation.
    pub fn with_nav(self, nav: NavItem) -> Self {
        Self { nav: Some(nav), ..self }
    }
}

/// The part of the side navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NavGroup {
    /// At the top, without a heading.
    Main,
    /// Below, under "Tools".
    Tools,
    /// At the bottom, beside the person.
    Foot,
}

/// A link of the side navigation. Unique by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Where it stands.
    pub group: NavGroup,
    /// The smallest comes first.
    pub order: i32,
    /// The picture; all there is while the sidebar is narrow.
    pub icon: IconName,
    /// One or two words.
    pub label: String,
    /// Where it leads. Paths below it count as being there.
    pub href: String,
    /// The letter that leads there after `G`, in lower case.
    pub key: Option<char>,
    /// Whether the bar at the bottom of phones has it, too. There is room for three.
    pub is_in_bottom_bar: bool,
}

impl NavItem {
    /// Whether a path is at this item: its own, or below it.
    pub fn is_at(&self, path: &str) -> bool {
        let own = self.href.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        match path.trim_end_matches('/').strip_prefix(own) {
            Some(rest) => rest.is_empty() || (rest.starts_with('/') && !own.is_empty()),
            None => false,
        }
    }
}

/// A number beside a link of the side navigation. Unique by the address of the link.
#[derive(Clone)]
pub struct NavBadge {
    /// The address of the link.
    pub href: String,
    /// Counts; runs within the page and is followed as a signal is.
    pub count: Arc<dyn Fn() -> usize + Send + Sync>,
    /// What is counted, where it is one.
    pub one: String,
    /// What is counted.
    pub many: String,
}

impl fmt::Debug for NavBadge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NavBadge").field("href", &self.href).finish_non_exhaustive()
    }
}

/// A tab on the pages of entities. Unique by its slug.
#[derive(Clone, Debug)]
pub struct EntityTab {
    /// The last segment of the address; empty for the first tab.
    pub slug: String,
    /// One or two words.
    pub title: String,
    /// Tabs of plugins have one.
    pub icon: Option<IconName>,
    /// The smallest comes first.
    pub order: i32,
    /// Which entities have it.
    pub applies: Applies,
    /// How many things it lists, where that is worth a number on the tab.
    pub count: Option<fn(&Entity) -> usize>,
    /// Draws what is below the tabs.
    pub view: Draw<EntityContext>,
}

/// The column of an overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardColumn {
    /// The wide one.
    Main,
    /// The narrow one.
    Side,
}

/// A card on the overviews of entities. Unique by its id.
#[derive(Clone, Debug)]
pub struct EntityCard {
    /// Also the id of its heading in the document: letters, digits and `-`.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Cards of plugins have one.
    pub icon: Option<IconName>,
    /// The smallest comes first.
    pub order: i32,
    /// Where it stands.
    pub column: CardColumn,
    /// How much of the main column it takes: 1 for half, 2 for all of it.
    pub span: u8,
    /// Which entities have it.
    pub applies: Applies,
    /// Draws what stands at the right of the heading.
    pub head: Option<Draw<EntityContext>>,
    /// Draws what is below the head: a `card-body`, and a `card-foot` where there is one.
    pub view: Draw<EntityContext>,
}

/// A line of the menu in the head of entities. Unique by its id.
#[derive(Clone, Debug)]
pub struct EntityMenuItem {
    /// A name.
    pub id: String,
    /// A verb and, where it helps, its object.
    pub label: String,
    /// The picture.
    pub icon: IconName,
    /// The smallest comes first.
    pub order: i32,
    /// Whether it takes something away.
    pub is_danger: bool,
    /// Which entities have it.
    pub applies: Applies,
    /// What choosing it does.
    pub action: EntityMenuAction,
}

/// What choosing a line of an entity's menu does.
#[derive(Clone)]
pub enum EntityMenuAction {
    /// Goes to an address.
    Open(Arc<dyn Fn(&Entity) -> String + Send + Sync>),
    /// Runs something within the page.
    Run(Arc<dyn Fn(EntityContext) + Send + Sync>),
}

impl fmt::Debug for EntityMenuAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open(_) => "Open(…)",
            Self::Run(_) => "Run(…)",
        })
    }
}

/// A card of home. Unique by its id.
#[derive(Clone, Debug)]
pub struct HomeWidget {
    /// A name: letters, digits and `-`.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The picture beside its name in lists of cards.
    pub icon: IconName,
    /// The smallest comes first, as long as nobody has arranged them.
    pub order: i32,
    /// How many of two columns it takes, as long as nobody has arranged them: 1 or 2.
    pub span: u8,
    /// Whether it can also take one column only. The narrow column is 280 pixels wide at least.
    pub may_be_narrow: bool,
    /// The height that it is given before its content has come, in pixels, so that nothing moves then: 60 to 480.
    pub min_height_px: u16,
    /// Whether it is shown at all.
    pub applies: When,
    /// Draws what stands beside the heading.
    pub head: Option<Draw>,
    /// Draws what is below the head: a `card-body`, and a `card-foot` where there is one.
    pub view: Draw,
}

/// Something that the palette offers to do. Unique by its id.
#[derive(Clone, Debug)]
pub struct PaletteAction {
    /// A name.
    pub id: String,
    /// A verb and its object.
    pub label: String,
    /// The picture.
    pub icon: IconName,
    /// Other words by which it is found.
    pub keywords: Vec<String>,
    /// The key that does the same.
    pub keys: Option<String>,
    /// Does it.
    pub run: Run,
}

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortcutPlace {
    /// On every page.
    Everywhere,
    /// On the page of an entity.
    Entities,
    /// While a table has the focus.
    Tables,
    /// While a node of a graph has the focus.
    Graphs,
    /// On the page of results.
    Search,
}

impl ShortcutPlace {
    /// All places, in the order of the list of keys.
    pub const ALL: [Self; 5] = [Self::Everywhere, Self::Entities, Self::Tables, Self::Graphs, Self::Search];

    /// The heading in the list of keys.
    pub fn label(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Entities => "On the page of an entity",
            Self::Tables => "In tables",
            Self::Graphs => "In graphs",
            Self::Search => "In search results",
        }
    }
}

/// A key. It is unique within its place.
#[derive(Clone, Debug)]
pub struct Shortcut {
    /// As they stand on the keyboard. Several mean any of them.
    pub keys: Vec<String>,
    /// What they do.
    pub label: String,
    /// Where they work.
    pub place: ShortcutPlace,
    /// Runs when the single key is pressed; `None` where a component listens by itself.
    pub run: Option<Run>,
}

impl Shortcut {
    /// Keys that a component listens to by itself.
    pub fn listed(place: ShortcutPlace, keys: &[&str], label: &str) -> Self {
        Self { keys: keys.iter().map(|&key| key.to_owned()).collect(), label: label.to_owned(), place, run: None }
    }

    /// A single key that runs something.
    pub fn key(place: ShortcutPlace, key: &str, label: &str, run: Run) -> Self {
        Self { run: Some(run), ..Self::listed(place, &[key], label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_current_on_its_path_and_below() {
        let item = |href: &str| NavItem {
            group: NavGroup::Main,
            order: 0,
            icon: IconName::Catalog,
            label: String::new(),
            href: href.to_owned(),
            key: None,
            is_in_bottom_bar: false,
        };
        let catalog = item("/catalog?kind=api");
        assert!(catalog.is_at("/catalog") && catalog.is_at("/catalog/") && catalog.is_at("/catalog/default/api/a"));
        assert!(!catalog.is_at("/catalogue") && !catalog.is_at("/"));
        assert!(item("/").is_at("/") && !item("/").is_at("/catalog"));
    }
}
