//! Locations: the places that descriptors are read from.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::platform::scm::UrlReader;

/// The type of a location that is a file or a glob of files.
pub const FILE: &str = "file";
/// The type of a location that is an address.
pub const URL: &str = "url";
/// The type of a row that stands for a provider. Never on the wire.
pub const PROVIDER: &str = "provider";

/// A place that descriptors are read from. Its text is `type:target`, such as `file:/srv/catalog-info.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocationRef {
    /// `file` or `url`.
    pub location_type: String,
    /// An absolute path (which may be a glob), or an address.
    pub target: String,
}

/// Why a text is not a location reference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a location; write type:target, such as `file:./catalog-info.yaml`")]
pub struct LocationRefError(String);

impl LocationRef {
    /// A location of a file. `target` is absolute.
    pub fn file(target: &Path) -> Self {
        Self { location_type: FILE.to_owned(), target: target.to_string_lossy().into_owned() }
    }

    /// The row that stands for a provider.
    pub fn provider(name: &str) -> Self {
        Self { location_type: PROVIDER.to_owned(), target: name.to_owned() }
    }

    /// Reads `type:target`, split at the first `:`.
    ///
    /// # Errors
    /// When a part is empty, or the text is a bare web address, whose scheme would be taken for the type.
    pub fn parse(text: &str) -> Result<Self, LocationRefError> {
        match text.split_once(':') {
            Some((kind, target)) if !kind.is_empty() && !target.is_empty() && kind != "http" && kind != "https" => {
                Ok(Self { location_type: kind.to_owned(), target: target.to_owned() })
            }
            _ => Err(LocationRefError(text.to_owned())),
        }
    }

    /// A location of an address.
    pub fn url(address: &str) -> Self {
        Self { location_type: URL.to_owned(), target: address.to_owned() }
    }

    /// Whether the target has wildcards and stands for the files that match.
    pub fn is_glob(&self) -> bool {
        match self.location_type.as_str() {
            FILE => self.target.contains(['*', '?', '[', '{']),
            URL => UrlReader::is_glob(&self.target),
            _ => false,
        }
    }

    /// The folder that relative targets and placeholders of a `file` start from; for a glob, the folder above its first
    /// wildcard.
    pub fn folder(&self) -> PathBuf {
        let path = Path::new(&self.target);
        if !self.is_glob() {
            return path.parent().unwrap_or(path).to_owned();
        }
        path.components()
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
            .collect()
    }

    /// The location that `target` means when a descriptor of this location names it.
    ///
    /// A relative path starts at the folder of the descriptor. A `url` beside a `url` may be relative too, and `/x` starts
    /// at the root of the repository; beside a `file` it is a whole address.
    ///
    /// # Errors
    /// A sentence for people when the target cannot be resolved.
    ///
    /// Source: contract `entity-model.md`, section 6.
    pub fn resolve(&self, location_type: &str, target: &str, urls: &UrlReader) -> Result<Self, String> {
        match (self.location_type.as_str(), location_type) {
            (FILE, FILE) => {
                let path = Path::new(target);
                let path = if path.is_absolute() { path.to_owned() } else { self.folder().join(path) };
                Ok(Self::file(&normalize(&path)))
            }
            (URL, URL) => urls.resolve(&self.target, target).map(|address| Self::url(&address)),
            (_, URL) if is_address(target) => Ok(Self::url(target)),
            (_, URL) => Err(format!(
                "`{target}` is not a whole address, and this descriptor was read from a `{}`; write `https://…`, or leave out `type: url`",
                self.location_type
            )),
            (own, FILE) => Err(format!(
                "a descriptor read from a `{own}` location cannot point at the file `{target}`; use an address"
            )),
            (_, other) => Err(format!(
                "the location type `{other}` of target `{target}` is not one this portal reads; use `file` or `url`"
            )),
        }
    }

    /// The name of the Location entity that stands for this location: `generated-` and the SHA-1 of its text.
    ///
    /// Source: contract `entity-model.md`, section 6.
    pub fn generated_name(&self) -> String {
        format!("generated-{}", sha1_hex(self.to_string().as_bytes()))
    }

    /// The Location entity that stands for this location, under the usual name or one that it was given before.
    pub fn generated_entity(&self, name: &str) -> Value {
        let text = self.to_string();
        let mut annotations = Map::new();
        annotations.insert(MANAGED_BY.to_owned(), Value::String(text.clone()));
        annotations.insert(MANAGED_BY_ORIGIN.to_owned(), Value::String(text));
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": {"name": name, "namespace": "default", "annotations": annotations},
            "spec": {"type": self.location_type, "target": self.target},
        })
    }
}

/// The annotation that says where an entity was read.
pub const MANAGED_BY: &str = "backstage.io/managed-by-location";
/// The annotation that says which registered location led to an entity.
pub const MANAGED_BY_ORIGIN: &str = "backstage.io/managed-by-origin-location";
/// The annotation that says where people can look at the descriptor of an entity.
pub const VIEW_URL: &str = "backstage.io/view-url";
/// The annotation that says where people can edit the descriptor of an entity.
pub const EDIT_URL: &str = "backstage.io/edit-url";
/// The annotation that says where the sources of an entity are, as a location.
pub const SOURCE_LOCATION: &str = "backstage.io/source-location";
/// The annotation of an entity that no location names any more.
pub const ORPHAN: &str = "backstage.io/orphan";

impl fmt::Display for LocationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.location_type, self.target)
    }
}

/// The SHA-1 of some bytes as 40 hexadecimal digits. A name, not a protection.
pub fn sha1_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref())
}

/// The SHA-256 of some bytes as 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// Lower-case hexadecimal digits of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// Whether a text is a whole web address, rather than a path or an address of another kind.
pub fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme == "http" || scheme == "https")
}

/// Removes `.` and `..` without asking the file system, so that one file has one spelling.
pub fn normalize(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ingest::testing::url_reader;

    #[test]
    fn relative_targets_start_at_the_descriptor() {
        let location = LocationRef::file(Path::new("/srv/catalog/all.yaml"));
        let urls = url_reader();
        let resolved = |target| location.resolve("file", target, &urls).unwrap().target;
        assert_eq!(resolved("./teams/a.yaml"), "/srv/catalog/teams/a.yaml");
        assert_eq!(resolved("../b.yaml"), "/srv/b.yaml");
        assert_eq!(resolved("/etc/c.yaml"), "/etc/c.yaml");
    }

    #[test]
    fn a_file_may_lead_to_addresses_and_an_address_not_to_files() {
        let urls = url_reader();
        let file = LocationRef::file(Path::new("/srv/all.yaml"));
        let address = LocationRef::url("https://example.com/catalog/all.yaml");
        let other = "https://example.org/a.yaml";
        assert_eq!(file.resolve("url", other, &urls), Ok(LocationRef::url(other)));
        assert_eq!(address.resolve("url", other, &urls), Ok(LocationRef::url(other)));
        let beside = address.resolve("url", "../x/b.yaml", &urls).unwrap();
        assert_eq!(beside.to_string(), "url:https://example.com/x/b.yaml");
        for (location, location_type, target) in [
            (&file, "url", "./a.yaml"),
            (&file, "url", "javascript://x/%0aalert(1)"),
            (&file, "s3", "bucket/a.yaml"),
            (&address, "file", "/etc/passwd"),
            (&address, "file", other),
            (&address, "url", "javascript:alert(1)"),
            (&address, "s3", "bucket/a.yaml"),
        ] {
            let refused = location.resolve(location_type, target, &urls);
            assert!(refused.is_err(), "{location} {location_type} {target}: {refused:?}");
        }
    }

    #[test]
    fn the_folder_of_a_glob_ends_before_the_first_wildcard() {
        let glob = LocationRef::file(Path::new("/srv/catalog/*/info-?.yaml"));
        assert!(glob.is_glob());
        assert_eq!(glob.folder(), Path::new("/srv/catalog"));
    }

    #[test]
    fn the_generated_name_is_the_one_other_portals_use() {
        // SHA-1 of `url:https://example.com/a.yaml`.
        let location = LocationRef { location_type: URL.into(), target: "https://example.com/a.yaml".into() };
        assert_eq!(location.generated_name(), "generated-17fb6f13ffb6251438be1e4f37c6482b83ede45c");
    }

    #[test]
    fn a_bare_address_is_not_a_location() {
        assert!(LocationRef::parse("https://example.com").is_err());
        assert!(LocationRef::parse("file:").is_err());
        assert_eq!(LocationRef::parse("url:https://a/b").unwrap().target, "https://a/b");
    }
}
