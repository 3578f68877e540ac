//! The document of an entity in its source, read at this moment.

use std::time::Duration;

use serde_json::Value;
use shared::api::sources::{EntityFields, SourceDocument};
use shared::entity::{EntityRef, document_ref};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::service::LocationService;
use crate::auth::Caller;
use crate::catalog::error::CatalogError;
use crate::catalog::explain::field_lines;
use crate::catalog::ingest::read::{MAX_FILE_BYTES, read_file};
use crate::catalog::ingest::reader::{Job, Said};
use crate::catalog::location::{FILE, LocationRef, MANAGED_BY_ORIGIN, PROVIDER, URL};
use crate::catalog::store::CurrentClaim;
use crate::platform::scm::UrlRead;
use crate::platform::yaml::{Document, Limits, parse_documents};

/// How long reading the source may take, waiting for a turn included.
const MAX_TIME: Duration = Duration::from_secs(15);

/// A document, and the bytes it stands in.
struct Written {
    document: Document,
    bytes: Vec<u8>,
    /// Ingestion understands it as what is stored.
    is_current: bool,
}

impl LocationService {
    /// Where each line of an entity comes from. Its source is read for this.
    ///
    /// # Errors
    /// [`CatalogError::EntityNotFound`], also when the caller may not see the entity; [`CatalogError::Store`].
    pub async fn entity_fields(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<EntityFields, CatalogError> {
        let document = self.catalog.entity_get(caller, entity_ref)?;
        let not_found = || CatalogError::EntityNotFound(entity_ref.clone());
        let entity: Value = serde_json::from_slice(&document).map_err(|_| not_found())?;
        let name = entity_ref.to_string();
        let claim = self.catalog.store.current_claims(std::slice::from_ref(&name)).await?.remove(&name);
        let Some(claim) = claim else {
            let reason = Some("nothing describes the entity any more".to_owned());
            return Ok(EntityFields { lines: field_lines(&entity, None, None), source: None, reason });
        };
        let read = timeout(MAX_TIME, self.written(entity_ref, &claim)).await;
        let read = read.unwrap_or_else(|_| Err(format!("the source did not answer within {} s", MAX_TIME.as_secs())));
        let (written, reason) = match read {
            Ok(written) => (Some(written), None),
            Err(reason) => (None, Some(reason)),
        };
        let current = written.as_ref().filter(|written| written.is_current);
        let marks = current.map(|written| (&written.document.value, &written.document.marks));
        Ok(EntityFields {
            lines: field_lines(&entity, Some(&claim.document), marks),
            source: written.map(|written| told(&claim.location, &written)),
            reason,
        })
    }

    /// The document as it is written now; or why it cannot be told.
    async fn written(&self, entity_ref: &EntityRef, claim: &CurrentClaim) -> Result<Written, String> {
        // Never closed; without a permit the reads are no less right.
        let _turn = self.turns.acquire().await;
        let location = &claim.location;
        let bytes = match location.location_type.as_str() {
            FILE => {
                let path = location.target.clone();
                let read = spawn_blocking(move || read_file(path.as_ref())).await;
                let read = read.map_err(|_| "reading stopped unexpectedly; the log tells more".to_owned())?;
                read.map_err(|error| error.message)?
            }
            URL => match self.settings.reader.urls.read(&location.target, None, MAX_FILE_BYTES).await {
                Ok(UrlRead::Content { bytes, .. }) => bytes,
                Ok(UrlRead::Same) => return Err("the source answered nothing".to_owned()),
                Err(error) => return Err(error.message),
            },
            PROVIDER => return Err("the catalog makes this entity itself, for a location".to_owned()),
            other => return Err(format!("locations of type `{other}` are not read")),
        };
        let wanted = entity_ref.clone();
        // A long file takes a while, which other requests need not wait for.
        let parsed = spawn_blocking(move || {
            let of_entity = |document: &Document| document_ref(&document.value).as_ref() == Some(&wanted);
            let documents = parse_documents(&bytes, &Limits::descriptor()).into_iter().filter_map(Result::ok).flatten();
            let found = documents.into_iter().find(of_entity);
            (bytes, found)
        });
        let (bytes, found) = parsed.await.map_err(|_| "reading stopped unexpectedly; the log tells more".to_owned())?;
        let document = found.ok_or_else(|| format!("`{location}` has no readable document of this entity now"))?;
        let is_current = self.is_as_stored(entity_ref, claim, bytes.clone()).await;
        Ok(Written { document, bytes, is_current })
    }

    /// Whether ingestion would understand the text as what is stored.
    async fn is_as_stored(&self, entity_ref: &EntityRef, claim: &CurrentClaim, bytes: Vec<u8>) -> bool {
        let origin = claim.document["metadata"]["annotations"][MANAGED_BY_ORIGIN].as_str();
        let origin = origin.and_then(|origin| LocationRef::parse(origin).ok());
        let job = Job::first(claim.location.clone(), origin.unwrap_or_else(|| claim.location.clone()));
        let Said::Documents { processed, .. } = self.settings.reader.read_text(&job, bytes).await else { return false };
        let name = entity_ref.to_string();
        let mut documents = processed.documents.into_iter();
        let content =
            documents.find(|document| document.claim.entity_ref == name).and_then(|found| found.claim.content);
        content.is_some_and(|content| {
            serde_json::from_str::<Value>(&content.document).is_ok_and(|document| document == claim.document)
        })
    }
}

/// The document alone: the others of its file may be hidden from the asker.
fn told(location: &LocationRef, written: &Written) -> SourceDocument {
    let Written { document, bytes, is_current } = written;
    let text = bytes.get(document.source.clone()).unwrap_or_default();
    SourceDocument {
        location: location.to_string(),
        first_line: document.first_line(),
        text: String::from_utf8_lossy(text).into_owned(),
        is_current: *is_current,
    }
}
