//! `DescribeInstances` -> [`Instance`]. It is asked for in `read.rs`; the answer is described at
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>.

use aws_sdk_ec2::types::{CpuOptions, Instance as Answer, InstanceNetworkInterface};
use jiff::Timestamp;

use super::common::{AnswerContext, name_and_tags, non_blank};
use super::interface::{Addresses, MappedAddresses, managing_service};
use crate::model::{Instance, Provider};

/// The tag that EC2 Auto Scaling puts on its instances.
const GROUP_TAG: &str = "aws:autoscaling:groupName";

/// Transforms one instance; `None` without an id. Terminated ones have lost network, subnet and addresses.
pub fn instance_from_answer(instance: Answer, context: AnswerContext<'_>) -> Option<Instance> {
    let (name, tags) = name_and_tags(instance.tags);
    let interfaces = instance.network_interfaces.unwrap_or_default();
    let addresses = collect_addresses(
        instance.private_ip_address.as_deref(),
        instance.public_ip_address.as_deref(),
        instance.ipv6_address.as_deref(),
        &interfaces,
    );
    let (zone, zone_id) = instance
        .placement
        .map(|placement| (placement.availability_zone, placement.availability_zone_id))
        .unwrap_or_default();
    Some(Instance {
        provider: Provider::Aws,
        account: context.account.to_owned(),
        region: context.region.to_owned(),
        zone,
        zone_id: non_blank(zone_id),
        id: non_blank(instance.instance_id)?,
        name,
        network: non_blank(instance.vpc_id),
        subnet: non_blank(instance.subnet_id),
        instance_type: instance.instance_type.map(|kind| kind.as_str().to_owned()),
        architecture: instance.architecture.map(|kind| kind.as_str().to_owned()),
        vcpus: instance.cpu_options.as_ref().and_then(vcpus),
        state: instance.state.and_then(|state| state.name).map(|name| name.as_str().to_owned()),
        launched_at: instance.launch_time.and_then(|time| Timestamp::from_second(time.secs()).ok()),
        private_prefixes: Some(addresses.prefixes()),
        private_ips: addresses.private_ips,
        public_ips: addresses.public_ips,
        carrier_ips: Some(addresses.carrier_ips),
        customer_owned_ips: Some(addresses.customer_owned_ips),
        os: instance.platform_details,
        scale_set: tags.get(GROUP_TAG).cloned(),
        operator: managing_service(instance.operator),
        tags,
    })
}

/// Virtual processors are cores times threads; an answer without options says nothing about them.
fn vcpus(options: &CpuOptions) -> Option<u32> {
    let count = options.core_count?.checked_mul(options.threads_per_core?)?;
    u32::try_from(count).ok().filter(|count| *count > 0)
}

/// Gathers the addresses of all interfaces, the primary one first and IPv6 last.
fn collect_addresses(
    private: Option<&str>,
    public: Option<&str>,
    ipv6: Option<&str>,
    interfaces: &[InstanceNetworkInterface],
) -> Addresses {
    let mut found = Addresses::default();
    found.add_private(private, None);
    found.add_public(public);
    for interface in interfaces {
        found.add_private(interface.private_ip_address(), interface.association().map(MappedAddresses::from));
        for address in interface.private_ip_addresses() {
            found.add_listed(address.private_ip_address(), address.association().map(MappedAddresses::from));
        }
        found.delegate(interface.ipv4_prefixes().iter().map(|one| one.ipv4_prefix()));
        found.delegate(interface.ipv6_prefixes().iter().map(|one| one.ipv6_prefix()));
    }
    found.add_private(ipv6, None);
    for address in interfaces.iter().flat_map(InstanceNetworkInterface::ipv6_addresses) {
        found.add_listed(address.ipv6_address(), None);
    }
    found.each_once()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{InstanceIpv6Address, InstancePrivateIpAddress};

    use super::*;

    const HERE: AnswerContext<'_> = AnswerContext { account: "111111111111", region: "eu-west-1" };

    #[test]
    fn a_terminated_instance_is_known_by_its_id_alone() {
        let instance = instance_from_answer(Answer::builder().instance_id("i-1").build(), HERE).unwrap();
        assert_eq!((instance.network, instance.vcpus, instance.state), (None, None, None));
        assert!(instance.private_ips.is_empty());
    }

    #[test]
    fn addresses_of_all_interfaces_are_there_once() {
        let second = InstanceNetworkInterface::builder()
            .private_ip_address("10.0.0.9")
            .private_ip_addresses(InstancePrivateIpAddress::builder().private_ip_address("10.0.0.9").build())
            .private_ip_addresses(InstancePrivateIpAddress::builder().private_ip_address("10.0.0.8").build())
            .ipv6_addresses(InstanceIpv6Address::builder().ipv6_address("2001:db8::1").build())
            .build();
        let answer =
            Answer::builder().instance_id("i-1").private_ip_address("10.0.0.20").network_interfaces(second);
        let instance = instance_from_answer(answer.build(), HERE).unwrap();
        let ips: Vec<_> = instance.private_ips.iter().map(ToString::to_string).collect();
        assert_eq!(ips, ["10.0.0.20", "10.0.0.9", "10.0.0.8", "2001:db8::1"]);
    }

    #[test]
    fn virtual_processors_are_cores_times_threads() {
        let options = |cores, threads| {
            CpuOptions::builder().set_core_count(cores).set_threads_per_core(threads).build()
        };
        assert_eq!(vcpus(&options(Some(4), Some(2))), Some(8));
        assert_eq!(vcpus(&options(Some(4), None)), None);
        assert_eq!(vcpus(&options(Some(0), Some(2))), None);
    }
}
