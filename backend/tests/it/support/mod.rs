//! A portal of its own for each test, and people who use it.

pub mod answer;
pub mod app;
pub mod descriptors;
pub mod events;
pub mod person;
pub mod process;
pub mod site;
pub mod wait;

pub use answer::Answer;
pub use app::{Setup, TestApp, spawn_app};
pub use person::Person;
pub use process::{Portal, run};
pub use wait::eventually;
