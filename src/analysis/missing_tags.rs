//! Tags that are asked for as columns and that no row has.

use std::io;

use super::columns::Record;
use crate::model::{InventoryView, Kind, Provider};

/// A tag that is looked for.
struct Wanted<'c> {
    key: &'c str,
    is_found: bool,
    /// The first key that differs from it in case only.
    near: Option<String>,
}

/// Says which of `columns` are tags that no row of `kinds` has, a sentence each, and in which case rows have them.
///
/// # Errors
/// When rows cannot be read.
pub fn explain_missing_tags<'c>(
    view: InventoryView<'_>,
    kinds: &[Kind],
    columns: impl IntoIterator<Item = &'c str>,
) -> io::Result<Vec<String>> {
    let keys = columns.into_iter().filter_map(|column| column.strip_prefix("tag:"));
    let mut wanted: Vec<Wanted<'_>> = keys.map(|key| Wanted { key, is_found: false, near: None }).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = 0_usize;
    for kind in kinds {
        let mut look = Look { wanted: &mut wanted, rows: &mut rows };
        match kind {
            Kind::Networks => view.inventory.networks.iter().for_each(|row| look.at(row)),
            Kind::Subnets => view.inventory.subnets.iter().for_each(|row| look.at(row)),
            Kind::Instances => view.instances.each(&mut |row| {
                look.at(row);
                Ok(())
            })?,
            Kind::Interfaces => view.interfaces.each(&mut |row| {
                look.at(row);
                Ok(())
            })?,
            Kind::Links => {}
        }
    }
    let is_missing = |tag: &&Wanted<'_>| rows > 0 && !tag.is_found;
    Ok(wanted.iter().filter(is_missing).map(Wanted::explain).collect())
}

struct Look<'w, 'c> {
    wanted: &'w mut [Wanted<'c>],
    rows: &'w mut usize,
}

impl Look<'_, '_> {
    fn at<T: Record>(&mut self, row: &T) {
        *self.rows += 1;
        let Some(tags) = row.tags() else { return };
        for tag in self.wanted.iter_mut().filter(|tag| !tag.is_found) {
            let near = tags.keys().find(|key| key.eq_ignore_ascii_case(tag.key));
            // Keys of Azure have no case.
            tag.is_found =
                tags.contains_key(tag.key) || (near.is_some() && row.provider() == Provider::Azure);
            if tag.near.is_none() {
                tag.near = near.cloned();
            }
        }
    }
}

impl Wanted<'_> {
    fn explain(&self) -> String {
        match &self.near {
            Some(near) => {
                format!("no row has tag:{}; the case of a key matters, and rows have tag:{near}", self.key)
            }
            None => format!("no row has tag:{}", self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Inventory, Network, NetworkKind, Resources};

    fn network(provider: Provider) -> Network {
        Network {
            provider,
            account: "111111111111".to_owned(),
            account_name: None,
            region: "eu-west-1".to_owned(),
            id: "vpc-1".to_owned(),
            name: None,
            kind: NetworkKind::Vpc,
            blocks: Vec::new(),
            is_default: None,
            state: None,
            visible_from: Vec::new(),
            tags: [("Env".to_owned(), "prod".to_owned())].into(),
        }
    }

    #[test]
    fn a_tag_that_no_row_has_is_named_in_the_case_that_rows_have() {
        let explain = |provider, columns: &[&str]| {
            let resources = Resources { networks: vec![network(provider)], ..Resources::default() };
            let taken_at = "2026-11-20T08:00:00Z".parse().unwrap();
            let inventory = Inventory::assemble("test".into(), taken_at, vec![], resources, vec![]);
            let view = InventoryView::new(&inventory);
            explain_missing_tags(view, &[Kind::Networks], columns.iter().copied()).unwrap()
        };
        assert_eq!(explain(Provider::Aws, &["id", "tag:Env"]), [""; 0]);
        assert_eq!(
            explain(Provider::Aws, &["tag:ENV", "tag:Team"]),
            ["no row has tag:ENV; the case of a key matters, and rows have tag:Env", "no row has tag:Team"]
        );
        assert_eq!(explain(Provider::Azure, &["tag:ENV"]), [""; 0], "keys of Azure have no case");
    }
}
