//! The page: what is on it, and that nobody's name becomes markup.

use std::fs;

use netcensus::model::{Inventory, Outcome};

use super::{export, save, whole};
use crate::support::{Home, Output};

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
        alarm.contains("This inventory is incomplete") && alarm.contains("1 scope could not be read"),
        "{alarm}"
    );
    assert!(alarm.contains("denied") && alarm.contains("&#60;not&#62; allowed"), "{alarm}");
    let free = between(&page, "<section id=\"free\"", "</section>");
    assert!(free.contains("widest not known to be held") && !free.contains("widest free"), "{free}");
}

#[test]
fn a_kind_that_the_page_rests_on_and_nobody_read_is_missing() {
    let home = Home::new();
    home.netcensus("scan instances --sandbox --save a.json").run().exits(0);
    let refused = export(&home, "--to page.html --kind instances").run().exits(3);
    refused.says(&["nothing was written", "networks are unknown", "links are unknown"]);
    export(&home, "--to page.html --kind instances --allow-incomplete").run().exits(3);
    let page = fs::read_to_string(home.path().join("page.html")).unwrap();
    let alarm = between(&page, "class=\"alarm\"", "</section>");
    assert!(alarm.contains("networks are unknown") && alarm.contains("links are unknown"), "{alarm}");
    assert!(between(&page, "<dl class=\"numbers\">", "</dl>").contains("<dt>networks</dt><dd>not read</dd>"));
}

#[test]
fn collisions_are_drawn_and_listed_and_lead_to_their_networks() {
    let home = Home::new();
    home.netcensus("export --sandbox --to page.html --quiet").run().succeeds();
    let page = fs::read_to_string(home.path().join("page.html")).unwrap();
    let findings: Output = home.netcensus("overlap --sandbox -o json").run();
    let findings = findings.json();
    let open: Vec<&serde_json::Value> =
        findings["findings"].as_array().unwrap().iter().filter(|one| one["status"] == "open").collect();
    let listed = between(&page, "<section id=\"collisions\"", "</section>");
    assert!(listed.contains(&format!("{} open</span>", open.len())));
    for finding in &open {
        assert!(listed.contains(finding["code"].as_str().unwrap()));
        for member in finding["members"].as_array().unwrap() {
            assert!(listed.contains(member["prefix"].as_str().unwrap()), "{member}");
            assert!(listed.contains(member["id"].as_str().unwrap()), "{member}");
        }
    }
    let picture = between(&page, "<section id=\"picture\"", "<section id=\"collisions\"");
    assert!(picture.contains("class=\"aws hit\"") && picture.contains("COLLISION NC101 connected"));
    // A link leads to the row that has the id.
    let (row, rest) = between(listed, "#networks?row=", "</tr>").split_once('"').unwrap();
    let row: usize = row.parse().unwrap();
    let id = between(rest, "class=\"id\" title=\"", "\"");
    assert!(rows(&page, "networks")[row - 1].iter().any(|cell| cell == id), "{id}");
}

#[test]
fn networks_are_to_scale_and_those_of_one_prefix_share_a_place() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let mut one = inventory.networks[0].clone();
        one.name = None;
        one.blocks.truncate(1);
        one.blocks[0].state = None;
        let with = |(at, prefix): (usize, &str)| {
            let mut network = one.clone();
            network.id = format!("vpc-{at:02}");
            network.blocks[0].cidr = prefix.parse().unwrap();
            network
        };
        let prefixes = ["10.0.0.0/16", "10.1.0.0/16", "10.1.0.0/28", "10.2.0.0/16"];
        let same = ["172.31.0.0/16"; 7];
        inventory.networks = prefixes.into_iter().chain(same).enumerate().map(with).collect();
        inventory.subnets.clear();
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
        picture.contains("vpc-06 172.31.0.0/16</text>") && picture.contains("+ 4 more 172.31.0.0/16</text>")
    );
    assert!(
        !picture.contains("vpc-07 172.31.0.0/16</text>")
            && picture.contains("href=\"#networks?q=172.31.0.0/16\"")
    );
    assert!(picture.contains("4 more hold 172.31.0.0/16:\nvpc-07 · "), "{picture}");
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
    assert!(free.contains("16,711,680</td><td class=\"text\">10.128.0.0/9, 10.64.0.0/10, "), "{free}");
    assert!(free.contains("<td class=\"n\">1,048,576</td><td class=\"text\">172.16.0.0/12</td>"), "{free}");
    let held = "<td class=\"n\">50%</td><td class=\"n\">32,768</td><td class=\"text\">10.0.128.0/17</td>";
    assert!(free.contains(held), "{free}");
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
    assert!(page.contains("No network has an IPv4 prefix.") && page.contains("No address is held twice"));
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
    assert!(without.contains("None was declared"), "whoever reads it knows that nobody declared any");
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
    assert!(!free.contains("None was declared") && !free.contains("172.24.0.0/13"), "{free}");
    let held = |page: &str| between(page, "172.16.0.0/12 <small>RFC 1918</small></th>", "</tr>").to_owned();
    assert_ne!(held(&without), held(&page));
}
