//! What is shown in place of every page while the server fails to sign this person in.

use leptos::leptos_dom::helpers::window;
use leptos::prelude::*;

use crate::api::ClientError;
use crate::state::session::{SessionState, SignIn};
use crate::ui::icon::{Icon, IconName};

/// Why the server fails to sign this person in. A server that is merely away is told of by the pages themselves, and one that
/// refuses by the page for signing in.
pub fn sign_in_problem() -> Memo<Option<ClientError>> {
    let session = SessionState::of_page();
    Memo::new(move |_| {
        session.sign_in.with(|sign_in| match sign_in {
            SignIn::Failed(error) if !error.is_away() && !error.needs_sign_in() => Some(error.clone()),
            SignIn::Failed(_) | SignIn::Pending | SignIn::Out | SignIn::Done(_) => None,
        })
    })
}

/// Says why nobody is signed in and who can change that.
#[component]
pub fn SignInProblem(
    /// Why.
    problem: Memo<Option<ClientError>>,
) -> impl IntoView {
    let session = SessionState::of_page();
    let support = move || session.app.with(|app| app.as_ref().map(|app| app.support.url.clone()).unwrap_or_default());
    let reload = |_| {
        if let Err(error) = window().location().reload() {
            leptos::logging::warn!("The page was not loaded again: {error:?}");
        }
    };
    move || {
        problem.get().map(|error| {
            view! {
                <div class="page only-this">
                    <div class="empty" role="alert">
                        <Icon name=IconName::Lock/>
                        <h1 tabindex="-1">"You are not signed in"</h1>
                        <p>{error.to_string()}</p>
                        <p>"If you should have access, tell whoever runs this portal, with the details below."</p>
                        <div class="actions">
                            <button class="button primary" type="button" on:click=reload>
                                <Icon name=IconName::Refresh/>
                                "Try again"
                            </button>
                            {move || {
                                let url = support();
                                (!url.is_empty()).then(|| view! { <a class="button" href=url>"Get help"</a> })
                            }}
                        </div>
                        <details class="small-text subtle">
                            <summary>"Details for support"</summary>
                            <p class="mono">{error.details()}</p>
                        </details>
                    </div>
                </div>
            }
        })
    }
}
