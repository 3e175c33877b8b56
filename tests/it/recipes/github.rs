//! The workflow for GitHub Actions.

use super::blocks::{Step, steps};
use super::runner::Runner;
use super::{GITHUB, has_bash};
use crate::support::Output;

/// What came of a job: the outcome of each step that ran, in order.
struct Job {
    runner: Runner,
    steps: Vec<(Step, Output)>,
}

impl Job {
    /// Runs the job on a runner that `prepare` has prepared. Steps of other people's actions do nothing here.
    fn run(event: &str, faults: &[&str], prepare: impl Fn(&mut Runner)) -> Self {
        let mut runner = Runner::new(faults);
        prepare(&mut runner);
        let home = runner.home().path().display().to_string();
        let file = |name: &str| format!("{home}/{name}");
        for (name, value) in [
            ("GITHUB_ENV", file("github.env")),
            ("GITHUB_STEP_SUMMARY", file("summary.md")),
            ("GITHUB_REPOSITORY", "acme/network".to_owned()),
            ("RUNNER_TEMP", home.clone()),
            ("TERRAFORM_DIRECTORY", "terraform".to_owned()),
            ("NUMBER", "7".to_owned()),
        ] {
            runner.set(name, &value);
        }
        let mut job = Self { runner, steps: Vec::new() };
        // The program is on the path already.
        for step in steps(GITHUB).into_iter().filter(|step| step.name != "Install netcensus") {
            if job.shall_run(&step.condition, event) {
                let output = job.runner.run(&step.script);
                job.steps.push((step, output));
                job.take_variables();
            }
        }
        job
    }

    fn shall_run(&self, condition: &str, event: &str) -> bool {
        let failed = self.steps.iter().any(|(_, output)| output.code != 0);
        let holds = |term: &str| match term.split_once(" == ") {
            None if term == "always()" => true,
            Some(("steps.compare.outcome", "'success'")) => self.code("Compare") == Some(0),
            Some(("github.event_name", name)) => name.trim_matches('\'') == event,
            _ => panic!("{term} is a condition that this test does not know"),
        };
        let terms: Vec<&str> = condition.split(" && ").filter(|term| !term.is_empty()).collect();
        (!failed || terms.contains(&"always()")) && terms.into_iter().all(holds)
    }

    fn take_variables(&mut self) {
        for line in self.runner.read("github.env").lines() {
            let (name, value) = line.split_once('=').expect("is a variable");
            self.runner.set(name, value);
        }
    }

    fn code(&self, name: &str) -> Option<i32> {
        self.steps.iter().find(|(step, _)| step.name == name).map(|(_, output)| output.code)
    }

    fn annotations(&self) -> &str {
        self.steps.iter().find(|(step, _)| step.name == "Compare").map_or("", |(_, output)| &output.stdout)
    }

    /// Expects that everything but the last step went well, that it ended with `code`, and that all reports are there.
    #[track_caller]
    fn judges(&self, code: i32) {
        let (gate, before) = self.steps.split_last().expect("steps ran");
        let failed: Vec<_> = before.iter().filter(|(_, output)| output.code != 0).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert_eq!((gate.0.name.as_str(), gate.1.code), ("Gate", code), "{:#?}", self.steps);
        assert!(gate.1.stdout.len() > 1, "it says why");
        let run = &self.runner.json("overlap.sarif")["runs"][0];
        assert_eq!(run["invocations"][0]["exitCode"], code);
        assert!(self.runner.read("overlap.md").starts_with("## netcensus overlap: "));
        assert_eq!(self.runner.read("summary.md"), self.runner.read("overlap.md"));
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_pull_request_is_told_in_every_place_and_fails_at_the_gate() {
    if !has_bash() {
        return;
    }
    let job = Job::run("pull_request", &[], |_| ());
    job.judges(1);
    assert!(
        job.annotations().contains("::error title=NC101 connected 10.10.0.0/16::"),
        "{}",
        job.annotations()
    );
    assert!(
        job.annotations().contains("::error title=NC103 planned 10.42.0.0/16::"),
        "{}",
        job.annotations()
    );
    let calls = job.runner.calls();
    assert!(calls.iter().any(|call| call.starts_with("terraform -chdir=terraform show -json ")), "{calls:?}");
    assert_eq!(calls.last().unwrap(), "gh pr comment 7 --body-file comment.md");
    let comment = job.runner.read("comment.md");
    assert_eq!(comment, format!("<!-- netcensus overlap -->\n{}", job.runner.read("overlap.md")));
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_comment_of_the_run_before_is_written_anew() {
    if !has_bash() {
        return;
    }
    let job = Job::run("pull_request", &[], |runner| drop(runner.home().write("earlier", "101\n202\n")));
    job.judges(1);
    assert_eq!(
        job.runner.calls().last().unwrap(),
        "gh api --method PATCH repos/acme/network/issues/comments/101 --field body=@comment.md --silent"
    );
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn with_a_baseline_the_night_passes_and_a_plan_that_collides_fails() {
    if !has_bash() {
        return;
    }
    let night = Job::run("schedule", &[], Runner::write_baseline);
    night.judges(0);
    assert!(night.runner.calls().is_empty(), "nobody plans or comments: {:?}", night.runner.calls());
    let day = Job::run("pull_request", &[], Runner::write_baseline);
    day.judges(1);
    let title = day.annotations().lines().find(|line| line.starts_with("::error ")).unwrap_or_default();
    assert!(title.contains("NC103 planned"), "{}", day.annotations());
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_region_that_is_denied_leaves_the_gate_open_to_doubt() {
    if !has_bash() {
        return;
    }
    let job = Job::run("schedule", &["deny@region=eu-central-1"], |_| ());
    job.judges(3);
    assert!(
        job.annotations().contains("::error title=netcensus overlap is incomplete::"),
        "{}",
        job.annotations()
    );
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_cannot_be_used_stops_the_job_at_once() {
    if !has_bash() {
        return;
    }
    let broken =
        Job::run("pull_request", &[], |runner| drop(runner.home().write("netcensus.toml", "a = 1\n")));
    assert_eq!((broken.steps.len(), broken.code("Read the clouds")), (1, Some(2)));
    let lost = Job::run("pull_request", &[], |runner| runner.set("BASELINE", "gone.json"));
    assert_eq!((lost.code("Compare"), lost.code("Gate")), (Some(2), None));
}
