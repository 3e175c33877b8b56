//! `network.toml`: what it may say, and what is said about it when it is wrong.

use netcensus::model::{Ipv6Source, Provider, Zones};

use super::{read, spec};

#[track_caller]
fn assert_problems(text: &str, expected: &[&str]) {
    let error = read(text).expect_err("the file is wrong");
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
}

const SMALL: &str = "name = 'shop'\nprovider = 'aws'\n[[subnets]]\nname = 'app'\nsize = 24\n";

#[test]
fn a_small_file_has_defaults() {
    let small = spec(SMALL);
    assert_eq!((small.name.as_str(), small.provider, small.size), ("shop", Provider::Aws, None));
    assert_eq!((small.zones, small.max_zones), (Zones::Unsaid, 1));
    let app = &small.subnets[0];
    assert_eq!((app.size, app.max_size, app.per_zone, app.place.as_str()), (24, 24, false, "network.toml:3"));
}

#[test]
fn a_full_file_says_everything() {
    let full = spec(
        "name = 'shop'\nprovider = 'aws'\naccount = '111122223333'\nregion = 'eu-west-1'\nfrom = ['prod']\n\
         prefix = '10.0.0.0/16'\nipv6 = 'assigned'\nzones = ['eu-west-1b', 'eu-west-1a']\nmax-zones = 3\n\
         [[subnets]]\nname = 'web'\nhosts = 251\nmax-hosts = 252\n\
         [[subnets]]\nname = 'app'\nsize = '/22'\nmax-size = 4096\nspread = false\n",
    );
    assert_eq!(full.zones, Zones::Named(vec!["eu-west-1a".to_owned(), "eu-west-1b".to_owned()]));
    assert_eq!(
        (full.max_zones, full.ipv6, full.within),
        (3, Some(Ipv6Source::Assigned), vec!["prod".to_owned()])
    );
    let sizes: Vec<_> =
        full.subnets.iter().map(|it| (it.name.as_str(), it.size, it.max_size, it.per_zone)).collect();
    assert_eq!(sizes, [("app", 22, 20, false), ("web", 24, 23, true)], "by name, whatever their order");
}

#[test]
fn room_is_kept_for_four_zones_unless_the_file_says_otherwise() {
    let zones = |line: &str| {
        let spec = spec(&SMALL.replace("[[", &format!("{line}\n[[")));
        (spec.zones.count(), spec.max_zones, spec.subnets[0].per_zone)
    };
    assert_eq!(zones("zones = 1"), (1, 4, true));
    assert_eq!(zones("zones = 3"), (3, 4, true));
    assert_eq!(zones("zones = 6"), (6, 6, true));
    assert_eq!(zones("zones = 2\nmax-zones = 2"), (2, 2, true));
}

/// A file of Windows: CRLF, and a byte order mark.
#[test]
fn line_ends_and_byte_order_marks_of_windows_are_fine() {
    assert_eq!(spec(&format!("\u{feff}{}", SMALL.replace('\n', "\r\n"))), spec(SMALL));
}

#[test]
fn every_problem_is_told_with_its_line() {
    assert_problems(
        "nam = 'shop'\nzones = 0\n[[subnets]]\nname = 'app'\nsiez = 24\n",
        &[
            "network.toml:1:1: name: missing; netcensus finds the network by its name once it exists",
            "network.toml:1:1: provider: missing; write `provider = \"aws\"` or `provider = \"azure\"`",
            "network.toml:1:1: nam: unknown key; did you mean `name`?",
            "network.toml:2:9: zones: `0` is out of range; accepted: 1 to 16 zones",
            "network.toml:3:1: subnets: the subnet has neither `size` nor `hosts`; write `size = 24` or `hosts = 200`",
            "network.toml:5:1: subnets: unknown key `siez`; did you mean `size`?",
        ],
    );
}

#[test]
fn sizes_are_those_of_the_cloud() {
    let with = |from: &str, to: &str| SMALL.replace(from, to);
    let accepted = "accepted: lengths from 16 (the largest) to 28 (the smallest), or a number of addresses";
    let wrong = |at: &str, size: &str, what: &str| {
        format!("network.toml:{at}: `{size}` is not the size of {what}; {accepted}")
    };
    for size in ["29", "15", "0", "131072"] {
        let text = with("size = 24", &format!("size = {size}"));
        assert_problems(&text, &[&wrong("5:8: subnets.size", size, "a subnet")]);
    }
    let text = with("[[", "size = 15\n[[");
    assert_problems(&text, &[&wrong("3:8: size", "15", "a network")]);
    let text = with("[[", "prefix = '10.0.0.0/8'\n[[");
    assert_problems(&text, &["network.toml:3:10: prefix: 10.0.0.0/8: a network has /16 to /28"]);
    let text = with("size = 24", "hosts = 65532");
    assert_problems(
        &text,
        &["network.toml:5:9: subnets.hosts: `65532` is out of range; a subnet has 1 to 65531 addresses"],
    );
    let azure = with("aws", "azure").replace("size = 24", "size = 29");
    assert_eq!(spec(&azure).subnets[0].size, 29);
}

#[test]
fn what_contradicts_is_refused() {
    let with = |from: &str, to: &str| SMALL.replace(from, to);
    let line = "network.toml:3:1: subnets: ";
    assert_problems(
        &with("size = 24", "size = 24\nhosts = 9"),
        &[&format!("{line}`size` and `hosts` exclude each other; remove one of them")],
    );
    assert_problems(
        &with("size = 24", "size = 24\nmax-size = 25"),
        &[&format!("{line}it may grow to /25, which is smaller than its /24")],
    );
    assert_problems(
        &with("[[", "prefix = '10.0.0.0/16'\nsize = 20\n[["),
        &["network.toml:4:1: size: `prefix` is 10.0.0.0/16; remove `size`, or give it the same length"],
    );
    assert_problems(
        &with("[[", "zones = 3\nmax-zones = 2\n[["),
        &["network.toml:4:13: max-zones: the network is in 3 zones already; give 3 or more"],
    );
    let twice = format!("{SMALL}[[subnets]]\nname = 'App'\nsize = 24\n");
    assert_problems(&twice, &["network.toml:6:1: subnets: the subnet `App` is there twice"]);
    assert_problems(
        "name = 'x'\nprovider = 'aws'\nsubnets = []",
        &["network.toml:3:11: subnets: a network needs a subnet at least"],
    );
}

#[test]
fn azures_named_subnets_have_their_sizes() {
    let azure = |subnet: &str| format!("name = 'hub'\nprovider = 'azure'\n[[subnets]]\n{subnet}\n");
    let sizes = ["GatewaySubnet", "AzureFirewallSubnet", "AzureBastionSubnet", "RouteServerSubnet"]
        .map(|name| spec(&azure(&format!("name = '{name}'"))).subnets[0].size);
    assert_eq!(sizes, [27, 26, 26, 26], "recommended, if the file says none");
    assert_eq!(spec(&azure("name = 'GatewaySubnet'\nsize = 29")).subnets[0].size, 29);
    assert_problems(
        &azure("name = 'AzureFirewallSubnet'\nsize = 27"),
        &["network.toml:3:1: subnets: AzureFirewallSubnet needs /26 or wider, not /27 \
           (https://learn.microsoft.com/azure/firewall/firewall-faq)"],
    );
    assert_problems(
        &azure("name = 'gatewaysubnet'"),
        &["network.toml:3:1: subnets: Azure recognises `GatewaySubnet` only in this spelling"],
    );
    assert_problems(
        &azure("name = 'GatewaySubnet'\nspread = true"),
        &["network.toml:3:1: subnets: GatewaySubnet is one subnet for all zones; remove `spread`"],
    );
    let aws = SMALL.replace("'app'", "'GatewaySubnet'");
    assert_eq!(spec(&aws).subnets[0].size, 24, "only in Azure");
}
