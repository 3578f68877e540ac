//! The schema language of GraphQL: types, fields with their arguments, and what is said of them.

use std::cell::Cell;
use std::collections::HashMap;

use shared::api::definition::{
    ApiDefinition, DefinitionBody, DefinitionField, DefinitionGroup, DefinitionLanguage, DefinitionOperation,
    DefinitionPart, DefinitionSample, DefinitionSchema, DefinitionType,
};

use super::OperationCount;
use super::ids::Ids;
use super::sample::MAX_BYTES_IN_ALL;
use super::tokens::{Dialect, Token, Tokens};

/// Fields of a sample's selection.
const MAX_SELECTED: usize = 10;
/// Fields of a type that are looked at for a sample.
const MAX_CANDIDATES: usize = 200;
/// Bytes of a sample, more or less.
const MAX_SAMPLE: usize = 4_000;
/// Words that begin a definition.
const KEYWORDS: [&str; 9] = ["schema", "scalar", "type", "interface", "union", "enum", "input", "directive", "extend"];

#[derive(Clone, Debug, Default)]
struct Type {
    name: String,
    kind: String,
    description: String,
    implements: Vec<String>,
    members: Vec<String>,
    fields: Vec<Field>,
}

#[derive(Clone, Debug, Default)]
struct Field {
    name: String,
    description: String,
    arguments: Vec<Field>,
    /// As it is written: `[Booking!]!`.
    of: String,
    default: String,
    /// The reason, empty where none is given; `None` for a field that is in use.
    deprecation: Option<String>,
}

impl Field {
    /// The type without lists and marks.
    fn base(&self) -> &str {
        self.of.trim_matches(['[', ']', '!'])
    }
}

#[derive(Debug, Default)]
struct Document {
    description: String,
    roots: Vec<(String, String)>,
    types: Vec<Type>,
    by_name: HashMap<String, usize>,
    /// Bytes of the samples that were made.
    n_sample_bytes: Cell<usize>,
}

/// What a GraphQL schema says.
pub(super) fn read(text: &str) -> ApiDefinition {
    let mut tokens = Tokens::new(text, Dialect::GraphQl);
    let mut document = Document::default();
    while tokens.peek().is_some() {
        document.read_definition(&mut tokens);
    }
    document.told(tokens.into_remarks())
}

impl Document {
    fn read_definition(&mut self, tokens: &mut Tokens<'_>) {
        let description = description(tokens);
        tokens.take_word("extend");
        let Some(Token::Word(keyword)) = tokens.peek().cloned() else {
            tokens.note_mistake("a definition");
            return pass_to_definition(tokens);
        };
        if !KEYWORDS.contains(&keyword) {
            tokens.note_mistake("a definition");
            return pass_to_definition(tokens);
        }
        tokens.next();
        match keyword {
            "schema" => self.read_schema(tokens, description),
            "directive" => self.read_directive(tokens, description),
            _ => self.read_type(tokens, keyword, description),
        }
    }

    fn read_schema(&mut self, tokens: &mut Tokens<'_>, description: String) {
        self.description = description;
        directives(tokens);
        if !tokens.take_sign('{') {
            return tokens.note_mistake("`{`");
        }
        while let Some(operation) = tokens.word() {
            tokens.take_sign(':');
            let name = tokens.word().unwrap_or_default();
            self.roots.push((operation.to_owned(), name.to_owned()));
        }
        tokens.take_sign('}');
    }

    fn read_directive(&mut self, tokens: &mut Tokens<'_>, description: String) {
        tokens.take_sign('@');
        let name = format!("@{}", tokens.word().unwrap_or_default());
        let fields = if tokens.take_sign('(') { fields(tokens, ')') } else { Vec::new() };
        let mut members = Vec::new();
        tokens.take_word("repeatable");
        if tokens.take_word("on") {
            tokens.take_sign('|');
            while let Some(place) = tokens.word() {
                members.push(place.to_owned());
                if !tokens.take_sign('|') {
                    break;
                }
            }
        }
        self.add(Type { name, kind: "directive".to_owned(), description, fields, members, implements: Vec::new() });
    }

    fn read_type(&mut self, tokens: &mut Tokens<'_>, keyword: &str, description: String) {
        let Some(name) = tokens.word() else {
            tokens.note_mistake("a name");
            return pass_to_definition(tokens);
        };
        let mut read = Type { name: name.to_owned(), kind: keyword.to_owned(), description, ..Type::default() };
        if tokens.take_word("implements") {
            tokens.take_sign('&');
            while let Some(Token::Word(interface)) = tokens.peek().cloned() {
                tokens.next();
                read.implements.push(interface.to_owned());
                // Old schemas write no `&` between them.
                tokens.take_sign('&');
            }
        }
        directives(tokens);
        if keyword == "union" && tokens.take_sign('=') {
            tokens.take_sign('|');
            while let Some(member) = tokens.word() {
                read.members.push(member.to_owned());
                if !tokens.take_sign('|') {
                    break;
                }
            }
        } else if keyword == "enum" && tokens.take_sign('{') {
            read.fields = values(tokens);
        } else if tokens.take_sign('{') {
            read.fields = fields(tokens, '}');
        }
        self.add(read);
    }

    /// Adds a type, or what an extension says to the type that it extends.
    fn add(&mut self, mut read: Type) {
        match self.by_name.get(&read.name) {
            Some(&index) => {
                let known = &mut self.types[index];
                known.fields.append(&mut read.fields);
                known.members.append(&mut read.members);
                known.implements.append(&mut read.implements);
                if known.description.is_empty() {
                    known.description = read.description;
                }
            }
            None => {
                self.by_name.insert(read.name.clone(), self.types.len());
                self.types.push(read);
            }
        }
    }

    fn find(&self, name: &str) -> Option<&Type> {
        self.by_name.get(name).map(|&index| &self.types[index])
    }

    fn told(self, mut remarks: Vec<String>) -> ApiDefinition {
        let named =
            |operation: &str| self.roots.iter().find(|(known, _)| known == operation).map(|(_, name)| name.clone());
        let roots: Vec<(String, String, &str)> = [
            ("query", "Query", "Queries"),
            ("mutation", "Mutation", "Mutations"),
            ("subscription", "Subscription", "Subscriptions"),
        ]
        .into_iter()
        .filter_map(|(operation, usual, title)| {
            let name = named(operation).or_else(|| self.roots.is_empty().then(|| usual.to_owned()))?;
            Some((operation.to_uppercase(), name, title))
        })
        .collect();
        let mut ids = Ids::default();
        let is_root = |name: &str| roots.iter().any(|(_, root, _)| root == name);
        let schema_ids: HashMap<String, String> = self
            .types
            .iter()
            .filter(|known| !is_root(&known.name))
            .map(|known| (known.name.clone(), ids.give("type-", &known.name)))
            .collect();
        let mut n_operations = OperationCount::default();
        let groups: Vec<DefinitionGroup> = roots
            .iter()
            .filter_map(|(verb, name, title)| {
                let root = self.find(name)?;
                let told = root.fields.iter().filter(|_| n_operations.take());
                let operations = told.map(|field| self.operation(verb, field, &schema_ids, &mut ids)).collect();
                Some(DefinitionGroup { title: (*title).to_owned(), description: root.description.clone(), operations })
            })
            .collect();
        let schemas: Vec<DefinitionSchema> = self
            .types
            .iter()
            .filter(|known| !is_root(&known.name))
            .filter_map(|known| Some(schema(known, schema_ids.get(&known.name)?, &schema_ids)))
            .collect();
        remarks.extend(n_operations.remark());
        if groups.is_empty() && schemas.is_empty() {
            remarks.push("The text has no types of a GraphQL schema.".to_owned());
        }
        ApiDefinition {
            language: DefinitionLanguage::GraphQl,
            language_label: "GraphQL".to_owned(),
            description: self.description,
            groups,
            schemas,
            remarks,
            ..ApiDefinition::default()
        }
    }

    fn operation(
        &self,
        verb: &str,
        field: &Field,
        schema_ids: &HashMap<String, String>,
        ids: &mut Ids,
    ) -> DefinitionOperation {
        let (summary, description) = summary(&field.description);
        DefinitionOperation {
            id: ids.give("op-", &field.name),
            verb: verb.to_owned(),
            path: field.name.clone(),
            summary,
            description,
            is_deprecated: field.deprecation.is_some(),
            deprecation: field.deprecation.clone().unwrap_or_default(),
            parameters: field.arguments.iter().map(|argument| told_field(argument, schema_ids)).collect(),
            responses: vec![DefinitionBody { of: told_type(&field.of, schema_ids), ..DefinitionBody::default() }],
            samples: self.sample(verb, field).into_iter().collect(),
            ..DefinitionOperation::default()
        }
    }

    /// A call with the arguments that must be there and the plain fields of what comes back; `None` where there are many
    /// samples already.
    fn sample(&self, verb: &str, field: &Field) -> Option<DefinitionSample> {
        if self.n_sample_bytes.get() >= MAX_BYTES_IN_ALL {
            return None;
        }
        let mut left = MAX_SAMPLE;
        let needed =
            field.arguments.iter().filter(|argument| argument.of.ends_with('!') && argument.default.is_empty());
        let needed = needed.take(MAX_SELECTED);
        let arguments: Vec<String> = needed.map_while(|argument| self.named_value(argument, 0, &mut left)).collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let selection = match self.find(field.base()) {
            Some(known) if matches!(known.kind.as_str(), "type" | "interface") => {
                let fields = known.fields.iter().take(MAX_CANDIDATES);
                let plain = fields.filter(|field| field.arguments.is_empty() && self.is_plain(field.base()));
                let names = plain.take(MAX_SELECTED).map(|field| field.name.as_str());
                let mut names: Vec<&str> = names.take_while(|name| pay(name, &mut left)).collect();
                if names.is_empty() {
                    names.push("__typename");
                }
                format!(" {{\n    {}\n  }}", names.join("\n    "))
            }
            Some(known) if known.kind == "union" => " {\n    __typename\n  }".to_owned(),
            _ => String::new(),
        };
        let text = format!("{} {{\n  {}{arguments}{selection}\n}}", verb.to_lowercase(), field.name);
        self.n_sample_bytes.set(self.n_sample_bytes.get() + text.len());
        Some(DefinitionSample { title: "Document".to_owned(), text })
    }

    fn is_plain(&self, name: &str) -> bool {
        self.find(name).is_none_or(|known| matches!(known.kind.as_str(), "scalar" | "enum"))
    }

    /// An argument or a field of an input with its value; `None` where the sample is long enough.
    fn named_value(&self, field: &Field, depth: usize, left: &mut usize) -> Option<String> {
        pay(&field.name, left).then(|| format!("{}: {}", field.name, self.value(field, depth, left)))
    }

    fn value(&self, field: &Field, depth: usize, left: &mut usize) -> String {
        let one = match field.base() {
            "Int" => "1".to_owned(),
            "Float" => "1.5".to_owned(),
            "Boolean" => "true".to_owned(),
            name => match self.find(name) {
                Some(known) if known.kind == "enum" => {
                    let first = known.fields.first().filter(|value| pay(&value.name, left));
                    first.map_or_else(|| "null".to_owned(), |value| value.name.clone())
                }
                Some(known) if known.kind == "input" && depth < 3 => {
                    let needed = known.fields.iter().take(MAX_CANDIDATES).filter(|field| field.of.ends_with('!'));
                    let needed = needed.take(MAX_SELECTED);
                    let fields: Vec<String> =
                        needed.map_while(|field| self.named_value(field, depth + 1, left)).collect();
                    format!("{{{}}}", fields.join(", "))
                }
                _ => "\"…\"".to_owned(),
            },
        };
        if field.of.starts_with('[') { format!("[{one}]") } else { one }
    }
}

/// Takes the length of a name, and of what stands around it, from what is left of a sample; `false` where it is more.
fn pay(name: &str, left: &mut usize) -> bool {
    let rest = left.checked_sub(name.len() + 8);
    *left = rest.unwrap_or(*left);
    rest.is_some()
}

fn schema(known: &Type, id: &str, schema_ids: &HashMap<String, String>) -> DefinitionSchema {
    let part = |relation: &str, name: &String| DefinitionPart {
        relation: relation.to_owned(),
        of: told_type(name, schema_ids),
    };
    let mut told = DefinitionSchema {
        id: id.to_owned(),
        name: known.name.clone(),
        kind: known.kind.clone(),
        description: known.description.clone(),
        ..DefinitionSchema::default()
    };
    told.parts.extend(known.implements.iter().map(|name| part("implements", name)));
    let relation = if known.kind == "directive" { "on" } else { "one of" };
    told.parts.extend(known.members.iter().map(|name| part(relation, name)));
    if known.kind == "enum" {
        told.values = known.fields.iter().map(|value| told_field(value, schema_ids)).collect();
        return told;
    }
    for field in &known.fields {
        told.fields.push(told_field(field, schema_ids));
        let arguments = field.arguments.iter().map(|argument| DefinitionField {
            place: "argument".to_owned(),
            depth: 1,
            ..told_field(argument, schema_ids)
        });
        told.fields.extend(arguments);
    }
    told
}

fn told_field(field: &Field, schema_ids: &HashMap<String, String>) -> DefinitionField {
    let mut description = field.description.clone();
    if let Some(reason) = field.deprecation.as_ref().filter(|reason| !reason.is_empty()) {
        description = if description.is_empty() { reason.clone() } else { format!("{description} {reason}") };
    }
    DefinitionField {
        name: field.name.clone(),
        of: told_type(&field.of, schema_ids),
        description,
        constraint: if field.default.is_empty() { String::new() } else { format!("{} by default", field.default) },
        is_required: field.of.ends_with('!') && field.default.is_empty(),
        is_deprecated: field.deprecation.is_some(),
        ..DefinitionField::default()
    }
}

fn told_type(of: &str, schema_ids: &HashMap<String, String>) -> DefinitionType {
    DefinitionType { text: of.to_owned(), schema: schema_ids.get(of.trim_matches(['[', ']', '!'])).cloned() }
}

/// The first sentence or line, and what is left.
fn summary(description: &str) -> (String, String) {
    let end = description.find(['\n', '.']).unwrap_or(description.len());
    match end {
        0..=100 => (
            description[..end].to_owned(),
            if end + 1 < description.len() { description.to_owned() } else { String::new() },
        ),
        _ => (String::new(), description.to_owned()),
    }
}

/// What stands before a definition or a field: its text, else its comment.
fn description(tokens: &mut Tokens<'_>) -> String {
    match tokens.peek().cloned() {
        Some(Token::Text(text)) => {
            tokens.next();
            text.into_owned()
        }
        _ => String::new(),
    }
}

/// Passes over directives; answers the reason of `@deprecated`.
fn directives(tokens: &mut Tokens<'_>) -> Option<String> {
    let mut deprecation = None;
    while tokens.take_sign('@') {
        let is_deprecated = tokens.word() == Some("deprecated");
        let mut reason = String::new();
        if tokens.take_sign('(') {
            if is_deprecated && tokens.take_word("reason") && tokens.take_sign(':') {
                reason = description(tokens);
            }
            tokens.pass_group();
        }
        if is_deprecated {
            deprecation = Some(reason);
        }
    }
    deprecation
}

/// Fields or arguments, up to the bracket that closes them.
fn fields(tokens: &mut Tokens<'_>, close: char) -> Vec<Field> {
    let mut found = Vec::new();
    while tokens.peek().is_some() && !tokens.take_sign(close) {
        let description = description(tokens);
        let Some(name) = tokens.word() else {
            // Whatever this is, it is passed over, unless it closes something that was never opened.
            if tokens.next() == Some(Token::Sign('}')) {
                break;
            }
            continue;
        };
        let arguments = if close == '}' && tokens.take_sign('(') { fields(tokens, ')') } else { Vec::new() };
        let of = if tokens.take_sign(':') { type_text(tokens) } else { String::new() };
        let default = if tokens.take_sign('=') { value_text(tokens) } else { String::new() };
        let deprecation = directives(tokens);
        found.push(Field { name: name.to_owned(), description, arguments, of, default, deprecation });
    }
    found
}

fn values(tokens: &mut Tokens<'_>) -> Vec<Field> {
    let mut found = Vec::new();
    while tokens.peek().is_some() && !tokens.take_sign('}') {
        let description = description(tokens);
        let Some(name) = tokens.word() else {
            tokens.next();
            continue;
        };
        let deprecation = directives(tokens);
        found.push(Field { name: name.to_owned(), description, deprecation, ..Field::default() });
    }
    found
}

fn type_text(tokens: &mut Tokens<'_>) -> String {
    let mut text = String::new();
    while text.len() < 300 {
        match tokens.peek().cloned() {
            Some(Token::Sign(sign @ ('[' | ']' | '!'))) => {
                tokens.next();
                text.push(sign);
            }
            Some(Token::Word(word)) if text.is_empty() || text.ends_with('[') => {
                tokens.next();
                text.push_str(word);
            }
            _ => break,
        }
    }
    text
}

fn value_text(tokens: &mut Tokens<'_>) -> String {
    match tokens.next() {
        Some(Token::Sign('[')) => format!("[{}]", tokens.pass_group()),
        Some(Token::Sign('{')) => format!("{{{}}}", tokens.pass_group()),
        Some(Token::Word(word)) => word.to_owned(),
        Some(Token::Text(text)) => format!("\"{text}\""),
        Some(Token::Sign(sign)) => sign.to_string(),
        None => String::new(),
    }
}

/// Goes on at the next word that begins a definition.
fn pass_to_definition(tokens: &mut Tokens<'_>) {
    tokens.next();
    while let Some(token) = tokens.peek().cloned() {
        match token {
            Token::Word(word) if KEYWORDS.contains(&word) => return,
            Token::Text(_) => return,
            Token::Sign('{') => {
                tokens.next();
                tokens.pass_group();
            }
            Token::Word(_) | Token::Sign(_) => {
                tokens.next();
            }
        }
    }
}
