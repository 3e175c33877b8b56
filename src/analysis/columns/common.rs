//! Columns that several kinds have, each written once.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::inventory_index::InventoryIndex;
use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, ResourcePlace, Tabular};
use crate::model::{Instance, Interface, Network, Subnet};

use ColumnVisibility::{Default, Wide};

/// The column of the cloud.
pub(super) const fn provider<T: Tabular>() -> Column<T> {
    Column::new("provider", Wide, DataType::Text, "The cloud: `aws`, `azure` or `external`", |row, _| {
        Value::text(Some(row.provider().as_str()))
    })
}

/// The column of all tags.
pub(super) const fn tags<T: Tabular>() -> Column<T> {
    Column::new("tags", Wide, DataType::Tags, "Tags", |row, _| {
        Value::Tags(row.tags().cloned().unwrap_or_default())
    })
}

/// A row that one account owns in one region.
pub(super) trait OwnedRow: Tabular {
    fn account(&self) -> &str;

    fn region(&self) -> &str;

    fn id(&self) -> &str;
}

macro_rules! owned_record {
    ($type:ty) => {
        impl OwnedRow for $type {
            fn account(&self) -> &str {
                &self.account
            }

            fn region(&self) -> &str {
                &self.region
            }

            fn id(&self) -> &str {
                &self.id
            }
        }
    };
}

owned_record!(Network);
owned_record!(Subnet);
owned_record!(Instance);
owned_record!(Interface);

/// Returns which resource a row is.
pub(super) fn place<T: OwnedRow>(row: &T) -> ResourcePlace {
    ResourcePlace { id: row.id().to_owned(), region: Some(row.region().to_owned()) }
}

fn display_name_of<'r, T: OwnedRow>(row: &'r T, index: &'r InventoryIndex<'_>) -> Option<&'r str> {
    index.display_name(row.provider(), row.account())
}

/// The column of the owner as people call it.
pub(super) const fn owner<T: OwnedRow>(shown: ColumnVisibility) -> Column<T> {
    let doc = "The owner's name or profile where known, else its account; filters match any of them";
    let column = Column::new("owner", shown, DataType::Text, doc, |row: &T, index| {
        Value::text(display_name_of(row, index).or(Some(row.account())))
    });
    column.also_matching(|row, _| vec![row.account().to_owned()])
}

/// The column of the owner's id.
pub(super) const fn account<T: OwnedRow>() -> Column<T> {
    let doc = "The owner: AWS account id or Azure subscription id; filters match its name too";
    let column =
        Column::new("account", Wide, DataType::Text, doc, |row: &T, _| Value::text(Some(row.account())));
    column.also_matching(|row, index| display_name_of(row, index).map(str::to_owned).into_iter().collect())
}

/// The column of the owner's name.
pub(super) const fn account_name<T: OwnedRow>() -> Column<T> {
    let doc = "The owner's name, or that of its profile, where known";
    Column::new("account_name", Wide, DataType::Text, doc, |row, index| {
        Value::text(display_name_of(row, index))
    })
}

/// The column of the region.
pub(super) const fn region<T: OwnedRow>(shown: ColumnVisibility) -> Column<T> {
    Column::new("region", shown, DataType::Text, "Region name", |row, _| Value::text(Some(row.region())))
}

/// The column of the native id, which is dropped in this order: it is for machines, and names are for people.
pub(super) const fn id<T: OwnedRow>(rank: u8) -> Column<T> {
    Column::new("id", Default(rank), DataType::Text, "Native id", |row, _| Value::text(Some(row.id())))
}

/// A row in an availability zone.
pub(super) trait ZonedRow: Tabular {
    fn zone(&self) -> Option<&str>;

    fn zone_id(&self) -> Option<&str>;
}

macro_rules! zoned_record {
    ($type:ty) => {
        impl ZonedRow for $type {
            fn zone(&self) -> Option<&str> {
                self.zone.as_deref()
            }

            fn zone_id(&self) -> Option<&str> {
                self.zone_id.as_deref()
            }
        }
    };
}

zoned_record!(Subnet);
zoned_record!(Instance);
zoned_record!(Interface);

/// The column of the zone's name.
pub(super) const fn zone<T: ZonedRow>(shown: ColumnVisibility) -> Column<T> {
    Column::new("zone", shown, DataType::Text, "Availability zone name", |row, _| Value::text(row.zone()))
}

/// The column of the zone's id.
pub(super) const fn zone_id<T: ZonedRow>() -> Column<T> {
    let doc = "Availability zone id, the same in all AWS accounts";
    Column::new("zone_id", Wide, DataType::Text, doc, |row, _| Value::text(row.zone_id()))
}

/// The addresses of a machine or network interface.
pub(super) struct HostAddresses<'r> {
    private_ips: &'r [IpAddr],
    public_ips: &'r [IpAddr],
    private_prefixes: Option<&'r Vec<IpNet>>,
    carrier_ips: Option<&'r Vec<IpAddr>>,
    customer_owned_ips: Option<&'r Vec<IpAddr>>,
}

impl HostAddresses<'_> {
    /// Lists all of them, each address as a prefix of full length.
    pub fn to_prefixes(&self) -> Vec<IpNet> {
        let mapped = self.carrier_ips.into_iter().chain(self.customer_owned_ips).flatten();
        let ips = self.private_ips.iter().chain(self.public_ips).chain(mapped);
        let delegated = self.private_prefixes.into_iter().flatten().copied();
        ips.map(|&ip| IpNet::from(ip)).chain(delegated).collect()
    }
}

/// A machine, or one of its network interfaces.
pub(super) trait HostRow: Tabular {
    fn addresses(&self) -> HostAddresses<'_>;

    fn operator(&self) -> Option<&str>;
}

macro_rules! host_record {
    ($type:ty) => {
        impl HostRow for $type {
            fn addresses(&self) -> HostAddresses<'_> {
                HostAddresses {
                    private_ips: &self.private_ips,
                    public_ips: &self.public_ips,
                    private_prefixes: self.private_prefixes.as_ref(),
                    carrier_ips: self.carrier_ips.as_ref(),
                    customer_owned_ips: self.customer_owned_ips.as_ref(),
                }
            }

            fn operator(&self) -> Option<&str> {
                self.operator.as_deref()
            }
        }
    };
}

host_record!(Instance);
host_record!(Interface);

/// The column of delegated prefixes.
pub(super) const fn private_prefixes<T: HostRow>() -> Column<T> {
    let doc = "Delegated prefixes, IPv4 first";
    Column::new("private_prefixes", Wide, DataType::Cidrs, doc, |row, _| {
        Value::cidrs(row.addresses().private_prefixes)
    })
}

/// The column of carrier addresses.
pub(super) const fn carrier_ips<T: HostRow>() -> Column<T> {
    let doc = "Mapped carrier addresses (AWS Wavelength)";
    Column::new("carrier_ips", Wide, DataType::Ips, doc, |row, _| Value::ips(row.addresses().carrier_ips))
}

/// The column of customer-owned addresses.
pub(super) const fn customer_owned_ips<T: HostRow>() -> Column<T> {
    let doc = "Mapped addresses of your own network (AWS Outposts)";
    Column::new("customer_owned_ips", Wide, DataType::Ips, doc, |row, _| {
        Value::ips(row.addresses().customer_owned_ips)
    })
}

/// The column of the managing service.
pub(super) const fn operator<T: HostRow>() -> Column<T> {
    let doc = "The service that manages it for you, such as `eks.amazonaws.com`";
    Column::new("operator", Wide, DataType::Text, doc, |row, _| Value::text(row.operator()))
}
