//! The parameters of a question, as clients of the contract write them: `types[0]=a`, `types[]=a`, `filters[kind]=b`,
//! `filters[kind][0]=b`, or `filters` as JSON.

use chrono::{DateTime, NaiveDate, NaiveTime};
use serde_json::{Value, json};

use super::cursor;
use super::error::SearchError;
use super::service::SearchLimits;

/// How many results a page has where the question does not say.
const DEFAULT_PAGE_LIMIT: usize = 25;
/// How many suggestions there are where the question does not say.
const DEFAULT_SUGGESTIONS: usize = 8;
/// How many suggestions there may be.
const MAX_SUGGESTIONS: usize = 20;
/// How many types, filters and values of a filter a question may name.
const MAX_ITEMS: usize = 50;
/// How many facets a question may name: each that is filtered by takes a search of its own.
const MAX_FACETS: usize = 12;
/// How many mistakes are told.
const MAX_ISSUES: usize = 50;

/// A question that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchParams {
    /// What was typed.
    pub term: String,
    /// Types of documents; all where empty.
    pub types: Vec<String>,
    /// Fields and the values of which a document must have one.
    pub filters: Vec<(String, Vec<String>)>,
    /// Only what changed since then, in milliseconds since 1970.
    pub changed_since_ms: Option<i64>,
    /// Fields whose values are counted.
    pub facets: Vec<String>,
    /// How many results a page has.
    pub page_limit: usize,
    /// Which page, from 0; `None` for a cursor that is none, which finds nothing.
    pub page: Option<usize>,
}

impl SearchParams {
    /// Reads a query string.
    ///
    /// # Errors
    /// [`SearchError::Query`] with a list of everything that is wrong, as JSON.
    pub fn parse(query: &str, types: &[&str], limits: SearchLimits) -> Result<Self, SearchError> {
        let mut params = Self {
            term: String::new(),
            types: vec![],
            filters: vec![],
            changed_since_ms: None,
            facets: vec![],
            page_limit: DEFAULT_PAGE_LIMIT.min(limits.max_page_limit),
            page: Some(0),
        };
        let mut issues = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let path: Vec<&str> = name.split(['[', ']']).filter(|part| !part.is_empty()).collect();
            match path.as_slice() {
                ["term"] => params.term = value.into_owned(),
                ["types"] | ["types", _] => params.types.push(value.into_owned()),
                ["facets"] | ["facets", _] if params.facets.iter().any(|known| *known == value) => {}
                ["facets"] | ["facets", _] => params.facets.push(value.into_owned()),
                ["filters"] => params.read_filters(&value, &mut issues),
                ["filters", field] | ["filters", field, _] => params.add_filter(field, value.into_owned()),
                ["pageLimit"] => match value.parse::<usize>() {
                    Ok(limit) if limit <= limits.max_page_limit => params.page_limit = limit,
                    Ok(limit) => {
                        let message =
                            format!("The page limit \"{limit}\" is greater than \"{}\"", limits.max_page_limit);
                        issues.push(issue(&message, &json!(["pageLimit"])));
                    }
                    Err(_) => {
                        let message = format!("The page limit \"{value}\" is not a whole number");
                        issues.push(issue(&message, &json!(["pageLimit"])));
                    }
                },
                ["changedSince"] if value.is_empty() => params.changed_since_ms = None,
                ["changedSince"] => match read_time(&value) {
                    Some(time_ms) => params.changed_since_ms = Some(time_ms),
                    None => {
                        let message = format!("\"{value}\" is neither a day, as 2026-05-31, nor a time of RFC 3339");
                        issues.push(issue(&message, &json!(["changedSince"])));
                    }
                },
                ["pageCursor"] => params.page = cursor::read(&value),
                [list @ ("types" | "filters" | "facets"), ..] => {
                    issues.push(issue(&format!("\"{name}\" is no place in {list}"), &json!([list])));
                }
                // The contract passes other parameters on to the engine; ours has no use for them.
                _ => {}
            }
        }
        params.check(types, limits, &mut issues);
        told(params, &issues)
    }

    fn check(&self, types: &[&str], limits: SearchLimits, issues: &mut Vec<Value>) {
        check_term(&self.term, limits, issues);
        check_types(&self.types, types, issues);
        let n_values = self.filters.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
        for (name, n_items, limit) in [
            ("types", self.types.len(), MAX_ITEMS),
            ("facets", self.facets.len(), MAX_FACETS),
            ("filters", self.filters.len().max(n_values), MAX_ITEMS),
        ] {
            if n_items > limit {
                issues.push(issue(&format!("More than {limit} items"), &json!([name])));
            }
        }
    }

    /// Filters as one JSON object: `{"kind":"Component","lifecycle":["a","b"]}`.
    fn read_filters(&mut self, text: &str, issues: &mut Vec<Value>) {
        let Ok(Value::Object(filters)) = serde_json::from_str(text) else {
            issues.push(issue("Filters must be a JSON object", &json!(["filters"])));
            return;
        };
        for (field, value) in filters {
            let values = match value {
                Value::Array(values) => values,
                Value::Null => continue,
                value => vec![value],
            };
            for value in values {
                match value {
                    Value::String(text) => self.add_filter(&field, text),
                    Value::Number(_) | Value::Bool(_) => self.add_filter(&field, value.to_string()),
                    Value::Null | Value::Array(_) | Value::Object(_) => {
                        issues.push(issue("Invalid input", &json!(["filters", field])));
                    }
                }
            }
        }
    }

    fn add_filter(&mut self, field: &str, value: String) {
        match self.filters.iter_mut().find(|(known, _)| known == field) {
            Some((_, values)) => values.push(value),
            None => self.filters.push((field.to_owned(), vec![value])),
        }
    }
}

/// A question of somebody who is typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestParams {
    /// What was typed so far.
    pub term: String,
    /// Types of documents; all where empty.
    pub types: Vec<String>,
    /// Fields and the values of which a document must have one.
    pub filters: Vec<(String, Vec<String>)>,
    /// How many suggestions to make at most.
    pub limit: usize,
}

impl SuggestParams {
    /// Reads a query string.
    ///
    /// # Errors
    /// [`SearchError::Query`], as [`SearchParams::parse`].
    pub fn parse(query: &str, types: &[&str], limits: SearchLimits) -> Result<Self, SearchError> {
        let SearchParams { term, types, filters, .. } = SearchParams::parse(query, types, limits)?;
        let mut params = Self { term, types, filters, limit: DEFAULT_SUGGESTIONS };
        let mut issues = Vec::new();
        for (_, value) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "limit") {
            match value.parse::<usize>() {
                Ok(limit) if (1..=MAX_SUGGESTIONS).contains(&limit) => params.limit = limit,
                Ok(_) | Err(_) => {
                    let message = format!("The limit \"{value}\" is not a number from 1 to {MAX_SUGGESTIONS}");
                    issues.push(issue(&message, &json!(["limit"])));
                }
            }
        }
        told(params, &issues)
    }
}

/// The parameters, or everything that is wrong with them.
fn told<T>(params: T, issues: &[Value]) -> Result<T, SearchError> {
    if issues.is_empty() {
        return Ok(params);
    }
    let told = &issues[..issues.len().min(MAX_ISSUES)];
    let issues = serde_json::to_string_pretty(told).expect("a list of texts has a JSON form");
    Err(SearchError::Query(issues))
}

fn check_term(term: &str, limits: SearchLimits, issues: &mut Vec<Value>) {
    let n_chars = term.chars().count();
    if n_chars > limits.max_term_length {
        let message = format!("The term length \"{n_chars}\" is greater than \"{}\"", limits.max_term_length);
        issues.push(issue(&message, &json!(["term"])));
    }
}

fn check_types(asked: &[String], types: &[&str], issues: &mut Vec<Value>) {
    for (at, name) in asked.iter().enumerate() {
        if !types.contains(&name.as_str()) {
            issues.push(issue("Invalid input", &json!(["types", at])));
        }
    }
}

/// A time or a day, in milliseconds since 1970. Days begin in UTC.
fn read_time(text: &str) -> Option<i64> {
    let time = DateTime::parse_from_rfc3339(text).map(|time| time.timestamp_millis());
    let day = || text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc().timestamp_millis());
    time.or_else(|_| day()).ok()
}

/// One thing that is wrong, in the form in which clients of the contract know it.
fn issue(message: &str, path: &Value) -> Value {
    json!({"code": "custom", "message": message, "path": path})
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: SearchLimits = SearchLimits { max_page_limit: 100, max_term_length: 100 };

    fn parse(query: &str) -> Result<SearchParams, SearchError> {
        SearchParams::parse(query, &["software-catalog", "techdocs"], LIMITS)
    }

    #[test]
    fn every_spelling_of_lists_and_filters_is_read() {
        let expected = [("kind".to_owned(), vec!["Component".to_owned()])];
        for query in [
            "filters[kind]=Component",
            "filters%5Bkind%5D=Component",
            "filters[kind][0]=Component",
            "filters[kind][]=Component",
            "filters=%7B%22kind%22%3A%22Component%22%7D",
            "filters=%7B%22kind%22%3A%5B%22Component%22%5D%2C%22lifecycle%22%3Anull%7D",
        ] {
            assert_eq!(parse(query).unwrap().filters, expected, "{query}");
        }
        for query in ["types[0]=techdocs&types[1]=software-catalog", "types[]=techdocs&types=software-catalog"] {
            assert_eq!(parse(query).unwrap().types, ["techdocs", "software-catalog"], "{query}");
        }
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let params = parse("unknown=1&term=&pageCursor=MQ%3D%3D").unwrap();
        assert_eq!((params.page_limit, params.page, params.term.as_str()), (25, Some(1), ""));
        assert_eq!(parse("pageCursor=zzz").unwrap().page, None);
        assert_eq!(parse("pageCursor=").unwrap().page, Some(0));
        let facets = parse("facets[]=kind&facets[]=type&facets[2]=kind").unwrap().facets;
        assert_eq!(facets, ["kind", "type"], "each is counted once");
    }

    #[test]
    fn days_and_times_are_read() {
        assert_eq!(parse("changedSince=1970-01-02").unwrap().changed_since_ms, Some(86_400_000));
        assert_eq!(parse("changedSince=1970-01-01T01:00:00%2B01:00").unwrap().changed_since_ms, Some(0));
        assert_eq!(parse("changedSince=").unwrap().changed_since_ms, None);
    }

    #[test]
    fn suggestions_have_a_limit_of_their_own() {
        let parse = |query: &str| SuggestParams::parse(query, &["software-catalog"], LIMITS);
        let params = parse("term=boo&limit=3&types[0]=software-catalog").unwrap();
        assert_eq!((params.term.as_str(), params.limit, params.types.len()), ("boo", 3, 1));
        assert_eq!(parse("term=boo").unwrap().limit, DEFAULT_SUGGESTIONS);
        for query in ["limit=0", "limit=21", "limit=x", "types[]=nope"] {
            assert!(parse(query).is_err(), "{query}");
        }
    }

    #[track_caller]
    fn refused(query: &str, message: &str, path: &str) {
        let error = parse(query).unwrap_err().to_string();
        assert!(error.starts_with("Invalid query string: [\n  {\n    \"code\": \"custom\","), "{error}");
        assert!(error.contains(message), "{error}");
        let path: Value = serde_json::from_str(path).unwrap();
        let issues: Value = serde_json::from_str(error.trim_start_matches("Invalid query string: ")).unwrap();
        assert_eq!(issues[0]["path"], path);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        refused("pageLimit=101", "The page limit \\\"101\\\" is greater than \\\"100\\\"", r#"["pageLimit"]"#);
        refused("pageLimit=-1", "not a whole number", r#"["pageLimit"]"#);
        refused("types[0]=nope", "Invalid input", r#"["types",0]"#);
        refused(&format!("term={}", "x".repeat(101)), "The term length", r#"["term"]"#);
        refused("changedSince=yesterday", "neither a day", r#"["changedSince"]"#);
        refused("filters=[]", "must be a JSON object", r#"["filters"]"#);
        refused(&"filters[kind]=a&".repeat(51), "More than 50 items", r#"["filters"]"#);
        let facets: String = (0..13).map(|number| format!("facets[]=a{number}&")).collect();
        refused(&facets, "More than 12 items", r#"["facets"]"#);
        refused("filters[kind][a][b]=API", "\\\"filters[kind][a][b]\\\" is no place in filters", r#"["filters"]"#);
        refused("types[0][x]=techdocs", "is no place in types", r#"["types"]"#);
    }

    #[test]
    fn not_all_of_many_mistakes_are_told() {
        let error = parse(&"types&".repeat(9_000)).unwrap_err().to_string();
        assert!(error.len() < 10_000, "{}", error.len());
    }
}
