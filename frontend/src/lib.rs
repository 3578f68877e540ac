//! The Callboard web page: a single-page application that speaks the public API only.
//!
//! Logic lives in plain structs and functions with tests that run on the host; what touches the browser stays in components,
//! in `api` and in `browser`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "components and handlers of events are given their arguments by value"
)]

mod api;
mod app;
mod browser;
mod catalog;
mod entity;
mod explore;
mod extensions;
mod graph;
mod home;
mod organisation;
mod palette;
mod paths;
mod search;
mod settings;
mod shell;
mod signin;
mod sources;
mod state;
mod ui;

pub use app::mount;
