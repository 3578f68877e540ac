//! Replaces `{$text: ./file}` and its relatives by what the file holds.
//!
//! Source: contract `entity-model.md`, section 9.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::ProcessingError;
use super::read::read_file;
use crate::catalog::location::{LocationRef, normalize};
use crate::platform::yaml::{Limits, parse_documents};

/// How many placeholders one document may hold.
const MAX_PLACEHOLDERS: usize = 200;

/// Reads what the placeholders of one descriptor file name.
#[derive(Debug)]
pub struct Placeholders {
    folder: PathBuf,
    /// Files may only be read below these, whatever `..` and symbolic links say.
    allowed: Vec<PathBuf>,
    read: Vec<String>,
}

/// What is wrong with one placeholder, and where in the document it stands.
#[derive(Debug)]
pub struct PlaceholderError {
    /// The way to the placeholder, such as `spec`, `definition`.
    pub path: Vec<String>,
    /// What is wrong and what to do.
    pub message: String,
}

impl Placeholders {
    /// For a descriptor at `location`, reached from the registered location `origin`.
    pub fn new(location: &LocationRef, origin: &LocationRef) -> Self {
        Self { folder: location.folder(), allowed: vec![location.folder(), origin.folder()], read: vec![] }
    }

    /// The files that were read, or should have been: a change of one changes the descriptor.
    pub fn into_files(self) -> Vec<String> {
        let mut files = self.read;
        files.sort();
        files.dedup();
        files
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
        if target.contains("://") {
            return Err(format!(
                "`{target}` is an address, and this descriptor was read from a file; name a file beside it"
            ));
        }
        if Path::new(target).is_absolute() {
            return Err(format!("`{target}` is an absolute path; name a file relative to this one"));
        }
        let path = normalize(&self.folder.join(target));
        self.read.push(path.to_string_lossy().into_owned());
        let real = path.canonicalize().map_err(|_| format!("the file `{}` does not exist", path.display()))?;
        let is_inside =
            self.allowed.iter().any(|folder| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)));
        if !is_inside {
            return Err(format!("`{target}` leads out of the folder of the registered location; move the file inside"));
        }
        let bytes = read_file(&real).map_err(|error| error.message)?;
        match resolver {
            Resolver::Text => match String::from_utf8(bytes) {
                Ok(text) => Ok(Value::String(text)),
                Err(_) => Err(format!("`{target}` is not UTF-8 text")),
            },
            Resolver::Json => {
                serde_json::from_slice(&bytes).map_err(|error| format!("`{target}` is not JSON: {error}"))
            }
            Resolver::Yaml => {
                let mut documents = parse_documents(&bytes, &Limits::descriptor()).into_iter();
                match (documents.next(), documents.next()) {
                    (Some(Ok(Some(document))), None) => Ok(document.value),
                    (Some(Err(error)), _) => Err(format!("`{target}` is not YAML: {error}")),
                    _ => Err(format!("`{target}` must hold exactly one YAML document")),
                }
            }
        }
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
}

struct Walk<'a> {
    placeholders: &'a mut Placeholders,
    path: Vec<String>,
    n_found: usize,
    errors: Vec<PlaceholderError>,
}

impl Walk<'_> {
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

impl PlaceholderError {
    /// The same fact as a processing error.
    pub fn into_processing_error(self) -> ProcessingError {
        ProcessingError::new("InputError", self.message)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolve(files: &[(&str, &str)], mut value: Value) -> Result<Value, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let location = LocationRef::file(&folder.path().join("in/catalog-info.yaml"));
        std::fs::create_dir_all(folder.path().join("in")).unwrap();
        let result = Placeholders::new(&location, &location).resolve(&mut value);
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
        for target in ["/etc/passwd", "file:///etc/passwd", "https://example.com/a"] {
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
        assert!(Placeholders::new(&location, &location).resolve(&mut value).is_err());
    }
}
