//! The window of the palette.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use shared::api::search::SearchTextPart;
use shared::entity::EntityRef;

use super::entry::{Entry, Found, Local, Target, entity_actions, entries};
use super::search::{is_needed, search};
use super::typed::{Typed, marked};
use crate::api::{ApiClient, CancelToken};
use crate::catalog::{SavedViews, kinds};
use crate::extensions::{ExtensionRegistry, PageOwner, Run};
use crate::state::announcer::Announcer;
use crate::state::overlays::Overlays;
use crate::state::recent::Recents;
use crate::state::stars::Stars;
use crate::ui::copy::copy_and_say;
use crate::ui::dialog::Modal;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;
use crate::{browser, paths};

/// How long the reader must pause before the server is asked.
const TYPING_PAUSE: Duration = Duration::from_millis(60);
/// What the page knows is shown after this time although the server has not answered.
const PATIENCE_MS: i32 = 150;
/// What to say where the server does not answer at all.
const NO_ANSWER: &str = "The server did not answer. What the page knows is listed.";
/// The list of lines in the document.
const LIST_ID: &str = "palette-list";

/// The window of the palette. Its content is made when it opens.
#[component]
pub fn PaletteDialog() -> impl IntoView {
    let is_open = Overlays::of_page().is_palette_open;
    view! {
        <Modal is_open label="Command palette" class="palette">
            <Palette/>
        </Modal>
    }
}

/// What is listed: an answer, and for what it was asked.
#[derive(Clone, Debug, Default)]
struct Listed {
    typed: Typed,
    found: Found,
    /// Whether the server has not answered yet.
    is_provisional: bool,
}

/// The state of an open palette.
#[derive(Clone, Copy)]
struct PaletteState {
    text: RwSignal<String>,
    listed: RwSignal<Listed>,
    /// The entity whose actions are listed.
    subject: RwSignal<Option<EntityRef>>,
    active: RwSignal<usize>,
    /// Enter was pressed before the lines for what was typed were there.
    is_enter_due: RwSignal<bool>,
    request: StoredValue<Request>,
    client: ApiClient,
}

/// The request under way.
#[derive(Default)]
struct Request {
    generation: u64,
    cancel: Option<CancelToken>,
    timer: Option<TimeoutHandle>,
}

impl PaletteState {
    fn new() -> Self {
        let state = Self {
            text: RwSignal::new(String::new()),
            listed: RwSignal::new(Listed::default()),
            subject: RwSignal::new(None),
            active: RwSignal::new(0),
            is_enter_due: RwSignal::new(false),
            request: StoredValue::new(Request::default()),
            client: ApiClient::of_page(),
        };
        on_cleanup(move || {
            state.request.try_update_value(Request::stop);
        });
        state
    }

    fn type_text(self, text: String) {
        let typed = Typed::parse(&text);
        self.text.set(text);
        self.subject.set(None);
        self.is_enter_due.set(false);
        let generation = self.request.try_update_value(|request| {
            request.stop();
            request.generation += 1;
            request.generation
        });
        let Some(generation) = generation else { return };
        if !is_needed(&typed) {
            self.show(Listed { typed, ..Listed::default() });
            return;
        }
        let ask = move || self.ask(typed, generation);
        match set_timeout_with_handle(ask, TYPING_PAUSE) {
            Ok(timer) => self.request.update_value(|request| request.timer = Some(timer)),
            Err(error) => leptos::logging::warn!("The palette cannot wait: {error:?}"),
        }
    }

    fn ask(self, typed: Typed, generation: u64) {
        let Ok(cancel) = CancelToken::new() else { return };
        if self.request.try_update_value(|request| request.cancel = Some(cancel.clone())).is_none() {
            return;
        }
        let is_current = move || self.request.try_with_value(|request| request.generation == generation) == Some(true);
        let is_answered = StoredValue::new(false);
        let asked = typed.clone();
        spawn_local(async move {
            let outcome = search(self.client, asked.clone(), cancel).await;
            if !is_current() {
                return;
            }
            is_answered.try_set_value(true);
            let mut found = outcome.unwrap_or_else(|error| {
                leptos::logging::warn!("The palette got no answer: {error} ({})", error.details());
                Found { note: Some(NO_ANSWER.to_owned()), ..Found::default() }
            });
            let listed = self.listed.get_untracked();
            if listed.is_provisional && listed.typed == asked {
                found = found.behind(listed.found.suggestions);
            }
            self.show(Listed { typed: asked, found, is_provisional: false });
        });
        spawn_local(async move {
            browser::sleep(PATIENCE_MS).await;
            if is_current() && is_answered.try_get_value() == Some(false) {
                // What was found for fewer letters often fits, too.
                let found = self.listed.with_untracked(|listed| {
                    let is_alike = listed.typed.mode == typed.mode;
                    if is_alike { listed.found.so_far(&typed.term) } else { Found::default() }
                });
                self.show(Listed { typed, found, is_provisional: true });
            }
        });
    }

    fn show(self, listed: Listed) {
        let is_same = self.listed.with_untracked(|old| old.typed == listed.typed);
        self.listed.set(listed);
        if !is_same {
            self.active.set(0);
        }
    }
}

impl Request {
    fn stop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        if let Some(cancel) = self.cancel.take() {
            cancel.cancel();
        }
    }
}

/// The field and the list.
#[component]
fn Palette() -> impl IntoView {
    let is_open = Overlays::of_page().is_palette_open;
    let state = PaletteState::new();
    let lines = use_lines(state);
    let choose = use_choose(state);
    let input = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(input) = input.get() {
            browser::focus(&input);
        }
    });
    let note = Memo::new(move |_| state.listed.with(|listed| listed.found.note.clone()));
    let announcer = Announcer::of_page();
    effect(move || {
        // The lines without a group ask something else.
        let n_results = lines.with(|lines| lines.iter().filter(|line| !line.group.is_empty()).count());
        let mut sentence =
            if n_results == 0 { "No results".to_owned() } else { numbers::counted(n_results, "result", "results") };
        if let Some(note) = note.get() {
            sentence = format!("{sentence}. {note}");
        }
        if !state.text.with_untracked(String::is_empty) {
            announcer.say(sentence);
        }
    });
    // Enter may come before the lines for what was typed.
    effect(move || {
        let is_ready =
            state.listed.with(|listed| !listed.is_provisional && listed.typed == Typed::parse(&state.text.get()));
        if is_ready && state.is_enter_due.get() {
            state.is_enter_due.set(false);
            if let Some(entry) = lines.with_untracked(|lines| lines.first().cloned()) {
                choose.run((entry.target, false));
            }
        }
    });
    let on_keydown = use_keys(state, lines, choose);
    let active_id = move || (lines.with(Vec::len) > state.active.get()).then(|| option_id(state.active.get()));
    view! {
        <div class="palette-input">
            <Icon name=IconName::Search/>
            <input
                node_ref=input
                role="combobox"
                aria-expanded="true"
                aria-controls=LIST_ID
                aria-autocomplete="list"
                aria-activedescendant=active_id
                aria-label="Search or run a command"
                placeholder="Search or run a command"
                autocomplete="off"
                spellcheck="false"
                prop:value=state.text
                on:input=move |event| state.type_text(event_target_value(&event))
                on:keydown=on_keydown
            />
            <kbd class="not-phone" aria-hidden="true">"Esc"</kbd>
            <button
                class="icon-button only-phone"
                type="button"
                tabindex="-1"
                aria-label="Close"
                on:click=move |_| is_open.set(false)
            >
                <Icon name=IconName::X/>
            </button>
        </div>
        // The pointer leaves the focus in the field: some lines only type something there.
        <div
            class="listbox"
            id=LIST_ID
            role="listbox"
            aria-label="Results"
            on:mousedown=|event: web_sys::MouseEvent| event.prevent_default()
        >
            {move || lines.with(|lines| lines_view(lines, state, choose))}
        </div>
        {move || note.get().map(|note| view! { <p class="palette-note">{note}</p> })}
        <div class="palette-foot" aria-hidden="true">
            <span><kbd>"↑"</kbd><kbd>"↓"</kbd>"move"</span>
            <span><kbd>"↵"</kbd>"open"</span>
            <span><kbd>{browser::command_key()}</kbd><kbd>"↵"</kbd>"new tab"</span>
            <span><kbd>"Tab"</kbd>"actions"</span>
            <span class="right-align"><kbd>"?"</kbd>"prefixes"</span>
        </div>
    }
}

/// The lines to show.
fn use_lines(state: PaletteState) -> Signal<Vec<Entry>> {
    let registry = ExtensionRegistry::of_page();
    let (recents, stars) = (Recents::of_page(), Stars::of_page());
    let (starred, saved) = (stars.refs(), SavedViews::of_page());
    let local = Signal::derive(move || {
        let (nav_items, actions) = registry.with(|registry| (registry.all_nav_items(), registry.palette_actions()));
        let views = saved.list().with(|views| {
            views.iter().map(|view| (view.name.clone(), kinds::many(&view.kind()), view.address())).collect()
        });
        Local { recent: recents.entries().get(), starred: starred.get(), nav_items, actions, views }
    });
    Signal::derive(move || match state.subject.get() {
        Some(entity_ref) => {
            let text = entity_ref.to_string();
            let starred = entity_ref.clone();
            let star = Run::new(move || stars.toggle(&starred));
            let copy = Run::new(move || copy_and_say(text.clone(), "Reference copied"));
            entity_actions(&entity_ref, stars.is_starred(&entity_ref), star, copy)
        }
        None => state.listed.with(|listed| local.with(|local| entries(&listed.typed, local, &listed.found))),
    })
}

/// What choosing a line does; `true` opens it in a new tab where it is an address.
fn use_choose(state: PaletteState) -> Callback<(Target, bool)> {
    let navigate = use_navigate();
    let is_open = Overlays::of_page().is_palette_open;
    let page = PageOwner::of_page();
    Callback::new(move |(target, in_new_tab): (Target, bool)| {
        let href = match target {
            Target::Entity(entity_ref) => paths::entity(&entity_ref),
            Target::Open(href) => href,
            Target::Type(text) => {
                state.type_text(text);
                return;
            }
            Target::Run(run) => {
                // Closed first: what runs may open something else, and the focus goes back to where it was.
                is_open.set(false);
                let page = page.clone();
                request_animation_frame(move || run.run_within(&page));
                return;
            }
        };
        is_open.set(false);
        if in_new_tab {
            browser::open_tab(&href);
        } else {
            navigate(&href, NavigateOptions::default());
        }
    })
}

fn use_keys(
    state: PaletteState,
    lines: Signal<Vec<Entry>>,
    choose: Callback<(Target, bool)>,
) -> impl Fn(web_sys::KeyboardEvent) + Clone + 'static {
    move |event: web_sys::KeyboardEvent| {
        let n_lines = lines.with_untracked(Vec::len);
        let active = state.active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => move_to(state, if active + 1 >= n_lines { 0 } else { active + 1 }),
            "ArrowUp" => move_to(state, if active == 0 { n_lines.saturating_sub(1) } else { active - 1 }),
            "PageDown" => move_to(state, (active + 8).min(n_lines.saturating_sub(1))),
            "PageUp" => move_to(state, active.saturating_sub(8)),
            "Enter" => {
                let is_ready = state
                    .listed
                    .with_untracked(|listed| listed.typed == state.text.with_untracked(|text| Typed::parse(text)));
                if !is_ready {
                    state.is_enter_due.set(true);
                } else if let Some(entry) = lines.with_untracked(|lines| lines.get(active).cloned()) {
                    choose.run((entry.target, event.ctrl_key() || event.meta_key()));
                }
            }
            "Tab" if !event.shift_key() => {
                let target = lines.with_untracked(|lines| lines.get(active).map(|entry| entry.target.clone()));
                if let Some(Target::Entity(entity_ref)) = target {
                    state.subject.set(Some(entity_ref));
                    state.active.set(0);
                }
            }
            "Tab" => state.subject.set(None),
            "Escape" if state.subject.with_untracked(Option::is_some) => {
                state.subject.set(None);
                state.active.set(0);
            }
            "Escape" if !state.text.with_untracked(String::is_empty) => state.type_text(String::new()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

fn move_to(state: PaletteState, line: usize) {
    state.active.set(line);
    if let Some(option) = browser::find(&format!("#{}", option_id(line))) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn option_id(line: usize) -> String {
    format!("palette-{line}")
}

/// The lines by group. The numbers of lines go through all groups.
fn lines_view(lines: &[Entry], state: PaletteState, choose: Callback<(Target, bool)>) -> impl IntoView + use<> {
    let mut groups: Vec<(&'static str, Vec<(usize, Entry)>)> = Vec::new();
    for (number, entry) in lines.iter().cloned().enumerate() {
        match groups.last_mut() {
            Some((group, lines)) if *group == entry.group => lines.push((number, entry)),
            _ => groups.push((entry.group, vec![(number, entry)])),
        }
    }
    let term = state.listed.with_untracked(|listed| listed.typed.term.clone());
    groups
        .into_iter()
        .map(|(group, lines)| {
            let lines =
                lines.into_iter().map(|(number, entry)| line_view(number, entry, &term, state, choose)).collect_view();
            if group.is_empty() {
                return lines.into_any();
            }
            view! {
                <div role="group" aria-label=group>
                    <div class="option-group" aria-hidden="true">{group}</div>
                    {lines}
                </div>
            }
            .into_any()
        })
        .collect_view()
}

fn line_view(
    number: usize,
    entry: Entry,
    term: &str,
    state: PaletteState,
    choose: Callback<(Target, bool)>,
) -> impl IntoView + use<> {
    let Entry { label, mut parts, crumb, icon, kind, remark, target, .. } = entry;
    let is_active = Memo::new(move |_| state.active.get() == number);
    if parts.is_empty() {
        parts = marked(&label, term);
    }
    let piece = |SearchTextPart { text, is_match }| {
        if is_match { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
    };
    let pieces = parts.into_iter().map(piece).collect_view();
    view! {
        <div
            class="option"
            id=option_id(number)
            role="option"
            aria-selected=move || is_active.get().to_string()
            data-active=move || is_active.get().then_some("")
            data-kind=kind
            on:mousemove=move |_| if !is_active.get_untracked() { state.active.set(number) }
            on:click=move |event: web_sys::MouseEvent| {
                choose.run((target.clone(), event.ctrl_key() || event.meta_key()));
            }
        >
            <Icon name=icon/>
            <span>{pieces}</span>
            <span class="crumb">{crumb}</span>
            {(!remark.is_empty()).then(|| view! { <small>{remark}</small> })}
        </div>
    }
}
