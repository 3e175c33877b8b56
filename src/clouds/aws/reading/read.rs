//! The describe calls: every page, paced, handed to the transforms.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_ec2::Client as Ec2;
use aws_sdk_ec2::types::Filter;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};

use super::id_filters::{filters_by_id, has_unknown_id};
use super::list_calls::ListCall;
use super::session::Session;
use crate::clouds::aws::convert::{AnswerContext, instance, interface, link, network, non_blank, subnet};
use crate::clouds::aws::requests::errors::{classify_in_region, is_not_offered};
use crate::clouds::aws::requests::request_pacer::RequestPacer;
use crate::clouds::page_tokens::{PageTokens, RowCount};
use crate::clouds::{Extent, Failure, meter};
use crate::model::{CidrReservation, FoundResources, Interface, Kind, Outcome, Subnet};

/// Made once per account before anything is read.
pub const DISCOVERY_CALLS: &[&str] = &["sts:GetCallerIdentity", "ec2:DescribeRegions"];

/// Made in addition with `--aws-org`: the first in the management (or a delegated administrator) account,
/// the second from it into every other.
pub const ORGANIZATION_CALLS: &[&str] = &["organizations:ListAccounts", "sts:AssumeRole"];

/// Made in addition for each subnet where usage is measured.
pub const USAGE_CALLS: &[&str] = &[RESERVATIONS];

const RESERVATIONS: &str = "ec2:GetSubnetCidrReservations";

/// So many subnets are asked about at once.
const RESERVATIONS_AT_ONCE: usize = 8;

/// The code of EC2's refusal of a parameter that an endpoint does not know.
const UNKNOWN_PARAMETER: &str = "UnknownParameter";

/// The largest page EC2 gives.
const PAGE: i32 = 1000;

/// Reads one kind in one region of one account.
pub struct RegionReader<'a> {
    session: &'a Session,
    region: &'a str,
    pacer: &'a RequestPacer,
    ec2: Arc<Ec2>,
    /// If given, only rows that pass it are read.
    filter: Option<Filter>,
    /// Whether the latest request failed since EC2 does not know one of its parameters.
    refused_parameter: AtomicBool,
}

impl<'a> RegionReader<'a> {
    /// Connects to the region.
    pub fn new(session: &'a Session, region: &'a str, pacer: &'a RequestPacer) -> Self {
        let (ec2, refused_parameter) = (session.ec2(region), AtomicBool::new(false));
        Self { session, region, pacer, ec2, filter: None, refused_parameter }
    }

    /// Returns a reader of the rows that have one of these values, by the name of a filter of EC2.
    fn filtered(&self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        let filter = Filter::builder().name(name).set_values(Some(values.into_iter().collect())).build();
        let (ec2, refused_parameter) = (Arc::clone(&self.ec2), AtomicBool::new(false));
        Self { ec2, filter: Some(filter), refused_parameter, ..*self }
    }

    fn filters(&self) -> Option<Vec<Filter>> {
        self.filter.clone().map(|filter| vec![filter])
    }

    /// Reads the interfaces that have one of these addresses, and the subnets, networks and machines that they are in. EC2
    /// looks for them; the filters do not look into delegated prefixes.
    ///
    /// # Errors
    /// When a call fails after its retries.
    pub async fn read_holders(
        &self,
        addresses: &[IpAddr],
        found: &mut FoundResources,
    ) -> Result<(), Failure> {
        let mut holders: Vec<Interface> = Vec::new();
        for (name, values) in address_filters(addresses) {
            self.filtered(name, values).each_interface(&mut |row| holders.push(row)).await?;
        }
        let ids = |id: fn(&Interface) -> Option<&String>| -> BTreeSet<String> {
            holders.iter().filter_map(id).cloned().collect()
        };
        let around = [
            (Kind::Subnets, "subnet-id", ids(|it| it.subnet.as_ref())),
            (Kind::Networks, "vpc-id", ids(|it| it.network.as_ref())),
            (Kind::Instances, "instance-id", ids(|it| it.attached_to.as_ref())),
        ];
        found.interfaces.extend(holders);
        for (kind, name, ids) in around.into_iter().filter(|(_, _, ids)| !ids.is_empty()) {
            self.filtered(name, ids).read(kind, found).await?;
        }
        Ok(())
    }

    /// Reads `kind` into `found`. Where several calls list it, a refusal of one says nothing about the others.
    ///
    /// # Errors
    /// When a call fails after its retries; the pages before it are in `found`.
    pub async fn read(&self, kind: Kind, found: &mut FoundResources) -> Result<(), Failure> {
        let mut failures = Vec::new();
        for call in ListCall::of_kind(kind) {
            failures.extend(self.read_list(*call, found).await.err());
        }
        Failure::join(failures)
    }

    /// Reads what of `kind` has one of `ids`, or belongs to one, into `found`. Returns whether that is all that was read.
    ///
    /// # Errors
    /// As [`RegionReader::read`].
    pub async fn read_some(
        &self,
        kind: Kind,
        ids: &BTreeSet<String>,
        found: &mut FoundResources,
    ) -> Result<Extent, Failure> {
        // No filter would find it, and an empty answer would pass for its deletion.
        if has_unknown_id(ids) {
            return self.read(kind, found).await.map(|()| Extent::Whole);
        }
        let mut failures = Vec::new();
        for call in ListCall::of_kind(kind) {
            for (name, values) in filters_by_id(call.action(), ids) {
                failures.extend(self.filtered(name, values).read_list(*call, found).await.err());
            }
        }
        Failure::join(failures).map(|()| Extent::Ids)
    }

    /// Makes one of the calls that read a kind.
    async fn read_list(&self, call: ListCall, found: &mut FoundResources) -> Result<(), Failure> {
        match call {
            ListCall::Vpcs => self.read_networks(found).await,
            ListCall::Subnets => self.read_subnets(found).await,
            ListCall::Instances => self.read_instances(found).await,
            ListCall::NetworkInterfaces => self.read_interfaces(found).await,
            ListCall::VpcPeeringConnections => self.read_peerings(found).await,
            ListCall::TransitGatewayAttachments => self.read_gateway_attachments(found).await,
            ListCall::TransitGatewayPeeringAttachments => self.read_gateway_peerings(found).await,
            ListCall::VpnGateways => self.read_vpn_gateways(found).await,
            ListCall::VpnConnections => self.read_vpn_connections(found).await,
        }
    }

    const fn context(&self) -> AnswerContext<'_> {
        AnswerContext { account: self.session.account.as_str(), region: self.region }
    }

    async fn read_networks(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let pages = self.ec2.describe_vpcs().set_filters(self.filters()).into_paginator().page_size(PAGE);
        let pages = pages.stop_on_duplicate_token(false).send();
        self.each_page(ListCall::Vpcs, pages, |page| {
            let vpcs = page.vpcs.unwrap_or_default();
            let rows = vpcs.len();
            let name = self.session.name.as_deref();
            found.networks.extend(vpcs.into_iter().filter_map(|item| {
                convert_row(item.vpc_id.clone(), || network::network_from_vpc(item, self.context(), name))
            }));
            Ok((rows, page.next_token))
        })
        .await
    }

    async fn read_subnets(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let pages = self.ec2.describe_subnets().set_filters(self.filters()).into_paginator().page_size(PAGE);
        let pages = pages.stop_on_duplicate_token(false).send();
        self.each_page(ListCall::Subnets, pages, |page| {
            let subnets = page.subnets.unwrap_or_default();
            let rows = subnets.len();
            found.subnets.extend(subnets.into_iter().filter_map(|item| {
                convert_row(item.subnet_id.clone(), || subnet::subnet_from_answer(item, self.context()))
            }));
            Ok((rows, page.next_token))
        })
        .await
    }

    /// Reads the CIDR reservations of the subnets that the account owns, a request for each. Where it is refused they stay
    /// unknown, and with them the free blocks. That is a remark, since the subnets themselves were read.
    pub async fn read_reservations(&self, subnets: &mut [Subnet]) {
        let is_asked = |subnet: &Subnet| {
            subnet.account == self.session.account
                && subnet.prefixes.iter().any(|prefix| prefix.addr().is_ipv4())
        };
        let asked = subnets.iter().enumerate().filter(|(_, subnet)| is_asked(subnet));
        let asked: Vec<(usize, String)> = asked.map(|(at, subnet)| (at, subnet.id.clone())).collect();
        let requests: Vec<BoxFuture<'_, _>> = asked
            .iter()
            .map(|(at, id)| -> BoxFuture<'_, _> {
                Box::pin(async move { (*at, self.reservations_of(id).await) })
            })
            .collect();
        let mut answers = stream::iter(requests).buffer_unordered(RESERVATIONS_AT_ONCE);
        while let Some((at, answer)) = answers.next().await {
            match answer {
                Ok(reservations) => subnets[at].cidr_reservations = reservations,
                // What is refused for one subnet is refused for the others.
                Err(failure) => {
                    return meter::note_remark(&format!("free blocks are unknown: {}", failure.detail()));
                }
            }
        }
    }

    /// Returns the reservations of one subnet; `None` if one of them is not understood.
    async fn reservations_of(&self, subnet: &str) -> Result<Option<Vec<CidrReservation>>, Failure> {
        let (mut tokens, mut counted) = (PageTokens::default(), RowCount::default());
        let (mut found, mut token) = (Some(Vec::new()), None);
        loop {
            self.wait(RESERVATIONS).await;
            let request = self.ec2.get_subnet_cidr_reservations().subnet_id(subnet).set_next_token(token);
            let page = request.send().await.map_err(|error| self.failure(&error, RESERVATIONS))?;
            let rows = page.subnet_ipv4_cidr_reservations.unwrap_or_default();
            counted.record(rows.len(), RESERVATIONS)?;
            let rows: Option<Vec<_>> = rows.iter().map(subnet::reservation_from_answer).collect();
            found = found.zip(rows).map(|(mut found, rows)| {
                found.extend(rows);
                found
            });
            token = page.next_token.filter(|token| !token.is_empty());
            tokens.follow(token.as_deref(), RESERVATIONS)?;
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// Reads managed instances too, which an account may hide by default: those of EKS Auto Mode, for example.
    ///
    /// An account sees its own instances only, so another owner means that credentials got mixed up.
    async fn read_instances(&self, found: &mut FoundResources) -> Result<(), Failure> {
        // Emulators and private clouds may not know the parameter. They hide no managed instances either.
        match self.read_instances_with(Some(true), found).await {
            Err(_) if self.has_refused_parameter() => self.read_instances_with(None, found).await,
            result => result,
        }
    }

    async fn read_instances_with(
        &self,
        managed: Option<bool>,
        found: &mut FoundResources,
    ) -> Result<(), Failure> {
        let request = self.ec2.describe_instances().set_filters(self.filters());
        let request = request.set_include_managed_resources(managed);
        let pages = request.into_paginator().page_size(PAGE).stop_on_duplicate_token(false).send();
        self.each_page(ListCall::Instances, pages, |page| {
            let reservations = page.reservations.unwrap_or_default();
            let rows = reservations.len();
            for reservation in reservations {
                let owner = non_blank(reservation.owner_id);
                if let Some(owner) = owner.filter(|owner| *owner != self.session.account) {
                    return Err(Failure::new(
                        Outcome::Failed,
                        format!(
                            "ec2:DescribeInstances: the answer is that of account {owner}, not of the requested one"
                        ),
                    ));
                }
                let instances = reservation.instances.unwrap_or_default();
                found.instances.extend(instances.into_iter().filter_map(|item| {
                    convert_row(item.instance_id.clone(), || {
                        instance::instance_from_answer(item, self.context())
                    })
                }));
            }
            Ok((rows, page.next_token))
        })
        .await
    }

    async fn read_interfaces(&self, found: &mut FoundResources) -> Result<(), Failure> {
        self.each_interface(&mut |row| found.interfaces.extend([row])).await
    }

    /// Hands each interface to `take`, also managed ones.
    async fn each_interface(&self, take: &mut (dyn FnMut(Interface) + Send)) -> Result<(), Failure> {
        match self.each_interface_with(Some(true), take).await {
            Err(_) if self.has_refused_parameter() => self.each_interface_with(None, take).await,
            result => result,
        }
    }

    async fn each_interface_with(
        &self,
        managed: Option<bool>,
        take: &mut (dyn FnMut(Interface) + Send),
    ) -> Result<(), Failure> {
        let request = self.ec2.describe_network_interfaces().set_filters(self.filters());
        let request = request.set_include_managed_resources(managed);
        let pages = request.into_paginator().page_size(PAGE).stop_on_duplicate_token(false).send();
        self.each_page(ListCall::NetworkInterfaces, pages, |page| {
            let interfaces = page.network_interfaces.unwrap_or_default();
            let rows = interfaces.len();
            for item in interfaces {
                let row = convert_row(item.network_interface_id.clone(), || {
                    interface::interface_from_answer(item, self.context())
                });
                row.into_iter().for_each(&mut *take);
            }
            Ok((rows, page.next_token))
        })
        .await
    }

    async fn read_peerings(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let pages = self
            .ec2
            .describe_vpc_peering_connections()
            .set_filters(self.filters())
            .into_paginator()
            .page_size(PAGE);
        let pages = pages.stop_on_duplicate_token(false).send();
        self.each_page(ListCall::VpcPeeringConnections, pages, |page| {
            let peerings = page.vpc_peering_connections.unwrap_or_default();
            let rows = peerings.len();
            found.links.extend(peerings.into_iter().filter_map(|item| {
                convert_row(item.vpc_peering_connection_id.clone(), || link::link_from_peering(item))
            }));
            Ok((rows, page.next_token))
        })
        .await
    }

    async fn read_gateway_attachments(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let pages = self
            .ec2
            .describe_transit_gateway_attachments()
            .set_filters(self.filters())
            .into_paginator()
            .page_size(PAGE);
        let pages = pages.stop_on_duplicate_token(false).send();
        self.each_page(ListCall::TransitGatewayAttachments, pages, |page| {
            let attachments = page.transit_gateway_attachments.unwrap_or_default();
            let rows = attachments.len();
            let ours = attachments.into_iter().filter(|item| !link::is_gateway_peering(item));
            found.links.extend(ours.filter_map(|item| {
                let id = item.transit_gateway_attachment_id.clone();
                convert_row(id, || link::link_from_attachment(item, self.region))
            }));
            Ok((rows, page.next_token))
        })
        .await
    }

    /// Peerings between transit gateways come from their own call, which knows both ends' regions.
    async fn read_gateway_peerings(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let pages = self
            .ec2
            .describe_transit_gateway_peering_attachments()
            .set_filters(self.filters())
            .into_paginator()
            .page_size(PAGE);
        let pages = pages.stop_on_duplicate_token(false).send();
        self.each_page(ListCall::TransitGatewayPeeringAttachments, pages, |page| {
            let peerings = page.transit_gateway_peering_attachments.unwrap_or_default();
            let rows = peerings.len();
            found.links.extend(peerings.into_iter().filter_map(|item| {
                convert_row(item.transit_gateway_attachment_id.clone(), || {
                    link::link_from_gateway_peering(item)
                })
            }));
            Ok((rows, page.next_token))
        })
        .await
    }

    /// This call has no pages.
    async fn read_vpn_gateways(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let call = ListCall::VpnGateways;
        self.wait(call.action()).await;
        let answer = match self.ec2.describe_vpn_gateways().set_filters(self.filters()).send().await {
            Ok(answer) => answer,
            Err(error) => return self.none_if_not_offered(&error, call),
        };
        for item in answer.vpn_gateways.unwrap_or_default() {
            let links = convert_row(item.vpn_gateway_id.clone(), || {
                link::link_from_vpn_gateway(item, self.context())
            });
            found.links.extend(links.unwrap_or_default());
        }
        Ok(())
    }

    /// Nor has this one.
    async fn read_vpn_connections(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let call = ListCall::VpnConnections;
        self.wait(call.action()).await;
        let answer = match self.ec2.describe_vpn_connections().set_filters(self.filters()).send().await {
            Ok(answer) => answer,
            Err(error) => return self.none_if_not_offered(&error, call),
        };
        let connections = answer.vpn_connections.unwrap_or_default();
        found.links.extend(connections.into_iter().filter_map(|item| {
            convert_row(item.vpn_connection_id.clone(), || {
                link::link_from_vpn_connection(item, self.context())
            })
        }));
        Ok(())
    }

    /// Hands each page to `take`, which returns how many rows it had, and the token of the next one. The paginators end a
    /// list that leads back to itself without a word, so that check is switched off (`stop_on_duplicate_token`), and
    /// `PageTokens` reports such a list.
    async fn each_page<T, E>(
        &self,
        call: ListCall,
        mut pages: PaginationStream<Result<T, SdkError<E, HttpResponse>>>,
        mut take: impl FnMut(T) -> Result<(usize, Option<String>), Failure>,
    ) -> Result<(), Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let action = call.action();
        let (mut tokens, mut counted) = (PageTokens::default(), RowCount::default());
        let mut is_first = true;
        loop {
            self.wait(action).await;
            match pages.next().await {
                None => return Ok(()),
                Some(Ok(page)) => {
                    let (rows, next) = take(page)?;
                    tokens.follow(next.as_deref(), action)?;
                    counted.record(rows, action)?;
                }
                Some(Err(error)) if is_first => return self.none_if_not_offered(&error, call),
                Some(Err(error)) => return Err(self.failure(&error, action)),
            }
            is_first = false;
        }
    }

    /// A region that does not know how links of some kind are listed has none of them.
    fn none_if_not_offered<E>(&self, error: &SdkError<E, HttpResponse>, call: ListCall) -> Result<(), Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let action = call.action();
        if call.lists_links() && is_not_offered(error) {
            let region = self.region;
            meter::note_remark(&format!("{action} does not exist in {region}, so there is nothing to list"));
            return Ok(());
        }
        Err(self.failure(error, action))
    }

    async fn wait(&self, action: &'static str) {
        self.pacer.wait(&self.session.account, self.region, action).await;
    }

    /// Tells, once, whether the endpoint refused `IncludeManagedResources` because it does not know it. Then it cannot
    /// hide managed resources either, so nothing is missed without it.
    fn has_refused_parameter(&self) -> bool {
        let refused = self.refused_parameter.swap(false, Ordering::Relaxed);
        if refused {
            let region = self.region;
            tracing::info!("EC2 in {region} does not know IncludeManagedResources; read without it");
        }
        refused
    }

    fn failure<E>(&self, error: &SdkError<E, HttpResponse>, action: &str) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if error.code() == Some(UNKNOWN_PARAMETER) {
            self.refused_parameter.store(true, Ordering::Relaxed);
        }
        classify_in_region(error, action, self.session.login(), self.session.lists_regions)
    }
}

/// Returns the filters of `DescribeNetworkInterfaces` that find addresses, each with its values:
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html>. A private address is
/// mapped to no interface, and any other one may be used within a network.
fn address_filters(addresses: &[IpAddr]) -> Vec<(&'static str, Vec<String>)> {
    let those = |is_wanted: fn(&IpAddr) -> bool| -> Vec<String> {
        addresses.iter().filter(|address| is_wanted(address)).map(ToString::to_string).collect()
    };
    let filters = [
        ("addresses.private-ip-address", those(IpAddr::is_ipv4)),
        (
            "addresses.association.public-ip",
            those(|address| matches!(address, IpAddr::V4(address) if !address.is_private())),
        ),
        ("ipv6-addresses.ipv6-address", those(IpAddr::is_ipv6)),
    ];
    filters.into_iter().filter(|(_, values)| !values.is_empty()).collect()
}

/// Converts a row with this `id`, under which its odd values are noted. A row without an id is noted too, so that the
/// scope does not pass for complete without it.
fn convert_row<T>(id: Option<String>, transform: impl FnOnce() -> Option<T>) -> Option<T> {
    let Some(id) = non_blank(id) else {
        meter::note_oddity("a row without id");
        return None;
    };
    meter::reading(&id, || {
        let row = transform();
        if row.is_none() {
            meter::note_oddity("it does not name what it belongs to");
        }
        row
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_of_address_has_its_filter() {
        let filters = |addresses: &[&str]| {
            let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
            let filters = address_filters(&addresses).into_iter();
            filters.map(|(name, values)| format!("{name}={}", values.join(","))).collect::<Vec<_>>()
        };
        assert_eq!(filters(&["10.1.2.3"]), ["addresses.private-ip-address=10.1.2.3"]);
        assert_eq!(
            filters(&["10.1.2.3", "52.0.0.1", "2001:db8::1"]),
            [
                "addresses.private-ip-address=10.1.2.3,52.0.0.1",
                "addresses.association.public-ip=52.0.0.1",
                "ipv6-addresses.ipv6-address=2001:db8::1"
            ]
        );
    }
}
