//! Each section as it may be written.

use std::time::Duration;

use super::*;
use crate::config::{
    auth::Guest,
    catalog::{OrphanStrategy, ProcessingInterval, RuleLocation, RuleTarget},
    external_access::{ExternalCredential, PermissionAction},
};

#[test]
fn listen_addresses_have_many_forms() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let text = format!("backend:\n  listen: {text}\nauth: {{providers: {{oidc: {{}}}}}}\n");
        assert_eq!(config(&text).backend.listen.to_string(), expected, "{text}");
    }
    check("8080", "127.0.0.1:8080");
    check("'8080'", "127.0.0.1:8080");
    check("':8080'", "127.0.0.1:8080");
    check("0.0.0.0:80", "0.0.0.0:80");
    check("0.0.0.0", "0.0.0.0:7007");
    check("portal.internal", "portal.internal:7007");
    check("localhost:1", "localhost:1");
    check("'[::1]:1'", "[::1]:1");
    check("'::'", "[::]:7007");
    check("{port: 1}", "127.0.0.1:1");
    check("{host: '::', port: '0'}", "[::]:0");
    for wrong in ["':x'", "-1", "1.5", "'a b:1'", "'[x]:1'", "''", "[1]", "70000", "':70000'", "true", "'http://x:1'"] {
        assert!(error(&format!("backend: {{listen: {wrong}}}")).contains("`backend.listen` must be a port"), "{wrong}");
    }
    assert!(error("backend: {listen: {host: 'a b'}}").contains("`backend.listen.host` must be an IP address"));
}

#[test]
fn the_address_follows_the_port() {
    assert_eq!(config("backend: {listen: 80}").base_url(), "http://localhost:80");
    assert_eq!(config("backend: {baseUrl: 'https://a.example/'}").base_url(), "https://a.example");
}

#[test]
fn databases_have_many_forms() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let setup = Setup::new().file("app-config.yaml", format!("backend:\n  database: {text}\n"));
        let shown = match setup.config().database() {
            Database::Sqlite(Some(file)) => file.strip_prefix(setup.path()).unwrap().display().to_string(),
            Database::Sqlite(None) => panic!("the file is filled in"),
            Database::Postgres(address) => address.expose().to_owned(),
        };
        assert_eq!(shown, expected, "{text}");
    }
    check("{}", "callboard-data/callboard.db");
    check("{client: better-sqlite3, connection: ':memory:'}", "callboard-data/callboard.db");
    check("{client: sqlite, connection: data/x.db}", "data/x.db");
    check("{connection: 'file:data/x.db?mode=rwc'}", "data/x.db");
    check("{client: better-sqlite3, connection: {directory: db}}", "db/callboard.db");
    check("{connection: {filename: db/y.db}}", "db/y.db");
    check("{connection: 'postgres://u:p@h/d'}", "postgres://u:p@h/d");
    check("{client: pg, connection: postgresql://h/d}", "postgresql://h/d");
    check("{client: pg, connection: {}}", "postgres://localhost:5432/callboard");
    check(
        "{client: pg, connection: {host: db, port: '6432', user: 'a@b', password: 'p:/ä', database: x}}",
        "postgres://a%40b:p%3A%2F%C3%A4@db:6432/x",
    );
    check("{client: pg, connection: {host: '::1', ssl: true}}", "postgres://[::1]:5432/callboard?sslmode=verify-full");
    check(
        "{client: pg, connection: {ssl: {rejectUnauthorized: false}}}",
        "postgres://localhost:5432/callboard?sslmode=require",
    );
    check("{client: pg, connection: {ssl: false}}", "postgres://localhost:5432/callboard?sslmode=disable");
    check("{client: pg, connection: {connectionString: 'postgres://h/d'}}", "postgres://h/d");

    #[track_caller]
    fn refused(text: &str, part: &str) {
        let error = error(&format!("backend:\n  database: {text}\n"));
        assert!(error.contains(part), "{text}: {error}");
    }
    refused("{client: pg}", "`backend.database.connection` is missing");
    refused("{client: mysql}", "`backend.database.client` must be");
    refused("{client: embedded-postgres}", "not available");
    refused("{client: sqlite, connection: 'postgres://h/d'}", "the client is SQLite");
    refused("{client: pg, connection: ./file}", "must be an address");
    refused("{client: pg, connection: {ssl: {ca: x}}}", "sslrootcert=");
    refused("{client: pg, connection: {type: cloudsql}}", "ordinary address");
    refused("{client: pg, connection: [x]}", "a path, an address or an object");
}

#[test]
fn programs_get_in_with_static_tokens() {
    let text = "backend:\n  auth:\n    dangerouslyDisableDefaultAuthPolicy: true\n    externalAccess:\n      - type: static\n        options: {token: abcdefgh, subject: ci}\n        accessRestrictions:\n          - plugin: catalog\n            permission: [a, b]\n            permissionAttribute: {action: read}\n";
    let config = config(text);
    assert!(config.backend.auth.dangerously_disable_default_auth_policy);
    let access = &config.backend.auth.external_access[0];
    assert_eq!(
        access.credential,
        ExternalCredential::Static { token: SecretString::new("abcdefgh"), subject: "ci".to_owned() }
    );
    let restriction = &access.restrictions.as_ref().unwrap()[0];
    assert_eq!(restriction.permission.as_ref().unwrap().0, ["a", "b"]);
    assert_eq!(restriction.permission_attribute.as_ref().unwrap().action.as_ref().unwrap().0, [PermissionAction::Read]);

    let missing = "backend: {auth: {externalAccess: [{type: static}, {options: {}}, {type: x}, {type: jwks, options: {url: 7}}]}}";
    let errors = Setup::new().file("app-config.yaml", missing).errors();
    assert_eq!(errors.len(), 5, "{errors:#?}");
    assert!(errors[0].contains("`backend.auth.externalAccess[0].token` is missing"), "{errors:#?}");
    assert!(errors.concat().contains("externalAccess[1].type` is missing: give it `static` or `legacy` or `jwks`"));
}

#[test]
fn the_catalog_is_read() {
    let text = "
catalog:
  rules:
    - allow: [Component, {kind: Template, spec.type: service}]
      locations: [{type: url, pattern: 'https://x/**'}, {exact: a}]
  locations:
    - {type: file, target: ../../examples/entities.yaml}
    - {type: url, target: 'https://x/all.yaml', rules: [{allow: [User, Group]}]}
  readonly: true
  processingInterval: {minutes: 30}
  orphanStrategy: keep
";
    let catalog = config(text).catalog.clone();
    let rules = catalog.rules.unwrap();
    assert_eq!(rules[0].allow[0].kind, "Component");
    assert_eq!(rules[0].allow[1].spec_type.as_deref(), Some("service"));
    assert_eq!(
        rules[0].locations.as_ref().unwrap()[0],
        RuleLocation {
            location_type: Some("url".to_owned()),
            target: Some(RuleTarget::Pattern("https://x/**".to_owned()))
        }
    );
    assert_eq!(catalog.locations[1].rules[0].allow.len(), 2);
    assert!(catalog.readonly);
    assert_eq!(catalog.processing_interval, ProcessingInterval::Every(HumanDuration::from_secs(1800)));
    assert_eq!(catalog.orphan_strategy, OrphanStrategy::Keep);
    assert_eq!(config("catalog: {processingInterval: false}").catalog.processing_interval, ProcessingInterval::Never);
    assert_eq!(config("").catalog.rules, None);
    assert!(error("catalog: {rules: [{allow: [A], locations: [{exact: a, pattern: b}]}]}").contains("both"));
    assert!(error("catalog: {rules: [{allow: [A], locations: [{pattern: '[b'}]}]}").contains("not a pattern"));
    assert!(error("catalog: {rules: [{}]}").contains("`catalog.rules[0].allow` is missing"));
    assert!(error("catalog: {rules: [{allow: [3]}]}").contains("`catalog.rules[0].allow[0]` must be a kind"));
    assert!(error("catalog: {processingInterval: 0s}").contains("longer than zero"));
}

#[test]
fn targets_are_looked_for_where_backstage_runs_too() {
    let setup = Setup::new().file("app-config.yaml", "backend: {workingDirectory: srv}");
    let folders = setup.config().location_directories();
    let expected = ["srv", "", "packages/backend"].map(|folder| setup.path().join(folder));
    assert_eq!(folders, expected);
}

#[test]
fn guests_can_be_configured() {
    let text = "auth:\n  backstageTokenExpiration: {hours: 2}\n  providers:\n    guest:\n      userEntityRef: user:default/a\n      ownershipEntityRefs: [group:default/b]\n";
    let config = config(text);
    assert_eq!(config.auth.token_expiration.0, Duration::from_secs(7200));
    assert_eq!(
        config.auth.providers.guest,
        Some(Guest {
            user_entity_ref: "user:default/a".to_owned(),
            ownership_entity_refs: Some(vec!["group:default/b".to_owned()]),
            dangerously_allow_outside_development: false,
        })
    );
    assert!(self::config("auth: {providers: {}}").auth.providers.guest.is_some());
    assert!(self::config("auth: {providers: }").auth.providers.guest.is_some());
    assert!(self::config("auth: {providers: {guest: }}").auth.providers.guest.is_some());
}

#[test]
fn durations_have_many_forms() {
    #[track_caller]
    fn check(text: &str, millis: Option<u64>) {
        assert_eq!(
            HumanDuration::parse(text),
            millis.map(|millis| HumanDuration(Duration::from_millis(millis))),
            "{text}"
        );
    }
    check("5m", Some(300_000));
    check("1h 30m", Some(5_400_000));
    check("1.5 hours", Some(5_400_000));
    check("2 days, 1 hour", Some(176_400_000));
    check("250ms", Some(250));
    check("0.1s", Some(100));
    check("PT5M", Some(300_000));
    check("P1DT12H", Some(129_600_000));
    check("P2W", Some(1_209_600_000));
    check("P1M", Some(2_592_000_000));
    check("pt0.5s", Some(500));
    for wrong in
        ["", "5", "m", "5x", "-5m", "P", "PT", "P1H", "PT1M1H", "P1DT", "1e9s", "5m x", "9999999999999d", "..s", "PT5é"]
    {
        check(wrong, None);
    }
    let interval =
        |text: &str| match config(&format!("catalog: {{processingInterval: {text}}}")).catalog.processing_interval {
            ProcessingInterval::Every(interval) => interval.0.as_secs(),
            ProcessingInterval::Never => 0,
        };
    assert_eq!(interval("{hours: 1, minutes: '30', seconds: 1}"), 5401);
    assert_eq!(interval("90 seconds"), 90);
    assert!(error("catalog: {processingInterval: {minute: 1}}").contains("a duration"));
    assert!(error("catalog: {processingInterval: {}}").contains("a duration"));
}

#[test]
fn integrations_hold_their_tokens() {
    let text = "integrations:\n  github: [{token: abc}, {host: ghe.x, apiBaseUrl: 'https://ghe.x/api/v3'}]\n  gitea: [{host: g.x, password: p}]\n  azure: [{credentials: [{personalAccessToken: t, organizations: [o]}]}]\n  awsS3: [{}]\n";
    let config = Setup::new().file("app-config.yaml", text).config();
    assert_eq!(config.integrations.github[0].host, "github.com");
    assert_eq!(config.integrations.github[0].token.as_ref().unwrap().expose(), "abc");
    assert_eq!(config.integrations.azure[0].credentials[0].organizations, ["o"]);
    assert!(!format!("{config:?}").contains("abc"), "{config:?}");
    assert!(error("integrations: {gitea: [{password: p}]}").contains("`integrations.gitea[0].host` is missing"));
    assert!(error("integrations: {github: {token: x}}").contains("must be a list (each item an object)"));
}

#[test]
fn links_and_help_are_read_and_refuse_what_runs_scripts() {
    let text = "
app:
  support:
    url: https://help.example.com
    items:
      - title: Chat
        icon: chat
        links: [{ url: 'https://chat.example.com', title: '#portal' }, { url: 'mailto:portal@example.com' }]
callboard:
  links:
    - { title: Status, url: 'https://status.example.com', description: What is down, icon: warning }
    - { title: Docs, url: /docs }
";
    let config = config(text);
    let support = &config.app.support;
    assert_eq!(support.url.as_ref().map(links::LinkUrl::as_str), Some("https://help.example.com"));
    assert_eq!(support.items[0].links[0].title.as_deref(), Some("#portal"));
    assert_eq!(support.items[0].links[1].url.as_str(), "mailto:portal@example.com");
    assert_eq!(config.callboard.links[0].icon.as_deref(), Some("warning"));
    assert_eq!(config.callboard.links[1].url.as_str(), "/docs");
    let wrong = error("callboard: {links: [{title: x, url: 'javascript:alert(1)'}]}");
    assert!(wrong.contains("`callboard.links[0].url` must be an address"), "{wrong}");
    assert!(error("callboard: {links: [{url: /x}]}").contains("`callboard.links[0].title` is missing"));
}
