//! A card: a heading and what belongs to it.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// A card. What is below its head is a `card-body`, and a `card-foot` where there is one.
#[component]
pub fn Card(
    /// The id of the heading in the document.
    #[prop(into)]
    id: String,
    /// The heading.
    #[prop(into)]
    title: String,
    /// The picture before it.
    #[prop(optional_no_strip)]
    icon: Option<IconName>,
    /// How many columns it takes, where it stands in a grid.
    #[prop(optional)]
    span: u8,
    /// What stands at the right of the heading.
    #[prop(optional_no_strip)]
    head: Option<AnyView>,
    /// What is below the head.
    children: Children,
) -> impl IntoView {
    let heading = id.clone();
    view! {
        <section class="card" aria-labelledby=id data-span=(span > 0).then(|| span.to_string())>
            <div class="card-head">
                <h2 id=heading>
                    {icon.map(|name| view! { <Icon name/> })}
                    {title}
                </h2>
                {head}
            </div>
            {children()}
        </section>
    }
}
