//! What the file and the flags say about Azure.

use std::collections::BTreeMap;

use super::keys;
use super::origin::{Origin, Sourced};
use super::patterns::Patterns;
use super::reader::Reader;
use super::rules;

/// Which subscriptions of Azure are in scope, where that Azure is, and how it is read.
///
/// `subscriptions` never stands together with `all_subscriptions`; neither means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureSettings {
    /// Subscriptions to read, by id or name.
    pub subscriptions: Sourced<Patterns>,
    /// Whether every subscription is wanted, explicitly.
    pub all_subscriptions: Sourced<bool>,
    /// Subscriptions to leave out, by id or name.
    pub exclude_subscriptions: Sourced<Patterns>,
    /// Names of subscriptions by their ids, in lower case; they win over every other name.
    pub names: Sourced<BTreeMap<String, String>>,
    /// Tenants to sign in to, by id or domain; empty means those that the credential leads to.
    pub tenants: Sourced<Vec<String>>,
    /// Which of Azure's interfaces to read by.
    pub api: Sourced<AzureApi>,
    /// Which of Microsoft's clouds it is; `None` is the public one, or where the environment points.
    pub cloud: Sourced<Option<AzureCloud>>,
    /// The resource manager of an emulator, or of an Azure with current API versions, as `https://HOST[:PORT]`; wins over `cloud`.
    pub resource_manager: Sourced<Option<String>>,
    /// The authority that issues its tokens, in the same form.
    pub authority: Sourced<Option<String>>,
}

/// What the flags said about Azure. One that selects subscriptions replaces the file's whole selection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AzureOverrides {
    /// `--azure-subscription`.
    pub subscriptions: Vec<String>,
    /// `--all-azure-subscriptions`.
    pub all_subscriptions: bool,
    /// `--exclude-azure-subscription`.
    pub exclude_subscriptions: Vec<String>,
    /// `--azure-tenant`.
    pub tenants: Vec<String>,
    /// `--azure-api`.
    pub api: Option<String>,
    /// `--azure-cloud`.
    pub cloud: Option<String>,
    /// `--azure-resource-manager`.
    pub resource_manager: Option<String>,
    /// `--azure-authority`.
    pub authority: Option<String>,
}

/// One of Microsoft's clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureCloud {
    /// The worldwide one.
    Public,
    /// Azure Government of the United States.
    UsGovernment,
    /// Azure in China, operated by 21Vianet.
    China,
}

impl AzureCloud {
    /// Every choice, in the order in which messages list them.
    pub const ALL: [Self; 3] = [Self::Public, Self::UsGovernment, Self::China];

    /// Returns the name used in the file and by the flag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::UsGovernment => "usgovernment",
            Self::China => "china",
        }
    }
}

/// Which interface Azure is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureApi {
    /// Whichever is faster for the number of subscriptions.
    Auto,
    /// The lists of the Azure Resource Manager: always up to date, some requests for each subscription.
    Arm,
    /// Azure Resource Graph: all subscriptions in a few queries, up to some minutes old.
    ResourceGraph,
}

impl AzureApi {
    /// Every choice, in the order in which messages list them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Arm, Self::ResourceGraph];

    /// Returns the name used in the file and by the flag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Arm => "arm",
            Self::ResourceGraph => "resource-graph",
        }
    }
}

impl AzureSettings {
    /// Reads the table of Azure and its flags.
    pub(super) fn read(reader: &mut Reader<'_>, flags: &AzureOverrides) -> Self {
        let apis = AzureApi::ALL.map(|api| (api.as_str(), api));
        let clouds = AzureCloud::ALL.map(|cloud| (cloud.as_str(), Some(cloud)));
        let address = |text: &str| rules::endpoint(text).map(Some);
        let mut azure = Self {
            subscriptions: reader.patterns(keys::AZURE_SUBSCRIPTIONS, &flags.subscriptions),
            all_subscriptions: reader.switch(keys::AZURE_ALL_SUBSCRIPTIONS, flags.all_subscriptions),
            exclude_subscriptions: reader
                .patterns(keys::AZURE_EXCLUDE_SUBSCRIPTIONS, &flags.exclude_subscriptions),
            names: reader.text_table(keys::AZURE_NAMES, rules::azure_subscription),
            tenants: reader.list(keys::AZURE_TENANTS, &flags.tenants, Vec::new(), rules::tenant),
            api: reader.text(keys::AZURE_API, flags.api.as_deref(), AzureApi::Auto, |text| {
                rules::choice(text, &apis)
            }),
            cloud: reader
                .text(keys::AZURE_CLOUD, flags.cloud.as_deref(), None, |text| rules::choice(text, &clouds)),
            resource_manager: reader.text(
                keys::AZURE_RESOURCE_MANAGER,
                flags.resource_manager.as_deref(),
                None,
                address,
            ),
            authority: reader.text(keys::AZURE_AUTHORITY, flags.authority.as_deref(), None, address),
        };
        azure.let_the_strongest_select();
        azure.check_together(reader);
        azure
    }

    /// Lets a flag that selects subscriptions replace what variables and the file select, and a variable what the file
    /// selects.
    fn let_the_strongest_select(&mut self) {
        if !self.subscriptions.value.is_empty() {
            self.all_subscriptions.give_way(&self.subscriptions.origin);
        }
        if self.all_subscriptions.value {
            self.subscriptions.give_way(&self.all_subscriptions.origin);
        }
    }

    fn check_together(&self, reader: &mut Reader<'_>) {
        if self.all_subscriptions.value && !self.subscriptions.value.is_empty() {
            let other = keys::AZURE_SUBSCRIPTIONS.as_given(&self.subscriptions.origin);
            let message =
                format!("all subscriptions and named ones exclude each other; remove this or `{other}`");
            reader.conflict(keys::AZURE_ALL_SUBSCRIPTIONS, &self.all_subscriptions.origin, message);
        }
    }

    /// Lists the keys that say what to read, with who set them.
    pub(super) fn origins(&self) -> Vec<(keys::Key, &Origin)> {
        vec![
            (keys::AZURE_SUBSCRIPTIONS, &self.subscriptions.origin),
            (keys::AZURE_ALL_SUBSCRIPTIONS, &self.all_subscriptions.origin),
            (keys::AZURE_EXCLUDE_SUBSCRIPTIONS, &self.exclude_subscriptions.origin),
            (keys::AZURE_TENANTS, &self.tenants.origin),
        ]
    }

    /// Tells whether a setting says what to read of Azure, where it is, or how to read it.
    pub(super) fn is_asked_for(&self) -> bool {
        !self.subscriptions.value.is_empty()
            || self.all_subscriptions.value
            || !self.tenants.value.is_empty()
            || self.api.value != AzureApi::Auto
            || self.cloud.value.is_some()
            || self.resource_manager.value.is_some()
            || self.authority.value.is_some()
    }
}
