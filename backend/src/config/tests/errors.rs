//! What is wrong is said with its place, all at once.

use super::*;

#[test]
fn wrong_types_are_told_with_their_place() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(error(text), expected);
    }
    check(
        "app:\n  title: 7\n",
        "app-config.yaml:2:10: `app.title` must be text (put it in quotes), found the number `7`",
    );
    check("app: [a]\n", "app-config.yaml:1:6: `app` must be an object, found a list");
    check(
        "backend:\n  listen:\n    port: 70000\n",
        "app-config.yaml:3:11: `backend.listen.port` must be a whole number from 0 to 65535, found the number `70000`",
    );
    check(
        "catalog:\n  locations:\n    - type: file\n      target: [x]\n",
        "app-config.yaml:4:15: `catalog.locations[0].target` must be text, found a list",
    );
    check(
        "catalog:\n  locations:\n    - type: file\n",
        "app-config.yaml:3:7: `catalog.locations[0].target` is missing: give it text",
    );
    check(
        "catalog: {readonly: maybe}\n",
        "app-config.yaml:1:21: `catalog.readonly` must be `true` or `false`, found the text `maybe`",
    );
    check(
        "callboard: {log: {format: xml}}\n",
        "app-config.yaml:1:27: `callboard.log.format` must be `text` or `json`, found the text `xml`",
    );
    check(
        "backend: {baseUrl: 'localhost:7007'}\n",
        "app-config.yaml:1:20: `backend.baseUrl` must be an address such as `https://portal.example.com`, found the text `localhost:7007`",
    );
    check(
        "catalog: {processingInterval: 5}\n",
        "app-config.yaml:1:31: `catalog.processingInterval` must be a duration such as `5m`, `1h 30m`, `PT5M` or `{ minutes: 5 }` (with a unit), found the number `5`",
    );
}

#[test]
fn all_errors_come_at_once_in_the_order_of_the_files() {
    let setup = Setup::new().file(
        "app-config.yaml",
        "auth:\n  providers: guest\nbackend:\n  listen: {port: x}\n  cors: {credentials: 3}\napp:\n  title: {}\n",
    );
    let errors = setup.load().unwrap_err();
    let lines: Vec<String> = errors.0.iter().map(|error| error.source.to_string()).collect();
    assert_eq!(lines, ["app-config.yaml:2:14", "app-config.yaml:4:18", "app-config.yaml:5:23", "app-config.yaml:7:10"]);
    assert!(errors.to_string().starts_with("the configuration has 4 errors\napp-config.yaml:2:14: "));
}

#[test]
fn secrets_are_not_shown_in_errors() {
    let errors = Setup::new()
        .file(
            "app-config.yaml",
            "integrations:\n  github:\n    - token: 123456789\n    - token: [hunter2]\nbackend:\n  auth:\n    externalAccess:\n      - {type: static, options: {token: short77, subject: x}}\n      - {type: static, options: {token: 'with white space', subject: x}}\n  database: {client: pg, connection: hunter2}\n",
        )
        .errors();
    assert_eq!(errors.len(), 5, "{errors:#?}");
    for secret in ["123456789", "hunter2", "short77", "with white"] {
        assert!(!errors.concat().contains(secret), "{errors:#?}");
    }
    assert!(
        errors[0].starts_with("app-config.yaml:3:14: `integrations.github[0].token` must be text"),
        "{}",
        errors[0]
    );
}

#[test]
fn mistyped_keys_get_a_proposal() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Setup::new().file("app-config.yaml", text).warnings(), [expected]);
    }
    check("app: {titel: x}\n", "app-config.yaml:1:14: unknown key `app.titel`: did you mean `title`?");
    check("Catalog: {}\n", "app-config.yaml:1:10: unknown key `Catalog`: did you mean `catalog`?");
    check("backend:\n  baseURL: x\n", "app-config.yaml:2:12: unknown key `backend.baseURL`: did you mean `baseUrl`?");
    check(
        "auth:\n  providers:\n    guest:\n      userEntityref: x\n",
        "app-config.yaml:4:22: unknown key `auth.providers.guest.userEntityref`: did you mean `userEntityRef`?",
    );
}

#[test]
fn keys_without_effect_share_one_warning() {
    let text = "sentry: {organization: x}\nbackend:\n  https: true\n  database: {client: pg, connection: 'postgres://localhost/x', pluginDivisionMode: schema}\n";
    let warnings = Setup::new().file("app-config.yaml", text).warnings();
    assert_eq!(
        warnings,
        [
            "keys without effect here, which can stay or be removed: sentry (app-config.yaml:1:9), backend.https (app-config.yaml:3:10), backend.database.pluginDivisionMode (app-config.yaml:4:84)"
        ]
    );
}

#[test]
fn what_is_not_supported_yet_is_said_once() {
    let text = "backend:\n  auth:\n    externalAccess:\n      - {type: legacy, options: {secret: c2VjcmV0, subject: a}}\n      - {type: legacy, options: {secret: c2VjcmV0, subject: b}}\n      - {type: jwks, options: {url: 'https://x/jwks', issuer: i, algorithm: [RS256]}}\n    keys: [{secret: c2VjcmV0}]\nauth: {providers: {github: {development: {clientId: x}}, guest: }}\n";
    let setup = Setup::new().file("app-config.yaml", text);
    assert_eq!(
        setup.warnings(),
        [
            "external access of type `jwks` is not supported yet and lets nobody in (`backend.auth.externalAccess[2]` at app-config.yaml:6:9)",
            "external access of type `legacy` is not supported yet and lets nobody in (`backend.auth.externalAccess[0]` at app-config.yaml:4:9, `backend.auth.externalAccess[1]` at app-config.yaml:5:9)",
            "shared secrets in `backend.auth.keys` are not supported yet and let nobody in (`backend.auth.keys` at app-config.yaml:7:11)",
            "signing in with other providers than `guest` is not supported yet (`auth.providers.github` at app-config.yaml:8:28)",
        ]
    );
    assert_eq!(setup.config().backend.auth.external_access.len(), 3);
}

#[test]
fn guests_are_not_let_in_from_the_network_by_accident() {
    let message = error("backend:\n  listen:\n    host: 0.0.0.0\n");
    assert!(message.starts_with("app-config.yaml:3:11: the server would listen on `0.0.0.0:7007`"), "{message}");
    assert!(message.contains("`backend.listen.host` to `127.0.0.1`"), "{message}");
    assert!(message.contains("`auth.providers.guest.dangerouslyAllowOutsideDevelopment` to `true`"), "{message}");
    assert!(error("backend: {listen: '[::]:80'}\nauth: {providers: {guest: {}}}").contains("[::]:80"));
    let setup = Setup::new().env("APP_CONFIG_backend_listen_host", "portal.internal");
    assert!(
        setup.errors()[0].starts_with("environment variable APP_CONFIG_backend_listen_host: "),
        "{:?}",
        setup.errors()
    );

    let allowed =
        "backend: {listen: '0.0.0.0:80'}\nauth: {providers: {guest: {dangerouslyAllowOutsideDevelopment: true}}}";
    assert_eq!(config(allowed).backend.listen.to_string(), "0.0.0.0:80");
    let others = "backend: {listen: '0.0.0.0:80'}\nauth: {providers: {oidc: {}}}";
    assert_eq!(config(others).auth.providers.guest, None);
    for host in ["127.0.0.1", "127.8.8.8", "::1", "localhost"] {
        config(&format!("backend: {{listen: {{host: '{host}'}}}}"));
    }
    config("backend: {listen: ':7007'}");
}
