//! What the graph shows, as the address says it.
//!
//! `?direction=upstream&hops=3&kinds=api,component&node=api:rates-v3&relations=dependsOn&root=component:booking-api&view=table`:
//! a comma is "or", defaults are left out, keys are sorted, and keys that nobody here knows are kept.

use shared::entity::{DEFAULT_NAMESPACE, EntityRef};

use crate::paths;
use crate::ui::order::Order as _;

/// Steps that the picture goes where the address says nothing.
pub const DEFAULT_HOPS: usize = 2;
/// Steps at most. Longer chains are followed by starting again from their end.
pub const MAX_HOPS: usize = 5;
/// Nodes of a picture at most.
pub const MAX_NODES: usize = 1_000;
/// Kinds that are shown and not gone beyond: who owns one thing owns many that have nothing to do with it.
const ENDS: &str = "group,user";
/// Starting points at most; the server takes no more.
const MAX_ROOTS: usize = 100;

/// Where the graph goes from its starting points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GraphDirection {
    /// To the left: who needs it, and what it is part of.
    Upstream,
    /// Both ways.
    #[default]
    Both,
    /// To the right: what it needs, and its parts.
    Downstream,
}

impl GraphDirection {
    /// All of them, in the order of the control.
    pub const ALL: [Self; 3] = [Self::Upstream, Self::Both, Self::Downstream];

    /// The value in the address and of the API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::Both => "both",
            Self::Downstream => "downstream",
        }
    }

    /// The word on the control.
    pub fn label(self) -> &'static str {
        match self {
            Self::Upstream => "Upstream",
            Self::Both => "Both",
            Self::Downstream => "Downstream",
        }
    }

    /// What it means.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Upstream => "Who needs it, what it is part of and who owns it",
            Self::Both => "Upstream and downstream",
            Self::Downstream => "What it needs, and its parts",
        }
    }
}

/// What the graph shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphView {
    /// Where it starts.
    pub roots: Vec<EntityRef>,
    /// How many steps it goes.
    pub hops: usize,
    /// Which way.
    pub direction: GraphDirection,
    /// The kinds to show, in lower case; all where empty.
    pub kinds: Vec<String>,
    /// The relations to follow, by their forward names; all where empty.
    pub relations: Vec<String>,
    /// Whether it is shown as a table.
    pub is_table: bool,
    /// The selected entity.
    pub node: Option<EntityRef>,
    /// Pairs that belong to nobody here; they stay in the address.
    pub others: Vec<(String, String)>,
    /// What could not be understood, for people.
    pub problems: Vec<String>,
}

impl Default for GraphView {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            hops: DEFAULT_HOPS,
            direction: GraphDirection::default(),
            kinds: Vec::new(),
            relations: Vec::new(),
            is_table: false,
            node: None,
            others: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl GraphView {
    /// The graph around an entity.
    pub fn of(root: EntityRef) -> Self {
        Self { roots: vec![root], ..Self::default() }
    }

    /// Reads the query of an address, with or without its `?`.
    pub fn parse(query: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in paths::query_pairs(query) {
            match key.as_str() {
                "root" => list(&value).for_each(|text| view.read_root(&text)),
                "hops" => match value.parse() {
                    Ok(hops @ 1..=MAX_HOPS) => view.hops = hops,
                    _ => view.problems.push(format!("“{value}” hops are ignored: it must be 1 to {MAX_HOPS}.")),
                },
                "direction" => match GraphDirection::ALL.into_iter().find(|known| known.key() == value) {
                    Some(direction) => view.direction = direction,
                    None => view.problems.push(format!("The direction “{value}” is ignored: there is no such one.")),
                },
                "kinds" => view.kinds = list(&value.to_lowercase()).collect(),
                "relations" => view.relations = list(&value).collect(),
                "view" => view.is_table = value == "table",
                "node" => view.node = value.parse().ok(),
                _ => view.others.push((key, value)),
            }
        }
        view
    }

    fn read_root(&mut self, text: &str) {
        match text.parse::<EntityRef>() {
            Ok(root) if self.roots.contains(&root) => {}
            Ok(_) if self.roots.len() >= MAX_ROOTS => {
                self.problems.push(format!("“{text}” is ignored: {MAX_ROOTS} starting points are the most."));
            }
            Ok(root) => self.roots.push(root),
            Err(_) => self.problems.push(format!(
                "“{text}” is ignored: a starting point is written kind:name, such as component:booking."
            )),
        }
    }

    /// The query of the address, without `?`.
    pub fn query(&self) -> String {
        let mut pairs = self.others.clone();
        let mut add = |key: &str, value: String| {
            if !value.is_empty() {
                pairs.push((key.to_owned(), value));
            }
        };
        add("root", self.roots.iter().map(short_ref).collect::<Vec<_>>().join(","));
        add("hops", if self.hops == DEFAULT_HOPS { String::new() } else { self.hops.to_string() });
        let is_default = self.direction == GraphDirection::default();
        add("direction", if is_default { String::new() } else { self.direction.key().to_owned() });
        add("kinds", self.kinds.join(","));
        add("relations", self.relations.join(","));
        add("view", if self.is_table { "table".to_owned() } else { String::new() });
        add("node", self.node.as_ref().map(short_ref).unwrap_or_default());
        // Stable, so that repeated keys of others keep their order.
        pairs.order_by(|one, other| one.0.cmp(&other.0));
        paths::query_text(&pairs)
    }

    /// The address of this view.
    pub fn address(&self) -> String {
        paths::graph_with(&self.query())
    }

    /// What to ask the server; `None` where the graph has no start.
    pub fn request(&self) -> Option<Vec<(String, String)>> {
        if self.roots.is_empty() {
            return None;
        }
        let pair = |key: &str, value: String| (key.to_owned(), value);
        let mut query: Vec<_> = self.roots.iter().map(|root| pair("root", root.to_string())).collect();
        query.push(pair("depth", self.hops.to_string()));
        query.push(pair("direction", self.direction.key().to_owned()));
        let lists = [("kind", self.kinds.join(",")), ("relation", self.relations.join(",")), ("end", ENDS.to_owned())];
        query.extend(lists.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| pair(key, value)));
        query.push(pair("layout", "layered".to_owned()));
        query.push(pair("limit", MAX_NODES.to_string()));
        Some(query)
    }

    /// The same view from other starting points. What was selected belonged to the old ones.
    pub fn with_roots(&self, roots: Vec<EntityRef>) -> Self {
        Self { roots, node: None, problems: Vec::new(), ..self.clone() }
    }

    /// Whether kinds, relations or a direction leave something out.
    pub fn is_filtered(&self) -> bool {
        !self.kinds.is_empty() || !self.relations.is_empty() || self.direction != GraphDirection::Both
    }

    /// The same view without kinds, relations and direction.
    pub fn without_filters(&self) -> Self {
        let direction = GraphDirection::Both;
        Self { kinds: Vec::new(), relations: Vec::new(), direction, ..self.clone() }
    }
}

fn list(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// A reference without the default namespace, for addresses.
fn short_ref(entity_ref: &EntityRef) -> String {
    let EntityRef { kind, namespace, name } = entity_ref;
    if namespace == DEFAULT_NAMESPACE { format!("{kind}:{name}") } else { format!("{kind}:{namespace}/{name}") }
}

/// Takes a value of a list of choices away or adds it, where no choice means all of them.
pub fn toggled(chosen: &[String], all: &[String], value: &str) -> Vec<String> {
    let is_on = |one: &String| chosen.is_empty() || chosen.contains(one);
    let kept: Vec<String> = all.iter().filter(|one| is_on(one) != (one.as_str() == value)).cloned().collect();
    if kept.len() == all.len() { Vec::new() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        let query = "direction=upstream&hops=3&kinds=api,component&node=api:rates-v3&other=x&relations=dependsOn&\
            root=component:booking-api,system:ops%2Fbooking&view=table";
        let view = GraphView::parse(query);
        assert_eq!(view.query(), query);
        assert_eq!(view.roots[1].to_string(), "system:ops/booking");
        assert_eq!((view.hops, view.direction, view.is_table), (3, GraphDirection::Upstream, true));
        assert!(view.problems.is_empty() && view.is_filtered());
    }

    #[test]
    fn defaults_are_left_out() {
        let view = GraphView::of(EntityRef::new("component", "default", "a"));
        assert_eq!(view.address(), "/graph?root=component:a");
        assert_eq!(GraphView::parse("").address(), "/graph");
        assert_eq!(GraphView::parse("hops=2&direction=both&view=graph&kinds=").query(), "");
    }

    #[test]
    fn what_is_not_understood_is_told_and_ignored() {
        let view = GraphView::parse("root=booking&hops=99&direction=up&root=api:a,api:a");
        assert_eq!(view.problems.len(), 3, "{:?}", view.problems);
        assert_eq!((view.roots.len(), view.hops, view.direction), (1, DEFAULT_HOPS, GraphDirection::Both));
    }

    #[test]
    fn the_server_is_asked_for_exactly_what_is_shown() {
        assert_eq!(GraphView::default().request(), None);
        let view = GraphView::parse("root=api:a&kinds=component&direction=downstream");
        let asked = view.request().unwrap();
        assert_eq!(
            paths::query_text(&asked),
            "root=api:default%2Fa&depth=2&direction=downstream&kind=component&end=group,user&layout=layered&limit=1000"
        );
        let selected = GraphView { node: Some(EntityRef::new("api", "default", "b")), is_table: true, ..view.clone() };
        assert_eq!(selected.request(), view.request(), "a selection asks for nothing");
    }

    #[test]
    fn no_choice_means_all_and_all_means_no_choice() {
        let all = ["a", "b", "c"].map(str::to_owned);
        let without_b = toggled(&[], &all, "b");
        assert_eq!(without_b, ["a", "c"]);
        assert_eq!(toggled(&without_b, &all, "b"), Vec::<String>::new());
        assert_eq!(toggled(&without_b, &all, "a"), ["c"]);
        assert_eq!(toggled(&["c".to_owned()], &all, "c"), Vec::<String>::new());
    }
}
