//! What to do about a denial, by the policy that AWS says it comes from.
//!
//! AWS ends its denials with `because no POLICY allows the ACTION action` or `with an explicit deny in a POLICY`:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>

/// The kinds of policies that a permission of the caller cannot outweigh, as AWS names them, and where each is changed.
const OUTWEIGHING_POLICIES: [(&str, &str); 6] = [
    ("service control policy", ADMINISTRATOR),
    ("resource control policy", ADMINISTRATOR),
    ("permissions boundary", "change the boundary of the user or role"),
    ("session policy", "sign in without that session policy, or with one that allows it"),
    ("VPC endpoint policy", "change the policy of the VPC endpoint"),
    ("resource-based policy", "change the policy of the resource"),
];
const ADMINISTRATOR: &str = "ask an administrator of the organization";

/// Says what to do so that `action` is allowed, from what AWS said; `None` if it did not say which policy is the reason.
pub fn policy_remedy(action: &str, message: &str) -> Option<String> {
    let is_explicit = message.contains("with an explicit deny in ");
    if is_explicit && message.contains("identity-based policy") {
        return Some(format!("remove the deny of {action} from the policies of the user or role"));
    }
    if message.contains("because no identity-based policy") {
        return Some(format!("allow {action} in the policies of the user or role"));
    }
    let (policy, advice) = OUTWEIGHING_POLICIES.into_iter().find(|(policy, _)| {
        let phrases = [" deny in a ", " deny in the ", "because no "];
        phrases.iter().any(|phrase| message.contains(&format!("{phrase}{policy}")))
    })?;
    Some(if is_explicit {
        format!("a {policy} denies {action}: {advice}")
    } else {
        format!("no {policy} allows {action}: {advice}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_that_denies_is_the_one_to_change() {
        let remedy = |reason: &str| {
            let message = format!("User: arn:x is not authorized to perform: ec2:DescribeVpcs {reason}");
            policy_remedy("ec2:DescribeVpcs", &message)
        };
        for (reason, expected) in [
            (
                "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/p-1",
                "a service control policy denies ec2:DescribeVpcs: ask an administrator of the organization",
            ),
            (
                "because no service control policy allows the ec2:DescribeVpcs action",
                "no service control policy allows ec2:DescribeVpcs: ask an administrator of the organization",
            ),
            (
                "with an explicit deny in a resource control policy",
                "a resource control policy denies ec2:DescribeVpcs: ask an administrator of the organization",
            ),
            (
                "because no permissions boundary allows the ec2:DescribeVpcs action",
                "no permissions boundary allows ec2:DescribeVpcs: change the boundary of the user or role",
            ),
            (
                "because no session policy allows the ec2:DescribeVpcs action",
                "no session policy allows ec2:DescribeVpcs: sign in without that session policy, or with one that \
                 allows it",
            ),
            (
                "with an explicit deny in a VPC endpoint policy",
                "a VPC endpoint policy denies ec2:DescribeVpcs: change the policy of the VPC endpoint",
            ),
            (
                "with an explicit deny in an identity-based policy",
                "remove the deny of ec2:DescribeVpcs from the policies of the user or role",
            ),
            (
                "because no identity-based policy allows the ec2:DescribeVpcs action",
                "allow ec2:DescribeVpcs in the policies of the user or role",
            ),
        ] {
            assert_eq!(remedy(reason).as_deref(), Some(expected), "{reason}");
        }
        assert_eq!(remedy(""), None, "AWS does not say which policy");
    }
}
