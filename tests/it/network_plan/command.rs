//! `netcensus free --plan`, the binary: what it prints in each format, what it keeps, and how it ends.

use netcensus::analysis::network_plan::NetworkPlan;
use netcensus::model::{Inventory, Outcome, Provider};
use netcensus::output::network_plan_schema;
use serde_json::{Value, json};

use crate::find::estate::coverage;
use crate::overlap::estate::{Estate, subnet, vpc};
use crate::support::{Home, Output};

const PLAN: &str = "name = 'shop'\nprovider = 'aws'\nregion = 'eu-west-1'\nfrom = ['10.0.0.0/16']\nzones = 2\n\
                    [[subnets]]\nname = 'app'\nsize = 24\n[[subnets]]\nname = 'data-base'\nhosts = 50\n";

fn home(inventory: &Inventory) -> Home {
    let home = Home::new();
    home.write("all.json", serde_json::to_vec(inventory).unwrap());
    home.write("network.toml", PLAN);
    home
}

/// An estate with one network, at the beginning of 10.0.0.0/16.
fn estate() -> Estate {
    Estate::of(vec![vpc("vpc-1", &["10.0.0.0/20"])])
}

/// Puts the inventory of an estate together, of which everything was read.
fn read(estate: &Estate) -> Inventory {
    let mut inventory = estate.inventory();
    inventory.coverage.extend(coverage(Provider::Aws, "111111111111", Outcome::Complete));
    inventory
}

fn free(home: &Home, arguments: &str) -> Output {
    home.netcensus(&format!("free --plan network.toml --from all.json {arguments}")).run()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output.stdout))
}

#[test]
fn a_plan_is_shown_and_keeps_its_numbers() {
    let home = home(&read(&estate()));
    let shown = free(&home, "").succeeds().stdout;
    assert!(
        shown.starts_with("shop (aws eu-west-1): 10.0.16.0/21, new; 4 subnets in 2 zones, room for 4\n"),
        "{shown}"
    );
    assert!(shown.contains("app        eu-west-1a  10.0.16.0/24         251"), "{shown}");
    assert!(
        shown.contains("held for zones to come: app 10.0.18.0/24, app 10.0.19.0/24, data-base"),
        "{shown}"
    );
    let document = free(&home, "-o json").succeeds();
    let plan: NetworkPlan = serde_json::from_str(&document.stdout).unwrap();
    assert!(plan.complete);
    // Another network takes the prefix beside it, and the plan grows: with --keep nothing moves.
    home.write("plan.json", &document.stdout);
    home.write(
        "network.toml",
        format!("{PLAN}[[subnets]]\nname = 'a'\nsize = 25\n").replace("zones = 2", "zones = 3"),
    );
    let grown = free(&home, "--keep plan.json -o csv").succeeds().stdout;
    for subnet in &plan.subnets {
        let row = format!("{},{},{},", subnet.name, subnet.zone.as_deref().unwrap(), subnet.prefix);
        assert!(grown.contains(&row), "{row}: {grown}");
    }
    free(&home, "--keep network.toml").refuses(&["network.toml is not a network plan"]);
}

#[test]
fn every_format_has_the_plan() {
    let home = home(&read(&estate()));
    let document = json_of(&free(&home, "-o json").succeeds());
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("plan.json", network_plan_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("plan.json", &mut schemas).unwrap();
    assert!(schemas.validate(&document, schema).is_ok(), "{document:#}");
    let lines = free(&home, "-o ndjson").succeeds().stdout;
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert!(lines.lines().last().unwrap().starts_with("{\"record\":\"network-plan\","), "{lines}");
    let csv = free(&home, "-o csv").succeeds().stdout;
    assert!(csv.starts_with("name,zone,prefix,ipv6_prefix,addresses,grows_to,status,id\n"), "{csv}");
    assert!(free(&home, "-o markdown").succeeds().stdout.contains("10.0.16.0/24"));
    free(&home, "-o sarif").exits(2);
}

#[test]
fn other_tools_get_their_parameters() {
    let home = home(&read(&estate()));
    let of = |format: &str| json_of(&free(&home, &format!("-o {format}")).succeeds());
    let variables = of("tfvars");
    assert_eq!(variables["network_prefix"], "10.0.16.0/21");
    assert_eq!(
        variables["subnets"]["app-eu-west-1b"],
        json!({
            "name": "app", "zone": "eu-west-1b", "prefix": "10.0.17.0/24", "ipv6_prefix": null,
        })
    );
    let parameters = of("cloudformation");
    assert_eq!(
        parameters,
        json!([
            {"ParameterKey": "AppPrefixes", "ParameterValue": "10.0.16.0/24,10.0.17.0/24"},
            {"ParameterKey": "AppZones", "ParameterValue": "eu-west-1a,eu-west-1b"},
            {"ParameterKey": "DataBasePrefixes", "ParameterValue": "10.0.20.0/26,10.0.20.64/26"},
            {"ParameterKey": "DataBaseZones", "ParameterValue": "eu-west-1a,eu-west-1b"},
            {"ParameterKey": "NetworkName", "ParameterValue": "shop"},
            {"ParameterKey": "NetworkPrefix", "ParameterValue": "10.0.16.0/21"},
        ])
    );
    let deployment = of("arm-parameters");
    assert_eq!(deployment["parameters"]["addressPrefixes"]["value"], json!(["10.0.16.0/21"]));
    let answer = of("terraform-external");
    assert!(answer.as_object().unwrap().values().all(Value::is_string), "strings only: {answer}");
    assert_eq!(answer["subnet:app-eu-west-1a"], "10.0.16.0/24");
    assert_eq!(answer, of("terraform-external"), "the same at every refresh");
    let prefix = home.netcensus("free 10.0.0.0/16 --size 24 --from all.json -o terraform-external").run();
    assert_eq!(json_of(&prefix), json!({"prefix": "10.0.16.0/24", "prefixes": "10.0.16.0/24"}));
    let holes = home.netcensus("free 10.0.0.0/16 --from all.json -o tfvars").run();
    assert!(holes.code == 2 && holes.stdout.is_empty(), "{holes:?}");
}

/// The protocol of Terraform's external data source: an exit code that is not 0, and one line on standard error.
#[test]
fn terraform_gets_its_errors_in_one_line() {
    let home = home(&read(&estate()));
    let line = |arguments: &str| {
        let output = home.netcensus(&format!("free {arguments} -o terraform-external")).run();
        assert!(output.code != 0 && output.stdout.is_empty(), "{output:?}");
        assert_eq!(output.stderr.trim_end().lines().count(), 1, "{output:?}");
        output.stderr
    };
    assert!(line("--plan none.toml --from all.json").contains("none.toml"));
    assert!(line("10.0.0.0/16 --size 16 --from all.json").contains("no /16 is free in 10.0.0.0/16"));
    assert!(line("nowhere --size 17 --from all.json").contains("add the pool"), "with its remedy");
    let mut incomplete = read(&estate());
    incomplete.coverage.iter_mut().for_each(|read| read.outcome = Outcome::Denied);
    home.write("part.json", serde_json::to_vec(&incomplete).unwrap());
    assert!(line("10.0.0.0/16 --size 24 --from part.json").contains("reads failed"));
}

#[test]
fn there_is_no_plan_without_room_and_none_is_certain_without_everything_read() {
    let estate = estate();
    let home = home(&read(&estate));
    home.write(
        "network.toml",
        PLAN.replace("10.0.0.0/16", "10.0.0.0/19").replace("zones = 2", "size = 19\nzones = 2"),
    );
    free(&home, "")
        .exits(1)
        .says(&["no /19 is free in 10.0.0.0/19: the largest free prefix is 10.0.16.0/20"]);
    home.write("network.toml", PLAN.replace("zones = 2", "prefix = '10.0.8.0/21'\nzones = 2"));
    free(&home, "").exits(1).says(&["10.0.8.0/21 is in use by network vpc-1 of 111111111111 (10.0.0.0/20)"]);
    home.write("network.toml", PLAN.replace("zones", "zone"));
    free(&home, "")
        .refuses(&["the network plan is not valid: 1 problem", "network.toml:5:1: zone: unknown key"]);
    // An incomplete inventory is not an empty one.
    let mut inventory = read(&estate);
    inventory.coverage.extend(coverage(Provider::Aws, "222222222222", Outcome::Denied));
    home.write("all.json", serde_json::to_vec(&inventory).unwrap());
    home.write("network.toml", PLAN);
    let unknown = free(&home, "-o tfvars").exits(3);
    assert_eq!(unknown.stdout, "", "nothing that a tool could use");
    free(&home, "-o tfvars --allow-incomplete").exits(0);
}

#[test]
fn what_exists_is_shown_as_such() {
    let mut network = vpc("vpc-2", &["10.0.32.0/20"]);
    network.name = Some("shop".to_owned());
    let mut built = subnet(&network, "subnet-1", &["10.0.33.0/24"]);
    (built.name, built.zone) = (Some("app-eu-west-1b".to_owned()), Some("eu-west-1b".to_owned()));
    let mut estate = Estate::of(vec![network]);
    estate.subnets = vec![built];
    let home = home(&read(&estate));
    let shown = free(&home, "").succeeds().stdout;
    assert!(shown.starts_with("shop (aws eu-west-1): 10.0.32.0/20, exists as vpc-2;"), "{shown}");
    assert!(shown.contains("exists  subnet-1"), "{shown}");
    home.write("network.toml", PLAN.replace("size = 24", "size = 23"));
    free(&home, "")
        .exits(1)
        .says(&["the subnet app (eu-west-1b) exists with 10.0.33.0/24, which is smaller than /23"]);
}

/// Keys of others stay, evidence is inside, what is old, failed or incomplete is refused, and a failure is passed
/// on. Windows' byte order mark and CRLF are fine.
#[test]
fn a_state_is_passed_on_with_evidence() {
    let home = home(&read(&estate()));
    let given = "\u{feff}{\"ticket\":\r\n\"NET-42\"}\r\n";
    let first = home
        .netcensus("free --plan network.toml --from all.json --state - -o state")
        .stdin(given)
        .run()
        .succeeds();
    let state = json_of(&first);
    assert_eq!((&state["ticket"], &state["plan"]["prefixes"][0]), (&json!("NET-42"), &json!("10.0.16.0/21")));
    let step = &state["netcensus"]["steps"][0];
    assert_eq!(
        (&step["step"], &step["status"], &step["complete"]),
        (&json!("plan"), &json!("done"), &json!(true))
    );
    assert_eq!(step["taken_at"], "1970-01-01T00:00:00Z");
    assert_eq!(step["snapshot"], "all.json", "the file that it is made from");
    assert!(step["inventory"].as_str().is_some_and(|hash| hash.len() == 8), "{step}");
    home.write("state.json", &first.stdout);
    // The next step keeps what the first one chose, and adds itself.
    let next = home.netcensus("free 10.0.0.0/16 --size 24 --from all.json --state state.json -o state").run();
    let next = json_of(&next.succeeds());
    assert_eq!(next["netcensus"]["steps"].as_array().map(Vec::len), Some(2));
    assert_eq!((&next["plan"], &next["ticket"]), (&state["plan"], &state["ticket"]));
    let kept = json_of(&free(&home, "--state state.json -o json").succeeds());
    assert!(kept["subnets"].as_array().unwrap().iter().all(|subnet| subnet["status"] == "kept"), "{kept:#}");
    home.write("network.toml", PLAN.replace("size = 24", "size = 15"));
    let failed = free(&home, "--state state.json -o state").exits(2);
    let document = json_of(&failed);
    assert_eq!(
        (&document["netcensus"]["steps"][1]["status"], &document["ticket"]),
        (&json!("failed"), &json!("NET-42"))
    );
    home.write("state.json", &failed.stdout);
    home.write("network.toml", PLAN);
    free(&home, "--state state.json").refuses(&["the step `plan` before this one failed", "caused by: "]);
    let old = home.netcensus("free --plan network.toml --sandbox --max-age 15m --state old.json");
    home.write("old.json", &first.stdout);
    old.run().refuses(&["the inventory of the step `plan` is", "old, and --max-age allows 15 min"]);
    for wrong in ["[]", "{", ""] {
        let run = home.netcensus("free --plan network.toml --from all.json --state -").stdin(wrong).run();
        assert!(run.code == 2 && run.stdout.is_empty(), "{wrong}: {run:?}");
    }
}

/// A network may have hundreds of subnets.
#[test]
fn of_many_other_subnets_some_are_named() {
    let mut estate = estate();
    estate.networks[0].name = Some("shop".to_owned());
    let number_of = |number: u8| format!("subnet-{number:02}");
    let network = estate.networks[0].clone();
    let others =
        (0..15).map(|number| subnet(&network, &number_of(number), &[&format!("10.0.{number}.0/28")]));
    estate.subnets = others.collect();
    let home = home(&read(&estate));
    home.write("network.toml", "name = 'shop'\nprovider = 'aws'\n[[subnets]]\nname = 'app'\nsize = 28\n");
    let said = free(&home, "").exits(0).stderr;
    let note = said.lines().find(|line| line.contains("does not name")).unwrap();
    assert!(note.ends_with(" and 7 more") && note.matches(", ").count() == 8, "{note}");
}
