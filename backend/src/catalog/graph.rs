//! The entities around some others: a walk over relations in the read model.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Deserialize;
use shared::api::graph::{EntityGraph, GraphEdge, GraphLayout, GraphNode};
use shared::entity::{Relation, forward_of, leads_to_whole};

use super::index::{Document, EntityIndex, Visibility};
use super::layered;

/// Relations that find a way around others; the ways of more go straight. Nobody can read so many, and each takes time.
const MAX_ROUTED: usize = 20_000;

/// Which part of the graph is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphQuery {
    /// Full references in lower case.
    pub roots: Vec<String>,
    /// How many steps to go.
    pub depth: usize,
    /// Along which relations, both ways.
    pub direction: Direction,
    /// Forward names of the relations to follow; all where empty.
    pub relations: HashSet<String>,
    /// The kinds to show, in lower case; all where empty. Roots are shown whatever they are.
    pub kinds: HashSet<String>,
    /// The kinds to show and not to go beyond, in lower case. Roots are gone beyond whatever they are.
    pub ends: HashSet<String>,
    /// How many nodes to return at most.
    pub limit: usize,
    /// Whether places for a picture are wanted.
    pub has_layout: bool,
}

/// Where a walk goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// From where a relation starts to where it ends, such as from a component to its owner.
    Outgoing,
    /// From where a relation ends to where it starts, such as from a library to those that depend on it.
    Incoming,
    /// From who needs something to what is needed, and from a whole to its parts, such as from a group to what it owns.
    Downstream,
    /// Against it: from what is needed to who needs it, and from a part to what holds it.
    Upstream,
    /// Both.
    #[default]
    Both,
}

impl Direction {
    /// Reads `outgoing`, `incoming`, `downstream`, `upstream` or `both`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "outgoing" => Some(Self::Outgoing),
            "incoming" => Some(Self::Incoming),
            "downstream" => Some(Self::Downstream),
            "upstream" => Some(Self::Upstream),
            "both" => Some(Self::Both),
            _ => None,
        }
    }
}

/// What is read of a document.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    metadata: Named,
    spec: Described,
    relations: Vec<Relation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
    title: Option<String>,
}

/// Fields that anybody may write, so that any of them may be no text.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Described {
    #[serde(rename = "type")]
    spec_type: Loose,
    lifecycle: Loose,
}

/// A text, or something else that is passed over.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Loose {
    Text(String),
    Other(serde::de::IgnoredAny),
    #[default]
    Nothing,
}

impl Loose {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(_) | Self::Nothing => None,
        }
    }
}

/// A relation of one entity in its forward direction.
struct Step {
    edge: GraphEdge,
    is_outgoing: bool,
}

impl Step {
    fn of(entity_ref: &str, relation: Relation) -> Self {
        match forward_of(&relation.relation_type) {
            Some(forward) => Self {
                edge: GraphEdge {
                    source_ref: relation.target_ref,
                    relation_type: forward.to_owned(),
                    target_ref: entity_ref.to_owned(),
                },
                is_outgoing: false,
            },
            None => Self {
                edge: GraphEdge {
                    source_ref: entity_ref.to_owned(),
                    relation_type: relation.relation_type,
                    target_ref: relation.target_ref,
                },
                is_outgoing: true,
            },
        }
    }

    /// Whether it goes to the right in a picture.
    fn is_downstream(&self) -> bool {
        self.is_outgoing != leads_to_whole(&self.edge.relation_type)
    }

    fn other_end(&self) -> &str {
        if self.is_outgoing { &self.edge.target_ref } else { &self.edge.source_ref }
    }
}

impl GraphQuery {
    /// The nodes within the depth, nearest first, and all relations between them that are asked for.
    ///
    /// What `visibility` hides is a missing node, as is what does not exist; nothing behind it is found.
    pub fn walk(&self, index: &EntityIndex, visibility: &Visibility) -> EntityGraph {
        let mut graph = EntityGraph::default();
        let mut known = HashSet::new();
        let mut edges = BTreeSet::new();
        let mut level: Vec<String> = Vec::new();
        for root in &self.roots {
            if known.len() < self.limit && known.insert(root.clone()) {
                level.push(root.clone());
            }
        }
        graph.is_truncated = known.len() < self.roots.iter().collect::<HashSet<_>>().len();
        for depth in 0.. {
            if level.is_empty() {
                break;
            }
            let found = index.entities_by_refs(&level, None, visibility);
            let mut next = Vec::new();
            for (entity_ref, document) in std::mem::take(&mut level).into_iter().zip(found) {
                let (node, steps) = self.look(entity_ref, depth, document.as_ref());
                let is_end = depth == self.depth || (depth > 0 && self.ends.contains(kind_of(&node.entity_ref)));
                graph.nodes.push(node);
                for step in steps {
                    let other = step.other_end().to_owned();
                    // Beyond the last step nothing is new, and relations between what is there are shown all the same.
                    if !known.contains(&other) && !is_end && self.is_followed(&step) {
                        if known.len() < self.limit {
                            known.insert(other.clone());
                            next.push(other);
                        } else {
                            graph.is_truncated = true;
                        }
                    }
                    edges.insert(step.edge);
                }
            }
            level = next;
        }
        let is_inside = |edge: &GraphEdge| known.contains(&edge.source_ref) && known.contains(&edge.target_ref);
        let (inside, outside) = edges.into_iter().partition(is_inside);
        graph.edges = inside;
        count_hidden(&mut graph.nodes, &outside);
        graph
    }

    fn look(&self, entity_ref: String, depth: usize, document: Option<&Document>) -> (GraphNode, Vec<Step>) {
        let Some(document) = document else {
            return (GraphNode { entity_ref, depth, is_missing: true, ..GraphNode::default() }, vec![]);
        };
        // That the document is JSON was seen when the index took it over; a strange shape leaves a bare node.
        let seen: Seen = serde_json::from_slice(document).unwrap_or_default();
        let owner_ref = seen.relations.iter().find(|relation| relation.relation_type == "ownedBy");
        let node = GraphNode {
            depth,
            is_missing: false,
            name: seen.metadata.name,
            title: seen.metadata.title,
            spec_type: seen.spec.spec_type.text(),
            lifecycle: seen.spec.lifecycle.text(),
            owner_ref: owner_ref.map(|relation| relation.target_ref.clone()),
            n_hidden: 0,
            entity_ref,
        };
        let steps = seen.relations.into_iter().map(|relation| Step::of(&node.entity_ref, relation));
        let steps = steps.filter(|step| self.is_wanted(step)).collect();
        (node, steps)
    }

    /// Whether the relation and the kind at its other end are asked for.
    fn is_wanted(&self, step: &Step) -> bool {
        let is_root = || self.roots.iter().any(|root| root == step.other_end());
        let is_kind = || self.kinds.is_empty() || self.kinds.contains(kind_of(step.other_end())) || is_root();
        (self.relations.is_empty() || self.relations.contains(&step.edge.relation_type)) && is_kind()
    }

    fn is_followed(&self, step: &Step) -> bool {
        match self.direction {
            Direction::Both => true,
            Direction::Outgoing => step.is_outgoing,
            Direction::Incoming => !step.is_outgoing,
            Direction::Downstream => step.is_downstream(),
            Direction::Upstream => !step.is_downstream(),
        }
    }
}

fn kind_of(entity_ref: &str) -> &str {
    entity_ref.split_once(':').map_or("", |(kind, _)| kind)
}

/// Tells each node how many of the relations that are not shown are its own.
fn count_hidden(nodes: &mut [GraphNode], hidden: &[GraphEdge]) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for edge in hidden {
        *counts.entry(&edge.source_ref).or_default() += 1;
        *counts.entry(&edge.target_ref).or_default() += 1;
    }
    for node in nodes {
        node.n_hidden = counts.get(node.entity_ref.as_str()).copied().unwrap_or_default();
    }
}

/// Finds a place for each node and a way for each relation.
pub fn lay_out(graph: &EntityGraph) -> GraphLayout {
    let numbers: HashMap<&str, usize> =
        graph.nodes.iter().enumerate().map(|(number, node)| (node.entity_ref.as_str(), number)).collect();
    // What holds others stands on the left of them, so those relations are drawn from their end.
    let is_turned = |edge: &GraphEdge| leads_to_whole(&edge.relation_type);
    let ends = |edge: &GraphEdge| {
        let (source, target) = (numbers[edge.source_ref.as_str()], numbers[edge.target_ref.as_str()]);
        if is_turned(edge) { (target, source) } else { (source, target) }
    };
    let edges: Vec<(usize, usize)> = graph.edges.iter().map(ends).collect();
    let (routed, straight) = edges.split_at(edges.len().min(MAX_ROUTED));
    let layered::Layout { width, height, places, mut routes } = layered::lay_out(graph.nodes.len(), routed);
    routes.extend(straight.iter().map(|&(from, to)| {
        let middle = layered::NODE_HEIGHT / 2;
        let ([left, top], [other_left, other_top]) = (places[from], places[to]);
        vec![[left + layered::NODE_WIDTH, top + middle], [other_left, other_top + middle]]
    }));
    for (edge, route) in graph.edges.iter().zip(&mut routes) {
        if is_turned(edge) {
            route.reverse();
        }
    }
    let (node_width, node_height) = (layered::NODE_WIDTH, layered::NODE_HEIGHT);
    GraphLayout { width, height, node_width, node_height, places, routes }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use shared::filter::Filter;

    use super::*;
    use crate::catalog::index::{IndexChange, StoredEntity};

    /// `web` depends on `api`, `api` on `db`; `team` owns all; `db` depends on a `ghost`.
    fn index() -> EntityIndex {
        let entity = |kind: &str, name: &str, spec: Value, relations: &[(&str, &str)]| {
            let relations: Vec<Value> =
                relations.iter().map(|(kind, target)| json!({"type": kind, "targetRef": target})).collect();
            let document = json!({"kind": kind, "metadata": {"name": name}, "spec": spec, "relations": relations});
            let entity_ref = shared::entity::EntityRef::new(kind, "default", name);
            let document = Document::from(document.to_string());
            IndexChange::Put(StoredEntity { uid: name.into(), entity_ref, document })
        };
        let service = || json!({"type": "service", "lifecycle": {"strange": true}});
        let (web, api, db) = ("component:default/web", "component:default/api", "resource:default/db");
        let team = ("ownedBy", "group:default/team");
        let index = EntityIndex::new();
        let entities = vec![
            entity("Component", "web", service(), &[("dependsOn", api), team]),
            entity("Component", "api", service(), &[("dependencyOf", web), ("dependsOn", db), team]),
            entity(
                "Resource",
                "db",
                json!({}),
                &[("dependencyOf", api), ("dependsOn", "component:default/ghost"), team],
            ),
            entity("Group", "team", json!({}), &[("ownerOf", web), ("ownerOf", api), ("ownerOf", db)]),
        ];
        index.apply(entities, 1).unwrap();
        index
    }

    fn query(root: &str, depth: usize) -> GraphQuery {
        GraphQuery {
            roots: vec![root.to_owned()],
            depth,
            direction: Direction::Both,
            relations: HashSet::new(),
            kinds: HashSet::new(),
            ends: HashSet::new(),
            limit: 100,
            has_layout: false,
        }
    }

    fn names(graph: &EntityGraph) -> Vec<&str> {
        graph.nodes.iter().map(|node| node.entity_ref.rsplit('/').next().unwrap()).collect()
    }

    fn edges(graph: &EntityGraph) -> Vec<String> {
        let end = |entity_ref: &str| entity_ref.rsplit('/').next().unwrap().to_owned();
        let text =
            |edge: &GraphEdge| format!("{} {} {}", end(&edge.source_ref), edge.relation_type, end(&edge.target_ref));
        graph.edges.iter().map(text).collect()
    }

    #[test]
    fn a_walk_finds_each_node_once_and_each_relation_forward() {
        let graph = query("component:default/web", 1).walk(&index(), &Visibility::Everything);
        assert_eq!(names(&graph), ["web", "api", "team"]);
        assert_eq!(edges(&graph), ["api ownedBy team", "web dependsOn api", "web ownedBy team"]);
        assert_eq!(graph.nodes.iter().map(|node| node.depth).collect::<Vec<_>>(), [0, 1, 1]);
        let web = &graph.nodes[0];
        assert_eq!((web.spec_type.as_deref(), &web.lifecycle), (Some("service"), &None));
        assert_eq!(web.owner_ref.as_deref(), Some("group:default/team"));
    }

    #[test]
    fn directions_relations_and_kinds_narrow_it() {
        let mut asked = query("component:default/api", 3);
        asked.direction = Direction::Outgoing;
        asked.relations = HashSet::from(["dependsOn".to_owned()]);
        let graph = asked.walk(&index(), &Visibility::Everything);
        assert_eq!(names(&graph), ["api", "db", "ghost"]);
        assert!(graph.nodes[2].is_missing);
        assert_eq!(edges(&graph), ["api dependsOn db", "db dependsOn ghost"]);
        asked.direction = Direction::Incoming;
        assert_eq!(names(&asked.walk(&index(), &Visibility::Everything)), ["api", "web"]);

        asked.relations.clear();
        asked.direction = Direction::Downstream;
        assert_eq!(names(&asked.walk(&index(), &Visibility::Everything)), ["api", "db", "ghost"]);
        asked.direction = Direction::Upstream;
        assert_eq!(names(&asked.walk(&index(), &Visibility::Everything)), ["api", "web", "team"]);

        let mut asked = query("group:default/team", 1);
        asked.kinds = HashSet::from(["resource".to_owned()]);
        assert_eq!(names(&asked.walk(&index(), &Visibility::Everything)), ["team", "db"]);
    }

    #[test]
    fn ends_are_shown_and_not_gone_beyond() {
        let mut asked = query("component:default/web", 3);
        asked.relations = HashSet::from(["ownedBy".to_owned()]);
        asked.ends = HashSet::from(["group".to_owned()]);
        let graph = asked.walk(&index(), &Visibility::Everything);
        assert_eq!(names(&graph), ["web", "team"]);
        assert_eq!(graph.nodes.iter().map(|node| node.n_hidden).collect::<Vec<_>>(), [0, 2], "it owns two more");
        asked.roots = vec!["group:default/team".to_owned()];
        assert_eq!(names(&asked.walk(&index(), &Visibility::Everything)), ["team", "web", "api", "db"]);
    }

    #[test]
    fn a_picture_has_owners_on_the_left_and_what_is_needed_on_the_right() {
        let graph = query("component:default/web", 3).walk(&index(), &Visibility::Everything);
        let layout = lay_out(&graph);
        let x = |name: &str| layout.places[names(&graph).iter().position(|known| *known == name).unwrap()][0];
        assert!(x("team") < x("web") && x("web") < x("api") && x("api") < x("db") && x("db") < x("ghost"));
        let owned = graph.edges.iter().position(|edge| edge.relation_type == "ownedBy").unwrap();
        let (first, last) = (layout.routes[owned][0], *layout.routes[owned].last().unwrap());
        assert!(first[0] > last[0], "a way leads from the source of its relation to the target");
    }

    #[test]
    fn every_relation_has_a_way_however_many_there_are() {
        let mut graph = query("component:default/web", 3).walk(&index(), &Visibility::Everything);
        let relation = graph.edges[0].clone();
        let more = (0..MAX_ROUTED).map(|n| GraphEdge { relation_type: format!("type{n}"), ..relation.clone() });
        graph.edges.extend(more);
        let routes = lay_out(&graph).routes;
        assert_eq!(routes.len(), graph.edges.len());
        assert!(routes.iter().all(|route| route.len() >= 2));
    }

    #[test]
    fn a_limit_is_told() {
        let mut asked = query("group:default/team", 2);
        asked.limit = 3;
        let graph = asked.walk(&index(), &Visibility::Everything);
        assert_eq!((names(&graph).len(), graph.is_truncated), (3, true));
        asked.limit = 100;
        assert!(!asked.walk(&index(), &Visibility::Everything).is_truncated);
        assert_eq!(names(&query("component:default/none", 2).walk(&index(), &Visibility::Everything)), ["none"]);
    }

    #[test]
    fn nothing_is_found_behind_what_is_hidden() {
        let visible = Visibility::Only(Filter::is_in("kind", ["component"]));
        let graph = query("component:default/api", 3).walk(&index(), &visible);
        let missing: Vec<_> = graph.nodes.iter().filter(|node| node.is_missing).collect();
        assert_eq!(names(&graph), ["api", "web", "db", "team"]);
        assert_eq!(missing.len(), 2);
        assert!(missing.iter().all(|node| node.name.is_none()));
    }
}
