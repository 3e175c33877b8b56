//! Which rows and values come out: counts, filters, sorting, errors.

use netcensus::analysis::columns::DataType;
use netcensus::analysis::inventory_index::InventoryIndex;
use netcensus::analysis::rows::{TableRequest, filter_document, select_tables};
use netcensus::analysis::streamed_table::{coverage_table, streamed_tables};
use netcensus::analysis::value::Value;
use netcensus::diagnostic::Remedies;
use netcensus::model::{Inventory, InventoryView, Kind, Outcome, Subject};

use super::sample;

fn request(kind: Kind, columns: &[&str]) -> TableRequest {
    let columns = Some(columns.iter().map(ToString::to_string).collect());
    TableRequest { kinds: vec![kind], columns, ..TableRequest::default() }
}

/// Returns the ids of the rows that come out.
fn ids(inventory: &Inventory, kind: Kind, filters: &[&str], sort: &[&str]) -> Vec<String> {
    let request = TableRequest {
        filters: filters.iter().map(|text| text.parse().unwrap()).collect(),
        sort: sort.iter().map(|text| text.parse().unwrap()).collect(),
        ..request(kind, &["id"])
    };
    select_tables(inventory, &request)
        .unwrap()
        .remove(0)
        .rows
        .iter()
        .map(|row| row[0].parts().concat())
        .collect()
}

fn counts(inventory: &Inventory, network: &str) -> (Value, Value) {
    let request = TableRequest {
        filters: vec![format!("id={network}").parse().unwrap()],
        ..request(Kind::Networks, &["subnets", "instances"])
    };
    let rows = select_tables(inventory, &request).unwrap().remove(0).rows;
    (rows[0][0].clone(), rows[0][1].clone())
}

#[test]
fn a_count_is_blank_unless_its_scope_was_read() {
    let mut inventory = sample::inventory();
    let (two, zero, unknown) = (Value::Number(2), Value::Number(0), Value::Unknown);
    let prod = "vpc-0a1b2c3d4e5f60718";
    assert_eq!(counts(&inventory, prod), (two.clone(), two.clone()), "a terminated machine does not count");
    assert_eq!(counts(&inventory, "vpc-0default"), (zero.clone(), zero), "read, and none there");
    assert_eq!(counts(&inventory, "vpc-0shared"), (Value::Number(1), unknown.clone()), "throttled");
    assert_eq!(counts(&inventory, "vpc-0evil"), (unknown.clone(), unknown.clone()), "denied, and not asked");
    let azure = counts(&inventory, "*vnet-hub");
    assert_eq!(
        azure,
        (Value::Number(1), unknown.clone()),
        "ids join without case, the whole account was read"
    );

    for entry in &mut inventory.coverage {
        if entry.account == "222222222222" {
            entry.outcome = Outcome::Complete;
        } else if entry.kind == Subject::Instances {
            entry.outcome = Outcome::Denied;
        }
    }
    let shared = counts(&inventory, "vpc-0shared");
    assert_eq!(shared, (Value::Number(1), unknown.clone()), "a participant's instances are not known");

    inventory.filters.push("state=running".into());
    assert_eq!(
        counts(&inventory, prod),
        (unknown.clone(), unknown),
        "rows are missing from a filtered document"
    );
}

#[test]
fn filters_join_and_look_at_tags_and_addresses() {
    let inventory = sample::inventory();
    let networks = |filters: &[&str]| ids(&inventory, Kind::Networks, filters, &[]);
    assert_eq!(networks(&["region=EU-*", "is_default=false"]), ["vpc-0a1b2c3d4e5f60718", "vpc-0shared"]);
    assert_eq!(networks(&["tag:env=prod"]), ["vpc-0a1b2c3d4e5f60718"]);
    assert_eq!(networks(&["tag:env!=prod", "provider=aws"]), ["vpc-0default", "vpc-0shared", "vpc-0evil"]);
    assert_eq!(networks(&["tags=env=p*"]), ["vpc-0a1b2c3d4e5f60718"]);
    assert_eq!(networks(&["owner={shared,broken}*"]), ["vpc-0shared", "vpc-0evil"]);
    assert_eq!(networks(&["name="]), ["vpc-0default"]);
    assert_eq!(networks(&["instances=2"]), ["vpc-0a1b2c3d4e5f60718"]);
    assert_eq!(networks(&["contains-ip=10.1.2.3"]), ["vpc-0shared", "vpc-0evil"]);
    assert_eq!(networks(&["contains-ip=10.9.0.1"]), ["vpc-0evil"], "a block that is gone does not count");
    assert_eq!(networks(&["contains-ip=2001:db8:1200::1"]), ["vpc-0a1b2c3d4e5f60718"]);
    assert_eq!(networks(&["cidr-within=172.16.0.0/12"]), ["vpc-0default"]);
    assert_eq!(networks(&["cidr-within!=10.0.0.0/8"]), ["vpc-0default"]);
    assert_eq!(ids(&inventory, Kind::Instances, &["contains-ip=203.0.113.10"], &[]), ["i-0aaaaaaaaaaaaaaa1"]);
    assert_eq!(ids(&inventory, Kind::Instances, &["cidr-within=10.1.0.0/16"], &[]), ["i-0bbbbbbbbbbbbbbb1"]);
    assert_eq!(ids(&inventory, Kind::Instances, &["launched_at=2026-11-*", "vcpus=8"], &[]).len(), 2);
    assert_eq!(ids(&inventory, Kind::Links, &["contains-ip=10.1.0.9"], &[]), ["pcx-0a"]);
}

#[test]
fn sorting_is_typed_and_puts_the_unknown_last() {
    let inventory = sample::inventory();
    let order = |keys: &[&str]| ids(&inventory, Kind::Instances, &[], keys);
    let [one, two, three, four] =
        ["i-0aaaaaaaaaaaaaaa1", "i-0aaaaaaaaaaaaaaa2", "i-0aaaaaaaaaaaaaaa3", "i-0bbbbbbbbbbbbbbb1"];
    assert_eq!(order(&["vcpus"]), [one, three, four, two], "8 before 96, blank last");
    assert_eq!(order(&["-vcpus"]), [four, one, three, two], "blank last the other way round too");
    assert_eq!(order(&["state", "-private_ips"]), [four, one, two, three]);
    assert_eq!(
        ids(&inventory, Kind::Networks, &["provider=aws"], &["cidrs"]),
        ["vpc-0evil", "vpc-0a1b2c3d4e5f60718", "vpc-0shared", "vpc-0default"],
        "by address, then by length"
    );
    assert_eq!(ids(&inventory, Kind::Networks, &["account=0123*"], &["tag:env"])[0], "vpc-0a1b2c3d4e5f60718");
}

#[test]
fn an_unknown_column_is_named_with_the_closest() {
    let inventory = sample::inventory();
    let error = |request: &TableRequest| {
        let error = select_tables(&inventory, request).unwrap_err();
        [vec![error.to_string()], error.remedies()].concat().join(" | ")
    };
    let text = error(&request(Kind::Networks, &["id", "regoin"]));
    assert!(
        text.starts_with("networks have no column `regoin` | did you mean `region`? | accepted: provider, ")
    );
    assert!(text.ends_with("tags and tag:KEY"), "{text}");
    let text = error(&request(Kind::Interfaces, &["tag:env"]));
    assert!(
        text.starts_with(
            "interfaces have no column `tag:env` | networks, subnets, instances have it | accepted:"
        ),
        "{text}"
    );
    let sort = TableRequest { sort: vec!["-qqq".parse().unwrap()], ..request(Kind::Links, &["id"]) };
    assert!(error(&sort).starts_with("links have no column `qqq` | accepted:"));
    let filters = vec!["zone=a".parse().unwrap()];
    assert!(error(&TableRequest { filters, ..request(Kind::Links, &["id"]) }).contains("`zone`"));
    let defaults = [(Kind::Links, vec!["vcpus".to_owned()])].into();
    assert!(error(&TableRequest { defaults, ..TableRequest::default() }).contains("`vcpus`"));
}

#[test]
fn several_kinds_take_what_applies_to_each() {
    let inventory = sample::inventory();
    let all =
        |columns: &[&str]| TableRequest { kinds: Kind::ALL.to_vec(), ..request(Kind::Networks, columns) };
    let names = |request: &TableRequest| {
        let tables = select_tables(&inventory, request).unwrap();
        tables.iter().map(|table| (table.name, table.columns.len(), table.rows.len())).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&all(&["vcpus", "zone"])),
        [("subnets", 1, 4), ("instances", 2, 4), ("interfaces", 1, 3)]
    );
    let filtered = TableRequest { filters: vec!["vcpus=8".parse().unwrap()], ..all(&["id"]) };
    assert_eq!(
        names(&filtered),
        [("networks", 1, 0), ("subnets", 1, 0), ("instances", 1, 2), ("interfaces", 1, 0), ("links", 1, 0)],
        "a kind without the column has no rows"
    );
}

#[test]
fn configured_columns_replace_ours_but_not_what_is_asked_for() {
    let inventory = sample::inventory();
    let defaults = TableRequest {
        kinds: vec![Kind::Instances],
        defaults: [(Kind::Instances, vec!["id".to_owned(), "tag:team".to_owned()])].into(),
        ..TableRequest::default()
    };
    let columns = |request: &TableRequest| {
        let table = select_tables(&inventory, request).unwrap().remove(0);
        table.columns.into_iter().map(|column| column.name).collect::<Vec<_>>()
    };
    assert_eq!(columns(&defaults), ["id", "tag:team"]);
    let asked = TableRequest { columns: Some(vec!["os".to_owned()]), ..defaults.clone() };
    assert_eq!(columns(&asked), ["os"]);
    assert!(columns(&TableRequest { wide: true, ..defaults }).len() > 10);
}

#[test]
fn the_document_is_filtered_and_sorted_as_the_tables_are() {
    let mut inventory = sample::inventory();
    let coverage = inventory.coverage.clone();
    let request = TableRequest {
        kinds: vec![Kind::Networks, Kind::Subnets],
        filters: vec!["provider=aws".parse().unwrap(), "provider=aws".parse().unwrap()],
        sort: vec!["-id".parse().unwrap()],
        ..TableRequest::default()
    };
    filter_document(&mut inventory, &request).unwrap();
    let networks: Vec<_> = inventory.networks.iter().map(|network| network.id.as_str()).collect();
    assert_eq!(networks, ["vpc-0shared", "vpc-0evil", "vpc-0default", "vpc-0a1b2c3d4e5f60718"]);
    assert_eq!(inventory.subnets.len(), 3);
    assert_eq!(inventory.instances.len(), 4, "not asked for, not touched");
    assert_eq!(inventory.filters, ["provider=aws"], "once");
    assert_eq!(inventory.coverage, coverage);
}

#[test]
fn columns_hold_what_they_say() {
    let inventory = sample::inventory();
    let index = InventoryIndex::new(&inventory);
    let request = TableRequest { kinds: Kind::ALL.to_vec(), wide: true, ..TableRequest::default() };
    let mut listings = streamed_tables(InventoryView::new(&inventory), &index, &request).unwrap();
    listings.push(coverage_table(&inventory, &index));
    let mut known = 0;
    for listing in &listings {
        let mut rows = Vec::new();
        let mut keep = |row| {
            rows.push(row);
            Ok(())
        };
        listing.each(&mut keep).unwrap();
        assert_eq!(rows.len(), listing.rows);
        for row in rows {
            for ((value, data_type), column) in row.iter().zip(&listing.data_types).zip(&listing.columns) {
                let is = match value {
                    Value::Unknown => continue,
                    Value::Text(_) => DataType::Text,
                    Value::Number(_) | Value::Percent(_) => DataType::Number,
                    Value::Bool(_) => DataType::Bool,
                    Value::Time(_) => DataType::Time,
                    Value::Cidrs(_) => DataType::Cidrs,
                    Value::Ips(_) => DataType::Ips,
                    Value::List(_) => DataType::Texts,
                    Value::Tags(_) => DataType::Tags,
                };
                assert_eq!(is, *data_type, "{} {}", listing.name, column.name);
                known += 1;
            }
        }
    }
    assert!(known > 100);
}
