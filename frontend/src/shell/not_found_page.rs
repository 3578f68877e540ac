//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::paths;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::title::use_title;

/// Says that there is nothing at this address, and what to do.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    use_title(|| "Not found".to_owned());
    use_breadcrumb(|| vec![Crumb::link("Catalog", paths::catalog()), Crumb::here("Not found")]);
    view! {
        <div class="page">
            <div class="empty">
                <b class="num subtle empty__code">"404"</b>
                <h1 tabindex="-1">"There is no such page"</h1>
                <p>"The address may be mistyped, or the page belongs to a part that this portal does not have."</p>
                <div class="actions">
                    <a class="button" href=paths::catalog()>"Open the catalog"</a>
                </div>
            </div>
        </div>
    }
}
