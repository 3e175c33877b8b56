//! The settings: what the file and the flags say, validated and typed.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::model::{Kind, Pool, Provider, Range, parse_duration};
use crate::suggest;

use super::azure::{AzureOverrides, AzureSettings};
use super::export::{ExportOverrides, ExportSettings};
use super::file::ConfigFile;
use super::groups::{self, GroupDefinitions};
use super::keys;
use super::notify::{self, ChannelSettings};
use super::origin::{Origin, Sourced};
use super::overlap::{self, OverlapOverrides, OverlapSettings};
use super::patterns::Patterns;
use super::pools;
use super::problem::{ConfigError, ValueFault};
use super::reader::Reader;
use super::reservations::{self, ReservationPlace};
use super::rules::{self, Color, Concurrency, KnownNames};
use super::sync::{self, SyncSettings};
use super::toml_tree::TomlTree;
use super::usage::{UsageOverrides, UsageSettings};
use super::variables::Variables;
use super::watch::{WatchOverrides, WatchSettings};

/// It begins with as many reads as `clouds/adaptive_limit.rs` says.
const DEFAULT_CONCURRENCY: Concurrency = Concurrency::Auto;
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(2);
const DEFAULT_FORMAT: &str = "table";
/// Fields that change by themselves.
const DEFAULT_IGNORED: [&str; 4] =
    ["subnets.addresses_available", "instances.state", "instances.launched_at", "interfaces.state"];

/// Every setting, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many reads run at once.
    pub concurrency: Sourced<Concurrency>,
    /// How long one read may take, one second to one hour.
    pub timeout: Sourced<Duration>,
    /// The providers to ask; never empty unless none is compiled in.
    pub providers: Sourced<Vec<Provider>>,
    /// The saved inventory that commands read instead of the clouds, unless flags say what to read.
    pub from: Sourced<Option<PathBuf>>,
    /// How old a snapshot may be that replaces a scan, as it is written.
    pub max_age: Sourced<Option<String>>,
    /// What to read of AWS.
    pub aws: AwsSettings,
    /// What to read of Azure.
    pub azure: AzureSettings,
    /// The directory of snapshots; `None` for the default.
    pub store: Sourced<Option<PathBuf>>,
    /// Where reservations are kept; `None` for a file in the directory of snapshots.
    pub reservations: Sourced<Option<ReservationPlace>>,
    /// Ranges outside the clouds.
    pub external: Sourced<Vec<Range>>,
    /// What prefixes of networks are taken from.
    pub pools: Sourced<Vec<Pool>>,
    /// How collisions are judged.
    pub overlap: OverlapSettings,
    /// When address space counts as too full.
    pub usage: UsageSettings,
    /// Fields whose changes are not looked at.
    pub diff_ignore: Sourced<Vec<String>>,
    /// Registries that `sync` keeps true, by name.
    pub sync: Sourced<BTreeMap<String, SyncSettings>>,
    /// Channels that `--notify` sends to, by name.
    pub notify: Sourced<BTreeMap<String, ChannelSettings>>,
    /// When to refuse an export, and the columns of exports.
    pub export: ExportSettings,
    /// How an inventory is kept up to date.
    pub watch: WatchSettings,
    /// Groups, which are saved searches.
    pub groups: Sourced<GroupDefinitions>,
    /// How to show it.
    pub output: OutputSettings,
}

/// Which accounts and regions of AWS are in scope.
///
/// Neither `profiles`, `all_profiles` nor `org`: the default credential chain. `profiles` never stands
/// together with `all_profiles`, and `org` never without `org_role`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsSettings {
    /// Profiles to sign in with.
    pub profiles: Sourced<Patterns>,
    /// Whether to sign in with every profile of the AWS configuration.
    pub all_profiles: Sourced<bool>,
    /// Whether to read every account of the organisation.
    pub org: Sourced<bool>,
    /// The role to assume in the accounts of the organisation: `name` or `path/name`.
    pub org_role: Sourced<Option<String>>,
    /// The external id that the role asks for.
    pub org_external_id: Sourced<Option<String>>,
    /// Regions to read; empty means every region that the account has enabled.
    pub regions: Sourced<Patterns>,
    /// Regions to leave out of those.
    pub exclude_regions: Sourced<Patterns>,
    /// Accounts to leave out, by id or name.
    pub exclude_accounts: Sourced<Patterns>,
    /// Accounts to read of those that are signed in to, by id or name; empty means all.
    pub accounts: Sourced<Patterns>,
    /// Names of accounts by their ids; they win over every other name.
    pub names: Sourced<BTreeMap<String, String>>,
    /// If there are any, only interfaces with one of these addresses are read, and what these are in (`find --quick`).
    pub addresses: Vec<IpAddr>,
}

/// How results are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSettings {
    /// The name of the format, one of [`KnownNames::formats`](super::KnownNames).
    pub format: Sourced<String>,
    /// When to colour.
    pub color: Sourced<Color>,
    /// The columns of each kind; a kind that is missing has the columns its report comes with.
    pub columns: BTreeMap<Kind, Sourced<Vec<String>>>,
}

/// The flags as they were typed, and the environment variables that stand for flags. Both obey the rules of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--concurrency`.
    pub concurrency: Option<String>,
    /// `--timeout`.
    pub timeout: Option<String>,
    /// `--provider`.
    pub providers: Vec<String>,
    /// The flags about AWS.
    pub aws: AwsOverrides,
    /// The flags about Azure.
    pub azure: AzureOverrides,
    /// The flags about collisions.
    pub overlap: OverlapOverrides,
    /// The flags about usage.
    pub usage: UsageOverrides,
    /// `--store`.
    pub store: Option<PathBuf>,
    /// `--reservations`.
    pub reservations: Option<String>,
    /// The flags about exports.
    pub export: ExportOverrides,
    /// The flags about watching.
    pub watch: WatchOverrides,
    /// The flags about output.
    pub output: OutputOverrides,
    /// The environment variables that stand for flags which are not given.
    pub variables: Variables,
}

/// What the flags said about AWS. One that selects accounts (`profiles`, `all_profiles`, `org`) replaces the
/// file's whole selection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsOverrides {
    /// `--aws-profile`.
    pub profiles: Vec<String>,
    /// `--all-aws-profiles`.
    pub all_profiles: bool,
    /// `--aws-org`.
    pub org: bool,
    /// `--aws-org-role`.
    pub org_role: Option<String>,
    /// `--aws-org-external-id`.
    pub org_external_id: Option<String>,
    /// `--region`.
    pub regions: Vec<String>,
    /// `--exclude-region`.
    pub exclude_regions: Vec<String>,
    /// `--exclude-aws-account`.
    pub exclude_accounts: Vec<String>,
    /// `--aws-account`.
    pub accounts: Vec<String>,
    /// The addresses of `find --quick`.
    pub addresses: Vec<IpAddr>,
}

/// What the flags said about output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputOverrides {
    /// `--output`.
    pub format: Option<String>,
    /// `--color`.
    pub color: Option<String>,
}

/// Finds what the file describes in a table `[TABLE.NAME]`, such as the channel of `[notify.ops]`.
fn find_described<'s, T>(
    known: &'s BTreeMap<String, T>,
    (what, table, name): (&str, &str, &str),
) -> Result<&'s T, Diagnostic> {
    known.get(name).ok_or_else(|| {
        let meant = suggest::meant(suggest::nearest(name, known.keys().map(String::as_str)));
        Diagnostic::new(format!("there is no {what} `{name}`{meant}"))
            .remedy(format!("describe it in netcensus.toml, in a table [{table}.{name}] (docs/{table}.md)"))
    })
}

impl Settings {
    /// Finds a channel of `--notify`.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn channel(&self, name: &str) -> Result<&ChannelSettings, Diagnostic> {
        find_described(&self.notify.value, ("channel", "notify", name))
    }

    /// Finds a registry of `sync`.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn registry(&self, name: &str) -> Result<&SyncSettings, Diagnostic> {
        find_described(&self.sync.value, ("registry", "sync", name))
    }

    /// Puts the settings together: a flag wins over an environment variable, that over the file, the file over the
    /// default.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] with every problem of the file, the variables and the flags. If the file is not TOML,
    /// with its errors of syntax only.
    pub fn resolve(
        file: Option<&ConfigFile>,
        overrides: &Overrides,
        known: &KnownNames<'_>,
    ) -> Result<Self, ConfigError> {
        let source = file.map(TomlTree::parse).transpose()?;
        let mut reader = Reader::new(source.as_ref(), &overrides.variables);
        // In the order of the documentation, which is that of the keys in messages.
        let concurrency = reader.number_or_word(
            keys::CONCURRENCY,
            overrides.concurrency.as_deref(),
            DEFAULT_CONCURRENCY,
            rules::concurrency,
        );
        let timeout =
            reader.text(keys::TIMEOUT, overrides.timeout.as_deref(), DEFAULT_TIMEOUT, rules::timeout);
        let providers = providers(&mut reader, &overrides.providers, known.providers);
        let from = saved_inventory(&mut reader);
        let max_age = reader.text(keys::MAX_AGE, None, None, |text| {
            parse_duration(text)?;
            Ok(Some(text.to_owned()))
        });
        let store = store(&mut reader, overrides.store.clone());
        let reservations = reservations::reservations(&mut reader, overrides.reservations.as_deref());
        let external = overlap::external(&mut reader);
        let pools = pools(&mut reader);
        let groups = groups::read(&mut reader, known);
        let aws = aws(&mut reader, &overrides.aws, &providers);
        let settings = Self {
            concurrency,
            timeout,
            providers,
            from,
            max_age,
            store,
            reservations,
            external,
            groups,
            aws,
            azure: AzureSettings::read(&mut reader, &overrides.azure),
            overlap: OverlapSettings::read(&mut reader, &overrides.overlap),
            usage: UsageSettings::read(&mut reader, &overrides.usage, &pools.value),
            diff_ignore: diff_ignore(&mut reader, known),
            notify: notify::channels(&mut reader),
            sync: sync::targets(&mut reader),
            export: ExportSettings::read(&mut reader, &overrides.export, known),
            watch: WatchSettings::read(&mut reader, &overrides.watch),
            output: output(&mut reader, &overrides.output, known),
            pools,
        };
        settings.refuse_flags_of_clouds_left_out(&mut reader);
        reader.finish()?;
        Ok(settings)
    }

    /// Returns the settings of a run that reads the clouds in any case.
    #[must_use]
    pub fn without_saved_inventory(self) -> Self {
        Self { from: Sourced::default(None), max_age: Sourced::default(None), ..self }
    }

    /// Refuses a flag that says what to read of a cloud which is not asked: it would silently do nothing. A file may
    /// say things about clouds that a run leaves out.
    fn refuse_flags_of_clouds_left_out(&self, reader: &mut Reader<'_>) {
        if self.providers.origin == Origin::Default || self.providers.value.is_empty() {
            return;
        }
        let clouds = [(Provider::Aws, self.aws.origins()), (Provider::Azure, self.azure.origins())];
        for (provider, origins) in clouds.into_iter().filter(|(id, _)| !self.providers.value.contains(id)) {
            let typed = origins.into_iter().find(|(key, origin)| **origin == Origin::Flag(key.flag));
            if let Some((key, origin)) = typed {
                let asked =
                    self.providers.value.iter().map(|asked| asked.as_str()).collect::<Vec<_>>().join(",");
                let other = match keys::PROVIDERS.as_given(&self.providers.origin) {
                    flag @ "--provider" => format!("{flag} {asked}"),
                    other => format!("`{other}`"),
                };
                let message = format!("it selects in {0}, but {other} leaves {0} out", provider.title());
                reader.conflict(key, origin, message);
            }
        }
    }

    /// Returns the name that the file gives to an account.
    #[must_use]
    pub fn configured_account_name(&self, provider: Provider, id: &str) -> Option<&str> {
        let names = match provider {
            Provider::Aws => &self.aws.names,
            Provider::Azure => &self.azure.names,
            Provider::External => return None,
        };
        names.value.get(&id.to_ascii_lowercase()).map(String::as_str)
    }

    /// Tells whether the user asked for `provider`: by name, or with a setting that says what to read of it or where it
    /// is. Then it is a failure if it cannot be reached.
    ///
    /// What is set to its own default asks for nothing, so that a file which spells every key out does not either.
    #[must_use]
    pub fn asked_for(&self, provider: Provider) -> bool {
        let by_name = self.providers.origin != Origin::Default && self.providers.value.contains(&provider);
        by_name
            || match provider {
                Provider::Aws => self.aws.is_asked_for(),
                Provider::Azure => self.azure.is_asked_for(),
                Provider::External => false,
            }
    }
}

fn pools(reader: &mut Reader<'_>) -> Sourced<Vec<Pool>> {
    let mut seen = Vec::new();
    reader.rows(keys::POOLS, |row| pools::pool(row, &mut seen))
}

fn providers(reader: &mut Reader<'_>, flag: &[String], compiled_in: &[Provider]) -> Sourced<Vec<Provider>> {
    let choices: Vec<_> = compiled_in.iter().map(|provider| (provider.as_str(), *provider)).collect();
    reader.refuse_empty(keys::PROVIDERS, "no provider is selected; leave the key out to read all of them");
    reader.list(keys::PROVIDERS, flag, compiled_in.to_vec(), |text| rules::choice(text, &choices))
}

/// Reads which saved inventory commands read. A path in the file is relative to the directory of the file.
fn saved_inventory(reader: &mut Reader<'_>) -> Sourced<Option<PathBuf>> {
    let mut from = reader.path(keys::FROM, None, |path| match path.to_str() {
        Some("") => Err(ValueFault::new("the name is empty; write a file, or a snapshot such as `@latest`")),
        Some("-") => {
            Err(ValueFault::new("standard input cannot be read by every command; name a file or a snapshot"))
        }
        _ => rules::expanded_path(path, "file"),
    });
    if let (Origin::File { path, .. }, Some(saved)) = (&from.origin, &mut from.value)
        && !saved.as_os_str().as_encoded_bytes().starts_with(b"@")
    {
        *saved = rules::beside(path, saved);
    }
    from
}

/// A path in the file is relative to the directory of the file, because the working directory of a cron job varies.
fn store(reader: &mut Reader<'_>, flag: Option<PathBuf>) -> Sourced<Option<PathBuf>> {
    let mut store = reader.path(keys::STORE, flag, |directory| rules::expanded_path(directory, "directory"));
    if let (Origin::File { path, .. }, Some(directory)) = (&store.origin, &mut store.value) {
        *directory = rules::beside(path, directory);
    }
    store
}

fn diff_ignore(reader: &mut Reader<'_>, known: &KnownNames<'_>) -> Sourced<Vec<String>> {
    let noise = DEFAULT_IGNORED.map(str::to_owned).into();
    reader.list(keys::DIFF_IGNORE, &[], noise, |text| {
        (known.fields)(text).map(|()| text.to_owned()).map_err(ValueFault::from)
    })
}

fn aws(reader: &mut Reader<'_>, flags: &AwsOverrides, providers: &Sourced<Vec<Provider>>) -> AwsSettings {
    let some = |text: Result<String, ValueFault>| text.map(Some);
    let mut aws = AwsSettings {
        profiles: reader.patterns(keys::AWS_PROFILES, &flags.profiles),
        all_profiles: reader.switch(keys::AWS_ALL_PROFILES, flags.all_profiles),
        org: reader.switch(keys::AWS_ORG, flags.org),
        org_role: reader
            .text(keys::AWS_ORG_ROLE, flags.org_role.as_deref(), None, |text| some(rules::role(text))),
        org_external_id: reader.text(
            keys::AWS_ORG_EXTERNAL_ID,
            flags.org_external_id.as_deref(),
            None,
            |text| some(rules::external_id(text)),
        ),
        regions: reader.patterns(keys::AWS_REGIONS, &flags.regions),
        exclude_regions: reader.patterns(keys::AWS_EXCLUDE_REGIONS, &flags.exclude_regions),
        exclude_accounts: reader.patterns(keys::AWS_EXCLUDE_ACCOUNTS, &flags.exclude_accounts),
        accounts: reader.patterns(keys::AWS_ACCOUNTS, &flags.accounts),
        names: reader.text_table(keys::AWS_NAMES, rules::aws_account),
        addresses: flags.addresses.clone(),
    };
    aws.let_the_strongest_select();
    let is_read = providers.origin == Origin::Default
        || providers.value.is_empty()
        || providers.value.contains(&Provider::Aws);
    let is_only_typed = matches!(aws.org.origin, Origin::Flag(_));
    if !is_read && is_only_typed {
        // The flag is refused as a whole.
        return aws;
    }
    let role_given = flags.org_role.is_some() || reader.is_given(keys::AWS_ORG_ROLE);
    aws.check_together(reader, role_given);
    aws
}

impl AwsSettings {
    /// Lets a flag that selects accounts replace what variables and the file select, and a variable what the file
    /// selects.
    fn let_the_strongest_select(&mut self) {
        let selecting = [
            (self.org.value, &self.org.origin),
            (self.all_profiles.value, &self.all_profiles.origin),
            (!self.profiles.value.is_empty(), &self.profiles.origin),
        ];
        let origins = selecting.into_iter().filter(|(selects, _)| *selects).map(|(_, origin)| origin);
        let Some(strongest) = origins.max_by_key(|origin| origin.rank()).cloned() else { return };
        self.profiles.give_way(&strongest);
        self.all_profiles.give_way(&strongest);
        self.org.give_way(&strongest);
    }

    /// Lists the keys that say what to read, with who set them.
    fn origins(&self) -> Vec<(keys::Key, &Origin)> {
        vec![
            (keys::AWS_PROFILES, &self.profiles.origin),
            (keys::AWS_ALL_PROFILES, &self.all_profiles.origin),
            (keys::AWS_ORG, &self.org.origin),
            (keys::AWS_REGIONS, &self.regions.origin),
            (keys::AWS_EXCLUDE_REGIONS, &self.exclude_regions.origin),
            (keys::AWS_EXCLUDE_ACCOUNTS, &self.exclude_accounts.origin),
            (keys::AWS_ACCOUNTS, &self.accounts.origin),
        ]
    }

    /// Tells whether a setting selects accounts. Regions do not.
    fn is_asked_for(&self) -> bool {
        !self.profiles.value.is_empty()
            || self.all_profiles.value
            || self.org.value
            || !self.accounts.value.is_empty()
    }

    fn check_together(&self, reader: &mut Reader<'_>, role_given: bool) {
        if self.all_profiles.value && !self.profiles.value.is_empty() {
            let other = keys::AWS_PROFILES.as_given(&self.profiles.origin);
            let message = format!("all profiles and named ones exclude each other; remove this or `{other}`");
            reader.conflict(keys::AWS_ALL_PROFILES, &self.all_profiles.origin, message);
        }
        if self.org.value && !role_given {
            let other = keys::AWS_ORG_ROLE.as_given(&self.org.origin);
            let message =
                format!("reading an organisation needs a role to assume in its accounts; add `{other}`");
            reader.conflict(keys::AWS_ORG, &self.org.origin, message);
        }
        // In the file a role may wait for `--aws-org`; beside no `--aws-org` it would silently do nothing.
        if !self.org.value && matches!(self.org_role.origin, Origin::Flag(_)) {
            let other = keys::AWS_ORG.as_given(&self.org_role.origin);
            let message = format!(
                "the role is for the accounts of an organisation, which you did not select; add `{other}`"
            );
            reader.conflict(keys::AWS_ORG_ROLE, &self.org_role.origin, message);
        }
        if self.org_external_id.value.is_some() && !role_given {
            let other = keys::AWS_ORG_ROLE.as_given(&self.org_external_id.origin);
            let message = format!("an external id belongs to a role; add `{other}`");
            reader.conflict(keys::AWS_ORG_EXTERNAL_ID, &self.org_external_id.origin, message);
        }
    }
}

fn output(reader: &mut Reader<'_>, flags: &OutputOverrides, known: &KnownNames<'_>) -> OutputSettings {
    let formats: Vec<_> = known.formats.iter().map(|name| (*name, (*name).to_owned())).collect();
    let colors = Color::ALL.map(|color| (color.as_str(), color));
    OutputSettings {
        format: reader.text(keys::FORMAT, flags.format.as_deref(), DEFAULT_FORMAT.to_owned(), |text| {
            rules::choice(text, &formats)
        }),
        color: reader
            .text(keys::COLOR, flags.color.as_deref(), Color::Auto, |text| rules::choice(text, &colors)),
        columns: Kind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, columns(reader, kind, known)?)))
            .collect(),
    }
}

/// Reads the columns of one kind; `None` if none are set.
fn columns(reader: &mut Reader<'_>, kind: Kind, known: &KnownNames<'_>) -> Option<Sourced<Vec<String>>> {
    let key = keys::columns(kind);
    reader.refuse_empty(key, "no column is left to show; leave the key out for the usual ones");
    let columns = reader.list(key, &[], Vec::new(), |text| rules::column(text, kind, known));
    (columns.origin != Origin::Default).then_some(columns)
}
