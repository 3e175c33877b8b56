//! How profiles sign in, and what is said when they cannot.

use serde_json::json;

use crate::support::{Cloud, Home, netcensus};

#[test]
fn without_credentials_the_way_out_is_shown() {
    netcensus("scan").refuses(&[
        "netcensus could not sign in to any AWS account",
        "no credentials found",
        "tried: AWS_ACCESS_KEY_ID",
        "run `aws configure sso`",
        "add --sandbox",
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
    let expected = json!([{"id": "222222222222", "name": null, "provider": "aws", "reached_by": ["profile:hub"], "tenant": null}]);
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

#[test]
fn an_sso_profile_without_a_token_names_the_command_that_logs_in() {
    let cloud = Cloud::sample(&[]);
    cloud.configure(
        "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example/start\n\
         sso_registration_scopes = sso:account:access\n[profile sso-a]\nsso_session = corp\n\
         sso_account_id = 111111111111\nsso_role_name = reader\nregion = eu-west-1\n",
    );
    let output = cloud.netcensus("scan --aws-profile sso-a").run();
    output.refuses(&["profile:sso-a: no credentials", "aws sso login --profile sso-a"]);
}

#[test]
fn a_credential_process_that_fails_is_named() {
    let cloud = Cloud::sample(&[]);
    cloud.configure("[profile broken]\ncredential_process = /bin/false\nregion = eu-west-1\n");
    let output = cloud.netcensus("scan --aws-profile broken").run();
    output
        .refuses(&["profile:broken: no credentials", "run the credential_process of profile broken by hand"]);
}

#[test]
fn a_credential_process_runs_once_for_a_whole_organisation() {
    let cloud = Cloud::sample(&[]);
    let script = cloud.home.write(
        "keys.sh",
        "echo once >> \"$0.count\"\necho '{\"Version\": 1, \"AccessKeyId\": \"AKIA0000111111111111\", \
         \"SecretAccessKey\": \"x\"}'\n",
    );
    cloud.configure(&format!(
        "[profile keys]\ncredential_process = /bin/sh {}\nregion = eu-west-1\n",
        script.display()
    ));
    let arguments = "scan all --aws-profile keys --aws-org --aws-org-role netcensus -o json";
    let document = cloud.netcensus(arguments).run().succeeds().json();
    assert_eq!(document["accounts"].as_array().unwrap().len(), 8);
    let runs = std::fs::read_to_string(script.with_extension("sh.count")).unwrap();
    assert_eq!(runs.lines().count(), 1, "it may ask a person, or cost a second each time");
}

#[test]
fn wrong_retry_settings_are_named() {
    let cloud = Cloud::sample(&[]);
    let scan = "scan --aws-profile security --region us-east-1";
    for (name, value) in
        [("AWS_MAX_ATTEMPTS", "0"), ("AWS_MAX_ATTEMPTS", "many"), ("AWS_RETRY_MODE", "bogus")]
    {
        cloud.netcensus(scan).env(name, value).run().refuses(&[&format!("{name} is `{value}`")]);
    }
    cloud.configure(
        "[profile odd]\nregion = eu-west-1\naws_access_key_id = AKIA0000777777777777\n\
         aws_secret_access_key = x\nmax_attempts = lots\n",
    );
    cloud.netcensus("scan --aws-profile odd").run().refuses(&["max_attempts of profile odd is `lots`"]);
}

#[test]
fn a_selected_profile_that_is_not_there_is_a_typo() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.netcensus("scan").env("AWS_PROFILE", "securty").run();
    output.refuses(&["no AWS profile matches `securty`", "AWS_PROFILE names it", "did you mean `security`?"]);
}

#[test]
fn an_endpoint_that_is_no_url_is_said_so() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.netcensus("scan --aws-profile security").env("AWS_ENDPOINT_URL", "garbage").run();
    output.refuses(&["the endpoint cannot be reached: endpoint must contain scheme"]);
}

#[test]
fn a_ca_bundle_that_holds_no_certificate_is_said_so() {
    let cloud = Cloud::sample(&[]);
    let file = cloud.home.write("empty.pem", "");
    let run = cloud.netcensus("scan --aws-profile security").env("AWS_CA_BUNDLE", &file);
    run.run().refuses(&["AWS_CA_BUNDLE names", "it contains no certificate"]);
}

#[test]
fn the_embedded_sandbox_is_asked_whatever_the_environment_says_of_the_real_aws() {
    let home = Home::new();
    let output = home
        .netcensus("scan --sandbox --aws-org --aws-org-role netcensus --region us-east-1 -o csv")
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("AWS_ACCESS_KEY_ID", "AKIAREAL")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .env("AWS_PROFILE", "real")
        .env("AWS_USE_FIPS_ENDPOINT", "true")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    assert!(!output.run().succeeds().rows().is_empty());
}

#[test]
fn profiles_that_lead_in_a_circle_or_nowhere_are_named() {
    let cloud = Cloud::sample(&[]);
    cloud.configure(
        "[profile loop-a]\nrole_arn = arn:aws:iam::333333333333:role/netcensus\nsource_profile = loop-b\n\
         mfa_serial = arn:aws:iam::111111111111:mfa/me\nregion = eu-west-1\n\
         [profile loop-b]\nrole_arn = arn:aws:iam::333333333333:role/netcensus\nsource_profile = loop-a\n\
         [profile stray]\nrole_arn = arn:aws:iam::333333333333:role/netcensus\nsource_profile = nosuch\n",
    );
    let circle = cloud.netcensus("scan --aws-profile loop-a").run();
    circle.refuses(&["the source_profile of profile loop-a leads back to loop-a"]);
    let nowhere = cloud.netcensus("scan --aws-profile stray").run();
    nowhere.refuses(&["the source_profile nosuch of profile stray does not exist"]);
}

#[test]
fn all_profiles_of_which_there_are_none_says_where_it_looked() {
    netcensus("scan --all-aws-profiles").refuses(&["no AWS profile defines credentials", "aws/config"]);
}

#[test]
fn an_endpoint_that_cannot_be_reached_is_not_blamed_on_credentials() {
    let cloud = Cloud::sample(&[]);
    let output = cloud
        .netcensus("scan --timeout 5s")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .env("AWS_MAX_ATTEMPTS", "2")
        .run();
    let output = output.refuses(&["Connection refused", "check AWS_ENDPOINT_URL, HTTPS_PROXY, NO_PROXY"]);
    assert!(!output.stderr.contains("tried: AWS_ACCESS_KEY_ID"), "{}", output.stderr);
}

#[test]
fn profiles_with_dead_endpoints_of_their_own_stop_no_other() {
    let cloud = Cloud::sample(&[]);
    let dead = |name: &str| {
        format!(
            "[profile {name}]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:9\n\
             aws_access_key_id = AKIA\naws_secret_access_key = x\n"
        )
    };
    cloud.configure(&["a-1", "a-2", "a-3"].map(dead).concat());
    let arguments = "scan --aws-profile a-* --aws-profile security --region us-east-1 --columns name";
    let run = cloud.netcensus(arguments).without("AWS_ENDPOINT_URL").env("AWS_MAX_ATTEMPTS", "1");
    let output = run
        .run()
        .falls_short(&["netcensus could not sign in to 3 accounts", "profile:a-3 credentials: failed"]);
    assert_eq!(output.rows(), ["audit-us"]);
}
