//! How good a list of results is.

use std::collections::BTreeMap;
use std::fmt::Write;

/// How well one question was answered, from 0 to 1.
#[derive(Clone, Debug)]
pub struct Score {
    sort: String,
    /// Normalised discounted cumulative gain: good results early, in the right order.
    pub ndcg: f64,
    /// One by the place of the first good result.
    pub reciprocal_rank: f64,
}

impl Score {
    /// Of the first `depth` results.
    pub fn of(sort: &str, wants: &BTreeMap<String, u32>, found: &[String], depth: usize) -> Self {
        let grades: Vec<u32> =
            found.iter().take(depth).map(|name| wants.get(name).copied().unwrap_or_default()).collect();
        let mut best: Vec<u32> = wants.values().copied().collect();
        best.sort_unstable_by(|one, other| other.cmp(one));
        best.truncate(depth);
        let ideal = gain(&best);
        let first = grades.iter().position(|grade| *grade >= 2);
        Self {
            sort: sort.to_owned(),
            ndcg: if ideal > 0.0 { gain(&grades) / ideal } else { 0.0 },
            reciprocal_rank: first.map_or(0.0, |place| 1.0 / (place as f64 + 1.0)),
        }
    }
}

fn gain(grades: &[u32]) -> f64 {
    let gains =
        grades.iter().enumerate().map(|(place, grade)| (f64::from(*grade).exp2() - 1.0) / (place as f64 + 2.0).log2());
    gains.sum()
}

/// The scores of several ways to search.
#[derive(Default)]
pub struct Scores {
    by_engine: BTreeMap<String, Vec<Score>>,
}

impl Scores {
    pub fn add(&mut self, engine: &str, score: Score) {
        self.by_engine.entry(engine.to_owned()).or_default().push(score);
    }

    /// A table in Markdown.
    pub fn table(&self, n_questions: usize) -> String {
        let mut table =
            format!("{n_questions} judged questions\n\n| | NDCG@10 | mean reciprocal rank |\n| --- | ---: | ---: |\n");
        for (engine, scores) in &self.by_engine {
            line(&mut table, engine, scores.iter());
        }
        table.push_str(
            "\nBy sort of question, embedded engine:\n\n| | NDCG@10 | mean reciprocal rank |\n| --- | ---: | ---: |\n",
        );
        let embedded = self.by_engine.get("embedded").map_or(&[][..], Vec::as_slice);
        let mut sorts: Vec<&str> = embedded.iter().map(|score| score.sort.as_str()).collect();
        sorts.sort_unstable();
        sorts.dedup();
        for sort in sorts {
            line(&mut table, sort, embedded.iter().filter(|score| score.sort == sort));
        }
        table
    }
}

fn line<'a>(table: &mut String, name: &str, scores: impl Iterator<Item = &'a Score> + Clone) {
    let n_scores = scores.clone().count().max(1) as f64;
    let ndcg = scores.clone().map(|score| score.ndcg).sum::<f64>() / n_scores;
    let rank = scores.map(|score| score.reciprocal_rank).sum::<f64>() / n_scores;
    writeln!(table, "| {name} | {ndcg:.3} | {rank:.3} |").expect("a String takes any text");
}
