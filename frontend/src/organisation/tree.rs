//! The tree of groups, as lines that are folded and walked through.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::api::catalog::FacetValue;
use shared::entity::{Entity, EntityRef};

use crate::entity::spec_ref;

/// With more groups than this, only the first level is open at first.
const MAX_OPEN: usize = 60;

/// What the server says of groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// The groups.
    pub entities: Vec<Entity>,
    /// How many people are members of each.
    pub members: Vec<FacetValue>,
    /// How many entities each owns.
    pub owned: Vec<FacetValue>,
}

/// A group of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its reference, in full.
    pub key: String,
    /// The same.
    pub entity_ref: EntityRef,
    /// The entity, in the fields that are shown.
    pub entity: Arc<Entity>,
    /// The group above it, where the tree has it.
    pub parent: Option<usize>,
    /// How many groups are above it.
    pub depth: usize,
    /// Whether groups are below it.
    pub has_children: bool,
    /// Its place among the groups with the same parent, from 1.
    pub position: usize,
    /// How many groups have the same parent.
    pub n_siblings: usize,
    /// People that are members of this very group.
    pub n_members: usize,
    /// What this very group owns.
    pub n_owned: usize,
}

/// All groups, each followed by those below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// In the order of the tree when everything is open.
    pub nodes: Vec<Node>,
    by_key: BTreeMap<String, usize>,
}

impl Tree {
    /// Builds the tree. A parent that does not exist counts as none, and a circle is cut at one of its groups.
    pub fn build(groups: &Groups) -> Self {
        let counted = |values: &[FacetValue]| -> BTreeMap<String, usize> {
            values.iter().map(|value| (value.value.to_lowercase(), value.count)).collect()
        };
        let (members, owned) = (counted(&groups.members), counted(&groups.owned));
        let known: BTreeMap<String, Arc<Entity>> =
            groups.entities.iter().map(|entity| (entity.entity_ref().to_string(), Arc::new(entity.clone()))).collect();
        let parent_of = parents(&known);
        let mut below: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for key in known.keys() {
            below.entry(parent_of.get(key).map(String::as_str)).or_default().push(key);
        }
        for keys in below.values_mut() {
            keys.sort_by_cached_key(|key| known.get(*key).map(|entity| entity.display_name().to_lowercase()));
        }
        let mut tree = Self::default();
        let mut seen = BTreeSet::new();
        tree.place(None, &known, &below, &mut seen);
        // Groups in a circle are below no root.
        for key in known.keys() {
            if !seen.contains(key.as_str()) {
                tree.place(Some(key), &known, &below, &mut seen);
            }
        }
        for node in &mut tree.nodes {
            node.n_members = members.get(&node.key).copied().unwrap_or_default();
            node.n_owned = owned.get(&node.key).copied().unwrap_or_default();
        }
        tree
    }

    fn place<'k>(
        &mut self,
        start: Option<&'k str>,
        known: &BTreeMap<String, Arc<Entity>>,
        below: &BTreeMap<Option<&'k str>, Vec<&'k str>>,
        seen: &mut BTreeSet<&'k str>,
    ) {
        let children = |key: Option<&'k str>| below.get(&key).map_or(&[][..], Vec::as_slice);
        let level = |keys: &[&'k str], parent: Option<usize>, depth: usize| {
            let n_siblings = keys.len();
            let lines = keys.iter().enumerate().rev().map(|(index, &key)| (key, parent, depth, index + 1, n_siblings));
            lines.collect::<Vec<_>>()
        };
        let mut left = match start {
            Some(start) => level(&[start], None, 0),
            None => level(children(None), None, 0),
        };
        while let Some((key, parent, depth, position, n_siblings)) = left.pop() {
            let Some(entity) = known.get(key).filter(|_| seen.insert(key)) else { continue };
            let index = self.nodes.len();
            let own: Vec<&str> = children(Some(key)).iter().copied().filter(|child| !seen.contains(child)).collect();
            self.by_key.insert(key.to_owned(), index);
            self.nodes.push(Node {
                key: key.to_owned(),
                entity_ref: entity.entity_ref(),
                entity: entity.clone(),
                parent,
                depth,
                has_children: !own.is_empty(),
                position,
                n_siblings,
                n_members: 0,
                n_owned: 0,
            });
            left.extend(level(&own, Some(index), depth + 1));
        }
    }

    /// A group by its reference.
    pub fn find(&self, key: &str) -> Option<&Node> {
        self.by_key.get(key).map(|&index| &self.nodes[index])
    }

    /// A group and all that are below it.
    pub fn with_below(&self, key: &str) -> &[Node] {
        let Some(&index) = self.by_key.get(key) else { return &[] };
        let depth = self.nodes[index].depth;
        let n_below = self.nodes[index + 1..].iter().take_while(|node| node.depth > depth).count();
        &self.nodes[index..=index + n_below]
    }

    /// The groups above one, the nearest last.
    pub fn above(&self, key: &str) -> Vec<&Node> {
        let mut found = Vec::new();
        let mut at = self.find(key).and_then(|node| node.parent);
        while let Some(index) = at {
            found.push(&self.nodes[index]);
            at = self.nodes[index].parent;
        }
        found.reverse();
        found
    }

    /// Whether a group is open before anyone has touched it.
    pub fn starts_open(&self, node: &Node) -> bool {
        self.nodes.len() <= MAX_OPEN || node.depth == 0
    }

    /// Whether those below a group are shown. `turned` are the groups that the reader has opened or folded against how they
    /// start.
    pub fn is_open(&self, node: &Node, turned: &BTreeSet<String>) -> bool {
        node.has_children && (self.starts_open(node) != turned.contains(&node.key))
    }

    /// The lines that can be seen. `turned` are the groups that the reader has opened or folded against how they start.
    pub fn visible(&self, turned: &BTreeSet<String>) -> Vec<(Node, bool)> {
        let mut found = Vec::new();
        let mut folded_depth = usize::MAX;
        for node in &self.nodes {
            if node.depth > folded_depth {
                continue;
            }
            folded_depth = usize::MAX;
            let is_open = self.is_open(node, turned);
            if !is_open {
                folded_depth = node.depth;
            }
            found.push((node.clone(), is_open));
        }
        found
    }
}

/// The parent of each group that has one: its own word, or else the word of the group that names it as a child.
fn parents(known: &BTreeMap<String, Arc<Entity>>) -> BTreeMap<String, String> {
    let mut parents = BTreeMap::new();
    for (key, entity) in known {
        let children = entity.spec.get("children").and_then(|children| children.as_array()).into_iter().flatten();
        for child in children.filter_map(|child| child.as_str()) {
            let child = EntityRef::parse(child, Some("group"), entity.namespace()).map(|child| child.to_string());
            if let Ok(child) = child
                && known.contains_key(&child)
                && child != *key
            {
                parents.insert(child, key.clone());
            }
        }
    }
    for (key, entity) in known {
        let parent = spec_ref(entity, "parent").map(|parent| EntityRef::new("group", &parent.namespace, &parent.name));
        if let Some(parent) =
            parent.map(|parent| parent.to_string()).filter(|parent| known.contains_key(parent) && parent != key)
        {
            parents.insert(key.clone(), parent);
        }
    }
    parents
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn group(name: &str, spec: serde_json::Value) -> Entity {
        serde_json::from_value(json!({"apiVersion": "v", "kind": "Group", "metadata": {"name": name}, "spec": spec}))
            .unwrap()
    }

    fn tree() -> Tree {
        Tree::build(&Groups {
            entities: vec![
                group("all", json!({"children": ["b", "a"]})),
                group("a", json!({"parent": "all"})),
                group("b", json!({})),
                group("a1", json!({"parent": "a"})),
                group("lost", json!({"parent": "gone"})),
                group("x", json!({"parent": "y"})),
                group("y", json!({"parent": "x"})),
            ],
            members: vec![FacetValue { value: "group:default/a1".to_owned(), count: 4 }],
            owned: vec![FacetValue { value: "group:default/a".to_owned(), count: 2 }],
        })
    }

    #[test]
    fn every_group_is_there_once_below_its_parent() {
        let tree = tree();
        let told: Vec<_> = tree.nodes.iter().map(|node| (node.entity_ref.name.as_str(), node.depth)).collect();
        assert_eq!(told, [("all", 0), ("a", 1), ("a1", 2), ("b", 1), ("lost", 0), ("x", 0), ("y", 1)]);
        assert_eq!((tree.nodes[1].n_owned, tree.nodes[2].n_members), (2, 4));
        assert_eq!((tree.nodes[3].position, tree.nodes[3].n_siblings), (2, 2));
    }

    #[test]
    fn what_is_folded_hides_all_that_is_below() {
        let tree = tree();
        let names = |turned: &[&str]| {
            let turned = turned.iter().map(|name| format!("group:default/{name}")).collect();
            tree.visible(&turned).iter().map(|(node, _)| node.entity_ref.name.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(&[]), "all a a1 b lost x y");
        assert_eq!(names(&["a"]), "all a b lost x y");
        assert_eq!(names(&["all", "a"]), "all lost x y");
    }

    #[test]
    fn a_group_knows_what_is_below_and_above() {
        let tree = tree();
        let names =
            |nodes: Vec<&Node>| nodes.iter().map(|node| node.entity_ref.name.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(names(tree.with_below("group:default/a").iter().collect()), "a a1");
        assert_eq!(names(tree.above("group:default/a1")), "all a");
        assert!(tree.with_below("group:default/none").is_empty());
    }
}
