//! Two simple ways to search, to compare with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

/// What the simple ways know of an entity.
pub struct Entity {
    /// The reference.
    pub name: String,
    /// In the order of their importance: name, title, text, owner and the like.
    fields: [String; 4],
}

impl Entity {
    pub fn read(entity: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let metadata = &entity["metadata"];
        let (kind, name) = (entity["kind"].as_str()?, metadata["name"].as_str()?);
        let namespace = metadata["namespace"].as_str().unwrap_or("default");
        let profile = &entity["spec"]["profile"];
        let description = [&metadata["description"], &profile["displayName"], &profile["email"]].map(text).join(" ");
        let tags = metadata["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let others = [&entity["spec"]["owner"], &entity["spec"]["type"], &entity["spec"]["lifecycle"]].map(text);
        let others = others.iter().map(String::as_str).chain(tags).collect::<Vec<_>>().join(" ");
        Some(Self {
            name: format!("{kind}:{namespace}/{name}").to_lowercase(),
            fields: [name.to_owned(), text(&metadata["title"]), description, others].map(|text| text.to_lowercase()),
        })
    }
}

/// `name LIKE '%term%' OR title LIKE … ORDER BY name`.
pub struct Like<'a> {
    entities: Vec<&'a Entity>,
}

impl<'a> Like<'a> {
    pub fn new(entities: &'a [Entity]) -> Self {
        let mut entities: Vec<_> = entities.iter().collect();
        entities.sort_by(|one, other| one.fields[0].cmp(&other.fields[0]));
        Self { entities }
    }

    pub fn find(&self, term: &str, depth: usize) -> Vec<String> {
        let term = term.to_lowercase();
        let found = self.entities.iter().filter(|entity| entity.fields.iter().any(|field| field.contains(&term)));
        found.take(depth).map(|entity| entity.name.clone()).collect()
    }
}

/// Words between blanks and hyphens, shortened to their stems; whole words count 100, words that begin so 10, and words at an
/// edit distance of two 1; frequent words count less, long texts too. Any word of the term will do.
pub struct Lunr<'a> {
    entities: &'a [Entity],
    /// By field: in which entities a stem is, and how often.
    fields: [HashMap<String, BTreeMap<usize, usize>>; 4],
    lengths: [Vec<usize>; 4],
}

impl<'a> Lunr<'a> {
    pub fn new(entities: &'a [Entity]) -> Self {
        let mut fields: [HashMap<String, BTreeMap<usize, usize>>; 4] = Default::default();
        let mut lengths: [Vec<usize>; 4] = Default::default();
        for (number, entity) in entities.iter().enumerate() {
            for (at, text) in entity.fields.iter().enumerate() {
                let words = stems(text);
                lengths[at].push(words.len());
                for word in words {
                    *fields[at].entry(word).or_default().entry(number).or_default() += 1;
                }
            }
        }
        Self { entities, fields, lengths }
    }

    pub fn find(&self, term: &str, depth: usize) -> Vec<String> {
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for word in stems(&term.to_lowercase()) {
            for (at, field) in self.fields.iter().enumerate() {
                for (known, entities) in field {
                    let boost = match () {
                        () if *known == word => 100.0,
                        () if known.starts_with(&word) => 10.0,
                        () if word.len().abs_diff(known.len()) <= 2 && strsim::levenshtein(known, &word) <= 2 => 1.0,
                        () => continue,
                    };
                    self.score(at, entities, boost, &mut scores);
                }
            }
        }
        let mut found: Vec<(usize, f64)> = scores.into_iter().collect();
        found.sort_by(|(one, score), (other, other_score)| other_score.total_cmp(score).then(one.cmp(other)));
        found.into_iter().take(depth).map(|(number, _)| self.entities[number].name.clone()).collect()
    }

    /// BM25 within a field.
    fn score(&self, at: usize, entities: &BTreeMap<usize, usize>, boost: f64, scores: &mut HashMap<usize, f64>) {
        const K1: f64 = 1.2;
        const B: f64 = 0.75;
        let n_entities = self.entities.len() as f64;
        let mean = (self.lengths[at].iter().sum::<usize>() as f64 / n_entities).max(1.0);
        let n_with = entities.len() as f64;
        let rarity = (1.0 + (n_entities - n_with + 0.5) / (n_with + 0.5)).ln();
        for (&number, &n_times) in entities {
            let length = self.lengths[at][number] as f64;
            let n_times = n_times as f64;
            let weight = n_times * (K1 + 1.0) / (n_times + K1 * (1.0 - B + B * length / mean));
            *scores.entry(number).or_default() += boost * rarity * weight;
        }
    }
}

fn stems(text: &str) -> Vec<String> {
    const STOP_WORDS: [&str; 12] = ["a", "an", "and", "as", "by", "for", "in", "is", "of", "on", "the", "to"];
    let stop: BTreeSet<&str> = STOP_WORDS.into();
    let words = text.split(|letter: char| letter.is_whitespace() || letter == '-');
    let words = words.map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    words.filter(|word| !word.is_empty() && !stop.contains(word)).map(stem).collect()
}

/// The word without a common ending.
fn stem(word: &str) -> String {
    for ending in ["ings", "ing", "ies", "ed", "es", "s", "y"] {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.chars().count() >= 3
        {
            return rest.to_owned();
        }
    }
    word.to_owned()
}
