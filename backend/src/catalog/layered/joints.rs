//! Nodes and joints in their columns. An edge that passes columns has a joint in each of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Joints of one part at most; edges beyond it go straight. Only graphs that nobody can read have more.
const MAX_JOINTS: usize = 12_000;

/// The edges that meet in a joint: those that leave a node to the right, or those that come to it from the left.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Trunk {
    node: usize,
    is_leaving: bool,
}

/// Everything that takes a place in a column: first the nodes by their numbers, then the joints.
pub struct Grid {
    /// How many of them are nodes.
    pub n_nodes: usize,
    /// The column of each.
    pub column_of: Vec<usize>,
    /// What is in each column, from top to bottom.
    pub columns: Vec<Vec<usize>>,
    /// The neighbours in the column to the left.
    pub before: Vec<Vec<usize>>,
    /// The neighbours in the column to the right.
    pub after: Vec<Vec<usize>>,
    /// The joints of the edges that have any, from left to right.
    ways: BTreeMap<(usize, usize), Vec<usize>>,
}

impl Grid {
    /// Joins the nodes, which have columns already.
    pub fn new(column_of: Vec<usize>, edges: &BTreeSet<(usize, usize)>) -> Self {
        let n_nodes = column_of.len();
        let forward =
            |&(from, to): &(usize, usize)| if column_of[from] < column_of[to] { (from, to) } else { (to, from) };
        let edges: BTreeSet<(usize, usize)> = edges.iter().map(forward).collect();
        let (mut n_leaving, mut n_coming) = (vec![0_usize; n_nodes], vec![0_usize; n_nodes]);
        for &(from, to) in &edges {
            n_leaving[from] += 1;
            n_coming[to] += 1;
        }
        let mut grid = Self {
            n_nodes,
            columns: Vec::new(),
            before: vec![Vec::new(); n_nodes],
            after: vec![Vec::new(); n_nodes],
            ways: BTreeMap::new(),
            column_of,
        };
        let mut joints: HashMap<(Trunk, usize), usize> = HashMap::new();
        let mut links: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (from, to) in edges {
            // The end with more edges gathers them.
            let is_leaving = n_leaving[from] >= n_coming[to];
            let trunk = Trunk { node: if is_leaving { from } else { to }, is_leaving };
            let passed = grid.column_of[from] + 1..grid.column_of[to];
            if !passed.is_empty() && grid.column_of.len() - n_nodes + passed.len() > MAX_JOINTS {
                continue;
            }
            let mut way = Vec::with_capacity(passed.len());
            for column in passed {
                let joint = *joints.entry((trunk, column)).or_insert_with(|| grid.add_joint(column));
                way.push(joint);
            }
            let stations: Vec<usize> = [from].into_iter().chain(way.iter().copied()).chain([to]).collect();
            links.extend(stations.windows(2).map(|pair| (pair[0], pair[1])));
            if !way.is_empty() {
                grid.ways.insert((from, to), way);
            }
        }
        for (from, to) in links {
            grid.after[from].push(to);
            grid.before[to].push(from);
        }
        grid.sort_in_depth();
        grid
    }

    fn add_joint(&mut self, column: usize) -> usize {
        self.column_of.push(column);
        self.before.push(Vec::new());
        self.after.push(Vec::new());
        self.column_of.len() - 1
    }

    /// Whether it is a joint, not a node.
    pub fn is_joint(&self, vertex: usize) -> bool {
        vertex >= self.n_nodes
    }

    /// The joints between two nodes of an edge, from left to right.
    pub fn joints_between(&self, from: usize, to: usize) -> &[usize] {
        self.ways.get(&(from, to)).map_or(&[], Vec::as_slice)
    }

    /// A first order: along the edges in depth, so that what belongs together begins together. Trunks are in the middle of
    /// what branches off.
    fn sort_in_depth(&mut self) {
        let n_columns = self.column_of.iter().max().map_or(0, |last| last + 1);
        self.columns = vec![Vec::new(); n_columns];
        let mut is_placed = vec![false; self.column_of.len()];
        let mut starts: Vec<usize> =
            (0..self.column_of.len()).filter(|&vertex| self.before[vertex].is_empty()).collect();
        starts.sort_by_key(|&vertex| (self.column_of[vertex], vertex));
        let mut open: Vec<usize> = starts.into_iter().rev().collect();
        while let Some(vertex) = open.pop() {
            if std::mem::replace(&mut is_placed[vertex], true) {
                continue;
            }
            self.columns[self.column_of[vertex]].push(vertex);
            let (joints, nodes): (Vec<usize>, Vec<usize>) =
                self.after[vertex].iter().copied().partition(|&other| self.is_joint(other));
            let (first, second) = nodes.split_at(nodes.len() / 2);
            let next = first.iter().chain(&joints).chain(second).copied();
            let next: Vec<usize> = next.filter(|&other| !is_placed[other]).collect();
            open.extend(next.into_iter().rev());
        }
    }
}
