//! The frame around every page: side navigation, top bar, the bar at the bottom of phones, keys, messages.

mod bottom_bar;
mod drawer;
mod extensions;
mod frame;
mod keys;
mod not_found_page;
mod offline_banner;
mod page_progress;
mod person_menu;
mod prefetch;
mod preview;
mod shortcuts_dialog;
mod sidebar;
mod sign_in_problem;
mod starred_nav;
mod top_bar;

pub use extensions::extensions;
pub use frame::Shell;
pub use not_found_page::NotFoundPage;
pub use shortcuts_dialog::Shortcuts;
pub use sidebar::Mark;
