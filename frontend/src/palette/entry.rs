//! What the palette lists, put together from what the page knows and what the server answered.

use shared::api::search::{SOFTWARE_CATALOG, SearchSuggestion, SearchTextPart};
use shared::entity::EntityRef;

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
    /// The same in parts, so that what was typed can be marked; empty where the palette is to look for it itself. Lines that say
    /// it themselves, in quotes, have one part without a mark.
    pub parts: Vec<SearchTextPart>,
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

impl Entry {
    /// A line without remarks.
    fn new(group: &'static str, label: String, icon: IconName, target: Target) -> Self {
        let (crumb, remark) = (String::new(), String::new());
        Self { group, label, parts: Vec::new(), crumb, icon, kind: None, remark, target }
    }

    /// The same line without marks.
    fn unmarked(self) -> Self {
        Self { parts: vec![SearchTextPart { text: self.label.clone(), is_match: false }], ..self }
    }
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
    /// Types something.
    Type(String),
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

/// What the server answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// What somebody who types this may be looking for, the likeliest first.
    pub suggestions: Vec<SearchSuggestion>,
    /// How many of them came, at the end, when others were listed already.
    pub n_late: usize,
    /// What was perhaps meant, where nothing fits what was typed.
    pub did_you_mean: Option<String>,
    /// Why this is less than usual: a sentence.
    pub note: Option<String>,
    /// Tags and how many entities have them, where tags were asked for.
    pub tags: Vec<(String, usize)>,
}

impl Found {
    /// What of it fits other words, too, until there is an answer for those.
    pub fn so_far(&self, term: &str) -> Self {
        let fits = |one: &&SearchSuggestion| {
            let name = one.entity_ref.rsplit('/').next().unwrap_or_default();
            fit(term, &[&one.title, name]).is_some()
        };
        // The parts are marked for the other words.
        let unmarked = |one: &SearchSuggestion| SearchSuggestion { parts: Vec::new(), ..one.clone() };
        let suggestions = self.suggestions.iter().filter(fits).map(unmarked).collect();
        Self { suggestions, tags: self.tags.clone(), ..Self::default() }
    }

    /// Puts an answer behind what was listed before it came, so that nothing moves under the eyes of the reader.
    pub fn behind(mut self, mut listed: Vec<SearchSuggestion>) -> Self {
        self.suggestions.retain(|one| listed.iter().all(|old| old.location != one.location));
        self.n_late = self.suggestions.len();
        listed.append(&mut self.suggestions);
        Self { suggestions: listed, ..self }
    }
}

/// The lines for what was typed, best first within each group.
pub fn entries(typed: &Typed, local: &Local, found: &Found) -> Vec<Entry> {
    let term = typed.term.as_str();
    match typed.mode {
        Mode::Help => prefixes(),
        Mode::Commands => actions(term, local, usize::MAX),
        Mode::Tags => tags(term, found),
        Mode::People => {
            let mut listed = entities(term, "People and teams", &known(term, local, is_person), found, local);
            listed.extend(meant(typed.mode, found));
            listed
        }
        Mode::All if term.is_empty() => {
            let recent = recent(local);
            let pages = pages(term, local).into_iter().chain(views(term, local));
            recent.into_iter().chain(pages).chain(actions(term, local, MAX_OTHERS)).collect()
        }
        Mode::All => {
            let mut listed = entities(term, "Jump to", &known(term, local, |_| true), found, local);
            listed.extend(pages(term, local));
            listed.extend(views(term, local));
            listed.extend(actions(term, local, MAX_OTHERS));
            listed.extend(places(found));
            listed.extend(meant(typed.mode, found));
            listed.push(everything(term));
            listed
        }
    }
}

fn prefixes() -> Vec<Entry> {
    let line = |&(prefix, _, label, icon): &(&str, Mode, &str, IconName)| Entry {
        remark: prefix.to_owned(),
        ..Entry::new("Prefixes", label.to_owned(), icon, Target::Type(prefix.to_owned()))
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
    let icon = entity_icon(&entity_ref.kind, entity_type.as_deref());
    Entry {
        crumb: type_word.map_or_else(|| kind.clone(), |type_word| format!("{kind} · {type_word}")),
        kind: Some(entity_ref.kind.clone()),
        remark: remark(entity_ref, local),
        ..Entry::new(group, title.clone(), icon, Target::Entity(entity_ref.clone()))
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

/// The entities that fit: those with an exact name first, then starred and recent ones, then in the order of the server.
fn entities(term: &str, group: &'static str, known: &[RecentEntity], found: &Found, local: &Local) -> Vec<Entry> {
    // Smaller comes first.
    let rank = |one: &RecentEntity, is_known: bool| match fit(term, &[&one.entity_ref.name, &one.title]) {
        Some(0) => (0, 0),
        Some(fit) if local.starred.contains(&one.entity_ref) => (1, fit),
        Some(fit) if is_known => (2, fit),
        Some(_) | None => (3, 0),
    };
    let mut ranked: Vec<((u8, u8), Entry)> =
        known.iter().map(|one| (rank(one, true), of_recent(group, one, local))).collect();
    let n_in_time = found.suggestions.len() - found.n_late;
    for (place, suggestion) in found.suggestions.iter().enumerate() {
        let Some(one) = suggested_entity(suggestion) else { continue };
        if known.iter().any(|known| known.entity_ref == one.entity_ref) {
            continue;
        }
        let rank = if place < n_in_time { rank(&one, false) } else { (4, 0) };
        ranked.push((rank, Entry { parts: suggestion.parts.clone(), ..of_recent(group, &one, local) }));
    }
    ranked.order_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(MAX_ENTITIES + found.n_late).map(|(_, entry)| entry).collect()
}

/// The entity that a suggestion is about; `None` for what is only a part of one.
fn suggested_entity(suggestion: &SearchSuggestion) -> Option<RecentEntity> {
    let SearchSuggestion { document_type, entity_ref, title, spec_type, .. } = suggestion;
    if document_type != SOFTWARE_CATALOG {
        return None;
    }
    Some(RecentEntity {
        entity_ref: entity_ref.parse().ok()?,
        title: title.clone(),
        entity_type: (!spec_type.is_empty()).then(|| spec_type.clone()),
        seen_at_ms: None,
    })
}

/// Places within what entities hold, such as the operations of an API.
fn places(found: &Found) -> Vec<Entry> {
    let line = |one: &SearchSuggestion| {
        // What leads out of the portal is none of its places.
        let is_own = one.location.starts_with('/') && !one.location.starts_with("//");
        let entity_ref: EntityRef = one.entity_ref.parse().ok().filter(|_| is_own)?;
        let target = Target::Open(one.location.clone());
        Some(Entry {
            parts: one.parts.clone(),
            crumb: one.part_of.clone(),
            kind: Some(entity_ref.kind.clone()),
            ..Entry::new("In APIs", one.title.clone(), entity_icon(&entity_ref.kind, None), target)
        })
    };
    found.suggestions.iter().filter(|one| one.document_type != SOFTWARE_CATALOG).filter_map(line).collect()
}

fn pages(term: &str, local: &Local) -> Vec<Entry> {
    let mut fitting: Vec<(u8, &NavItem)> =
        local.nav_items.iter().filter_map(|item| Some((fit(term, &[&item.label])?, item))).collect();
    fitting.order_by_key(|(fit, _)| *fit);
    let line = |item: &NavItem| Entry {
        remark: item.key.map(|key| format!("G {}", key.to_uppercase())).unwrap_or_default(),
        ..Entry::new("Pages", item.label.clone(), item.icon, Target::Open(item.href.clone()))
    };
    fitting.into_iter().take(MAX_OTHERS).map(|(_, item)| line(item)).collect()
}

fn views(term: &str, local: &Local) -> Vec<Entry> {
    let mut fitting: Vec<_> = local.views.iter().filter_map(|view| Some((fit(term, &[&view.0])?, view))).collect();
    fitting.order_by_key(|(fit, _)| *fit);
    let line = |(name, kind, address): &(String, String, String)| Entry {
        crumb: kind.clone(),
        ..Entry::new("Saved views", name.clone(), IconName::Pin, Target::Open(address.clone()))
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
        remark: action.keys.clone().unwrap_or_default(),
        ..Entry::new("Actions", action.label.clone(), action.icon, Target::Run(action.run.clone()))
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
            remark: numbers::counted(*count, "entity", "entities"),
            ..Entry::new("Tags", tag.clone(), IconName::Tag, Target::Open(view.address()))
        }
    };
    fitting.into_iter().take(MAX_TAGS).map(|(_, tag)| line(tag)).collect()
}

/// What was perhaps meant, to be typed instead.
fn meant(mode: Mode, found: &Found) -> Option<Entry> {
    let meant = found.did_you_mean.as_ref()?;
    let prefix = if mode == Mode::People { "@" } else { "" };
    let label = format!("Did you mean “{meant}”?");
    Some(Entry::new("", label, IconName::Edit, Target::Type(format!("{prefix}{meant}"))).unmarked())
}

fn everything(term: &str) -> Entry {
    let label = format!("Search everything for “{term}”");
    Entry::new("", label, IconName::Search, Target::Open(paths::search(term))).unmarked()
}

/// What can be done with an entity, for the list that Tab opens.
pub fn entity_actions(entity_ref: &EntityRef, is_starred: bool, star: Run, copy: Run) -> Vec<Entry> {
    let line = |label: &str, icon, target| Entry {
        crumb: short_name(entity_ref),
        ..Entry::new("Actions", label.to_owned(), icon, target)
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
    use super::*;
    use crate::extensions::NavGroup;

    fn suggested(entity_ref: &str) -> SearchSuggestion {
        let name = entity_ref.rsplit('/').next().unwrap_or_default();
        SearchSuggestion {
            document_type: SOFTWARE_CATALOG.to_owned(),
            title: name.to_owned(),
            parts: vec![SearchTextPart { text: name.to_owned(), is_match: true }],
            location: format!("/{entity_ref}"),
            entity_ref: entity_ref.to_owned(),
            ..SearchSuggestion::default()
        }
    }

    fn operation(title: &str, location: &str) -> SearchSuggestion {
        SearchSuggestion {
            document_type: "api-operation".to_owned(),
            title: title.to_owned(),
            location: location.to_owned(),
            part_of: "Bookings".to_owned(),
            ..suggested("api:default/bookings-v4")
        }
    }

    fn apis(names: &[&str]) -> Vec<SearchSuggestion> {
        names.iter().map(|name| suggested(&format!("api:default/{name}"))).collect()
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
    fn the_exact_name_comes_first_then_stars_then_what_was_recent_then_as_the_server_says() {
        let suggestions = apis(&["ledger", "handbook", "bookings", "book", "bok"]);
        let found = Found { suggestions, ..Found::default() };
        let expected = [
            ("Jump to", "book"),
            ("Jump to", "bookings"),
            ("Jump to", "booking-web"),
            ("Jump to", "freight-booking"),
            ("Jump to", "ledger"),
            ("Jump to", "handbook"),
            ("Jump to", "bok"),
            ("", "Search everything for “book”"),
        ];
        check("book", &found, &expected);
        let listed = entries(&Typed::parse("book"), &local(), &found);
        assert_eq!(listed[0].parts, found.suggestions[3].parts, "the server says what to mark");
        assert_eq!(listed[2].parts, [], "the page looks itself in what it knew");
        let last = SearchTextPart { text: "Search everything for “book”".to_owned(), is_match: false };
        assert_eq!(listed.last().unwrap().parts, [last], "what stands in quotes is not marked, too");
    }

    #[test]
    fn nothing_moves_when_the_answer_comes_late() {
        let before = Found { suggestions: apis(&["ledger", "handbook", "bookshelf"]), ..Found::default() };
        let so_far = before.so_far("book");
        let listed = [
            ("Jump to", "booking-web"),
            ("Jump to", "freight-booking"),
            ("Jump to", "handbook"),
            ("Jump to", "bookshelf"),
        ];
        let end = ("", "Search everything for “book”");
        check("book", &so_far, &[&listed[..], &[end]].concat());
        assert_eq!(so_far.suggestions[0].parts, [], "they were marked for other words");

        let answer = Found { suggestions: apis(&["book", "bookings", "handbook"]), ..Found::default() };
        let late = [("Jump to", "book"), ("Jump to", "bookings"), end];
        check("book", &answer.behind(so_far.suggestions), &[&listed[..], &late].concat());
    }

    #[test]
    fn operations_lead_to_their_place_within_the_portal() {
        let place = "/catalog/default/api/bookings-v4/definition#op-cancel";
        let suggestions = vec![
            operation("DELETE /bookings/{id}", place),
            suggested("api:default/cancel"),
            operation("elsewhere", "//evil.example/cancel"),
            operation("anywhere", "https://evil.example/cancel"),
        ];
        let found = Found { suggestions, ..Found::default() };
        let expected =
            [("Jump to", "cancel"), ("In APIs", "DELETE /bookings/{id}"), ("", "Search everything for “cancel”")];
        check("cancel", &found, &expected);
        let listed = entries(&Typed::parse("cancel"), &local(), &found);
        assert_eq!((listed[1].crumb.as_str(), listed[1].kind.as_deref()), ("Bookings", Some("api")));
        assert!(matches!(&listed[1].target, Target::Open(address) if address == place));
    }

    #[test]
    fn what_was_perhaps_meant_can_be_typed() {
        let found = Found { did_you_mean: Some("ledger".to_owned()), ..Found::default() };
        let expected = [("", "Did you mean “ledger”?"), ("", "Search everything for “legder x”")];
        check("legder x", &found, &expected);
        let typed = |text: &str| match entries(&Typed::parse(text), &local(), &found).remove(0).target {
            Target::Type(typed) => typed,
            other => panic!("{other:?}"),
        };
        assert_eq!([typed("legder x"), typed("@legder x")], ["ledger", "@ledger"]);
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
