//! The one way in which a part of the page adds to it: pages, navigation, tabs and cards of entities, home widgets,
//! actions of the palette, keys.
//!
//! A slice answers its [`Extensions`] from a function `extensions()`; `app.rs` lists those functions. Shell, palette, home and
//! the page of an entity draw what the [`Registry`] holds and know nothing of who added it. Everything in it is owned data and
//! shared closures, so that entries can also come from the server while the page runs.
//!
//! To add a screen: write `frontend/src/<slice>/` with its views and an `extensions.rs`, add `mod <slice>;` to `lib.rs`, the
//! path to `paths.rs`, the line to `built_in()` in `app.rs`, `styles/<slice>.css` with its link in `index.html`, and the icons
//! it uses to `ui/icon.rs` and `icons.svg`. To add a tab, card or menu item to entities, only the slice's `extensions.rs`
//! changes. Pages on which hardly anybody lands are drawn with [`Draw::lazy`], by a part of the program of their own. A view
//! reads the address with [`use_path_param`] and refers to entities with `ui::entity_link::EntityLink`, which reads title and
//! type of all references of the page together and shows their previews.

mod draw;
mod entity_context;
mod lazy;
mod outlet;
mod pattern;
mod points;
mod registry;

pub use draw::{Applies, Draw, PageOwner, Run, When};
pub use entity_context::EntityContext;
pub use lazy::Loaded;
pub use outlet::{PageOutlet, use_path_param};
pub use pattern::PathPattern;
pub use points::{
    CardColumn, EntityCard, EntityMenuAction, EntityMenuItem, EntityTab, Extensions, FIRST_PLUGIN_ORDER, HomeWidget,
    NavBadge, NavGroup, NavItem, Page, PaletteAction, Shortcut, ShortcutPlace,
};
pub use registry::{ExtensionRegistry, Registry};
