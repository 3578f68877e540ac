//! Values of descriptors as words for people.

/// Values that are names of their own.
const NAMES: [(&str, &str); 6] = [
    ("openapi", "OpenAPI"),
    ("asyncapi", "AsyncAPI"),
    ("graphql", "GraphQL"),
    ("grpc", "gRPC"),
    ("api", "API"),
    ("trpc", "tRPC"),
];

/// A type or stage as a word: `data-pipeline` becomes `Data pipeline`. What has capitals of its own stays as it is.
pub fn label(value: &str) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == value) {
        return (*name).to_owned();
    }
    if value.chars().any(char::is_uppercase) {
        return value.to_owned();
    }
    let spaced = value.replace(['-', '_'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_words() {
        assert_eq!(label("data-pipeline"), "Data pipeline");
        assert_eq!(label("openapi"), "OpenAPI");
        assert_eq!(label("iOS-app"), "iOS-app");
        assert_eq!(label(""), "");
    }
}
