//! OpenAPI 3.0 and 3.1, and Swagger 2.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use shared::api::definition::{
    ApiDefinition, DefinitionBody, DefinitionField, DefinitionGroup, DefinitionLanguage, DefinitionOperation,
    DefinitionSample, DefinitionServer,
};

use super::OperationCount;
use super::ids::Ids;
use super::sample::{Sampler, copied, pretty};
use super::schema::{Schemas, entries, flag, items, short_value, text};

/// The methods of a path that are operations.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
/// Bytes of an address or a path that something is put into.
const MAX_ADDRESS: usize = 2_000;
/// Characters of what is repeated with every operation, such as the name of a sign-in.
const MAX_REPEATED: usize = 120;
/// Where operations without a tag are.
const UNTAGGED: &str = "Operations";
/// Where the calls that the API makes are.
const WEBHOOKS: &str = "Webhooks";

/// What an OpenAPI document says.
pub(super) fn read(root: &Value) -> ApiDefinition {
    let is_swagger = root.get("swagger").is_some();
    let version = if is_swagger { text(root, "swagger") } else { text(root, "openapi") };
    let language_label = match (is_swagger, version.is_empty()) {
        (true, _) => format!("Swagger {version}"),
        (false, true) => "OpenAPI".to_owned(),
        (false, false) => format!("OpenAPI {version}"),
    };
    let place = if is_swagger { "/definitions" } else { "/components/schemas" };
    let mut ids = Ids::default();
    let schemas = Schemas::new(root, &[place], &mut ids);
    let n_operations = OperationCount::default();
    let mut reader = Reader { root, is_swagger, sampler: Sampler::new(&schemas), schemas: &schemas, ids, n_operations };
    let groups = reader.groups();
    let info = root.get("info").unwrap_or(&Value::Null);
    let mut remarks = Vec::new();
    if version.is_empty() {
        remarks.push("The text does not say that it is an OpenAPI document: the key `openapi` is missing.".to_owned());
    } else if groups.is_empty() {
        remarks.push("This definition has no paths.".to_owned());
    }
    remarks.extend(reader.n_operations.remark());
    let told = schemas.told(place);
    remarks.extend(schemas.remarks());
    ApiDefinition {
        language: DefinitionLanguage::OpenApi,
        language_label,
        title: text(info, "title"),
        version: text(info, "version"),
        description: either(text(info, "description"), || text(info, "summary")),
        servers: servers(root, is_swagger),
        groups,
        schemas: told,
        remarks,
    }
}

fn either(text: String, other: impl FnOnce() -> String) -> String {
    if text.is_empty() { other() } else { text }
}

fn servers(root: &Value, is_swagger: bool) -> Vec<DefinitionServer> {
    if is_swagger {
        let host = text(root, "host");
        let base = text(root, "basePath");
        if host.is_empty() && base.is_empty() {
            return Vec::new();
        }
        let scheme = items(root, "schemes").filter_map(Value::as_str).next().unwrap_or("https");
        let start = if host.is_empty() { String::new() } else { format!("{scheme}://{host}") };
        let url = format!("{start}{}", base.trim_end_matches('/'));
        return vec![DefinitionServer { url, description: String::new() }];
    }
    let server = |server: &Value| {
        let mut url = text(server, "url");
        for (name, variable) in entries(server, "variables").take(20) {
            // What is put in may have room for more, and so on.
            if url.len() > MAX_ADDRESS {
                break;
            }
            url = url.replace(&format!("{{{name}}}"), &repeated(&text(variable, "default")));
        }
        DefinitionServer { url: url.trim_end_matches('/').to_owned(), description: text(server, "description") }
    };
    items(root, "servers").take(50).map(server).filter(|server| !server.url.is_empty()).collect()
}

struct Reader<'s, 'a> {
    root: &'a Value,
    is_swagger: bool,
    schemas: &'s Schemas<'a>,
    sampler: Sampler<'s, 'a>,
    ids: Ids,
    n_operations: OperationCount,
}

/// An operation and where it stands.
struct Place<'a> {
    method: &'a str,
    path: &'a str,
    /// The path with what all of its operations share.
    item: &'a Value,
    operation: &'a Value,
}

impl<'a> Reader<'_, 'a> {
    /// Operations by their first tag: the tags in the order in which the document lists them, then as they are met.
    fn groups(&mut self) -> Vec<DefinitionGroup> {
        let mut groups: Vec<DefinitionGroup> = Vec::new();
        let mut at: BTreeMap<String, usize> = BTreeMap::new();
        let mut group_at = |groups: &mut Vec<DefinitionGroup>, title: &str, description: String| match at.get(title) {
            Some(&index) => index,
            None => {
                groups.push(DefinitionGroup { title: title.to_owned(), description, operations: Vec::new() });
                at.insert(title.to_owned(), groups.len() - 1);
                groups.len() - 1
            }
        };
        for tag in items(self.root, "tags") {
            let name = text(tag, "name");
            if !name.is_empty() {
                group_at(&mut groups, &name, text(tag, "description"));
            }
        }
        for (path, item, is_webhook) in entries(self.root, "paths")
            .map(|(path, item)| (path, item, false))
            .chain(entries(self.root, "webhooks").map(|(path, item)| (path, item, true)))
        {
            let Some(item) = self.schemas.resolve(item) else { continue };
            let Some(fields) = item.as_object() else { continue };
            for (method, operation) in fields.iter().filter(|(key, _)| METHODS.contains(&key.as_str())) {
                if !self.n_operations.take() {
                    continue;
                }
                let tag = items(operation, "tags").filter_map(Value::as_str).next();
                let title = if is_webhook { WEBHOOKS } else { tag.filter(|tag| !tag.is_empty()).unwrap_or(UNTAGGED) };
                let index = group_at(&mut groups, title, String::new());
                let told = self.operation(&Place { method, path, item, operation });
                groups[index].operations.push(told);
            }
        }
        groups.retain(|group| !group.operations.is_empty());
        groups
    }

    fn operation(&mut self, place: &Place<'a>) -> DefinitionOperation {
        let Place { method, path, operation, .. } = *place;
        let operation_id = text(operation, "operationId");
        let name = if operation_id.is_empty() { format!("{method} {path}") } else { operation_id.clone() };
        let parameters = self.parameters(place);
        let mut told = DefinitionOperation {
            id: self.ids.give("op-", &name),
            verb: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            is_deprecated: flag(operation, "deprecated"),
            badges: self.security(operation),
            requests: self.requests(operation, &parameters),
            responses: self.responses(operation),
            ..DefinitionOperation::default()
        };
        if !operation_id.is_empty() {
            told.badges.push(operation_id);
        }
        told.samples = self.samples(place, &parameters);
        let is_body = |parameter: &&Value| matches!(text(parameter, "in").as_str(), "body" | "formData");
        told.parameters =
            parameters.into_iter().filter(|parameter| !is_body(parameter)).map(|found| self.parameter(found)).collect();
        told
    }

    /// The parameters of the path and of the operation; the operation's own ones win.
    fn parameters(&self, place: &Place<'a>) -> Vec<&'a Value> {
        let mut found: Vec<&Value> = Vec::new();
        let mut at: HashMap<[Option<&str>; 2], usize> = HashMap::new();
        for parameter in items(place.item, "parameters").chain(items(place.operation, "parameters")).take(500) {
            let Some(parameter) = self.schemas.resolve(parameter) else { continue };
            let key = ["name", "in"].map(|key| parameter.get(key).and_then(Value::as_str));
            match at.get(&key) {
                Some(&index) => found[index] = parameter,
                None => {
                    at.insert(key, found.len());
                    found.push(parameter);
                }
            }
        }
        found
    }

    fn parameter(&self, parameter: &'a Value) -> DefinitionField {
        // Swagger writes the type beside the name, and so may a broken document of version 3.
        let content = entries(parameter, "content").next().and_then(|(_, media)| media.get("schema"));
        let schema = parameter.get("schema").or(content).unwrap_or(parameter);
        let field = self.schemas.field(&text(parameter, "name"), schema);
        DefinitionField {
            place: text(parameter, "in"),
            description: either(text(parameter, "description"), || field.description.clone()),
            is_required: flag(parameter, "required"),
            is_deprecated: flag(parameter, "deprecated") || field.is_deprecated,
            ..field
        }
    }

    fn requests(&self, operation: &'a Value, parameters: &[&'a Value]) -> Vec<DefinitionBody> {
        if self.is_swagger {
            return self.swagger_requests(operation, parameters);
        }
        let Some(body) = operation.get("requestBody").and_then(|body| self.schemas.resolve(body)) else {
            return Vec::new();
        };
        let told = DefinitionBody {
            description: text(body, "description"),
            is_required: flag(body, "required"),
            ..DefinitionBody::default()
        };
        self.of_content(body, told)
    }

    /// One body for each different schema of a content, with all media types that have it.
    fn of_content(&self, body: &'a Value, told: DefinitionBody) -> Vec<DefinitionBody> {
        let mut found: Vec<DefinitionBody> = Vec::new();
        for (media_type, media) in entries(body, "content").take(20) {
            let schema = media.get("schema").unwrap_or(&Value::Null);
            let of = if schema.is_null() { Default::default() } else { self.schemas.type_of(schema) };
            match found.iter_mut().find(|other| other.of == of && of.schema.is_some()) {
                Some(other) => {
                    other.media_types.push_str(", ");
                    other.media_types.push_str(media_type);
                }
                None => found.push(DefinitionBody {
                    media_types: media_type.clone(),
                    of,
                    fields: self.schemas.fields_in_place(schema),
                    ..told.clone()
                }),
            }
        }
        if found.is_empty() { vec![told] } else { found }
    }

    fn swagger_requests(&self, operation: &'a Value, parameters: &[&'a Value]) -> Vec<DefinitionBody> {
        let media_types = |key: &str| {
            let of = |value| items(value, key).filter_map(Value::as_str).take(20).map(repeated).collect::<Vec<_>>();
            let own = of(operation);
            (if own.is_empty() { of(self.root) } else { own }).join(", ")
        };
        let mut found = Vec::new();
        let mut form = Vec::new();
        for parameter in parameters {
            match text(parameter, "in").as_str() {
                "body" => {
                    let schema = parameter.get("schema").unwrap_or(&Value::Null);
                    found.push(DefinitionBody {
                        media_types: media_types("consumes"),
                        description: text(parameter, "description"),
                        of: self.schemas.type_of(schema),
                        fields: self.schemas.fields_in_place(schema),
                        is_required: flag(parameter, "required"),
                        ..DefinitionBody::default()
                    });
                }
                "formData" => form.push(DefinitionField { place: String::new(), ..self.parameter(parameter) }),
                _ => {}
            }
        }
        if !form.is_empty() {
            let of = shared::api::definition::DefinitionType { text: "form".to_owned(), schema: None };
            found.push(DefinitionBody {
                media_types: media_types("consumes"),
                of,
                fields: form,
                ..DefinitionBody::default()
            });
        }
        found
    }

    fn responses(&self, operation: &'a Value) -> Vec<DefinitionBody> {
        let mut found = Vec::new();
        for (status, response) in entries(operation, "responses").take(100) {
            let Some(response) = self.schemas.resolve(response) else {
                found.push(DefinitionBody { name: status.clone(), ..DefinitionBody::default() });
                continue;
            };
            let told = DefinitionBody {
                name: status.clone(),
                description: text(response, "description"),
                ..DefinitionBody::default()
            };
            match response.get("schema").filter(|_| self.is_swagger) {
                Some(schema) => found.push(DefinitionBody {
                    of: self.schemas.type_of(schema),
                    fields: self.schemas.fields_in_place(schema),
                    ..told
                }),
                None => found.extend(self.of_content(response, told)),
            }
        }
        found
    }

    /// What credentials an operation needs, in words.
    fn security(&self, operation: &'a Value) -> Vec<String> {
        let schemes = if self.is_swagger { "/securityDefinitions" } else { "/components/securitySchemes" };
        let Some(ways) = operation.get("security").or_else(|| self.root.get("security")).and_then(Value::as_array)
        else {
            return Vec::new();
        };
        let mut badges = Vec::new();
        for way in ways.iter().take(10) {
            let Some(way) = way.as_object() else { continue };
            let words: Vec<String> = way
                .iter()
                .take(10)
                .map(|(name, scopes)| {
                    let scheme = self.root.pointer(schemes).and_then(|schemes| schemes.get(name));
                    let scheme = scheme.and_then(|scheme| self.schemas.look_up(scheme)).unwrap_or(&Value::Null);
                    let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
                    let scopes: Vec<String> = scopes.take(20).map(repeated).collect();
                    let words = repeated(&scheme_words(name, scheme));
                    if scopes.is_empty() { words } else { format!("{words} {}", scopes.join(" ")) }
                })
                .collect();
            badges.push(if words.is_empty() { "No sign-in".to_owned() } else { words.join(" and ") });
        }
        badges
    }

    fn samples(&self, place: &Place<'a>, parameters: &[&'a Value]) -> Vec<DefinitionSample> {
        let mut samples = Vec::new();
        if let Some(text) = self.call(place, parameters).and_then(|text| self.sampler.pay(text)) {
            samples.push(DefinitionSample { title: "Request".to_owned(), text });
        }
        let answer = entries(place.operation, "responses").find(|(status, _)| status.starts_with('2'));
        if let Some((status, response)) = answer
            && let Some(text) = self.answer(response).and_then(|text| self.sampler.pay(text))
        {
            samples.push(DefinitionSample { title: format!("Response {status}"), text });
        }
        samples
    }

    fn answer(&self, response: &'a Value) -> Option<String> {
        let response = self.schemas.look_up(response)?;
        if let Some(schema) = response.get("schema").filter(|_| self.is_swagger) {
            let value = match entries(response, "examples").next() {
                Some((_, example)) => copied(example, &mut 0),
                None => self.sampler.of_schema(schema),
            };
            return value.as_ref().map(pretty);
        }
        let (media_type, media) = entries(response, "content").next()?;
        let value = self.sampler.of_media(media, media.get("schema"))?;
        Some(match (&value, media_type.contains("json")) {
            (Value::String(text), false) => text.clone(),
            _ => pretty(&value),
        })
    }

    /// The operation as a call of `curl`. Whatever a definition says is data to the shell: it stands in single quotes.
    fn call(&self, place: &Place<'a>, parameters: &[&'a Value]) -> Option<String> {
        if place.path.len() > MAX_ADDRESS {
            return None;
        }
        let mut path = place.path.to_owned();
        let mut query = Vec::new();
        let mut headers = Vec::new();
        for parameter in parameters.iter().take(40) {
            let name = text(parameter, "name");
            let schema = parameter.get("schema").unwrap_or(parameter);
            let value = self.sampler.of_media(parameter, Some(schema)).filter(|value| !value.is_object());
            let value = value.as_ref().map_or_else(|| "string".to_owned(), short_value);
            match text(parameter, "in").as_str() {
                "path" => path = path.replace(&format!("{{{name}}}"), &encoded(&value)),
                "query" if flag(parameter, "required") => query.push(format!("{}={}", encoded(&name), encoded(&value))),
                "header" if flag(parameter, "required") => headers.push(format!("{name}: {value}")),
                _ => {}
            }
        }
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let mut call = String::from("curl");
        match place.method {
            "get" => {}
            "head" => call.push_str(" --head"),
            method => call.push_str(&format!(" -X {}", method.to_uppercase())),
        }
        call.push_str(&format!(" '{{server}}{}'", single_quoted(&format!("{path}{query}"))));
        if self.needs_token(place.operation) {
            call.push_str(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
        }
        let body = place.operation.get("requestBody").and_then(|body| self.schemas.look_up(body));
        let media = body.and_then(|body| entries(body, "content").next());
        if let Some((media_type, _)) = media {
            headers.push(format!("Content-Type: {media_type}"));
        }
        for header in headers {
            call.push_str(&format!(" \\\n  -H '{}'", single_quoted(&header)));
        }
        let of_swagger = || {
            let body = parameters.iter().find(|parameter| text(parameter, "in") == "body")?;
            self.sampler.of_schema(body.get("schema")?)
        };
        let value = match media {
            Some((_, media)) => self.sampler.of_media(media, media.get("schema")),
            None => of_swagger(),
        };
        if let Some(value) = value {
            call.push_str(&format!(" \\\n  -d '{}'", single_quoted(&pretty(&value))));
        }
        Some(call)
    }

    fn needs_token(&self, operation: &'a Value) -> bool {
        self.security(operation)
            .iter()
            .any(|badge| badge.starts_with("OAuth2") || badge.starts_with("Bearer") || badge.starts_with("OpenID"))
    }
}

fn scheme_words(name: &str, scheme: &Value) -> String {
    match (text(scheme, "type").as_str(), text(scheme, "scheme").to_lowercase().as_str()) {
        ("oauth2", _) => "OAuth2".to_owned(),
        ("openIdConnect", _) => "OpenID Connect".to_owned(),
        ("http", "bearer") => "Bearer token".to_owned(),
        ("http", "basic") | ("basic", _) => "Name and password".to_owned(),
        ("apiKey", _) => match (text(scheme, "in"), text(scheme, "name")) {
            (place, key) if place.is_empty() || key.is_empty() => "API key".to_owned(),
            (place, key) => format!("API key in {place} {key}"),
        },
        ("mutualTLS", _) => "Client certificate".to_owned(),
        _ => name.to_owned(),
    }
}

/// A text that may be told with every operation, without what is beyond a name.
fn repeated(text: &str) -> String {
    text.chars().take(MAX_REPEATED).collect()
}

/// Fit for a place between single quotes of a shell.
fn single_quoted(text: &str) -> String {
    text.replace('\'', "'\\''")
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
        .replace("%5F", "_")
        .replace("%2E", ".")
        .replace("%3A", ":")
}
