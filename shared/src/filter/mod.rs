//! Which entities are meant: the filter language of the catalog, in the forms that clients write it.
//!
//! A filter speaks of *rows*: every entity is flattened into pairs of a dotted key and a value ([`rows`]). The server answers
//! filters from an index over these rows; [`eval`] answers them from one document and is what the index is tested against.
//!
//! Source: contract `catalog.md`, sections 3, 4, 5.2 and 7.

pub mod ast;
pub mod error;
pub mod eval;
pub mod fields;
pub mod order;
pub mod parse;
pub mod predicate;
pub mod rows;
pub mod text;

pub use ast::{Filter, FilterKey};
pub use error::FilterError;
pub use eval::EntityRows;
pub use fields::FieldSelection;
pub use order::{OrderField, SortOrder};
pub use parse::parse_filter_params;
pub use predicate::{Predicate, parse_predicate};
pub use rows::{IndexValue, fold_case, index_rows};
pub use text::TextFilter;
