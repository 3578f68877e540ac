//! Where the graph may start, for an address that does not say.

use leptos::prelude::*;
use shared::entity::{Entity, EntityRef};

use super::view::{GraphDirection, GraphView};
use crate::api::ApiClient;
use crate::catalog::kinds;
use crate::state::recent::Recents;
use crate::state::stars::Stars;
use crate::ui::card::Card;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// Lines of a list.
const MAX_LINES: usize = 6;
/// Maps that are offered.
const MAX_MAPS: usize = 12;
/// Kinds of a map: what a system is made of, without people.
const MAP_KINDS: [&str; 5] = ["component", "api", "resource", "system", "domain"];

/// A graph to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    href: String,
    label: String,
    remark: String,
    kind: String,
    icon: IconName,
}

impl Line {
    fn around(entity_ref: &EntityRef, label: &str, entity_type: Option<&str>) -> Self {
        Self {
            href: GraphView::of(entity_ref.clone()).address(),
            label: label.to_owned(),
            remark: kinds::one(&entity_ref.kind),
            kind: entity_ref.kind.clone(),
            icon: entity_icon(&entity_ref.kind, entity_type),
        }
    }

    /// What a system or a domain is made of.
    fn map(entity: &Entity) -> Self {
        let entity_ref = entity.entity_ref();
        let view = GraphView {
            direction: GraphDirection::Downstream,
            kinds: MAP_KINDS.map(str::to_owned).to_vec(),
            ..GraphView::of(entity_ref.clone())
        };
        Self { href: view.address(), ..Self::around(&entity_ref, entity.display_name(), None) }
    }
}

/// Ways to begin.
#[component]
pub fn GraphStart() -> impl IntoView {
    let starred = Stars::of_page().refs();
    let recents = Recents::of_page().entries();
    let starred_lines = Memo::new(move |_| {
        starred.with(|refs| {
            refs.iter().rev().take(MAX_LINES).map(|one| Line::around(one, &short_name(one), None)).collect::<Vec<_>>()
        })
    });
    let recent_lines = Memo::new(move |_| {
        recents.with(|recents| {
            let line = |recent: &crate::state::recent::RecentEntity| {
                Line::around(&recent.entity_ref, &recent.title, recent.entity_type.as_deref())
            };
            recents.iter().take(MAX_LINES).map(line).collect::<Vec<_>>()
        })
    });
    view! {
        <div class="page graph-start">
            <div class="page-head">
                <div>
                    <h1 tabindex="-1">"Graph"</h1>
                    <p>
                        "See what needs an entity, what it needs, and who owns it. Type a name above, or begin with one of these."
                    </p>
                </div>
            </div>
            <div class="graph-start__cards">
                <Maps/>
                <Choices id="graph-starred" title="Starred" icon=IconName::Star lines=starred_lines/>
                <Choices id="graph-recent" title="Recently viewed" icon=IconName::Clock lines=recent_lines/>
            </div>
        </div>
    }
}

/// The domains and systems of the catalog.
#[component]
fn Maps() -> impl IntoView {
    let client = ApiClient::of_page();
    let maps: Load<Vec<Line>> = Load::new();
    let read = move || {
        maps.run(async move {
            let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
            let query = [
                pair("filter", "kind=domain,kind=system"),
                pair("orderField", "kind,asc"),
                pair("orderField", "metadata.name,asc"),
                pair("limit", &MAX_MAPS.to_string()),
                pair("fields", "apiVersion,kind,metadata.name,metadata.namespace,metadata.title"),
            ];
            Ok(client.entities_query(&query).await?.items.iter().map(Line::map).collect())
        });
    };
    read();
    move || {
        maps.value.with(|value| match value {
            None => view! { <SkeletonRows rows=6 label="Loading domains and systems"/> }.into_any(),
            Some(Err(error)) => {
                let on_retry = Callback::new(move |()| {
                    maps.reset();
                    read();
                });
                view! { <ErrorPanel title="The domains and systems did not load" error=error.clone() on_retry/> }
                    .into_any()
            }
            Some(Ok(lines)) => {
                let lines = lines.clone();
                let lines = Memo::new(move |_| lines.clone());
                view! { <Choices id="graph-maps" title="System maps" icon=IconName::KindSystem lines/> }.into_any()
            }
        })
    }
}

/// A card with graphs; not there without any.
#[component]
fn Choices(
    /// The id of the heading.
    id: &'static str,
    /// The heading.
    title: &'static str,
    /// The picture before it.
    icon: IconName,
    /// The graphs.
    lines: Memo<Vec<Line>>,
) -> impl IntoView {
    let line = |Line { href, label, remark, kind, icon }: Line| {
        view! {
            <li class="list-row">
                <Icon name=icon kind/>
                <a class="title" href=href>{label}</a>
                <span class="meta">{remark}</span>
            </li>
        }
    };
    move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| {
            view! {
                <Card id=id title=title icon=Some(icon)>
                    <div class="card-body flush">
                        <ul class="list">{lines.into_iter().map(line).collect_view()}</ul>
                    </div>
                </Card>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_map_shows_what_a_system_is_made_of() {
        let entity: Entity = serde_json::from_value(json!({"apiVersion": "v", "kind": "System",
            "metadata": {"name": "booking", "title": "Booking"}}))
        .unwrap();
        let line = Line::map(&entity);
        assert_eq!((line.label.as_str(), line.remark.as_str()), ("Booking", "System"));
        assert_eq!(
            line.href,
            "/graph?direction=downstream&kinds=component,api,resource,system,domain&root=system:booking"
        );
    }
}
