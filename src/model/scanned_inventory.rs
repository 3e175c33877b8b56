//! What a scan finds: first in the order of arrival, then as an inventory whose longest lists are compressed.

use std::io;

use jiff::Timestamp;

use super::packed_rows::{PackedRows, RowPacker, ZoneIds};
use super::resource::remove_unidentified;
use super::{Account, Coverage, Instance, Interface, Inventory, Link, Network, Resources, Subnet};

/// Resources as they are read, in no particular order.
#[derive(Debug, Default)]
pub struct FoundResources {
    /// Networks.
    pub networks: Vec<Network>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Instances.
    pub instances: RowPacker<Instance>,
    /// Interfaces.
    pub interfaces: RowPacker<Interface>,
    /// Links.
    pub links: Vec<Link>,
}

impl FoundResources {
    /// Adds everything of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.networks.append(&mut other.networks);
        self.subnets.append(&mut other.subnets);
        self.instances.append(other.instances);
        self.interfaces.append(other.interfaces);
        self.links.append(&mut other.links);
    }

    /// Decompresses everything.
    ///
    /// # Errors
    /// When it cannot be decompressed.
    pub fn unpack(self) -> io::Result<Resources> {
        let Self { networks, subnets, instances, interfaces, links } = self;
        let no_zones = ZoneIds::default();
        let instances = instances.finish(&no_zones)?.unpack()?;
        let interfaces = interfaces.finish(&no_zones)?.unpack()?;
        Ok(Resources { networks, subnets, instances, interfaces, links })
    }

    /// Removes the resources that [lack](super::Resource::missing_identity) an identity, and says which, a sentence each.
    pub fn remove_unidentified(&mut self) -> Vec<String> {
        let mut removed = Vec::new();
        remove_unidentified(&mut self.networks, 0, &mut removed);
        remove_unidentified(&mut self.subnets, 0, &mut removed);
        remove_unidentified(&mut self.links, 0, &mut removed);
        removed.extend(self.instances.remove_unidentified());
        removed.extend(self.interfaces.remove_unidentified());
        removed
    }
}

/// Instances and interfaces, compressed.
#[derive(Debug)]
pub struct PackedResources {
    /// The instances.
    pub instances: PackedRows<Instance>,
    /// The interfaces.
    pub interfaces: PackedRows<Interface>,
}

/// An inventory whose instances and interfaces are compressed; its own lists of these are empty.
#[derive(Debug)]
pub struct ScannedInventory {
    /// Everything else.
    pub inventory: Inventory,
    /// The instances and interfaces.
    pub packed: PackedResources,
}

impl ScannedInventory {
    /// Puts an inventory together, in canonical order, each resource once, as [`Inventory::assemble`] does.
    ///
    /// # Errors
    /// When rows cannot be decompressed.
    pub fn assemble(
        generator: String,
        taken_at: Timestamp,
        accounts: Vec<Account>,
        found: FoundResources,
        coverage: Vec<Coverage>,
    ) -> io::Result<Self> {
        let FoundResources { networks, subnets, instances, interfaces, links } = found;
        let others = Resources { networks, subnets, links, ..Resources::default() };
        let inventory = Inventory::assemble(generator, taken_at, accounts, others, coverage);
        let lack_zone_ids = instances.lacks_zone_ids() || interfaces.lacks_zone_ids();
        let zone_ids =
            if lack_zone_ids { ZoneIds::from_subnets(&inventory.subnets) } else { ZoneIds::default() };
        let packed = PackedResources {
            instances: instances.finish(&zone_ids)?,
            interfaces: interfaces.finish(&zone_ids)?,
        };
        Ok(Self { inventory, packed })
    }

    /// Decompresses the instances and interfaces into the lists of the inventory.
    ///
    /// # Errors
    /// When they cannot be decompressed.
    pub fn unpack(self) -> io::Result<Inventory> {
        let PackedResources { instances, interfaces } = self.packed;
        Ok(Inventory { instances: instances.unpack()?, interfaces: interfaces.unpack()?, ..self.inventory })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Identity, InventoryView, Kind, Provider, Resource, Rows, fixtures};
    use super::*;

    const ACCOUNTS: usize = 3;
    const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

    fn subnet(account: usize, region: &str) -> Subnet {
        Subnet {
            zone_id: Some(format!("{region}-az{account}")),
            ..fixtures::subnet(&account.to_string(), region, &format!("subnet-{account}"))
        }
    }

    fn instance(number: usize) -> Instance {
        let (account, region) = (number % ACCOUNTS, REGIONS[number / ACCOUNTS % 2]);
        Instance {
            provider: Provider::Aws,
            account: account.to_string(),
            region: region.into(),
            zone: Some(format!("{region}a")),
            zone_id: (!number.is_multiple_of(5)).then(|| "known".to_owned()),
            id: format!("i-{:08x}", number * 2_654_435_761 % 4_294_967_291),
            name: Some(format!("web {number}")),
            network: Some("vpc-1".into()),
            subnet: Some(format!("subnet-{account}")),
            instance_type: Some("m7g.large".into()),
            architecture: None,
            vcpus: Some(2),
            state: Some("running".into()),
            launched_at: Some("2026-01-02T03:04:05.678Z".parse().unwrap()),
            private_ips: vec!["10.0.0.1".parse().unwrap(), "2001:db8::1".parse().unwrap()],
            private_prefixes: Some(vec!["10.0.1.0/28".parse().unwrap()]),
            public_ips: vec![],
            carrier_ips: None,
            customer_owned_ips: None,
            os: None,
            scale_set: None,
            operator: None,
            tags: [("role".to_owned(), format!("line\n\"{number}\" é"))].into(),
        }
    }

    /// An interface of account 0, listed by `seen_by`, where that is not its owner.
    fn interface(number: usize, seen_by: Option<usize>) -> Interface {
        Interface {
            subnet: Some("subnet-0".into()),
            description: Some(format!("seen by {seen_by:?}")),
            seen_by: seen_by.map(|account| account.to_string()),
            ..fixtures::interface("0", REGIONS[number % 2], &format!("eni-{number:04}"))
        }
    }

    fn resources(instances: usize) -> Resources {
        let seen = |number| [interface(number, Some(2)), interface(number, None), interface(number, Some(1))];
        Resources {
            subnets: (0..ACCOUNTS)
                .flat_map(|account| REGIONS.map(|region| subnet(account, region)))
                .collect(),
            instances: (0..instances).map(instance).collect(),
            interfaces: (0..instances / 10).flat_map(seen).collect(),
            ..Resources::default()
        }
    }

    /// Assembles `resources` as scopes of `scope` rows yield them.
    fn scan(resources: Resources, scope: usize) -> ScannedInventory {
        let mut found = FoundResources { subnets: resources.subnets, ..FoundResources::default() };
        for rows in resources.instances.chunks(scope) {
            let mut one = FoundResources::default();
            one.instances.extend(rows.iter().cloned());
            found.append(one);
        }
        for rows in resources.interfaces.chunks(scope) {
            let mut one = FoundResources::default();
            one.interfaces.extend(rows.iter().cloned());
            found.append(one);
        }
        ScannedInventory::assemble("test".to_owned(), Timestamp::UNIX_EPOCH, vec![], found, vec![]).unwrap()
    }

    #[test]
    fn compressed_rows_are_those_of_an_inventory_in_memory() {
        for (instances, scope) in [(0, 1), (1, 1), (50, 7), (5_000, 11), (5_000, 1_500), (5_000, 5_000)] {
            let resources = resources(instances);
            let expected = Inventory::assemble(
                "test".to_owned(),
                Timestamp::UNIX_EPOCH,
                vec![],
                resources.clone(),
                vec![],
            );
            let scanned = scan(resources, scope);
            assert_eq!(scanned.packed.instances.count(), expected.instances.len());
            let mut each = Vec::new();
            let read = scanned.packed.interfaces.each(&mut |row| {
                each.push(row.clone());
                Ok(())
            });
            read.unwrap();
            assert!(each == expected.interfaces, "{instances} in scopes of {scope}");
            let PackedResources { instances: machines, interfaces } = &scanned.packed;
            let view = InventoryView { inventory: &scanned.inventory, instances: machines, interfaces };
            let document = serde_json::to_string(&view).unwrap();
            assert!(
                document == serde_json::to_string(&expected).unwrap(),
                "{instances} in scopes of {scope}"
            );
            assert!(scanned.unpack().unwrap() == expected, "{instances} in scopes of {scope}");
        }
    }

    #[test]
    fn reading_ends_when_the_reader_has_enough() {
        let scanned = scan(resources(5_000), 500);
        let mut taken = 0;
        let read = scanned.packed.instances.each(&mut |_| {
            taken += 1;
            if taken < 10 { Ok(()) } else { Err(io::Error::other("enough")) }
        });
        assert_eq!((read.unwrap_err().to_string().as_str(), taken), ("enough", 10));
    }

    /// As values they would take 2 KB each.
    #[test]
    fn a_row_takes_a_tenth_of_a_kilobyte() {
        let rows = 20_000;
        let scanned = scan(resources(rows), 2_000);
        let bytes = scanned.packed.instances.packed_bytes();
        assert!(bytes < rows * 150, "{} bytes a row", bytes / rows);
    }

    #[test]
    fn rows_without_identity_are_named_wherever_they_are() {
        let mut found = FoundResources::default();
        let without_id = |number| Instance { id: String::new(), ..instance(number) };
        found
            .instances
            .extend((0..2_000).map(|number| if number == 3 { without_id(number) } else { instance(number) }));
        found.instances.extend([instance(2_000), without_id(2_001)]);
        let said = ["instances[3] has an empty id", "instances[2001] has an empty id"];
        assert_eq!(found.remove_unidentified(), said);
        assert!(found.remove_unidentified().is_empty());
        let scanned =
            ScannedInventory::assemble("test".to_owned(), Timestamp::UNIX_EPOCH, vec![], found, vec![]);
        let inventory = scanned.unwrap().unpack().unwrap();
        assert_eq!(inventory.count(Kind::Instances), 2_000);
        let order: Vec<Identity> = inventory.instances.iter().map(Resource::identity).collect();
        assert!(order.is_sorted());
    }
}
