//! Finds the [`Caller`] of a request before any extractor runs.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use futures_util::future::LocalBoxFuture;

use super::caller::{Caller, Found};
use super::error::AuthError;
use super::service::AuthService;
use crate::platform::http::{ApiError, CallerLabel, api_path};

/// Middleware that looks at the bearer token of every request below `/api/<plugin>`.
///
/// It refuses a request that needs credentials and has none, and leaves the [`Caller`] for the extractor otherwise.
/// Wrap it inside [`crate::platform::http::RequestFrame`], which writes the error body.
#[derive(Clone, Debug)]
pub struct Authenticate {
    auth: Data<AuthService>,
}

impl Authenticate {
    /// One for each application; all share the service.
    pub fn new(auth: Data<AuthService>) -> Self {
        Self { auth }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Authenticate
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = AuthenticateService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(AuthenticateService { inner: Rc::new(inner), auth: self.auth.clone() }))
    }
}

/// [`Authenticate`] at work.
#[derive(Debug)]
pub struct AuthenticateService<S> {
    inner: Rc<S>,
    auth: Data<AuthService>,
}

impl<S, B> Service<ServiceRequest> for AuthenticateService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    forward_ready!(inner);

    fn call(&self, req: ServiceRequest) -> Self::Future {
        let (inner, auth) = (Rc::clone(&self.inner), self.auth.clone());
        Box::pin(async move {
            match check(&auth, &req).await {
                Ok(()) => inner.call(req).await.map(ServiceResponse::map_into_left_body),
                Err(error) => Ok(req.error_response(error).map_into_right_body()),
            }
        })
    }
}

/// Leaves what was found in the extensions of the request.
async fn check(auth: &AuthService, req: &ServiceRequest) -> Result<(), ApiError> {
    // The path as the router sees it: `/api/%63atalog` is the catalog, too.
    let path = req.match_info().unprocessed();
    let Some(api) = api_path(path).filter(|api| auth.mounts().contains(api.plugin)) else { return Ok(()) };
    let is_required = auth.mounts().needs_credentials(api.plugin, api.rest);
    let Some(token) = bearer_token(req.headers()) else {
        if auth.settings().is_open_to_everyone {
            remember(req, Caller::Anonymous, CallerLabel("anonymous".into()));
            return Ok(());
        }
        return if is_required { Err(AuthError::Missing.into()) } else { Ok(()) };
    };
    match auth.caller_find(token).await {
        Ok(known) => {
            if let Caller::Service(service) = &known.caller
                && is_required
                && !service.may_use_plugin(api.plugin)
            {
                return Err(AuthError::PluginRefused { plugins: service.plugins() }.into());
            }
            if is_required
                && known.caller.is_read_only()
                && !auth.mounts().is_reading(req.method(), api.plugin, api.rest)
            {
                return Err(AuthError::ReadOnly.into());
            }
            remember(req, known.caller.at_plugin(api.plugin), CallerLabel(known.label.clone()));
            Ok(())
        }
        Err(error) => {
            let error = ApiError::from(error);
            if is_required || error.status() != 401 {
                return Err(error);
            }
            req.extensions_mut().insert(Found::Refused(error.message().to_owned()));
            Ok(())
        }
    }
}

fn remember(req: &ServiceRequest, caller: Caller, label: CallerLabel) {
    let mut extensions = req.extensions_mut();
    extensions.insert(Found::Caller(caller));
    extensions.insert(label);
}

/// The token of `Authorization: Bearer …`, the scheme in any case; other schemes count as no credentials.
pub(super) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
