//! User tokens: JSON Web Tokens signed with ES256. Source: contract `auth-permissions.md`, section 1.
//!
//! A full token carries in `uip` the signature of its limited form, so that anyone who holds the full token can derive the
//! limited one without the key. The limited form goes into cookies and is not accepted as a bearer token.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use shared::entity::EntityRef;

use super::error::AuthError;
use super::keys::SigningKey;

/// `typ` of a full user token.
const USER_TYPE: &str = "vnd.backstage.user";
/// `typ` of a limited user token.
const LIMITED_USER_TYPE: &str = "vnd.backstage.limited-user";
/// `aud` of a full user token.
const AUDIENCE: &str = "backstage";
/// A longer token is not issued, in characters: it would not fit into a header.
const MAX_TOKEN_CHARS: usize = 32_768;

#[derive(Serialize, Deserialize)]
struct UserClaims {
    iss: String,
    sub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ent: Option<Vec<String>>,
    aud: String,
    iat: i64,
    exp: i64,
    uip: String,
}

/// The claims of the limited form, in the order that its signature covers.
#[derive(Serialize, Deserialize)]
struct LimitedUserClaims {
    sub: String,
    iat: i64,
    exp: i64,
}

/// What a token is to say.
pub(super) struct UserTokenInput<'a> {
    pub issuer: &'a str,
    pub user: &'a EntityRef,
    /// Listed in the token where given.
    pub ownership_refs: Option<Vec<String>>,
    /// Seconds since 1970.
    pub issued_at: i64,
    /// Seconds since 1970.
    pub expires_at: i64,
}

/// Signs a full user token.
pub(super) fn user_token_sign(key: &SigningKey, input: UserTokenInput<'_>) -> Result<String, AuthError> {
    let limited = LimitedUserClaims { sub: input.user.to_string(), iat: input.issued_at, exp: input.expires_at };
    let limited = sign(key, LIMITED_USER_TYPE, &limited)?;
    let (_, signature) = limited.rsplit_once('.').expect("a signed token has three parts");
    let claims = UserClaims {
        iss: input.issuer.to_owned(),
        sub: input.user.to_string(),
        ent: input.ownership_refs,
        aud: AUDIENCE.to_owned(),
        iat: input.issued_at,
        exp: input.expires_at,
        uip: signature.to_owned(),
    };
    let token = sign(key, USER_TYPE, &claims)?;
    if token.len() > MAX_TOKEN_CHARS {
        return Err(AuthError::TokenTooLarge(token.len()));
    }
    Ok(token)
}

fn sign<T: Serialize>(key: &SigningKey, token_type: &str, claims: &T) -> Result<String, AuthError> {
    jsonwebtoken::encode(&header(token_type, &key.public_key.kid), claims, &key.signing)
        .map_err(|error| AuthError::Key { action: "signing a token", source: error.into() })
}

/// `{"typ":…,"alg":"ES256","kid":…}`, in this order.
fn header(token_type: &str, kid: &str) -> Header {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some(token_type.to_owned());
    header.kid = Some(kid.to_owned());
    header
}

/// Which form of user token this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Full,
    Limited,
}

/// What the header of a token claims, nothing of it verified.
pub(super) struct Claimed {
    pub form: Form,
    pub kid: String,
}

/// Reads the header of a token; `None` for everything that is no user token.
pub(super) fn user_token_peek(token: &str) -> Option<Claimed> {
    if token.len() > MAX_TOKEN_CHARS {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    let form = match header.typ.as_deref()? {
        USER_TYPE => Form::Full,
        LIMITED_USER_TYPE => Form::Limited,
        _ => return None,
    };
    Some(Claimed { form, kid: header.kid? })
}

/// A token that holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct VerifiedUser {
    pub user: EntityRef,
    /// Absent where the token does not list them.
    pub ownership_refs: Option<Vec<String>>,
    /// Seconds since 1970.
    pub expires_at: i64,
}

/// Checks signature, algorithm, issuer, audience and time of a user token.
pub(super) fn user_token_verify(
    key: &SigningKey,
    form: Form,
    issuer: &str,
    now_secs: i64,
    token: &str,
) -> Result<VerifiedUser, AuthError> {
    let mut validation = Validation::new(Algorithm::ES256);
    // The time is checked below, by our own clock and without leeway.
    validation.validate_exp = false;
    let (sub, ownership_refs, expires_at) = match form {
        Form::Full => {
            validation.set_required_spec_claims(&["sub", "exp", "aud", "iss"]);
            validation.set_audience(&[AUDIENCE]);
            validation.set_issuer(&[issuer]);
            let claims = decode::<UserClaims>(key, &validation, token)?;
            (claims.sub, claims.ent, claims.exp)
        }
        Form::Limited => {
            validation.set_required_spec_claims(&["sub", "exp"]);
            let claims = decode::<LimitedUserClaims>(key, &validation, token)?;
            (claims.sub, None, claims.exp)
        }
    };
    if expires_at <= now_secs {
        return Err(AuthError::UserTokenRefused { reason: "the token has expired, sign in again" });
    }
    let user = sub
        .parse()
        .map_err(|_| AuthError::UserTokenRefused { reason: "the subject of the token is no entity reference" })?;
    Ok(VerifiedUser { user, ownership_refs, expires_at })
}

fn decode<T: serde::de::DeserializeOwned>(
    key: &SigningKey,
    validation: &Validation,
    token: &str,
) -> Result<T, AuthError> {
    jsonwebtoken::decode(token, &key.verifying, validation).map(|data| data.claims).map_err(|error| {
        let reason = match error.kind() {
            ErrorKind::InvalidSignature => "the signature does not match",
            ErrorKind::InvalidAlgorithm => "the algorithm is not ES256",
            ErrorKind::InvalidIssuer => "the token was issued by another server",
            ErrorKind::InvalidAudience => "the token is for another audience",
            _ => "the token is malformed",
        };
        AuthError::UserTokenRefused { reason }
    })
}

/// Derives the limited form of a full token, as a holder without the key does it.
///
/// Returns `None` for a text that is no full user token. Nothing is verified.
pub fn limited_user_token(token: &str) -> Option<String> {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

    let Claimed { form: Form::Full, kid } = user_token_peek(token)? else { return None };
    let payload = BASE64URL.decode(token.split('.').nth(1)?).ok()?;
    let claims: UserClaims = serde_json::from_slice(&payload).ok()?;
    let limited = LimitedUserClaims { sub: claims.sub, iat: claims.iat, exp: claims.exp };
    let header = BASE64URL.encode(serde_json::to_vec(&header(LIMITED_USER_TYPE, &kid)).ok()?);
    let payload = BASE64URL.encode(serde_json::to_vec(&limited).ok()?);
    Some(format!("{header}.{payload}.{}", claims.uip))
}
