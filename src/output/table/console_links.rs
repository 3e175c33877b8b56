//! Links from ids to the consoles of the clouds, for terminals that can follow them (OSC 8,
//! <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>).

use crate::analysis::select::Table;
use crate::analysis::value::Value;
use crate::model::Kind;

/// The link of each row, and the columns whose text it is put under: that of ids or, where that is hidden, of names.
pub(super) struct ConsoleLinks {
    kind: Kind,
    id: usize,
    name: Option<usize>,
    region: Option<usize>,
    zone: Option<usize>,
}

impl ConsoleLinks {
    /// Finds the columns; `None` for a table that is not about resources.
    pub fn new(table: &Table) -> Option<Self> {
        let position = |name| table.columns.iter().position(|column| column.name == name);
        Some(Self {
            kind: table.kind?,
            id: position("id")?,
            name: position("name"),
            region: position("region"),
            zone: position("zone"),
        })
    }

    /// Puts the link of a row under its id in the first of its lines; `cell` returns what is shown in a column.
    pub fn add<'c>(&self, row: &[Value], lines: &mut [String], cell: impl Fn(usize) -> Option<&'c str>) {
        let shown = cell(self.id).or_else(|| cell(self.name?));
        let whole = shown.filter(|text| !text.is_empty() && !text.contains('\n'));
        let (Some(text), Some(url), Some(line)) = (whole, self.url(row), lines.first_mut()) else { return };
        if let Some(at) = position_of_cell(line, text) {
            let end = at + text.len();
            *line = format!("{}\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\{}", &line[..at], &line[end..]);
        }
    }

    fn url(&self, row: &[Value]) -> Option<String> {
        let text = |column: usize| match row.get(column)? {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let id = text(self.id).filter(|id| id.bytes().all(|byte| byte.is_ascii_graphic()))?;
        let region = self.region.and_then(text).or_else(|| region_of_zone(text(self.zone?)?));
        if id.starts_with("/subscriptions/") {
            Some(azure_url(id, region))
        } else {
            aws_url(self.kind, id, region?)
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

/// Returns the region of a zone of AWS, also of a local one: `us-east-1` of `us-east-1a` and `us-east-1-bos-1a`.
fn region_of_zone(zone: &str) -> Option<&str> {
    let digit = zone.find(|character: char| character.is_ascii_digit())?;
    let digits = zone[digit..].bytes().take_while(u8::is_ascii_digit).count();
    Some(&zone[..digit + digits])
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

/// Returns the page of a resource in the AWS console; links have none that is known by the region of the row.
fn aws_url(kind: Kind, id: &str, region: &str) -> Option<String> {
    let (service, page) = match kind {
        Kind::Networks => ("vpcconsole", "VpcDetails:VpcId"),
        Kind::Subnets => ("vpcconsole", "SubnetDetails:subnetId"),
        Kind::Instances => ("ec2", "InstanceDetails:instanceId"),
        Kind::Interfaces => ("ec2", "NetworkInterface:networkInterfaceId"),
        Kind::Links => return None,
    };
    let domain = match region {
        _ if region.starts_with("cn-") => "console.amazonaws.cn",
        _ if region.starts_with("us-gov-") => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
    Some(format!("https://{domain}/{service}/home?region={region}#{page}={id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_tells_its_region() {
        for (zone, region) in [
            ("eu-west-1a", "eu-west-1"),
            ("us-gov-west-1b", "us-gov-west-1"),
            ("us-east-1-bos-1a", "us-east-1"),
            ("us-east-1-wl1-nyc-wlz-1", "us-east-1"),
        ] {
            assert_eq!(region_of_zone(zone), Some(region));
        }
        assert_eq!(region_of_zone(""), None);
    }

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
    fn a_link_is_put_under_the_whole_cell() {
        assert_eq!(position_of_cell("shop-web  web  10.0.0.0/16", "web"), Some(10));
        assert_eq!(position_of_cell("web", "web"), Some(0));
        assert_eq!(position_of_cell("web-1  x", "web"), None);
    }
}
