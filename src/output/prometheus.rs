//! Targets of Prometheus: <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config>.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};

use serde::Serialize;

use super::export::Export;
use super::format::{ExportSpec, FileLayout, Format, FormatSpec, GapsListed, export_spec, format_spec};
use super::host_options::HostFormat;
use super::hosts::{Host, addresses_of, each_host, to_identifier};
use crate::analysis::streamed_table::StreamedTable;
use crate::model::Kind;
use crate::output::json;

/// What `prometheus` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &[],
    export: Some(ExportSpec {
        only_kind: Some(Kind::Instances),
        flags: &["--kind", "--group", "--template", "--address", "--port"],
        gaps: GapsListed::Beside,
        hosts: Some(HOSTS),
        ..export_spec(
            "Instances as Prometheus targets, for file_sd_configs",
            FileLayout::Whole("prometheus.json"),
            write,
        )
    }),
    ..format_spec(Format::Prometheus, "prometheus", "Prometheus targets in JSON")
};

/// How it speaks of machines.
pub(super) const HOSTS: HostFormat =
    HostFormat { name: "prometheus", noun: "target", without_address: "left out", needs_address: true };

/// The prefix of all labels. Prometheus drops them unless relabelling uses them.
const PREFIX: &str = "__meta_netcensus_";

/// A machine.
#[derive(Serialize)]
struct PrometheusTarget<'a> {
    targets: [String; 1],
    labels: BTreeMap<String, Cow<'a, str>>,
}

/// Writes the machines that have an address, one per line.
pub(super) fn write(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    out.write_all(b"[")?;
    let mut is_first = true;
    each_host(export, &mut |host| {
        let Some(address) = host.address else { return Ok(()) };
        let entry = PrometheusTarget { targets: [target(address, export.hosts.port)], labels: labels(&host) };
        out.write_all(if is_first { b"\n" } else { b",\n" })?;
        is_first = false;
        json::write_compact(&entry, out)
    })?;
    out.write_all(if is_first { b"]\n" } else { b"\n]\n" })
}

fn target(address: IpAddr, port: Option<u16>) -> String {
    match (address, port) {
        (_, Some(port)) => SocketAddr::new(address, port).to_string(),
        (IpAddr::V4(address), None) => address.to_string(),
        (IpAddr::V6(address), None) => format!("[{address}]"),
    }
}

/// Lists the labels. Of two tags whose keys become the same label, the last in order is in it.
fn labels<'a>(host: &Host<'a>) -> BTreeMap<String, Cow<'a, str>> {
    let instance = host.instance;
    let facts = host.facts().map(|(name, value)| (name.to_owned(), Cow::from(value)));
    let addresses = addresses_of(instance).into_iter();
    let addresses = addresses.map(|(name, addresses)| (name.to_owned(), Cow::from(enclosed(&addresses))));
    let tags =
        instance.tags.iter().map(|(key, value)| (format!("tag_{}", to_identifier(key)), Cow::from(value)));
    // Only where groups are defined, so that other labels stay as they are.
    let groups: Vec<String> = host.groups.iter().map(ToString::to_string).collect();
    let groups = (!groups.is_empty()).then(|| ("groups".to_owned(), Cow::from(enclosed(&groups))));
    facts
        .chain(addresses)
        .chain(tags)
        .chain(groups)
        .map(|(name, value)| (format!("{PREFIX}{name}"), value))
        .collect()
}

/// Joins addresses by commas, with one at each end too, so that `.*,10.0.0.5,.*` finds one wherever it stands.
fn enclosed(addresses: &[String]) -> String {
    addresses.iter().fold(",".to_owned(), |text, address| format!("{text}{address},"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_version_6_stand_in_brackets() {
        let target = |ip: &str, port| target(ip.parse().unwrap(), port);
        assert_eq!(target("10.0.0.5", Some(9100)), "10.0.0.5:9100");
        assert_eq!(target("10.0.0.5", None), "10.0.0.5");
        assert_eq!(target("fd00::5", Some(9100)), "[fd00::5]:9100");
        assert_eq!(target("fd00::5", None), "[fd00::5]");
    }

    #[test]
    fn lists_begin_and_end_with_their_separator() {
        assert_eq!(enclosed(&["10.0.0.5".to_owned(), "fd00::5".to_owned()]), ",10.0.0.5,fd00::5,");
    }
}
