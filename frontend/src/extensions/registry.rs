//! Everything that was added to the page, in order, each thing once.

use leptos::prelude::*;
use shared::entity::Entity;

use super::draw::Draw;
use super::pattern::{PathParams, PathPattern};
use super::points::{
    EntityCard, EntityMenuItem, EntityTab, Extensions, HomeWidget, NavBadge, NavGroup, NavItem, Page, PaletteAction,
    Shortcut, ShortcutPlace,
};
use crate::ui::order::Order as _;

/// What was added to the page. Plain data: see [`ExtensionRegistry`] for the one of the page.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    all: Extensions,
}

impl Registry {
    /// Adds what a slice or a plugin brings. What comes later never replaces what is there: it is refused, and the answer says
    /// so for whoever runs the portal.
    pub fn add(&mut self, new: Extensions) -> Vec<String> {
        let mut refused = Vec::new();
        let all = &mut self.all;
        let mut nav_items = new.nav_items;
        for page in new.pages {
            let shape = page.pattern.shape();
            if let Some(known) = all.pages.iter().find(|known| known.pattern.shape() == shape) {
                refused.push(format!("page `{}`: “{}” has this path", page.pattern.text(), known.title));
                continue;
            }
            nav_items.extend(page.nav.clone());
            all.pages.push(page);
        }
        let key_of = |item: &NavItem| item.key.map(|key| key.to_string());
        for item in &mut nav_items {
            let taken = all.nav_items.iter().find(|known| known.key.is_some() && known.key == item.key);
            if let Some(known) = taken {
                refused.push(format!("key `g {}`: “{}” has it", key_of(item).unwrap_or_default(), known.label));
                item.key = None;
            }
        }
        let mut refuse = |what: &str, key: String| refused.push(format!("{what} `{key}`: there is one of this name"));
        admit(&mut all.nav_items, nav_items, |item| item.href.clone(), |key| refuse("navigation to", key));
        admit(&mut all.nav_badges, new.nav_badges, |badge| badge.href.clone(), |key| refuse("number beside", key));
        all.dialogs.extend(new.dialogs);
        admit(&mut all.entity_tabs, new.entity_tabs, |tab| tab.slug.clone(), |key| refuse("tab", key));
        admit(&mut all.entity_cards, new.entity_cards, |card| card.id.clone(), |key| refuse("card", key));
        admit(
            &mut all.entity_menu_items,
            new.entity_menu_items,
            |item| item.id.clone(),
            |key| refuse("menu item", key),
        );
        admit(&mut all.home_widgets, new.home_widgets, |widget| widget.id.clone(), |key| refuse("home widget", key));
        admit(&mut all.palette_actions, new.palette_actions, |action| action.id.clone(), |key| refuse("action", key));
        let name = |shortcut: &Shortcut| format!("{:?} {}", shortcut.place, shortcut.keys.join(" "));
        admit(&mut all.shortcuts, new.shortcuts, name, |key| refuse("key", key));
        all.nav_items.order_by_key(|item| item.order);
        all.entity_tabs.order_by_key(|tab| tab.order);
        all.entity_cards.order_by_key(|card| card.order);
        all.entity_menu_items.order_by_key(|item| item.order);
        all.home_widgets.order_by_key(|widget| widget.order);
        refused
    }

    /// The page of a path and what the path gives for the names of its pattern.
    pub fn page(&self, path: &str) -> Option<(&Page, PathParams)> {
        let matching = self.all.pages.iter().filter_map(|page| Some((page, page.pattern.read(path)?)));
        matching.max_by_key(|(page, _)| page.pattern.exactness())
    }

    /// What makes a path another page than the one before; tabs of an entity are one page.
    pub fn page_identity(&self, path: &str) -> String {
        self.page(path).map_or_else(|| path.to_owned(), |(page, _)| page.pattern.identity(path))
    }

    /// The links of a part of the navigation, in order.
    pub fn nav_items(&self, group: NavGroup) -> Vec<NavItem> {
        self.all.nav_items.iter().filter(|item| item.group == group).cloned().collect()
    }

    /// Every link of the navigation, in order.
    pub fn all_nav_items(&self) -> Vec<NavItem> {
        self.all.nav_items.clone()
    }

    /// The number beside a link of the navigation, where it has one.
    pub fn nav_badge(&self, href: &str) -> Option<NavBadge> {
        self.all.nav_badges.iter().find(|badge| badge.href == href).cloned()
    }

    /// The dialogs that open over any page.
    pub fn dialogs(&self) -> Vec<Draw> {
        self.all.dialogs.clone()
    }

    /// The cards of home, in order.
    pub fn home_widgets(&self) -> Vec<HomeWidget> {
        self.all.home_widgets.clone()
    }

    /// What the palette offers to do.
    pub fn palette_actions(&self) -> Vec<PaletteAction> {
        self.all.palette_actions.clone()
    }

    /// The links of the bar at the bottom of phones, in order.
    pub fn bottom_bar_items(&self) -> Vec<NavItem> {
        self.all.nav_items.iter().filter(|item| item.is_in_bottom_bar).cloned().collect()
    }

    /// Where `g` and a letter lead.
    pub fn go_to(&self, key: char) -> Option<&NavItem> {
        self.all.nav_items.iter().find(|item| item.key == Some(key))
    }

    /// The tabs of an entity, in order.
    pub fn entity_tabs(&self, entity: &Entity) -> Vec<EntityTab> {
        self.all.entity_tabs.iter().filter(|tab| tab.applies.to(entity)).cloned().collect()
    }

    /// The tab of a slug.
    pub fn entity_tab(&self, slug: &str) -> Option<&EntityTab> {
        self.all.entity_tabs.iter().find(|tab| tab.slug == slug)
    }

    /// The cards of an entity's overview, in order.
    pub fn entity_cards(&self, entity: &Entity) -> Vec<EntityCard> {
        self.all.entity_cards.iter().filter(|card| card.applies.to(entity)).cloned().collect()
    }

    /// The lines of an entity's menu, in order; those that take something away come last.
    pub fn entity_menu_items(&self, entity: &Entity) -> Vec<EntityMenuItem> {
        let mut items: Vec<_> =
            self.all.entity_menu_items.iter().filter(|item| item.applies.to(entity)).cloned().collect();
        items.order_by_key(|item| item.is_danger);
        items
    }

    /// What a single key does on every page.
    pub fn shortcut(&self, key: &str) -> Option<&Shortcut> {
        self.all
            .shortcuts
            .iter()
            .find(|shortcut| shortcut.run.is_some() && shortcut.keys.iter().any(|own| own.eq_ignore_ascii_case(key)))
    }

    /// All keys of a place: those that lead somewhere first.
    pub fn shortcuts(&self, place: ShortcutPlace) -> Vec<Shortcut> {
        let leading = self.all.nav_items.iter().filter_map(|item| {
            let letter = item.key?.to_uppercase().to_string();
            Some(Shortcut::listed(ShortcutPlace::Everywhere, &["G", &letter], &format!("Go to {}", item.label)))
        });
        let others = self.all.shortcuts.iter().cloned();
        leading.chain(others).filter(|shortcut| shortcut.place == place).collect()
    }
}

/// Adds those whose key is new; tells of the others.
fn admit<T>(all: &mut Vec<T>, new: Vec<T>, key: impl Fn(&T) -> String, mut refuse: impl FnMut(String)) {
    for item in new {
        let name = key(&item);
        if all.iter().any(|known| key(known) == name) {
            refuse(name);
        } else {
            all.push(item);
        }
    }
}

/// The registry of the page. What is drawn from it follows when something is added.
#[derive(Clone, Copy)]
pub struct ExtensionRegistry {
    registry: RwSignal<Registry>,
}

impl ExtensionRegistry {
    /// Provides the registry to the whole page, with what comes with the page.
    pub fn provide(built_in: Vec<Extensions>) -> Self {
        let registry = Self { registry: RwSignal::new(Registry::default()) };
        for extensions in built_in {
            registry.add(extensions);
        }
        provide_context(registry);
        registry
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Adds something while the page runs.
    pub fn add(self, extensions: Extensions) {
        let refused = self.registry.try_update(|registry| registry.add(extensions)).unwrap_or_default();
        for problem in refused {
            leptos::logging::warn!("An extension was not added: {problem}");
        }
    }

    /// Looks at what was added, and again when something is added.
    pub fn with<T>(self, look: impl FnOnce(&Registry) -> T) -> T {
        self.registry.with(look)
    }

    /// Looks at what was added, once.
    pub fn with_untracked<T>(self, look: impl FnOnce(&Registry) -> T) -> T {
        self.registry.with_untracked(look)
    }

    /// The pattern of the page of a path.
    pub(super) fn pattern(self, path: &str) -> Option<PathPattern> {
        self.with(|registry| registry.page(path).map(|(page, _)| page.pattern.clone()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::draw::{Applies, Draw, Run};
    use super::super::points::CardColumn;
    use super::*;
    use crate::ui::icon::IconName;

    fn page(pattern: &str, title: &str) -> Page {
        Page::new(pattern, title, Draw::new(|()| ()))
    }

    fn nav(href: &str, order: i32, key: Option<char>) -> NavItem {
        NavItem {
            group: NavGroup::Main,
            order,
            icon: IconName::Catalog,
            label: href.to_owned(),
            href: href.to_owned(),
            key,
            is_in_bottom_bar: false,
        }
    }

    fn card(id: &str, order: i32, kind: &str) -> EntityCard {
        EntityCard {
            id: id.to_owned(),
            title: id.to_owned(),
            icon: None,
            order,
            column: CardColumn::Main,
            span: 2,
            applies: Applies::to_kinds(&[kind]),
            head: None,
            view: Draw::new(|_| ()),
        }
    }

    fn title(registry: &Registry, path: &str) -> Option<String> {
        registry.page(path).map(|(page, _)| page.title.clone())
    }

    #[test]
    fn the_most_exact_page_is_shown_whatever_came_first() {
        let mut registry = Registry::default();
        let pages = vec![page("/c/:name/:tab?", "entity"), page("/c/:name/inspect", "inspect"), page("/c", "list")];
        assert_eq!(registry.add(Extensions { pages, ..Extensions::default() }), Vec::<String>::new());
        assert_eq!(title(&registry, "/c/a/inspect").as_deref(), Some("inspect"));
        assert_eq!(title(&registry, "/c/a/yaml").as_deref(), Some("entity"));
        assert_eq!(title(&registry, "/c/").as_deref(), Some("list"));
        assert_eq!(title(&registry, "/d"), None);
        assert_eq!(registry.page_identity("/c/a/yaml"), registry.page_identity("/c/a"));
        assert_ne!(registry.page_identity("/d"), registry.page_identity("/e"));
    }

    #[test]
    fn what_comes_later_replaces_nothing_and_is_named() {
        let mut registry = Registry::default();
        let first = Extensions {
            pages: vec![page("/c/:a", "mine").with_nav(nav("/c", 1, Some('c')))],
            entity_cards: vec![card("about", 1, "api")],
            shortcuts: vec![Shortcut::key(ShortcutPlace::Everywhere, "?", "x", Run::new(|| ()))],
            ..Extensions::default()
        };
        assert_eq!(registry.add(first.clone()), Vec::<String>::new());
        let other = Extensions { nav_items: vec![nav("/d", 0, Some('c'))], ..first };
        let refused = registry.add(other);
        assert_eq!(refused.len(), 4, "{refused:?}");
        assert_eq!(refused[0], "page `/c/:a`: “mine” has this path");
        assert_eq!(refused[1], "key `g c`: “/c” has it");
        // The item is there all the same, without its key.
        let hrefs: Vec<_> = registry.nav_items(NavGroup::Main).into_iter().map(|item| item.href).collect();
        assert_eq!(hrefs, ["/d", "/c"]);
        assert_eq!(registry.go_to('c').map(|item| item.href.as_str()), Some("/c"));
    }

    #[test]
    fn cards_come_in_order_and_only_where_they_apply() {
        let mut registry = Registry::default();
        let entity_cards = vec![card("c", 30, "api"), card("a", 10, "api"), card("b", 10, "api"), card("x", 0, "user")];
        registry.add(Extensions { entity_cards, ..Extensions::default() });
        registry.add(Extensions { entity_cards: vec![card("d", 20, "API")], ..Extensions::default() });
        let entity =
            serde_json::from_value(json!({"apiVersion": "v", "kind": "API", "metadata": {"name": "n"}})).unwrap();
        let ids: Vec<_> = registry.entity_cards(&entity).into_iter().map(|card| card.id).collect();
        assert_eq!(ids, ["a", "b", "d", "c"]);
    }

    #[test]
    fn the_list_of_keys_has_those_of_the_navigation() {
        let mut registry = Registry::default();
        let shortcuts = vec![
            Shortcut::listed(ShortcutPlace::Tables, &["J", "K"], "move"),
            Shortcut::key(ShortcutPlace::Everywhere, "?", "keys", Run::new(|| ())),
        ];
        registry.add(Extensions { shortcuts, nav_items: vec![nav("/c", 0, Some('c'))], ..Extensions::default() });
        let listed: Vec<_> = registry.shortcuts(ShortcutPlace::Everywhere).into_iter().map(|one| one.keys).collect();
        assert_eq!(listed, [vec!["G", "C"], vec!["?"]]);
        assert_eq!(registry.shortcuts(ShortcutPlace::Tables).len(), 1);
        assert!(registry.shortcut("?").is_some() && registry.shortcut("J").is_none());
    }
}
