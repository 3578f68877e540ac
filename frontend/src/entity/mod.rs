//! One entity: what it is, what it is related to, and the document it was read from.

mod about;
mod apis_tab;
mod definition;
mod dependencies_tab;
mod entity_page;
mod entity_tabs;
mod extensions;
mod facts;
mod header;
pub mod links;
mod location;
mod menu_actions;
mod near_names;
mod neighbours;
mod organisation;
mod overview;
mod parts;
mod relations;
mod relations_card;
mod spec_refs;
mod spec_tree;
mod status;
mod tags;
mod template;
mod yaml;
mod yaml_tab;

pub use definition::verb_tone;
pub use extensions::extensions;
pub use spec_refs::{owner, spec_ref};
pub use yaml::to_yaml;
