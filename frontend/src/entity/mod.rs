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
mod menu_actions;
mod neighbours;
mod organisation;
mod overview;
mod relations;
mod relations_card;
mod spec_refs;
mod status;
mod tags;
mod yaml;
mod yaml_tab;

pub use extensions::extensions;
pub use spec_refs::owner;
pub use yaml::to_yaml;
