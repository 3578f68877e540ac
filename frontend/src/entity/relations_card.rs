//! The relations of an entity, as links.

use leptos::prelude::*;

use super::relations::RelationGroup;
use crate::ui::each::Each;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// Links that a group shows before it is opened.
const N_SHOWN: usize = 8;

/// All relations, grouped.
#[component]
pub fn RelationsBody(
    /// The relations by type.
    groups: Signal<Vec<RelationGroup>>,
) -> impl IntoView {
    view! {
        <div class="card-body relations">
            <Each each=move || groups.get() key=|group| (group.relation_type.clone(), group.targets.clone()) let:group>
                <Group group/>
            </Each>
            {move || {
                groups
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="muted text-13">"Nothing in the catalog refers to it, and it refers to nothing."</p> })
            }}
        </div>
    }
}

#[component]
fn Group(
    /// The type and its targets.
    group: RelationGroup,
) -> impl IntoView {
    let RelationGroup { heading, targets, .. } = group;
    let n_targets = targets.len();
    let is_open = RwSignal::new(false);
    let shown = move || if is_open.get() { n_targets } else { n_targets.min(N_SHOWN) };
    let targets = StoredValue::new(targets);
    view! {
        <div class="relations__group">
            <h3>
                {heading}
                {(n_targets > 1).then(|| view! { <span class="badge count">{numbers::count(n_targets)}</span> })}
            </h3>
            <ul class="relations__list">
                <Each each=move || targets.with_value(|targets| targets[..shown()].to_vec()) key=Clone::clone let:entity_ref>
                    <li>
                        <EntityLink entity_ref/>
                    </li>
                </Each>
            </ul>
            {(n_targets > N_SHOWN)
                .then(|| {
                    view! {
                        <button
                            class="button small quiet"
                            type="button"
                            aria-expanded=move || is_open.get().to_string()
                            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                        >
                            {move || {
                                if is_open.get() { "Show fewer".to_owned() } else { format!("Show all {}", numbers::count(n_targets)) }
                            }}
                            <Icon name=IconName::ChevronDown class="caret"/>
                        </button>
                    }
                })}
        </div>
    }
}
