//! Bodies of `GET /api/catalog/graph`.

use serde::{Deserialize, Serialize};

/// The entities around some others, and how they are related. An extension of this server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntityGraph {
    /// The roots first, then by the number of steps away from them.
    pub nodes: Vec<GraphNode>,
    /// The relations between these nodes, each once, in its forward direction, sorted.
    pub edges: Vec<GraphEdge>,
    /// There is more within the depth than `limit` allows.
    pub is_truncated: bool,
    /// Where to draw it, for requests with `layout=layered`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<GraphLayout>,
}

/// A picture of a graph: nodes in columns, what holds others on the left, what others need on the right.
///
/// Lengths are in units of a picture in its natural size, where a unit is a pixel: `{"width": 480, "height": 46,
/// "nodeWidth": 196, "nodeHeight": 46, "places": [[0, 0], [284, 0]], "routes": [[[196, 23], [284, 23]]]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphLayout {
    /// Of the whole picture.
    pub width: i32,
    /// Of the whole picture.
    pub height: i32,
    /// Of each node.
    pub node_width: i32,
    /// Of each node.
    pub node_height: i32,
    /// The left upper corner of each node, as x and y, in the order of `nodes`.
    pub places: Vec<[i32; 2]>,
    /// The way of each relation, in the order of `edges`: from the edge of its source to the edge of its target.
    pub routes: Vec<Vec<[i32; 2]>>,
}

/// One entity of a graph, with what is needed to draw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphNode {
    /// The full reference in lower case.
    pub entity_ref: String,
    /// How many steps it is away from the nearest root.
    pub depth: usize,
    /// It is referred to, and does not exist or may not be seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_missing: bool,
    /// `metadata.name` as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `metadata.title`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `spec.type`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub spec_type: Option<String>,
    /// `spec.lifecycle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<String>,
    /// The full reference of the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_ref: Option<String>,
    /// How many of its relations are asked for and lead to entities that are not among the nodes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_hidden: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is given by serde")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// One relation between two nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphEdge {
    /// Where the relation starts: the component of `ownedBy`.
    pub source_ref: String,
    /// What it means, such as `ownedBy`; never the reverse, such as `ownerOf`, of one that the catalog knows.
    #[serde(rename = "type")]
    pub relation_type: String,
    /// Where it ends: the group of `ownedBy`.
    pub target_ref: String,
}
