//! The window onto the picture: drawing, moving, zooming, keys and highlighting.
//!
//! The picture is drawn once, as one text. Moving and zooming change the transform of what holds it and nothing else; what is
//! looked at is drawn a second time over the dimmed rest, so that the work depends on its neighbours and not on the picture.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle, window_event_listener};
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use shared::entity::EntityRef;
use wasm_bindgen::JsCast;

use super::camera::{Camera, Point, Size, ZOOM_STEP};
use super::drawing::{self, Links};
use super::picture::{Picture, Way};
use super::source::GraphRequest;
use crate::browser;
use crate::paths;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};

/// The pointer has to go this far before it moves the picture: a hand that clicks is never quite still.
const DRAG_FROM_PX: f64 = 4.0;
/// How long a `g` waits for its letter; then `r` belongs to it.
const SEQUENCE_MS: f64 = 1_500.0;
/// How long a size has to stay until the picture is painted anew for it.
const SHARPEN_AFTER: Duration = Duration::from_millis(250);
/// How long after a change of its size the picture counts as moving.
const MOVING_MS: f64 = 200.0;
/// One step of the wheel in pixels.
const WHEEL_LINE_PX: f64 = 40.0;

/// What a canvas does with clicks and keys.
#[derive(Clone, Copy)]
pub struct CanvasActions {
    /// A node was chosen. Without it a click opens the entity at once.
    pub on_select: Option<Callback<EntityRef>>,
    /// The graph is to start from a node.
    pub on_start: Callback<EntityRef>,
}

/// Pointers on the canvas, and whether they have moved the picture.
#[derive(Clone, Debug, Default)]
struct Touches {
    pointers: BTreeMap<i32, Point>,
    start: Point,
    is_dragging: bool,
}

/// The state of one canvas.
#[derive(Clone, Copy)]
struct Canvas {
    picture: Memo<Option<Arc<Picture>>>,
    stage: NodeRef<html::Div>,
    scene: NodeRef<html::Div>,
    camera: RwSignal<Camera>,
    /// Whether the reader has moved the picture since it was fitted.
    is_moved: StoredValue<bool>,
    hovered: RwSignal<Option<usize>>,
    focused: RwSignal<Option<usize>>,
    touches: StoredValue<Touches>,
    g_pressed_ms: StoredValue<f64>,
    /// When the size changed last.
    zoomed_ms: StoredValue<f64>,
}

impl Canvas {
    /// Whether the picture moves below the pointer, which then looks at nothing.
    fn is_moving(self) -> bool {
        let is_dragged = self.touches.with_value(|touches| touches.is_dragging && !touches.pointers.is_empty());
        is_dragged || browser::now_ms() - self.zoomed_ms.get_value() < MOVING_MS
    }

    fn hover(self, node: Option<usize>) {
        if self.hovered.get_untracked() != node {
            self.hovered.set(node);
        }
    }

    fn window(self) -> Size {
        self.stage.get_untracked().map_or_else(Size::default, |stage| Size {
            width: f64::from(stage.client_width()),
            height: f64::from(stage.client_height()),
        })
    }

    fn size(self) -> Size {
        self.picture.with_untracked(|picture| picture.as_ref().map(|picture| picture.size).unwrap_or_default())
    }

    /// Where a pointer is in the window onto the picture.
    fn point(self, event: &web_sys::MouseEvent) -> Point {
        let rect = self.stage.get_untracked().map(|stage| stage.get_bounding_client_rect());
        let (left, top) = rect.map_or((0.0, 0.0), |rect| (rect.left(), rect.top()));
        Point { x: f64::from(event.client_x()) - left, y: f64::from(event.client_y()) - top }
    }

    fn fit(self) {
        self.is_moved.set_value(false);
        self.camera.set(Camera::fitting(self.size(), self.window()));
    }

    fn start(self) {
        self.is_moved.set_value(false);
        let first = self.picture.with_untracked(|picture| picture.as_ref().map(|picture| picture.middle(0)));
        self.camera.set(Camera::starting(self.size(), self.window(), first.unwrap_or_default()));
    }

    fn zoom(self, factor: f64) {
        let Size { width, height } = self.window();
        self.zoom_at(factor, Point { x: width / 2.0, y: height / 2.0 });
    }

    fn zoom_at(self, factor: f64, fixed: Point) {
        self.is_moved.set_value(true);
        self.camera.update(|camera| *camera = camera.zoomed(factor, fixed));
    }

    fn move_by(self, by: Point) {
        self.is_moved.set_value(true);
        self.camera.update(|camera| *camera = camera.moved(by));
    }

    fn element(self, node: usize) -> Option<web_sys::Element> {
        self.scene.get_untracked()?.query_selector(&format!("a[data-node=\"{node}\"]")).ok()?
    }

    /// Moves a node into sight.
    fn show(self, node: usize) {
        let place = self.picture.with_untracked(|picture| {
            let picture = picture.as_ref()?;
            Some((picture.nodes.get(node)?.corner, picture.node_size))
        });
        if let Some((corner, size)) = place {
            let window = self.window();
            self.camera.update(|camera| *camera = camera.showing(corner, size, window));
        }
    }

    /// Moves the focus to a node and the node into sight.
    fn focus(self, node: usize) {
        self.show(node);
        if let Some(element) = self.element(node) {
            focus_svg(&element);
        }
    }

    fn entity_ref(self, node: usize) -> Option<EntityRef> {
        self.picture.with_untracked(|picture| Some(picture.as_ref()?.nodes.get(node)?.entity_ref.clone()))
    }

    /// The node that keys act on: the one with the focus.
    fn current(self) -> usize {
        self.focused.get_untracked().unwrap_or_default()
    }
}

/// Links of a picture can take the focus, but are no elements of HTML.
fn focus_svg(element: &web_sys::Element) {
    let Ok(focus) = js_sys::Reflect::get(element, &"focus".into()) else { return };
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    if let Some(focus) = focus.dyn_ref::<js_sys::Function>()
        && let Err(error) = focus.call1(element, &options)
    {
        leptos::logging::warn!("The focus did not move: {error:?}");
    }
}

fn node_of(target: Option<web_sys::EventTarget>) -> Option<usize> {
    let element = target?.dyn_into::<web_sys::Element>().ok()?;
    element.closest("a[data-node]").ok()??.get_attribute("data-node")?.parse().ok()
}

/// The picture, with the buttons that move it.
#[component]
pub fn GraphCanvas(
    /// What is drawn.
    picture: Memo<Option<Arc<Picture>>>,
    /// For which request it came. Another one is looked at afresh; a new state of the same one does not move the view.
    subject: Memo<GraphRequest>,
    /// The selected entity.
    selected: Signal<Option<EntityRef>>,
    /// What clicks and keys do.
    actions: CanvasActions,
    /// What the picture is called.
    #[prop(into)]
    name: Signal<String>,
    /// What lies over the picture.
    children: Children,
) -> impl IntoView {
    let canvas = Canvas {
        picture,
        stage: NodeRef::new(),
        scene: NodeRef::new(),
        camera: RwSignal::new(Camera::default()),
        is_moved: StoredValue::new(false),
        hovered: RwSignal::new(None),
        focused: RwSignal::new(None),
        touches: StoredValue::new(Touches::default()),
        g_pressed_ms: StoredValue::new(f64::NEG_INFINITY),
        zoomed_ms: StoredValue::new(f64::NEG_INFINITY),
    };
    let is_embedded = actions.on_select.is_none();
    let links = if is_embedded { Links::PageWithPreviews } else { Links::Page };
    let chosen = Memo::new(move |_| {
        selected.with(|selected| picture.with(|picture| picture.as_ref()?.find(selected.as_ref()?)))
    });
    draw(canvas, subject, chosen, links);
    follow(canvas, chosen);
    highlight(canvas, chosen);
    move_scene(canvas);
    let handle = window_event_listener(ev::resize, move |_| {
        if !canvas.is_moved.get_value() {
            canvas.start();
        }
    });
    on_cleanup(move || handle.remove());

    let open = use_open();
    let on_keydown = move |event: web_sys::KeyboardEvent| press(canvas, actions, &event);
    let on_click = move |event: web_sys::MouseEvent| {
        // Without a pointer the click counts nothing: the Enter key, or a reader's own way to follow a link.
        let is_pointer = event.detail() > 0;
        let has_dragged = is_pointer && canvas.touches.with_value(|touches| touches.is_dragging);
        let Some(node) = node_of(event.target()) else { return };
        let is_new_tab = event.ctrl_key() || event.meta_key() || event.shift_key();
        if is_new_tab && !has_dragged {
            return;
        }
        event.prevent_default();
        let Some(entity_ref) = canvas.entity_ref(node) else { return };
        match actions.on_select {
            _ if has_dragged => {}
            Some(on_select) if is_pointer => on_select.run(entity_ref),
            _ => open.run(entity_ref),
        }
    };
    let on_dblclick = move |event: web_sys::MouseEvent| {
        if let Some(entity_ref) = node_of(event.target()).and_then(|node| canvas.entity_ref(node)) {
            open.run(entity_ref);
        }
    };
    let on_focusin = move |event: web_sys::FocusEvent| {
        let node = node_of(event.target());
        canvas.focused.set(node);
        if let (Some(on_select), Some(entity_ref)) = (actions.on_select, node.and_then(|node| canvas.entity_ref(node)))
        {
            on_select.run(entity_ref);
        }
    };
    let button = move |icon: IconName, label: &'static str, act: fn(Canvas)| {
        view! {
            <button class="icon-button" type="button" aria-label=label title=label on:click=move |_| act(canvas)>
                <Icon name=icon/>
            </button>
        }
    };
    view! {
        <div
            node_ref=canvas.stage
            class="graph-stage"
            class:is-embedded=is_embedded
            role="group"
            aria-label=name
            on:keydown=on_keydown
            on:click=on_click
            on:dblclick=on_dblclick
            on:focusin=on_focusin
            on:focusout=move |_| canvas.focused.set(None)
            on:mouseover=move |event| {
                let node = node_of(event.target());
                if !canvas.is_moving() {
                    canvas.hover(node);
                }
            }
            on:mouseleave=move |_| canvas.hovered.set(None)
            on:pointerdown=move |event| touch_start(canvas, &event)
            on:pointermove=move |event| touch_move(canvas, &event)
            on:pointerup=move |event| touch_end(canvas, &event)
            on:pointercancel=move |event| touch_end(canvas, &event)
            on:wheel=move |event| turn_wheel(canvas, is_embedded, &event)
            on:dragstart=move |event| event.prevent_default()
        >
            <div node_ref=canvas.scene class="graph-scene"></div>
        </div>
        <div class="canvas-tools" role="group" aria-label="Canvas tools">
            {button(IconName::Plus, "Zoom in", |canvas| canvas.zoom(ZOOM_STEP))}
            {button(IconName::Minus, "Zoom out", |canvas| canvas.zoom(1.0 / ZOOM_STEP))}
            {button(IconName::Fit, "Show all", Canvas::fit)}
        </div>
        {children()}
    }
}

/// Opens an entity.
fn use_open() -> Callback<EntityRef> {
    let navigate = use_navigate();
    Callback::new(move |entity_ref: EntityRef| navigate(&paths::entity(&entity_ref), Default::default()))
}

/// Draws the picture when it is new. The view stays where it was for a new state of the same graph.
fn draw(canvas: Canvas, subject: Memo<GraphRequest>, chosen: Memo<Option<usize>>, links: Links) {
    let drawn = StoredValue::new(None::<(GraphRequest, Arc<Picture>)>);
    effect(move || {
        let (Some(scene), Some(picture)) = (canvas.scene.get(), canvas.picture.get()) else { return };
        let request = subject.get_untracked();
        let had_focus = canvas.focused.get_untracked();
        let old = drawn.get_value();
        // The elements go, and these are numbers of the old picture.
        canvas.hovered.set(None);
        canvas.focused.set(None);
        scene.set_inner_html(&drawing::page_markup(&picture, links));
        place_labels(&scene, &picture);
        let keep = old.as_ref().filter(|(old_request, _)| *old_request == request).map(|(_, old)| old.clone());
        match keep {
            Some(old) => {
                // The entity that is looked at, else the start, is held in its place.
                let held = chosen.get_untracked().or(Some(0)).and_then(|node| {
                    let before = old.find(&picture.nodes.get(node)?.entity_ref)?;
                    Some((old.middle(before), picture.middle(node)))
                });
                if let Some((before, now)) = held {
                    canvas.camera.update(|camera| *camera = camera.with_at(now, camera.window_point(before)));
                }
                let focused = had_focus.and_then(|node| picture.find(&old.nodes.get(node)?.entity_ref));
                if let Some(element) = focused.and_then(|node| canvas.element(node)) {
                    focus_svg(&element);
                }
            }
            None => canvas.start(),
        }
        drawn.set_value(Some((request, picture)));
    });
}

/// Puts the names into their nodes.
fn place_labels(scene: &web_sys::Element, picture: &Picture) {
    let mut label = scene.query_selector(".graph__labels > div").ok().flatten();
    for node in &picture.nodes {
        let Some(element) = label else { return };
        if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
            element.style().set_css_text(&drawing::label_style(picture, node));
        }
        label = element.next_element_sibling();
    }
}

/// Brings what is selected elsewhere into sight. What has the focus is seen already, and must not move under the pointer.
fn follow(canvas: Canvas, chosen: Memo<Option<usize>>) {
    effect(move || {
        let Some(node) = chosen.get() else { return };
        if canvas.focused.get_untracked() != Some(node) {
            canvas.show(node);
        }
    });
}

/// Keeps one tab stop, and shows what is looked at over the dimmed rest.
fn highlight(canvas: Canvas, chosen: Memo<Option<usize>>) {
    Effect::new(move |old_stop: Option<usize>| {
        let stop = chosen.get().unwrap_or_default();
        let Some(picture) = canvas.picture.get() else { return stop };
        let Some(scene) = canvas.scene.get_untracked() else { return stop };
        for (node, value) in [(old_stop.unwrap_or_default(), "-1"), (stop, "0")] {
            if let Some(element) = canvas.element(node) {
                set(&element, "tabindex", Some(value));
                set(&element, "data-selected", (node == stop && chosen.get_untracked().is_some()).then_some(""));
            }
        }
        let looked_at = canvas.hovered.get().or(canvas.focused.get()).or(chosen.get());
        let Ok(Some(layer)) = scene.query_selector(".graph__lit") else { return stop };
        let shown = looked_at.filter(|&node| node < picture.nodes.len() && picture.arrows.len() > 1);
        set(&scene, "data-lit", shown.map(|_| ""));
        layer.set_inner_html(&shown.map_or_else(String::new, |node| {
            let has_ring = canvas.element(node).is_some_and(|element| element.matches(":focus-visible") == Ok(true));
            drawing::lit(&picture, node, &picture.path_to(node), has_ring)
        }));
        stop
    });
}

fn set(element: &web_sys::Element, name: &str, value: Option<&str>) {
    let result = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
    if let Err(error) = result {
        leptos::logging::warn!("The graph could not mark a node: {error:?}");
    }
}

/// Brings the camera to the scene.
fn move_scene(canvas: Canvas) {
    let mut last_scale = None;
    let mut sharpening: Option<TimeoutHandle> = None;
    effect(move || {
        let camera = canvas.camera.get();
        if last_scale.replace(camera.scale).is_some_and(|last| last != camera.scale) {
            canvas.zoomed_ms.set_value(browser::now_ms());
            sharpening.take().inspect(TimeoutHandle::clear);
            sharpening = set_timeout_with_handle(move || sharpen(canvas), SHARPEN_AFTER).ok();
        }
        let Some(scene) = canvas.scene.get() else { return };
        let element: &web_sys::HtmlElement = scene.as_ref();
        if let Err(error) = element.style().set_property("transform", &camera.transform()) {
            leptos::logging::warn!("The graph did not move: {error:?}");
        }
        // While the reader zooms, nothing is painted.
        if !canvas.is_moved.get_value() {
            show_details(element, camera);
        }
    });
}

/// From afar only what can be read is drawn.
fn show_details(scene: &web_sys::Element, camera: Camera) {
    set(scene, "data-far", camera.is_far().then_some(""));
}

/// Has the scene painted anew for its size: until then the browser enlarges or shrinks what it has.
fn sharpen(canvas: Canvas) {
    let Some(scene) = canvas.scene.try_get_untracked().flatten() else { return };
    show_details(&scene, canvas.camera.get_untracked());
    // The pointer may be over another node now.
    let below = scene.query_selector("a[data-node]:hover").ok().flatten();
    canvas.hover(node_of(below.map(Into::into)));
    set(&scene, "data-sharpening", Some(""));
    request_animation_frame(move || request_animation_frame(move || set(&scene, "data-sharpening", None)));
}

fn press(canvas: Canvas, actions: CanvasActions, event: &web_sys::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return;
    }
    let key = event.key();
    let is_after_g = browser::now_ms() - canvas.g_pressed_ms.get_value() < SEQUENCE_MS;
    canvas.g_pressed_ms.set_value(if key == "g" { browser::now_ms() } else { f64::NEG_INFINITY });
    let way = match key.as_str() {
        "ArrowLeft" => Some(Way::Left),
        "ArrowRight" => Some(Way::Right),
        "ArrowUp" => Some(Way::Up),
        "ArrowDown" => Some(Way::Down),
        _ => None,
    };
    match (way, key.as_str()) {
        (Some(way), _) => {
            let step = |picture: &Option<Arc<Picture>>| picture.as_ref()?.step(canvas.current(), way);
            if let Some(node) = canvas.picture.with_untracked(step) {
                canvas.focus(node);
            }
        }
        (None, "Home") => canvas.focus(0),
        (None, "+" | "=") => canvas.zoom(ZOOM_STEP),
        (None, "-") => canvas.zoom(1.0 / ZOOM_STEP),
        (None, "0") => canvas.fit(),
        (None, "r" | "R") if !is_after_g => {
            if let Some(entity_ref) = canvas.entity_ref(canvas.current()) {
                actions.on_start.run(entity_ref);
            }
        }
        _ => return,
    }
    event.prevent_default();
}

fn touch_start(canvas: Canvas, event: &web_sys::PointerEvent) {
    if event.button() > 0 {
        return;
    }
    let point = canvas.point(event);
    canvas.touches.update_value(|touches| {
        if touches.pointers.is_empty() {
            touches.is_dragging = false;
            touches.start = point;
        }
        touches.pointers.insert(event.pointer_id(), point);
    });
}

fn touch_move(canvas: Canvas, event: &web_sys::PointerEvent) {
    enum Gesture {
        None,
        Begin(Point),
        Move(Point),
        Pinch { factor: f64, fixed: Point, by: Point },
    }
    let point = canvas.point(event);
    let gesture = canvas.touches.try_update_value(|touches| {
        let Some(before) = touches.pointers.insert(event.pointer_id(), point) else {
            touches.pointers.remove(&event.pointer_id());
            return Gesture::None;
        };
        let by = Point { x: point.x - before.x, y: point.y - before.y };
        let other = touches.pointers.iter().find(|(id, _)| **id != event.pointer_id()).map(|(_, other)| *other);
        let apart = |one: Point, other: Point| (one.x - other.x).hypot(one.y - other.y).max(1.0);
        match other {
            Some(other) => {
                touches.is_dragging = true;
                let fixed = Point { x: (point.x + other.x) / 2.0, y: (point.y + other.y) / 2.0 };
                let by = Point { x: by.x / 2.0, y: by.y / 2.0 };
                Gesture::Pinch { factor: apart(point, other) / apart(before, other), fixed, by }
            }
            None if touches.is_dragging => Gesture::Move(by),
            None if apart(point, touches.start) > DRAG_FROM_PX => {
                touches.is_dragging = true;
                Gesture::Begin(Point { x: point.x - touches.start.x, y: point.y - touches.start.y })
            }
            None => Gesture::None,
        }
    });
    match gesture {
        Some(Gesture::Begin(by)) => {
            hold(canvas, event);
            canvas.move_by(by);
        }
        Some(Gesture::Move(by)) => canvas.move_by(by),
        Some(Gesture::Pinch { factor, fixed, by }) => {
            hold(canvas, event);
            canvas.zoom_at(factor, fixed);
            canvas.move_by(by);
        }
        Some(Gesture::None) | None => {}
    }
}

/// Keeps getting the moves of a pointer that leaves the canvas. Only from now on: it would turn a click on a node into one on
/// the canvas.
fn hold(canvas: Canvas, event: &web_sys::PointerEvent) {
    let Some(stage) = canvas.stage.get_untracked() else { return };
    set(&stage, "data-moving", Some(""));
    if let Err(error) = stage.set_pointer_capture(event.pointer_id()) {
        leptos::logging::warn!("The pointer is not held: {error:?}");
    }
}

fn touch_end(canvas: Canvas, event: &web_sys::PointerEvent) {
    let is_last = canvas.touches.try_update_value(|touches| {
        touches.pointers.remove(&event.pointer_id());
        touches.pointers.is_empty()
    });
    if let (Some(true), Some(stage)) = (is_last, canvas.stage.get_untracked()) {
        set(&stage, "data-moving", None);
    }
}

/// The wheel zooms. Inside of a page it scrolls the page, unless Ctrl is held or two fingers are spread.
fn turn_wheel(canvas: Canvas, is_embedded: bool, event: &web_sys::WheelEvent) {
    let is_zoom = event.ctrl_key() || event.meta_key();
    if is_embedded && !is_zoom {
        return;
    }
    event.prevent_default();
    let unit = if event.delta_mode() == 0 { 1.0 } else { WHEEL_LINE_PX };
    let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
    if !is_zoom && x.abs() > y.abs() {
        canvas.move_by(Point { x: -x, y: 0.0 });
        return;
    }
    // Two fingers send many small steps, a wheel few large ones.
    let strength = if is_zoom { 0.01 } else { 0.0018 };
    canvas.zoom_at((-y * strength).clamp(-0.6, 0.6).exp(), canvas.point(event));
}
