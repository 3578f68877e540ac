//! The configuration as it is in effect, for `callboard config print`.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::{
    Config,
    reference::{KeyDescription, key_descriptions},
    secret::{REDACTED, is_secret_name},
    source::Source,
    tree::{Content, Node},
};

/// A single value in effect.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EffectiveKey {
    /// The key with its parents, such as `catalog.locations[0].target`.
    pub path: String,
    /// Its value; secrets are `<secret>`.
    pub value: Value,
    /// Where it comes from: `app-config.yaml:12:5`, `environment variable …`, `option …` or `default`.
    pub source: String,
}

impl Config {
    /// All values in effect with their sources: first those that are set, then the defaults of all others.
    ///
    /// Secrets are redacted. A value of an unknown key counts as a secret when its name suggests it, or when it comes
    /// from the environment or another file.
    #[must_use]
    pub fn effective(&self) -> Vec<EffectiveKey> {
        let table = key_descriptions();
        let known: HashMap<&str, &KeyDescription> = table.iter().map(|key| (key.path.as_str(), key)).collect();
        let mut keys = Vec::new();
        collect(&self.tree, "", "", &known, &mut keys);
        let parents_apply = |path: &str| parents(path).all(|parent| parent_applies(&self.tree, parent, &known));
        let is_set = |path: &str| self.tree.at(path.split('.')).is_some_and(|node| node.content != Content::Null);
        let defaults = table.iter().filter_map(|key| {
            let default = key.default.as_deref().filter(|default| !default.is_empty())?;
            let is_off = key.path.starts_with("auth.providers.guest") && self.auth.providers.guest.is_none();
            let applies = !key.path.contains(['[', '<']) && !is_set(&key.path) && !is_off && parents_apply(&key.path);
            applies.then(|| EffectiveKey {
                path: key.path.clone(),
                value: serde_json::from_str(default).unwrap_or_else(|_| Value::from(default)),
                source: Source::Default.to_string(),
            })
        });
        keys.extend(defaults);
        keys
    }
}

/// The keys above a key: of `a.b.c`, `a` and `a.b`.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').map(|(end, _)| &path[..end])
}

/// Whether the defaults inside an object are in effect: not when it is written as something else, such as
/// `backend.listen: 7007`, and not when it is missing and nothing stands for it, such as `backend.cors`.
fn parent_applies(tree: &Node, parent: &str, known: &HashMap<&str, &KeyDescription>) -> bool {
    match tree.at(parent.split('.')).map(|node| &node.content) {
        Some(Content::Map(_)) => true,
        Some(Content::Null) | None => known.get(parent).is_none_or(|key| !key.is_optional),
        Some(_) => false,
    }
}

/// Adds all single values below `node`. `pattern` is the path as the reference writes it, with `[]` for any place.
fn collect(
    node: &Node,
    path: &str,
    pattern: &str,
    known: &HashMap<&str, &KeyDescription>,
    keys: &mut Vec<EffectiveKey>,
) {
    let join = |parent: &str, key: &str| if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") };
    let value = match &node.content {
        Content::Map(entries) => {
            for (key, node) in entries.iter() {
                collect(node, &join(path, key), &join(pattern, key), known, keys);
            }
            return;
        }
        Content::List(items) if !items.is_empty() => {
            for (index, node) in items.iter().enumerate() {
                collect(node, &format!("{path}[{index}]"), &format!("{pattern}[]"), known, keys);
            }
            return;
        }
        Content::List(_) => Value::Array(Vec::new()),
        Content::Null => Value::Null,
        Content::Bool(value) => Value::from(*value),
        Content::Number(value) => Value::from(value.clone()),
        Content::Text(value) => Value::from(value.as_str()),
    };
    let is_secret = match known.get(pattern.trim_end_matches("[]")) {
        Some(key) => key.is_secret,
        None => {
            let is_from_outside = node.is_substituted || matches!(node.source, Source::Environment(_));
            is_from_outside || path.split(['.', '[']).any(is_secret_name_below_auth)
        }
    };
    let value = if is_secret && !value.is_null() { Value::from(REDACTED) } else { value };
    keys.push(EffectiveKey { path: path.to_owned(), value, source: node.source.to_string() });
}

/// The section `auth` itself is no secret, although "auth" in a key usually means one.
fn is_secret_name_below_auth(key: &str) -> bool {
    key != "auth" && is_secret_name(key)
}
