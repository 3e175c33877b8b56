//! `netcensus sync`, the binary: its formats, its exit codes, and what it refuses.

use netcensus::output::{Content, Format, Layout, render, sync_schema};
use netcensus::sync::{
    Action, Conflict, ExceededLimit, FieldDifference, FieldValue, LeftAloneReport, OutcomeWord, SYNC_VERSION,
    StepReport, SyncCounts, SyncReport, TargetReport,
};
use serde_json::Value;

use crate::support::Home;

fn report() -> SyncReport {
    let difference = FieldDifference {
        field: "CidrBlock".to_owned(),
        from: FieldValue::Text("10.0.0.0/16".to_owned()),
        to: FieldValue::Text("10.1.0.0/16".to_owned()),
    };
    let step = |action, key: &str, outcome: Option<OutcomeWord>| StepReport {
        action,
        kind: "vpc".to_owned(),
        key: key.to_owned(),
        provider: netcensus::model::Provider::Aws,
        account: "111111111111".to_owned(),
        region: Some("eu-west-1".to_owned()),
        id: None,
        fields: vec![difference.clone()],
        outcome,
        error: outcome.filter(|it| *it == OutcomeWord::Failed).map(|_| "no".to_owned()),
    };
    let target = TargetReport {
        name: "vpcs".to_owned(),
        r#type: "dynamodb".to_owned(),
        location: "dynamodb://VPCTracker".to_owned(),
        error: None,
        refused: vec!["nothing was written".to_owned()],
        counts: SyncCounts { change: 2, ..SyncCounts::default() },
        steps: vec![
            step(Action::Change, "aws/111111111111/vpc-1", None),
            step(Action::Delete, "aws/111111111111/vpc-2", Some(OutcomeWord::Failed)),
        ],
        conflicts: vec![Conflict {
            kind: "vpc".to_owned(),
            key: "aws/111111111111/vpc-3".to_owned(),
            reason: "different".to_owned(),
            differences: vec![difference],
        }],
        left_alone: vec![LeftAloneReport {
            kind: "vpc".to_owned(),
            key: "aws/111111111111/vpc-4".to_owned(),
            code: "by-hand".to_owned(),
            reason: "not made by netcensus".to_owned(),
        }],
        exceeded_limits: vec![ExceededLimit {
            kind: "vpc".to_owned(),
            removed: 3,
            total: 10,
            max_delete: 20,
        }],
        notes: Vec::new(),
    };
    SyncReport {
        schema_version: SYNC_VERSION,
        generator: "netcensus 0".to_owned(),
        taken_at: jiff::Timestamp::UNIX_EPOCH,
        complete: true,
        apply: false,
        exit: netcensus::exit::Exit::Clean,
        targets: vec![target],
        missing: Vec::new(),
        coverage: Vec::new(),
    }
}

fn rendered(format: Format) -> String {
    let mut bytes = Vec::new();
    render(&report(), format, Layout::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_document_is_as_the_schema_says() {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("sync.json", sync_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("sync.json", &mut schemas).unwrap();
    let document: Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
    schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(document["targets"][0]["steps"][0]["fields"][0]["to"], "10.1.0.0/16");
}

#[test]
fn every_format_has_every_step_and_conflict() {
    for spec in Format::for_content(Content::Sync) {
        let text = rendered(spec.format);
        for key in ["vpc-1", "vpc-2", "vpc-3"] {
            assert!(text.contains(key), "{}: {text}", spec.name);
        }
        assert!(text.contains("10.0.0.0/16") && text.contains("10.1.0.0/16"), "{}: {text}", spec.name);
    }
    let records: Vec<Value> =
        rendered(Format::Ndjson).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = records.iter().map(|record| record["record"].as_str().unwrap()).collect();
    assert_eq!(names, ["step", "step", "conflict", "left-alone", "target", "sync"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "dynamodb")), ignore = "scans the sandbox")]
fn the_sandbox_shows_what_would_be_written_into_an_empty_table() {
    let home = Home::new();
    let run = home.netcensus("sync --sandbox --provider aws -o json").run();
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let steps = document["targets"][0]["steps"].as_array().unwrap();
    assert!(!steps.is_empty() && steps.iter().all(|step| step["action"] == "create"), "{document}");
    home.netcensus("sync --sandbox --provider aws --exit-code -o json").run().exits(1);
    home.netcensus("sync --sandbox --apply").run().exits(2).says(&["--sandbox has no real networks"]);
}

#[test]
fn a_registry_that_is_not_there_is_an_error_that_says_how_to_describe_it() {
    let home = Home::new();
    home.netcensus("sync").run().exits(2).says(&["no registry is configured", "[sync.vpcs]"]);
    home.write("netcensus.toml", "[sync.vpcs]\ntype = \"dynamodb\"\ntable = \"VPCTracker\"\n");
    home.netcensus("sync vpc").run().exits(2).says(&["there is no registry `vpc`", "did you mean `vpcs`"]);
    home.netcensus("sync --max-delete 120%")
        .run()
        .exits(2)
        .says(&["--max-delete: `120%` is not a percentage"]);
    home.netcensus("sync --init").run().exits(2).says(&["--apply"]);
    home.write("netcensus.toml", "[sync.zone]\ntype = \"bind\"\n");
    home.netcensus("sync zone").run().exits(2).says(&["`bind` is not accepted; accepted: `dynamodb`"]);
}

/// A token that is not set, a password that was changed: the other registries are compared all the same.
#[test]
#[cfg_attr(not(all(feature = "aws", feature = "channels")), ignore = "needs the registries")]
fn a_registry_that_cannot_be_opened_leaves_the_others() {
    let home = Home::new();
    let ipam =
        "[sync.ipam]\ntype = \"netbox\"\nurl = \"http://127.0.0.1:1/\"\ntoken-env = \"NO_SUCH_TOKEN\"\n";
    let names = "[sync.names]\ntype = \"dns\"\nserver = \"127.0.0.1:1\"\nzones = [\"example.internal\"]\n\
                 key-file = \"k\"\ntemplate = \"{name}.example.internal\"\n";
    let key = "key \"netcensus\" {\n algorithm hmac-sha256;\n secret \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\";\n};\n";
    home.write("k", key);
    home.write("netcensus.toml", format!("{ipam}{names}"));
    home.write("inventory.json", crate::support::sample_document());
    let run = home.netcensus("sync --from inventory.json -o json").run().exits(2);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let errors: Vec<&str> =
        document["targets"].as_array().unwrap().iter().map(|it| it["error"].as_str().unwrap()).collect();
    assert!(errors[0].contains("the environment variable NO_SUCH_TOKEN is not set"), "{errors:?}");
    assert!(errors[1].contains("check `server`"), "it was tried: {errors:?}");
    home.netcensus("sync ipam --from inventory.json").run().exits(2).says(&["[sync.ipam]", "NO_SUCH_TOKEN"]);
}
