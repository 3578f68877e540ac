//! Compares two texts line by line.

/// The most lines of two texts, multiplied, that are compared in full; beyond, what is between the equal ends counts as
/// replaced. Four million take a few milliseconds and 16 MB.
const MAX_CELLS: usize = 4_000_000;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineChange {
    /// Both texts have it.
    Kept,
    /// Only the first text has it.
    Removed,
    /// Only the second text has it.
    Added,
}

/// The lines of both texts in one order, each with what became of it. As few as possible count as changed.
#[must_use]
pub fn diff_lines<'a>(before: &'a str, after: &'a str) -> Vec<(LineChange, &'a str)> {
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let n_start = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let (a, b) = (&before[n_start..], &after[n_start..]);
    let n_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - n_end], &b[..b.len() - n_end]);
    let kept = |line: &&'a str| (LineChange::Kept, *line);
    let mut lines: Vec<_> = before[..n_start].iter().map(kept).collect();
    lines.extend(between(a, b));
    lines.extend(before[before.len() - n_end..].iter().map(kept));
    lines
}

/// The middle part, which differs at both of its ends.
fn between<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<(LineChange, &'a str)> {
    let removed = |line: &&'a str| (LineChange::Removed, *line);
    let added = |line: &&'a str| (LineChange::Added, *line);
    if a.is_empty() || b.is_empty() || a.len().saturating_mul(b.len()) > MAX_CELLS {
        return a.iter().map(removed).chain(b.iter().map(added)).collect();
    }
    // The length of the longest common part of what begins at each pair of lines.
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width];
    for (at_a, line_a) in a.iter().enumerate().rev() {
        for (at_b, line_b) in b.iter().enumerate().rev() {
            common[at_a * width + at_b] = if line_a == line_b {
                common[(at_a + 1) * width + at_b + 1] + 1
            } else {
                common[(at_a + 1) * width + at_b].max(common[at_a * width + at_b + 1])
            };
        }
    }
    let mut lines = Vec::with_capacity(a.len() + b.len());
    let (mut at_a, mut at_b) = (0, 0);
    while at_a < a.len() && at_b < b.len() {
        if a[at_a] == b[at_b] {
            lines.push((LineChange::Kept, a[at_a]));
            at_a += 1;
            at_b += 1;
        } else if common[(at_a + 1) * width + at_b] >= common[at_a * width + at_b + 1] {
            lines.push((LineChange::Removed, a[at_a]));
            at_a += 1;
        } else {
            lines.push((LineChange::Added, b[at_b]));
            at_b += 1;
        }
    }
    lines.extend(a[at_a..].iter().map(removed));
    lines.extend(b[at_b..].iter().map(added));
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(before: &str, after: &str) -> Vec<String> {
        let sign = |change| match change {
            LineChange::Kept => ' ',
            LineChange::Removed => '-',
            LineChange::Added => '+',
        };
        diff_lines(before, after).into_iter().map(|(change, line)| format!("{}{line}", sign(change))).collect()
    }

    #[test]
    fn as_few_lines_as_possible_count_as_changed() {
        assert_eq!(shown("a\nb\nc\n", "a\nx\nc\n"), [" a", "-b", "+x", " c"]);
        assert_eq!(shown("a\nb\nc\nd\n", "b\nd\ne\n"), ["-a", " b", "-c", " d", "+e"]);
        assert_eq!(shown("", "a\n"), ["+a"]);
        assert_eq!(shown("a\n", "a\n"), [" a"]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_the_comparison(before in "([abc]\n){0,12}", after in "([abc]\n){0,12}") {
            let lines = diff_lines(&before, &after);
            let only = |left_out| lines.iter().filter(|(change, _)| *change != left_out).map(|(_, line)| *line).collect::<Vec<_>>();
            prop_assert_eq!(only(LineChange::Added), before.lines().collect::<Vec<_>>());
            prop_assert_eq!(only(LineChange::Removed), after.lines().collect::<Vec<_>>());
        }
    }
}
