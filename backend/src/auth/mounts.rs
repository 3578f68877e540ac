//! Which parts of the API need credentials, and which only read.

use actix_web::http::Method;

/// Where a public key set is published, within each plugin. Open to everyone.
pub(super) const KEY_SET_PATH: &str = "/.backstage/auth/v1/jwks.json";

/// The plugins that this server has, below `/api`.
///
/// A path below `/api` that belongs to none of them is not looked at here: it ends in a 404 without a body.
#[derive(Clone, Debug)]
pub struct Mounts {
    open: Vec<&'static str>,
    protected: Vec<&'static str>,
    /// What reads although it is asked with POST: plugin and path within it.
    reading_posts: Vec<(&'static str, &'static str)>,
}

impl Mounts {
    /// `auth` and `app`, which are open, and the given plugins, whose every route needs credentials.
    pub fn new(protected: &[&'static str]) -> Self {
        Self { open: vec!["auth", "app"], protected: protected.to_vec(), reading_posts: Vec::new() }
    }

    /// Names the operations that read although they are asked with POST. Tokens that only read are refused at all others.
    #[must_use]
    pub fn with_reading_posts(mut self, reading_posts: &[(&'static str, &'static str)]) -> Self {
        self.reading_posts = reading_posts.to_vec();
        self
    }

    /// Whether a request changes nothing, for certain.
    pub(super) fn is_reading(&self, method: &Method, plugin: &str, rest: &str) -> bool {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS => true,
            Method::POST => self.reading_posts.contains(&(plugin, rest)),
            _ => false,
        }
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
