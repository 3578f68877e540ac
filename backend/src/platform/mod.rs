//! What the slices stand on. Nothing here knows of entities, templates or docs.

pub mod clock;
pub mod color;
pub mod db;
pub mod diff;
pub mod fetch;
pub mod http;
pub mod ids;
pub mod metrics;
pub mod scm;
pub mod stop;
pub mod yaml;
