//! What the file says about the registries that `netcensus sync` keeps true.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use toml::{Table, Value};

use super::dns::{DNS_KEYS, DnsSettings, read_dns, show_dns};
use super::keys;
use super::netbox::{NETBOX_KEYS, NetboxSettings, read_netbox, show_netbox};
use super::origin::Sourced;
use super::problem::{SettingPlace, ValueFault};
use super::reader::Reader;
use super::reservations::TableName;
use super::rules;
use super::table_row::TableRow;
use crate::model::parse_duration_within;

/// A registry, such as `[sync.vpcs]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncSettings {
    /// Where it is written.
    pub place: SettingPlace,
    /// What it is, and where.
    pub target: SyncTargetSettings,
    /// How many percent of our records of a kind may go in one run; `None` for the default.
    pub max_delete: Option<u8>,
    /// How long a record stays after it was marked as deleted; `None` deletes at once.
    pub keep_deleted: Option<SignedDuration>,
}

/// What a registry is, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncTargetSettings {
    /// A table of Amazon DynamoDB, with an item for each VPC.
    DynamoDb(TableName),
    /// A `NetBox`.
    Netbox(Box<NetboxSettings>),
    /// A DNS server, with records for each machine.
    Dns(Box<DnsSettings>),
}

/// Reads what is special about a type.
type ReadTarget = fn(&mut TableRow<'_>) -> Option<SyncTargetSettings>;

/// The types of registries, the keys of each besides the common ones, and what reads them.
const TYPES: [(&str, &[&str], ReadTarget); 3] = [
    ("dynamodb", &["table", "region", "profile"], vpc_table),
    ("netbox", &NETBOX_KEYS, netbox),
    ("dns", &DNS_KEYS, dns),
];

/// Marks that were set a moment ago protect nothing.
const SHORTEST_KEPT: SignedDuration = SignedDuration::from_hours(1);

impl SyncSettings {
    /// Returns the name of the type, as in the file.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self.target {
            SyncTargetSettings::DynamoDb(_) => "dynamodb",
            SyncTargetSettings::Netbox(_) => "netbox",
            SyncTargetSettings::Dns(_) => "dns",
        }
    }

    /// Returns where the registry is, for messages.
    #[must_use]
    pub fn location(&self) -> String {
        match &self.target {
            SyncTargetSettings::DynamoDb(table) => table.to_string(),
            SyncTargetSettings::Netbox(netbox) => netbox.url.to_string(),
            SyncTargetSettings::Dns(dns) => dns.server.to_string(),
        }
    }
}

/// Reads the tables of registries.
pub(super) fn targets(reader: &mut Reader<'_>) -> Sourced<BTreeMap<String, SyncSettings>> {
    reader.tables(keys::SYNC, |name, row| {
        if !rules::is_plain_name(name) {
            row.refuse(format!("`{name}` is not a name of a registry: use letters, digits, `-` and `_`"));
        }
        target(row)
    })
}

fn target(row: &mut TableRow<'_>) -> Option<SyncSettings> {
    let place = row.place();
    let types = TYPES.map(|(name, _, read)| (name, read));
    let read = row.text("type", |text| rules::choice(text, &types));
    let max_delete = row.number("max-delete", |text| max_delete(text).map_err(ValueFault::new));
    let keep_deleted = row.text("keep-deleted", |text| keep_deleted(text).map_err(ValueFault::new));
    if !row.has("type") {
        row.refuse(format!(
            "the registry has no `type`; the types are {}",
            rules::quoted(types.map(|it| it.0))
        ));
    }
    let Some(read) = read else {
        // Which keys are right depends on the type.
        for (_, keys, _) in TYPES {
            row.expect(keys);
        }
        return None;
    };
    Some(SyncSettings { place, target: read(row)?, max_delete, keep_deleted })
}

fn vpc_table(row: &mut TableRow<'_>) -> Option<SyncTargetSettings> {
    let table = row.text("table", rules::table_name);
    let region = row.text("region", rules::aws_region);
    let profile = row.text("profile", rules::filled);
    if !row.has("table") {
        row.refuse("the registry has no `table`");
    }
    Some(SyncTargetSettings::DynamoDb(TableName { table: table?, region, profile }))
}

fn netbox(row: &mut TableRow<'_>) -> Option<SyncTargetSettings> {
    read_netbox(row).map(|settings| SyncTargetSettings::Netbox(Box::new(settings)))
}

fn dns(row: &mut TableRow<'_>) -> Option<SyncTargetSettings> {
    read_dns(row).map(|settings| SyncTargetSettings::Dns(Box::new(settings)))
}

/// Reads how large a part of the records may go, in percent.
///
/// # Errors
/// With a sentence, when it is no percentage.
pub fn max_delete(text: &str) -> Result<u8, String> {
    rules::percentage(text).ok_or_else(|| format!("`{text}` is not a percentage; write one such as 20%"))
}

/// Reads how long records stay that are marked as deleted.
///
/// # Errors
/// With a sentence, when it is no duration, or shorter than an hour.
pub fn keep_deleted(text: &str) -> Result<SignedDuration, String> {
    parse_duration_within(text, SHORTEST_KEPT.., "1h or more").map_err(|error| error.to_string())
}

/// Writes a registry as the file has it.
pub(super) fn show(settings: &SyncSettings) -> Value {
    let mut shown = Table::from_iter([("type".to_owned(), Value::from(settings.type_name()))]);
    let mut put = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
    match &settings.target {
        SyncTargetSettings::DynamoDb(table) => {
            put("table", table.table.clone().into());
            table.region.iter().for_each(|region| put("region", region.clone().into()));
            table.profile.iter().for_each(|profile| put("profile", profile.clone().into()));
        }
        SyncTargetSettings::Netbox(netbox) => show_netbox(netbox, &mut put),
        SyncTargetSettings::Dns(dns) => show_dns(dns, &mut put),
    }
    settings.max_delete.iter().for_each(|percent| put("max-delete", format!("{percent}%").into()));
    settings.keep_deleted.iter().for_each(|keep| put("keep-deleted", format!("{keep:#}").into()));
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, KnownNames, Overrides, Settings};
    use super::*;

    fn settings(text: &str) -> Result<Settings, String> {
        let known = KnownNames { providers: &crate::model::Provider::ALL, ..KnownNames::FOR_TESTS };
        let file = ConfigFile::new("dir/netcensus.toml", text);
        Settings::resolve(Some(&file), &Overrides::default(), &known).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_of_vpcs_is_read_and_shown_as_it_was_written() {
        let text = "[sync.vpcs]\ntype = \"dynamodb\"\ntable = \"VPCTracker\"\nregion = \"eu-west-1\"\n\
                    max-delete = \"5%\"\nkeep-deleted = \"14d\"\n";
        let settings = settings(text).unwrap();
        let vpcs = &settings.sync.value["vpcs"];
        let SyncTargetSettings::DynamoDb(table) = &vpcs.target else { panic!("it is a table") };
        assert_eq!((table.table.as_str(), table.region.as_deref()), ("VPCTracker", Some("eu-west-1")));
        assert_eq!(
            (vpcs.max_delete, vpcs.keep_deleted),
            (Some(5), Some(SignedDuration::from_hours(14 * 24)))
        );
        let shown = self::settings(&settings.to_toml()).unwrap();
        assert_eq!(shown.sync.value["vpcs"].target, vpcs.target);
        assert_eq!(shown.sync.value["vpcs"].keep_deleted, vpcs.keep_deleted);
    }

    #[test]
    fn what_is_wrong_is_reported_with_its_line_and_key() {
        for (text, expected) in [
            ("type = \"dynamo\"", "dir/netcensus.toml:2:8: sync.vpcs.type: `dynamo` is not accepted"),
            (
                "table = \"a\"",
                "sync.vpcs: the registry has no `type`; the types are `dynamodb`, `netbox`, `dns`",
            ),
            ("type = \"dynamodb\"", "the registry has no `table`"),
            ("type = \"dynamodb\"\ntable = \"a b\"", "is not the name of a table"),
            ("type = \"dynamodb\"\ntable = \"nets\"\nregion = \"x.evil/\"", "is not the name of a region"),
            ("type = \"dynamodb\"\ntable = \"nets\"\nmax-delete = \"120%\"", "is not a percentage"),
            ("type = \"dynamodb\"\ntable = \"nets\"\nkeep-deleted = \"5m\"", "accepted: 1h or more"),
            ("type = \"dynamodb\"\ntable = \"nets\"\nprofil = \"x\"", "did you mean `profile`?"),
        ] {
            let message = settings(&format!("[sync.vpcs]\n{text}\n")).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
        let name = settings("[sync.\"a:b\"]\ntype = \"dynamodb\"\ntable = \"nets\"\n").unwrap_err();
        assert!(name.contains("is not a name of a registry"), "{name}");
    }
}
