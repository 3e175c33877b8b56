//! What the file says about a `NetBox`: `[sync.NAME]` with `type = "netbox"`.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;
use url::Url;

use super::notify::channel_url;
use super::problem::ValueFault;
use super::rules;
use super::secret::{SecretValue, file, show_secret, variable};
use super::table_row::TableRow;

/// A `NetBox`, and how clouds are mapped to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetboxSettings {
    /// Its address.
    pub url: Url,
    /// The token of its API.
    pub token: SecretValue,
    /// Slugs of tenants that exist, by account in lower case; the other accounts get tenants of their own.
    pub tenants: BTreeMap<String, String>,
    /// Slugs of sites that exist, by region in lower case.
    pub sites: BTreeMap<String, String>,
    /// Kinds of records that are not written, read and deleted, with those that depend on them.
    pub leave_out: BTreeSet<&'static str>,
    /// Whether default VPCs are written.
    pub default_networks: bool,
    /// Fields that are kept up to date although people usually maintain them.
    pub managed_fields: BTreeSet<&'static str>,
}

/// The keys, besides `type`.
pub(super) const NETBOX_KEYS: [&str; 8] =
    ["url", "token-env", "token-file", "tenants", "sites", "leave-out", "default-networks", "managed-fields"];

/// The kinds that can be left out, each with those that do not work without it.
const LEAVE_OUT: [(&str, &[&str]); 5] = [
    ("tenant", &[]),
    ("virtual-machine", &["cluster", "interface", "mac-address"]),
    ("interface", &["mac-address"]),
    ("mac-address", &[]),
    ("ip-address", &[]),
];

/// The fields that people maintain.
const MAINTAINED: [&str; 3] = ["description", "role", "site"];

/// Reads the table.
pub(super) fn read_netbox(row: &mut TableRow<'_>) -> Option<NetboxSettings> {
    let url = row.text("url", |text| channel_url(text).map_err(ValueFault::new).and_then(bare));
    if !row.has("url") {
        row.refuse("the registry has no `url`, such as `https://netbox.example.com`");
    }
    let token = token(row);
    let tenants = row.pairs("tenants", slug);
    let sites = row.pairs("sites", slug);
    let left_out = row.texts("leave-out", |text| choice(text, LEAVE_OUT.map(|(kind, _)| kind)));
    let default_networks = row.switch("default-networks").unwrap_or(true);
    let managed_fields = row.texts("managed-fields", |text| choice(text, MAINTAINED));
    let mut leave_out = BTreeSet::new();
    for (_, kind) in left_out {
        let dependent =
            LEAVE_OUT.iter().filter(|(known, _)| *known == kind).flat_map(|(_, kinds)| kinds.iter());
        leave_out.insert(kind);
        leave_out.extend(dependent);
    }
    Some(NetboxSettings {
        url: url?,
        token: token?,
        tenants: lowercase_keys(tenants),
        sites: lowercase_keys(sites),
        leave_out,
        default_networks,
        managed_fields: managed_fields.into_iter().map(|(_, field)| field).collect(),
    })
}

/// Reads where the token is. It is never in the file itself.
fn token(row: &mut TableRow<'_>) -> Option<SecretValue> {
    let given = [variable(row, "token-env"), file(row, "token-file")];
    match ["token-env", "token-file"].iter().filter(|key| row.has(key)).count() {
        0 => row.refuse(
            "the registry has no token: set `token-env` or `token-file` to the variable or file that contains it",
        ),
        1 => {}
        _ => row.refuse("`token-env` and `token-file` exclude each other; remove one"),
    }
    given.into_iter().flatten().next()
}

/// Refuses what is no part of the address of a `NetBox`. It is shown in messages.
fn bare(url: Url) -> Result<Url, ValueFault> {
    let has_secret = !url.username().is_empty() || url.password().is_some();
    if has_secret || url.query().is_some() || url.fragment().is_some() {
        return Err(ValueFault::new(
            "the URL must not have a user, password or query; put the token into `token-env` or `token-file`",
        ));
    }
    Ok(url)
}

fn slug(text: &str) -> Result<String, ValueFault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new(format!("`{text}` is not a slug: a slug has only letters, digits, `-` and `_`")))
}

fn choice<const N: usize>(text: &str, known: [&'static str; N]) -> Result<&'static str, ValueFault> {
    rules::choice(text, &known.map(|known| (known, known)))
}

fn lowercase_keys(pairs: BTreeMap<String, String>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect()
}

/// Writes the table as the file has it.
pub(super) fn show_netbox(settings: &NetboxSettings, put: &mut impl FnMut(&str, Value)) {
    put("url", settings.url.as_str().into());
    show_secret("token", &settings.token, put);
    put("tenants", settings.tenants.clone().into());
    put("sites", settings.sites.clone().into());
    put("leave-out", list(&settings.leave_out));
    put("default-networks", settings.default_networks.into());
    put("managed-fields", list(&settings.managed_fields));
}

fn list(names: &BTreeSet<&'static str>) -> Value {
    names.iter().copied().collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, KnownNames, Overrides, Settings, SyncTargetSettings};
    use super::*;

    fn settings(text: &str) -> Result<NetboxSettings, String> {
        let known = KnownNames::FOR_TESTS;
        let text = format!("[sync.ipam]\ntype = \"netbox\"\n{text}\n");
        let file = ConfigFile::new("dir/netcensus.toml", &text);
        let settings = Settings::resolve(Some(&file), &Overrides::default(), &known)
            .map_err(|error| error.to_string())?;
        match &settings.sync.value["ipam"].target {
            SyncTargetSettings::Netbox(netbox) => Ok((**netbox).clone()),
            _ => panic!("it is a NetBox"),
        }
    }

    const WHERE: &str = "url = \"https://netbox.example.com\"\ntoken-env = \"NETBOX_TOKEN\"\n";

    #[test]
    fn a_netbox_is_read() {
        let text = format!(
            "{WHERE}tenants = {{ 111111111111 = \"payments\" }}\nsites = {{ eu-west-1 = \"dublin\" }}\n\
             leave-out = [\"virtual-machine\"]\nmanaged-fields = [\"description\"]"
        );
        let settings = settings(&text).unwrap();
        assert_eq!(settings.tenants["111111111111"], "payments");
        assert_eq!(settings.sites["eu-west-1"], "dublin");
        let left_out: Vec<_> = settings.leave_out.into_iter().collect();
        assert_eq!(
            left_out,
            ["cluster", "interface", "mac-address", "virtual-machine"],
            "with what depends on it"
        );
        assert!(settings.default_networks);
    }

    #[test]
    fn secrets_travel_encrypted_and_are_not_in_the_file() {
        for (text, expected) in [
            ("url = \"http://netbox.example.com\"", "must not be sent unencrypted"),
            ("url = \"https://ada:hunter2@netbox.example.com\"", "must not have a user, password or query"),
            ("url = \"https://netbox.example.com\"", "the registry has no token"),
            ("url = \"https://netbox.example.com\"\ntoken = \"hunter2\"", "unknown key `token`"),
            ("token-env = \"NETBOX_TOKEN\"", "the registry has no `url`"),
            (&format!("{WHERE}token-file = \"t\""), "exclude each other"),
            (&format!("{WHERE}leave-out = [\"vrf\"]"), "`vrf` is not accepted"),
            (&format!("{WHERE}sites = {{ eu-west-1 = \"Dub lin\" }}"), "is not a slug"),
        ] {
            let message = settings(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
