//! A client that knows nothing but HTTP and JSON.

use std::collections::BTreeMap;

use netcensus::sandbox::{AzureClient, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// By name in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Reply {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the status and the code of the error of the resource manager or of Resource Graph.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"]["code"].as_str().expect("is an error").to_owned())
    }
}

/// Sends a request with these headers, and closes the connection.
pub async fn send(
    sandbox: &Sandbox,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n{body}",
        headers.concat(),
        body.len()
    );
    let address = sandbox.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("sends");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("is text");
    let (head, body) = response.split_once("\r\n\r\n").expect("has a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    Reply {
        status: status.expect("has a status"),
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
        body: body.to_owned(),
    }
}

/// Returns how to sign in to the tenant at this place of the estate.
pub fn credentials(sandbox: &Sandbox, tenant: usize) -> AzureClient {
    sandbox.azure().into_iter().nth(tenant).expect("is there")
}

/// Asks for a token with some fields of the form replaced; an empty one is left out.
pub async fn ask_token(sandbox: &Sandbox, of: &AzureClient, changed: &[(&str, &str)]) -> Reply {
    let mut form = BTreeMap::from([
        ("grant_type", "client_credentials"),
        ("client_id", &of.client_id),
        ("client_secret", &of.client_secret),
        ("scope", "https://management.azure.com/.default"),
    ]);
    form.extend(changed.iter().copied());
    form.retain(|_, value| !value.is_empty());
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    send(sandbox, "POST", &format!("/{}/oauth2/v2.0/token", of.tenant), &[], &body).await
}

/// A signed-in client.
pub struct Client<'a> {
    pub sandbox: &'a Sandbox,
    authorization: String,
}

impl<'a> Client<'a> {
    /// Signs in to the tenant at this place of the estate.
    pub async fn sign_in(sandbox: &'a Sandbox, tenant: usize) -> Self {
        let reply = ask_token(sandbox, &credentials(sandbox, tenant), &[]).await;
        let token = reply.json()["access_token"].as_str().expect("has a token").to_owned();
        Self { sandbox, authorization: format!("Bearer {token}") }
    }

    pub async fn get(&self, target: &str) -> Reply {
        send(self.sandbox, "GET", target, &[("Authorization", &self.authorization)], "").await
    }

    /// Reads a list to its end; `path` may have parameters beside `api-version`.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut target = format!("{path}{mark}api-version=2024-03-01");
        let mut items = Vec::new();
        loop {
            let reply = self.get(&target).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            let mut page = reply.json();
            items.append(page["value"].as_array_mut().expect("is a list"));
            let Some(next) = page["nextLink"].as_str() else { return items };
            target = next.strip_prefix(self.sandbox.url()).expect("is the sandbox's").to_owned();
        }
    }

    /// Lists something of the network services of a subscription.
    pub async fn network(&self, subscription: &str, list: &str) -> Vec<Value> {
        self.list(&format!("/subscriptions/{subscription}/providers/Microsoft.Network/{list}")).await
    }

    /// Lists something of the compute services of a subscription.
    pub async fn compute(&self, subscription: &str, list: &str) -> Vec<Value> {
        self.list(&format!("/subscriptions/{subscription}/providers/Microsoft.Compute/{list}")).await
    }

    pub async fn ask_graph(&self, body: &Value) -> Reply {
        let target = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
        let headers = [("Authorization", &*self.authorization), ("Content-Type", "application/json")];
        send(self.sandbox, "POST", target, &headers, &body.to_string()).await
    }

    /// Returns the first page of a query.
    pub async fn graph_once(&self, query: &str) -> Value {
        self.ask_graph(&serde_json::json!({ "query": query })).await.json()
    }

    /// Reads a query's rows to their end.
    pub async fn graph(&self, query: &str) -> Vec<Value> {
        let mut body = serde_json::json!({ "query": query, "options": { "resultFormat": "objectArray" } });
        let mut rows = Vec::new();
        loop {
            let reply = self.ask_graph(&body).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            let mut page = reply.json();
            let data = page["data"].as_array_mut().expect("are rows");
            rows.append(data);
            if page["$skipToken"].is_null() {
                assert_eq!(page["totalRecords"], rows.len());
                return rows;
            }
            body["options"]["$skipToken"] = page["$skipToken"].take();
        }
    }
}

/// Returns a text inside of an item, empty when it is not there.
pub fn text<'v>(item: &'v Value, pointer: &str) -> &'v str {
    item.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Finds the item of this name.
#[track_caller]
pub fn named<'v>(items: &'v [Value], name: &str) -> &'v Value {
    items.iter().find(|item| text(item, "/name") == name).unwrap_or_else(|| panic!("no {name} in {items:#?}"))
}
