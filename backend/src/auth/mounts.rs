//! Which parts of the API need credentials.

/// Where a public key set is published, within each plugin. Open to everyone.
pub(super) const KEY_SET_PATH: &str = "/.backstage/auth/v1/jwks.json";

/// The plugins that this server has, below `/api`.
///
/// A path below `/api` that belongs to none of them is not looked at here: it ends in a 404 without a body.
#[derive(Clone, Debug)]
pub struct Mounts {
    open: Vec<&'static str>,
    protected: Vec<&'static str>,
}

impl Mounts {
    /// `auth` and `app`, which are open, and the given plugins, whose every route needs credentials.
    pub fn new(protected: &[&'static str]) -> Self {
        Self { open: vec!["auth", "app"], protected: protected.to_vec() }
    }

    /// Whether the server has this plugin.
    pub fn contains(&self, plugin: &str) -> bool {
        self.open.contains(&plugin) || self.protected.contains(&plugin)
    }

    /// Whether a request for this path within a plugin is refused without credentials.
    pub(super) fn needs_credentials(&self, plugin: &str, rest: &str) -> bool {
        self.protected.contains(&plugin) && rest != KEY_SET_PATH
    }
}
