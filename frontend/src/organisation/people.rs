//! The list of people: windowed, read as it is scrolled.

use std::time::Duration;

use leptos::html::Div;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use shared::api::catalog::{EntitiesQuery, EntitiesQueryText, OrderMissing};
use shared::entity::{Entity, EntityRef};
use shared::filter::{OrderField, SortOrder};

use crate::api::{ApiClient, ClientError};
use crate::catalog::rows::{CHUNK_ROWS, ChunkRequest, RowCache};
use crate::catalog::window::{Viewport, height_px};
use crate::paths;
use crate::state::changes::use_catalog_changes;
use crate::state::session::initials;
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::entity_link::short_name;
use crate::ui::numbers;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// The height of a line; the same number stands in the styles.
const ROW_PX: f64 = 56.0;
/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(500);
/// What a line shows.
const FIELDS: [&str; 8] = [
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.title",
    "metadata.description",
    "spec.profile",
    "spec.memberOf",
];
/// Fields that a text is looked for in.
const TEXT_FIELDS: [&str; 4] = ["metadata.name", "metadata.title", "spec.profile.displayName", "spec.profile.email"];

/// Which people are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Members of these groups; everyone where it is `None`.
    pub groups: Option<Vec<String>>,
    /// A text in their names or addresses.
    pub text: String,
}

impl Wanted {
    fn query(&self, request: ChunkRequest) -> EntitiesQuery {
        let mut all: Vec<Value> = vec![json!({"kind": "user"})];
        if let Some(groups) = &self.groups {
            all.push(json!({"relations.memberOf": {"$in": groups}}));
        }
        let term = self.text.trim().to_owned();
        let fields = |fields: &[&str]| fields.iter().map(|&field| field.to_owned()).collect::<Vec<_>>();
        EntitiesQuery {
            query: Some(json!({"$all": all})),
            fields: Some(fields(&FIELDS)),
            limit: Some(CHUNK_ROWS),
            offset: Some(request.offset()),
            order_by: vec![OrderField { field: "spec.profile.displayName".to_owned(), order: SortOrder::Asc }],
            order_missing: Some(OrderMissing::Last),
            full_text_filter: (!term.is_empty()).then(|| EntitiesQueryText { term, fields: fields(&TEXT_FIELDS) }),
            ..EntitiesQuery::default()
        }
    }
}

/// The people, with their groups.
#[component]
pub fn People(
    /// Which people.
    #[prop(into)]
    wanted: Signal<Wanted>,
    /// Told how many there are.
    n_people: RwSignal<Option<usize>>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let rows = RwSignal::new(RowCache::default());
    let error = RwSignal::new(None::<ClientError>);
    let viewport = RwSignal::new(Viewport { offset_px: 0.0, height_px: 640.0, row_px: ROW_PX });
    let scroller = NodeRef::<Div>::new();
    let ensure = move || {
        let n_rows = rows.with_untracked(RowCache::n_rows).unwrap_or(0);
        let range = viewport.get_untracked().rendered_rows(n_rows);
        let requests = rows.try_update(|rows| rows.request(&range)).unwrap_or_default();
        let wanted = wanted.get_untracked();
        for request in requests {
            let query = wanted.query(request);
            spawn_local(async move {
                let outcome = client.entities_by_predicate(&query).await;
                if rows.is_disposed() {
                    return;
                }
                match outcome {
                    Ok(page) => {
                        rows.update(|rows| rows.insert(request, page.items, page.total_items));
                        error.set(None);
                    }
                    Err(failure) => {
                        rows.update(|rows| rows.abandon(request));
                        error.set(Some(failure));
                    }
                }
            });
        }
    };
    effect(move || {
        wanted.track();
        rows.update(RowCache::start_view);
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(0);
        }
        ensure();
    });
    let n_rows = Memo::new(move |_| rows.with(RowCache::n_rows));
    let range = Memo::new(move |_| viewport.get().rendered_rows(n_rows.get().unwrap_or(0)));
    effect(move || n_people.set(n_rows.get()));
    effect(move || {
        range.track();
        ensure();
    });
    let measure = move || {
        let Some(scroller) = scroller.get_untracked() else { return };
        let new = Viewport {
            offset_px: f64::from(scroller.scroll_top()),
            height_px: f64::from(scroller.client_height()).max(200.0),
            row_px: ROW_PX,
        };
        if viewport.get_untracked() != new {
            viewport.set(new);
        }
    };
    effect(move || {
        if scroller.get().is_some() {
            request_animation_frame(measure);
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !rows.is_disposed() {
            rows.update(RowCache::outdate);
            ensure();
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |change| {
        let concerns_people = |entity_ref: &String| entity_ref.starts_with("user:") || entity_ref.starts_with("group:");
        if change.is_reset || change.entity_refs.iter().any(concerns_people) {
            (read_again.borrow_mut())();
        }
    });
    let retry = Callback::new(move |()| {
        error.set(None);
        ensure();
    });
    let face = Memo::new(move |_| (n_rows.get(), error.get()));
    let line = move |index: usize| {
        let entity = move || rows.with(|rows| rows.row(index));
        view! {
            <li
                class="people__row"
                style:top=format!("{}px", height_px(index, ROW_PX))
                aria-setsize=move || n_rows.get().unwrap_or(0).to_string()
                aria-posinset=(index + 1).to_string()
            >
                {move || entity().map(|entity| person_view(&entity))}
            </li>
        }
    };
    move || {
        match face.get() {
        (None, Some(error)) => view! { <ErrorPanel title="The people did not load" error on_retry=retry/> }.into_any(),
        (None, None) => view! { <SkeletonRows rows=8 label="Loading people"/> }.into_any(),
        (Some(0), _) => {
            let has_text = wanted.with(|wanted| !wanted.text.trim().is_empty());
            let text = if has_text { "Nobody here has a name or an address like it." } else { "Nobody is a member yet." };
            view! { <p class="muted text-13 people__none">{text}</p> }.into_any()
        }
        (Some(n_rows), _) => view! {
            <div class="people" node_ref=scroller tabindex="0" role="region" aria-label="People" on:scroll=move |_| measure()>
                <ul style:height=format!("{}px", height_px(n_rows, ROW_PX))>
                    <Each each=move || range.get() key=|index| *index let:index>
                        {line(index)}
                    </Each>
                </ul>
            </div>
        }
        .into_any(),
    }
    }
}

fn person_view(entity: &Entity) -> impl IntoView + use<> {
    let entity_ref = entity.entity_ref();
    let name = entity.display_name().to_owned();
    let profile =
        |field: &str| entity.spec.get("profile").and_then(|profile| profile.get(field)?.as_str().map(str::to_owned));
    let about = entity.metadata.description.clone().or_else(|| profile("email")).unwrap_or_default();
    let groups: Vec<EntityRef> = entity
        .spec
        .get("memberOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|group| EntityRef::parse(group.as_str()?, Some("group"), entity.namespace()).ok())
        .collect();
    let n_more = groups.len().saturating_sub(2);
    let groups = groups.into_iter().take(2).map(|group| {
        view! {
            <a class="entity-ref plain" href=paths::entity(&group) data-ref=group.to_string()>
                <span>{short_name(&group)}</span>
            </a>
        }
    });
    view! {
        <span class="avatar" aria-hidden="true">{initials(&name)}</span>
        <div class="people__text">
            <a class="people__name" href=paths::entity(&entity_ref) data-ref=entity_ref.to_string()>{name}</a>
            <span class="subtle small-text truncate">{about}</span>
        </div>
        <span class="people__groups">
            {groups.collect_view()}
            {(n_more > 0).then(|| view! { <span class="subtle small-text">{format!("+{}", numbers::count(n_more))}</span> })}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_names_groups_and_text() {
        let request = RowCache::default().request(&(0..1)).remove(0);
        let query =
            Wanted { groups: Some(vec!["group:default/a".to_owned()]), text: " ine ".to_owned() }.query(request);
        assert_eq!(
            query.query.unwrap(),
            json!({"$all": [{"kind": "user"}, {"relations.memberOf": {"$in": ["group:default/a"]}}]})
        );
        assert_eq!(query.full_text_filter.unwrap().term, "ine");
        assert_eq!(Wanted::default().query(request).full_text_filter, None);
    }
}
