//! Turns the parser's events into a JSON value and its marks.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::{Map, Value};

use super::{
    Limits, Position,
    error::{Fault, position, too_deep},
    limits::Budget,
    marks::{KeyMark, Mark, Marks, children, key_text},
    scalar::scalar_value,
};

/// Reads the one document of `text`, which starts at `first_line`; `None` when it is empty or null.
pub(super) fn build(
    text: &str,
    first_line: u32,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<Option<(Value, Marks)>, Fault> {
    let options = granit_parser::options! {
        emit_comments: false,
        // One more than allowed, so that the message is ours; the parser's own stop guards against deep brackets.
        flow_nesting_limit: limits.max_depth + 1,
        block_nesting_limit: limits.max_depth + 1,
    };
    let mut builder = Builder {
        parser: Parser::new_from_str_with_options(text, options),
        first_line,
        limits,
        budget,
        nodes: Vec::new(),
        keys: String::new(),
        keeps_anchors: text.contains('*'),
        anchors: HashMap::new(),
    };
    let Some((event, span)) = builder.first_node()? else { return Ok(None) };
    let value = builder.value(event, &span, None, 1)?.value;
    builder.expect_end()?;
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some((value, Marks::new(builder.nodes, builder.keys))))
}

struct Builder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    first_line: u32,
    limits: &'a Limits,
    budget: &'a mut Budget,
    nodes: Vec<Mark>,
    keys: String,
    /// Anchored values are copied only when the text can contain an alias at all.
    keeps_anchors: bool,
    /// `None` while the anchored value is still being read.
    anchors: HashMap<usize, Option<Anchor>>,
}

/// A value that aliases repeat.
struct Anchor {
    built: Built,
    nodes: Vec<Mark>,
}

/// A value with what copying it costs.
#[derive(Clone)]
struct Built {
    value: Value,
    /// Bytes of all strings and keys in it.
    bytes: usize,
    /// Levels of lists and mappings in it.
    depth: usize,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        match self.parser.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(Fault::from_scan(&error, self.first_line, self.limits)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn position(&self, span: &Span) -> Position {
        position(&span.start, self.first_line)
    }

    fn first_node(&mut self) -> Result<Option<(Event<'a>, Span)>, Fault> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd, _) => return Ok(None),
                node => return Ok(Some(node)),
            }
        }
    }

    fn expect_end(&mut self) -> Result<(), Fault> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd, _) => {}
                (_, span) => {
                    return Err(Fault::new(
                        "another document begins here: put a line with `---` before it",
                        self.position(&span),
                    ));
                }
            }
        }
    }

    /// Reads the value that starts with `event`, with all that is inside it.
    fn value(&mut self, event: Event<'a>, span: &Span, key: Option<KeyMark>, depth: usize) -> Result<Built, Fault> {
        let at = self.position(span);
        if !self.budget.pay_node() {
            return Err(self.too_large(at));
        }
        if let Event::Alias(id) = event {
            return self.alias(id, at, key, depth);
        }
        if depth > self.limits.max_depth && !matches!(event, Event::Scalar(..)) {
            return Err(Fault::new(too_deep(self.limits), at));
        }
        let first = self.nodes.len();
        self.nodes.push(Mark { key, at, size: 1 });
        let anchor = event.anchor_id().filter(|_| self.keeps_anchors);
        if let Some(id) = anchor {
            self.anchors.insert(id, None);
        }
        let built = match event {
            Event::Scalar(text, style, _, tag) => scalar(&text, style, tag.as_deref(), at)?,
            Event::SequenceStart(..) => self.sequence(depth)?,
            Event::MappingStart(..) => self.mapping(first, depth)?,
            _ => return Err(Fault::new("expected a value here", at)),
        };
        self.nodes[first].size = mark_count(self.nodes.len() - first);
        if let Some(id) = anchor {
            self.keep_anchor(id, &built, first, at)?;
        }
        Ok(built)
    }

    fn sequence(&mut self, depth: usize) -> Result<Built, Fault> {
        let (mut values, mut bytes, mut inner_depth) = (Vec::new(), 0, 0);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Built { value: Value::Array(values), bytes, depth: inner_depth + 1 });
            }
            let built = self.value(event, &span, None, depth + 1)?;
            bytes += built.bytes;
            inner_depth = inner_depth.max(built.depth);
            values.push(built.value);
        }
    }

    /// Reads the entries of the mapping whose mark is `nodes[parent]`.
    fn mapping(&mut self, parent: usize, depth: usize) -> Result<Built, Fault> {
        let (mut map, mut bytes, mut inner_depth) = (Map::new(), 0, 0);
        let mut merged = HashSet::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Built { value: Value::Object(map), bytes, depth: inner_depth + 1 });
            }
            let at = self.position(&span);
            if is_merge_key(&event) {
                let (bytes_merged, depth_merged) = self.merge(&mut map, &mut merged, depth)?;
                bytes += bytes_merged;
                inner_depth = inner_depth.max(depth_merged);
                continue;
            }
            let key = self.key(event, &span)?;
            if map.contains_key(&key) && !merged.remove(&key) {
                return Err(self.duplicate_key(&key, at, parent));
            }
            let mark = self.push_key(&key, at);
            let (event, span) = self.next()?;
            let built = self.value(event, &span, Some(mark), depth + 1)?;
            bytes += built.bytes + key.len();
            inner_depth = inner_depth.max(built.depth);
            map.insert(key, built.value);
        }
    }

    fn push_key(&mut self, key: &str, at: Position) -> KeyMark {
        let start = mark_count(self.keys.len());
        self.keys.push_str(key);
        KeyMark { start, end: mark_count(self.keys.len()), at }
    }

    /// The text of a key. Scalars become strings, in the form their value prints.
    fn key(&mut self, event: Event<'a>, span: &Span) -> Result<String, Fault> {
        let at = self.position(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if style == ScalarStyle::Plain && span.start.index() == span.end.index() {
                    return Err(Fault::new("a key is missing before this `:`", at));
                }
                let text = text.into_owned();
                let built = scalar(&text, style, tag.as_deref(), at)?;
                let key = match &built.value {
                    Value::String(_) | Value::Null => text,
                    value => value.to_string(),
                };
                if anchor != 0 && self.keeps_anchors {
                    let first = self.nodes.len();
                    self.nodes.push(Mark { key: None, at, size: 1 });
                    self.keep_anchor(anchor, &built, first, at)?;
                    self.nodes.truncate(first);
                }
                Ok(key)
            }
            Event::Alias(id) => match self.anchors.get(&id) {
                Some(Some(Anchor { built: Built { value: Value::String(text), bytes, .. }, .. })) => {
                    let (text, bytes) = (text.clone(), *bytes);
                    if self.budget.pay_copy(1, bytes) { Ok(text) } else { Err(self.expands_too_far(at)) }
                }
                _ => Err(Fault::new("only an alias of text can be a key", at)),
            },
            _ => Err(Fault::new("a list or mapping cannot be a key: put it in quotes if it is text", at)),
        }
    }

    /// Applies `<<`: adds the entries of one mapping, or of several, that the mapping does not have yet.
    ///
    /// An entry written out wins over a merged one wherever it stands; of several merged ones the first wins.
    fn merge(
        &mut self,
        map: &mut Map<String, Value>,
        merged: &mut HashSet<String>,
        depth: usize,
    ) -> Result<(usize, usize), Fault> {
        let (event, span) = self.next()?;
        let at = self.position(&span);
        let first = self.nodes.len();
        let built = self.value(event, &span, None, depth)?;
        let nodes = self.nodes.split_off(first);
        let sources = match built.value {
            Value::Array(values) => children(&nodes, 0).zip(values).collect(),
            value => vec![(0, value)],
        };
        for (node, source) in sources {
            let Value::Object(source) = source else {
                return Err(Fault::new("`<<` merges mappings: give it one, or a list of them", at));
            };
            let places: HashMap<&str, usize> = children(&nodes, node)
                .filter_map(|child| Some((key_text(&self.keys, nodes[child].key?), child)))
                .collect();
            for (key, value) in source {
                if map.contains_key(&key) {
                    continue;
                }
                if let Some(&child) = places.get(key.as_str()) {
                    self.nodes.extend_from_slice(&nodes[child..child + nodes[child].size as usize]);
                }
                merged.insert(key.clone());
                map.insert(key, value);
            }
        }
        Ok((built.bytes, built.depth))
    }

    fn alias(&mut self, id: usize, at: Position, key: Option<KeyMark>, depth: usize) -> Result<Built, Fault> {
        let Some(Some(anchor)) = self.anchors.get(&id) else {
            return Err(Fault::new("this alias stands inside the value it refers to", at));
        };
        if !self.budget.pay_copy(anchor.nodes.len(), anchor.built.bytes) {
            return Err(self.expands_too_far(at));
        }
        if depth + anchor.built.depth > self.limits.max_depth + 1 {
            return Err(Fault::new(too_deep(self.limits), at));
        }
        let built = anchor.built.clone();
        self.nodes.push(Mark { key, at, size: anchor.nodes[0].size });
        self.nodes.extend_from_slice(&anchor.nodes[1..]);
        Ok(built)
    }

    fn keep_anchor(&mut self, id: usize, built: &Built, first: usize, at: Position) -> Result<(), Fault> {
        let nodes = self.nodes[first..].to_vec();
        if !self.budget.pay_copy(nodes.len(), built.bytes) {
            return Err(self.expands_too_far(at));
        }
        self.anchors.insert(id, Some(Anchor { built: built.clone(), nodes }));
        Ok(())
    }

    fn duplicate_key(&self, key: &str, at: Position, parent: usize) -> Fault {
        // The parent's size is not known yet; its children reach to the end of the list.
        let mut nodes = self.nodes[parent..].to_vec();
        nodes[0].size = mark_count(nodes.len());
        let earlier = children(&nodes, 0)
            .filter_map(|child| nodes[child].key)
            .filter(|&mark| key_text(&self.keys, mark) == key)
            .last();
        let hint = earlier.map_or_else(String::new, |mark| format!(", first in line {}", mark.at.line));
        Fault::new(format!("the key `{key}` is given twice in the same mapping{hint}: remove one"), at)
    }

    fn too_large(&self, at: Position) -> Fault {
        let max = self.limits.max_nodes;
        Fault::new(
            format!("the text holds more than {max} values, which is the limit; split it into several files"),
            at,
        )
    }

    fn expands_too_far(&self, at: Position) -> Fault {
        let Limits { max_expanded_nodes: nodes, max_expanded_bytes: bytes, .. } = self.limits;
        Fault::new(format!("aliases repeat more than the limit of {nodes} values or {bytes} bytes of text"), at)
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Position) -> Result<Built, Fault> {
    let value = scalar_value(text, style, tag).map_err(|message| Fault::new(message, at))?;
    let bytes = if value.is_string() { text.len() } else { 0 };
    Ok(Built { value, bytes, depth: 0 })
}

fn is_merge_key(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<")
}

/// Texts of 4 GiB and more are refused long before; the limits are far below.
fn mark_count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
