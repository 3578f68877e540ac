//! Leads to the page for signing in where that is needed, and back to where the person was.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::next::next_of;
use crate::api::ApiClient;
use crate::browser;
use crate::paths;
use crate::state::session::{SessionState, SignIn};
use crate::state::tabs::{News, Tabs};
use crate::ui::effect::effect;

/// How far the person is, as far as the guard cares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// There is a session, or will be one in a moment.
    In,
    /// There is a session.
    Done,
    /// Somebody has to sign in.
    Needed,
}

/// Watches session and address for as long as the calling component is shown, which must be within the router.
pub fn guard_sign_in() {
    let session = SessionState::of_page();
    let location = use_location();
    let navigate = use_navigate();
    let step = Memo::new(move |_| {
        session.sign_in.with(|sign_in| match sign_in {
            SignIn::Done(_) => Step::Done,
            other if other.is_needed() => Step::Needed,
            SignIn::Pending | SignIn::Failed(_) | SignIn::Out => Step::In,
        })
    });
    let is_at_signin =
        Memo::new(move |_| location.pathname.with(|path| path.trim_end_matches('/') == paths::patterns::SIGNIN));
    effect(move || {
        let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
        match (step.get(), is_at_signin.get()) {
            (Step::Needed, false) => {
                let (path, search, hash) =
                    (location.pathname.get_untracked(), location.search.get_untracked(), location.hash.get_untracked());
                navigate(&paths::signin(&place(&path, &search, &hash)), replace);
            }
            (Step::Done, true) => navigate(&next_of(&location.search.get_untracked()), replace),
            (Step::In | Step::Done | Step::Needed, _) => {}
        }
    });
    let client = ApiClient::of_page();
    Tabs::of_page().listen(move |news| match news {
        // Loaded anew: nothing of what was shown stays in memory.
        News::SignedOut if step.get_untracked() != Step::Needed => browser::load(&paths::signin(&browser::address())),
        News::SignedIn if step.get_untracked() == Step::Needed => {
            leptos::task::spawn_local(async move { client.sign_in_again().await });
        }
        News::SignedOut | News::SignedIn | News::Stars { .. } | News::Preferences { .. } => {}
    });
}

/// Path, query and fragment in one text; query and fragment come with or without their sign.
fn place(path: &str, search: &str, hash: &str) -> String {
    let with = |sign: &str, part: &str| match part.trim_start_matches(sign) {
        "" => String::new(),
        part => format!("{sign}{part}"),
    };
    format!("{path}{}{}", with("?", search), with("#", hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_its_query_and_its_fragment() {
        assert_eq!(place("/catalog", "kind=api", "#a"), "/catalog?kind=api#a");
        assert_eq!(place("/catalog", "?kind=api", ""), "/catalog?kind=api");
        assert_eq!(place("/", "", "b"), "/#b");
    }
}
