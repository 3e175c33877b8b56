//! Addresses and zones that few resources have: delegated prefixes, carrier and customer-owned addresses, managed
//! machines, and zones that accounts name differently.

use serde_json::{Value, json};

use crate::support::{Cloud, Run};

const HEAD: &str = "
[[region]]
name = 'eu-west-1'
[[account]]
name = 'owner'
id = '111111111111'
[[account]]
name = 'participant'
id = '222222222222'
zones = 'bca'
hides_managed = true
[[network]]
name = 'shared'
account = 'owner'
region = 'eu-west-1'
cidrs = ['10.0.0.0/16', '2001:db8:0:100::/56']
shared_with = ['participant']
subnets = [{ name = 'nodes', cidr = '10.0.0.0/24', ipv6 = true, customer_owned_pool = 'ipv4pool-coip-1' }]
";

const NODE: &str = "
[[instance]]
name = 'node'
in = ['shared/nodes']
account = 'participant'
type = 'm5.large'
";

fn cloud(keys: &str) -> Cloud {
    Cloud::of(&format!("{HEAD}{NODE}{keys}"), &[])
}

fn all(cloud: &Cloud) -> Value {
    scan(cloud, "all").run().succeeds().json()
}

fn scan(cloud: &Cloud, kinds: &str) -> Run {
    cloud.netcensus(&format!("scan {kinds} -o json --provider aws --all-aws-profiles"))
}

/// Lists ids of instances and interfaces that a filter leaves.
fn found(cloud: &Cloud, filter: &str) -> Vec<usize> {
    let document = cloud
        .netcensus(&format!("scan all -o json --provider aws --all-aws-profiles --filter {filter}"))
        .run()
        .succeeds()
        .json();
    ["subnets", "instances", "interfaces"].map(|kind| document[kind].as_array().unwrap().len()).to_vec()
}

/// awstools 8, luminaut 2, cilium 46072.
#[test]
fn delegated_prefixes_are_addresses_of_the_interface_and_its_machine() {
    let cloud = cloud("ipv4_prefixes = 2\nipv6_prefixes = 1");
    let document = all(&cloud);
    let prefixes = json!(["10.0.0.208/28", "10.0.0.224/28", "2001:db8:0:100:1::/80"]);
    assert_eq!(document["instances"][0]["private_prefixes"], prefixes);
    assert_eq!(document["interfaces"][0]["private_prefixes"], prefixes);
    assert_eq!(document["subnets"][0]["addresses_total"], 251);
    assert_eq!(document["subnets"][0]["addresses_available"], 251 - 1 - 32, "EC2 counts prefixes itself");
    assert_eq!(found(&cloud, "contains-ip=10.0.0.213"), [1, 1, 1]);
    assert_eq!(found(&cloud, "contains-ip=10.0.0.207"), [1, 0, 0]);
    assert_eq!(found(&cloud, "contains-ip=2001:db8:0:100:1::7"), [1, 1, 1]);
    assert_eq!(found(&cloud, "cidr-within=10.0.0.224/27"), [0, 1, 1]);
    let csv = "scan instances -o csv --provider aws --all-aws-profiles --columns id,private_prefixes";
    let csv = cloud.netcensus(csv).run().succeeds().stdout;
    assert!(csv.contains(",10.0.0.208/28 10.0.0.224/28 2001:db8:0:100:1::/80"), "{csv}");
}

#[test]
fn exports_have_delegated_prefixes_wherever_they_have_addresses() {
    let cloud = cloud("ipv4_prefixes = 1");
    let export = |format: &str, to: &str| {
        let arguments = format!("export --provider aws --all-aws-profiles --format {format} --to {to} -q");
        cloud.netcensus(&arguments).run().succeeds();
        cloud.home.path().join(to)
    };
    let text = |format: &str, to: &str| std::fs::read_to_string(export(format, to)).unwrap();
    let ansible = text("ansible", "hosts.yaml");
    assert!(ansible.contains("netcensus_private_prefixes: [\"10.0.0.224/28\"]"), "{ansible}");
    let prometheus = text("prometheus", "targets.json");
    assert!(prometheus.contains("__meta_netcensus_private_prefixes\":\",10.0.0.224/28,\""), "{prometheus}");
    assert!(text("html", "page.html").contains("10.0.0.224/28"));
    let database = rusqlite::Connection::open(export("sqlite", "estate.sqlite")).unwrap();
    let query = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let around =
        "SELECT kind FROM prefixes WHERE ((10*256+0)*256+0)*256+230 BETWEEN first AND last ORDER BY kind";
    assert_eq!(query(around), ["instances", "interfaces", "networks", "subnets"]);
}

#[test]
fn a_delegated_prefix_that_comes_is_a_change() {
    let cloud = |keys: &str| {
        let cloud = cloud(keys);
        let document = scan(&cloud, "all").run().succeeds().stdout;
        (cloud, document)
    };
    let ((home, old), (_, new)) = (cloud(""), cloud("ipv4_prefixes = 1"));
    home.home.write("old.json", old);
    home.home.write("new.json", new);
    let changes = home.home.netcensus("diff old.json new.json -o json").run().succeeds().json();
    let fields: Vec<&str> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|change| change["fields"].as_array().unwrap())
        .map(|field| field["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["private_prefixes", "private_prefixes"]);
}

/// terraform-provider-aws 14518.
#[test]
fn carrier_and_customer_owned_addresses_are_read() {
    for (key, field, address) in
        [("carrier", "carrier_ips", "198.51.100.0"), ("customer_owned", "customer_owned_ips", "203.0.113.0")]
    {
        let cloud = cloud(&format!("{key} = true"));
        let document = all(&cloud);
        for kind in ["instances", "interfaces"] {
            assert_eq!(document[kind][0][field], json!([address]), "{kind}");
            assert_eq!(document[kind][0]["public_ips"], json!([]), "it is not of the internet");
        }
        assert_eq!(found(&cloud, &format!("contains-ip={address}")), [0, 1, 1]);
    }
    assert_eq!(all(&cloud(""))["subnets"][0]["customer_owned_pool"], "ipv4pool-coip-1");
}

/// aws-load-balancer-controller 4730, terraform-provider-aws 47609.
#[test]
fn managed_machines_are_read_where_the_account_hides_them() {
    let cloud = cloud("operator = 'eks.amazonaws.com'");
    let document = all(&cloud);
    for kind in ["instances", "interfaces"] {
        assert_eq!(document[kind][0]["operator"], "eks.amazonaws.com", "{kind}");
    }
    assert_eq!(found(&cloud, "operator=eks*"), [0, 1, 1]);
    let own = self::cloud("");
    assert_eq!(all(&own)["instances"][0]["operator"], Value::Null);
}

#[test]
fn an_endpoint_that_does_not_know_managed_resources_is_read_without_them() {
    let estate = format!("{HEAD}{NODE}").replace(
        "name = 'eu-west-1'\n[[account]]",
        "name = 'eu-west-1'\nunknown_parameters = ['IncludeManagedResources']\n[[account]]",
    );
    let document = all(&Cloud::of(&estate, &[]));
    assert_eq!(document["instances"].as_array().unwrap().len(), 1);
    assert_eq!(document["interfaces"].as_array().unwrap().len(), 1);
}

/// terraform-aws-vpc 350: both accounts see the subnet and the interface, by different names of the zone.
#[test]
fn the_owner_names_the_zone_of_what_is_shared() {
    let cloud = cloud("");
    for _ in 0..4 {
        let document = all(&cloud);
        let zone = |kind: &str| (document[kind][0]["zone"].clone(), document[kind][0]["zone_id"].clone());
        assert_eq!(zone("subnets"), (json!("eu-west-1a"), json!("euw1-az1")), "its owner's name");
        assert_eq!(zone("instances"), (json!("eu-west-1b"), json!("euw1-az1")), "the participant's");
        assert_eq!(zone("interfaces"), (json!("eu-west-1b"), json!("euw1-az1")), "the participant's");
    }
    assert_eq!(found(&cloud, "zone_id=euw1-az1"), [1, 1, 1]);
    let guest = cloud.netcensus("scan subnets -o json --provider aws --aws-profile participant").run();
    assert_eq!(guest.succeeds().json()["subnets"][0]["zone"], "eu-west-1b", "nobody else was asked");
}

/// terraform-provider-aws 23828, 38027.
#[test]
fn a_peering_of_two_gateways_of_one_region_is_one_link() {
    let gateways = |second: &str| {
        format!(
            "{HEAD}
[[transit_gateway]]
name = 'one'
account = 'owner'
region = 'eu-west-1'
[[transit_gateway]]
name = 'two'
account = '{second}'
region = 'eu-west-1'
[[transit_gateway_peering]]
from = 'one'
to = 'two'
"
        )
    };
    let links = |estate: &str, profiles: &str| {
        let cloud = Cloud::of(estate, &[]);
        let run = cloud.netcensus(&format!("scan links -o json --provider aws {profiles}")).run();
        run.succeeds().json()["links"].as_array().unwrap().clone()
    };
    let within = links(&gateways("owner"), "--aws-profile owner");
    assert_eq!(within.len(), 1, "{within:?}");
    let across = gateways("participant");
    let both = links(&across, "--all-aws-profiles");
    assert_eq!(both.len(), 1, "{both:?}");
    assert_eq!(links(&across, "--aws-profile owner"), both, "whoever is asked");
    assert_eq!(links(&across, "--aws-profile participant"), both);
}
