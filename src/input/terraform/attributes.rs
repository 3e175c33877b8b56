//! Attributes of resources, brought into one form whatever the provider that writes them.
//!
//! `awscc` repeats `aws` with tags as a list, `azapi` has what the resource manager's API takes in `body`, and gateways
//! have their prefixes in blocks. After this, a network has `cidr_block` or `address_space` in all of them.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::resource_type::ResourceType;

/// What a resource is at one time, in the form that [`super::resource_state`] reads.
#[derive(Debug)]
pub struct Attributes<'v> {
    /// What it is.
    pub resource_type: ResourceType,
    /// Its attributes.
    pub values: Cow<'v, Value>,
    /// `true` in the place of each attribute that is not known.
    pub marks: Cow<'v, Value>,
    /// The id of the network that it is, or is part of, where the resource tells it as a whole.
    pub network: Option<String>,
    /// It changes some of a resource that stays when it goes, as `azapi_update_resource` does.
    pub is_patch: bool,
    /// The attribute that the plan really has, in the place of ours.
    pub label: Option<&'static str>,
}

/// A type of resource whose prefixes stand in one or two places, each a path through blocks and lists.
struct Simple {
    name: &'static str,
    resource_type: ResourceType,
    paths: &'static [&'static str],
}

const fn simple(name: &'static str, resource_type: ResourceType, paths: &'static [&'static str]) -> Simple {
    Simple { name, resource_type, paths }
}

const SIMPLE: [Simple; 16] = [
    simple("azurerm_virtual_hub", ResourceType::Hub, &["address_prefix"]),
    simple(
        "azurerm_virtual_network_gateway",
        ResourceType::Pool,
        &["vpn_client_configuration.address_space"],
    ),
    simple(
        "azurerm_point_to_site_vpn_gateway",
        ResourceType::Pool,
        &["connection_configuration.vpn_client_address_pool.address_prefixes"],
    ),
    simple("aws_ec2_client_vpn_endpoint", ResourceType::AwsPool, &["client_cidr_block"]),
    simple("awscc_ec2_client_vpn_endpoint", ResourceType::AwsPool, &["client_cidr_block"]),
    simple("azurerm_local_network_gateway", ResourceType::Remote, &["address_space"]),
    simple("azurerm_vpn_site", ResourceType::Remote, &["address_cidrs"]),
    simple(
        "aws_vpn_connection",
        ResourceType::AwsRemote,
        &["local_ipv4_network_cidr", "local_ipv6_network_cidr"],
    ),
    simple("aws_vpn_connection_route", ResourceType::AwsRemote, &["destination_cidr_block"]),
    simple("awscc_ec2_vpn_connection_route", ResourceType::AwsRemote, &["destination_cidr_block"]),
    simple(
        "google_compute_subnetwork",
        ResourceType::Elsewhere,
        &["ip_cidr_range", "secondary_ip_range.ip_cidr_range"],
    ),
    // Of the API of Azure's resource manager, in the body of `azapi` resources.
    simple("microsoft.network/virtualhubs", ResourceType::Hub, &["body.properties.addressPrefix"]),
    simple(
        "microsoft.network/virtualnetworkgateways",
        ResourceType::Pool,
        &["body.properties.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes"],
    ),
    simple(
        "microsoft.network/p2svpngateways",
        ResourceType::Pool,
        &["body.properties.p2SConnectionConfigurations.properties.vpnClientAddressPool.addressPrefixes"],
    ),
    simple(
        "microsoft.network/localnetworkgateways",
        ResourceType::Remote,
        &["body.properties.localNetworkAddressSpace.addressPrefixes"],
    ),
    simple(
        "microsoft.network/vpnsites",
        ResourceType::Remote,
        &["body.properties.addressSpace.addressPrefixes"],
    ),
];

/// The subnets that Google makes in a network of automatic mode are all in this block:
/// <https://cloud.google.com/vpc/docs/subnets#ip-ranges>.
const GOOGLE_AUTOMATIC: &str = "10.128.0.0/9";

impl<'v> Attributes<'v> {
    /// Reads the attributes of a resource of the type `name`; `None` of a type that is not read, and where
    /// there is no resource.
    pub fn new(name: &str, values: &'v Value, marks: &'v Value) -> Option<Self> {
        if !values.is_object() {
            return None;
        }
        if let "azapi_resource" | "azapi_update_resource" = name {
            return azapi(name, values, marks);
        }
        if let Some(simple) = SIMPLE.iter().find(|simple| simple.name == name) {
            return Some(simple.read(values, marks));
        }
        match name {
            "google_compute_network" => Some(google_network(values)),
            "google_compute_global_address" => google_address(values, marks),
            "awscc_ec2_vpc_cidr_block" => Some(awscc(awscc_block(values, marks), values, marks)),
            _ if name.starts_with("awscc_") => Some(awscc(ResourceType::from_name(name)?, values, marks)),
            _ => Some(Self::as_they_are(ResourceType::from_name(name)?, values, marks)),
        }
    }

    fn as_they_are(resource_type: ResourceType, values: &'v Value, marks: &'v Value) -> Self {
        let (values, marks) = (Cow::Borrowed(values), Cow::Borrowed(marks));
        Self { resource_type, values, marks, network: None, is_patch: false, label: None }
    }
}

impl Simple {
    fn read<'v>(&self, values: &Value, marks: &Value) -> Attributes<'v> {
        let mut found = FoundPrefixes::default();
        for path in self.paths {
            found.look(values, marks, &path.split('.').collect::<Vec<_>>());
        }
        let label = self.paths.first().and_then(|path| path.split('.').next());
        let (mut own, marks) = found.attributes();
        copy(values, &["id", "name", "location", "region", "tags", "resource_group_name"], &mut own);
        Attributes {
            resource_type: self.resource_type,
            values: Cow::Owned(own.into()),
            marks: Cow::Owned(marks),
            network: None,
            is_patch: false,
            label,
        }
    }
}

/// Prefixes that stand at some place of the attributes.
#[derive(Default)]
struct FoundPrefixes {
    prefixes: Vec<Value>,
    is_unknown: bool,
}

impl FoundPrefixes {
    /// Goes along `path`, through every element of a list on the way.
    fn look(&mut self, value: &Value, mark: &Value, path: &[&str]) {
        if *mark == true {
            self.is_unknown = true;
            return;
        }
        match (value, path) {
            (Value::Array(list), _) => {
                for (at, value) in list.iter().enumerate() {
                    self.look(value, &mark[at], path);
                }
                // A list that is known in part has more marks than values.
                let more =
                    mark.as_array().map_or(&[][..], |marks| marks.get(list.len()..).unwrap_or_default());
                self.is_unknown |= more.contains(&Value::Bool(true));
            }
            (Value::Null, _) => self.is_unknown |= has_mark(mark, path),
            (value, [key, rest @ ..]) => self.look(&value[*key], &mark[*key], rest),
            (value, []) => self.prefixes.push(value.clone()),
        }
    }

    /// Returns the attributes with these prefixes as `address_space`, and their marks.
    fn attributes(self) -> (Map<String, Value>, Value) {
        let mut values = Map::new();
        if !self.prefixes.is_empty() {
            values.insert("address_space".to_owned(), self.prefixes.into());
        }
        (values, json!({ "address_space": self.is_unknown }))
    }
}

fn has_mark(mark: &Value, path: &[&str]) -> bool {
    match (mark, path) {
        (Value::Array(marks), _) => marks.iter().any(|mark| has_mark(mark, path)),
        (mark, [key, rest @ ..]) => *mark == true || has_mark(&mark[*key], rest),
        (mark, []) => *mark == true,
    }
}

fn copy(from: &Value, keys: &[&str], to: &mut Map<String, Value>) {
    for key in keys {
        if !from[*key].is_null() {
            to.insert((*key).to_owned(), from[*key].clone());
        }
    }
}

/// Reads the attributes that the AWS Cloud Control provider writes: as `aws`, but for the tags.
fn awscc<'v>(resource_type: ResourceType, values: &Value, marks: &'v Value) -> Attributes<'v> {
    let mut own = values.clone();
    let tags = values["tags"].as_array().into_iter().flatten();
    let tags: Map<String, Value> =
        tags.filter_map(|tag| Some((tag["key"].as_str()?.to_owned(), tag["value"].clone()))).collect();
    own["tags"] = tags.into();
    own["assign_generated_ipv6_cidr_block"] = values["amazon_provided_ipv6_cidr_block"].clone();
    let marks = Cow::Borrowed(marks);
    Attributes { resource_type, values: Cow::Owned(own), marks, network: None, is_patch: false, label: None }
}

/// Tells whether a further block is of IPv4 or of IPv6. What is not configured is unknown in this provider, too.
fn awscc_block(values: &Value, marks: &Value) -> ResourceType {
    let of_ipv6 = ["ipv6_cidr_block", "ipv6_ipam_pool_id", "amazon_provided_ipv6_cidr_block"];
    let is_given = |key: &&str| !values[*key].is_null() && values[*key] != false;
    if values["cidr_block"].is_string() {
        return ResourceType::Ipv4Block;
    }
    let is_ipv6 =
        of_ipv6.iter().any(is_given) || (marks["cidr_block"] != true && marks["ipv6_cidr_block"] == true);
    if is_ipv6 { ResourceType::Ipv6Block } else { ResourceType::Ipv4Block }
}

/// Reads a network of Google, which makes its subnets by itself unless told otherwise.
fn google_network<'v>(values: &Value) -> Attributes<'v> {
    let mut own = Map::new();
    copy(values, &["id", "name"], &mut own);
    if values["auto_create_subnetworks"] != false {
        own.insert("address_space".to_owned(), json!([GOOGLE_AUTOMATIC]));
    }
    let (values, marks) = (Cow::Owned(own.into()), Cow::Owned(Value::Null));
    let label = Some("auto_create_subnetworks");
    Attributes {
        resource_type: ResourceType::Elsewhere,
        values,
        marks,
        network: None,
        is_patch: false,
        label,
    }
}

/// Reads a range that Google's services are given in a network; `None` of an address alone.
fn google_address<'v>(values: &Value, marks: &Value) -> Option<Attributes<'v>> {
    let length = values["prefix_length"].as_u64()?;
    let mut own = Map::new();
    copy(values, &["id", "name"], &mut own);
    if let Some(address) = values["address"].as_str() {
        own.insert("address_space".to_owned(), json!([format!("{address}/{length}")]));
    }
    let marks = json!({ "address_space": marks["address"] == true || !own.contains_key("address_space") });
    let (values, marks) = (Cow::Owned(own.into()), Cow::Owned(marks));
    Some(Attributes {
        resource_type: ResourceType::Elsewhere,
        values,
        marks,
        network: None,
        is_patch: false,
        label: Some("address"),
    })
}

/// Returns the type of the resource manager that a resource of `azapi` is of, in lower case, without its version.
pub fn azure_type(values: &Value) -> Option<String> {
    let text = values["type"].as_str()?;
    Some(text.split('@').next().unwrap_or(text).to_ascii_lowercase())
}

/// Puts the object in the place of a `body` that is written as a JSON text, as version 1 of the provider has it.
pub fn with_body(values: &Value) -> Cow<'_, Value> {
    let body = values["body"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    match body {
        Some(body) => {
            let mut values = values.clone();
            values["body"] = body;
            Cow::Owned(values)
        }
        None => Cow::Borrowed(values),
    }
}

fn azapi<'v>(name: &str, values: &Value, marks: &Value) -> Option<Attributes<'v>> {
    let azure_type = azure_type(values)?;
    let values = with_body(values);
    let is_patch = name == "azapi_update_resource";
    let mut attributes = match &*azure_type {
        "microsoft.network/virtualnetworks" => azapi_network(&values, marks),
        "microsoft.network/virtualnetworks/subnets" => azapi_subnet(&values, marks),
        _ => SIMPLE.iter().find(|simple| simple.name == azure_type)?.read(&values, marks),
    };
    attributes.network = azapi_network_id(attributes.resource_type, &values);
    attributes.is_patch = is_patch;
    attributes.label = Some("body");
    Some(attributes)
}

/// Returns the id of the network that a resource of `azapi` is, or that a subnet is part of.
fn azapi_network_id(resource_type: ResourceType, values: &Value) -> Option<String> {
    let text = |key: &str| values[key].as_str().filter(|text| !text.is_empty());
    let own = text("resource_id");
    if resource_type == ResourceType::AzureSubnet {
        let network = own.and_then(|id| Some(&id[..id.to_ascii_lowercase().find("/subnets/")?]));
        return network.or_else(|| text("parent_id")).map(str::to_owned);
    }
    let kind = match resource_type {
        ResourceType::Hub => "virtualHubs",
        ResourceType::Vnet => "virtualNetworks",
        _ => return None,
    };
    let planned =
        || Some(format!("{}/providers/Microsoft.Network/{kind}/{}", text("parent_id")?, text("name")?));
    own.map(str::to_owned).or_else(planned)
}

fn azapi_network<'v>(values: &Value, marks: &Value) -> Attributes<'v> {
    let mut found = FoundPrefixes::default();
    found.look(values, marks, &["body", "properties", "addressSpace", "addressPrefixes"]);
    let (mut own, mut own_marks) = found.attributes();
    copy(values, &["id", "name", "location", "tags"], &mut own);
    let subnets = values["body"]["properties"]["subnets"].as_array().map_or(&[][..], Vec::as_slice);
    let marks_of = |at: usize| marks["body"]["properties"]["subnets"][at].clone();
    let blocks: Vec<(Value, Value)> =
        subnets.iter().enumerate().map(|(at, subnet)| inline_subnet(subnet, &marks_of(at))).collect();
    own_marks["subnet"] = if has_mark(marks, &["body", "properties", "subnets"]) {
        Value::Bool(true)
    } else {
        blocks.iter().map(|(_, marks)| marks.clone()).collect()
    };
    own.insert("subnet".to_owned(), blocks.into_iter().map(|(block, _)| block).collect());
    Attributes {
        resource_type: ResourceType::Vnet,
        values: Cow::Owned(own.into()),
        marks: Cow::Owned(own_marks),
        network: None,
        is_patch: false,
        label: None,
    }
}

fn inline_subnet(subnet: &Value, marks: &Value) -> (Value, Value) {
    let (mut own, own_marks) = subnet_prefixes(&subnet["properties"], &marks["properties"]);
    copy(subnet, &["id", "name"], &mut own);
    (own.into(), own_marks)
}

fn azapi_subnet<'v>(values: &Value, marks: &Value) -> Attributes<'v> {
    let unknown = json!({ "addressPrefixes": true });
    let is_unknown = has_mark(marks, &["body", "properties"]);
    let marks = if is_unknown { &unknown } else { &marks["body"]["properties"] };
    let (mut own, own_marks) = subnet_prefixes(&values["body"]["properties"], marks);
    copy(values, &["id", "name", "location"], &mut own);
    Attributes {
        resource_type: ResourceType::AzureSubnet,
        values: Cow::Owned(own.into()),
        marks: Cow::Owned(own_marks),
        network: None,
        is_patch: false,
        label: None,
    }
}

/// Returns the prefixes of a subnet in the API's words in those of `azurerm`, and their marks.
fn subnet_prefixes(properties: &Value, marks: &Value) -> (Map<String, Value>, Value) {
    let (mut own, mut own_marks) = (Map::new(), Map::new());
    for (theirs, ours) in [("addressPrefixes", "address_prefixes"), ("addressPrefix", "address_prefix")] {
        own.insert(ours.to_owned(), properties[theirs].clone());
        own_marks.insert(ours.to_owned(), marks[theirs].clone());
    }
    (own, own_marks.into())
}
