//! The subnets of a network plan as flat rows.

use crate::analysis::network_plan::{NetworkPlan, PlannedSubnet};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;

/// The columns, each with its rank: those with the highest are dropped first where a table is too wide.
const COLUMNS: [(&str, u8); 8] = [
    ("name", 0),
    ("zone", 0),
    ("prefix", 0),
    ("ipv6_prefix", 2),
    ("addresses", 0),
    ("grows_to", 3),
    ("status", 0),
    ("id", 4),
];

/// Returns a row for each subnet.
pub(crate) fn table(plan: &NetworkPlan, fit: Fit) -> Table {
    let heading = |(name, drop_rank): (&str, u8)| Heading { name: name.to_owned(), drop_rank };
    Table {
        name: "subnets",
        kind: None,
        columns: COLUMNS.map(heading).into(),
        rows: plan.subnets.iter().map(row).collect(),
        fit,
        completeness: Completeness::Complete,
        places: Vec::new(),
    }
}

fn row(subnet: &PlannedSubnet) -> Vec<Value> {
    let cidr = |prefix| Value::Cidrs(vec![prefix]);
    vec![
        Value::text(Some(&subnet.name)),
        Value::text(subnet.zone.as_deref()),
        cidr(subnet.prefix),
        subnet.ipv6_prefix.map_or(Value::Unknown, cidr),
        Value::Number(subnet.addresses),
        cidr(subnet.grows_to),
        Value::text(Some(subnet.status.as_str())),
        Value::text(subnet.id.as_deref()),
    ]
}
