//! Links from ids to the consoles of the clouds, for terminals that can follow them (OSC 8,
//! <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>).

use crate::analysis::columns::ResourcePlace;
use crate::analysis::rows::Table;
use crate::model::Kind;

/// The link of each row, and the columns whose text it is put under: that of ids or, where that is hidden, of names.
pub(super) struct ConsoleLinks {
    kind: Kind,
    id: Option<usize>,
    name: Option<usize>,
}

impl ConsoleLinks {
    /// Finds the columns; `None` for a table that is not about resources.
    pub fn new(table: &Table) -> Option<Self> {
        let position = |name| table.columns.iter().position(|column| column.name == name);
        Some(Self { kind: table.kind?, id: position("id"), name: position("name") })
    }

    /// Puts the link of a row under its id in the first of its lines; `cell` returns what is shown in a column.
    pub fn add<'c>(
        &self,
        place: &ResourcePlace,
        lines: &mut [String],
        cell: impl Fn(usize) -> Option<&'c str>,
    ) {
        let shown = self.id.and_then(&cell).or_else(|| cell(self.name?));
        let whole = shown.filter(|text| !text.is_empty() && !text.contains('\n'));
        let (Some(text), Some(url), Some(line)) = (whole, self.url(place), lines.first_mut()) else { return };
        if let Some(at) = position_of_cell(line, text) {
            let end = at + text.len();
            *line = format!("{}\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\{}", &line[..at], &line[end..]);
        }
    }

    fn url(&self, place: &ResourcePlace) -> Option<String> {
        let ResourcePlace { id, region } = place;
        if !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            None
        } else if id.starts_with("/subscriptions/") {
            Some(azure_url(id, region.as_deref()))
        } else {
            aws_url(self.kind, id, region.as_deref()?)
        }
    }
}

/// Returns where a cell begins in a line: its text has two spaces or an end of the line on each side.
fn position_of_cell(line: &str, text: &str) -> Option<usize> {
    line.match_indices(text).map(|(at, _)| at).find(|at| {
        let (before, behind) = (&line[..*at], &line[at + text.len()..]);
        (before.is_empty() || before.ends_with("  ")) && (behind.is_empty() || behind.starts_with("  "))
    })
}

/// Returns the page of a resource in the Azure portal.
fn azure_url(id: &str, region: Option<&str>) -> String {
    let region = region.unwrap_or_default();
    let domain = match region {
        _ if region.starts_with("usgov") || region.starts_with("usdod") => "portal.azure.us",
        _ if region.starts_with("china") => "portal.azure.cn",
        _ => "portal.azure.com",
    };
    format!("https://{domain}/#resource{id}")
}

/// Returns the page of a resource in the AWS console.
fn aws_url(kind: Kind, id: &str, region: &str) -> Option<String> {
    let (service, page) = match kind {
        Kind::Networks => ("vpcconsole", "VpcDetails:VpcId"),
        Kind::Subnets => ("vpcconsole", "SubnetDetails:subnetId"),
        Kind::Instances => ("ec2", "InstanceDetails:instanceId"),
        Kind::Interfaces => ("ec2", "NetworkInterface:networkInterfaceId"),
        Kind::Links => ("vpcconsole", page_of_link(id)?),
    };
    let domain = match region {
        _ if region.starts_with("cn-") => "console.amazonaws.cn",
        _ if region.starts_with("us-gov-") => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
    // An attachment of a VPN gateway is `GATEWAY/VPC`, and on the page of the gateway.
    let id = id.split('/').next()?;
    Some(format!("https://{domain}/{service}/home?region={region}#{page}={id}"))
}

/// Returns the page of what joins networks, by the beginning of its id.
fn page_of_link(id: &str) -> Option<&'static str> {
    let (begin, _) = id.rsplit('/').next_back()?.rsplit_once('-')?;
    Some(match begin {
        "pcx" => "PeeringConnectionDetails:VpcPeeringConnectionId",
        "tgw-attach" => "TransitGatewayAttachmentDetails:transitGatewayAttachmentId",
        "vpn" => "VpnConnectionDetails:VpnConnectionId",
        "vgw" => "VpnGatewayDetails:VpnGatewayId",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_has_its_console() {
        assert_eq!(
            aws_url(Kind::Networks, "vpc-1", "eu-west-1").unwrap(),
            "https://console.aws.amazon.com/vpcconsole/home?region=eu-west-1#VpcDetails:VpcId=vpc-1"
        );
        let china = aws_url(Kind::Instances, "i-1", "cn-north-1").unwrap();
        assert!(china.starts_with("https://console.amazonaws.cn/ec2/home?region=cn-north-1#"), "{china}");
        let id = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub";
        assert_eq!(azure_url(id, None), format!("https://portal.azure.com/#resource{id}"));
        assert!(azure_url(id, Some("usgovvirginia")).starts_with("https://portal.azure.us/"));
    }

    #[test]
    fn what_joins_networks_has_pages_of_its_own() {
        let page = |id: &str| aws_url(Kind::Links, id, "eu-west-1");
        for (id, end) in [
            ("pcx-1", "#PeeringConnectionDetails:VpcPeeringConnectionId=pcx-1"),
            ("tgw-attach-1", "#TransitGatewayAttachmentDetails:transitGatewayAttachmentId=tgw-attach-1"),
            ("vpn-1", "#VpnConnectionDetails:VpnConnectionId=vpn-1"),
            ("vgw-1/vpc-2", "#VpnGatewayDetails:VpnGatewayId=vgw-1"),
        ] {
            let url = page(id).unwrap();
            assert_eq!(url, format!("https://console.aws.amazon.com/vpcconsole/home?region=eu-west-1{end}"));
        }
        assert_eq!(page("new-1"), None);
    }

    #[test]
    fn a_link_is_put_under_the_whole_cell() {
        assert_eq!(position_of_cell("shop-web  web  10.0.0.0/16", "web"), Some(10));
        assert_eq!(position_of_cell("web", "web"), Some(0));
        assert_eq!(position_of_cell("web-1  x", "web"), None);
    }
}
