//! The recipes for CI do what their pages say: their scripts run here, in order, against the sandbox.

mod alerts;
mod blocks;
mod github;
mod gitlab;
mod pipes;
mod runner;
mod shards;

use std::io::Write;
use std::path::Path;

use crate::support::Home;

const GITHUB: &str = include_str!("../../docs/recipes/github-actions.yml");
const GITHUB_MATRIX: &str = include_str!("../../docs/recipes/github-actions-matrix.yml");
const KUBERNETES: &str = include_str!("../../docs/recipes/kubernetes-indexed-job.yml");
const GITLAB: &str = include_str!("../../docs/recipes/gitlab-ci.yml");

/// Tells whether the scripts can run, and says so where they cannot.
fn has_bash() -> bool {
    let is_there = ["/bin/bash", "/usr/bin/bash"].iter().any(|path| Path::new(path).exists());
    if !is_there {
        let _ = writeln!(std::io::stderr(), "skipped: the recipes' scripts need bash, which is not here");
    }
    is_there
}

#[test]
fn every_script_of_the_recipes_is_bash() {
    let github = [GITHUB, GITHUB_MATRIX].into_iter().flat_map(blocks::steps).map(|step| step.script);
    let gitlab = ["before_script", "script"].into_iter().flat_map(|key| blocks::scripts(GITLAB, key));
    let scripts: Vec<String> = github.chain(gitlab).collect();
    assert!(scripts.len() >= 12, "the scripts are found: {}", scripts.len());
    if !has_bash() {
        return;
    }
    let home = Home::new();
    for script in scripts {
        home.write("script.sh", &script);
        let checked = home.shell("bash -n script.sh").run();
        assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{script}");
    }
}
