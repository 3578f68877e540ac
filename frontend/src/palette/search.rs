//! Asks the catalog for what was typed.

use shared::entity::Entity;

use super::entry::Found;
use super::typed::{Mode, Typed};
use crate::api::{ApiClient, CancelToken, ClientError};

/// Fields in which the words are looked for.
const TEXT_FIELDS: &str = "metadata.name,metadata.title,spec.profile.displayName";
/// Fields that a line shows.
const FIELDS: &str = "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,spec.type,spec.profile";
/// Entities of an answer, to choose the best ones from.
const LIMIT: usize = 30;

/// Whether the catalog has to be asked.
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
    let page = client.entities_search(&query(&typed), &cancel).await?;
    let mut entities = page.items;
    if page.total_items > entities.len() && !typed.term.contains([',', '=']) {
        // The one with exactly this name may be behind the first ones of a long list.
        let exact = client.entities_search(&exact_query(&typed), &cancel).await?;
        let is_new = |entity: &Entity| !entities.iter().any(|known| known.entity_ref() == entity.entity_ref());
        let new: Vec<Entity> = exact.items.into_iter().filter(is_new).collect();
        entities.extend(new);
    }
    Ok(Found { entities, n_entities: page.total_items, tags: Vec::new() })
}

fn query(typed: &Typed) -> Vec<(String, String)> {
    let mut query = Vec::new();
    if typed.mode == Mode::People {
        query.push(pair("filter", "kind=user,kind=group"));
    }
    if !typed.term.is_empty() {
        query.push(pair("fullTextFilterTerm", &typed.term));
        query.push(pair("fullTextFilterFields", TEXT_FIELDS));
    }
    query.push(pair("orderField", "metadata.name,asc"));
    query.push(pair("limit", &LIMIT.to_string()));
    query.push(pair("fields", FIELDS));
    query
}

fn exact_query(typed: &Typed) -> Vec<(String, String)> {
    let people = if typed.mode == Mode::People { ",kind=user,kind=group" } else { "" };
    let filter = format!("metadata.name={}{people}", typed.term);
    vec![pair("filter", &filter), pair("limit", "5"), pair("fields", FIELDS)]
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
        let query = query(&Typed::parse("@ines"));
        assert_eq!(query[0], pair("filter", "kind=user,kind=group"));
        assert_eq!(query[1], pair("fullTextFilterTerm", "ines"));
        assert_eq!(exact_query(&Typed::parse("@ines"))[0].1, "metadata.name=ines,kind=user,kind=group");
    }
}
