//! Addresses of files as people see them in a browser: which repository, which version, which file.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::Url;

/// What stays as it is in a segment of a path. `*` stays readable in addresses with wildcards; `?` would end the path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// A version of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GitRef {
    pub kind: RefKind,
    pub name: String,
}

/// What an address says about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefKind {
    /// Nothing: the host finds out.
    Any,
    Branch,
    Tag,
    Commit,
}

/// The address of a file, a folder or a pattern in a repository.
#[derive(Clone, Debug)]
pub(super) struct FileAddress {
    url: Url,
    place: PathPlace,
    /// What names the repository on its host, decoded: `["owner", "name"]`.
    pub repository: Vec<String>,
    /// The version; that of the default branch when it is left out.
    pub git_ref: Option<GitRef>,
    /// Decoded, from the root of the repository, without a slash before it. A folder has one after it, or is empty.
    pub path: String,
}

/// Where in an address the path of the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathPlace {
    /// After so many segments of the path.
    After(usize),
    /// In the parameter `path`.
    Query,
}

impl FileAddress {
    /// An address whose file is named after `n_before` segments of its path. `None` when a part cannot be what it stands
    /// for: no host has a repository called `..`, and a file whose name has a slash cannot be asked for.
    pub fn in_path(url: &Url, repository: Vec<String>, git_ref: Option<GitRef>, n_before: usize) -> Option<Self> {
        let segments: Vec<&str> = url.path_segments()?.skip(n_before).collect();
        let path = segments.iter().map(|segment| decode(segment)).collect::<Option<Vec<_>>>()?.join("/");
        Self::checked(url, PathPlace::After(n_before), repository, git_ref, path)
    }

    /// An address whose file is named in the parameter `path`.
    pub fn in_query(url: &Url, repository: Vec<String>, git_ref: Option<GitRef>) -> Option<Self> {
        let path =
            url.query_pairs().find(|(name, _)| name == "path").map_or_else(String::new, |(_, path)| path.into_owned());
        Self::checked(url, PathPlace::Query, repository, git_ref, path.trim_start_matches('/').to_owned())
    }

    fn checked(
        url: &Url,
        place: PathPlace,
        repository: Vec<String>,
        git_ref: Option<GitRef>,
        path: String,
    ) -> Option<Self> {
        let is_good = repository.iter().all(|part| is_name(part))
            && git_ref.as_ref().is_none_or(|git_ref| is_ref(&git_ref.name))
            && (path.is_empty() || is_path(path.strip_suffix('/').unwrap_or(&path)));
        is_good.then(|| Self { url: url.clone(), place, repository, git_ref, path })
    }

    /// The folder that holds the file, decoded, with a slash at its end unless it is the root; a folder is its own.
    pub fn folder(&self) -> &str {
        self.path.rfind('/').map_or("", |at| &self.path[..=at])
    }

    /// The same address for another path.
    pub fn with_path(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        match self.place {
            PathPlace::After(n_before) => {
                let before: Vec<&str> = self.url.path().split('/').skip(1).take(n_before).collect();
                url.set_path(&format!("/{}/{}", before.join("/"), encode_path(path)));
            }
            PathPlace::Query => {
                let others: Vec<_> = self.url.query_pairs().filter(|(name, _)| name != "path").collect();
                url.query_pairs_mut().clear().append_pair("path", &format!("/{path}")).extend_pairs(others);
            }
        }
        url
    }

    /// The same address with another segment of its path in place of one before the file, and for another path.
    pub fn with_segment(&self, at: usize, segment: &str, path: &str) -> Url {
        let mut url = self.with_path(path);
        let segments: Vec<&str> = url.path().split('/').skip(1).collect();
        let replaced: Vec<&str> =
            segments.iter().enumerate().map(|(n, old)| if n == at { segment } else { old }).collect();
        let path = format!("/{}", replaced.join("/"));
        url.set_path(&path);
        url
    }

    /// The same file at another version, for the API; what people see stays the same.
    pub fn at_version(&self, git_ref: GitRef) -> Self {
        Self { git_ref: Some(git_ref), ..self.clone() }
    }

    /// The address itself.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What a relative target means, as a path: `/x` from the root, everything else beside the file.
    ///
    /// # Errors
    /// A sentence for people when it leads out of the repository, or cannot be a path.
    pub fn resolve(&self, target: &str) -> Result<String, String> {
        let wrong = || format!("`{}` is not a path in the repository", target.escape_debug());
        let without_fragment = target.split('#').next().unwrap_or_default();
        let (start, rest) = match without_fragment.strip_prefix('/') {
            Some(rest) => ("", rest),
            None => (self.folder(), without_fragment),
        };
        let mut segments: Vec<String> = start.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        for segment in rest.split('/') {
            match decode(segment).ok_or_else(wrong)?.as_str() {
                "" | "." => {}
                ".." => {
                    segments.pop().ok_or_else(|| format!("`{target}` leads out of the repository"))?;
                }
                name if is_file_name(name) => segments.push(name.to_owned()),
                _ => return Err(wrong()),
            }
        }
        let mut path = segments.join("/");
        if !path.is_empty() && matches!(rest.rsplit('/').next(), Some("" | "." | "..")) {
            path.push('/');
        }
        Ok(path)
    }

    /// The name of the version for messages and parameters.
    pub fn ref_name(&self) -> Option<&str> {
        self.git_ref.as_ref().map(|git_ref| git_ref.name.as_str())
    }
}

/// The decoded segments of the path of an address, without an empty one at its end; `None` when one is not UTF-8.
pub(super) fn segments(url: &Url) -> Option<Vec<String>> {
    let mut segments = url.path_segments()?.map(decode).collect::<Option<Vec<_>>>()?;
    if segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    Some(segments)
}

/// The version that starts at a segment, and of how many segments it consists.
///
/// A branch may have a slash in its name, and nothing in an address tells where it ends. It is one segment here, unless
/// the slash is written `%2F` or the name is written in full, such as `refs/heads/main`.
pub(super) fn ref_at(segments: &[String], at: usize) -> Option<(GitRef, usize)> {
    match segments.get(at..)? {
        [refs, heads, name, ..] if refs == "refs" && matches!(heads.as_str(), "heads" | "tags") => {
            Some((GitRef { kind: RefKind::Any, name: format!("refs/{heads}/{name}") }, 3))
        }
        [name, ..] => Some((GitRef { kind: RefKind::Any, name: name.clone() }, 1)),
        [] => None,
    }
}

/// Encodes a path for an address, segment by segment.
pub(super) fn encode_path(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

/// Encodes one segment, a slash in it included.
pub(super) fn encode(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}

/// Whether a path from a listing can be the path of a file.
pub(super) fn is_path(path: &str) -> bool {
    path.split('/').all(is_file_name)
}

/// An address below another one. The parts are encoded already.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

fn decode(segment: &str) -> Option<String> {
    percent_decode_str(segment).decode_utf8().ok().map(Into::into)
}

/// Whether a text can be a part of the name of a repository.
fn is_name(text: &str) -> bool {
    is_file_name(text) && !text.contains(['*', '?'])
}

/// Whether a text can be the name of a file, or a pattern for it. Encoded once more, `..` is refused as well: some servers
/// decode twice.
fn is_file_name(text: &str) -> bool {
    let is_dots = |text: &str| matches!(text, "" | "." | "..");
    let twice = decode(text).unwrap_or_default();
    let is_odd = |text: &str| text.chars().any(|char| char.is_control() || matches!(char, '/' | '\\'));
    !is_dots(text) && !is_odd(text) && !is_dots(&twice) && !is_odd(&twice)
}

/// Whether a text can be the name of a version. Source: `git check-ref-format`.
fn is_ref(name: &str) -> bool {
    let is_odd = |char: char| char.is_control() || matches!(char, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\' | '%');
    let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains(is_odd)
        && name.split('/').all(is_part)
}
