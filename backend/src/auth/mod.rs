//! Who asks: sign-in, tokens, and the [`Caller`] of every request.

mod caller;

pub use caller::{AccessRestriction, Caller, Found, ServiceCaller, UserCaller};
