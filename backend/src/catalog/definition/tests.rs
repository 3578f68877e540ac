//! What definitions say, and what hostile ones cannot do.

use std::time::{Duration, Instant};

use shared::api::definition::{ApiDefinition, DefinitionLanguage, DefinitionOperation};

use super::read;

const BOOKINGS: &str = include_str!("../../../../examples/apis/bookings-v4.openapi.yaml");
const EVENTS_3: &str = include_str!("../../../../examples/apis/booking-events.asyncapi.yaml");
const EVENTS_2: &str = include_str!("../../../../examples/apis/shipment-events.asyncapi.yaml");
const GRAPH: &str = include_str!("../../../../examples/apis/consignment-graph.graphql");
const POSITIONS: &str = include_str!("../../../../examples/apis/fleet-positions.proto");

fn operations(definition: &ApiDefinition) -> impl Iterator<Item = &DefinitionOperation> {
    definition.groups.iter().flat_map(|group| &group.operations)
}

#[track_caller]
fn operation<'d>(definition: &'d ApiDefinition, id: &str) -> &'d DefinitionOperation {
    operations(definition).find(|operation| operation.id == id).unwrap_or_else(|| panic!("no {id}"))
}

/// Every type that leads somewhere leads to a schema that is told, and ids are unique.
#[track_caller]
fn assert_closed(definition: &ApiDefinition) {
    let mut ids: Vec<&str> = definition.schemas.iter().map(|schema| schema.id.as_str()).collect();
    let text = serde_json::to_value(definition).unwrap();
    let mut found = Vec::new();
    collect(&text, &mut found);
    for id in found {
        assert!(ids.contains(&id.as_str()), "{id} leads nowhere");
    }
    ids.extend(operations(definition).map(|operation| operation.id.as_str()));
    let n_ids = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), n_ids, "an id is there twice");
}

fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            found.extend(fields.get("schema").and_then(|id| id.as_str()).map(str::to_owned));
            fields.values().for_each(|value| collect(value, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn an_openapi_document_tells_its_operations() {
    let definition = read("openapi", BOOKINGS);
    assert_eq!(definition.language, DefinitionLanguage::OpenApi);
    assert_eq!(definition.remarks, Vec::<String>::new());
    assert!(definition.language_label.starts_with("OpenAPI 3."), "{}", definition.language_label);
    assert!(!definition.servers.is_empty() && definition.schemas.len() > 5);
    assert_closed(&definition);
    for operation in operations(&definition) {
        assert!(!operation.responses.is_empty(), "{}", operation.id);
        assert!(operation.samples.iter().any(|sample| sample.text.starts_with("curl")), "{}", operation.id);
    }
}

#[test]
fn parameters_of_the_path_are_shared_and_bodies_are_named() {
    let text = r##"{"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": "https://{stage}.example.org/", "variables": {"stage": {"default": "api"}}}],
        "security": [{"key": []}],
        "paths": {"/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}],
            "put": {"tags": ["Pets"], "operationId": "petPut", "deprecated": true, "summary": "Change a pet",
                "parameters": [{"name": "dry", "in": "query", "required": true, "schema": {"type": "boolean"}}],
                "requestBody": {"required": true, "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}},
                    "application/xml": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "responses": {"200": {"description": "The pet", "content": {"application/json": {"schema": {
                        "type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}}},
                    "404": {"$ref": "#/components/responses/Missing"}}},
            "get": {"security": [], "responses": {"200": {"description": "One", "content": {"application/json": {"schema": {
                "type": "object", "properties": {"pet": {"$ref": "#/components/schemas/Pet"},
                    "meta": {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}}}}}}}}}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
            "responses": {"Missing": {"description": "No such pet"}},
            "schemas": {"Pet": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "maxLength": 20}, "kind": {"type": "string", "enum": ["cat", "dog"]},
                "mother": {"$ref": "#/components/schemas/Pet"}, "tags": {"type": ["array", "null"], "items": {"type": "string"}}}}}}}"##;
    let definition = read("openapi", text);
    assert_closed(&definition);
    assert_eq!(definition.servers[0].url, "https://api.example.org");
    let put = operation(&definition, "op-petPut");
    assert!(put.is_deprecated);
    assert_eq!(put.badges, ["API key in header X-Key", "petPut"]);
    let parameters: Vec<_> = put.parameters.iter().map(|field| (field.name.as_str(), field.place.as_str())).collect();
    assert_eq!(parameters, [("id", "path"), ("dry", "query")]);
    assert_eq!(put.parameters[0].constraint, "At least 1");
    assert_eq!(put.requests.len(), 1, "one body, in two media types");
    assert_eq!(put.requests[0].media_types, "application/json, application/xml");
    assert_eq!((put.responses[0].of.text.as_str(), put.responses[0].of.schema.as_deref()), ("Pet[]", Some("type-Pet")));
    assert_eq!(put.responses[1].description, "No such pet");
    insta::assert_snapshot!(put.samples[0].text, @r#"
    curl -X PUT '{server}/pets/1?dry=true' \
      -H 'Content-Type: application/json' \
      -d '{
      "name": "string",
      "kind": "cat",
      "tags": [
        "string"
      ]
    }'
    "#);
    let get = operation(&definition, "op-get-pets-id");
    assert_eq!(get.badges, Vec::<String>::new());
    let fields: Vec<_> = get.responses[0].fields.iter().map(|field| (field.name.as_str(), field.depth)).collect();
    assert_eq!(fields, [("pet", 0), ("meta", 0), ("at", 1)]);
    let pet = &definition.schemas[0];
    assert_eq!(pet.fields[0].constraint, "At most 20 characters");
    assert_eq!(pet.fields[1].of.text, "cat | dog");
    assert_eq!(pet.fields[3].of.text, "string[] | null");
}

#[test]
fn swagger_bodies_and_forms_are_requests() {
    let text = "swagger: '2.0'\ninfo: {title: Old, version: 1}\nhost: a.example\nbasePath: /v1\nconsumes: [application/json]\npaths:\n  /a:\n    post:\n      parameters:\n        - {name: body, in: body, schema: {$ref: '#/definitions/A'}}\n        - {name: file, in: formData, type: string}\n        - {name: q, in: query, type: integer}\n      responses:\n        200: {description: ok, schema: {$ref: '#/definitions/A'}}\ndefinitions:\n  A: {type: object, properties: {n: {type: integer}}}\n";
    let definition = read("openapi", text);
    assert_closed(&definition);
    assert_eq!(definition.language_label, "Swagger 2.0");
    assert_eq!(definition.servers[0].url, "https://a.example/v1");
    let post = operation(&definition, "op-post-a");
    assert_eq!(post.parameters.len(), 1);
    assert_eq!(post.requests[0].of.schema.as_deref(), Some("type-A"));
    assert_eq!(post.requests[1].fields[0].name, "file");
    assert_eq!(post.responses[0].of.text, "A");
}

#[test]
fn what_a_definition_says_is_data_to_the_shell() {
    let text = r#"{"openapi":"3.1.0","paths":{"/a'$(id)":{"post":{"parameters":[
        {"name":"X-A","in":"header","required":true,"example":"'; rm -rf / #"}],
        "requestBody":{"content":{"application/json":{"example":"it's"}}},"responses":{}}}}}"#;
    let definition = read("openapi", text);
    let call = &operation(&definition, "op-post-a-id").samples[0].text;
    assert!(call.contains(r"'{server}/a'\''$(id)'"), "{call}");
    assert!(call.contains(r"-H 'X-A: '\''; rm -rf / #'"), "{call}");
    assert!(call.contains(r#"-d '"it'\''s"'"#), "{call}");
}

#[test]
fn asyncapi_channels_tell_their_messages() {
    for text in [EVENTS_2, EVENTS_3] {
        let definition = read("asyncapi", text);
        assert_eq!(definition.remarks, Vec::<String>::new());
        assert_closed(&definition);
        let first = operations(&definition).next().unwrap();
        assert!(first.requests.len() > 2, "{first:?}");
        assert!(first.requests.iter().all(|message| message.of.schema.is_some()), "{first:?}");
        assert!(!first.samples.is_empty());
        assert!(definition.schemas.iter().any(|schema| schema.kind == "message"));
    }
    let version_3 = read("asyncapi", EVENTS_3);
    let send = operation(&version_3, "op-publishBookingEvents");
    assert_eq!((send.verb.as_str(), send.path.as_str()), ("SEND", "booking-events.v4"));
    let version_2 = read("asyncapi", EVENTS_2);
    let verbs: Vec<_> = version_2.groups[0].operations.iter().map(|operation| operation.verb.as_str()).collect();
    assert_eq!(verbs, ["PUB", "SUB"]);
}

#[test]
fn a_graphql_schema_tells_fields_arguments_and_types() {
    let definition = read("graphql", GRAPH);
    assert_eq!(definition.remarks, Vec::<String>::new());
    assert_closed(&definition);
    let titles: Vec<_> = definition.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(titles, ["Queries", "Mutations", "Subscriptions"]);
    assert!(definition.description.starts_with("The graph behind"), "{}", definition.description);

    let text = "type Query {\n  \"Finds one\"\n  a(id: ID!, n: Int = 3): [A!]!\n  old: A @deprecated(reason: \"Use a\")\n}\ntype A implements N & M { id: ID! at(zone: String): E }\nenum E { X \"The second\" Y @deprecated }\nunion U = | A | B\nextend type A { more: U }\ninput I { e: E! }\ntype Mutation { set(i: I!): A }";
    let definition = read("graphql", text);
    assert_closed(&definition);
    let a = operation(&definition, "op-a");
    assert_eq!((a.summary.as_str(), a.responses[0].of.text.as_str()), ("Finds one", "[A!]!"));
    assert_eq!(a.parameters[1].constraint, "3 by default");
    assert_eq!((a.parameters[0].is_required, a.parameters[1].is_required), (true, false));
    assert_eq!(operation(&definition, "op-old").deprecation, "Use a");
    assert_eq!(a.samples[0].text, "query {\n  a(id: \"…\") {\n    id\n  }\n}");
    assert_eq!(operation(&definition, "op-set").samples[0].text, "mutation {\n  set(i: {e: X}) {\n    id\n  }\n}");
    let object = definition.schemas.iter().find(|schema| schema.name == "A").unwrap();
    let fields: Vec<_> = object.fields.iter().map(|field| (field.name.as_str(), field.depth)).collect();
    assert_eq!(fields, [("id", 0), ("at", 0), ("zone", 1), ("more", 0)]);
    let values = &definition.schemas.iter().find(|schema| schema.name == "E").unwrap().values;
    assert_eq!((values[1].description.as_str(), values[1].is_deprecated), ("The second", true));
}

#[test]
fn mistakes_in_a_schema_are_told_with_their_line_and_passed_over() {
    let definition = read("graphql", "type A { a: Int }\nwhat is this { x }\ntype B { b: A }\n");
    assert_eq!(definition.remarks.len(), 1);
    assert!(definition.remarks[0].starts_with("Line 2 has `what`"), "{:?}", definition.remarks);
    assert_eq!(definition.schemas.len(), 2);
}

#[test]
fn a_proto_file_tells_services_messages_and_comments() {
    let definition = read("grpc", POSITIONS);
    assert_eq!(definition.remarks, Vec::<String>::new());
    assert_closed(&definition);
    assert_eq!(definition.title, "larkspur.fleet.positions.v1");
    let watch = operation(&definition, "op-PositionService.WatchPositions");
    assert_eq!(watch.badges[0], "Streams responses");
    assert_eq!(watch.responses[0].of.schema.as_deref(), Some("type-Position"));
    let position = definition.schemas.iter().find(|schema| schema.name == "Position").unwrap();
    let accuracy = position.fields.iter().find(|field| field.name == "accuracy_m").unwrap();
    assert_eq!(accuracy.description, "Metres, 95% confidence.");
    let asset = position.fields.iter().find(|field| field.name == "asset").unwrap();
    assert_eq!((asset.place.as_str(), asset.of.schema.as_deref()), ("1", Some("type-Asset")));

    let text = "package a.b; message O { enum E { Z = 0; Y = 1; } message I { E e = 1 [deprecated = true]; } repeated I is = 1; // many\n map<string, .a.b.O.I> m = 2; oneof pick { string x = 3; I y = 4; } reserved 9; }";
    let definition = read("proto", text);
    assert_closed(&definition);
    let outer = definition.schemas.iter().find(|schema| schema.name == "O").unwrap();
    assert_eq!((outer.fields[0].of.text.as_str(), outer.fields[0].description.as_str()), ("I[]", "many"));
    assert_eq!(outer.fields[1].of.schema.as_deref(), Some("type-O.I"));
    assert_eq!(outer.fields[3].constraint, "One of pick");
    assert!(definition.schemas.iter().find(|schema| schema.name == "O.I").unwrap().fields[0].is_deprecated);
}

#[test]
fn the_language_shows_in_the_text_where_the_type_does_not_say_it() {
    let language = |api_type: &str, text: &str| read(api_type, text).language;
    assert_eq!(language("rest", "openapi: 3.0.0\npaths: {}\n"), DefinitionLanguage::OpenApi);
    assert_eq!(language("", "{\n  \"swagger\": \"2.0\"}"), DefinitionLanguage::OpenApi);
    assert_eq!(language("events", "# x\nasyncapi: '2.6.0'\n"), DefinitionLanguage::AsyncApi);
    assert_eq!(language("rpc", "// a\nsyntax = \"proto3\";"), DefinitionLanguage::Protobuf);
    assert_eq!(language("trpc", "export type AppRouter = x;"), DefinitionLanguage::Text);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let broken = read("openapi", "openapi: 3.0.0\npaths: [\n");
    assert!(broken.remarks[0].contains("not valid YAML") && broken.remarks[0].contains("line"), "{:?}", broken.remarks);
    let broken = read("openapi", "{\"openapi\": ");
    assert!(
        broken.remarks[0].contains("not valid JSON") && broken.remarks[0].contains("line 1"),
        "{:?}",
        broken.remarks
    );
    assert!(read("openapi", "- 1\n").remarks[0].contains("`openapi` is missing"));
    assert!(!read("graphql", "\u{0}\u{1}").remarks.is_empty());
    assert!(!read("grpc", "<xml/>").remarks.is_empty());
}

#[test]
fn other_documents_are_named_and_not_read() {
    let text = "openapi: 3.0.0\npaths:\n  /a: {$ref: 'https://evil.example/a.yaml'}\n  /b:\n    get:\n      responses:\n        '200': {$ref: './other.yaml#/r'}\n";
    let definition = read("openapi", text);
    assert!(
        definition.remarks.iter().any(|remark| remark.contains("./other.yaml#/r") && remark.contains("evil.example")),
        "{:?}",
        definition.remarks
    );
    assert_eq!(operations(&definition).count(), 1);
}

#[track_caller]
fn assert_bounded(api_type: &str, text: &str) -> ApiDefinition {
    let start = Instant::now();
    let definition = read(api_type, text);
    let size = serde_json::to_string(&definition).unwrap().len();
    // Unoptimised tests on a busy machine; what runs away takes minutes.
    assert!(start.elapsed() < Duration::from_secs(30), "{api_type} took {:?}", start.elapsed());
    assert!(size < 20 * text.len() + 3_000_000, "{api_type} of {} bytes became {size}", text.len());
    definition
}

#[test]
fn circles_and_bombs_end() {
    // A named schema that holds itself in every way, and one that is only references.
    let fields: String = (0..60).map(|n| format!("\"f{n}\": {{\"$ref\": \"#/components/schemas/A\"}},")).collect();
    let text = format!(
        r##"{{"openapi": "3.1.0", "paths": {{"/a": {{"get": {{"responses": {{"200": {{"description": "x", "content": {{"application/json":
        {{"schema": {{"$ref": "#/components/schemas/A"}}}}}}}}}}}}, "$ref": "#/paths/~1b"}}, "/b": {{"$ref": "#/paths/~1a"}}}},
        "components": {{"schemas": {{"A": {{"allOf": [{{"$ref": "#/components/schemas/A"}}, {{"$ref": "#/components/schemas/B"}}],
        "properties": {{{fields} "z": {{"type": "string"}}}}}}, "B": {{"$ref": "#/components/schemas/C"}}, "C": {{"$ref": "#/components/schemas/B"}}}}}}}}"##
    );
    assert_closed(&assert_bounded("openapi", &text));
    // A schema that is written in place, and refers to a place within itself.
    let text = r##"{"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": {"content": {"a/b": {"schema": {"properties": {
        "x": {"$ref": "#/paths/~1a/post/requestBody/content/a~1b/schema"}, "y": {"items": {"$ref": "#/paths/~1a/post/requestBody/content/a~1b/schema"}}}}}}}}}}}"##;
    assert_bounded("openapi", text);
    // Aliases that double.
    let mut text = "openapi: 3.0.0\nx0: &x0 [1, 1]\n".to_owned();
    for level in 1..40 {
        text.push_str(&format!("x{level}: &x{level} [*x{0}, *x{0}]\n", level - 1));
    }
    assert!(!assert_bounded("openapi", &text).remarks.is_empty());
}

#[test]
fn deep_and_long_texts_end() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    assert_bounded("openapi", &deep("[", "]"));
    assert_bounded("openapi", &deep("{\"a\":", "}"));
    assert_bounded("graphql", &deep("type A { a(b: [", "]) }"));
    assert_bounded("graphql", &deep("{", ""));
    assert_bounded("graphql", &format!("type A {{ a: {} }}", "[".repeat(500_000)));
    assert_bounded("graphql", &"\"\"\"\\\"\"\"".repeat(100_000));
    assert_bounded("grpc", &deep("message A { ", "}"));
    assert_bounded("grpc", &"/*".repeat(500_000));
    assert_bounded("grpc", &"message A { A a = 1; } ".repeat(50_000));
    assert_bounded(
        "asyncapi",
        &format!(
            "asyncapi: 3.0.0\nchannels:\n{}",
            (0..20_000)
                .map(|n| format!("  c{n}: {{messages: {{m: {{payload: {{type: string}}}}}}}}\n"))
                .collect::<String>()
        ),
    );
    let huge = "a".repeat(50_000_000);
    let definition = assert_bounded("openapi", &huge);
    assert!(definition.remarks[0].starts_with("This definition has 50 MB."), "{:?}", definition.remarks);
}

#[test]
fn what_is_referred_to_again_and_again_ends() {
    let many = |n: usize, line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    // An address into which variables are put that have room for more.
    let variables = many(20, &|n| {
        let room = format!("{{v{:02}}}", n + 1).repeat(3_000);
        format!("\"v{n:02}\": {{\"default\": \"{room}\"}},")
    });
    let server = format!(r#"{{"url": "https://{{v00}}", "variables": {{{variables} "w": {{}}}}}}"#);
    assert_bounded("openapi", &format!(r#"{{"openapi": "3.0.0", "servers": [{server}], "paths": {{}}}}"#));
    // Long answers, parameters and lists that every operation shares.
    let words = "x".repeat(15_000);
    let answer =
        format!(r#"{{"description": "{words}", "content": {{"a/b": {{"example": ["{words}", "{words}"]}}}}}}"#);
    let schema = format!(r#"{{"type": ["{words}"], "enum": ["{words}"]}}"#);
    let page = format!(r#"{{"name": "p", "in": "query", "description": "{words}", "schema": {schema}}}"#);
    let operation = r##"{"get": {"parameters": [{"$ref": "#/p"}], "responses": {"200": {"$ref": "#/r"}}}}"##;
    let paths = many(20_000, &|n| format!("\"/{n}\": {operation},"));
    let text = format!(
        r#"{{"openapi": "3.0.0", "security": [{{"{words}": ["{words}"]}}], "r": {answer}, "p": {page}, "paths": {{{paths} "/": {{}}}}}}"#
    );
    let definition = assert_bounded("openapi", &text);
    let has = |start: &str| definition.remarks.iter().any(|remark| remark.starts_with(start));
    assert!(has("The first 4000 of 20000 operations") && has("References lead to so much"), "{:?}", definition.remarks);
    // Operations that share the messages of their channel.
    let messages = many(100, &|n| format!("      m{n}: {{title: {}}}\n", "x".repeat(1_000)));
    let operations = many(20_000, &|n| format!("  o{n}: {{action: send, channel: {{$ref: '#/channels/c'}}}}\n"));
    assert_bounded(
        "asyncapi",
        &format!("asyncapi: 3.0.0\nchannels:\n  c:\n    messages:\n{messages}operations:\n{operations}"),
    );
    // Samples of what holds itself.
    let fields = many(20, &|n| format!("M f{n} = {n}; "));
    let rpcs = many(20_000, &|n| format!("rpc R{n} (M) returns (M); "));
    assert_bounded("grpc", &format!("message M {{ {fields} }} service S {{ {rpcs} }}"));
    let fields = many(20, &|n| format!("f{n}: I! "));
    let arguments = many(10, &|n| format!("a{n}: I! "));
    let queries = many(10_000, &|n| format!("q{n}({arguments}): Int "));
    assert_bounded("graphql", &format!("input I {{ {fields} }} type Query {{ {queries} }}"));
    // Long names that stand before many others.
    let inner = many(20_000, &|n| format!("message I{n} {{ oneof {} {{ I{n} a = 1; }} }} ", "o".repeat(20)));
    assert_bounded("grpc", &format!("package {0}; message {0} {{ {inner} }}", "a.".repeat(100_000)));
}

#[test]
fn a_part_that_many_refer_to_is_told_to_each() {
    let paths: String = (0..300)
        .map(|n| format!("  /{n}: {{get: {{parameters: [{{$ref: '#/components/parameters/page'}}], responses: {{'404': {{$ref: '#/components/responses/none'}}}}}}}}\n"))
        .collect();
    let text = format!(
        "openapi: 3.0.0\ncomponents:\n  parameters:\n    page: {{name: page, in: query, description: Which page., schema: {{type: integer}}}}\n  responses:\n    none: {{description: Nothing is there.}}\npaths:\n{paths}"
    );
    let definition = read("openapi", &text);
    assert_eq!(definition.remarks, Vec::<String>::new());
    assert!(operations(&definition).all(|operation| {
        operation.parameters[0].description == "Which page."
            && operation.responses[0].description == "Nothing is there."
    }));
}
