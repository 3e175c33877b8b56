//! The describe calls: every page, paced, handed to the transforms.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_ec2::Client as Ec2;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::failure::classify;
use super::pace::Pace;
use super::session::Session;
use super::transform::{Place, instance, interface, link, network, subnet};
use crate::model::{Kind, Outcome, Resources};
use crate::provider::{Failure, meter};

/// The code of EC2's refusal of a parameter that an endpoint does not know.
const UNKNOWN_PARAMETER: &str = "UnknownParameter";

/// The largest page EC2 gives.
const PAGE: i32 = 1000;

/// Reads one kind in one region of one account.
pub struct Reader<'a> {
    session: &'a Session,
    region: &'a str,
    pace: &'a Pace,
    ec2: Ec2,
    /// Whether the latest request failed since EC2 does not know one of its parameters.
    refused_parameter: AtomicBool,
}

impl<'a> Reader<'a> {
    /// Connects to the region.
    pub fn new(session: &'a Session, region: &'a str, pace: &'a Pace) -> Self {
        Self { session, region, pace, ec2: session.ec2(region), refused_parameter: AtomicBool::new(false) }
    }

    /// Reads `kind` into `found`.
    ///
    /// # Errors
    /// When a call fails after its retries; the pages before it are in `found`.
    pub async fn read(&self, kind: Kind, found: &mut Resources) -> Result<(), Failure> {
        match kind {
            Kind::Networks => self.networks(found).await,
            Kind::Subnets => self.subnets(found).await,
            Kind::Instances => self.instances(found).await,
            Kind::Interfaces => self.interfaces(found).await,
            Kind::Links => self.links(found).await,
        }
    }

    const fn place(&self) -> Place<'_> {
        Place { account: self.session.account.as_str(), region: self.region }
    }

    async fn networks(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_vpcs().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeVpcs", pages, |page| {
            let vpcs = page.vpcs.unwrap_or_default();
            let name = self.session.name.as_deref();
            found
                .networks
                .extend(vpcs.into_iter().filter_map(|vpc| noted(network::from(vpc, self.place(), name))));
            Ok(())
        })
        .await
    }

    async fn subnets(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_subnets().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeSubnets", pages, |page| {
            let subnets = page.subnets.unwrap_or_default();
            found
                .subnets
                .extend(subnets.into_iter().filter_map(|subnet| noted(subnet::from(subnet, self.place()))));
            Ok(())
        })
        .await
    }

    /// Reads managed instances too, which an account may hide by default: those of EKS Auto Mode, for example.
    ///
    /// An account sees its own instances only, so another owner means that credentials got mixed up.
    async fn instances(&self, found: &mut Resources) -> Result<(), Failure> {
        match self.instances_with(Some(true), found).await {
            Err(_) if self.lacks_managed_resources() => self.instances_with(None, found).await,
            result => result,
        }
    }

    async fn instances_with(&self, managed: Option<bool>, found: &mut Resources) -> Result<(), Failure> {
        let request = self.ec2.describe_instances().set_include_managed_resources(managed);
        let pages = request.into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeInstances", pages, |page| {
            for reservation in page.reservations.unwrap_or_default() {
                if let Some(owner) = reservation.owner_id.filter(|owner| *owner != self.session.account) {
                    return Err(Failure::new(
                        Outcome::Failed,
                        format!(
                            "ec2:DescribeInstances: the answer is account {owner}'s, not the one asked for"
                        ),
                    ));
                }
                let instances = reservation.instances.unwrap_or_default();
                found.instances.extend(
                    instances.into_iter().filter_map(|item| noted(instance::from(item, self.place()))),
                );
            }
            Ok(())
        })
        .await
    }

    async fn interfaces(&self, found: &mut Resources) -> Result<(), Failure> {
        match self.interfaces_with(Some(true), found).await {
            Err(_) if self.lacks_managed_resources() => self.interfaces_with(None, found).await,
            result => result,
        }
    }

    async fn interfaces_with(&self, managed: Option<bool>, found: &mut Resources) -> Result<(), Failure> {
        let request = self.ec2.describe_network_interfaces().set_include_managed_resources(managed);
        let pages = request.into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeNetworkInterfaces", pages, |page| {
            let interfaces = page.network_interfaces.unwrap_or_default();
            found
                .interfaces
                .extend(interfaces.into_iter().filter_map(|item| noted(interface::from(item, self.place()))));
            Ok(())
        })
        .await
    }

    /// Five calls, and a refusal of one says nothing about the others.
    async fn links(&self, found: &mut Resources) -> Result<(), Failure> {
        let results = [
            self.peerings(found).await,
            self.gateway_attachments(found).await,
            self.gateway_peerings(found).await,
            self.vpn_gateways(found).await,
            self.vpn_connections(found).await,
        ];
        Failure::join(results.into_iter().filter_map(Result::err))
    }

    async fn peerings(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_vpc_peering_connections().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeVpcPeeringConnections", pages, |page| {
            let peerings = page.vpc_peering_connections.unwrap_or_default();
            found.links.extend(peerings.into_iter().filter_map(|item| noted(link::from_peering(item))));
            Ok(())
        })
        .await
    }

    async fn gateway_attachments(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_transit_gateway_attachments().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeTransitGatewayAttachments", pages, |page| {
            let attachments = page.transit_gateway_attachments.unwrap_or_default();
            let ours = attachments.into_iter().filter(|item| !link::is_gateway_peering(item));
            found.links.extend(ours.filter_map(|item| noted(link::from_attachment(item, self.region))));
            Ok(())
        })
        .await
    }

    /// Peerings between transit gateways come from their own call, which knows both ends' regions.
    async fn gateway_peerings(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages =
            self.ec2.describe_transit_gateway_peering_attachments().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeTransitGatewayPeeringAttachments", pages, |page| {
            let peerings = page.transit_gateway_peering_attachments.unwrap_or_default();
            found
                .links
                .extend(peerings.into_iter().filter_map(|item| noted(link::from_gateway_peering(item))));
            Ok(())
        })
        .await
    }

    /// This call has no pages.
    async fn vpn_gateways(&self, found: &mut Resources) -> Result<(), Failure> {
        let action = "ec2:DescribeVpnGateways";
        self.wait(action).await;
        let answer = self.ec2.describe_vpn_gateways().send().await.map_err(|e| self.failure(&e, action))?;
        let gateways = answer.vpn_gateways.unwrap_or_default();
        found.links.extend(gateways.into_iter().flat_map(|item| link::from_vpn_gateway(item, self.place())));
        Ok(())
    }

    /// Nor has this one.
    async fn vpn_connections(&self, found: &mut Resources) -> Result<(), Failure> {
        let action = "ec2:DescribeVpnConnections";
        self.wait(action).await;
        let answer =
            self.ec2.describe_vpn_connections().send().await.map_err(|e| self.failure(&e, action))?;
        let connections = answer.vpn_connections.unwrap_or_default();
        let links =
            connections.into_iter().filter_map(|item| noted(link::from_vpn_connection(item, self.place())));
        found.links.extend(links);
        Ok(())
    }

    async fn each_page<T, E>(
        &self,
        action: &'static str,
        mut pages: PaginationStream<Result<T, SdkError<E, HttpResponse>>>,
        mut take: impl FnMut(T) -> Result<(), Failure>,
    ) -> Result<(), Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        loop {
            self.wait(action).await;
            match pages.next().await {
                None => return Ok(()),
                Some(Ok(page)) => take(page)?,
                Some(Err(error)) => return Err(self.failure(&error, action)),
            }
        }
    }

    async fn wait(&self, action: &'static str) {
        self.pace.wait(&self.session.account, self.region, action).await;
    }

    /// Tells, once, whether the endpoint refused `IncludeManagedResources` because it does not know it. Then it cannot
    /// hide managed resources either, so nothing is missed without it.
    fn lacks_managed_resources(&self) -> bool {
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
        classify(error, action, self.session.login())
    }
}

/// Notes a row that has not even an id, so that the scope does not pass for complete without it.
fn noted<T>(row: Option<T>) -> Option<T> {
    if row.is_none() {
        tracing::debug!("EC2 sent a row without id; left out");
        meter::note_oddity();
    }
    row
}
