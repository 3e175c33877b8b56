//! The JSON of events, as `EventBridge` delivers it:
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html>,
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>,
//! <https://docs.aws.amazon.com/tag-editor/latest/userguide/monitor-tag-changes.html>.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::region_change::RegionChange;
use super::views::ListedPlace;
use crate::sandbox::churn::change_event::ChangeEvent;
use crate::sandbox::estate::{InstanceState, Tags, temporary_key};

/// Types of events, as `detail-type` has them.
const STATE_CHANGE: &str = "EC2 Instance State-change Notification";
const API_CALL: &str = "AWS API Call via CloudTrail";
const TAG_CHANGE: &str = "Tag Change on Resource";

/// Who makes all changes: a role that a pipeline assumes.
const ROLE: &str = "deploy";

impl RegionChange<'_> {
    /// Tells that an API call of EC2 succeeded. The response gets the id of the request.
    pub fn emit_call(&mut self, name: &str, request: Value, response: Value) {
        let request_id = self.ids.guid();
        let mut response = if response.is_null() { json!({ "_return": true }) } else { response };
        response["requestId"] = request_id.clone().into();
        let outcome = [("requestParameters", request), ("responseElements", response)];
        self.emit_api_call(name, &request_id, outcome);
    }

    /// Tells that an API call of EC2 failed.
    pub fn emit_refused_call(&mut self, name: &str, request: Value, code: &str, message: &str) {
        let request_id = self.ids.guid();
        let outcome = [
            ("requestParameters", request),
            ("responseElements", Value::Null),
            ("errorCode", code.into()),
            ("errorMessage", message.into()),
        ];
        self.emit_api_call(name, &request_id, outcome);
    }

    fn emit_api_call<const N: usize>(&mut self, name: &str, request_id: &str, outcome: [(&str, Value); N]) {
        let ListedPlace { account, region } = self.place;
        let time = self.time();
        let mut detail = json!({
            "eventVersion": "1.11",
            "userIdentity": caller(account, &time),
            "eventTime": time,
            "eventSource": "ec2.amazonaws.com",
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": "198.51.100.7",
            "userAgent": "APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io)",
            "requestID": request_id,
            "eventID": self.ids.guid(),
            "readOnly": false,
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": account,
            "eventCategory": "Management",
        });
        for (key, value) in outcome {
            detail[key] = value;
        }
        self.emit("aws.ec2", API_CALL, name, &[], &detail);
    }

    /// Tells that an instance is in another state.
    pub fn emit_state(&mut self, instance: &str, state: InstanceState) {
        let arn = self.arn(&format!("instance/{instance}"));
        let (_, name) = state.code_and_name();
        let detail = json!({ "instance-id": instance, "state": name });
        self.emit("aws.ec2", STATE_CHANGE, STATE_CHANGE, &[arn], &detail);
    }

    /// Tells that a tag of a resource changed, which has all of `tags` now; `kind` is such as `instance`.
    pub fn emit_tags(&mut self, kind: &str, id: &str, key: &str, tags: &Tags) {
        let arn = self.arn(&format!("{kind}/{id}"));
        let detail = json!({
            "changed-tag-keys": [key],
            "service": "ec2",
            "resource-type": kind,
            "version": self.ids.number(),
            "tags": tags,
        });
        self.emit("aws.tag", TAG_CHANGE, TAG_CHANGE, &[arn], &detail);
    }

    fn emit(&mut self, source: &str, kind: &str, action: &str, resources: &[String], detail: &Value) {
        let ListedPlace { account, region } = self.place;
        let body = json!({
            "version": "0",
            "id": self.ids.guid(),
            "detail-type": kind,
            "source": source,
            "account": account,
            "time": self.time(),
            "region": region,
            "resources": resources,
            "detail": detail,
        });
        self.events.push(ChangeEvent {
            tenant: None,
            account: account.clone(),
            region: region.clone(),
            action: action.to_owned(),
            body: body.to_string(),
        });
    }

    fn arn(&self, resource: &str) -> String {
        let ListedPlace { account, region } = self.place;
        format!("arn:aws:ec2:{region}:{account}:{resource}")
    }

    /// Events have whole seconds.
    fn time(&self) -> String {
        Timestamp::from_second(self.now.as_second()).unwrap_or(self.now).to_string()
    }
}

/// Describes who called.
fn caller(account: &str, time: &str) -> Value {
    json!({
        "type": "AssumedRole",
        "principalId": format!("AROA0000{account}:{ROLE}"),
        "arn": format!("arn:aws:sts::{account}:assumed-role/{ROLE}/{ROLE}"),
        "accountId": account,
        "accessKeyId": temporary_key(account),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": format!("AROA0000{account}"),
                "arn": format!("arn:aws:iam::{account}:role/{ROLE}"),
                "accountId": account,
                "userName": ROLE,
            },
            "attributes": { "creationDate": time, "mfaAuthenticated": "false" },
        },
    })
}

/// Wraps a list as `CloudTrail` does for EC2.
pub fn items(items: impl IntoIterator<Item = Value>) -> Value {
    json!({ "items": items.into_iter().collect::<Vec<_>>() })
}

/// Lists tags as requests and responses of EC2 have them.
pub fn tag_items(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}
