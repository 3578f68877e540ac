//! The command palette: any entity, place within an API, page or action by typing.

mod dialog;
mod entry;
mod search;
mod typed;

pub use dialog::PaletteDialog;
