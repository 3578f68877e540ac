//! How much a text may ask for.

/// Bounds on the text and on what it unfolds to. Nothing beyond them is allocated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the whole text in bytes.
    pub max_bytes: usize,
    /// How deeply lists and mappings may be nested, the outermost counting as 1; aliases count with what they hold.
    pub max_depth: usize,
    /// Values in all documents of the text together, whether written out or repeated by an alias.
    pub max_nodes: usize,
    /// Values that aliases and merge keys may repeat, in all documents of the text together.
    pub max_expanded_nodes: usize,
    /// Bytes of strings that aliases and merge keys may repeat, in all documents of the text together.
    pub max_expanded_bytes: usize,
    /// Documents in the text.
    pub max_documents: usize,
}

impl Limits {
    /// For entity descriptors and whatever else arrives from repositories: 32 MiB, depth 64, 50,000 documents.
    #[must_use]
    pub const fn descriptor() -> Self {
        Self {
            max_bytes: 32 * 1024 * 1024,
            max_depth: 64,
            max_nodes: 4_000_000,
            max_expanded_nodes: 1_000_000,
            max_expanded_bytes: 64 * 1024 * 1024,
            max_documents: 50_000,
        }
    }

    /// For the operator's configuration: 1 MiB, depth 64, one document.
    #[must_use]
    pub const fn config() -> Self {
        Self {
            max_bytes: 1024 * 1024,
            max_depth: 64,
            max_nodes: 200_000,
            max_expanded_nodes: 100_000,
            max_expanded_bytes: 4 * 1024 * 1024,
            max_documents: 1,
        }
    }
}

/// What is left of the limits that all documents of a text share.
#[derive(Debug)]
pub(super) struct Budget {
    nodes: usize,
    expanded_nodes: usize,
    expanded_bytes: usize,
}

impl Budget {
    pub(super) const fn new(limits: &Limits) -> Self {
        Self {
            nodes: limits.max_nodes,
            expanded_nodes: limits.max_expanded_nodes,
            expanded_bytes: limits.max_expanded_bytes,
        }
    }

    /// Pays for one value; false when the limit is reached.
    pub(super) const fn pay_node(&mut self) -> bool {
        match self.nodes.checked_sub(1) {
            Some(left) => {
                self.nodes = left;
                true
            }
            None => false,
        }
    }

    /// Pays for a copy of `nodes` values with `bytes` bytes of strings; false when that is too much.
    pub(super) fn pay_copy(&mut self, nodes: usize, bytes: usize) -> bool {
        let left = (
            self.nodes.checked_sub(nodes),
            self.expanded_nodes.checked_sub(nodes),
            self.expanded_bytes.checked_sub(bytes),
        );
        let (Some(nodes), Some(expanded_nodes), Some(expanded_bytes)) = left else {
            return false;
        };
        *self = Self { nodes, expanded_nodes, expanded_bytes };
        true
    }
}
