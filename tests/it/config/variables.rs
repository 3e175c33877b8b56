//! Environment variables that stand for flags.

use netcensus::cli::Cli;
use netcensus::config::{
    AwsOverrides, Color, Concurrency, ConfigError, Key, Origin, Overrides, Pattern, Settings, Variables,
};
use netcensus::model::Provider;

use clap::CommandFactory;

use super::{DOCUMENTATION, resolve_with};
use crate::support::Home;

fn with(variables: &[(&str, &str)]) -> Overrides {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Overrides { variables: Variables::new(variables), ..Overrides::default() }
}

fn resolve(file: &str, variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    resolve_with(file, &with(variables))
}

fn problems(file: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let error = resolve(file, variables).expect_err("a variable is wrong");
    error.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn a_flag_beats_a_variable_and_a_variable_beats_the_file() {
    let file = "concurrency = 3\ntimeout = '3m'\n[aws]\nregions = ['eu-*']\n[output]\nformat = 'csv'\n";
    let variables = [
        ("NETCENSUS_CONCURRENCY", "4"),
        ("NETCENSUS_TIMEOUT", "4m"),
        ("NETCENSUS_REGION", "us-*, ap-{south,east}-1,us-*"),
        ("NETCENSUS_OUTPUT", "json"),
        ("NETCENSUS_COLOR", "never"),
        ("NETCENSUS_STORE", "kept"),
        ("NETCENSUS_PROVIDER", "aws"),
    ];
    let overrides = Overrides { concurrency: Some("5".into()), ..with(&variables) };
    let settings = resolve_with(file, &overrides).unwrap();
    assert_eq!(
        (settings.concurrency.value, settings.concurrency.origin),
        (Concurrency::Fixed(5), Origin::Flag("--concurrency"))
    );
    assert_eq!(settings.timeout.value.as_secs(), 240);
    assert_eq!(settings.timeout.origin, Origin::Variable("NETCENSUS_TIMEOUT"));
    let regions: Vec<&str> = settings.aws.regions.value.iter().map(Pattern::as_str).collect();
    assert_eq!(regions, ["us-*", "ap-{south,east}-1"], "split at commas, but not within a glob");
    assert_eq!(settings.output.format.value, "json");
    assert_eq!(settings.output.color.value, Color::Never);
    assert_eq!(
        settings.store.value.unwrap(),
        std::path::Path::new("kept"),
        "where you are, not beside the file"
    );
    assert_eq!(settings.providers.value, [Provider::Aws]);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let variables = [("NETCENSUS_CONCURRENCY", ""), ("NETCENSUS_AWS_PROFILE", ""), ("NETCENSUS_AWS_ORG", "")];
    let settings = resolve("concurrency = 3\n", &variables).unwrap();
    assert_eq!(settings, resolve("concurrency = 3\n", &[]).unwrap());
}

#[test]
fn a_wrong_value_is_reported_with_the_name_of_the_variable() {
    let variables = [
        ("NETCENSUS_CONCURRENCY", "many"),
        ("NETCENSUS_AWS_ORG", "yes"),
        ("NETCENSUS_OUTPUT", "jsno"),
        ("NETCENSUS_PROVIDER", "aws,gcp"),
        ("NETCENSUS_TIMEOUT", "2h"),
    ];
    assert_eq!(
        problems("timeout = '0s'", &variables),
        [
            "netcensus.toml:1:11: timeout: `0s` is out of range; accepted: 1s to 1h",
            "NETCENSUS_AWS_ORG: `yes` is not accepted; accepted: `true`, `false`, `1`, `0`",
            "NETCENSUS_CONCURRENCY: `many` is not accepted; accepted: 1 to 512, and `auto`",
            "NETCENSUS_OUTPUT: `jsno` is not accepted; accepted: `table`, `json`, `ndjson`, `csv`, `markdown`; did \
             you mean `json`?",
            "NETCENSUS_PROVIDER: `gcp` is not accepted; accepted: `aws`, `azure`",
            "NETCENSUS_TIMEOUT: `2h` is out of range; accepted: 1s to 1h",
        ]
    );
    let home = Home::new();
    let run = home.netcensus("snapshots").env("NETCENSUS_OUTPUT", "jsno").run().exits(2);
    assert!(run.stderr.contains("NETCENSUS_OUTPUT: `jsno` is not accepted"), "{}", run.stderr);
}

#[test]
fn a_variable_that_selects_replaces_the_selection_of_the_file_and_gives_way_to_a_flag() {
    let file = "[aws]\norg = true\norg-role = 'reader'\n[azure]\nall-subscriptions = true\n";
    let variables = [("NETCENSUS_AWS_PROFILE", "audit"), ("NETCENSUS_AZURE_SUBSCRIPTION", "dev-*")];
    let settings = resolve(file, &variables).unwrap();
    assert!(settings.aws.profiles.value.matches("audit") && !settings.aws.org.value);
    assert_eq!(settings.aws.org.origin, Origin::Variable("NETCENSUS_AWS_PROFILE"));
    assert!(settings.azure.subscriptions.value.matches("dev-1") && !settings.azure.all_subscriptions.value);

    let aws = AwsOverrides { all_profiles: true, ..AwsOverrides::default() };
    let aws = resolve_with(file, &Overrides { aws, ..with(&variables) }).unwrap().aws;
    assert!(aws.all_profiles.value && aws.profiles.value.is_empty() && !aws.org.value);

    let off = resolve(file, &[("NETCENSUS_AWS_ORG", "false")]).unwrap().aws;
    assert!(!off.org.value, "a variable can switch off what the file switches on");
    let conflict = [("NETCENSUS_AWS_PROFILE", "a"), ("NETCENSUS_ALL_AWS_PROFILES", "true")];
    assert_eq!(
        problems("", &conflict),
        ["NETCENSUS_ALL_AWS_PROFILES: all profiles and named ones exclude each other; remove this or \
          `NETCENSUS_AWS_PROFILE`"]
    );
}

/// CI may set a variable for all jobs: what a run leaves out is no error then, as in the file.
#[test]
fn a_variable_may_be_about_a_cloud_that_a_run_leaves_out() {
    let overrides =
        Overrides { providers: vec!["azure".into()], ..with(&[("NETCENSUS_AWS_PROFILE", "audit")]) };
    assert_eq!(resolve_with("", &overrides).unwrap().providers.value, [Provider::Azure]);
}

#[test]
fn config_show_tells_which_variable_set_a_value() {
    let home = Home::new();
    let show = |arguments: &str| {
        home.netcensus(arguments).env("NETCENSUS_AWS_PROFILE", "prod-*").run().succeeds().stdout
    };
    assert!(show("config show").contains("profiles = [\"prod-*\"] # from NETCENSUS_AWS_PROFILE\n"));
    let json: serde_json::Value = serde_json::from_str(&show("config show -o json")).unwrap();
    let origin = serde_json::json!({ "from": "environment", "variable": "NETCENSUS_AWS_PROFILE" });
    assert_eq!(json["aws.profiles"]["origin"], origin);
    // `check` is about the file alone.
    home.write("netcensus.toml", "");
    home.netcensus("config check").env("NETCENSUS_OUTPUT", "jsno").run().succeeds();
}

/// The name follows from the flag, and stands in the help of the flag and in the documentation.
#[test]
fn every_flag_of_a_key_has_a_variable_which_the_help_names() {
    let command = Cli::command();
    let keys: Vec<_> = resolve("", &[]).unwrap().entries().into_iter().map(|entry| entry.key).collect();
    // The variable of --fail-on is that of `overlap`; `usage` has another flag of that name. --notify is a flag of several
    // commands, and `watch` alone has a key for it.
    let others = ["usage.fail-on", "watch.notify"];
    let has_variable = |key: &&Key| key.flag != "--columns" && !others.contains(&key.name);
    let with_flag = keys.iter().filter(|key| !key.flag.is_empty()).filter(has_variable);
    for key in with_flag {
        let name = key.flag.trim_start_matches("--");
        assert_eq!(key.variable, format!("NETCENSUS_{}", name.to_uppercase().replace('-', "_")));
        let commands = command.get_subcommands().chain([&command]);
        let arguments: Vec<_> = commands
            .filter(|command| !["merge", "config"].contains(&command.get_name()))
            .filter(|command| (command.get_name(), name) != ("usage", "fail-on"))
            .flat_map(clap::Command::get_arguments)
            .filter(|argument| argument.get_long() == Some(name))
            .collect();
        let shown = format!("[env: {}]", key.variable);
        let names_it = |argument: &clap::Arg| {
            argument.get_long_help().is_some_and(|help| help.to_string().ends_with(&shown))
        };
        assert!(
            !arguments.is_empty() && arguments.into_iter().all(names_it),
            "the help of {} lacks {shown}",
            key.flag
        );
    }
    for name in [
        "NETCENSUS_CONFIG",
        "NETCENSUS_AWS_PROFILE",
        "NETCENSUS_STORE",
        "NETCENSUS_OUTPUT",
        "NETCENSUS_COLOR",
    ] {
        assert!(DOCUMENTATION.contains(name), "docs/configuration.md lacks {name}");
    }
}
