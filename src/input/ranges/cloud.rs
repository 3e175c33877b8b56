//! Elements of lists that the clouds' own tools print, and of Azure IPAM (<https://github.com/Azure/ipam>).

use serde_json::{Map, Value};

use super::row::{BadRow, RangeField, Row, RowPosition};
use crate::diagnostic::Diagnostic;
use crate::model::AzureId;

type JsonFields = Map<String, Value>;

/// Reads the rows of an element; `None` of what no cloud's tool prints.
pub fn rows(fields: &JsonFields, place: RowPosition) -> Option<Vec<Result<Row, BadRow>>> {
    ipam_resource(fields, place)
        .or_else(|| ec2(fields, place))
        .or_else(|| azure(fields, place))
        .or_else(|| azure_ipam(fields, place))
}

/// Reads a resource of `aws ec2 get-ipam-resource-cidrs`.
fn ipam_resource(fields: &JsonFields, place: RowPosition) -> Option<Vec<Result<Row, BadRow>>> {
    let prefix = text(fields, "ResourceCidr")?;
    let id = text(fields, "VpcId").or_else(|| text(fields, "ResourceId"));
    let mut row = aws_row(fields, "ResourceOwnerId", id, place);
    put(&mut row, RangeField::Region, text(fields, "ResourceRegion"));
    put(&mut row, RangeField::Name, text(fields, "ResourceName").or_else(|| text(fields, "ResourceId")));
    row.put_field(RangeField::Prefix, prefix);
    Some(vec![Ok(row)])
}

/// Reads a VPC of `aws ec2 describe-vpcs`, or a subnet of `aws ec2 describe-subnets`.
fn ec2(fields: &JsonFields, place: RowPosition) -> Option<Vec<Result<Row, BadRow>>> {
    let id = text(fields, "VpcId")?;
    fields.get("CidrBlock").or_else(|| fields.get("Ipv6CidrBlockAssociationSet"))?;
    let mut row = aws_row(fields, "OwnerId", Some(id), place);
    let tags = fields.get("Tags").and_then(Value::as_array).into_iter().flatten();
    let name = tags.filter(|tag| tag["Key"] == "Name").find_map(|tag| tag["Value"].as_str());
    put(
        &mut row,
        RangeField::Name,
        name.filter(|name| !name.is_empty()).or_else(|| text(fields, "SubnetId")),
    );
    let mut prefixes: Vec<&str> = text(fields, "CidrBlock").into_iter().collect();
    for (list, prefix, state) in [
        ("CidrBlockAssociationSet", "CidrBlock", "CidrBlockState"),
        ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState"),
    ] {
        // EC2 lists blocks for a while after they are gone.
        let is_gone = |block: &&Value| {
            matches!(block[state]["State"].as_str(), Some("disassociated" | "failed" | "failing"))
        };
        let blocks = fields.get(list).and_then(Value::as_array).into_iter().flatten();
        prefixes.extend(blocks.filter(|block| !is_gone(block)).filter_map(|block| block[prefix].as_str()));
    }
    Some(one_each(&row, prefixes))
}

/// Makes a row of AWS: a VPC is a site of its own, since two may have the same prefixes.
fn aws_row(fields: &JsonFields, owner: &str, id: Option<&str>, place: RowPosition) -> Row {
    let mut row = Row::new(place);
    let site = match (text(fields, owner), id) {
        (Some(owner), Some(id)) => Some(format!("{owner}/{id}")),
        (owner, id) => owner.or(id).map(str::to_owned),
    };
    put(&mut row, RangeField::Site, site.as_deref());
    put(&mut row, RangeField::Network, id);
    row.put_field(RangeField::Provider, "aws");
    row
}

/// Reads a virtual network, subnet or virtual hub of `az network` or of the resource manager's API.
fn azure(fields: &JsonFields, place: RowPosition) -> Option<Vec<Result<Row, BadRow>>> {
    let properties = fields.get("properties").and_then(Value::as_object).unwrap_or(fields);
    let space = value(properties, "addressSpace").and_then(Value::as_object);
    let lists = space.map_or([properties; 2], |space| [space; 2]);
    let prefixes: Vec<&str> = lists
        .into_iter()
        .zip(["addressPrefixes", "addressPrefix"])
        .filter_map(|(fields, key)| value(fields, key))
        .flat_map(|value| value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice))
        .filter_map(Value::as_str)
        .filter(|prefix| !prefix.is_empty())
        .collect();
    let is_azures = space.is_some() || text(fields, "id").is_some_and(|id| id.starts_with("/subscriptions/"));
    if !is_azures || (prefixes.is_empty() && space.is_none()) {
        return None;
    }
    Some(one_each(&azure_row(fields, place), prefixes))
}

/// Makes a row of Azure: a virtual network is a site of its own, since two may have the same prefixes.
fn azure_row(fields: &JsonFields, place: RowPosition) -> Row {
    let mut row = Row::new(place);
    row.put_field(RangeField::Provider, "azure");
    put(&mut row, RangeField::Region, text(fields, "location"));
    put(&mut row, RangeField::Name, text(fields, "name"));
    let id = text(fields, "id").map(|id| id.find("/subnets/").map_or(id, |end| &id[..end]));
    put(&mut row, RangeField::Network, id);
    put(&mut row, RangeField::Site, id.map(short_id).as_deref().or_else(|| text(fields, "name")));
    row
}

/// Returns the group and the name of an id.
fn short_id(id: &str) -> String {
    AzureId::parse(id).map_or_else(|| id.to_owned(), |id| format!("{}/{}", id.group, id.name()))
}

/// Reads a space or a block of Azure IPAM, or a virtual network as it lists them.
fn azure_ipam(fields: &JsonFields, place: RowPosition) -> Option<Vec<Result<Row, BadRow>>> {
    if let Some(blocks) = fields.get("blocks").and_then(Value::as_array) {
        let site = text(fields, "name");
        let blocks = blocks.iter().filter_map(Value::as_object);
        return Some(blocks.flat_map(|block| ipam_block(block, site, place)).collect());
    }
    if ["vnets", "externals", "resv"].iter().any(|list| fields.contains_key(*list)) {
        return Some(ipam_block(fields, None, place));
    }
    let id = text(fields, "id").filter(|id| id.starts_with("/subscriptions/"))?;
    let list = fields.get("prefixes").or_else(|| fields.get("prefix"))?;
    let mut row = azure_row(fields, place);
    put(&mut row, RangeField::Network, Some(id));
    let prefixes = list.as_array().map_or_else(|| std::slice::from_ref(list), Vec::as_slice);
    Some(one_each(&row, prefixes.iter().filter_map(Value::as_str).collect()))
}

/// Reads what is in use of a block: it holds networks, and is not in use itself.
fn ipam_block(block: &JsonFields, site: Option<&str>, place: RowPosition) -> Vec<Result<Row, BadRow>> {
    let list = |name: &str| block.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut rows = Vec::new();
    let mut row = Row::new(place);
    put(&mut row, RangeField::Site, site);
    put(&mut row, RangeField::Prefix, text(block, "cidr"));
    if ["vnets", "externals", "resv"].iter().any(|name| block.contains_key(*name)) {
        row.put_field(RangeField::Status, "container");
    } else {
        put(&mut row, RangeField::Name, text(block, "name"));
    }
    rows.push(Ok(row));
    // A reservation is settled once its network is there.
    let reservations = list("resv").iter().filter(|it| matches!(it["status"].as_str(), None | Some("wait")));
    for range in list("externals").iter().chain(reservations) {
        let mut row = Row::new(place);
        put(&mut row, RangeField::Site, site);
        put(&mut row, RangeField::Prefix, range["cidr"].as_str());
        put(&mut row, RangeField::Name, range["name"].as_str().or_else(|| range["desc"].as_str()));
        rows.push(Ok(row));
    }
    for network in list("vnets").iter().filter(|network| network["active"] != false) {
        if let Some(network) = network.as_object().filter(|network| network.contains_key("prefixes")) {
            rows.extend(azure_ipam(network, place).unwrap_or_default());
        } else {
            let block = text(block, "name").unwrap_or_default();
            let what =
                Diagnostic::new(format!("the block `{block}` names a virtual network without its prefixes"))
                    .remedy("ask for the list again with `expand=true`");
            rows.push(Err(BadRow::misread(place, what)));
        }
    }
    rows
}

/// Makes a row of each prefix; without any, one that is refused for it.
fn one_each(row: &Row, prefixes: Vec<&str>) -> Vec<Result<Row, BadRow>> {
    if prefixes.is_empty() {
        return vec![Ok(row.clone())];
    }
    let one = |prefix| {
        let mut row = row.clone();
        row.put_field(RangeField::Prefix, prefix);
        Ok(row)
    };
    prefixes.into_iter().map(one).collect()
}

fn put(row: &mut Row, field: RangeField, text: Option<&str>) {
    row.put_field(field, text.unwrap_or_default());
}

/// Returns a text that is there and not empty.
fn text<'f>(fields: &'f JsonFields, key: &str) -> Option<&'f str> {
    value(fields, key)?.as_str().filter(|text| !text.is_empty())
}

/// Returns the value of a key; PowerShell begins keys with a capital letter.
fn value<'f>(fields: &'f JsonFields, key: &str) -> Option<&'f Value> {
    fields
        .get(key)
        .or_else(|| fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value))
}
