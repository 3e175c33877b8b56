//! Notes about what a scan read besides what its flags may have meant.

use crate::analysis::filter::Filter;
use crate::cli::kinds::{cloud_of, kind_named};
use crate::config::{Origin, Settings};
use crate::model::{Inventory, Provider};

/// Says which clouds are listed too, where a flag or a word named one of them.
pub fn notes(
    typed: &[String],
    filters: &[Filter],
    settings: &Settings,
    inventory: &Inventory,
) -> Vec<String> {
    let selects_cloud = |column: &str| matches!(column, "provider" | "kind");
    let is_selected = settings.providers.origin != Origin::Default
        || filters.iter().flat_map(Filter::columns).any(selects_cloud);
    if is_selected {
        return Vec::new();
    }
    let words = typed.iter().filter_map(|word| of_word(word, inventory));
    words.chain(of_account_flags(settings, inventory)).collect()
}

fn has(inventory: &Inventory, provider: Provider) -> bool {
    inventory.accounts.iter().any(|account| account.provider == provider)
}

/// Says that a word of one cloud, such as `vnets`, lists the networks of every cloud.
fn of_word(word: &str, inventory: &Inventory) -> Option<String> {
    let (cloud, kind) = (cloud_of(word)?, kind_named(word)?);
    let other = other(cloud).filter(|other| has(inventory, *other))?;
    Some(format!(
        "here, {word} means {kind} of every cloud, also of {}; --provider {cloud}, or --filter provider={cloud} \
         with --from, lists only those of {}",
        other.title(),
        cloud.title()
    ))
}

/// Says that flags which select accounts of one cloud leave the other one as it is.
fn of_account_flags(settings: &Settings, inventory: &Inventory) -> Option<String> {
    let asked = |provider| settings.asked_for(provider);
    let cloud = [Provider::Aws, Provider::Azure].into_iter().find(|cloud| asked(*cloud))?;
    let other = other(cloud).filter(|other| !asked(*other) && has(inventory, *other))?;
    Some(format!(
        "{} was read too, because flags that select accounts of {} do not exclude it; --provider {cloud} reads {} only",
        other.title(),
        cloud.title(),
        cloud.title()
    ))
}

const fn other(cloud: Provider) -> Option<Provider> {
    match cloud {
        Provider::Aws => Some(Provider::Azure),
        Provider::Azure => Some(Provider::Aws),
        Provider::External => None,
    }
}
