//! Azure in estate files.

use netcensus::sandbox::{Estate, Options, Sandbox};
use serde_json::json;

use super::client::{Client, named, text};

/// Five lines.
const TENANT: &str =
    "[azure]\npage_size = 2\n[[azure.tenant]]\nname = \"t\"\nid = \"0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b01\"\n";

/// Four lines.
const SUBSCRIPTION: &str =
    "[[azure.subscription]]\nname = \"s\"\ntenant = \"t\"\nid = \"c0de0001-3f5a-4d21-9b7e-000000000001\"\n";

const ID: &str = "c0de0001-3f5a-4d21-9b7e-000000000001";

/// Five lines; addresses of the one subnet are few.
const NETWORK: &str = "[[azure.network]]\nname = \"n\"\nsubscription = \"s\"\nlocation = \"uksouth\"\n\
    cidrs = [\"10.0.0.0/24\"]\n";

fn load(text: &str) -> Result<Estate, String> {
    let folder = tempfile::tempdir().expect("is a folder");
    let path = folder.path().join("estate.toml");
    std::fs::write(&path, text).expect("is written");
    let shown = format!("{}/", folder.path().display());
    Estate::load(&path).map_err(|error| error.to_string().replace(&shown, ""))
}

#[test]
fn errors_name_file_line_and_what() {
    for (line, text, message) in [
        (1, "", "there is neither an [[account]] of AWS nor an [[azure.tenant]]"),
        (2, "[[azure.tenant]]\nname = \"t\"\nid = \"t\"", "tenant id `t` is not a GUID"),
        (
            8,
            "{T}[[azure.subscription]]\nname = \"s\"\ntenant = \"x\"\nid = \"i\"",
            "there is no tenant named `x`",
        ),
        (
            7,
            "{T}[[azure.subscription]]\nname = \"s\"\ntenant = \"t\"\nid = \"i\"",
            "subscription id `i` is not a GUID",
        ),
        (11, "{T}{S}{S}", "subscription `s` is defined twice"),
        (16, "{T}{S}{N}{N}", "network `n` is defined twice"),
        (
            15,
            "{T}{S}{N}subnets = [{ name = \"a\", cidr = \"10.1.0.0/24\" }]",
            "subnet 10.1.0.0/24 is outside the network's address space",
        ),
        (
            15,
            "{T}{S}{N}subnets = [{ name = \"a\", cidr = \"10.0.0.1/25\" }]",
            "`10.0.0.1/25` has host bits set; did you mean `10.0.0.0/25`?",
        ),
        (
            15,
            "{T}{S}{N}subnets = [{ name = \"a\" }]",
            "subnet `a` needs `cidr`, or `prefixes` without a count",
        ),
        (
            15,
            "{T}{S}{N}subnets = [{ name = \"a\", cidr = \"10.0.0.0/25\", count = 3 }]",
            "subnet 10.0.1.0/25 is outside the network's address space",
        ),
        (
            15,
            "{T}{S}{N}subnets = [{ name = \"a\", cidr = \"10.0.0.0/25\" }, { name = \"b\", cidr = \"10.0.0.64/26\" }]",
            "subnet 10.0.0.64/26 overlaps 10.0.0.0/25 in the same network",
        ),
        (
            17,
            "{T}{S}{N}[[azure.machine]]\nname = \"m\"\nin = [\"n/x\"]\nsize = \"z\"",
            "there is no subnet named `x`",
        ),
        (
            17,
            "{T}{S}{N}{A}[[azure.machine]]\nname = \"m\"\nin = [\"n/a\"]\ncount = 4\nsize = \"z\"",
            "subnet `a` has no address left",
        ),
        (
            17,
            "{T}{S}{N}{D}[[azure.machine]]\nname = \"m\"\nin = [\"n/a\"]\nsize = \"z\"",
            "subnet `a` is delegated to X/y",
        ),
        (
            16,
            "{T}{S}{N}[[azure.machine]]\nname = \"m\"\nin = []\nsize = \"z\"",
            "a machine needs subnets to be in, all of them of one network",
        ),
        (
            16,
            "{T}{S}{N}[[azure.peering]]\nfrom = \"n\"\nto = \"n\"\nsubnets = []",
            "a peering of some subnets needs `subnets` and `remote_subnets`",
        ),
        (17, "{T}{S}{N}[[azure.peering]]\nfrom = \"n\"\nto = \"o\"", "there is no network named `o`"),
        (
            12,
            "{T}{S}[[azure.raw]]\nsubscription = \"s\"\nlist = \"unicorns\"\njson = '{}'",
            "there is no list `unicorns`",
        ),
        (
            13,
            "{T}{S}[[azure.raw]]\nsubscription = \"s\"\nlist = \"skus\"\njson = '{'",
            "the item is not JSON: EOF while parsing an object at line 1 column 1",
        ),
    ] {
        let subnet = "subnets = [{ name = \"a\", cidr = \"10.0.0.0/29\"";
        let whole = text
            .replace("{T}", TENANT)
            .replace("{S}", SUBSCRIPTION)
            .replace("{N}", NETWORK)
            .replace("{A}", &format!("{subnet} }}]\n"))
            .replace("{D}", &format!("{subnet}, delegation = \"X/y\" }}]\n"));
        let error = load(&whole).expect_err("is wrong");
        assert_eq!(error, format!("estate.toml, line {line}: {message}"), "{whole}");
    }
}

#[tokio::test]
async fn a_file_may_hold_azure_alone_and_items_that_are_wrong() {
    let file = format!(
        "{TENANT}{SUBSCRIPTION}hidden_from_graph = true\nstate = \"Disabled\"\ndisplay_name = \"Web & more\"\n{NETWORK}\
         subnets = [{{ name = \"a\", cidr = \"10.0.0.0/28\", count = 2 }}]\n\
         [[azure.interface]]\nname = \"i\"\nin = \"n/a\"\ncount = 3\n\
         [[azure.hub]]\nname = \"h\"\nsubscription = \"s\"\nlocation = \"uksouth\"\nprefix = \"10.9.0.0/24\"\n\
         [[azure.raw]]\nsubscription = \"s\"\nlist = \"virtualNetworks\"\njson = '{{ \"id\": 7, \"properties\": null }}'\n\
         [[azure.raw]]\nsubscription = \"s\"\nlist = \"virtualHubs/h/hubVirtualNetworkConnections\"\njson = '\"x\"'\n"
    );
    let sandbox =
        Sandbox::start(load(&file).expect("is an estate"), Options::default()).await.expect("starts");
    let client = Client::sign_in(&sandbox, 0).await;
    let networks = client.network(ID, "virtualNetworks").await;
    assert_eq!((networks.len(), &networks[1]), (2, &json!({ "id": 7, "properties": null })));
    let hub = format!("/subscriptions/{ID}/resourceGroups/s-rg/providers/Microsoft.Network/virtualHubs/H");
    assert_eq!(client.list(&format!("{hub}/hubVirtualNetworkConnections")).await, [json!("x")]);
    let interfaces = client.network(ID, "networkInterfaces").await;
    let subnet = |name| text(named(&interfaces, name), "/properties/ipConfigurations/0/properties/subnet/id");
    assert!(
        subnet("i-1").ends_with("/a-1") && subnet("i-2").ends_with("/a-2") && subnet("i-3").ends_with("/a-1")
    );
    assert!(interfaces[0]["properties"]["virtualMachine"].is_null());
    let subscriptions = client.list("/subscriptions").await;
    let shown = (text(&subscriptions[0], "/displayName"), text(&subscriptions[0], "/state"));
    assert_eq!(shown, ("Web & more", "Disabled"));
    assert_eq!(client.graph_once("resources").await["totalRecords"], 0, "the graph leaves it out");
    assert!(sandbox.aws_config().is_empty());
}

#[test]
fn the_file_that_the_document_shows_is_an_estate() {
    let document = include_str!("../../../../docs/sandbox.md");
    let mut blocks = document.split("```toml\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let (shown, _) = blocks.find(|(block, _)| block.contains("[[azure.")).expect("is shown");
    load(shown).expect("is an estate");
}
