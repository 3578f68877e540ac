//! Signing in: the page for it, and the way there and back for whoever has no session.

mod extensions;
mod guard;
mod next;
mod signin_page;

pub use extensions::extensions;
pub use guard::guard_sign_in;
