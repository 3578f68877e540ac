//! Sign-in, tokens and callers, over HTTP and a real database.

mod forgery;
mod personal_tokens;
mod rotation;
mod sign_in;
mod static_tokens;
mod support;
