//! The two sides of a comparison, and what comparing needs to know of their rows, whichever kind they are.

use serde_json::{Map, Value};

use super::super::columns::Tabular;
use super::super::filter::{Filter, RowFilters};
use super::super::inventory_index::InventoryIndex;
use super::changes::ResourceLocation;
use super::coverage_index::{AbsenceEvidence, CoverageIndex, ReadableFrom};
use crate::model::{Coverage, Instance, Interface, Inventory, Kind, Link, Network, Resource, Subnet};

/// One side, prepared for comparison.
pub(super) struct ComparedSide<'a> {
    pub inventory: &'a Inventory,
    pub coverage: CoverageIndex<'a>,
    pub index: InventoryIndex<'a>,
    /// The filters that its rows were dropped by, as far as they look at location columns only.
    location_filters: Vec<Filter>,
}

/// Columns whose value never changes: a row with another value is another row.
const LOCATION_COLUMNS: [&str; 4] = ["provider", "account", "region", "id"];

impl<'a> ComparedSide<'a> {
    pub fn new(inventory: &'a Inventory, other: &'a Inventory) -> Self {
        let filters = inventory.filters.iter().filter_map(|text| text.parse().ok());
        let is_of_location =
            |filter: &Filter| filter.column().is_some_and(|column| LOCATION_COLUMNS.contains(&column));
        Self {
            inventory,
            coverage: CoverageIndex::new(inventory, other),
            index: InventoryIndex::new(inventory),
            location_filters: filters.filter(is_of_location).collect(),
        }
    }

    /// Returns the function that tells what it proves that this side lacks a row of `other`. Make it once for each kind.
    pub fn absence_check<'s, T: Comparable>(
        &'s self,
        other: &'s Self,
    ) -> impl Fn(&T) -> AbsenceEvidence + 's {
        let location_filters = RowFilters::<T>::resolve(&self.location_filters);
        let filters = &self.inventory.filters;
        // A row may have left this side only because a filtered value, such as a tag, changed. So absence from a
        // filtered side proves something only where every filter looks at what cannot change.
        let may_drop_changed_rows = self.location_filters.len() < filters.len();
        move |row| {
            if may_drop_changed_rows || !location_filters.pass(row, &self.index) {
                let reason = format!("its rows were filtered by `{}`", filters.join("`, `"));
                return AbsenceEvidence::OutOfScope(reason);
            }
            self.coverage.absence_evidence(&row.readable_from(), T::KIND, &other.coverage)
        }
    }

    /// Returns what to call the account that a row belongs to.
    pub fn display_name(&self, location: &ResourceLocation) -> Option<&str> {
        self.index.display_name(location.provider, location.account.as_deref()?)
    }

    /// Tells whether rows of `kind` in a scope could pass both `filters` and the location filters of the sides. Only
    /// what the scope itself says about its rows (cloud, account, region) can exclude that.
    pub fn could_pass<'f>(
        &self,
        scope: &Coverage,
        kind: Kind,
        mut filters: impl Iterator<Item = &'f Filter>,
    ) -> bool {
        filters.all(|filter| filter.could_pass(scope, kind, &self.index))
    }

    /// Lists the filters that its rows were dropped by and that look at locations.
    pub fn location_filters(&self) -> impl Iterator<Item = &Filter> {
        self.location_filters.iter()
    }
}

/// A row that can be compared.
pub(super) trait Comparable: Resource + Tabular {
    /// Returns where it is.
    fn location(&self) -> ResourceLocation;

    /// Returns the display name.
    fn name(&self) -> Option<&str>;

    /// Returns the accounts whose scans list it.
    fn readable_from(&self) -> ReadableFrom<'_>;

    /// Lists, sorted, the addresses that an Azure resource keeps when it moves to another resource group or
    /// subscription. Empty where they are not known.
    fn stable_addresses(&self) -> Vec<String>;

    /// Returns it as in the inventory document.
    fn fields(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            // Rows are structs whose keys are text: these always make objects.
            Ok(_) | Err(_) => Map::new(),
        }
    }
}

/// Implements [`Comparable`] for a kind that one account owns in one region.
macro_rules! comparable_by_owner {
    ($type:ty, $name:expr, $participants:expr, $addresses:expr) => {
        impl Comparable for $type {
            fn location(&self) -> ResourceLocation {
                ResourceLocation {
                    provider: self.provider,
                    account: Some(self.account.clone()),
                    region: Some(self.region.clone()),
                    id: self.id.clone(),
                }
            }

            fn name(&self) -> Option<&str> {
                let name: fn(&$type) -> Option<&str> = $name;
                name(self).filter(|name| !name.is_empty())
            }

            fn readable_from(&self) -> ReadableFrom<'_> {
                let participants: fn(&$type) -> &[String] = $participants;
                let region = Some(self.region.as_str());
                ReadableFrom {
                    provider: self.provider,
                    owners: vec![(&self.account, region)],
                    participants: participants(self).iter().map(|id| (id.as_str(), region)).collect(),
                }
            }

            fn stable_addresses(&self) -> Vec<String> {
                let addresses: fn(&$type) -> Vec<String> = $addresses;
                let mut addresses = addresses(self);
                addresses.sort();
                addresses
            }
        }
    };
}

comparable_by_owner!(Network, |n| n.name.as_deref(), |n| &n.visible_from, |n| to_texts(n.prefixes()));
comparable_by_owner!(Subnet, |s| s.name.as_deref(), |s| &s.visible_from, |s| to_texts(&s.prefixes));
comparable_by_owner!(Instance, |i| i.name.as_deref(), |_| &[], |i| to_texts(&i.private_ips));
comparable_by_owner!(Interface, |_| None, |_| &[], |i| to_texts(
    i.private_ips.iter().map(ToString::to_string).chain(i.mac.clone())
));

fn to_texts(items: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

impl Comparable for Link {
    fn location(&self) -> ResourceLocation {
        let first = self.ends.first();
        ResourceLocation {
            provider: self.provider,
            account: first.and_then(|end| end.account.clone()),
            region: first.and_then(|end| end.region.clone()),
            id: self.id.clone(),
        }
    }

    fn name(&self) -> Option<&str> {
        None
    }

    fn readable_from(&self) -> ReadableFrom<'_> {
        ReadableFrom { provider: self.provider, owners: self.listed_by(), participants: Vec::new() }
    }

    fn stable_addresses(&self) -> Vec<String> {
        Vec::new()
    }
}
