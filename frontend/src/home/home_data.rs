//! What the cards of home show, kept while other pages are shown, so that coming back shows it at once.

use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use shared::api::changes::{ChangeKind, RecordedChange};
use shared::api::overview::CatalogOverview;
use shared::entity::Entity;

use super::arrangement::Arrangement;
use super::owned::{self, OwnedScope};
use crate::api::ApiClient;
use crate::browser;
use crate::state::session::SessionState;
use crate::ui::load::Load;

/// Items that need attention, of which a card shows the first ones.
const MAX_ATTENTION: usize = 60;
/// Changes that are read; those of one reading are told together.
const MAX_CHANGES: usize = 120;
/// What happened and is worth telling; when only others refer to an entity, they are told instead.
const TOLD_CHANGES: [ChangeKind; 5] =
    [ChangeKind::Added, ChangeKind::Changed, ChangeKind::Broken, ChangeKind::Mended, ChangeKind::Removed];
/// Changes that come together are read together.
const PAUSE: Duration = Duration::from_millis(250);

/// What the catalog has for this person.
#[derive(Clone, Debug, PartialEq)]
pub struct HomeOverview {
    /// The owners that it is about; none where it is about everybody.
    pub owners: Vec<String>,
    /// What they have.
    pub found: CatalogOverview,
}

impl HomeOverview {
    /// Whether it is about everybody, because nothing belongs to this person.
    pub fn is_of_all(&self) -> bool {
        self.owners.is_empty()
    }
}

/// What home shows.
#[derive(Clone, Copy)]
pub struct HomeData {
    client: ApiClient,
    session: SessionState,
    /// What this person has, and what of it needs attention.
    pub overview: Load<HomeOverview>,
    /// What happened lately.
    pub changes: Load<Vec<RecordedChange>>,
    /// The first entities of what this person has.
    pub owned: Load<Vec<Entity>>,
    /// Whose entities the card shows, once somebody has chosen.
    pub scope: RwSignal<Option<OwnedScope>>,
    /// Where the cards stand.
    pub arrangement: Arrangement,
    /// Whether the cards are being arranged.
    pub is_arranging: RwSignal<bool>,
    /// The time, which moves on while home is shown.
    pub now_ms: RwSignal<f64>,
    is_due: StoredValue<bool>,
}

impl HomeData {
    /// Provides it to the whole page.
    pub fn provide(session: SessionState, client: ApiClient) {
        provide_context(Self {
            client,
            session,
            overview: Load::new(),
            changes: Load::new(),
            owned: Load::new(),
            scope: RwSignal::new(None),
            arrangement: Arrangement::new(client),
            is_arranging: RwSignal::new(false),
            now_ms: RwSignal::new(browser::now_ms()),
            is_due: StoredValue::new(false),
        });
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Reads everything, once it is known who this is. Where signing in failed, the cards say so.
    pub fn load(self) {
        if !self.session.is_pending() {
            self.load_overview();
            self.load_changes();
        }
    }

    /// Reads everything in a moment, when the catalog has changed.
    pub fn load_soon(self) {
        if self.is_due.get_value() {
            return;
        }
        self.is_due.set_value(true);
        let load = move || {
            self.is_due.set_value(false);
            untrack(|| self.load());
        };
        set_timeout(load, PAUSE);
    }

    /// Reads what this person has. Where that is nothing, and there is no group to have something: what everybody has.
    pub fn load_overview(self) {
        let owners = self.session.ownership_refs();
        let client = self.client;
        self.overview.run(async move {
            let has_groups = owners.iter().any(|owner| owner.starts_with("group:"));
            let found = client.catalog_overview(&owners, MAX_ATTENTION).await?;
            if owners.is_empty() || has_groups || !found.kinds.is_empty() || found.attention.total_items > 0 {
                return Ok(HomeOverview { owners, found });
            }
            let found = client.catalog_overview(&[], MAX_ATTENTION).await?;
            Ok(HomeOverview { owners: Vec::new(), found })
        });
    }

    /// Reads what happened lately.
    pub fn load_changes(self) {
        let client = self.client;
        self.changes.run(async move { Ok(client.changes_list(&TOLD_CHANGES, MAX_CHANGES).await?.items) });
    }

    /// Reads the first entities of what some owners have.
    pub fn load_owned(self, owners: &[String], kinds: &[(String, usize)]) {
        let query = owned::entities_query(owners, kinds);
        let client = self.client;
        self.owned.run(async move {
            let page = client.entities_query(&query).await?;
            Ok(owned::first_entities(page.items))
        });
    }

    /// Whether everything in the catalog is shown, because nothing belongs to this person. Until that is known: whether
    /// this person is in no group.
    pub fn is_of_all(self) -> bool {
        let known = self.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => Some(overview.is_of_all()),
            Some(Err(_)) | None => None,
        });
        known.unwrap_or_else(|| !self.session.ownership_refs().iter().any(|owner| owner.starts_with("group:")))
    }

    /// Whether the cards can be shown without moving soon: their places and what they hold are known, well or not.
    pub fn is_settled(self) -> bool {
        self.arrangement.is_known().get()
            && self.overview.value.with(Option::is_some)
            && self.changes.value.with(Option::is_some)
    }
}
