//! A graph as it is drawn: nodes with their words and places, arrows, and who is next to whom.

use std::collections::{BTreeMap, HashMap, VecDeque};

use shared::api::graph::{EntityGraph, GraphEdge, GraphLayout, GraphNode};
use shared::entity::EntityRef;

use super::camera::{Point, Size};
use super::words::{arrow_words, back_words, is_dashed};
use crate::catalog::kinds;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::IconName;
use crate::ui::{numbers, words};

/// A node of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureNode {
    /// Of the entity.
    pub entity_ref: EntityRef,
    /// What it is called.
    pub label: String,
    /// Kind and type.
    pub remark: String,
    /// The picture of its kind or type.
    pub icon: IconName,
    /// The left upper corner.
    pub corner: Point,
    /// Steps away from the nearest start.
    pub depth: usize,
    /// Whether the catalog does not have it, or hides it.
    pub is_missing: bool,
    /// Who owns it.
    pub owner: Option<EntityRef>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<String>,
    /// Relations that lead out of the picture.
    pub n_hidden: usize,
}

/// An arrow of a picture, which may stand for several relations between the same two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// The node where it begins.
    pub from: usize,
    /// The node to which it points.
    pub to: usize,
    /// What stands beside it: what its beginning says.
    pub words: String,
    /// What its end says.
    pub back_words: String,
    /// Whether all it says is that one holds the other.
    pub is_dashed: bool,
    /// Its way, from its beginning.
    pub route: Vec<Point>,
}

/// A side of a node, or of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Against the arrows.
    Left,
    /// Along the arrows.
    Right,
    /// To the next one above.
    Up,
    /// To the next one below.
    Down,
}

/// A graph as it is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The starting points first, then by their distance.
    pub nodes: Vec<PictureNode>,
    /// Between them.
    pub arrows: Vec<Arrow>,
    /// How many relations the arrows stand for.
    pub n_relations: usize,
    /// Of everything.
    pub size: Size,
    /// Of one node.
    pub node_size: Size,
    /// Whether there is more than is shown.
    pub is_truncated: bool,
    /// The arrows at the left of each node, and at its right.
    sides: Vec<[Vec<usize>; 2]>,
}

impl Picture {
    /// Makes ready what the server answered. An answer without places has everything in one corner.
    pub fn of(graph: &EntityGraph) -> Self {
        let layout = graph.layout.clone().unwrap_or_default();
        let nodes: Vec<PictureNode> = graph
            .nodes
            .iter()
            .enumerate()
            .map(|(number, node)| picture_node(node, layout.places.get(number).copied().unwrap_or_default()))
            .collect();
        let numbers: HashMap<&str, usize> =
            graph.nodes.iter().enumerate().map(|(number, node)| (node.entity_ref.as_str(), number)).collect();
        let arrows = arrows(&graph.edges, &layout, &numbers);
        let mut sides = vec![[Vec::new(), Vec::new()]; nodes.len()];
        for (number, arrow) in arrows.iter().enumerate() {
            sides[arrow.to][0].push(number);
            sides[arrow.from][1].push(number);
        }
        Self {
            n_relations: graph.edges.len(),
            size: size(layout.width, layout.height),
            node_size: size(layout.node_width, layout.node_height),
            is_truncated: graph.is_truncated,
            nodes,
            arrows,
            sides,
        }
    }

    /// The number of an entity.
    pub fn find(&self, entity_ref: &EntityRef) -> Option<usize> {
        self.nodes.iter().position(|node| node.entity_ref == *entity_ref)
    }

    /// The arrows that point to a node.
    pub fn arrows_to(&self, node: usize) -> &[usize] {
        self.sides.get(node).map_or(&[], |sides| sides[0].as_slice())
    }

    /// The arrows that begin at a node.
    pub fn arrows_from(&self, node: usize) -> &[usize] {
        self.sides.get(node).map_or(&[], |sides| sides[1].as_slice())
    }

    /// The middle of a node.
    pub fn middle(&self, node: usize) -> Point {
        let corner = self.nodes.get(node).map(|node| node.corner).unwrap_or_default();
        Point { x: corner.x + self.node_size.width / 2.0, y: corner.y + self.node_size.height / 2.0 }
    }

    /// The node to which a key leads: along an arrow to the nearest one, or up and down in the column.
    pub fn step(&self, from: usize, way: Way) -> Option<usize> {
        let own = self.nodes.get(from)?.corner;
        let height = |node: &usize| (self.nodes[*node].corner.y - own.y).abs();
        let nearest = |nodes: Vec<usize>| nodes.into_iter().min_by(|one, other| height(one).total_cmp(&height(other)));
        let in_column = |is_wanted: fn(f64, f64) -> bool| {
            let column = (0..self.nodes.len()).filter(|&node| {
                let corner = self.nodes[node].corner;
                node != from && (corner.x - own.x).abs() < 1.0 && is_wanted(corner.y, own.y)
            });
            nearest(column.collect())
        };
        match way {
            Way::Left => nearest(self.arrows_to(from).iter().map(|&arrow| self.arrows[arrow].from).collect()),
            Way::Right => nearest(self.arrows_from(from).iter().map(|&arrow| self.arrows[arrow].to).collect()),
            Way::Up => in_column(|y, own| y < own),
            Way::Down => in_column(|y, own| y > own),
        }
        .filter(|&node| node != from)
    }

    /// The arrows of a shortest way from a starting point to a node, in order. Which way they point does not matter.
    pub fn path_to(&self, node: usize) -> Vec<usize> {
        let mut reached: Vec<Option<(usize, usize)>> = vec![None; self.nodes.len()];
        let is_start = |node: usize| self.nodes[node].depth == 0;
        let mut open: VecDeque<usize> = (0..self.nodes.len()).filter(|&node| is_start(node)).collect();
        while let Some(at) = open.pop_front() {
            if at == node {
                break;
            }
            let before = self.arrows_to(at).iter().map(|&arrow| (arrow, self.arrows[arrow].from));
            let after = self.arrows_from(at).iter().map(|&arrow| (arrow, self.arrows[arrow].to));
            for (arrow, next) in after.chain(before) {
                if reached[next].is_none() && !is_start(next) {
                    reached[next] = Some((arrow, at));
                    open.push_back(next);
                }
            }
        }
        let mut path = Vec::new();
        let mut at = node;
        while let Some((arrow, before)) = reached.get(at).copied().flatten() {
            path.push(arrow);
            at = before;
        }
        path.reverse();
        path
    }

    /// An arrow as a sentence: `booking-api consumes rates-v3`.
    pub fn sentence(&self, arrow: usize) -> [String; 3] {
        let Arrow { from, to, words, .. } = &self.arrows[arrow];
        [self.nodes[*from].label.clone(), words.clone(), self.nodes[*to].label.clone()]
    }

    /// What a node is related to: in words, and the other nodes. What it needs comes first.
    pub fn relations_of(&self, node: usize) -> Vec<(&str, usize)> {
        let from =
            self.arrows_from(node).iter().map(|&arrow| (self.arrows[arrow].words.as_str(), self.arrows[arrow].to));
        let to =
            self.arrows_to(node).iter().map(|&arrow| (self.arrows[arrow].back_words.as_str(), self.arrows[arrow].from));
        from.chain(to).collect()
    }

    /// What is said of a node to those who hear the page.
    pub fn spoken(&self, node: usize) -> String {
        let PictureNode { entity_ref, label, depth, is_missing, .. } = &self.nodes[node];
        let mut text = format!("{} {label}", kinds::one(&entity_ref.kind));
        if *depth == 0 {
            text.push_str(", start");
        }
        if *is_missing {
            text.push_str(", not in the catalog");
        }
        let counted = |n_arrows: usize| numbers::counted(n_arrows, "relation", "relations");
        let (n_left, n_right) = (self.arrows_to(node).len(), self.arrows_from(node).len());
        format!("{text}, {} to the left, {} to the right", counted(n_left), counted(n_right))
    }

    /// How much it shows: `20 entities, 19 relations`.
    pub fn summary(&self) -> String {
        let entities = numbers::counted(self.nodes.len(), "entity", "entities");
        format!("{entities}, {}", numbers::counted(self.n_relations, "relation", "relations"))
    }

    /// The kinds that it shows, in the order of the catalog.
    pub fn kinds(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for node in &self.nodes {
            if !found.contains(&node.entity_ref.kind) {
                found.push(node.entity_ref.kind.clone());
            }
        }
        kinds::sort(&mut found);
        found
    }
}

fn size(width: i32, height: i32) -> Size {
    Size { width: f64::from(width), height: f64::from(height) }
}

fn point([x, y]: [i32; 2]) -> Point {
    Point { x: f64::from(x), y: f64::from(y) }
}

fn picture_node(node: &GraphNode, place: [i32; 2]) -> PictureNode {
    // The server writes references in full, so this does not fail.
    let entity_ref: EntityRef =
        node.entity_ref.parse().unwrap_or_else(|_| EntityRef::new("unknown", "default", &node.entity_ref));
    let kind = kinds::one(&entity_ref.kind);
    let remark = match (&node.spec_type, node.is_missing) {
        (_, true) => "Not in the catalog".to_owned(),
        (Some(text), false) if entity_ref.kind == "component" => words::label(text),
        (Some(text), false) => format!("{kind} · {}", words::label(text)),
        (None, false) => kind,
    };
    let name = || match &node.name {
        Some(name) if entity_ref.namespace == shared::entity::DEFAULT_NAMESPACE => name.clone(),
        _ => short_name(&entity_ref),
    };
    PictureNode {
        label: node.title.clone().filter(|title| !title.is_empty()).unwrap_or_else(name),
        remark,
        icon: entity_icon(&entity_ref.kind, node.spec_type.as_deref()),
        corner: point(place),
        depth: node.depth,
        is_missing: node.is_missing,
        owner: node.owner_ref.as_ref().and_then(|owner| owner.parse().ok()),
        lifecycle: node.lifecycle.clone(),
        n_hidden: node.n_hidden,
        entity_ref,
    }
}

/// One arrow for all relations that lead the same way between two nodes.
fn arrows(edges: &[GraphEdge], layout: &GraphLayout, numbers: &HashMap<&str, usize>) -> Vec<Arrow> {
    let mut arrows: BTreeMap<(usize, usize), Arrow> = BTreeMap::new();
    for (number, edge) in edges.iter().enumerate() {
        let ends = (numbers.get(edge.source_ref.as_str()), numbers.get(edge.target_ref.as_str()));
        let (Some(&source), Some(&target)) = ends else { continue };
        let (own_words, own_back_words) = (arrow_words(&edge.relation_type), back_words(&edge.relation_type));
        let is_dashed = is_dashed(&edge.relation_type);
        let mut route: Vec<Point> =
            layout.routes.get(number).into_iter().flatten().map(|&place| point(place)).collect();
        let (from, to) = if is_dashed { (target, source) } else { (source, target) };
        if is_dashed {
            route.reverse();
        }
        match arrows.get_mut(&(from, to)) {
            Some(arrow) => {
                arrow.words = format!("{}, {own_words}", arrow.words);
                arrow.back_words = format!("{}, {own_back_words}", arrow.back_words);
                arrow.is_dashed &= is_dashed;
            }
            None => {
                let (words, back_words) = (own_words, own_back_words);
                arrows.insert((from, to), Arrow { from, to, words, back_words, is_dashed, route });
            }
        }
    }
    arrows.into_values().collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    fn node(entity_ref: &str, depth: usize) -> GraphNode {
        GraphNode { entity_ref: entity_ref.to_owned(), depth, ..GraphNode::default() }
    }

    fn edge(source: &str, relation_type: &str, target: &str) -> GraphEdge {
        GraphEdge {
            source_ref: source.to_owned(),
            relation_type: relation_type.to_owned(),
            target_ref: target.to_owned(),
        }
    }

    /// `team` owns `web`, which consumes `rates` and depends on it; `engine` provides it; `spare` stands below `web`.
    pub fn example() -> EntityGraph {
        let [team, web, rates, engine, spare] = [
            "group:default/team",
            "component:default/web",
            "api:default/rates",
            "component:ops/engine",
            "component:default/spare",
        ];
        let mut nodes = vec![node(web, 0), node(team, 1), node(rates, 1), node(engine, 2), node(spare, 2)];
        nodes[0].title = Some("Web <shop> & \"more\"".to_owned());
        nodes[0].spec_type = Some("website".to_owned());
        nodes[2].spec_type = Some("openapi".to_owned());
        nodes[2].n_hidden = 3;
        nodes[4].is_missing = true;
        EntityGraph {
            nodes,
            edges: vec![
                edge(engine, "providesApi", rates),
                edge(web, "consumesApi", rates),
                edge(web, "dependsOn", rates),
                edge(web, "ownedBy", team),
            ],
            is_truncated: false,
            layout: Some(GraphLayout {
                width: 772,
                height: 174,
                node_width: 196,
                node_height: 46,
                places: vec![[288, 0], [0, 0], [576, 0], [288, 64], [288, 128]],
                routes: vec![
                    vec![[484, 87], [576, 23]],
                    vec![[484, 23], [576, 23]],
                    vec![[484, 23], [576, 23]],
                    vec![[288, 23], [196, 23]],
                ],
            }),
        }
    }

    #[test]
    fn relations_between_two_nodes_are_one_arrow_and_owners_point_to_what_they_own() {
        let picture = Picture::of(&example());
        let sentences: Vec<_> = (0..picture.arrows.len()).map(|arrow| picture.sentence(arrow).join(" ")).collect();
        let web = "Web <shop> & \"more\"";
        assert_eq!(
            sentences,
            [
                format!("{web} consumes, depends on rates"),
                format!("team owns {web}"),
                "ops/engine provides rates".into()
            ]
        );
        assert!(picture.arrows[1].is_dashed && !picture.arrows[0].is_dashed);
        assert_eq!(picture.arrows[1].route[0], Point { x: 196.0, y: 23.0 });
        assert_eq!(picture.summary(), "5 entities, 4 relations");
        assert_eq!(picture.kinds(), ["component", "api", "group"]);
    }

    #[test]
    fn keys_lead_along_arrows_and_within_columns() {
        let picture = Picture::of(&example());
        let step = |from, way| picture.step(from, way);
        assert_eq!([step(0, Way::Left), step(0, Way::Right), step(0, Way::Up)], [Some(1), Some(2), None]);
        assert_eq!([step(0, Way::Down), step(3, Way::Down), step(4, Way::Up)], [Some(3), Some(4), Some(3)]);
        assert_eq!(step(2, Way::Left), Some(0), "the nearest one");
        assert_eq!(step(9, Way::Left), None);
    }

    #[test]
    fn a_path_leads_from_the_start_whichever_way_the_arrows_point() {
        let picture = Picture::of(&example());
        assert_eq!(picture.path_to(3), [0, 2]);
        assert!(picture.path_to(0).is_empty() && picture.path_to(4).is_empty());
    }

    #[test]
    fn a_node_is_said_with_its_kind_and_its_relations() {
        let picture = Picture::of(&example());
        assert_eq!(picture.spoken(2), "API rates, 2 relations to the left, 0 relations to the right");
        assert_eq!(
            picture.spoken(4),
            "Component spare, not in the catalog, 0 relations to the left, 0 relations to the right"
        );
        assert!(picture.spoken(0).contains(", start, 1 relation to the left, 1 relation to the right"));
        assert_eq!(picture.nodes[0].remark, "Website");
        assert_eq!(picture.nodes[2].remark, "API · OpenAPI");
    }
}
