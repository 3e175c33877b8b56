//! Pure values: what exists in the clouds, and how well we know it.
//!
//! Every cloud is normalised into these types; field names here are the JSON and CSV names too.
//! Absent means *unknown* (`None`, `null`, an empty cell), never zero.

mod coverage;
mod duration;
mod finding;
#[cfg(test)]
pub(crate) mod fixtures;
mod instance;
mod interface;
mod inventory;
mod inventory_view;
mod link;
mod metric;
mod network;
mod network_spec;
mod packed_rows;
mod plan;
mod policy;
pub(crate) mod prefix;
mod reservation;
mod resource;
mod resource_id;
mod resources;
mod scan_request;
mod scanned_inventory;
mod scope;
mod shard;
mod shared_views;
mod stable_hash;
mod subnet;
mod subnet_rules;
mod tags;
mod unique;
mod usage_policy;

pub use coverage::{Coverage, Outcome, Subject};
pub use duration::{DurationError, is_in_future, parse_duration, parse_duration_within, parse_interval};
pub use finding::{Class, Level};
pub use instance::Instance;
pub use interface::{Interface, InterfaceKind};
pub use inventory::{GENERATOR, Inventory, SCHEMA_VERSION};
pub use inventory_view::{InventoryView, Rows};
pub use link::{Link, LinkEnd, LinkKind};
pub use metric::{Metric, MetricUnit};
pub use network::{Block, BlockRole, BlockState, Network, NetworkKind};
pub use network_spec::{Ipv6Source, NetworkSpec, SubnetSpec, Zones};
pub use packed_rows::{PackedResource, PackedRows, RowPacker, ZoneIds};
pub use plan::{PlannedChanges, PlannedKind, PlannedPrefix, Removal, UnknownValue};
pub use policy::{Allowance, Covers, Domain, NetworkSelector, Pool, Range};
pub use prefix::{PrefixError, check_range, parse_prefix, typed_prefix, typed_range, wrong_length};
pub use reservation::{Reservation, check_reservation_name, check_reservation_note};
pub use resource::{Identity, Resource};
pub use resource_id::{AzureId, is_aws_id, kind_of_id, kind_that_shows_aws_id};
pub use resources::Resources;
pub use scan_request::ScanRequest;
pub use scanned_inventory::{FoundResources, PackedResources, ScannedInventory};
pub use scope::{Account, AccountKey, Kind, Provider, Scope, region_name};
pub use shard::{Shard, ShardError};
pub use stable_hash::stable_hash;
pub use subnet::{CidrReservation, CidrReservationKind, Subnet, usable_ipv4};
pub use subnet_rules::{AZURE_NAMED_SUBNETS, NamedSubnet, SubnetRules};
pub use tags::Tags;
pub use unique::extend_unique;
pub use usage_policy::{UsageFailure, UsageLimit, UsagePolicy, UsageRule};
