//! Protocol buffers: services with their rpcs, messages, enumerations.

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::{Map, Value, json};
use shared::api::definition::{
    ApiDefinition, DefinitionBody, DefinitionField, DefinitionGroup, DefinitionLanguage, DefinitionOperation,
    DefinitionSample, DefinitionSchema, DefinitionType,
};

use super::ids::Ids;
use super::sample::{MAX_BYTES_IN_ALL, pretty};
use super::tokens::{Dialect, Token, Tokens};
use super::{MAX_SCHEMAS, OperationCount};

/// Messages within messages.
const MAX_DEPTH: usize = 16;
/// Messages and enumerations; later ones are passed over.
const MAX_TYPES: usize = 2 * MAX_SCHEMAS;
/// Characters of a name. Names stand within names, and before each other.
const MAX_NAME: usize = 200;
/// Bytes of the names in a sample, more or less.
const MAX_SAMPLE: usize = 2_000;

#[derive(Debug, Default)]
struct File {
    syntax: String,
    package: String,
    description: String,
    services: Vec<Service>,
    types: Vec<Type>,
    by_name: HashMap<String, usize>,
    /// Bytes of the samples that were made.
    n_sample_bytes: Cell<usize>,
}

#[derive(Debug, Default)]
struct Service {
    name: String,
    description: String,
    rpcs: Vec<Rpc>,
}

#[derive(Debug, Default)]
struct Rpc {
    name: String,
    description: String,
    request: String,
    response: String,
    streams_requests: bool,
    streams_responses: bool,
    is_deprecated: bool,
}

#[derive(Debug, Default)]
struct Type {
    /// With the names of the messages around it: `Outer.Inner`.
    name: String,
    is_enum: bool,
    description: String,
    is_deprecated: bool,
    fields: Vec<Field>,
}

#[derive(Debug, Default)]
struct Field {
    name: String,
    number: String,
    /// As it is written: `map<string, Position>`.
    of: String,
    /// `repeated`, `optional`, `required`, or the name of the `oneof`.
    label: String,
    oneof: String,
    description: String,
    is_deprecated: bool,
}

/// What a `.proto` file says.
pub(super) fn read(text: &str) -> ApiDefinition {
    let mut tokens = Tokens::new(text, Dialect::Protobuf);
    let mut file = File::default();
    while tokens.peek().is_some() {
        file.read_statement(&mut tokens);
    }
    file.told(tokens.into_remarks())
}

impl File {
    fn read_statement(&mut self, tokens: &mut Tokens<'_>) {
        let comment = tokens.take_leading();
        match tokens.word() {
            Some("syntax" | "edition") => {
                tokens.take_sign('=');
                if let Some(Token::Text(syntax)) = tokens.peek().cloned() {
                    self.syntax = syntax.into_owned();
                }
                self.description = comment;
                tokens.pass_statement();
            }
            Some("package") => {
                self.package = name_of(tokens.word().unwrap_or_default());
                tokens.pass_statement();
            }
            Some("import" | "option" | "extend") => tokens.pass_statement(),
            Some("message") => self.read_message(tokens, "", comment, 0),
            Some("enum") => self.read_enum(tokens, "", comment),
            Some("service") => self.read_service(tokens, comment),
            Some(_) => {
                tokens.note_mistake("`message`, `enum` or `service`");
                tokens.pass_statement();
                tokens.take_sign('}');
            }
            None => {
                if !tokens.take_sign(';') {
                    tokens.note_mistake("`message`, `enum` or `service`");
                    tokens.next();
                }
            }
        }
    }

    fn add(&mut self, read: Type) -> usize {
        let index = self.types.len();
        self.by_name.entry(read.name.clone()).or_insert(index);
        self.types.push(read);
        index
    }

    fn read_message(&mut self, tokens: &mut Tokens<'_>, around: &str, description: String, depth: usize) {
        let Some(name) = tokens.word() else { return tokens.note_mistake("a name") };
        if depth >= MAX_DEPTH || self.types.len() >= MAX_TYPES {
            return tokens.pass_statement();
        }
        if !tokens.take_sign('{') {
            return tokens.note_mistake("`{`");
        }
        let name = within(around, name);
        let index = self.add(Type { name: name.clone(), description, ..Type::default() });
        self.read_fields(tokens, index, &name, "", depth);
    }

    /// The fields of a message or of a `oneof`, up to the brace that closes them.
    fn read_fields(&mut self, tokens: &mut Tokens<'_>, index: usize, name: &str, oneof: &str, depth: usize) {
        while tokens.peek().is_some() && !tokens.take_sign('}') {
            let comment = tokens.take_leading();
            match tokens.word() {
                Some("message") => self.read_message(tokens, name, comment, depth + 1),
                Some("enum") => self.read_enum(tokens, name, comment),
                Some("oneof") if oneof.is_empty() => {
                    let oneof = name_of(tokens.word().unwrap_or("oneof"));
                    if tokens.take_sign('{') {
                        self.read_fields(tokens, index, name, &oneof, depth);
                    }
                }
                Some("option") => {
                    if tokens.take_word("deprecated")
                        && tokens.take_sign('=')
                        && tokens.take_word("true")
                        && oneof.is_empty()
                    {
                        self.types[index].is_deprecated = true;
                    }
                    tokens.pass_statement();
                }
                Some("reserved" | "extensions" | "extend" | "group") => tokens.pass_statement(),
                Some(first) => match field(tokens, first, oneof, comment) {
                    Some(field) => self.types[index].fields.push(field),
                    None => {
                        tokens.note_mistake("a field");
                        tokens.pass_statement();
                    }
                },
                None => {
                    if !tokens.take_sign(';') {
                        tokens.note_mistake("a field");
                        tokens.next();
                    }
                }
            }
        }
    }

    fn read_enum(&mut self, tokens: &mut Tokens<'_>, around: &str, description: String) {
        let Some(name) = tokens.word() else { return tokens.note_mistake("a name") };
        if self.types.len() >= MAX_TYPES {
            return tokens.pass_statement();
        }
        if !tokens.take_sign('{') {
            return tokens.note_mistake("`{`");
        }
        let name = within(around, name);
        let mut read = Type { name, is_enum: true, description, ..Type::default() };
        while tokens.peek().is_some() && !tokens.take_sign('}') {
            let comment = tokens.take_leading();
            match tokens.word() {
                Some("option" | "reserved") => tokens.pass_statement(),
                Some(name) if tokens.take_sign('=') => {
                    let number = tokens.word().unwrap_or_default().to_owned();
                    let is_deprecated = options(tokens);
                    tokens.take_sign(';');
                    let description = joined(comment, tokens.take_trailing());
                    let name = name_of(name);
                    read.fields.push(Field { name, number, description, is_deprecated, ..Field::default() });
                }
                Some(_) => tokens.pass_statement(),
                None => {
                    tokens.next();
                }
            }
        }
        self.add(read);
    }

    fn read_service(&mut self, tokens: &mut Tokens<'_>, description: String) {
        let name = name_of(tokens.word().unwrap_or_default());
        let mut service = Service { name, description, rpcs: Vec::new() };
        if !tokens.take_sign('{') {
            return tokens.note_mistake("`{`");
        }
        while tokens.peek().is_some() && !tokens.take_sign('}') {
            let comment = tokens.take_leading();
            if tokens.take_word("rpc") {
                service.rpcs.push(rpc(tokens, comment));
            } else if !tokens.take_sign(';') {
                tokens.next();
                tokens.pass_statement();
            }
        }
        self.services.push(service);
    }

    /// The type that a name stands for, seen from within a message: the innermost one that has it.
    fn resolve(&self, name: &str, within: &str) -> Option<&Type> {
        let package = format!("{}.", self.package);
        let name = name.trim_start_matches('.');
        let name = name.strip_prefix(&package).filter(|_| !self.package.is_empty()).unwrap_or(name);
        let mut around = within;
        for _ in 0..=MAX_DEPTH {
            let full = if around.is_empty() { name.to_owned() } else { format!("{around}.{name}") };
            if let Some(&index) = self.by_name.get(&full) {
                return Some(&self.types[index]);
            }
            if around.is_empty() {
                return None;
            }
            around = around.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
        None
    }

    fn told_type(&self, of: &str, within: &str, ids: &HashMap<String, String>) -> DefinitionType {
        let named = of.strip_prefix("map<").map_or(of, |inner| inner.rsplit([',', ' ']).next().unwrap_or(inner));
        let found = self.resolve(named.trim_end_matches('>'), within);
        DefinitionType { text: of.to_owned(), schema: found.and_then(|found| ids.get(&found.name)).cloned() }
    }

    /// The types, each name once: the first that has it.
    fn named_types(&self) -> impl Iterator<Item = &Type> {
        self.types
            .iter()
            .enumerate()
            .filter(|(index, known)| self.by_name.get(&known.name) == Some(index))
            .map(|(_, known)| known)
    }

    fn told(self, mut remarks: Vec<String>) -> ApiDefinition {
        if self.services.is_empty() && self.types.is_empty() {
            remarks.push("The text has no services and no messages of protocol buffers.".to_owned());
        }
        let mut ids = Ids::default();
        let type_ids: HashMap<String, String> =
            self.named_types().map(|known| (known.name.clone(), ids.give("type-", &known.name))).collect();
        let mut n_operations = OperationCount::default();
        let groups = self.services.iter().map(|service| {
            let told = service.rpcs.iter().filter(|_| n_operations.take());
            DefinitionGroup {
                title: service.name.clone(),
                description: service.description.clone(),
                operations: told.map(|rpc| self.operation(service, rpc, &type_ids, &mut ids)).collect(),
            }
        });
        let groups: Vec<DefinitionGroup> = groups.collect();
        remarks.extend(n_operations.remark());
        let schemas =
            self.named_types().filter_map(|known| Some(self.schema(known, type_ids.get(&known.name)?, &type_ids)));
        let schemas: Vec<DefinitionSchema> = schemas.collect();
        let language_label = if self.syntax.is_empty() {
            "Protocol buffers".to_owned()
        } else {
            format!("Protocol buffers, {}", self.syntax)
        };
        ApiDefinition {
            language: DefinitionLanguage::Protobuf,
            language_label,
            title: self.package,
            description: self.description,
            groups,
            schemas,
            remarks,
            ..ApiDefinition::default()
        }
    }

    fn operation(
        &self,
        service: &Service,
        rpc: &Rpc,
        type_ids: &HashMap<String, String>,
        ids: &mut Ids,
    ) -> DefinitionOperation {
        let full = match self.package.is_empty() {
            true => format!("{}/{}", service.name, rpc.name),
            false => format!("{}.{}/{}", self.package, service.name, rpc.name),
        };
        let mut badges = Vec::new();
        badges.extend(rpc.streams_requests.then(|| "Streams requests".to_owned()));
        badges.extend(rpc.streams_responses.then(|| "Streams responses".to_owned()));
        let samples = self.samples(rpc, &full);
        badges.push(full);
        let body = |of: &str, streams: bool| DefinitionBody {
            name: if streams { "stream of".to_owned() } else { String::new() },
            of: self.told_type(of, "", type_ids),
            ..DefinitionBody::default()
        };
        let (first, rest) = rpc.description.split_once('\n').unwrap_or((&rpc.description, ""));
        let is_short = rest.is_empty() && first.chars().count() <= 100;
        DefinitionOperation {
            id: ids.give("op-", &format!("{}.{}", service.name, rpc.name)),
            verb: "RPC".to_owned(),
            path: rpc.name.clone(),
            summary: if is_short { rpc.description.clone() } else { String::new() },
            description: if is_short { String::new() } else { rpc.description.replace('\n', " ") },
            is_deprecated: rpc.is_deprecated,
            badges,
            requests: vec![body(&rpc.request, rpc.streams_requests)],
            responses: vec![body(&rpc.response, rpc.streams_responses)],
            samples,
            ..DefinitionOperation::default()
        }
    }

    /// A call and what it answers; nothing where there are many samples already.
    fn samples(&self, rpc: &Rpc, full: &str) -> Vec<DefinitionSample> {
        if self.n_sample_bytes.get() >= MAX_BYTES_IN_ALL {
            return Vec::new();
        }
        let value = |name: &str| {
            let mut left = MAX_SAMPLE;
            pretty(&self.value(self.resolve(name, ""), 0, &mut left))
        };
        let call = format!("grpcurl -d '{}' \\\n  HOST:PORT {full}", value(&rpc.request).replace('\'', "'\\''"));
        let answer = value(&rpc.response);
        self.n_sample_bytes.set(self.n_sample_bytes.get() + call.len() + answer.len());
        vec![
            DefinitionSample { title: "Call".to_owned(), text: call },
            DefinitionSample { title: "Response".to_owned(), text: answer },
        ]
    }

    /// A message as JSON, with something plausible in each field.
    fn value(&self, of: Option<&Type>, depth: usize, left: &mut usize) -> Value {
        let Some(message) = of.filter(|_| depth < 4) else { return json!({}) };
        let mut fields = Map::new();
        let mut oneofs: Vec<&str> = Vec::new();
        for field in message.fields.iter().take(20) {
            // Messages hold messages, and so a few lines would become long samples.
            let Some(rest) = left.checked_sub(field.name.len() + 8) else { break };
            *left = rest;
            if !field.oneof.is_empty() {
                if oneofs.contains(&field.oneof.as_str()) {
                    continue;
                }
                oneofs.push(&field.oneof);
            }
            let one = match field.of.as_str() {
                "string" => json!("string"),
                "bytes" => json!("Zm9v"),
                "bool" => json!(true),
                "double" | "float" => json!(1.5),
                "int64" | "uint64" | "sint64" | "fixed64" | "sfixed64" => json!("1"),
                "int32" | "uint32" | "sint32" | "fixed32" | "sfixed32" => json!(1),
                "google.protobuf.Timestamp" => json!("2026-03-02T08:14:07Z"),
                "google.protobuf.Duration" => json!("60s"),
                other if other.starts_with("map<") => json!({}),
                other => match self.resolve(other, &message.name) {
                    Some(known) if known.is_enum => {
                        let value = known.fields.get(1).or_else(|| known.fields.first());
                        json!(value.map_or("", |value| value.name.as_str()))
                    }
                    known => self.value(known, depth + 1, left),
                },
            };
            fields.insert(field.name.clone(), if field.label == "repeated" { json!([one]) } else { one });
        }
        Value::Object(fields)
    }

    fn schema(&self, known: &Type, id: &str, ids: &HashMap<String, String>) -> DefinitionSchema {
        let field = |field: &Field| {
            let of =
                if known.is_enum { DefinitionType::default() } else { self.told_type(&field.of, &known.name, ids) };
            let text = if field.label == "repeated" { format!("{}[]", of.text) } else { of.text };
            let oneof = if field.oneof.is_empty() { String::new() } else { format!("One of {}", field.oneof) };
            DefinitionField {
                name: field.name.clone(),
                place: field.number.clone(),
                of: DefinitionType { text, ..of },
                description: field.description.clone(),
                constraint: match field.label.as_str() {
                    "optional" => "Optional".to_owned(),
                    _ => oneof,
                },
                is_required: field.label == "required",
                is_deprecated: field.is_deprecated,
                depth: 0,
            }
        };
        let told: Vec<DefinitionField> = known.fields.iter().map(field).collect();
        let (fields, values) = if known.is_enum { (Vec::new(), told) } else { (told, Vec::new()) };
        DefinitionSchema {
            id: id.to_owned(),
            name: known.name.clone(),
            kind: if known.is_enum { "enum".to_owned() } else { "message".to_owned() },
            description: known.description.replace('\n', " "),
            is_deprecated: known.is_deprecated,
            fields,
            values,
            parts: Vec::new(),
        }
    }
}

/// A field whose first word is taken already.
fn field(tokens: &mut Tokens<'_>, first: &str, oneof: &str, comment: String) -> Option<Field> {
    let (label, first) = match first {
        "repeated" | "optional" | "required" => (first.to_owned(), tokens.word()?),
        _ => (String::new(), first),
    };
    let of = if first == "map" && tokens.take_sign('<') {
        let key = tokens.word()?;
        tokens.take_sign(',');
        let value = tokens.word()?;
        tokens.take_sign('>').then(|| format!("map<{}, {}>", name_of(key), name_of(value)))?
    } else {
        name_of(first)
    };
    let name = name_of(tokens.word()?);
    if !tokens.take_sign('=') {
        return None;
    }
    let number = tokens.word()?.to_owned();
    let is_deprecated = options(tokens);
    if !tokens.take_sign(';') {
        return None;
    }
    let description = joined(comment, tokens.take_trailing()).replace('\n', " ");
    Some(Field { name, number, of, label, oneof: oneof.to_owned(), description, is_deprecated })
}

/// Passes over options in brackets; answers whether they say that it is deprecated.
fn options(tokens: &mut Tokens<'_>) -> bool {
    tokens.take_sign('[') && tokens.pass_group().replace(' ', "").contains("deprecated=true")
}

fn rpc(tokens: &mut Tokens<'_>, description: String) -> Rpc {
    let mut read = Rpc { name: name_of(tokens.word().unwrap_or_default()), description, ..Rpc::default() };
    if tokens.take_sign('(') {
        read.streams_requests = tokens.take_word("stream");
        read.request = name_of(tokens.word().unwrap_or_default());
        tokens.take_sign(')');
    }
    tokens.take_word("returns");
    if tokens.take_sign('(') {
        read.streams_responses = tokens.take_word("stream");
        read.response = name_of(tokens.word().unwrap_or_default());
        tokens.take_sign(')');
    }
    if tokens.take_sign('{') {
        let options = tokens.pass_group();
        read.is_deprecated = options.replace(' ', "").contains("deprecated=true");
    } else {
        tokens.take_sign(';');
    }
    read
}

/// A name as far as it is told.
fn name_of(word: &str) -> String {
    word.chars().take(MAX_NAME).collect()
}

/// The whole name of what stands within a message.
fn within(around: &str, name: &str) -> String {
    let name = name_of(name);
    if around.is_empty() { name } else { format!("{around}.{name}") }
}

fn joined(leading: String, trailing: String) -> String {
    if leading.is_empty() {
        trailing
    } else if trailing.is_empty() {
        leading
    } else {
        format!("{leading}\n{trailing}")
    }
}
