//! What the rows of the matrix are scanned in: a small estate whose lists all have two pages.

use std::fmt::Write;

use netcensus::config::{AwsOverrides, AzureOverrides, Overrides};
use netcensus::sandbox::Estate;

use super::row::{Row, Setup};
use crate::clouds::sandboxed::load;

/// The subscription that is struck, and its neighbour.
const SUBSCRIPTIONS: [&str; 2] =
    ["aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "aaaaaaaa-bbbb-4ccc-8ddd-ffffffffffff"];

/// The region of AWS that is struck.
const REGION: &str = "eu-west-1";

/// The account and the subscription that are struck, and their neighbours.
const ACCOUNTS: [&str; 2] = ["111122223333", "444455556666"];

impl Setup {
    /// Returns the account or subscription that is struck, and its neighbour.
    pub const fn accounts(self) -> [&'static str; 2] {
        match self {
            Self::Arm | Self::Graph => SUBSCRIPTIONS,
            _ => ACCOUNTS,
        }
    }

    /// Returns the flags that select what is scanned.
    pub fn overrides(self) -> Overrides {
        let aws = AwsOverrides {
            profiles: match self {
                Self::AwsAlone | Self::AwsRegions | Self::AwsNamedRegion => vec!["struck".to_owned()],
                _ => Vec::new(),
            },
            regions: Vec::from_iter((self == Self::AwsNamedRegion).then(|| REGION.to_owned())),
            org: self == Self::Organization,
            org_role: (self == Self::Organization).then(|| "reader".to_owned()),
            ..AwsOverrides::default()
        };
        let (provider, api) = match self {
            Self::Arm => ("azure", Some("arm")),
            Self::Graph => ("azure", Some("resource-graph")),
            _ => ("aws", None),
        };
        let azure = AzureOverrides { api: api.map(str::to_owned), ..AzureOverrides::default() };
        Overrides { providers: vec![provider.to_owned()], aws, azure, ..Overrides::default() }
    }

    /// Limits the faults of `row` to what is struck, unless they select something themselves.
    pub fn faults(self, row: &Row) -> Vec<String> {
        let limited = |fault: &&str| {
            let fault = row.written_out(fault);
            let (kind, selectors) = fault.split_once('@').unwrap_or((&fault, ""));
            let mut all = Vec::from_iter((!selectors.is_empty()).then(|| selectors.to_owned()));
            let is_of_region =
                selectors.contains("action=Describe") && !selectors.contains("DescribeRegions");
            // Such a connection is struck before it says what it is for.
            let is_of_account =
                kind != "silent" && !selectors.contains("action=token") && !selectors.contains("Resource");
            if !selectors.contains("account=") && is_of_account {
                all.push(format!("account={}", self.accounts()[0]));
            }
            if !selectors.contains("region=") && is_of_region {
                all.push(format!("region={REGION}"));
            }
            if all.is_empty() { kind.to_owned() } else { format!("{kind}@{}", all.join(",")) }
        };
        row.faults.iter().map(limited).collect()
    }

    /// Makes the estate, with the odd resource of `row`.
    pub fn estate(self, row: Option<&Row>) -> Estate {
        let mut toml = match self {
            Self::Aws | Self::AwsAlone | Self::AwsNamedRegion => aws(),
            Self::AwsRegions => aws() + &other_regions(),
            Self::Organization => organization(),
            Self::Arm | Self::Graph => azure(),
        };
        if let Some((list, json)) = row.and_then(|row| row.raw) {
            let id = self.accounts()[0];
            let json =
                json.replace("SUBSCRIPTION", &format!("/subscriptions/{id}/resourceGroups/g/providers"));
            write!(toml, "[[azure.raw]]\nsubscription = 'struck'\nlist = '{list}'\njson = '''{json}'''\n")
                .unwrap();
        }
        load(&toml)
    }
}

fn aws() -> String {
    let [struck, near] = ACCOUNTS;
    let network = |id: &str, account: &str, region: &str, number: u8| {
        format!(
            "[[network]]\nname = '{id}'\nid = 'vpc-0000000000000000{id}'\naccount = '{account}'\n\
             region = '{region}'\ncidrs = ['10.{number}.0.0/16']\n\
             subnets = [{{ name = 's', cidr = '10.{number}.1.0/24' }}]\n"
        )
    };
    let machine = |id: &str| format!("[[instance]]\nname = '{id}'\nin = ['{id}/s']\ntype = 't3.micro'\n");
    let peering = |(from, to)| format!("[[peering]]\nfrom = '{from}'\nto = '{to}'\n");
    let gateways = format!(
        "[[transit_gateway]]\nname = 'g'\naccount = 'struck'\nregion = '{REGION}'\nattached = ['a', 'b', 'c']\n\
         [[vpn]]\nname = 'v'\nto = 'a'\nroutes = ['192.168.0.0/24']\n\
         [[vpn]]\nname = 'w'\nto = 'g'\nroutes = ['192.168.1.0/24']\n"
    );
    format!(
        "page_size = 2\n[[region]]\nname = '{REGION}'\n[[region]]\nname = 'us-east-1'\n\
         [[account]]\nname = 'struck'\nid = '{struck}'\n[[account]]\nname = 'near'\nid = '{near}'\n"
    ) + &network("a", "struck", REGION, 1)
        + &network("b", "struck", REGION, 2)
        + &network("c", "struck", REGION, 3)
        + &network("d", "struck", "us-east-1", 4)
        + &network("e", "near", REGION, 5)
        + &["a", "b", "c", "d", "e"].map(machine).concat()
        + &[("a", "b"), ("b", "c"), ("c", "a")].map(peering).concat()
        + &gateways
}

/// The other regions that an account has without asking for them:
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>.
const OTHER_REGIONS: [&str; 15] = [
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
];

fn other_regions() -> String {
    OTHER_REGIONS.map(|name| format!("[[region]]\nname = '{name}'\n")).concat()
}

/// The management account, which is asked, and two members: the first is struck.
fn organization() -> String {
    let [struck, near] = ACCOUNTS;
    let mut toml = format!(
        "page_size = 2\n[organization]\nid = 'o-1234567890'\nmanagement = 'management'\n[[region]]\nname = '{REGION}'\n\
         [[account]]\nname = 'management'\nid = '777788889999'\n"
    );
    for (name, id, number) in [("struck", struck, 1), ("near", near, 2)] {
        write!(
            toml,
            "[[account]]\nname = '{name}'\nid = '{id}'\nroles = ['reader']\n\
             [[network]]\nname = '{name}'\naccount = '{name}'\nregion = '{REGION}'\ncidrs = ['10.{number}.0.0/16']\n"
        )
        .unwrap();
    }
    toml
}

fn azure() -> String {
    let mut toml = "[azure]\npage_size = 2\ngraph_page_size = 4\n\
                    [[azure.tenant]]\nname = 'contoso'\nid = '11111111-2222-4333-8444-555555555555'\n"
        .to_owned();
    for (name, id) in ["struck", "near"].iter().zip(SUBSCRIPTIONS) {
        write!(toml, "[[azure.subscription]]\nname = '{name}'\nid = '{id}'\ntenant = 'contoso'\n").unwrap();
    }
    for (name, subscription, number) in
        [("a", "struck", 1), ("b", "struck", 2), ("c", "struck", 3), ("e", "near", 5)]
    {
        write!(
            toml,
            "[[azure.network]]\nname = '{name}'\nsubscription = '{subscription}'\nlocation = 'westeurope'\n\
             cidrs = ['10.{number}.0.0/16']\nsubnets = [{{ name = 's', cidr = '10.{number}.1.0/24' }}]\n\
             [[azure.machine]]\nname = '{name}'\nin = ['{name}/s']\nsize = 'Standard_D2s_v5'\n"
        )
        .unwrap();
    }
    toml + "[[azure.peering]]\nfrom = 'a'\nto = 'b'\n"
}
