//! The Callboard server: one process that keeps the catalog, answers the API and serves the web page.

pub mod app;
pub mod app_config;
pub mod auth;
pub mod branding;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod permissions;
pub mod platform;
pub mod search;
pub mod user_settings;
