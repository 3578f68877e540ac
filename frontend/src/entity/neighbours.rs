//! Tables of the entities that an entity is related to, one for each type of relation.

use std::sync::Arc;

use leptos::prelude::*;
use shared::entity::{Entity, EntityRef};

use super::relations::{RelationGroup, grouped};
use super::spec_refs::owner;
use crate::catalog::cells::lifecycle_tone;
use crate::catalog::kinds;
use crate::extensions::EntityContext;
use crate::paths;
use crate::state::references::{Known, use_reference};
use crate::ui::badge::Badge;
use crate::ui::each::Each;
use crate::ui::entity_link::{EntityLink, short_name};
use crate::ui::icon::IconName;
use crate::ui::order::Order as _;
use crate::ui::states::Empty;
use crate::ui::{numbers, words};

/// Relations that say what a change may touch.
pub const DEPENDENCIES: &[&str] = &["dependsOn", "dependencyOf", "partOf", "hasPart", "apiProvidedBy", "apiConsumedBy"];
/// Relations to APIs.
pub const RELATED_TO_APIS: &[&str] = &["providesApi", "consumesApi"];

/// Rows that a table shows before it is opened.
const N_SHOWN: usize = 50;

/// The groups of some types that an entity has, in the order of `types`.
pub fn groups_of(entity: &Entity, types: &[&str]) -> Vec<RelationGroup> {
    let rank = |group: &RelationGroup| types.iter().position(|known| *known == group.relation_type);
    let mut groups: Vec<_> = grouped(entity).into_iter().filter(|group| rank(group).is_some()).collect();
    groups.order_by_key(rank);
    groups
}

/// The tables, or a word that there is nothing.
#[component]
pub fn Neighbours(
    /// The entity.
    context: EntityContext,
    /// Which relations.
    types: &'static [&'static str],
    /// What to say where there is none.
    empty_title: &'static str,
    /// What to do then.
    empty_text: &'static str,
) -> impl IntoView {
    let groups = Memo::new(move |_| context.entity.with(|entity| groups_of(entity, types)));
    view! {
        <div class="stack">
            <Each each=move || groups.get() key=|group| (group.relation_type.clone(), group.targets.clone()) let:group>
                <GroupCard group/>
            </Each>
            {move || {
                groups
                    .with(Vec::is_empty)
                    .then(|| view! { <Empty icon=IconName::KindComponent title=empty_title text=empty_text/> })
            }}
        </div>
    }
}

#[component]
fn GroupCard(
    /// The relation and its targets.
    group: RelationGroup,
) -> impl IntoView {
    let RelationGroup { relation_type, heading, targets } = group;
    let n_targets = targets.len();
    let id = format!("neighbours-{relation_type}");
    let heading_id = id.clone();
    view! {
        <section class="card" aria-labelledby=id>
            <div class="card-head">
                <h3 id=heading_id>
                    {heading.clone()}
                    <span class="badge count">{numbers::count(n_targets)}</span>
                </h3>
            </div>
            <RefTable label=heading refs=Signal::stored(targets)/>
        </section>
    }
}

/// Columns that are left out where no row has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    has_type: bool,
    has_owner: bool,
    has_stage: bool,
}

impl Columns {
    /// The columns of a row. One that is not known yet may have everything.
    fn of(entity_ref: &EntityRef, known: &Known) -> Self {
        if *known == Known::Asked {
            return Self { has_type: true, has_owner: true, has_stage: true };
        }
        let facts = row_facts(entity_ref, known.entity());
        Self {
            has_type: facts.type_words.is_some(),
            has_owner: facts.owner.is_some(),
            has_stage: facts.stage.is_some(),
        }
    }

    /// The columns of these rows and others.
    fn and(self, other: Self) -> Self {
        Self {
            has_type: self.has_type || other.has_type,
            has_owner: self.has_owner || other.has_owner,
            has_stage: self.has_stage || other.has_stage,
        }
    }

    /// The names of those that are left out, as the styles know them.
    fn left_out(self) -> String {
        let all = [("type", self.has_type), ("owner", self.has_owner), ("lifecycle", self.has_stage)];
        let left_out = all.into_iter().filter(|(_, has_value)| !has_value).map(|(name, _)| name);
        left_out.collect::<Vec<_>>().join(" ")
    }
}

/// A table of entities, as the body of a card.
#[component]
pub fn RefTable(
    /// What it lists.
    #[prop(into)]
    label: String,
    /// The entities.
    refs: Signal<Vec<EntityRef>>,
    /// Leaves the column with the kind out, where all are of one.
    #[prop(optional)]
    without_kind: bool,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let n_refs = Memo::new(move |_| refs.with(Vec::len));
    let shown = move || {
        let n_shown = if is_open.get() { usize::MAX } else { N_SHOWN };
        refs.with(|refs| refs.iter().take(n_shown).cloned().collect::<Vec<_>>())
    };
    // The rows ask for the same references, so that nothing is read twice.
    let columns = Memo::new(move |_| {
        let of_row = |entity_ref: &EntityRef| use_reference(entity_ref).with(|known| Columns::of(entity_ref, known));
        shown().iter().map(of_row).reduce(Columns::and)
    });
    let left_out = move || columns.get().map(Columns::left_out).filter(|left_out| !left_out.is_empty());
    let type_class = if without_kind { "col-type" } else { "col-kind" };
    view! {
        <div class="card-body flush">
            <div class="table-wrap">
                <table class="table stackable neighbours" aria-label=label data-left-out=left_out>
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col" class=type_class>{if without_kind { "Type" } else { "Kind" }}</th>
                            <th scope="col" class="col-owner">"Owner"</th>
                            <th scope="col" class="col-lifecycle">"Lifecycle"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <Each each=shown key=Clone::clone let:entity_ref>
                            <NeighbourRow entity_ref without_kind/>
                        </Each>
                    </tbody>
                </table>
            </div>
        </div>
        {move || {
            (n_refs.get() > N_SHOWN && !is_open.get())
                .then(|| {
                    view! {
                        <div class="card-foot">
                            <button class="button small quiet" type="button" on:click=move |_| is_open.set(true)>
                                {format!("Show all {}", numbers::count(n_refs.get()))}
                            </button>
                        </div>
                    }
                })
        }}
    }
}

/// What a row says of the entity, once it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RowFacts {
    kind: String,
    type_words: Option<String>,
    remark: String,
    owner: Option<EntityRef>,
    stage: Option<String>,
}

fn row_facts(entity_ref: &EntityRef, known: Option<&Arc<Entity>>) -> RowFacts {
    let Some(entity) = known else {
        return RowFacts { kind: kinds::one(&entity_ref.kind), ..RowFacts::default() };
    };
    RowFacts {
        kind: kinds::one(&entity.kind),
        type_words: entity.spec_text("type").map(words::label).filter(|words| !words.is_empty()),
        remark: entity.metadata.description.clone().unwrap_or_default(),
        owner: owner(entity),
        stage: entity.spec_text("lifecycle").map(str::to_owned),
    }
}

#[component]
fn NeighbourRow(
    /// What it is.
    entity_ref: EntityRef,
    /// Shows the type alone, where all rows are of one kind.
    without_kind: bool,
) -> impl IntoView {
    let known = use_reference(&entity_ref);
    let facts = {
        let entity_ref = entity_ref.clone();
        Memo::new(move |_| known.with(|known: &Known| row_facts(&entity_ref, known.entity())))
    };
    let owner = move || {
        facts.get().owner.map(|owner| {
            view! {
                <a class="entity-ref plain" href=paths::entity(&owner) data-ref=owner.to_string()>
                    <span>{short_name(&owner)}</span>
                </a>
            }
        })
    };
    let kind = move || {
        let RowFacts { kind, type_words, .. } = facts.get();
        match type_words {
            Some(type_words) if without_kind => type_words,
            Some(type_words) => format!("{kind} · {type_words}"),
            None if without_kind => String::new(),
            None => kind,
        }
    };
    let stage =
        move || facts.get().stage.map(|stage| view! { <Badge tone=lifecycle_tone(&stage) text=words::label(&stage)/> });
    view! {
        <tr>
            <td class="name">
                <EntityLink entity_ref/>
                <span class="sub">{move || facts.get().remark}</span>
            </td>
            <td class=if without_kind { "col-type" } else { "col-kind" }>{kind}</td>
            <td class="col-owner">{owner}</td>
            <td class="col-lifecycle">{stage}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(value: serde_json::Value) -> Entity {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn groups_come_in_the_order_of_the_table() {
        let relation = |kind: &str, target: &str| json!({"type": kind, "targetRef": target});
        let entity = entity(json!({"apiVersion": "v", "kind": "Component", "metadata": {"name": "a"}, "relations": [
            relation("partOf", "system:default/s"), relation("dependsOn", "resource:default/b"),
            relation("ownedBy", "group:default/t"), relation("providesApi", "api:default/x")]}));
        let types: Vec<_> = groups_of(&entity, DEPENDENCIES).into_iter().map(|group| group.relation_type).collect();
        assert_eq!(types, ["dependsOn", "partOf"]);
        assert_eq!(groups_of(&entity, RELATED_TO_APIS).len(), 1);
    }

    #[test]
    fn a_row_says_what_is_known() {
        let entity_ref = EntityRef::new("api", "default", "a");
        assert_eq!(row_facts(&entity_ref, None).kind, "API");
        let found = Arc::new(entity(json!({"apiVersion": "v", "kind": "API", "metadata": {"name": "a"},
            "spec": {"type": "openapi", "owner": "team", "lifecycle": "production"}})));
        let facts = row_facts(&entity_ref, Some(&found));
        assert_eq!((facts.kind.as_str(), facts.type_words.as_deref()), ("API", Some("OpenAPI")));
        assert_eq!(facts.stage.as_deref(), Some("production"));
        assert_eq!(facts.owner.unwrap().to_string(), "group:default/team");
    }

    #[test]
    fn a_column_without_a_value_is_left_out_once_all_rows_are_known() {
        let entity_ref = EntityRef::new("system", "default", "a");
        let system = |spec: serde_json::Value| {
            let document = json!({"apiVersion": "v", "kind": "System", "metadata": {"name": "a"}, "spec": spec});
            Known::Found(Arc::new(entity(document)))
        };
        let left_out = |rows: &[Known]| {
            rows.iter().map(|known| Columns::of(&entity_ref, known)).reduce(Columns::and).unwrap().left_out()
        };
        let (owned, typed) = (system(json!({"owner": "team"})), system(json!({"type": "product"})));
        assert_eq!(left_out(&[owned.clone(), Known::Missing]), "type lifecycle");
        assert_eq!(left_out(&[owned.clone(), typed]), "lifecycle");
        assert_eq!(left_out(&[owned, Known::Asked]), "");
    }
}
