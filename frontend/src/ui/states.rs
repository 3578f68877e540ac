//! What a view shows when it has no data: waiting, nothing there, failed.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::load::{use_skeleton_delay, use_slow_delay};
use crate::api::ClientError;
use crate::paths;
use crate::state::session::SessionState;

/// Grey rows of the height of what will come, shown after a moment.
#[component]
pub fn SkeletonRows(
    /// How many.
    rows: usize,
    /// What is loading, for people who hear the page.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let is_due = use_skeleton_delay();
    let is_slow = use_slow_delay();
    let slow = format!("{label} takes longer than usual. The server or the connection is slow.");
    // Widths that look like words; the rows repeat them.
    let widths = ["skeleton w-40", "skeleton w-55", "skeleton w-30", "skeleton w-45", "skeleton w-35"];
    view! {
        <div class="skeleton-rows" class:is-due=is_due aria-busy="true">
            <div class="visually-hidden" role="status">{move || is_due.get().then(|| label.clone())}</div>
            <ul class="list" aria-hidden="true">
                {(0..rows)
                    .map(|row| {
                        view! {
                            <li class="list-row">
                                <span class="skeleton dot"></span>
                                <span class=widths[row % widths.len()]></span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {move || {
                is_slow
                    .get()
                    .then(|| view! { <p class="skeleton-rows__slow" role="status">{slow.clone()}</p> })
            }}
        </div>
    }
}

/// A calm picture and a sentence where there is nothing to show.
#[component]
pub fn Empty(
    /// The picture.
    icon: IconName,
    /// What there is not.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    #[prop(into)]
    text: String,
    /// Whether it stands below the heading of a section.
    #[prop(optional)]
    is_inner: bool,
    /// Buttons and links that help.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = if is_inner { view! { <h3>{title}</h3> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() };
    view! {
        <div class="empty">
            <Icon name=icon/>
            {heading}
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// What failed, and a way to try again.
#[component]
pub fn ErrorPanel(
    /// What did not load.
    #[prop(into)]
    title: String,
    /// Why.
    error: ClientError,
    /// Tries again.
    on_retry: Callback<()>,
) -> impl IntoView {
    if error.is_forbidden() {
        return view! { <NoAccess title error/> }.into_any();
    }
    view! {
        <div class="empty" role="alert">
            <Icon name=IconName::Error/>
            <h2>{title}</h2>
            <p>{error.to_string()}</p>
            <div class="actions">
                <button class="button" type="button" on:click=move |_| on_retry.run(())>
                    <Icon name=IconName::Refresh/>
                    "Try again"
                </button>
            </div>
            <details class="small-text subtle">
                <summary>"Details for support"</summary>
                <p class="mono">{error.details()}</p>
            </details>
        </div>
    }
    .into_any()
}

/// This person may not see it: why, and who can change that.
#[component]
fn NoAccess(
    /// What is not shown.
    title: String,
    /// What the server says.
    error: ClientError,
) -> impl IntoView {
    let session = SessionState::of_page();
    let person = untrack(|| session.user_ref()).unwrap_or_default();
    let support = move || session.app.with(|app| app.as_ref().map(|app| app.support.url.clone()).unwrap_or_default());
    view! {
        <div class="empty" role="alert">
            <Icon name=IconName::Lock/>
            <h2>{title}</h2>
            <p>
                {format!("{error} You are signed in as {person}.")}
                " Whoever runs this portal can grant access: say what you need it for."
            </p>
            <div class="actions">
                {move || {
                    let url = support();
                    (!url.is_empty()).then(|| view! { <a class="button primary" href=url>"Ask for access"</a> })
                }}
                <a class="button" href=paths::home()>"Go home"</a>
            </div>
            <details class="small-text subtle">
                <summary>"Details for support"</summary>
                <p class="mono">{error.details()}</p>
            </details>
        </div>
    }
}
