//! The prefixes of networks and subnets, and those delegated to machines, as ranges of addresses, which SQL can compare.

use std::io;

use ipnet::IpNet;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, Statement, params_from_iter};

use super::table::{self, TableError};
use crate::analysis::columns::Tabular;
use crate::model::{Instance, Interface, InventoryView, Kind, Network, Provider, Rows, Subnet};

/// The name of the table.
const NAME: &str = "prefixes";
/// Its columns. The ends are numbers in IPv4 and 16 bytes in IPv6: SQLite puts all numbers before all bytes, so that a
/// range of one never holds an address of the other.
const COLUMNS: [&str; 9] = [
    "kind TEXT",
    "provider TEXT",
    "account TEXT",
    "region TEXT COLLATE NOCASE",
    "id TEXT COLLATE NOCASE",
    "name TEXT",
    "cidr TEXT",
    "first ANY",
    "last ANY",
];

/// Makes the table of the prefixes of those of `kinds` that have any; none when there are no such kinds.
///
/// # Errors
/// When the database cannot be written, or rows cannot be read.
pub(super) fn write_table(
    database: &Connection,
    view: InventoryView<'_>,
    kinds: &[Kind],
) -> Result<(), TableError> {
    let [networks, subnets, instances, interfaces] =
        [Kind::Networks, Kind::Subnets, Kind::Instances, Kind::Interfaces].map(|kind| kinds.contains(&kind));
    if !networks && !subnets && !instances && !interfaces {
        return Ok(());
    }
    table::create(database, NAME, &COLUMNS)?;
    let inventory = view.inventory;
    let of_networks = inventory.networks.iter().filter(|_| networks).flat_map(of_network);
    let of_subnets = inventory.subnets.iter().filter(|_| subnets).flat_map(of_subnet);
    table::fill(database, NAME, COLUMNS.len(), of_networks.chain(of_subnets))?;
    let mut insert = table::insert(database, NAME, COLUMNS.len())?;
    if instances {
        insert_streamed(&mut insert, view.instances, of_instance)?;
    }
    if interfaces {
        insert_streamed(&mut insert, view.interfaces, of_interface)?;
    }
    table::index(database, NAME, &["first", "last"])?;
    Ok(table::index(database, NAME, &["id"])?)
}

/// Adds the prefixes of rows that may be too many for memory.
fn insert_streamed<T>(
    insert: &mut Statement<'_>,
    items: &dyn Rows<T>,
    rows_of: impl Fn(&T) -> Vec<Vec<Cell>>,
) -> Result<(), TableError> {
    let add = |insert: &mut Statement<'_>, item: &T| {
        rows_of(item).into_iter().try_for_each(|row| insert.execute(params_from_iter(row)).map(drop))
    };
    let read =
        items.each(&mut |item| add(insert, item).map_err(|error| io::Error::other(TableError::from(error))));
    read.map_err(TableError::from_io)
}

fn of_network(network: &Network) -> Vec<Vec<Cell>> {
    let names = [&network.account, &network.region, &network.id];
    rows::<Network>(&network.prefixes().collect::<Vec<_>>(), network.provider, names, network.name.as_deref())
}

fn of_subnet(subnet: &Subnet) -> Vec<Vec<Cell>> {
    let names = [&subnet.account, &subnet.region, &subnet.id];
    rows::<Subnet>(&subnet.prefixes, subnet.provider, names, subnet.name.as_deref())
}

/// The addresses of machines and interfaces are in views.
fn of_instance(instance: &Instance) -> Vec<Vec<Cell>> {
    let names = [&instance.account, &instance.region, &instance.id];
    let delegated = instance.private_prefixes.as_deref().unwrap_or_default();
    rows::<Instance>(delegated, instance.provider, names, instance.name.as_deref())
}

fn of_interface(interface: &Interface) -> Vec<Vec<Cell>> {
    let names = [&interface.account, &interface.region, &interface.id];
    let delegated = interface.private_prefixes.as_deref().unwrap_or_default();
    rows::<Interface>(delegated, interface.provider, names, interface.description.as_deref())
}

fn rows<T: Tabular>(
    prefixes: &[IpNet],
    provider: Provider,
    names: [&String; 3],
    shown: Option<&str>,
) -> Vec<Vec<Cell>> {
    let row = |prefix: IpNet| {
        let (first, last) = address_bounds(prefix);
        let mut row = vec![Cell::Text(T::NAME.to_owned()), Cell::Text(provider.as_str().to_owned())];
        row.extend(names.map(|name| Cell::Text(name.clone())));
        row.push(shown.map_or(Cell::Null, |name| Cell::Text(name.to_owned())));
        row.extend([Cell::Text(prefix.to_string()), first, last]);
        row
    };
    prefixes.iter().copied().map(row).collect()
}

fn address_bounds(prefix: IpNet) -> (Cell, Cell) {
    match prefix {
        IpNet::V4(v4) => {
            (Cell::Integer(u32::from(v4.network()).into()), Cell::Integer(u32::from(v4.broadcast()).into()))
        }
        IpNet::V6(v6) => {
            (Cell::Blob(v6.network().octets().into()), Cell::Blob(v6.broadcast().octets().into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holders(address: &str) -> Vec<String> {
        let database = Connection::open_in_memory().unwrap();
        table::create(&database, NAME, &["cidr TEXT", "first ANY", "last ANY"]).unwrap();
        let row = |cidr: &str| {
            let (first, last) = address_bounds(cidr.parse().unwrap());
            vec![Cell::Text(cidr.to_owned()), first, last]
        };
        let cidrs = ["0.0.0.0/0", "10.1.0.0/16", "10.1.2.0/24", "::/0", "2001:db8::/56", "a00::/8"];
        table::fill(&database, NAME, 3, cidrs.map(row)).unwrap();
        let query = format!("SELECT cidr FROM prefixes WHERE {address} BETWEEN first AND last");
        let mut query = database.prepare(&query).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_range_holds_its_own_family_from_the_first_address_to_the_last() {
        assert_eq!(holders("((10*256+1)*256+2)*256+255"), ["0.0.0.0/0", "10.1.0.0/16", "10.1.2.0/24"]);
        assert_eq!(holders("((10*256+1)*256+3)*256+0"), ["0.0.0.0/0", "10.1.0.0/16"]);
        assert_eq!(holders("4294967295"), ["0.0.0.0/0"]);
        assert_eq!(holders("x'20010db80000000000000000000000ff'"), ["::/0", "2001:db8::/56"]);
        assert_eq!(holders("x'20010db8000001000000000000000000'"), ["::/0"]);
        assert_eq!(holders("x'0aff0000000000000000000000000000'"), ["::/0", "a00::/8"]);
    }
}
