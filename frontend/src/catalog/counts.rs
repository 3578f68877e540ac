//! Every number of the page, asked for in one request: kinds, tabs, saved views, and the values of the facets.
//!
//! A facet does not narrow itself: the counts of "Owner" ignore which owners are chosen. Facets without a choice share one
//! question; each facet with a choice has its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::api::catalog::EntitiesQueryText;
use shared::api::counts::{EntityCount, EntityCountsQuestion};

use super::facet::{Facet, Status};
use super::facets::{FacetChoices, choices, of_states};
use super::kinds::{self, KindCount};
use super::view::{CatalogView, Mine, Show};

/// Saved views that are counted; the request must stay small.
const MAX_SAVED: usize = 20;

/// What a question is for.
#[derive(Clone, Debug, PartialEq)]
enum Purpose {
    Kinds,
    Facets(Vec<Facet>),
    Status(Status),
    Show(Show),
    Saved(String),
}

/// Whose values the facets list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scope {
    kind: String,
    show: Show,
}

/// The questions of a view, and what each is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountPlan {
    /// To be sent.
    pub questions: Vec<EntityCountsQuestion>,
    purposes: Vec<Purpose>,
    scope: Scope,
    has_text: bool,
}

/// The numbers of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// All kinds, and how many entities each has.
    pub kinds: Vec<KindCount>,
    /// The choices of each facet.
    pub facets: BTreeMap<Facet, FacetChoices>,
    /// How many rows each tab has under the filters, in the order of [`Show::ALL`].
    pub shows: [Option<usize>; 3],
    /// How many rows each saved view has, by its query.
    pub saved: BTreeMap<String, usize>,
    scope: Scope,
}

impl CountPlan {
    /// The questions of a view.
    pub fn new(view: &CatalogView, mine: &Mine, saved: &[String]) -> Self {
        let scope = Scope { kind: view.kind.clone(), show: view.show };
        let mut plan = Self { scope, has_text: view.full_text().is_some(), ..Self::default() };
        plan.ask(Purpose::Kinds, None, None, &["kind"]);
        let (chosen, others): (Vec<Facet>, Vec<Facet>) =
            Facet::ALL.into_iter().filter(|&facet| facet != Facet::Status).partition(|&facet| view.has_choice(facet));
        let text = view.full_text();
        plan.ask_facets(others, view.predicate(mine, None), text.as_ref());
        for facet in chosen {
            plan.ask_facets(vec![facet], view.predicate(mine, Some(facet)), text.as_ref());
        }
        for status in Status::ALL {
            let with = Facet::Status.predicate(&[status.value().to_owned()]);
            let predicate = match view.predicate(mine, Some(Facet::Status)) {
                Some(without) => json!({"$all": [without, with]}),
                None => with,
            };
            plan.ask(Purpose::Status(status), Some(predicate), text.as_ref(), &[]);
        }
        for show in Show::ALL {
            plan.ask(Purpose::Show(show), view.with_show(show).predicate(mine, None), text.as_ref(), &[]);
        }
        for query in saved.iter().take(MAX_SAVED) {
            let saved = CatalogView::parse(query);
            plan.ask(Purpose::Saved(query.clone()), saved.predicate(mine, None), saved.full_text().as_ref(), &[]);
        }
        plan
    }

    fn ask_facets(&mut self, facets: Vec<Facet>, query: Option<Value>, text: Option<&EntitiesQueryText>) {
        let mut fields: Vec<&str> = facets.iter().filter_map(|facet| facet.field()).collect();
        fields.dedup();
        if !fields.is_empty() {
            self.ask(Purpose::Facets(facets), query, text, &fields);
        }
    }

    fn ask(&mut self, purpose: Purpose, query: Option<Value>, text: Option<&EntitiesQueryText>, facets: &[&str]) {
        let facets = facets.iter().map(|&field| field.to_owned()).collect();
        self.questions.push(EntityCountsQuestion { query, full_text_filter: text.cloned(), facets });
        self.purposes.push(purpose);
    }

    /// Reads the answers, which stand at the places of their questions.
    ///
    /// While somebody types, the facets keep the values that they had in `old`: those that the text filters away count nothing.
    /// Else facets would come and go with every letter.
    pub fn read(&self, answers: &[EntityCount], old: &Counts) -> Counts {
        let mut counts = Counts { scope: self.scope.clone(), ..Counts::default() };
        let mut states = Vec::new();
        for (purpose, answer) in self.purposes.iter().zip(answers) {
            match purpose {
                Purpose::Kinds => {
                    counts.kinds = kinds::in_order(answer.facets.get("kind").map_or(&[], Vec::as_slice));
                }
                Purpose::Facets(facets) => {
                    let of = |&facet: &Facet| (facet, choices(facet, &answer.facets));
                    counts.facets.extend(facets.iter().map(of));
                }
                Purpose::Status(status) => states.push((*status, answer.total)),
                Purpose::Show(show) => {
                    let at = Show::ALL.iter().position(|known| known == show).unwrap_or_default();
                    counts.shows[at] = Some(answer.total);
                }
                Purpose::Saved(query) => {
                    counts.saved.insert(query.clone(), answer.total);
                }
            }
        }
        counts.facets.insert(Facet::Status, of_states(&states));
        if self.has_text && self.scope == old.scope {
            for (facet, choices) in &mut counts.facets {
                if let Some(old) = old.facets.get(facet) {
                    choices.keep(old);
                }
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use shared::api::catalog::FacetValue;

    use super::*;

    fn plan(query: &str) -> CountPlan {
        CountPlan::new(&CatalogView::parse(query), &Mine::default(), &["show=owned".to_owned()])
    }

    #[test]
    fn facets_without_a_choice_share_a_question() {
        let facets = |query: &str| {
            let plan = plan(query);
            let asked = plan.purposes.iter().zip(&plan.questions);
            let asked = asked.filter(|(purpose, _)| matches!(purpose, Purpose::Facets(_)));
            asked.map(|(_, question)| (question.facets.join(" "), question.query.clone())).collect::<Vec<_>>()
        };
        let all = "spec.type spec.lifecycle relations.ownedBy relations.memberOf relations.partOf metadata.tags metadata.namespace";
        assert_eq!(facets(""), [(all.to_owned(), Some(json!({"kind": "component"})))]);
        let found = facets("type=service&tag=!java");
        let fields: Vec<_> = found.iter().map(|(fields, _)| fields.as_str()).collect();
        let others = "spec.lifecycle relations.ownedBy relations.memberOf relations.partOf metadata.namespace";
        assert_eq!(fields, [others, "spec.type", "metadata.tags"]);
        let not_java = json!({"$not": {"metadata.tags": "java"}});
        assert_eq!(found[1].1, Some(json!({"$all": [{"kind": "component"}, not_java]})));
        assert_eq!(found[2].1, Some(json!({"$all": [{"kind": "component"}, {"spec.type": "service"}]})));
    }

    #[test]
    fn answers_go_where_they_were_asked_for() {
        let plan = plan("kind=all&q=a");
        let answers: Vec<EntityCount> = plan
            .purposes
            .iter()
            .enumerate()
            .map(|(total, purpose)| {
                let value = |value: &str| vec![FacetValue { value: value.to_owned(), count: total }];
                let facets = match purpose {
                    Purpose::Kinds => [("kind".to_owned(), value("API"))].into(),
                    Purpose::Facets(_) => [("relations.partOf".to_owned(), value("system:default/a"))].into(),
                    _ => BTreeMap::new(),
                };
                EntityCount { total, facets }
            })
            .collect();
        let counts = plan.read(&answers, &Counts::default());
        assert_eq!(counts.kinds[0].label, "APIs");
        assert_eq!(counts.facets[&Facet::System].choices[0].value, "a");
        assert!(counts.facets[&Facet::Domain].choices.is_empty());
        assert_eq!(counts.facets[&Facet::Status].choices.len(), 3);
        assert_eq!(counts.shows, [Some(5), Some(6), Some(7)]);
        assert_eq!(counts.saved["show=owned"], 8);
    }

    #[test]
    fn values_that_a_text_filters_away_stay_with_nothing_to_count() {
        let read = |query: &str, types: &[(&str, usize)], old: &Counts| {
            let plan = plan(query);
            let value = |&(value, count): &(&str, usize)| FacetValue { value: value.to_owned(), count };
            let facets = BTreeMap::from([("spec.type".to_owned(), types.iter().map(value).collect::<Vec<_>>())]);
            let answer = |purpose: &Purpose| match purpose {
                Purpose::Facets(_) => EntityCount { total: 0, facets: facets.clone() },
                _ => EntityCount::default(),
            };
            plan.read(&plan.purposes.iter().map(answer).collect::<Vec<_>>(), old)
        };
        let types = |counts: &Counts| {
            let choices = &counts.facets[&Facet::Type].choices;
            choices.iter().map(|choice| (choice.value.clone(), choice.count)).collect::<Vec<_>>()
        };
        let pair = |value: &str, count| (value.to_owned(), count);
        let all = read("", &[("library", 1), ("service", 3)], &Counts::default());
        let none = read("q=x", &[], &all);
        assert_eq!(types(&none), [pair("service", 0), pair("library", 0)]);
        let some = read("q=xy&lifecycle=production", &[("Library", 1)], &none);
        assert_eq!(types(&some), [pair("Library", 1), pair("service", 0)]);
        assert_eq!(types(&read("", &[("service", 3)], &some)), [pair("service", 3)], "without a text nothing is kept");
        for other in ["kind=api&q=x", "show=owned&q=x"] {
            assert!(types(&read(other, &[], &all)).is_empty(), "{other} has values of its own");
        }
    }
}
