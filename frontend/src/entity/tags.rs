//! The tags of an entity.

use leptos::prelude::*;

use crate::catalog::kinds;
use crate::catalog::view::{CatalogView, Facet};

/// The tags; each leads to the entities of the same kind that have it.
#[component]
pub fn Tags(
    /// The tags, in the order of the source.
    tags: Vec<String>,
    /// The kind, in lower case.
    kind: String,
) -> impl IntoView {
    let tag = move |tag: String| {
        let mut view = CatalogView::parse("").with_kind(&kind);
        view.toggle(Facet::Tag, &tag);
        view! { <a class="tag" href=view.address() title=format!("{} with this tag", kinds::many(&kind))>{tag}</a> }
    };
    view! { <span class="tags">{tags.into_iter().map(tag).collect_view()}</span> }
}
