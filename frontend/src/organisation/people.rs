//! The list of people: windowed, read as it is scrolled, by itself or with the page.

use std::time::Duration;

use leptos::html::Div;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use shared::api::catalog::{EntitiesPage, EntitiesQuery, EntitiesQueryText, OrderMissing};
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

/// The rows of the list, and what brings them.
#[derive(Clone, Copy)]
struct PeopleSource {
    client: ApiClient,
    wanted: Signal<Wanted>,
    viewport: RwSignal<Viewport>,
    rows: RwSignal<RowCache>,
    /// Why rows did not come.
    error: RwSignal<Option<ClientError>>,
    /// Whether nothing has come yet of what is wanted now, so that the rows are those that were wanted before.
    is_outdated: StoredValue<bool>,
}

impl PeopleSource {
    /// Reads other people from now on.
    fn start_view(self) {
        self.is_outdated.set_value(true);
        self.error.set(None);
        self.rows.update(RowCache::start_view);
        self.ensure();
    }

    /// Asks for the rows in sight that are not there.
    fn ensure(self) {
        let n_rows = self.rows.with_untracked(RowCache::n_rows).unwrap_or(0);
        let range = self.viewport.get_untracked().rendered_rows(n_rows);
        // Silent: what is under way is not shown.
        let requests = self.rows.write_untracked().request(&range);
        let wanted = self.wanted.get_untracked();
        for request in requests {
            let query = wanted.query(request);
            spawn_local(async move {
                let outcome = self.client.entities_by_predicate(&query).await;
                self.take(request, outcome);
            });
        }
    }

    fn take(self, request: ChunkRequest, outcome: Result<EntitiesPage, ClientError>) {
        // The page may have gone meanwhile, and other people may be wanted.
        if self.rows.try_with_untracked(|rows| rows.is_current(request)) != Some(true) {
            return;
        }
        match outcome {
            Ok(page) => {
                self.is_outdated.set_value(false);
                self.error.set(None);
                self.rows.update(|rows| rows.insert(request, page.items, page.total_items));
                // What is in sight now may have had to wait.
                self.ensure();
            }
            Err(error) => {
                self.error.set(Some(error));
                // The rows that were wanted before are no answer to what is wanted now.
                let is_outdated = self.is_outdated.get_value();
                self.rows.update(|rows| {
                    if is_outdated {
                        rows.restore(RowCache::default());
                    } else {
                        rows.abandon(request);
                    }
                });
            }
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
    let source = PeopleSource {
        client: ApiClient::of_page(),
        wanted,
        viewport: RwSignal::new(Viewport { offset_px: 0.0, height_px: 640.0, row_px: ROW_PX }),
        rows: RwSignal::new(RowCache::default()),
        error: RwSignal::new(None),
        is_outdated: StoredValue::new(true),
    };
    let PeopleSource { viewport, rows, error, .. } = source;
    let scroller = NodeRef::<Div>::new();
    effect(move || {
        wanted.track();
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(0);
        }
        source.start_view();
    });
    let n_rows = Memo::new(move |_| rows.with(RowCache::n_rows));
    let range = Memo::new(move |_| viewport.get().rendered_rows(n_rows.get().unwrap_or(0)));
    effect(move || n_people.set(n_rows.get()));
    effect(move || {
        range.track();
        source.ensure();
    });
    let measure = move || {
        // The page may have gone since it asked for this.
        if viewport.is_disposed() {
            return;
        }
        let Some(scroller) = scroller.get_untracked() else { return };
        let height_px = f64::from(scroller.client_height());
        let window_px = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(height_px);
        // On phones the list is as long as its rows, and the page scrolls.
        let above_px = (-scroller.get_bounding_client_rect().top()).max(0.0);
        let new = Viewport {
            offset_px: f64::from(scroller.scroll_top()) + above_px,
            height_px: height_px.min(window_px).max(200.0),
            row_px: ROW_PX,
        };
        if viewport.get_untracked() != new {
            viewport.set(new);
        }
    };
    effect(move || {
        // What stands above the list has another height for other people.
        n_rows.track();
        if scroller.get().is_some() {
            request_animation_frame(measure);
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    let scrolled = window_event_listener(leptos::ev::scroll, move |_| measure());
    on_cleanup(move || {
        resized.remove();
        scrolled.remove();
    });
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !rows.is_disposed() {
            rows.update(RowCache::outdate);
            source.ensure();
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
        source.ensure();
    });
    // The list is one thing however long it is, and whatever of it did not come.
    let face = Memo::new(move |_| match n_rows.get() {
        Some(n_rows) => Ok(n_rows > 0),
        None => Err(error.get()),
    });
    let line = move |index: usize| {
        let entity = Memo::new(move |_| rows.with(|rows| rows.row(index)));
        view! {
            <li
                class="people__row"
                style:top=format!("{}px", height_px(index, ROW_PX))
                aria-setsize=move || n_rows.get().unwrap_or(0).to_string()
                aria-posinset=(index + 1).to_string()
            >
                {move || match entity.get() {
                    Some(entity) => person_view(&entity).into_any(),
                    None => view! { <span class="skeleton w-40"></span> }.into_any(),
                }}
            </li>
        }
    };
    move || {
        match face.get() {
        Err(Some(error)) => view! { <ErrorPanel title="The people did not load" error on_retry=retry/> }.into_any(),
        Err(None) => view! { <SkeletonRows rows=8 label="Loading people"/> }.into_any(),
        Ok(false) => {
            let has_text = wanted.with(|wanted| !wanted.text.trim().is_empty());
            let text = if has_text { "Nobody here has a name or an address like it." } else { "Nobody is a member yet." };
            view! { <p class="muted text-13 people__none">{text}</p> }.into_any()
        }
        Ok(true) => view! {
            <div class="people" node_ref=scroller tabindex="0" role="region" aria-label="People" on:scroll=move |_| measure()>
                <ul style:height=move || format!("{}px", height_px(n_rows.get().unwrap_or(0), ROW_PX))>
                    <Each each=move || range.get() key=|index| *index let:index>
                        {line(index)}
                    </Each>
                </ul>
            </div>
            {move || {
                error.with(Option::is_some).then(|| view! {
                    <div class="table-foot">
                        <span class="status" data-tone="bad" role="alert">"Some rows did not load"</span>
                        <button class="button small" type="button" on:click=move |_| retry.run(())>"Try again"</button>
                    </div>
                })
            }}
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
