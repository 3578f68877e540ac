//! The software by domain and system: what there is, how much of it, whose it is, and where something is wrong.

mod domain_card;
mod explore_page;
mod extensions;
mod landscape;

pub use extensions::extensions;
