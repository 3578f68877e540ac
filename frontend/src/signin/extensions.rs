//! The page for signing in.

use leptos::prelude::*;

use super::signin_page::SignInPage;
use crate::extensions::{Draw, Extensions, Page};
use crate::paths::patterns;

/// The page for signing in.
pub fn extensions() -> Extensions {
    let page = Page::new(patterns::SIGNIN, "Sign in", Draw::new(|()| view! { <SignInPage/> }));
    Extensions { pages: vec![page], ..Extensions::default() }
}
