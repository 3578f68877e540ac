//! What is known of the selected entity, beside the picture.

use std::sync::Arc;

use leptos::prelude::*;
use shared::entity::EntityRef;

use super::picture::Picture;
use crate::catalog::cells::lifecycle_tone;
use crate::catalog::kinds;
use crate::paths;
use crate::state::references::use_reference;
use crate::ui::badge::Badge;
use crate::ui::entity_link::{EntityLink, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::star_button::StarButton;
use crate::ui::{numbers, words};

/// Entities of a list; the others are behind a button.
const MAX_LISTED: usize = 6;

/// The column beside the picture; a bar over it on phones.
#[component]
pub fn NodePanel(
    /// The picture.
    picture: Memo<Option<Arc<Picture>>>,
    /// The selected entity; the start where none is.
    shown: Memo<Option<EntityRef>>,
    /// Selects another.
    on_select: Callback<EntityRef>,
    /// Starts from an entity.
    on_start: Callback<EntityRef>,
) -> impl IntoView {
    view! {
        <aside class="graph-panel not-phone" aria-label="Selected entity">
            {move || shown.get().map(|entity_ref| view! { <Details picture entity_ref on_select on_start/> })}
        </aside>
        <div class="panel graph-bar only-phone" role="group" aria-label="Selected entity">
            {move || shown.get().map(|entity_ref| view! { <Bar picture entity_ref on_start/> })}
        </div>
    }
}

/// Whether the graph starts at an entity.
fn is_start(picture: Memo<Option<Arc<Picture>>>, entity_ref: &EntityRef) -> bool {
    picture.with(|picture| {
        picture.as_ref().is_some_and(|picture| {
            picture.find(entity_ref).is_some_and(|node| picture.nodes[node].depth == 0)
                && picture.nodes.iter().filter(|node| node.depth == 0).count() == 1
        })
    })
}

#[component]
fn Bar(
    /// The picture.
    picture: Memo<Option<Arc<Picture>>>,
    /// Which entity.
    entity_ref: EntityRef,
    /// Starts from it.
    on_start: Callback<EntityRef>,
) -> impl IntoView {
    let node = picture.with_untracked(|picture| {
        let picture = picture.as_ref()?;
        Some(picture.nodes[picture.find(&entity_ref)?].clone())
    });
    let (label, remark, icon) = node.map_or_else(
        || (short_name(&entity_ref), String::new(), IconName::File),
        |node| (node.label, node.remark, node.icon),
    );
    let start = {
        let entity_ref = entity_ref.clone();
        move |_| on_start.run(entity_ref.clone())
    };
    let hides_start = is_start(picture, &entity_ref);
    view! {
        <span class="kind-tile small" data-kind=entity_ref.kind.clone()>
            <Icon name=icon/>
        </span>
        <div class="grow">
            <b class="truncate">{label}</b>
            <div class="small-text subtle truncate">{remark}</div>
        </div>
        {(!hides_start).then(|| view! { <button class="button small" type="button" on:click=start>"Start here"</button> })}
        <a class="button small" href=paths::entity(&entity_ref)>"Open"</a>
    }
}

#[component]
fn Details(
    /// The picture.
    picture: Memo<Option<Arc<Picture>>>,
    /// Which entity.
    entity_ref: EntityRef,
    /// Selects another.
    on_select: Callback<EntityRef>,
    /// Starts from it.
    on_start: Callback<EntityRef>,
) -> impl IntoView {
    let known = use_reference(&entity_ref);
    let node = {
        let entity_ref = entity_ref.clone();
        Memo::new(move |_| picture.with(|picture| picture.as_ref()?.find(&entity_ref)))
    };
    let of_node = move |look: fn(&Picture, usize) -> String| {
        picture.with(|picture| {
            Some(look(
                picture.as_ref()?,
                node.get().filter(|&node| node < picture.as_ref().map_or(0, |picture| picture.nodes.len()))?,
            ))
        })
    };
    let icon = move || {
        let icon = picture.with(|picture| Some(picture.as_ref()?.nodes.get(node.get()?)?.icon));
        view! { <Icon name=icon.unwrap_or(IconName::File)/> }
    };
    let label = {
        let short = short_name(&entity_ref);
        move || of_node(|picture, node| picture.nodes[node].label.clone()).unwrap_or_else(|| short.clone())
    };
    let remark = move || of_node(|picture, node| picture.nodes[node].remark.clone());
    let is_missing = Memo::new(move |_| {
        picture.with(|picture| Some(picture.as_ref()?.nodes.get(node.get()?)?.is_missing)).unwrap_or_default()
    });
    let lifecycle =
        Memo::new(move |_| picture.with(|picture| picture.as_ref()?.nodes.get(node.get()?)?.lifecycle.clone()));
    let owner = Memo::new(move |_| picture.with(|picture| picture.as_ref()?.nodes.get(node.get()?)?.owner.clone()));
    let holder = |field: &'static str| {
        Memo::new(move |_| {
            known.with(|known| {
                let entity = known.entity()?;
                EntityRef::parse(entity.spec.get(field)?.as_str()?, Some(field), entity.namespace()).ok()
            })
        })
    };
    let (system, domain) = (holder("system"), holder("domain"));
    let description = move || known.with(|known| known.entity().and_then(|entity| entity.metadata.description.clone()));
    let fact = |label: &'static str, entity_ref: EntityRef| {
        view! {
            <dt>{label}</dt>
            <dd>
                <EntityLink entity_ref/>
            </dd>
        }
    };
    let start = {
        let entity_ref = entity_ref.clone();
        move |_| on_start.run(entity_ref.clone())
    };
    let hides_start = {
        let entity_ref = entity_ref.clone();
        Memo::new(move |_| is_start(picture, &entity_ref))
    };
    let side = move |look: fn(&Picture, usize) -> Vec<usize>| {
        Memo::new(move |_| {
            picture.with(|picture| match (picture, node.get()) {
                (Some(picture), Some(node)) if node < picture.nodes.len() => look(picture, node),
                _ => Vec::new(),
            })
        })
    };
    let needs = side(|picture, node| picture.arrows_from(node).iter().map(|&arrow| picture.arrows[arrow].to).collect());
    let needed =
        side(|picture, node| picture.arrows_to(node).iter().map(|&arrow| picture.arrows[arrow].from).collect());
    let path = Memo::new(move |_| {
        picture.with(|picture| match (picture, node.get()) {
            (Some(picture), Some(node)) if node < picture.nodes.len() => {
                let path = picture.path_to(node);
                // A neighbour is in the lists already.
                if path.len() > 1 { path.iter().map(|&arrow| picture.sentence(arrow)).collect() } else { Vec::new() }
            }
            _ => Vec::new(),
        })
    });
    let n_hidden = move || {
        picture
            .with(|picture| picture.as_ref()?.nodes.get(node.get()?).map(|node| node.n_hidden))
            .filter(|&hidden| hidden > 0)
    };
    view! {
        <div class="stack graph-panel__body">
            <div class="row nowrap graph-panel__head">
                <span class="kind-tile" data-kind=entity_ref.kind.clone()>{icon}</span>
                <div class="grow">
                    <h2 class="wrap-any">{label}</h2>
                    <div class="small-text subtle">{remark}</div>
                </div>
                <StarButton entity_ref=entity_ref.clone()/>
            </div>
            {move || {
                is_missing
                    .get()
                    .then(|| {
                        view! { <p class="text-13 muted">"Others refer to it, but the catalog has no such entity, or you may not see it."</p> }
                    })
            }}
            {move || description().map(|text| view! { <p class="text-13 muted graph-panel__text">{text}</p> })}
            <dl class="kv">
                <dt>"Kind"</dt>
                <dd>{kinds::one(&entity_ref.kind)}</dd>
                {move || owner.get().map(|owner| fact("Owner", owner))}
                {move || system.get().map(|system| fact("System", system))}
                {move || domain.get().map(|domain| fact("Domain", domain))}
                {move || {
                    lifecycle
                        .get()
                        .map(|stage| {
                            view! {
                                <dt>"Lifecycle"</dt>
                                <dd>
                                    <Badge tone=lifecycle_tone(&stage) text=words::label(&stage)/>
                                </dd>
                            }
                        })
                }}
            </dl>
            <div class="row">
                <a class="button small" href=paths::entity(&entity_ref)>"Open"</a>
                {move || {
                    (!hides_start.get())
                        .then(|| view! { <button class="button small" type="button" on:click=start.clone()>"Start from here"</button> })
                }}
            </div>
            {move || {
                n_hidden()
                    .map(|n_hidden| {
                        let relations = numbers::counted(n_hidden, "relation leads", "relations lead");
                        view! { <p class="small-text subtle">{format!("{relations} out of this picture. Start from here, or go more hops.")}</p> }
                    })
            }}
            <Neighbours picture title="Needed or held by" nodes=needed on_select/>
            <Neighbours picture title="Needs or holds" nodes=needs on_select/>
            {move || {
                let path = path.get();
                (!path.is_empty())
                    .then(|| {
                        let lines = path
                            .into_iter()
                            .map(|[from, words, to]| view! { <li>{from}" "<span class="subtle">{words}</span>" "{to}</li> })
                            .collect_view();
                        view! {
                            <section>
                                <h3>"Path from the start"</h3>
                                <ol class="text-13 graph-panel__path">{lines}</ol>
                            </section>
                        }
                    })
            }}
        </div>
    }
}

/// The nodes at one side, as buttons that select them.
#[component]
fn Neighbours(
    /// The picture.
    picture: Memo<Option<Arc<Picture>>>,
    /// The heading.
    title: &'static str,
    /// Their numbers.
    nodes: Memo<Vec<usize>>,
    /// Selects one.
    on_select: Callback<EntityRef>,
) -> impl IntoView {
    let are_all_listed = RwSignal::new(false);
    move || {
        let picture = picture.get()?;
        let nodes = nodes.get();
        let n_nodes = nodes.len();
        let n_more = n_nodes.saturating_sub(MAX_LISTED);
        let listed = move || {
            let n_listed = if are_all_listed.get() { n_nodes } else { MAX_LISTED };
            nodes
                .iter()
                .take(n_listed)
                .filter_map(|&node| picture.nodes.get(node))
                .map(|node| {
                    let (icon, label, kind, entity_ref) =
                        (node.icon, node.label.clone(), node.entity_ref.kind.clone(), node.entity_ref.clone());
                    view! {
                        <li>
                            <button class="entity-ref" type="button" data-kind=kind on:click=move |_| on_select.run(entity_ref.clone())>
                                <Icon name=icon/>
                                <span>{label}</span>
                            </button>
                        </li>
                    }
                })
                .collect_view()
        };
        // The button stays when it is pressed: it has the focus then.
        let more = (n_more > 0).then(|| {
            let words = move || {
                if are_all_listed.get() {
                    "Show fewer".to_owned()
                } else {
                    format!("Show {} more", numbers::count(n_more))
                }
            };
            view! {
                <button
                    class="button small quiet graph-panel__more"
                    type="button"
                    on:click=move |_| are_all_listed.update(|are_all| *are_all = !*are_all)
                >
                    {words}
                </button>
            }
        });
        (n_nodes > 0).then(|| {
            view! {
                <section>
                    <h3>
                        {title}
                        " "
                        <span class="badge count">{numbers::count(n_nodes)}</span>
                    </h3>
                    <ul class="plain-list graph-panel__list">{listed}</ul>
                    {more}
                </section>
            }
        })
    }
}
