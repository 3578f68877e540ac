//! Home: search first, then the cards that are registered, as this person has arranged them.

mod arrangement;
mod arranging;
mod attention;
mod card;
mod changes;
mod extensions;
mod home_data;
mod home_page;
mod known_link;
mod layout;
mod links;
mod owned;
mod widgets;

pub use extensions::extensions;
pub use home_data::HomeData;
