//! The table: windowed rows, one tab stop, keys that move an active row, a selection.

use std::ops::Range;
use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::{debounce, window_event_listener_untyped};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::api::catalog::EntitiesQuery;
use shared::entity::EntityRef;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::columns::Column;
use super::flight::Flight;
use super::grid_keys::{GridCommand, Key, command, enters};
use super::kinds;
use super::memory::CatalogMemory;
use super::painter::{Frame, Marks, Painter, row_id, row_of};
use super::row_markup::RowColumns;
use super::row_menu::{OpenMenu, RowMenu};
use super::selection::Selection;
use super::source::CatalogSource;
use super::view::CatalogView;
use super::window::Viewport;
use crate::state::preferences::{Density, Preferences};
use crate::state::stars::Stars;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::copy::copy_with;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::menu::MenuPlace;
use crate::ui::next_frame::after_next_frame;
use crate::{browser, paths};

/// The width of the boxes to select rows and of the stars, together.
const BESIDE_REM: f64 = 5.0;
/// How long rows must have stood still before they are completed.
const STAND_STILL: Duration = Duration::from_millis(100);

/// Where the table is scrolled to, and which row is active.
#[derive(Clone, Copy)]
pub struct GridPosition {
    /// The visible part of the list.
    pub viewport: RwSignal<Viewport>,
    /// The row that the keys act on.
    pub active: RwSignal<Option<usize>>,
    /// Whether nothing was painted yet.
    is_first_frame: RwSignal<bool>,
    wrap: NodeRef<html::Div>,
    body: NodeRef<html::Tbody>,
    table: NodeRef<html::Table>,
}

impl GridPosition {
    /// At the top, without an active row.
    pub fn new() -> Self {
        // To ask the browser would make it lay out a page that is only half there.
        let viewport = expect_context::<CatalogMemory>().viewport().unwrap_or_else(guessed_viewport);
        let is_first_frame = RwSignal::new(true);
        after_next_frame(move || {
            is_first_frame.try_set(false);
        });
        Self {
            viewport: RwSignal::new(Viewport { offset_px: 0.0, ..viewport }),
            active: RwSignal::new(None),
            is_first_frame,
            wrap: NodeRef::new(),
            body: NodeRef::new(),
            table: NodeRef::new(),
        }
    }

    /// The rows to keep in the document. The first frame has those that can be seen alone.
    pub fn rendered_rows(self, n_rows: usize) -> Range<usize> {
        let viewport = self.viewport.get();
        if self.is_first_frame.get() { viewport.visible_rows(n_rows) } else { viewport.rendered_rows(n_rows) }
    }

    /// Looks at the document again. Called after resizing and when rows have come.
    pub fn measure(self) {
        // The page may have gone since it asked for this.
        if self.viewport.is_disposed() {
            return;
        }
        let (Some(wrap), Some(body)) = (self.wrap.get_untracked(), self.body.get_untracked()) else { return };
        let old = self.viewport.get_untracked();
        let row = body.query_selector("tr[aria-rowindex]").ok().flatten();
        let row_px = row.map_or(0.0, |row| row.get_bounding_client_rect().height());
        let row_px = if row_px > 0.0 { row_px } else { old.row_px };
        let body_top = body.get_bounding_client_rect().top();
        let (visible_top, visible_bottom) = visible_band(&wrap);
        let scrolls = wrap.scroll_width() > wrap.client_width();
        // Last, since it may change the layout: the buttons of rows stay in sight.
        drop(wrap.toggle_attribute_with_force("data-scrolls", scrolls));
        self.see(Viewport {
            offset_px: (visible_top - body_top).max(0.0),
            height_px: (visible_bottom - visible_top.max(body_top)).max(0.0),
            row_px,
        });
    }

    /// Follows the scrolling. Heights do not change by it, so that one number is read from the document.
    fn follow(self) {
        if self.viewport.is_disposed() {
            return;
        }
        match self.wrap.get_untracked() {
            Some(wrap) if !browser::media_matches(browser::PHONE) => {
                let old = self.viewport.get_untracked();
                self.see(Viewport { offset_px: f64::from(wrap.scroll_top()).max(0.0), ..old });
            }
            _ => self.measure(),
        }
    }

    fn see(self, new: Viewport) {
        if new != self.viewport.get_untracked() {
            self.viewport.set(new);
        }
    }

    /// Scrolls so that this much of the list is above the visible part.
    pub fn scroll_to(self, offset_px: f64) {
        let (Some(wrap), Some(body)) = (self.wrap.get_untracked(), self.body.get_untracked()) else { return };
        let (visible_top, _) = visible_band(&wrap);
        let delta = offset_px - (visible_top - body.get_bounding_client_rect().top());
        if browser::media_matches(browser::PHONE) {
            // The start of the list is the start of the page: what stands above it comes back into view.
            let top = if offset_px <= 0.0 { 0.0 } else { window().scroll_y().unwrap_or(0.0) + delta };
            window().scroll_to_with_x_and_y(0.0, top);
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "a scroll offset fits an i32")]
            wrap.set_scroll_top(wrap.scroll_top() + delta.round() as i32);
        }
        self.measure();
    }

    /// Makes a row the active one and brings it into view.
    fn move_to(self, row: usize) {
        self.active.set(Some(row));
        if let Some(offset_px) = self.viewport.get_untracked().scroll_to_row(row, 0.0) {
            self.scroll_to(offset_px);
        }
    }

    /// Moves the focus to the table.
    pub fn focus(self) {
        if let Some(table) = self.table.get_untracked() {
            browser::focus(&table);
        }
    }
}

/// Top and bottom of the part of the screen that shows rows.
fn visible_band(wrap: &web_sys::HtmlElement) -> (f64, f64) {
    let height_of =
        |selector| browser::find(selector).map_or(0.0, |element| element.get_bounding_client_rect().height());
    if browser::media_matches(browser::PHONE) {
        let bottom = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
        (height_of(".topbar"), bottom - height_of(".bottombar"))
    } else {
        let rect = wrap.get_bounding_client_rect();
        // Without the scroll bar below, where columns scroll sideways.
        (rect.top() + height_of(".catalog-table thead"), rect.top() + f64::from(wrap.client_height()))
    }
}

/// Heights before anything was drawn.
fn guessed_viewport() -> Viewport {
    let height_px = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(900.0);
    let row_px = match Preferences::of_page().density().get_untracked() {
        _ if browser::media_matches(browser::PHONE) => 84.0,
        Density::Comfortable => 52.0,
        Density::Default => 34.0,
        Density::Compact => 28.0,
    };
    Viewport { offset_px: 0.0, height_px, row_px }
}

/// What the table and everything that acts on its rows share.
#[derive(Clone, Copy)]
pub struct GridState {
    /// Where the rows come from.
    pub source: CatalogSource,
    /// Where it is scrolled to.
    pub position: GridPosition,
    /// Which rows are selected.
    pub selection: RwSignal<Selection>,
    /// The question for the rows, for those that have not been read.
    pub query: Signal<EntitiesQuery>,
    /// Where messages go.
    pub toasts: Toasts,
    /// The menu of a row, where one is open.
    menu: RwSignal<Option<OpenMenu>>,
    painter: StoredValue<Option<Painter>, LocalStorage>,
    /// The rows that the last range with Shift selected.
    extended: StoredValue<Option<Range<usize>>>,
}

impl GridState {
    /// Nothing selected, nothing open.
    pub fn new(source: CatalogSource, position: GridPosition, query: Signal<EntitiesQuery>) -> Self {
        Self {
            source,
            position,
            selection: RwSignal::new(Selection::default()),
            query,
            toasts: Toasts::of_page(),
            menu: RwSignal::new(None),
            painter: StoredValue::new_local(None),
            extended: StoredValue::new(None),
        }
    }

    fn entity_ref(self, row: usize) -> Option<EntityRef> {
        self.source.row_untracked(row).map(|entity| entity.entity_ref())
    }

    fn select(self, row: usize) {
        if let Some(entity_ref) = self.entity_ref(row) {
            self.extended.set_value(None);
            self.selection.update(|selection| selection.toggle(row, &entity_ref.to_string()));
        }
    }

    /// Selects from where the last choice was to a row; rows that have not been read are asked for.
    fn select_to(self, row: usize, active: usize) {
        let range = self.selection.try_update(|selection| selection.range_to(row, active)).unwrap_or(row..row + 1);
        let old = self.extended.try_update_value(|old| old.replace(range.clone())).flatten();
        let read = |range: &Range<usize>| {
            self.source.snapshot_refs(range).into_iter().map(|(row, entity_ref)| (row, entity_ref.to_string()))
        };
        // Turning around gives back what the last step selected.
        let left = old.into_iter().flat_map(|old| read(&old)).filter(|(row, _)| !range.contains(row));
        let left: Vec<String> = left.map(|(_, entity_ref)| entity_ref).collect();
        let known: Vec<String> = read(&range).map(|(_, entity_ref)| entity_ref).collect();
        let is_whole = known.len() == range.len();
        self.selection.update(|selection| {
            selection.remove(left);
            selection.add(known);
        });
        if is_whole {
            return;
        }
        let (toasts, query) = (self.toasts, self.query.get_untracked());
        spawn_local(async move {
            match self.source.refs(query, range).await {
                Ok(refs) => {
                    self.selection.try_update(|selection| selection.add(refs.iter().map(ToString::to_string)));
                }
                Err(error) => toasts.show(Tone::Bad, "Not all rows were selected", Some(error.to_string())),
            }
        });
    }

    fn star(self, stars: Stars, row: usize) {
        if let Some(entity_ref) = self.entity_ref(row) {
            stars.toggle(&entity_ref);
        }
    }

    fn open_menu(self, row: usize) {
        let Some(entity) = self.source.row_untracked(row) else { return };
        let rect = self
            .painter
            .with_value(|painter| painter.as_ref()?.element(row).map(|element| element.get_bounding_client_rect()));
        let wrap = self.position.wrap.get_untracked().map(|wrap| wrap.get_bounding_client_rect());
        let (Some(rect), Some(wrap)) = (rect, wrap) else { return };
        let right = rect.right().min(wrap.right()) - 12.0;
        self.menu.set(Some(OpenMenu { entity, place: MenuPlace { right, top: rect.top(), bottom: rect.bottom() } }));
    }
}

/// The table of a view.
#[component]
pub fn Grid(
    /// What is shown.
    #[prop(into)]
    view: Signal<CatalogView>,
    /// Rows, place and selection.
    state: GridState,
    /// Sorts by a column.
    on_sort: Callback<Column>,
) -> impl IntoView {
    let GridState { source, position, selection, menu, .. } = state;
    let density = Preferences::of_page().density();
    let kind = Memo::new(move |_| view.with(|view| view.kind.clone()));
    let columns = Memo::new(move |_| view.with(RowColumns::new));
    let n_rows = Memo::new(move |_| source.n_rows().unwrap_or(0));
    let rendered = Memo::new(move |_| position.rendered_rows(n_rows.get()));
    let label = move || kinds::many(&kind.get());
    watch_viewport(position);
    paint_rows(state, columns, n_rows, rendered);
    effect(move || {
        density.track();
        n_rows.track();
        columns.track();
        request_animation_frame(move || position.measure());
    });
    let on_keydown = use_grid_keys(state, n_rows);
    enter_by_keys(position, n_rows);
    let on_focus = move |_| {
        if position.active.get_untracked().is_none() && n_rows.get_untracked() > 0 {
            let first = position.viewport.get_untracked().visible_rows(n_rows.get_untracked()).start;
            position.active.set(Some(first));
        }
    };
    let active_id = move || {
        let active = position.active.get()?;
        rendered.get().contains(&active).then(|| row_id(active))
    };
    let min_width = move || {
        let width = columns.with(|columns| columns.columns().iter().map(|(column, _)| column.width_rem()).sum::<f64>());
        format!("{}rem", width + BESIDE_REM)
    };
    // Columns that were chosen all stay, however narrow the table is.
    let min_width_narrow = move || {
        let is_chosen = view.with(|view| view.columns.is_some());
        let width = columns.with(|columns| {
            let all = columns.columns().iter().map(|(column, _)| *column);
            let shown = all.filter(|column| is_chosen || !column.is_wide_only());
            shown.map(Column::narrow_width_rem).sum::<f64>()
        });
        format!("{}rem", width + BESIDE_REM)
    };
    let on_close = Callback::new(move |should_focus: bool| {
        menu.set(None);
        if should_focus {
            position.focus();
        }
    });
    view! {
        <div class="table-wrap fills" node_ref=position.wrap>
            <table
                class="table stackable catalog-table"
                node_ref=position.table
                role="grid"
                tabindex="0"
                aria-label=label
                aria-multiselectable="true"
                aria-rowcount=move || (n_rows.get() + 1).to_string()
                aria-activedescendant=active_id
                data-rows=move || density.get().value()
                style:--table-min=min_width
                style:--table-min-narrow=min_width_narrow
                on:keydown=on_keydown
                on:focus=on_focus
                on:click=use_clicks(state)
                on:mousedown=move |event| {
                    if let Some(row) = target_of(&event).and_then(|target| row_of(&target)) {
                        position.active.set(Some(row));
                        // Shift and a click select rows, not words.
                        if event.shift_key() {
                            event.prevent_default();
                        }
                    }
                }
                on:mouseover=move |event| {
                    if let Some(row) = target_of(&event).and_then(|target| row_of(&target)) {
                        state.painter.update_value(|painter| {
                            if let Some(painter) = painter {
                                painter.show_actions(row);
                            }
                        });
                    }
                }
            >
                <thead>
                    <tr aria-rowindex="1">
                        <th class="pick" scope="col">
                            <input
                                type="checkbox"
                                tabindex="-1"
                                aria-label="Select all"
                                prop:checked=move || selection.with(|selection| selection.count(n_rows.get()) > 0 && selection.count(n_rows.get()) == n_rows.get())
                                prop:indeterminate=move || selection.with(|selection| {
                                    let n_selected = selection.count(n_rows.get());
                                    n_selected > 0 && n_selected < n_rows.get()
                                })
                                on:change=move |event| {
                                    let is_checked = event_target_checked(&event);
                                    selection.update(|selection| if is_checked { selection.select_all() } else { selection.clear() });
                                }
                            />
                        </th>
                        {move || {
                            columns
                                .get()
                                .columns()
                                .iter()
                                .map(|(column, class)| view! { <HeaderCell column=*column class=class.clone() view on_sort/> })
                                .collect_view()
                        }}
                        <th class="acts" scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody node_ref=position.body>
                    <tr class="spacer" aria-hidden="true" role="presentation"><td></td></tr>
                    <tr class="spacer" aria-hidden="true" role="presentation"><td></td></tr>
                </tbody>
            </table>
        </div>
        {move || menu.get().map(|open| view! { <RowMenu open on_close/> })}
    }
}

/// Keeps the rows of the body as they should be. Everything that a row shows is read in this one effect.
fn paint_rows(state: GridState, columns: Memo<RowColumns>, n_rows: Memo<usize>, rendered: Memo<Range<usize>>) {
    let GridState { source, position, selection, painter, .. } = state;
    let stars = Stars::of_page();
    let memory = expect_context::<CatalogMemory>();
    let row_px = Memo::new(move |_| position.viewport.get().row_px);
    let flight = StoredValue::new(Flight::default());
    let mut stand_still = debounce(STAND_STILL, move |n_frames| land(state, n_frames));
    effect(move || {
        let Some(body) = position.body.get() else { return };
        if painter.with_value(Option::is_none) {
            painter.set_value(Painter::new(&body, memory.take_elements()));
        }
        let (range, active) = (rendered.get(), position.active.get());
        let (n_rows, row_px) = (n_rows.get(), row_px.get());
        let visible = position.viewport.get_untracked().visible_rows(n_rows);
        let is_flight = flight.try_update_value(|flight| flight.see(&visible, browser::now_ms())).unwrap_or(false);
        let frame = Frame { range, n_rows, row_px, is_flight };
        let painted = painter.try_update_value(|painter| {
            let painter = painter.as_mut()?;
            let has_lost_focus = source.with_rows(|rows| {
                selection.with(|selection| {
                    let marks_of = |row: usize, entity_ref: Option<&EntityRef>| Marks {
                        is_active: active == Some(row),
                        is_selected: entity_ref.is_some_and(|entity_ref| {
                            !selection.is_empty() && selection.contains(&entity_ref.to_string())
                        }),
                        is_starred: entity_ref.is_some_and(|entity_ref| stars.is_starred(entity_ref)),
                    };
                    let row_of = |row: usize| rows.row(row);
                    columns.with(|columns| painter.paint(&frame, columns, row_of, marks_of))
                })
            });
            let landed = if frame.is_flight { Ok(true) } else { painter.land(&visible) };
            if let Some(active) = active {
                painter.show_actions(active);
            }
            stand_still(painter.n_frames());
            Some(landed.and(has_lost_focus))
        });
        match painted.flatten() {
            Some(Ok(true)) => position.focus(),
            Some(Err(error)) => leptos::logging::warn!("The rows were not drawn: {error:?}"),
            Some(Ok(false)) | None => {}
        }
    });
    on_cleanup(move || {
        if let Some(painter) = painter.try_update_value(Option::take).flatten() {
            memory.keep_elements(painter.keep());
        }
        memory.keep_viewport(position.viewport.get_untracked());
    });
}

/// Completes the rows once they stand still, over as many frames as it takes: first what has come in flight, then the stars.
/// Stops when the rows move again, after `n_frames` that were painted.
fn land(state: GridState, n_frames: u64) {
    let GridState { source, position, painter, .. } = state;
    let outcome = painter.try_update_value(|painter| {
        let painter = painter.as_mut().filter(|painter| painter.n_frames() == n_frames)?;
        let visible = position.viewport.get_untracked().visible_rows(source.n_rows_untracked().unwrap_or(0));
        let outcome = painter.land(&visible);
        if matches!(outcome, Ok(false)) {
            painter.show_stars();
        }
        if let Some(active) = position.active.get_untracked() {
            painter.show_actions(active);
        }
        Some(outcome)
    });
    match outcome.flatten() {
        Some(Ok(true)) => request_animation_frame(move || land(state, n_frames)),
        Some(Err(error)) => leptos::logging::warn!("The rows were not drawn: {error:?}"),
        Some(Ok(false)) | None => {}
    }
}

/// Looks again whenever anything scrolls or the window changes, at most once for each frame.
fn watch_viewport(position: GridPosition) {
    let is_due = StoredValue::new(false);
    let look = move |run: fn(GridPosition)| {
        if is_due.try_get_value() == Some(false) {
            is_due.set_value(true);
            request_animation_frame(move || {
                if is_due.try_set_value(false).is_none() {
                    run(position);
                }
            });
        }
    };
    let on_resize = window_event_listener_untyped("resize", move |_| look(GridPosition::measure));
    let on_page_scroll = window_event_listener_untyped("scroll", move |_| look(GridPosition::follow));
    on_cleanup(move || {
        on_resize.remove();
        on_page_scroll.remove();
    });
    effect(move || {
        let Some(wrap) = position.wrap.get() else { return };
        // The scroll of an element does not bubble to the window.
        let follow = move || look(GridPosition::follow);
        let handler = wasm_bindgen::closure::Closure::<dyn Fn()>::new(follow).into_js_value();
        wrap.set_onscroll(Some(handler.unchecked_ref()));
    });
}

fn target_of(event: &web_sys::MouseEvent) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}

/// What clicks on the buttons and boxes of rows do. Links are the router's.
fn use_clicks(state: GridState) -> impl Fn(web_sys::MouseEvent) + Clone + 'static {
    let stars = Stars::of_page();
    move |event: web_sys::MouseEvent| {
        let Some(target) = target_of(&event) else { return };
        let Some(row) = row_of(&target) else { return };
        let closest = |selector: &str| target.closest(selector).ok().flatten();
        if closest("td.pick").is_some() {
            let active = state.position.active.get_untracked().unwrap_or(row);
            if event.shift_key() {
                state.select_to(row, active);
            } else {
                state.select(row);
            }
            // A box that was clicked has changed by itself; the rows are asked once more, so that it says what is selected.
            if let Ok(pick) = target.dyn_into::<HtmlInputElement>()
                && let Some(entity_ref) = state.entity_ref(row)
            {
                pick.set_checked(
                    state.selection.with_untracked(|selection| selection.contains(&entity_ref.to_string())),
                );
                state.position.focus();
            }
            return;
        }
        let act = closest("button[data-act]").and_then(|button| button.get_attribute("data-act"));
        match act.as_deref() {
            Some("star") => state.star(stars, row),
            Some("menu") => state.open_menu(row),
            Some("copy") => {
                if let Some(entity_ref) = state.entity_ref(row) {
                    copy_with(entity_ref.to_string(), "Reference copied", state.toasts);
                }
            }
            _ => {}
        }
    }
}

/// The key handler of the table.
fn use_grid_keys(state: GridState, n_rows: Memo<usize>) -> impl Fn(web_sys::KeyboardEvent) + Clone + 'static {
    let GridState { source, position, selection, .. } = state;
    let navigate = use_navigate();
    let stars = Stars::of_page();
    let has_single_keys = Preferences::of_page().has_single_keys();
    move |event: web_sys::KeyboardEvent| {
        if event.alt_key() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_on_table = target.as_ref().is_some_and(|target| target.tag_name() == "TABLE");
        let key = event.key();
        if !is_on_table {
            // In a control of the active row: Left and Right go on, Escape and the other movements return to the table.
            let is_in_body = target.as_ref().is_some_and(|target| target.closest("tbody").ok().flatten().is_some());
            if is_in_body && move_in_row(&key, target.as_ref()) {
                event.prevent_default();
            } else if is_in_body && matches!(key.as_str(), "Escape" | "ArrowUp" | "ArrowDown" | "ArrowLeft") {
                event.prevent_default();
                position.focus();
            }
            return;
        }
        let active = position.active.get_untracked();
        let per_page = position.viewport.get_untracked().rows_per_page();
        let pressed = Key { key: &key, is_shift: event.shift_key(), is_command: event.ctrl_key() || event.meta_key() };
        let command = command(pressed, active, n_rows.get_untracked(), per_page, has_single_keys.get_untracked());
        let Some(command) = command else { return };
        if command == GridCommand::SelectNone && selection.with_untracked(Selection::is_empty) {
            return;
        }
        event.prevent_default();
        let row = active.unwrap_or_default();
        match command {
            GridCommand::MoveTo(row) => position.move_to(row),
            GridCommand::ExtendTo(to) => {
                state.select_to(to, row);
                position.move_to(to);
            }
            GridCommand::Select => state.select(row),
            GridCommand::SelectAll => selection.update(Selection::select_all),
            GridCommand::SelectNone => selection.update(Selection::clear),
            GridCommand::Open => {
                if let Some(entity) = source.row_untracked(row) {
                    navigate(&paths::entity(&entity.entity_ref()), leptos_router::NavigateOptions::default());
                }
            }
            GridCommand::Star => state.star(stars, row),
            GridCommand::Menu => state.open_menu(row),
            GridCommand::EnterRow => {
                if let Some(link) = browser::find(&format!("#{} a", row_id(row))) {
                    browser::focus(&link);
                }
            }
        }
    }
}

/// Lets keys that move in the table bring the focus there, as long as it is elsewhere on the page.
fn enter_by_keys(position: GridPosition, n_rows: Memo<usize>) {
    let single_keys = Preferences::of_page().has_single_keys();
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        let is_held = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if event.default_prevented() || is_held || browser::is_typing(&event) {
            return;
        }
        let (key, has_single_keys) = (event.key(), single_keys.get_untracked());
        // On phones the arrows scroll the page.
        let is_page_free = is_nothing_focused() && !browser::media_matches(browser::PHONE);
        if !enters(&key, is_page_free, has_single_keys) {
            return;
        }
        event.prevent_default();
        let active = position.active.get_untracked();
        // Where no row was active, the focus makes the first one in sight active.
        position.focus();
        let pressed = Key { key: &key, ..Key::default() };
        let command = active.and_then(|_| command(pressed, active, n_rows.get_untracked(), 1, has_single_keys));
        if let Some(GridCommand::MoveTo(row)) = command {
            position.move_to(row);
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether the focus is on nothing that takes keys: the page as a whole, or its heading, where it is put on arrival.
fn is_nothing_focused() -> bool {
    let active = document().active_element();
    active.is_none_or(|element| element.matches("body, main, h1").unwrap_or(false))
}

/// Moves the focus to the next or previous control of a row; false when there is none.
fn move_in_row(key: &str, from: Option<&Element>) -> bool {
    let step = match key {
        "ArrowRight" => 1,
        "ArrowLeft" => -1,
        _ => return false,
    };
    let controls = || {
        let row = from?.closest("tr").ok()??;
        let found = row.query_selector_all("a, button").ok()?;
        let controls = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok());
        Some(controls.collect::<Vec<web_sys::HtmlElement>>())
    };
    let controls = controls().unwrap_or_default();
    let at = controls.iter().position(|control| Some(control.as_ref()) == from);
    let next = at.and_then(|at| at.checked_add_signed(step)).and_then(|next| controls.get(next));
    next.map(browser::focus).is_some()
}

/// A heading; a button where the table can be sorted by it.
#[component]
fn HeaderCell(
    /// The column.
    column: Column,
    /// The classes of its cells.
    class: String,
    /// What is shown, for the order.
    view: Signal<CatalogView>,
    /// Sorts by the column.
    on_sort: Callback<Column>,
) -> impl IntoView {
    // `Some(true)` for descending, `None` for the other columns.
    let order = Memo::new(move |_| view.with(|view| (view.sort.column == column).then_some(view.sort.is_descending)));
    let icon = move || match order.get() {
        Some(false) => view! { <Icon name=IconName::ArrowUp/> },
        Some(true) => view! { <Icon name=IconName::ArrowDown/> },
        None => view! { <Icon name=IconName::Sort/> },
    };
    let rem = |width: f64| (column != Column::Name).then(|| format!("{width}rem"));
    let (width, narrow_width) = (rem(column.width_rem()), rem(column.narrow_width_rem()));
    view! {
        <th
            scope="col"
            class=class
            style:width=width
            style:--narrow-width=narrow_width
            aria-sort=move || order.get().map(|is_descending| if is_descending { "descending" } else { "ascending" })
        >
            {if column.is_sortable() {
                view! {
                    <button type="button" on:click=move |_| on_sort.run(column)>
                        {column.label()}
                        {icon}
                    </button>
                }
                    .into_any()
            } else {
                column.label().into_any()
            }}
        </th>
    }
}
