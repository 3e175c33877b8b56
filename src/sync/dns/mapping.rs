//! Which records an inventory asks for. Pure.
//!
//! | in the cloud | in DNS |
//! |---|---|
//! | machine | `A` and `AAAA` of its name, in the zone that the name is in |
//! | address of a machine | `PTR` of the address, in the zone that has it, if there is one |
//!
//! Unlike in other registries the key of a record is its name: a machine that replaces another under the same name takes
//! over its record, in one change. Two machines with one name get no addresses, since either could be meant.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::names::{NameProblem, machine_name, reverse_name};
use super::record_type::RecordType;
use super::zone::zone_of;
use crate::config::{DnsSettings, MachineAddresses, is_reverse_zone};
use crate::diagnostic::Diagnostic;
use crate::model::{Instance, Inventory, Kind, Resource, Scope};
use crate::sync::short_id::resource_key;
use crate::sync::{Conflict, FieldValue, Fields, MappedRecords, Record, Undetermined};

/// The field with the machine that a record is of.
pub const MACHINE: &str = "machine";
/// The field with the time to live, in seconds.
pub const TTL: &str = "ttl";
/// The most machines that are named in a conflict.
const MAX_NAMED: usize = 3;

/// Returns the records of all machines.
#[must_use]
pub fn map_inventory(inventory: &Inventory, settings: &DnsSettings) -> MappedRecords {
    let mut mapping = Mapping { settings, mapped: MappedRecords::default() };
    let names = mapping.names(inventory);
    let mut by_address: BTreeMap<IpAddr, Vec<(&str, &Instance)>> = BTreeMap::new();
    for (name, machines) in &names {
        for machine in machines {
            for address in mapping.addresses(machine) {
                by_address.entry(address).or_default().push((name, machine));
            }
        }
        mapping.add_name(name, machines);
    }
    for (address, holders) in by_address {
        mapping.add_address(address, &holders);
    }
    mapping.mapped
}

struct Mapping<'a> {
    settings: &'a DnsSettings,
    mapped: MappedRecords,
}

impl<'a> Mapping<'a> {
    /// Groups machines by their names. A terminated machine is listed for an hour, without its addresses.
    fn names(&mut self, inventory: &'a Inventory) -> BTreeMap<String, Vec<&'a Instance>> {
        let mut names: BTreeMap<String, Vec<&Instance>> = BTreeMap::new();
        let mut nameless: BTreeMap<NameProblem, usize> = BTreeMap::new();
        let machines = inventory.instances.iter().filter(|it| it.state.as_deref() != Some("terminated"));
        for machine in machines {
            match machine_name(&self.settings.template, machine) {
                Ok(name) => names.entry(name).or_default().push(machine),
                Err(problem) => *nameless.entry(problem).or_default() += 1,
            }
        }
        for (problem, count) in nameless {
            let why = match problem {
                NameProblem::Empty(field) => format!("have no `{field}`"),
                NameProblem::TooLong => "would have names of more than 253 characters".to_owned(),
            };
            self.mapped.notes.push(format!("machines that {why}, and so no record: {count}"));
        }
        names
    }

    fn add_name(&mut self, name: &str, machines: &[&Instance]) {
        let zone = zone_of(&self.settings.zones, name);
        if zone.is_none_or(is_reverse_zone) {
            return;
        }
        for record_type in [RecordType::A, RecordType::Aaaa] {
            let has_any =
                |it: &&Instance| !self.values(record_type, it).is_empty() || it.private_ips.is_empty();
            match machines {
                [machine] => self.add_addresses_of(record_type, name, machine),
                _ if machines.iter().any(has_any) => {
                    self.mapped.conflicts.push(shared(record_type, name, machines));
                }
                _ => {}
            }
        }
    }

    fn add_addresses_of(&mut self, record_type: RecordType, name: &str, machine: &Instance) {
        let values = self.values(record_type, machine);
        if machine.private_ips.is_empty() {
            // Every machine has one, so the list of its interfaces was not read.
            self.leave(machine, record_type, name, "the addresses of its machine are not known");
        } else if !values.is_empty() {
            self.push(record_type, name, values, machine);
        }
    }

    fn add_address(&mut self, address: IpAddr, holders: &[(&str, &Instance)]) {
        let name = reverse_name(address);
        if zone_of(&self.settings.zones, &name).is_none() {
            return;
        }
        if let [(target, machine)] = holders {
            return self.push(RecordType::Ptr, &name, vec![(*target).to_owned()], machine);
        }
        let machines: Vec<&Instance> = holders.iter().map(|(_, machine)| *machine).collect();
        self.mapped.conflicts.push(shared(RecordType::Ptr, &name, &machines));
    }

    /// Returns the addresses of a machine that get records.
    fn addresses(&self, machine: &Instance) -> Vec<IpAddr> {
        let first = |is_v4: bool| machine.private_ips.iter().find(move |it| it.is_ipv4() == is_v4).copied();
        match self.settings.addresses {
            MachineAddresses::Primary => first(true).into_iter().chain(first(false)).collect(),
            MachineAddresses::Private => machine.private_ips.clone(),
            MachineAddresses::Public => machine.public_ips.clone(),
        }
    }

    fn values(&self, record_type: RecordType, machine: &Instance) -> Vec<String> {
        let mut addresses = self.addresses(machine);
        addresses.retain(|address| address.is_ipv4() == (record_type == RecordType::A));
        addresses.sort();
        addresses.dedup();
        addresses.iter().map(ToString::to_string).collect()
    }

    fn push(&mut self, record_type: RecordType, name: &str, values: Vec<String>, machine: &Instance) {
        let fields = Fields::from([
            (record_type.field().to_owned(), FieldValue::List(values)),
            (TTL.to_owned(), FieldValue::Number(self.settings.ttl.into())),
            (MACHINE.to_owned(), FieldValue::Text(resource_key(&machine.identity()))),
        ]);
        self.mapped.records.push(Record {
            kind: record_type.kind().to_owned(),
            key: name.to_owned(),
            scope: scope(machine),
            fields,
        });
    }

    /// Leaves what a machine may have as it is: the record of its name, and all that say that they are of it.
    fn leave(&mut self, machine: &Instance, record_type: RecordType, name: &str, reason: &str) {
        let key = resource_key(&machine.identity());
        let of_machine = RecordType::KINDS.map(|kind| (kind, key.clone()));
        for (kind, key) in of_machine.into_iter().chain([(record_type.kind(), name.to_owned())]) {
            let (kind, reason) = (kind.to_owned(), reason.to_owned());
            self.mapped.undetermined.push(Undetermined { kind, key, reason });
        }
    }
}

fn scope(machine: &Instance) -> Scope {
    Scope {
        provider: machine.provider,
        account: machine.account.clone(),
        region: Some(machine.region.clone()),
        kind: Kind::Instances,
    }
}

/// The conflict of machines that share a name or an address.
fn shared(record_type: RecordType, name: &str, machines: &[&Instance]) -> Conflict {
    let mut ids: Vec<&str> = machines.iter().map(|machine| machine.id.as_str()).collect();
    ids.sort_unstable();
    let more = ids.len().saturating_sub(MAX_NAMED);
    let named = ids.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ");
    let others = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = if record_type == RecordType::Ptr { "address" } else { "name" };
    let reason = format!("{} machines have this {what}, so none gets a record", ids.len());
    let reason = Diagnostic::new(reason).with_cause(format!("{named}{others}"));
    let reason = match record_type {
        RecordType::Ptr => reason,
        _ => reason.remedy("use `{id}` in `template`").remedy("rename them"),
    };
    Conflict::new(record_type.kind(), name, reason, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, Tags};
    use crate::sync::dns::tests::{inventory, machine, settings};

    fn records(settings: &DnsSettings, machines: Vec<Instance>) -> (Vec<String>, MappedRecords) {
        let mapped = map_inventory(&inventory(machines, Outcome::Complete), settings);
        let line = |record: &Record| {
            let record_type = RecordType::from_kind(&record.kind).unwrap();
            format!("{} {} {}", record.key, record.kind, record.fields[record_type.field()])
        };
        (mapped.records.iter().map(line).collect(), mapped)
    }

    #[test]
    fn a_machine_has_addresses_and_its_addresses_its_name() {
        let web = machine("i-1", Some("web"), &["10.0.0.4", "10.0.0.5", "2001:db8::4"]);
        let (lines, mapped) = records(&settings(), vec![web.clone()]);
        let expected = [
            "web.eu-west-1.example.internal a 10.0.0.4",
            "web.eu-west-1.example.internal aaaa 2001:db8::4",
            "4.0.0.10.in-addr.arpa ptr web.eu-west-1.example.internal",
        ];
        assert_eq!(lines, expected, "the first of each sort, and no zone for the IPv6 address");
        assert_eq!(mapped.records[0].fields[MACHINE].to_string(), "aws/111111111111/eu-west-1/i-1");
        let private = DnsSettings { addresses: MachineAddresses::Private, ..settings() };
        assert!(
            records(&private, vec![web])
                .0
                .contains(&"5.0.0.10.in-addr.arpa ptr web.eu-west-1.example.internal".to_owned())
        );
    }

    #[test]
    fn a_stopped_machine_keeps_its_records_and_a_terminated_one_has_none() {
        let stopped =
            Instance { state: Some("stopped".to_owned()), ..machine("i-1", Some("web"), &["10.0.0.4"]) };
        let gone = Instance { state: Some("terminated".to_owned()), ..machine("i-2", Some("web"), &[]) };
        assert_eq!(records(&settings(), vec![stopped, gone]).0.len(), 2);
    }

    #[test]
    fn two_machines_with_one_name_get_no_addresses() {
        let machines = ["i-1", "i-2", "i-3", "i-4"]
            .map(|id| machine(id, Some("Web"), &[&format!("10.0.0.{}", &id[2..])]));
        let (lines, mapped) = records(&settings(), machines.to_vec());
        assert!(lines.iter().all(|line| line.contains(" ptr ")), "{lines:?}");
        let [conflict] = mapped.conflicts.as_slice() else { panic!("{:?}", mapped.conflicts) };
        assert_eq!((conflict.kind.as_str(), conflict.key.as_str()), ("a", "web.eu-west-1.example.internal"));
        let reason = "4 machines have this name, so none gets a record: i-1, i-2, i-3 and 1 more \
                      (use `{id}` in `template`; rename them)";
        assert_eq!(conflict.reason, reason);
    }

    #[test]
    fn two_machines_with_one_address_leave_it_without_a_name() {
        let machines =
            vec![machine("i-1", Some("a"), &["10.0.0.4"]), machine("i-2", Some("b"), &["10.0.0.4"])];
        let (lines, mapped) = records(&settings(), machines);
        assert_eq!(lines.len(), 2, "both have names");
        assert_eq!(mapped.conflicts[0].kind, "ptr");
    }

    #[test]
    fn a_machine_whose_addresses_are_not_known_keeps_what_it_has() {
        let (lines, mapped) = records(&settings(), vec![machine("i-1", Some("web"), &[])]);
        assert_eq!(lines, [""; 0]);
        let left =
            |kind: &str, key: &str| mapped.undetermined.iter().any(|it| it.kind == kind && it.key == key);
        assert!(left("a", "web.eu-west-1.example.internal") && left("ptr", "aws/111111111111/eu-west-1/i-1"));
    }

    #[test]
    fn public_addresses_are_written_only_if_asked_for() {
        let public = vec!["192.0.2.7".parse().unwrap()];
        let web =
            Instance { public_ips: public, tags: Tags::new(), ..machine("i-1", Some("web"), &["10.0.0.4"]) };
        assert!(records(&settings(), vec![web.clone()]).0.iter().all(|line| !line.contains("192.0.2")));
        let settings = DnsSettings { addresses: MachineAddresses::Public, ..settings() };
        assert_eq!(records(&settings, vec![web]).0, ["web.eu-west-1.example.internal a 192.0.2.7"]);
    }
}
