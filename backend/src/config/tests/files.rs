//! Which files are read, how they are merged, and what is substituted.

use super::*;
use crate::platform::http::OriginPattern;

#[test]
fn without_files_all_defaults_apply() {
    let config = Setup::new().config();
    assert_eq!(config.app.title, "Callboard");
    assert_eq!(config.backend.listen, ListenAddress { host: "127.0.0.1".to_owned(), port: 7007 });
    assert_eq!(config.base_url(), "http://localhost:7007");
    assert!(config.auth.providers.guest.is_some());
    assert!(config.data_directory().ends_with("callboard-data"));
    assert_eq!(*config, *Config::default());
    assert_eq!(config.files(), &[] as &[PathBuf]);
}

#[test]
fn the_usual_files_are_merged_in_their_order() {
    let setup = Setup::new()
        .file("app-config.yaml", "app: {title: base}\norganization: {name: base}\nbackend: {listen: {port: 1}}\n")
        .file("app-config.production.yaml", "organization: {name: production}\nbackend: {listen: {port: 2}}\n")
        .file("app-config.other.yaml", "organization: {name: other}\n")
        .file("app-config.local.yaml", "backend: {listen: {port: 3}}\n")
        .file("app-config.production.local.yaml", "backend: {listen: {port: 4}}\n");
    assert_eq!(setup.config().backend.listen.port, 3);
    assert_eq!(setup.config().organization.name.as_deref(), Some("base"));
    let setup = setup.env("BACKSTAGE_ENV", "production");
    let config = setup.config();
    assert_eq!(config.backend.listen.port, 4);
    assert_eq!(config.organization.name.as_deref(), Some("production"));
    assert_eq!(config.app.title, "base");
    let setup = setup.env("BACKSTAGE_ENV", "production, other");
    assert_eq!(setup.config().organization.name.as_deref(), Some("other"));
    assert_eq!(setup.config().files().len(), 5);
}

#[test]
fn named_files_replace_the_usual_ones() {
    let mut setup = Setup::new()
        .file("app-config.yaml", "app: {title: usual}")
        .file("a.yaml", "app: {title: a}\ncatalog: {locations: [{type: file, target: x}, {type: file, target: y}]}")
        .file("b.yaml", "organization: {name: b}\ncatalog: {locations: [{type: url, target: z}]}");
    setup.options.files = vec!["a.yaml".into(), setup.path().join("b.yaml")];
    let config = setup.config();
    assert_eq!((config.app.title.as_str(), config.organization.name.as_deref()), ("a", Some("b")));
    assert_eq!(config.catalog.locations.len(), 1);
    assert_eq!(config.catalog.locations[0].target, "z");
    setup.options.files.push("missing.yaml".into());
    assert!(setup.errors()[0].contains("cannot read the file `missing.yaml`"), "{:?}", setup.errors());
}

#[test]
fn an_object_replaces_a_scalar_and_the_other_way_round() {
    let setup = Setup::new()
        .file("app-config.yaml", "backend: {listen: {host: localhost, port: 1}}")
        .file("app-config.local.yaml", "backend: {listen: 8080}");
    assert_eq!(setup.config().backend.listen, ListenAddress { host: "127.0.0.1".to_owned(), port: 8080 });
    let setup = setup
        .file("app-config.yaml", "backend: {listen: 1}")
        .file("app-config.local.yaml", "backend: {listen: {port: 2}}");
    assert_eq!(setup.config().backend.listen.port, 2);
}

#[test]
fn null_takes_a_value_away() {
    let setup = Setup::new().file("app-config.yaml", "app: {title: a}").file("app-config.local.yaml", "app: {title: }");
    assert_eq!(setup.config().app.title, "Callboard");
}

#[test]
fn variables_are_substituted() {
    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let text = format!("app: {{title: below}}\norganization:\n  name: '{written}'\n");
        let setup = Setup::new().file("app-config.yaml", text).env("NAME", "acme").env("EMPTY", "");
        assert_eq!(setup.config().organization.name.as_deref(), expected, "{written}");
    }
    check("${NAME}", Some("acme"));
    check("a ${NAME} b ${ NAME }", Some("a acme b acme"));
    check("${UNSET}", None);
    check("x-${UNSET}", None);
    check("x-${UNSET:-fb}", Some("x-fb"));
    check("${EMPTY:-fb}", Some("fb"));
    check("x${EMPTY}", Some("x"));
    check("${NAME:-fb}", Some("acme"));
    check("$${NAME}", Some("${NAME}"));
    check("$$${NAME}", Some("$${NAME}"));
    check("${NAME", Some("${NAME"));
    check("${${NAME}}", Some("${acme}"));
    check("{NAME} $NAME", Some("{NAME} $NAME"));
}

#[test]
fn an_unset_variable_leaves_what_is_below() {
    let setup = Setup::new()
        .file("app-config.yaml", "app: {title: below}\nbackend: {reading: {allow: [{host: a}]}}")
        .file("app-config.local.yaml", "app: {title: '${UNSET}'}\nbackend: {cors: {origin: ['${UNSET}', 'http://b']}}");
    assert_eq!(setup.config().app.title, "below");
    let cors = setup.config().backend.cors.clone().unwrap();
    assert_eq!(cors.origin.0.iter().map(OriginPattern::as_str).collect::<Vec<_>>(), ["http://b"]);
}

#[test]
fn numbers_and_switches_come_from_the_environment() {
    let text = "backend: {listen: {port: '${PORT}'}}\npermission: {enabled: '${ON}'}\n";
    let setup = Setup::new().file("app-config.yaml", text).env("PORT", "8080").env("ON", "true");
    assert_eq!(setup.config().backend.listen.port, 8080);
    assert!(setup.config().permission.enabled);
    let errors = setup.env("PORT", "hunter2").errors();
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with("app-config.yaml:1:26: `backend.listen.port` must be a whole number"),
        "{}",
        errors[0]
    );
    assert!(!errors[0].contains("hunter2"), "{}", errors[0]);
}

#[test]
fn values_come_from_variables_and_files() {
    let setup = Setup::new()
        .file("app-config.yaml", "app: {title: {$env: TITLE}}\norganization: {name: {$file: 'x/${DIR}.txt'}}\n")
        .file("x/name.txt", "acme\n\n")
        .env("TITLE", "ours")
        .env("DIR", "name");
    assert_eq!(setup.config().app.title, "ours");
    assert_eq!(setup.config().organization.name.as_deref(), Some("acme"));
    assert_eq!(config("app: {title: {$env: NOPE}}").app.title, "Callboard");
    assert!(error("app: {title: {$file: nope.txt}}").contains("cannot read the file `nope.txt`"));
    assert!(error("app: {title: {$file: nope.txt, x: 1}}").contains("`$file` must be the only key"));
    assert!(error("app: {title: {$env: [x]}}").starts_with("app-config.yaml:1:21: `$env` must be text, found a list"));
}

#[test]
fn files_are_included() {
    let setup = Setup::new()
        .file(
            "app-config.yaml",
            "app: {$include: 'parts/all.yaml#some.app'}\norganization: {$include: parts/org.json}\n",
        )
        .file("parts/all.yaml", "some:\n  app:\n    title: {$file: title.txt}\n")
        .file("parts/title.txt", "from ${HERE}")
        .file("parts/org.json", r#"{"name": "${NAME}"}"#)
        .env("NAME", "acme");
    assert_eq!(setup.config().app.title, "from ${HERE}");
    assert_eq!(setup.config().organization.name.as_deref(), Some("acme"));
    let setup = setup.file("parts/org.json", r#"{"name": 7}"#);
    assert!(setup.errors()[0].starts_with("parts/org.json:1:10: `organization.name`"), "{:?}", setup.errors());
    let setup = setup.file("parts/org.json", "{}").file("parts/all.yaml", "other: 1");
    assert!(setup.errors()[0].contains("has no value at `some.app`"), "{:?}", setup.errors());
}

#[test]
fn includes_cannot_run_away() {
    let setup =
        Setup::new().file("app-config.yaml", "app: {$include: a.yaml}").file("a.yaml", "x: {$include: ./b.yaml}");
    let setup = setup.file("b.yaml", "y: {$include: a.yaml}");
    assert!(setup.errors()[0].starts_with("b.yaml:1:15: the file `a.yaml` includes itself"), "{:?}", setup.errors());
    let mut deep = Setup::new().file("app-config.yaml", "techdocs: {$include: f0.yaml}");
    for level in 0..30 {
        deep = deep.file(&format!("f{level}.yaml"), format!("x: {{$include: f{}.yaml}}", level + 1));
    }
    assert!(deep.errors()[0].contains("more than 16 levels deep"), "{:?}", deep.errors());
    let wide = "techdocs:\n".to_owned() + &"  - {$include: a.yaml}\n".repeat(300);
    let wide = Setup::new().file("app-config.yaml", wide).file("a.yaml", "x: 1");
    assert!(wide.errors()[0].contains("more than 200 times"), "{:?}", wide.errors()[0]);
    assert!(error("app: {$include: /etc/passwd}").contains("reads .yaml, .yml and .json files"));
    let large = Setup::new().file("app-config.yaml", "app: {title: {$file: big}}").file("big", vec![b'x'; 2_000_000]);
    assert!(large.errors()[0].contains("larger than 1048576 bytes"), "{:?}", large.errors());
}

#[test]
fn the_environment_and_the_command_line_win_over_files() {
    let mut setup = Setup::new()
        .file("app-config.yaml", "app: {title: file}\nbackend: {listen: {port: 1, host: localhost}}\n")
        .env("APP_CONFIG_app_title", "env")
        .env("APP_CONFIG_organization_name", "\"quoted\"")
        .env("APP_CONFIG_backend_listen_port", "2")
        .env("APP_CONFIG_backend_reading_allow", r#"[{"host": "a"}]"#)
        .env("APP_CONFIGURATION", "not ours");
    let config = setup.config();
    assert_eq!((config.app.title.as_str(), config.organization.name.as_deref()), ("env", Some("quoted")));
    assert_eq!(config.backend.listen, ListenAddress { host: "localhost".to_owned(), port: 2 });
    assert_eq!(config.backend.reading.allow[0].host, "a");
    assert_eq!(config.source_of("app.title").to_string(), "environment variable APP_CONFIG_app_title");
    setup.options = setup.options.with_override("--port", "backend.listen.port", 3);
    assert_eq!(setup.config().backend.listen.port, 3);
    assert_eq!(setup.config().source_of("backend.listen.port").to_string(), "option --port");
    assert_eq!(setup.config().source_of("backend.listen.host").to_string(), "app-config.yaml:2:35");
    assert_eq!(setup.config().source_of("catalog.readonly").to_string(), "default");
    let setup = setup.env("APP_CONFIG_backend__x", "1");
    assert!(setup.errors()[0].starts_with("environment variable APP_CONFIG_backend__x: the name must be"));
}

#[test]
fn malformed_files_are_shown_with_their_lines() {
    let setup = Setup::new()
        .file("app-config.yaml", "app:\n  title: a: b\n")
        .file("app-config.local.yaml", "- a\n")
        .env("APP_CONFIG_backend_listen", "\"x y\"");
    let errors = setup.errors();
    assert!(errors[0].starts_with("app-config.yaml:2:11: a `key: value` is not possible here"), "{errors:#?}");
    assert!(errors[0].ends_with("  2 |   title: a: b\n    |           ^"), "{errors:#?}");
    assert!(errors[1].starts_with("app-config.local.yaml:1:1: a configuration file holds an object"), "{errors:#?}");
    assert!(
        errors[2].starts_with("environment variable APP_CONFIG_backend_listen: `backend.listen` must"),
        "{errors:#?}"
    );
    assert!(error("a: 1\n---\nb: 2\n").contains("more than 1 documents"));
}

#[test]
fn malformed_lines_do_not_show_secrets() {
    let errors = Setup::new()
        .file("app-config.yaml", "backend:\n  token: hunter2 : x: 'y\n  x: [abcdefghijklmnopqrstuvwxyz0123456789 }\n")
        .errors();
    assert!(!errors[0].contains("hunter2"), "{}", errors[0]);
    let errors = Setup::new().file("app-config.yaml", "x: [abcdefghijklmnopqrstuvwxyz0123456789 }\n").errors();
    assert!(!errors[0].contains("abcdefgh"), "{}", errors[0]);
}
