//! What runs here, and where to read about it.

use leptos::prelude::*;
use shared::api::app::AboutApp;

use super::licences::LicencesCard;
use super::tokens_section::When;
use crate::api::ApiClient;
use crate::browser;
use crate::state::session::SessionState;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::states::{ErrorPanel, SkeletonRows};
use crate::ui::time;

/// Addresses of this portal that are no pages.
const LINKS: [(&str, &str, &str); 4] = [
    ("/api/docs/", "API reader", "Every operation, to read and to try"),
    ("/api/openapi.json", "OpenAPI document", "The same for programs"),
    ("/metrics", "Metrics", "What this process counts, for Prometheus"),
    ("/.backstage/health/v1/readiness", "Health", "Whether the portal takes requests"),
];

/// Version, uptime, links, licences.
#[component]
pub fn AboutSection() -> impl IntoView {
    let client = ApiClient::of_page();
    let session = SessionState::of_page();
    let about = Load::<AboutApp>::new();
    let reload = Callback::new(move |()| about.run(async move { client.app_about().await }));
    reload.run(());
    let facts = move || match about.value.get() {
        None => view! { <SkeletonRows rows=3 label="Asking the server"/> }.into_any(),
        Some(Err(error)) => view! { <ErrorPanel title="The server did not tell" error on_retry=reload/> }.into_any(),
        Some(Ok(about)) => view! { <Facts about/> }.into_any(),
    };
    let link = |(href, title, text): (&'static str, &'static str, &'static str)| {
        view! {
            <li class="list-row">
                <a class="title" href=href rel="external" target="_blank">{title}</a>
                <span class="sub not-phone">{text}</span>
                <span class="meta"><Icon name=IconName::External class="small"/></span>
            </li>
        }
    };
    view! {
        <section aria-labelledby="about">
            <h2 id="about">{move || format!("About {}", session.portal_title())}</h2>
            {facts}
            <section class="card settings__card" aria-labelledby="about-links">
                <div class="card-head"><h3 id="about-links">"For programs and for whoever runs it"</h3></div>
                <div class="card-body flush">
                    <ul class="list">{LINKS.map(link).into_iter().collect_view()}</ul>
                </div>
            </section>
            <LicencesCard/>
        </section>
    }
}

#[component]
fn Facts(
    /// What the server tells.
    about: AboutApp,
) -> impl IntoView {
    let AboutApp { version, commit, started_at, license } = about;
    let uptime = time::millis(&started_at).map(|ms| time::duration((browser::now_ms() - ms).max(0.0)));
    view! {
        <dl class="profile__facts">
            <div>
                <dt>"Version"</dt>
                <dd>
                    <span class="num">{format!("Callboard {version}")}</span>
                    {commit.map(|commit| view! { <span class="mono small-text subtle">{commit}</span> })}
                </dd>
            </div>
            <div>
                <dt>"Running for"</dt>
                <dd>
                    <span>
                        <span class="num">{uptime}</span>
                        <span class="muted">", since " <When text=started_at/></span>
                    </span>
                </dd>
            </div>
            <div>
                <dt>"Licence"</dt>
                <dd>{license}</dd>
            </div>
        </dl>
    }
}
