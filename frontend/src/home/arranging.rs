//! Arranging the cards: moving them by keys, buttons, pointer and touch, putting them away, and getting them back.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::home_data::HomeData;
use super::layout::{Drop, HomeLayout, Slot, Way};
use crate::browser;
use crate::extensions::{ExtensionRegistry, HomeWidget, Registry};
use crate::state::announcer::Announcer;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::icon::IconName;

/// So near to an edge of the window the page scrolls along with a dragged card, in pixels.
const SCROLL_EDGE: f64 = 72.0;
/// How far it scrolls with each movement, in pixels.
const SCROLL_STEP: f64 = 18.0;

/// A card on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drag {
    /// Which card.
    pub id: String,
    /// The pointer that holds it.
    pointer_id: i32,
    /// Where it would fall.
    pub target: Option<Drop>,
}

/// Everything that the cards need to be arranged.
#[derive(Clone, Copy)]
pub struct Arranging {
    data: HomeData,
    announcer: Announcer,
    toasts: Toasts,
    /// The cards that are shown at the moment, if nobody has put them away.
    pub widgets: Memo<Widgets>,
    /// Where they stand.
    pub layout: Memo<HomeLayout>,
    /// A card on its way.
    pub drag: RwSignal<Option<Drag>>,
}

/// Cards in their default order. Two are equal when they have the same names and places.
#[derive(Clone, Debug, Default)]
pub struct Widgets {
    list: Vec<HomeWidget>,
    slots: Vec<Slot>,
}

impl PartialEq for Widgets {
    fn eq(&self, other: &Self) -> bool {
        self.slots == other.slots
    }
}

impl Widgets {
    fn of(registry: &Registry) -> Self {
        let list: Vec<HomeWidget> =
            registry.home_widgets().into_iter().filter(|widget| widget.applies.is_now()).collect();
        let slot = |widget: &HomeWidget| Slot {
            id: widget.id.clone(),
            span: widget.span.clamp(1, 2),
            may_be_narrow: widget.may_be_narrow,
        };
        let slots = list.iter().map(slot).collect();
        Self { list, slots }
    }

    /// The places.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The card of a name.
    pub fn find(&self, id: &str) -> Option<&HomeWidget> {
        self.list.iter().find(|widget| widget.id == id)
    }

    fn title(&self, id: &str) -> String {
        self.find(id).map_or_else(|| id.to_owned(), |widget| widget.title.clone())
    }
}

impl Arranging {
    /// Over the cards that are registered.
    pub fn new(data: HomeData) -> Self {
        let registry = ExtensionRegistry::of_page();
        let widgets = Memo::new(move |_| registry.with(Widgets::of));
        let shown = data.arrangement.shown();
        let layout = Memo::new(move |_| widgets.with(|widgets| shown.with(|shown| shown.complete(widgets.slots()))));
        let drag = RwSignal::new(None);
        Self { data, announcer: Announcer::of_page(), toasts: Toasts::of_page(), widgets, layout, drag }
    }

    /// The cards of a column, in order.
    pub fn column(self, span: u8) -> Memo<Vec<String>> {
        Memo::new(move |_| self.widgets.with(|widgets| self.layout.with(|layout| layout.column(widgets.slots(), span))))
    }

    /// The cards that are put away: names, pictures and titles.
    pub fn hidden(self) -> Memo<Vec<(String, IconName, String)>> {
        Memo::new(move |_| {
            self.widgets.with(|widgets| {
                let hidden = self.layout.with(|layout| layout.hidden(widgets.slots()));
                let widgets = hidden.iter().filter_map(|id| widgets.find(id));
                widgets.map(|widget| (widget.id.clone(), widget.icon, widget.title.clone())).collect()
            })
        })
    }

    /// Whether a card can be moved that way.
    pub fn can_move(self, id: &str, way: Way) -> bool {
        self.widgets.with(|widgets| self.layout.with(|layout| layout.moved(widgets.slots(), id, way).is_some()))
    }

    /// Moves a card along the line; `control` keeps the focus.
    pub fn move_card(self, id: &str, way: Way, control: &'static str) {
        let moved = self.with_both(|layout, slots| layout.moved(slots, id, way));
        match moved {
            Some(layout) => {
                self.data.arrangement.change(layout);
                self.say_place(id);
                keep_focus(id, control);
            }
            None => {
                let end = if way == Way::Earlier { "first" } else { "last" };
                self.say(&format!("{} is the {end} card", self.title(id)));
            }
        }
    }

    /// Puts a card into the other column.
    pub fn resize(self, id: &str, control: &'static str) {
        match self.with_both(|layout, slots| layout.resized(slots, id)) {
            Some(layout) => {
                self.data.arrangement.change(layout);
                self.say_place(id);
                keep_focus(id, control);
            }
            None => self.say(&format!("{} needs the wide column", self.title(id))),
        }
    }

    /// Puts a card into the column with this span, if it is not there.
    pub fn move_to_column(self, id: &str, span: u8, control: &'static str) {
        if self.layout.with_untracked(|layout| layout.span(id)) != Some(span) {
            self.resize(id, control);
        }
    }

    /// Puts a card away.
    pub fn hide(self, id: &str) {
        let Some(layout) = self.with_both(|layout, _| layout.without(id)) else { return };
        self.data.arrangement.change(layout);
        self.say(&format!("{} is hidden. It is in the list of hidden cards.", self.title(id)));
        let id = id.to_owned();
        request_animation_frame(move || {
            if let Some(button) = browser::find(&format!("[data-show=\"{id}\"]")) {
                browser::focus(&button);
            }
        });
    }

    /// Shows a card again.
    pub fn show(self, id: &str) {
        let Some(layout) = self.with_both(|layout, _| layout.with(id)) else { return };
        self.data.arrangement.change(layout);
        self.say_place(id);
        keep_focus(id, "handle");
    }

    /// Takes the last step back.
    pub fn undo(self) {
        let sentence =
            if self.data.arrangement.undo() { "The last step is taken back" } else { "There is no step to take back" };
        self.say(sentence);
    }

    /// Back to the default.
    pub fn reset(self) {
        let arrangement = self.data.arrangement;
        arrangement.change(HomeLayout::default());
        self.say("The cards are back in their default places");
        self.toasts.show_with_action(
            Tone::Info,
            "The cards are back in their default places",
            None,
            "Undo",
            move || {
                arrangement.undo();
            },
        );
    }

    /// Starts arranging.
    pub fn start(self) {
        self.data.is_arranging.set(true);
        self.say("Arrange the cards: focus a handle and press the arrow keys. Escape ends it.");
        request_animation_frame(|| {
            if let Some(handle) = browser::find("[data-control=handle]") {
                browser::focus(&handle);
            }
        });
    }

    /// Ends arranging.
    pub fn finish(self) {
        self.drag.set(None);
        self.data.is_arranging.set(false);
        self.data.arrangement.forget_steps();
        self.say("The cards stay as they are now");
        request_animation_frame(|| {
            if let Some(button) = browser::find(".home__customise") {
                browser::focus(&button);
            }
        });
    }

    /// Takes a card by its handle.
    pub fn grab(self, id: &str, event: &web_sys::PointerEvent) {
        if event.button() != 0 {
            return;
        }
        // Text would be selected on the way.
        event.prevent_default();
        self.drag.set(Some(Drag { id: id.to_owned(), pointer_id: event.pointer_id(), target: None }));
    }

    /// Follows the pointer that holds a card.
    pub fn follow(self, event: &web_sys::PointerEvent) {
        if !self.holds(event) {
            return;
        }
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        scroll_along(y);
        let id = self.drag.with_untracked(|drag| drag.as_ref().map(|drag| drag.id.clone())).unwrap_or_default();
        let target = drop_target(x, y)
            .filter(|target| self.with_both(|layout, slots| layout.dropped(slots, &id, target)).is_some());
        if self.drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.target != target)) {
            self.drag.update(|drag| {
                if let Some(drag) = drag {
                    drag.target = target;
                }
            });
        }
    }

    /// Lets go of a card.
    pub fn release(self, event: &web_sys::PointerEvent) {
        if !self.holds(event) {
            return;
        }
        let Some(Drag { id, target: Some(target), .. }) = self.drag.get_untracked() else {
            self.drag.set(None);
            return;
        };
        self.drag.set(None);
        if let Some(layout) = self.with_both(|layout, slots| layout.dropped(slots, &id, &target)) {
            self.data.arrangement.change(layout);
            self.say_place(&id);
        }
    }

    /// Lets a card go back to where it was.
    pub fn cancel(self) {
        self.drag.set(None);
    }

    fn holds(self, event: &web_sys::PointerEvent) -> bool {
        self.drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.pointer_id == event.pointer_id()))
    }

    fn with_both<T>(self, change: impl FnOnce(&HomeLayout, &[Slot]) -> T) -> T {
        self.widgets.with_untracked(|widgets| self.layout.with_untracked(|layout| change(layout, widgets.slots())))
    }

    fn title(self, id: &str) -> String {
        self.widgets.with_untracked(|widgets| widgets.title(id))
    }

    fn say(self, sentence: &str) {
        self.announcer.say(sentence.to_owned());
    }

    fn say_place(self, id: &str) {
        let place = self.with_both(|layout, slots| {
            let span = layout.span(id)?;
            let column = layout.column(slots, span);
            let at = column.iter().position(|known| known == id)? + 1;
            let name = if span == 2 { "wide" } else { "narrow" };
            Some(format!("place {at} of {} in the {name} column", column.len()))
        });
        if let Some(place) = place {
            self.say(&format!("{}, {place}", self.title(id)));
        }
    }
}

/// A card that moves in the document loses the focus, and its control gets it back.
fn keep_focus(id: &str, control: &'static str) {
    let card = format!("[data-widget=\"{id}\"]");
    request_animation_frame(move || {
        let find = |control: &str| browser::find(&format!("{card} [data-control={control}]:not(:disabled)"));
        if let Some(control) = find(control).or_else(|| find("handle")) {
            browser::focus(&control);
        }
        if let Some(card) = browser::find(&card) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            card.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

fn scroll_along(y: f64) {
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    if y < SCROLL_EDGE {
        window().scroll_by_with_x_and_y(0.0, -SCROLL_STEP);
    } else if y > height - SCROLL_EDGE {
        window().scroll_by_with_x_and_y(0.0, SCROLL_STEP);
    }
}

/// Where a card would fall: before or behind the card at that point, or at the end of the column there.
fn drop_target(x: f64, y: f64) -> Option<Drop> {
    #[expect(clippy::cast_possible_truncation, reason = "coordinates of a window")]
    let under = document().element_from_point(x as f32, y as f32)?;
    if let Some(card) = under.closest("[data-widget]").ok().flatten() {
        let id = card.get_attribute("data-widget")?;
        let place = card.get_bounding_client_rect();
        let is_upper_half = y < place.top() + place.height() / 2.0;
        return Some(if is_upper_half { Drop::Before(id) } else { Drop::After(id) });
    }
    let column: web_sys::Element = under.closest("[data-column]").ok().flatten()?.unchecked_into();
    column.get_attribute("data-column")?.parse().ok().map(Drop::EndOf)
}
