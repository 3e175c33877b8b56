//! How profiles sign in, and what is said when they cannot.

use serde_json::json;

use crate::support::{Cloud, netcensus};

#[test]
fn without_credentials_the_way_out_is_shown() {
    netcensus("scan").refuses(&[
        "no AWS account could be signed in to",
        "no credentials found",
        "tried: AWS_ACCESS_KEY_ID",
        "--aws-profile",
        "netcensus scan --sandbox",
    ]);
}

#[test]
fn keys_in_the_environment_sign_in() {
    let cloud = Cloud::sample(&[]);
    let output = cloud
        .netcensus("scan -o json --query accounts[].id --region us-east-1")
        .env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        .run()
        .succeeds();
    assert_eq!(output.json(), json!(["777777777777"]));
}

#[test]
fn a_named_profile_wins_over_keys_in_the_environment() {
    let cloud = Cloud::sample(&[]);
    let output = cloud
        .netcensus("scan -o json --query accounts[].id --region us-east-1 --aws-profile security")
        .env("AWS_ACCESS_KEY_ID", "AKIA0000333333333333")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        .run()
        .succeeds();
    assert_eq!(output.json(), json!(["777777777777"]));
}

#[test]
fn the_endpoint_may_stand_in_the_profile_or_be_the_services_own() {
    let cloud = Cloud::sample(&[]);
    let scan = "scan -o json --query networks[].name --region us-east-1 --aws-profile security";
    let output = cloud.netcensus(scan).without("AWS_ENDPOINT_URL").run().succeeds();
    assert_eq!(output.json(), json!(["audit-us"]));
    let output = cloud
        .netcensus("scan -o json --query networks[].name --region us-east-1 --aws-profile bare")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_ENDPOINT_URL_EC2", cloud.url())
        .env("AWS_ENDPOINT_URL_STS", cloud.url());
    cloud.configure(
        "[profile bare]\nregion = eu-west-1\naws_access_key_id = AKIA0000777777777777\naws_secret_access_key = x\n",
    );
    assert_eq!(output.run().succeeds().json(), json!(["audit-us"]));
}

#[test]
fn a_chain_of_roles_is_followed() {
    let cloud = Cloud::sample(&[]);
    cloud.configure(
        "[profile hub]\nregion = eu-west-1\nrole_arn = arn:aws:iam::222222222222:role/netcensus\n\
         source_profile = management\n",
    );
    let output = cloud.netcensus("scan -o json --query accounts --region us-east-1 --aws-profile hub").run();
    let expected =
        json!([{"id": "222222222222", "name": null, "provider": "aws", "reached_by": ["profile:hub"]}]);
    assert_eq!(output.succeeds().json(), expected);
}

#[test]
fn a_credential_process_runs_once_for_all_regions_and_kinds() {
    let cloud = Cloud::sample(&[]);
    let script = "echo run >> \"$HOME/runs\"\n\
                  echo '{\"Version\": 1, \"AccessKeyId\": \"AKIA0000777777777777\", \"SecretAccessKey\": \"x\"}'\n";
    let path = cloud.home.write("credentials.sh", script);
    cloud.configure(&format!(
        "[profile process]\nregion = eu-west-1\ncredential_process = /bin/sh {}\n",
        path.display()
    ));
    let output = cloud.netcensus("scan all -o json --aws-profile process").run().succeeds();
    assert_eq!(output.json()["accounts"][0]["id"], "777777777777");
    let asked = cloud.requests();
    assert!(asked.iter().filter(|request| request.service == "ec2").count() > 20, "there was need of them");
    assert_eq!(std::fs::read_to_string(cloud.home.path().join("runs")).unwrap(), "run\n");
}

#[test]
fn a_one_time_code_that_nobody_can_give_fails_at_once() {
    let cloud = Cloud::sample(&[]);
    cloud.configure(
        "[profile careful]\nregion = eu-west-1\nrole_arn = arn:aws:iam::222222222222:role/netcensus\n\
         source_profile = management\nmfa_serial = arn:aws:iam::111111111111:mfa/jo\n",
    );
    let words = ["profile careful", "arn:aws:iam::111111111111:mfa/jo", "no terminal"];
    cloud.netcensus("scan --aws-profile careful").run().refuses(&words);
    assert_eq!(cloud.requests(), [], "STS would have refused without a word why");
    let both = cloud.netcensus("scan --aws-profile {careful,security} --region us-east-1").run();
    assert!(both.falls_short(&words).stdout.contains("audit-us"));
}

#[test]
fn keys_that_aws_does_not_know_are_named() {
    let cloud = Cloud::sample(&[]);
    cloud.configure(
        "[profile stale]\nregion = eu-west-1\naws_access_key_id = AKIA0000000000000000\naws_secret_access_key = x\n",
    );
    let output = cloud.netcensus("scan --aws-profile stale").run();
    output.refuses(&["profile:stale", "InvalidClientTokenId", "aws configure --profile stale"]);
}
