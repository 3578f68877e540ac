//! The page of results: one question over everything, narrowed by what it found. Its whole state is in the address.

mod counts;
mod extensions;
mod highlight;
mod memory;
mod no_results;
mod pages;
mod refine;
mod result_item;
mod result_keys;
mod result_line;
mod results;
mod search_field;
mod search_page;
mod search_view;
mod source;
mod start;

pub use extensions::extensions;
pub use memory::SearchMemory;
