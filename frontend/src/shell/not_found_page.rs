//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::paths;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::overlays::Overlays;
use crate::state::title::use_title;
use crate::ui::icon::{Icon, IconName};

/// Says that there is nothing at this address, and what to do.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    use_title(|| "Not found".to_owned());
    use_breadcrumb(|| vec![Crumb::link("Home", paths::home()), Crumb::here("Not found")]);
    let is_palette_open = Overlays::of_page().is_palette_open;
    let path = use_location().pathname;
    view! {
        <div class="page">
            <div class="empty">
                <b class="num subtle empty__code">"404"</b>
                <h1 tabindex="-1">"There is no such page"</h1>
                <p>
                    <span class="mono wrap-any">{move || paths::decode_segment(&path.get())}</span>
                    " may be mistyped, or belongs to a part that this portal does not have."
                </p>
                <div class="actions">
                    <button class="button" type="button" on:click=move |_| is_palette_open.set(true)>
                        <Icon name=IconName::Search/>
                        "Search for it"
                    </button>
                    <a class="button quiet" href=paths::catalog()>"Open the catalog"</a>
                    <a class="button quiet" href=paths::home()>"Go home"</a>
                </div>
            </div>
        </div>
    }
}
