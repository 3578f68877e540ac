//! Signing keys: ES256 pairs that are made here, stored, and replaced in time.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};

use super::error::AuthError;
use super::settings::MAX_TOKEN_LIFETIME_SECS;

/// The length of one coordinate of a P-256 point, in bytes.
const COORDINATE_BYTES: usize = 32;

/// The public half of a key, as key sets list it.
///
/// ```json
/// {"kty":"EC","crv":"P-256","x":"…","y":"…","kid":"0c5f…","alg":"ES256"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicKey {
    /// Always `EC`.
    pub kty: String,
    /// Always `P-256`.
    pub crv: String,
    /// The first coordinate, base64url.
    pub x: String,
    /// The second coordinate, base64url.
    pub y: String,
    /// The id that token headers name.
    pub kid: String,
    /// Always `ES256`.
    pub alg: String,
}

/// A key pair as the database holds it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct StoredKey {
    pub id: String,
    /// PKCS#8 in PEM.
    pub private_pem: String,
    pub public_key: PublicKey,
    pub created_at: DateTime<Utc>,
    /// Tokens signed with this key are refused from here on.
    pub expires_at: DateTime<Utc>,
}

impl StoredKey {
    /// Makes a new pair that signs for `rotation_days` and verifies until the last token it signed has ended.
    pub fn generate(id: String, now: DateTime<Utc>, rotation_days: u32) -> Result<Self, AuthError> {
        let failed = |_| AuthError::Key { action: "making a signing key", source: anyhow!("no random key pair") };
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
        let der = pair.to_pkcs8v1().map_err(failed)?;
        // An uncompressed point: 0x04, then both coordinates.
        let point = &pair.public_key().as_ref()[1..];
        let public_key = PublicKey {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x: URL_SAFE_NO_PAD.encode(&point[..COORDINATE_BYTES]),
            y: URL_SAFE_NO_PAD.encode(&point[COORDINATE_BYTES..]),
            kid: id.clone(),
            alg: "ES256".to_owned(),
        };
        let lifetime = TimeDelta::days(i64::from(rotation_days)) + TimeDelta::seconds(MAX_TOKEN_LIFETIME_SECS);
        Ok(Self { id, private_pem: pem(der.as_ref()), public_key, created_at: now, expires_at: now + lifetime })
    }
}

/// PKCS#8 in its text form, 64 characters a line.
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|byte| char::from(*byte)));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}

/// A key pair that is ready to use.
pub(super) struct SigningKey {
    pub public_key: PublicKey,
    pub signing: EncodingKey,
    pub verifying: DecodingKey,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl TryFrom<StoredKey> for SigningKey {
    type Error = AuthError;

    fn try_from(stored: StoredKey) -> Result<Self, AuthError> {
        let unreadable = |source| AuthError::Key { action: "reading a stored signing key", source };
        let signing = EncodingKey::from_ec_pem(stored.private_pem.as_bytes())
            .with_context(|| {
                format!("signing key `{}`; delete its row in `signing_keys` to have a new one made", stored.id)
            })
            .map_err(unreadable)?;
        let verifying = DecodingKey::from_ec_components(&stored.public_key.x, &stored.public_key.y)
            .with_context(|| format!("public half of signing key `{}`", stored.id))
            .map_err(unreadable)?;
        let StoredKey { public_key, created_at, expires_at, .. } = stored;
        Ok(Self { public_key, signing, verifying, created_at, expires_at })
    }
}

/// All keys that may still verify, newest first.
#[derive(Default)]
pub(super) struct KeyRing {
    keys: Vec<Arc<SigningKey>>,
}

impl KeyRing {
    /// Reads stored keys, in any order.
    pub fn new(stored: Vec<StoredKey>) -> Result<Self, AuthError> {
        let keys: Result<Vec<_>, _> = stored.into_iter().map(|key| SigningKey::try_from(key).map(Arc::new)).collect();
        let mut keys = keys?;
        // Replicas must agree, so equal times are ordered by id.
        keys.sort_by(|a, b| (b.created_at, &b.public_key.kid).cmp(&(a.created_at, &a.public_key.kid)));
        Ok(Self { keys })
    }

    /// The key to sign with; none when the newest is older than `rotation_days`.
    pub fn current(&self, now: DateTime<Utc>, rotation_days: u32) -> Option<Arc<SigningKey>> {
        let newest = self.keys.first()?;
        let is_fresh = now - newest.created_at < TimeDelta::days(i64::from(rotation_days));
        // The number of days may have been raised since the key was made.
        let outlives_tokens = now + TimeDelta::seconds(MAX_TOKEN_LIFETIME_SECS) <= newest.expires_at;
        (is_fresh && outlives_tokens).then(|| Arc::clone(newest))
    }

    /// A key that may still verify.
    pub fn find(&self, kid: &str, now: DateTime<Utc>) -> Option<Arc<SigningKey>> {
        self.keys.iter().find(|key| key.public_key.kid == kid && now < key.expires_at).cloned()
    }

    /// What the key set publishes.
    pub fn public_keys(&self, now: DateTime<Utc>) -> Vec<PublicKey> {
        self.keys.iter().filter(|key| now < key.expires_at).map(|key| key.public_key.clone()).collect()
    }
}
