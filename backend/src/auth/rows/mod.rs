//! The tables of the slice.

pub mod personal_tokens;
pub mod signing_keys;
pub mod user_info;
