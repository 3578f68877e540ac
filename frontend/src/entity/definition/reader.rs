//! A definition to read: the list beside the operations and schemas.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::definition::{ApiDefinition, DefinitionServer};

use super::filter::{Found, Group};
use super::nav::DefinitionNav;
use super::operation::Operation;
use super::place::use_place;
use super::schema_card::SchemaCard;
use crate::state::announcer::Announcer;
use crate::state::query::{QueryValue, use_query_value};
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::icon::IconName;
use crate::ui::numbers;
use crate::ui::states::Empty;

/// Which server the samples speak to.
#[component]
pub fn ServerChoice(
    /// The servers.
    servers: Vec<DefinitionServer>,
    /// The number of the chosen one.
    choice: QueryValue,
) -> impl IntoView {
    let option = move |(index, server): (usize, DefinitionServer)| {
        let value = if index == 0 { String::new() } else { index.to_string() };
        let label =
            if server.description.is_empty() { server.url } else { format!("{} ({})", server.url, server.description) };
        let own = value.clone();
        view! { <option value=value selected=move || choice.with(|choice| *choice == own)>{label}</option> }
    };
    (servers.len() > 1).then(|| {
        view! {
            <label class="row nowrap api-server">
                <span class="small-text subtle">"Server"</span>
                <select class="select" on:change=move |event| choice.set(&event_target_value(&event))>
                    {servers.into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
        }
    })
}

/// The operations and schemas.
#[component]
pub fn DefinitionReader(
    /// What the definition says.
    definition: Arc<ApiDefinition>,
    /// The number of the chosen server.
    choice: QueryValue,
) -> impl IntoView {
    let text = use_query_value("q");
    let all = StoredValue::new(Found::all(&definition));
    let servers = definition.servers.clone();
    let server = Signal::derive(move || {
        let index = choice.get().parse::<usize>().unwrap_or_default();
        servers.get(index).or(servers.first()).map(|server| server.url.clone()).unwrap_or_default()
    });
    let found = Memo::new(move |_| text.with(|text| all.with_value(|all| all.by(text))));
    let n_entries = all.with_value(|all| all.n_operations() + all.schemas.len());
    let place = use_place(Signal::stored(true));
    let announcer = Announcer::of_page();
    effect(move || {
        if text.with(|text| !text.trim().is_empty()) {
            let (n_operations, n_schemas) = found.with(|found| (found.n_operations(), found.schemas.len()));
            announcer.say(format!(
                "{}, {}",
                numbers::counted(n_operations, "operation", "operations"),
                numbers::counted(n_schemas, "schema", "schemas")
            ));
        }
    });
    let is_empty = Memo::new(move |_| found.with(|found| found.groups.is_empty() && found.schemas.is_empty()));
    let has_schemas = Memo::new(move |_| found.with(|found| !found.schemas.is_empty()));
    view! {
        <div class="api-layout">
            <DefinitionNav found n_entries=Signal::stored(n_entries) text place/>
            <div class="api-main">
                <Each
                    each=move || found.with(|found| found.groups.clone())
                    key=Group::key
                    let:group
                >
                    <section class="api-group">
                        <h3>{group.title}</h3>
                        {(!group.description.is_empty()).then(|| view! { <p class="text-13 muted">{group.description}</p> })}
                        <Each each=move || group.operations.clone() key=|operation| operation.id.clone() let:operation>
                            <Operation operation place server/>
                        </Each>
                    </section>
                </Each>
                <Show when=move || has_schemas.get()>
                    <section class="api-group">
                        <h3>"Schemas"</h3>
                        <Each each=move || found.with(|found| found.schemas.clone()) key=|schema| schema.id.clone() let:schema>
                            <SchemaCard schema place/>
                        </Each>
                    </section>
                </Show>
                {move || {
                    is_empty
                        .get()
                        .then(|| {
                            view! {
                                <Empty
                                    icon=IconName::Filter
                                    title="Nothing in this definition matches"
                                    text="The filter looks at methods, paths, names and descriptions."
                                >
                                    <button class="button" type="button" on:click=move |_| text.set("")>"Clear the filter"</button>
                                </Empty>
                            }
                        })
                }}
            </div>
        </div>
    }
}
