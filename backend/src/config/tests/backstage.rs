//! A configuration with the keys that a freshly created Backstage app has.

use super::*;

const APP_CONFIG: &str = "
app:
  title: Scaffolded App
  baseUrl: http://localhost:3000
  packages: all
  extensions:
    - page:catalog:
        config: {path: /}
    - nav-item:search: false

organization:
  name: My Company

backend:
  baseUrl: http://localhost:7007
  listen:
    port: 7007
  csp:
    connect-src: [\"'self'\", 'http:', 'https:']
  cors:
    origin: http://localhost:3000
    methods: [GET, HEAD, PATCH, POST, PUT, DELETE]
    credentials: true
  database:
    client: better-sqlite3
    connection: ':memory:'

integrations:
  github:
    - host: github.com
      token: ${GITHUB_TOKEN}

proxy:

techdocs:
  builder: local
  generator:
    runIn: docker
  publisher:
    type: local

auth:
  providers:
    guest: {}

scaffolder:

catalog:
  import:
    entityFilename: catalog-info.yaml
    pullRequestBranchName: backstage-integration
  rules:
    - allow: [Component, System, API, Resource, Location]
  locations:
    - type: file
      target: ../../examples/entities.yaml
    - type: file
      target: ../../examples/template/template.yaml
      rules:
        - allow: [Template]
    - type: file
      target: ../../examples/org.yaml
      rules:
        - allow: [User, Group]

kubernetes:

permission:
  enabled: true
";

const PRODUCTION: &str = "
app:
  baseUrl: http://localhost:7007
backend:
  baseUrl: http://localhost:7007
  listen: ':7007'
  database:
    client: pg
    connection:
      host: ${POSTGRES_HOST}
      port: ${POSTGRES_PORT}
      user: ${POSTGRES_USER}
      password: ${POSTGRES_PASSWORD}
auth:
  providers:
    guest: {}
catalog:
  locations:
    - type: file
      target: ./examples/entities.yaml
";

/// What an organisation that moves over is told: nothing of it stops the start.
const NOT_USED_YET: [&str; 1] = [
    "permissions are not enforced in this version: everyone who signs in, and every unrestricted token, reads the whole catalog (`permission.enabled` at app-config.yaml:69:12)",
];

#[test]
fn it_loads_and_says_what_is_not_used_yet() {
    let setup = Setup::new().file("app-config.yaml", APP_CONFIG);
    assert_eq!(setup.warnings(), NOT_USED_YET);
    let config = setup.config();
    assert_eq!(config.app.title, "Scaffolded App");
    assert_eq!(config.integrations.github[0].token, None);
    assert_eq!(config.catalog.locations.len(), 3);
    assert!(config.permission.enabled);
    assert_eq!(config.backend.cors.as_ref().unwrap().origin.0[0].as_str(), "http://localhost:3000");
}

#[test]
fn its_production_file_merges_over_it() {
    let setup = Setup::new()
        .file("app-config.yaml", APP_CONFIG)
        .file("app-config.production.yaml", PRODUCTION)
        .env("BACKSTAGE_ENV", "production")
        .env("POSTGRES_HOST", "db.internal")
        .env("POSTGRES_PORT", "5433")
        .env("POSTGRES_USER", "portal")
        .env("POSTGRES_PASSWORD", "s/cret");
    assert_eq!(setup.warnings(), NOT_USED_YET);
    let config = setup.config();
    assert_eq!(config.catalog.locations.len(), 1);
    assert_eq!(
        config.database(),
        Database::Postgres(SecretString::new("postgres://portal:s%2Fcret@db.internal:5433/callboard"))
    );
}
