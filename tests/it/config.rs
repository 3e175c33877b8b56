//! `netcensus.toml`: what it may say, what is said about it when it is wrong, and who wins.

mod clouds;
mod lookup;
mod snapshots;
mod variables;

use std::time::Duration;

use netcensus::analysis::diff::IgnoredFields;
use netcensus::analysis::groups::check_conditions;
use netcensus::config::{
    AwsOverrides, AzureApi, AzureCloud, Color, Concurrency, ConfigError, ConfigFile, KnownNames, Origin,
    OutputOverrides, Overrides, Pattern, SettingPlace, Settings,
};
use netcensus::model::{Class, Covers, Kind, Level, Provider};

use crate::support::Home;

const KNOWN: KnownNames<'_> = KnownNames {
    providers: &[Provider::Aws, Provider::Azure],
    formats: &["table", "json", "ndjson", "csv", "markdown"],
    columns: &|kind| match kind {
        Kind::Networks => vec!["account", "region", "id", "name", "cidrs"],
        Kind::Subnets => vec!["account", "region", "id", "prefixes"],
        Kind::Instances => vec!["account", "region", "id", "name", "private_ips"],
        Kind::Interfaces => vec!["account", "region", "id", "private_ips"],
        Kind::Links => vec!["kind", "id", "state"],
    },
    fields: &|text| IgnoredFields::new([text]).map(drop).map_err(|error| error.to_string().into()),
    conditions: &check_conditions,
};

const DOCUMENTATION: &str = include_str!("../../docs/configuration.md");

fn resolve_with(text: &str, overrides: &Overrides) -> Result<Settings, ConfigError> {
    Settings::resolve(Some(&ConfigFile::new("netcensus.toml", text)), overrides, &KNOWN)
}

fn resolve(text: &str) -> Result<Settings, ConfigError> {
    resolve_with(text, &Overrides::default())
}

fn problems_with(text: &str, overrides: &Overrides) -> Vec<String> {
    let error = resolve_with(text, overrides).expect_err("the configuration is wrong");
    error.problems().iter().map(ToString::to_string).collect()
}

const AWS_KEYS: &str = "`profiles`, `all-profiles`, `org`, `org-role`, `org-external-id`, `regions`, `exclude-regions`, \
     `exclude-accounts`, `accounts`, `names`";

#[track_caller]
fn assert_problems(text: &str, expected: &[&str]) {
    assert_eq!(problems_with(text, &Overrides::default()), expected);
}

fn line(line: usize) -> Origin {
    Origin::File { path: "netcensus.toml".into(), line }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

fn documented_block(start: &str) -> &'static str {
    DOCUMENTATION.split_once(start).unwrap().1.split_once("```").unwrap().0
}

#[test]
fn without_a_file_everything_has_a_default() {
    let settings = Settings::resolve(None, &Overrides::default(), &KNOWN).unwrap();
    assert_eq!(settings.concurrency.value, Concurrency::Auto);
    assert_eq!(settings.timeout.value, Duration::from_mins(2));
    assert_eq!(settings.providers.value, [Provider::Aws, Provider::Azure]);
    assert!(settings.aws.profiles.value.is_empty());
    assert!(!settings.aws.org.value);
    assert_eq!(settings.aws.org_role.value, None);
    assert!(settings.azure.subscriptions.value.is_empty() && settings.azure.tenants.value.is_empty());
    assert_eq!(settings.azure.api.value, AzureApi::Auto);
    assert_eq!(settings.azure.cloud.value, None);
    assert_eq!(settings.output.format.value, "table");
    assert_eq!(settings.output.color.value, Color::Auto);
    assert_eq!(settings.overlap.level.value, None);
    assert_eq!(settings.overlap.fail_on.value, Class::FAILING);
    assert!(settings.overlap.allow.value.is_empty() && settings.external.value.is_empty());
    assert_eq!(settings.store.value, None);
    assert_eq!(settings.diff_ignore.value.len(), 4);
    assert!(settings.output.columns.is_empty());
    assert!(settings.entries().iter().all(|entry| entry.origin == Origin::Default));
    assert_eq!(resolve("# nothing\n").unwrap(), settings, "an empty file changes nothing");
}

#[test]
fn accounts_have_the_names_that_the_file_gives_them() {
    let settings = resolve(
        "[aws.names]\n111111111111 = 'core'\n\"2222-2222-2222\" = 'shop'\n[azure.names]\nAAAA-1 = 'hub'\n",
    )
    .unwrap();
    let name = |provider, id| settings.configured_account_name(provider, id);
    assert_eq!(name(Provider::Aws, "111111111111"), Some("core"));
    assert_eq!(name(Provider::Aws, "222222222222"), Some("shop"));
    assert_eq!(name(Provider::Azure, "aaaa-1"), Some("hub"));
    assert_eq!(name(Provider::Azure, "111111111111"), None);
    assert_eq!(resolve(&settings.to_toml()).unwrap().aws.names.value, settings.aws.names.value);
    assert_problems(
        "[aws.names]\n1234 = 'core'\n111111111111 = ' '\n222222222222 = 2\n[azure]\nnames = 'hub'\n",
        &[
            "netcensus.toml:2:1: aws.names: `1234` is not an AWS account id, which has 12 digits",
            "netcensus.toml:3:1: aws.names: the name of 111111111111 is empty; remove it",
            "netcensus.toml:4:16: aws.names: expected a string, found integer",
            "netcensus.toml:6:9: azure.names: expected a table, found string",
        ],
    );
}

#[test]
fn the_documented_example_is_valid_and_mentions_every_key() {
    let example = documented_block("```toml\n");
    let settings = resolve(example).unwrap();
    for entry in settings.entries() {
        assert!(matches!(entry.origin, Origin::File { .. }), "the example lacks {}", entry.key.name);
        let row = format!("| `{}` |", entry.key.name);
        let row = DOCUMENTATION.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("no table row documents {}", entry.key.name));
        let flag =
            if entry.key.flag.is_empty() { "none".to_owned() } else { format!("`{}`", entry.key.flag) };
        assert!(row.contains(&format!("| {flag} |")), "{row} names another flag");
    }
    assert_eq!(settings.timeout.origin, line(2));
    assert_eq!(settings.aws.org_role.value.as_deref(), Some("netcensus-read"));
    assert!(settings.aws.profiles.value.matches("prod-7"));
    assert!(settings.aws.regions.value.matches("eu-west-1"));
    assert!(settings.azure.subscriptions.value.matches("prod-hub"));
    assert_eq!(settings.azure.api.value, AzureApi::Auto);
    assert_eq!(settings.azure.cloud.value, Some(AzureCloud::Public));
    assert_eq!(settings.azure.authority.value.as_deref(), Some("https://login.microsoftonline.com"));
    assert_eq!(settings.overlap.allow.value.len(), 2);
    assert_eq!(settings.overlap.domains.value[1].isolated_from, ["production"]);
    assert_eq!(settings.external.value.len(), 3, "a range for each prefix");
    assert_eq!(settings.output.columns[&Kind::Subnets].value.last().unwrap(), "tag:team");
}

#[test]
fn the_documented_complaints_are_the_real_ones() {
    let home = Home::new();
    home.write("netcensus.toml", "concurrency = 0\n\n[aws]\nregoins = []\norg = true\n");
    let printed = home.netcensus("config check").run().exits(2).stderr;
    assert_eq!(
        documented_block("$ netcensus config check\n"),
        printed,
        "docs/configuration.md shows another message"
    );
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let text = r#"providers = ["aws", "gcp", "aws"]
concurrency = "many"
timeout = "2 moons"
colour = "never"

[aws]
regions = ["eu-*", "eu-[", 7]
org_role = "x"
org-role = "arn:aws:iam::123456789012:role/team/reader"
all-profiles = "yes"
profiles = "prod"
"aws.org" = true

[output]
format = "jsno"
columns.networks = ["id", "cidr", "tag:"]
columns.links = []

[gcp]
"#;
    assert_problems(
        text,
        &[
            "netcensus.toml:1:21: providers: `gcp` is not accepted; accepted: `aws`, `azure`",
            "netcensus.toml:1:28: providers: `aws` is listed twice",
            "netcensus.toml:2:15: concurrency: `many` is not accepted; accepted: 1 to 512, and `auto`",
            "netcensus.toml:3:11: timeout: `2 moons` is not a duration; accepted: a number and a unit \
             (s, m, h, d or w), such as `90s`, `12h` or `7d`",
            "netcensus.toml:4:1: colour: unknown key here; did you mean `output.color`?",
            "netcensus.toml:7:20: aws.regions: `eu-[` is not a glob: unclosed character class; missing ']'",
            "netcensus.toml:7:28: aws.regions: expected a string, found integer",
            "netcensus.toml:8:1: aws.org_role: unknown key; did you mean `org-role`?",
            "netcensus.toml:9:12: aws.org-role: give the role's name or path/name, not an ARN; \
             did you mean `team/reader`?",
            "netcensus.toml:10:16: aws.all-profiles: expected `true` or `false`, found string",
            "netcensus.toml:11:12: aws.profiles: expected an array of strings, found string",
            &format!("netcensus.toml:12:1: aws.\"aws.org\": unknown key; accepted: {AWS_KEYS}"),
            "netcensus.toml:15:10: output.format: `jsno` is not accepted; accepted: `table`, `json`, `ndjson`, \
             `csv`, `markdown`; did you mean `json`?",
            "netcensus.toml:16:27: output.columns.networks: `cidr` is not accepted; accepted: `account`, \
             `region`, `id`, `name`, `cidrs`; did you mean `cidrs`?",
            "netcensus.toml:16:35: output.columns.networks: `tag:` lacks the tag's key; write `tag:NAME`",
            "netcensus.toml:17:17: output.columns.links: no column is left to show; \
             leave the key out for the usual ones",
            "netcensus.toml:19:2: gcp: unknown key; accepted: `concurrency`, `timeout`, `providers`, \
             `from`, `max-age`, `store`, `reservations`, `external`, `pools`, `groups`, \
             `aws`, `azure`, `overlap`, `usage`, `diff`, `notify`, `sync`, `export`, `watch`, `output`",
        ],
    );
}

#[test]
fn numbers_and_durations_have_bounds() {
    assert_eq!(resolve("concurrency = 0x200").unwrap().concurrency.value, Concurrency::Fixed(512));
    assert_eq!(resolve("concurrency = 5_0").unwrap().concurrency.value, Concurrency::Fixed(50));
    assert_eq!(resolve("concurrency = 'auto'").unwrap().concurrency.value, Concurrency::Auto);
    for number in ["0", "513", "-1", "99999999999999999999"] {
        let expected = format!(
            "netcensus.toml:1:15: concurrency: `{number}` is not accepted; accepted: 1 to 512, and `auto`"
        );
        assert_problems(&format!("concurrency = {number}"), &[&expected]);
    }
    assert_problems("timeout = 90", &["netcensus.toml:1:11: timeout: expected a string, found integer"]);
    assert_problems(
        "timeout = '2h'",
        &["netcensus.toml:1:11: timeout: `2h` is out of range; accepted: 1s to 1h"],
    );
}

#[test]
fn columns_count_characters_and_lines_count_in_every_line_ending() {
    assert_problems(
        "\u{feff}# ümläut\r\n'ключ' = 1\r\naws = { regions = ['é', ''] }\r\n",
        &[
            "netcensus.toml:2:1: \"ключ\": unknown key; accepted: `concurrency`, `timeout`, `providers`, \
             `from`, `max-age`, `store`, `reservations`, `external`, `pools`, `groups`, \
             `aws`, `azure`, `overlap`, `usage`, `diff`, `notify`, `sync`, `export`, `watch`, `output`",
            "netcensus.toml:3:25: aws.regions: the pattern is empty; remove it",
        ],
    );
    assert_problems(
        "\u{feff}colour = 1",
        &["netcensus.toml:1:1: colour: unknown key here; did you mean `output.color`?"],
    );
}

#[test]
fn a_value_cannot_stand_in_a_tables_place_nor_a_table_in_a_values() {
    assert_problems(
        "aws = 3\n[concurrency]\n[output]\ncolumns = ['id']",
        &[
            &format!("netcensus.toml:1:7: aws: expected a table, found integer; keys in `[aws]`: {AWS_KEYS}"),
            "netcensus.toml:2:1: concurrency: expected an integer or a string, found table",
            "netcensus.toml:4:11: output.columns: expected a table, found array; keys in `[output.columns]`: `networks`, `subnets`, `instances`, `interfaces`, `links`",
        ],
    );
}

#[test]
fn every_error_of_syntax_is_reported_and_nothing_else() {
    let error = resolve("concurrency = \nunknown = 1\n[aws\ntimeout = '1s'\n").unwrap_err();
    let places: Vec<_> = error.problems().iter().map(|problem| (&problem.place, &problem.key)).collect();
    let at = |line, column| SettingPlace::File { path: "netcensus.toml".into(), line, column };
    assert_eq!(places, [(&at(1, 15), &None), (&at(3, 5), &None)]);

    let twice = problems_with("concurrency = 1\nconcurrency = 2\n", &Overrides::default());
    assert_eq!(twice, ["netcensus.toml:2:1: duplicate key"]);
}

#[test]
fn keys_that_exclude_each_other_are_refused() {
    assert_problems(
        "[aws]\nprofiles = ['a']\nall-profiles = true\n",
        &[
            "netcensus.toml:3:1: aws.all-profiles: all profiles and named ones exclude each other; remove this or \
            `aws.profiles`",
        ],
    );
    assert_problems(
        "[aws]\norg = true\n",
        &["netcensus.toml:2:1: aws.org: reading an organisation needs a role to assume in its accounts; \
           add `aws.org-role`"],
    );
    assert_problems(
        "[aws]\norg-external-id = 'abc'\n",
        &["netcensus.toml:2:1: aws.org-external-id: an external id belongs to a role; add `aws.org-role`"],
    );
    // The role is wrong, but it is there: one problem, not two.
    assert_eq!(problems_with("[aws]\norg = true\norg-role = ''", &Overrides::default()).len(), 1);
    assert_problems(
        "providers = []",
        &["netcensus.toml:1:13: providers: no provider is selected; leave the key out to read all of them"],
    );
}

#[test]
fn flags_win_over_the_file_and_the_origin_says_so() {
    let overrides = Overrides {
        concurrency: Some("4".into()),
        timeout: Some("10s".into()),
        aws: AwsOverrides {
            regions: strings(&["us-*", "us-*"]),
            org_external_id: Some("xyz".into()),
            ..AwsOverrides::default()
        },
        output: OutputOverrides { color: Some("never".into()), ..OutputOverrides::default() },
        ..Overrides::default()
    };
    let settings = resolve_with(documented_block("```toml\n"), &overrides).unwrap();
    assert_eq!(
        (settings.concurrency.value, settings.concurrency.origin),
        (Concurrency::Fixed(4), Origin::Flag("--concurrency"))
    );
    assert_eq!(settings.timeout.value, Duration::from_secs(10));
    let regions: Vec<_> = settings.aws.regions.value.iter().map(Pattern::as_str).collect();
    assert_eq!(regions, ["us-*"], "a repeated flag is harmless");
    assert_eq!(settings.aws.regions.origin, Origin::Flag("--region"));
    assert_eq!(settings.aws.org_role.origin, line(13), "a flag replaces its own key only");
    assert_eq!(settings.aws.org_external_id.value.as_deref(), Some("xyz"));
    assert_eq!(settings.output.color.value, Color::Never);
    assert!(matches!(settings.output.columns[&Kind::Links].origin, Origin::File { .. }));
}

#[test]
fn problems_of_flags_name_the_flag_and_come_last() {
    let overrides = Overrides {
        concurrency: Some("1000".into()),
        providers: strings(&["awss"]),
        aws: AwsOverrides {
            profiles: strings(&["a"]),
            all_profiles: true,
            org: true,
            regions: strings(&["eu-[", "eu-*", ""]),
            ..AwsOverrides::default()
        },
        ..Overrides::default()
    };
    assert_eq!(
        problems_with("timeout = '0s'", &overrides),
        [
            "netcensus.toml:1:11: timeout: `0s` is out of range; accepted: 1s to 1h",
            "--all-aws-profiles: all profiles and named ones exclude each other; remove this or `--aws-profile`",
            "--aws-org: reading an organisation needs a role to assume in its accounts; add `--aws-org-role`",
            "--concurrency: `1000` is not accepted; accepted: 1 to 512, and `auto`",
            "--provider: `awss` is not accepted; accepted: `aws`, `azure`; did you mean `aws`?",
            "--region: `eu-[` is not a glob: unclosed character class; missing ']'",
            "--region: the pattern is empty; remove it",
        ]
    );
}

#[test]
fn a_wrong_file_is_reported_although_a_flag_wins() {
    let overrides = Overrides { concurrency: Some("4".into()), ..Overrides::default() };
    assert_eq!(problems_with("concurrency = 0", &overrides).len(), 1);
}

/// Everything that the file may say about collisions.
const COLLISIONS: &str = r#"
external = [{ site = "fra", prefixes = ["10.1.0.0/16", "10.2.0.0/16"], name = "office", domain = "core" }]

[overlap]
level = "subnets"
fail-on = []
container-bridges = ["172.30.0.0/16"]

[[overlap.allow]]
prefix = "10.0.0.0/8"
network = "vpc-*"
account = "1*"
region = "eu-*"
provider = "external"
tag = "env=a \"b\" # c"
reason = "they \\ never 'meet'"
expires = 2027-03-31

[[overlap.allow]]
between = [{ account = "a" }, { tag = "env=*", region = "*" }]
reason = "x"

[[overlap.domains]]
name = "core"
members = [{ account = "a" }, { tag = "a=b" }]
isolated-from = ["lab"]

[[overlap.domains]]
name = "lab"
"#;

#[test]
fn collisions_are_read_as_they_are_written() {
    let settings = resolve(COLLISIONS).unwrap();
    let prefixes: Vec<String> = settings.external.value.iter().map(|r| r.prefix.to_string()).collect();
    assert_eq!(prefixes, ["10.1.0.0/16", "10.2.0.0/16"]);
    assert!(settings.external.value.iter().all(|range| range.site == "fra"));
    let overlap = settings.overlap;
    assert_eq!(overlap.level.value, Some(Level::Subnets));
    assert_eq!(overlap.fail_on.value, []);
    let [one, pair] = overlap.allow.value.as_slice() else { panic!("{:?}", overlap.allow) };
    assert_eq!((one.place.as_str(), one.reason.as_str()), ("netcensus.toml:9", r"they \ never 'meet'"));
    assert_eq!(one.expires.unwrap().to_string(), "2027-03-31");
    let Covers::Any(selector) = &one.covers else { panic!("{one:?}") };
    assert_eq!(selector.tag, Some(("env".to_owned(), "a \"b\" # c".to_owned())));
    assert_eq!(selector.provider, Some(Provider::External));
    assert!(matches!(&pair.covers, Covers::Between(a, b) if a.account.is_some() && b.region.is_some()));
    assert_eq!(overlap.domains.value[0].isolated_from, ["lab"]);
    let place = SettingPlace::File { path: "netcensus.toml".into(), line: 26, column: 18 };
    assert_eq!(overlap.isolations, [(place, "lab".to_owned())]);
}

#[test]
fn what_show_prints_gives_the_same_settings_again() {
    let overrides = Overrides { timeout: Some("1m 30s".into()), ..Overrides::default() };
    let tricky =
        "[aws]\nprofiles = ['a \"b\" # c', 'x\\*']\n[output.columns]\nlinks = ['id', \"tag:a\\nb\"]\n";
    for text in ["", documented_block("```toml\n"), tricky, COLLISIONS] {
        let settings = resolve_with(text, &overrides).unwrap();
        let shown = settings.to_toml();
        let again = resolve(&shown).unwrap_or_else(|error| panic!("{error}\n{shown}"));
        let values = |settings: &Settings| -> Vec<_> {
            settings.entries().into_iter().map(|entry| (entry.key, entry.value)).collect()
        };
        assert_eq!(values(&again), values(&settings), "{shown}");
    }
}

#[test]
fn show_says_where_each_value_came_from() {
    let overrides = Overrides {
        timeout: Some("90s".into()),
        aws: AwsOverrides { profiles: strings(&["audit"]), ..AwsOverrides::default() },
        ..Overrides::default()
    };
    let file = ConfigFile::new(
        "dir\nwith feed/netcensus.toml",
        "[aws]\norg = true\nregions = ['eu-*', 'us-east-1']",
    );
    let shown = Settings::resolve(Some(&file), &overrides, &KNOWN).unwrap().to_toml();
    assert_eq!(
        shown,
        r#"concurrency = "auto" # from the default
timeout = "1m 30s" # from --timeout
providers = ["aws", "azure"] # from the default
# from is not set
# max-age is not set
# store is not set
# reservations is not set
external = [] # from the default
pools = [] # from the default
# groups is not set
# notify is not set
# sync is not set

[aws]
profiles = ["audit"] # from --aws-profile
all-profiles = false # from the default
org = false # from --aws-profile
# org-role is not set
# org-external-id is not set
regions = ["eu-*", "us-east-1"] # from dir\u{a}with feed/netcensus.toml:3
exclude-regions = [] # from the default
exclude-accounts = [] # from the default
accounts = [] # from the default
# names is not set

[azure]
subscriptions = [] # from the default
all-subscriptions = false # from the default
exclude-subscriptions = [] # from the default
# names is not set
tenants = [] # from the default
api = "auto" # from the default
# cloud is not set
# resource-manager is not set
# authority is not set

[overlap]
# level is not set
fail-on = ["connected", "planned", "external", "reservation-taken", "latent", "outside-network"] # from the default
container-bridges = ["172.17.0.0/16"] # from the default
allow = [] # from the default
domains = [] # from the default

[usage]
warn = ["80%"] # from the default
critical = ["90%"] # from the default
fail-on = ["critical"] # from the default
thresholds = [] # from the default

[diff]
ignore = ["subnets.addresses_available", "instances.state", "instances.launched_at", "interfaces.state"] # from the default

[export]
min-rows = [] # from the default
# max-drop is not set
templates = [] # from the default

[watch]
queues = [] # from the default
azure-changes = false # from the default
# every is not set
# reconcile is not set
keep-every = "5m" # from the default
export = [] # from the default
notify = [] # from the default
sync = [] # from the default
sync-every = "1m" # from the default
# serve is not set
# serve-token-file is not set

[output]
format = "table" # from the default
color = "auto" # from the default

[output.columns]
# networks is not set
# subnets is not set
# instances is not set
# interfaces is not set
# links is not set
"#
    );
}
