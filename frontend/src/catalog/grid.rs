//! The table: windowed rows, one tab stop, keys that move an active row.

use leptos::html;
use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use super::cells::{cell_class, name_cell, other_cell};
use super::columns::{Column, columns_of};
use super::grid_keys::{GridCommand, command};
use super::kinds;
use super::source::CatalogSource;
use super::view::CatalogView;
use super::window::{Viewport, height_px};
use crate::state::preferences::{Density, Preferences};
use crate::state::stars::Stars;
use crate::ui::icon::{Icon, IconName};
use crate::{browser, paths};

/// The widths at which the table becomes a list that scrolls with the page; the same number stands in the styles.
const PHONE: &str = "(max-width: 45rem)";

/// Where the table is scrolled to, and which row is active.
#[derive(Clone, Copy)]
pub struct GridPosition {
    /// The visible part of the list.
    pub viewport: RwSignal<Viewport>,
    /// The row that the keys act on.
    pub active: RwSignal<Option<usize>>,
    wrap: NodeRef<html::Div>,
    body: NodeRef<html::Tbody>,
    table: NodeRef<html::Table>,
}

impl GridPosition {
    /// At the top, without an active row.
    pub fn new() -> Self {
        let row_px = guessed_row_px(Preferences::of_page().density().get_untracked());
        let height_px = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(900.0);
        Self {
            viewport: RwSignal::new(Viewport { offset_px: 0.0, height_px, row_px }),
            active: RwSignal::new(None),
            wrap: NodeRef::new(),
            body: NodeRef::new(),
            table: NodeRef::new(),
        }
    }

    /// Looks at the document again. Called after scrolling, resizing and when rows have come.
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
        let new = Viewport {
            offset_px: (visible_top - body_top).max(0.0),
            height_px: (visible_bottom - visible_top.max(body_top)).max(0.0),
            row_px,
        };
        if new != old {
            self.viewport.set(new);
        }
    }

    /// Scrolls so that this much of the list is above the visible part.
    pub fn scroll_to(self, offset_px: f64) {
        let (Some(wrap), Some(body)) = (self.wrap.get_untracked(), self.body.get_untracked()) else { return };
        let (visible_top, _) = visible_band(&wrap);
        let delta = offset_px - (visible_top - body.get_bounding_client_rect().top());
        if browser::media_matches(PHONE) {
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
    if browser::media_matches(PHONE) {
        let bottom = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
        (height_of(".topbar"), bottom - height_of(".bottombar"))
    } else {
        let rect = wrap.get_bounding_client_rect();
        (rect.top() + height_of(".catalog-table thead"), rect.bottom())
    }
}

/// The height of a row before one was drawn.
fn guessed_row_px(density: Density) -> f64 {
    if browser::media_matches(PHONE) {
        return 84.0;
    }
    match density {
        Density::Comfortable => 52.0,
        Density::Default => 34.0,
        Density::Compact => 28.0,
    }
}

/// The table of a view.
#[component]
pub fn Grid(
    /// What is shown.
    #[prop(into)]
    view: Signal<CatalogView>,
    /// Where the rows come from.
    source: CatalogSource,
    /// Where it is scrolled to.
    position: GridPosition,
    /// Sorts by a column.
    on_sort: Callback<Column>,
) -> impl IntoView {
    let density = Preferences::of_page().density();
    let kind = Memo::new(move |_| view.with(|view| view.kind.clone()));
    let columns = Memo::new(move |_| columns_of(&kind.get()));
    let n_rows = Memo::new(move |_| source.n_rows().unwrap_or(0));
    let rendered = Memo::new(move |_| position.viewport.get().rendered_rows(n_rows.get()));
    let row_px = Memo::new(move |_| position.viewport.get().row_px);
    let space = move |rows: usize| format!("{}px", height_px(rows, row_px.get()));
    let label = move || kinds::many(&kind.get());
    watch_viewport(position);
    Effect::new(move |_| {
        density.track();
        n_rows.track();
        columns.track();
        request_animation_frame(move || position.measure());
    });
    let on_keydown = use_grid_keys(source, position, n_rows);
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
    view! {
        <div class="table-wrap fills" node_ref=position.wrap>
            <table
                class="table stackable catalog-table"
                node_ref=position.table
                role="grid"
                tabindex="0"
                aria-label=label
                aria-rowcount=move || (n_rows.get() + 1).to_string()
                aria-activedescendant=active_id
                data-rows=move || density.get().value()
                on:keydown=on_keydown
                on:focus=on_focus
            >
                <thead>
                    <tr aria-rowindex="1">
                        {move || {
                            columns.get().iter().map(|&column| view! { <HeaderCell column view on_sort/> }).collect_view()
                        }}
                    </tr>
                </thead>
                <tbody node_ref=position.body>
                    <tr class="spacer" aria-hidden="true" role="presentation">
                        <td style:height=move || space(rendered.get().start)></td>
                    </tr>
                    <For each=move || rendered.get() key=|index| *index let:index>
                        <Row index source position columns/>
                    </For>
                    <tr class="spacer" aria-hidden="true" role="presentation">
                        <td style:height=move || space(n_rows.get().saturating_sub(rendered.get().end))></td>
                    </tr>
                </tbody>
            </table>
        </div>
    }
}

/// Looks again whenever anything scrolls or the window changes, at most once for each frame.
fn watch_viewport(position: GridPosition) {
    let is_due = StoredValue::new(false);
    let look = move || {
        if is_due.try_get_value() == Some(false) {
            is_due.set_value(true);
            request_animation_frame(move || {
                if is_due.try_set_value(false).is_none() {
                    position.measure();
                }
            });
        }
    };
    let on_resize = window_event_listener_untyped("resize", move |_| look());
    let on_page_scroll = window_event_listener_untyped("scroll", move |_| look());
    on_cleanup(move || {
        on_resize.remove();
        on_page_scroll.remove();
    });
    Effect::new(move |_| {
        let Some(wrap) = position.wrap.get() else { return };
        // The scroll of an element does not bubble to the window.
        let handler = wasm_bindgen::closure::Closure::<dyn Fn()>::new(look).into_js_value();
        wrap.set_onscroll(Some(handler.unchecked_ref()));
    });
}

/// The key handler of the table.
fn use_grid_keys(
    source: CatalogSource,
    position: GridPosition,
    n_rows: Memo<usize>,
) -> impl Fn(web_sys::KeyboardEvent) + Clone + 'static {
    let navigate = use_navigate();
    let stars = Stars::of_page();
    move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_on_table = target.as_ref().is_some_and(|target| target.tag_name() == "TABLE");
        let key = event.key();
        if !is_on_table {
            // In a link of the active row: Left and Right go on, Escape and the other movements return to the table.
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
        let Some(command) = command(&key, active, n_rows.get_untracked(), per_page) else { return };
        event.prevent_default();
        match command {
            GridCommand::MoveTo(row) => position.move_to(row),
            GridCommand::Open => {
                if let Some(entity) = active.and_then(|row| source.row_untracked(row)) {
                    navigate(&paths::entity(&entity.entity_ref()), leptos_router::NavigateOptions::default());
                }
            }
            GridCommand::Star => {
                if let Some(entity) = active.and_then(|row| source.row_untracked(row)) {
                    stars.toggle(&entity.entity_ref());
                }
            }
            GridCommand::EnterRow => {
                if let Some(link) = active.and_then(|row| browser::find(&format!("#{} a", row_id(row)))) {
                    browser::focus(&link);
                }
            }
        }
    }
}

/// Moves the focus to the next or previous link of a row; false when there is none.
fn move_in_row(key: &str, from: Option<&web_sys::Element>) -> bool {
    let step = match key {
        "ArrowRight" => 1,
        "ArrowLeft" => -1,
        _ => return false,
    };
    let links = || {
        let row = from?.closest("tr").ok()??;
        let found = row.query_selector_all("a").ok()?;
        Some(
            (0..found.length())
                .filter_map(|index| found.get(index)?.dyn_into().ok())
                .collect::<Vec<web_sys::HtmlElement>>(),
        )
    };
    let links = links().unwrap_or_default();
    let at = links.iter().position(|link| Some(link.as_ref()) == from);
    let next = at.and_then(|at| at.checked_add_signed(step)).and_then(|next| links.get(next));
    next.map(browser::focus).is_some()
}

fn row_id(index: usize) -> String {
    format!("row-{index}")
}

/// A heading; a button where the table can be sorted by it.
#[component]
fn HeaderCell(
    /// The column.
    column: Column,
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
    let class = if column == Column::Name { "name".to_owned() } else { cell_class(column) };
    view! {
        <th
            scope="col"
            class=class
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

/// One row; grey bars stand in until it has come.
#[component]
fn Row(
    /// Its place in the whole list.
    index: usize,
    /// Where it comes from.
    source: CatalogSource,
    /// Which row is active.
    position: GridPosition,
    /// What to show of it.
    columns: Memo<&'static [Column]>,
) -> impl IntoView {
    let entity = Memo::new(move |_| source.row(index));
    let is_active = Memo::new(move |_| position.active.get() == Some(index));
    let cells = move || {
        let columns = columns.get();
        match entity.get() {
            Some(entity) => {
                (name_cell(&entity), columns[1..].iter().map(|&column| other_cell(&entity, column)).collect_view())
                    .into_any()
            }
            None => columns
                .iter()
                .map(|&column| {
                    let class = if column == Column::Name { "name".to_owned() } else { cell_class(column) };
                    view! { <td class=class><span class="skeleton w-55"></span></td> }
                })
                .collect_view()
                .into_any(),
        }
    };
    view! {
        <tr
            id=row_id(index)
            aria-rowindex=(index + 2).to_string()
            data-active=move || is_active.get().then_some("")
            on:mousedown=move |_| position.active.set(Some(index))
        >
            {cells}
        </tr>
    }
}
