//! `DescribeInstances` -> [`Instance`].

use std::net::IpAddr;

use aws_sdk_ec2::types::{CpuOptions, Instance as Answer, InstanceNetworkInterface};
use jiff::Timestamp;

use super::{Place, tags};
use crate::model::{Instance, Provider};
use crate::provider::address::push_ip;

/// The tag that EC2 Auto Scaling puts on its instances.
const GROUP_TAG: &str = "aws:autoscaling:groupName";

/// Transforms one instance; `None` without an id. Terminated ones have lost network, subnet and addresses.
pub fn from(instance: Answer, place: Place<'_>) -> Option<Instance> {
    let (name, tags) = tags::split(instance.tags);
    let interfaces = instance.network_interfaces.unwrap_or_default();
    let (private_ips, public_ips) = addresses(
        instance.private_ip_address.as_deref(),
        instance.public_ip_address.as_deref(),
        instance.ipv6_address.as_deref(),
        &interfaces,
    );
    Some(Instance {
        provider: Provider::Aws,
        account: place.account.to_owned(),
        region: place.region.to_owned(),
        zone: instance.placement.and_then(|placement| placement.availability_zone),
        id: instance.instance_id?,
        name,
        network: instance.vpc_id.filter(|id| !id.is_empty()),
        subnet: instance.subnet_id.filter(|id| !id.is_empty()),
        instance_type: instance.instance_type.map(|kind| kind.as_str().to_owned()),
        architecture: instance.architecture.map(|kind| kind.as_str().to_owned()),
        vcpus: instance.cpu_options.as_ref().and_then(vcpus),
        state: instance.state.and_then(|state| state.name).map(|name| name.as_str().to_owned()),
        launched_at: instance.launch_time.and_then(|time| Timestamp::from_second(time.secs()).ok()),
        private_ips,
        public_ips,
        os: instance.platform_details,
        scale_set: tags.get(GROUP_TAG).cloned(),
        tags,
    })
}

/// Virtual processors are cores times threads; an answer without options says nothing about them.
fn vcpus(options: &CpuOptions) -> Option<u32> {
    let count = options.core_count?.checked_mul(options.threads_per_core?)?;
    u32::try_from(count).ok().filter(|count| *count > 0)
}

/// Gathers the addresses of all interfaces, the primary one first and IPv6 last.
fn addresses(
    private: Option<&str>,
    public: Option<&str>,
    ipv6: Option<&str>,
    interfaces: &[InstanceNetworkInterface],
) -> (Vec<IpAddr>, Vec<IpAddr>) {
    let (mut private_ips, mut public_ips) = (Vec::new(), Vec::new());
    push_ip(&mut private_ips, private);
    push_ip(&mut public_ips, public);
    for interface in interfaces {
        push_ip(&mut private_ips, interface.private_ip_address());
        push_ip(&mut public_ips, interface.association().and_then(|a| a.public_ip()));
        for address in interface.private_ip_addresses() {
            push_ip(&mut private_ips, address.private_ip_address());
            push_ip(&mut public_ips, address.association().and_then(|a| a.public_ip()));
        }
    }
    push_ip(&mut private_ips, ipv6);
    for address in interfaces.iter().flat_map(InstanceNetworkInterface::ipv6_addresses) {
        push_ip(&mut private_ips, address.ipv6_address());
    }
    (private_ips, public_ips)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{InstanceIpv6Address, InstancePrivateIpAddress};

    use super::*;

    const HERE: Place<'_> = Place { account: "111111111111", region: "eu-west-1" };

    #[test]
    fn a_terminated_instance_is_known_by_its_id_alone() {
        let instance = from(Answer::builder().instance_id("i-1").build(), HERE).unwrap();
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
        let instance = from(answer.build(), HERE).unwrap();
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
