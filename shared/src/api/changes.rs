//! Bodies of `GET /api/catalog/changes`.

use serde::{Deserialize, Serialize};

use super::catalog::PageInfo;

/// What has changed in the catalog, the newest first, page by page. An extension of this server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangesPage {
    /// The changes of this page.
    pub items: Vec<RecordedChange>,
    /// Where to go on: `nextCursor` is the `after` of the next page, which holds what happened before.
    pub page_info: PageInfo,
}

/// What happened to one entity.
///
/// ```json
/// {"seq":1204,"entityRef":"component:default/booking-api","change":"changed","changedAt":"2026-11-25T21:40:00.000Z",
///  "title":"Booking API","type":"service","source":"file:/srv/catalog-info.yaml","isPresent":true}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordedChange {
    /// The number of the change, as the stream of changes has it.
    pub seq: i64,
    /// The full reference in lower case.
    pub entity_ref: String,
    /// What happened.
    pub change: ChangeKind,
    /// When the catalog took it in, in RFC 3339. Changes of one reading have the same time.
    pub changed_at: String,
    /// The display name: as it is now, or as it was for an entity that is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `spec.type` as it is now.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub spec_type: Option<String>,
    /// The location that describes the entity now, or described it last, as `type:target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The entity is in the catalog now, whatever happened since.
    pub is_present: bool,
}

/// What happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChangeKind {
    /// It came into the catalog.
    Added,
    /// Its description changed.
    Changed,
    /// Its newest version cannot be taken in; readers see the last good one.
    Broken,
    /// What was wrong with its newest version is no more.
    Mended,
    /// Only its relations changed, because others began or ceased to refer to it.
    Related,
    /// It left the catalog.
    Removed,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Added, Self::Changed, Self::Broken, Self::Mended, Self::Related, Self::Removed];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Broken => "broken",
            Self::Mended => "mended",
            Self::Related => "related",
            Self::Removed => "removed",
        }
    }

    /// Reads the word on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_called_the_same_everywhere() {
        for kind in ChangeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(ChangeKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(ChangeKind::parse("Added"), None);
    }
}
