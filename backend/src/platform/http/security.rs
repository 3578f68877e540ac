//! The headers that tell a browser what this origin may do.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Everything but the content security policy. Source: contract `other.md`, section 11.
const FIXED: [(&str, &str); 8] = [
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=15552000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-dns-prefetch-control", "off"),
    ("x-download-options", "noopen"),
    ("x-frame-options", "SAMEORIGIN"),
    ("x-permitted-cross-domain-policies", "none"),
    ("x-xss-protection", "0"),
];

/// The headers for every answer, ready to copy.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    fixed: Vec<(HeaderName, HeaderValue)>,
    policy: HeaderValue,
}

impl Default for SecurityHeaders {
    fn default() -> Self {
        let fixed = FIXED
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Self { fixed, policy: content_security_policy(&[]) }
    }
}

impl SecurityHeaders {
    /// Adds what is missing; a route that sets its own content security policy keeps it.
    pub fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.fixed {
            headers.insert(name.clone(), value.clone());
        }
        if !headers.contains_key(CONTENT_SECURITY_POLICY) {
            headers.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        }
    }
}

/// The policy of the web page: everything from this origin, WebAssembly, and the inline scripts with these hashes.
///
/// Style attributes are allowed (computed sizes), style elements are not. Nothing is loaded from another server, images included:
/// an address that an entity names would tell that server who reads what.
pub fn content_security_policy(inline_script_hashes: &[String]) -> HeaderValue {
    let mut scripts = String::from("script-src 'self' 'wasm-unsafe-eval'");
    for hash in inline_script_hashes {
        scripts.push_str(&format!(" 'sha256-{hash}'"));
    }
    let policy = format!(
        "default-src 'self'; {scripts}; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; \
         img-src 'self' data:; font-src 'self'; manifest-src 'self'; worker-src 'self'; object-src 'none'; \
         frame-src 'self'; frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
    );
    HeaderValue::try_from(policy).expect("words and base64 are visible ASCII")
}

/// The base64 of the SHA-256 of each inline script of an HTML page, as a content security policy names it.
pub fn inline_script_hashes(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let Some(tag_end) = rest[start..].find('>').map(|at| start + at + 1) else { break };
        let Some(end) = rest[tag_end..].find("</script").map(|at| tag_end + at) else { break };
        let is_external = rest[start..tag_end].split_ascii_whitespace().any(|word| word.starts_with("src="));
        if !is_external {
            hashes.push(STANDARD.encode(digest(&SHA256, &rest.as_bytes()[tag_end..end])));
        }
        rest = &rest[end..];
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_named_by_hash_and_external_ones_are_not() {
        let html = "<head><script type=\"module\">alert(1)</script><script src=\"/a.js\"></script></head>";
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert_eq!(inline_script_hashes(html), ["bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="]);
        assert_eq!(inline_script_hashes("<script>never closed"), Vec::<String>::new());
    }

    #[test]
    fn the_policy_names_the_hashes() {
        let policy = content_security_policy(&["abc=".to_owned()]);
        let text = policy.to_str().unwrap();
        assert!(text.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-abc=';"), "{text}");
        assert!(!text.contains("script-src 'self' 'unsafe"), "{text}");
    }

    #[test]
    fn a_policy_of_the_route_is_kept() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
        SecurityHeaders::default().apply(&mut headers);
        assert_eq!(headers.get(CONTENT_SECURITY_POLICY).unwrap(), "default-src 'none'");
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
    }
}
