//! The catalog: a table of one kind of entities, filtered, sorted and windowed. Its whole state is in the address.

mod catalog_page;
pub mod cells;
mod column_chooser;
mod columns;
mod counts;
mod export;
mod extensions;
mod facet;
mod facet_rail;
mod facets;
mod flight;
mod foot;
mod grid;
mod grid_keys;
pub mod kinds;
mod memory;
mod painter;
mod row_markup;
mod row_menu;
pub mod rows;
mod saved;
mod selection;
mod source;
mod toolbar;
pub mod view;
mod views_nav;
pub mod window;

pub use extensions::extensions;
pub use memory::CatalogMemory;
pub use saved::SavedViews;
