//! What can be wrong with a filter.

use thiserror::Error;

/// Why a filter, an order or a list of fields is not understood. All of them are the caller's to mend.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FilterError {
    /// A condition starts with `=`.
    #[error("filter `{0}` has a value but no key; write key=value, such as `kind=component`")]
    MissingKey(String),
    /// A field of a projection indexes into a list.
    #[error("field `{0}` points into a list: array type fields are not supported; ask for the whole list")]
    ArrayField(String),
    /// An order of `/entities` is not of the form `asc:metadata.name`.
    #[error("order `{0}` is not understood; write asc:FIELD or desc:FIELD, such as `asc:metadata.name`")]
    Order(String),
    /// An order of `/entities/by-query` is not of the form `metadata.name,asc`.
    #[error("order field `{0}` is not understood; write FIELD, FIELD,asc or FIELD,desc, such as `metadata.name,asc`")]
    OrderField(String),
    /// A predicate has a shape that the language does not know. Carries the place and what is wrong there.
    #[error("Invalid query: {0}")]
    Predicate(String),
    /// `$contains` with an object is known for `relations` only.
    #[error(
        "Object form of $contains is not supported for field \"{0}\"; use a plain value, such as {{\"$contains\": \"java\"}}"
    )]
    ContainsObject(String),
    /// Logical operators are nested too deeply.
    #[error("Invalid query: more than {0} levels of `$all`, `$any` and `$not`; flatten the query")]
    TooDeep(usize),
    /// The filter names too many conditions and values.
    #[error("the filter has more than {0} conditions and values; ask in several requests")]
    TooLarge(usize),
}
