//! What the palette lists, put together from what the page knows and what the catalog answered.

use shared::entity::{Entity, EntityRef};

use super::typed::{Mode, Typed, fit};
use crate::catalog::kinds;
use crate::catalog::view::{ALL_KINDS, CatalogView, Facet};
use crate::extensions::{NavItem, PaletteAction, Run};
use crate::paths;
use crate::state::recent::RecentEntity;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::IconName;
use crate::ui::order::Order as _;
use crate::ui::{numbers, words};

/// Entities that are listed.
const MAX_ENTITIES: usize = 8;
/// Entities that are listed while nothing was typed.
const MAX_RECENT: usize = 6;
/// Actions and pages that are listed beside entities.
const MAX_OTHERS: usize = 5;
/// Tags that are listed.
const MAX_TAGS: usize = 12;

/// A line of the palette.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it belongs to; lines of one group follow each other.
    pub group: &'static str,
    /// What it is called.
    pub label: String,
    /// Grey words after it.
    pub crumb: String,
    /// The picture.
    pub icon: IconName,
    /// The kind that colours the picture.
    pub kind: Option<String>,
    /// A remark at the end.
    pub remark: String,
    /// What choosing it does.
    pub target: Target,
}

/// What choosing a line does.
#[derive(Clone, Debug)]
pub enum Target {
    /// Opens an entity; Tab lists what else can be done with it.
    Entity(EntityRef),
    /// Opens an address.
    Open(String),
    /// Runs something.
    Run(Run),
    /// Types a prefix.
    Type(&'static str),
}

/// What the page knows without asking.
#[derive(Clone, Debug, Default)]
pub struct Local {
    /// The entities that were looked at last.
    pub recent: Vec<RecentEntity>,
    /// The starred ones.
    pub starred: Vec<EntityRef>,
    /// Where the navigation leads.
    pub nav_items: Vec<NavItem>,
    /// What is registered for the palette.
    pub actions: Vec<PaletteAction>,
    /// The saved views of the catalog: names, kinds and addresses.
    pub views: Vec<(String, String, String)>,
}

/// What the catalog answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Some entities that fit.
    pub entities: Vec<Entity>,
    /// How many fit in all.
    pub n_entities: usize,
    /// Tags and how many entities have them, where tags were asked for.
    pub tags: Vec<(String, usize)>,
}

/// The lines for what was typed, best first within each group.
pub fn entries(typed: &Typed, local: &Local, found: &Found) -> Vec<Entry> {
    let term = typed.term.as_str();
    match typed.mode {
        Mode::Help => prefixes(),
        Mode::Commands => actions(term, local, usize::MAX),
        Mode::Tags => tags(term, found),
        Mode::People => entities(term, "People and teams", &known(term, local, is_person), found, local),
        Mode::All if term.is_empty() => {
            let recent = recent(local);
            let pages = pages(term, local).into_iter().chain(views(term, local));
            recent.into_iter().chain(pages).chain(actions(term, local, MAX_OTHERS)).collect()
        }
        Mode::All => {
            let known = known(term, local, |_| true);
            let mut listed = entities(term, "Jump to", &known, found, local);
            listed.extend(pages(term, local));
            listed.extend(views(term, local));
            listed.extend(actions(term, local, MAX_OTHERS));
            listed.push(everything(term, found));
            listed
        }
    }
}

fn prefixes() -> Vec<Entry> {
    let line = |&(prefix, _, label, icon): &(&'static str, Mode, &str, IconName)| Entry {
        group: "Prefixes",
        label: label.to_owned(),
        crumb: String::new(),
        icon,
        kind: None,
        remark: prefix.to_owned(),
        target: Target::Type(prefix),
    };
    Mode::PREFIXES.iter().map(line).collect()
}

fn is_person(entity_ref: &EntityRef) -> bool {
    matches!(entity_ref.kind.as_str(), "user" | "group")
}

fn remark(entity_ref: &EntityRef, local: &Local) -> String {
    if local.starred.contains(entity_ref) {
        "Starred".to_owned()
    } else if local.recent.iter().any(|recent| recent.entity_ref == *entity_ref) {
        "Recent".to_owned()
    } else {
        String::new()
    }
}

fn of_recent(group: &'static str, recent: &RecentEntity, local: &Local) -> Entry {
    let RecentEntity { entity_ref, title, entity_type, .. } = recent;
    let kind = kinds::one(&entity_ref.kind);
    let type_word = entity_type.as_deref().map(words::label);
    Entry {
        group,
        label: title.clone(),
        crumb: type_word.map_or_else(|| kind.clone(), |type_word| format!("{kind} · {type_word}")),
        icon: entity_icon(&entity_ref.kind, entity_type.as_deref()),
        kind: Some(entity_ref.kind.clone()),
        remark: remark(entity_ref, local),
        target: Target::Entity(entity_ref.clone()),
    }
}

fn recent(local: &Local) -> Vec<Entry> {
    local.recent.iter().take(MAX_RECENT).map(|recent| of_recent("Recent", recent, local)).collect()
}

/// The recent entities that fit.
fn known(term: &str, local: &Local, is_wanted: impl Fn(&EntityRef) -> bool) -> Vec<RecentEntity> {
    let fits = |recent: &&RecentEntity| {
        is_wanted(&recent.entity_ref) && fit(term, &[&recent.entity_ref.name, &recent.title]).is_some()
    };
    local.recent.iter().filter(fits).cloned().collect()
}

/// The entities that fit: those with an exact name first, then recent and starred ones.
fn entities(term: &str, group: &'static str, known: &[RecentEntity], found: &Found, local: &Local) -> Vec<Entry> {
    let of_found = |entity: &Entity| RecentEntity {
        entity_ref: entity.entity_ref(),
        title: entity.display_name().to_owned(),
        entity_type: entity.spec_text("type").map(str::to_owned),
        seen_at_ms: None,
    };
    let mut all: Vec<RecentEntity> = known.to_vec();
    for entity in &found.entities {
        let entity = of_found(entity);
        if !all.iter().any(|one| one.entity_ref == entity.entity_ref) {
            all.push(entity);
        }
    }
    let rank = |one: &RecentEntity| {
        let fit = fit(term, &[&one.entity_ref.name, &one.title]).unwrap_or(u8::MAX);
        (fit > 0, !local.starred.contains(&one.entity_ref), !known.contains(one), fit)
    };
    all.order_by_key(rank);
    all.iter().take(MAX_ENTITIES).map(|one| of_recent(group, one, local)).collect()
}

fn pages(term: &str, local: &Local) -> Vec<Entry> {
    let mut fitting: Vec<(u8, &NavItem)> =
        local.nav_items.iter().filter_map(|item| Some((fit(term, &[&item.label])?, item))).collect();
    fitting.order_by_key(|(fit, _)| *fit);
    let line = |item: &NavItem| Entry {
        group: "Pages",
        label: item.label.clone(),
        crumb: String::new(),
        icon: item.icon,
        kind: None,
        remark: item.key.map(|key| format!("G {}", key.to_uppercase())).unwrap_or_default(),
        target: Target::Open(item.href.clone()),
    };
    fitting.into_iter().take(MAX_OTHERS).map(|(_, item)| line(item)).collect()
}

fn views(term: &str, local: &Local) -> Vec<Entry> {
    let mut fitting: Vec<_> = local.views.iter().filter_map(|view| Some((fit(term, &[&view.0])?, view))).collect();
    fitting.order_by_key(|(fit, _)| *fit);
    let line = |(name, kind, address): &(String, String, String)| Entry {
        group: "Saved views",
        label: name.clone(),
        crumb: kind.clone(),
        icon: IconName::Pin,
        kind: None,
        remark: String::new(),
        target: Target::Open(address.clone()),
    };
    fitting.into_iter().take(MAX_OTHERS).map(|(_, view)| line(view)).collect()
}

fn actions(term: &str, local: &Local, limit: usize) -> Vec<Entry> {
    // What an action is called counts for more than the other words by which it is found.
    let fit_of = |action: &PaletteAction| {
        let texts: Vec<&str> = [&action.label].into_iter().chain(&action.keywords).map(String::as_str).collect();
        let of_label = fit(term, &texts[..1]).map(|fit| (false, fit));
        of_label.or_else(|| Some((true, fit(term, &texts)?)))
    };
    let mut fitting: Vec<((bool, u8), &PaletteAction)> =
        local.actions.iter().filter_map(|action| Some((fit_of(action)?, action))).collect();
    fitting.order_by_key(|(fit, _)| *fit);
    let line = |action: &PaletteAction| Entry {
        group: "Actions",
        label: action.label.clone(),
        crumb: String::new(),
        icon: action.icon,
        kind: None,
        remark: action.keys.clone().unwrap_or_default(),
        target: Target::Run(action.run.clone()),
    };
    fitting.into_iter().take(limit).map(|(_, action)| line(action)).collect()
}

fn tags(term: &str, found: &Found) -> Vec<Entry> {
    let mut fitting: Vec<(u8, &(String, usize))> =
        found.tags.iter().filter_map(|tag| Some((fit(term, &[&tag.0])?, tag))).collect();
    fitting.order_by(|(one_fit, one), (other_fit, other)| {
        one_fit.cmp(other_fit).then_with(|| other.1.cmp(&one.1)).then_with(|| one.0.cmp(&other.0))
    });
    let line = |(tag, count): &(String, usize)| {
        let mut view = CatalogView::parse("").with_kind(ALL_KINDS);
        view.toggle(Facet::Tag, tag);
        Entry {
            group: "Tags",
            label: tag.clone(),
            crumb: String::new(),
            icon: IconName::Tag,
            kind: None,
            remark: numbers::counted(*count, "entity", "entities"),
            target: Target::Open(view.address()),
        }
    };
    fitting.into_iter().take(MAX_TAGS).map(|(_, tag)| line(tag)).collect()
}

fn everything(term: &str, found: &Found) -> Entry {
    let view = CatalogView::parse("").with_kind(ALL_KINDS).with_text(term);
    Entry {
        group: "",
        label: format!("Search the catalog for “{term}”"),
        crumb: String::new(),
        icon: IconName::Search,
        kind: None,
        remark: if found.n_entities > 0 {
            numbers::counted(found.n_entities, "entity", "entities")
        } else {
            String::new()
        },
        target: Target::Open(view.address()),
    }
}

/// What can be done with an entity, for the list that Tab opens.
pub fn entity_actions(entity_ref: &EntityRef, is_starred: bool, star: Run, copy: Run) -> Vec<Entry> {
    let line = |label: &str, icon, target| Entry {
        group: "Actions",
        label: label.to_owned(),
        crumb: short_name(entity_ref),
        icon,
        kind: None,
        remark: String::new(),
        target,
    };
    let tab = |slug: &str| Target::Open(paths::entity_tab(entity_ref, slug));
    vec![
        line("Open", entity_icon(&entity_ref.kind, None), tab("")),
        line(if is_starred { "Remove star" } else { "Star" }, IconName::Star, Target::Run(star)),
        line("Show in graph", IconName::Graph, Target::Open(paths::graph_of(entity_ref))),
        line("Copy reference", IconName::Copy, Target::Run(copy)),
        line("Show YAML", IconName::Code, tab("yaml")),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::extensions::NavGroup;

    fn entity(kind: &str, name: &str) -> Entity {
        serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": name}})).unwrap()
    }

    fn recent_entity(kind: &str, name: &str) -> RecentEntity {
        RecentEntity {
            entity_ref: EntityRef::new(kind, "default", name),
            title: name.to_owned(),
            entity_type: None,
            seen_at_ms: None,
        }
    }

    fn local() -> Local {
        let action = |id: &str, label: &str, keywords: &[&str]| PaletteAction {
            id: id.to_owned(),
            label: label.to_owned(),
            icon: IconName::Moon,
            keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
            keys: None,
            run: Run::new(|| ()),
        };
        let nav = |label: &str| NavItem {
            group: NavGroup::Main,
            order: 0,
            icon: IconName::Catalog,
            label: label.to_owned(),
            href: format!("/{label}"),
            key: None,
            is_in_bottom_bar: false,
        };
        Local {
            recent: vec![recent_entity("component", "booking-web"), recent_entity("group", "freight-booking")],
            starred: vec![EntityRef::new("api", "default", "bookings")],
            nav_items: vec![nav("Catalog")],
            actions: vec![action("dark", "Use the dark theme", &["night"])],
            views: vec![("PCI scope".to_owned(), "Components".to_owned(), "/catalog?tag=pci".to_owned())],
        }
    }

    #[track_caller]
    fn check(text: &str, found: &Found, expected: &[(&str, &str)]) {
        let listed = entries(&Typed::parse(text), &local(), found);
        let listed: Vec<_> = listed.iter().map(|entry| (entry.group, entry.label.as_str())).collect();
        assert_eq!(listed, expected, "{text}");
    }

    #[test]
    fn nothing_typed_lists_what_was_recent() {
        let expected = [
            ("Recent", "booking-web"),
            ("Recent", "freight-booking"),
            ("Pages", "Catalog"),
            ("Saved views", "PCI scope"),
            ("Actions", "Use the dark theme"),
        ];
        check("", &Found::default(), &expected);
    }

    #[test]
    fn the_exact_name_comes_first_then_stars_then_what_was_recent() {
        let found = Found {
            entities: ["book", "bookings", "handbook"].map(|name| entity("API", name)).to_vec(),
            n_entities: 40,
            tags: Vec::new(),
        };
        let expected = [
            ("Jump to", "book"),
            ("Jump to", "bookings"),
            ("Jump to", "booking-web"),
            ("Jump to", "freight-booking"),
            ("Jump to", "handbook"),
            ("", "Search the catalog for “book”"),
        ];
        check("book", &found, &expected);
    }

    #[test]
    fn what_an_action_is_called_counts_for_more_than_its_other_words() {
        let mut local = local();
        let (id, label, keywords) = ("switch".to_owned(), "Switch theme".to_owned(), vec!["dark".to_owned()]);
        local.actions.insert(0, PaletteAction { id, label, keywords, ..local.actions[0].clone() });
        let labels = |text: &str| {
            let listed = entries(&Typed::parse(text), &local, &Found::default());
            listed.into_iter().map(|entry| entry.label).collect::<Vec<_>>()
        };
        assert_eq!(labels("> dark"), ["Use the dark theme", "Switch theme"]);
        assert_eq!(labels("> theme dark"), ["Use the dark theme", "Switch theme"]);
    }

    #[test]
    fn prefixes_narrow_the_list() {
        check("> night", &Found::default(), &[("Actions", "Use the dark theme")]);
        check("@booking", &Found::default(), &[("People and teams", "freight-booking")]);
        let tags = vec![("rust".to_owned(), 5), ("java".to_owned(), 9), ("trust".to_owned(), 7)];
        check("#rust", &Found { tags, ..Found::default() }, &[("Tags", "rust"), ("Tags", "trust")]);
        assert_eq!(entries(&Typed::parse("?"), &local(), &Found::default()).len(), Mode::PREFIXES.len());
    }
}
