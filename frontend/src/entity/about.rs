//! The cards with the facts of an entity.

use std::sync::Arc;

use leptos::prelude::*;
use shared::entity::{Entity, EntityLink as Link, EntityRef};

use super::facts::{self, Fact};
use super::links;
use super::spec_refs::{owner, spec_ref};
use crate::catalog::cells::{VIEW_URL, lifecycle_tone, safe_url};
use crate::extensions::EntityContext;
use crate::state::references::use_reference;
use crate::ui::badge::Badge;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::words;

/// Where an entity was read from.
const MANAGED_BY: &str = "backstage.io/managed-by-location";
/// Annotations of the catalog itself, which the page shows in its own way or not at all.
const OWN_PREFIX: &str = "backstage.io/";

/// The facts of an entity.
#[component]
pub fn AboutBody(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let facts = context.facts();
    view! { <div class="card-body">{move || facts_view(&facts.get())}</div> }
}

fn facts_view(entity: &Arc<Entity>) -> impl IntoView + use<> {
    let system = spec_ref(entity, "system");
    let own_domain = spec_ref(entity, "domain");
    let refs = [("Owner", owner(entity)), ("System", system.clone())]
        .into_iter()
        .filter_map(|(label, entity_ref)| Some((label, entity_ref?)))
        .map(|(label, entity_ref)| view! { <div><dt>{label}</dt><dd><EntityLink entity_ref/></dd></div> })
        .collect_view();
    let description = entity.metadata.description.clone().filter(|text| !text.trim().is_empty());
    let type_fact =
        entity.spec_text("type").map(|text| view! { <div><dt>"Type"</dt><dd>{words::label(text)}</dd></div> });
    let lifecycle = entity.spec_text("lifecycle").map(|stage| {
        let tone = lifecycle_tone(stage);
        view! { <div><dt>"Lifecycle"</dt><dd><Badge text=words::label(stage) tone/></dd></div> }
    });
    view! {
        <dl class="about">
            <div class="full">
                <dt>"Description"</dt>
                <dd class="about__text">
                    {description.map_or_else(
                        || view! { <span class="subtle">"No description yet"</span> }.into_any(),
                        IntoAny::into_any,
                    )}
                </dd>
            </div>
            {refs}
            <Domain own=own_domain system/>
            {type_fact}
            {lifecycle}
            {facts::facts(entity).into_iter().map(fact_view).collect_view()}
            <Source entity=entity.clone()/>
            <Targets targets=facts::location_targets(entity)/>
        </dl>
    }
}

/// The domain: the entity's own, or the one of its system.
#[component]
fn Domain(
    /// The domain that the entity names.
    own: Option<EntityRef>,
    /// The system that the entity is part of.
    system: Option<EntityRef>,
) -> impl IntoView {
    let system = system.filter(|_| own.is_none()).map(|system| use_reference(&system));
    let domain = Memo::new(move |_| {
        let of_system = || system?.with(|known| known.entity().and_then(|system| spec_ref(system, "domain")));
        own.clone().or_else(of_system)
    });
    move || domain.get().map(|entity_ref| view! { <div><dt>"Domain"</dt><dd><EntityLink entity_ref/></dd></div> })
}

fn fact_view(fact: Fact) -> impl IntoView {
    view! { <div><dt>{fact.label.clone()}</dt><dd class="wrap-any">{fact_text(fact)}</dd></div> }
}

fn fact_text(fact: Fact) -> AnyView {
    match fact.href {
        Some(href) => view! { <a href=href rel="noopener noreferrer">{fact.text}</a> }.into_any(),
        None => fact.text.into_any(),
    }
}

/// Where the entity was read from.
#[component]
fn Source(
    /// The entity.
    entity: Arc<Entity>,
) -> impl IntoView {
    let annotations = &entity.metadata.annotations;
    let view_url = safe_url(&entity, VIEW_URL).map(str::to_owned);
    annotations.get(MANAGED_BY).map(|location| {
        let source = links::source(location);
        let href = view_url.or(source.href);
        let text = source.text;
        view! {
            <div class="full">
                <dt>"Source"</dt>
                <dd class="wrap-any mono small-text">
                    {match href {
                        Some(href) => view! { <a href=href rel="noopener noreferrer">{text}</a> }.into_any(),
                        None => text.into_any(),
                    }}
                </dd>
            </div>
        }
    })
}

/// What a location points to.
#[component]
fn Targets(
    /// The targets, in order.
    targets: Vec<Fact>,
) -> impl IntoView {
    (!targets.is_empty()).then(|| {
        view! {
            <div class="full">
                <dt>"Targets"</dt>
                <dd>
                    <ul class="plain-list mono small-text">
                        {targets.into_iter().map(|target| view! { <li class="wrap-any">{fact_text(target)}</li> }).collect_view()}
                    </ul>
                </dd>
            </div>
        }
    })
}

/// Addresses that belong to the entity.
#[component]
pub fn LinksBody(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let links = Memo::new(move |_| context.entity.with(|entity| entity.metadata.links.clone()));
    view! {
        <div class="card-body">
            <ul class="plain-list links">{move || links.get().into_iter().map(link_view).collect_view()}</ul>
        </div>
    }
}

fn link_view(link: Link) -> AnyView {
    let icon = match link.icon.as_deref().unwrap_or_default() {
        "dashboard" | "chart" => IconName::Chart,
        "docs" | "book" => IconName::Docs,
        "search" => IconName::Search,
        "web" | "globe" => IconName::TypeWebsite,
        "chat" => IconName::Chat,
        "email" | "mail" => IconName::Mail,
        "code" | "github" | "gitlab" => IconName::Code,
        _ => IconName::External,
    };
    let text = link.title.clone().unwrap_or_else(|| link.url.clone());
    let content = view! { <Icon name=icon/><span>{text}</span> };
    if links::is_safe(&link.url) {
        view! { <li><a class="entity-ref" href=link.url.clone() title=link.url rel="noopener noreferrer">{content}</a></li> }
            .into_any()
    } else {
        view! { <li><span class="entity-ref plain" title="This address is not a web address">{content}</span></li> }
            .into_any()
    }
}

/// Annotations that people or tools have set.
pub fn annotations(entity: &Entity) -> Vec<(String, String)> {
    let set = entity.metadata.annotations.iter().filter(|(key, _)| !key.starts_with(OWN_PREFIX));
    set.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Labels.
pub fn labels(entity: &Entity) -> Vec<(String, String)> {
    entity.metadata.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Names and values as they are.
#[component]
pub fn PairsBody(
    /// The entity.
    context: EntityContext,
    /// What to show of it.
    pairs: fn(&Entity) -> Vec<(String, String)>,
) -> impl IntoView {
    let pairs = Memo::new(move |_| context.entity.with(|entity| pairs(entity)));
    let pair = |(key, value): (String, String)| {
        let value = if links::is_safe(&value) {
            view! { <a href=value.clone() rel="noopener noreferrer">{value.clone()}</a> }.into_any()
        } else {
            value.into_any()
        };
        view! { <div><dt>{key}</dt><dd class="wrap-any mono">{value}</dd></div> }
    };
    view! {
        <div class="card-body">
            <dl class="annotations">{move || pairs.get().into_iter().map(pair).collect_view()}</dl>
        </div>
    }
}
