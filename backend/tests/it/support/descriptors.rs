//! Descriptors that tests read.

use std::fmt::Write;

/// Ten entities. With the Location entity of the configured location, and the one of its glob, the catalog has more.
pub const CATALOG: &str = r#"apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-a }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-b }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ann }
spec: { profile: { displayName: Ann Archer }, memberOf: [team-a] }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: payments }
spec: { owner: team-a }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: orders, tags: [java] }
spec: { type: openapi, lifecycle: production, owner: team-a, definition: "openapi: 3.1.0" }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: atlas
  title: Zebra
  description: Keeps maps.
  tags: [java, web]
  annotations: { example.com/tier: gold }
spec: { type: service, lifecycle: production, owner: team-a, system: payments, providesApis: [orders] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: Beacon, tags: [rust] }
spec: { type: library, lifecycle: experimental, owner: team-b }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: comet, title: apple }
spec: { type: service, lifecycle: deprecated, owner: team-a, consumesApis: [orders] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: dune, namespace: ops }
spec: { type: website, lifecycle: production, owner: group:default/team-b }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: ember }
spec: { type: service, lifecycle: production, owner: team-a }
"#;

/// A component with a description.
pub fn component(name: &str, description: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  description: {description}\n\
         spec:\n  type: service\n  lifecycle: production\n  owner: team-a\n"
    )
}

/// Many components in one file: `{prefix}-0000` and so on.
pub fn components(prefix: &str, count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let document = component(&format!("{prefix}-{number:04}"), &format!("Number {number}."));
        write!(text, "---\n{document}").expect("text can be appended to text");
        text
    })
}
