//! What the conversions share: who owns a resource and who sees it, tags, and empty texts.

use aws_sdk_ec2::types::Tag;

use crate::model::Tags;

/// The account and region whose credentials and endpoint an answer came by.
#[derive(Debug, Clone, Copy)]
pub struct AnswerContext<'a> {
    /// The account that asked.
    pub account: &'a str,
    /// The region that was asked.
    pub region: &'a str,
}

impl AnswerContext<'_> {
    /// Returns the account that owns a resource, and the other accounts that see it. RAM shares subnets with other
    /// accounts: these see the subnet and its VPC with the id of the owner. `model/shared_views.rs` joins what the owner and
    /// the others saw. An answer without owner belongs to the account that asked.
    pub fn owner_and_viewers(self, owner: Option<String>) -> (String, Vec<String>) {
        match non_blank(owner) {
            Some(owner) if owner != self.account => (owner, vec![self.account.to_owned()]),
            _ => (self.account.to_owned(), Vec::new()),
        }
    }
}

/// Takes an empty element for an absent one.
pub fn non_blank(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Takes tags over, and the `Name` tag out as the display name.
pub fn name_and_tags(tags: Option<Vec<Tag>>) -> (Option<String>, Tags) {
    let tags: Tags = tags
        .unwrap_or_default()
        .into_iter()
        .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
        .collect();
    let name = tags.get("Name").filter(|name| !name.is_empty()).cloned();
    (name, tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of an empty owner made what was saved unreadable.
    #[test]
    fn a_resource_without_owner_is_the_askers() {
        let context = AnswerContext { account: "111111111111", region: "eu-west-1" };
        for owner in [None, Some(""), Some(" "), Some("111111111111")] {
            let (account, visible_from) = context.owner_and_viewers(owner.map(str::to_owned));
            assert_eq!((account.as_str(), visible_from.len()), ("111111111111", 0), "{owner:?}");
        }
        assert_eq!(context.owner_and_viewers(Some("222222222222".into())).1, ["111111111111"]);
    }
}
