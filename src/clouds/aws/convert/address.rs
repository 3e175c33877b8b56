//! Addresses as EC2 lists them: the state of a block, and all addresses of an interface or machine.

use std::net::IpAddr;

use aws_sdk_ec2::types::{
    InstanceNetworkInterfaceAssociation, NetworkInterfaceAssociation, OperatorResponse,
};
use ipnet::IpNet;

use crate::clouds::address::{prefix, push_ip};
use crate::model::BlockState;

/// Reads EC2's association state; what this version does not know is unknown, and so counts.
pub fn block_state(code: &str) -> Option<BlockState> {
    Some(match code {
        "associating" => BlockState::Associating,
        "associated" => BlockState::Associated,
        "disassociating" => BlockState::Disassociating,
        "disassociated" => BlockState::Disassociated,
        "failing" => BlockState::Failing,
        "failed" => BlockState::Failed,
        _ => return None,
    })
}

/// The addresses of an interface or machine, each once, in the order in which they are added.
#[derive(Debug, Default)]
pub struct Addresses {
    pub private_ips: Vec<IpAddr>,
    pub public_ips: Vec<IpAddr>,
    pub carrier_ips: Vec<IpAddr>,
    pub customer_owned_ips: Vec<IpAddr>,
    prefixes: Vec<IpNet>,
}

impl Addresses {
    /// Adds a private address, and the addresses that are mapped to it.
    pub fn push(&mut self, private: Option<&str>, mapped: Option<Mapped<'_>>) {
        push_ip(&mut self.private_ips, private);
        let Some(mapped) = mapped else { return };
        push_ip(&mut self.public_ips, mapped.public);
        push_ip(&mut self.carrier_ips, mapped.carrier);
        push_ip(&mut self.customer_owned_ips, mapped.customer_owned);
    }

    /// Adds a public address of the machine, as `DescribeInstances` repeats that of the primary interface.
    pub fn add_public(&mut self, public: Option<&str>) {
        push_ip(&mut self.public_ips, public);
    }

    /// Adds delegated prefixes.
    pub fn delegate<'a>(&mut self, prefixes: impl Iterator<Item = Option<&'a str>>) {
        self.prefixes.extend(prefixes.flatten().filter_map(prefix));
    }

    /// Returns the delegated prefixes, IPv4 first: the order EC2 answers in is not stable.
    pub fn prefixes(&self) -> Vec<IpNet> {
        let mut prefixes = self.prefixes.clone();
        prefixes.sort_unstable();
        prefixes.dedup();
        prefixes
    }
}

/// What one association maps to a private address.
#[derive(Debug, Clone, Copy)]
pub struct Mapped<'a> {
    public: Option<&'a str>,
    carrier: Option<&'a str>,
    customer_owned: Option<&'a str>,
}

impl<'a> From<&'a NetworkInterfaceAssociation> for Mapped<'a> {
    fn from(association: &'a NetworkInterfaceAssociation) -> Self {
        Self {
            public: association.public_ip(),
            carrier: association.carrier_ip(),
            customer_owned: association.customer_owned_ip(),
        }
    }
}

impl<'a> From<&'a InstanceNetworkInterfaceAssociation> for Mapped<'a> {
    fn from(association: &'a InstanceNetworkInterfaceAssociation) -> Self {
        Self {
            public: association.public_ip(),
            carrier: association.carrier_ip(),
            customer_owned: association.customer_owned_ip(),
        }
    }
}

/// Returns the service that manages a resource for its owner. EC2 promises to name it.
pub fn operator(operator: Option<OperatorResponse>) -> Option<String> {
    let operator = operator.filter(|operator| operator.managed == Some(true))?;
    Some(operator.principal.filter(|name| !name.is_empty()).unwrap_or_else(|| "unnamed".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_managed_resource_has_an_operator_even_where_it_is_not_named() {
        let answer = |managed, principal: Option<&str>| {
            let answer = OperatorResponse::builder().set_managed(managed);
            operator(Some(answer.set_principal(principal.map(str::to_owned)).build()))
        };
        assert_eq!(answer(Some(true), Some("eks.amazonaws.com")).as_deref(), Some("eks.amazonaws.com"));
        assert_eq!(answer(Some(true), Some("")).as_deref(), Some("unnamed"));
        assert_eq!(answer(Some(true), None).as_deref(), Some("unnamed"));
        assert_eq!(answer(Some(false), Some("eks.amazonaws.com")), None);
        assert_eq!((answer(None, None), operator(None)), (None, None));
    }
}
