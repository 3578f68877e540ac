//! The page of groups and people, at `/organisation`.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use shared::entity::EntityRef;

use super::group_panel::GroupPanel;
use super::group_tree::GroupTree;
use super::people::{People, Wanted};
use super::tree::{Groups, Tree};
use crate::api::{ApiClient, ClientError};
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::query::use_query_value;
use crate::state::title::use_title;
use crate::ui::effect::effect;
use crate::ui::entity_link::short_name;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::numbers;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(500);
/// How long the reader must pause before the text counts.
const TYPING_PAUSE: Duration = Duration::from_millis(150);
/// Groups that are read.
const MAX_GROUPS: usize = 10_000;
/// What the page shows of groups.
const FIELDS: &str = "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,metadata.description,spec.type,spec.parent,spec.children,spec.profile,spec.lead";

/// Reads the groups and two counts, whatever their number.
async fn groups(client: ApiClient) -> Result<Groups, ClientError> {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let query = [pair("filter", "kind=group"), pair("fields", FIELDS), pair("limit", &MAX_GROUPS.to_string())];
    let entities = client.entities_query(&query).await?.items;
    let members = client.entity_facets(&[pair("facet", "relations.memberOf"), pair("filter", "kind=user")]).await?;
    let owned = client.entity_facets(&[pair("facet", "relations.ownedBy")]).await?;
    let values =
        |mut counted: shared::api::catalog::EntityFacets, field: &str| counted.facets.remove(field).unwrap_or_default();
    Ok(Groups { entities, members: values(members, "relations.memberOf"), owned: values(owned, "relations.ownedBy") })
}

/// The group of an address, as a full reference: short where namespace and kind are the usual ones.
fn full_ref(text: &str) -> String {
    EntityRef::parse(text, Some("group"), shared::entity::DEFAULT_NAMESPACE)
        .map_or_else(|_| String::new(), |group| group.to_string())
}

/// The tree of groups beside the people.
#[component]
pub fn OrganisationPage() -> impl IntoView {
    let client = ApiClient::of_page();
    let group = use_query_value("group");
    let text = use_query_value("q");
    let read: Load<Groups> = Load::new();
    let load = move || read.run(async move { groups(client).await });
    load();
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !read.value.is_disposed() {
            load();
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |_| (read_again.borrow_mut())());
    use_breadcrumb(|| vec![Crumb::here("Organisation")]);

    let tree = Memo::new(move |_| {
        read.value
            .with(|value| value.as_ref().and_then(|value| value.as_ref().ok()).map(Tree::build).unwrap_or_default())
    });
    let is_read = Memo::new(move |_| read.value.with(|value| matches!(value, Some(Ok(_)))));
    let failed =
        Memo::new(move |_| read.value.with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned())));
    let chosen = Memo::new(move |_| group.with(|group| if group.is_empty() { String::new() } else { full_ref(group) }));
    let node = Memo::new(move |_| {
        let chosen = chosen.get();
        tree.with(|tree| tree.find(&chosen).cloned())
    });
    let name = Memo::new(move |_| node.with(|node| node.as_ref().map(|node| node.entity.display_name().to_owned())));
    use_title(move || name.get().map_or_else(|| "Organisation".to_owned(), |name| format!("{name} · Organisation")));
    let on_choose = Callback::new(move |key: String| {
        let is_chosen = chosen.with_untracked(|chosen| *chosen == key);
        let short = key.parse::<EntityRef>().map(|group| short_name(&group)).unwrap_or_default();
        group.set(if is_chosen { "" } else { &short });
    });
    let wanted = Memo::new(move |_| {
        let chosen = chosen.get();
        let groups = (!chosen.is_empty()).then(|| {
            tree.with(|tree| match tree.with_below(&chosen) {
                [] => vec![chosen.clone()],
                nodes => nodes.iter().map(|node| node.key.clone()).collect(),
            })
        });
        Wanted { groups, text: text.get() }
    });
    let n_people = RwSignal::new(None::<usize>);
    let announcer = Announcer::of_page();
    effect(move || {
        if let Some(n_people) = n_people.get() {
            announcer.say(numbers::counted(n_people, "person", "people"));
        }
    });
    let type_text = debounce(TYPING_PAUSE, move |typed: String| text.set(&typed));
    let retry = Callback::new(move |()| load());
    let n_groups = Memo::new(move |_| tree.with(|tree| tree.nodes.len()));
    let is_unknown =
        Memo::new(move |_| is_read.get() && node.with(Option::is_none) && chosen.with(|chosen| !chosen.is_empty()));
    let people_title = move || match (name.get(), n_people.get()) {
        (Some(name), None) => format!("People of {name}"),
        (Some(name), Some(n_people)) => format!("{} of {name}", numbers::counted(n_people, "person", "people")),
        (None, Some(n_people)) => numbers::counted(n_people, "person", "people"),
        (None, None) => "People".to_owned(),
    };
    view! {
        <div class="page organisation">
            <div class="page-head">
                <div>
                    <h1 tabindex="-1">"Organisation"</h1>
                    <p class="muted explore__summary">
                        {move || is_read.get().then(|| numbers::counted(n_groups.get(), "group", "groups"))}
                    </p>
                </div>
            </div>
            <div class="organisation__layout">
                <section class="card organisation__groups" aria-labelledby="organisation-groups">
                    <div class="card-head">
                        <h2 id="organisation-groups">"Groups"</h2>
                        {move || {
                            chosen
                                .with(|chosen| !chosen.is_empty())
                                .then(|| {
                                    view! {
                                        <button class="button small quiet" type="button" on:click=move |_| group.set("")>
                                            "Show everyone"
                                        </button>
                                    }
                                })
                        }}
                    </div>
                    {move || {
                        if let Some(error) = failed.get() {
                            return view! { <ErrorPanel title="The groups did not load" error on_retry=retry/> }.into_any();
                        }
                        if !is_read.get() {
                            return view! { <SkeletonRows rows=8 label="Loading groups"/> }.into_any();
                        }
                        if n_groups.get() == 0 {
                            return view! {
                                <Empty
                                    icon=IconName::KindGroup
                                    title="No groups yet"
                                    is_inner=true
                                    text="Describe groups and users in descriptors, or let them come from your directory. They show up here."
                                />
                            }
                                .into_any();
                        }
                        view! { <GroupTree tree chosen=chosen.into() on_choose/> }.into_any()
                    }}
                </section>
                <section class="card organisation__people" aria-labelledby="organisation-people">
                    {move || node.get().map(|node| view! { <GroupPanel tree node on_choose/> })}
                    {move || {
                        is_unknown
                            .get()
                            .then(|| {
                                view! {
                                    <div class="banner" data-tone="warn" role="status">
                                        <Icon name=IconName::Warning/>
                                        <div>{move || format!("There is no group {}, or you may not see it.", group.get())}</div>
                                    </div>
                                }
                            })
                    }}
                    <div class="organisation__people-head">
                        <h2 id="organisation-people">{people_title}</h2>
                        <div class="input-icon grow">
                            <Icon name=IconName::Search/>
                            <input
                                class="input"
                                type="search"
                                data-page-filter
                                autocomplete="off"
                                spellcheck="false"
                                placeholder="Find people by name or email"
                                aria-label="Find people by name or email"
                                aria-keyshortcuts="/"
                                prop:value=move || text.get()
                                on:input={
                                    let mut type_text = type_text;
                                    move |event| type_text(event_target_value(&event))
                                }
                            />
                        </div>
                    </div>
                    <People wanted n_people/>
                </section>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_short_in_the_address() {
        for (text, full) in [("a", "group:default/a"), ("ops/a", "group:ops/a"), ("a/b/c", "")] {
            assert_eq!(full_ref(text), full);
        }
    }
}
