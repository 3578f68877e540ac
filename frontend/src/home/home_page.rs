//! Home, at `/`.

use std::time::Duration;

use leptos::leptos_dom::helpers::{set_interval_with_handle, set_timeout_with_handle, window_event_listener};
use leptos::{ev, prelude::*};
use shared::api::overview::OwnerOverview;

use super::arrangement::LayoutProblem;
use super::arranging::Arranging;
use super::attention::summary;
use super::card::WidgetCard;
use super::home_data::HomeData;
use crate::browser;
use crate::catalog::view::{CatalogView, Facet};
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::overlays::Overlays;
use crate::state::session::{SessionState, use_person_name};
use crate::state::title::use_title;
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::next_frame::next_frame;
use crate::ui::numbers;

/// The cards are shown after this time even when not all of them have what they show.
const SETTLED_WITHIN: Duration = Duration::from_millis(400);
/// How often "4 min" becomes "5 min".
const MINUTE: Duration = Duration::from_secs(60);

/// Search, then the cards.
#[component]
pub fn HomePage() -> impl IntoView {
    let session = SessionState::of_page();
    let data = HomeData::of_page();
    let arranging = Arranging::new(data);
    use_title(|| "Home".to_owned());
    use_breadcrumb(|| vec![Crumb::here("Home")]);
    keep_fresh(data, session);
    listen(arranging, data);
    let is_arranging = data.is_arranging;
    // Cards that came would move those below them, so all of them wait for the first ones, for a moment.
    let is_late = RwSignal::new(false);
    let timer = set_timeout_with_handle(
        move || {
            is_late.try_set(true);
        },
        SETTLED_WITHIN,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
        is_arranging.set(false);
    });
    let is_settling = Memo::new(move |old: Option<&bool>| old != Some(&false) && !is_late.get() && !data.is_settled());
    view! {
        <div class="page home" data-arranging=move || is_arranging.get().then_some("")>
            <Hero data/>
            <Notice data/>
            {move || if is_arranging.get() { view! { <ArrangeBar arranging/> }.into_any() } else { view! { <div class="home__bar"><CustomiseButton arranging/></div> }.into_any() }}
            <div class="home__columns" class:is-settling=is_settling>
                {next_frame(move || {
                    view! {
                        <Column arranging span=2 label="Wide column"/>
                        <Column arranging span=1 label="Narrow column"/>
                    }
                        .into_any()
                })}
            </div>
        </div>
    }
}

/// Reads what home shows: now, when somebody signs in, and when the catalog changes.
fn keep_fresh(data: HomeData, session: SessionState) {
    let person = Memo::new(move |_| (session.is_pending(), session.user_ref(), session.ownership_refs()));
    effect(move || {
        // To track a memo that nobody has read yet would not compute it.
        person.with(|_| ());
        untrack(|| {
            data.load();
            data.arrangement.refresh(session);
        });
    });
    use_catalog_changes(move |_| data.load_soon());
    data.now_ms.set(browser::now_ms());
    let clock = set_interval_with_handle(move || data.now_ms.set(browser::now_ms()), MINUTE);
    // Another browser may have arranged the cards meanwhile.
    let focus = window_event_listener(ev::focus, move |_| untrack(|| data.arrangement.refresh(session)));
    on_cleanup(move || {
        if let Ok(clock) = clock {
            clock.clear();
        }
        focus.remove();
    });
}

/// Hears what a dragged card and the keys of arranging need of the whole window.
fn listen(arranging: Arranging, data: HomeData) {
    let moves = window_event_listener(ev::pointermove, move |event| arranging.follow(&event));
    let ups = window_event_listener(ev::pointerup, move |event| arranging.release(&event));
    let cancels = window_event_listener(ev::pointercancel, move |_| arranging.cancel());
    let keys = window_event_listener(ev::keydown, move |event| {
        let is_free = data.is_arranging.get_untracked() && !event.default_prevented() && !browser::is_typing(&event);
        if !is_free {
            return;
        }
        let is_undo = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && event.key() == "z";
        if is_undo {
            event.prevent_default();
            arranging.undo();
        } else if event.key() == "Escape" {
            event.prevent_default();
            if arranging.drag.with_untracked(Option::is_some) { arranging.cancel() } else { arranging.finish() }
        }
    });
    on_cleanup(move || {
        moves.remove();
        ups.remove();
        cancels.remove();
        keys.remove();
    });
}

/// The greeting, how things stand, and the search.
#[component]
fn Hero(
    /// What home shows.
    data: HomeData,
) -> impl IntoView {
    let session = SessionState::of_page();
    let is_palette_open = Overlays::of_page().is_palette_open;
    let name = use_person_name();
    let greeting = move || {
        let hello = greeting(browser::hour_of_day());
        // What home shows comes before what can wait.
        let from_overview = data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => {
                let person = session.user_ref()?;
                overview.found.owners.iter().find(|owner| owner.owner == person)?.title.clone()
            }
            Some(Err(_)) | None => None,
        });
        match first_name(&from_overview.unwrap_or_else(|| name.get())) {
            "" => hello.to_owned(),
            first => format!("{hello}, {first}"),
        }
    };
    let known = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => {
                Some((overview.found.attention.total_items, overview.is_of_all(), overview.found.total_items))
            }
            Some(Err(_)) | None => None,
        })
    });
    let how = move || known.get().map(|(n_items, is_of_all, _)| summary(n_items, is_of_all));
    let prompt = move || match known.get() {
        Some((_, _, n_entities)) if n_entities > 0 => {
            format!("Search {}", numbers::counted(n_entities, "entity", "entities"))
        }
        _ => "Search components, APIs, teams and people".to_owned(),
    };
    view! {
        <div class="home__search">
            <h1 tabindex="-1">{greeting}</h1>
            <p class="muted home__summary">{how}</p>
            <button
                class="search-trigger hero"
                type="button"
                aria-keyshortcuts="Meta+K Control+K /"
                on:click=move |_| is_palette_open.set(true)
            >
                <Icon name=IconName::Search/>
                <span>{prompt}</span>
                <kbd aria-hidden="true">{browser::palette_keys()}</kbd>
            </button>
            <Try data/>
        </div>
    }
}

/// A few ways into the catalog that show what its filters can do.
#[component]
fn Try(
    /// What home shows.
    data: HomeData,
) -> impl IntoView {
    let group = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => {
                let group = group_with_components(&overview.found.owners);
                group.map(|group| Facet::Owner.address_value(&group.owner))
            }
            Some(Err(_)) | None => None,
        })
    });
    let link = |text: String, view: CatalogView| view! { <a class="tag mono" href=view.address()>{text}</a> };
    let chosen = |values: &[(Facet, &str)]| {
        let mut view = CatalogView::parse("");
        for (facet, value) in values {
            view.toggle(*facet, value);
        }
        view
    };
    view! {
        <div class="row small-text subtle home__try">
            <span>"Try"</span>
            {move || group.get().map(|group| link(format!("owner:{group}"), chosen(&[(Facet::Owner, &group)])))}
            {link(
                "type:service lifecycle:deprecated".to_owned(),
                chosen(&[(Facet::Type, "service"), (Facet::Lifecycle, "deprecated")]),
            )}
            {link("kind:api type:openapi".to_owned(), {
                let mut view = CatalogView::parse("").with_kind("api");
                view.toggle(Facet::Type, "openapi");
                view
            })}
        </div>
    }
}

/// The first group that owns a component: with any other one the table of components would be empty.
fn group_with_components(owners: &[OwnerOverview]) -> Option<&OwnerOverview> {
    owners.iter().find(|owner| {
        let has_components =
            owner.kinds.iter().any(|kind| kind.value.eq_ignore_ascii_case("component") && kind.count > 0);
        owner.owner.starts_with("group:") && has_components
    })
}

/// Says so where the cards do not stand as this person has arranged them.
#[component]
fn Notice(
    /// What home shows.
    data: HomeData,
) -> impl IntoView {
    let session = SessionState::of_page();
    let arrangement = data.arrangement;
    move || {
        arrangement.problem().get().map(|problem| {
            let (title, text) = match problem {
                LayoutProblem::Broken => (
                    "Your arrangement could not be read. ",
                    "The cards stand in their default places. It is replaced as soon as you customise them.".to_owned(),
                ),
                LayoutProblem::Unread(error) => ("Your arrangement did not load. ", error.to_string()),
            };
            view! {
                <div class="banner home__notice" data-tone="warn" role="status">
                    <Icon name=IconName::Warning/>
                    <div>
                        <b>{title}</b>
                        <span class="muted">{text}</span>
                    </div>
                    <button class="button small" type="button" on:click=move |_| arrangement.refresh(session)>
                        "Try again"
                    </button>
                </div>
            }
        })
    }
}

#[component]
fn CustomiseButton(
    /// What arranges the cards.
    arranging: Arranging,
) -> impl IntoView {
    view! {
        <button class="button quiet small home__customise" type="button" on:click=move |_| arranging.start()>
            <Icon name=IconName::Columns/>
            "Customise"
        </button>
    }
}

/// What can be done with all cards while they are arranged, and those that are put away.
#[component]
fn ArrangeBar(
    /// What arranges the cards.
    arranging: Arranging,
) -> impl IntoView {
    let data = HomeData::of_page();
    let hidden = arranging.hidden();
    let shown = data.arrangement.shown();
    let chip = move |(id, icon, title): (String, IconName, String)| {
        let name = id.clone();
        view! {
            <li>
                <button class="button small" type="button" data-show=id on:click=move |_| arranging.show(&name)>
                    <Icon name=icon/>
                    <span class="visually-hidden">"Show "</span>
                    {title}
                </button>
            </li>
        }
    };
    view! {
        <section class="home__arrange" aria-label="Arrange the cards">
            <div class="home__arrange-row">
                <p class="text-13 muted">
                    "Drag a card by its handle, or focus the handle and press the arrow keys: up and down along the column, left and right into the other one."
                </p>
                <div class="row nowrap">
                    <button
                        class="button small"
                        type="button"
                        disabled=move || !data.arrangement.can_undo()
                        on:click=move |_| arranging.undo()
                    >
                        "Undo"
                    </button>
                    <button
                        class="button small"
                        type="button"
                        disabled=move || shown.with(super::layout::HomeLayout::is_default)
                        on:click=move |_| arranging.reset()
                    >
                        "Reset to default"
                    </button>
                    <button class="button primary small" type="button" on:click=move |_| arranging.finish()>
                        "Done"
                    </button>
                </div>
            </div>
            {move || {
                let hidden = hidden.get();
                (!hidden.is_empty())
                    .then(|| {
                        view! {
                            <div class="home__hidden">
                                <h2 class="small-text subtle" id="home-hidden">"Hidden cards"</h2>
                                <ul aria-labelledby="home-hidden">{hidden.into_iter().map(chip).collect_view()}</ul>
                            </div>
                        }
                    })
            }}
        </section>
    }
}

#[component]
fn Column(
    /// What arranges the cards.
    arranging: Arranging,
    /// How wide its cards are.
    span: u8,
    /// What it is called while cards are arranged.
    label: &'static str,
) -> impl IntoView {
    let data = HomeData::of_page();
    let cards = arranging.column(span);
    let is_empty = Memo::new(move |_| cards.with(Vec::is_empty));
    let is_target = move || {
        let end = super::layout::Drop::EndOf(span);
        arranging.drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.target.as_ref() == Some(&end))).then_some("")
    };
    view! {
        <div
            class="home__column"
            data-column=span.to_string()
            data-empty=move || is_empty.get().then_some("")
            data-drop=is_target
        >
            <Each each=move || cards.get() key=Clone::clone let:id>
                <WidgetCard arranging id/>
            </Each>
            {move || {
                (data.is_arranging.get() && is_empty.get())
                    .then(|| view! { <p class="home__vacant small-text subtle">{format!("{label}: drop a card here")}</p> })
            }}
        </div>
    }
}

/// The first part of a name, also of one that is made for machines: `ines.okafor`.
fn first_name(name: &str) -> &str {
    name.split([' ', '.', '_']).find(|part| !part.is_empty()).unwrap_or_default()
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
    use shared::api::catalog::FacetValue;

    use super::*;

    #[test]
    fn people_are_greeted_by_their_first_name() {
        assert_eq!(["Ines Okafor", "ines.okafor", "guest", ""].map(first_name), ["Ines", "ines", "guest", ""]);
    }

    #[test]
    fn the_example_names_a_group_that_owns_components() {
        let owner = |owner: &str, counts: &[(&str, usize)]| OwnerOverview {
            owner: owner.to_owned(),
            kinds: counts.iter().map(|&(kind, count)| FacetValue { value: kind.to_owned(), count }).collect(),
            ..OwnerOverview::default()
        };
        let guild = owner("group:default/guild", &[("API", 2), ("Component", 0)]);
        let ines = owner("user:default/ines", &[("Component", 3)]);
        let team = owner("group:default/team", &[("Component", 1)]);
        assert_eq!(group_with_components(&[guild.clone(), ines.clone(), team.clone()]), Some(&team));
        assert_eq!(group_with_components(&[guild, ines]), None);
    }

    #[test]
    fn the_greeting_fits_the_hour() {
        assert_eq!([0, 4, 23].map(greeting), ["Good evening"; 3]);
        assert_eq!([5, 12, 18].map(greeting), ["Good morning", "Good afternoon", "Good evening"]);
    }
}
