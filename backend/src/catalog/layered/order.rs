//! The order within columns: each stands at the mean of its neighbours, seen from the left and from the right in turn.

use super::joints::Grid;

/// Turns without fewer crossings before it ends.
const MAX_IDLE: usize = 4;
/// Turns at most.
const MAX_TURNS: usize = 24;

/// Sorts the columns so that few edges cross.
pub fn untangle(grid: &mut Grid) {
    let mut positions = vec![0_usize; grid.column_of.len()];
    for column in &grid.columns {
        number(column, &mut positions);
    }
    let mut best = grid.columns.clone();
    let mut fewest = n_crossings(grid, &positions);
    let mut n_idle = 0;
    for turn in 0..MAX_TURNS {
        if fewest == 0 || n_idle >= MAX_IDLE {
            break;
        }
        let n_columns = grid.columns.len();
        for step in 1..n_columns {
            let is_forward = turn % 2 == 0;
            let at = if is_forward { step } else { n_columns - 1 - step };
            let mut column = std::mem::take(&mut grid.columns[at]);
            sort_by_means(&mut column, if is_forward { &grid.before } else { &grid.after }, &positions);
            number(&column, &mut positions);
            grid.columns[at] = column;
        }
        let n_now = n_crossings(grid, &positions);
        if n_now < fewest {
            (fewest, n_idle) = (n_now, 0);
            best.clone_from(&grid.columns);
        } else {
            n_idle += 1;
        }
    }
    grid.columns = best;
}

fn number(column: &[usize], positions: &mut [usize]) {
    for (position, &vertex) in column.iter().enumerate() {
        positions[vertex] = position;
    }
}

/// Sorts those that have neighbours; the others keep their places.
fn sort_by_means(column: &mut [usize], neighbours: &[Vec<usize>], positions: &[usize]) {
    let mean = |vertex: usize| {
        let others = &neighbours[vertex];
        let sum: usize = others.iter().map(|&other| positions[other]).sum();
        as_float(sum) / as_float(others.len())
    };
    let slots: Vec<usize> = (0..column.len()).filter(|&slot| !neighbours[column[slot]].is_empty()).collect();
    let mut movable: Vec<(f64, usize)> = slots.iter().map(|&slot| (mean(column[slot]), column[slot])).collect();
    // Stable: equal ones keep their order.
    movable.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    for (slot, (_, vertex)) in slots.into_iter().zip(movable) {
        column[slot] = vertex;
    }
}

/// How many pairs of edges cross, between all columns.
pub fn n_crossings(grid: &Grid, positions: &[usize]) -> usize {
    let mut n_all = 0;
    for (column, next) in grid.columns.iter().zip(grid.columns.iter().skip(1)) {
        // How many edges end at each position or above it, as a Fenwick tree.
        let mut tree = vec![0_usize; next.len() + 1];
        let mut n_seen = 0;
        for &vertex in column {
            let own = || grid.after[vertex].iter().map(|&other| positions[other]);
            for position in own() {
                let mut n_above = 0;
                let mut at = position + 1;
                while at > 0 {
                    n_above += tree[at];
                    at &= at - 1;
                }
                n_all += n_seen - n_above;
            }
            for position in own() {
                let mut at = position + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
                n_seen += 1;
            }
        }
    }
    n_all
}

fn as_float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
