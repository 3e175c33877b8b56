//! What `az` prints beside the token, what it says when it fails, and what becomes of one that hangs.

use std::time::{Duration, Instant};

use serde_json::json;

use super::cli::{NOT_LOGGED_IN, SCAN, install, scan, token, with_az};
use super::{CORE, DATA, SHOP, TRIAL, texts};
use crate::support::Cloud;

/// A cloud whose `az` is this script; `TOKEN` in it stands for a good answer.
fn with_script(script: &str) -> Cloud {
    let cloud = with_az(NOT_LOGGED_IN);
    let answer = json!({ "accessToken": token(&cloud, 0), "expires_on": 4_000_000_000_i64 });
    let answer = cloud.home.write("answer.json", format!("{answer:#}"));
    let script = script.replace("TOKEN", &format!("cat {}", answer.display()));
    install(&cloud.home, "az", &format!("#!/bin/sh\n{script}\n"));
    cloud
}

#[test]
fn the_token_is_found_in_what_is_printed_around_it() {
    // azure-sdk-for-python 18664; pulumi-azure-native 1685.
    for script in [
        "TOKEN; printf '\\033[0m'",
        "printf '\\033[K\\033[33m'; TOKEN; printf '\\033[0m\\r\\n'",
        "echo 'WARNING: You have 2 update(s) available {az upgrade}.'; TOKEN",
        "TOKEN; echo 'This command is in preview.'",
        "echo '{\"warning\": 1}'; TOKEN; echo 'old' >&2",
    ] {
        let cloud = with_script(script);
        let document = scan(&cloud, cloud.url(), SCAN).run().succeeds().json();
        assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL], "{script}");
    }
}

#[test]
fn an_az_that_is_too_old_is_told_the_least_version() {
    // azure-sdk-for-python 37841.
    let cloud = with_script("echo '{\"accessToken\": \"t\", \"expiresOn\": \"2030-01-01 00:00:00.000000\"}'");
    scan(&cloud, cloud.url(), SCAN).run().refuses(&["Azure CLI 2.54.0 or newer", "az upgrade"]);
}

#[test]
fn the_last_line_of_a_traceback_is_shown_and_no_debug_text() {
    let traceback = "printf 'DEBUG: secret-of-az\\nTraceback (most recent call last):\\n  File \"x\", line 1\\n\
                     ModuleNotFoundError: No module named azure.cli.core\\n' >&2; exit 1";
    let cloud = with_script(traceback);
    let output = scan(&cloud, cloud.url(), SCAN).run();
    let output = output.refuses(&["ModuleNotFoundError: No module named azure.cli.core"]);
    assert!(
        !output.stderr.contains("secret-of-az") && !output.stderr.contains("Traceback"),
        "{}",
        output.stderr
    );
    let cloud = with_script("echo 'eyJ0eXAi.eyJhdWQi.sig and no JSON'");
    let output =
        scan(&cloud, cloud.url(), SCAN).run().refuses(&["az ended without an error, but printed no token"]);
    assert!(!output.stderr.contains("eyJ"), "{}", output.stderr);
    let cloud = with_script("printf 'ERROR: \\033[31mred\\033[0m\\n' >&2; exit 1");
    scan(&cloud, cloud.url(), SCAN).run().refuses(&["az login: red (fix that, or run: az login)"]);
}

#[test]
fn an_az_that_hangs_is_ended_with_what_it_started() {
    let cloud = with_script("sleep 600 & echo $! > \"$HOME/pid\"; wait");
    let begun = Instant::now();
    let output = scan(&cloud, cloud.url(), &format!("{SCAN} --timeout 2s")).run();
    output.refuses(&["az login: az gave no token: not done within 2s"]);
    let pid = std::fs::read_to_string(cloud.home.path().join("pid")).unwrap();
    let stat = format!("/proc/{}/stat", pid.trim());
    let is_alive = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    while is_alive() {
        assert!(begun.elapsed() < Duration::from_secs(30), "process {pid} lives on");
        std::thread::sleep(Duration::from_millis(20));
    }
}
