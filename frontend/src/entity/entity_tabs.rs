//! The tabs of an entity, as links.

use leptos::prelude::*;
use shared::entity::EntityRef;

use crate::extensions::{EntityTab, FIRST_PLUGIN_ORDER};
use crate::paths;
use crate::ui::current_link::show_current_link;
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::{Menu, MenuAction, MenuItem};
use crate::ui::numbers;

/// Tabs that stand side by side; the others are in a menu at the end.
const MAX_TABS: usize = 10;

/// A tab of one entity, as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabHead {
    /// The last segment of the address; empty for the first tab.
    pub slug: String,
    /// The words.
    pub title: String,
    /// The picture before them.
    pub icon: Option<IconName>,
    /// How many things it lists.
    pub count: Option<usize>,
    /// Whether it did not come with the page.
    pub is_plugin: bool,
}

impl TabHead {
    /// The tab of an entity; the number is left out where it is zero.
    pub fn of(tab: &EntityTab, entity: &shared::entity::Entity) -> Self {
        Self {
            slug: tab.slug.clone(),
            title: tab.title.clone(),
            icon: tab.icon,
            count: tab.count.map(|count| count(entity)).filter(|&count| count > 0),
            is_plugin: tab.order >= FIRST_PLUGIN_ORDER,
        }
    }
}

/// How many tabs stand side by side, when there are so many: none is alone in the menu.
fn n_beside(n_tabs: usize) -> usize {
    if n_tabs > MAX_TABS { MAX_TABS - 1 } else { n_tabs }
}

/// The tabs, as links.
#[component]
pub fn EntityTabs(
    /// Whose tabs.
    entity_ref: Memo<EntityRef>,
    /// The tabs, in order; empty until the entity has come.
    tabs: Memo<Vec<TabHead>>,
    /// The slug in the address.
    current: Memo<String>,
) -> impl IntoView {
    let href = move |slug: &str| entity_ref.with(|entity_ref| paths::entity_tab(entity_ref, slug));
    let link = move |(tab, begins_plugins): (TabHead, bool)| {
        let (slug, own) = (tab.slug.clone(), tab.slug.clone());
        view! {
            {begins_plugins.then(|| view! { <span class="tab-sep" role="presentation"></span> })}
            <a
                class="tab"
                href=move || href(&slug)
                aria-current=move || current.with(|current| *current == own).then_some("page")
                data-noscroll
            >
                {tab.icon.map(|name| view! { <Icon name/> })}
                {tab.title}
                {tab.count.map(|count| view! { <span class="badge count">{numbers::count(count)}</span> })}
            </a>
        }
    };
    let beside = move || {
        let tabs = tabs.get();
        let n_beside = n_beside(tabs.len());
        let mut was_plugin = false;
        let marked = tabs.into_iter().take(n_beside).map(|tab| {
            let begins_plugins = tab.is_plugin && !was_plugin;
            was_plugin = tab.is_plugin;
            (tab, begins_plugins)
        });
        marked.map(link).collect_view()
    };
    let others = Signal::derive(move || {
        let item = |tab: TabHead| MenuItem {
            label: tab.title,
            icon: tab.icon.unwrap_or(IconName::File),
            kind: None,
            remark: tab.count.map(numbers::count),
            is_checked: Some(current.with(|current| *current == tab.slug)),
            is_danger: false,
            action: MenuAction::Open(href(&tab.slug)),
        };
        let tabs = tabs.get();
        let n_beside = n_beside(tabs.len());
        tabs.into_iter().skip(n_beside).map(item).collect::<Vec<_>>()
    });
    let has_others = Memo::new(move |_| tabs.with(|tabs| tabs.len() > MAX_TABS));
    show_current_link(".entity-tabs > .tabs", move || current.track());
    view! {
        <div class="entity-tabs">
            <nav class="tabs" aria-label=move || entity_ref.with(|entity_ref| entity_ref.name.clone())>
                {beside}
            </nav>
            {move || {
                has_others
                    .get()
                    .then(|| {
                        view! {
                            <Menu label="More tabs" button_class="tab" items=others>
                                "More"
                                <Icon name=IconName::ChevronDown class="caret"/>
                            </Menu>
                        }
                    })
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tab_is_alone_in_the_menu() {
        assert_eq!([0, 9, 10, 11, 20].map(n_beside), [0, 9, 10, 9, 9]);
    }
}
