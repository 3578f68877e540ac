//! How entities are related: a picture in layers, and the same as a table. Its whole state is in the address.
//!
//! The server walks along the relations and finds a place for everything (`GET /api/catalog/graph?layout=layered`).
//! `picture` makes that ready, `drawing` writes it as SVG, `canvas` shows it and moves in it.

mod camera;
mod canvas;
mod controls;
mod drawing;
mod export;
mod extensions;
mod graph_page;
mod panel;
mod picker;
mod picture;
mod section;
mod source;
mod start;
mod table;
mod view;
mod words;

pub use extensions::{extensions, graph_section};
pub use section::GraphSectionProps;
