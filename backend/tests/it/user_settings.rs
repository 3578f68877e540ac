//! Settings of people: who may have them, what comes back, and how much is kept.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Setup, spawn_app};

const STARRED: (&str, &str) = ("default.starredEntities", "entityRefs");

#[tokio::test]
async fn a_setting_is_saved_changed_and_deleted() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    let (bucket, key) = STARRED;
    let missing = "Unable to find 'entityRefs' in bucket 'default.starredEntities'";
    ann.user_setting_get(bucket, key).await.assert_error(404, "NotFoundError", missing);
    for value in [json!(["component:default/atlas"]), json!({"z": 1, "a": [true, "ü"]}), json!(null), json!("")] {
        let setting = json!({"bucket": bucket, "key": key, "value": value});
        assert_eq!(ann.user_setting_update(bucket, key, &json!({"value": value})).await.json(), setting);
        let found = ann.user_setting_get(bucket, key).await;
        assert_eq!(found.json(), setting);
        assert!(found.header("etag").is_some());
    }
    for _ in 0..2 {
        let deleted = ann.user_setting_delete(bucket, key).await;
        assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    }
    ann.user_setting_get(bucket, key).await.assert_error(404, "NotFoundError", missing);
    let other = "Unable to find 'zz' in bucket 'default.x'";
    ann.user_setting_get("default.x", "zz").await.assert_error(404, "NotFoundError", other);
}

#[tokio::test]
async fn a_key_may_contain_slashes() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    ann.user_setting_update("default", "a/b%2Fc%20%C3%BC", &json!({"value": 1})).await.json();
    let setting = json!({"bucket": "default", "key": "a/b/c ü", "value": 1});
    for written in ["a/b/c%20%C3%BC", "a%2Fb%2Fc%20%C3%BC"] {
        assert_eq!(ann.user_setting_get("default", written).await.json(), setting, "{written}");
    }
    let asked = json!({"items": [{"bucket": "default", "key": "a/b/c ü"}]});
    assert_eq!(ann.user_settings_multiget(&asked).await.json(), json!({"items": [{"value": 1}]}));
    assert_eq!(ann.user_setting_delete("default", "a/b/c%20%C3%BC").await.status, 204);
    assert_eq!(ann.user_setting_get("default", "a/b/c%20%C3%BC").await.status, 404);
}

#[tokio::test]
async fn many_settings_come_in_the_order_of_the_request() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    ann.user_setting_update("a", "x", &json!({"value": {"n": 1}})).await.json();
    ann.user_setting_update("b", "y", &json!({"value": null})).await.json();
    let item = |bucket: &str, key: &str| json!({"bucket": bucket, "key": key});
    let asked = json!({"items": [item("b", "y"), item("a", "y"), item("a", "x"), item("b", "y")]});
    let found = json!({"items": [{"value": null}, null, {"value": {"n": 1}}, {"value": null}]});
    assert_eq!(ann.user_settings_multiget(&asked).await.json(), found);
    assert_eq!(ann.user_settings_multiget(&json!({"items": []})).await.json(), json!({"items": []}));
    let missing = "request/body must have required property 'items'";
    ann.user_settings_multiget(&json!({})).await.assert_error(400, "InputError", missing);
    let no_key = ann.user_settings_multiget(&json!({"items": [{"bucket": "a"}]})).await;
    no_key.assert_error(400, "InputError", "request/body/items/0 must have required property 'key'");
}

#[tokio::test]
async fn settings_belong_to_a_person_and_survive_a_restart() {
    let mut app = spawn_app().await;
    app.guest().await.user_setting_update("default", "theme", &json!({"value": "dark"})).await.json();
    let as_ann = "auth: { providers: { guest: { userEntityRef: user:default/ann } } }";
    for (config, expected) in [(as_ann, json!([null])), ("{}", json!([{"value": "dark"}]))] {
        app.stop();
        app.file_write("extra.yaml", config);
        app.start().await;
        let person = app.guest().await;
        let asked = json!({"items": [{"bucket": "default", "key": "theme"}]});
        assert_eq!(person.user_settings_multiget(&asked).await.json()["items"], expected, "{config}");
        let status = person.user_setting_get("default", "theme").await.status;
        assert_eq!(status, if expected == json!([null]) { 404 } else { 200 }, "{config}");
    }
}

#[tokio::test]
async fn programs_have_no_settings() {
    let config = "
backend:
  auth:
    externalAccess:
      - { type: static, options: { token: all-of-it-0001, subject: robot } }
      - { type: static, options: { token: settings-0002, subject: ci }, accessRestrictions: [ { plugin: user-settings } ] }
";
    let app = Setup { config, ..Setup::default() }.spawn().await;
    for token in ["all-of-it-0001", "settings-0002"] {
        let robot = app.program(token);
        let (bucket, key) = STARRED;
        for answer in [
            robot.user_setting_get(bucket, key).await,
            robot.user_setting_update(bucket, key, &json!({"value": 1})).await,
            robot.user_setting_update(bucket, key, &json!({})).await,
            robot.user_setting_delete(bucket, key).await,
            robot.user_settings_multiget(&json!({"items": []})).await,
        ] {
            answer.assert_error(403, "NotAllowedError", "This endpoint does not allow 'service' credentials");
        }
    }
}

#[tokio::test]
async fn where_everyone_is_let_in_settings_still_need_a_person() {
    let config = "backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } }";
    let app = Setup { config, ..Setup::default() }.spawn().await;
    let answer = app.anonymous().user_setting_get("default", "theme").await;
    answer.assert_error(401, "AuthenticationError", "Missing credentials");
    assert_eq!(app.guest().await.user_setting_update("default", "theme", &json!({"value": 1})).await.status, 200);
}

#[track_caller]
fn assert_input(answer: &Answer, message: &str) {
    answer.assert_error(400, "InputError", message);
}

async fn save(person: &Person, key: &str, body: &Value) -> Answer {
    person.user_setting_update("default", key, body).await
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_with_the_reason() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for body in [json!({}), json!({"Value": 1})] {
        assert_input(&save(&ann, "k", &body).await, "Missing required field \"value\"");
    }
    for body in [json!([1]), json!("text"), json!(null)] {
        assert_eq!(save(&ann, "k", &body).await.status, 400, "{body}");
    }
    assert_eq!(ann.ask("PUT", "/api/user-settings/buckets/default/keys/k").await.status, 400);
    assert_eq!(ann.user_setting_get("default", "k").await.status, 404, "nothing of this was stored");

    // 255 characters, not bytes.
    let longest = "%C3%BC".repeat(255);
    assert_eq!(save(&ann, &longest, &json!({"value": 1})).await.status, 200);
    let too_long = "x".repeat(256);
    let message = "the key has 256 characters, and may have 255";
    assert_input(&save(&ann, &too_long, &json!({"value": 1})).await, message);
    assert_input(&ann.user_setting_get("default", &too_long).await, message);
    assert_input(&ann.user_setting_delete("default", &too_long).await, message);
    let asked = json!({"items": [{"bucket": too_long, "key": "k"}]});
    assert_input(&ann.user_settings_multiget(&asked).await, "the bucket has 256 characters, and may have 255");
    assert_input(&save(&ann, "a%00b", &json!({"value": 1})).await, "the key must not contain the character U+0000");
    let asked = json!({"items": [{"bucket": "", "key": "k"}]});
    assert_input(&ann.user_settings_multiget(&asked).await, "the bucket must not be empty");

    // Two bytes are the quotes.
    assert_eq!(save(&ann, "k", &json!({"value": "x".repeat(65_534)})).await.status, 200);
    let message = "the value has 65537 bytes as JSON, and may have 65536; keep large data elsewhere";
    assert_input(&save(&ann, "k", &json!({"value": "x".repeat(65_535)})).await, message);

    let items = |n: usize| json!({"items": vec![json!({"bucket": "default", "key": "none"}); n]});
    let found = ann.user_settings_multiget(&items(100)).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 100);
    let message = "101 settings are asked for, and 100 may be; ask several times";
    assert_input(&ann.user_settings_multiget(&items(101)).await, message);
}

#[tokio::test]
async fn a_person_has_at_most_a_thousand_settings() {
    let app = spawn_app().await;
    let ann = app.guest().await;
    for number in 0..1_000 {
        assert_eq!(save(&ann, &number.to_string(), &json!({"value": number})).await.status, 200, "{number}");
    }
    let message = "you have 1000 settings, and nobody may have more; delete some first";
    assert_input(&save(&ann, "1000", &json!({"value": 1})).await, message);
    assert_eq!(save(&ann, "999", &json!({"value": "changed"})).await.status, 200);
    assert_eq!(ann.user_setting_delete("default", "0").await.status, 204);
    assert_eq!(save(&ann, "1000", &json!({"value": 1})).await.status, 200);
}
