//! Rows of typed values, made one at a time: a million of them need no memory.

use std::io;

use super::columns::{DataType, Pick, Record};
use super::joins::Joins;
use super::select::{self, Heading, Read, Request, SelectError};
use super::value::Value;
use crate::model::{Coverage, Estate, Inventory, Kind, Provider, Rows};

/// Rows of one kind.
pub struct Listing<'a> {
    /// What the rows are, in the plural.
    pub name: &'static str,
    /// Their kind; `None` for coverage.
    pub kind: Option<Kind>,
    /// The columns.
    pub columns: Vec<Heading>,
    /// What the values of each column are, where they are known.
    pub holds: Vec<DataType>,
    /// How many rows there are, of all providers together.
    pub rows: usize,
    /// Whether rows may be missing.
    pub read: Read,
    each: Box<Each<'a>>,
}

/// Hands the rows of one provider, or of all, to something.
type Each<'a> = dyn Fn(Option<Provider>, Take<'_>) -> io::Result<()> + 'a;

/// The column that names the cloud.
const PROVIDER: &str = "provider";

/// What rows are handed to; each has one value per column.
type Take<'t> = &'t mut dyn FnMut(Vec<Value>) -> io::Result<()>;

impl Listing<'_> {
    /// Hands the rows to `take`, one after the other, until it fails.
    ///
    /// # Errors
    /// When what they are made of cannot be read, or as `take` does.
    pub fn each(&self, mut take: impl FnMut(Vec<Value>) -> io::Result<()>) -> io::Result<()> {
        (self.each)(None, &mut take)
    }

    /// Lists the rows of one provider, without the column that names it: the place of such a table does.
    #[must_use]
    pub fn of_provider(&self, provider: Provider) -> Listing<'_> {
        let named = self.columns.iter().position(|column| column.name == PROVIDER);
        Listing {
            name: self.name,
            kind: self.kind,
            columns: without(named, self.columns.clone()),
            holds: without(named, self.holds.clone()),
            rows: self.rows,
            read: self.read,
            each: Box::new(move |_, take| (self.each)(Some(provider), &mut |row| take(without(named, row)))),
        }
    }
}

fn without<T>(at: Option<usize>, mut all: Vec<T>) -> Vec<T> {
    if let Some(at) = at {
        all.remove(at);
    }
    all
}

/// Makes a listing for each kind of `request`, which neither sorts nor filters; `joins` are those of `estate`.
///
/// # Errors
/// When a kind lacks a column.
pub fn listings<'a>(
    estate: Estate<'a>,
    joins: &'a Joins<'_>,
    request: &Request,
) -> Result<Vec<Listing<'a>>, SelectError> {
    select::check(request)?;
    let inventory = estate.inventory;
    let listings = request.kinds.iter().map(|&kind| {
        let read = select::read(inventory, kind);
        match kind {
            Kind::Networks => listing(&inventory.networks, Some(kind), read, joins, request),
            Kind::Subnets => listing(&inventory.subnets, Some(kind), read, joins, request),
            Kind::Instances => listing(estate.instances, Some(kind), read, joins, request),
            Kind::Interfaces => listing(estate.interfaces, Some(kind), read, joins, request),
            Kind::Links => listing(&inventory.links, Some(kind), read, joins, request),
        }
    });
    Ok(listings.filter(|listing| !listing.columns.is_empty()).collect())
}

/// Lists the whole coverage of `inventory` with every column; `joins` are those of `inventory`.
#[must_use]
pub fn coverage<'a>(inventory: &'a Inventory, joins: &'a Joins<'_>) -> Listing<'a> {
    let request = Request { wide: true, ..Request::default() };
    listing::<Coverage>(&inventory.coverage, None, Read::Complete, joins, &request)
}

fn listing<'a, T: Record>(
    rows: &'a dyn Rows<T>,
    kind: Option<Kind>,
    read: Read,
    joins: &'a Joins<'_>,
    request: &Request,
) -> Listing<'a> {
    let picks = select::picks::<T>(kind, request);
    Listing {
        name: T::NAME,
        kind,
        columns: select::headings(&picks, request),
        holds: picks.iter().map(Pick::holds).collect(),
        rows: rows.count(),
        read,
        each: Box::new(move |of, take| {
            rows.each(&mut |item| match of {
                Some(provider) if item.provider() != provider => Ok(()),
                _ => take(select::row(&picks, item, joins)),
            })
        }),
    }
}
