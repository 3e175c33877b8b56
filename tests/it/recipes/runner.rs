//! A machine that runs jobs: a home with the program on the `PATH`, clouds to read, and stubs of everything else.

use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::Value;

use crate::support::{Cloud, Home, Output};

/// Notes how it was called, and answers what the test wants to hear.
const STUB: &str = r#"#!/bin/sh
printf '%s\n' "${0##*/} $*" >> "$HOME/calls"
case "${0##*/} $*" in
    terraform*"show -json"*) cat "$HOME/terraform.json" ;;
    "gh api --paginate"* | jq*) cat "$HOME/earlier" ;;
esac
"#;
const STUBS: [&str; 6] = ["terraform", "gh", "aws", "az", "curl", "jq"];

/// A plan that makes a network where there are two.
const PLAN: &str = r#"{
    "format_version": "1.2",
    "planned_values": { "root_module": {} },
    "resource_changes": [{
        "address": "aws_vpc.new", "mode": "managed", "type": "aws_vpc",
        "change": {
            "actions": ["create"], "after": { "cidr_block": "10.42.0.0/16" }, "after_unknown": { "id": true }
        }
    }]
}"#;

/// What the baseline of the recipes is called.
pub const BASELINE: &str = "overlap-baseline.json";

/// What of the sample the jobs read: enough for every kind of finding, since each job scans several times.
const SCOPE: &str = "[aws]\n\
    profiles = ['network-hub', 'shop-prod', 'shop-staging', 'data-platform']\n\
    regions = ['eu-west-1', 'eu-central-1']\n\
    [azure]\n\
    subscriptions = ['shop-azure', 'data-azure']\n";

/// A machine that runs jobs.
pub struct Runner {
    cloud: Cloud,
    variables: Vec<(String, String)>,
}

impl Runner {
    /// Makes one whose clouds are a part of the sample, with `faults`.
    pub fn new(faults: &[&str]) -> Self {
        let cloud = Cloud::sample(faults);
        let home = &cloud.home;
        home.write("netcensus.toml", format!("{SCOPE}resource-manager = '{}'\n", cloud.url()));
        home.write("terraform.json", PLAN);
        home.write("earlier", "");
        for stub in STUBS {
            let path = home.write(&format!("bin/{stub}"), STUB);
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_netcensus"), home.path().join("bin/netcensus")).unwrap();
        let path = format!("{}:/usr/bin:/bin", home.path().join("bin").display());
        Self { variables: vec![("PATH".to_owned(), path)], cloud }
    }

    /// Sets a variable for all that runs from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Returns the folder in which everything runs.
    pub fn home(&self) -> &Home {
        &self.cloud.home
    }

    /// Runs a script as both kinds of CI do, and more strictly than one of them.
    pub fn run(&self, script: &str) -> Output {
        self.home().write("script.sh", script);
        let line = "exec bash --noprofile --norc -euo pipefail script.sh";
        let run =
            self.cloud.with_principal(self.home().shell(line)).env("AWS_ENDPOINT_URL", self.cloud.url());
        self.variables.iter().fold(run, |run, (name, value)| run.env(name, value)).run()
    }

    /// Writes the baseline as the pages say, and sets the variable that names it.
    pub fn write_baseline(&mut self) {
        let line = format!(
            "netcensus scan all -o json > inventory.json\n\
             netcensus overlap --from inventory.json --level all --baseline {BASELINE} --write-baseline"
        );
        self.run(&line).exits(0);
        self.set("BASELINE", BASELINE);
    }

    /// Lists what the stubs were called with.
    pub fn calls(&self) -> Vec<String> {
        self.read("calls").lines().map(str::to_owned).collect()
    }

    /// Reads a file, which is empty where there is none.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.home().path().join(name)).unwrap_or_default()
    }

    /// Reads a file of JSON.
    #[track_caller]
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }
}
