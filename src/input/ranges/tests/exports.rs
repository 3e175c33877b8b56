//! What spreadsheets, IPAMs and the clouds' own tools write.

use super::{SKIP, Sheet, brief, error, plan, read, read_external_ranges};

fn lines(text: impl AsRef<[u8]>) -> Vec<String> {
    brief(&read("a.csv", text).rows)
}

const LYON: [&str; 1] = ["Lyon 10.0.0.0/16 core -"];

/// A first line for Excel, delimiters that the first line has in a name, and what editors do to lines.
#[test]
fn however_a_table_is_written_it_says_the_same() {
    for text in [
        "sep=;\r\nPrefix;Site;Name\r\n10.0.0.0/16;Lyon;core\r\n",
        "\u{feff}\"SEP=;\"\nPrefix;Site;Name\n10.0.0.0/16;Lyon;core\n",
        "sep=\t\nPrefix\tSite\tName\n10.0.0.0/16\tLyon\tcore\n",
        "sep=|\nPrefix|Site|Name\n10.0.0.0/16|Lyon|core\n",
        "sep=,\nPrefix,Site,Name\n10.0.0.0/16,Lyon,core\n",
        "Prefix;\"Site\";Name\n10.0.0.0/16;Lyon;core\n",
        "Prefix|Site|Name\n10.0.0.0/16|Lyon|core\n",
        "\"Owner, team\";Prefix;Site;Name\nnet, core;10.0.0.0/16;Lyon;core\n",
        "\"Owner, team\"\tPrefix\tSite\tName\nnet, core\t10.0.0.0/16\tLyon\tcore\n",
        "\"Owner; team\",Prefix,Site,Name\nnet; core,10.0.0.0/16,Lyon,core\n",
        "Prefix,Site,Name\r10.0.0.0/16,Lyon,core\r",
        "PREFIX,SITE,NAME,,\n\n10.0.0.0/16,Lyon,core,,\n,,,,\n",
        "# our sites\nName,Site,Prefix\ncore,Lyon,10.0.0.0/16\n",
        "prefix,site,name,name\n10.0.0.0/16,Lyon,core,second\n",
    ] {
        assert_eq!(lines(text), LYON, "{text:?}");
    }
    for units in [
        "\u{feff}Prefix;Site;Name\r\n10.0.0.0/16;Lyon;core\r\n"
            .encode_utf16()
            .map(u16::to_le_bytes)
            .collect::<Vec<_>>(),
        "\u{feff}Prefix;Site;Name\r\n10.0.0.0/16;Lyon;core\r\n"
            .encode_utf16()
            .map(u16::to_be_bytes)
            .collect(),
    ] {
        assert_eq!(lines(units.concat()), LYON);
    }
}

#[test]
fn lines_are_counted_from_the_first_of_the_file() {
    let said = error("a.csv", "sep=;\nprefix;site\n10.0.0.0/8;x\n10.0.0/16;y\n");
    assert!(said.starts_with("a.csv:4: "), "{said}");
    let said = error("a.csv", "prefix,site\r10.0.0.0/8,x\r10.0.0/16,y\r");
    assert!(said.starts_with("a.csv:3: "), "{said}");
}

#[test]
fn a_column_of_names_may_be_called_network_or_subnet() {
    let text = "Network,CIDR,Site\ncore,10.0.0.0/16,Lyon\n";
    assert_eq!(lines(text), LYON);
    assert_eq!(lines("Subnet;Prefix;Site\ncore;10.0.0.0/16;Lyon\n"), LYON);
    assert_eq!(lines("Site,Range,Network\nLyon,10.0.0.0/16,core\n"), LYON);
    let described = "Network,CIDR,Description\nprod,10.0.0.0/16,core\n,10.2.0.0/16,x\n";
    assert_eq!(lines(described), ["a 10.0.0.0/16 core -", "a 10.2.0.0/16 x -"], "a name that is said counts");
    assert_eq!(lines("Network,Address Space,Site\ncore,10.0.0.0/16,Lyon\n"), LYON);
    let rows = plan("a.csv", text);
    assert_eq!((rows[0].name.as_deref(), rows.len()), (Some("core"), 1));
}

/// Leaving out such rows would leave out what collides.
#[test]
fn a_column_that_may_be_misread_is_an_error_that_names_it_and_no_advice_to_skip() {
    for (text, words) in [
        (
            "Network,Subnet\n10.0.0.0/8,10.1.0.0/16\n",
            ["a.csv:2: it has two prefixes", "`Network` and `Subnet`"],
        ),
        ("Prefix,prefix\n10.0.0.0/8,10.1.0.0/16\n", ["a.csv:2: it has two prefixes", "rename the column"]),
        (
            "Network,Supernet\ncore,10.1.0.0/16\n",
            ["`core` is not a prefix", "the column `Supernet` has `10.1.0.0/16`"],
        ),
        (
            "CIDR,Network,Name\n,lab,10.1.0.0/16\n10.2.0.0/16,x,\n",
            ["`lab` is not a prefix", "the column `Name` has"],
        ),
        ("Prefix,Mask\n10.0.0.0/16,255.0.0.0\n", ["it has two lengths", "`Prefix` and `Mask`"]),
        ("Network,CIDR\n10.5.0.0,10.0.0.0/16\n", ["it has two prefixes", "`CIDR` and `Network`"]),
    ] {
        let sheet = Sheet::new("a.csv", text);
        for skip in [false, true] {
            let said = sheet.error(skip);
            assert!(words.iter().all(|word| said.contains(word)), "{said}");
            assert!(!said.contains("--skip-bad-rows"), "{said}");
        }
    }
    let said = error("a.csv", "Network,Site\ncore,Lyon\nedge,Nice\n");
    assert_eq!(said, "a.csv:2: `core` is not a prefix, such as 10.0.0.0/8 or 2001:db8::/32");
}

#[test]
fn an_address_and_its_mask_or_length_may_be_in_two_columns() {
    for text in [
        "Network,CIDR,Site,Name\n10.0.0.0,/16,Lyon,core\n",
        "Network,Netmask,Site,Name\n10.0.0.0,255.255.0.0,Lyon,core\n",
        "Subnet;Mask;Site;Name\n10.0.0.0;16;Lyon;core\n",
        "IP Address,Subnet Mask,Site,Name\n10.0.0.0,255.255.0.0,Lyon,core\n",
        "Network Address,Prefix Length,Site,Name\n10.0.0.0,16,Lyon,core\n",
        "Prefix,Length,Site,Name\n10.0.0.0,16,Lyon,core\n",
        "Network,CIDR,Site,Name\n10.0.0.0,255.255.0.0,Lyon,core\n",
        "Network,Mask,CIDR,Site,Name\n10.0.0.0,255.255.0.0,10.0.0.0/16,Lyon,core\n",
        "Prefix,Site,Name\n10.0.0.0/255.255.0.0,Lyon,core\n",
        "Prefix,Site,Name\n10.0.0.0 255.255.0.0,Lyon,core\n",
        "Start,End,Site,Name\n10.0.0.0,10.0.255.255,Lyon,core\n",
        "Range,Site,Name\n10.0.0.0 - 10.0.255.255,Lyon,core\n",
        "First;Last;CIDR;Site;Name\n10.0.0.1;10.0.255.254;10.0.0.0/16;Lyon;core\n",
    ] {
        assert_eq!(lines(text), LYON, "{text}");
    }
    assert_eq!(lines("10.0.0.0,255.255.0.0\n"), ["a 10.0.0.0/16 - -"]);
    assert_eq!(lines("10.0.0.0;16\n"), ["a 10.0.0.0/16 - -"]);
    for (row, word) in
        [("10.0.0.0,255.0.255.0", "neither a mask nor a length"), ("10.0.0.0,40", "is not a prefix")]
    {
        let said = error("a.csv", format!("network,mask\n{row}\n10.1.0.0,16\n"));
        assert!(said.contains(word) && said.ends_with(SKIP), "{said}");
    }
    assert!(error("a.csv", "network,mask\n10.0.0.0,\n").contains("an address without a prefix length"));
}

#[test]
fn a_range_is_the_prefixes_that_it_is() {
    let text = "range,site\n10.0.0.0-10.0.2.255,Lyon\n";
    assert_eq!(lines(text), ["Lyon 10.0.0.0/23 - -", "Lyon 10.0.2.0/24 - -"]);
    let rows = plan("a.csv", text);
    assert!(rows.iter().all(|row| row.address == "a.csv:2"), "one network: {rows:?}");
    assert_eq!(lines("10.0.0.0-10.0.2.255;Lyon\n"), ["Lyon 10.0.0.0/23 - -", "Lyon 10.0.2.0/24 - -"]);
    assert!(error("a.csv", "range\n10.0.2.0-10.0.0.255\n10.0.0.0/8\n").contains("is not a range"));
}

/// ipnet 32, CVE-2021-29921.
#[test]
fn leading_zeros_are_refused_in_every_format() {
    for (name, text) in [
        ("a.csv", "prefix\n010.8.0.0/16\n10.0.0.0/8\n"),
        ("a.csv", "network,mask\n010.8.0.0,16\n10.0.0.0,8\n"),
        ("a.json", r#"["010.8.0.0/16", "10.0.0.0/8"]"#),
        ("a.toml", "prefixes = [\"010.8.0.0/16\", \"10.0.0.0/8\"]\n"),
    ] {
        let said = error(name, text);
        assert!(said.contains("010.8.0.0"), "{name}: {said}");
    }
    let said = error("a.csv", "prefix\n010.8.0.0/16\n10.0.0.0/8\n");
    assert!(
        said.contains("has leading zeros, which some programs read as octal; write 10.8.0.0/16"),
        "{said}"
    );
}

#[test]
fn a_workbook_and_a_page_are_told_to_be_saved_as_csv() {
    let ole = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0];
    assert!(error("a.xls", ole).contains("it is a workbook (.xls) (save the sheet as CSV)"));
    assert!(error("a.csv", ole).contains("workbook"), "whatever it is called");
    assert!(error("a.xls", "<html><table>").contains("XML or HTML"));
    let hole = [b"prefix\n10.0.0.0/8\n".as_slice(), &vec![0; 20_000]].concat();
    assert!(error("a.csv", hole).contains("zero bytes in a row"));
}

#[test]
fn what_the_aws_cli_prints_is_read() {
    let ipam = r#"{"IpamResourceCidrs": [{"IpamId": "ipam-1", "ResourceRegion": "eu-west-1", "ResourceOwnerId": "1",
        "ResourceId": "vpc-1", "ResourceName": "core", "ResourceCidr": "10.0.0.0/16", "ResourceType": "vpc", "VpcId": "vpc-1"},
        {"ResourceOwnerId": "1", "ResourceId": "subnet-1", "ResourceCidr": "10.0.1.0/24", "ResourceType": "subnet",
        "VpcId": "vpc-1"}]}"#;
    let ranges = read("i.json", ipam);
    assert_eq!(brief(&ranges.rows), ["1/vpc-1 10.0.0.0/16 core -", "1/vpc-1 10.0.1.0/24 subnet-1 -"]);
    assert_eq!(ranges.rows[1].network.as_deref(), Some("vpc-1"));
    let vpcs = r#"{"Vpcs": [{"VpcId": "vpc-2", "OwnerId": "2", "CidrBlock": "10.1.0.0/16", "IsDefault": false,
        "CidrBlockAssociationSet": [{"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "associated"}},
        {"CidrBlock": "10.2.0.0/16", "CidrBlockState": {"State": "associated"}},
        {"CidrBlock": "10.3.0.0/16", "CidrBlockState": {"State": "disassociated"}}],
        "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/56", "Ipv6CidrBlockState": {"State": "associated"}}],
        "Tags": [{"Key": "Name", "Value": "edge"}]}]}"#;
    let site = |prefix: &str| format!("2/vpc-2 {prefix} edge -");
    let expected = ["10.1.0.0/16", "10.2.0.0/16", "2001:db8::/56"].map(site);
    assert_eq!(brief(&read("v.json", vpcs).rows), expected);
    let subnets = r#"{"Subnets": [{"SubnetId": "subnet-2", "VpcId": "vpc-2", "OwnerId": "2", "CidrBlock": "10.1.4.0/24"}]}"#;
    assert_eq!(brief(&read("s.json", subnets).rows), ["2/vpc-2 10.1.4.0/24 subnet-2 -"]);
    let page = ipam.replacen('{', r#"{"NextToken": "x", "#, 1);
    assert!(error("i.json", page).contains("one page of several: `NextToken`"));
}

#[test]
fn what_the_azure_cli_and_azure_ipam_print_is_read() {
    let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub";
    let list = format!(
        r#"[{{"id": "{id}", "name": "hub", "location": "westeurope", "resourceGroup": "rg",
        "addressSpace": {{"addressPrefixes": ["10.0.0.0/16", "10.1.0.0/16"]}},
        "subnets": [{{"name": "app", "addressPrefix": "10.0.1.0/24"}}]}}]"#
    );
    let ranges = read("v.json", list);
    assert_eq!(brief(&ranges.rows), ["rg/hub 10.0.0.0/16 hub -", "rg/hub 10.1.0.0/16 hub -"]);
    assert_eq!(ranges.rows[0].network.as_deref(), Some(id));
    let arm = format!(
        r#"{{"value": [{{"id": "{id}", "name": "hub", "properties": {{"addressSpace": {{"addressPrefixes": ["10.0.0.0/16"]}}}}}}]}}"#
    );
    assert_eq!(brief(&read("v.json", &arm).rows), ["rg/hub 10.0.0.0/16 hub -"]);
    let shell = r#"[{"Name": "hub", "AddressSpace": {"AddressPrefixes": ["10.0.0.0/16"]}}]"#;
    assert_eq!(brief(&read("v.json", shell).rows), ["hub 10.0.0.0/16 hub -"]);
    let subnet = format!(r#"[{{"id": "{id}/subnets/app", "name": "app", "addressPrefix": "10.0.1.0/24"}}]"#);
    let ranges = read("s.json", subnet);
    assert_eq!(brief(&ranges.rows), ["rg/hub 10.0.1.0/24 app -"]);
    assert_eq!(ranges.rows[0].network.as_deref(), Some(id));
    let next = arm.replacen('{', r#"{"nextLink": "https://x", "#, 1);
    assert!(error("v.json", next).contains("`nextLink` names another"));
    let block = |networks: &str| {
        format!(
            r#"[{{"name": "corp", "desc": "", "blocks": [{{"name": "eu", "cidr": "10.0.0.0/8", "vnets": [{networks}],
            "externals": [{{"name": "dc", "desc": "", "cidr": "10.9.0.0/16", "subnets": []}}],
            "resv": [{{"id": "a", "cidr": "10.8.0.0/16", "desc": "soon", "status": "wait"}},
            {{"id": "b", "cidr": "10.7.0.0/16", "status": "fulfilled"}}]}}]}}]"#
        )
    };
    let expanded = format!(r#"{{"name": "hub", "id": "{id}", "prefixes": ["10.0.0.0/16"], "subnets": []}}"#);
    let ranges = read("ipam.json", block(&expanded));
    let expected = ["corp 10.9.0.0/16 dc -", "corp 10.8.0.0/16 soon -", "rg/hub 10.0.0.0/16 hub -"];
    assert_eq!(brief(&ranges.rows), expected);
    assert!(
        ranges.warnings[0].contains("1 prefix with the status container left out"),
        "{:?}",
        ranges.warnings
    );
    let said = error("ipam.json", block(&format!(r#"{{"id": "{id}", "active": true}}"#)));
    assert!(
        said.contains("`eu` names a virtual network without its prefixes") && said.contains("expand=true"),
        "{said}"
    );
    assert_eq!(brief(&read("n.json", format!("[{expanded}]")).rows), ["rg/hub 10.0.0.0/16 hub -"]);
}

#[test]
fn what_phpipam_answers_is_read_without_what_holds_other_subnets() {
    let subnets = r#"{"code": 200, "success": true, "data": [
        {"id": "1", "subnet": "0.0.0.0", "mask": "", "description": "EU", "isFolder": "1", "masterSubnetId": "0"},
        {"id": "2", "subnet": "10.0.0.0", "mask": "8", "description": "all", "isFolder": "0", "masterSubnetId": "1"},
        {"id": "3", "subnet": "10.1.0.0", "mask": "16", "description": "core", "isFolder": "0", "masterSubnetId": "2"}],
        "time": 0.01}"#;
    let ranges = read("php.json", subnets);
    assert_eq!(brief(&ranges.rows), ["php 10.1.0.0/16 core -"]);
    assert!(ranges.warnings[0].contains("2 prefixes with the status container"), "{:?}", ranges.warnings);
    let one = r#"{"code": 200, "success": true, "data": {"id": 3, "subnet": "10.1.0.0", "mask": 16, "masterSubnetId": 0}}"#;
    assert_eq!(brief(&read("php.json", one).rows), ["php 10.1.0.0/16 - -"]);
    let failed = r#"{"code": 404, "success": false, "message": "No subnets found"}"#;
    assert!(error("php.json", failed).contains("a request that failed: \"No subnets found\""));
}

#[test]
fn an_element_without_a_prefix_is_not_passed_over() {
    for element in [
        r#"{"VpcId": "vpc-1", "CidrBlock": null}"#,
        r#"{"id": "/subscriptions/s/x", "addressSpace": {"addressPrefixes": []}}"#,
        r#"{"id": "/subscriptions/s/x", "prefixes": []}"#,
        r#"{"id": 7}"#,
    ] {
        let sheet = Sheet::new("a.json", format!(r#"["10.0.0.0/8", {element}]"#));
        let ranges = read_external_ranges(&sheet.path, true).unwrap();
        assert_eq!((ranges.rows.len(), ranges.skipped.len()), (1, 1), "{element}");
    }
}

/// A row whose first cell begins with `#` must not pass for a comment.
#[test]
fn a_row_that_begins_as_a_comment_is_an_error_that_names_its_line() {
    for text in [
        "site,prefix\n5 Paris,10.1.0.0/16\n#4 Lyon,10.0.0.0/16\n",
        "site;prefix\n5 Paris;10.1.0.0/16\n#4 Lyon;10.0.0.0/16",
        "prefix,site\n10.1.0.0/16,Paris\n#10.0.0.0/16,Lyon\n10.2.0.0/16,Nice\n",
        "5 Paris,10.1.0.0/16\n\n#4 Lyon,10.0.0.0/16\n",
        "#,prefix\n5,10.1.0.0/16\n#4,10.0.0.0/16\n",
        "site,prefix\n5 Paris,10.1.0.0/16\n#4 \"Lyon\",10.0.0.0-10.0.3.255\n",
    ] {
        let sheet = Sheet::new("a.csv", text);
        let said = sheet.error(false);
        assert!(
            said.starts_with("a.csv:3: the line begins with `#`") && said.ends_with(&SKIP[" (".len()..]),
            "{text:?}: {said}"
        );
        let skipped = read_external_ranges(&sheet.path, true).unwrap();
        assert_eq!(skipped.skipped.len(), 1, "{text:?}");
        assert!(skipped.rows.iter().all(|range| range.prefix.to_string() != "10.0.0.0/16"), "{text:?}");
    }
    let quoted = "site,prefix\n\"#4 Lyon\",10.0.0.0/16\n";
    assert_eq!(lines(quoted), ["#4 Lyon 10.0.0.0/16 - -"]);
    for comment in [
        "# 10.0.0.0/16",
        "#",
        "#,,",
        "# Lyon is gone",
        "# Lyon, Paris and 10.0.0.0/16",
        "#4 Lyon,not yet,10.0.0.0/16",
    ] {
        let text = format!("# a, 10.9.0.0/16\nsite,prefix\n{comment}\nParis,10.1.0.0/16\n{comment}\n");
        assert_eq!(lines(text), ["Paris 10.1.0.0/16 - -"], "{comment}");
    }
    assert_eq!(lines("10.1.0.0/16\n#10.0.0.0/16\n"), ["a 10.1.0.0/16 - -"]);
}

#[test]
fn a_column_that_numbers_the_rows_may_be_called_by_the_sign_for_it() {
    for text in [
        "#,prefix,site,name\n1,10.0.0.0/16,Lyon,core\n",
        "# our sites\n\n# ;Prefix;Site;Name\n1;10.0.0.0/16;Lyon;core\n",
        "\"#\",prefix,site,name\n1,10.0.0.0/16,Lyon,core\n",
        "site,#,prefix,name\nLyon,1,10.0.0.0/16,core\n",
    ] {
        assert_eq!(lines(text), LYON, "{text:?}");
    }
}

/// What is in a second column of prefixes is as much in use as what is in the first.
#[test]
fn a_second_prefix_in_a_column_that_does_not_count_is_an_error_that_names_both() {
    for (header, cell) in [
        ("secondary prefix", "10.1.0.0/16"),
        ("Additional CIDRs", "\"10.0.4.0/24, 10.1.0.0/16\""),
        ("additional networks", "10.1.0.0/16 10.2.0.0/16"),
        ("pool", "10.1.0.0-10.1.3.255"),
        ("IPv6", "2001:db8::/32"),
        ("comment", "10.1.0.0 255.255.0.0"),
        ("zone", "10.0.0.0/8"),
        ("end", "10.1.0.255"),
    ] {
        let said = error("a.csv", format!("prefix,{header}\n10.0.0.0/16,{cell}\n"));
        assert!(said.starts_with("a.csv:2: it has two "), "{header}: {said}");
        assert!(said.contains(&format!("in the columns `prefix` and `{header}`")), "{header}: {said}");
        assert!(!said.contains("--skip-bad-rows"), "{said}");
    }
    for (header, cell) in [
        ("parent", "10.0.0.0/8"),
        ("Supernet", "10.0.0.0/8"),
        ("aggregate", "10.0.0.0/8"),
        ("network container", "10.0.0.0/8"),
        ("Default Gateway", "192.0.2.1/32"),
        ("pool", "10.0.4.0/24"),
        ("pool", "10.0.4.0-10.0.4.99"),
        ("start", "10.0.0.1"),
        ("from", "2024-01-01"),
        ("comment", "until 10.1.0.0/16 is free"),
        ("dns", "192.0.2.0/24"),
    ] {
        let rows = read("a.csv", format!("prefix,{header}\n10.0.0.0/16,{cell}\n")).rows;
        assert_eq!(
            rows.iter().map(|row| row.prefix.to_string()).collect::<Vec<_>>(),
            ["10.0.0.0/16"],
            "{header}"
        );
    }
    for more in [r#""secondary": ["10.1.0.0/16"]"#, r#""ranges": [{"name": "pods", "range": "10.1.0.0/16"}]"#]
    {
        let said = error("a.json", format!(r#"[{{"prefix": "10.0.0.0/16", {more}}}]"#));
        assert!(said.starts_with("a.json: entry 1: it has two prefixes"), "{said}");
    }
}
