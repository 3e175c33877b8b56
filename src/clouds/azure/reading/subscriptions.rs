//! Lists the subscriptions of all tenants, and selects those that you want.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use futures_util::{FutureExt, StreamExt};

use super::empty_subscriptions::EmptinessClaims;
use super::subscription_lists;
use crate::clouds::account_patterns::AccountPatterns;
use crate::clouds::azure::api;
use crate::clouds::azure::authentication::sign_in::{SignedInTenant, for_each_tenant};
use crate::clouds::step::{PlanningOutcome, bounded};
use crate::clouds::{CloudError, Event, Failure, Run};
use crate::model::{Outcome, Subject};

/// A subscription that the caller can see.
#[derive(Debug, Clone)]
pub struct AzureSubscription {
    /// Its id, a GUID.
    pub id: String,
    /// Its display name, which need not be unique.
    pub name: Option<String>,
    /// The tenant it trusts.
    pub tenant: Option<String>,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`.
    pub state: Option<String>,
    /// The tenants by which it was found. It is read through the first.
    pub through: Vec<SignedInTenant>,
}

/// The subscriptions of all tenants, each once, and what failed.
#[derive(Debug, Default)]
pub struct SubscriptionListing {
    pub subscriptions: Vec<AzureSubscription>,
    /// Tenants whose subscriptions could not be listed completely.
    pub failed: Vec<PlanningOutcome>,
}

/// Lists the subscriptions of `tenants`. A tenant that manages another's subscriptions lists them too (Azure
/// Lighthouse), so one may be seen twice.
///
/// A tenant that shows none is missed, unless it was found and not all subscriptions are wanted.
pub async fn list_subscriptions(
    tenants: &[SignedInTenant],
    wants_all: bool,
    run: &Run,
) -> SubscriptionListing {
    let mut listed = SubscriptionListing::default();
    let mut known: BTreeMap<String, AzureSubscription> = BTreeMap::new();
    let doing = match tenants {
        [tenant] => format!("listing the subscriptions of tenant {}", tenant.name),
        _ => "listing the subscriptions".to_owned(),
    };
    run.observer.event(Event::Activity(&doing));
    let work = tenants
        .iter()
        .map(|tenant| bounded(run, Box::pin(async move { Ok(list_of_tenant(tenant).await) })).boxed())
        .collect();
    let lists = for_each_tenant(run, &doing, work).await;
    for (tenant, found) in tenants.iter().zip(lists) {
        let (found, failure) = found.unwrap_or_else(|failure| (Vec::new(), Some(failure)));
        let failure = failure.or_else(|| {
            found.is_empty().then(|| no_visible_subscription(tenant, tenant.found && !wants_all))
        });
        if let Some(failure) = failure {
            let (account, subject) = (format!("tenant:{}", tenant.name), Subject::Accounts);
            listed.failed.push(PlanningOutcome { account, subject, failure });
        }
        for subscription in found {
            match known.entry(subscription.id.to_ascii_lowercase()) {
                Entry::Occupied(first) => first.into_mut().through.extend(subscription.through),
                Entry::Vacant(place) => drop(place.insert(subscription)),
            }
        }
    }
    listed.subscriptions = known.into_values().collect();
    listed
}

/// Azure answers with an empty list, and without an error, if the caller may read nothing. For a tenant that was found
/// this is no failure (`may_skip`): guests in tenants of other companies seldom see a subscription there.
fn no_visible_subscription(tenant: &SignedInTenant, may_skip: bool) -> Failure {
    if may_skip {
        let detail = format!("{} sees no subscription in tenant {}", tenant.label, tenant.name);
        return Failure::new(Outcome::Skipped, detail);
    }
    let detail = format!("{} sees no subscription in tenant {}", tenant.label, tenant.name);
    Failure::new(Outcome::Denied, detail).remedy(
        "give it the role Reader: az role assignment create --role Reader --scope /subscriptions/ID --assignee WHO; \
         or leave Azure out: --provider aws",
    )
}

async fn list_of_tenant(tenant: &SignedInTenant) -> (Vec<AzureSubscription>, Option<Failure>) {
    let mut pages = subscription_lists::subscriptions(&tenant.client);
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next().await {
        match page {
            Err(error) => failures.push(error.failure),
            Ok(items) => {
                for item in items {
                    match api::decode_item(item.get()) {
                        Ok(item) => match checked_subscription(item, tenant) {
                            Ok(subscription) => found.push(subscription),
                            Err(failure) => failures.push(failure),
                        },
                        Err(why) => failures.push(Failure::new(
                            Outcome::Failed,
                            format!("a subscription is malformed: {why}"),
                        )),
                    }
                }
            }
        }
    }
    (found, Failure::join(failures).err())
}

/// An id is a GUID; anything else would lead to other places in the URLs that it becomes part of.
fn checked_subscription(
    item: api::ListedSubscription,
    tenant: &SignedInTenant,
) -> Result<AzureSubscription, Failure> {
    let is_id =
        |id: &String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let Some(id) = item.subscription_id.clone().filter(is_id) else {
        let name = item.display_name.as_deref().unwrap_or("without name");
        let detail = match item.subscription_id.as_deref().map(str::trim) {
            None | Some("") => format!("a subscription ({name}) came without its id"),
            Some(id) => format!("a subscription ({name}) has the id {id}, which is not valid"),
        };
        return Err(Failure::new(Outcome::Failed, detail));
    };
    Ok(AzureSubscription {
        id,
        name: item.display_name,
        tenant: item.tenant_id,
        state: item.state,
        through: vec![tenant.clone()],
    })
}

/// Picks those that `selection` names, by id or name; all when nothing is named. A name need not be unique: it selects
/// every subscription that has it.
///
/// # Errors
/// When a pattern matches none.
pub fn select_wanted(
    mut listed: Vec<AzureSubscription>,
    selection: &AccountPatterns<'_>,
) -> Result<Vec<AzureSubscription>, CloudError> {
    listed.retain(|one| selection.selects(&one.id, one.name.as_deref()));
    selection.require_matches("Azure subscription").map(|()| listed)
}

/// Describes what the state of a subscription means, and how to fix it. It can be read as long as it exists:
/// <https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states>.
pub fn state_warning(subscription: &AzureSubscription) -> Option<String> {
    let (id, name) = (&subscription.id, subscription.name.as_deref().unwrap_or("without name"));
    let what = match subscription.state.as_deref()? {
        // Whether anything is left of a deleted one shows only when it is read.
        "Enabled" | "Deleted" => return None,
        "Warned" | "PastDue" => {
            "has an unpaid bill, and its machines will be stopped; pay it in the portal under Cost Management"
        }
        "Disabled" => "is disabled, its machines are stopped and will be deleted; enable it",
        state => return Some(format!("Azure subscription {id} ({name}) is in state {state}")),
    };
    let command = match subscription.state.as_deref() {
        Some("Disabled") => format!(": az account subscription enable --subscription-id {id}"),
        _ => String::new(),
    };
    Some(format!("Azure subscription {id} ({name}) {what}{command}"))
}

/// Describes a deleted subscription of which something is left.
pub fn deletion_remark(subscription: &AzureSubscription) -> Option<String> {
    (subscription.state.as_deref() == Some("Deleted")).then(|| {
        let name = subscription.name.as_deref().unwrap_or("without name");
        format!("subscription {name} was deleted, and Azure will remove what is left of it")
    })
}

impl AzureSubscription {
    /// Begins to record whether anything can be in it.
    pub fn emptiness_claims(&self) -> EmptinessClaims {
        let name = self
            .name
            .as_deref()
            .map_or_else(|| "the subscription".to_owned(), |name| format!("subscription {name}"));
        EmptinessClaims::new(&name, self.state.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AzureOverrides, KnownNames, Overrides, Settings};

    fn subscription(id: &str, name: &str, state: &str) -> AzureSubscription {
        AzureSubscription {
            id: id.into(),
            name: Some(name.into()),
            tenant: None,
            state: Some(state.into()),
            through: Vec::new(),
        }
    }

    fn three() -> Vec<AzureSubscription> {
        ["aa-1 prod", "aa-2 prod", "bb-3 test"]
            .map(|text| text.split_once(' ').unwrap())
            .map(|(id, name)| subscription(id, name, "Enabled"))
            .to_vec()
    }

    fn picked(wanted: &[&str]) -> Result<Vec<String>, CloudError> {
        let subscriptions = wanted.iter().map(ToString::to_string).collect();
        let azure = AzureOverrides { subscriptions, ..AzureOverrides::default() };
        let overrides = Overrides { azure, ..Overrides::default() };
        let known = KnownNames::FOR_TESTS;
        let settings = Settings::resolve(None, &overrides, &known).unwrap();
        let names = BTreeMap::from([("bb-3".to_owned(), "play".to_owned())]);
        let selection = AccountPatterns::new(&settings.azure.subscriptions, "key", &names);
        let chosen = select_wanted(three(), &selection)?;
        Ok(chosen.into_iter().map(|one| one.id).collect())
    }

    #[test]
    fn ids_names_and_globs_pick() {
        assert_eq!(picked(&[]).unwrap(), ["aa-1", "aa-2", "bb-3"]);
        assert_eq!(picked(&["AA-1"]).unwrap(), ["aa-1"], "ids compare without case");
        assert_eq!(picked(&["test", "aa-2"]).unwrap(), ["aa-2", "bb-3"]);
        assert_eq!(picked(&["pr*"]).unwrap(), ["aa-1", "aa-2"], "a glob may fit several");
        assert_eq!(picked(&["prod"]).unwrap(), ["aa-1", "aa-2"], "a name need not be unique");
        assert_eq!(picked(&["play"]).unwrap(), ["bb-3"], "by the name of the configuration");
    }

    #[test]
    fn a_name_that_fits_none_is_refused() {
        let unknown = picked(&["tset"]).unwrap_err();
        assert_eq!(
            (unknown.message(), unknown.is_bad_setting()),
            ("no Azure subscription matches `tset`", true)
        );
        assert_eq!(unknown.diagnostic.remedies, ["did you mean `test`?"]);
    }

    #[test]
    fn every_state_but_the_good_one_has_a_line() {
        let line = |state: &str| state_warning(&subscription("aa-1", "prod", state));
        assert_eq!(line("Enabled"), None);
        assert!(
            line("PastDue").unwrap().contains("unpaid bill")
                && line("Warned").unwrap().contains("unpaid bill")
        );
        assert!(line("Disabled").unwrap().ends_with("az account subscription enable --subscription-id aa-1"));
        assert_eq!(line("Deleted"), None, "what is said of it depends on what is left");
        let rest = |state: &str| deletion_remark(&subscription("aa-1", "prod", state));
        assert!(rest("Deleted").is_some_and(|text| text.contains("prod was deleted")));
        assert_eq!(rest("Disabled"), None);
        assert!(line("Strange").unwrap().ends_with("is in state Strange"));
    }
}
