//! Home, at `/`.

use leptos::prelude::*;

use crate::browser;
use crate::extensions::{ExtensionRegistry, Registry};
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::overlays::Overlays;
use crate::state::session::SessionState;
use crate::state::title::use_title;
use crate::ui::card::Card;
use crate::ui::icon::{Icon, IconName};

/// Search, then the widgets.
#[component]
pub fn HomePage() -> impl IntoView {
    let registry = ExtensionRegistry::of_page();
    let session = SessionState::of_page();
    let is_palette_open = Overlays::of_page().is_palette_open;
    use_title(|| "Home".to_owned());
    use_breadcrumb(|| vec![Crumb::here("Home")]);
    let greeting = move || {
        let hello = greeting(browser::hour_of_day());
        let name = session.person_name();
        let first = name.split_whitespace().next().unwrap_or_default();
        if first.is_empty() { hello.to_owned() } else { format!("{hello}, {first}") }
    };
    view! {
        <div class="page home">
            <div class="home__search">
                <h1 tabindex="-1">{greeting}</h1>
                <button
                    class="search-trigger hero"
                    type="button"
                    aria-keyshortcuts="Meta+K Control+K /"
                    on:click=move |_| is_palette_open.set(true)
                >
                    <Icon name=IconName::Search/>
                    <span>"Search components, APIs, teams and people"</span>
                    <kbd aria-hidden="true">{browser::palette_keys()}</kbd>
                </button>
            </div>
            <div class="home__widgets">
                <For each=move || registry.with(Registry::home_widgets) key=|widget| widget.id.clone() let:widget>
                    <Card
                        id=format!("widget-{}", widget.id)
                        title=widget.title.clone()
                        icon=Some(widget.icon)
                        span=widget.span
                    >
                        {widget.view.run(())}
                    </Card>
                </For>
            </div>
        </div>
    }
}

/// What to say at an hour of the day.
fn greeting(hour: u32) -> &'static str {
    match hour {
        5..=11 => "Good morning",
        12..=17 => "Good afternoon",
        _ => "Good evening",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_fits_the_hour() {
        assert_eq!([0, 4, 23].map(greeting), ["Good evening"; 3]);
        assert_eq!([5, 12, 18].map(greeting), ["Good morning", "Good afternoon", "Good evening"]);
    }
}
