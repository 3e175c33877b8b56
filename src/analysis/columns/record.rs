//! What all kinds of rows have in common, and the columns of a kind by its name.

use ipnet::IpNet;

use super::column::{Column, ColumnSpec};
use crate::model::{Instance, Interface, Kind, Link, Network, Provider, Subnet, Tags};

/// Something that makes a row.
pub trait Record: Sized + 'static {
    /// What the rows are called, in the plural.
    const NAME: &'static str;
    /// Whether rows carry tags, and with them the columns `tag:KEY`.
    const HAS_TAGS: bool;

    /// Returns every column, in the documented order.
    fn columns() -> &'static [Column<Self>];

    /// Returns the cloud that it is of.
    fn provider(&self) -> Provider;

    /// Returns the tags.
    fn tags(&self) -> Option<&Tags> {
        None
    }

    /// Returns the prefixes that the row occupies, each address as a prefix of full length.
    fn prefixes(&self) -> Vec<IpNet> {
        Vec::new()
    }
}

/// Returns the columns of `kind`, in the documented order.
#[must_use]
pub fn columns_of(kind: Kind) -> Vec<ColumnSpec> {
    match kind {
        Kind::Networks => specs::<Network>(),
        Kind::Subnets => specs::<Subnet>(),
        Kind::Instances => specs::<Instance>(),
        Kind::Interfaces => specs::<Interface>(),
        Kind::Links => specs::<Link>(),
    }
}

/// Tells whether rows of `kind` carry tags, and with them the columns `tag:KEY`.
#[must_use]
pub const fn has_tags(kind: Kind) -> bool {
    match kind {
        Kind::Networks => Network::HAS_TAGS,
        Kind::Subnets => Subnet::HAS_TAGS,
        Kind::Instances => Instance::HAS_TAGS,
        Kind::Interfaces => Interface::HAS_TAGS,
        Kind::Links => Link::HAS_TAGS,
    }
}

fn specs<T: Record>() -> Vec<ColumnSpec> {
    T::columns().iter().map(|column| column.spec).collect()
}
