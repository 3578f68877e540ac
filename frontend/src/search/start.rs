//! What the page shows before anything was asked.

use leptos::prelude::*;

use super::search_view::{Changed, Field, SearchView};
use crate::state::recent::{RecentEntity, Recents};
use crate::ui::each::Each;
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::IconName;
use crate::ui::states::Empty;

/// Entities that were looked at last.
const MAX_RECENT: usize = 6;

/// What can be found, some examples, and what the reader looked at last.
#[component]
pub fn Start() -> impl IntoView {
    let entries = Recents::of_page().entries();
    let recent =
        Memo::new(move |_| entries.with(|entries| entries.iter().take(MAX_RECENT).cloned().collect::<Vec<_>>()));
    let examples = examples().map(|(words, view)| view! { <a class="button" href=view.address()>{words}</a> });
    view! {
        <Empty
            icon=IconName::Search
            title="Search everything"
            text="Names, titles, descriptions, tags, owners and links in the catalog, people by name and email, and what is inside API definitions. Typos are forgiven."
        >
            {examples.into_iter().collect_view()}
        </Empty>
        {move || {
            (!recent.with(Vec::is_empty))
                .then(|| {
                    view! {
                        <section class="search__recent" aria-labelledby="search-recent">
                            <h2 class="side-title" id="search-recent">"Recently viewed"</h2>
                            <ul class="list">
                                <Each each=move || recent.get() key=|entry| entry.entity_ref.clone() let:entry>
                                    {
                                        let RecentEntity { entity_ref, .. } = entry;
                                        view! { <li class="list-row"><EntityLink entity_ref/></li> }
                                    }
                                </Each>
                            </ul>
                        </section>
                    }
                })
        }}
    }
}

/// Questions that have an answer in most portals.
fn examples() -> [(&'static str, SearchView); 4] {
    let everything = SearchView::default();
    let with = |field, values: &[&str]| {
        everything.toggled(field, &values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>())
    };
    [
        ("Changed in the past week", everything.with_changed(Changed::Week)),
        ("APIs", with(Field::Kind, &["API"])),
        ("People and teams", with(Field::Kind, &["User", "Group"])),
        ("Deprecated", with(Field::Lifecycle, &["deprecated"])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_ask_something() {
        assert!(examples().iter().all(|(_, view)| view.is_question()));
    }
}
