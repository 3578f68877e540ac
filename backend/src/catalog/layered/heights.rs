//! How high everything stands: as near as possible to the mean of its neighbours, in the order that is given.

use super::joints::Grid;
use super::{NODE_HEIGHT, ROW_GAP};

/// Between a joint and what is above or below it.
const JOINT_GAP: f64 = 14.0;
/// Turns over all columns; the last ones look to both sides.
const N_TURNS: usize = 12;
/// How much a joint wants its place more than a node does: long edges should be straight.
const JOINT_WEIGHT: f64 = 4.0;
/// How much something without neighbours on that side wants to stay.
const STAY_WEIGHT: f64 = 0.05;

/// The middle of each, in whole numbers; the highest node touches 0.
pub fn heights(grid: &Grid) -> Vec<i32> {
    let mut centres = vec![0.0; grid.column_of.len()];
    for column in &grid.columns {
        let offsets = offsets(grid, column);
        let middle = offsets.last().copied().unwrap_or_default() / 2.0;
        for (&vertex, offset) in column.iter().zip(offsets) {
            centres[vertex] = offset - middle;
        }
    }
    for turn in 0..N_TURNS {
        let sides = if turn + 2 >= N_TURNS {
            Sides::Both
        } else if turn % 2 == 0 {
            Sides::Before
        } else {
            Sides::After
        };
        let n_columns = grid.columns.len();
        for step in 0..n_columns {
            let at = if turn % 2 == 0 { step } else { n_columns - 1 - step };
            settle(grid, &grid.columns[at], sides, &mut centres);
        }
    }
    in_whole_numbers(grid, &centres)
}

#[derive(Clone, Copy)]
enum Sides {
    Before,
    After,
    Both,
}

/// How far each is below the first one when all stand as close as they may.
fn offsets(grid: &Grid, column: &[usize]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(column.len());
    for (index, &vertex) in column.iter().enumerate() {
        if index > 0 {
            offset += distance(grid, column[index - 1], vertex);
        }
        offsets.push(offset);
    }
    offsets
}

/// How far the middles of two that follow each other must be apart.
fn distance(grid: &Grid, above: usize, below: usize) -> f64 {
    let half = |vertex: usize| if grid.is_joint(vertex) { 0.0 } else { f64::from(NODE_HEIGHT) / 2.0 };
    let gap = if grid.is_joint(above) || grid.is_joint(below) { JOINT_GAP } else { f64::from(ROW_GAP) };
    half(above) + half(below) + gap
}

/// Moves a column to where the squares of the distances to the wished places are least, with the order kept: the regression
/// of ordered values, by joining neighbours that are in each other's way.
fn settle(grid: &Grid, column: &[usize], sides: Sides, centres: &mut [f64]) {
    struct Block {
        weight: f64,
        place: f64,
        n_members: usize,
    }
    let offsets = offsets(grid, column);
    let mut blocks: Vec<Block> = Vec::with_capacity(column.len());
    for (&vertex, offset) in column.iter().zip(&offsets) {
        let (wish, weight) = wish(grid, vertex, sides, centres);
        let mut block = Block { weight, place: wish - offset, n_members: 1 };
        while let Some(above) = blocks.pop_if(|above| above.place > block.place) {
            let weight = above.weight + block.weight;
            let place = (above.weight * above.place + block.weight * block.place) / weight;
            block = Block { weight, place, n_members: above.n_members + block.n_members };
        }
        blocks.push(block);
    }
    let places = blocks.iter().flat_map(|block| std::iter::repeat_n(block.place, block.n_members));
    for ((&vertex, offset), place) in column.iter().zip(offsets).zip(places) {
        centres[vertex] = place + offset;
    }
}

/// Where something wants to be, and how much.
fn wish(grid: &Grid, vertex: usize, sides: Sides, centres: &[f64]) -> (f64, f64) {
    let none: &[usize] = &[];
    let (before, after) = match sides {
        Sides::Before => (grid.before[vertex].as_slice(), none),
        Sides::After => (none, grid.after[vertex].as_slice()),
        Sides::Both => (grid.before[vertex].as_slice(), grid.after[vertex].as_slice()),
    };
    let (mut sum, mut weights) = (0.0, 0.0);
    for &other in before.iter().chain(after) {
        let weight = if grid.is_joint(vertex) && grid.is_joint(other) { JOINT_WEIGHT } else { 1.0 };
        sum += weight * centres[other];
        weights += weight;
    }
    if weights > 0.0 {
        (sum / weights, if grid.is_joint(vertex) { JOINT_WEIGHT } else { 1.0 })
    } else {
        (centres[vertex], STAY_WEIGHT)
    }
}

fn in_whole_numbers(grid: &Grid, centres: &[f64]) -> Vec<i32> {
    let mut whole = vec![0_i32; centres.len()];
    for column in &grid.columns {
        let mut above: Option<usize> = None;
        for &vertex in column {
            #[expect(clippy::cast_possible_truncation, reason = "a picture is far smaller than the numbers reach")]
            let least = |from: f64| from.ceil() as i32;
            let wished = least(centres[vertex] - 0.5);
            whole[vertex] =
                above.map_or(wished, |above| wished.max(whole[above] + least(distance(grid, above, vertex))));
            above = Some(vertex);
        }
    }
    let top = |vertex: usize| whole[vertex] - if grid.is_joint(vertex) { 0 } else { NODE_HEIGHT / 2 };
    let highest = (0..whole.len()).map(top).min().unwrap_or_default();
    whole.into_iter().map(|centre| centre - highest).collect()
}
