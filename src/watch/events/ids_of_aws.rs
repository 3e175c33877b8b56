//! Ids, accounts, regions and ARNs of AWS: which are believed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::{Kind, Provider, is_aws_id, kind_of_id};

/// Tells whether `id` is one that begins with `prefix`, and not with a longer one.
fn has_prefix(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|digits| !digits.contains('-')) && is_aws_id(id)
}

/// Returns the kind of resource that an id is of, if an inventory has such resources.
pub fn kind_of(id: &str) -> Option<Kind> {
    kind_of_id(Provider::Aws, id).filter(|_| is_aws_id(id))
}

/// Collects all ids in `value` that begin with one of `prefixes`, wherever they stand: responses wrap lists in objects
/// (`instancesSet.items[].instanceId`), and not all of them alike.
pub fn collect_ids(value: &Value, prefixes: &[&str], ids: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if prefixes.iter().any(|prefix| has_prefix(text, prefix)) => {
            ids.insert(text.clone());
        }
        Value::Array(values) => values.iter().for_each(|value| collect_ids(value, prefixes, ids)),
        Value::Object(fields) => fields.values().for_each(|value| collect_ids(value, prefixes, ids)),
        _ => {}
    }
}

/// Tells whether `text` is the id of an account: twelve digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tells whether `text` can be the name of a region, such as `eu-central-1` or `us-gov-west-1`.
pub fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 32
        && parts.next_back().is_some_and(is_number)
        && parts.next().is_some_and(is_word)
        && parts.clone().count() > 0
        && parts.all(is_word)
}

/// An ARN of EC2: `arn:PARTITION:ec2:REGION:ACCOUNT:TYPE/ID`.
pub struct Ec2Arn<'a> {
    pub region: &'a str,
    pub account: &'a str,
    pub id: &'a str,
}

impl<'a> Ec2Arn<'a> {
    /// Reads an ARN; the partition may be any, such as `aws-cn`. `None` if it is not one of EC2.
    pub fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let is_arn = parts.next() == Some("arn") && parts.next()?.starts_with("aws");
        let is_ec2 = is_arn && parts.next() == Some("ec2");
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let (_, id) = resource.split_once('/').filter(|_| is_ec2)?;
        Some(Self { region, account, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_not_the_beginning_of_another() {
        assert_eq!(kind_of("tgw-attach-0123456789abcdef0"), Some(Kind::Links));
        assert_eq!(kind_of("i-1234abcd"), Some(Kind::Instances));
        for other in ["eni-attach-0123456789abcdef0", "vpc-cidr-assoc-01234567", "subnet-cidr-assoc-01234567"]
        {
            assert_eq!(kind_of(other), None, "{other}");
        }
        for other in ["i-", "i-am", "vpc-0123456789ABCDEF0", "vpc-01234567 ", "igw-0123456789abcdef0"] {
            assert_eq!(kind_of(other), None, "{other}");
        }
    }

    #[test]
    fn regions_and_accounts_have_their_form() {
        for region in ["us-east-1", "us-gov-west-1", "ap-southeast-5", "cn-north-1", "eusc-de-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in ["", "-", "1", "us-1", "US-EAST-1", "us-east-", "us-east-1a", "us--east-1", "us east-1"]
        {
            assert!(!is_region(other), "{other}");
        }
        assert!(is_account("123456789012") && !is_account("12345678901") && !is_account("12345678901x"));
    }

    #[test]
    fn an_arn_is_one_of_ec2_in_any_partition() {
        let arn = Ec2Arn::parse("arn:aws-cn:ec2:cn-north-1:123456789012:instance/i-01234567").unwrap();
        assert_eq!((arn.region, arn.account, arn.id), ("cn-north-1", "123456789012", "i-01234567"));
        for other in
            ["", "arn:aws:s3:::bucket/i-1", "arn:aws:ec2:us-east-1", "arn:x:ec2:a:b:c/d", "arn:aws:ec2:a:b:c"]
        {
            assert!(Ec2Arn::parse(other).is_none(), "{other}");
        }
    }
}
