//! The catalog, at `/catalog`.

use std::ops::Range;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::api::catalog::EntitiesQuery;

use super::columns::Column;
use super::counts::CountPlan;
use super::export::{Export, file_name, question};
use super::facet_rail::FacetRail;
use super::foot::Foot;
use super::grid::{Grid, GridPosition, GridState};
use super::kinds;
use super::memory::{CatalogMemory, Remembered};
use super::saved::SavedViews;
use super::selection::Selection;
use super::source::CatalogSource;
use super::toolbar::{Chips, Toolbar, words_of};
use super::view::{ALL_KINDS, CatalogView, Mark, Mine, Place, Show};
use super::views_nav::{ViewDialogs, ViewsNav};
use crate::api::{ApiClient, ClientError};
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::history::Arrival;
use crate::state::session::{SessionState, use_person_name};
use crate::state::stars::Stars;
use crate::state::title::use_title;
use crate::ui::dialog::Dialog;
use crate::ui::effect::effect;
use crate::ui::entity_link::entity_icon;
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::{Menu, MenuAction, MenuItem};
use crate::ui::next_frame::next_frame;
use crate::ui::numbers;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(250);
/// Rows that are read before they are needed, while people scroll.
const AHEAD_ROWS: usize = 150;

/// The table of one kind of entities, with its filters.
#[component]
pub fn CatalogPage(
    /// Which page it is.
    #[prop(optional)]
    place: Place,
) -> impl IntoView {
    let memory = expect_context::<CatalogMemory>();
    let source = CatalogSource::new(ApiClient::of_page(), memory.counts());
    let position = GridPosition::new();
    let (view, mine) = (use_view(place), use_mine());
    let kind = Memo::new(move |_| view.with(|view| view.kind.clone()));
    let query = Memo::new(move |_| mine.with(|mine| view.with(|view| view.list_query(mine))));
    let state = GridState::new(source, position, query.into());
    let on_change = use_view_change(view);
    let on_sort = Callback::new(move |column: Column| {
        let mut changed = view.get_untracked();
        changed.sort_by(column);
        on_change.run(changed);
    });
    let are_facets_open = RwSignal::new(false);
    let dialogs = ViewDialogs::new();
    let export = Export::new();
    let on_export = Callback::new(move |()| {
        let view = view.get_untracked();
        let body = question(&view, &mine.get_untracked(), &Selection::default());
        export.start(body, source.n_rows_untracked().unwrap_or(0), file_name(&view));
    });

    if place == Place::Catalog {
        open_default_view(view);
    }
    keep_rows_fresh(view, query, state);
    let plan = keep_counts_fresh(view, mine, source);
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
    let is_exporting = Signal::derive(move || export.progress.with(Option::is_some));
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
            <ViewsNav view source dialogs/>
            <Problems view/>
            <div class="with-facets grow">
                <aside class="facets" aria-label="Filters">
                    {next_frame(move || view! { <FacetRail view source on_change/> }.into_any())}
                </aside>
                <section class="results" aria-label="Results">
                    <Toolbar
                        view
                        on_change
                        on_facets=Callback::new(move |()| are_facets_open.set(true))
                        on_sort
                        on_export
                        is_exporting
                    />
                    <Chips view on_change on_save=Callback::new(move |()| dialogs.is_saving.set(true))/>
                    <Results view state mine plan export on_sort on_change/>
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

/// What "owned" and "starred" mean for the person who looks.
fn use_mine() -> Signal<Mine> {
    let (session, stars) = (SessionState::of_page(), Stars::of_page());
    let refs = stars.refs();
    Memo::new(move |_| Mine { owner_refs: session.ownership_refs(), starred: refs.get() }).into()
}

/// Puts another view into the address. Another kind is a new step of the history, everything else replaces the current one.
fn use_view_change(view: Signal<CatalogView>) -> Callback<CatalogView> {
    let navigate = use_navigate();
    let saved = SavedViews::of_page();
    Callback::new(move |changed: CatalogView| {
        let replace = view.with_untracked(|old| old.kind == changed.kind);
        // Taking the last filter away must not bring the view that opens by itself.
        let is_taken = changed.is_bare() && untrack(|| saved.default_of(&changed.kind)).is_some();
        let target = if is_taken { changed.made_plain() } else { changed };
        navigate(&target.address(), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    })
}

/// Opens the saved view that opens by itself, where the address names no other.
fn open_default_view(view: Signal<CatalogView>) {
    let (navigate, saved) = (use_navigate(), SavedViews::of_page());
    effect(move || {
        let Some(kind) = view.with(|view| view.is_bare().then(|| view.kind.clone())) else { return };
        let Some(default) = saved.default_of(&kind) else { return };
        if !CatalogView::parse(&default.query).is_bare() {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&default.address(), options);
        }
    });
}

/// Reads the rows that can be seen, remembers what the view leaves, and reads again when the catalog changes.
fn keep_rows_fresh(view: Signal<CatalogView>, query: Memo<EntitiesQuery>, state: GridState) {
    let GridState { source, position, selection, .. } = state;
    let memory = expect_context::<CatalogMemory>();
    let (session, saved, stars) = (SessionState::of_page(), SavedViews::of_page(), Stars::of_page());
    let (has_stars, stars_error) = (stars.is_known(), stars.error());
    let listing = Memo::new(move |_| view.with(CatalogView::listing));
    // What is shown may still change: another view may open by itself, or "mine" is not known yet.
    let is_settled = Memo::new(move |_| {
        let needs_person = view.with(|view| view.is_bare() || view.show != Show::All);
        let needs_stars = view.with(|view| view.show == Show::Starred);
        // Without the stars none is shown: better than nothing for ever.
        let is_known = || saved.is_known() && (!needs_stars || has_stars.get() || stars_error.with(Option::is_some));
        !needs_person || (session.is_settled() && (is_known() || session.user_ref().is_none()))
    });
    let arrival = Arrival::of_page();
    let shown = StoredValue::new(None::<CatalogView>);
    let keep_shown = move || {
        let Some(Some(old)) = shown.try_get_value() else { return };
        let remembered = Remembered {
            rows: source.snapshot(),
            offset_px: position.viewport.get_untracked().offset_px,
            active: position.active.get_untracked(),
        };
        memory.keep(&old.listing(), remembered);
    };
    effect(move || {
        let listing = listing.get();
        let new = view.get_untracked();
        let is_return = arrival.is_traversal();
        let is_same_kind = shown.with_value(|old| old.as_ref().is_some_and(|old| old.kind == new.kind));
        keep_shown();
        let remembered = memory.recall(&listing);
        selection.update(Selection::clear);
        match remembered {
            Some(remembered) if is_return => {
                source.restore(remembered.rows);
                // The rows that will be seen are drawn at once, and not those at the top first.
                position.viewport.update(|viewport| viewport.offset_px = remembered.offset_px);
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

    // The same listing may ask for other rows: when a star is set, or another column needs more of each entity.
    Effect::new(move |old: Option<(String, EntitiesQuery)>| {
        let (listing, query) = (listing.get_untracked(), query.get());
        if old.is_some_and(|(old_listing, old_query)| old_listing == listing && old_query != query) {
            source.outdate();
        }
        (listing, query)
    });
    let n_rows = Memo::new(move |_| source.n_rows().unwrap_or(0));
    let wanted = Memo::new(move |_| position.rendered_rows(n_rows.get()));
    let ahead = Memo::new(move |old: Option<&(Range<usize>, Range<usize>)>| {
        let range = wanted.get();
        (range.clone(), ahead_of(range, old.map(|(range, _)| range), n_rows.get()))
    });
    effect(move || {
        listing.track();
        let (query, (_, range)) = (query.get(), ahead.get());
        if is_settled.get() {
            source.ensure(&query, &range);
        }
    });
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        let (Some(query), Some(range)) = (query.try_get_untracked(), wanted.try_get_untracked()) else { return };
        source.outdate();
        source.ensure(&query, &range);
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |_| (read_again.borrow_mut())());
}

/// The rows to read: those in the document, and the next ones in the direction in which they move, so that scrolling meets
/// rows that are there already.
fn ahead_of(range: Range<usize>, before: Option<&Range<usize>>, n_rows: usize) -> Range<usize> {
    match before {
        Some(before) if range.start > before.start => range.start..(range.end + AHEAD_ROWS).min(n_rows),
        Some(before) if range.start < before.start => range.start.saturating_sub(AHEAD_ROWS)..range.end,
        Some(_) | None => range,
    }
}

/// Counts what the page counts, and again when the catalog changes. Answers what it asks for.
fn keep_counts_fresh(view: Signal<CatalogView>, mine: Signal<Mine>, source: CatalogSource) -> Memo<CountPlan> {
    let saved = SavedViews::of_page();
    let plan = Memo::new(move |_| {
        let queries: Vec<String> = saved.list().with(|views| views.iter().map(|known| known.query.clone()).collect());
        view.with(|view| mine.with(|mine| CountPlan::new(view, mine, &queries)))
    });
    let session = SessionState::of_page();
    let is_settled = Memo::new(move |_| session.is_settled());
    effect(move || {
        let plan = plan.get();
        // What is "mine" is part of the questions.
        if is_settled.get() {
            source.load_counts(plan);
        }
    });
    let mut count_again = debounce(CHANGE_PAUSE, move |()| {
        if let Some(plan) = plan.try_get_untracked() {
            source.load_counts(plan);
        }
    });
    let count_again = std::cell::RefCell::new(move || count_again(()));
    use_catalog_changes(move |_| (count_again.borrow_mut())());
    let memory = expect_context::<CatalogMemory>();
    on_cleanup(move || {
        if let Some(counts) = source.counts.try_get_untracked() {
            memory.keep_counts(counts);
        }
    });
    plan
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
    effect(move || {
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
    /// Rows, place and selection.
    state: GridState,
    /// Whose entities are "mine".
    mine: Signal<Mine>,
    /// The numbers of the page.
    plan: Memo<CountPlan>,
    /// Saves files.
    export: Export,
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
    let GridState { source, position, query, .. } = state;
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
        source.ensure(&query.get_untracked(), &range);
        source.load_counts(plan.get_untracked());
    });
    let noun = move || kinds::many_in_sentence(&view.with(|view| view.kind.clone()));
    view! {
        {move || (source.is_loading() && n_rows.get().is_some()).then(|| view! { <div class="page-progress"><span></span></div> })}
        {move || match face.get() {
            Face::Waiting => view! { <SkeletonRows rows=12 label=format!("Loading {}", noun())/> }.into_any(),
            Face::Failed(error) => {
                view! { <ErrorPanel title=format!("The {} did not load", noun()) error on_retry=retry/> }.into_any()
            }
            Face::Empty => view! { <NoRows view source mine on_change/> }.into_any(),
            Face::Rows => view! { <Grid view state on_sort/> }.into_any(),
        }}
        <Foot view state mine export retry/>
    }
}

/// Nothing matches, or there is nothing yet.
#[component]
fn NoRows(
    /// What is shown.
    view: Signal<CatalogView>,
    /// How many there are without filters.
    source: CatalogSource,
    /// Whose entities are "mine".
    mine: Signal<Mine>,
    /// Shows another view.
    on_change: Callback<CatalogView>,
) -> impl IntoView {
    let person = use_person_name();
    move || {
        let shown = view.get();
        let noun = kinds::many_in_sentence(&shown.kind);
        let show_all = shown.with_show(Show::All);
        let everybodys = (shown.show != Show::All).then(|| (format!("Show all {noun}"), show_all));
        if !shown.is_filtered() {
            let has_groups = mine.with(|mine| mine.owner_refs.len() > 1);
            let (icon, title, text) = nothing_yet(shown.show, &noun, &person.get(), has_groups);
            return view! { <Empty icon title text>{buttons(everybodys.into_iter().collect(), on_change)}</Empty> }
                .into_any();
        }
        let n_of_kind =
            source.known_kinds().into_iter().find(|known| known.kind == shown.kind).map(|known| known.count);
        let of = n_of_kind.map(|n_items| match n_items {
            1 => "The only one does not match. ".to_owned(),
            n_items => format!("None of the {} {noun} matches. ", numbers::count(n_items)),
        });
        let text = format!("{}Remove a filter to see more.", of.unwrap_or_default());
        let removals: Vec<(String, CatalogView)> = removals(&shown).into_iter().chain(everybodys).collect();
        view! {
            <Empty icon=IconName::Filter title=format!("No {noun} match") text>
                {buttons(removals, on_change)}
            </Empty>
        }
        .into_any()
    }
}

fn buttons(choices: Vec<(String, CatalogView)>, on_change: Callback<CatalogView>) -> impl IntoView {
    let button = move |(label, changed): (String, CatalogView)| {
        view! {
            <button class="button" type="button" on:click=move |_| on_change.run(changed.clone())>{label}</button>
        }
    };
    choices.into_iter().map(button).collect_view()
}

/// Why there is nothing although nothing is filtered, and what to do about it.
fn nothing_yet(show: Show, noun: &str, person: &str, has_groups: bool) -> (IconName, String, String) {
    match show {
        Show::All => (
            IconName::Catalog,
            format!("No {noun} yet"),
            format!(
                "Add {noun} to a file that a location of this portal points to; they show up here as soon as the file is saved."
            ),
        ),
        Show::Owned if has_groups => (
            IconName::KindGroup,
            format!("Your teams own no {noun}"),
            "What names you or one of your groups as its owner shows up here.".to_owned(),
        ),
        Show::Owned => (
            IconName::KindUser,
            format!("You own no {noun}"),
            format!(
                "You are signed in as {person} and belong to no group of the catalog. Once a group lists you as a member, everything it owns shows up here."
            ),
        ),
        Show::Starred => (
            IconName::Star,
            format!("No starred {noun}"),
            "Star what you use often: with the star of its row, or with the key S.".to_owned(),
        ),
    }
}

/// One button for each filter that can be taken away.
fn removals(view: &CatalogView) -> Vec<(String, CatalogView)> {
    let choices = view.chosen.iter().enumerate().flat_map(|(at, chosen)| {
        let sides = [
            (Mark::Included, "Remove", chosen.included.is_empty()),
            (Mark::Excluded, "Allow", chosen.excluded.is_empty()),
        ];
        let shown = sides.into_iter().filter(|(_, _, is_empty)| !is_empty);
        shown
            .map(move |(mark, verb, _)| (format!("{verb} “{}”", words_of(chosen, mark)), view.without_choice(at, mark)))
    });
    let text = view.text.trim();
    let text = (!text.is_empty()).then(|| (format!("Remove “{text}”"), view.with_text("")));
    choices.chain(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_next_is_read_before_it_is_seen() {
        let ahead = |range, before: Option<Range<usize>>| ahead_of(range, before.as_ref(), 1_000);
        assert_eq!(ahead(0..30, None), 0..30);
        assert_eq!(ahead(10..40, Some(0..30)), 10..40 + AHEAD_ROWS);
        assert_eq!(ahead(960..990, Some(950..980)), 960..1_000);
        assert_eq!(ahead(200..230, Some(210..240)), 200 - AHEAD_ROWS..230);
        assert_eq!(ahead(5..35, Some(15..45)), 0..35);
        assert_eq!(ahead(0..30, Some(0..28)), 0..30);
    }

    #[test]
    fn each_filter_can_be_taken_away() {
        let view = CatalogView::parse("type=service&lifecycle=production,!deprecated&q=a");
        let labels: Vec<_> = removals(&view).into_iter().map(|(label, view)| (label, view.query())).collect();
        let pair = |label: &str, query: &str| (label.to_owned(), query.to_owned());
        assert_eq!(
            labels,
            [
                pair("Remove “Service”", "lifecycle=production,!deprecated&q=a"),
                pair("Remove “Production”", "lifecycle=!deprecated&q=a&type=service"),
                pair("Allow “Deprecated”", "lifecycle=production&q=a&type=service"),
                pair("Remove “a”", "lifecycle=production,!deprecated&type=service"),
            ]
        );
    }

    #[test]
    fn a_guest_learns_why_nothing_is_owned() {
        let (_, title, text) = nothing_yet(Show::Owned, "components", "Guest", false);
        assert_eq!(title, "You own no components");
        assert!(text.contains("signed in as Guest"), "{text}");
    }
}
