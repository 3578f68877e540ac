//! Whatever a file or variable holds, it is read or refused.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Pieces from which random files look like configurations.
fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "backend:",
        "\n",
        "\n  ",
        "\n    ",
        "listen: ",
        "port: ",
        "7007",
        "database: ",
        "connection: ",
        "client: pg",
        "auth:",
        "providers:",
        "guest:",
        "catalog:",
        "locations:",
        "- ",
        "rules: ",
        "allow: ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "type: file",
        "target: x",
        "${A}",
        "${A:-b}",
        "$${",
        "${",
        "}",
        "$env: A",
        "$file: app-config.yaml",
        "$include: app-config.yaml#backend",
        "$include: b.json",
        "externalAccess: ",
        "options: ",
        "token: ",
        "é",
        "'",
        "\"",
        "processingInterval: ",
        "5m",
        "PT5M",
        "false",
        "~",
        "*a",
        "&a ",
        "<<: ",
        ": ",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_read_or_refused(pieces in proptest::collection::vec(piece(), 0..30)) {
        let setup = Setup::new().file("app-config.yaml", pieces.concat()).file("b.json", "{\"x\": 1}").env("A", "${B} {x}");
        match setup.load() {
            Ok((config, _)) => prop_assert!(!config.effective().is_empty()),
            Err(errors) => prop_assert!(!errors.to_string().is_empty()),
        }
    }

    #[test]
    fn any_text_can_hold_substitutions(text in "([$]|[{]|[}]|:-|A|é| |x){0,20}") {
        let written = Value::from(text.as_str()).to_string();
        let setup = Setup::new().file("app-config.yaml", format!("app: {{title: {written}}}")).env("A", "ä");
        prop_assert!(setup.load().is_ok());
    }

    #[test]
    fn any_variable_is_read_or_refused(name in "[a-zA-Z_.0-9-]{0,20}", value in ".{0,20}") {
        match Setup::new().env(&format!("APP_CONFIG_{name}"), &value).load() {
            Ok(_) => {}
            Err(errors) => prop_assert!(errors.to_string().contains("environment variable APP_CONFIG_")),
        }
    }

    #[test]
    fn any_duration_is_read_or_refused(text in "P?T?([0-9.]{1,12}[a-zA-Z]{0,3} ?){0,4}") {
        if let Some(duration) = HumanDuration::parse(&text) {
            prop_assert!(duration.0.as_secs() <= 100 * 365 * 86_400);
        }
    }

    #[test]
    fn any_listen_address_prints_as_it_is_read(text in "([0-9.:a-z]|[\\[\\]]){0,20}") {
        if let Some(address) = ListenAddress::parse(&text) {
            prop_assert_eq!(ListenAddress::parse(&address.to_string()), Some(address));
        }
    }
}
