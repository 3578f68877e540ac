//! The engine in a server of its own, for replicas that share an index.
//!
//! The records hold words as we cut them, so that both engines find `playback-order` by `PlaybackOrder`. What the caller may
//! read is a condition of every request, so that counts and facets never tell of more. Every replica writes what changes;
//! writing the same twice does no harm. A new index is made beside the old one, which answers until both are swapped.

mod ask;
mod client;
mod filter;
mod records;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use meilisearch_sdk::client::{Client, SwapIndexes};
use meilisearch_sdk::documents::{DocumentDeletionQuery, DocumentsQuery, DocumentsResults};
use meilisearch_sdk::errors::{Error, ErrorCode, ErrorType};
use meilisearch_sdk::indexes::{Index, IndexesQuery};
use meilisearch_sdk::settings::Settings;
use meilisearch_sdk::task_info::TaskInfo;
use meilisearch_sdk::tasks::Task;
use parking_lot::Mutex;
use serde_json::Value;
use tracing::{info, warn};
use uuid::Uuid;

use self::client::Carrier;
use self::records::{LAYOUT, PRIMARY_KEY, Record, RecordVersion, key_number, records, settings};
use super::document::{EntityDocuments, entity_number};
use super::engine::{Contents, SearchEngine};
use super::error::SearchError;
use super::question::{Found, Question};
use crate::platform::clock::Clock;

/// How many records one request carries.
const RECORDS_PER_REQUEST: usize = 2_000;
/// How many entities one condition names.
const ENTITIES_PER_REQUEST: usize = 1_000;
/// How many conditions one condition is made of.
const CONDITIONS_PER_REQUEST: usize = 100;
/// How many versions one request reads.
const VERSIONS_PER_REQUEST: usize = 10_000;
/// How long a question may take before the catalog is asked instead.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long one task may take.
const TASK_TIMEOUT: Duration = Duration::from_secs(300);
/// How often a task is looked at: at first, and later.
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LAST_LOOK: Duration = Duration::from_millis(500);
/// An unfinished index of this age, in minutes, was left behind by a process that is gone.
const LEFT_BEHIND_MINUTES: i64 = 60;
/// How many indexes are looked at for those that were left behind.
const LISTED_INDEXES: usize = 10_000;
/// So many questions in a row without an answer mean that the server is away.
const UNANSWERED: u32 = 3;
/// The version of an entity whose records are of several states, since the process that wrote them was killed.
const MIXED: u64 = 0;

/// Where the server is, and what is ours in it.
#[derive(Clone)]
pub struct MeilisearchSettings {
    /// The address.
    pub host: String,
    /// The key, where one is needed.
    pub api_key: Option<String>,
    /// The name of the index.
    pub index: String,
}

/// The engine.
pub struct MeilisearchEngine {
    client: Client<Carrier>,
    index: String,
    /// The index that is being made.
    unfinished: Mutex<Option<String>>,
    /// How many questions in a row were not answered.
    n_unanswered: AtomicU32,
    clock: Clock,
    pre_tag: String,
    post_tag: String,
}

impl MeilisearchEngine {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// [`SearchError::Setting`] for a setting that cannot be right.
    pub fn new(settings: MeilisearchSettings, clock: Clock) -> Result<Self, SearchError> {
        let MeilisearchSettings { host, api_key, index } = settings;
        let host = host.trim_end_matches('/').to_owned();
        let is_address = reqwest::Url::parse(&host).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_address {
            let message =
                format!("`search.meilisearch.host` must be an address such as `http://localhost:7700`, not `{host}`");
            return Err(SearchError::Setting(message));
        }
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        if index.is_empty() || index.len() > 200 || !index.chars().all(is_name) {
            let message =
                format!("`search.meilisearch.index` may have letters, digits, `-` and `_` only, not `{index}`");
            return Err(SearchError::Setting(message));
        }
        let carrier = Carrier::new(api_key.as_deref())?;
        let mark = Uuid::new_v4();
        Ok(Self {
            client: Client::new_with_client(host, api_key, carrier),
            index,
            unfinished: Mutex::new(None),
            n_unanswered: AtomicU32::new(0),
            clock,
            pre_tag: format!("<{mark}>"),
            post_tag: format!("</{mark}>"),
        })
    }

    /// The index that is written.
    fn written(&self) -> Index<Carrier> {
        let unfinished = self.unfinished.lock().clone();
        self.client.index(unfinished.unwrap_or_else(|| self.index.clone()))
    }

    /// Waits until a task is done.
    async fn done(&self, task: TaskInfo) -> Result<(), SearchError> {
        self.outcome(task).await?.map_err(|error| SearchError::Refused(error.to_string()))
    }

    /// Waits until a task has come to its end, and tells why it failed, if it did.
    async fn outcome(
        &self,
        task: TaskInfo,
    ) -> Result<Result<(), meilisearch_sdk::errors::MeilisearchError>, SearchError> {
        let started = Instant::now();
        let mut wait = FIRST_LOOK;
        loop {
            match self.client.get_task(&task).await.map_err(explain)? {
                Task::Succeeded { .. } => return Ok(Ok(())),
                Task::Failed { content } => return Ok(Err(content.error)),
                Task::Enqueued { .. } | Task::Processing { .. } if started.elapsed() < TASK_TIMEOUT => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LAST_LOOK);
                }
                Task::Enqueued { .. } | Task::Processing { .. } => return Err(explain(Error::Timeout)),
            }
        }
    }

    /// Deletes unfinished indexes that nobody works on any more. What fails is tried again next time.
    async fn tidy(&self) -> Result<(), SearchError> {
        let begin = format!("{}-", self.index);
        let mut query = IndexesQuery::new(&self.client);
        query.with_limit(LISTED_INDEXES);
        let listed = self.client.list_all_indexes_raw_with(&query).await.map_err(explain)?;
        let indexes = listed.get("results").and_then(Value::as_array).cloned().unwrap_or_default();
        let limit = self.clock.now() - TimeDelta::minutes(LEFT_BEHIND_MINUTES);
        for index in indexes {
            let text = |field: &str| index.get(field).and_then(Value::as_str).unwrap_or_default();
            let is_ours = text("uid").strip_prefix(&begin).is_some_and(|rest| Uuid::parse_str(rest).is_ok());
            let made_at = DateTime::parse_from_rfc3339(text("createdAt")).map(|at| at.with_timezone(&Utc));
            if is_ours && made_at.is_ok_and(|made_at| made_at < limit) {
                info!(index = text("uid"), "an unfinished search index is deleted");
                let task = self.client.delete_index(text("uid")).await.map_err(explain)?;
                self.done(task).await?;
            }
        }
        Ok(())
    }

    /// Whether the index is set up as we need it: the server makes one without settings where records come to none.
    async fn is_set_up(&self) -> Result<bool, SearchError> {
        let found = match self.client.index(&self.index).get_settings().await {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(false),
            Err(error) => return Err(explain(error)),
        };
        let wanted = settings();
        // The server keeps these in an order of its own.
        let filterable = |settings: &Settings| settings.filterable_attributes.clone().unwrap_or_default();
        let (found_filterable, wanted_filterable) = (filterable(&found), filterable(&wanted));
        Ok(found_filterable.len() == wanted_filterable.len()
            && wanted_filterable.iter().all(|attribute| found_filterable.contains(attribute))
            && found.searchable_attributes == wanted.searchable_attributes
            && found.ranking_rules == wanted.ranking_rules)
    }

    async fn versions(&self) -> Result<Contents, SearchError> {
        if !self.is_set_up().await? {
            return Ok(Contents::Unusable);
        }
        let index = self.client.index(&self.index);
        let mut versions = HashMap::new();
        let mut offset = 0;
        loop {
            let mut query = DocumentsQuery::new(&index);
            query.with_offset(offset).with_limit(VERSIONS_PER_REQUEST).with_fields(["entity", "version", "layout"]);
            let read: DocumentsResults<RecordVersion> = match index.get_documents_with(&query).await {
                Ok(read) => read,
                // Records of somebody else are no reason to wait for better ones.
                Err(Error::ParseError(_)) => return Ok(Contents::Unusable),
                Err(error) if is_missing(&error) => return Ok(Contents::Unusable),
                Err(error) => return Err(explain(error)),
            };
            let n_read = read.results.len();
            for record in read.results {
                let (Some(entity), Some(version)) = (key_number(&record.entity), key_number(&record.version)) else {
                    return Ok(Contents::Unusable);
                };
                if record.layout != LAYOUT {
                    return Ok(Contents::Unusable);
                }
                versions
                    .entry(entity)
                    .and_modify(|known| *known = if *known == version { version } else { MIXED })
                    .or_insert(version);
            }
            offset += n_read;
            if n_read == 0 || offset >= usize::try_from(read.total).unwrap_or(usize::MAX) {
                break;
            }
        }
        // An empty index may be one without our settings.
        Ok(if versions.is_empty() { Contents::Unusable } else { Contents::Versions(versions) })
    }
}

#[async_trait]
impl SearchEngine for MeilisearchEngine {
    fn name(&self) -> &'static str {
        "meilisearch"
    }

    async fn find(&self, question: Question) -> Result<Found, SearchError> {
        let answer = tokio::time::timeout(QUESTION_TIMEOUT, self.ask(&question)).await;
        match answer.unwrap_or_else(|_| Err(SearchError::Unanswered(Box::new(Error::Timeout)))) {
            Ok(found) => {
                self.n_unanswered.store(0, Ordering::Relaxed);
                Ok(found)
            }
            Err(SearchError::Unanswered(cause)) => {
                let n_unanswered = self.n_unanswered.fetch_add(1, Ordering::Relaxed) + 1;
                Err(if n_unanswered < UNANSWERED { SearchError::Unanswered(cause) } else { SearchError::Away(cause) })
            }
            Err(error) => Err(error),
        }
    }

    async fn contents(&self) -> Result<Contents, SearchError> {
        // One that was begun and never ended is behind the catalog.
        *self.unfinished.lock() = None;
        self.versions().await
    }

    async fn rebuild_begin(&self) -> Result<(), SearchError> {
        if let Err(cause) = self.tidy().await {
            let cause: &dyn std::error::Error = &cause;
            warn!(cause, "unfinished search indexes cannot be looked for");
        }
        let name = format!("{}-{}", self.index, Uuid::new_v4().simple());
        let task = self.client.create_index(&name, Some(PRIMARY_KEY)).await.map_err(explain)?;
        self.done(task).await?;
        let task = self.client.index(&name).set_settings(&settings()).await.map_err(explain)?;
        self.done(task).await?;
        *self.unfinished.lock() = Some(name);
        Ok(())
    }

    async fn rebuild_end(&self) -> Result<(), SearchError> {
        let Some(finished) = self.unfinished.lock().take() else { return Ok(()) };
        // Only what exists can be swapped.
        let task = self.client.create_index(&self.index, Some(PRIMARY_KEY)).await.map_err(explain)?;
        match self.outcome(task).await? {
            Ok(()) => {}
            Err(error) if error.error_code == ErrorCode::IndexAlreadyExists => {}
            Err(error) => return Err(SearchError::Refused(error.to_string())),
        }
        let swap = SwapIndexes { indexes: (self.index.clone(), finished.clone()), rename: None };
        let task = self.client.swap_indexes([&swap]).await.map_err(explain)?;
        self.done(task).await?;
        let task = self.client.delete_index(&finished).await.map_err(explain)?;
        self.done(task).await
    }

    async fn apply(&self, changed: Vec<EntityDocuments>, gone: Vec<u64>) -> Result<(), SearchError> {
        let index = self.written();
        let mut tasks = Vec::new();
        let mut conditions: Vec<String> =
            gone.chunks(ENTITIES_PER_REQUEST).map(|part| filter::entities(part.iter().copied())).collect();
        // A new index has nothing of the past.
        if self.unfinished.lock().is_none() {
            conditions.extend(left_over(&changed).chunks(CONDITIONS_PER_REQUEST).map(|part| part.join(" OR ")));
        }
        for condition in &conditions {
            let mut query = DocumentDeletionQuery::new(&index);
            query.with_filter(condition);
            tasks.push(index.delete_documents_with(&query).await.map_err(explain)?);
        }
        // After the deletions, and each entity whole in one task: what a kill leaves behind has an old version, or is done.
        for part in parts(&changed) {
            tasks.push(index.add_or_replace(&part, Some(PRIMARY_KEY)).await.map_err(explain)?);
        }
        for task in tasks {
            self.done(task).await?;
        }
        Ok(())
    }

    async fn settle(&self) -> Result<(), SearchError> {
        // The server does that by itself.
        Ok(())
    }

    async fn n_documents(&self) -> Option<u64> {
        let index = self.client.index(&self.index);
        let stats = tokio::time::timeout(QUESTION_TIMEOUT, index.get_stats());
        stats.await.ok()?.ok().map(|stats| stats.number_of_documents as u64)
    }
}

/// The records of entities in parts of about the size of a request. No entity is torn.
fn parts(changed: &[EntityDocuments]) -> Vec<Vec<Record>> {
    let mut parts: Vec<Vec<Record>> = Vec::new();
    for entity in changed {
        let more = records(entity);
        match parts.last_mut().filter(|part| part.len() + more.len() <= RECORDS_PER_REQUEST) {
            Some(part) => part.extend(more),
            None => parts.push(more),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Conditions for what entities had, and have no more: the records behind their last one.
///
/// By number and not by version: where two replicas write an entity at the same time, neither takes out what the other has
/// written.
fn left_over(changed: &[EntityDocuments]) -> Vec<String> {
    let mut by_count: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for entity in changed {
        by_count.entry(entity.documents.len()).or_default().push(entity_number(&entity.entity_ref));
    }
    let conditions = by_count.iter().flat_map(|(n_rows, numbers)| {
        numbers
            .chunks(ENTITIES_PER_REQUEST)
            .map(move |part| format!("({} AND number >= {n_rows})", filter::entities(part.iter().copied())))
    });
    conditions.collect()
}

fn is_missing(error: &Error) -> bool {
    matches!(error, Error::Meilisearch(error) if error.error_code == ErrorCode::IndexNotFound)
}

/// What an error of the SDK means to us.
fn explain(error: Error) -> SearchError {
    match error {
        Error::Meilisearch(error) if error.error_type == ErrorType::Auth => {
            SearchError::Refused(format!("{}; check `search.meilisearch.apiKey`", error.error_message))
        }
        error => SearchError::Away(Box::new(error)),
    }
}

/// What an error means to us that came in place of an answer. A server that is reached and has our index may answer the next
/// question; one that does not know our fields never will.
fn unanswered(error: Error) -> SearchError {
    match &error {
        Error::Meilisearch(refusal)
            if refusal.error_type != ErrorType::Auth
                && !matches!(
                    refusal.error_code,
                    ErrorCode::IndexNotFound | ErrorCode::InvalidSearchFilter | ErrorCode::InvalidSearchFacets
                ) =>
        {
            SearchError::Unanswered(Box::new(error))
        }
        Error::MeilisearchCommunication(_) | Error::ParseError(_) => SearchError::Unanswered(Box::new(error)),
        _ => explain(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::engine_tests::{named, put, real_meilisearch};

    fn settings(host: &str, index: &str) -> MeilisearchSettings {
        MeilisearchSettings { host: host.to_owned(), api_key: None, index: index.to_owned() }
    }

    #[test]
    fn settings_that_cannot_be_right_are_told() {
        let engine = |host: &str, index: &str| MeilisearchEngine::new(settings(host, index), Clock::system());
        assert!(engine("http://localhost:7700/", "callboard").is_ok());
        for (host, index) in [("localhost:7700", "a"), ("ftp://x", "a"), ("http://x", ""), ("http://x", "a/b")] {
            assert!(matches!(engine(host, index), Err(SearchError::Setting(_))), "{host} {index}");
        }
    }

    #[test]
    fn what_an_entity_has_no_more_is_behind_its_last_row() {
        let entity = |name: &str| EntityDocuments {
            entity_ref: name.to_owned(),
            version: 1,
            changed_at_ms: None,
            documents: vec![],
        };
        let (a, b) = (entity_number("a"), entity_number("b"));
        assert_eq!(
            left_over(&[entity("a"), entity("b")]),
            [format!("(entity IN [{a:016x}, {b:016x}] AND number >= 0)")]
        );
    }

    #[test]
    fn no_entity_is_torn_between_requests() {
        let entity = |name: &str, n_documents: usize| EntityDocuments {
            entity_ref: name.to_owned(),
            version: 1,
            changed_at_ms: None,
            documents: vec![named(name, ""); n_documents],
        };
        let cut = |sizes: &[usize]| {
            let changed: Vec<_> = sizes.iter().map(|size| entity("a", *size)).collect();
            parts(&changed).iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(cut(&[1_500, 400, 200, 2_500, 0, 3]), [1_900, 200, 2_500, 3]);
        assert_eq!(cut(&[0, 0]), [0; 0]);
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_away() {
        let engine = MeilisearchEngine::new(settings("http://127.0.0.1:9", "callboard"), Clock::system()).unwrap();
        assert!(matches!(engine.contents().await, Err(SearchError::Away(_))));
        let question = Question { sight: super::super::question::Sight::Everything, limit: 1, ..Question::default() };
        assert!(matches!(engine.find(question).await, Err(SearchError::Away(_))));
        assert_eq!(engine.n_documents().await, None);
    }

    /// A server that refuses every question with this answer.
    async fn refusing(status: &'static str, body: &'static str) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 16_384];
                let n_read = stream.read(&mut request).await.unwrap();
                assert!(n_read > 0);
                let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            }
        });
        host
    }

    #[tokio::test]
    async fn one_question_without_an_answer_is_no_server_that_is_away() {
        let body = r#"{"message": "Too many search requests running at the same time", "code": "too_many_search_requests", "type": "system", "link": ""}"#;
        let host = refusing("503 Service Unavailable", body).await;
        let engine = MeilisearchEngine::new(settings(&host, "callboard"), Clock::system()).unwrap();
        let question = Question { sight: crate::search::question::Sight::Everything, limit: 1, ..Question::default() };
        for _ in 1..UNANSWERED {
            assert!(matches!(engine.find(question.clone()).await, Err(SearchError::Unanswered(_))));
        }
        assert!(matches!(engine.find(question).await, Err(SearchError::Away(_))));
    }

    #[tokio::test]
    async fn an_index_that_does_not_know_our_fields_is_away_at_once() {
        let body = r#"{"message": "Attribute `fields.kind` is not filterable", "code": "invalid_search_filter", "type": "invalid_request", "link": ""}"#;
        let host = refusing("400 Bad Request", body).await;
        let engine = MeilisearchEngine::new(settings(&host, "callboard"), Clock::system()).unwrap();
        let question = Question { sight: crate::search::question::Sight::Everything, limit: 1, ..Question::default() };
        assert!(matches!(engine.find(question).await, Err(SearchError::Away(_))));
    }

    async fn rebuilt(engine: &MeilisearchEngine, changed: Vec<EntityDocuments>) {
        engine.rebuild_begin().await.unwrap();
        engine.apply(changed, vec![]).await.unwrap();
        engine.rebuild_end().await.unwrap();
    }

    #[tokio::test]
    async fn an_index_that_the_server_made_by_itself_is_made_anew() {
        let Some(engine) = real_meilisearch() else { return };
        let entity = || put(named("a", ""));
        // The server has lost its data, and a change comes before anybody has asked: it makes a bare index of the records.
        assert_eq!(engine.contents().await.unwrap(), Contents::Unusable);
        let task = engine.written().add_or_replace(&records(&entity()), Some(PRIMARY_KEY)).await.unwrap();
        engine.done(task).await.unwrap();
        assert_eq!(engine.contents().await.unwrap(), Contents::Unusable);
        rebuilt(&engine, vec![entity()]).await;
        assert!(matches!(engine.contents().await.unwrap(), Contents::Versions(versions) if versions.len() == 1));
    }

    #[tokio::test]
    async fn an_entity_that_was_written_in_part_is_not_taken_for_whole() {
        let Some(engine) = real_meilisearch() else { return };
        let old = EntityDocuments { documents: vec![named("a", "one"), named("a", "two")], ..put(named("a", "")) };
        rebuilt(&engine, vec![old.clone()]).await;
        let new = EntityDocuments { version: 2, ..old };
        let task = engine.written().add_or_replace(&records(&new)[1..], Some(PRIMARY_KEY)).await.unwrap();
        engine.done(task).await.unwrap();
        let Contents::Versions(versions) = engine.contents().await.unwrap() else { panic!("the index is ours") };
        assert_eq!(versions.into_values().collect::<Vec<_>>(), [MIXED]);
    }
}
