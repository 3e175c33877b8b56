//! Blocks of addresses that interfaces have, as Azure CNI gives them to nodes for pods: Azure/azure-cli#30837.

use serde_json::{Value, json};

use super::estate;
use super::front::Front;
use crate::support::{Cloud, Output};

const NODES: &str = "
[[azure.scale_set]]
name = 'pool'
in = 'net-1/app'
capacity = 1
size = 'Standard_D2s_v5'
blocks = 1
[[azure.machine]]
name = 'node'
in = ['net-1/app']
size = 'Standard_D2s_v5'
blocks = 1
";

fn cloud() -> Cloud {
    Cloud::of(&format!("{}{NODES}", estate(1)), &[])
}

fn scan(cloud: &Cloud, kinds: &str, flags: &str) -> Value {
    cloud.azure(&format!("scan {kinds} -o json {flags}")).run().succeeds().json()
}

fn blocks(document: &Value, kind: &str) -> Vec<Value> {
    let rows = document[kind].as_array().unwrap().iter();
    let mut blocks: Vec<Value> = rows.map(|row| row["private_prefixes"].clone()).collect();
    blocks.retain(|blocks| *blocks != json!([]));
    blocks.sort_by_key(ToString::to_string);
    blocks
}

#[test]
fn blocks_are_addresses_of_the_interface_and_its_machine_by_lists_and_by_graph() {
    let cloud = cloud();
    let mut documents = Vec::new();
    for flags in ["--azure-api arm", "--azure-api resource-graph"] {
        let document = scan(&cloud, "all", flags);
        for kind in ["instances", "interfaces"] {
            let found = blocks(&document, kind);
            assert_eq!(found.len(), 2, "{flags} {kind}: {found:?}");
            assert!(found.iter().all(|blocks| blocks[0].as_str().unwrap().ends_with("/28")), "{found:?}");
        }
        let block = blocks(&document, "interfaces")[0][0].as_str().unwrap().to_owned();
        let inside = block
            .replace("/28", "")
            .rsplit_once('.')
            .map(|(net, last)| format!("{net}.{}", last.parse::<u8>().unwrap() + 5));
        let filter = format!("{flags} --filter contains-ip={}", inside.unwrap());
        let hit = scan(&cloud, "instances", &filter);
        assert_eq!(hit["instances"].as_array().unwrap().len(), 1, "{filter}");
        documents.push((blocks(&document, "instances"), document["subnets"].clone()));
    }
    assert_eq!(documents[0], documents[1]);
}

fn free(document: &Value) -> (Value, Value) {
    let subnet = &document["subnets"][0];
    (subnet["addresses_total"].clone(), subnet["addresses_available"].clone())
}

#[test]
fn a_subnet_counts_all_addresses_of_a_block() {
    let cloud = cloud();
    let plain = Cloud::of(&format!("{}{}", estate(1), NODES.replace("blocks = 1", "blocks = 0")), &[]);
    for kinds in ["all", "subnets"] {
        for flags in ["--azure-api arm", "--azure-api resource-graph"] {
            let (total, without) = free(&scan(&plain, kinds, flags));
            let (_, with) = free(&scan(&cloud, kinds, flags));
            assert!(total.as_u64().unwrap() > without.as_u64().unwrap());
            let taken = without.as_u64().unwrap() - with.as_u64().unwrap();
            assert_eq!(taken, 32, "{kinds} {flags}: two blocks of 16");
        }
    }
}

#[test]
fn free_addresses_are_unknown_where_interfaces_cannot_be_read() {
    let cloud = cloud();
    let refused = |list: &'static str| -> Output {
        let front = Front::before(&cloud, move |asked| {
            let body = r#"{"error": {"code": "AuthorizationFailed", "message": "no"}}"#;
            asked.path.contains(list).then(|| (403, String::new(), body.to_owned()))
        });
        let arguments = format!(
            "scan subnets -o json --provider azure --azure-api arm --azure-resource-manager {}",
            front.url
        );
        cloud.with_principal(cloud.netcensus(&arguments)).run()
    };
    for list in ["/providers/Microsoft.Network/networkInterfaces?", "/networkInterfaces?"] {
        let document = refused(list).succeeds().json();
        assert_eq!(free(&document), (free(&scan(&cloud, "subnets", "")).0, Value::Null), "{list}");
    }
}
