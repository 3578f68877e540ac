//! AsyncAPI 2 and 3.

use std::collections::HashMap;

use serde_json::Value;
use shared::api::definition::{
    ApiDefinition, DefinitionBody, DefinitionField, DefinitionGroup, DefinitionLanguage, DefinitionOperation,
    DefinitionPart, DefinitionSample, DefinitionSchema, DefinitionServer,
};

use super::OperationCount;
use super::ids::Ids;
use super::sample::{Sampler, pretty};
use super::schema::{Schemas, entries, flag, items, text};

const MESSAGES: &str = "/components/messages";
const SCHEMAS: &str = "/components/schemas";
/// Messages of one operation that are told.
const MAX_MESSAGES: usize = 100;

/// What an AsyncAPI document says.
pub(super) fn read(root: &Value) -> ApiDefinition {
    let version = text(root, "asyncapi");
    let mut ids = Ids::default();
    let schemas = Schemas::new(root, &[MESSAGES, SCHEMAS], &mut ids);
    let n_operations = OperationCount::default();
    let mut reader = Reader { root, schemas: &schemas, sampler: Sampler::new(&schemas), ids, n_operations };
    let groups = if version.starts_with('3') { reader.groups_of_3() } else { reader.groups_of_2() };
    let messages: Vec<DefinitionSchema> = root
        .pointer(MESSAGES)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, message)| reader.message_schema(schemas.id(MESSAGES, name)?, name, message))
        .collect();
    let info = root.get("info").unwrap_or(&Value::Null);
    let mut remarks = Vec::new();
    if version.is_empty() {
        remarks
            .push("The text does not say that it is an AsyncAPI document: the key `asyncapi` is missing.".to_owned());
    } else if groups.is_empty() {
        remarks.push("This definition has no channels.".to_owned());
    }
    remarks.extend(reader.n_operations.remark());
    let told: Vec<DefinitionSchema> = messages.into_iter().chain(schemas.told(SCHEMAS)).collect();
    remarks.extend(schemas.remarks());
    ApiDefinition {
        language: DefinitionLanguage::AsyncApi,
        language_label: if version.is_empty() { "AsyncAPI".to_owned() } else { format!("AsyncAPI {version}") },
        title: text(info, "title"),
        version: text(info, "version"),
        description: text(info, "description"),
        servers: servers(root),
        groups,
        schemas: told,
        remarks,
    }
}

fn servers(root: &Value) -> Vec<DefinitionServer> {
    let server = |(name, server): (&String, &Value)| {
        let protocol = text(server, "protocol");
        let address = match text(server, "url") {
            url if url.is_empty() => format!("{}{}", text(server, "host"), text(server, "pathname")),
            url => url,
        };
        let has_scheme = address.contains("://") || protocol.is_empty();
        let description = match text(server, "description") {
            words if words.is_empty() => name.clone(),
            words => format!("{name}: {words}"),
        };
        DefinitionServer { url: if has_scheme { address } else { format!("{protocol}://{address}") }, description }
    };
    entries(root, "servers").take(50).map(server).filter(|server| !server.url.is_empty()).collect()
}

struct Reader<'s, 'a> {
    root: &'a Value,
    schemas: &'s Schemas<'a>,
    sampler: Sampler<'s, 'a>,
    ids: Ids,
    n_operations: OperationCount,
}

impl<'a> Reader<'_, 'a> {
    /// Version 2: a channel has what others publish to it and what they can subscribe to.
    fn groups_of_2(&mut self) -> Vec<DefinitionGroup> {
        let mut groups = Vec::new();
        for (address, channel) in entries(self.root, "channels") {
            let Some(channel) = self.schemas.resolve(channel) else { continue };
            let mut operations = Vec::new();
            for (key, verb) in [("publish", "PUB"), ("subscribe", "SUB")] {
                let Some(operation) = channel.get(key).filter(|_| self.n_operations.take()) else { continue };
                let messages: Vec<&Value> = match operation.get("message") {
                    Some(message) if message.get("oneOf").is_some() => items(message, "oneOf").collect(),
                    Some(message) => vec![message],
                    None => Vec::new(),
                };
                let name = (verb, key, address.as_str());
                operations.push(self.operation(name, operation, channel, &messages));
            }
            if !operations.is_empty() {
                groups.push(DefinitionGroup {
                    title: address.clone(),
                    description: text(channel, "description"),
                    operations,
                });
            }
        }
        groups
    }

    /// Version 3: operations send to channels or receive from them; a channel that no operation uses is told for its messages.
    fn groups_of_3(&mut self) -> Vec<DefinitionGroup> {
        let mut groups = Vec::new();
        let mut operations: HashMap<String, Vec<(&String, &Value)>> = HashMap::new();
        for (name, operation) in entries(self.root, "operations") {
            let Some(operation) = self.schemas.resolve(operation) else { continue };
            let channel = operation.get("channel").and_then(|channel| channel.get("$ref")).and_then(Value::as_str);
            if let Some(channel) = channel.and_then(|reference| reference.strip_prefix("#/channels/")) {
                let channel = channel.replace("~1", "/").replace("~0", "~");
                operations.entry(channel).or_default().push((name, operation));
            }
        }
        for (channel_name, channel) in entries(self.root, "channels") {
            let Some(channel) = self.schemas.resolve(channel) else { continue };
            let address = match text(channel, "address") {
                address if address.is_empty() => channel_name.clone(),
                address => address,
            };
            let of_channel: Vec<&Value> = entries(channel, "messages").map(|(_, message)| message).collect();
            let mut told = Vec::new();
            for (name, operation) in operations.remove(channel_name).unwrap_or_default() {
                // Each tells what the channel says, too.
                if !(self.n_operations.take() && self.schemas.affords(channel)) {
                    continue;
                }
                let own: Vec<&Value> = items(operation, "messages").collect();
                let messages = if own.is_empty() { &of_channel } else { &own };
                let verb = match text(operation, "action").as_str() {
                    "send" => "SEND",
                    "receive" => "RECEIVE",
                    _ => "OP",
                };
                told.push(self.operation((verb, name.as_str(), &address), operation, channel, messages));
            }
            if told.is_empty() && !of_channel.is_empty() && self.n_operations.take() {
                told.push(self.operation(("CHANNEL", channel_name.as_str(), &address), channel, channel, &of_channel));
            }
            if !told.is_empty() {
                let title = match text(channel, "title") {
                    title if title.is_empty() => address,
                    title => title,
                };
                groups.push(DefinitionGroup { title, description: text(channel, "description"), operations: told });
            }
        }
        groups
    }

    fn operation(
        &mut self,
        (verb, name, address): (&str, &str, &str),
        operation: &'a Value,
        channel: &'a Value,
        messages: &[&'a Value],
    ) -> DefinitionOperation {
        let own_id = text(operation, "operationId");
        let is_named = !own_id.is_empty() || matches!(verb, "SEND" | "RECEIVE" | "OP");
        let id_name = match (own_id.is_empty(), is_named) {
            (false, _) => own_id,
            (true, true) => name.to_owned(),
            (true, false) => format!("{verb} {address}"),
        };
        let parameters = entries(channel, "parameters").take(100).filter_map(|(name, parameter)| {
            let parameter = self.schemas.resolve(parameter)?;
            let field = self.schemas.field(name, parameter.get("schema").unwrap_or(parameter));
            let description = text(parameter, "description");
            Some(DefinitionField { place: "channel".to_owned(), is_required: true, description, ..field })
        });
        let parameters = parameters.collect();
        let mut badges: Vec<String> = entries(operation, "bindings").map(|(name, _)| name.clone()).take(5).collect();
        if is_named {
            badges.push(id_name.clone());
        }
        let title = match text(operation, "summary") {
            summary if summary.is_empty() => text(operation, "title"),
            summary => summary,
        };
        DefinitionOperation {
            id: self.ids.give("op-", &id_name),
            verb: verb.to_owned(),
            path: address.to_owned(),
            summary: title,
            description: text(operation, "description"),
            is_deprecated: flag(operation, "deprecated"),
            badges,
            parameters,
            requests: messages.iter().take(MAX_MESSAGES).map(|message| self.body(message)).collect(),
            samples: messages.iter().take(3).filter_map(|message| self.sample(message)).collect(),
            ..DefinitionOperation::default()
        }
    }

    fn body(&self, message: &'a Value) -> DefinitionBody {
        let of_reference = self.named(message);
        let Some(found) = self.schemas.resolve(message) else {
            let of = self.schemas.type_of(message);
            return DefinitionBody { name: of.text.clone(), of, ..DefinitionBody::default() };
        };
        let payload = payload(found);
        let named = of_reference.is_some();
        DefinitionBody {
            name: message_name(found).unwrap_or_else(|| self.schemas.type_of(message).text),
            media_types: text(found, "contentType"),
            description: title_of(found),
            of: of_reference
                .unwrap_or_else(|| payload.map(|payload| self.schemas.type_of(payload)).unwrap_or_default()),
            fields: if named {
                Vec::new()
            } else {
                payload.map(|payload| self.schemas.fields_in_place(payload)).unwrap_or_default()
            },
            is_required: false,
        }
    }

    /// The message of the components that a reference leads to in the end: a channel may name it first.
    fn named(&self, message: &'a Value) -> Option<shared::api::definition::DefinitionType> {
        let mut message = message;
        for _ in 0..4 {
            let reference = message.get("$ref")?.as_str()?;
            let found = self.schemas.type_of(message);
            if found.schema.is_some() {
                return Some(found);
            }
            message = self.root.pointer(reference.strip_prefix('#')?)?;
        }
        None
    }

    fn sample(&self, message: &'a Value) -> Option<DefinitionSample> {
        let found = self.schemas.resolve(message)?;
        let value = self.sampler.of_media(found, payload(found))?;
        let text = self.sampler.pay(pretty(&value))?;
        let name = message_name(found).unwrap_or_else(|| "Message".to_owned());
        Some(DefinitionSample { title: name, text })
    }

    /// A message as a schema: its payload's fields, with its headers as a part.
    fn message_schema(&self, id: &str, name: &str, message: &'a Value) -> Option<DefinitionSchema> {
        let message = self.schemas.resolve(message)?;
        let part = |relation: &str, schema: &'a Value| DefinitionPart {
            relation: relation.to_owned(),
            of: self.schemas.type_of(schema),
        };
        let mut parts = Vec::new();
        if let Some(payload) = payload(message) {
            let refs: Vec<&Value> = items(payload, "allOf").filter(|part| part.get("$ref").is_some()).collect();
            match refs.is_empty() && payload.get("$ref").is_some() {
                true => parts.push(part("payload", payload)),
                false => parts.extend(refs.into_iter().map(|schema| part("all of", schema))),
            }
        }
        parts.extend(message.get("headers").map(|headers| part("headers", headers)));
        let described = [title_of(message), text(message, "description")];
        Some(DefinitionSchema {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: "message".to_owned(),
            description: described.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n\n"),
            is_deprecated: flag(message, "deprecated"),
            fields: payload(message).map(|payload| self.schemas.fields_in_place(payload)).unwrap_or_default(),
            parts,
            ..DefinitionSchema::default()
        })
    }
}

/// The schema of a message. Version 3 may put it one level deeper, beside its format.
fn payload(message: &Value) -> Option<&Value> {
    let payload = message.get("payload")?;
    match payload.get("schemaFormat") {
        Some(_) => payload.get("schema"),
        None => Some(payload),
    }
}

fn message_name(message: &Value) -> Option<String> {
    Some(text(message, "name")).filter(|name| !name.is_empty())
}

fn title_of(message: &Value) -> String {
    match text(message, "title") {
        title if title.is_empty() => text(message, "summary"),
        title => title,
    }
}
