//! Where a location points, how reading went, and what it brought into the catalog.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::{Value, json};
use shared::api::catalog::EntitiesQuery;
use shared::api::explain::{EntityExplanation, ExplainedTarget, LocationOutcome};
use shared::entity::{Entity, EntityRef};

use super::links;
use super::neighbours::RefTable;
use crate::api::ApiClient;
use crate::extensions::EntityContext;
use crate::ui::effect::effect;
use crate::ui::icon::IconName;
use crate::ui::load::Load;
use crate::ui::numbers;
use crate::ui::order::Order as _;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Where an entity was read from, as a field of the API.
const MANAGED_BY: &str = "metadata.annotations.backstage.io/managed-by-location";
/// Entities that are listed.
const MAX_ENTITIES: usize = 500;

/// Whether an entity is a location.
pub fn applies(entity: &Entity) -> bool {
    entity.kind.eq_ignore_ascii_case("location")
}

/// The condition that what comes from one of these places meets. A pattern stands for all that begins as it does.
fn condition(targets: &[ExplainedTarget]) -> Value {
    let (patterns, exact): (Vec<&str>, Vec<&str>) =
        targets.iter().map(|target| target.location.as_str()).partition(|location| location.contains('*'));
    let mut any = vec![json!({MANAGED_BY: {"$in": exact}})];
    for pattern in patterns {
        let prefix = pattern.split('*').next().unwrap_or_default();
        any.push(json!({MANAGED_BY: {"$hasPrefix": prefix}}));
    }
    json!({"$any": any})
}

/// What is shown: the targets, and what came from them.
#[derive(Clone, Debug, PartialEq)]
struct Brought {
    targets: Vec<ExplainedTarget>,
    entities: Vec<EntityRef>,
    n_entities: usize,
    /// By the place they come from.
    counts: BTreeMap<String, usize>,
}

async fn read(client: ApiClient, entity_ref: EntityRef) -> Result<Brought, crate::api::ClientError> {
    let EntityExplanation { targets, .. } = client.entity_explain(&entity_ref).await?;
    if targets.is_empty() {
        return Ok(Brought { targets, entities: Vec::new(), n_entities: 0, counts: BTreeMap::new() });
    }
    let fields = ["apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.annotations"];
    let query = EntitiesQuery {
        query: Some(condition(&targets)),
        fields: Some(fields.map(str::to_owned).to_vec()),
        limit: Some(MAX_ENTITIES),
        ..EntitiesQuery::default()
    };
    let page = client.entities_by_predicate(&query).await?;
    let mut counts = BTreeMap::new();
    for entity in &page.items {
        if let Some(location) = entity.metadata.annotations.get("backstage.io/managed-by-location") {
            *counts.entry(location.clone()).or_default() += 1;
        }
    }
    let mut entities: Vec<EntityRef> = page.items.iter().map(Entity::entity_ref).collect();
    entities.order_by_key(|entity_ref| (entity_ref.kind.clone(), entity_ref.name.clone()));
    Ok(Brought { targets, entities, n_entities: page.total_items, counts })
}

/// How many entities came from a place.
fn n_from(brought: &Brought, location: &str) -> usize {
    match location.split_once('*') {
        None => brought.counts.get(location).copied().unwrap_or_default(),
        Some((prefix, _)) => {
            brought.counts.iter().filter(|(place, _)| place.starts_with(prefix)).map(|(_, count)| count).sum()
        }
    }
}

/// What a location points to and what came from there.
#[component]
pub fn BroughtBody(
    /// The location.
    context: EntityContext,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let brought: Load<Brought> = Load::new();
    let load = move || {
        let entity_ref = context.entity_ref();
        brought.run(async move { read(client, entity_ref).await });
    };
    effect(move || {
        context.entity.track();
        load();
    });
    let retry = Callback::new(move |()| load());
    move || {
        brought.value.with(|value| match value {
            None => {
                view! { <div class="card-body"><SkeletonRows rows=3 label="Loading the targets"/></div> }.into_any()
            }
            Some(Err(error)) => {
                view! { <ErrorPanel title="The targets did not load" error=error.clone() on_retry=retry/> }.into_any()
            }
            Some(Ok(brought)) if brought.targets.is_empty() => {
                let text = "It names no target that is read. Add one under spec.targets in its descriptor.";
                view! { <Empty icon=IconName::KindLocation title="No targets" text/> }.into_any()
            }
            Some(Ok(brought)) => brought_view(brought),
        })
    }
}

fn brought_view(brought: &Brought) -> AnyView {
    let target = |target: &ExplainedTarget| {
        let place = links::source(&target.location);
        let n_entities = n_from(brought, &target.location);
        let (tone, words) = match target.outcome {
            _ if target.n_errors > 0 => ("bad", numbers::counted(target.n_errors, "problem", "problems")),
            LocationOutcome::Good => ("ok", "Read".to_owned()),
            LocationOutcome::Broken => ("bad", "Partly wrong".to_owned()),
            LocationOutcome::Failed => ("bad", "Failed".to_owned()),
            LocationOutcome::Unread => ("idle", "Not read yet".to_owned()),
            LocationOutcome::Absent => ("idle", "Not there".to_owned()),
        };
        view! {
            <li class="list-row">
                <span class="mono small-text wrap-any grow">
                    {match place.href {
                        Some(href) => view! { <a href=href rel="noopener noreferrer">{place.text}</a> }.into_any(),
                        None => place.text.into_any(),
                    }}
                </span>
                <span class="meta">
                    <span class="num">{numbers::counted(n_entities, "entity", "entities")}</span>
                    <span class="status" data-tone=tone>{words}</span>
                </span>
            </li>
        }
    };
    let n_hidden = brought.n_entities - brought.entities.len().min(brought.n_entities);
    let refs = Signal::stored(brought.entities.clone());
    let has_entities = !brought.entities.is_empty();
    view! {
        <div class="card-body flush">
            <ul class="list">{brought.targets.iter().map(target).collect_view()}</ul>
        </div>
        {has_entities
            .then(|| {
                view! {
                    <div class="location-brought">
                        <h3>{format!("Brought in: {}", numbers::counted(brought.n_entities, "entity", "entities"))}</h3>
                    </div>
                    <RefTable label="What it brought in" refs/>
                }
            })}
        {(n_hidden > 0).then(|| view! { <p class="card-foot text-13 muted">{format!("{} more are not listed.", numbers::count(n_hidden))}</p> })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(location: &str) -> ExplainedTarget {
        ExplainedTarget {
            location: location.to_owned(),
            location_id: String::new(),
            outcome: LocationOutcome::Good,
            n_errors: 0,
        }
    }

    #[test]
    fn a_pattern_stands_for_what_begins_as_it_does() {
        let targets = [target("file:/a/x.yaml"), target("file:/a/*/y.yaml")];
        let expected =
            json!({"$any": [{MANAGED_BY: {"$in": ["file:/a/x.yaml"]}}, {MANAGED_BY: {"$hasPrefix": "file:/a/"}}]});
        assert_eq!(condition(&targets), expected);
        let counts = BTreeMap::from([("file:/a/x.yaml".to_owned(), 2), ("file:/b".to_owned(), 1)]);
        let brought = Brought { targets: targets.to_vec(), entities: Vec::new(), n_entities: 3, counts };
        assert_eq!((n_from(&brought, "file:/a/x.yaml"), n_from(&brought, "file:/a/*/y.yaml")), (2, 2));
    }
}
