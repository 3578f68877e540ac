//! Who asks.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use shared::entity::EntityRef;

use crate::platform::http::ApiError;

/// Who asks. Every operation of a slice takes one.
///
/// As an extractor it answers 401 where no valid credentials came with the request; the middleware
/// [`super::Authenticate`] has looked at them before any extractor runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A person who signed in.
    User(Arc<UserCaller>),
    /// A program with a token of its own.
    Service(Arc<ServiceCaller>),
    /// Anyone, where `backend.auth.dangerouslyDisableDefaultAuthPolicy` opens the portal.
    Anonymous,
}

/// A person who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCaller {
    /// The user entity, which need not exist in the catalog.
    pub entity_ref: EntityRef,
    /// The references whose entities this person owns, in canonical form: the user and the groups of which it is a direct
    /// member, as of the sign-in.
    pub ownership_refs: Arc<[String]>,
    /// The personal token that speaks for the person; absent where the person signed in.
    pub token: Option<PersonalTokenUse>,
}

/// The personal token that a request came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalTokenUse {
    /// Which one.
    pub id: Arc<str>,
    /// Whether it only reads.
    pub is_read_only: bool,
}

/// A program with a token of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCaller {
    /// The name that the configuration gives the token.
    pub subject: Arc<str>,
    /// What the token is good for; everything where absent. A handler sees those of its own plugin only.
    pub restrictions: Option<Arc<[AccessRestriction]>>,
}

/// One plugin that a restricted token may use, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRestriction {
    /// The id of the plugin, such as `catalog`.
    pub plugin: String,
    /// Names of permissions, such as `catalog.entity.read`; all where empty.
    pub permissions: Vec<String>,
    /// Actions (`create`, `read`, `update`, `delete`); all where empty.
    pub actions: Vec<String>,
}

impl Caller {
    /// The references whose entities the caller owns; none for programs.
    pub fn ownership_refs(&self) -> &[String] {
        match self {
            Self::User(user) => &user.ownership_refs,
            Self::Service(_) | Self::Anonymous => &[],
        }
    }

    /// The caller as the plugin that is called knows it: with those restrictions of a token only that name this plugin.
    ///
    /// What a token may do elsewhere says nothing here, and what it may do here holds for everything that the plugin asks for.
    pub(super) fn at_plugin(&self, plugin: &str) -> Self {
        if let Self::Service(service) = self
            && let Some(restrictions) = &service.restrictions
        {
            let here = restrictions.iter().filter(|restriction| restriction.plugin == plugin).cloned().collect();
            let subject = Arc::clone(&service.subject);
            return Self::Service(Arc::new(ServiceCaller { subject, restrictions: Some(here) }));
        }
        self.clone()
    }

    /// Whether the caller came with a token that changes nothing.
    pub(super) fn is_read_only(&self) -> bool {
        match self {
            Self::User(user) => user.token.as_ref().is_some_and(|token| token.is_read_only),
            Self::Service(_) | Self::Anonymous => false,
        }
    }
}

/// What the middleware found, in the extensions of the request.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// Valid credentials, or none needed.
    Caller(Caller),
    /// Credentials that do not hold, with the message for the client.
    Refused(String),
}

impl ServiceCaller {
    /// Whether the token is good for any route of a plugin.
    pub fn may_use_plugin(&self, plugin: &str) -> bool {
        self.restrictions.as_ref().is_none_or(|list| list.iter().any(|restriction| restriction.plugin == plugin))
    }

    /// The plugins that a restricted token is good for.
    pub(super) fn plugins(&self) -> Vec<String> {
        self.restrictions.iter().flat_map(|list| list.iter()).map(|restriction| restriction.plugin.clone()).collect()
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match req.extensions().get::<Found>() {
            Some(Found::Caller(caller)) => Ok(caller.clone()),
            Some(Found::Refused(message)) => Err(ApiError::authentication(message)),
            None => Err(ApiError::authentication(MISSING_CREDENTIALS)),
        })
    }
}

/// The message of a 401 without credentials.
pub(super) const MISSING_CREDENTIALS: &str = "Missing credentials";
