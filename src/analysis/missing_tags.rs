//! Tags that are asked for as columns and that no row has.

use std::io;

use super::columns::Tabular;
use crate::model::{InventoryView, Kind, Provider};
use crate::wording::counted_as;

/// A tag that is looked for.
struct WantedTag<'c> {
    key: &'c str,
    is_found: bool,
    /// The first key that differs from it in case only, of a row that lacks it.
    near: Option<String>,
    /// How many rows have such a key instead.
    near_rows: usize,
}

/// Says which of `columns` are tags that no row of `kinds` has, or that some rows have in another case, a sentence each.
///
/// # Errors
/// When rows cannot be read.
pub fn explain_missing_tags<'c>(
    view: InventoryView<'_>,
    kinds: &[Kind],
    columns: impl IntoIterator<Item = &'c str>,
) -> io::Result<Vec<String>> {
    let keys = columns.into_iter().filter_map(|column| column.strip_prefix("tag:"));
    let mut wanted: Vec<WantedTag<'_>> =
        keys.map(|key| WantedTag { key, is_found: false, near: None, near_rows: 0 }).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = 0_usize;
    for kind in kinds {
        let mut visitor = TagVisitor { wanted: &mut wanted, rows: &mut rows };
        match kind {
            Kind::Networks => view.inventory.networks.iter().for_each(|row| visitor.visit(row)),
            Kind::Subnets => view.inventory.subnets.iter().for_each(|row| visitor.visit(row)),
            Kind::Instances => view.instances.each(&mut |row| {
                visitor.visit(row);
                Ok(())
            })?,
            Kind::Interfaces => view.interfaces.each(&mut |row| {
                visitor.visit(row);
                Ok(())
            })?,
            Kind::Links => {}
        }
    }
    let explain = |tag: &WantedTag<'_>| if rows > 0 { tag.explain() } else { None };
    Ok(wanted.iter().filter_map(explain).collect())
}

/// Looks for wanted tags in one row after the other.
struct TagVisitor<'w, 'c> {
    wanted: &'w mut [WantedTag<'c>],
    rows: &'w mut usize,
}

impl TagVisitor<'_, '_> {
    /// Counts a row, and notes which of the wanted tags it has, or almost has.
    fn visit<T: Tabular>(&mut self, row: &T) {
        *self.rows += 1;
        let Some(tags) = row.tags() else { return };
        for tag in &mut *self.wanted {
            let near = tags.keys().find(|key| key.eq_ignore_ascii_case(tag.key));
            // Keys of Azure have no case.
            if tags.contains_key(tag.key) || (near.is_some() && row.provider() == Provider::Azure) {
                tag.is_found = true;
            } else if let Some(near) = near {
                tag.near_rows += 1;
                tag.near.get_or_insert_with(|| near.clone());
            }
        }
    }
}

impl WantedTag<'_> {
    fn explain(&self) -> Option<String> {
        let key = self.key;
        match (&self.near, self.is_found) {
            (None, true) => None,
            (None, false) => Some(format!("no row has tag:{key}")),
            (Some(near), false) => {
                Some(format!("no row has tag:{key}; the case of a key matters, and rows have tag:{near}"))
            }
            (Some(near), true) => {
                let rows = counted_as(self.near_rows, "row has", "rows have");
                Some(format!("the case of a key matters in AWS: {rows} tag:{near} and not tag:{key}"))
            }
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
        let explain_all = |networks: Vec<Network>, columns: &[&str]| {
            let resources = Resources { networks, ..Resources::default() };
            let taken_at = "2026-11-20T08:00:00Z".parse().unwrap();
            let inventory = Inventory::assemble("test".into(), taken_at, vec![], resources, vec![]);
            let view = InventoryView::new(&inventory);
            explain_missing_tags(view, &[Kind::Networks], columns.iter().copied()).unwrap()
        };
        let explain = |provider, columns: &[&str]| explain_all(vec![network(provider)], columns);
        assert_eq!(explain(Provider::Aws, &["id", "tag:Env"]), [""; 0]);
        assert_eq!(
            explain(Provider::Aws, &["tag:ENV", "tag:Team"]),
            ["no row has tag:ENV; the case of a key matters, and rows have tag:Env", "no row has tag:Team"]
        );
        assert_eq!(explain(Provider::Azure, &["tag:ENV"]), [""; 0], "keys of Azure have no case");
        let both = || vec![network(Provider::Aws), network(Provider::Azure)];
        assert_eq!(explain_all(both(), &["tag:Env"]), [""; 0]);
        assert_eq!(
            explain_all(both(), &["tag:env"]),
            ["the case of a key matters in AWS: 1 row has tag:Env and not tag:env"]
        );
    }
}
