//! The design system: parts that know nothing of the catalog's rules.

pub mod badge;
pub mod card;
pub mod code_block;
pub mod copy;
pub mod current_link;
pub mod dialog;
pub mod each;
pub mod effect;
pub mod entity_link;
pub mod highlight;
pub mod icon;
pub mod load;
pub mod markup;
pub mod menu;
pub mod messages;
pub mod next_frame;
pub mod numbers;
pub mod order;
pub mod segmented;
pub mod star_button;
pub mod states;
pub mod time;
pub mod tree_keys;
pub mod words;
