//! Home: search first, then the widgets that are registered.

mod extensions;
mod home_page;
mod widgets;

pub use extensions::extensions;
