//! `auth`: how people sign in.

use super::{
    duration::HumanDuration,
    reader::{At, Reader, Setting},
    reference::KeyDescription,
    tree::Content,
};

section! {
    /// Sign-in of people.
    pub struct Auth {
        /// Which environment of the providers is used where they have several. Not used yet.
        pub environment: String = "environment", default "development".to_owned();
        /// Ways to sign in. Without any, guests are let in.
        pub providers: Providers = "providers";
        /// How long a sign-in is valid before the page renews it: 10 minutes to 24 hours.
        pub token_expiration: HumanDuration = "backstageTokenExpiration", default HumanDuration::from_secs(3600);
        /// Whether tokens leave out what their user owns. Smaller tokens for users in very many groups.
        pub omit_ownership_claim: bool = "omitIdentityTokenOwnershipClaim";
        /// Tokens that people make for programs of their own.
        pub personal_tokens: PersonalTokens = "personalTokens";
        /// Other origins whose pages may sign in. Not used yet.
        pub extra_allowed_origins: Vec<String> = "experimentalExtraAllowedOrigins";
    }
    later: ["session", "keyStore", "identityTokenAlgorithm", "clientIdMetadataDocuments", "experimentalRefreshToken",
        "experimentalDynamicClientRegistration", "autologout"]
}

section! {
    /// `auth.personalTokens`.
    pub struct PersonalTokens {
        /// How long a token is good for unless its owner says something else: at least a day, and not longer than
        /// `maxLifetime`.
        pub default_lifetime: HumanDuration = "defaultLifetime", default HumanDuration::from_secs(90 * 86_400);
        /// The longest time that a token may be good for. Lowering it also ends tokens that are older by now.
        pub max_lifetime: HumanDuration = "maxLifetime", default HumanDuration::from_secs(365 * 86_400);
        /// How many tokens that have not expired a person may have.
        pub max_per_user: u32 = "maxPerUser", default 50;
        /// Whether guests may make tokens, too. Everyone who reaches a portal with guest sign-in is the same guest, so such
        /// a token belongs to nobody in particular and stays good when its maker may not sign in any more. Guest tokens are
        /// refused as soon as this, or guest sign-in, is switched off.
        pub allow_guest: bool = "allowGuest";
    }
}

section! {
    /// `auth.providers.guest`.
    pub struct Guest {
        /// Who a guest is.
        pub user_entity_ref: String = "userEntityRef", default "user:development/guest".to_owned();
        /// What a guest owns when the user is not in the catalog; only the user itself when it is left out.
        pub ownership_entity_refs: Option<Vec<String>> = "ownershipEntityRefs";
        /// Whether guests are let in although the server listens on more than this machine. Dangerous: everyone who
        /// reaches the server is signed in.
        pub dangerously_allow_outside_development: bool = "dangerouslyAllowOutsideDevelopment";
    }
    later: ["signIn", "development", "production"]
}

/// The configured ways to sign in.
#[derive(Clone, Debug, PartialEq)]
pub struct Providers {
    /// Guest sign-in; `None` when it is off, because other providers are configured and `guest` is not.
    pub guest: Option<Guest>,
    /// Names of the other providers, such as `github`. Not used yet.
    pub others: Vec<String>,
}

impl Default for Providers {
    fn default() -> Self {
        Self { guest: Some(Guest::default()), others: Vec::new() }
    }
}

impl Setting for Providers {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        if !matches!(at.node.content, Content::Map(_)) {
            reader.wrong(at, "an object with a key for each way to sign in, such as `guest: {}`");
            return None;
        }
        let (mut guest, mut others) = (None, Vec::new());
        for (name, at) in at.entries() {
            match (name, &at.node.content) {
                // `guest:` without a value is how many write `guest: {}`.
                ("guest", Content::Null) => guest = Some(Guest::default()),
                ("guest", _) => guest = Some(Guest::read(&at, reader).unwrap_or_default()),
                (_, Content::Null) => {}
                (name, _) => {
                    others.push(name.to_owned());
                    reader.not_supported_yet(&at, "signing in with other providers than `guest` is not supported yet");
                }
            }
        }
        if others.is_empty() && guest.is_none() {
            return Some(Self::default());
        }
        Some(Self { guest, others })
    }

    fn kind() -> String {
        "object".to_owned()
    }

    fn show(&self) -> String {
        if self.guest.is_some() { "guest: {}".to_owned() } else { String::new() }
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        super::reference::describe_key::<Option<Guest>>(
            path,
            "guest",
            &["Lets people in without a password. On by default while no other provider is configured."],
            Some("{}".to_owned()),
            table,
        );
    }
}
