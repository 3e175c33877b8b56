//! A table of VPCs in Amazon DynamoDB: the partition key is `VpcId`, the sort key `OwnerId`.
//!
//! Every write is an update of single attributes on a condition, so attributes that people added stay, and an older run
//! overwrites nothing. `BatchWriteItem` knows no conditions and replaces items, so it is not used.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html>

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ReturnValue,
    ReturnValuesOnConditionCheckFailure as ReturnValuesOnFailure, ScalarAttributeType, TableStatus,
    TimeToLiveSpecification,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::{Map, Number, Value};
use tokio::sync::OnceCell;

use super::table_access::{Item, TableAccess, request_error};
use crate::clouds::{Failure, Run};
use crate::config::TableName;
use crate::diagnostic::Diagnostic;
use crate::model::Outcome;

/// The partition key.
pub const VPC_ID: &str = "VpcId";
/// The sort key.
pub const OWNER_ID: &str = "OwnerId";
/// The mark of the owner of an item.
pub const MANAGED_BY: &str = "ManagedBy";
/// When the newest inventory was taken that has the VPC.
pub const SEEN_AT: &str = "SeenAt";
/// When an item was marked as deleted.
pub const DELETED: &str = "Deleted";
/// When the newest inventory was taken that lacks the VPC of a marked item.
pub const MISSING_AT: &str = "MissingAt";
/// When DynamoDB may remove an item, in seconds since 1970, if the table has a time to live.
pub const EXPIRES_AT: &str = "ExpiresAt";

/// How often a new table is looked at until it is there.
const LOOKS: u32 = 60;
/// How long to wait between looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// How the table is created.
const CREATE: &str = "netcensus sync NAME --init --apply";
/// What a table must be like.
const KEYS: &str = "a table of VPCs has the partition key `VpcId` and the sort key `OwnerId`, both strings";

/// A table of VPCs, which is signed in to when it is first used.
pub struct VpcTable {
    name: TableName,
    location: String,
    run: Run,
    access: OnceCell<TableAccess>,
}

/// What identifies an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcKey {
    /// The VPC.
    pub vpc: String,
    /// The account that owns it.
    pub owner: String,
}

/// What has to be true of an item for it to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemCondition {
    /// There is none.
    Absent,
    /// It is there without a mark, and has none of the attributes that are written.
    Unmarked,
    /// It has this mark, and no newer inventory was applied to it: neither one that has its VPC nor one that lacks it.
    Marked {
        /// The mark.
        mark: String,
        /// When the inventory was taken that it is written from, as text.
        taken_at: String,
        /// Attributes with the values that they have still; `None` of one that is not there.
        expected: Vec<(String, Option<Value>)>,
    },
}

/// An update of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemUpdate {
    /// The item.
    pub key: VpcKey,
    /// Attributes to write.
    pub set: Map<String, Value>,
    /// Attributes to remove.
    pub remove: Vec<String>,
    /// What has to be true of it.
    pub condition: ItemCondition,
}

/// Whether an item was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOutcome {
    /// It was.
    Written,
    /// The condition was not met.
    Refused,
}

impl VpcTable {
    /// Names a table. Nothing is asked yet.
    #[must_use]
    pub fn new(name: TableName, run: Run) -> Self {
        Self { location: name.to_string(), name, run, access: OnceCell::new() }
    }

    /// Returns what messages call it.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Signs in. The table itself is asked for nothing yet.
    ///
    /// # Errors
    /// When there are no credentials or no region.
    pub async fn sign_in(&self) -> Result<(), Diagnostic> {
        self.access().await.map(drop)
    }

    async fn access(&self) -> Result<&TableAccess, Diagnostic> {
        let set_region = "write `region = \"REGION\"` below it in netcensus.toml";
        let open = || TableAccess::open(&self.name, self.location.clone(), set_region, self.run.clone());
        self.access.get_or_try_init(|| Box::pin(open())).await
    }

    /// Reads all items.
    ///
    /// # Errors
    /// When any page cannot be read.
    pub async fn items(&self) -> Result<Vec<Map<String, Value>>, Diagnostic> {
        let access = self.access().await?;
        let scan = access.scan(|error| classify(access, error, "dynamodb:Scan"));
        let items = access.bounded("read the items", Box::pin(scan)).await?;
        Ok(items.into_iter().map(to_object).collect())
    }

    /// Writes attributes of an item, if its condition is met.
    ///
    /// # Errors
    /// When the table refuses for another reason, or does not answer.
    pub async fn update(&self, update: &ItemUpdate) -> Result<ItemOutcome, Diagnostic> {
        let access = self.access().await?;
        let work = async {
            let parts = UpdateParts::new(update);
            let request = access.client.update_item().table_name(&access.table);
            let request = request.set_key(Some(key_item(&update.key)));
            let request = request.update_expression(parts.update).condition_expression(parts.condition);
            let request = request.set_expression_attribute_names(Some(parts.expression.names));
            let request = request.set_expression_attribute_values(Some(parts.expression.values));
            let request = request.return_values_on_condition_check_failure(ReturnValuesOnFailure::AllOld);
            match Box::pin(request.send()).await {
                Ok(_) => Ok(ItemOutcome::Written),
                Err(error) if is_as_written(&error, update) => Ok(ItemOutcome::Written),
                Err(error) => refused(access, &error, "dynamodb:UpdateItem"),
            }
        };
        access.bounded(&format!("write the item of {}", update.key.vpc), Box::pin(work)).await
    }

    /// Deletes an item, if the condition is met. No condition can ask for attributes of any other name. So the item is looked at
    /// immediately before, and what was deleted is put back unless `is_as_read` says that nothing was added to it. The answer
    /// with what was deleted may be lost, and then nothing can be put back.
    ///
    /// # Errors
    /// As [`VpcTable::update`].
    pub async fn delete(
        &self,
        key: &VpcKey,
        condition: &ItemCondition,
        is_as_read: impl Fn(&Map<String, Value>) -> bool + Send + Sync,
    ) -> Result<ItemOutcome, Diagnostic> {
        let access = self.access().await?;
        let work = async {
            match look_at(access, key, condition).await? {
                Some(item) if is_as_read(&to_object(item.clone())) => {}
                _ => return Ok(ItemOutcome::Refused),
            }
            let mut expression = Expression::default();
            let condition = expression.condition(condition, []);
            let request = access.client.delete_item().table_name(&access.table);
            let request = request.set_key(Some(key_item(key))).condition_expression(condition);
            let request = request.set_expression_attribute_names(Some(expression.names));
            // DynamoDB refuses an empty list of values.
            let values = Some(expression.values).filter(|values| !values.is_empty());
            let request = request.set_expression_attribute_values(values).return_values(ReturnValue::AllOld);
            let request = request.return_values_on_condition_check_failure(ReturnValuesOnFailure::AllOld);
            match Box::pin(request.send()).await {
                Ok(answer) => match answer.attributes {
                    Some(item) if !is_as_read(&to_object(item.clone())) => put_back(access, key, item).await,
                    _ => Ok(ItemOutcome::Written),
                },
                // It was there a moment ago: an earlier attempt deleted it, whose answer got lost.
                Err(error) if is_gone(&error) => Ok(ItemOutcome::Written),
                Err(error) => refused(access, &error, "dynamodb:DeleteItem"),
            }
        };
        access.bounded(&format!("delete the item of {}", key.vpc), Box::pin(work)).await
    }

    /// Creates the table, paid by request, with a time to live; a table that is there is left as it is. Returns what was
    /// done, a sentence each.
    ///
    /// # Errors
    /// When it cannot be created, or is not there within a minute.
    pub async fn create(&self) -> Result<Vec<String>, Diagnostic> {
        let access = self.access().await?;
        let is_new = access.bounded("create the table", Box::pin(create_and_wait(access))).await?;
        if !is_new {
            return Ok(Vec::new());
        }
        let mut notes = vec![format!("created the table {}", self.location)];
        // The table can be used without: sync deletes what is marked.
        if let Err(error) = access.bounded("set the time to live", Box::pin(set_time_to_live(access))).await {
            notes.push(error.to_line());
        }
        Ok(notes)
    }
}

/// Returns the item if the condition is met. Its mark is written as it is: a permission to read single items is not needed so.
async fn look_at(
    access: &TableAccess,
    key: &VpcKey,
    condition: &ItemCondition,
) -> Result<Option<Item>, Failure> {
    let set = match condition {
        ItemCondition::Marked { mark, .. } => Map::from_iter([(MANAGED_BY.to_owned(), mark.as_str().into())]),
        ItemCondition::Absent | ItemCondition::Unmarked => return Ok(None),
    };
    let update = ItemUpdate { key: key.clone(), set, remove: Vec::new(), condition: condition.clone() };
    let parts = UpdateParts::new(&update);
    let request = access.client.update_item().table_name(&access.table).set_key(Some(key_item(key)));
    let request = request.update_expression(parts.update).condition_expression(parts.condition);
    let request = request.set_expression_attribute_names(Some(parts.expression.names));
    let request = request.set_expression_attribute_values(Some(parts.expression.values));
    match Box::pin(request.return_values(ReturnValue::AllNew).send()).await {
        Ok(answer) => Ok(answer.attributes),
        Err(error) => refused(access, &error, "dynamodb:UpdateItem").map(|_| None),
    }
}

/// Tells whether a condition is not met because the item is as `update` writes it: an earlier attempt did, whose answer got lost.
fn is_as_written(error: &SdkError<UpdateItemError, HttpResponse>, update: &ItemUpdate) -> bool {
    let Some(UpdateItemError::ConditionalCheckFailedException(refused)) = error.as_service_error() else {
        return false;
    };
    let Some(item) = refused.item().cloned().map(to_object) else { return false };
    update.set.iter().all(|(name, value)| item.get(name) == Some(value))
        && update.remove.iter().all(|name| !item.contains_key(name))
}

/// Tells whether a condition is not met because there is no item.
fn is_gone(error: &SdkError<DeleteItemError, HttpResponse>) -> bool {
    match error.as_service_error() {
        Some(DeleteItemError::ConditionalCheckFailedException(refused)) => refused.item().is_none(),
        _ => false,
    }
}

/// Writes an item again that was deleted, as it was.
async fn put_back(access: &TableAccess, key: &VpcKey, item: Item) -> Result<ItemOutcome, Failure> {
    let mut expression = Expression::default();
    let others = item.into_iter().filter(|(name, _)| ![VPC_ID, OWNER_ID].contains(&name.as_str()));
    let set: Vec<String> = others
        .map(|(name, value)| format!("{} = {}", expression.name(&name), expression.attribute(value)))
        .collect();
    let condition = expression.condition(&ItemCondition::Absent, []);
    let request = access.client.update_item().table_name(&access.table);
    let request = request.set_key(Some(key_item(key))).condition_expression(condition);
    let request = request.update_expression(format!("SET {}", set.join(", ")));
    let request = request.set_expression_attribute_names(Some(expression.names));
    match Box::pin(request.set_expression_attribute_values(Some(expression.values)).send()).await {
        Ok(_) => Ok(ItemOutcome::Refused),
        Err(error) => refused(access, &error, "dynamodb:UpdateItem"),
    }
}

async fn create_and_wait(access: &TableAccess) -> Result<bool, Failure> {
    let TableAccess { client, table, .. } = access;
    let mut request = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [(VPC_ID, KeyType::Hash), (OWNER_ID, KeyType::Range)] {
        let attribute = AttributeDefinition::builder().attribute_name(name);
        let attribute = attribute.attribute_type(ScalarAttributeType::S).build();
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        request = request
            .attribute_definitions(attribute.map_err(|error| request_error(&error))?)
            .key_schema(key.map_err(|error| request_error(&error))?);
    }
    match Box::pin(request.send()).await {
        Ok(_) => wait_until_active(access).await.map(|()| true),
        // Another run may be creating it. Whether it is there may be hidden.
        Err(error) if has_code(&error, "ResourceInUseException") => match wait_until_active(access).await {
            Err(failure) if failure.outcome != Outcome::Denied => Err(failure),
            _ => Ok(false),
        },
        Err(error) => Err(classify(access, &error, "dynamodb:CreateTable")),
    }
}

async fn set_time_to_live(access: &TableAccess) -> Result<(), Failure> {
    let ttl = TimeToLiveSpecification::builder().attribute_name(EXPIRES_AT).enabled(true).build();
    let ttl = ttl.map_err(|error| request_error(&error))?;
    let request = access.client.update_time_to_live().table_name(&access.table);
    let sent = Box::pin(request.time_to_live_specification(ttl).send()).await;
    sent.map(drop).map_err(|error| classify(access, &error, "dynamodb:UpdateTimeToLive"))
}

async fn wait_until_active(access: &TableAccess) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        let request = access.client.describe_table().table_name(&access.table);
        let answer = Box::pin(request.send())
            .await
            .map_err(|error| classify(access, &error, "dynamodb:DescribeTable"))?;
        // One that is being changed can be used.
        let status = answer.table.and_then(|table| table.table_status);
        if matches!(status, Some(TableStatus::Active | TableStatus::Updating)) {
            return Ok(());
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Err(Failure::new(Outcome::TimedOut, "the table is not active yet").remedy("try again"))
}

fn refused<E>(
    access: &TableAccess,
    error: &SdkError<E, HttpResponse>,
    action: &str,
) -> Result<ItemOutcome, Failure>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    if has_code(error, "ConditionalCheckFailedException") {
        return Ok(ItemOutcome::Refused);
    }
    Err(classify(access, error, action))
}

fn classify<E>(access: &TableAccess, error: &SdkError<E, HttpResponse>, action: &str) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    access.classify(error, action, CREATE, KEYS)
}

fn has_code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>, code: &str) -> bool {
    error.as_service_error().and_then(ProvideErrorMetadata::code) == Some(code)
}

/// An update in the words of DynamoDB.
struct UpdateParts {
    update: String,
    condition: String,
    expression: Expression,
}

impl UpdateParts {
    fn new(update: &ItemUpdate) -> Self {
        let mut expression = Expression::default();
        let set: Vec<String> = update
            .set
            .iter()
            .map(|(name, value)| format!("{} = {}", expression.name(name), expression.value(value)))
            .collect();
        let remove: Vec<String> = update.remove.iter().map(|name| expression.name(name)).collect();
        let condition = expression.condition(&update.condition, update.set.keys().map(String::as_str));
        let clause = |word: &str, parts: &[String]| {
            (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")))
        };
        let clauses = [clause("SET", &set), clause("REMOVE", &remove)];
        let update = clauses.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Self { update, condition, expression }
    }
}

/// The names and values that an expression stands for. Every name has a placeholder, because many words are reserved, `State`
/// among them.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html>
#[derive(Debug, Default)]
struct Expression {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expression {
    fn name(&mut self, name: &str) -> String {
        if let Some((known, _)) = self.names.iter().find(|(_, other)| *other == name) {
            return known.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, value: &Value) -> String {
        self.attribute(to_attribute(value))
    }

    fn attribute(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    fn condition<'w>(
        &mut self,
        condition: &ItemCondition,
        written: impl IntoIterator<Item = &'w str>,
    ) -> String {
        match condition {
            ItemCondition::Absent => format!("attribute_not_exists({})", self.name(VPC_ID)),
            ItemCondition::Unmarked => {
                let mut all = vec![
                    format!("attribute_exists({})", self.name(VPC_ID)),
                    format!("attribute_not_exists({})", self.name(MANAGED_BY)),
                ];
                let others = written.into_iter().filter(|name| *name != MANAGED_BY);
                all.extend(others.map(|name| format!("attribute_not_exists({})", self.name(name))));
                all.join(" AND ")
            }
            ItemCondition::Marked { mark, taken_at, expected } => {
                let (name, mark) = (self.name(MANAGED_BY), self.value(&Value::from(mark.as_str())));
                let at = self.value(&Value::from(taken_at.as_str()));
                let [seen, deleted, missing] = [SEEN_AT, DELETED, MISSING_AT].map(|name| self.name(name));
                let mut all = vec![
                    format!("{name} = {mark}"),
                    format!("(attribute_not_exists({seen}) OR {seen} <= {at})"),
                    // Without `Deleted` it is an attribute of people.
                    format!(
                        "(attribute_not_exists({deleted}) OR attribute_not_exists({missing}) OR {missing} <= {at})"
                    ),
                ];
                for (name, value) in expected {
                    let name = self.name(name);
                    all.push(match value {
                        None => format!("attribute_not_exists({name})"),
                        Some(value) => format!("{name} = {}", self.value(value)),
                    });
                }
                all.join(" AND ")
            }
        }
    }
}

fn key_item(key: &VpcKey) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    HashMap::from([(VPC_ID.to_owned(), text(&key.vpc)), (OWNER_ID.to_owned(), text(&key.owner))])
}

fn to_attribute(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(list) => AttributeValue::L(list.iter().map(to_attribute).collect()),
        Value::Object(map) => {
            AttributeValue::M(map.iter().map(|(name, value)| (name.clone(), to_attribute(value))).collect())
        }
    }
}

fn to_object(item: Item) -> Map<String, Value> {
    item.into_iter().map(|(name, value)| (name, to_json(value))).collect()
}

/// Sets become lists. What JSON has no type for becomes `null`, which no attribute of ours is.
fn to_json(value: AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::String(text),
        AttributeValue::N(number) => number.parse::<Number>().map_or(Value::String(number), Value::Number),
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::L(list) => list.into_iter().map(to_json).collect(),
        AttributeValue::M(map) => Value::Object(to_object(map)),
        AttributeValue::Ss(mut set) => {
            set.sort();
            set.into()
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: (u16, &str) =
        (400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#);

    fn refused_with(item: &str) -> String {
        REFUSED.1.replace('}', &format!(r#","Item":{item}}}"#))
    }

    /// A table that answers so, one after the other.
    fn table(answers: &[(u16, &str)]) -> VpcTable {
        let name = TableName { table: "t".to_owned(), region: Some("eu-west-1".to_owned()), profile: None };
        let table = VpcTable::new(name, Run::unobserved());
        table.access.set(TableAccess::of_answers(answers)).ok().unwrap();
        table
    }

    /// It was taken for a table that does not exist.
    #[tokio::test]
    async fn a_table_that_another_run_creates_is_waited_for() {
        let in_use = (400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException"}"#);
        let denied = (400, r#"{"__type":"com.amazon.coral.service#AccessDeniedException"}"#);
        let creating = (200, r#"{"Table":{"TableStatus":"CREATING"}}"#);
        let active = (200, r#"{"Table":{"TableStatus":"ACTIVE"}}"#);
        let none: [String; 0] = [];
        assert_eq!(table(&[in_use, creating, active]).create().await.unwrap(), none);
        assert_eq!(table(&[in_use, denied]).create().await.unwrap(), none);
        // A table that is being deleted is in use until it is gone.
        let gone = (400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}"#);
        table(&[in_use, gone]).create().await.unwrap_err();
    }

    fn marked_condition() -> ItemCondition {
        ItemCondition::Marked { mark: "m".to_owned(), taken_at: "t".to_owned(), expected: vec![] }
    }

    fn key() -> VpcKey {
        VpcKey { vpc: "vpc-1".to_owned(), owner: "111111111111".to_owned() }
    }

    /// The SDK repeated it, met its own write, and it was reported as overtaken.
    #[tokio::test]
    async fn a_write_whose_answer_was_lost_is_written() {
        let set = Map::from_iter([("State".to_owned(), Value::from("available"))]);
        let update =
            ItemUpdate { key: key(), set, remove: vec!["Name".to_owned()], condition: marked_condition() };
        for (item, outcome) in [
            (r#"{"State":{"S":"available"},"Seen":{"S":"now"}}"#, ItemOutcome::Written),
            (r#"{"State":{"S":"available"},"Name":{"S":"n"}}"#, ItemOutcome::Refused),
            (r#"{"State":{"S":"pending"}}"#, ItemOutcome::Refused),
        ] {
            let answers = [(500, "{}"), (400, &*refused_with(item))];
            assert_eq!(table(&answers).update(&update).await.unwrap(), outcome, "{item}");
        }
        assert_eq!(table(&[REFUSED]).update(&update).await.unwrap(), ItemOutcome::Refused);
    }

    /// What a person had added since the plan was deleted with the item, if the answer with it was lost.
    #[tokio::test]
    async fn an_item_with_additions_is_not_deleted() {
        let delete = async |answers: &[(u16, &str)]| {
            let table = table(answers);
            let is_as_read = |item: &Map<String, Value>| !item.contains_key("Team");
            table.delete(&key(), &marked_condition(), is_as_read).await.unwrap()
        };
        let ours = (200, r#"{"Attributes":{"ManagedBy":{"S":"m"}}}"#);
        let added = (200, r#"{"Attributes":{"ManagedBy":{"S":"m"},"Team":{"S":"a"}}}"#);
        assert_eq!(delete(&[added]).await, ItemOutcome::Refused, "nothing more is asked");
        assert_eq!(delete(&[REFUSED]).await, ItemOutcome::Refused);
        assert_eq!(delete(&[ours, ours]).await, ItemOutcome::Written);
        assert_eq!(delete(&[ours, (500, "{}"), REFUSED]).await, ItemOutcome::Written, "deleted before");
        let other = refused_with(r#"{"ManagedBy":{"S":"other"}}"#);
        assert_eq!(delete(&[ours, (400, &*other)]).await, ItemOutcome::Refused);
        assert_eq!(delete(&[ours, added, (200, "{}")]).await, ItemOutcome::Refused, "it was put back");
    }

    fn update(condition: ItemCondition) -> UpdateParts {
        let key = VpcKey { vpc: "vpc-1".to_owned(), owner: "111111111111".to_owned() };
        let set = Map::from_iter([("State".to_owned(), Value::from("available"))]);
        UpdateParts::new(&ItemUpdate { key, set, remove: vec!["Name".to_owned()], condition })
    }

    /// `State` is a reserved word, as are hundreds of others.
    #[test]
    fn no_name_stands_in_an_expression() {
        for condition in [
            ItemCondition::Absent,
            ItemCondition::Unmarked,
            ItemCondition::Marked { mark: "m".to_owned(), taken_at: "t".to_owned(), expected: vec![] },
        ] {
            let parts = update(condition);
            let text = format!("{} {}", parts.update, parts.condition);
            for name in ["State", "Name", VPC_ID, MANAGED_BY, SEEN_AT, DELETED, MISSING_AT] {
                assert!(!text.contains(name), "{text}");
            }
            assert!(parts.update.starts_with("SET #n0 = :v0 REMOVE #n1"), "{text}");
        }
    }

    #[test]
    fn conditions_refuse_newer_items_and_what_people_wrote() {
        let marked =
            ItemCondition::Marked { mark: "m".to_owned(), taken_at: "t".to_owned(), expected: vec![] };
        assert_eq!(
            update(marked).condition,
            "#n2 = :v1 AND (attribute_not_exists(#n3) OR #n3 <= :v2) AND \
             (attribute_not_exists(#n4) OR attribute_not_exists(#n5) OR #n5 <= :v2)"
        );
        let expected = vec![("State".to_owned(), Some(Value::from("pending"))), ("Name".to_owned(), None)];
        let marked = ItemCondition::Marked { mark: "m".to_owned(), taken_at: "t".to_owned(), expected };
        let condition = update(marked).condition;
        assert!(condition.ends_with(" AND #n0 = :v3 AND attribute_not_exists(#n1)"), "{condition}");
        assert_eq!(
            update(ItemCondition::Unmarked).condition,
            "attribute_exists(#n2) AND attribute_not_exists(#n3) AND attribute_not_exists(#n0)",
            "an attribute that people wrote since is not overwritten"
        );
        assert_eq!(update(ItemCondition::Absent).condition, "attribute_not_exists(#n2)");
    }

    #[test]
    fn values_come_back_as_they_were_written() {
        let value = serde_json::json!({ "Tags": { "a": "b" }, "Cidrs": ["10.0.0.0/8"], "N": 4_294_967_295_u32, "B": true });
        assert_eq!(to_json(to_attribute(&value)), value);
        let set = AttributeValue::Ss(vec!["b".to_owned(), "a".to_owned()]);
        assert_eq!(to_json(set), serde_json::json!(["a", "b"]));
    }
}
