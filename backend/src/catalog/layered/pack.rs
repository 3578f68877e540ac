//! Parts of a graph that do not hang together, and places for their pictures beside each other.

use std::cmp::Reverse;

use super::{ASPECT, COLUMN_GAP};

/// Nodes that hang together, and their edges, by their numbers in the whole graph, in order.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub nodes: Vec<usize>,
    pub edges: Vec<usize>,
}

/// The parts of a graph: that of node 0 first, then the largest.
pub fn parts(n_nodes: usize, edges: &[(usize, usize)]) -> Vec<Part> {
    // Each node knows a smaller one of its part, or is the smallest.
    let mut smaller: Vec<usize> = (0..n_nodes).collect();
    fn smallest(smaller: &mut [usize], mut node: usize) -> usize {
        while smaller[node] != node {
            smaller[node] = smaller[smaller[node]];
            node = smaller[node];
        }
        node
    }
    for &(from, to) in edges {
        let (one, other) = (smallest(&mut smaller, from), smallest(&mut smaller, to));
        smaller[one.max(other)] = one.min(other);
    }
    let mut parts = vec![Part::default(); n_nodes];
    for node in 0..n_nodes {
        parts[smallest(&mut smaller, node)].nodes.push(node);
    }
    for (edge, &(from, _)) in edges.iter().enumerate() {
        parts[smallest(&mut smaller, from)].edges.push(edge);
    }
    parts.retain(|part| !part.nodes.is_empty());
    parts.sort_by_key(|part| (part.nodes[0] != 0, Reverse(part.nodes.len()), part.nodes[0]));
    parts
}

/// Puts rectangles into rows; answers their left upper corners and the size of all.
pub fn pack(sizes: &[[i32; 2]]) -> (Vec<[i32; 2]>, [i32; 2]) {
    let area: f64 =
        sizes.iter().map(|[width, height]| f64::from(width + COLUMN_GAP) * f64::from(height + COLUMN_GAP)).sum();
    let widest = sizes.iter().map(|size| size[0]).max().unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "a picture is far smaller than the numbers reach")]
    let row_width = widest.max((area * ASPECT).sqrt() as i32);
    let mut corners = Vec::with_capacity(sizes.len());
    let (mut x, mut y, mut row_height, mut width) = (0, 0, 0, 0);
    for &[own_width, own_height] in sizes {
        if x > 0 && x + own_width > row_width {
            y += row_height + COLUMN_GAP / 2;
            (x, row_height) = (0, 0);
        }
        corners.push([x, y]);
        width = width.max(x + own_width);
        row_height = row_height.max(own_height);
        x += own_width + COLUMN_GAP;
    }
    (corners, [width, y + row_height])
}
