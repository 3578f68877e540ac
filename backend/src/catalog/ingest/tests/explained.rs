//! What is told about all this afterwards, over both databases.

use chrono::{TimeDelta, Utc};
use shared::api::explain::{
    EntityExplanation, EntityState, LocationExplanation, LocationOutcome, Problem, ProblemsPage, Step, StepOutcome,
};
use shared::filter::Filter;

use super::*;
use crate::catalog::explain::{Explainer, LocationKey, ProblemsQuery, Sight};

impl Catalog {
    fn explainer(&self) -> Explainer {
        Explainer::new(self.ingest.store.clone(), self.ingest.status.clone())
    }

    async fn explain_as(&self, visibility: &Visibility, entity_ref: &str) -> Option<EntityExplanation> {
        let sight = Sight::new(self.ingest.feed.index(), visibility);
        self.explainer().entity_explain(sight, &entity_ref.parse().unwrap()).await.unwrap()
    }

    async fn explain(&self, entity_ref: &str) -> EntityExplanation {
        self.explain_as(&Visibility::Everything, entity_ref).await.unwrap()
    }

    async fn explain_file(&self, name: &str) -> Option<LocationExplanation> {
        let key = LocationKey::Location(LocationRef::file(&self.folder.path().join(name)));
        self.explainer().location_explain(Sight::Everything, &key).await.unwrap()
    }

    async fn problems(&self, query: &ProblemsQuery) -> ProblemsPage {
        self.explainer().problems_list(Sight::Everything, query).await.unwrap()
    }

    fn place(&self, name: &str) -> String {
        format!("file:{}", self.folder.path().join(name).display())
    }
}

fn outcomes(found: &EntityExplanation) -> Vec<StepOutcome> {
    assert_eq!(
        found.steps.iter().map(|step| step.step).collect::<Vec<_>>(),
        [Step::Read, Step::Parse, Step::Check, Step::Rules, Step::Store]
    );
    found.steps.iter().map(|step| step.outcome).collect()
}

db_test!(an_entity_tells_the_way_from_its_file_to_the_configuration, |db| {
    let root = location("all", &["./x/*.yaml"]);
    let files = [("all.yaml", root.as_str()), ("x/a.yaml", &component("one", "  dependsOn: [resource:gone]\n"))];
    let catalog = Catalog::new(db, "all.yaml", &files).await;
    let one = catalog.explain("component:default/one").await;
    assert_eq!(one.state, EntityState::Present);
    assert_eq!(one.uid.as_deref(), catalog.entity("component:default/one").unwrap()["metadata"]["uid"].as_str());
    let hops: Vec<_> = one
        .chain
        .iter()
        .map(|hop| (hop.location.clone().or(hop.provider.clone()).unwrap(), hop.through.clone()))
        .collect();
    let generated = format!("location:default/{}", catalog.settings.roots[0].generated_name());
    assert_eq!(
        hops,
        [
            (catalog.place("x/a.yaml"), None),
            (catalog.place("x/*.yaml"), None),
            (catalog.place("all.yaml"), Some("location:default/all".to_owned())),
            ("config".to_owned(), Some(generated.clone())),
        ]
    );
    assert_eq!(outcomes(&one), [StepOutcome::Ok; 5]);
    assert!(one.claims[0].is_winner && one.claims.len() == 1 && one.claims[0].reason == "the only description");
    let source = one.location.unwrap();
    assert_eq!((source.outcome, source.next_run), (LocationOutcome::Good, None));
    assert!(source.next_run_reason.contains("`catalog.processingInterval` is `false`"), "{}", source.next_run_reason);
    assert_eq!(source.origin, Some(catalog.place("all.yaml")));
    let dangling: Vec<_> = one.relations.dangling.iter().map(|edge| edge.target_ref.as_str()).collect();
    assert_eq!(dangling, ["resource:default/gone", "group:default/team-a"]);
    assert!(one.last_change.is_some());

    let stands_for = catalog.explain(&generated).await;
    assert_eq!(stands_for.claims[0].provider.as_deref(), Some("config"));
    assert_eq!(stands_for.targets[0].location, catalog.place("all.yaml"));
    let glob = catalog.explain_file("x/*.yaml").await.unwrap();
    assert_eq!((glob.n_targets, glob.location.is_pattern), (1, true));
    let file = catalog.explain_file("x/a.yaml").await.unwrap();
    assert_eq!((file.n_entities, file.entities[0].is_winner), (1, true));
    assert_eq!(catalog.explain_file("none.yaml").await, None);
});

db_test!(a_name_that_others_only_refer_to_is_explained, |db| {
    let catalog = Catalog::new(db, "a.yaml", &[("a.yaml", &component("one", ""))]).await;
    let team = catalog.explain("group:default/team-a").await;
    assert_eq!(team.state, EntityState::Referenced);
    assert_eq!(team.relations.referred_by[0].entity_ref, "component:default/one");
    assert_eq!(team.relations.referred_by[0].relation_type, "ownedBy");
    assert!(team.summary.contains("`component:default/one` refers to it"), "{}", team.summary);
    assert_eq!(catalog.explain_as(&Visibility::Everything, "group:default/team-b").await, None);
    assert_eq!(catalog.explain_as(&Visibility::Nothing, "group:default/team-a").await, None);
});

db_test!(a_document_that_never_was_good_is_explained, |db| {
    let text =
        format!("{}---\nkind: [\n---\n{}", component("one", ""), component("two", "").replace("  owner: team-a\n", ""));
    let mut catalog = Catalog::new(db, "a.yaml", &[("a.yaml", &text)]).await;
    let two = catalog.explain("component:default/two").await;
    assert_eq!((two.state, two.uid.as_deref()), (EntityState::Broken, None));
    let error = &two.errors[0];
    assert_eq!((error.step, error.path.as_deref()), (Some(Step::Check), Some("spec.owner")));
    assert!(error.line.is_some() && error.column.is_some() && error.file.is_some(), "{error:?}");
    assert!(error.excerpt.as_ref().unwrap().contains("spec:"), "{error:?}");
    // The mistake of syntax belongs to the file, so it is told with both.
    let syntax = |found: &EntityExplanation| found.errors.iter().any(|error| error.step == Some(Step::Parse));
    assert!(syntax(&two) && syntax(&catalog.explain("component:default/one").await));
    assert_eq!(two.errors.len(), 2);
    use StepOutcome::{Failed, Ok, Skipped};
    assert_eq!(outcomes(&two), [Ok, Failed, Failed, Skipped, Skipped]);

    catalog.write("a.yaml", &component("one", "").replace("owner: team-a", "owner: 7")).await;
    let one = catalog.explain("component:default/one").await;
    assert!(one.claims[0].keeps_last_good && one.claims[0].is_winner, "{one:?}");
    assert!(one.summary.contains("last good version"), "{}", one.summary);
    assert_eq!(outcomes(&one), [Ok, Ok, Failed, Skipped, Skipped]);

    catalog.remove("a.yaml").await;
    let one = catalog.explain("component:default/one").await;
    assert_eq!(outcomes(&one), [Failed, Skipped, Failed, Skipped, Skipped]);
    assert_eq!(one.location.unwrap().outcome, LocationOutcome::Failed);
});

db_test!(a_kind_that_is_not_allowed_is_explained, |db| {
    let mixed = format!("{}---\n{}", component("two", ""), group("team-a"));
    let mut catalog = Catalog::new(db, "none.yaml", &[("a.yaml", &mixed)]).await;
    catalog.settings.rules = Arc::new(Rules::new(None, HashMap::new()));
    catalog.settings.roots = vec![LocationRef::file(&catalog.folder.path().join("a.yaml"))];
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    let team = catalog.explain("group:default/team-a").await;
    assert_eq!(team.state, EntityState::Broken);
    assert_eq!((team.errors.len(), team.errors[0].step), (1, Some(Step::Rules)));
    assert_eq!((team.errors[0].line, team.errors[0].column), (Some(11), Some(7)));
    assert!(team.errors[0].excerpt.as_ref().unwrap().contains("kind: Group"), "{team:?}");
    assert!(team.claims[0].reason.contains("the rules do not allow"), "{}", team.claims[0].reason);
    // `two` is innocent, and kept out all the same.
    let two = catalog.explain("component:default/two").await;
    assert_eq!((two.state, two.errors.len()), (EntityState::Broken, 1));
    assert!(two.summary.contains("is kept out with its whole source"), "{}", two.summary);
    assert_eq!(catalog.refs(), Vec::<String>::new());
    let page = catalog.problems(&ProblemsQuery { limit: 10, ..ProblemsQuery::default() }).await;
    assert_eq!(page.total_items, 1, "{page:?}");

    catalog.write("a.yaml", &component("two", "")).await;
    assert_eq!(catalog.refs(), ["component:default/two"]);
    assert_eq!(
        catalog.explain_as(&Visibility::Everything, "group:default/team-a").await.unwrap().state,
        EntityState::Referenced
    );
    catalog.write("a.yaml", &mixed).await;
    let two = catalog.explain("component:default/two").await;
    assert_eq!((two.state, two.claims[0].keeps_last_good), (EntityState::Present, true));
    assert_eq!(catalog.status("component:default/two"), "", "the location tells of it");
});

db_test!(who_else_describes_an_entity_is_told, |db| {
    let root = location("all", &["./a.yaml", "./b.yaml"]);
    let files = [("all.yaml", root.as_str()), ("a.yaml", &component("one", "")), ("b.yaml", &component("one", ""))];
    let mut catalog = Catalog::new(db, "all.yaml", &files).await;
    let one = catalog.explain("component:default/one").await;
    let [winner, other] = &one.claims[..] else { panic!("{one:?}") };
    assert!(winner.is_winner && !other.is_winner);
    let first = winner.location.clone().unwrap();
    assert!(other.reason.starts_with(&format!("`{first}` described it first")), "{}", other.reason);

    catalog.settings.apply.orphans = OrphanStrategy::Keep;
    catalog.restart().await;
    let gone = first.rsplit('/').next().unwrap().to_owned();
    catalog.write(&gone, &group("team-a")).await;
    let one = catalog.explain("component:default/one").await;
    assert!(one.orphan.is_none() && one.claims[1].is_orphan, "{one:?}");
    catalog.write("all.yaml", &location("all", &[&format!("./{gone}")])).await;
    let one = catalog.explain("component:default/one").await;
    let orphan = one.orphan.unwrap();
    assert!(orphan.contains("any more, and `catalog.orphanStrategy` is `keep`"), "{orphan}");
});

db_test!(only_those_who_see_what_leads_there_are_told, |db| {
    let root = location("all", &["./a.yaml", "./b.yaml"]);
    let broken = component("two", "").replace("  owner: team-a\n", "");
    let files = [("all.yaml", root.as_str()), ("a.yaml", &component("one", "")), ("b.yaml", &broken)];
    let catalog = Catalog::new(db, "all.yaml", &files).await;
    let only = |kind: &str| Visibility::Only(Filter::equals("kind", kind));
    let one = catalog.explain_as(&only("component"), "component:default/one").await.unwrap();
    let hops: Vec<_> = one.chain.iter().filter_map(|hop| hop.location.clone()).collect();
    assert_eq!(hops, [catalog.place("a.yaml")], "the way ends where it is hidden");
    assert_eq!(catalog.explain_as(&only("component"), "component:default/two").await, None);
    assert_eq!(catalog.explain_as(&only("location"), "component:default/one").await, None);
    let two = catalog.explain_as(&only("location"), "component:default/two").await.unwrap();
    assert_eq!(two.state, EntityState::Broken);
    for (visibility, n_expected) in [(only("component"), 0), (only("location"), 1), (Visibility::Nothing, 0)] {
        let sight = Sight::new(catalog.ingest.feed.index(), &visibility);
        let query = ProblemsQuery { limit: 10, ..ProblemsQuery::default() };
        let page = catalog.explainer().problems_list(sight, &query).await.unwrap();
        let n_owners: usize = page.owners.iter().map(|owner| owner.count).sum();
        assert_eq!((page.total_items, page.items.len(), n_owners), (n_expected, n_expected, n_expected));
    }
});

db_test!(lines_of_an_entity_that_is_hidden_are_not_shown_with_its_file, |db| {
    let root = location("all", &["./a.yaml"]);
    let mut catalog =
        Catalog::new(db, "all.yaml", &[("all.yaml", root.as_str()), ("a.yaml", &component("one", ""))]).await;
    catalog.write("a.yaml", &component("one", "").replace("type: service", "type: [secret]")).await;
    let key = LocationKey::Location(LocationRef::file(&catalog.folder.path().join("a.yaml")));
    for (visibility, n_errors) in
        [(Visibility::Everything, 1), (Visibility::Only(Filter::equals("kind", "location")), 0)]
    {
        let sight = Sight::new(catalog.ingest.feed.index(), &visibility);
        let found = catalog.explainer().location_explain(sight, &key).await.unwrap().unwrap();
        assert_eq!((found.errors.len(), found.entities.len()), (n_errors, n_errors), "{found:?}");
    }
});

db_test!(all_that_is_wrong_is_listed_page_by_page, |db| {
    let root = location("all", &["./a.yaml", "./b.yaml", "./none.yaml"]);
    let a = format!("{}---\n{}---\nkind: [\n", component("one", ""), component("two", "").replace("team-a", "7"));
    let files = [("all.yaml", root.as_str()), ("a.yaml", &a), ("b.yaml", &component("three", ""))];
    let mut catalog = Catalog::new(db, "all.yaml", &files).await;
    catalog.write("b.yaml", &component("three", "").replace("type: service", "type: 7")).await;
    let name = |problem: &Problem| {
        let file = problem.location.as_ref().unwrap().rsplit('/').next().unwrap().to_owned();
        (file, problem.entity_ref.clone().unwrap_or_default(), problem.is_present)
    };
    let mut found = Vec::new();
    let mut query = ProblemsQuery { limit: 1, ..ProblemsQuery::default() };
    loop {
        let page = catalog.problems(&query).await;
        assert_eq!(page.total_items, 4);
        found.extend(page.items.iter().map(name));
        let Some(next) = page.page_info.next_cursor else { break };
        query.after = crate::catalog::explain::ProblemKey::decode(&next);
    }
    assert_eq!(
        found,
        [
            ("a.yaml".to_owned(), "component:default/two".to_owned(), false),
            ("a.yaml".to_owned(), String::new(), false),
            ("b.yaml".to_owned(), "component:default/three".to_owned(), true),
            ("none.yaml".to_owned(), String::new(), false),
        ]
    );
    let owner = Some("group:default/team-a".to_owned());
    let page =
        catalog.problems(&ProblemsQuery { owners: vec![owner.clone()], limit: 10, ..ProblemsQuery::default() }).await;
    assert_eq!(page.items.iter().map(name).collect::<Vec<_>>(), found[2..3]);
    let owners: Vec<_> = page.owners.iter().map(|count| (count.owner.clone(), count.count)).collect();
    assert_eq!(owners, [(None, 3), (owner, 1)]);
});

db_test!(a_read_that_changes_nothing_is_told_also_by_other_processes, |db| {
    let clock = Clock::stopped_at(Utc::now());
    let mut catalog = Catalog::new(db, "a.yaml", &[("a.yaml", &component("one", ""))]).await;
    catalog.settings.clock = clock.clone();
    catalog.settings.interval = Some(Duration::from_secs(100));
    catalog.restart().await;
    catalog.ingest.read_roots().await;
    clock.advance(TimeDelta::seconds(500));
    catalog.ingest.read_due().await;
    let read_at = clock.now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let source = catalog.explain("component:default/one").await.location.unwrap();
    assert_eq!((source.last_attempt.as_ref(), source.last_success.as_ref()), (Some(&read_at), Some(&read_at)));
    let next = chrono::DateTime::parse_from_rfc3339(&source.next_run.unwrap()).unwrap().to_utc();
    assert!((100..=150).contains(&(next - clock.now()).num_seconds()), "{next}");

    let elsewhere = Explainer::new(catalog.ingest.store.clone(), IngestStatus::new(None));
    let seen_elsewhere = async || {
        let found = elsewhere.entity_explain(Sight::Everything, &"component:default/one".parse().unwrap()).await;
        found.unwrap().unwrap().location.unwrap()
    };
    assert_ne!(seen_elsewhere().await.last_attempt.as_ref(), Some(&read_at), "it was not written yet");
    let seq = catalog.ingest.feed.index().seq();
    catalog.ingest.write_attempts().await;
    let source = seen_elsewhere().await;
    assert_eq!((source.last_attempt.as_ref(), source.is_watched), (Some(&read_at), None));
    assert_eq!(catalog.ingest.status.unwritten(), []);
    catalog.ingest.feed.catch_up().await.unwrap();
    assert_eq!(catalog.ingest.feed.index().seq(), seq, "no entity changed by that");
});
