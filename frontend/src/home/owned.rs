//! What this person and the own groups have: how much of each kind, and the first entities.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::catalog::FacetValue;
use shared::api::overview::{CatalogOverview, Issue};
use shared::entity::{Entity, EntityRef};

use super::attention::{issue_label, issue_tone};
use super::home_data::HomeData;
use super::known_link::KnownLink;
use crate::catalog::kinds::{self, KindCount};
use crate::catalog::view::{ALL_KINDS, CatalogView, Facet};
use crate::ui::badge::{Badge, Tone};
use crate::ui::entity_link::entity_icon;
use crate::ui::icon::Icon;
use crate::ui::numbers;
use crate::ui::order::Order as _;
use crate::ui::states::{ErrorPanel, SkeletonRows};
use crate::ui::words;

/// Entities that the card shows.
const MAX_ENTITIES: usize = 6;
/// Up to this many are read whole and sorted by kind here; of more, only those of the leading kind are read.
const MAX_READ: usize = 60;
/// Owners that fit into an address.
const MAX_OWNERS_IN_ADDRESS: usize = 20;

/// Whose entities are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnedScope {
    /// Those of this person.
    Mine,
    /// Those of the groups of this person.
    Groups,
}

/// What is owned within a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Owned {
    /// The owners.
    owners: Vec<String>,
    /// How many of each kind, in the order of kinds.
    kinds: Vec<KindCount>,
}

impl Owned {
    fn of(found: &CatalogOverview, scope: OwnedScope) -> Self {
        let is_in_scope = |owner: &str| owner.starts_with("group:") == (scope == OwnedScope::Groups);
        let within = found.owners.iter().filter(|owner| is_in_scope(&owner.owner));
        let values: Vec<FacetValue> = within.clone().flat_map(|owner| owner.kinds.clone()).collect();
        Self { owners: within.map(|owner| owner.owner.clone()).collect(), kinds: kinds::in_order(&values) }
    }

    fn total(&self) -> usize {
        self.kinds.iter().map(|kind| kind.count).sum()
    }

    /// The catalog with these entities of a kind.
    fn address(&self, kind: &str) -> String {
        let mut view = CatalogView::parse("").with_kind(kind);
        for owner in self.owners.iter().take(MAX_OWNERS_IN_ADDRESS) {
            view.toggle(Facet::Owner, &Facet::Owner.address_value(owner));
        }
        view.address()
    }
}

/// The parameters that ask for the first entities of some owners, who have so many of each kind.
pub fn entities_query(owners: &[String], kinds: &[(String, usize)]) -> Vec<(String, String)> {
    let mut conditions: Vec<String> = owners.iter().map(|owner| format!("relations.ownedBy={owner}")).collect();
    let total: usize = kinds.iter().map(|(_, count)| count).sum();
    if let Some((leading, _)) = kinds.first().filter(|_| total > MAX_READ) {
        conditions.push(format!("kind={leading}"));
    }
    let limit = if total > MAX_READ { MAX_ENTITIES } else { MAX_READ };
    let fields =
        "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,spec.type,spec.lifecycle,spec.profile";
    let pairs = [
        ("filter", conditions.join(",")),
        ("orderField", "metadata.name,asc".to_owned()),
        ("limit", limit.to_string()),
        ("fields", fields.to_owned()),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The entities to show: by kind in the order in which people look for them, then as they come.
pub fn first_entities(mut entities: Vec<Entity>) -> Vec<Entity> {
    let value = |entity: &Entity| FacetValue { value: entity.kind.clone(), count: 1 };
    let order = kinds::in_order(&entities.iter().map(value).collect::<Vec<_>>());
    let rank = |entity: &Entity| order.iter().position(|known| known.kind == entity.kind.to_lowercase());
    entities.order_by_key(rank);
    entities.truncate(MAX_ENTITIES);
    entities
}

/// Chooses between the own entities and those of the groups, beside the heading.
#[component]
pub fn OwnedScopeSwitch() -> impl IntoView {
    let data = HomeData::of_page();
    let counts = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => {
                let has_groups = overview.owners.iter().any(|owner| owner.starts_with("group:"));
                let count = |scope| Owned::of(&overview.found, scope).total();
                has_groups.then(|| (count(OwnedScope::Groups), count(OwnedScope::Mine)))
            }
            Some(Err(_)) | None => None,
        })
    });
    let shown = shown_scope(data);
    let choice = move |scope: OwnedScope, label: &'static str, count: usize| {
        let is_chosen = move || shown.get() == scope;
        view! {
            <button
                type="button"
                role="radio"
                aria-checked=move || is_chosen().to_string()
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| data.scope.set(Some(scope))
            >
                {label}
                <span class="num subtle">{numbers::count(count)}</span>
            </button>
        }
    };
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        let is_arrow = matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown");
        if is_arrow {
            event.prevent_default();
            let other = if shown.get_untracked() == OwnedScope::Mine { OwnedScope::Groups } else { OwnedScope::Mine };
            data.scope.set(Some(other));
            request_animation_frame(|| {
                if let Some(chosen) = crate::browser::find(".home__scope [aria-checked=true]") {
                    crate::browser::focus(&chosen);
                }
            });
        }
    };
    move || {
        counts.get().map(|(n_groups, n_own)| {
            view! {
                <div class="segmented home__scope" role="radiogroup" aria-label="Whose" on:keydown=on_keydown>
                    {choice(OwnedScope::Groups, "My groups", n_groups)}
                    {choice(OwnedScope::Mine, "Mine", n_own)}
                </div>
            }
        })
    }
}

/// The chosen scope; where nobody has chosen, the one that has something.
fn shown_scope(data: HomeData) -> Memo<OwnedScope> {
    Memo::new(move |_| {
        let default = || {
            let has_of_groups = data.overview.value.with(|overview| match overview {
                Some(Ok(overview)) => {
                    let has_groups = overview.owners.iter().any(|owner| owner.starts_with("group:"));
                    let is_only_mine = Owned::of(&overview.found, OwnedScope::Groups).total() == 0
                        && Owned::of(&overview.found, OwnedScope::Mine).total() > 0;
                    has_groups && !is_only_mine
                }
                Some(Err(_)) | None => true,
            });
            if has_of_groups { OwnedScope::Groups } else { OwnedScope::Mine }
        };
        data.scope.get().unwrap_or_else(default)
    })
}

/// What is owned: kinds with their counts, and the first entities.
#[component]
pub fn OwnedWidget() -> impl IntoView {
    let data = HomeData::of_page();
    let scope = shown_scope(data);
    let owned = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => Some(Ok(Owned::of(&overview.found, scope.get()))),
            Some(Err(error)) => Some(Err(error.clone())),
            None => None,
        })
    });
    let known = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => KnownIssues::of(&overview.found),
            Some(Err(_)) | None => KnownIssues::default(),
        })
    });
    let load = move |owned: &Owned| {
        let kinds: Vec<(String, usize)> = owned.kinds.iter().map(|kind| (kind.kind.clone(), kind.count)).collect();
        data.load_owned(&owned.owners, &kinds);
    };
    // Whenever what this person has is read anew, since any of it may have changed.
    Effect::new(move |old: Option<Vec<String>>| {
        data.overview.value.track();
        let Some(Ok(owned)) = owned.get() else { return old.unwrap_or_default() };
        if old.is_some_and(|old| old != owned.owners) {
            data.owned.reset();
        }
        if owned.total() > 0 {
            load(&owned);
        }
        owned.owners
    });
    let retry_all = Callback::new(move |()| data.load_overview());
    let retry = Callback::new(move |()| {
        if let Some(Ok(owned)) = owned.get_untracked() {
            load(&owned);
        }
    });
    let list = move || {
        data.owned.value.with(|entities| match entities {
            None => view! { <SkeletonRows rows=MAX_ENTITIES label="Loading what you own"/> }.into_any(),
            Some(Err(error)) => {
                view! { <ErrorPanel title="What you own did not load" error=error.clone() on_retry=retry/> }.into_any()
            }
            Some(Ok(entities)) => view! { <OwnedTable entities=entities.clone() known/> }.into_any(),
        })
    };
    move || match owned.get() {
        None => {
            view! { <div class="card-body flush"><SkeletonRows rows=7 label="Loading what you own"/></div> }.into_any()
        }
        Some(Err(error)) => {
            view! { <ErrorPanel title="What you own did not load" error=error on_retry=retry_all/> }.into_any()
        }
        Some(Ok(owned)) if owned.total() == 0 => {
            let text = match scope.get() {
                OwnedScope::Mine => "No entity names you as its owner. Groups own better: people come and go.",
                OwnedScope::Groups => {
                    "No entity names one of your groups as its owner yet. Set spec.owner in its descriptor, and it is listed here."
                }
            };
            view! { <p class="home__empty muted text-13">{text}</p> }.into_any()
        }
        Some(Ok(owned)) => {
            let foot = owned.address(if owned.kinds.len() > 1 { ALL_KINDS } else { &owned.kinds[0].kind });
            let n_total = owned.total();
            let n_shown = move || {
                data.owned
                    .value
                    .with(|entities| entities.as_ref().and_then(|entities| entities.as_ref().ok()).map_or(0, Vec::len))
            };
            view! {
                <KindCounts counts=owned.kinds.clone() address=Callback::new(move |kind: String| owned.address(&kind))/>
                <div class="card-body flush">{list}</div>
                <div class="card-foot">
                    <span class="num">{move || format!("{} of {}", numbers::count(n_shown()), numbers::count(n_total))}</span>
                    <a class="right-align" href=foot>"Open in catalog"</a>
                </div>
            }
            .into_any()
        }
    }
}

/// What is the matter with entities, as far as the server has told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct KnownIssues {
    by_ref: BTreeMap<String, Vec<Issue>>,
    /// Whether it has named every entity that has any.
    is_whole: bool,
}

impl KnownIssues {
    fn of(found: &CatalogOverview) -> Self {
        let items = &found.attention.items;
        let by_ref = items.iter().filter_map(|item| Some((item.entity_ref.clone()?, item.issues.clone())));
        Self { by_ref: by_ref.collect(), is_whole: items.len() >= found.attention.total_items }
    }

    /// The issues of an entity; `None` where nobody knows.
    fn issues(&self, entity_ref: &str) -> Option<&[Issue]> {
        self.by_ref.get(entity_ref).map(Vec::as_slice).or_else(|| self.is_whole.then_some(Default::default()))
    }
}

/// The kinds with their counts, as links.
#[component]
pub fn KindCounts(
    /// The kinds.
    counts: Vec<KindCount>,
    /// Where one leads.
    address: Callback<String, String>,
) -> impl IntoView {
    let line = |known: KindCount| {
        let icon = entity_icon(&known.kind, None);
        let label = if known.count == 1 { kinds::one(&known.kind) } else { known.label };
        view! {
            <li>
                <a class="home__kind" href=address.run(known.kind.clone())>
                    <Icon name=icon kind=known.kind.clone()/>
                    <b class="num">{numbers::count(known.count)}</b>
                    <span>{label}</span>
                </a>
            </li>
        }
    };
    view! { <ul class="home__kinds">{counts.into_iter().map(line).collect_view()}</ul> }
}

#[component]
fn OwnedTable(
    /// What to list.
    entities: Vec<Entity>,
    /// What is the matter with some of them.
    known: Memo<KnownIssues>,
) -> impl IntoView {
    let line = move |entity: Entity| {
        let entity_ref: EntityRef = entity.entity_ref();
        let key = entity_ref.to_string();
        let entity_type = entity.spec_text("type").map(str::to_owned);
        let of_kind = kinds::one(&entity.kind);
        let type_text = entity_type.as_deref().map_or(of_kind, words::label);
        let stage = entity.spec_text("lifecycle").map(str::to_owned);
        let title = Some(entity.display_name().to_owned());
        let health = move || {
            known.with(|known| {
                let own = known.issues(&key)?;
                let badge = |issue: &Issue| {
                    let tone = issue_tone(*issue).map_or("idle", Tone::value);
                    let more = own.len() - 1;
                    let words = if more > 0 {
                        format!("{} +{more}", issue_label(*issue))
                    } else {
                        issue_label(*issue).to_owned()
                    };
                    view! { <span class="status" data-tone=tone title=all_labels(own)>{words}</span> }.into_any()
                };
                let complete = || view! { <span class="status" data-tone="ok">"Complete"</span> }.into_any();
                Some(own.first().map_or_else(complete, badge))
            })
        };
        view! {
            <tr>
                <td class="name"><KnownLink entity_ref title entity_type/></td>
                <td class="muted home__wide">{type_text}</td>
                <td class="home__wide">{stage.map(|stage| view! { <Badge text=words::label(&stage) tone=stage_tone(&stage)/> })}</td>
                <td>{health}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap">
            <table class="table home__owned" aria-label="Owned entities">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="home__wide">"Type"</th>
                        <th scope="col" class="home__wide">"Lifecycle"</th>
                        <th scope="col">"Descriptor"</th>
                    </tr>
                </thead>
                <tbody>{entities.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn all_labels(issues: &[Issue]) -> String {
    issues.iter().map(|&issue| issue_label(issue)).collect::<Vec<_>>().join(", ")
}

/// The common case has no colour.
fn stage_tone(stage: &str) -> Option<Tone> {
    match stage.to_lowercase().as_str() {
        "deprecated" => Some(Tone::Warn),
        "experimental" => Some(Tone::Info),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::api::overview::{Attention, AttentionItem, OwnerOverview};

    use super::*;

    fn found() -> CatalogOverview {
        let value = |value: &str, count| FacetValue { value: value.to_owned(), count };
        let owner = |owner: &str, kinds| OwnerOverview { owner: owner.to_owned(), title: None, kinds };
        let owners = vec![
            owner("user:default/ann", vec![value("API", 1)]),
            owner("group:default/a", vec![value("API", 2), value("Component", 3)]),
            owner("group:ops/b", vec![value("Component", 4)]),
        ];
        CatalogOverview { owners, ..CatalogOverview::default() }
    }

    #[test]
    fn groups_are_added_up_and_people_stand_apart() {
        let groups = Owned::of(&found(), OwnedScope::Groups);
        let counts: Vec<_> = groups.kinds.iter().map(|kind| (kind.kind.as_str(), kind.count)).collect();
        assert_eq!((counts, groups.total()), (vec![("component", 7), ("api", 2)], 9));
        assert_eq!(groups.address("api"), "/catalog?kind=api&owner=a,ops%2Fb");
        assert_eq!(
            Owned::of(&found(), OwnedScope::Mine).address(ALL_KINDS),
            "/catalog?kind=all&owner=user:default%2Fann"
        );
    }

    #[test]
    fn only_a_list_of_all_issues_tells_who_has_none() {
        let known = |total_items| {
            let item = AttentionItem {
                entity_ref: Some("api:default/a".to_owned()),
                issues: vec![Issue::NoDocs],
                ..AttentionItem::default()
            };
            let attention = Attention { total_items, counts: Vec::new(), items: vec![item] };
            KnownIssues::of(&CatalogOverview { attention, ..CatalogOverview::default() })
        };
        assert_eq!(known(1).issues("api:default/a"), Some(&[Issue::NoDocs][..]));
        assert_eq!(known(1).issues("api:default/b"), Some(&[][..]));
        assert_eq!(known(2).issues("api:default/b"), None);
    }

    #[test]
    fn of_many_only_the_leading_kind_is_read() {
        let filter = |count| {
            let kinds = [("component".to_owned(), count), ("api".to_owned(), 1)];
            entities_query(&["group:default/a".to_owned()], &kinds).swap_remove(0).1
        };
        assert_eq!(filter(10), "relations.ownedBy=group:default/a");
        assert_eq!(filter(1_000), "relations.ownedBy=group:default/a,kind=component");
    }

    #[test]
    fn components_come_before_everything_else() {
        let entity = |kind: &str, name: &str| -> Entity {
            serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": name}})).unwrap()
        };
        let found = first_entities(vec![entity("API", "a"), entity("Component", "b"), entity("Component", "c")]);
        assert_eq!(found.iter().map(|entity| entity.metadata.name.as_str()).collect::<Vec<_>>(), ["b", "c", "a"]);
    }
}
