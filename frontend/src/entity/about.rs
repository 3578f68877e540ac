//! The card with the facts of an entity.

use leptos::prelude::*;
use shared::entity::{Entity, EntityLink, EntityRef};

use super::facts::{self, Fact};
use super::links;
use super::related::{Related, RelatedLink, spec_ref};
use crate::catalog::cells::lifecycle_tone;
use crate::catalog::kinds;
use crate::catalog::view::{CatalogView, Facet};
use crate::ui::badge::Badge;
use crate::ui::code_block::CopyButton;
use crate::ui::icon::{Icon, IconName};
use crate::ui::words;

/// Where an entity was read from.
const MANAGED_BY: &str = "backstage.io/managed-by-location";
/// Where people look at the source.
const VIEW_URL: &str = "backstage.io/view-url";
/// Annotations of the catalog itself, which the page shows in its own way or not at all.
const OWN_PREFIX: &str = "backstage.io/";

/// The facts of an entity.
#[component]
pub fn AboutCard(
    /// The entity.
    entity: Entity,
    /// What is known of the entities it refers to.
    related: Signal<Related>,
) -> impl IntoView {
    let owner = spec_ref(&entity, "owner").or_else(|| first_target(&entity, "ownedBy"));
    let system = spec_ref(&entity, "system");
    let own_domain = spec_ref(&entity, "domain");
    let refs = [("Owner", owner), ("System", system.clone())]
        .into_iter()
        .filter_map(|(label, entity_ref)| Some((label, entity_ref?)))
        .map(|(label, entity_ref)| view! { <div><dt>{label}</dt><dd><RelatedLink entity_ref related/></dd></div> })
        .collect_view();
    let description = entity.metadata.description.clone().filter(|text| !text.trim().is_empty());
    let tags = entity.metadata.tags.clone();
    let kind = entity.entity_ref().kind;
    let type_fact =
        entity.spec_text("type").map(|text| view! { <div><dt>"Type"</dt><dd>{words::label(text)}</dd></div> });
    let lifecycle = entity.spec_text("lifecycle").map(|stage| {
        let tone = lifecycle_tone(stage);
        view! { <div><dt>"Lifecycle"</dt><dd><Badge text=words::label(stage) tone/></dd></div> }
    });
    view! {
        <section class="card" aria-labelledby="about">
            <div class="card-head">
                <h2 id="about">"About"</h2>
                <CopyButton text=entity.entity_ref().to_string() label="Copy reference"/>
            </div>
            <div class="card-body">
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
                    <Domain own=own_domain system related/>
                    {type_fact}
                    {lifecycle}
                    {facts::facts(&entity).into_iter().map(fact_view).collect_view()}
                    <Source entity=entity.clone()/>
                    {(!tags.is_empty()).then(|| view! { <div class="full"><dt>"Tags"</dt><dd><Tags tags kind/></dd></div> })}
                    <Targets targets=facts::location_targets(&entity)/>
                </dl>
            </div>
        </section>
    }
}

fn first_target(entity: &Entity, relation_type: &str) -> Option<EntityRef> {
    entity.relation_targets(relation_type).find_map(|target| target.parse().ok())
}

/// The domain: the entity's own, or the one of its system.
#[component]
fn Domain(
    /// The domain that the entity names.
    own: Option<EntityRef>,
    /// The system that the entity is part of.
    system: Option<EntityRef>,
    /// What is known of the system.
    related: Signal<Related>,
) -> impl IntoView {
    let domain = Memo::new(move |_| {
        own.clone().or_else(|| related.with(|related| spec_ref(related.entity(system.as_ref()?)?, "domain")))
    });
    move || {
        domain.get().map(|entity_ref| view! { <div><dt>"Domain"</dt><dd><RelatedLink entity_ref related/></dd></div> })
    }
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
    entity: Entity,
) -> impl IntoView {
    let annotations = &entity.metadata.annotations;
    let view_url = annotations.get(VIEW_URL).filter(|url| links::is_safe(url)).cloned();
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

/// The tags; each leads to the entities of the same kind that have it.
#[component]
pub fn Tags(
    /// The tags, in the order of the source.
    tags: Vec<String>,
    /// The kind, in lower case.
    kind: String,
) -> impl IntoView {
    let tag = move |tag: String| {
        let mut view = CatalogView::parse("").with_kind(&kind);
        view.toggle(Facet::Tag, &tag);
        view! { <a class="tag" href=view.address() title=format!("{} with this tag", kinds::many(&kind))>{tag}</a> }
    };
    view! { <span class="tags">{tags.into_iter().map(tag).collect_view()}</span> }
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
pub fn LinksCard(
    /// The links, in the order of the source.
    links: Vec<EntityLink>,
) -> impl IntoView {
    let icon = |link: &EntityLink| match link.icon.as_deref().unwrap_or_default() {
        "dashboard" | "chart" => IconName::Chart,
        "docs" | "book" => IconName::Docs,
        "search" => IconName::Search,
        "web" | "globe" => IconName::TypeWebsite,
        "chat" => IconName::Chat,
        "email" | "mail" => IconName::Mail,
        "code" | "github" | "gitlab" => IconName::Code,
        _ => IconName::External,
    };
    let line = move |link: EntityLink| {
        let icon = icon(&link);
        let text = link.title.clone().unwrap_or_else(|| link.url.clone());
        let content = view! { <Icon name=icon/><span>{text}</span> };
        if links::is_safe(&link.url) {
            view! { <li><a class="entity-ref" href=link.url.clone() title=link.url rel="noopener noreferrer">{content}</a></li> }
                .into_any()
        } else {
            view! { <li><span class="entity-ref plain" title="This address is not a web address">{content}</span></li> }
                .into_any()
        }
    };
    (!links.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="links">
                <div class="card-head">
                    <h2 id="links">"Links"</h2>
                </div>
                <div class="card-body">
                    <ul class="plain-list links">{links.into_iter().map(line).collect_view()}</ul>
                </div>
            </section>
        }
    })
}

/// Annotations that people or tools have set, as they are.
#[component]
pub fn AnnotationsCard(
    /// The entity.
    entity: Entity,
) -> impl IntoView {
    let annotations: Vec<(String, String)> =
        entity.metadata.annotations.into_iter().filter(|(key, _)| !key.starts_with(OWN_PREFIX)).collect();
    let labels: Vec<(String, String)> = entity.metadata.labels.into_iter().collect();
    let card = |id: &'static str, title: &'static str, pairs: Vec<(String, String)>| {
        (!pairs.is_empty()).then(|| {
            view! {
                <section class="card" aria-labelledby=id>
                    <div class="card-head">
                        <h2 id=id>{title}</h2>
                    </div>
                    <div class="card-body">
                        <dl class="annotations">
                            {pairs
                                .into_iter()
                                .map(|(key, value)| {
                                    let value = if links::is_safe(&value) {
                                        view! { <a href=value.clone() rel="noopener noreferrer">{value.clone()}</a> }.into_any()
                                    } else {
                                        value.into_any()
                                    };
                                    view! { <div><dt>{key}</dt><dd class="wrap-any mono">{value}</dd></div> }
                                })
                                .collect_view()}
                        </dl>
                    </div>
                </section>
            }
        })
    };
    (card("labels", "Labels", labels), card("annotations", "Annotations", annotations))
}
