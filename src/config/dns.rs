//! What the file says about a DNS server: `[sync.NAME]` with `type = "dns"`.

use std::fmt;
use std::net::Ipv6Addr;

use toml::Value;

use super::dns_template::{NameTemplate, read_template};
use super::problem::ValueFault;
use super::rules;
use super::secret::{SecretValue, file, show_secret, variable};
use super::table_row::TableRow;

/// A DNS server that is written by dynamic updates (RFC 2136), and which records machines get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsSettings {
    /// The primary server of the zones.
    pub server: DnsServer,
    /// The zones, forward and reverse; in lower case, without a dot at the end.
    pub zones: Vec<String>,
    /// The name of the TSIG key (RFC 8945); `None` if the file of the key has it.
    pub key_name: Option<String>,
    /// Its algorithm; `None` if the file of the key has it, or for the default.
    pub algorithm: Option<TsigAlgorithm>,
    /// Its secret.
    pub key: SecretValue,
    /// What machines are called.
    pub template: NameTemplate,
    /// The time to live of records, in seconds.
    pub ttl: u32,
    /// Which addresses of a machine get records.
    pub addresses: MachineAddresses,
    /// The owner in the TXT records; `None` for the default.
    pub owner: Option<String>,
}

/// Where a DNS server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsServer {
    /// Its name or address.
    pub host: String,
    /// Its TCP port.
    pub port: u16,
}

/// An algorithm of TSIG. Those with MD5 and SHA-1 are not accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TsigAlgorithm {
    /// `hmac-sha256`.
    #[default]
    Sha256,
    /// `hmac-sha384`.
    Sha384,
    /// `hmac-sha512`.
    Sha512,
}

/// Which addresses of a machine get records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MachineAddresses {
    /// The first private IPv4 and the first private IPv6 address.
    #[default]
    Primary,
    /// All private addresses.
    Private,
    /// The public IPv4 addresses.
    Public,
}

/// The keys, besides `type`.
pub(super) const DNS_KEYS: [&str; 10] = [
    "server",
    "zones",
    "key-name",
    "algorithm",
    "key-file",
    "key-env",
    "template",
    "ttl",
    "addresses",
    "owner",
];

const PORT: u16 = 53;
const TTL: u32 = 300;
/// RFC 2181, section 8.
const LONGEST_TTL: u32 = i32::MAX.unsigned_abs();
/// Characters of a name of a domain, as people write it.
const LONGEST_NAME: usize = 253;

impl TsigAlgorithm {
    /// The algorithms by the names that the file and key files have for them.
    pub const NAMES: [(&str, Self); 3] =
        [("hmac-sha256", Self::Sha256), ("hmac-sha384", Self::Sha384), ("hmac-sha512", Self::Sha512)];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "hmac-sha256",
            Self::Sha384 => "hmac-sha384",
            Self::Sha512 => "hmac-sha512",
        }
    }
}

impl MachineAddresses {
    const NAMES: [(&str, Self); 3] =
        [("primary", Self::Primary), ("private", Self::Private), ("public", Self::Public)];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Private => "private",
            Self::Public => "public",
        }
    }
}

impl fmt::Display for DnsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Reads the table.
pub(super) fn read_dns(row: &mut TableRow<'_>) -> Option<DnsSettings> {
    let server = row.text("server", server);
    let zones = zones(row);
    let key_name = row.text("key-name", domain_name);
    let algorithm = row.text("algorithm", |text| rules::choice(text, &TsigAlgorithm::NAMES));
    let key = key(row);
    let template = row.text("template", read_template);
    let ttl = row.number("ttl", ttl);
    let addresses = row.text("addresses", |text| rules::choice(text, &MachineAddresses::NAMES));
    let owner = row.text("owner", owner);
    for (name, example) in
        [("server", "ns1.example.internal"), ("template", "{name}.{region}.example.internal")]
    {
        if !row.has(name) {
            row.refuse(format!("the registry has no `{name}`, such as `{example}`"));
        }
    }
    let template = template?;
    if !is_in_zones(&template, &zones) {
        row.refuse(format!("the names of `template` are in none of `zones`: {template}"));
    }
    if zones.is_empty() {
        return None;
    }
    Some(DnsSettings {
        server: server?,
        zones,
        key_name,
        algorithm,
        key: key?,
        template,
        ttl: ttl.unwrap_or(TTL),
        addresses: addresses.unwrap_or_default(),
        owner,
    })
}

fn zones(row: &mut TableRow<'_>) -> Vec<String> {
    let listed = row.texts("zones", domain_name);
    if !row.has("zones") || row.is_empty("zones") {
        row.refuse("the registry has no `zones`, such as `[\"example.internal\", \"10.in-addr.arpa\"]`");
    }
    let mut zones: Vec<String> = Vec::new();
    for (place, zone) in listed {
        if zones.contains(&zone) {
            row.refuse_element("zones", place, format!("`{zone}` is listed twice"));
        } else {
            zones.push(zone);
        }
    }
    zones
}

/// Reads where the secret is. It is never in the file itself.
fn key(row: &mut TableRow<'_>) -> Option<SecretValue> {
    let given = [file(row, "key-file"), variable(row, "key-env")];
    match ["key-file", "key-env"].iter().filter(|key| row.has(key)).count() {
        0 => row.refuse(
            "the registry has no key: set `key-file` or `key-env` to the file or variable that contains it",
        ),
        1 => {}
        _ => row.refuse("`key-file` and `key-env` exclude each other; remove one"),
    }
    given.into_iter().flatten().next()
}

/// Reads `HOST`, `HOST:PORT`, `ADDRESS` or `[ADDRESS]:PORT`.
fn server(text: &str) -> Result<DnsServer, ValueFault> {
    let wrong =
        || ValueFault::new(format!("`{text}` is not a server; write one such as `ns1.example.internal:53`"));
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or_else(wrong)?;
            host.parse::<Ipv6Addr>().map_err(|_| wrong())?;
            (host, (!after.is_empty()).then(|| after.strip_prefix(':').unwrap_or_default()))
        }
        None if text.parse::<Ipv6Addr>().is_ok() => (text, None),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let port = port.map_or(Some(PORT), |port| port.parse().ok().filter(|port| *port != 0));
    let port = port.filter(|_| !host.is_empty() && host.chars().all(is_plain)).ok_or_else(wrong)?;
    Ok(DnsServer { host: host.to_owned(), port })
}

/// Reads the name of a zone or key. Labels may have a slash: zones of less than a /24 do (RFC 2317).
fn domain_name(text: &str) -> Result<String, ValueFault> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(is_plain);
    if name.len() <= LONGEST_NAME && name.split('.').all(is_label) {
        return Ok(name);
    }
    Err(ValueFault::new(format!("`{text}` is not a domain name; write one such as `example.internal`")))
}

fn ttl(text: &str) -> Result<u32, ValueFault> {
    let seconds = text.parse().ok().filter(|seconds| (1..=LONGEST_TTL).contains(seconds));
    seconds.ok_or_else(|| {
        ValueFault::new(format!(
            "`{text}` is not a time to live; write seconds, 1 to {LONGEST_TTL}, such as 300"
        ))
    })
}

/// Reads an owner. It is a part of a list with commas.
fn owner(text: &str) -> Result<String, ValueFault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=64).contains(&text.len()) && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new(format!(
        "`{text}` is not an owner: an owner has only letters, digits, `-`, `_` and `.`"
    )))
}

/// Tells whether names may be in a zone. Without a forward zone there are reverse records only.
fn is_in_zones(template: &NameTemplate, zones: &[String]) -> bool {
    let mut forward = zones.iter().filter(|zone| !is_reverse_zone(zone)).peekable();
    let end = template.literal_end();
    forward.peek().is_none()
        || forward.any(|zone| format!(".{end}").ends_with(&format!(".{zone}")) || zone.ends_with(end))
}

/// Tells whether a zone has names for addresses.
#[must_use]
pub fn is_reverse_zone(zone: &str) -> bool {
    ["in-addr.arpa", "ip6.arpa"].iter().any(|end| zone == *end || zone.ends_with(&format!(".{end}")))
}

/// Writes the table as the file has it.
pub(super) fn show_dns(settings: &DnsSettings, put: &mut impl FnMut(&str, Value)) {
    put("server", settings.server.to_string().into());
    put("zones", settings.zones.clone().into());
    settings.key_name.iter().for_each(|name| put("key-name", name.clone().into()));
    settings.algorithm.iter().for_each(|algorithm| put("algorithm", algorithm.as_str().into()));
    show_secret("key", &settings.key, put);
    put("template", settings.template.to_string().into());
    put("ttl", i64::from(settings.ttl).into());
    put("addresses", settings.addresses.as_str().into());
    settings.owner.iter().for_each(|owner| put("owner", owner.clone().into()));
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, KnownNames, Overrides, Settings, SyncTargetSettings};
    use super::*;
    use crate::model::Provider;

    fn resolve(text: &str) -> Result<Settings, String> {
        let file = ConfigFile::new("dir/netcensus.toml", text);
        let known = KnownNames { providers: &Provider::ALL, ..KnownNames::FOR_TESTS };
        Settings::resolve(Some(&file), &Overrides::default(), &known).map_err(|error| error.to_string())
    }

    fn settings(text: &str) -> Result<DnsSettings, String> {
        dns_settings(&resolve(&format!("[sync.names]\ntype = \"dns\"\n{text}\n"))?)
    }

    fn dns_settings(settings: &Settings) -> Result<DnsSettings, String> {
        match &settings.sync.value["names"].target {
            SyncTargetSettings::Dns(dns) => Ok((**dns).clone()),
            other => Err(format!("{other:?}")),
        }
    }

    const WHERE: &str = "server = \"ns1.example.internal\"\nkey-file = \"update.key\"\n";
    const NAMES: &str = "zones = [\"Example.Internal.\", \"10.in-addr.arpa\"]\n\
                         template = \"{name}.{region}.example.internal\"\n";

    #[test]
    fn a_server_is_read_and_shown_as_it_was_written() {
        let read = settings(&format!("{WHERE}{NAMES}addresses = \"private\"\nowner = \"team-a\"")).unwrap();
        assert_eq!(read.server, DnsServer { host: "ns1.example.internal".to_owned(), port: 53 });
        assert_eq!(read.zones, ["example.internal", "10.in-addr.arpa"]);
        assert_eq!((read.ttl, read.algorithm), (300, None));
        // A path would be relative to the directory of the file again.
        let place = WHERE.replace("key-file = \"update.key\"", "key-env = \"DNS_KEY\"");
        let resolved = resolve(&format!("[sync.names]\ntype = \"dns\"\n{place}{NAMES}ttl = 60\n")).unwrap();
        let shown = dns_settings(&resolve(&resolved.to_toml()).unwrap()).unwrap();
        assert_eq!(shown, dns_settings(&resolved).unwrap());
    }

    #[test]
    fn servers_have_ports_and_addresses() {
        for (text, host, port) in [
            ("10.0.0.2", "10.0.0.2", 53),
            ("ns1:5353", "ns1", 5353),
            ("2001:db8::1", "2001:db8::1", 53),
            ("[2001:db8::1]:5353", "2001:db8::1", 5353),
        ] {
            assert_eq!(server(text).unwrap(), DnsServer { host: host.to_owned(), port }, "{text}");
        }
        for text in ["", "ns 1", "ns1:", "ns1:0", "ns1:70000", "[ns1]:53", "https://ns1"] {
            assert!(server(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_reported() {
        for (text, expected) in [
            (NAMES, "the registry has no `server`"),
            (&format!("server = \"ns1\"\n{NAMES}"), "the registry has no key"),
            (&format!("{WHERE}{NAMES}key-env = \"KEY\""), "exclude each other"),
            (&format!("{WHERE}{NAMES}secret = \"hunter2\""), "unknown key `secret`"),
            (&format!("{WHERE}{NAMES}algorithm = \"hmac-md5\""), "`hmac-md5` is not accepted"),
            (&format!("{WHERE}{NAMES}ttl = 0"), "is not a time to live"),
            (&format!("{WHERE}{NAMES}owner = \"a,b\""), "is not an owner"),
            (
                &format!("{WHERE}template = \"{{name}}.example.com\"\nzones = [\"example.org\"]"),
                "in none of `zones`",
            ),
            (&format!("{WHERE}template = \"{{name}}.example.com\""), "the registry has no `zones`"),
            (&format!("{WHERE}template = \"{{nme}}.a.b\"\nzones = [\"a.b\"]"), "did you mean `name`?"),
        ] {
            let message = settings(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn zones_may_be_below_what_all_names_end_in() {
        let names =
            "zones = [\"eu-west-1.example.internal\"]\ntemplate = \"{name}.{region}.example.internal\"";
        assert!(settings(&format!("{WHERE}{names}")).is_ok());
        let reverse = "zones = [\"10.in-addr.arpa\"]\ntemplate = \"{name}.example.internal\"";
        assert!(settings(&format!("{WHERE}{reverse}")).is_ok(), "reverse records only");
    }
}
