//! The settings, at `/settings/:section`.

use leptos::prelude::*;

use super::about_section::AboutSection;
use super::appearance_section::AppearanceSection;
use super::profile_section::ProfileSection;
use super::sections::Section;
use super::starred_section::StarredSection;
use super::tokens_section::TokensSection;
use crate::extensions::use_path_param;
use crate::paths;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::title::use_title;
use crate::ui::current_link::show_current_link;
use crate::ui::icon::{Icon, IconName};
use crate::ui::states::Empty;

/// The sections, and the one of the address.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let slug = use_path_param("section");
    let section = Memo::new(move |_| slug.with(|slug| Section::of_slug(slug)));
    let label = move || section.get().map_or("Settings", Section::label);
    use_title(move || if section.get().is_some() { format!("{} · Settings", label()) } else { "Settings".to_owned() });
    use_breadcrumb(move || match section.get() {
        Some(section) => vec![Crumb::link("Settings", paths::settings("")), Crumb::here(section.label())],
        None => vec![Crumb::here("Settings")],
    });
    show_current_link(".settings__layout > nav > .nav-list", move || section.track());
    let link = move |one: Section| {
        view! {
            <li>
                <a class="nav-item" href=one.href() aria-current=move || (section.get() == Some(one)).then_some("page")>
                    <Icon name=one.icon()/>
                    <span>{one.label()}</span>
                </a>
            </li>
        }
    };
    let content = move || match section.get() {
        Some(Section::Profile) => view! { <ProfileSection/> }.into_any(),
        Some(Section::Appearance) => view! { <AppearanceSection/> }.into_any(),
        Some(Section::Starred) => view! { <StarredSection/> }.into_any(),
        Some(Section::Tokens) => view! { <TokensSection/> }.into_any(),
        Some(Section::About) => view! { <AboutSection/> }.into_any(),
        None => view! {
            <Empty
                icon=IconName::Settings
                title="There is no such section"
                text="The address may be mistyped, or from another version. Choose a section from the list."
            />
        }
        .into_any(),
    };
    view! {
        <div class="page settings">
            <div class="page-head">
                <h1 tabindex="-1">"Settings"</h1>
            </div>
            <div class="settings__layout">
                <nav aria-label="Settings sections">
                    <ul class="nav-list">{Section::ALL.map(link).into_iter().collect_view()}</ul>
                </nav>
                <div class="settings__content">{content}</div>
            </div>
        </div>
    }
}

/// A line of a section: what it is about at the left, and the control at the right.
#[component]
pub fn SettingsRow(
    /// The id of the heading, which names the control.
    id: &'static str,
    /// What it is about.
    title: &'static str,
    /// What it does.
    #[prop(into)]
    text: Signal<String>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="settings__row">
            <div>
                <h3 id=id>{title}</h3>
                <p id=format!("{id}-text")>{text}</p>
            </div>
            {children()}
        </div>
    }
}

/// A switch of a [`SettingsRow`] with the same id. It acts at once.
#[component]
pub fn SettingsSwitch(
    /// The id of the row's heading.
    id: &'static str,
    /// Whether it is on.
    #[prop(into)]
    is_on: Signal<bool>,
    /// Switches it.
    on_switch: Callback<bool>,
) -> impl IntoView {
    view! {
        <input
            type="checkbox"
            class="toggle"
            role="switch"
            aria-labelledby=id
            aria-describedby=format!("{id}-text")
            prop:checked=is_on
            on:change=move |event| on_switch.run(event_target_checked(&event))
        />
    }
}
