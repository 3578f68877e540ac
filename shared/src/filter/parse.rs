//! The form of filters in query parameters: `filter=kind=component,spec.type=service&filter=kind=api`.

use super::ast::{Filter, FilterKey};
use super::error::FilterError;
use super::rows::fold_case;

/// The most conditions and values one filter may name, in any form.
pub const MAX_CONDITIONS: usize = 10_000;

/// Reads all `filter` parameters of a request. `None` where they name no condition.
///
/// Parameters are alternatives; the conditions of one parameter, separated by commas, must all hold. `key` asks for the
/// key, `key=value` for the value; several values of one key are alternatives. There is no escaping.
///
/// # Errors
/// [`FilterError::MissingKey`] for a condition without a key, [`FilterError::TooLarge`] for more than [`MAX_CONDITIONS`].
///
/// Source: contract `catalog.md`, section 3.
pub fn parse_filter_params<T: AsRef<str>>(params: &[T]) -> Result<Option<Filter>, FilterError> {
    let mut n_conditions = 0;
    let mut sets = Vec::new();
    for param in params {
        let mut conditions = Vec::<(FilterKey, Vec<String>)>::new();
        for fragment in param.as_ref().split(',').map(str::trim).filter(|fragment| !fragment.is_empty()) {
            n_conditions += 1;
            if n_conditions > MAX_CONDITIONS {
                return Err(FilterError::TooLarge(MAX_CONDITIONS));
            }
            let (key, value) = match fragment.split_once('=') {
                Some((key, value)) => (key.trim_end(), Some(value.trim_start())),
                None => (fragment, None),
            };
            if key.is_empty() {
                return Err(FilterError::MissingKey(fragment.to_owned()));
            }
            let key = FilterKey::new(key);
            let at = conditions.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                conditions.push((key, Vec::new()));
                conditions.len() - 1
            });
            if let Some(value) = value {
                let (values, value) = (&mut conditions[at].1, fold_case(value));
                if !values.iter().any(|known| *known == value) {
                    values.push(value.into_owned());
                }
            }
        }
        if !conditions.is_empty() {
            sets.push(Filter::all(conditions.into_iter().map(condition).collect()));
        }
    }
    Ok((!sets.is_empty()).then(|| Filter::any(sets)))
}

fn condition((key, mut values): (FilterKey, Vec<String>)) -> Filter {
    match values.len() {
        0 => Filter::HasKey(key),
        1 => Filter::Equals { key, value: values.swap_remove(0) },
        _ => Filter::In { key, values },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(params: &[&str]) -> Result<Option<Filter>, FilterError> {
        parse_filter_params(params)
    }

    #[track_caller]
    fn check(params: &[&str], expected: Filter) {
        assert_eq!(parse(params), Ok(Some(expected)), "{params:?}");
    }

    #[test]
    fn one_condition() {
        check(&["kind=component"], Filter::equals("kind", "component"));
        check(&[" Kind = Component "], Filter::equals("kind", "component"));
        check(&["metadata.annotations.a/b"], Filter::has_key("metadata.annotations.a/b"));
        check(&["spec.x="], Filter::equals("spec.x", ""));
        check(&["spec.url=a=b"], Filter::equals("spec.url", "a=b"));
    }

    #[test]
    fn conditions_of_a_set_all_hold() {
        check(
            &["kind=api,,spec.type=openapi,"],
            Filter::All(vec![Filter::equals("kind", "api"), Filter::equals("spec.type", "openapi")]),
        );
    }

    #[test]
    fn values_of_one_key_are_alternatives() {
        check(&["kind=api,kind=component"], Filter::is_in("kind", ["api", "component"]));
        check(&["kind=api,Kind=API"], Filter::equals("kind", "api"));
        check(&["kind,kind=api"], Filter::equals("kind", "api"));
        check(&["kind=api,kind"], Filter::equals("kind", "api"));
    }

    #[test]
    fn sets_are_alternatives() {
        check(&["kind=api", " , ", "x"], Filter::Any(vec![Filter::equals("kind", "api"), Filter::has_key("x")]));
    }

    #[test]
    fn nothing_left_is_no_filter() {
        assert_eq!(parse(&[]), Ok(None));
        assert_eq!(parse(&["", " ,,"]), Ok(None));
    }

    #[test]
    fn a_value_needs_a_key() {
        assert_eq!(parse(&["kind=api,=x"]), Err(FilterError::MissingKey("=x".into())));
        assert_eq!(parse(&[" = "]), Err(FilterError::MissingKey("=".into())));
    }

    #[test]
    fn size_is_limited() {
        let many = "a=b,".repeat(MAX_CONDITIONS + 1);
        assert_eq!(parse(&[&many]), Err(FilterError::TooLarge(MAX_CONDITIONS)));
        assert!(parse(&[&many[4..]]).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(params in prop::collection::vec("[a=, K.\u{e9}]{0,12}", 0..4)) {
            match parse_filter_params(&params) {
                Ok(Some(_)) => prop_assert!(params.iter().any(|param| !param.trim().is_empty())),
                Ok(None) => prop_assert!(params.iter().all(|param| param.chars().all(|c| c == ',' || c == ' '))),
                Err(error) => prop_assert!(matches!(error, FilterError::MissingKey(_))),
            }
        }
    }
}
