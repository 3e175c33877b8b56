//! What holds for every inventory, however strange its text.

use std::net::IpAddr;

use ipnet::IpNet;
use netcensus::analysis::filter::Filter;
use netcensus::analysis::rows::{TableRequest, select_tables};
use netcensus::analysis::value::Value;
use netcensus::input::read;
use netcensus::model::{
    Block, BlockRole, Instance, Inventory, Kind, Network, NetworkKind, Provider, Resources, Tags,
};
use netcensus::output::{Content, Format};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::{ask, rendered, unprintable};

/// Text as anyone may write it into a tag: control, bidirectional and wide characters, formulas, markup.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-=+@|`<>\\\\\"',; \t\r\n\u{1b}\u{9b}\u{202e}a0*\\[\\]]{0,12}",
        "[a-c]{1,3}",
    ]
}

fn net() -> impl Strategy<Value = IpNet> {
    (any::<IpAddr>(), 0_u8..=32).prop_map(|(ip, length)| IpNet::new(ip, length).unwrap().trunc())
}

fn tags() -> impl Strategy<Value = Tags> {
    btree_map(text(), text(), 0..3).prop_map(Tags::from)
}

prop_compose! {
    fn network()(
        id in "vpc-[0-9a-f]{1,4}",
        account in "0[0-9]{2}",
        name in option::of(text()),
        cidrs in vec(net(), 0..3),
        is_default in option::of(any::<bool>()),
        tags in tags(),
    ) -> Network {
        let block = |cidr| Block { cidr, role: BlockRole::Primary, state: None };
        Network {
            provider: Provider::Aws,
            account,
            account_name: None,
            region: "eu-west-1".into(),
            id,
            name,
            kind: NetworkKind::Vpc,
            blocks: cidrs.into_iter().map(block).collect(),
            is_default,
            state: None,
            visible_from: vec![],
            tags,
        }
    }
}

prop_compose! {
    fn instance()(
        id in "i-[0-9a-f]{1,4}",
        name in option::of(text()),
        vcpus in option::of(0_u32..4),
        launched in option::of(0_i64..4_000_000_000),
        private_ips in vec(any::<IpAddr>(), 0..3),
        tags in tags(),
    ) -> Instance {
        Instance {
            provider: Provider::Aws,
            account: "012".into(),
            region: "eu-west-1".into(),
            zone: None,
            zone_id: None,
            id,
            name,
            network: None,
            subnet: None,
            instance_type: None,
            architecture: None,
            vcpus,
            state: None,
            launched_at: launched.map(|second| jiff::Timestamp::from_second(second).unwrap()),
            private_ips,
            private_prefixes: Some(Vec::new()),
            public_ips: vec![],
            carrier_ips: Some(Vec::new()),
            customer_owned_ips: Some(Vec::new()),
            os: None,
            scale_set: None,
            operator: None,
            tags,
        }
    }
}

prop_compose! {
    fn inventory()(networks in vec(network(), 0..6), instances in vec(instance(), 0..6)) -> Inventory {
        let taken_at = "2026-11-20T08:00:00Z".parse().unwrap();
        let resources = Resources { networks, instances, ..Resources::default() };
        Inventory::assemble("netcensus".into(), taken_at, vec![], resources, vec![])
    }
}

/// Returns the ids that `request` selects of `kind`, in order.
fn ids(inventory: &Inventory, kind: Kind, filters: &[String], sort: &[&str]) -> Vec<String> {
    let request = TableRequest {
        kinds: vec![kind],
        columns: Some(vec!["account".into(), "id".into()]),
        filters: filters.iter().map(|text| text.parse().unwrap()).collect(),
        sort: sort.iter().map(|text| text.parse().unwrap()).collect(),
        ..TableRequest::default()
    };
    let table = select_tables(inventory, &request).unwrap().remove(0);
    table.rows.iter().map(|row| row.iter().flat_map(Value::parts).collect()).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(64))]

    #[test]
    fn nothing_drives_a_terminal(inventory in inventory()) {
        for (format, name) in Format::for_content(Content::Rows).map(|spec| (spec.format, spec.name)) {
            for kind in [Kind::Networks, Kind::Instances] {
                for width in [None, Some(80)] {
                    let wide = TableRequest { wide: true, ..ask(&[kind], format) };
                    for request in [ask(&[kind], format), wide] {
                        let text = rendered(&inventory, &request, format, width);
                        prop_assert_eq!(unprintable(&text, format), None, "{}", name);
                    }
                }
            }
        }
    }

    #[test]
    fn csv_and_tsv_read_back(inventory in inventory()) {
        for (format, delimiter) in [(Format::Csv, b','), (Format::Tsv, b'\t')] {
            let request = ask(&[Kind::Networks], format);
            let table = select_tables(&inventory, &request).unwrap().remove(0);
            let text = rendered(&inventory, &request, format, None);
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
            let headers: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
            let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
            prop_assert_eq!(headers, columns);
            let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(records.len(), table.rows.len());
            for (record, row) in records.iter().zip(&table.rows) {
                for (cell, value) in record.iter().zip(row) {
                    prop_assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']));
                    prop_assert_eq!(value.is_blank(), cell.is_empty());
                }
            }
        }
    }

    #[test]
    fn markdown_keeps_every_cell_in_place(inventory in inventory()) {
        let request = ask(&[Kind::Networks], Format::Markdown);
        let columns = select_tables(&inventory, &request).unwrap()[0].columns.len();
        let text = rendered(&inventory, &request, Format::Markdown, None);
        for line in text.lines().take(2 + inventory.networks.len()) {
            let bare = line.replace(r"\\", "").replace(r"\|", "");
            prop_assert_eq!(bare.matches('|').count(), columns + 1, "{}", line);
            prop_assert!(!bare.contains('<') && !bare.replace(r"\`", "").contains('`'));
        }
    }

    #[test]
    fn a_table_fits_and_has_every_row(inventory in inventory()) {
        let request = ask(&[Kind::Networks], Format::Table);
        let text = rendered(&inventory, &request, Format::Table, Some(100));
        for line in text.lines() {
            prop_assert!(unicode_width::UnicodeWidthStr::width(line) <= 100, "{}", line);
        }
        prop_assert!(text.lines().count() > inventory.networks.len());
        let text = rendered(&inventory, &request, Format::Table, None);
        for network in &inventory.networks {
            prop_assert!(text.contains(&network.id));
        }
        let named = TableRequest { columns: Some(vec!["name".into(), "cidrs".into(), "id".into()]), ..request };
        for width in [0, 1, 9, u16::MAX] {
            let text = rendered(&inventory, &named, Format::Table, Some(width));
            prop_assert!(text.lines().count() > inventory.networks.len());
        }
    }

    #[test]
    fn json_reads_back(inventory in inventory()) {
        let text = rendered(&inventory, &ask(&Kind::ALL, Format::Json), Format::Json, None);
        let loaded = read(text.as_bytes(), "it").unwrap();
        prop_assert_eq!(loaded.inventory, inventory);
        prop_assert!(loaded.warnings.is_empty());
    }

    #[test]
    fn ndjson_has_a_line_for_every_row(inventory in inventory()) {
        let text = rendered(&inventory, &ask(&Kind::ALL, Format::Ndjson), Format::Ndjson, None);
        prop_assert_eq!(text.lines().count(), inventory.networks.len() + inventory.instances.len());
        for line in text.lines() {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            let record = value.as_object_mut().unwrap().remove("record").unwrap();
            if record == "network" {
                serde_json::from_value::<Network>(value).unwrap();
            } else {
                serde_json::from_value::<Instance>(value).unwrap();
            }
        }
    }

    #[test]
    fn a_filter_and_its_negation_part_the_rows(
        inventory in inventory(),
        column in prop::sample::select(vec![
            "name", "cidrs", "tags", "tag:a", "is_default", "subnets", "cidr-within", "contains-ip",
        ]),
        pattern in prop::sample::select(vec!["", "*", "a*", "{a,b}", "*=*", "true", "yes", "0", "a,b"]),
        net in net(),
    ) {
        let pattern = match column {
            "cidr-within" => net.to_string(),
            "contains-ip" => net.addr().to_string(),
            _ => pattern.to_owned(),
        };
        // Whatever the column cannot have is refused.
        prop_assume!(format!("{column}={pattern}").parse::<Filter>().is_ok());
        let all = ids(&inventory, Kind::Networks, &[], &[]);
        let passed = ids(&inventory, Kind::Networks, &[format!("{column}={pattern}")], &[]);
        let failed = ids(&inventory, Kind::Networks, &[format!("{column}!={pattern}")], &[]);
        prop_assert!(passed.iter().all(|id| !failed.contains(id)));
        let mut both = [passed, failed].concat();
        both.sort();
        let mut all = all;
        all.sort();
        prop_assert_eq!(both, all);
    }

    #[test]
    fn a_sort_is_a_stable_permutation_that_only_the_key_decides(
        inventory in inventory(),
        key in prop::sample::select(vec!["name", "vcpus", "launched_at", "private_ips", "tags", "-name", "-vcpus"]),
    ) {
        let mut unsorted = ids(&inventory, Kind::Instances, &[], &[]);
        let once = ids(&inventory, Kind::Instances, &[], &[key]);
        let twice = ids(&inventory, Kind::Instances, &[], &[key, key]);
        prop_assert_eq!(&once, &twice);
        let mut sorted = once;
        sorted.sort();
        unsorted.sort();
        prop_assert_eq!(sorted, unsorted);
    }

    #[test]
    fn the_order_of_values_is_total(inventory in inventory(), column in 0_usize..18) {
        let table = select_tables(&inventory, &ask(&[Kind::Networks], Format::Csv)).unwrap().remove(0);
        let values: Vec<_> = table.rows.iter().map(|row| &row[column]).filter(|value| !value.is_blank()).collect();
        for a in &values {
            for b in &values {
                prop_assert_eq!(a.compare(b), b.compare(a).reverse());
                for c in &values {
                    if a.compare(b).is_le() && b.compare(c).is_le() {
                        prop_assert!(a.compare(c).is_le());
                    }
                }
            }
        }
    }
}
