//! Collects the flags and environment variables for the configuration, and resolves the settings.

use crate::analysis::columns::columns_of;
use crate::analysis::diff::IgnoredFields;
use crate::analysis::groups::check_conditions;
use crate::cli::global::{ColorArg, GlobalArgs};
use crate::cli::output::OutputArgs;
use crate::cli::scope::ScopeArgs;
use crate::cli::source::LiveArgs;
use crate::clouds;
use crate::config::{
    AwsOverrides, AzureOverrides, Color, ConfigEnvironment, ConfigFile, ExportOverrides, KnownNames,
    OutputOverrides, OverlapOverrides, Overrides, Settings, UsageOverrides, Variables, WatchOverrides,
    split_list,
};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::model::Kind;
use crate::output::{Content, Format};

/// Collects the flags, and the environment variables that stand for flags.
pub fn from_flags(scope: Option<&ScopeArgs>, output: Option<&OutputArgs>, global: &GlobalArgs) -> Overrides {
    let output = OutputOverrides {
        format: output.and_then(|output| output.output.clone()),
        color: global.color.map(|color| color_choice(color).as_str().to_owned()),
    };
    let variables = Variables::from_process();
    let Some(scope) = scope else { return Overrides { output, variables, ..Overrides::default() } };
    Overrides {
        concurrency: scope.concurrency.clone(),
        timeout: scope.timeout.clone(),
        providers: scope.providers.clone(),
        aws: AwsOverrides {
            profiles: scope.aws_profiles.clone(),
            all_profiles: scope.all_aws_profiles,
            org: scope.aws_org,
            org_role: scope.aws_org_role.clone(),
            org_external_id: scope.aws_org_external_id.clone(),
            regions: scope.regions.clone(),
            exclude_regions: scope.exclude_regions.clone(),
            exclude_accounts: split_lists(&scope.exclude_aws_accounts),
            accounts: split_lists(&scope.aws_accounts),
            addresses: Vec::new(),
        },
        azure: AzureOverrides {
            subscriptions: scope.azure_subscriptions.clone(),
            all_subscriptions: scope.all_azure_subscriptions,
            exclude_subscriptions: split_lists(&scope.exclude_azure_subscriptions),
            tenants: scope.azure_tenants.clone(),
            api: scope.azure_api.clone(),
            cloud: scope.azure_cloud.clone(),
            resource_manager: scope.azure_resource_manager.clone(),
            authority: scope.azure_authority.clone(),
        },
        overlap: OverlapOverrides::default(),
        usage: UsageOverrides::default(),
        store: None,
        reservations: None,
        export: ExportOverrides::default(),
        watch: WatchOverrides::default(),
        output,
        variables,
    }
}

/// Returns the choice of `--color`.
pub const fn color_choice(choice: ColorArg) -> Color {
    match choice {
        ColorArg::Auto => Color::Auto,
        ColorArg::Always => Color::Always,
        ColorArg::Never => Color::Never,
    }
}

fn split_lists(texts: &[String]) -> Vec<String> {
    texts.iter().flat_map(|text| split_list(text)).collect()
}

/// Collects the flags of commands that can read clouds, and the environment variables that stand for flags.
pub fn from_live_flags(live: &LiveArgs, output: Option<&OutputArgs>, global: &GlobalArgs) -> Overrides {
    Overrides { store: live.store.store.clone(), ..from_flags(Some(&live.scope), output, global) }
}

/// Calls `work` with the names that the configuration is checked against: of providers, formats, columns and fields.
pub fn with_config_names<T>(work: impl FnOnce(&KnownNames<'_>) -> T) -> T {
    let providers = clouds::compiled_in();
    let formats: Vec<_> = Format::for_content(Content::Rows).map(|spec| spec.name).collect();
    let columns = |kind: Kind| columns_of(kind).iter().map(|spec| spec.name).collect();
    let fields =
        |text: &str| IgnoredFields::new([text]).map(drop).map_err(|error| Diagnostic::from_error(&error));
    work(&KnownNames {
        providers: &providers,
        formats: &formats,
        columns: &columns,
        fields: &fields,
        conditions: &check_conditions,
    })
}

/// Resolves the settings: flags over environment variables over the file over defaults.
///
/// # Errors
/// With every problem of the file, the variables and the flags.
pub fn resolve_settings(global: &GlobalArgs, overrides: &Overrides) -> Result<Settings, Error> {
    let file = ConfigFile::find(global.config.as_deref(), &ConfigEnvironment::of_process())?;
    if let Some(file) = &file {
        tracing::info!("the configuration file is {}", file.path().display());
    }
    Ok(with_config_names(|names| Settings::resolve(file.as_ref(), overrides, names))?)
}

/// Returns the format that was `typed`, else that of the settings.
///
/// # Errors
/// When there is no such format.
pub fn chosen_format(typed: Option<&str>, settings: &Settings) -> Result<Format, Error> {
    Ok(typed.unwrap_or(&settings.output.format.value).parse()?)
}
