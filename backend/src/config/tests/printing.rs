//! What is printed: the reference and the configuration in effect.

use super::*;

/// What `effective` says of a key: its value and source.
#[track_caller]
fn shown(config: &Config, path: &str) -> (String, String) {
    let keys = config.effective();
    let key = keys.iter().find(|key| key.path == path).unwrap_or_else(|| panic!("{path} is not in {keys:#?}"));
    (key.value.to_string(), key.source.clone())
}

#[test]
fn effective_values_tell_their_source_and_hide_secrets() {
    let text = "
app: {title: '${TITLE}'}
backend:
  listen: 8080
  database: {connection: {password: hunter2, host: db}, client: pg}
  auth: {externalAccess: [{type: static, options: {token: hunter2-hunter2, subject: ci}}]}
integrations: {github: [{host: x, token: '${TOKEN}'}]}
auth: {environment: test, providers: {guest: {}, github: {test: {clientId: id, clientSecret: hunter2}}}}
techdocs: {publisher: {awsS3: {bucketName: b, credentials: {secretAccessKey: hunter2, roleArn: r}}}, x: '${OTHER}'}
proxy: {endpoints: {/ci: {target: 'https://ci', headers: {Authorization: hunter2}}}}
";
    let setup = Setup::new()
        .file("app-config.yaml", text)
        .env("TITLE", "ours")
        .env("TOKEN", "hunter2")
        .env("OTHER", "hunter2")
        .env("APP_CONFIG_sonar_url", "hunter2");
    let config = setup.config();
    let of = |path| shown(&config, path);
    let file = |place: &str| format!("app-config.yaml:{place}");
    assert_eq!(of("app.title"), ("\"ours\"".to_owned(), file("2:14")));
    assert_eq!(of("backend.listen"), ("8080".to_owned(), file("4:11")));
    assert_eq!(of("backend.database.connection.password"), ("\"<secret>\"".to_owned(), file("5:37")));
    assert_eq!(of("backend.database.connection.host").0, "\"db\"");
    assert_eq!(of("integrations.github[0].token").0, "\"<secret>\"");
    assert_eq!(of("integrations.github[0].host").0, "\"x\"");
    assert_eq!(of("backend.auth.externalAccess[0].options.subject").0, "\"ci\"");
    assert_eq!(of("auth.environment").0, "\"test\"");
    assert_eq!(of("auth.providers.github.test.clientId").0, "\"id\"");
    assert_eq!(of("techdocs.publisher.awsS3.bucketName").0, "\"b\"");
    assert_eq!(of("sonar.url").1, "environment variable APP_CONFIG_sonar_url");
    assert_eq!(of("catalog.readonly"), ("false".to_owned(), "default".to_owned()));
    assert_eq!(of("callboard.dataDirectory").0, "\"./callboard-data\"");
    let all = serde_json::to_string(&config.effective()).unwrap() + &format!("{config:?}{:?}", setup.options);
    assert!(!all.contains("hunter2"), "{all}");
    let has = |config: &Config, path: &str| config.effective().iter().any(|key| key.path == path);
    assert!(!has(&config, "backend.listen.host"), "the port alone is written");
    assert!(!has(&config, "backend.cors.methods"), "no cors, no methods");
    assert!(has(&config, "auth.providers.guest.userEntityRef"));
    assert_eq!(shown(&Config::default(), "backend.listen").0, "\"127.0.0.1:7007\"");
}

#[test]
fn every_key_of_the_reference_is_described() {
    let keys = key_descriptions();
    for key in &keys {
        assert!(key.description.ends_with('.'), "{}: {}", key.path, key.description);
        assert!(!key.kind.is_empty(), "{}", key.path);
    }
    let default = |path: &str| keys.iter().find(|key| key.path == path).unwrap().default.clone();
    assert_eq!(default("backend.listen"), Some("127.0.0.1:7007".to_owned()));
    assert_eq!(default("catalog.processingInterval"), Some("100s".to_owned()));
    assert_eq!(default("catalog.locations[].target"), None);
    assert_eq!(default("organization.name"), Some(String::new()));
}

#[test]
fn the_reference_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == reference_markdown(),
        "docs/configuration.md is out of date: run `callboard config reference > docs/configuration.md`"
    );
}
