//! `backend.auth`: how programs get in.

use super::{
    reader::{At, Reader, Setting},
    reference::KeyDescription,
    secret::SecretString,
    values::{HttpUrl, OneOrMany},
};

section! {
    /// Access of programs.
    pub struct BackendAuth {
        /// Tokens with which programs call the API.
        pub external_access: Vec<ExternalAccess> = "externalAccess";
        /// Whether requests without credentials are answered, too. Dangerous: everyone who reaches the server reads and
        /// writes everything.
        pub dangerously_disable_default_auth_policy: bool = "dangerouslyDisableDefaultAuthPolicy";
        /// Shared secrets of old Backstage set-ups. Read and checked, but not used yet.
        pub keys: Vec<LegacyKey> = "keys";
    }
    later: ["pluginKeyStore"]
}

section! {
    /// A shared secret of an old Backstage set-up.
    pub struct LegacyKey {
        /// The secret in base64.
        pub secret: SecretString = "secret" => required;
    }
}

choice! {
    /// How a program shows who it is.
    pub enum ExternalAccessType {
        /// A fixed token.
        Static = "static",
        /// A JWT signed with a shared secret.
        Legacy = "legacy",
        /// A JWT signed with a key from a key set.
        Jwks = "jwks",
    }
}

section! {
    /// An entry of `backend.auth.externalAccess` as it is written.
    pub struct ExternalAccessEntry {
        /// How the program shows who it is: `static` (a fixed token), `legacy` (a JWT with a shared secret) or `jwks` (a
        /// JWT signed with a key from a key set). `legacy` and `jwks` are checked but not used yet.
        pub access_type: Option<ExternalAccessType> = "type" => required;
        /// What belongs to the type.
        pub options: ExternalAccessOptions = "options";
        /// What the token may be used for; everything when it is left out.
        pub access_restrictions: Option<Vec<AccessRestriction>> = "accessRestrictions";
    }
}

section! {
    /// The options of all types of external access.
    pub struct ExternalAccessOptions {
        /// `static`: the token, at least 8 characters without white space.
        pub token: Option<SecretString> = "token";
        /// `static` and `legacy`: the name of the program in logs and permissions, without white space.
        pub subject: Option<String> = "subject";
        /// `legacy`: the shared secret in base64.
        pub secret: Option<SecretString> = "secret";
        /// `jwks`: address of the key set.
        pub url: Option<HttpUrl> = "url";
        /// `jwks`: accepted issuers.
        pub issuer: OneOrMany<String> = "issuer";
        /// `jwks`: accepted audiences.
        pub audience: OneOrMany<String> = "audience";
        /// `jwks`: accepted algorithms.
        pub algorithm: OneOrMany<String> = "algorithm";
        /// `jwks`: put before the subject of the JWT.
        pub subject_prefix: Option<String> = "subjectPrefix";
    }
}

section! {
    /// What a token may be used for.
    pub struct AccessRestriction {
        /// The plugin whose routes it opens, such as `catalog`.
        pub plugin: String = "plugin" => required;
        /// The permissions it has there; all when it is left out.
        pub permission: Option<OneOrMany<String>> = "permission";
        /// What kind of permissions it has there; all when it is left out.
        pub permission_attribute: Option<PermissionAttribute> = "permissionAttribute";
    }
}

section! {
    /// Attributes of permissions.
    pub struct PermissionAttribute {
        /// Any of `create`, `read`, `update` and `delete`.
        pub action: Option<OneOrMany<PermissionAction>> = "action";
    }
}

choice! {
    /// What a permission lets someone do.
    pub enum PermissionAction {
        /// Make something new.
        Create = "create",
        /// See something.
        Read = "read",
        /// Change something.
        Update = "update",
        /// Remove something.
        Delete = "delete",
    }
}

/// A way in for programs, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalAccess {
    /// How the program shows who it is.
    pub credential: ExternalCredential,
    /// What it may do; everything when `None`.
    pub restrictions: Option<Vec<AccessRestriction>>,
}

/// How a program shows who it is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExternalCredential {
    /// A fixed token.
    Static {
        /// The token: at least 8 characters, no white space.
        token: SecretString,
        /// The name of the program.
        subject: String,
    },
    /// A JWT with a shared secret. Not used yet.
    Legacy {
        /// The secret in base64.
        secret: SecretString,
        /// The name of the program.
        subject: String,
    },
    /// A JWT signed with a key from a key set. Not used yet.
    Jwks {
        /// Address of the key set.
        url: HttpUrl,
        /// Accepted issuers; any when empty.
        issuers: Vec<String>,
        /// Accepted audiences; any when empty.
        audiences: Vec<String>,
        /// Accepted algorithms; those of the key set when empty.
        algorithms: Vec<String>,
        /// Put before the subject of the JWT.
        subject_prefix: Option<String>,
    },
}

impl Setting for ExternalAccess {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let n_errors = reader.errors.len();
        let entry = ExternalAccessEntry::read(at, reader)?;
        let options_at = at.key("options").unwrap_or_else(|| at.clone());
        let options = entry.options;
        let mut require = |key: &str, is_missing: bool| {
            if is_missing && options_at.key(key).is_none() {
                let path = options_at.path.key(key);
                reader.error(&options_at, format!("`{path}` is missing"));
            }
        };
        let credential = match entry.access_type? {
            ExternalAccessType::Static => {
                require("token", options.token.is_none());
                require("subject", options.subject.is_none());
                ExternalCredential::Static { token: options.token?, subject: options.subject? }
            }
            ExternalAccessType::Legacy => {
                require("secret", options.secret.is_none());
                require("subject", options.subject.is_none());
                reader
                    .not_supported_yet(at, "external access of type `legacy` is not supported yet and lets nobody in");
                ExternalCredential::Legacy { secret: options.secret?, subject: options.subject? }
            }
            ExternalAccessType::Jwks => {
                require("url", options.url.is_none());
                reader.not_supported_yet(at, "external access of type `jwks` is not supported yet and lets nobody in");
                ExternalCredential::Jwks {
                    url: options.url?,
                    issuers: options.issuer.0,
                    audiences: options.audience.0,
                    algorithms: options.algorithm.0,
                    subject_prefix: options.subject_prefix,
                }
            }
        };
        if let ExternalCredential::Static { token, .. } = &credential
            && (token.expose().chars().count() < 8 || token.expose().contains(char::is_whitespace))
        {
            reader.wrong_secret(&options_at.key("token")?, "at least 8 characters without white space");
        }
        if let ExternalCredential::Static { subject, .. } | ExternalCredential::Legacy { subject, .. } = &credential
            && (subject.is_empty() || subject.contains(char::is_whitespace))
        {
            reader.wrong(&options_at.key("subject")?, "a name without white space");
        }
        (reader.errors.len() == n_errors).then_some(Self { credential, restrictions: entry.access_restrictions })
    }

    fn kind() -> String {
        ExternalAccessEntry::kind()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        ExternalAccessEntry::describe(path, table);
    }
}
