use std::collections::BTreeSet;
use std::time::Instant;

use proptest::prelude::*;

use super::*;

#[track_caller]
fn holds(n_nodes: usize, edges: &[(usize, usize)]) -> Layout {
    let layout = lay_out(n_nodes, edges);
    assert_eq!(layout, lay_out(n_nodes, edges), "the same graph gives the same picture");
    assert_eq!((layout.places.len(), layout.routes.len()), (n_nodes, edges.len()));
    for (number, [x, y]) in layout.places.iter().enumerate() {
        for [other_x, other_y] in &layout.places[..number] {
            let is_apart = (x - other_x).abs() >= NODE_WIDTH || (y - other_y).abs() >= NODE_HEIGHT;
            assert!(is_apart, "[{x}, {y}] and [{other_x}, {other_y}] overlap");
        }
    }
    for [x, y] in &layout.places {
        assert!(*x >= 0 && *y >= 0 && x + NODE_WIDTH <= layout.width && y + NODE_HEIGHT <= layout.height);
    }
    for (&(from, to), route) in edges.iter().zip(&layout.routes) {
        for (node, point) in [(from, route[0]), (to, *route.last().unwrap())] {
            let [x, y] = layout.places[node];
            assert!(point[0] == x || point[0] == x + NODE_WIDTH, "{point:?} is not at the border of node {node}");
            assert!((y..=y + NODE_HEIGHT).contains(&point[1]), "{point:?} is not at the border of node {node}");
        }
        for [x, y] in route {
            assert!((0..=layout.width).contains(x) && (0..=layout.height).contains(y), "an edge leaves the picture");
        }
    }
    layout
}

fn crossings(n_nodes: usize, edges: &[(usize, usize)]) -> usize {
    let distinct: BTreeSet<(usize, usize)> = edges.iter().copied().collect();
    let mut grid = joints::Grid::new(columns::columns(n_nodes, &distinct), &distinct);
    order::untangle(&mut grid);
    let mut positions = vec![0; grid.column_of.len()];
    for column in &grid.columns {
        for (position, &vertex) in column.iter().enumerate() {
            positions[vertex] = position;
        }
    }
    order::n_crossings(&grid, &positions)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_graph_has_a_picture_without_overlaps((n_nodes, edges) in (1_usize..40)
        .prop_flat_map(|n_nodes| (Just(n_nodes), prop::collection::vec((0..n_nodes, 0..n_nodes), 0..80))))
    {
        holds(n_nodes, &edges);
    }

    #[test]
    fn without_circles_every_edge_goes_to_the_right((n_nodes, edges) in (2_usize..30)
        .prop_flat_map(|n_nodes| (Just(n_nodes), prop::collection::vec((0..n_nodes, 0..n_nodes), 0..60))))
    {
        let edges: Vec<_> = edges.into_iter().filter(|(from, to)| from != to).map(|(a, b)| (a.min(b), a.max(b))).collect();
        let layout = holds(n_nodes, &edges);
        for (from, to) in edges {
            prop_assert!(layout.places[from][0] < layout.places[to][0]);
        }
    }
}

#[test]
fn nothing_one_and_loops_have_a_picture() {
    assert_eq!(lay_out(0, &[]), Layout::default());
    let one = holds(1, &[]);
    assert_eq!((one.width, one.height), (NODE_WIDTH, NODE_HEIGHT));
    holds(1, &[(0, 0), (0, 0)]);
    holds(3, &[(0, 1), (1, 2), (2, 0), (0, 0), (1, 0)]);
}

#[test]
fn a_tree_and_a_ladder_have_no_crossings() {
    let tree: Vec<(usize, usize)> = (1..31).map(|node| ((node - 1) / 2, node)).collect();
    assert_eq!(crossings(31, &tree), 0);
    let ladder: Vec<(usize, usize)> =
        (0..10).flat_map(|rung| [(rung, 10 + rung), (10 + rung, 20 + (9 - rung))]).collect();
    assert_eq!(crossings(30, &ladder), 0);
}

#[test]
fn many_children_stand_in_several_columns_around_one_trunk() {
    let edges: Vec<(usize, usize)> = (1..600).map(|node| (0, node)).collect();
    let layout = holds(600, &edges);
    let ratio = f64::from(layout.width) / f64::from(layout.height);
    assert!((0.8..3.0).contains(&ratio), "{} by {}", layout.width, layout.height);
    let ways: BTreeSet<[i32; 2]> = layout.routes.iter().flat_map(|route| &route[1..route.len() - 1]).copied().collect();
    let columns: BTreeSet<i32> = layout.places.iter().map(|place| place[0]).collect();
    assert!(ways.len() <= 2 * columns.len(), "all edges share one trunk");
}

#[test]
fn parts_stand_beside_each_other_and_the_one_of_the_start_is_first() {
    let layout = holds(8, &[(0, 1), (2, 3), (3, 4), (4, 5)]);
    assert_eq!(layout.places[0], [0, 0]);
    let start_bottom = layout.places[0][1].max(layout.places[1][1]) + NODE_HEIGHT;
    assert!(layout.places[2..].iter().all(|place| place[1] >= start_bottom || place[0] > layout.places[1][0]));
}

/// A tangle as large as the API allows. The time is printed for whoever runs it by hand; only that it ends is required.
#[test]
fn the_largest_tangle_is_drawn() {
    let n_nodes = 2_000;
    let mut state = 12_345_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut edges: Vec<(usize, usize)> = (1..n_nodes).map(|node| (random(node), node)).collect();
    edges.extend((0..4_000).map(|_| (random(n_nodes), random(n_nodes))));
    let started = Instant::now();
    let layout = lay_out(n_nodes, &edges);
    println!(
        "{n_nodes} nodes and {} edges took {:?}: {} by {}",
        edges.len(),
        started.elapsed(),
        layout.width,
        layout.height
    );
    assert_eq!(layout.places.len(), n_nodes);
}
