//! `live`, read in the scope of the older side (tried as a new user: 7 of 12 accounts were not read, and nothing had
//! changed).

use serde_json::Value;

use crate::support::{Cloud, Home, Output};

/// The accounts that a report compared and those it did not.
fn result(output: &Output) -> Value {
    output.json()["result"].clone()
}

/// The estate, whose default profile is that of one account.
fn cloud() -> Cloud {
    Cloud::sample(&[])
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn live_takes_the_scope_of_the_snapshot_and_says_so() {
    let cloud = cloud();
    let scan = |flags: &str| {
        cloud.netcensus(&format!("scan networks --provider aws {flags} --save")).run().exits(0);
    };
    for flags in [
        "--all-aws-profiles --region us-east-1",
        "--aws-profile security --aws-profile shop-* --region us-east-1",
        "--aws-profile shop-prod --exclude-region us-*",
        "--aws-org --aws-org-role netcensus --region us-east-1",
    ] {
        scan(flags);
        let output = cloud.netcensus("diff @latest live -o json").run().exits(0);
        assert_eq!(result(&output), "same", "{flags}\n{}", output.stdout);
        assert_eq!(output.json()["accounts"].as_array().unwrap().len(), 0, "{flags}");
        output.says(&["live is scanned in the scope of @latest: ", "aws."]);
        let report = cloud.netcensus("diff @latest live -o json").run().exits(0).json();
        assert!(report["not_compared"].as_array().unwrap().is_empty(), "{flags}: {report}");
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_flag_wins_over_the_scope_of_the_snapshot_and_what_it_leaves_out_is_not_missing() {
    let cloud = cloud();
    let scan = "scan networks --provider aws --all-aws-profiles --region us-east-1,eu-central-1 --save";
    cloud.netcensus(scan).run().exits(0);
    let narrow = cloud.netcensus("diff @latest live --aws-profile security -o json").run().exits(0);
    assert_eq!(result(&narrow), "same");
    assert!(!narrow.json()["not_compared"].as_array().unwrap().is_empty());
    let regions = |output: &Output| output.json()["not_compared"].to_string();
    let one = cloud.netcensus("diff @latest live --region us-east-1 -o json").run().exits(0);
    assert!(
        regions(&one).contains("eu-central-1") && !regions(&one).contains("us-east-1"),
        "{}",
        regions(&one)
    );
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_shard_and_the_kinds_are_those_of_the_snapshot() {
    let cloud = cloud();
    let scan = "scan subnets --provider aws --all-aws-profiles --region us-east-1 --shard 1/2 --save";
    cloud.netcensus(scan).run().exits(0);
    let output = cloud.netcensus("diff @latest live -o json").run().exits(0);
    assert_eq!(result(&output), "same");
    assert_eq!(output.json()["new"]["shard"], output.json()["old"]["shard"]);
    assert_eq!(output.json()["new"]["shard"]["of"], 2);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_cannot_be_read_any_more_is_missing_and_not_left_out() {
    let cloud = cloud();
    let scan = "scan networks --provider aws --all-aws-profiles --region us-east-1 --save";
    cloud.netcensus(scan).run().exits(0);
    // The keys of one profile are gone bad.
    let path = cloud.home.path().join(".aws/config");
    let config = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = config.split_once("[profile shop-prod]\n").unwrap();
    let rest = rest.replacen("aws_access_key_id = ", "aws_access_key_id = WRONG", 1);
    std::fs::write(&path, format!("{before}[profile shop-prod]\n{rest}")).unwrap();
    let output = cloud.netcensus("diff @latest live -o json --exit-code").run().exits(3);
    assert_eq!(result(&output), "incomplete");
    output.says(&["shop-prod"]);
}

/// Nobody knows what a document was asked for: accounts of it that the configuration does not name are not the same.
#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn accounts_of_a_document_that_live_does_not_read_make_it_incomplete() {
    let cloud = cloud();
    let scan = "scan networks --provider aws --all-aws-profiles --region us-east-1 -o json";
    let all = cloud.netcensus(scan).run().exits(0).stdout;
    cloud.home.write("all.json", all);
    cloud.home.write("netcensus.toml", "[aws]\nprofiles = [\"security\"]\nregions = [\"us-east-1\"]\n");
    let output = cloud.netcensus("diff all.json live -o json").run().exits(3);
    assert_eq!(result(&output), "incomplete");
    assert!(
        output.json()["missing"].to_string().contains("accounts of all.json that were not read for live")
    );
    output.says(&["were not read for live, although no flag excludes them", "exit code 3"]);
    // The user says which ones to read.
    cloud.netcensus("diff all.json live --aws-profile security --region us-east-1").run().exits(0);
    cloud.netcensus("diff all.json live --all-aws-profiles --region us-east-1 -o json").run().exits(0);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_external_id_is_compared_by_its_hash_and_a_snapshot_of_the_sandbox_is_not_compared_with_the_clouds() {
    let cloud = cloud();
    let scan = "scan networks --provider aws --aws-org --aws-org-role netcensus --region us-east-1";
    cloud.netcensus(&format!("{scan} --aws-org-external-id acme --save")).run();
    cloud
        .netcensus("diff @latest live")
        .run()
        .refuses(&["was taken with another external id", "--aws-org-external-id"]);
    let home = Home::new();
    home.netcensus("scan networks --sandbox --save").run().exits(0);
    home.netcensus("diff @latest live").run().refuses(&["@latest was taken from the sandbox", "--sandbox"]);
}
