//! Sessions and identities.

use serde::{Deserialize, Serialize};

/// A session, as `POST /api/auth/{provider}/refresh` answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// What the identity provider says of the person.
    pub profile: Profile,
    /// Who this is in the catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backstage_identity: Option<SessionIdentity>,
}

/// What an identity provider says of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// An address for mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The address of an image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// A signed token and whom it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionIdentity {
    /// A JSON Web Token for the `Authorization: Bearer` header.
    pub token: String,
    /// Seconds until the token ends.
    pub expires_in_seconds: i64,
    /// Whom the token stands for.
    pub identity: Identity,
}

/// A person in the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Always `user`.
    #[serde(rename = "type")]
    pub identity_type: String,
    /// The reference of the user entity, which need not exist.
    pub user_entity_ref: String,
    /// The references whose entities this person owns: the user and the groups of which it is a direct member.
    pub ownership_entity_refs: Vec<String>,
}

/// The answer of `GET /api/auth/v1/userinfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserInfo {
    /// What is known of the caller.
    pub claims: UserInfoClaims,
}

/// What is known of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserInfoClaims {
    /// The reference of the user.
    pub sub: String,
    /// The references whose entities this person owns.
    pub ent: Vec<String>,
}
