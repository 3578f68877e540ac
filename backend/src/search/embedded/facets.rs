//! Counts the values of fields among what is found.

use std::collections::{BTreeMap, HashMap};

use shared::api::search::SearchFacetValue;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::schema::facet;

/// How many values of a field are told at most.
pub const MAX_VALUES: usize = 100;

/// Values with the number of documents that have them, by field.
pub type Counts = HashMap<String, HashMap<String, usize>>;

/// Counts the values of some fields.
#[derive(Clone, Debug)]
pub struct FacetCollector {
    fields: Vec<String>,
}

impl FacetCollector {
    /// Of these fields.
    pub fn new(fields: &[String]) -> Self {
        Self { fields: fields.to_vec() }
    }
}

impl Collector for FacetCollector {
    type Fruit = Counts;
    type Child = SegmentCounter;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounter> {
        let column = segment.fast_fields().str("facet")?;
        let n_values = column.as_ref().map_or(0, |column| column.num_terms());
        Ok(SegmentCounter { fields: self.fields.clone(), column, counts: vec![0; n_values] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Counts>>) -> tantivy::Result<Counts> {
        let mut all = Counts::new();
        for counts in segments {
            for (field, values) in counts? {
                let field = all.entry(field).or_default();
                for (value, count) in values {
                    *field.entry(value).or_default() += count;
                }
            }
        }
        Ok(all)
    }
}

/// Counts within a segment, where values are numbers.
pub struct SegmentCounter {
    fields: Vec<String>,
    column: Option<StrColumn>,
    counts: Vec<u32>,
}

impl SegmentCollector for SegmentCounter {
    type Fruit = tantivy::Result<Counts>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let Some(column) = &self.column else { return };
        for number in column.ords().values_for_doc(doc) {
            if let Some(count) = usize::try_from(number).ok().and_then(|number| self.counts.get_mut(number)) {
                *count += 1;
            }
        }
    }

    fn harvest(self) -> tantivy::Result<Counts> {
        let mut counts = Counts::new();
        let Some(column) = self.column else { return Ok(counts) };
        for field in &self.fields {
            // The values of a field stand next to each other, so those of the others need not be read.
            let begin = facet(field, "");
            let mut values = column.dictionary().prefix_range(&begin).into_stream()?;
            while values.advance() {
                let number = usize::try_from(values.term_ord()).unwrap_or(usize::MAX);
                let count = self.counts.get(number).copied().unwrap_or_default();
                if count == 0 {
                    continue;
                }
                if let Some(value) = values.key().get(begin.len()..).and_then(|value| std::str::from_utf8(value).ok()) {
                    counts.entry(field.clone()).or_default().insert(value.to_owned(), count as usize);
                }
            }
        }
        Ok(counts)
    }
}

/// The counts for an answer: the most frequent values first, equal ones by name.
pub fn told(fields: &[String], mut counts: Counts) -> BTreeMap<String, Vec<SearchFacetValue>> {
    fields.iter().map(|field| (field.clone(), sorted(counts.remove(field).unwrap_or_default()))).collect()
}

/// The values of one field: the most frequent ones, equal ones by name.
pub fn sorted(values: HashMap<String, usize>) -> Vec<SearchFacetValue> {
    let mut values: Vec<_> = values.into_iter().map(|(value, count)| SearchFacetValue { value, count }).collect();
    values.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    values.truncate(MAX_VALUES);
    values
}
