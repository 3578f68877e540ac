//! Replaces `{$text: ./file}` and its relatives by what the file or address holds.
//!
//! Nothing here waits for the network. An address that is not at hand is noted as wanted; whoever processes the
//! descriptor gets what it holds and processes it again.
//!
//! Source: contract `entity-model.md`, section 9.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::read::read_file;
use crate::catalog::location::{FILE, LocationRef, is_address, normalize};
use crate::platform::scm::UrlReader;
use crate::platform::yaml::{Limits, parse_documents};

/// How many placeholders one document may hold.
const MAX_PLACEHOLDERS: usize = 200;
/// How many addresses all documents of one descriptor may pull in.
pub const MAX_ADDRESSES: usize = 500;

/// What addresses hold, as far as they were read; a sentence where that failed.
pub type Contents = HashMap<String, Result<Vec<u8>, String>>;

/// Replaces the placeholders of one descriptor.
#[derive(Debug)]
pub struct Placeholders<'a> {
    location: &'a LocationRef,
    /// Files may only be read below these, whatever `..` and symbolic links say. None for a descriptor from an address.
    allowed: Vec<PathBuf>,
    urls: &'a UrlReader,
    contents: &'a Contents,
    read: BTreeSet<String>,
    wanted: BTreeSet<String>,
}

/// What the placeholders of a descriptor pulled in.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Files and addresses that were read, or should have been: a change of one changes the descriptor. Sorted.
    pub depends_on: Vec<String>,
    /// Addresses whose content was not at hand. Where there are any, the descriptor is not processed yet.
    pub wanted: Vec<String>,
}

/// What is wrong with one placeholder, and where in the document it stands.
#[derive(Debug)]
pub struct PlaceholderError {
    /// The way to the placeholder, such as `spec`, `definition`.
    pub path: Vec<String>,
    /// What is wrong and what to do.
    pub message: String,
}

impl<'a> Placeholders<'a> {
    /// For a descriptor at `location`, reached from the registered location `origin`.
    pub fn new(location: &'a LocationRef, origin: &LocationRef, urls: &'a UrlReader, contents: &'a Contents) -> Self {
        let files = [location, origin].into_iter().filter(|_| location.location_type == FILE);
        let allowed = files.filter(|own| own.location_type == FILE).map(LocationRef::folder).collect();
        Self { location, allowed, urls, contents, read: BTreeSet::new(), wanted: BTreeSet::new() }
    }

    /// What was pulled in.
    pub fn into_pulled(self) -> Pulled {
        Pulled { depends_on: self.read.into_iter().collect(), wanted: self.wanted.into_iter().collect() }
    }

    /// Replaces every placeholder in `value`.
    ///
    /// # Errors
    /// All placeholders that cannot be replaced; `value` is then of no use.
    pub fn resolve(&mut self, value: &mut Value) -> Result<(), Vec<PlaceholderError>> {
        let mut walk = Walk { placeholders: self, path: vec![], n_found: 0, errors: vec![] };
        walk.visit(value);
        if walk.errors.is_empty() { Ok(()) } else { Err(walk.errors) }
    }

    fn load(&mut self, resolver: Resolver, target: &str) -> Result<Value, String> {
        if self.location.location_type == FILE && !target.contains("://") {
            return resolver.read(target, &self.load_file(target)?);
        }
        let contents = self.contents;
        let address = self.address(target)?;
        if !self.read.contains(&address) && self.read.len() >= MAX_ADDRESSES {
            return Err(format!("a descriptor may pull in at most {MAX_ADDRESSES} files; split it"));
        }
        self.read.insert(address.clone());
        match contents.get(&address) {
            Some(Ok(bytes)) => resolver.read(target, bytes),
            Some(Err(message)) => Err(message.clone()),
            None => {
                self.wanted.insert(address);
                Ok(Value::Null)
            }
        }
    }

    fn load_file(&mut self, target: &str) -> Result<Vec<u8>, String> {
        if Path::new(target).is_absolute() {
            return Err(format!("`{target}` is an absolute path; name a file relative to this one"));
        }
        let path = normalize(&self.location.folder().join(target));
        self.read.insert(path.to_string_lossy().into_owned());
        let real = path.canonicalize().map_err(|_| format!("the file `{}` does not exist", path.display()))?;
        let is_inside =
            self.allowed.iter().any(|folder| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)));
        if !is_inside {
            return Err(format!("`{target}` leads out of the folder of the registered location; move the file inside"));
        }
        read_file(&real).map_err(|error| error.message)
    }

    /// The whole address that `target` means.
    fn address(&self, target: &str) -> Result<String, String> {
        if self.location.location_type == FILE {
            return match is_address(target) {
                true => Ok(target.to_owned()),
                false => {
                    Err(format!("`{target}` is no file beside this one and no address that starts with `https://`"))
                }
            };
        }
        let own = &self.location.target;
        let address = self.urls.resolve(own, target)?;
        if self.urls.same_repository(own, &address) == Some(false) {
            return Err(format!(
                "`{target}` is in another repository than this descriptor; move the file into its own"
            ));
        }
        Ok(address)
    }
}

#[derive(Clone, Copy)]
enum Resolver {
    Text,
    Json,
    Yaml,
}

impl Resolver {
    /// Unknown names are no placeholders, so that a field may be called `$anything`.
    fn parse(key: &str) -> Option<Self> {
        match key {
            "$text" => Some(Self::Text),
            "$json" => Some(Self::Json),
            "$yaml" => Some(Self::Yaml),
            _ => None,
        }
    }

    /// What `bytes`, which `target` names, stand for.
    fn read(self, target: &str, bytes: &[u8]) -> Result<Value, String> {
        match self {
            Self::Text => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Value::String(text.to_owned())),
                Err(_) => Err(format!("`{target}` is not UTF-8 text")),
            },
            Self::Json => serde_json::from_slice(bytes).map_err(|error| format!("`{target}` is not JSON: {error}")),
            Self::Yaml => {
                let mut documents = parse_documents(bytes, &Limits::descriptor()).into_iter();
                match (documents.next(), documents.next()) {
                    (Some(Ok(Some(document))), None) => Ok(document.value),
                    (Some(Err(error)), _) => Err(format!("`{target}` is not YAML: {error}")),
                    _ => Err(format!("`{target}` must hold exactly one YAML document")),
                }
            }
        }
    }
}

struct Walk<'a, 'b> {
    placeholders: &'a mut Placeholders<'b>,
    path: Vec<String>,
    n_found: usize,
    errors: Vec<PlaceholderError>,
}

impl Walk<'_, '_> {
    fn visit(&mut self, value: &mut Value) {
        if let Some((resolver, target)) = placeholder(value) {
            match self.load(resolver, &target) {
                Ok(content) => *value = content,
                Err(message) => self.errors.push(PlaceholderError { path: self.path.clone(), message }),
            }
            return;
        }
        match value {
            Value::Object(fields) => {
                for (key, field) in fields {
                    self.path.push(key.clone());
                    self.visit(field);
                    self.path.pop();
                }
            }
            Value::Array(items) => {
                for (number, item) in items.iter_mut().enumerate() {
                    self.path.push(number.to_string());
                    self.visit(item);
                    self.path.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn load(&mut self, resolver: Resolver, target: &Value) -> Result<Value, String> {
        self.n_found += 1;
        if self.n_found > MAX_PLACEHOLDERS {
            return Err(format!("a document may hold at most {MAX_PLACEHOLDERS} placeholders"));
        }
        match target {
            Value::String(target) => self.placeholders.load(resolver, target),
            other => Err(format!("a placeholder names a file as text, and this is `{other}`")),
        }
    }
}

/// An object with exactly one key that is the name of a resolver.
fn placeholder(value: &Value) -> Option<(Resolver, Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    let (key, target) = fields.iter().next()?;
    Some((Resolver::parse(key)?, target.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::ingest::testing::url_reader;

    fn resolve(files: &[(&str, &str)], mut value: Value) -> Result<Value, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let location = LocationRef::file(&folder.path().join("in/catalog-info.yaml"));
        std::fs::create_dir_all(folder.path().join("in")).unwrap();
        let (urls, contents) = (url_reader(), Contents::new());
        let result = Placeholders::new(&location, &location, &urls, &contents).resolve(&mut value);
        result.map(|()| value).map_err(|errors| format!("{}: {}", errors[0].path.join("."), errors[0].message))
    }

    #[test]
    fn each_resolver_reads_its_format() {
        let files = [("in/a.txt", "hello\n"), ("in/b.json", "{\"x\":[1]}"), ("in/c.yaml", "y: on\n")];
        let value = json!({"a": {"$text": "./a.txt"}, "b": [{"$json": "b.json"}], "c": {"$yaml": "./c.yaml"}});
        let expected = json!({"a": "hello\n", "b": [{"x": [1]}], "c": {"y": "on"}});
        assert_eq!(resolve(&files, value), Ok(expected));
    }

    #[test]
    fn other_objects_are_left_alone() {
        for value in [json!({"$text": "a", "other": 1}), json!({"$ref": "a"}), json!({})] {
            assert_eq!(resolve(&[], value.clone()), Ok(value));
        }
    }

    #[test]
    fn files_outside_the_registered_folder_are_refused() {
        let outside = [("secret.txt", "s")];
        let error = resolve(&outside, json!({"spec": {"definition": {"$text": "../secret.txt"}}})).unwrap_err();
        assert!(error.starts_with("spec.definition: `../secret.txt` leads out of"), "{error}");
        for target in ["/etc/passwd", "file:///etc/passwd"] {
            assert!(resolve(&[], json!({"a": {"$text": target}})).is_err(), "{target}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_that_leads_outside_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("secret.txt"), "s").unwrap();
        std::os::unix::fs::symlink("../secret.txt", folder.path().join("in/link.txt")).unwrap();
        let location = LocationRef::file(&folder.path().join("in/catalog-info.yaml"));
        let mut value = json!({"$text": "./link.txt"});
        let (urls, contents) = (url_reader(), Contents::new());
        assert!(Placeholders::new(&location, &location, &urls, &contents).resolve(&mut value).is_err());
    }

    #[test]
    fn an_address_is_wanted_first_and_used_then() {
        let location = LocationRef::url("https://example.com/catalog/info.yaml");
        let urls = url_reader();
        let address = "https://example.com/catalog/a.txt".to_owned();
        let document = || json!({"spec": {"definition": {"$text": "./a.txt"}}});
        let none = Contents::new();
        let mut first = Placeholders::new(&location, &location, &urls, &none);
        first.resolve(&mut document()).unwrap();
        let pulled = first.into_pulled();
        assert_eq!((&pulled.wanted, &pulled.depends_on), (&vec![address.clone()], &vec![address.clone()]));

        let contents = Contents::from([(address, Ok(b"hello".to_vec()))]);
        let mut second = Placeholders::new(&location, &location, &urls, &contents);
        let mut value = document();
        second.resolve(&mut value).unwrap();
        assert_eq!(value, json!({"spec": {"definition": "hello"}}));
        assert_eq!(second.into_pulled().wanted, [""; 0]);
    }

    #[test]
    fn another_repository_is_refused() {
        let location = LocationRef::url("https://github.com/acme/booking/blob/main/catalog-info.yaml");
        let (urls, contents) = (url_reader(), Contents::new());
        let mut placeholders = Placeholders::new(&location, &location, &urls, &contents);
        let mut value = json!({"$text": "https://github.com/acme/secrets/blob/main/a.txt"});
        let errors = placeholders.resolve(&mut value).unwrap_err();
        assert!(errors[0].message.contains("in another repository"), "{errors:?}");
        assert!(placeholders.into_pulled().wanted.is_empty());
    }
}
