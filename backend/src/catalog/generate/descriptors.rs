//! The text of each descriptor.

use std::fmt::Write;

use super::random::Random;

const WORDS: [&str; 24] = [
    "payment", "invoice", "search", "client", "catalog", "cargo", "ledger", "profile", "media", "report", "booking",
    "pricing", "login", "notify", "stock", "fraud", "loyalty", "routing", "session", "paper", "billing", "basket",
    "depot", "insight",
];
const ROLES: [&str; 12] =
    ["api", "worker", "gateway", "web", "sync", "store", "feed", "engine", "proxy", "cron", "adapter", "console"];
const TAGS: [&str; 40] = [
    "java",
    "go",
    "kafka",
    "python",
    "typescript",
    "rust",
    "grpc",
    "rest",
    "pci",
    "internal",
    "public",
    "batch",
    "tier-1",
    "tier-2",
    "tier-3",
    "legacy",
    "cloud",
    "mobile",
    "kotlin",
    "spring",
    "react",
    "postgres",
    "redis",
    "gdpr",
    "ml",
    "data",
    "etl",
    "events",
    "graphql",
    "terraform",
    "helm",
    "node",
    "ruby",
    "scala",
    "csharp",
    "security",
    "observability",
    "billing",
    "frontend",
    "backend",
];
const SENTENCES: [&str; 12] = [
    "Keeps the books of what was bought and by whom.",
    "Answers within a tenth of a second, also on the busiest day of the year.",
    "Reads events from the shared log and writes one row for each.",
    "Owned by one team, used by nearly all of them.",
    "Runs once a night and tells the people on call when it does not.",
    "Replaces the old batch job, which is switched off next spring.",
    "Speaks to partners outside, so its contract changes rarely.",
    "Holds personal data; see the handbook before you copy any of it.",
    "Scales with the number of open sessions.",
    "Has a playground where every call can be tried.",
    "Caches what it has seen for five minutes.",
    "Falls back to yesterday's numbers when its source is away.",
];
const FIRST_NAMES: [&str; 16] = [
    "Ada", "Bo", "Chen", "Dina", "Emil", "Fatou", "Goran", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Mira", "Noor",
    "Omar", "Pia",
];
const LAST_NAMES: [&str; 16] = [
    "Abel", "Brandt", "Costa", "Diallo", "Eriksen", "Fischer", "Garcia", "Hoang", "Ito", "Jansen", "Kaya", "Lopez",
    "Moreau", "Novak", "Okafor", "Petrov",
];

/// How many groups a group has below it.
const GROUPS_BELOW: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Group,
    User,
    Domain,
    System,
    Template,
    Resource,
    Api,
    Component,
}

/// Kinds in the order of their numbers, each with its share of a thousand entities; components are the rest.
const SHARES: [(Kind, usize); 7] = [
    (Kind::Group, 26),
    (Kind::User, 160),
    (Kind::Domain, 4),
    (Kind::System, 54),
    (Kind::Template, 6),
    (Kind::Resource, 130),
    (Kind::Api, 160),
];

/// Who and what there is. Entities have numbers, those of one kind in a row.
pub(super) struct Organisation {
    n_entities: usize,
    /// First number and count of each kind, in the order of [`SHARES`], components last.
    ranges: [(Kind, usize, usize); 8],
}

impl Organisation {
    pub fn new(n_entities: usize) -> Self {
        let mut ranges = [(Kind::Component, 0, 0); 8];
        let mut first = 0;
        for (range, (kind, share)) in ranges.iter_mut().zip(SHARES) {
            let count = (n_entities * share / 1_000).max(1);
            *range = (kind, first, count);
            first += count;
        }
        ranges[7] = (Kind::Component, first, n_entities - first);
        Self { n_entities, ranges }
    }

    pub fn n_entities(&self) -> usize {
        self.n_entities
    }

    /// Whether the entity is of the sort whose descriptor lies beside code.
    pub fn is_of_a_team(&self, number: usize) -> bool {
        !matches!(self.kind(number).0, Kind::Group | Kind::User | Kind::Domain)
    }

    /// The name of an entity, and its descriptor.
    pub fn descriptor(&self, number: usize) -> (String, String) {
        let (kind, n) = self.kind(number);
        let name = self.name(kind, n);
        let mut random = Random::new(number as u64);
        let mut text = String::with_capacity(1_500);
        self.write(&mut text, kind, n, &name, &mut random).expect("a String takes any text");
        (name, text)
    }

    fn kind(&self, number: usize) -> (Kind, usize) {
        let (kind, first, _) =
            self.ranges.iter().rfind(|(_, first, _)| *first <= number).expect("the first range starts at 0");
        (*kind, number - first)
    }

    fn count(&self, kind: Kind) -> usize {
        self.ranges.iter().find(|(of, _, _)| *of == kind).map_or(0, |(_, _, count)| *count)
    }

    fn name(&self, kind: Kind, n: usize) -> String {
        let (word, other) = (WORDS[n % WORDS.len()], WORDS[n / 7 % WORDS.len()]);
        match kind {
            Kind::Group if n == 0 => "everyone".to_owned(),
            Kind::Group if n <= GROUPS_BELOW => format!("department-{word}"),
            Kind::Group => format!("team-{word}-{n}"),
            Kind::User => {
                let (first, last) = (FIRST_NAMES[n % FIRST_NAMES.len()], LAST_NAMES[n / 16 % LAST_NAMES.len()]);
                format!("{}.{}.{n}", first.to_lowercase(), last.to_lowercase())
            }
            Kind::Domain => format!("{word}-{n}"),
            Kind::System => format!("{word}-{other}-{n}"),
            Kind::Template => format!("new-{word}-{n}"),
            Kind::Resource => format!("{word}-{}-{n}", ["db", "bucket", "topic", "cache"][n % 4]),
            Kind::Api => format!("{word}-{other}-api-{n}"),
            Kind::Component => format!("{word}-{}-{n}", ROLES[n / 5 % ROLES.len()]),
        }
    }

    /// One of the teams, which are the groups without others below them.
    fn team(&self, random: &mut Random) -> String {
        let n_groups = self.count(Kind::Group);
        let first_leaf = ((n_groups.saturating_sub(2)) / GROUPS_BELOW + 1).min(n_groups - 1);
        self.name(Kind::Group, first_leaf + random.below(n_groups - first_leaf))
    }

    fn any(&self, kind: Kind, random: &mut Random) -> String {
        self.name(kind, random.below(self.count(kind)))
    }

    fn write(&self, text: &mut String, kind: Kind, n: usize, name: &str, random: &mut Random) -> std::fmt::Result {
        let (api_version, kind_name) = match kind {
            Kind::Template => ("scaffolder.backstage.io/v1beta3", "Template"),
            Kind::Group => (CATALOG, "Group"),
            Kind::User => (CATALOG, "User"),
            Kind::Domain => (CATALOG, "Domain"),
            Kind::System => (CATALOG, "System"),
            Kind::Resource => (CATALOG, "Resource"),
            Kind::Api => (CATALOG, "API"),
            Kind::Component => (CATALOG, "Component"),
        };
        writeln!(text, "apiVersion: {api_version}\nkind: {kind_name}\nmetadata:\n  name: {name}")?;
        if kind != Kind::User {
            writeln!(text, "  title: {}", title(name))?;
            writeln!(text, "  description: {}", random.pick(&SENTENCES))?;
        }
        if matches!(kind, Kind::Component | Kind::Api | Kind::Resource | Kind::System | Kind::Template) {
            write_metadata(text, kind, name, random)?;
        }
        writeln!(text, "spec:")?;
        match kind {
            Kind::Group => self.write_group(text, n),
            Kind::User => self.write_user(text, n, name, random),
            Kind::Domain => writeln!(text, "  owner: {}", self.team(random)),
            Kind::System => writeln!(
                text,
                "  owner: {}\n  domain: {}\n  type: {}",
                self.team(random),
                self.any(Kind::Domain, random),
                random.pick_skewed(&["product", "platform", "feature-set"])
            ),
            Kind::Template => self.write_template(text, random),
            Kind::Resource => writeln!(
                text,
                "  type: {}\n  owner: {}\n  system: {}",
                ["database", "s3-bucket", "kafka-topic", "cache"][n % 4],
                self.team(random),
                self.any(Kind::System, random)
            ),
            Kind::Api => self.write_api(text, name, random),
            Kind::Component => self.write_component(text, n, random),
        }
    }

    fn write_group(&self, text: &mut String, n: usize) -> std::fmt::Result {
        let level = if n == 0 {
            "organization"
        } else if n <= GROUPS_BELOW {
            "department"
        } else {
            "team"
        };
        writeln!(text, "  type: {level}\n  profile:\n    email: group-{n}@example.com\n  children: []")?;
        if n > 0 {
            writeln!(text, "  parent: {}", self.name(Kind::Group, (n - 1) / GROUPS_BELOW))?;
        }
        Ok(())
    }

    fn write_user(&self, text: &mut String, n: usize, name: &str, random: &mut Random) -> std::fmt::Result {
        let (first, last) = (FIRST_NAMES[n % FIRST_NAMES.len()], LAST_NAMES[n / 16 % LAST_NAMES.len()]);
        writeln!(text, "  profile:\n    displayName: {first} {last}\n    email: {name}@example.com")?;
        writeln!(text, "  memberOf:\n    - {}", self.team(random))?;
        if random.once_in(4) {
            writeln!(text, "    - {}", self.team(random))?;
        }
        Ok(())
    }

    fn write_template(&self, text: &mut String, random: &mut Random) -> std::fmt::Result {
        writeln!(text, "  type: service\n  owner: {}", self.team(random))?;
        text.push_str(TEMPLATE_STEPS);
        Ok(())
    }

    fn write_api(&self, text: &mut String, name: &str, random: &mut Random) -> std::fmt::Result {
        let api_type = random.pick_skewed(&["openapi", "grpc", "asyncapi", "graphql"]);
        let lifecycle = random.pick_skewed(&["production", "experimental", "deprecated"]);
        writeln!(text, "  type: {api_type}\n  lifecycle: {lifecycle}\n  owner: {}", self.team(random))?;
        writeln!(text, "  system: {}\n  definition: |", self.any(Kind::System, random))?;
        writeln!(
            text,
            "    openapi: 3.1.0\n    info:\n      title: {}\n      version: 1.{}.0",
            title(name),
            random.below(30)
        )?;
        writeln!(text, "    paths:")?;
        for _ in 0..=random.skewed(3) {
            let (word, id) = (random.pick(&WORDS), random.below(1_000));
            writeln!(text, "      /{word}s-{id}:\n        get:\n          summary: Lists all of them.")?;
        }
        Ok(())
    }

    fn write_component(&self, text: &mut String, n: usize, random: &mut Random) -> std::fmt::Result {
        let component_type = random.pick_skewed(&["service", "library", "website", "job", "mobile-app"]);
        let lifecycle = random.pick_skewed(&["production", "experimental", "deprecated"]);
        writeln!(text, "  type: {component_type}\n  lifecycle: {lifecycle}\n  owner: {}", self.team(random))?;
        if !random.once_in(4) {
            writeln!(text, "  system: {}", self.any(Kind::System, random))?;
        }
        if n > 20 && random.once_in(12) {
            writeln!(text, "  subcomponentOf: {}", self.name(Kind::Component, random.below(n)))?;
        }
        self.write_refs(text, "dependsOn", &[("resource:", Kind::Resource), ("component:", Kind::Component)], random)?;
        self.write_refs(text, "providesApis", &[("", Kind::Api)], random)?;
        self.write_refs(text, "consumesApis", &[("", Kind::Api)], random)
    }

    fn write_refs(&self, text: &mut String, field: &str, of: &[(&str, Kind)], random: &mut Random) -> std::fmt::Result {
        let n_refs = random.skewed(4);
        if n_refs > 0 {
            writeln!(text, "  {field}:")?;
        }
        for _ in 0..n_refs {
            let (prefix, kind) = random.pick(of);
            writeln!(text, "    - {prefix}{}", self.any(kind, random))?;
        }
        Ok(())
    }
}

const CATALOG: &str = "backstage.io/v1alpha1";

const TEMPLATE_STEPS: &str = "  parameters:
    - title: Name it
      required: [name]
      properties:
        name: { type: string, title: Name }
  steps:
    - id: fetch
      name: Fetch
      action: fetch:template
      input: { url: ./skeleton, values: { name: '${{ parameters.name }}' } }
    - id: publish
      name: Publish
      action: publish:github
      input: { repoUrl: 'github.com?owner=example&repo=new' }
";

/// `payment-api-7` as `Payment Api 7`.
fn title(name: &str) -> String {
    let capital = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_uppercase() + rest,
        None => String::new(),
    };
    name.split('-').map(capital).collect::<Vec<_>>().join(" ")
}

fn write_metadata(text: &mut String, kind: Kind, name: &str, random: &mut Random) -> std::fmt::Result {
    if random.once_in(2) {
        writeln!(text, "  labels:\n    cost-center: c{}", random.skewed(60))?;
    }
    writeln!(
        text,
        "  annotations:\n    github.com/project-slug: example/{name}\n    backstage.io/techdocs-ref: dir:."
    )?;
    if kind == Kind::Component {
        writeln!(text, "    pagerduty.com/service-id: P{:05X}", random.below(0xF_FFFF))?;
    }
    writeln!(text, "  tags:")?;
    let mut tags: Vec<_> = (0..=random.below(4)).map(|_| random.pick_skewed(&TAGS)).collect();
    tags.sort_unstable();
    tags.dedup();
    for tag in tags {
        writeln!(text, "    - {tag}")?;
    }
    if random.once_in(3) {
        // Names of projects and the like, of which every organisation has hundreds.
        writeln!(text, "    - project-{}", random.skewed(300))?;
    }
    let n_links = random.skewed(3);
    if n_links > 0 {
        writeln!(text, "  links:")?;
    }
    for link in ["dashboard", "runbook"].iter().take(n_links) {
        writeln!(
            text,
            "    - url: https://{link}.example.com/{name}\n      title: {}\n      icon: {link}",
            title(link)
        )?;
    }
    Ok(())
}
