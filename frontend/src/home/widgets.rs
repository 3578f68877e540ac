//! Cards that show what this person chose and looked at, and the catalog at a glance.

use leptos::prelude::*;
use shared::entity::EntityRef;

use super::home_data::HomeData;
use super::owned::KindCounts;
use crate::catalog::kinds;
use crate::catalog::view::CatalogView;
use crate::paths;
use crate::state::recent::{RecentEntity, Recents};
use crate::state::references::use_reference;
use crate::state::stars::Stars;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::Icon;
use crate::ui::states::{ErrorPanel, SkeletonRows};
use crate::ui::time::Ago;
use crate::ui::words;

use super::known_link::KnownLink;
use crate::ui::each::Each;

/// Starred entities of the card; the others are a link away.
const MAX_STARRED: usize = 12;
/// Lines of the card of what was looked at.
const MAX_RECENT: usize = 6;

/// The starred entities, as tiles.
#[component]
pub fn StarredWidget() -> impl IntoView {
    let stars = Stars::of_page();
    let (refs, is_known, error) = (stars.refs(), stars.is_known(), stars.error());
    let retry = Callback::new(move |()| stars.retry());
    let shown = Memo::new(move |_| refs.with(|refs| refs.iter().rev().take(MAX_STARRED).cloned().collect::<Vec<_>>()));
    let is_empty = Memo::new(move |_| shown.with(Vec::is_empty));
    move || {
        if !is_empty.get() {
            view! {
                <ul class="home__tiles card-body">
                    <Each each=move || shown.get() key=Clone::clone let:entity_ref>
                        <StarredTile entity_ref/>
                    </Each>
                </ul>
            }
            .into_any()
        } else if is_known.get() {
            let text =
                "Star what you come back to: the star is beside every name. It shows up here and in the sidebar.";
            view! { <p class="home__empty muted text-13">{text}</p> }.into_any()
        } else if let Some(error) = error.get() {
            view! { <ErrorPanel title="Your stars did not load" error on_retry=retry/> }.into_any()
        } else {
            view! { <div class="card-body flush"><SkeletonRows rows=3 label="Loading your stars"/></div> }.into_any()
        }
    }
}

#[component]
fn StarredTile(
    /// Which entity.
    entity_ref: EntityRef,
) -> impl IntoView {
    let known = use_reference(&entity_ref);
    let kind = entity_ref.kind.clone();
    let icon = {
        let kind = kind.clone();
        Memo::new(move |_| {
            known.with(|known| entity_icon(&kind, known.entity().and_then(|entity| entity.spec_text("type"))))
        })
    };
    let name = short_name(&entity_ref);
    let title = move || {
        known.with(|known| known.entity().map_or_else(|| name.clone(), |entity| entity.display_name().to_owned()))
    };
    let of_kind = kinds::one(&kind);
    let remark = move || {
        known.with(|known| {
            let entity = known.entity();
            let entity_type = entity.and_then(|entity| entity.spec_text("type")).map(words::label);
            let owner = entity.and_then(|entity| crate::entity::owner(entity)).map(|owner| short_name(&owner));
            let what = entity_type.unwrap_or_else(|| of_kind.clone());
            owner.map_or_else(|| what.clone(), |owner| format!("{what}, {owner}"))
        })
    };
    view! {
        <li class="home__tile">
            <span class="kind-tile small" data-kind=kind>
                {move || view! { <Icon name=icon.get()/> }}
            </span>
            <div class="grow">
                <a class="title" href=paths::entity(&entity_ref) data-ref=entity_ref.to_string()>{title}</a>
                <div class="sub">{remark}</div>
            </div>
        </li>
    }
}

/// The entities that were looked at last.
#[component]
pub fn RecentWidget() -> impl IntoView {
    let entries = Recents::of_page().entries();
    let shown =
        Memo::new(move |_| entries.with(|entries| entries.iter().take(MAX_RECENT).cloned().collect::<Vec<_>>()));
    let data = HomeData::of_page();
    let line = move |entry: RecentEntity| {
        let RecentEntity { entity_ref, title, entity_type, seen_at_ms } = entry;
        #[expect(clippy::cast_precision_loss, reason = "times of this age have room")]
        let seen_at_ms = seen_at_ms.map(|at_ms| at_ms as f64);
        view! {
            <li class="list-row">
                <KnownLink entity_ref title=Some(title) entity_type/>
                <span class="meta">{seen_at_ms.map(|at_ms| view! { <Ago at_ms now_ms=data.now_ms/> })}</span>
            </li>
        }
    };
    move || {
        if shown.with(Vec::is_empty) {
            view! { <p class="home__empty muted text-13">"What you open shows up here, the newest first."</p> }
                .into_any()
        } else {
            let lines = shown.get().into_iter().map(line).collect_view();
            view! { <div class="card-body flush"><ul class="list">{lines}</ul></div> }.into_any()
        }
    }
}

/// The catalog at a glance, for those whom nothing belongs to: how much of each kind, and how owning would show.
#[component]
pub fn GlanceWidget() -> impl IntoView {
    let data = HomeData::of_page();
    let retry = Callback::new(move |()| data.load_overview());
    let address = Callback::new(|kind: String| CatalogView::parse("").with_kind(&kind).address());
    move || {
        data.overview.value.with(|overview| match overview {
            None => view! { <div class="card-body flush"><SkeletonRows rows=3 label="Counting the catalog"/></div> }.into_any(),
            Some(Err(error)) => {
                view! { <ErrorPanel title="The catalog was not counted" error=error.clone() on_retry=retry/> }.into_any()
            }
            Some(Ok(overview)) => {
                let counts = kinds::in_order(&overview.found.kinds);
                let hint = if counts.is_empty() {
                    "The catalog is empty. Name a location in the configuration, and what it describes is listed here."
                } else {
                    "You are in no group of the catalog, so nothing here is yours. Once your user is a member of a group, \
                     what the group owns and what of it needs attention is listed instead."
                };
                view! {
                    <KindCounts counts address/>
                    <p class="home__hint subtle small-text">{hint}</p>
                }
                .into_any()
            }
        })
    }
}
