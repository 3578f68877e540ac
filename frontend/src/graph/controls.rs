//! The controls above the graph: start, hops, direction, kinds, relations, graph or table, export.

use leptos::leptos_dom::helpers::window_event_listener;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::picker::EntityPicker;
use super::view::{GraphDirection, GraphView, toggled};
use super::words::{known_relations, relation_label};
use crate::browser;
use crate::catalog::kinds;
use crate::ui::each::Each;
use crate::ui::icon::{Icon, IconName};
use crate::ui::segmented::{Segment, Segmented};

/// Hops that the control offers; an address may ask for more.
const OFFERED_HOPS: usize = 3;
/// Kinds that the filter offers, whatever the picture shows.
const OFFERED_KINDS: [&str; 7] = ["component", "api", "resource", "system", "domain", "group", "user"];

/// A value that a filter offers.
type Offer = (String, String);

/// A button with a list of values to show or leave out.
#[component]
fn FilterMenu(
    /// What is filtered.
    label: &'static str,
    /// The picture of the button.
    icon: IconName,
    /// The values and their words.
    offers: Memo<Vec<Offer>>,
    /// The chosen values; all where empty.
    chosen: Memo<Vec<String>>,
    /// Chooses others.
    on_choose: Callback<Vec<String>>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let on_focusout = move |event: web_sys::FocusEvent| {
        let target = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        // A click on something that takes no focus, such as a label, goes nowhere.
        let stays = target.is_none() || root.get_untracked().is_some_and(|root| root.contains(target.as_ref()));
        if !stays {
            is_open.set(false);
        }
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let is_inside = root.get_untracked().is_some_and(|root| root.contains(target.as_ref()));
        if !is_inside && is_open.try_get_untracked() == Some(true) {
            is_open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let on_keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            is_open.set(false);
            if let Some(button) = button.get_untracked() {
                browser::focus(&button);
            }
        }
    };
    let check = move |(value, words): Offer| {
        let own = value.clone();
        let is_on = move || chosen.with(|chosen| chosen.is_empty() || chosen.contains(&own));
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=is_on
                    on:change=move |_| {
                        let all: Vec<String> = offers.with_untracked(|offers| offers.iter().map(|(value, _)| value.clone()).collect());
                        on_choose.run(chosen.with_untracked(|chosen| toggled(chosen, &all, &value)));
                    }
                />
                <span>{words}</span>
            </label>
        }
    };
    let n_chosen = move || chosen.with(Vec::len);
    view! {
        <div class="dropdown" node_ref=root on:focusout=on_focusout on:keydown=on_keydown>
            <button
                node_ref=button
                class="button"
                type="button"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                <Icon name=icon/>
                {label}
                {move || (n_chosen() > 0).then(|| view! { <span class="badge count">{n_chosen()}</span> })}
            </button>
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            <div class="menu start graph-filter" role="group" aria-label=label>
                                <Each each=move || offers.get() key=|(value, _)| value.clone() let:offer>
                                    {check(offer)}
                                </Each>
                                <button
                                    class="button small quiet"
                                    type="button"
                                    disabled=move || n_chosen() == 0
                                    on:click=move |_| on_choose.run(Vec::new())
                                >
                                    "Show all"
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// All controls.
#[component]
pub fn GraphControls(
    /// What is shown.
    view: Signal<GraphView>,
    /// Shows another view.
    on_change: Callback<GraphView>,
    /// The kinds that the picture shows.
    kinds_shown: Memo<Vec<String>>,
    /// Saves the picture as a file; `None` while there is none.
    on_export: Signal<Option<Callback<()>>>,
) -> impl IntoView {
    let change = move |change: &dyn Fn(&mut GraphView)| {
        let mut changed = view.get_untracked();
        change(&mut changed);
        on_change.run(changed);
    };
    let roots = Signal::derive(move || view.with(|view| view.roots.clone()));
    // Remembered, so that the buttons stay when only the choice changes.
    let hops = Memo::new(move |_| {
        let last = view.with(|view| view.hops).max(OFFERED_HOPS);
        let words = |hops: usize| if hops == 1 { "1 hop".to_owned() } else { format!("{hops} hops") };
        (1..=last).map(|hops| Segment::new(&words(hops))).collect::<Vec<_>>()
    });
    let directions = Signal::derive(|| {
        GraphDirection::ALL.map(|one| Segment { hint: Some(one.hint()), ..Segment::new(one.label()) }).to_vec()
    });
    let direction = Signal::derive(move || {
        let chosen = view.with(|view| view.direction);
        GraphDirection::ALL.iter().position(|one| *one == chosen).unwrap_or_default()
    });
    let chosen_kinds = Memo::new(move |_| view.with(|view| view.kinds.clone()));
    let kind_offers = Memo::new(move |_| {
        let mut offered: Vec<String> = OFFERED_KINDS.map(str::to_owned).to_vec();
        for kind in chosen_kinds.get().into_iter().chain(kinds_shown.get()) {
            if !offered.contains(&kind) {
                offered.push(kind);
            }
        }
        kinds::sort(&mut offered);
        offered.into_iter().map(|kind| (kind.clone(), kinds::many(&kind))).collect()
    });
    let chosen_relations = Memo::new(move |_| view.with(|view| view.relations.clone()));
    let relation_offers = Memo::new(move |_| {
        let mut offered: Vec<String> = known_relations().map(str::to_owned).collect();
        let others = chosen_relations.get().into_iter().filter(|one| !offered.contains(one)).collect::<Vec<_>>();
        offered.extend(others);
        offered.into_iter().map(|one| (one.clone(), relation_label(&one))).collect()
    });
    let views = Signal::derive(|| {
        vec![Segment::with_icon("Graph", IconName::Graph), Segment::with_icon("Table", IconName::List)]
    });
    view! {
        <div class="toolbar graph-controls">
            <EntityPicker
                chosen=roots
                on_change=Callback::new(move |roots: Vec<_>| on_change.run(view.get_untracked().with_roots(roots)))
            />
            <Segmented
                label="Hops"
                segments=Signal::from(hops)
                chosen=Signal::derive(move || view.with(|view| view.hops) - 1)
                on_choose=Callback::new(move |hops: usize| change(&|view| view.hops = hops + 1))
            />
            <Segmented
                label="Direction"
                segments=directions
                chosen=direction
                on_choose=Callback::new(move |chosen: usize| change(&|view| view.direction = GraphDirection::ALL[chosen]))
            />
            <FilterMenu
                label="Kinds"
                icon=IconName::Filter
                offers=kind_offers
                chosen=chosen_kinds
                on_choose=Callback::new(move |kinds: Vec<String>| change(&|view| view.kinds.clone_from(&kinds)))
            />
            <FilterMenu
                label="Relations"
                icon=IconName::Swap
                offers=relation_offers
                chosen=chosen_relations
                on_choose=Callback::new(move |relations: Vec<String>| change(&|view| view.relations.clone_from(&relations)))
            />
            <div class="row right-align graph-controls__end">
                <Segmented
                    label="View"
                    segments=views
                    chosen=Signal::derive(move || usize::from(view.with(|view| view.is_table)))
                    on_choose=Callback::new(move |chosen: usize| change(&|view| view.is_table = chosen == 1))
                />
                <button
                    class="button"
                    type="button"
                    aria-label="Export as SVG"
                    title="Save the picture as an SVG file"
                    disabled=move || on_export.with(Option::is_none)
                    on:click=move |_| if let Some(export) = on_export.get_untracked() { export.run(()) }
                >
                    <Icon name=IconName::Download/>
                    <span class="not-phone">"Export"</span>
                </button>
            </div>
        </div>
    }
}
