//! The one way in which a part of the page adds to it: pages, navigation, tabs and cards of entities, home widgets,
//! actions of the palette, keys.
//!
//! A slice answers its [`Extensions`] from a function `extensions()`; `app.rs` lists those functions. Shell, palette, home and
//! the page of an entity draw what the [`Registry`] holds and know nothing of who added it. Everything in it is owned data and
//! shared closures, so that entries can also come from the server while the page runs.

mod draw;
mod entity_context;
mod outlet;
mod pattern;
mod points;
mod registry;

pub use draw::{Applies, Draw, PageOwner, Run};
pub use entity_context::EntityContext;
pub use outlet::{PageOutlet, use_path_param};
pub use points::{
    CardColumn, EntityCard, EntityMenuAction, EntityMenuItem, EntityTab, Extensions, FIRST_PLUGIN_ORDER, HomeWidget,
    NavGroup, NavItem, Page, PaletteAction, Shortcut, ShortcutPlace,
};
pub use registry::{ExtensionRegistry, Registry};
