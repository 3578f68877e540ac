//! What outlives a page.

pub mod announcer;
pub mod breadcrumb;
pub mod changes;
pub mod history;
pub mod overlays;
pub mod preferences;
pub mod references;
pub mod session;
pub mod title;
pub mod toasts;
