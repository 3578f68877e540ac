//! Which problems are shown: all of it is in the address of the page.

use shared::api::explain::Step;

use crate::paths;

/// How many problems are read at a time.
const PAGE: usize = 100;
/// How many the server gives at most.
const MAX_LIMIT: usize = 1_000;

/// Whose problems are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// Everybody's.
    #[default]
    All,
    /// Those of the reader and of the reader's groups.
    Mine,
    /// Those that nobody owns.
    Nobody,
    /// Those of one owner, by its reference.
    One(String),
}

/// Which problems are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProblemsView {
    /// Whose.
    pub owner: Owner,
    /// Found by which step, by its name; empty for all.
    pub step: String,
    /// With which text.
    pub text: String,
}

/// The name of a step in addresses.
pub fn step_name(step: Option<Step>) -> &'static str {
    match step {
        Some(Step::Read) => "read",
        Some(Step::Parse) => "parse",
        Some(Step::Check) => "check",
        Some(Step::Rules) => "rules",
        Some(Step::Store) => "store",
        None => "none",
    }
}

/// The problems that a step finds, as people call them.
pub fn step_label(step: Option<Step>) -> &'static str {
    match step {
        Some(Step::Read) => "Cannot be read",
        Some(Step::Parse) => "No valid YAML",
        Some(Step::Check) => "Breaks a rule",
        Some(Step::Rules) => "Not allowed",
        Some(Step::Store) => "Not stored",
        None => "Leads nowhere",
    }
}

impl ProblemsView {
    /// Reads the query of an address. What is not understood is left out.
    pub fn parse(query: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in paths::query_pairs(query) {
            match key.as_str() {
                "owner" => {
                    view.owner = match value.as_str() {
                        "" => Owner::All,
                        "mine" => Owner::Mine,
                        "none" => Owner::Nobody,
                        _ => Owner::One(value),
                    }
                }
                "step" if ["read", "parse", "check", "rules", "store", "none"].contains(&value.as_str()) => {
                    view.step = value;
                }
                "q" => view.text = value,
                _ => {}
            }
        }
        view
    }

    /// The address of this view.
    pub fn address(&self) -> String {
        let mut query: Vec<(&str, &str)> = Vec::new();
        match &self.owner {
            Owner::All => {}
            Owner::Mine => query.push(("owner", "mine")),
            Owner::Nobody => query.push(("owner", "none")),
            Owner::One(owner) => query.push(("owner", owner)),
        }
        if !self.text.is_empty() {
            query.push(("q", &self.text));
        }
        if !self.step.is_empty() {
            query.push(("step", &self.step));
        }
        paths::with_query(paths::patterns::PROBLEMS, &paths::query_text(&query))
    }

    /// Whether something is left out.
    pub fn is_filtered(&self) -> bool {
        *self != Self::default()
    }

    /// The parameters of the request for the first `n_shown` problems; `mine` are the references of the reader.
    pub fn query(&self, mine: &[String], n_shown: usize) -> Vec<(String, String)> {
        let mut query = vec![("limit".to_owned(), n_shown.clamp(PAGE, MAX_LIMIT).to_string())];
        let mut owner = |owner: &str| query.push(("owner".to_owned(), owner.to_owned()));
        match &self.owner {
            Owner::All => {}
            Owner::Nobody => owner("none"),
            Owner::One(one) => owner(one),
            Owner::Mine => mine.iter().for_each(|one| owner(one)),
        }
        if !self.step.is_empty() {
            query.push(("step".to_owned(), self.step.clone()));
        }
        if !self.text.trim().is_empty() {
            query.push(("text".to_owned(), self.text.trim().to_owned()));
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_its_address() {
        for address in [
            "/problems",
            "/problems?owner=mine&q=a%20b&step=check",
            "/problems?owner=none",
            "/problems?owner=group:default%2Fteam-a",
        ] {
            let view = ProblemsView::parse(address.split_once('?').map_or("", |(_, query)| query));
            assert_eq!(view.address(), address);
        }
        assert_eq!(ProblemsView::parse("step=x&z=1"), ProblemsView::default());
    }

    #[test]
    fn mine_are_those_of_all_my_references() {
        let view = ProblemsView { owner: Owner::Mine, text: " x ".into(), ..ProblemsView::default() };
        let query = paths::query_text(&view.query(&["user:default/ann".into(), "group:default/team-a".into()], 0));
        assert_eq!(query, "limit=100&owner=user:default%2Fann&owner=group:default%2Fteam-a&text=x");
        assert_eq!(ProblemsView::default().query(&[], 5_000)[0].1, "1000");
    }
}
