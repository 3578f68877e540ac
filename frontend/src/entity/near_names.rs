//! Names that may have been meant where an address names an entity that does not exist.

use shared::entity::{Entity, EntityRef};

use crate::api::{ApiClient, ClientError};
use crate::ui::order::Order as _;

/// Names that are proposed.
const MAX_PROPOSALS: usize = 3;
/// Entities that are looked through.
const MAX_LOOKED: usize = 200;
/// Letters at the beginning that must be right.
const N_RIGHT: usize = 3;

/// The entities of the same kind whose names are like the one that is missing, the nearest first.
///
/// # Errors
/// Any [`ClientError`].
pub async fn entities_like(client: ApiClient, missing: EntityRef) -> Result<Vec<EntityRef>, ClientError> {
    let beginning: String = missing.name.chars().take(N_RIGHT).collect();
    let query = [
        ("filter", format!("kind={}", missing.kind)),
        ("fullTextFilterTerm", beginning),
        ("fullTextFilterFields", "metadata.name".to_owned()),
        ("fields", "apiVersion,kind,metadata.name,metadata.namespace".to_owned()),
        ("limit", MAX_LOOKED.to_string()),
    ];
    let query: Vec<(String, String)> = query.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let page = client.entities_query(&query).await?;
    Ok(nearest(&missing.name, page.items.iter().map(Entity::entity_ref).collect()))
}

fn nearest(missing: &str, known: Vec<EntityRef>) -> Vec<EntityRef> {
    let allowed = (missing.chars().count() / 4).clamp(1, 3);
    let mut near: Vec<(usize, EntityRef)> = known
        .into_iter()
        .map(|entity_ref| (distance(missing, &entity_ref.name), entity_ref))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.order_by(Ord::cmp);
    near.into_iter().take(MAX_PROPOSALS).map(|(_, entity_ref)| entity_ref).collect()
}

/// Letters to insert, leave out, replace, or swap with their neighbour. Source: the optimal string alignment distance.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (at, letter) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (place, other_letter) in other.iter().enumerate() {
            let replaced = rows[at][place] + usize::from(letter != other_letter);
            let mut least = replaced.min(rows[at][place + 1] + 1).min(row[place] + 1);
            let is_swap = at > 0 && place > 0 && *letter == other[place - 1] && one[at - 1] == *other_letter;
            if is_swap {
                least = least.min(rows[at - 1][place - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_come_first_and_others_not_at_all() {
        let known = ["quote-worker", "quote-walker", "quote-engine", "quota-worker"];
        let known = known.map(|name| EntityRef::new("component", "default", name)).to_vec();
        let names: Vec<String> = nearest("quote-wroker", known).into_iter().map(|entity_ref| entity_ref.name).collect();
        assert_eq!(names, ["quote-worker", "quota-worker", "quote-walker"]);
        assert!(nearest("x", vec![EntityRef::new("api", "default", "yz")]).is_empty());
    }

    #[test]
    fn a_swap_is_one_mistake() {
        assert_eq!([distance("wroker", "worker"), distance("", "ab"), distance("ab", "ab")], [1, 2, 0]);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
