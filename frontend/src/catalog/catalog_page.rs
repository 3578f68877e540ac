//! The catalog, at `/catalog`.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::columns::Column;
use super::facet_rail::FacetRail;
use super::facets;
use super::grid::{Grid, GridPosition};
use super::kinds;
use super::memory::{CatalogMemory, Remembered};
use super::source::CatalogSource;
use super::toolbar::{Chips, Toolbar, facet_words};
use super::view::{ALL_KINDS, CatalogView, Place};
use crate::api::{ApiClient, ClientError};
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::history::Arrival;
use crate::state::title::use_title;
use crate::ui::dialog::Dialog;
use crate::ui::entity_link::entity_icon;
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::{Menu, MenuAction, MenuItem};
use crate::ui::numbers;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(250);

/// The table of one kind of entities, with its filters.
#[component]
pub fn CatalogPage(
    /// Which page it is.
    #[prop(optional)]
    place: Place,
) -> impl IntoView {
    let source = CatalogSource::new(ApiClient::of_page());
    let position = GridPosition::new();
    let view = use_view(place);
    let kind = Memo::new(move |_| view.with(|view| view.kind.clone()));
    let on_change = use_view_change(view);
    let on_sort = Callback::new(move |column: Column| {
        let mut changed = view.get_untracked();
        changed.sort_by(column);
        on_change.run(changed);
    });
    let are_facets_open = RwSignal::new(false);

    keep_data_fresh(view, source, position);
    use_title(move || kinds::many(&kind.get()));
    use_breadcrumb(move || vec![Crumb::here(if place.has_kinds() { "Catalog" } else { "APIs" })]);
    announce_count(view, source);

    let n_of_kind = move || {
        let (kind, known) = (kind.get(), source.known_kinds());
        let counted = known.iter().filter(|known| kind == ALL_KINDS || known.kind == kind).map(|known| known.count);
        (!known.is_empty()).then(|| numbers::count(counted.sum()))
    };
    let heading = move || {
        let kind = kind.get();
        let known = source.known_kinds().into_iter().find(|known| known.kind == kind);
        known.map_or_else(|| kinds::many(&kind), |known| known.label)
    };
    let kind_items = Signal::derive(move || kind_items(&view.get(), source));
    view! {
        <div class="fill catalog">
            <div class="catalog__head">
                <h1 tabindex="-1">{heading}</h1>
                <span class="subtle text-13 num">{n_of_kind}</span>
                {place
                    .has_kinds()
                    .then(|| {
                        view! {
                            <Menu label="Switch kind" button_class="button small quiet" items=kind_items start=true>
                                "Switch kind"
                                <Icon name=IconName::ChevronDown class="caret"/>
                            </Menu>
                        }
                    })}
                <a class="button small catalog__register" href=paths::register()>
                    <Icon name=IconName::Plus/>
                    "Register"
                </a>
            </div>
            <Problems view/>
            <div class="with-facets grow">
                <aside class="facets" aria-label="Filters">
                    <FacetRail view source on_change/>
                </aside>
                <section class="results" aria-label="Results">
                    <Toolbar view on_change on_facets=Callback::new(move |()| are_facets_open.set(true)) on_sort/>
                    <Chips view on_change/>
                    <Results view source position on_sort on_change/>
                </section>
            </div>
            <Dialog is_open=are_facets_open title="Filters" drawer=true>
                <FacetRail view source on_change/>
            </Dialog>
        </div>
    }
}

/// The view that the address asks for. It keeps its value while the reader is on the way to another page.
fn use_view(place: Place) -> Signal<CatalogView> {
    let location = use_location();
    let view = Memo::new(move |old: Option<&CatalogView>| {
        let is_here = location.pathname.with(|path| path.trim_end_matches('/') == place.path());
        let search = location.search.get();
        match old {
            Some(old) if !is_here => old.clone(),
            _ => CatalogView::parse_at(place, &search),
        }
    });
    view.into()
}

/// Puts another view into the address. Another kind is a new step of the history, everything else replaces the current one.
fn use_view_change(view: Signal<CatalogView>) -> Callback<CatalogView> {
    let navigate = use_navigate();
    Callback::new(move |changed: CatalogView| {
        let replace = view.with_untracked(|old| old.kind == changed.kind);
        navigate(&changed.address(), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    })
}

/// Reads what the view needs, remembers what it leaves, and reads again when the catalog changes.
fn keep_data_fresh(view: Signal<CatalogView>, source: CatalogSource, position: GridPosition) {
    let memory = expect_context::<CatalogMemory>();
    let query = Memo::new(move |_| view.with(CatalogView::address));
    let arrival = Arrival::of_page();
    let shown = StoredValue::new(None::<CatalogView>);
    let keep_shown = move || {
        let Some(Some(old)) = shown.try_get_value() else { return };
        let remembered = Remembered {
            rows: source.snapshot(),
            offset_px: position.viewport.get_untracked().offset_px,
            active: position.active.get_untracked(),
        };
        memory.keep(&old.address(), remembered);
    };
    Effect::new(move |_| {
        let query = query.get();
        let new = view.get_untracked();
        let is_return = arrival.is_traversal();
        let is_same_kind = shown.with_value(|old| old.as_ref().is_some_and(|old| old.kind == new.kind));
        keep_shown();
        let remembered = memory.recall(&query);
        match remembered {
            Some(remembered) if is_return => {
                source.restore(remembered.rows);
                position.active.set(remembered.active);
                restore_scroll(position, remembered.offset_px);
            }
            remembered => {
                match remembered {
                    Some(remembered) => source.restore(remembered.rows),
                    None if is_same_kind => source.start_view(),
                    None => source.restore(Default::default()),
                }
                position.active.set(None);
                position.scroll_to(0.0);
            }
        }
        shown.set_value(Some(new));
    });
    on_cleanup(keep_shown);

    let n_rows = Memo::new(move |_| source.n_rows().unwrap_or(0));
    let wanted = Memo::new(move |_| position.viewport.get().rendered_rows(n_rows.get()));
    Effect::new(move |_| {
        query.track();
        let range = wanted.get();
        source.ensure(&view.get_untracked(), &range);
    });
    let facet_requests = Memo::new(move |_| view.with(facets::requests));
    Effect::new(move |_| source.load_facets(facet_requests.get()));
    source.load_kinds();

    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        let (Some(view), Some(range)) = (view.try_get_untracked(), wanted.try_get_untracked()) else { return };
        source.outdate();
        source.ensure(&view, &range);
        source.load_facets(facet_requests.get_untracked());
        source.load_kinds();
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |_| (read_again.borrow_mut())());
}

/// Scrolls back and gives the focus back, once the rows are in the document.
fn restore_scroll(position: GridPosition, offset_px: f64) {
    request_animation_frame(move || {
        if position.active.is_disposed() {
            return;
        }
        position.scroll_to(offset_px);
        if position.active.get_untracked().is_some() {
            position.focus();
        }
    });
}

/// Says how many rows there are, whenever that changes.
fn announce_count(view: Signal<CatalogView>, source: CatalogSource) {
    let announcer = Announcer::of_page();
    Effect::new(move |_| {
        let Some(n_rows) = source.n_rows() else { return };
        let noun = kinds::many_in_sentence(&view.with_untracked(|view| view.kind.clone()));
        announcer.say(format!("{} {noun}", numbers::count(n_rows)));
    });
}

/// The kinds to switch to, each with its number.
fn kind_items(view: &CatalogView, source: CatalogSource) -> Vec<MenuItem> {
    let known = source.known_kinds();
    let item = |kind: &str, label: String, n_items: usize| MenuItem {
        label,
        icon: if kind == ALL_KINDS { IconName::Catalog } else { entity_icon(kind, None) },
        kind: Some(kind.to_owned()),
        remark: Some(numbers::count(n_items)),
        is_checked: Some(view.kind == kind),
        is_danger: false,
        action: MenuAction::Open(view.with_kind(kind).address()),
    };
    let n_all = known.iter().map(|known| known.count).sum();
    let all = item(ALL_KINDS, kinds::many(ALL_KINDS), n_all);
    known.into_iter().map(|known| item(&known.kind, known.label.clone(), known.count)).chain([all]).collect()
}

/// What the address asks for and this page does not understand.
#[component]
fn Problems(
    /// What is shown.
    view: Signal<CatalogView>,
) -> impl IntoView {
    let problems = Memo::new(move |_| view.with(|view| view.problems.clone()));
    move || {
        let problems = problems.get();
        (!problems.is_empty()).then(|| {
            view! {
                <div class="banner bar" data-tone="warn" role="status">
                    <Icon name=IconName::Warning/>
                    <div>
                        <b>"Part of the address is not understood. "</b>
                        <span class="muted">{problems.join(" ")}</span>
                    </div>
                </div>
            }
        })
    }
}

/// The table, or why there is none.
#[component]
fn Results(
    /// What is shown.
    view: Signal<CatalogView>,
    /// Where the rows come from.
    source: CatalogSource,
    /// Where the table is scrolled to.
    position: GridPosition,
    /// Sorts by a column.
    on_sort: Callback<Column>,
    /// Shows another view.
    on_change: Callback<CatalogView>,
) -> impl IntoView {
    #[derive(Clone, PartialEq)]
    enum Face {
        Waiting,
        Failed(ClientError),
        Empty,
        Rows,
    }
    let n_rows = Memo::new(move |_| source.n_rows());
    let face = Memo::new(move |_| match (n_rows.get(), source.error.get()) {
        (None, Some(error)) => Face::Failed(error),
        (None, None) => Face::Waiting,
        (Some(0), _) => Face::Empty,
        (Some(_), _) => Face::Rows,
    });
    let retry = Callback::new(move |()| {
        source.error.set(None);
        let range = position.viewport.get_untracked().rendered_rows(n_rows.get_untracked().unwrap_or(0));
        source.ensure(&view.get_untracked(), &range);
        source.load_facets(facets::requests(&view.get_untracked()));
        source.load_kinds();
    });
    let noun = move || kinds::many_in_sentence(&view.with(|view| view.kind.clone()));
    view! {
        {move || (source.is_loading() && n_rows.get().is_some()).then(|| view! { <div class="page-progress"><span></span></div> })}
        {move || match face.get() {
            Face::Waiting => view! { <SkeletonRows rows=12 label=format!("Loading {}", noun())/> }.into_any(),
            Face::Failed(error) => {
                view! { <ErrorPanel title=format!("The {} did not load", noun()) error on_retry=retry/> }.into_any()
            }
            Face::Empty => view! { <NoRows view source on_change/> }.into_any(),
            Face::Rows => view! { <Grid view source position on_sort/> }.into_any(),
        }}
        <Foot source position retry/>
    }
}

/// Nothing matches, or there is nothing yet.
#[component]
fn NoRows(
    /// What is shown.
    view: Signal<CatalogView>,
    /// How many there are without filters.
    source: CatalogSource,
    /// Shows another view.
    on_change: Callback<CatalogView>,
) -> impl IntoView {
    move || {
        let shown = view.get();
        let noun = kinds::many_in_sentence(&shown.kind);
        if !shown.is_filtered() {
            let text = format!(
                "Add {noun} to a file that a location of this portal points to; they show up here as soon as the file is saved."
            );
            return view! { <Empty icon=IconName::Catalog title=format!("No {noun} yet") text/> }.into_any();
        }
        let n_of_kind =
            source.known_kinds().into_iter().find(|known| known.kind == shown.kind).map(|known| known.count);
        let of = n_of_kind
            .map(|n_items| format!("None of the {} matches. ", numbers::counted(n_items, "entity", "entities")));
        let text = format!("{}Remove a filter to see more.", of.unwrap_or_default());
        let removals: Vec<(String, CatalogView)> = removals(&shown);
        view! {
            <Empty icon=IconName::Filter title=format!("No {noun} match") text>
                {removals
                    .into_iter()
                    .map(|(label, changed)| {
                        view! {
                            <button class="button" type="button" on:click=move |_| on_change.run(changed.clone())>
                                {label}
                            </button>
                        }
                    })
                    .collect_view()}
                <button
                    class="button quiet"
                    type="button"
                    on:click=move |_| on_change.run(view.get_untracked().without_filters())
                >
                    "Clear all filters"
                </button>
            </Empty>
        }
        .into_any()
    }
}

/// One button for each filter that can be taken away.
fn removals(view: &CatalogView) -> Vec<(String, CatalogView)> {
    let facets = view.chosen.iter().map(|(facet, values)| {
        let mut changed = view.clone();
        changed.clear_facet(*facet);
        (format!("Remove “{}”", facet_words(*facet, values)), changed)
    });
    let text = view.text.trim();
    let text = (!text.is_empty()).then(|| (format!("Remove “{text}”"), view.with_text("")));
    facets.chain(text).collect()
}

/// Which rows can be seen, and what is wrong with them.
#[component]
fn Foot(
    /// Where the rows come from.
    source: CatalogSource,
    /// Where the table is scrolled to.
    position: GridPosition,
    /// Reads again.
    retry: Callback<()>,
) -> impl IntoView {
    let text = move || {
        let n_rows = source.n_rows().filter(|&n_rows| n_rows > 0)?;
        let visible = position.viewport.get().visible_rows(n_rows);
        let [first, last, all] = [visible.start + 1, visible.end, n_rows].map(numbers::count);
        Some(format!("Rows {first} to {last} of {all}"))
    };
    let is_stale = move || source.error.with(Option::is_some) && source.n_rows().is_some();
    view! {
        <div class="table-foot sticks">
            <span class="num">{text}</span>
            {move || {
                is_stale()
                    .then(|| {
                        view! {
                            <span class="status" data-tone="bad" role="alert">"Some rows did not load"</span>
                            <button class="button small" type="button" on:click=move |_| retry.run(())>"Try again"</button>
                        }
                    })
            }}
            <span class="right-align row not-phone keys-hint" aria-hidden="true">
                <kbd>"J"</kbd>
                <kbd>"K"</kbd>
                "move"
                <kbd>"↵"</kbd>
                "open"
            </span>
        </div>
    }
}
