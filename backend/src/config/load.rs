//! From files, environment and command line to a checked [`Config`].

use std::{
    collections::BTreeMap,
    env, fmt,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{
    Config, Sections, Warning,
    error::{ConfigError, ConfigErrors},
    reader::{At, Reader, Setting},
    source::Source,
    substitute::Files,
    tree::{Content, Node},
};
use crate::platform::http::OriginPattern;
use crate::platform::yaml::JsonPath;

/// Variables that set a key of the configuration start so.
const ENV_PREFIX: &str = "APP_CONFIG_";

/// What a configuration is made from.
#[derive(Clone, Default)]
pub struct LoadOptions {
    /// The files of `--config`, later ones winning. Empty: the usual names in the working directory.
    pub files: Vec<PathBuf>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The folder against which relative paths are resolved.
    pub working_directory: PathBuf,
    /// Options of the command line that stand for a key; they win over everything.
    pub overrides: Vec<Override>,
}

/// An option of the command line that stands for a key, such as `--port` for `backend.listen.port`.
#[derive(Clone, Debug)]
pub struct Override {
    /// The option as the user writes it, for messages.
    pub option: String,
    /// The key with its parents, separated by dots.
    pub path: String,
    /// Its value.
    pub value: Value,
}

impl LoadOptions {
    /// The environment and working directory of this process. Variables that are not UTF-8 are left out.
    ///
    /// A working directory that was removed meanwhile counts as `.`: what is looked for in it is then not found, which
    /// is reported where it matters.
    #[must_use]
    pub fn from_process(files: Vec<PathBuf>) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            files,
            env: env::vars_os().filter_map(text).collect(),
            working_directory: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            overrides: Vec::new(),
        }
    }

    /// Sets a key from an option of the command line; it wins over files and environment.
    #[must_use]
    pub fn with_override(mut self, option: &str, path: &str, value: impl Into<Value>) -> Self {
        self.overrides.push(Override { option: option.to_owned(), path: path.to_owned(), value: value.into() });
        self
    }
}

impl fmt::Debug for LoadOptions {
    /// Leaves the environment out: it holds secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadOptions")
            .field("files", &self.files)
            .field("working_directory", &self.working_directory)
            .field("overrides", &self.overrides)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads, merges and checks a configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn load(options: LoadOptions) -> Result<(Self, Vec<Warning>), ConfigErrors> {
        let LoadOptions { files, env, working_directory, overrides } = options;
        let files = if files.is_empty() { usual_files(&env, &working_directory) } else { files };
        let mut loader = Files::new(&env, &working_directory);
        let mut tree = Node::empty();
        for file in &files {
            if let Some(node) = loader.load(file) {
                tree.merge(node);
            }
        }
        let mut errors = loader.errors;
        for (name, value) in env.iter().filter(|(name, _)| name.starts_with(ENV_PREFIX)) {
            match from_variable(name, value) {
                Ok(node) => tree.merge(node),
                Err(error) => errors.push(error),
            }
        }
        for Override { option, path, value } in overrides {
            let source = Source::CommandLine(option.into());
            tree.merge(nested(path.split('.'), Node::from_json(value, &source)));
        }

        let mut reader = Reader::default();
        let root = At { node: &tree, path: JsonPath::root() };
        let sections = Sections::read(&root, &mut reader).unwrap_or_default();
        check_legacy_keys(&sections, &root, &mut reader);
        if errors.is_empty() && reader.errors.is_empty() {
            check_exposure(&sections, &root, &mut reader);
            check_cors(&sections, &root, &mut reader);
        }
        check_unused(&root, &mut reader);
        let (mut found, warnings) = reader.into_parts();
        errors.append(&mut found);
        if errors.is_empty() {
            Ok((Self { sections, tree, files, working_directory }, warnings))
        } else {
            Err(ConfigErrors(errors))
        }
    }
}

/// The files that are read when none is named, as far as they exist.
fn usual_files(env: &BTreeMap<String, String>, working_directory: &Path) -> Vec<PathBuf> {
    let environments: Vec<&str> = env
        .get("BACKSTAGE_ENV")
        .map(|names| names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect())
        .unwrap_or_default();
    let mut files = vec!["app-config.yaml".to_owned()];
    files.extend(environments.iter().map(|name| format!("app-config.{name}.yaml")));
    files.push("app-config.local.yaml".to_owned());
    files.extend(environments.iter().map(|name| format!("app-config.{name}.local.yaml")));
    files.into_iter().map(PathBuf::from).filter(|file| working_directory.join(file).is_file()).collect()
}

/// The tree that a variable such as `APP_CONFIG_backend_baseUrl` stands for.
fn from_variable(name: &str, value: &str) -> Result<Node, ConfigError> {
    let source = Source::Environment(name.into());
    let keys: Vec<&str> = name[ENV_PREFIX.len()..].split('_').collect();
    let is_key = |key: &&str| key.starts_with(|char: char| char.is_ascii_alphabetic());
    if !keys.iter().all(is_key) {
        return Err(ConfigError {
            source,
            path: JsonPath::root(),
            message:
                "the name must be `APP_CONFIG_` and keys that start with a letter, separated by single underscores"
                    .to_owned(),
            excerpt: String::new(),
        });
    }
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok(nested(keys.into_iter(), Node::from_json(value, &source)))
}

/// An object in an object … with `node` innermost.
fn nested<'a>(keys: impl DoubleEndedIterator<Item = &'a str>, node: Node) -> Node {
    keys.rev().fold(node, |inner, key| Node::wrap(key, inner))
}

/// Keys that are read and checked, and have no effect in this version.
const NOT_USED_YET: [&str; 2] = ["auth.experimentalExtraAllowedOrigins", "catalog.orphanProviderStrategy"];

/// Says which keys have no effect yet, so that nobody relies on them.
fn check_unused(root: &At<'_>, reader: &mut Reader) {
    let find = |path: &str| path.split('.').try_fold(root.clone(), |at, key| at.key(key));
    for path in NOT_USED_YET {
        if let Some(at) = find(path) {
            reader.not_supported_yet(&at, "these keys are read and checked, but have no effect in this version");
        }
    }
    let permission = find("permission.enabled").filter(|at| at.node.content == Content::Bool(true));
    if let Some(at) = permission {
        let what = "permissions are not enforced in this version: everyone who signs in, and every unrestricted token, reads the whole catalog";
        reader.not_supported_yet(&at, what);
    }
}

/// Says that old shared secrets let nobody in yet.
fn check_legacy_keys(sections: &Sections, root: &At<'_>, reader: &mut Reader) {
    let keys = root.key("backend").and_then(|at| at.key("auth")).and_then(|at| at.key("keys"));
    if let Some(at) = keys.filter(|_| !sections.backend.auth.keys.is_empty()) {
        reader.not_supported_yet(&at, "shared secrets in `backend.auth.keys` are not supported yet and let nobody in");
    }
}

/// Refuses to let every page of the world act for whoever has it open, and a status that tells browsers of a failure.
fn check_cors(sections: &Sections, root: &At<'_>, reader: &mut Reader) {
    let Some(cors) = &sections.backend.cors else { return };
    let at = |key: &str| root.key("backend")?.key("cors")?.key(key);
    if let Some(at) = at("origin").filter(|_| cors.credentials && cors.origin.0.iter().any(OriginPattern::is_any)) {
        let message = "every page could act for whoever opens it: with `backend.cors.credentials`, list the origins that may instead of `*`";
        reader.error(&at, message.to_owned());
    }
    if let Some(at) = at("optionsSuccessStatus").filter(|_| !(200..300).contains(&cors.options_success_status)) {
        reader.error(&at, "a preflight must be answered with a status from 200 to 299".to_owned());
    }
}

/// Refuses to let everyone on the network in by accident.
fn check_exposure(sections: &Sections, root: &At<'_>, reader: &mut Reader) {
    let listen = &sections.backend.listen;
    let Some(guest) = &sections.auth.providers.guest else { return };
    if listen.is_loopback() || guest.dangerously_allow_outside_development {
        return;
    }
    let backend = root.key("backend");
    let at = backend.as_ref().and_then(|at| at.key("listen")).or(backend);
    let at = at.unwrap_or_else(|| root.clone());
    let at = at.key("host").unwrap_or(at);
    reader.error(
        &at,
        format!(
            "the server would listen on `{listen}`, which other machines can reach, while guest sign-in is on: everyone could come in without a password. Either set `backend.listen.host` to `127.0.0.1` (for example behind a proxy that signs people in), or set `auth.providers.guest.dangerouslyAllowOutsideDevelopment` to `true` if that is what you want"
        ),
    );
}
