//! Reads addresses: those of known source-code hosts through their API, others as they are.

mod reader;
mod resolve;
mod settings;

pub use crate::platform::fetch::Validators;
pub use reader::{UrlRead, UrlReadError, UrlReadErrorKind, UrlReader, UrlReaderError};
pub use settings::UrlReaderSettings;
