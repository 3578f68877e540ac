//! From the configuration to what is read from other servers.

use super::StartError;
use crate::config::Config;
use crate::platform::fetch::AllowRule;
use crate::platform::scm::UrlReaderSettings;

/// Which addresses of other servers are read, and with which tokens.
///
/// # Errors
/// [`StartError::Setting`] when a host of the configuration cannot be used.
pub fn urls(config: &Config) -> Result<UrlReaderSettings, StartError> {
    let mut allow = Vec::new();
    for (n, rule) in config.backend.reading.allow.iter().enumerate() {
        let rule = AllowRule::parse(&rule.host, &rule.paths);
        allow.push(rule.map_err(|reason| StartError::Setting(format!("`backend.reading.allow[{n}]`: {reason}")))?);
    }
    Ok(UrlReaderSettings { allow, ..UrlReaderSettings::default() })
}
