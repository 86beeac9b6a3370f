//! What happens to a running system from outside, and whether it can happen to what it is aimed at.

use super::Component;
use super::check::Check;
use super::path::FieldPath;
use super::shape::{Case, CaseField, Shape};
use super::value::{FieldValue, case_json, case_value};
use crate::components::{Kind, Settings};
use serde_json::Value as Json;

/// Something that happens to a running system from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// The load of all clients is multiplied by this from now on (1 is back to normal).
    Load {
        /// Times the load of the model.
        factor: f64,
    },
    /// Instances of a component crash: connections reset, work lost.
    Crash {
        /// Which component.
        component: String,
        /// How many instances, the oldest first.
        instances: u32,
    },
    /// Crashed instances of a component start again.
    Return {
        /// Which component.
        component: String,
    },
    /// Nothing passes over a link any more: silence until the timeout.
    Cut {
        /// Which link.
        link: String,
    },
    /// A cut link works again.
    Mend {
        /// Which link.
        link: String,
    },
    /// A cache or CDN forgets everything; a queue, topic or stream loses what waits in it.
    Flush {
        /// Which component.
        component: String,
    },
    /// Some nodes of a quorum store cannot reach the others any more.
    Partition {
        /// Which component.
        component: String,
        /// How many nodes are cut off, the last in the list of them.
        nodes: u32,
    },
    /// All nodes of a quorum store reach one another again.
    Heal {
        /// Which component.
        component: String,
    },
}

const TARGET: Shape = Shape::Text { max_chars: 80 };

impl Happening {
    /// The kinds of happening.
    pub const CASES: &'static [Case] = &[
        Case {
            value: "load",
            label: "Load changes",
            help: "All loads are multiplied by a factor from then on.",
            fields: &[CaseField::new(
                "factor",
                "Factor",
                Shape::Number { min: 0.0, max: 1e6, unit: "×" },
                "Times the model's load.",
                "2",
            )],
        },
        Case {
            value: "crash",
            label: "Instances crash",
            help: "Connections reset and work is lost, the oldest instances first.",
            fields: &[
                CaseField::new("component", "Component", TARGET, "Which component.", "\"\""),
                CaseField::new(
                    "instances",
                    "Instances",
                    Shape::count(1, 10_000, "instances"),
                    "How many.",
                    "1",
                ),
            ],
        },
        Case {
            value: "return",
            label: "Instances return",
            help: "Crashed instances start again.",
            fields: &[CaseField::new("component", "Component", TARGET, "Which component.", "\"\"")],
        },
        Case {
            value: "cut",
            label: "Link is cut",
            help: "Nothing passes any more: silence until the timeout.",
            fields: &[CaseField::new("link", "Link", TARGET, "Which link.", "\"\"")],
        },
        Case {
            value: "mend",
            label: "Link is mended",
            help: "A cut link works again.",
            fields: &[CaseField::new("link", "Link", TARGET, "Which link.", "\"\"")],
        },
        Case {
            value: "flush",
            label: "Cache is flushed",
            help: "A cache or CDN forgets everything.",
            fields: &[CaseField::new("component", "Component", TARGET, "Which component.", "\"\"")],
        },
        Case {
            value: "partition",
            label: "Nodes are cut off",
            help: "Some nodes of a quorum store cannot reach the others; clients still reach all.",
            fields: &[
                CaseField::new("component", "Component", TARGET, "Which component.", "\"\""),
                CaseField::new(
                    "nodes",
                    "Nodes",
                    Shape::count(1, 63, "nodes"),
                    "How many, the last ones.",
                    "1",
                ),
            ],
        },
        Case {
            value: "heal",
            label: "Partition heals",
            help: "All nodes of a quorum store reach one another again.",
            fields: &[CaseField::new("component", "Component", TARGET, "Which component.", "\"\"")],
        },
    ];
    /// The shape of a happening.
    pub const SHAPE: Shape = Shape::Variant { tag: "event", cases: Self::CASES };
}

impl FieldValue for Happening {
    fn to_json(&self) -> Json {
        let (event, fields) = match self {
            Happening::Load { factor } => ("load", vec![("factor", factor.to_json())]),
            Happening::Crash { component, instances } => {
                ("crash", vec![("component", component.to_json()), ("instances", instances.to_json())])
            }
            Happening::Return { component } => ("return", vec![("component", component.to_json())]),
            Happening::Cut { link } => ("cut", vec![("link", link.to_json())]),
            Happening::Mend { link } => ("mend", vec![("link", link.to_json())]),
            Happening::Flush { component } => ("flush", vec![("component", component.to_json())]),
            Happening::Partition { component, nodes } => {
                ("partition", vec![("component", component.to_json()), ("nodes", nodes.to_json())])
            }
            Happening::Heal { component } => ("heal", vec![("component", component.to_json())]),
        };
        case_json("event", event, fields)
    }
    fn from_json(json: &Json) -> Option<Self> {
        let word = json.get("event")?.as_str()?;
        let case = Self::CASES.iter().find(|c| c.value == word)?;
        let component = || case_value::<String>(json, case, "component");
        let link = || case_value::<String>(json, case, "link");
        Some(match word {
            "load" => Happening::Load { factor: case_value(json, case, "factor")? },
            "crash" => {
                Happening::Crash { component: component()?, instances: case_value(json, case, "instances")? }
            }
            "return" => Happening::Return { component: component()? },
            "cut" => Happening::Cut { link: link()? },
            "mend" => Happening::Mend { link: link()? },
            "partition" => {
                Happening::Partition { component: component()?, nodes: case_value(json, case, "nodes")? }
            }
            "heal" => Happening::Heal { component: component()? },
            _ => Happening::Flush { component: component()? },
        })
    }
}

impl Happening {
    /// It must be able to do something to its target, rather than silently do nothing; `at` is where it stands.
    pub(super) fn suits(&self, target: &Component, at: &FieldPath, check: &mut Check) {
        let (id, kind) = (&target.id, target.settings.kind());
        let word = kind.info().word;
        let wrong = match self {
            Happening::Flush { .. }
                if !matches!(kind, Kind::Cache | Kind::Cdn | Kind::Queue | Kind::Topic | Kind::Stream) =>
            {
                format!("only a cache, CDN, queue, topic or stream can be flushed; `{id}` is a {word}")
            }
            Happening::Crash { .. } | Happening::Return { .. } if kind == Kind::Clients => {
                format!("clients have no instances that could crash; `{id}` is one")
            }
            Happening::Partition { .. } | Happening::Heal { .. } if kind != Kind::QuorumStore => {
                format!("only a quorum store can be cut in two and healed; `{id}` is a {word}")
            }
            Happening::Partition { nodes, .. } => return leaves_some(*nodes, target, at, check),
            _ => return,
        };
        check.rule(&at.field("component"), wrong);
    }
}

fn leaves_some(nodes: u32, target: &Component, at: &FieldPath, check: &mut Check) {
    if let Settings::QuorumStore(config) = &target.settings
        && nodes >= config.nodes
        && !check.refused(&FieldPath::root().field("components").id(&target.id), &["nodes"])
    {
        let all = config.nodes;
        check.rule(
            &at.field("nodes"),
            format!("with {nodes} of {all} nodes cut off there are no others; cut off fewer"),
        );
    }
}
