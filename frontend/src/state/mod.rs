//! What outlives a page.

pub mod announcer;
pub mod breadcrumb;
pub mod changes;
pub mod connection;
pub mod entity_memory;
pub mod history;
pub mod on_page;
pub mod overlays;
pub mod preferences;
pub mod query;
pub mod recent;
pub mod references;
pub mod refreshing;
pub mod session;
pub mod stars;
pub mod tabs;
pub mod title;
pub mod toasts;
