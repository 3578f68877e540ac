//! The catalog: a table of one kind of entities, filtered, sorted and windowed. Its whole state is in the address.

mod catalog_page;
pub mod cells;
mod columns;
mod extensions;
mod facet_rail;
mod facets;
mod grid;
mod grid_keys;
pub mod kinds;
mod memory;
pub mod rows;
mod source;
mod toolbar;
pub mod view;
pub mod window;

pub use extensions::extensions;
pub use memory::CatalogMemory;
