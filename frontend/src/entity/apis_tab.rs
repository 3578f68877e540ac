//! The APIs that a component provides and consumes, or that a system holds.

use leptos::prelude::*;
use shared::entity::Entity;

use super::neighbours::{Neighbours, RELATED_TO_APIS, groups_of};
use super::parts::{self, PartsTable};
use crate::extensions::EntityContext;
use crate::ui::icon::IconName;
use crate::ui::states::Empty;

/// How many APIs an entity provides, consumes or holds.
pub fn count(entity: &Entity) -> usize {
    let related: usize = groups_of(entity, RELATED_TO_APIS).iter().map(|group| group.targets.len()).sum();
    related + if is_system(entity) { parts::of_kind(entity, "hasPart", "api").len() } else { 0 }
}

fn is_system(entity: &Entity) -> bool {
    entity.kind.eq_ignore_ascii_case("system")
}

/// The APIs, provided ones first.
#[component]
pub fn ApisTab(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let is_system = Memo::new(move |_| context.entity.with(|entity| is_system(entity)));
    let n_apis = Memo::new(move |_| context.entity.with(|entity| count(entity)));
    view! {
        <h2 class="visually-hidden">"APIs"</h2>
        {move || {
            if !is_system.get() {
                return view! {
                    <Neighbours
                        context
                        types=RELATED_TO_APIS
                        empty_title="No APIs yet"
                        empty_text="List the names of APIs under providesApis and consumesApis in the descriptor; they show up here."
                    />
                }
                    .into_any();
            }
            if n_apis.get() == 0 {
                return view! {
                    <Empty
                        icon=IconName::KindApi
                        title="No APIs yet"
                        text="APIs whose descriptors name this system show up here."
                    />
                }
                    .into_any();
            }
            view! {
                <section class="card" aria-labelledby="system-apis">
                    <div class="card-head">
                        <h3 id="system-apis">"APIs of this system"</h3>
                    </div>
                    <PartsTable context label="APIs of this system" relation="hasPart" kind="api"/>
                </section>
            }
                .into_any()
        }}
    }
}
