//! The describe calls: every page, paced, handed to the transforms.

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
use crate::provider::Failure;

/// The largest page EC2 gives.
const PAGE: i32 = 1000;

/// Reads one kind in one region of one account.
pub struct Reader<'a> {
    session: &'a Session,
    region: &'a str,
    pace: &'a Pace,
    ec2: Ec2,
}

impl<'a> Reader<'a> {
    /// Connects to the region.
    pub fn new(session: &'a Session, region: &'a str, pace: &'a Pace) -> Self {
        Self { session, region, pace, ec2: session.ec2(region) }
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
            found.networks.extend(vpcs.into_iter().filter_map(|vpc| network::from(vpc, self.place(), name)));
            Ok(())
        })
        .await
    }

    async fn subnets(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_subnets().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeSubnets", pages, |page| {
            let subnets = page.subnets.unwrap_or_default();
            found.subnets.extend(subnets.into_iter().filter_map(|subnet| subnet::from(subnet, self.place())));
            Ok(())
        })
        .await
    }

    /// An account sees its own instances only, so another owner means that credentials got mixed up.
    async fn instances(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_instances().into_paginator().page_size(PAGE).send();
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
                found
                    .instances
                    .extend(instances.into_iter().filter_map(|item| instance::from(item, self.place())));
            }
            Ok(())
        })
        .await
    }

    async fn interfaces(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_network_interfaces().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeNetworkInterfaces", pages, |page| {
            let interfaces = page.network_interfaces.unwrap_or_default();
            found
                .interfaces
                .extend(interfaces.into_iter().filter_map(|item| interface::from(item, self.place())));
            Ok(())
        })
        .await
    }

    async fn links(&self, found: &mut Resources) -> Result<(), Failure> {
        self.peerings(found).await?;
        self.transit_gateways(found).await?;
        self.vpns(found).await
    }

    async fn peerings(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_vpc_peering_connections().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeVpcPeeringConnections", pages, |page| {
            let peerings = page.vpc_peering_connections.unwrap_or_default();
            found.links.extend(peerings.into_iter().filter_map(link::from_peering));
            Ok(())
        })
        .await
    }

    /// Peerings between transit gateways come from their own call, which knows both ends' regions.
    async fn transit_gateways(&self, found: &mut Resources) -> Result<(), Failure> {
        let pages = self.ec2.describe_transit_gateway_attachments().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeTransitGatewayAttachments", pages, |page| {
            let attachments = page.transit_gateway_attachments.unwrap_or_default();
            let links = attachments.into_iter().filter_map(|item| link::from_attachment(item, self.region));
            found.links.extend(links);
            Ok(())
        })
        .await?;
        let pages =
            self.ec2.describe_transit_gateway_peering_attachments().into_paginator().page_size(PAGE).send();
        self.each_page("ec2:DescribeTransitGatewayPeeringAttachments", pages, |page| {
            let peerings = page.transit_gateway_peering_attachments.unwrap_or_default();
            found.links.extend(peerings.into_iter().filter_map(link::from_gateway_peering));
            Ok(())
        })
        .await
    }

    /// Neither call has pages.
    async fn vpns(&self, found: &mut Resources) -> Result<(), Failure> {
        let action = "ec2:DescribeVpnGateways";
        self.wait(action).await;
        let answer = self.ec2.describe_vpn_gateways().send().await.map_err(|e| self.failure(&e, action))?;
        let gateways = answer.vpn_gateways.unwrap_or_default();
        found.links.extend(gateways.into_iter().flat_map(|item| link::from_vpn_gateway(item, self.place())));
        let action = "ec2:DescribeVpnConnections";
        self.wait(action).await;
        let answer =
            self.ec2.describe_vpn_connections().send().await.map_err(|e| self.failure(&e, action))?;
        let connections = answer.vpn_connections.unwrap_or_default();
        found
            .links
            .extend(connections.into_iter().filter_map(|item| link::from_vpn_connection(item, self.place())));
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

    fn failure<E>(&self, error: &SdkError<E, HttpResponse>, action: &str) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        classify(error, action, self.session.login())
    }
}
