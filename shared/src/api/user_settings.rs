//! Bodies of `/api/user-settings`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A setting of the person who asks.
///
/// ```json
/// {"bucket":"default.starredEntities","key":"entityRefs","value":["component:default/atlas"]}
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSetting {
    /// A group of settings; clients nest groups with dots.
    pub bucket: String,
    /// The name within the bucket.
    pub key: String,
    /// Any JSON.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub value: Value,
}

/// The body of a PUT. Other keys are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSettingUpdate {
    /// Any JSON, also `null`. Required.
    // `None` is a body without it, which the server refuses in words of its own.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Value, required = true))]
    pub value: Option<Value>,
}

/// Where a setting is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSettingName {
    /// The bucket, at most 255 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 255))]
    pub bucket: String,
    /// The name within the bucket, at most 255 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 255))]
    pub key: String,
}

/// The body of `POST /multiget`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSettingsMultiget {
    /// The settings to read, at most 100.
    pub items: Vec<UserSettingName>,
}

/// The answer of `POST /multiget`: as long as the request, in its order, `null` where nothing is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSettingsMultigetResult {
    /// One item for each setting asked for.
    pub items: Vec<Option<UserSettingValue>>,
}

/// The value of a setting. A stored `null` is `{"value":null}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSettingValue {
    /// Any JSON.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub value: Value,
}

/// Keeps a `null` that is there apart from a value that is not.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_is_a_value() {
        let update = |body| serde_json::from_value::<UserSettingUpdate>(body).unwrap();
        assert_eq!(update(json!({"value": null})).value, Some(Value::Null));
        assert_eq!(update(json!({})).value, None);
        assert_eq!(serde_json::to_value(update(json!({"value": null}))).unwrap(), json!({"value": null}));
        let result = json!({"items": [{"value": null}, null]});
        let read: UserSettingsMultigetResult = serde_json::from_value(result.clone()).unwrap();
        assert_eq!(read.items, [Some(UserSettingValue { value: Value::Null }), None]);
        assert_eq!(serde_json::to_value(&read).unwrap(), result);
    }
}
