//! What is said about the clouds: which accounts and subscriptions, and whether anybody asked for a cloud.

use netcensus::config::{AwsOverrides, AzureApi, AzureCloud, AzureOverrides, Origin, Overrides};
use netcensus::model::Provider;

use super::{assert_problems, line, problems_with, resolve_with, strings};

#[test]
fn a_flag_that_selects_accounts_replaces_the_files_selection() {
    let file = "[aws]\norg = true\norg-role = 'reader'\n";
    let flags = |aws| Overrides { aws, ..Overrides::default() };
    let by_profile = flags(AwsOverrides { profiles: strings(&["audit"]), ..AwsOverrides::default() });
    let aws = resolve_with(file, &by_profile).unwrap().aws;
    assert_eq!((aws.org.value, aws.org.origin), (false, Origin::Flag("--aws-profile")));
    assert!(aws.profiles.value.matches("audit"));
    assert_eq!(aws.all_profiles.origin, Origin::Default);
    assert_eq!(aws.org_role.value.as_deref(), Some("reader"), "which --aws-org would take up again");

    let everything = flags(AwsOverrides { all_profiles: true, ..AwsOverrides::default() });
    let aws = resolve_with("[aws]\nprofiles = ['a']\n", &everything).unwrap().aws;
    assert!(aws.all_profiles.value && aws.profiles.value.is_empty());

    let role_only = flags(AwsOverrides { org_role: Some("reader".into()), ..AwsOverrides::default() });
    let aws = resolve_with("[aws]\norg = true\n", &role_only).unwrap().aws;
    assert!(aws.org.value, "a role selects nothing; it completes what the file selects");
}

#[test]
fn a_flag_that_selects_subscriptions_replaces_the_files_selection() {
    let flags = |azure| Overrides { azure, ..Overrides::default() };
    let some = flags(AzureOverrides { subscriptions: strings(&["dev-*"]), ..AzureOverrides::default() });
    let azure = resolve_with("[azure]\nall-subscriptions = true\n", &some).unwrap().azure;
    assert!(azure.subscriptions.value.matches("dev-1"));
    let origin = Origin::Flag("--azure-subscription");
    assert_eq!((azure.all_subscriptions.value, azure.all_subscriptions.origin), (false, origin));

    let all = flags(AzureOverrides { all_subscriptions: true, ..AzureOverrides::default() });
    let azure =
        resolve_with("[azure]\nsubscriptions = ['a']\ntenants = ['b.example']\n", &all).unwrap().azure;
    assert!(azure.all_subscriptions.value && azure.subscriptions.value.is_empty());
    assert_eq!(azure.subscriptions.origin, Origin::Flag("--all-azure-subscriptions"));
    assert_eq!(azure.tenants.value, ["b.example"], "a tenant selects no subscription");
}

#[test]
fn the_table_of_azure_is_checked_like_the_others() {
    let text = r#"[azure]
subscriptions = ["prod-*", "prod-["]
all-subscriptions = true
tenants = ["contoso.com/", "a.example", "a.example"]
api = "graph"
cloud = "usgoverment"
resource-manager = "http://management.example.com"
authority = "https://me:s3cr3t@login.example.com/tenant"
subscription = "a"
"#;
    assert_problems(
        text,
        &[
            "netcensus.toml:2:28: azure.subscriptions: `prod-[` is not a glob: unclosed character class; missing ']'",
            "netcensus.toml:3:1: azure.all-subscriptions: all subscriptions and named ones exclude each other; \
                remove this or `azure.subscriptions`",
            "netcensus.toml:4:12: azure.tenants: `contoso.com/` is not a tenant; give its id (a GUID) or one of its \
             domains, such as `contoso.onmicrosoft.com`",
            "netcensus.toml:4:41: azure.tenants: `a.example` is listed twice",
            "netcensus.toml:5:7: azure.api: `graph` is not accepted; accepted: `auto`, `arm`, `resource-graph`",
            "netcensus.toml:6:9: azure.cloud: `usgoverment` is not accepted; accepted: `public`, `usgovernment`, \
             `china`; did you mean `usgovernment`?",
            "netcensus.toml:7:20: azure.resource-manager: tokens must not be sent unencrypted: write `https://`; \
             `http://` is for loopback addresses only, such as `http://127.0.0.1:8080`",
            "netcensus.toml:8:13: azure.authority: the URL must end with the host or port, without a path, \
             query or user; did you mean `https://login.example.com`?",
            "netcensus.toml:9:1: azure.subscription: unknown key; did you mean `subscriptions`?",
        ],
    );
}

#[test]
fn problems_of_the_flags_about_azure_name_the_flag() {
    let azure = AzureOverrides {
        subscriptions: strings(&["a"]),
        all_subscriptions: true,
        exclude_subscriptions: strings(&["a", "a"]),
        tenants: strings(&["*"]),
        api: Some("resource_graph".into()),
        cloud: Some("germany".into()),
        resource_manager: Some("management.azure.com".into()),
        authority: Some("https://127.0.0.1:8080?x".into()),
    };
    assert_eq!(
        problems_with("", &Overrides { azure, ..Overrides::default() }),
        [
            "--all-azure-subscriptions: all subscriptions and named ones exclude each other; remove this or \
                `--azure-subscription`",
            "--azure-api: `resource_graph` is not accepted; accepted: `auto`, `arm`, `resource-graph`; did you mean \
             `resource-graph`?",
            "--azure-authority: the URL must end with the host or port, without a path, query or user; did you \
             mean `https://127.0.0.1:8080`?",
            "--azure-cloud: `germany` is not accepted; accepted: `public`, `usgovernment`, `china`",
            "--azure-resource-manager: not a URL; write one such as `https://management.example.com`",
            "--azure-tenant: `*` is not a tenant; give its id (a GUID) or one of its domains, such as \
             `contoso.onmicrosoft.com`",
        ]
    );
}

#[test]
fn flags_about_azure_win_over_the_file() {
    let azure = AzureOverrides {
        tenants: strings(&["a.example", "a.example"]),
        api: Some("arm".into()),
        cloud: Some("china".into()),
        resource_manager: Some("http://127.0.0.1:8080/".into()),
        ..AzureOverrides::default()
    };
    let file = "[azure]\ntenants = ['b.example']\napi = 'resource-graph'\ncloud = 'public'\n\
                resource-manager = 'https://a.example'\nauthority = 'https://b.example'\n";
    let azure = resolve_with(file, &Overrides { azure, ..Overrides::default() }).unwrap().azure;
    assert_eq!(azure.tenants.value, ["a.example"]);
    assert_eq!((azure.api.value, azure.api.origin), (AzureApi::Arm, Origin::Flag("--azure-api")));
    assert_eq!(azure.cloud.value, Some(AzureCloud::China));
    assert_eq!(azure.resource_manager.value.as_deref(), Some("http://127.0.0.1:8080"));
    assert_eq!(
        (azure.authority.value.as_deref(), azure.authority.origin),
        (Some("https://b.example"), line(6))
    );
}

/// Lists the clouds that these settings ask for.
fn asked_for(text: &str, overrides: &Overrides) -> Vec<Provider> {
    let settings = resolve_with(text, overrides).unwrap();
    [Provider::Aws, Provider::Azure, Provider::External]
        .into_iter()
        .filter(|provider| settings.asked_for(*provider))
        .collect()
}

#[test]
fn a_cloud_is_asked_for_by_name_or_by_what_to_read_of_it() {
    let by_file = |text: &str| asked_for(text, &Overrides::default());
    assert_eq!(by_file("providers = ['azure']"), [Provider::Azure]);
    assert_eq!(by_file("providers = ['aws', 'azure']"), [Provider::Aws, Provider::Azure]);
    for key in ["profiles = ['a']", "all-profiles = true", "org = true\norg-role = 'r'"] {
        assert_eq!(by_file(&format!("[aws]\n{key}")), [Provider::Aws], "{key}");
    }
    for key in [
        "subscriptions = ['a']",
        "all-subscriptions = true",
        "tenants = ['a.example']",
        "api = 'arm'",
        "cloud = 'public'",
        "resource-manager = 'https://a.example'",
        "authority = 'https://a.example'",
    ] {
        assert_eq!(by_file(&format!("[azure]\n{key}")), [Provider::Azure], "{key}");
    }
    let azure = AzureOverrides { all_subscriptions: true, ..AzureOverrides::default() };
    let flags = Overrides { azure, ..Overrides::default() };
    assert_eq!(asked_for("", &flags), [Provider::Azure]);
}

#[test]
fn a_flag_about_a_cloud_that_is_left_out_is_refused_and_a_file_may_say_more_than_a_run_reads() {
    let azure = AzureOverrides { subscriptions: strings(&["a"]), ..AzureOverrides::default() };
    let flags = Overrides { providers: strings(&["aws"]), azure, ..Overrides::default() };
    let refused = "--azure-subscription: it selects in Azure, but --provider aws leaves Azure out";
    assert_eq!(problems_with("", &flags), [refused]);
    let aws = AwsOverrides { profiles: strings(&["a"]), ..AwsOverrides::default() };
    let flags = Overrides { aws, ..Overrides::default() };
    let refused = "--aws-profile: it selects in AWS, but `providers` leaves AWS out";
    assert_eq!(problems_with("providers = ['azure']", &flags), [refused]);
    let only = Overrides { providers: strings(&["aws"]), ..Overrides::default() };
    resolve_with("[azure]\nsubscriptions = ['a']\n", &only).unwrap();
}

#[test]
fn what_says_nothing_about_a_cloud_does_not_ask_for_it() {
    let defaults = "[aws]\nprofiles = []\nall-profiles = false\norg = false\n\
                    [azure]\nsubscriptions = []\nall-subscriptions = false\ntenants = []\napi = 'auto'\n";
    for text in
        ["", defaults, "[aws]\nregions = ['eu-*']\nexclude-regions = ['eu-west-1']", "[aws]\norg-role = 'r'"]
    {
        assert_eq!(asked_for(text, &Overrides::default()), [], "{text}");
    }
}
