//! Tags, and the one that is a name.

use aws_sdk_ec2::types::Tag;

use crate::model::Tags;

/// Takes tags over, and the `Name` tag out as the display name.
pub fn split(tags: Option<Vec<Tag>>) -> (Option<String>, Tags) {
    let tags: Tags = tags
        .unwrap_or_default()
        .into_iter()
        .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
        .collect();
    let name = tags.get("Name").filter(|name| !name.is_empty()).cloned();
    (name, tags)
}
