//! Reservations in a table of Amazon DynamoDB.
//!
//! Each reservation is an item. One more item, the version item, has the version of the table. Every change writes its item
//! and the version item in one transaction, on the condition that the version is still the one at which the table was read.
//! So of two processes that read the same version, one has to read again.
//!
//! A scan is not isolated from transactions: it may find the version item written and the other item of the same
//! transaction not yet. So the version item names the item that was changed with it, and a scan without that change is
//! repeated.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation>

#[cfg(test)]
mod fuzz;

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Get, Put, TransactGetItem, TransactWriteItem,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::table_access::{Item, TableAccess, request_error};
use crate::clouds::{Failure, Run, backoff, random};
use crate::config::TableName;
use crate::diagnostic::Diagnostic;
use crate::model::{Outcome, Reservation, check_reservation_name};
use crate::reservations::{CommitOutcome, ReservationChange, ReservationStore, StoredReservations};

/// The partition key.
const NAME: &str = "name";
/// The version of the table at which an item was written.
const VERSION: &str = "version";
/// The name of the version item, which no reservation can have.
const VERSION_ITEM: &str = "(fence)";
/// What the version item calls the item that was changed with it.
const CHANGED: &str = "changed";
/// Whether that item was removed.
const REMOVED: &str = "removed";
/// The attribute for the table's time to live, in seconds since 1970. DynamoDB removes items when it comes to it, so
/// nothing depends on it.
const TIME_TO_LIVE: &str = "ttl";
/// How long after it has expired a reservation is listed as overdue, if the table has a time to live.
const LISTED_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often the table is read again while a transaction is not visible as a whole.
const READS: u32 = 10;
/// The first wait between these, which doubles.
const FIRST_WAIT: Duration = Duration::from_millis(20);
/// The longest wait between these.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A table of reservations.
#[derive(Clone)]
pub struct ReservationTable {
    access: TableAccess,
}

/// The item that every change writes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct VersionItem {
    version: u64,
    /// The reservation that was changed with it.
    changed: String,
    is_removal: bool,
}

/// A reservation, and the version of the table at which it was written.
struct StoredItem {
    reservation: Reservation,
    version: u64,
}

impl ReservationTable {
    /// Signs in. The table itself is asked for nothing yet.
    ///
    /// # Errors
    /// When there are no credentials or no region.
    pub async fn open(name: &TableName, location: String, run: Run) -> Result<Self, Diagnostic> {
        let set_region = format!("write {location}?region=REGION");
        let opened = TableAccess::open(name, location, &set_region, run).await;
        opened.map(|access| Self { access })
    }

    /// Reads until the last change is visible as a whole.
    async fn read(&self) -> Result<StoredReservations, Failure> {
        for attempt in 0..READS {
            let version_item = self.read_version_item().await?;
            let items = self.scan().await?;
            let is_settled = match &version_item {
                Some(version_item) if !version_item.is_visible_in(&items) => {
                    self.is_settled(version_item).await?
                }
                _ => true,
            };
            if is_settled {
                let version = version_item.map_or(0, |version_item| version_item.version);
                let reservations = items.into_iter().map(|item| item.reservation).collect();
                return Ok(StoredReservations { version, reservations });
            }
            tracing::debug!(attempt, "the last change is not visible yet");
            tokio::time::sleep(backoff(attempt + 1, FIRST_WAIT, LONGEST_WAIT, random())).await;
        }
        Err(Failure::new(Outcome::Failed, "the table keeps changing while it is read").remedy("try again"))
    }

    async fn read_version_item(&self) -> Result<Option<VersionItem>, Failure> {
        let request = self.access.client.get_item().table_name(&self.access.table).consistent_read(true);
        let request = request.key(NAME, AttributeValue::S(VERSION_ITEM.to_owned()));
        let answer: GetItemOutput =
            Box::pin(request.send()).await.map_err(|error| self.classify(&error, "dynamodb:GetItem"))?;
        answer
            .item
            .map(|item| VersionItem::from_item(&item))
            .transpose()
            .map_err(|what| self.odd_item(VERSION_ITEM, &what))
    }

    /// Reads all reservations, in the order of their names.
    async fn scan(&self) -> Result<Vec<StoredItem>, Failure> {
        let listed = self.access.scan(|error| self.classify(error, "dynamodb:Scan")).await?;
        let mut items = Vec::new();
        for item in listed {
            let name = text(&item, NAME).unwrap_or_default();
            if name != VERSION_ITEM {
                items.push(StoredItem::from_item(&item).map_err(|what| self.odd_item(&name, &what))?);
            }
        }
        items.sort_by(|a, b| a.reservation.name.cmp(&b.reservation.name));
        Ok(items)
    }

    /// Tells whether the change that the version item names is the last one, and not one that is still being written. If so,
    /// and its item is not as it was written, the item was removed or edited by hand or by the table's time to live. Both
    /// items are read in one transaction.
    async fn is_settled(&self, version_item: &VersionItem) -> Result<bool, Failure> {
        let mut request = self.access.client.transact_get_items();
        for name in [VERSION_ITEM, &version_item.changed] {
            let get =
                Get::builder().table_name(&self.access.table).key(NAME, AttributeValue::S(name.to_owned()));
            let get = get.build().map_err(|error| request_error(&error))?;
            request = request.transact_items(TransactGetItem::builder().get(get).build());
        }
        let answer = match Box::pin(request.send()).await {
            Ok(answer) => answer,
            Err(error) => {
                let is_conflict = error
                    .as_service_error()
                    .is_some_and(TransactGetItemsError::is_transaction_canceled_exception);
                return if is_conflict { Ok(false) } else { Err(self.classify(&error, "dynamodb:GetItem")) };
            }
        };
        let current = answer.responses().first().and_then(|response| response.item());
        let current = current.and_then(|item| VersionItem::from_item(item).ok());
        // The item may have become visible after the scan.
        let item = answer.responses().get(1).and_then(|response| response.item());
        let is_there = item.and_then(|item| version(item).ok()).is_some_and(|at| at >= version_item.version);
        let is_as_scanned = if version_item.is_removal { item.is_some() } else { !is_there };
        Ok(current.as_ref() == Some(version_item) && is_as_scanned)
    }

    async fn write(&self, at: u64, change: &ReservationChange) -> Result<CommitOutcome, Failure> {
        let version = at + 1;
        let item = match change {
            ReservationChange::Put(reservation) => {
                let put = Put::builder().table_name(&self.access.table);
                let put = put.set_item(Some(StoredItem::to_item(reservation, version)));
                let put = put.build().map_err(|error| request_error(&error))?;
                TransactWriteItem::builder().put(put)
            }
            ReservationChange::Remove(name) => {
                let key = AttributeValue::S(name.clone());
                let delete = Delete::builder().table_name(&self.access.table).key(NAME, key);
                let delete = delete.build().map_err(|error| request_error(&error))?;
                TransactWriteItem::builder().delete(delete)
            }
        };
        let version_item = TransactWriteItem::builder().put(self.version_item_at(at, change)?);
        let request = self.access.client.transact_write_items();
        let request = request.transact_items(item.build()).transact_items(version_item.build());
        match Box::pin(request.send()).await {
            Ok(_) => Ok(CommitOutcome::Committed),
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled))
                    if is_conflict(canceled.cancellation_reasons()) =>
                {
                    Ok(CommitOutcome::Conflict)
                }
                _ => Err(self.classify(&error, "dynamodb:PutItem and dynamodb:DeleteItem")),
            },
        }
    }

    /// Makes the write of the version item, on the condition that it has the version `at`.
    fn version_item_at(&self, at: u64, change: &ReservationChange) -> Result<Put, Failure> {
        let put = Put::builder().table_name(&self.access.table);
        let put = put.set_item(Some(VersionItem::after(at, change).to_item()));
        // Names of attributes may be words that DynamoDB reserves.
        let put = if at == 0 {
            put.condition_expression("attribute_not_exists(#name)").expression_attribute_names("#name", NAME)
        } else {
            put.condition_expression("#version = :version")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":version", AttributeValue::N(at.to_string()))
        };
        put.build().map_err(|error| request_error(&error))
    }

    fn classify<E>(&self, error: &SdkError<E, HttpResponse>, action: &str) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let TableAccess { table, region, .. } = &self.access;
        let create = format!(
            "aws dynamodb create-table --region {region} --table-name {table} --billing-mode PAY_PER_REQUEST \
             --attribute-definitions AttributeName=name,AttributeType=S --key-schema \
             AttributeName=name,KeyType=HASH"
        );
        let keys = "a table of reservations has the partition key `name`, a string, and no sort key";
        self.access.classify(error, action, &create, keys)
    }

    fn odd_item(&self, name: &str, what: &str) -> Failure {
        Failure::new(Outcome::Failed, format!("the item `{}` is no reservation: {what}", name.escape_debug()))
            .remedy(format!(
                "remove it from the table {}, or use a table for reservations alone",
                self.access.table
            ))
    }

    /// Bounds `work` by `--timeout`, and names the table in its failure.
    async fn bounded<T>(
        &self,
        cannot: &str,
        work: BoxFuture<'_, Result<T, Failure>>,
    ) -> Result<T, Diagnostic> {
        let what = format!("{cannot} the reservations");
        self.access.bounded(&what, work).await
    }
}

impl ReservationStore for ReservationTable {
    fn location(&self) -> &str {
        &self.access.location
    }

    fn load(&self) -> BoxFuture<'_, Result<StoredReservations, Diagnostic>> {
        Box::pin(self.bounded("read", Box::pin(self.read())))
    }

    fn commit<'a>(
        &'a self,
        version: u64,
        change: &'a ReservationChange,
    ) -> BoxFuture<'a, Result<CommitOutcome, Diagnostic>> {
        Box::pin(async move {
            let written = self.bounded("change", Box::pin(self.write(version, change))).await;
            // An answer may be lost after the change was made.
            written.map_err(|error| {
                error.remedy("run the same command again: what was written is not written twice")
            })
        })
    }
}

impl VersionItem {
    /// Returns the version item after a change at version `at`.
    fn after(at: u64, change: &ReservationChange) -> Self {
        let (changed, is_removal) = match change {
            ReservationChange::Put(reservation) => (&reservation.name, false),
            ReservationChange::Remove(name) => (name, true),
        };
        Self { version: at + 1, changed: changed.clone(), is_removal }
    }

    fn from_item(item: &Item) -> Result<Self, String> {
        let is_removal = matches!(item.get(REMOVED), Some(AttributeValue::Bool(true)));
        let changed = text(item, CHANGED).ok_or("it has no `changed`")?;
        Ok(Self { version: version(item)?, changed, is_removal })
    }

    fn to_item(&self) -> Item {
        HashMap::from([
            (NAME.to_owned(), AttributeValue::S(VERSION_ITEM.to_owned())),
            (VERSION.to_owned(), AttributeValue::N(self.version.to_string())),
            (CHANGED.to_owned(), AttributeValue::S(self.changed.clone())),
            (REMOVED.to_owned(), AttributeValue::Bool(self.is_removal)),
        ])
    }

    /// Tells whether what was written with the version item was found by a scan that began later. Every earlier change was
    /// found too: its writer saw to it before this one was made.
    fn is_visible_in(&self, items: &[StoredItem]) -> bool {
        let found = items.iter().find(|item| item.reservation.name == self.changed);
        match found {
            Some(item) => item.version >= self.version,
            None => self.is_removal,
        }
    }
}

impl StoredItem {
    fn from_item(item: &Item) -> Result<Self, String> {
        let required = |key: &str| text(item, key).ok_or_else(|| format!("it has no `{key}`"));
        let time = |key: &str| -> Result<Timestamp, String> {
            required(key)?.parse().map_err(|error| format!("`{key}`: {error}"))
        };
        let prefix: ipnet::IpNet =
            required("prefix")?.parse().map_err(|_| "`prefix` is not a prefix".to_owned())?;
        if prefix != prefix.trunc() {
            return Err("`prefix` has host bits".to_owned());
        }
        let name = required(NAME)?;
        check_reservation_name(&name)?;
        let reservation = Reservation {
            name,
            prefix,
            pool: text(item, "pool"),
            owner: required("owner")?,
            reason: text(item, "reason"),
            created_at: time("created_at")?,
            expires_at: time("expires_at")?,
        };
        // One that was added by hand has none.
        let version = if item.contains_key(VERSION) { version(item)? } else { 0 };
        Ok(Self { reservation, version })
    }

    fn to_item(reservation: &Reservation, version: u64) -> Item {
        let Reservation { name, prefix, pool, owner, reason, created_at, expires_at } = reservation;
        let remove_at = expires_at.as_second() + LISTED_AFTER_EXPIRY.as_secs();
        let texts = [
            (NAME, Some(name.clone())),
            ("prefix", Some(prefix.to_string())),
            ("pool", pool.clone()),
            ("owner", Some(owner.clone())),
            ("reason", reason.clone()),
            ("created_at", Some(created_at.to_string())),
            ("expires_at", Some(expires_at.to_string())),
        ];
        let texts =
            texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), AttributeValue::S(text?))));
        let numbers = [(VERSION, version.to_string()), (TIME_TO_LIVE, remove_at.to_string())];
        let numbers = numbers.map(|(key, number)| (key.to_owned(), AttributeValue::N(number)));
        texts.chain(numbers).collect()
    }
}

fn text(item: &Item, key: &str) -> Option<String> {
    item.get(key)?.as_s().ok().cloned()
}

fn version(item: &Item) -> Result<u64, String> {
    let number = item.get(VERSION).and_then(|value| value.as_n().ok());
    let version = number.and_then(|number| number.parse().ok());
    let version = version.ok_or_else(|| "it has no `version`".to_owned())?;
    // No change comes after it.
    if version == u64::MAX { Err(format!("its `version` is {version}")) } else { Ok(version) }
}

/// Tells whether a transaction was canceled because another one was faster, or the table is busy. Then it was not made.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
fn is_conflict(reasons: &[CancellationReason]) -> bool {
    let mut codes =
        reasons.iter().filter_map(CancellationReason::code).filter(|code| *code != "None").peekable();
    let passing =
        ["ConditionalCheckFailed", "TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"];
    codes.peek().is_some() && codes.all(|code| passing.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reservation(name: &str) -> Reservation {
        Reservation {
            name: name.to_owned(),
            prefix: "10.0.0.0/20".parse().unwrap(),
            pool: None,
            owner: "team-a".to_owned(),
            reason: Some("phase 2".to_owned()),
            created_at: "2026-11-27T12:00:00Z".parse().unwrap(),
            expires_at: "2026-12-11T12:00:00.5Z".parse().unwrap(),
        }
    }

    fn stored(name: &str, version: u64) -> StoredItem {
        StoredItem::from_item(&StoredItem::to_item(&reservation(name), version)).unwrap()
    }

    #[test]
    fn items_keep_everything_and_odd_ones_are_named() {
        let item = StoredItem::to_item(&reservation("a"), 7);
        let read = StoredItem::from_item(&item).unwrap();
        assert_eq!((read.reservation, read.version), (reservation("a"), 7));
        assert!(!item.contains_key("pool"), "DynamoDB refuses empty keys, and shows null as a type");
        assert_eq!(item[TIME_TO_LIVE].as_n().unwrap(), "1799582400", "30 days after it expired");
        for (key, value) in
            [("prefix", "10.0.0.1/20"), ("prefix", "ten"), ("expires_at", "soon"), ("name", "(x)")]
        {
            let odd = AttributeValue::S(value.to_owned());
            let item: Item = item.clone().into_iter().chain([(key.to_owned(), odd)]).collect();
            assert!(StoredItem::from_item(&item).is_err(), "{key}={value}");
        }
        let version_item = VersionItem::after(6, &ReservationChange::Remove("a".to_owned()));
        assert_eq!(VersionItem::from_item(&version_item.to_item()), Ok(version_item));
    }

    /// A scan may see the version item of a transaction and not yet its other item, and would offer that prefix again.
    #[test]
    fn a_scan_that_misses_the_change_of_the_version_item_is_not_believed() {
        let put = VersionItem::after(6, &ReservationChange::Put(reservation("a")));
        assert!(!put.is_visible_in(&[stored("b", 3)]), "it is not there yet");
        assert!(!put.is_visible_in(&[stored("a", 5)]), "its older self is there");
        assert!(put.is_visible_in(&[stored("a", 7)]));
        assert!(put.is_visible_in(&[stored("a", 9)]), "changed again since");
        let removal = VersionItem::after(6, &ReservationChange::Remove("a".to_owned()));
        assert!(!removal.is_visible_in(&[stored("a", 5)]), "still there");
        assert!(removal.is_visible_in(&[stored("b", 3)]));
    }

    #[test]
    fn only_passing_refusals_are_tried_again() {
        let reasons = |codes: &[&str]| -> Vec<CancellationReason> {
            codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect()
        };
        assert!(is_conflict(&reasons(&["None", "ConditionalCheckFailed"])));
        assert!(is_conflict(&reasons(&["TransactionConflict", "TransactionConflict"])));
        assert!(!is_conflict(&reasons(&["ValidationError", "None"])));
        assert!(!is_conflict(&reasons(&["ConditionalCheckFailed", "AccessDenied"])));
        assert!(!is_conflict(&reasons(&["None", "None"])) && !is_conflict(&[]));
    }
}
