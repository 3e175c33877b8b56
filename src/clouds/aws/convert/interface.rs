//! `DescribeNetworkInterfaces` -> [`Interface`]. It is asked for in `read.rs`; the answer is described at
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html>.

use std::net::IpAddr;

use aws_sdk_ec2::types::{
    InstanceNetworkInterfaceAssociation, NetworkInterface, NetworkInterfaceAssociation,
    NetworkInterfaceStatus, OperatorResponse,
};
use ipnet::IpNet;

use super::common::{AnswerContext, non_blank};
use crate::clouds::address::{drop_repeated, ip, listed_ip, listed_prefix, sorted_prefixes};
use crate::model::{Interface, InterfaceKind, Provider};

/// Transforms one interface; `None` without an id. The owner of a shared subnet sees the participants'
/// interfaces too; each belongs to the owner the answer names.
pub fn interface_from_answer(interface: NetworkInterface, context: AnswerContext<'_>) -> Option<Interface> {
    let addresses = collect_addresses(&interface);
    let kind = interface_kind(&interface);
    let attached_to = interface.attachment.and_then(|attachment| non_blank(attachment.instance_id));
    let (account, seen_by) = context.owner_and_viewers(interface.owner_id);
    Some(Interface {
        provider: Provider::Aws,
        account,
        region: context.region.to_owned(),
        zone: interface.availability_zone,
        zone_id: non_blank(interface.availability_zone_id),
        id: non_blank(interface.network_interface_id)?,
        network: non_blank(interface.vpc_id),
        subnet: non_blank(interface.subnet_id),
        attached_to,
        kind,
        private_prefixes: Some(addresses.prefixes()),
        private_ips: addresses.private_ips,
        public_ips: addresses.public_ips,
        carrier_ips: Some(addresses.carrier_ips),
        customer_owned_ips: Some(addresses.customer_owned_ips),
        mac: interface.mac_address,
        state: interface.status.map(|status| status.as_str().to_owned()),
        description: non_blank(interface.description),
        operator: managing_service(interface.operator),
        seen_by: seen_by.into_iter().next(),
    })
}

/// Gathers the addresses of an interface, the primary one first and IPv6 last.
fn collect_addresses(interface: &NetworkInterface) -> Addresses {
    let mut found = Addresses::default();
    found.add_private(interface.private_ip_address(), interface.association().map(MappedAddresses::from));
    for address in interface.private_ip_addresses() {
        found.add_listed(address.private_ip_address(), address.association().map(MappedAddresses::from));
    }
    found.add_private(interface.ipv6_address(), None);
    for address in interface.ipv6_addresses() {
        found.add_listed(address.ipv6_address(), None);
    }
    found.delegate(interface.ipv4_prefixes().iter().map(|one| one.ipv4_prefix()));
    found.delegate(interface.ipv6_prefixes().iter().map(|one| one.ipv6_prefix()));
    found.each_once()
}

/// Tells what an interface serves. Many services answer the plain type `interface` and are known by who
/// asked for it (`requesterId`) or, failing that, by being managed; older answers carry no type at all.
fn interface_kind(interface: &NetworkInterface) -> Option<InterfaceKind> {
    let instance = interface.attachment().and_then(|a| a.instance_id()).is_some();
    let is_operated = interface.operator().is_some_and(|operator| operator.managed() == Some(true));
    let managed = interface.requester_managed() == Some(true) || is_operated;
    let by_type = interface.interface_type().and_then(|kind| kind_from_type(kind.as_str()));
    by_type.or_else(|| match interface.requester_id() {
        _ if instance => Some(InterfaceKind::Instance),
        Some("amazon-elb") => Some(InterfaceKind::LoadBalancer),
        Some("amazon-rds" | "amazon-elasticache" | "amazon-redshift") => Some(InterfaceKind::Managed),
        _ if managed => Some(InterfaceKind::Managed),
        _ => match interface.status().map(NetworkInterfaceStatus::as_str) {
            Some("available") => Some(InterfaceKind::Unattached),
            Some("in-use") if interface.interface_type().is_some() => Some(InterfaceKind::Other),
            _ => None,
        },
    })
}

/// EC2's `NetworkInterfaceType`; `None` for the plain types, which say nothing.
fn kind_from_type(code: &str) -> Option<InterfaceKind> {
    Some(match code {
        "interface" | "efa" | "efa-only" => return None,
        "load_balancer" | "network_load_balancer" | "gateway_load_balancer" => InterfaceKind::LoadBalancer,
        "nat_gateway" | "natGateway" | "regional_nat_gateway" => InterfaceKind::NatGateway,
        "vpc_endpoint" | "gateway_load_balancer_endpoint" => InterfaceKind::Endpoint,
        "transit_gateway" => InterfaceKind::TransitGateway,
        "lambda" => InterfaceKind::Lambda,
        "efs" => InterfaceKind::FileSystem,
        "branch" | "trunk" => InterfaceKind::Container,
        "quicksight"
        | "global_accelerator_managed"
        | "api_gateway_managed"
        | "iot_rules_managed"
        | "aws_codestar_connections_managed"
        | "ec2_instance_connect_endpoint" => InterfaceKind::Managed,
        _ => InterfaceKind::Other,
    })
}

/// The addresses of an interface or machine, in the order in which they are added.
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
    pub fn add_private(&mut self, private: Option<&str>, mapped: Option<MappedAddresses<'_>>) {
        self.private_ips.extend(private.and_then(ip));
        self.add_mapped(mapped);
    }

    /// Adds a private address of a list, and the addresses that are mapped to it. An item without one is odd.
    pub fn add_listed(&mut self, private: Option<&str>, mapped: Option<MappedAddresses<'_>>) {
        self.private_ips.extend(listed_ip(private));
        self.add_mapped(mapped);
    }

    fn add_mapped(&mut self, mapped: Option<MappedAddresses<'_>>) {
        let Some(mapped) = mapped else { return };
        self.public_ips.extend(mapped.public.and_then(ip));
        self.carrier_ips.extend(mapped.carrier.and_then(ip));
        self.customer_owned_ips.extend(mapped.customer_owned.and_then(ip));
    }

    /// Adds a public address of the machine, as `DescribeInstances` repeats that of the primary interface.
    pub fn add_public(&mut self, public: Option<&str>) {
        self.public_ips.extend(public.and_then(ip));
    }

    /// Adds delegated prefixes.
    pub fn delegate<'a>(&mut self, prefixes: impl Iterator<Item = Option<&'a str>>) {
        self.prefixes.extend(prefixes.filter_map(listed_prefix));
    }

    /// Keeps each address once: the primary one is repeated among the others.
    #[must_use]
    pub fn each_once(mut self) -> Self {
        for ips in
            [&mut self.private_ips, &mut self.public_ips, &mut self.carrier_ips, &mut self.customer_owned_ips]
        {
            drop_repeated(ips);
        }
        self
    }

    /// Returns the delegated prefixes, IPv4 first: the order EC2 answers in is not stable.
    pub fn prefixes(&self) -> Vec<IpNet> {
        sorted_prefixes(self.prefixes.clone())
    }
}

/// What one association maps to a private address.
#[derive(Debug, Clone, Copy)]
pub struct MappedAddresses<'a> {
    public: Option<&'a str>,
    carrier: Option<&'a str>,
    customer_owned: Option<&'a str>,
}

impl<'a> From<&'a NetworkInterfaceAssociation> for MappedAddresses<'a> {
    fn from(association: &'a NetworkInterfaceAssociation) -> Self {
        Self {
            public: association.public_ip(),
            carrier: association.carrier_ip(),
            customer_owned: association.customer_owned_ip(),
        }
    }
}

impl<'a> From<&'a InstanceNetworkInterfaceAssociation> for MappedAddresses<'a> {
    fn from(association: &'a InstanceNetworkInterfaceAssociation) -> Self {
        Self {
            public: association.public_ip(),
            carrier: association.carrier_ip(),
            customer_owned: association.customer_owned_ip(),
        }
    }
}

/// Returns the service that manages a resource for its owner. EC2 promises to name it.
pub fn managing_service(operator: Option<OperatorResponse>) -> Option<String> {
    let operator = operator.filter(|operator| operator.managed == Some(true))?;
    Some(non_blank(operator.principal).unwrap_or_else(|| "unnamed".to_owned()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NetworkInterfaceAttachment, NetworkInterfaceType};

    use super::*;

    fn kind_of(build: impl FnOnce(Builder) -> Builder) -> Option<InterfaceKind> {
        interface_kind(&build(NetworkInterface::builder()).build())
    }
    use aws_sdk_ec2::types::builders::NetworkInterfaceBuilder as Builder;

    #[test]
    fn every_answer_has_the_kind_it_can_prove() {
        let attached = NetworkInterfaceAttachment::builder().instance_id("i-1").build();
        assert_eq!(kind_of(|b| b.attachment(attached)), Some(InterfaceKind::Instance));
        assert_eq!(
            kind_of(|b| b.interface_type(NetworkInterfaceType::NatGateway)),
            Some(InterfaceKind::NatGateway)
        );
        assert_eq!(kind_of(|b| b.requester_id("amazon-elb")), Some(InterfaceKind::LoadBalancer));
        assert_eq!(kind_of(|b| b.requester_managed(true)), Some(InterfaceKind::Managed));
        assert_eq!(kind_of(|b| b.status(NetworkInterfaceStatus::Available)), Some(InterfaceKind::Unattached));
        assert_eq!(kind_of(|b| b.interface_type("brand_new".into())), Some(InterfaceKind::Other));
        assert_eq!(kind_of(|b| b), None, "no type at all is unknown");
    }

    #[test]
    fn an_interface_belongs_to_the_owner_it_names() {
        let answer =
            NetworkInterface::builder().network_interface_id("eni-1").owner_id("222222222222").build();
        let interface =
            interface_from_answer(answer, AnswerContext { account: "111111111111", region: "eu-west-1" })
                .unwrap();
        assert_eq!(interface.account, "222222222222");
    }

    #[test]
    fn a_managed_resource_has_an_operator_even_where_it_is_not_named() {
        let answer = |managed, principal: Option<&str>| {
            let answer = OperatorResponse::builder().set_managed(managed);
            managing_service(Some(answer.set_principal(principal.map(str::to_owned)).build()))
        };
        assert_eq!(answer(Some(true), Some("eks.amazonaws.com")).as_deref(), Some("eks.amazonaws.com"));
        assert_eq!(answer(Some(true), Some("")).as_deref(), Some("unnamed"));
        assert_eq!(answer(Some(true), None).as_deref(), Some("unnamed"));
        assert_eq!(answer(Some(false), Some("eks.amazonaws.com")), None);
        assert_eq!((answer(None, None), managing_service(None)), (None, None));
    }
}
