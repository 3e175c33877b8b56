//! Command lines, and what completes them.

use clap_complete::engine;

use super::*;

/// Completes a command line, of which the last word may be empty.
fn complete(line: &str) -> Vec<String> {
    let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    let last = words.len() - 1;
    let found = engine::complete(&mut command(), words, last, None).unwrap();
    found.iter().map(|candidate| candidate.get_value().to_string_lossy().into_owned()).collect()
}

#[test]
fn closed_sets_are_completed_also_after_a_comma() {
    assert_eq!(complete("netcensus scan sub"), ["subnets"]);
    assert_eq!(complete("netcensus scan networks,li"), ["networks,links"]);
    assert_eq!(complete("netcensus scan --azure-api "), ["auto", "arm", "resource-graph"]);
    assert_eq!(complete("netcensus scan --azure-cloud=us"), ["--azure-cloud=usgovernment"]);
    assert_eq!(complete("netcensus overlap -o github,sa"), ["github,sarif"]);
    assert_eq!(complete("netcensus overlap --fail-on overlap,no"), ["overlap,none"]);
}

#[test]
fn columns_are_completed_for_flags_that_take_them() {
    assert!(complete("netcensus scan --columns ").contains(&"owner".to_owned()));
    assert_eq!(complete("netcensus scan --columns id,tag"), ["id,tags", "id,tag:"]);
    assert_eq!(complete("netcensus scan --sort name,-own"), ["name,-owner"]);
}

#[test]
fn conditions_are_completed_with_the_values_that_are_few() {
    assert_eq!(complete("netcensus scan --filter prov"), ["provider="]);
    assert_eq!(complete("netcensus scan --filter contains"), ["contains-ip="]);
    assert_eq!(complete("netcensus scan --filter is_default=t"), ["is_default=true"]);
    assert_eq!(complete("netcensus scan --filter is_default!="), ["is_default!=true", "is_default!=false"]);
    assert_eq!(complete("netcensus scan --filter=is_default=f"), ["--filter=is_default=false"]);
}

#[test]
fn every_argument_with_values_of_this_machine_has_a_completer() {
    let with_completer = |command: &Command| {
        let names =
            command.get_arguments().filter(|arg| arg.get::<clap_complete::ArgValueCompleter>().is_some());
        names.map(|arg| arg.get_id().to_string()).collect::<Vec<_>>()
    };
    let root = command();
    let of = |name: &str| with_completer(root.find_subcommand(name).unwrap());
    for (name, argument) in [
        ("scan", "providers"),
        ("scan", "aws_profiles"),
        ("scan", "exclude_regions"),
        ("scan", "aws_accounts"),
        ("scan", "azure_subscriptions"),
        ("scan", "from"),
        ("overlap", "between"),
        ("overlap", "notify"),
        ("free", "places"),
        ("reserve", "place"),
        ("diff", "old"),
        ("diff", "new"),
        ("groups", "name"),
        ("groups", "groups"),
        ("export", "template"),
        ("merge", "inputs"),
    ] {
        assert!(of(name).contains(&argument.to_owned()), "{name} {argument}");
    }
    let verify = root.find_subcommand("snapshots").unwrap().find_subcommand("verify").unwrap();
    assert_eq!(with_completer(verify), ["names"]);
}
