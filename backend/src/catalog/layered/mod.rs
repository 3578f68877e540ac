//! Pictures of graphs in layers: every node in a column, every edge from left to right where the graph allows it.
//!
//! The way of Sugiyama and others, in four steps, each in a file of its own: circles are opened and nodes get a column
//! (`columns`); edges that pass columns get a joint in each, and the edges of one node share them, so that many edges
//! become one trunk with branches (`joints`); columns are sorted so that few edges cross (`order`); everything gets a
//! height, as near to its neighbours as the order allows (`heights`). Parts that do not hang together are drawn beside
//! each other (`pack`).
//!
//! It is pure: the same graph gives the same picture. The crates that do this (`rust-sugiyama`, `layout-rs`) keep the
//! ways of edges to themselves, and put all that an owner owns into one column of a thousand rows.
//!
//! Sources: Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures" (1981);
//! Barth, Jünger, Mutzel, "Simple and efficient bilayer cross counting" (2002).

mod columns;
mod heights;
mod joints;
mod order;
mod pack;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

/// How wide a node is.
pub const NODE_WIDTH: i32 = 196;
/// How high a node is.
pub const NODE_HEIGHT: i32 = 46;
/// Between columns. There is room for a word beside an edge.
const COLUMN_GAP: i32 = 92;
/// Between a node and the next one below.
const ROW_GAP: i32 = 18;
/// How wide the picture of one part should be for its height.
const ASPECT: f64 = 1.6;
/// How far the edge of a node to itself goes out.
const LOOP_SIZE: i32 = 24;

/// Where everything is. Lengths are whole, and the left upper corner is 0, 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Of the whole picture.
    pub width: i32,
    /// Of the whole picture.
    pub height: i32,
    /// The left upper corner of each node.
    pub places: Vec<[i32; 2]>,
    /// The way of each edge, from its first node to its second.
    pub routes: Vec<Vec<[i32; 2]>>,
}

/// Finds a place for `n_nodes` nodes and a way for each edge. Edges are pairs of numbers below `n_nodes`; circles, edges from
/// a node to itself and edges that are there twice are all right. The part with node 0 comes first.
pub fn lay_out(n_nodes: usize, edges: &[(usize, usize)]) -> Layout {
    let mut layout =
        Layout { places: vec![[0, 0]; n_nodes], routes: vec![Vec::new(); edges.len()], ..Layout::default() };
    let parts = pack::parts(n_nodes, edges);
    let pictures: Vec<Picture> = parts.iter().map(|part| Picture::of(part, edges)).collect();
    let sizes: Vec<[i32; 2]> = pictures.iter().map(|picture| [picture.width, picture.height]).collect();
    let (corners, [width, height]) = pack::pack(&sizes);
    (layout.width, layout.height) = (width, height);
    for ((part, picture), [x, y]) in parts.iter().zip(pictures).zip(corners) {
        for (&node, place) in part.nodes.iter().zip(picture.places) {
            layout.places[node] = [place[0] + x, place[1] + y];
        }
        for (&edge, route) in part.edges.iter().zip(picture.routes) {
            layout.routes[edge] = route.into_iter().map(|[route_x, route_y]| [route_x + x, route_y + y]).collect();
        }
    }
    layout
}

/// A part of the graph, drawn for itself.
struct Picture {
    width: i32,
    height: i32,
    places: Vec<[i32; 2]>,
    routes: Vec<Vec<[i32; 2]>>,
}

impl Picture {
    fn of(part: &pack::Part, all_edges: &[(usize, usize)]) -> Self {
        let own_number = |node: usize| part.nodes.binary_search(&node).expect("an edge is in the part of its nodes");
        let edges: Vec<(usize, usize)> =
            part.edges.iter().map(|&edge| (own_number(all_edges[edge].0), own_number(all_edges[edge].1))).collect();
        let n_nodes = part.nodes.len();
        let distinct: BTreeSet<(usize, usize)> = edges.iter().copied().filter(|(from, to)| from != to).collect();
        let columns = columns::columns(n_nodes, &distinct);
        let mut grid = joints::Grid::new(columns, &distinct);
        order::untangle(&mut grid);
        let centres = heights::heights(&grid);
        let height = centres.iter().take(n_nodes).map(|centre| centre + NODE_HEIGHT / 2).max().unwrap_or_default();
        let lowest = centres.iter().skip(n_nodes).copied().max().unwrap_or_default();
        let routes: Vec<Vec<[i32; 2]>> = edges.iter().map(|&edge| route(&grid, &centres, edge)).collect();
        let n_columns = grid.columns.len().max(1);
        let mut width = left_of(n_columns - 1) + NODE_WIDTH;
        width = width.max(routes.iter().flatten().map(|point| point[0]).max().unwrap_or_default());
        let places =
            (0..n_nodes).map(|node| [left_of(grid.column_of[node]), centres[node] - NODE_HEIGHT / 2]).collect();
        Self { width, height: height.max(lowest), places, routes }
    }
}

fn left_of(column: usize) -> i32 {
    i32::try_from(column).unwrap_or(i32::MAX / 1_000) * (NODE_WIDTH + COLUMN_GAP)
}

/// The way from the border of one node over the joints to the border of the other.
fn route(grid: &joints::Grid, centres: &[i32], (from, to): (usize, usize)) -> Vec<[i32; 2]> {
    let [left, y] = [left_of(grid.column_of[from]), centres[from]];
    if from == to {
        let (right, reach) = (left + NODE_WIDTH, LOOP_SIZE / 2);
        let out = right + LOOP_SIZE;
        return vec![[right, y - reach], [out, y - reach], [out, y + reach], [right, y + reach]];
    }
    let is_backward = grid.column_of[from] > grid.column_of[to];
    let (start, end) = if is_backward { (to, from) } else { (from, to) };
    let mut points = vec![[left_of(grid.column_of[start]) + NODE_WIDTH, centres[start]]];
    for &joint in grid.joints_between(start, end) {
        let left = left_of(grid.column_of[joint]);
        points.extend([[left, centres[joint]], [left + NODE_WIDTH, centres[joint]]]);
    }
    points.push([left_of(grid.column_of[end]), centres[end]]);
    if is_backward {
        points.reverse();
    }
    points
}
