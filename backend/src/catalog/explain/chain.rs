//! What leads to a location.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use shared::api::explain::ChainHop;

use super::Sight;
use crate::catalog::ingest::graph::{LocationId, Node, Parent};
use crate::catalog::location::{LocationRef, PROVIDER};

/// Locations with all that leads to them.
#[derive(Debug)]
pub struct Ways {
    nodes: HashMap<LocationId, Node>,
}

impl Ways {
    /// Of stored locations, each with its parents.
    pub fn new(nodes: HashMap<LocationId, Node>) -> Self {
        Self { nodes }
    }

    /// One of the locations.
    pub fn node(&self, id: LocationId) -> Option<&Node> {
        self.nodes.get(&id)
    }

    /// The name of a provider, where the location is one.
    pub fn provider(&self, id: LocationId) -> Option<&str> {
        let location = &self.nodes.get(&id)?.location;
        (location.location_type == PROVIDER).then_some(location.target.as_str())
    }

    /// The Location entities that answer for a location: those that name it, or the pattern it was found by.
    pub fn answering(&self, id: LocationId) -> BTreeSet<String> {
        self.levels_of_entities(id).into_iter().next().unwrap_or_default()
    }

    /// The Location entities above a location, the nearest first: one set for each step up.
    pub fn levels_of_entities(&self, id: LocationId) -> Vec<BTreeSet<String>> {
        let mut levels = Vec::new();
        let mut seen = HashSet::from([id]);
        let mut level = vec![id];
        while !level.is_empty() {
            let mut named = BTreeSet::new();
            let mut above = Vec::new();
            let mut patterns: VecDeque<LocationId> = level.into();
            while let Some(below) = patterns.pop_front() {
                for parent in self.nodes.get(&below).into_iter().flat_map(|node| &node.parents) {
                    let is_new = seen.insert(parent.location);
                    if parent.entity_ref.is_empty() {
                        if is_new {
                            patterns.push_back(parent.location);
                        }
                    } else {
                        named.insert(parent.entity_ref.clone());
                        if is_new {
                            above.push(parent.location);
                        }
                    }
                }
            }
            if !named.is_empty() {
                levels.push(named);
            }
            level = above;
        }
        levels
    }

    /// Whether someone who sees this much may read what a location holds: who sees an entity that leads to it.
    pub fn may_see(&self, id: LocationId, sight: Sight<'_>) -> bool {
        sight.is_everything() || !sight.seen(self.answering(id).into_iter().collect()).is_empty()
    }

    /// The way from a location up to a provider, by its origin where several lead up. It ends where it is hidden.
    pub fn chain(&self, from: LocationId, sight: Sight<'_>) -> Vec<ChainHop> {
        let Some(start) = self.nodes.get(&from) else { return vec![] };
        let origin = start.origin.as_ref();
        let mut hops = vec![hop(start)];
        let mut seen = HashSet::from([from]);
        let mut below = start;
        while let Some(parent) = self.way_up(below, origin) {
            let is_seen = match parent.entity_ref.as_str() {
                "" => self.may_see(parent.location, sight),
                entity_ref => sight.sees(entity_ref),
            };
            let Some(above) = self.nodes.get(&parent.location) else { break };
            if !is_seen || !seen.insert(above.id) {
                break;
            }
            let through = (!parent.entity_ref.is_empty()).then(|| parent.entity_ref.clone());
            // How many others there are would tell of what is hidden.
            let n_other_ways = if sight.is_everything() { below.parents.len() - 1 } else { 0 };
            hops.push(ChainHop { through, n_other_ways, ..hop(above) });
            below = above;
        }
        hops
    }

    /// The parent that leads to the registered location `origin`; the first one where none does.
    fn way_up(&self, node: &Node, origin: Option<&LocationRef>) -> Option<&Parent> {
        let parents = || self.nodes.get(&node.id).into_iter().flat_map(|node| &node.parents);
        let is_registered = Some(&node.location) == origin;
        let leads = |parent: &&Parent| match is_registered {
            true => self.provider(parent.location).is_some(),
            false => self.comes_from(parent.location, origin),
        };
        parents().find(leads).or_else(|| parents().next())
    }

    fn comes_from(&self, id: LocationId, origin: Option<&LocationRef>) -> bool {
        let mut queue = vec![id];
        let mut seen = HashSet::new();
        while let Some(id) = queue.pop() {
            let Some(node) = self.nodes.get(&id).filter(|_| seen.insert(id)) else { continue };
            if Some(&node.location) == origin {
                return true;
            }
            queue.extend(node.parents.iter().map(|parent| parent.location));
        }
        false
    }
}

fn hop(node: &Node) -> ChainHop {
    match node.location.location_type.as_str() {
        PROVIDER => ChainHop { provider: Some(node.location.target.clone()), ..ChainHop::default() },
        _ => ChainHop {
            location: Some(node.location.to_string()),
            location_id: Some(node.id.to_string()),
            ..ChainHop::default()
        },
    }
}
