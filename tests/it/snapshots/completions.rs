//! What shells are told of the newest snapshot.

use super::{keep, store_of};
use crate::support::Home;

/// Completes a command line, of which the last word may be empty.
fn complete(home: &Home, line: &str) -> Vec<String> {
    let asked = home.netcensus(&format!("-- netcensus {line}")).env("COMPLETE", "fish").run().exits(0);
    asked.stdout.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_condition_knows_the_regions_of_both_clouds_and_a_flag_those_of_aws() {
    let home = Home::new();
    assert!(complete(&home, "scan --filter=region=").is_empty(), "nothing is known yet");
    keep(&store_of(&home), "2026-11-20T06:00:00Z", "a");
    let found = complete(&home, "scan --filter=region=");
    for region in ["eu-west-1", "germanywestcentral"] {
        assert!(found.contains(&format!("--filter=region={region}")), "{found:?}");
    }
    let flag = complete(&home, "scan --region=eu");
    assert!(flag.contains(&"--region=eu-west-1".to_owned()), "{flag:?}");
    assert!(complete(&home, "scan --region=germany").is_empty(), "Azure is read in all regions");
}

#[test]
fn every_shell_gets_the_same_candidates() {
    let home = Home::new();
    keep(&store_of(&home), "2026-11-20T06:00:00Z", "a");
    for shell in ["elvish", "fish", "powershell", "zsh"] {
        for (line, index, wanted) in [
            ("scan networks,su", "2", "networks,subnets"),
            ("scan --from @lat", "3", "@latest"),
            ("scan --filter prov", "3", "provider="),
        ] {
            let asked = home.netcensus(&format!("-- netcensus {line}")).env("COMPLETE", shell);
            let answer =
                asked.env("_CLAP_COMPLETE_INDEX", index).env("_CLAP_IFS", "\n").run().exits(0).stdout;
            let values = || answer.lines().map(|line| line.split(['\t', ':']).next().unwrap_or_default());
            assert!(values().any(|value| value == wanted), "{shell} {line}: {answer}");
        }
    }
}
