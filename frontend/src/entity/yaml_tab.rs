//! The tab with the whole document.

use leptos::prelude::*;

use super::yaml::to_yaml;
use crate::extensions::EntityContext;
use crate::ui::code_block::CodeBlock;
use crate::ui::highlight::Language;

/// The whole document, as the catalog serves it.
#[component]
pub fn YamlTab(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let text = Memo::new(move |_| context.document.with(|document| to_yaml(document)));
    view! {
        <h2 class="visually-hidden">"YAML"</h2>
        <CodeBlock title="The entity as the catalog serves it" text language=Language::Yaml/>
    }
}
