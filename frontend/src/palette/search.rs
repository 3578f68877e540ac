//! Asks the server for what was typed.

use super::entry::Found;
use super::typed::{Mode, Typed};
use crate::api::{ApiClient, CancelToken, ClientError};

/// How many suggestions to ask for.
const LIMIT: usize = 8;
/// How much of a long term is sent: the server refuses more unless it is told otherwise (`search.maxTermLength`).
const MAX_TERM_CHARS: usize = 100;

/// Whether the server has to be asked.
pub fn is_needed(typed: &Typed) -> bool {
    match typed.mode {
        Mode::All => !typed.term.is_empty(),
        Mode::People | Mode::Tags => true,
        Mode::Commands | Mode::Help => false,
    }
}

/// Asks for what was typed. A newer request cancels this one through its token.
///
/// # Errors
/// Any [`ClientError`].
pub async fn search(client: ApiClient, typed: Typed, cancel: CancelToken) -> Result<Found, ClientError> {
    if typed.mode == Mode::Tags {
        let counted = client.entity_facets(&[pair("facet", "metadata.tags")]).await?;
        let tags = counted.facets.get("metadata.tags").cloned().unwrap_or_default();
        let tags = tags.into_iter().filter(|tag| !tag.value.contains(',')).map(|tag| (tag.value, tag.count)).collect();
        return Ok(Found { tags, ..Found::default() });
    }
    let answer = client.search_suggest(&query(&typed), &cancel).await?;
    Ok(Found {
        suggestions: answer.suggestions,
        did_you_mean: answer.did_you_mean,
        note: answer.limitation.map(|limitation| limitation.message),
        ..Found::default()
    })
}

fn query(typed: &Typed) -> Vec<(String, String)> {
    let term: String = typed.term.chars().take(MAX_TERM_CHARS).collect();
    let mut query = vec![pair("term", &term), pair("limit", &LIMIT.to_string())];
    if typed.mode == Mode::People {
        query.extend([pair("filters[kind][0]", "User"), pair("filters[kind][1]", "Group")]);
    }
    query
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_page_does_not_know_is_asked_for() {
        let needed = ["", "a", ">a", "@", "#", "?"].map(|text| is_needed(&Typed::parse(text)));
        assert_eq!(needed, [false, true, false, true, true, false]);
    }

    #[test]
    fn people_are_users_and_groups() {
        let query = |text: &str| crate::paths::query_text(&query(&Typed::parse(text)));
        assert_eq!(query("ines"), "term=ines&limit=8");
        let kinds = "filters%5Bkind%5D%5B0%5D=User&filters%5Bkind%5D%5B1%5D=Group";
        assert_eq!(query("@ines"), format!("term=ines&limit=8&{kinds}"));
        assert_eq!(query(&"ä".repeat(500)), format!("term={}&limit=8", "%C3%A4".repeat(100)));
    }
}
