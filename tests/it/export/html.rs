//! The page: what is on it, and that nobody's name becomes markup.

use std::collections::BTreeSet;
use std::fs;

use netcensus::model::{Inventory, Outcome, Subject};

use super::{export, save, whole};
use crate::support::{Home, Output, sample_document};

/// A name that tries to end whatever it stands in.
const HOSTILE: &str = "</script></title></svg></td>\"'><img src=x onerror=alert(1)><!--\u{202e}\u{2028}&lt;";

/// Exports a page with these arguments, and returns it.
#[track_caller]
fn page(home: &Home, arguments: &str) -> String {
    export(home, &format!("--to page.html --quiet {arguments}")).run().succeeds();
    fs::read_to_string(home.path().join("page.html")).unwrap()
}

/// Returns what stands between `begin` and the next `end`.
#[track_caller]
fn between<'p>(page: &'p str, begin: &str, end: &str) -> &'p str {
    let (_, rest) = page.split_once(begin).unwrap_or_else(|| panic!("no {begin}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end} behind {begin}")).0
}

/// Returns the rows of a table.
#[track_caller]
fn rows(page: &str, kind: &str) -> Vec<Vec<serde_json::Value>> {
    let section = between(page, &format!("<section id=\"{kind}\" class=\"data\""), "</section>");
    let data: serde_json::Value =
        serde_json::from_str(between(section, "<script type=\"application/json\">", "</script>")).unwrap();
    serde_json::from_value(data["rows"].clone()).unwrap()
}

/// Gives every name in an inventory to somebody hostile.
fn taint(inventory: &mut Inventory) {
    let name = || Some(HOSTILE.to_owned());
    inventory.networks.iter_mut().for_each(|one| one.name = name());
    inventory.subnets.iter_mut().for_each(|one| one.name = name());
    inventory.instances.iter_mut().for_each(|one| one.name = name());
    inventory.accounts.iter_mut().for_each(|one| one.name = name());
    for network in &mut inventory.networks {
        network.tags.insert(HOSTILE.to_owned(), HOSTILE.to_owned());
        network.account_name = name();
        network.state = name();
    }
}

/// Leaves of an inventory nothing but networks of these ids and prefixes, of one prefix each.
fn put_networks(inventory: &mut Inventory, networks: impl IntoIterator<Item = (String, String)>) {
    let mut one = inventory.networks[0].clone();
    one.name = None;
    one.blocks.truncate(1);
    one.blocks[0].state = None;
    let with = |(id, prefix): (String, String)| {
        let mut network = one.clone();
        network.id = id;
        network.blocks[0].cidr = prefix.parse().unwrap();
        network
    };
    inventory.networks = networks.into_iter().map(with).collect();
    inventory.subnets.clear();
}

/// Names networks of these prefixes in their order.
fn numbered<P: Into<String>>(
    prefixes: impl IntoIterator<Item = P>,
) -> impl Iterator<Item = (String, String)> {
    (0..).zip(prefixes).map(|(at, prefix)| (format!("vpc-{at:02}"), prefix.into()))
}

#[test]
fn the_parts_of_the_page_are_in_order() {
    let page = page(&Home::new(), "");
    let parts = [
        "<h1>Network inventory</h1>",
        "<dl class=\"numbers\">",
        "<section id=\"picture\"",
        "<section id=\"collisions\"",
        "<section id=\"free\"",
        "<section id=\"networks\"",
        "<section id=\"subnets\"",
        "<section id=\"instances\"",
        "<section id=\"interfaces\"",
        "<section id=\"links\"",
        "<section id=\"coverage\"",
    ];
    let places: Vec<usize> =
        parts.iter().map(|part| page.find(part).unwrap_or_else(|| panic!("no {part}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n"), "{}", &page[..80]);
    assert!(page.contains("<time datetime=\"") && page.contains(" · complete · netcensus"));
    assert!(!page.contains("class=\"alarm\""), "nothing is missing");
}

#[test]
fn every_row_of_every_kind_is_there() {
    let page = page(&Home::new(), "");
    let inventory = whole();
    assert_eq!(rows(&page, "networks").len(), inventory.networks.len());
    assert_eq!(rows(&page, "subnets").len(), inventory.subnets.len());
    assert_eq!(rows(&page, "instances").len(), inventory.instances.len());
    assert_eq!(rows(&page, "coverage").len(), inventory.coverage.len());
}

#[test]
fn nobody_s_name_becomes_markup() {
    let home = Home::new();
    save(&home, "a.json", taint);
    let page = page(&home, "");
    assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains("onerror=alert(1)>"));
    assert!(!page.contains(['\u{202e}', '\u{2028}']), "what misleads a reader is written out");
    let scripts = page.matches("<script").count();
    assert_eq!(scripts, page.matches("</script>").count());
    assert_eq!(scripts, 7, "a table each for five kinds and the coverage, and the script");
    let shown = HOSTILE.replace('\u{202e}', "\\u{202e}").replace('\u{2028}', "\\u{2028}");
    assert!(rows(&page, "networks")[0].iter().any(|cell| cell == &shown), "and yet it is what it was");
    assert!(page.contains("<title>&#60;/script&#62;") || page.contains("<title>&lt;/script&gt;"));
}

#[test]
fn nothing_is_asked_of_anybody() {
    let page = page(&Home::new(), "");
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("http"), "{policy}");
    // Names are data, and are not followed.
    let written: String = page
        .split("<script type=\"application/json\">")
        .map(|part| part.split_once("</script>").map_or(part, |(_, rest)| rest))
        .collect();
    for word in ["http://", "https://", "src=", "@import", "url(", "<link", "<iframe", "fetch(", "XMLHttp"] {
        assert!(!written.contains(word), "{word}");
    }
}

#[test]
fn what_could_not_be_read_is_in_a_box_at_the_top() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.coverage[0].outcome = Outcome::Denied;
        inventory.coverage[0].detail = Some("<not> allowed".to_owned());
    });
    export(&home, "--to page.html").run().falls_short(&["nothing was written"]);
    export(&home, "--to page.html --allow-incomplete").run().exits(3);
    let page = fs::read_to_string(home.path().join("page.html")).unwrap();
    let alarm = between(&page, "class=\"alarm\"", "</section>");
    assert!(
        alarm.contains("This inventory is incomplete") && alarm.contains("What is missing, and why: 1 line"),
        "{alarm}"
    );
    assert!(alarm.contains("denied") && alarm.contains("&#60;not&#62; allowed"), "{alarm}");
    let free = between(&page, "<section id=\"free\"", "</section>");
    assert!(free.contains("largest not known to be in use") && !free.contains("largest free"), "{free}");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_kind_that_the_page_rests_on_and_nobody_read_is_missing() {
    let home = Home::new();
    home.netcensus("scan instances --sandbox --aws-profile security --save a.json").run().exits(0);
    let refused = export(&home, "--to page.html --kind instances").run().exits(3);
    refused.says(&["nothing was written", "networks are unknown", "links are unknown"]);
    export(&home, "--to page.html --kind instances --allow-incomplete").run().exits(3);
    let page = fs::read_to_string(home.path().join("page.html")).unwrap();
    let alarm = between(&page, "class=\"alarm\"", "</section>");
    assert!(alarm.contains("networks are unknown") && alarm.contains("links are unknown"), "{alarm}");
    let numbers = between(&page, "<dl class=\"numbers\">", "</dl>");
    assert!(numbers.contains("<dt>networks</dt><dd>not known</dd>"), "{numbers}");
    assert!(numbers.contains("<dt>collisions that fail</dt><dd>not known</dd>"), "nobody looked: {numbers}");
    let collisions = between(&page, "<section id=\"collisions\"", "</section>");
    assert!(collisions.contains("<span class=\"count\">not known</span>"), "{collisions}");
}

#[test]
fn the_page_is_incomplete_where_the_manifest_says_so_and_lists_what_it_lists() {
    let home = Home::new();
    let deny = |inventory: &mut Inventory, kind| {
        let scopes = inventory.coverage.iter_mut().filter(|scope| scope.kind == kind);
        scopes.for_each(|scope| {
            scope.outcome = Outcome::Denied;
            scope.detail = Some("no".to_owned());
        });
    };
    save(&home, "a.json", |inventory| deny(inventory, Subject::Interfaces));
    let page = page(&home, "--kind networks");
    assert!(page.contains(" · complete · ") && !page.contains("class=\"alarm\""), "interfaces are not on it");
    assert!(between(&page, "<section id=\"free\"", "</section>").contains("largest free"));
    save(&home, "a.json", |inventory| {
        deny(inventory, Subject::Interfaces);
        deny(inventory, Subject::Networks);
    });
    export(&home, "--to page.html --kind networks --allow-incomplete").run().exits(3);
    let page = fs::read_to_string(home.path().join("page.html")).unwrap();
    let alarm = between(&page, "class=\"alarm\"", "</section>");
    assert!(alarm.contains("networks: denied: no") && !alarm.contains("interfaces"), "{alarm}");
    let manifest = fs::read_to_string(home.path().join(".page.html.manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let listed = alarm.matches("<li>").count();
    assert_eq!(listed, manifest["missing"].as_array().unwrap().len());
    let numbers = between(&page, "<dl class=\"numbers\">", "</dl>");
    assert!(numbers.contains("<dt>networks</dt><dd>at least "), "{numbers}");
    assert!(numbers.contains("<dt>collisions that fail</dt><dd>at least "), "{numbers}");
}

#[test]
fn accounts_that_nobody_listed_are_those_that_something_is_known_of() {
    let home = Home::new();
    save(&home, "a.json", |inventory| inventory.accounts.clear());
    let page = page(&home, "");
    let inventory = whole();
    let networks = inventory.networks.iter().map(|network| (network.provider, &network.account));
    let scopes = inventory.coverage.iter().filter(|scope| !scope.kind.is_step());
    let accounts: BTreeSet<_> =
        scopes.map(|scope| (scope.provider, &scope.account)).chain(networks).collect();
    let shown = between(&page, "<dt>accounts</dt><dd>", "</dd>");
    assert!(!accounts.is_empty() && shown == accounts.len().to_string(), "{shown} {accounts:?}");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn collisions_are_drawn_and_listed_and_lead_to_their_networks() {
    let home = Home::new();
    home.write("sample.json", sample_document());
    home.netcensus("export --from sample.json --to page.html --quiet").run().succeeds();
    let page = fs::read_to_string(home.path().join("page.html")).unwrap();
    let findings: Output = home.netcensus("overlap --from sample.json -o json").run();
    let findings = findings.json();
    let open: Vec<&serde_json::Value> =
        findings["findings"].as_array().unwrap().iter().filter(|one| one["status"] == "open").collect();
    let listed = between(&page, "<section id=\"collisions\"", "</section>");
    let failing = findings["gate"]["failing"].as_u64().unwrap();
    let reported = open.len() as u64 - failing;
    assert!(failing > 0 && reported > 0);
    assert!(listed.contains(&format!("<span class=\"count\">{failing} fail, {reported} reported</span>")));
    for finding in &open {
        assert!(listed.contains(finding["code"].as_str().unwrap()));
        for member in finding["members"].as_array().unwrap() {
            assert!(listed.contains(member["prefix"].as_str().unwrap()), "{member}");
            assert!(listed.contains(member["id"].as_str().unwrap()), "{member}");
        }
    }
    let picture = between(&page, "<section id=\"picture\"", "<section id=\"collisions\"");
    assert!(picture.contains("class=\"aws hit\"") && picture.contains("COLLISION NC101 connected"));
    // What `overlap` only reports is not as loud.
    assert!(
        picture.contains("class=\"aws soft-hit\"") && picture.contains("reported: NC105 default-network")
    );
    assert!(!picture.contains("COLLISION NC105") && picture.contains("<line class=\"soft\""));
    let tile = between(&page, "<div class=\"bad\"><dt>collisions that fail</dt>", "</div>");
    // The same words and numbers as those of `overlap`, which calls some open ones reported.
    let fails =
        |count: &serde_json::Value| findings["gate"]["fail_on"].as_array().unwrap().contains(&count["class"]);
    let counts = findings["counts"].as_array().unwrap().iter().filter(|count| count["open"] != 0);
    let mut counts: Vec<&serde_json::Value> = counts.collect();
    counts.sort_by_key(|count| !fails(count));
    let classes: Vec<String> = counts
        .into_iter()
        .map(|count| {
            let word = if fails(count) { "" } else { " reported" };
            format!("{} {}{word}", count["open"], count["class"].as_str().unwrap())
        })
        .collect();
    assert_eq!(tile, format!("<dd>{failing}</dd><dd class=\"note\">{}</dd>", classes.join(", ")));
    assert_eq!(listed.matches("class=\"finding reported\"").count() as u64, reported);
    assert_eq!(listed.matches("class=\"finding\"").count() as u64, failing);
    // A link leads to the row that has the id.
    let (row, rest) = between(listed, "#networks?row=", "</tr>").split_once('"').unwrap();
    let row: usize = row.parse().unwrap();
    let id = between(rest, "class=\"id\">", "</td>");
    assert!(rows(&page, "networks")[row - 1].iter().any(|cell| cell == id), "{id}");
}

#[test]
fn networks_are_to_scale_and_those_of_one_prefix_share_a_place() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let prefixes = ["10.0.0.0/16", "10.1.0.0/16", "10.1.0.0/28", "10.2.0.0/16"];
        put_networks(inventory, numbered(prefixes.into_iter().chain(["172.31.0.0/16"; 7])));
    });
    let page = page(&home, "");
    let picture = between(&page, "<section id=\"picture\"", "<section id=\"collisions\"");
    assert!(picture.contains("Each line is a /13, 524,288 addresses."), "{picture}");
    assert!(
        picture.contains("x=\"12.5%\" y=\"0\" width=\"12.5%\""),
        "10.1.0.0/16 is the second eighth: {picture}"
    );
    assert!(picture.contains(" tiny\" x=\"12.5%\" y=\"20\""), "a /28 is below it, and seen: {picture}");
    assert!(
        picture.contains("172.31.0.0/16 vpc-06</text>") && picture.contains("+ 4 more 172.31.0.0/16</text>")
    );
    assert!(
        !picture.contains("172.31.0.0/16 vpc-07</text>")
            && picture.contains("href=\"#networks?q=172.31.0.0/16\"")
    );
    assert!(picture.contains("4 more use 172.31.0.0/16:\nvpc-07 · "), "{picture}");
    assert!(picture.contains("free: 10.128.0.0/9, 10.64.0.0/10, "), "{picture}");
}

#[test]
fn free_space_is_listed_by_block_and_by_network() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let keep = |prefix: &str| prefix.parse().unwrap();
        inventory.networks.truncate(1);
        inventory.networks[0].blocks.truncate(1);
        inventory.networks[0].blocks[0].cidr = keep("10.0.0.0/16");
        inventory.networks[0].blocks[0].state = None;
        let of = inventory.networks[0].clone();
        inventory.subnets.truncate(1);
        inventory.subnets[0].network.clone_from(&of.id);
        inventory.subnets[0].provider = of.provider;
        inventory.subnets[0].region = of.region;
        inventory.subnets[0].prefixes = vec![keep("10.0.0.0/17")];
    });
    let page = page(&home, "");
    let free = between(&page, "<section id=\"free\"", "</section>");
    assert!(
        free.contains(
            "16,711,680</td><td class=\"text\" data-is=\"largest free\">10.128.0.0/9, 10.64.0.0/10, "
        ),
        "{free}"
    );
    assert!(
        free.contains(">1,048,576</td><td class=\"text\" data-is=\"largest free\">172.16.0.0/12</td>"),
        "{free}"
    );
    let held = "<td class=\"n\" data-is=\"in subnets\">50%</td><td class=\"n\" data-is=\"addresses free\">32,768\
                </td><td class=\"text\" data-is=\"largest free\">10.0.128.0/17</td>";
    assert!(free.contains(held), "{free}");
}

#[test]
fn what_others_hold_too_is_not_free_in_a_network() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let mut one = inventory.networks[0].clone();
        one.blocks.truncate(1);
        one.blocks[0].state = None;
        let with = |(id, prefix): (&str, &str)| {
            let mut network = one.clone();
            network.id = id.to_owned();
            network.blocks[0].cidr = prefix.parse().unwrap();
            network
        };
        let all = [("vpc-0", "10.0.0.0/16"), ("vpc-1", "10.0.128.0/17"), ("vpc-2", "10.0.128.0/17")];
        inventory.networks = all.into_iter().map(with).collect();
        inventory.subnets.clear();
    });
    let page = page(&home, "");
    let free =
        between(&page, "<summary>Free in networks, outside their subnets: 3 ranges</summary>", "</section>");
    let row =
        |prefix: &str| between(free, &format!("<td class=\"prefix\">{prefix}</td>"), "</tr>").to_owned();
    assert!(
        row("10.0.0.0/16").ends_with(
            ">32,768</td><td class=\"text\" data-is=\"largest free\">10.0.0.0/17 \
                                      <small>others use 32,768 more</small></td>"
        ),
        "{free}"
    );
    assert!(row("10.0.128.0/17").contains(">none <small>others use 32,768 more</small>"), "{free}");
    home.write("netcensus.toml", "[[external]]\nsite = \"dc\"\nprefix = \"10.0.0.0/18\"\n");
    let page = self::page(&home, "");
    assert!(page.contains(">10.0.64.0/18 <small>others use 49,152 more</small>"), "nor what is elsewhere");
}

#[test]
fn a_network_with_two_prefixes_is_one_network() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.networks.truncate(1);
        let mut block = inventory.networks[0].blocks[0].clone();
        block.state = None;
        let at = |prefix: &str| {
            let mut block = block.clone();
            block.cidr = prefix.parse().unwrap();
            block
        };
        inventory.networks[0].blocks = vec![at("10.1.0.0/16"), at("10.9.0.0/16")];
        inventory.subnets.clear();
    });
    let page = page(&home, "");
    assert!(page.contains("<p>1 network uses 131,072 of 16,777,216 addresses"));
    assert!(page.contains("Free in networks, outside their subnets: 2 ranges"), "a row for each");
}

#[test]
fn lines_that_stand_for_several_say_so() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        put_networks(inventory, numbered(["10.0.0.0/16", "10.1.0.0/26", "10.1.0.64/26", "10.1.0.128/26"]));
    });
    let page = page(&home, "");
    let picture = between(&page, "<section id=\"picture\"", "<section id=\"collisions\"");
    assert!(picture.contains("Each line is a /23, 512 addresses. Lines that are alike are drawn as one"));
    assert!(picture.contains("10.0.0.0/16<small>65,536 addresses, 128 lines alike</small>"), "{picture}");
}

#[test]
fn what_is_nested_too_deep_for_a_row_of_its_own_is_one_box_that_leads_to_the_search() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let nested = (16..=28).flat_map(|length| vec![format!("192.168.0.0/{length}"); 3]);
        put_networks(inventory, numbered(nested));
    });
    let page = page(&home, "");
    let lines = between(&page, "<ol class=\"lines\">", "</ol>");
    let heights = lines.split("<svg width=\"100%\" height=\"").skip(1);
    let heights: Vec<usize> = heights.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
    assert_eq!(heights.iter().max(), Some(&(22 * 20)), "three rows more would be too many: {heights:?}");
    let more = "<a href=\"#networks?q=192.168.\"><svg class=\"many hit\" x=\"0%\" y=\"420\"";
    assert!(lines.contains(more), "{lines}");
    assert!(lines.contains("18 more inside 192.168.0.0/23:\nvpc-21 · "), "{lines}");
    let drawn = lines.matches("<svg class=\"aws hit").count();
    assert!(drawn > 0 && lines.contains("+ 18 more in 192.168.0.0/23</text>"), "{lines}");
    assert!(page.contains("several, drawn as one"), "the legend has it");
}

#[test]
fn an_empty_inventory_has_a_page_too() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.networks.clear();
        inventory.subnets.clear();
        inventory.instances.clear();
        inventory.interfaces.clear();
        inventory.links.clear();
    });
    let page = page(&home, "");
    assert!(page.contains("No network has an IPv4 prefix.") && page.contains("No addresses collide."));
    assert!(rows(&page, "networks").is_empty());
}

#[test]
fn the_same_inventory_gives_the_same_page() {
    let home = Home::new();
    let one = page(&home, "");
    export(&home, "--to out/ --format html --quiet").run().succeeds();
    assert_eq!(one, fs::read_to_string(home.path().join("out/inventory.html")).unwrap());
    export(&home, "--to b.htm --quiet").run().succeeds();
    assert_eq!(one, fs::read_to_string(home.path().join("b.htm")).unwrap());
}

#[test]
fn kinds_that_are_not_asked_for_have_no_table_and_the_picture_stays() {
    let page = page(&Home::new(), "--kind instances");
    assert_eq!(rows(&page, "instances").len(), whole().instances.len());
    assert!(!page.contains("<section id=\"networks\"") && !page.contains("href=\"#networks"));
    assert!(page.contains("class=\"lines\""), "the picture needs no table");
}

#[test]
fn ranges_outside_the_clouds_are_in_the_picture_and_not_free() {
    let home = Home::new();
    let without = page(&home, "");
    assert!(without.contains("No such range is declared"), "whoever reads it knows that nobody declared any");
    home.write(
        "netcensus.toml",
        "[[external]]\nsite = \"dc\"\nname = \"</title>servers\"\nprefix = \"172.24.0.0/13\"\n\
         [[external]]\nsite = \"lab\"\nprefix = \"fd00:9::/48\"\n",
    );
    let page = page(&home, "");
    let picture = between(&page, "<section id=\"picture\"", "<section id=\"collisions\"");
    assert!(
        picture.contains("&#60;/title&#62;servers · dc, outside the clouds · 172.24.0.0/13"),
        "{picture}"
    );
    assert!(picture.contains("fd00:9::/48"), "what has no place in the picture is listed");
    let free = between(&page, "<section id=\"free\"", "</section>");
    assert!(!free.contains("No such range is declared") && !free.contains("172.24.0.0/13"), "{free}");
    let held = |page: &str| between(page, "172.16.0.0/12 <small>RFC 1918</small></th>", "</tr>").to_owned();
    assert_ne!(held(&without), held(&page));
}
