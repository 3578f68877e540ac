//! The graph of one entity as a part of its page.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::entity::EntityRef;

use super::canvas::{CanvasActions, GraphCanvas};
use super::graph_page::Legend;
use super::source::GraphSource;
use super::view::{GraphDirection, GraphView};
use crate::ui::icon::{Icon, IconName};
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// What a change of the entity may touch; who owns what is another question.
const RELATIONS: [&str; 4] = ["dependsOn", "providesApi", "consumesApi", "partOf"];

/// What the graph of an entity is drawn from.
#[derive(Clone, Copy)]
pub struct GraphSectionProps {
    /// The entity.
    pub entity_ref: Memo<EntityRef>,
    /// What to say where nothing is related to it.
    pub empty_title: &'static str,
    /// What to do then.
    pub empty_text: &'static str,
}

/// What an entity needs and what needs it, two hops far.
pub fn graph_section(props: GraphSectionProps) -> impl IntoView {
    let GraphSectionProps { entity_ref, empty_title, empty_text } = props;
    let view = Memo::new(move |_| GraphView {
        direction: GraphDirection::Both,
        relations: RELATIONS.map(str::to_owned).to_vec(),
        ..GraphView::of(entity_ref.get())
    });
    let request = Memo::new(move |_| view.with(GraphView::request));
    let source = GraphSource::following(request);
    let picture = source.picture();
    let navigate = use_navigate();
    let on_start = Callback::new(move |root: EntityRef| {
        navigate(&GraphView::of(root).address(), Default::default());
    });
    let actions = CanvasActions { on_select: None, on_start };
    let selected = Signal::derive(|| None);
    let name = Signal::derive(move || {
        let summary = picture.with(|picture| picture.as_ref().map(|picture| picture.summary()).unwrap_or_default());
        format!("Graph of {}, {summary}", entity_ref.get().name)
    });
    #[derive(Clone, Copy, PartialEq)]
    enum Face {
        Waiting,
        Failed,
        Empty,
        Graph,
    }
    let error = source.error();
    let face = Memo::new(move |_| {
        match (
            error.with(Option::is_some),
            picture.with(|picture| picture.as_ref().map(|picture| picture.arrows.len())),
        ) {
            (true, _) => Face::Failed,
            (false, None) => Face::Waiting,
            (false, Some(0)) => Face::Empty,
            (false, Some(_)) => Face::Graph,
        }
    });
    let retry = Callback::new(move |()| source.read());
    let content = move || match face.get() {
        Face::Waiting => view! { <SkeletonRows rows=8 label="Loading the graph"/> }.into_any(),
        Face::Failed => error
            .get_untracked()
            .map(|error| view! { <ErrorPanel title="The graph did not load" error on_retry=retry/> })
            .into_any(),
        Face::Empty => view! { <Empty icon=IconName::Graph title=empty_title text=empty_text/> }.into_any(),
        Face::Graph => view! {
            <div class="graph-window is-embedded">
                <GraphCanvas picture subject=source.subject() selected actions name>
                    <div class="panel graph-hint small-text subtle">
                        {move || picture.with(|picture| picture.as_ref().map(|picture| picture.summary()))} ". "
                        <a href=move || view.with(GraphView::address)>
                            "Open the whole graph"
                            <Icon name=IconName::Graph class="small"/>
                        </a>
                    </div>
                    <Legend picture/>
                </GraphCanvas>
            </div>
        }
        .into_any(),
    };
    view! { <div class="graph-section">{content}</div> }
}
