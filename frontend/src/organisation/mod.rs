//! Groups and people: the tree of groups beside the people in them.

mod extensions;
mod group_panel;
mod group_tree;
mod organisation_page;
mod people;
mod tree;

pub use extensions::extensions;
