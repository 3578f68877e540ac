//! What a target means that a descriptor names.

use reqwest::Url;

use crate::platform::fetch::parse_address;

/// Resolves a target against the address of a descriptor on a host without integration.
///
/// # Errors
/// A sentence for people when the target is no address, or would lead to another host without saying so.
pub(super) fn resolve_plain(base: &Url, target: &str) -> Result<String, String> {
    let target = target.trim();
    if let Some(absolute) = absolute(target)? {
        return Ok(absolute);
    }
    check_relative(target)?;
    let mut url = base.join(target).map_err(|_| not_a_target(target))?;
    if url.origin() != base.origin() {
        return Err(not_a_target(target));
    }
    url.set_fragment(None);
    Ok(url.into())
}

/// The target itself where it is an address with a scheme.
pub(super) fn absolute(target: &str) -> Result<Option<String>, String> {
    // A drive letter or a name with a colon is no scheme; neither can be read either way.
    match Url::parse(target) {
        Ok(_) => parse_address(target).map(|_| Some(target.to_owned())),
        Err(_) => Ok(None),
    }
}

/// Refuses what leads elsewhere although it looks relative, or what different programs read differently.
pub(super) fn check_relative(target: &str) -> Result<(), String> {
    let is_odd =
        target.is_empty() || target.starts_with("//") || target.contains('\\') || target.chars().any(char::is_control);
    if is_odd { Err(not_a_target(target)) } else { Ok(()) }
}

fn not_a_target(target: &str) -> String {
    format!(
        "`{}` is not a target; write an address such as `https://…`, or a path such as `./other.yaml`",
        target.escape_debug()
    )
}
