//! Nothing was found: why, and what may help.

use leptos::prelude::*;

use super::search_view::SearchView;
use super::source::SearchSource;
use crate::paths;
use crate::ui::icon::IconName;
use crate::ui::states::Empty;

/// What may help where nothing was found.
#[component]
pub fn NoResults(
    /// What was asked, and what the server says of it.
    source: SearchSource,
) -> impl IntoView {
    let asked = Memo::new(move |_| {
        source.with_answer(|view, answer| (view.clone(), answer.did_you_mean.clone())).unwrap_or_default()
    });
    move || {
        let (view, meant) = asked.get();
        let (title, text) = words(&view);
        let link = |href: String, words: String| view! { <a class="button" href=href>{words}</a> };
        let meant = meant.map(|meant| link(view.with_text(&meant).address(), format!("Search for “{meant}”")));
        let first =
            (!view.cursor.is_empty()).then(|| link(view.first_page().address(), "Show the first page".to_owned()));
        let widest = (view.is_narrowed() && !view.text.is_empty())
            .then(|| link(view.widest().address(), "Remove the filters".to_owned()));
        view! {
            <Empty icon=IconName::Search title text>
                {meant}
                {first}
                {widest}
                {link(paths::register(), "Register a repository".to_owned())}
            </Empty>
        }
    }
}

fn words(view: &SearchView) -> (String, String) {
    if !view.cursor.is_empty() {
        return ("Nothing on this page".to_owned(), "The results may have changed since the link was made.".to_owned());
    }
    let title = match view.text.as_str() {
        "" => "Nothing found".to_owned(),
        text => format!("Nothing found for “{text}”"),
    };
    let text = if view.is_narrowed() {
        "Nothing meets all filters. Remove one to see more, or check the spelling."
    } else {
        "Every word must occur, up to a typo or two. Check the spelling, or use fewer words. What is not in the catalog yet \
         is found as soon as it is registered."
    };
    (title, text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_looked_for_and_what_may_help() {
        let told = |query: &str| words(&SearchView::parse(query));
        assert_eq!(told("query=xyz").0, "Nothing found for “xyz”");
        assert!(told("query=xyz").1.contains("spelling"));
        assert!(told("query=xyz&types[]=techdocs").1.contains("filters"));
        assert_eq!(told("changed=week").0, "Nothing found");
        assert_eq!(told("query=xyz&pageCursor=MQ==").0, "Nothing on this page");
    }
}
