//! What sign-in counts.

use super::error::AuthError;
use crate::platform::metrics::{Counter, Exposition, Kind};

/// Sessions that were started or renewed.
pub(super) static SIGN_INS: Counter = Counter::new();
/// Sessions that were refused, or could not be started.
pub(super) static FAILED_SIGN_INS: Counter = Counter::new();
/// Tokens that are none of this server, or do not hold any more.
static REFUSED_TOKENS: Counter = Counter::new();

/// Counts a token that does not hold. That the database is away is not the token's fault.
pub(super) fn count_refused<T>(looked_up: &Result<T, AuthError>) {
    let is_refused = matches!(
        looked_up,
        Err(AuthError::Illegal
            | AuthError::IllegalLimited
            | AuthError::UserTokenRefused { .. }
            | AuthError::PersonalTokenRefused { .. })
    );
    if is_refused {
        REFUSED_TOKENS.increment();
    }
}

/// Tells the counts of sign-in.
pub fn tell(exposition: &mut Exposition) {
    let sign_ins = "callboard_auth_sign_ins_total";
    exposition.metric(sign_ins, Kind::Counter, "Sessions that were started or renewed, by outcome.");
    exposition.value(sign_ins, &[("outcome", "success")], SIGN_INS.get());
    exposition.value(sign_ins, &[("outcome", "failure")], FAILED_SIGN_INS.get());
    exposition.single(
        "callboard_auth_refused_tokens_total",
        Kind::Counter,
        "Tokens that are none of this server, or do not hold any more.",
        REFUSED_TOKENS.get(),
    );
}
