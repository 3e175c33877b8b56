//! Profiles that are configured and not read are named, and make the scan incomplete: none is left out in silence.

use serde_json::json;

use crate::support::{Cloud, Home, Output, netcensus};

const NETWORKS: &str = "scan networks -o json --region us-east-1";

/// Two accounts of the sample estate, as profiles of a configuration file.
const ONE: &str = "aws_access_key_id = AKIA0000777777777777\naws_secret_access_key = x\nregion = eu-west-1\n";
const TWO: &str = "aws_access_key_id = AKIA0000111111111111\naws_secret_access_key = x\nregion = eu-west-1\n";

/// Serves the sample estate to a home whose configuration file is `config`.
fn cloud(config: impl AsRef<[u8]>) -> Cloud {
    let cloud = Cloud::sample(&[]);
    cloud.home.write(".aws/config", config);
    cloud
}

fn accounts(output: &Output) -> Vec<String> {
    let document = output.json();
    let accounts = document["accounts"].as_array().unwrap().iter();
    accounts.map(|account| account["id"].as_str().unwrap().to_owned()).collect()
}

/// What cannot be read as text in the place of a configuration file.
fn unreadable() -> [(&'static str, Vec<u8>); 3] {
    let utf16 = [0xff, 0xfe].into_iter().chain(ONE.bytes().flat_map(|byte| [byte, 0]));
    [
        ("line 1 is not UTF-8", [&b"# Schl\xfcssel\n[profile a]\n"[..], ONE.as_bytes()].concat()),
        ("it is UTF-16", utf16.collect()),
        ("it is UTF-16", ONE.bytes().flat_map(|byte| [0, byte]).collect()),
    ]
}

// aws/aws-sdk-go-v2#220, #1780; aws/aws-cli#5392.
#[test]
fn a_configuration_file_that_cannot_be_read_is_never_an_empty_one() {
    for (reason, bytes) in unreadable() {
        let cloud = cloud(bytes);
        let words = [".aws/config", reason];
        for arguments in ["scan", "scan --all-aws-profiles", "overlap", "scan --aws-profile a"] {
            cloud.netcensus(arguments).run().refuses(&words);
        }
        // Azure is read, and AWS is missed and not skipped.
        let beside = cloud.both("overlap -o json").run().exits(3).says(&words);
        assert_eq!(beside.json()["gate"]["complete"], false);
        cloud.both("scan networks --quiet").run().exits(3);
    }
}

#[test]
fn profiles_of_the_file_that_can_be_read_are_read_and_the_other_file_is_missed() {
    for (reason, bytes) in unreadable() {
        let cloud = cloud(bytes);
        cloud.home.write(".aws/credentials", format!("[b]\n{ONE}"));
        for way in ["--all-aws-profiles", "--aws-profile b"] {
            let output = cloud.netcensus(&format!("{NETWORKS} {way}")).run();
            let output = output.falls_short(&["/.aws/config credentials: failed", reason]);
            assert_eq!(accounts(&output), ["777777777777"]);
        }
    }
}

// aws/aws-cli#3419: the files may be directories, links that lead nowhere, or not allowed to be read.
#[test]
fn a_directory_or_a_broken_link_is_no_missing_file() {
    let home = Home::new();
    std::fs::create_dir_all(home.path().join(".aws/credentials")).unwrap();
    home.netcensus("scan").run().refuses(&[".aws/credentials", "could not be read"]);
    let home = Home::new();
    home.write(".aws/x", "");
    std::os::unix::fs::symlink("/nowhere/config", home.path().join(".aws/config")).unwrap();
    home.netcensus("scan").run().refuses(&[".aws/config", "symbolic link"]);
    let home = Home::new();
    // What even root may not read from its beginning.
    home.netcensus("scan").env("AWS_CONFIG_FILE", "/proc/self/mem").run().refuses(&["/proc/self/mem"]);
}

#[test]
fn a_file_that_a_variable_names_has_to_be_there() {
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let cloud = cloud("");
        let words = ["/nowhere/file", &format!("{name} names it, but it could not be read")];
        cloud.netcensus("scan").env(name, "/nowhere/file").run().refuses(&words);
        cloud.both("overlap").env(name, "/nowhere/file").run().exits(3).says(&words);
        let empty = cloud.both("scan networks --provider aws --provider azure").env(name, "").run();
        assert!(!empty.exits(3).stderr.contains(name), "an empty variable is not set");
    }
}

// elastic/beats#14157.
#[test]
fn without_a_home_aws_is_not_taken_for_not_configured() {
    let cloud = cloud("");
    cloud.both("overlap").without("HOME").run().exits(3).says(&["HOME is not set"]);
    cloud.netcensus("scan --provider aws").without("HOME").run().refuses(&["HOME is not set"]);
}

#[test]
fn keys_of_the_environment_need_no_file() {
    for file in ["/nowhere/file", "/proc/self/mem"] {
        let cloud = cloud("");
        let run = cloud.netcensus(NETWORKS).env("AWS_CONFIG_FILE", file);
        let run = run.env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777").env("AWS_SECRET_ACCESS_KEY", "x");
        let output =
            run.run().exits(0).says(&[&format!("warning: {file} is not used: AWS_CONFIG_FILE names it")]);
        assert_eq!(accounts(&output), ["777777777777"]);
        let quiet = cloud.netcensus(&format!("{NETWORKS} --quiet")).env("AWS_CONFIG_FILE", file);
        let quiet = quiet.env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777").env("AWS_SECRET_ACCESS_KEY", "x");
        quiet.run().exits(0).says(&[" is not used: "]);
    }
}

// A pipe made every command hang, and a link to /dev/zero filled the memory.
#[test]
fn a_pipe_or_a_device_is_no_file() {
    let home = Home::new();
    home.write(".aws/x", "");
    let config = home.path().join(".aws/config");
    assert!(std::process::Command::new("mkfifo").arg(&config).status().unwrap().success());
    home.netcensus("scan").run().refuses(&[".aws/config", "it is a named pipe, and not a file"]);
    std::fs::remove_file(&config).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &config).unwrap();
    home.netcensus("scan").run().refuses(&[".aws/config", "it is a device or socket, and not a file"]);
}

// The SDK opened the file once more to find the metadata service, and neither a time-out nor a signal ended that.
#[test]
fn a_pipe_does_not_hold_what_asks_for_the_region_of_this_machine() {
    let cloud = cloud("");
    let config = cloud.home.path().join(".aws/config");
    std::fs::remove_file(&config).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&config).status().unwrap().success());
    let run = cloud.netcensus(NETWORKS).without("AWS_EC2_METADATA_DISABLED");
    let run = run.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9");
    let run = run.env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777").env("AWS_SECRET_ACCESS_KEY", "x");
    let output = run.run().exits(0).says(&["is not used: it could not be read: it is a named pipe"]);
    assert_eq!(accounts(&output), ["777777777777"]);
}

// Each of these was read until the memory was full, or waited for until a second signal.
#[test]
fn certificates_and_tokens_come_from_files() {
    let home = Home::new();
    let pipe = home.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for file in [std::path::Path::new("/dev/zero"), &pipe] {
        let words = format!("{}, which cannot be used: it is not a regular file", file.display());
        for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
            let run = home.netcensus("scan").env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
            run.env(name, file).run().refuses(&[&format!("{name} names {words}")]);
        }
        let run = home.netcensus("scan").env("AWS_WEB_IDENTITY_TOKEN_FILE", file);
        let run = run.env("AWS_ROLE_ARN", "arn:aws:iam::1:role/r").run();
        run.refuses(&[&format!("{} could not be read: it is not a regular file", file.display())]);
        let run = home.netcensus("scan").env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/");
        let run = run.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file).run();
        run.refuses(&[
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names, could not be read: it is not a regular file",
        ]);
    }
}

// Each of these was a machine on which AWS is not configured.
#[test]
fn what_was_meant_to_sign_in_to_aws_is_missed_beside_azure() {
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        let run = cloud("").both("overlap").env(name, "x").run();
        run.exits(3).says(&[&format!("{name} is set without AWS_")]);
    }
    for key in ["export aws_access_key_id", "aws_acces_key_id", "aws_session_token"] {
        let cloud = cloud(format!("[profile a]\n{key} = AKIA0000777777777777\n[profile b]\n{ONE}"));
        let words = format!("aws profile:a credentials: failed: profile a cannot be used: it has `{key}`");
        cloud.netcensus(&format!("{NETWORKS} --all-aws-profiles")).run().falls_short(&[&words]);
    }
}

// The first of two accounts vanished, and the scan was complete.
#[test]
fn a_profile_with_the_keys_of_two_accounts_is_missed() {
    for between in ["#[profile x]\n", "", "[profile y]\n"] {
        let cloud = cloud(format!("[profile b]\n{ONE}[profile y]\n{TWO}{between}{ONE}"));
        let output = cloud.netcensus(&format!("{NETWORKS} --all-aws-profiles")).run();
        let words = "aws profile:y credentials: failed: profile y cannot be used: line ";
        let output = output.falls_short(&[words, "`aws_access_key_id` is set twice, in lines 6 and "]);
        assert_eq!(accounts(&output), ["777777777777"]);
    }
}

// awslabs/aws-sdk-rust#1097; synfinatic/aws-sso-cli#552; benkehoe/aws-sso-util#16.
#[test]
fn names_that_the_aws_cli_takes_are_read_and_the_others_are_named() {
    let cloud = cloud(format!(
        "[profile \"shop prod\"]\n{ONE}[profile büro]\nrole_arn = arn:aws:iam::222222222222:role/netcensus\n\
         source_profile = r&d\nregion = eu-west-1\n[profile r&d]\n{TWO}[profile prod (old)]\n{ONE}[stray]\n{ONE}\
         [Profile big]\n{ONE}"
    ));
    cloud.home.write(".aws/credentials", format!("[profile keys]\n{ONE}"));
    let output = cloud.netcensus(&format!("{NETWORKS} --all-aws-profiles")).run();
    let output = output.falls_short(&[
        "aws profile:prod (old) credentials: failed: [profile prod (old)] on line",
        "[profile \"prod (old)\"]",
        "aws profile:stray credentials: failed: [stray] on line",
        "aws profile:big credentials: failed: [Profile big]",
        "aws profile:keys credentials: failed: [profile keys] on line 1 of",
        "netcensus could not sign in to 4 accounts",
    ]);
    assert_eq!(accounts(&output), ["111111111111", "222222222222", "777777777777"]);
    let one = cloud.netcensus(NETWORKS).env("AWS_PROFILE", "shop prod").run().succeeds();
    assert_eq!(one.json()["accounts"][0]["id"], "777777777777");
    cloud.netcensus("scan --aws-profile stray").run().refuses(&["[stray] on line", "[profile stray]"]);
    cloud
        .netcensus("scan")
        .env("AWS_PROFILE", "stray")
        .run()
        .refuses(&["no AWS profile matches", "[stray] on"]);
}

#[test]
fn two_spellings_of_a_name_are_the_same_account_every_time() {
    let cloud = cloud(format!("[profile a]\n{TWO}[profile  a]\n{ONE}"));
    for _ in 0..8 {
        let output = cloud.netcensus(&format!("{NETWORKS} --aws-profile a")).run().succeeds();
        assert_eq!(accounts(&output), ["777777777777"], "the last one");
    }
}

// smithy-lang/smithy-rs#1488.
#[test]
fn a_bad_line_costs_one_profile_and_neither_the_others_nor_azure() {
    for bad in ["  region = x\n", "region: x\n", "nonsense\n", "= x\n"] {
        let cloud = cloud(format!("[profile a]\n{bad}{TWO}[profile b]\n{ONE}"));
        let words = ["aws profile:a credentials: failed: profile a cannot be used: line 2 of", ".aws/config"];
        let output = cloud.both(&format!("{NETWORKS} --all-aws-profiles")).run().falls_short(&words);
        assert!(accounts(&output).len() > 1 && accounts(&output)[0] == "777777777777", "{bad}");
        let other = cloud.netcensus(&format!("{NETWORKS} --aws-profile b")).run().succeeds();
        assert_eq!(accounts(&other), ["777777777777"]);
    }
    let open = cloud(format!("[profile a\n{TWO}[profile b]\n{ONE}"));
    let output = open.netcensus(&format!("{NETWORKS} --all-aws-profiles")).run();
    output.falls_short(&["profile:a credentials", "has no closing bracket"]);
    let above = cloud(format!("{TWO}[profile b]\n{ONE}"));
    let output = above.netcensus(&format!("{NETWORKS} --all-aws-profiles")).run();
    output.falls_short(&["/.aws/config credentials: failed: line 1: it is above every [section]"]);
}

// smithy-lang/smithy-rs#4565, #1496; vectordotdev/vector#5994.
#[test]
fn what_made_the_sdk_panic_costs_one_profile_at_most() {
    let process = r#"{"Version":1,"AccessKeyId":"AKIA0000777777777777\n","SecretAccessKey":"x"}"#;
    let cloud = cloud(format!("[profile a]\ncredential_process = printf %s '{process}'\n[profile b]\n{ONE}"));
    let output = cloud.both(&format!("{NETWORKS} --all-aws-profiles")).run();
    let output = output.falls_short(&["profile:a credentials: failed: the access key id of profile a has"]);
    assert!(accounts(&output).len() > 1, "Azure is read");
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "AKIA0000777777777777\r"),
        ("AWS_ACCESS_KEY_ID", "AKIA0000777777777777\n"),
        ("AWS_SESSION_TOKEN", "t\u{7f}"),
        ("AWS_SECRET_ACCESS_KEY", "x\r\n"),
    ] {
        let run = cloud.both("scan networks").env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "x");
        run.env(name, value).run().falls_short(&["of the environment (AWS_ACCESS_KEY_ID,", "has a line end"]);
    }
}

// smithy-lang/smithy-rs#4565; boto/botocore#1460.
#[test]
fn an_empty_variable_or_setting_is_not_set() {
    let cloud = cloud(format!(
        "[profile a]\n{ONE}endpoint_url =\nservices = s\n[services s]\nec2 =\n  endpoint_url =\n"
    ));
    let empty = [
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL_EC2",
        "AWS_ENDPOINT_URL_STS",
        "AWS_SESSION_TOKEN",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_MAX_ATTEMPTS",
        "AWS_CA_BUNDLE",
        "AWS_CONFIG_FILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    ];
    for way in ["", "--aws-profile a"] {
        let run = cloud.netcensus(&format!("{NETWORKS} {way}"));
        let run = run.env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777").env("AWS_SECRET_ACCESS_KEY", "x");
        let run = empty.iter().fold(run, |run, name| run.env(name, ""));
        assert_eq!(accounts(&run.run().succeeds()), ["777777777777"]);
    }
    let unset = cloud.netcensus("scan --aws-profile a --timeout 5s").env("AWS_ENDPOINT_URL", "");
    unset.env("HTTPS_PROXY", "http://127.0.0.1:9").run().refuses(&["the endpoint cannot be reached"]);
}

#[test]
fn keys_of_the_environment_come_before_a_profile_of_another_machine() {
    let cloud = cloud("");
    let run = cloud.netcensus(NETWORKS).env("AWS_PROFILE", "elsewhere");
    let run = run.env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777").env("AWS_SECRET_ACCESS_KEY", "x");
    assert_eq!(accounts(&run.run().succeeds()), ["777777777777"]);
}

// The sandbox has nothing to do with the user's AWS.
#[test]
fn no_variable_of_aws_matters_to_the_sandbox() {
    for (name, value) in [
        ("AWS_MAX_ATTEMPTS", "bogus"),
        ("AWS_RETRY_MODE", "bogus"),
        ("AWS_REGION", "a b"),
        ("AWS_REGION", ""),
        ("AWS_DEFAULT_REGION", ""),
        ("AWS_CONFIG_FILE", "/nowhere"),
        ("AWS_CA_BUNDLE", "/nowhere"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ("TOKIO_WORKER_THREADS", "0"),
    ] {
        let home = Home::new();
        let run = home.netcensus("scan networks --sandbox --provider aws --region us-east-1");
        assert_eq!(run.env(name, value).run().exits(0).stderr, "", "{name}={value}");
    }
}

#[test]
fn a_region_that_is_none_is_named() {
    let cloud = cloud(format!("[profile b]\n{}", ONE.replace("eu-west-1", "eu west 1")));
    let run = cloud.netcensus("scan --aws-profile b");
    run.run().refuses(&["region of profile b is `eu west 1`, which is not the name of a region"]);
    let run = cloud.netcensus("scan").env("AWS_REGION", "https://x/").env("AWS_ACCESS_KEY_ID", "A");
    run.env("AWS_SECRET_ACCESS_KEY", "x").run().refuses(&["AWS_REGION is `https://x/`"]);
}

#[test]
fn a_scan_by_the_default_profile_says_how_many_others_there_are() {
    let config =
        format!("[default]\n{ONE}[profile b]\n{TWO}[profile c]\nregion = x\n[profile d]\nbad\n[e]\n{ONE}");
    let cloud = cloud(config);
    let output = cloud.netcensus(NETWORKS).run().exits(0);
    assert_eq!(accounts(&output), ["777777777777"]);
    let note = "warning: 3 other AWS profiles are configured and not read: to read them, use --all-aws-profiles; to \
                choose, use --aws-profile\n";
    assert_eq!(output.stderr, note);
    cloud.netcensus(&format!("{NETWORKS} --quiet")).run().succeeds();
    cloud.netcensus(NETWORKS).env("AWS_PROFILE", "default").run().succeeds();
    cloud.netcensus(&format!("{NETWORKS} --aws-profile default")).run().succeeds();
}

#[test]
fn a_credential_process_that_hangs_is_ended() {
    let cloud = cloud("[profile slow]\nregion = eu-west-1\ncredential_process = sleep 300; :\n");
    let output = cloud.netcensus("scan --aws-profile slow --timeout 2s").run();
    output.refuses(&[
        "profile:slow",
        "credential_process did not finish within 1.8s and was ended",
        "--timeout",
    ]);
}

#[test]
fn profiles_whose_source_is_the_environment_are_read() {
    let cloud = cloud("[profile e]\ncredential_source = Environment\nregion = eu-west-1\n");
    let run = cloud.netcensus(&format!("{NETWORKS} --all-aws-profiles"));
    let run = run.env("AWS_ACCESS_KEY_ID", "AKIA0000777777777777").env("AWS_SECRET_ACCESS_KEY", "x");
    assert_eq!(run.run().succeeds().json()["accounts"][0]["reached_by"], json!(["profile:e"]));
}

#[test]
fn other_sections_of_the_file_are_no_profiles() {
    let config =
        format!("[plugins]\nx = y\n[preview]\nz = true\n[profile a]\n{ONE}[profile none]\nregion = x\n");
    cloud(config).netcensus(&format!("{NETWORKS} --all-aws-profiles")).run().succeeds();
    netcensus("scan --all-aws-profiles").refuses(&["no AWS profile defines credentials"]);
}

/// A broken section may be the one that was meant.
#[test]
fn without_credentials_broken_sections_of_the_files_are_named() {
    let home = Home::new();
    home.write(".aws/config", "[profile shop\nregion = eu-west-1\n");
    home.netcensus("scan --provider aws")
        .run()
        .refuses(&["profile shop cannot be used: line 1 of ", "`[profile shop` has no closing bracket"]);
}
