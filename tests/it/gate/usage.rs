//! Wrong command lines: one error, exit code 2, nothing on stdout, nothing asked.

use super::paper;
use crate::support::{Cloud, Home, netcensus};

#[test]
fn wrong_flags_are_refused_before_anything_is_asked() {
    let cloud = Cloud::sample(&[]);
    let cases: [(&str, &[&str]); 15] = [
        ("--level vpcs", &["vpcs", "--level", "networks, subnets, all"]),
        ("-o yaml", &["yaml", "sarif, junit, github"]),
        ("--fail-on conected", &["conected", "did you mean `connected`?"]),
        ("--planned 10.0.0.5/8", &["--planned", "host bits are set", "did you mean 10.0.0.0/8?"]),
        ("--planned 10.0.0.5", &["--planned", "an address, not a prefix", "did you mean 10.0.0.5/32?"]),
        ("--planned ten", &["--planned", "`ten`", "10.0.0.0/8"]),
        ("--planned-file none.csv", &["there is no file none.csv"]),
        ("--external none.csv", &["there is no file none.csv"]),
        ("--terraform-plan none.json", &["there is no file none.json"]),
        ("--baseline none.json", &["there is no file none.json", "--write-baseline"]),
        ("--between provider=aws", &["--between", "2 values"]),
        ("--between provider=aws provdier=azure", &["--between", "`provdier`", "did you mean `provider`?"]),
        ("--between provider=aws name=[", &["--between: the pattern of `name=[`", "unclosed"]),
        ("--between provider=aws region", &["--between: `region` is not a filter", "COLUMN=GLOB"]),
        ("--regoin eu-*", &["--regoin", "--region"]),
    ];
    for (arguments, words) in cases {
        cloud.netcensus(&format!("overlap {arguments}")).run().refuses(words);
    }
    assert_eq!(cloud.requests(), []);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn flags_that_exclude_one_another_are_refused() {
    for (arguments, words) in [
        ("--summary -o json", ["--summary", "--output"]),
        ("--summary --wide", ["--summary", "--wide"]),
        ("--write-baseline", ["--baseline", "required"]),
        (
            "--baseline b.json --write-baseline --between provider=aws provider=azure",
            ["--write-baseline", "--between"],
        ),
        ("--sandbox", ["--sandbox", "--from"]),
        ("--region eu-*", ["--region cannot be used with --from", "--filter 'region=...'"]),
        ("--aws-profile a", ["--aws-profile cannot be used with --from", "leave --aws-profile out"]),
        ("--fault deny", ["need --sandbox", "replace --from by --sandbox"]),
    ] {
        let home = paper::home(&paper::tidy());
        home.netcensus(&format!("overlap --from i.json {arguments}")).run().refuses(&words);
        assert!(!home.path().join("b.json").exists());
    }
    netcensus("overlap").refuses(&["no cloud is configured"]);
}

#[test]
fn a_gate_that_fails_on_something_and_on_nothing_is_refused() {
    let home = Home::new();
    let words = "--fail-on: `none` means that nothing fails";
    home.netcensus("overlap --sandbox --fail-on connected,none").run().refuses(&[words]);
    home.netcensus("usage --sandbox --fail-on none,critical").run().refuses(&[words]);
    home.write(
        "netcensus.toml",
        "[overlap]\nfail-on = ['none', 'latent']\n[usage]\nfail-on = ['none', 'warning']\n",
    );
    home.netcensus("config check").run().refuses(&[
        "netcensus.toml:2:1: overlap.fail-on: `none` means",
        "netcensus.toml:4:1: usage.fail-on: `none` means",
    ]);
}

/// A script may append the flag to a command that has it already.
#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_gate_that_twice_fails_on_nothing_is_one_that_fails_on_nothing() {
    let home = Home::new();
    let overlap = home.netcensus("overlap --sandbox --fail-on none --fail-on none").run();
    assert!(!overlap.stderr.contains("--fail-on: `none` means"), "{}", overlap.stderr);
    home.netcensus("usage --sandbox --fail-on none --fail-on NONE").run().exits(0);
}
