//! stdout, stderr, signals and pipes.

use std::io::Read;

use crate::support::{Cloud, Home, Output, interrupt, netcensus, sample_document, wait_for};

const HANGING: &str = "scan subnets --aws-profile security -o json -v";

#[test]
fn an_interrupted_scan_prints_what_it_read() {
    let cloud = Cloud::sample(&["hang@action=DescribeSubnets,region=eu-central-1"]);
    let mut child = cloud.netcensus(HANGING).spawn();
    let mut stderr = wait_for(&mut child, "ok=true", 3);
    interrupt(&child);
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    assert!(said.contains("press Ctrl-C again"), "{said}");
    assert!(said.contains("eu-central-1 subnets: interrupted"), "{said}");
    let output = Output::of(child).exits(130);
    let document = output.json();
    let coverage = document["coverage"].as_array().unwrap();
    let outcome = |region: &str| {
        let entry = coverage.iter().find(|entry| entry["region"] == region && entry["kind"] == "subnets");
        entry.unwrap()["outcome"].as_str().unwrap()
    };
    assert_eq!(outcome("eu-central-1"), "interrupted");
    assert_eq!(outcome("us-east-1"), "complete");
    assert_eq!(document["subnets"].as_array().unwrap().len(), 2);
}

#[test]
fn an_interrupted_sign_in_prints_nothing() {
    let cloud = Cloud::sample(&["hang@action=GetCallerIdentity"]);
    let mut child = cloud.netcensus(HANGING).spawn();
    let mut stderr = wait_for(&mut child, "signing in by profile security", 1);
    interrupt(&child);
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    assert!(said.contains("error: stopped while signing in"), "{said}");
    assert_eq!(Output::of(child).exits(130).stdout, "");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = Home::new();
    home.write("sample.json", sample_document());
    for arguments in [
        "scan --sandbox --aws-profile security",
        "scan all --from sample.json -o json",
        "completions bash",
        "config show",
    ] {
        let mut child = home.netcensus(arguments).spawn();
        drop(child.stdout.take());
        Output::of(child).succeeds();
    }
}

#[test]
fn a_full_disk_is_a_failure() {
    let home = Home::new();
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    home.shell("\"$0\" config show > /dev/full").run().refuses(&["cannot write to standard output"]);
}

#[test]
fn quiet_leaves_errors_and_what_could_not_be_read() {
    let arguments = "scan --sandbox --provider aws --aws-profile security --columns id";
    assert_eq!(netcensus(&format!("{arguments} -q")).succeeds().stdout.lines().count(), 3);
    let denied = netcensus(&format!("{arguments} -q --fault deny@region=us-east-1")).exits(3);
    let lines: Vec<&str> = denied.stderr.lines().collect();
    assert!(lines[0].starts_with("warning: aws ") && lines[0].contains(" us-east-1 "), "{lines:?}");
    assert!(lines[1].starts_with("warning: the inventory is incomplete: "), "{lines:?}");
    assert_eq!(lines.len(), 2, "{lines:?}");
    netcensus("scan -q --filter nonsense").refuses(&[]);
    netcensus("scan -q -v").refuses(&["--quiet", "--verbose"]);
}

#[test]
fn verbose_says_what_is_done_and_twice_tells_of_every_answer() {
    let arguments = "scan --sandbox --aws-profile security --region us-east-1";
    let once = netcensus(&format!("{arguments} -v")).exits(0);
    let once = once.says(&["signing in by profile security (keys)", "777777777777", "read in"]);
    assert!(!once.stderr.contains("TRACE"), "{}", once.stderr);
    netcensus(&format!("{arguments} -vv")).exits(0).says(&["TRACE", "status=200"]);
}

#[test]
fn no_secret_is_told_however_verbose() {
    for fault in ["latency=1ms", "expired@action=Describe*", "garbage@action=DescribeVpcs", "deny"] {
        let cloud = Cloud::sample(&[fault]);
        let mut words = cloud.secrets();
        assert_eq!(words.len(), 9);
        words.extend(
            ["sandbox-session/", "Authorization", "AWS4-HMAC", "Signature=", "s3cr3t"].map(str::to_owned),
        );
        let organisation = "scan all --aws-org --aws-org-role netcensus --region us-east-1 -o json -vv";
        let process = "[profile process]\ncredential_process = /bin/sh -c 'echo s3cr3t'\n";
        cloud.configure(process);
        for arguments in [organisation, "scan -vv --aws-profile {process,security} --region us-east-1"] {
            let output = cloud.netcensus(arguments).env("AWS_MAX_ATTEMPTS", "1").run();
            for word in &words {
                assert!(!output.stderr.contains(word.as_str()), "{word}\n{}", output.stderr);
                assert!(!output.stdout.contains(word.as_str()), "{word}\n{}", output.stdout);
            }
        }
    }
}

#[test]
fn colour_comes_when_asked_for_and_never_in_machine_formats() {
    let home = Home::new();
    home.write("sample.json", sample_document());
    let scan =
        |arguments: &str| home.netcensus(&format!("scan --from sample.json {arguments}")).run().succeeds();
    assert!(!scan("").stdout.contains('\u{1b}'));
    assert!(scan("--color always").stdout.contains('\u{1b}'));
    for format in ["json", "ndjson", "csv", "tsv", "markdown"] {
        let output = scan(&format!("--color always -o {format}"));
        assert!(!output.stdout.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn a_writer_that_nobody_reads_can_be_stopped() {
    let home = Home::new();
    home.write("sample.json", sample_document());
    let mut child = home.netcensus("scan all --from sample.json -o json").spawn();
    let ended = loop {
        std::thread::sleep(std::time::Duration::from_millis(300));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        interrupt(&child);
    };
    assert_eq!(ended.code(), Some(130));
}
