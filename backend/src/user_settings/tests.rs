//! Rules of the store, on both databases.

use serde_json::{Value, json};
use shared::api::user_settings::UserSettingName;

use super::error::UserSettingsError;
use super::service::MAX_ITEMS;
use super::store::UserSettingsStore;
use crate::platform::db::testing::db_test;

const ANN: &str = "user:default/ann";
const BOB: &str = "user:default/bob";
const MANY: u64 = 1_000;

fn name(bucket: &str, key: &str) -> UserSettingName {
    UserSettingName { bucket: bucket.into(), key: key.into() }
}

async fn save(store: &UserSettingsStore, user: &str, name: &UserSettingName, value: &Value) {
    store.setting_save(user, name, &value.to_string(), MANY).await.unwrap();
}

db_test!(the_last_value_counts, |db| {
    let store = UserSettingsStore::new(db.db.clone());
    let theme = name("default", "a/b ü '%_");
    assert_eq!(store.setting_find(ANN, &theme).await.unwrap(), None);
    for value in [json!("dark"), json!(null), json!({"b": [1, 2.5, "\u{0}ü"], "a": true})] {
        save(&store, ANN, &theme, &value).await;
        assert_eq!(store.setting_find(ANN, &theme).await.unwrap(), Some(value));
    }
    store.setting_delete(ANN, &theme).await.unwrap();
    store.setting_delete(ANN, &theme).await.unwrap();
    assert_eq!(store.setting_find(ANN, &theme).await.unwrap(), None);
});

db_test!(settings_of_others_are_out_of_reach, |db| {
    let store = UserSettingsStore::new(db.db.clone());
    let theme = name("default", "theme");
    save(&store, ANN, &theme, &json!("dark")).await;
    assert_eq!(store.setting_find(BOB, &theme).await.unwrap(), None);
    assert!(store.settings_find(BOB, std::slice::from_ref(&theme)).await.unwrap().is_empty());
    save(&store, BOB, &theme, &json!("light")).await;
    store.setting_delete(BOB, &theme).await.unwrap();
    assert_eq!(store.setting_find(ANN, &theme).await.unwrap(), Some(json!("dark")));
});

db_test!(many_are_found_by_bucket_and_key_together, |db| {
    let store = UserSettingsStore::new(db.db.clone());
    save(&store, ANN, &name("a", "x"), &json!(1)).await;
    save(&store, ANN, &name("b", "y"), &json!(null)).await;
    let asked = [name("a", "x"), name("a", "y"), name("b", "x"), name("b", "y"), name("A", "X"), name("a", "x")];
    let found = store.settings_find(ANN, &asked).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((&found[&name("a", "x")], &found[&name("b", "y")]), (&json!(1), &json!(null)));
    assert!(store.settings_find(ANN, &[]).await.unwrap().is_empty());
    let most: Vec<_> = (0..MAX_ITEMS).map(|number| name("a", &number.to_string())).collect();
    assert!(store.settings_find(ANN, &most).await.unwrap().is_empty());
});

db_test!(who_has_enough_may_change_but_not_add, |db| {
    let store = UserSettingsStore::new(db.db.clone());
    let save = async |user: &str, key: &str, value: &str| store.setting_save(user, &name("a", key), value, 2).await;
    save(ANN, "1", "1").await.unwrap();
    save(ANN, "2", "2").await.unwrap();
    assert!(matches!(save(ANN, "3", "3").await, Err(UserSettingsError::TooManySettings)));
    save(ANN, "2", "22").await.unwrap();
    save(BOB, "3", "3").await.unwrap();
    store.setting_delete(ANN, &name("a", "1")).await.unwrap();
    save(ANN, "3", "33").await.unwrap();
    assert_eq!(store.setting_find(ANN, &name("a", "2")).await.unwrap(), Some(json!(22)));
    assert_eq!(store.setting_find(ANN, &name("a", "3")).await.unwrap(), Some(json!(33)));
});
