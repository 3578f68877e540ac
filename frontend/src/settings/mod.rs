//! Settings: who I am, how the page looks, what I starred, tokens for my programs, and what runs here.

mod about_section;
mod appearance_section;
mod extensions;
mod licences;
mod profile_section;
mod sections;
mod settings_page;
mod starred_order;
mod starred_section;
mod token_dialogs;
mod token_text;
mod tokens_section;

pub use extensions::extensions;
