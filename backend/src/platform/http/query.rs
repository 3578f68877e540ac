//! Query strings, read by the rules of the contract (`catalog.md`, section 1).

use std::borrow::Cow;

use super::body::MAX_SAFE_INTEGER;
use super::error::ApiError;

/// The parameters of one request, all of them known to the route.
///
/// Parse it inside the handler, not in an extractor, so that a missing credential is told before a wrong parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryParams<'a> {
    /// Names and values, in the order of the request.
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> QueryParams<'a> {
    /// Reads a query string, such as `filter=kind%3Dapi&limit=20`.
    ///
    /// # Errors
    /// 400 for a parameter that is not in `allowed`, and for one that is given once and empty.
    pub fn parse(query: &'a str, allowed: &[&str]) -> Result<Self, ApiError> {
        let params = Self { pairs: form_urlencoded::parse(query.as_bytes()).collect() };
        for (name, value) in &params.pairs {
            if !allowed.contains(&name.as_ref()) {
                return Err(ApiError::input(format!("Unknown query parameter '{name}'")));
            }
            if value.is_empty() && params.all(name).count() == 1 {
                return Err(ApiError::input(format!("Empty value found for query parameter '{name}'")));
            }
        }
        Ok(params)
    }

    /// Every value of a parameter that may be repeated, in order.
    pub fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b str> {
        self.pairs.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_ref())
    }

    /// Whether the parameter is given at all.
    pub fn contains(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The value of a parameter that may be given once.
    ///
    /// # Errors
    /// 400 when it is repeated.
    pub fn text<'b>(&'b self, name: &'b str) -> Result<Option<&'b str>, ApiError> {
        let mut values = self.all(name);
        let value = values.next();
        if values.next().is_some() {
            return Err(ApiError::input(format!("request/query/{name} must be string")));
        }
        Ok(value)
    }

    /// A whole number, at least `minimum`.
    ///
    /// # Errors
    /// 400 for anything else, such as `limit=-1`, `limit=ten` or a repeated `limit`.
    pub fn integer(&self, name: &str, minimum: i64) -> Result<Option<i64>, ApiError> {
        let not_an_integer = || ApiError::input(format!("request/query/{name} must be integer"));
        let Some(text) = self.text(name).map_err(|_| not_an_integer())? else { return Ok(None) };
        let number: i64 = text.parse().map_err(|_| not_an_integer())?;
        if number < minimum {
            return Err(ApiError::input(format!("request/query/{name} must be >= {minimum}")));
        }
        Ok(Some(number))
    }

    /// A count, such as `limit` and `offset`: a whole number of at least 0.
    ///
    /// # Errors
    /// As [`QueryParams::integer`].
    pub fn count(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let too_large = || ApiError::input(format!("request/query/{name} must be <= {MAX_SAFE_INTEGER}"));
        let number = self.integer(name, 0)?;
        let number = number.map(|number| usize::try_from(number).map_err(|_| too_large())).transpose()?;
        match number {
            Some(number) if number as u64 > MAX_SAFE_INTEGER => Err(too_large()),
            number => Ok(number),
        }
    }

    /// A switch: `true`, `yes`, `1`, `on`, `y` and their opposites, in any case.
    ///
    /// # Errors
    /// 400 for any other word.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        let not_a_boolean = || ApiError::input(format!("request/query/{name} must be boolean"));
        let Some(text) = self.text(name).map_err(|_| not_a_boolean())? else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" | "y" => Ok(Some(true)),
            "false" | "no" | "0" | "off" | "n" => Ok(Some(false)),
            _ => Err(not_a_boolean()),
        }
    }

    /// The query string again, without the parameters in `left_out`, and with one more at the end.
    pub fn to_query_string_with(&self, name: &str, value: &str, left_out: &[&str]) -> String {
        let kept = self.pairs.iter().filter(|(given, _)| !left_out.contains(&given.as_ref()));
        let kept = kept.map(|(given, value)| format!("{}={}", percent_encode(given), percent_encode(value)));
        kept.chain([format!("{name}={}", percent_encode(value))]).collect::<Vec<_>>().join("&")
    }

    /// Every value of a parameter that must be given at least once.
    ///
    /// # Errors
    /// 400 when it is missing.
    pub fn required(&self, name: &str) -> Result<Vec<&str>, ApiError> {
        let values: Vec<&str> =
            self.pairs.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_ref()).collect();
        if values.is_empty() {
            return Err(ApiError::input(format!("request/query must have required property '{name}'")));
        }
        Ok(values)
    }
}

/// Encodes everything but the unreserved characters of RFC 3986, section 2.3.
fn percent_encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string cannot fail");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &[&str] = &["filter", "limit", "offset", "flag"];

    #[track_caller]
    fn parse(query: &str) -> QueryParams<'_> {
        QueryParams::parse(query, ALLOWED).unwrap()
    }

    #[track_caller]
    fn message<T: std::fmt::Debug>(result: Result<T, ApiError>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.status(), 400);
        error.message().to_owned()
    }

    #[test]
    fn repeated_parameters_are_kept_in_order_and_decoded() {
        let params = parse("filter=kind%3Dapi&limit=3&filter=a+b%2C%C3%A9");
        assert_eq!(params.all("filter").collect::<Vec<_>>(), ["kind=api", "a b,é"]);
        assert_eq!(params.count("limit").unwrap(), Some(3));
        assert_eq!(params.count("offset").unwrap(), None);
    }

    #[test]
    fn unknown_and_empty_parameters_are_refused() {
        let refused = |query| message(QueryParams::parse(query, ALLOWED));
        assert_eq!(refused("foo=1"), "Unknown query parameter 'foo'");
        assert_eq!(refused("filter="), "Empty value found for query parameter 'filter'");
        assert_eq!(refused("filter"), "Empty value found for query parameter 'filter'");
        assert_eq!(parse("filter=&filter=a").all("filter").collect::<Vec<_>>(), ["", "a"]);
        assert_eq!(parse("").pairs, []);
        assert_eq!(parse("&&limit=1&").pairs.len(), 1);
    }

    #[test]
    fn a_query_string_is_written_again() {
        let params = parse("filter=a+b&offset=5&limit=1");
        assert_eq!(params.to_query_string_with("after", "é==", &["offset"]), "filter=a%20b&limit=1&after=%C3%A9%3D%3D");
    }

    #[test]
    fn numbers_are_checked() {
        assert_eq!(message(parse("limit=-1").count("limit")), "request/query/limit must be >= 0");
        for query in ["limit=ten", "limit=1.5", "limit=1&limit=2", "limit=99999999999999999999"] {
            assert_eq!(message(parse(query).count("limit")), "request/query/limit must be integer", "{query}");
        }
        let too_large = message(parse("limit=9007199254740992").count("limit"));
        assert_eq!(too_large, "request/query/limit must be <= 9007199254740991");
    }

    #[test]
    fn switches_have_many_words() {
        for (word, expected) in [("true", true), ("YES", true), ("1", true), ("on", true), ("y", true), ("off", false)]
        {
            assert_eq!(parse(&format!("flag={word}")).boolean("flag").unwrap(), Some(expected), "{word}");
        }
        assert_eq!(message(parse("flag=maybe").boolean("flag")), "request/query/flag must be boolean");
    }

    #[test]
    fn a_required_parameter_is_missed() {
        assert_eq!(message(parse("").required("filter")), "request/query must have required property 'filter'");
    }
}
