//! The page for signing in, at `/signin?next=…`.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use super::next::next_of;
use crate::api::{ApiClient, ClientError};
use crate::paths;
use crate::shell::Mark;
use crate::state::session::{SessionState, SignIn};
use crate::state::title::use_title;
use crate::ui::code_block::CodeBlock;
use crate::ui::icon::{Icon, IconName};

/// The one way in that this page knows.
const GUEST: &str = "guest";
/// What lets guests in, for whoever runs the portal.
const GUEST_CONFIG: &str = "auth:
  providers:
    guest:
      # Where other machines reach the portal: lets in everyone who does.
      dangerouslyAllowOutsideDevelopment: true
";

/// The ways in; what to do where there is none.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = SessionState::of_page();
    let client = ApiClient::of_page();
    let search = use_location().search;
    use_title(|| "Sign in".to_owned());
    let app_error = RwSignal::new(None::<ClientError>);
    let load = move || {
        app_error.set(None);
        spawn_local(async move {
            if let Err(error) = client.load_app().await {
                app_error.try_set(Some(error));
            }
        });
    };
    load();
    let next = Memo::new(move |_| search.with(|query| next_of(query)));
    let where_to = move || {
        session.app.with(|app| {
            let organization = app.as_ref().map(|app| app.organization.clone()).unwrap_or_default();
            if organization.is_empty() { session.portal_title() } else { organization }
        })
    };
    let version = move || session.app.with(|app| app.as_ref().map(|app| format!("Version {}", app.version)));
    view! {
        <div class="signin">
            <div class="signin__card">
                <span class="brand signin__brand">
                    <Mark/>
                    <span>{move || session.portal_title()}</span>
                </span>
                <div>
                    <h1 tabindex="-1">{move || format!("Sign in to {}", where_to())}</h1>
                    <p class="muted">"Who owns what, what depends on it, and where to read about it."</p>
                </div>
                <Outcome/>
                {move || match app_error.get() {
                    Some(error) => view! { <Unreachable error on_retry=Callback::new(move |()| load())/> }.into_any(),
                    None => view! { <Ways/> }.into_any(),
                }}
                {move || {
                    let next = next.get();
                    (next != paths::home()).then(|| view! {
                        <p class="small-text subtle wrap-any">"You go on at " <span class="mono">{next}</span></p>
                    })
                }}
            </div>
            <footer class="signin__foot small-text subtle">
                <a href="/api/docs/" rel="external">"API reader"</a>
                <span>{version}</span>
            </footer>
        </div>
    }
}

/// Why the person is here.
#[component]
fn Outcome() -> impl IntoView {
    let session = SessionState::of_page();
    move || {
        let (title, text) = session.sign_in.with(|sign_in| match sign_in {
            SignIn::Out => Some(("You are signed out", "Sign in to go on.".to_owned())),
            // Without a way in, the page says below what to do.
            SignIn::Failed(ClientError::NoSignIn(_)) | SignIn::Pending | SignIn::Done(_) => None,
            SignIn::Failed(error) => Some(("You were not let in", error.to_string())),
        })?;
        let tone = if title == "You are signed out" { "info" } else { "warn" };
        let icon = if tone == "info" { IconName::Info } else { IconName::Warning };
        Some(view! {
            <div class="banner" data-tone=tone role="status">
                <Icon name=icon/>
                <div>
                    <b>{title}</b>
                    <p>{text}</p>
                </div>
            </div>
        })
    }
}

/// A button for each way in.
#[component]
fn Ways() -> impl IntoView {
    let session = SessionState::of_page();
    let client = ApiClient::of_page();
    let providers = Memo::new(move |_| session.app.with(|app| app.as_ref().map(|app| app.sign_in_providers.clone())));
    let is_pending = move || session.sign_in.with(|sign_in| matches!(sign_in, SignIn::Pending));
    let enter = move |_| spawn_local(async move { client.sign_in_now().await });
    move || {
        match providers.get() {
        None => view! { <span class="skeleton signin__wait" aria-hidden="true"></span> }.into_any(),
        Some(providers) if providers.iter().any(|provider| provider == GUEST) => view! {
            <div class="stack signin__ways">
                <button
                    class="button primary large"
                    type="button"
                    aria-busy=move || is_pending().then_some("true")
                    on:click=enter
                >
                    <Icon name=IconName::KindUser/>
                    "Continue as guest"
                </button>
                <p class="small-text subtle">
                    "Guests need no password. Everyone who continues as guest shares one account, with its stars and settings."
                </p>
            </div>
        }
        .into_any(),
        Some(_) => view! { <NoWay/> }.into_any(),
    }
    }
}

/// What to configure where nobody can sign in.
#[component]
fn NoWay() -> impl IntoView {
    let client = ApiClient::of_page();
    let is_asking = RwSignal::new(false);
    let again = move |_| {
        is_asking.set(true);
        spawn_local(async move {
            client.sign_in_now().await;
            is_asking.try_set(false);
        });
    };
    view! {
        <div class="stack">
            <div class="banner" data-tone="warn" role="status">
                <Icon name=IconName::Warning/>
                <div>
                    <b>"Nobody can sign in yet"</b>
                    <p>
                        "The configuration names no way in that this version knows. Whoever runs the portal can let guests in:"
                    </p>
                </div>
            </div>
            <CodeBlock title="app-config.yaml" text=GUEST_CONFIG.to_owned()/>
            <p class="small-text subtle">
                "Do this in a network that you trust, or behind a proxy that signs people in. Then restart the portal. Programs use
                tokens of " <code>"backend.auth.externalAccess"</code> " and need no sign-in."
            </p>
            <button class="button" type="button" aria-busy=move || is_asking.get().then_some("true") on:click=again>
                <Icon name=IconName::Refresh/>
                "Try again"
            </button>
        </div>
    }
}

/// What to do where the server does not answer.
#[component]
fn Unreachable(
    /// Why.
    error: ClientError,
    /// Tries again.
    on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="banner" data-tone="bad" role="alert">
            <Icon name=IconName::Error/>
            <div>
                <b>"The ways to sign in did not load"</b>
                <p>{error.to_string()}</p>
            </div>
            <div class="actions">
                <button class="button small" type="button" on:click=move |_| on_retry.run(())>"Try again"</button>
            </div>
        </div>
    }
}
