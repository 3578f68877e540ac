//! Which column each node is in: to the right of everything that leads to it, and not taller than the picture can bear.

use std::collections::BTreeSet;

use super::{ASPECT, COLUMN_GAP, NODE_HEIGHT, NODE_WIDTH, ROW_GAP};

/// A column of a few rows is never cut.
const MIN_ROWS: usize = 12;
/// How often nodes are moved nearer to their neighbours.
const MAX_ROUNDS: usize = 8;

/// The column of each node, from 0 without a gap. Both ends of an edge are never in the same one.
pub fn columns(n_nodes: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let graph = Acyclic::new(n_nodes, edges);
    let columns = graph.tightened(graph.longest_ways());
    graph.folded(&without_gaps(columns))
}

/// The edges without circles.
struct Acyclic {
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
    /// Every node comes after all that lead to it.
    order: Vec<usize>,
}

impl Acyclic {
    /// Turns the edges round that close a circle, as a walk in depth finds them that begins where nothing leads to.
    fn new(n_nodes: usize, edges: &BTreeSet<(usize, usize)>) -> Self {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let mut targets: Vec<Vec<usize>> = vec![Vec::new(); n_nodes];
        let mut n_before = vec![0_usize; n_nodes];
        for &(from, to) in edges {
            targets[from].push(to);
            n_before[to] += 1;
        }
        let mut marks = vec![Mark::New; n_nodes];
        let mut kept: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut finished = Vec::with_capacity(n_nodes);
        let sources = (0..n_nodes).filter(|&node| n_before[node] == 0);
        for start in sources.chain(0..n_nodes) {
            if marks[start] != Mark::New {
                continue;
            }
            marks[start] = Mark::Open;
            let mut way = vec![(start, 0)];
            while let Some((node, at)) = way.last_mut() {
                let Some(&target) = targets[*node].get(*at) else {
                    marks[*node] = Mark::Done;
                    finished.push(*node);
                    way.pop();
                    continue;
                };
                *at += 1;
                let is_circle = marks[target] == Mark::Open;
                kept.insert(if is_circle { (target, *node) } else { (*node, target) });
                if marks[target] == Mark::New {
                    marks[target] = Mark::Open;
                    way.push((target, 0));
                }
            }
        }
        let (mut before, mut after) = (vec![Vec::new(); n_nodes], vec![Vec::new(); n_nodes]);
        for (from, to) in kept {
            after[from].push(to);
            before[to].push(from);
        }
        finished.reverse();
        Self { before, after, order: finished }
    }

    /// As far left as the edges allow.
    fn longest_ways(&self) -> Vec<usize> {
        let mut columns = vec![0; self.order.len()];
        for &node in &self.order {
            columns[node] = self.before[node].iter().map(|&other| columns[other] + 1).max().unwrap_or(0);
        }
        columns
    }

    /// Moves nodes to the side where they have more neighbours, as far as the others allow, so that edges become short.
    fn tightened(&self, mut columns: Vec<usize>) -> Vec<usize> {
        for round in 0..MAX_ROUNDS {
            let mut has_moved = false;
            let mut settle = |node: usize| {
                let (before, after) = (&self.before[node], &self.after[node]);
                let least = before.iter().map(|&other| columns[other] + 1).max();
                let most = after.iter().map(|&other| columns[other] - 1).min();
                let best = match (least, most) {
                    (Some(least), Some(most)) if before.len() == after.len() => columns[node].clamp(least, most),
                    (Some(least), _) if before.len() >= after.len() => least,
                    (_, Some(most)) => most,
                    (least, None) => least.unwrap_or(0),
                };
                has_moved |= best != columns[node];
                columns[node] = best;
            };
            if round % 2 == 0 {
                self.order.iter().rev().copied().for_each(&mut settle);
            } else {
                self.order.iter().copied().for_each(&mut settle);
            }
            if !has_moved {
                break;
            }
        }
        columns
    }

    /// Cuts columns that are too tall into several. What only ends edges goes left, what only begins them goes right, so
    /// that both stay near to the other end.
    fn folded(&self, columns: &[usize]) -> Vec<usize> {
        let max_rows = max_rows(columns.len());
        let n_columns = columns.iter().max().map_or(0, |last| last + 1);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); n_columns];
        for (node, &column) in columns.iter().enumerate() {
            members[column].push(node);
        }
        let mut folded = vec![0; columns.len()];
        let mut next = 0;
        for mut column in members {
            let n_parts = if column.len() > max_rows + max_rows / 4 { column.len().div_ceil(max_rows) } else { 1 };
            let n_rows = column.len().div_ceil(n_parts);
            if n_parts > 1 {
                // Those that lead to and from the same stay together.
                column.sort_by_key(|&node| {
                    let (before, after) = (&self.before[node], &self.after[node]);
                    let side = usize::from(!after.is_empty()) + 1 - usize::from(!before.is_empty());
                    (side, before.first().copied(), after.first().copied(), node)
                });
            }
            for part in column.chunks(n_rows.max(1)) {
                for &node in part {
                    folded[node] = next;
                }
                next += 1;
            }
        }
        folded
    }
}

/// How many rows make a picture of so many nodes neither a tower nor a thread.
fn max_rows(n_nodes: usize) -> usize {
    let (width, height) = (f64::from(NODE_WIDTH + COLUMN_GAP), f64::from(NODE_HEIGHT + ROW_GAP));
    let n_nodes = f64::from(u32::try_from(n_nodes).unwrap_or(u32::MAX));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the root of a count is a small count")]
    let rows = (n_nodes * width / (ASPECT * height)).sqrt() as usize;
    rows.max(MIN_ROWS)
}

fn without_gaps(columns: Vec<usize>) -> Vec<usize> {
    let used: BTreeSet<usize> = columns.iter().copied().collect();
    let used: Vec<usize> = used.into_iter().collect();
    columns.into_iter().map(|column| used.binary_search(&column).unwrap_or_default()).collect()
}
