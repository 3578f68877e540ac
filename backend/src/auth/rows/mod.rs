//! The tables of the slice.

pub mod signing_keys;
pub mod user_info;
