//! What `netcensus.toml` may say wrongly about collisions: each mistake is one problem, with line and column.

use super::paper;
use crate::support::Cloud;

/// Holds that a file has one problem, and which.
#[track_caller]
fn one_problem(text: &str, expected: &str) {
    let home = paper::home(&paper::tidy());
    home.write("netcensus.toml", text);
    let output = home.netcensus("overlap --from i.json").run();
    let said = output.refuses(&["the configuration is not valid: 1 problem"]).stderr;
    assert_eq!(said.lines().nth(1).unwrap().trim(), format!("netcensus.toml:{expected}"), "{text}");
}

/// Holds the same of an entry of the allow list, which begins at line 2.
#[track_caller]
fn one_entry(fields: &str, expected: &str) {
    one_problem(&format!("[[overlap.allow]]\n{fields}\n"), expected);
}

const NOTHING: &str = "overlap.allow: nothing is selected; give one or more of `prefix`, `network`, `account`, \
                       `region`, `provider`, `tag`";
const PAIR: &str = "overlap.allow: `between` takes two tables, such as `between = [{ account = \"a\" }, \
                    { account = \"b\" }]`";

#[test]
fn an_entry_of_the_allow_list_says_what_and_why() {
    one_entry(
        "account = 'a'",
        "1:1: overlap.allow: the entry has no `reason`; say why the collision is accepted",
    );
    one_entry("account = 'a'\nreason = ' '", "3:10: overlap.allow.reason: it is empty");
    one_entry("reason = 'x'", &format!("1:1: {NOTHING}"));
    one_entry("reason = 'x'\nexpires = 2020-01-01", &format!("1:1: {NOTHING}"));
}

#[test]
fn a_wrong_selector_is_one_problem() {
    for (field, expected) in [
        (
            "prefix = '10.0.0.1/8'",
            "2:10: overlap.allow.prefix: 10.0.0.1/8: host bits are set; did you mean 10.0.0.0/8?",
        ),
        (
            "prefix = '10.0.0.1'",
            "2:10: overlap.allow.prefix: 10.0.0.1 is an address, not a prefix; did you mean 10.0.0.1/32?",
        ),
        ("prefix = 10", "2:10: overlap.allow.prefix: expected a string, found integer"),
        (
            "network = 'vpc-['",
            "2:11: overlap.allow.network: `vpc-[` is not a glob: unclosed character class; missing ']'",
        ),
        (
            "provider = 'gcp'",
            "2:12: overlap.allow.provider: `gcp` is not accepted; accepted: `aws`, `azure`, `external`",
        ),
        (
            "tag = 'env'",
            "2:7: overlap.allow.tag: `env` is not a tag; write `KEY=VALUE`, where VALUE may be a glob",
        ),
        ("acount = 'a'", "2:1: overlap.allow: unknown key `acount`; did you mean `account`?"),
    ] {
        one_entry(&format!("{field}\nreason = 'x'"), expected);
    }
    one_entry(
        "account = 'a'\nreason = 'x'\nnetwrk = 'b'",
        "4:1: overlap.allow: unknown key `netwrk`; did you mean `network`?",
    );
}

#[test]
fn a_pair_has_two_sides_and_stands_alone() {
    one_entry("between = [{ account = 'a' }]\nreason = 'x'", &format!("1:1: {PAIR}"));
    one_entry("between = []\nreason = 'x'", &format!("1:1: {PAIR}"));
    one_entry("between = [{ account = 'a' }, {}]\nreason = 'x'", &format!("2:31: {NOTHING}"));
    one_entry(
        "between = [{ account = 'a' }, { acount = 'b' }]\nreason = 'x'",
        "2:33: overlap.allow: unknown key `acount`; did you mean `account`?",
    );
    one_entry(
        "between = 'a'\nreason = 'x'",
        "2:11: overlap.allow.between: expected an array of tables, found string",
    );
    one_entry(
        "between = [{ account = 'a' }, { account = 'b' }]\nregion = 'eu-*'\nreason = 'x'",
        "1:1: overlap.allow: `between` cannot be combined with other keys; move them into its two tables",
    );
}

#[test]
fn a_date_is_a_date() {
    for date in ["'soon'", "'2027-3-1'", "2027-03-31T12:00:00Z"] {
        let text = date.trim_matches('\'');
        one_entry(
            &format!("account = 'a'\nreason = 'x'\nexpires = {date}"),
            &format!("4:11: overlap.allow.expires: `{text}` is not a date; write one such as 2027-03-31"),
        );
    }
    one_entry(
        "account = 'a'\nreason = 'x'\nexpires = 20270331",
        "4:11: overlap.allow.expires: expected a date such as 2027-03-31, found integer",
    );
}

#[test]
fn a_routing_domain_has_a_name_of_its_own() {
    one_problem(
        "[[overlap.domains]]\nmembers = [{ account = 'a' }]",
        "1:1: overlap.domains: the routing domain has no `name`",
    );
    one_problem(
        "[[overlap.domains]]\nname = 'a'\n[[overlap.domains]]\nname = 'a'\n",
        "3:1: overlap.domains: the routing domain `a` is defined twice; make one entry of them",
    );
    one_problem(
        "[[overlap.domains]]\nname = 'a'\nisolated-from = ['a']\n",
        "1:1: overlap.domains: the routing domain `a` is isolated from itself",
    );
    one_problem(
        "[[overlap.domains]]\nname = 'a'\nmembers = [{}]\n",
        "3:12: overlap.domains: nothing is selected; give one or more of `prefix`, `network`, `account`, `region`, \
         `provider`, `tag`",
    );
    one_problem(
        "[[overlap.domains]]\nname = 'a'\nmember = [{ account = 'a' }]\n",
        "3:1: overlap.domains: unknown key `member`; did you mean `members`?",
    );
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_unknown_routing_domain_is_found_before_anything_is_asked() {
    let text = "[[overlap.domains]]\nname = 'core'\nisolated-from = ['lab', 'dmz']\n[[overlap.domains]]\nname = 'lab'\n";
    let unknown = "3:25: overlap.domains.isolated-from: `dmz` is not a routing domain; the routing domains are `core`, `lab`";
    one_problem(text, unknown);
    let cloud = Cloud::sample(&[]);
    cloud.home.write("netcensus.toml", text);
    cloud.netcensus("overlap").run().refuses(&[unknown]);
    assert_eq!(cloud.requests(), []);
    // Files of ranges name domains too.
    cloud.home.write("sites.csv", "prefix,site,domain\n10.0.0.0/8,fra,dmz\n");
    let run = cloud.netcensus("overlap --aws-profile security --region us-east-1 --external sites.csv");
    run.run().exits(1);
}

#[test]
fn a_range_has_a_site_and_a_prefix() {
    let entry = |fields: &str| format!("[[external]]\n{fields}\n");
    one_problem(
        &entry("prefix = '10.0.0.0/8'"),
        "1:1: external: the range has no `site`; say where it is in use",
    );
    one_problem(
        &entry("site = 'fra'"),
        "1:1: external: the range has no `prefix`; write `prefix = \"10.0.0.0/8\"` or `prefixes = [...]`",
    );
    one_problem(
        &entry("site = 'fra'\nprefixes = []"),
        "1:1: external: `prefixes` is empty; name the ranges, or remove the entry",
    );
    one_problem(
        &entry("site = 'fra'\nprefixes = ['10.0.0.0/8', '10.0.0.1/8']"),
        "3:27: external.prefixes: 10.0.0.1/8: host bits are set; did you mean 10.0.0.0/8?",
    );
    one_problem(
        &entry("site = 'fra'\nprefix = '10.0.0.0/8'\nvrf = 'x'"),
        "4:1: external: unknown key `vrf`; accepted: `site`, `prefixes`, `prefix`, `name`, `domain`",
    );
    one_problem(
        "[external]\nsite = 'fra'\n",
        "1:1: external: expected an array of tables, found table; write [[external]]",
    );
}

#[test]
fn what_fails_and_what_is_compared_are_names() {
    one_problem(
        "[overlap]\nlevel = 'network'\n",
        "2:9: overlap.level: `network` is not accepted; accepted: `networks`, `subnets`, `all`; did you mean `networks`?",
    );
    one_problem(
        "[overlap]\nfail-on = ['latent', 'latent']\n",
        "2:22: overlap.fail-on: `latent` is listed twice",
    );
    one_problem("[overlap]\nfail_on = []\n", "2:1: overlap.fail_on: unknown key; did you mean `fail-on`?");
    one_problem(
        "[overlap]\ncontainer-bridges = ['172.17.0.1/16']\n",
        "2:22: overlap.container-bridges: 172.17.0.1/16: host bits are set; did you mean 172.17.0.0/16?",
    );
    let home = paper::home(&paper::tidy());
    home.write("netcensus.toml", "[overlap]\nfail-on = ['conected']\n");
    home.netcensus("overlap --from i.json").run().refuses(&["`conected` is not accepted", "`connected`?"]);
    home.netcensus("config check").run().refuses(&["netcensus.toml:2:12: overlap.fail-on"]);
}
