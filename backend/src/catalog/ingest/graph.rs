//! The locations that the catalog reads, and which of them leads to which.
//!
//! This is the working memory of ingestion. Every change is written by the store in the transaction that also writes
//! the entities; after a failed transaction the graph is loaded again, so memory never runs ahead of the database.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::ProcessingError;
use crate::catalog::location::{LocationRef, PROVIDER, sha256_hex};
use crate::platform::scm::Validators;

/// The number of a location, the same in memory, in the database and in every replica: it follows from the location,
/// so that replicas which find new locations in different orders do not give one number twice.
pub type LocationId = i64;

/// Who names a location: the location with the naming document, and the Location entity in it.
///
/// The entity is empty where the parent is a glob, whose files have no entity of their own between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Parent {
    /// The location that holds the naming document.
    pub location: LocationId,
    /// The Location entity; empty for a glob.
    pub entity_ref: String,
}

/// One location that is read.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its number.
    pub id: LocationId,
    /// Where it is.
    pub location: LocationRef,
    /// The registered location that led here first.
    pub origin: Option<LocationRef>,
    /// A missing target is no error.
    pub is_optional: bool,
    /// What was read last, and by which rules.
    pub content_hash: Option<String>,
    /// Files and addresses that placeholders pulled in.
    pub depends_on: Vec<String>,
    /// What is wrong with it as a whole.
    pub errors: Vec<ProcessingError>,
    /// Who names it.
    pub parents: BTreeSet<Parent>,
    /// When it was read last, successfully or not, in milliseconds since 1970.
    pub attempted_at_ms: Option<i64>,
    /// When it was read successfully last, in milliseconds since 1970.
    pub succeeded_at_ms: Option<i64>,
    /// What lets the server of an address say that nothing changed.
    pub validators: Option<Validators>,
    /// How often in a row an address could not be read.
    pub n_failures: u32,
    /// Before that time the server does not want to be asked again, in milliseconds since 1970.
    pub retry_at_ms: Option<i64>,
}

/// All locations that are read.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: HashMap<LocationId, Node>,
    by_location: HashMap<LocationRef, LocationId>,
    children: BTreeMap<Parent, BTreeSet<LocationId>>,
    version: u64,
}

/// Two graphs have the same version only where they are the same.
static NEXT_VERSION: AtomicU64 = AtomicU64::new(1);

/// A target that a document names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it is.
    pub location: LocationRef,
    /// A missing target is no error.
    pub is_optional: bool,
}

/// What [`Graph::connect`] changed.
#[derive(Debug, Default)]
pub struct Connected {
    /// Locations that have to be read because they are new, or lead from another root now.
    pub to_read: Vec<LocationId>,
    /// Targets that lead back to the document that names them, each with the way round.
    pub cycles: Vec<Vec<LocationRef>>,
    /// Locations that are new, or are named by others than before.
    pub changed: Vec<LocationId>,
}

impl Graph {
    /// Builds the graph from stored rows.
    pub fn load(nodes: Vec<Node>) -> Self {
        let mut graph = Self::default();
        for node in nodes {
            graph.by_location.insert(node.location.clone(), node.id);
            for parent in &node.parents {
                graph.children.entry(parent.clone()).or_default().insert(node.id);
            }
            graph.nodes.insert(node.id, node);
        }
        graph.touch();
        graph
    }

    /// Another number whenever another location is known, one leads elsewhere, or somebody said that it was touched.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What depends on the whole graph has to be worked out again.
    pub fn touch(&mut self) {
        self.version = NEXT_VERSION.fetch_add(1, Ordering::Relaxed);
    }

    /// One location by its number.
    pub fn node(&self, id: LocationId) -> Option<&Node> {
        self.nodes.get(&id)
    }

    /// One location by its number, to change what was read of it.
    pub fn node_mut(&mut self, id: LocationId) -> Option<&mut Node> {
        self.nodes.get_mut(&id)
    }

    /// The number of a location.
    pub fn find(&self, location: &LocationRef) -> Option<LocationId> {
        self.by_location.get(location).copied()
    }

    /// All locations, in no order.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// The row that stands for a provider, made on first use.
    pub fn provider(&mut self, name: &str) -> LocationId {
        let location = LocationRef::provider(name);
        match self.find(&location) {
            Some(id) => id,
            None => self.insert(location, None, false),
        }
    }

    /// Makes `targets` exactly what `parent` leads to.
    ///
    /// A target that leads back to `parent` is left out and reported: what is in a cycle would keep itself alive.
    /// Locations that nothing leads to any more stay until [`Graph::remove_unreachable`].
    pub fn connect(&mut self, parent: &Parent, targets: &[Target]) -> Connected {
        let mut connected = Connected::default();
        let mut wanted = BTreeSet::new();
        for target in targets {
            let origin = self.origin_below(parent.location, &target.location);
            let id = match self.find(&target.location) {
                Some(id) => {
                    if let Some(cycle) = self.way_up(parent.location, id) {
                        connected.cycles.push(cycle);
                        continue;
                    }
                    id
                }
                None => {
                    let id = self.insert(target.location.clone(), origin, target.is_optional);
                    connected.to_read.push(id);
                    id
                }
            };
            let node = self.nodes.get_mut(&id).expect("the node was found or made above");
            if node.parents.insert(parent.clone()) || node.is_optional != target.is_optional {
                node.is_optional = target.is_optional;
                connected.changed.push(id);
            }
            wanted.insert(id);
        }
        let before = if wanted.is_empty() {
            self.children.remove(parent).unwrap_or_default()
        } else {
            self.children.insert(parent.clone(), wanted.clone()).unwrap_or_default()
        };
        for gone in before.difference(&wanted) {
            if let Some(node) = self.nodes.get_mut(gone) {
                node.parents.remove(parent);
                connected.changed.push(*gone);
            }
        }
        if !connected.changed.is_empty() {
            self.touch();
        }
        connected
    }

    /// The Location entities in a location that lead somewhere.
    pub fn naming_entities(&self, location: LocationId) -> Vec<String> {
        let from = Parent { location, entity_ref: String::new() };
        self.children
            .range(from..)
            .take_while(|(parent, _)| parent.location == location)
            .map(|(parent, _)| parent.entity_ref.clone())
            .collect()
    }

    /// The locations that one parent leads to.
    pub fn children_of(&self, parent: &Parent) -> impl Iterator<Item = &Node> {
        self.children.get(parent).into_iter().flatten().filter_map(|id| self.nodes.get(id))
    }

    /// Takes out every location that no provider leads to, and returns them.
    pub fn remove_unreachable(&mut self) -> Vec<Node> {
        let mut removed = Vec::new();
        let mut queue: Vec<LocationId> = self.nodes.values().filter(|node| is_dead(node)).map(|node| node.id).collect();
        while let Some(id) = queue.pop() {
            let Some(node) = self.nodes.remove(&id) else { continue };
            self.by_location.remove(&node.location);
            for entity_ref in self.naming_entities(id) {
                let parent = Parent { location: id, entity_ref };
                for child in self.children.remove(&parent).unwrap_or_default() {
                    let Some(child) = self.nodes.get_mut(&child) else { continue };
                    child.parents.remove(&parent);
                    if is_dead(child) {
                        queue.push(child.id);
                    }
                }
            }
            removed.push(node);
        }
        if !removed.is_empty() {
            self.touch();
        }
        removed
    }

    /// Locations whose remembered origin does not lead to them any more. They get a new one and must be read again.
    pub fn repair_origins(&mut self) -> Vec<LocationId> {
        let mut stale = Vec::new();
        for node in self.nodes.values() {
            let Some(origin) = &node.origin else { continue };
            let origins = self.origins_of(node.id);
            if !origins.contains(origin)
                && let Some(new) = origins.into_iter().next()
            {
                stale.push((node.id, new));
            }
        }
        for (id, origin) in &stale {
            let node = self.nodes.get_mut(id).expect("the number was read from the map");
            node.origin = Some(origin.clone());
            node.content_hash = None;
        }
        if !stale.is_empty() {
            self.touch();
        }
        stale.into_iter().map(|(id, _)| id).collect()
    }

    /// The Location entities that answer for a location: those that name it, or name the glob it was found by.
    pub fn answering_entities(&self, location: LocationId) -> Vec<String> {
        let mut found = Vec::new();
        let Some(node) = self.nodes.get(&location) else { return found };
        for parent in &node.parents {
            if parent.entity_ref.is_empty() {
                found.extend(self.answering_entities(parent.location));
            } else {
                found.push(parent.entity_ref.clone());
            }
        }
        found
    }

    /// Whether a location was read without a fault, and everything below it was tried at least once.
    pub fn is_read_through(&self, location: LocationId) -> bool {
        let Some(node) = self.nodes.get(&location) else { return false };
        if node.content_hash.is_none() || !node.errors.is_empty() {
            return false;
        }
        let mut queue = vec![location];
        let mut seen = HashSet::from([location]);
        while let Some(id) = queue.pop() {
            if self.nodes.get(&id).is_none_or(|node| node.attempted_at_ms.is_none()) {
                return false;
            }
            for entity_ref in self.naming_entities(id) {
                let below = self.children.get(&Parent { location: id, entity_ref }).into_iter().flatten();
                queue.extend(below.filter(|child| seen.insert(**child)));
            }
        }
        true
    }

    /// What has to be read so that an entity of `location` is up to date: the location, all that lead to it, and for a
    /// Location entity also what it leads to, through globs.
    pub fn around(&self, location: LocationId, entity_ref: &str) -> BTreeSet<LocationId> {
        let mut around = BTreeSet::new();
        let mut queue = vec![location];
        while let Some(id) = queue.pop() {
            if around.insert(id) {
                queue.extend(self.nodes.get(&id).into_iter().flat_map(|node| &node.parents).map(|up| up.location));
            }
        }
        for target in self.children_of(&Parent { location, entity_ref: entity_ref.to_owned() }) {
            around.insert(target.id);
            let glob = Parent { location: target.id, entity_ref: String::new() };
            around.extend(self.children_of(&glob).map(|file| file.id));
        }
        around
    }

    /// Whether `above` leads to `below`, or is the same.
    pub fn leads_to(&self, above: LocationId, below: LocationId) -> bool {
        self.way_up(below, above).is_some()
    }

    /// The length of the shortest way from a provider to a location; 1 for a registered location.
    pub fn depth(&self, location: LocationId) -> usize {
        let mut level = BTreeSet::from([location]);
        let mut seen = HashSet::new();
        for depth in 0.. {
            let nodes = level.iter().filter_map(|id| self.nodes.get(id));
            let is_provider = |node: &Node| node.location.location_type == PROVIDER;
            if level.is_empty() || nodes.clone().any(is_provider) {
                return depth;
            }
            level = nodes.flat_map(|node| &node.parents).map(|up| up.location).filter(|up| seen.insert(*up)).collect();
        }
        usize::MAX
    }

    fn insert(&mut self, location: LocationRef, origin: Option<LocationRef>, is_optional: bool) -> LocationId {
        let mut id = first_number(&location);
        // Two locations of one catalog would have to agree in 63 bits.
        while self.nodes.contains_key(&id) {
            id = id.wrapping_add(1) & LocationId::MAX;
        }
        self.by_location.insert(location.clone(), id);
        let node = Node {
            id,
            location,
            origin,
            is_optional,
            content_hash: None,
            depends_on: vec![],
            errors: vec![],
            parents: BTreeSet::new(),
            attempted_at_ms: None,
            succeeded_at_ms: None,
            validators: None,
            n_failures: 0,
            retry_at_ms: None,
        };
        self.nodes.insert(id, node);
        self.touch();
        id
    }

    /// The origin of a target: the target itself directly below a provider, else the origin of the parent.
    fn origin_below(&self, parent: LocationId, target: &LocationRef) -> Option<LocationRef> {
        let parent = self.nodes.get(&parent)?;
        if parent.location.location_type == PROVIDER { Some(target.clone()) } else { parent.origin.clone() }
    }

    /// The locations from `from` up to `to`, and back to `from`, when `to` leads to `from`.
    fn way_up(&self, from: LocationId, to: LocationId) -> Option<Vec<LocationRef>> {
        let mut came_from: HashMap<LocationId, LocationId> = HashMap::new();
        let mut queue = vec![from];
        let mut seen = HashSet::from([from]);
        while let Some(id) = queue.pop() {
            if id == to {
                // `came_from` leads down again, so the way starts at `to` and ends at `from`.
                let mut way = vec![to];
                while let Some(below) = came_from.get(way.last()?) {
                    way.push(*below);
                }
                way.push(to);
                return Some(way.iter().filter_map(|id| Some(self.nodes.get(id)?.location.clone())).collect());
            }
            for parent in self.nodes.get(&id).into_iter().flat_map(|node| &node.parents) {
                if seen.insert(parent.location) {
                    came_from.insert(parent.location, id);
                    queue.push(parent.location);
                }
            }
        }
        None
    }

    fn origins_of(&self, id: LocationId) -> BTreeSet<LocationRef> {
        let mut origins = BTreeSet::new();
        let mut queue = vec![id];
        let mut seen = HashSet::new();
        while let Some(id) = queue.pop() {
            let Some(node) = self.nodes.get(&id) else { continue };
            for parent in &node.parents {
                let is_root = self.nodes.get(&parent.location).is_some_and(|up| up.location.location_type == PROVIDER);
                if is_root {
                    origins.insert(node.location.clone());
                } else if seen.insert(parent.location) {
                    queue.push(parent.location);
                }
            }
        }
        origins
    }
}

/// 63 bits of the SHA-256 of the location.
fn first_number(location: &LocationRef) -> LocationId {
    let digits = sha256_hex(location.to_string().as_bytes());
    digits.bytes().take(16).fold(0, |number: LocationId, digit| {
        let value = char::from(digit).to_digit(16).expect("the digest is written in hexadecimal digits");
        number.wrapping_shl(4) | LocationId::from(value)
    }) & LocationId::MAX
}

fn is_dead(node: &Node) -> bool {
    node.parents.is_empty() && node.location.location_type != PROVIDER
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn file(name: &str) -> Target {
        Target { location: LocationRef::file(Path::new(name)), is_optional: false }
    }

    fn below(location: LocationId, entity_ref: &str) -> Parent {
        Parent { location, entity_ref: entity_ref.into() }
    }

    #[test]
    fn the_first_way_to_a_location_decides_its_origin() {
        let mut graph = Graph::default();
        let config = graph.provider("config");
        let a = graph.connect(&below(config, "location:default/a"), &[file("/a")]).to_read[0];
        let b = graph.connect(&below(a, "location:default/x"), &[file("/b")]).to_read[0];
        assert_eq!(graph.node(b).unwrap().origin, Some(file("/a").location));
    }

    #[test]
    fn a_location_goes_when_the_last_way_to_it_goes() {
        let mut graph = Graph::default();
        let config = graph.provider("config");
        let a = graph.connect(&below(config, "l:a"), &[file("/a")]).to_read[0];
        let c = graph.connect(&below(config, "l:c"), &[file("/c")]).to_read[0];
        let b = graph.connect(&below(a, "l:x"), &[file("/b")]).to_read[0];
        assert!(graph.connect(&below(c, "l:y"), &[file("/b")]).to_read.is_empty());

        assert_eq!(graph.connect(&below(config, "l:a"), &[]).changed, [a]);
        let removed: Vec<_> = graph.remove_unreachable().into_iter().map(|node| node.id).collect();
        assert_eq!(removed, [a]);
        assert_eq!(graph.repair_origins(), [b]);
        assert_eq!(graph.node(b).unwrap().origin, Some(file("/c").location));

        graph.connect(&below(config, "l:c"), &[]);
        assert_eq!(graph.remove_unreachable().len(), 2);
    }

    #[test]
    fn a_cycle_is_reported_and_not_followed() {
        let mut graph = Graph::default();
        let config = graph.provider("config");
        let a = graph.connect(&below(config, "l:a"), &[file("/a")]).to_read[0];
        let b = graph.connect(&below(a, "l:x"), &[file("/b")]).to_read[0];
        let back = graph.connect(&below(b, "l:y"), &[file("/a"), file("/c")]);
        let way: Vec<_> = back.cycles[0].iter().map(|step| step.target.as_str()).collect();
        assert_eq!(way, ["/a", "/b", "/a"]);
        assert_eq!(back.to_read.len(), 1);
        graph.connect(&below(config, "l:a"), &[]);
        assert_eq!(graph.remove_unreachable().len(), 3);
    }

    #[test]
    fn files_of_a_glob_answer_to_the_entity_that_names_the_glob() {
        let mut graph = Graph::default();
        let config = graph.provider("config");
        let glob = graph.connect(&below(config, "location:default/g"), &[file("/x/*.yaml")]).to_read[0];
        let a = graph.connect(&below(glob, ""), &[file("/x/a.yaml")]).to_read[0];
        assert_eq!(graph.answering_entities(a), ["location:default/g"]);
        let b = graph.connect(&below(glob, ""), &[file("/x/a.yaml"), file("/x/b.yaml")]).to_read[0];
        assert_eq!(graph.around(a, "component:default/a"), BTreeSet::from([a, glob, config]));
        assert_eq!(graph.around(config, "location:default/g"), BTreeSet::from([config, glob, a, b]));
    }
}
