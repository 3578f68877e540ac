//! What comes with the page of an entity: its tabs, the cards of its overview, the lines of its menu.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use shared::entity::Entity;

use super::about::{AboutBody, LinksBody, PairsBody, annotations, labels};
use super::apis_tab::{self, ApisTab};
use super::definition::{self, DefinitionTab};
use super::dependencies_tab::{self, DependenciesTab};
use super::entity_page::EntityPage;
use super::location::{self, BroughtBody};
use super::menu_actions::{copy_link, copy_reference};
use super::organisation::{
    FamilyBody, MembershipBody, OwnedBody, OwnedThroughGroupsBody, has_cards_of_relations, has_family, has_relation,
    is_owner, other_relations,
};
use super::overview::Overview;
use super::parts::{self, CARDS, PartsCard, PartsCount, PartsTable};
use super::relations_card::RelationsBody;
use super::spec_tree::{self, SpecBody};
use super::template::{self, FormsBody, StepsBody};
use super::yaml_tab::YamlTab;
use crate::catalog::cells::{EDIT_URL, VIEW_URL, safe_url};
use crate::extensions::{
    Applies, CardColumn, Draw, EntityCard, EntityContext, EntityMenuAction, EntityMenuItem, EntityTab, Extensions,
    Loaded, Page, Run, Shortcut, ShortcutPlace,
};
use crate::paths::patterns;
use crate::state::on_page::OnPage;
use crate::state::stars::Stars;
use crate::ui::code_block::CopyButton;
use crate::ui::icon::IconName;

/// The page of an entity and what is on it.
pub fn extensions() -> Extensions {
    Extensions {
        pages: vec![Page::new(patterns::ENTITY, "Entity", Draw::new(|()| view! { <EntityPage/> }))],
        entity_tabs: tabs(),
        entity_cards: cards(),
        entity_menu_items: menu_items(),
        shortcuts: vec![Shortcut::key(ShortcutPlace::Entities, "S", "Star the entity", Run::new(star))],
        ..Extensions::default()
    }
}

/// Gives the entity of the page a star, or takes it away.
fn star() {
    if let Some(entity_ref) = OnPage::entity_ref() {
        Stars::of_page().toggle(&entity_ref);
    }
}

fn tabs() -> Vec<EntityTab> {
    let tab = |slug: &str, title: &str, order, applies, view| EntityTab {
        slug: slug.to_owned(),
        title: title.to_owned(),
        icon: None,
        order,
        applies,
        count: None,
        view,
    };
    let has_definition = Applies::when(|entity| definition::of(entity).is_some());
    vec![
        tab("", "Overview", 100, Applies::always(), Draw::new(|context| view! { <Overview context/> })),
        EntityTab {
            count: Some(apis_tab::count),
            ..tab(
                "apis",
                "APIs",
                200,
                Applies::to_kinds(&["component", "system"]),
                Draw::new(|context| view! { <ApisTab context/> }),
            )
        },
        tab("definition", "Definition", 300, has_definition, Draw::lazy(definition_tab)),
        EntityTab {
            count: Some(dependencies_tab::count),
            ..tab(
                "dependencies",
                "Dependencies",
                400,
                Applies::when(|entity| !is_org_or_location(entity)),
                Draw::new(|context| view! { <DependenciesTab context/> }),
            )
        },
        tab("yaml", "YAML", 900, Applies::always(), Draw::new(|context| view! { <YamlTab context/> })),
    ]
}

#[wasm_split(definition, wasm_split_path = leptos::wasm_split, fallible)]
fn definition_tab() -> Loaded<EntityContext> {
    Ok(|context| view! { <DefinitionTab context/> }.into_any())
}

/// People, groups and locations depend on nothing.
fn is_org_or_location(entity: &Entity) -> bool {
    ["user", "group", "location"].iter().any(|kind| kind.eq_ignore_ascii_case(&entity.kind))
}

fn cards() -> Vec<EntityCard> {
    let card = |id: &str, title: &str, column, order, applies, view| EntityCard {
        id: id.to_owned(),
        title: title.to_owned(),
        icon: None,
        order,
        column,
        span: 2,
        applies,
        head: None,
        view,
    };
    let copy = |context: EntityContext| {
        let text = Signal::derive(move || context.entity_ref().to_string());
        view! { <CopyButton text label="Copy reference"/> }
    };
    let has = |pairs: fn(&Entity) -> Vec<(String, String)>| Applies::when(move |entity| !pairs(entity).is_empty());
    use CardColumn::{Main, Side};
    let parts = CARDS.iter().enumerate().map(|(index, &found)| {
        let PartsCard { id, title, relation, kind, .. } = found;
        let order = 210 + i32::try_from(index).unwrap_or_default();
        EntityCard {
            head: Some(Draw::new(move |context| view! { <PartsCount context relation kind/> })),
            ..card(
                id,
                title,
                Main,
                order,
                Applies::when(move |entity| parts::applies(found, entity)),
                Draw::new(move |context| view! { <PartsTable context label=title relation kind/> }),
            )
        }
    });
    let mut cards = vec![
        EntityCard {
            head: Some(Draw::new(copy)),
            ..card("about", "About", Main, 100, Applies::always(), Draw::new(|context| view! { <AboutBody context/> }))
        },
        card("owned", "Owns", Main, 200, Applies::when(is_owner), Draw::new(|context| view! { <OwnedBody context/> })),
        card(
            "members",
            "Members",
            Main,
            300,
            Applies::when(|entity| has_relation(entity, "hasMember")),
            Draw::new(|context| view! { <MembershipBody context/> }),
        ),
        card(
            "groups",
            "Groups",
            Main,
            300,
            Applies::when(|entity| is_owner(entity) && has_relation(entity, "memberOf")),
            Draw::new(|context| view! { <MembershipBody context/> }),
        ),
        card(
            "brought",
            "Targets",
            Main,
            200,
            Applies::when(location::applies),
            Draw::new(|context| view! { <BroughtBody context/> }),
        ),
        card(
            "template-steps",
            "What it does",
            Main,
            210,
            Applies::when(|entity| is_template(entity) && !template::steps(entity).is_empty()),
            Draw::new(|context| view! { <StepsBody context/> }),
        ),
        card(
            "template-forms",
            "What it asks for",
            Main,
            220,
            Applies::when(|entity| is_template(entity) && !template::forms(entity).is_empty()),
            Draw::new(|context| view! { <FormsBody context/> }),
        ),
        card(
            "specification",
            "Specification",
            Main,
            200,
            Applies::when(spec_tree::applies),
            Draw::new(|context| view! { <SpecBody context/> }),
        ),
        card(
            "owned-through-groups",
            "Owns through groups",
            Main,
            250,
            Applies::when(|entity| entity.kind.eq_ignore_ascii_case("user") && has_relation(entity, "memberOf")),
            Draw::new(|context| view! { <OwnedThroughGroupsBody context/> }),
        ),
        card(
            "family",
            "Parent and subgroups",
            Side,
            50,
            Applies::when(|entity| is_owner(entity) && has_family(entity)),
            Draw::new(|context| view! { <FamilyBody context/> }),
        ),
        card(
            "relations",
            "Relations",
            Main,
            500,
            Applies::when(|entity| !other_relations(entity).is_empty() || !has_cards_of_relations(entity)),
            Draw::new(|context: EntityContext| {
                let groups = Signal::derive(move || context.entity.with(|entity| other_relations(entity)));
                view! { <RelationsBody groups/> }
            }),
        ),
        card(
            "links",
            "Links",
            Side,
            100,
            Applies::when(|entity| !entity.metadata.links.is_empty()),
            Draw::new(|context| view! { <LinksBody context/> }),
        ),
        card(
            "labels",
            "Labels",
            Side,
            800,
            has(labels),
            Draw::new(|context| view! { <PairsBody context pairs=labels/> }),
        ),
        card(
            "annotations",
            "Annotations",
            Side,
            900,
            has(annotations),
            Draw::new(|context| view! { <PairsBody context pairs=annotations/> }),
        ),
    ];
    cards.extend(parts);
    cards
}

fn is_template(entity: &Entity) -> bool {
    entity.kind.eq_ignore_ascii_case("template")
}

fn menu_items() -> Vec<EntityMenuItem> {
    let item = |id: &str, label: &str, icon, order, applies, action| EntityMenuItem {
        id: id.to_owned(),
        label: label.to_owned(),
        icon,
        order,
        is_danger: false,
        applies,
        action,
    };
    let run = |run: fn(EntityContext)| EntityMenuAction::Run(Arc::new(run));
    let has_url = |name: &'static str| Applies::when(move |entity| safe_url(entity, name).is_some());
    let open = |name: &'static str| {
        EntityMenuAction::Open(Arc::new(move |entity| safe_url(entity, name).unwrap_or_default().to_owned()))
    };
    vec![
        item("view-source", "View source", IconName::Code, 200, has_url(VIEW_URL), open(VIEW_URL)),
        item("edit-source", "Edit source", IconName::Edit, 210, has_url(EDIT_URL), open(EDIT_URL)),
        item("copy-reference", "Copy reference", IconName::Copy, 400, Applies::always(), run(copy_reference)),
        item("copy-link", "Copy link", IconName::Link, 410, Applies::always(), run(copy_link)),
    ]
}
