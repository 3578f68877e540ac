//! The graph, at `/graph`.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::entity::EntityRef;

use super::canvas::{CanvasActions, GraphCanvas};
use super::controls::GraphControls;
use super::export;
use super::panel::NodePanel;
use super::picture::Picture;
use super::source::GraphSource;
use super::start::GraphStart;
use super::table::GraphTable;
use super::view::{GraphView, MAX_NODES};
use crate::api::ClientError;
use crate::catalog::kinds;
use crate::paths;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::title::use_title;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::each::Each;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// What is below the controls.
#[derive(Clone, PartialEq)]
enum Face {
    Start,
    Waiting,
    Failed(ClientError),
    /// The catalog has none of the starting points.
    Missing,
    /// Nothing is related to the start.
    Alone,
    Graph,
    Table,
}

/// What is related to what: as a picture or as a table.
#[component]
pub fn GraphPage() -> impl IntoView {
    let view = use_view();
    let (on_change, on_select) = use_view_change(view);
    let request = Memo::new(move |_| view.with(GraphView::request));
    let source = GraphSource::following(request);
    let picture = source.picture();
    let names = Memo::new(move |_| {
        let of_root = |root: &EntityRef| {
            let label = picture.with(|picture| {
                let picture = picture.as_ref()?;
                Some(picture.nodes[picture.find(root)?].label.clone())
            });
            label.unwrap_or_else(|| short_name(root))
        };
        view.with(|view| view.roots.iter().map(of_root).collect::<Vec<_>>())
    });
    let title = Memo::new(move |_| names.with(|names| title(names)));
    use_title(move || title.get());
    use_breadcrumb(move || {
        let names = names.get();
        if names.is_empty() {
            vec![Crumb::here("Graph")]
        } else {
            vec![Crumb::link("Graph", paths::graph_with("")), Crumb::here(&names.join(", "))]
        }
    });
    let kinds_shown =
        Memo::new(move |_| picture.with(|picture| picture.as_ref().map(|picture| picture.kinds()).unwrap_or_default()));
    let face = Memo::new(move |_| face(&view.get(), source.error().get(), picture.get().as_deref()));
    let on_export = use_export(picture, title);
    let retry = Callback::new(move |()| source.read());
    let on_start = Callback::new(move |root: EntityRef| on_change.run(view.get_untracked().with_roots(vec![root])));
    let content = move || match face.get() {
        Face::Start => view! { <GraphStart/> }.into_any(),
        Face::Waiting => view! { <SkeletonRows rows=10 label="Loading the graph"/> }.into_any(),
        Face::Failed(error) => view! { <ErrorPanel title="The graph did not load" error on_retry=retry/> }.into_any(),
        Face::Missing => view! { <NoStart view/> }.into_any(),
        Face::Alone => view! { <Alone view on_change name=title/> }.into_any(),
        Face::Table => view! {
            <Notes source picture/>
            <GraphTable picture name=title/>
        }
        .into_any(),
        Face::Graph => view! { <Explorer view source picture title on_select on_start/> }.into_any(),
    };
    view! {
        <div class="fill graph-page">
            {move || (face.get() != Face::Start).then(|| view! { <h1 tabindex="-1" class="visually-hidden">{title}</h1> })}
            <GraphControls view on_change kinds_shown on_export/>
            <Problems view/>
            {move || source.is_refreshing().then(|| view! { <div class="page-progress"><span></span></div> })}
            {content}
        </div>
    }
}

fn title(names: &[String]) -> String {
    match names {
        [] => "Graph".to_owned(),
        [name] => format!("Graph of {name}"),
        [name, others @ ..] => format!("Graph of {name} and {}", numbers::counted(others.len(), "other", "others")),
    }
}

fn face(view: &GraphView, error: Option<ClientError>, picture: Option<&Picture>) -> Face {
    match (view.roots.is_empty(), error, picture) {
        (true, ..) => Face::Start,
        (false, Some(error), _) => Face::Failed(error),
        (false, None, None) => Face::Waiting,
        (false, None, Some(picture)) if picture.nodes.iter().all(|node| node.is_missing) => Face::Missing,
        (false, None, Some(picture)) if picture.nodes.len() == 1 && picture.arrows.is_empty() => Face::Alone,
        (false, None, Some(_)) if view.is_table => Face::Table,
        (false, None, Some(_)) => Face::Graph,
    }
}

/// The view that the address asks for. It keeps its value while the reader is on the way to another page.
fn use_view() -> Signal<GraphView> {
    let location = use_location();
    let view = Memo::new(move |old: Option<&GraphView>| {
        let is_here = location.pathname.with(|path| path.trim_end_matches('/') == paths::patterns::GRAPH);
        let search = location.search.get();
        match old {
            Some(old) if !is_here => old.clone(),
            _ => GraphView::parse(&search),
        }
    });
    view.into()
}

/// Puts another view, or another selection, into the address. Other starting points are a new step of the history.
fn use_view_change(view: Signal<GraphView>) -> (Callback<GraphView>, Callback<EntityRef>) {
    let navigate = use_navigate();
    let go = Callback::new(move |changed: GraphView| {
        let replace = view.with_untracked(|old| old.roots == changed.roots);
        navigate(&changed.address(), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    });
    let select = Callback::new(move |entity_ref: EntityRef| {
        let mut changed = view.get_untracked();
        if changed.node.as_ref() != Some(&entity_ref) {
            changed.node = Some(entity_ref);
            go.run(changed);
        }
    });
    (go, select)
}

/// Saves the picture, and says so.
fn use_export(picture: Memo<Option<Arc<Picture>>>, title: Memo<String>) -> Signal<Option<Callback<()>>> {
    let toasts = Toasts::of_page();
    let save = Callback::new(move |()| {
        let Some(picture) = picture.get_untracked() else { return };
        let title = title.get_untracked();
        let file_name = file_name(&picture);
        match export::save(&picture, &title, &file_name) {
            Ok(()) => toasts.show(Tone::Info, "The picture is saved", Some(file_name)),
            Err(error) => {
                leptos::logging::warn!("The picture was not saved: {error:?}");
                let advice = "The browser does not allow it. Check its settings for downloads.".to_owned();
                toasts.show(Tone::Bad, "The picture was not saved", Some(advice));
            }
        }
    });
    Signal::derive(move || picture.with(Option::is_some).then_some(save))
}

/// A name that every file system takes.
fn file_name(picture: &Picture) -> String {
    let name = picture.nodes.first().map(|node| node.entity_ref.name.clone()).unwrap_or_default();
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    format!("graph-{}.svg", name.chars().filter(is_plain).collect::<String>())
}

/// The picture with what lies over it and beside it.
#[component]
fn Explorer(
    /// What is shown.
    view: Signal<GraphView>,
    /// Where the picture comes from.
    source: GraphSource,
    /// What is drawn.
    picture: Memo<Option<Arc<Picture>>>,
    /// What it is called.
    title: Memo<String>,
    /// Selects an entity.
    on_select: Callback<EntityRef>,
    /// Starts from an entity.
    on_start: Callback<EntityRef>,
) -> impl IntoView {
    let selected = Signal::derive(move || view.with(|view| view.node.clone()));
    // What is selected and not in this picture gives way to the start.
    let shown = Memo::new(move |_| {
        picture.with(|picture| {
            let picture = picture.as_ref()?;
            let chosen = selected.get().filter(|chosen| picture.find(chosen).is_some());
            chosen.or_else(|| picture.nodes.first().map(|node| node.entity_ref.clone()))
        })
    });
    let name = Signal::derive(move || {
        let summary = picture.with(|picture| picture.as_ref().map(|picture| picture.summary()).unwrap_or_default());
        format!("{}, {summary}", title.get())
    });
    let actions = CanvasActions { on_select: Some(on_select), on_start };
    view! {
        <Notes source picture/>
        <div class="graph-area grow">
            <div class="graph-window">
                <GraphCanvas picture subject=source.subject() selected actions name>
                    <Hint picture/>
                    <Legend picture/>
                </GraphCanvas>
            </div>
            <NodePanel picture shown on_select on_start/>
        </div>
    }
}

/// How much is shown, and which keys move in it.
#[component]
pub fn Hint(
    /// What is drawn.
    picture: Memo<Option<Arc<Picture>>>,
) -> impl IntoView {
    let summary = move || picture.with(|picture| picture.as_ref().map(|picture| picture.summary()));
    view! {
        <div class="panel graph-hint small-text subtle">
            {summary}"."
            <span class="not-phone">" Arrow keys move, Enter opens, R makes it the start."</span>
        </div>
    }
}

/// What colours and lines mean.
#[component]
pub fn Legend(
    /// What is drawn.
    picture: Memo<Option<Arc<Picture>>>,
) -> impl IntoView {
    let shown =
        Memo::new(move |_| picture.with(|picture| picture.as_ref().map(|picture| picture.kinds()).unwrap_or_default()));
    let has = move |is_dashed: bool| {
        picture.with(|picture| {
            picture.as_ref().is_some_and(|picture| picture.arrows.iter().any(|one| one.is_dashed == is_dashed))
        })
    };
    let line = |class: &'static str, words: &'static str| {
        view! {
            <li>
                <span class=class aria-hidden="true"></span>
                {words}
            </li>
        }
    };
    view! {
        <ul class="panel legend graph-legend plain-list not-phone" aria-label="Legend">
            <Each each=move || shown.get() key=Clone::clone let:kind>
                <li>
                    <Icon name=entity_icon(&kind, None) class="small" kind=kind.clone()/>
                    {kinds::one(&kind)}
                </li>
            </Each>
            {move || has(false).then(|| line("graph-line", "Needs"))}
            {move || has(true).then(|| line("graph-line is-dashed", "Holds or owns"))}
        </ul>
    }
}

/// What is wrong with the picture, or missing from it.
#[component]
fn Notes(
    /// Where the picture comes from.
    source: GraphSource,
    /// What is shown.
    picture: Memo<Option<Arc<Picture>>>,
) -> impl IntoView {
    let stale = source.stale();
    let is_truncated =
        Memo::new(move |_| picture.with(|picture| picture.as_ref().is_some_and(|picture| picture.is_truncated)));
    view! {
        {move || {
            stale
                .get()
                .map(|error| {
                    view! {
                        <div class="banner bar" data-tone="warn" role="status">
                            <Icon name=IconName::Warning/>
                            <div>
                                <b>"The graph did not update. "</b>
                                <span class="muted">{error.to_string()}</span>
                            </div>
                            <button class="button small" type="button" on:click=move |_| source.read()>"Try again"</button>
                        </div>
                    }
                })
        }}
        {move || {
            is_truncated
                .get()
                .then(|| {
                    view! {
                        <div class="banner bar" data-tone="info" role="status">
                            <Icon name=IconName::Info/>
                            <div>
                                <b>{format!("Only the nearest {} entities are shown. ", numbers::count(MAX_NODES))}</b>
                                <span class="muted">"Fewer hops, kinds or relations leave room for the rest."</span>
                            </div>
                        </div>
                    }
                })
        }}
    }
}

/// What the address asks for and this page does not understand.
#[component]
fn Problems(
    /// What is shown.
    view: Signal<GraphView>,
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

/// The catalog has no such start, or this person may not see it.
#[component]
fn NoStart(
    /// What is shown.
    view: Signal<GraphView>,
) -> impl IntoView {
    let names = move || view.with(|view| view.roots.iter().map(short_name).collect::<Vec<_>>().join(", "));
    view! {
        <div class="empty">
            <Icon name=IconName::Graph/>
            <h2 class="wrap-any">{move || format!("The catalog has no {}", names())}</h2>
            <p>
                "There is nothing to start from: it may have been renamed, its file is no longer read, or you may not see it. \
                 Choose another start above."
            </p>
            <div class="actions">
                <a class="button" href=paths::graph_with("")>"See where a graph can start"</a>
                <a class="button quiet" href=paths::catalog()>"Open the catalog"</a>
            </div>
        </div>
    }
}

/// Nothing is related to the start.
#[component]
fn Alone(
    /// What is shown.
    view: Signal<GraphView>,
    /// Shows another view.
    on_change: Callback<GraphView>,
    /// What the graph is called.
    name: Memo<String>,
) -> impl IntoView {
    move || {
        let shown = view.get();
        let Some(root) = shown.roots.first().cloned() else { return ().into_any() };
        let is_filtered = shown.is_filtered();
        let text = if is_filtered {
            "No relation of these kinds and this direction leads from it or to it."
        } else {
            "Nothing in the catalog refers to it, and it refers to nothing. List what it needs under dependsOn in its descriptor."
        };
        view! {
            <Empty icon=IconName::Graph title=format!("{} has nothing in it but its start", name.get()) text>
                {is_filtered
                    .then(|| {
                        view! {
                            <button
                                class="button"
                                type="button"
                                on:click=move |_| on_change.run(view.get_untracked().without_filters())
                            >
                                "Show all kinds and relations"
                            </button>
                        }
                    })}
                <a class="button quiet" href=paths::entity(&root)>{format!("Open {}", short_name(&root))}</a>
            </Empty>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::tests::example;
    use super::*;

    #[test]
    fn every_state_has_a_face() {
        let view = GraphView::parse("root=component:web");
        let table = GraphView::parse("root=component:web&view=table");
        let picture = Picture::of(&example());
        let error = ClientError::TimedOut(20);
        assert!(face(&GraphView::default(), None, None) == Face::Start);
        assert!(face(&view, None, None) == Face::Waiting);
        assert!(face(&view, Some(error.clone()), None) == Face::Failed(error));
        assert!(face(&view, None, Some(&picture)) == Face::Graph);
        assert!(face(&table, None, Some(&picture)) == Face::Table);
        let mut alone = example();
        alone.nodes.truncate(1);
        alone.edges.clear();
        assert!(face(&view, None, Some(&Picture::of(&alone))) == Face::Alone);
        alone.nodes[0].is_missing = true;
        assert!(face(&view, None, Some(&Picture::of(&alone))) == Face::Missing);
    }

    #[test]
    fn a_graph_is_named_after_its_start() {
        let names = ["Booking", "Rates", "Web"].map(str::to_owned);
        assert_eq!(title(&[]), "Graph");
        assert_eq!(title(&names[..1]), "Graph of Booking");
        assert_eq!(title(&names), "Graph of Booking and 2 others");
        assert_eq!(file_name(&Picture::of(&example())), "graph-web.svg");
    }
}
