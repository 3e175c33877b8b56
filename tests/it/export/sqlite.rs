//! The database: what is in its tables, which views there are, and what SQL finds there.

use std::collections::BTreeSet;
use std::fs;

use netcensus::analysis::columns::columns_of;
use netcensus::model::{Instance, Inventory, Kind, Outcome, Subject};
use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, OpenFlags};

use super::{export, save, whole};
use crate::support::{Home, sample_document};

const VIEWS: [&str; 8] = [
    "addresses",
    "instance_addresses",
    "instances_by_region",
    "instances_by_type",
    "interface_addresses",
    "network_usage",
    "open_collisions",
    "unread",
];

/// Exports `a.json` to a database with these arguments, and opens it.
fn database(home: &Home, arguments: &str) -> Connection {
    export(home, &format!("--to a.db -q {arguments}")).run();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = Connection::open_with_flags(home.path().join("a.db"), flags).unwrap();
    assert_eq!(one::<String>(&database, "PRAGMA integrity_check"), "ok");
    database
}

/// Makes `a.json` of the sandbox, all of which is read.
fn sandbox(home: &Home) -> Inventory {
    home.write("a.json", sample_document());
    serde_json::from_str(sample_document()).unwrap()
}

/// Returns the first column of every row.
#[track_caller]
fn column<T: FromSql>(database: &Connection, query: &str) -> Vec<T> {
    let mut query = database.prepare(query).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Returns the one value of the one row.
#[track_caller]
fn one<T: FromSql>(database: &Connection, query: &str) -> T {
    let mut values = column(database, query);
    assert_eq!(values.len(), 1, "{query}");
    values.remove(0)
}

fn names(database: &Connection, kind: &str) -> Vec<String> {
    column(database, &format!("SELECT name FROM sqlite_schema WHERE type = '{kind}' ORDER BY name"))
}

fn coverage(inventory: &mut Inventory, kind: Kind, outcome: Outcome) {
    let subject = Subject::from(kind);
    for entry in inventory.coverage.iter_mut().filter(|entry| entry.kind == subject) {
        entry.outcome = outcome;
        entry.detail = Some("no".to_owned());
    }
}

#[test]
fn a_database_has_a_table_for_each_kind_with_every_column_and_row() {
    let home = Home::new();
    let database = database(&home, "");
    let tables = ["about", "collisions", "coverage", "instances", "interfaces", "links", "networks"];
    let mut tables: Vec<&str> = tables.into();
    tables.extend(["prefixes", "subnets"]);
    assert_eq!(names(&database, "table"), tables);
    assert_eq!(names(&database, "view"), VIEWS);
    for kind in Kind::ALL {
        let columns: Vec<String> =
            column(&database, &format!("SELECT name FROM pragma_table_info('{kind}') ORDER BY cid"));
        let specs: Vec<&str> = columns_of(kind).iter().map(|spec| spec.name).collect();
        assert_eq!(columns, specs);
        let rows: usize = one::<i64>(&database, &format!("SELECT count(*) FROM {kind}")).try_into().unwrap();
        assert_eq!(rows, whole().count(kind), "{kind}");
    }
    assert_eq!(one::<i64>(&database, "PRAGMA application_id"), 0x6e63_6e73);
    assert_eq!(one::<i64>(&database, "PRAGMA user_version"), 1);
    let strict = "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict";
    assert_eq!(one::<i64>(&database, strict), 9);
    let about = "SELECT json_array(generator, taken_at, complete, shard, filters, missing) FROM about";
    let about: serde_json::Value = serde_json::from_str(&one::<String>(&database, about)).unwrap();
    let inventory = whole();
    assert_eq!(
        about,
        serde_json::json!([inventory.generator, inventory.taken_at.to_string(), 1, null, "[]", "[]"])
    );
}

#[test]
fn values_have_the_type_of_their_column_and_the_unknown_is_null() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let instance = &mut inventory.instances[0];
        instance.id = "i-known".into();
        instance.vcpus = Some(4);
        instance.launched_at = Some("2026-11-20T08:30:00Z".parse().unwrap());
        instance.public_ips.clear();
        instance.private_ips = vec!["10.0.0.7".parse().unwrap(), "2001:db8::7".parse().unwrap()];
        instance.tags = [("env".into(), "prod".into())].into();
        let mut other = instance.clone();
        other.id = "i-unknown".into();
        (other.vcpus, other.launched_at, other.name) = (None, None, None);
        other.tags = netcensus::model::Tags::new();
        inventory.instances.push(other);
        inventory.networks.iter_mut().for_each(|network| network.is_default = Some(false));
        inventory.networks[0].is_default = Some(true);
    });
    let database = database(&home, "");
    let row = |id: &str| {
        let row = "SELECT json_array(vcpus, launched_at, typeof(name), public_ips, tags) FROM instances";
        one::<String>(&database, &format!("{row} WHERE id = '{id}'"))
    };
    assert_eq!(row("i-known"), r#"[4,"2026-11-20T08:30:00Z","text","[]","{\"env\":\"prod\"}"]"#);
    assert_eq!(row("i-unknown"), r#"[null,null,"null","[]","{}"]"#);
    let query = |query: &str| one::<i64>(&database, query);
    assert_eq!(query("SELECT count(*) FROM networks WHERE is_default = 1"), 1);
    assert_eq!(query("SELECT unixepoch(launched_at) FROM instances WHERE id = 'i-known'"), 1_795_163_400);
    assert_eq!(query("SELECT count(*) FROM instances WHERE tags ->> 'env' = 'prod'"), 1);
    let addresses = "SELECT value FROM instances, json_each(private_ips) WHERE instances.id = 'i-known'";
    assert_eq!(column::<String>(&database, addresses), ["10.0.0.7", "2001:db8::7"]);
}

#[test]
fn names_are_exact_whatever_they_are() {
    let home = Home::new();
    let hostile = ["=1+1", "'; DROP TABLE networks; --", "a\0b\u{202e}\n", "Zürich 日本 \u{1f600}", ""];
    save(&home, "a.json", |inventory| {
        inventory.networks.truncate(1);
        let network = inventory.networks.remove(0);
        for (number, name) in hostile.iter().enumerate() {
            let mut one = network.clone();
            one.id = format!("vpc-{number}");
            one.name = Some((*name).to_owned());
            one.tags = [(format!("k\"{name}"), (*name).to_owned())].into();
            inventory.networks.push(one);
        }
    });
    let plain = database(&home, "--min-rows networks=5");
    assert_eq!(column::<String>(&plain, "SELECT name FROM networks ORDER BY id"), hostile);
    let tags = "SELECT value FROM networks, json_each(tags) ORDER BY networks.id";
    assert_eq!(column::<String>(&plain, tags), hostile);
    let split = database(&home, "--all-tags");
    let value = "SELECT \"tag:k\"\"'; DROP TABLE networks; --\" FROM networks WHERE id = 'vpc-1'";
    assert_eq!(one::<String>(&split, value), hostile[1]);
    let value = "SELECT \"tag:k\"\"a\\u{0}b\\u{202e}\\u{a}\" FROM networks WHERE id = 'vpc-2'";
    assert_eq!(one::<String>(&split, value), hostile[2]);
}

#[test]
fn tags_that_differ_in_case_alone_have_columns_of_their_own() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        for network in &mut inventory.networks {
            network.tags = netcensus::model::Tags::new();
        }
        let network = &mut inventory.networks[0];
        network.id = "vpc-tagged".into();
        network.tags = [("Env", "a"), ("env", "b"), ("ENV", "c")].map(|(k, v)| (k.into(), v.into())).into();
    });
    let all = database(&home, "--all-tags --kind networks");
    let row = |database: &Connection, columns: &str| {
        one::<String>(database, &format!("SELECT {columns} FROM networks WHERE id = 'vpc-tagged'"))
    };
    assert_eq!(row(&all, r#""tag:ENV" || "tag:Env (2)" || "tag:env (3)""#), "cab");
    let chosen = database(&home, "--tag-columns env,Env --kind networks");
    assert_eq!(row(&chosen, r#""tag:env" || "tag:Env (2)""#), "ba");
}

#[test]
fn the_same_inventory_gives_the_same_bytes() {
    let home = Home::new();
    export(&home, "--to a.sqlite -q").run().succeeds();
    export(&home, "--to b/ --format sqlite -q").run().succeeds();
    export(&home, "--to c.sqlite3 -q").run().succeeds();
    let read = |name: &str| fs::read(home.path().join(name)).unwrap();
    assert!(read("a.sqlite").starts_with(b"SQLite format 3\0"));
    assert_eq!(read("a.sqlite"), read("b/inventory.sqlite"));
    assert_eq!(read("a.sqlite"), read("c.sqlite3"));
    let litter = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let litter: Vec<_> = litter.filter(|name| name.to_string_lossy().starts_with(".tmp")).collect();
    assert!(litter.is_empty(), "{litter:?}");
}

#[test]
fn there_are_only_the_views_whose_tables_and_columns_are_there() {
    let home = Home::new();
    home.write(
        "netcensus.toml",
        "[[export.templates]]\nname = \"team\"\nkind = \"networks\"\ncolumns = [\"id\", \"tag:env\"]\n\
         [[export.templates]]\nname = \"team\"\nkind = \"instances\"\ncolumns = [\"provider\", \"type\"]\n",
    );
    let views = |arguments: &str| {
        let database = database(&home, arguments);
        let views = names(&database, "view");
        for view in &views {
            one::<i64>(&database, &format!("SELECT count(*) FROM {view}"));
        }
        views
    };
    let always = ["open_collisions", "unread"];
    assert_eq!(views("--kind links"), always);
    assert_eq!(views("--kind networks"), always);
    assert_eq!(views("--kind networks,subnets"), ["network_usage", "open_collisions", "unread"]);
    assert_eq!(views("--template team"), always);
    assert_eq!(views("--kind interfaces"), ["interface_addresses", "open_collisions", "unread"]);
    let instances = ["instance_addresses", "instances_by_region", "instances_by_type"];
    assert_eq!(views("--kind instances"), [&instances[..], &always].concat());
    let tables = names(&database(&home, "--template team"), "table");
    assert_eq!(tables, ["about", "collisions", "coverage", "instances", "networks", "prefixes"]);
}

#[test]
fn an_address_is_looked_for_in_every_prefix_that_holds_it() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.networks.truncate(1);
        inventory.subnets.truncate(1);
        inventory.links.clear();
        let network = &mut inventory.networks[0];
        network.id = "VNET".into();
        network.blocks.truncate(1);
        network.blocks[0].cidr = "10.1.0.0/16".parse().unwrap();
        network.blocks[0].state = None;
        let mut gone = network.blocks[0].clone();
        gone.state = Some(netcensus::model::BlockState::Disassociated);
        gone.cidr = "10.0.0.0/8".parse().unwrap();
        network.blocks.push(gone);
        inventory.subnets[0].id = "subnet".into();
        inventory.subnets[0].network = "vnet".into();
        inventory.subnets[0].prefixes =
            vec!["10.1.2.0/24".parse().unwrap(), "2001:db8:0:1::/64".parse().unwrap()];
    });
    let database = database(&home, "");
    let holders = |address: &str| {
        let query = format!("SELECT id FROM prefixes WHERE {address} BETWEEN first AND last ORDER BY id");
        column::<String>(&database, &query)
    };
    assert_eq!(holders("((10*256+1)*256+2)*256+3"), ["subnet", "VNET"]);
    assert_eq!(holders("((10*256+1)*256+3)*256+3"), ["VNET"], "prefixes on their way out hold nothing");
    assert_eq!(holders("((10*256+2)*256+2)*256+3"), [""; 0]);
    assert_eq!(holders("x'20010db8000000010000000000000001'"), ["subnet"]);
    let joined = "SELECT n.id FROM subnets AS s JOIN networks AS n ON n.id = s.network";
    assert_eq!(one::<String>(&database, joined), "VNET", "ids of Azure differ in case");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_was_not_read_is_null_in_the_views_and_never_zero() {
    let home = Home::new();
    sandbox(&home);
    let unknown = "SELECT count(*) FROM instances_by_region WHERE instances IS NULL";
    assert_eq!(one::<i64>(&database(&home, ""), unknown), 0, "everything was read");
    save(&home, "a.json", |inventory| {
        coverage(inventory, Kind::Instances, Outcome::Denied);
        inventory.instances.clear();
    });
    let denied = database(&home, "--allow-incomplete");
    assert!(one::<i64>(&denied, "SELECT count(*) FROM unread") > 0);
    assert_eq!(one::<i64>(&denied, "SELECT complete FROM about"), 0);
    let found: BTreeSet<String> =
        column(&denied, "SELECT typeof(instances) FROM instances_by_region").into_iter().collect();
    assert_eq!(found, ["null".to_owned()].into());
    let aws = "SELECT count(instances) FROM network_usage WHERE provider = 'aws'";
    assert_eq!(one::<i64>(&denied, aws), 0);
    save(&home, "a.json", |inventory| coverage(inventory, Kind::Subnets, Outcome::TimedOut));
    let timed_out = database(&home, "--allow-incomplete");
    let usage =
        "SELECT count(subnets) + count(addresses_total) + count(addresses_available) FROM network_usage";
    assert_eq!(one::<i64>(&timed_out, usage), 0);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_part_of_an_estate_does_not_tell_how_much_is_unread() {
    let home = Home::new();
    let whole = sandbox(&home);
    let unread = "SELECT count(unread_scopes) FROM instances_by_type";
    assert!(one::<i64>(&database(&home, ""), unread) > 0);
    let parts: [fn(&mut Inventory); 2] = [
        |inventory| inventory.filters = vec!["state=running".into()],
        |inventory| inventory.shard = "1/4".parse().ok(),
    ];
    for change in parts {
        let mut part = whole.clone();
        change(&mut part);
        home.write("a.json", serde_json::to_vec(&part).unwrap());
        let database = database(&home, "--allow-incomplete");
        assert_eq!(one::<i64>(&database, unread), 0);
        let missing = "SELECT value FROM about, json_each(missing)";
        assert_eq!(column::<String>(&database, missing), part.partial_reasons());
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn kinds_that_nobody_read_are_unread() {
    let home = Home::new();
    home.netcensus("scan networks --sandbox --aws-profile security --save a.json -q").run().exits(0);
    let unread = "SELECT kind FROM unread WHERE provider IS NULL AND outcome = 'skipped' ORDER BY kind";
    let database = |arguments: &str| database(&home, &format!("--allow-incomplete {arguments}"));
    assert_eq!(column::<String>(&database("--kind networks,interfaces"), unread), ["interfaces", "links"]);
    assert_eq!(column::<String>(&database("--kind networks"), unread), ["links"], "collisions rest on them");
    save(&home, "a.json", |inventory| {
        *inventory = Inventory {
            shard: "1/4".parse().ok(),
            accounts: vec![],
            coverage: vec![],
            networks: vec![],
            subnets: vec![],
            instances: vec![],
            interfaces: vec![],
            links: vec![],
            ..inventory.clone()
        };
    });
    assert_eq!(column::<String>(&database(""), unread), [""; 0], "no account falls to the part");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_account_without_machines_has_a_row_of_none() {
    let home = Home::new();
    let inventory = sandbox(&home);
    let database = database(&home, "");
    let accounts = "SELECT DISTINCT account FROM instances_by_region ORDER BY account";
    let mut known: Vec<&str> = inventory.accounts.iter().map(|account| account.id.as_str()).collect();
    known.sort_unstable();
    assert_eq!(column::<String>(&database, accounts), known);
    let empty = "SELECT account FROM instances_by_region WHERE region IS NULL AND instances = 0";
    for account in column::<String>(&database, empty) {
        assert!(inventory.instances.iter().all(|machine| machine.account != account), "{account}");
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn views_count_what_the_inventory_holds() {
    let home = Home::new();
    let inventory = sandbox(&home);
    let database = database(&home, "");
    let living = || inventory.instances.iter().filter(|one| one.state.as_deref() != Some("terminated"));
    let living_count = i64::try_from(living().count()).unwrap();
    assert_eq!(one::<i64>(&database, "SELECT sum(instances) FROM instances_by_type"), living_count);
    assert_eq!(one::<i64>(&database, "SELECT sum(instances) FROM instances_by_region"), living_count);
    assert_eq!(
        one::<Value>(&database, "SELECT sum(unread_scopes) FROM instances_by_type"),
        Value::Integer(0)
    );
    let count = |public: i64| {
        let query = format!("SELECT count(*) FROM instance_addresses WHERE is_public = {public}");
        usize::try_from(one::<i64>(&database, &query)).unwrap()
    };
    let mapped = |ips: &Option<Vec<std::net::IpAddr>>| ips.as_ref().map_or(0, Vec::len);
    let of_one =
        |one: &Instance| one.private_ips.len() + mapped(&one.carrier_ips) + mapped(&one.customer_owned_ips);
    assert_eq!(count(0), inventory.instances.iter().map(of_one).sum::<usize>());
    let delegated = inventory.instances.iter().flat_map(|one| one.private_prefixes.iter().flatten());
    let listed = one::<i64>(&database, "SELECT count(*) FROM prefixes WHERE kind = 'instances'");
    assert_eq!(usize::try_from(listed).unwrap(), delegated.count());
    assert!(listed > 0);
    assert_eq!(count(1), inventory.instances.iter().map(|one| one.public_ips.len()).sum::<usize>());
    let both = "SELECT count(*) - (SELECT count(*) FROM instance_addresses) - (SELECT count(*) FROM \
                interface_addresses) FROM addresses";
    assert_eq!(one::<i64>(&database, both), 0);
    let same = "SELECT count(*) FROM network_usage AS u JOIN networks AS n USING (provider, account, region, id) \
                WHERE u.instances IS n.instances AND u.subnets IS n.subnets";
    assert_eq!(usize::try_from(one::<i64>(&database, same)).unwrap(), inventory.networks.len());
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn collisions_have_a_row_for_each_member() {
    let home = Home::new();
    sandbox(&home);
    let report = home.netcensus("overlap --from a.json -o json").run().exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    let database = database(&home, "--kind links");
    let members: usize = findings.iter().map(|finding| finding["members"].as_array().unwrap().len()).sum();
    let rows = one::<i64>(&database, "SELECT count(*) FROM collisions");
    assert_eq!(usize::try_from(rows).unwrap(), members);
    let mut open: Vec<String> = findings
        .iter()
        .filter(|finding| finding["status"] == "open")
        .map(|finding| finding["spaces"].to_string())
        .collect();
    open.sort();
    assert!(!open.is_empty());
    assert_eq!(column::<String>(&database, "SELECT space FROM open_collisions ORDER BY space"), open);
    let failing = one::<i64>(&database, "SELECT count(*) FROM open_collisions WHERE fails");
    assert_eq!(report["gate"]["failing"], failing, "as `overlap` has it");
}

#[cfg(unix)]
#[test]
fn a_temporary_folder_without_room_is_named() {
    let home = Home::new();
    export(&home, "--to a.db -q").run().succeeds();
    let before = fs::read(home.path().join("a.db")).unwrap();
    let line = "trap '' XFSZ; ulimit -f 1; exec \"$0\" export --from a.json --to a.db";
    home.shell(line).run().refuses(&["cannot write a.db", "in the temporary directory", "TMPDIR"]);
    assert_eq!(fs::read(home.path().join("a.db")).unwrap(), before);
    let nowhere = export(&home, "--to a.db").env("TMPDIR", home.path().join("nowhere"));
    nowhere.run().refuses(&["in the temporary directory", "nowhere", "TMPDIR"]);
}

#[test]
fn more_tags_than_a_table_has_room_for_are_refused() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.networks[0].tags = (0..2000).map(|key| (format!("k{key}"), String::new())).collect();
    });
    export(&home, "--to a.db --all-tags").run().refuses(&["only 2000", "--tag-columns"]);
}
