//! Requests to each service, and the bytes that come back.

use std::io::ErrorKind;

use netcensus::sandbox::{AzureClient, Estate, Options, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

/// A service that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Ec2,
    Sts,
    Organizations,
    Entra,
    Manager,
    Graph,
    Sqs,
    StorageQueue,
}

pub const SERVICES: [Service; 8] = [
    Service::Ec2,
    Service::Sts,
    Service::Organizations,
    Service::Entra,
    Service::Manager,
    Service::Graph,
    Service::Sqs,
    Service::StorageQueue,
];

/// A subscription of the sample's first tenant.
const SHOP: &str = "c0de0002-3f5a-4d21-9b7e-000000000002";

/// What came back until the connection ended.
#[derive(Debug)]
pub struct Received {
    pub bytes: Vec<u8>,
    /// Whether it ended with a reset, and not with a close.
    pub is_reset: bool,
}

impl Received {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Returns everything up to the empty line, and what follows.
    #[track_caller]
    pub fn parts(&self) -> (String, Vec<u8>) {
        let at = self.bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("has a head");
        (String::from_utf8_lossy(&self.bytes[..at]).into_owned(), self.bytes[at + 4..].to_vec())
    }

    #[track_caller]
    pub fn status(&self) -> u16 {
        let (head, _) = self.parts();
        head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("has a status")
    }

    #[track_caller]
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.parts().1).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.parts().1).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Returns the value of a header; its name is in lower case.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.parts();
        let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.to_lowercase() == name).map(|(_, value)| value.to_owned())
    }
}

/// Starts the sample with these faults.
pub async fn sample(faults: &[&str]) -> Sandbox {
    let faults = faults.iter().map(|text| text.parse().expect("is a fault")).collect();
    let options = Options { faults, ..Options::default() };
    Sandbox::start(Estate::sample(), options).await.expect("starts")
}

/// Writes the request for the first page of each service.
pub async fn request(sandbox: &Sandbox, service: Service) -> String {
    page_request(sandbox, service, None).await
}

/// Writes the request for the page that a token leads to, which in the resource manager is a link.
pub async fn page_request(sandbox: &Sandbox, service: Service, token: Option<&str>) -> String {
    match service {
        Service::Ec2 => {
            let token = token.map(|token| format!("&NextToken={token}")).unwrap_or_default();
            aws("222222222222", "ec2", "", &format!("Action=DescribeVpcs&Version=2016-11-15{token}"))
        }
        Service::Sts => aws("222222222222", "sts", "", "Action=GetCallerIdentity&Version=2011-06-15"),
        Service::Organizations => {
            let target = "X-Amz-Target: AWSOrganizationsV20161128.ListAccounts\r\n";
            let body = token.map_or_else(|| "{}".into(), |token| format!("{{\"NextToken\":\"{token}\"}}"));
            aws("111111111111", "organizations", target, &body)
        }
        Service::Entra => token_request(sandbox),
        Service::Manager => {
            let path =
                format!("/subscriptions/{SHOP}/providers/Microsoft.Network/virtualNetworks?api-version=1");
            let target = token.and_then(|link| link.strip_prefix(sandbox.url())).unwrap_or(&path);
            written(&format!("GET {target}"), bearer().await, "")
        }
        Service::Graph => {
            let token = token.map(|token| format!(",\"options\":{{\"$skipToken\":\"{token}\"}}"));
            let body = format!("{{\"query\":\"resources\"{}}}", token.unwrap_or_default());
            let target = "POST /providers/Microsoft.ResourceGraph/resources?api-version=1";
            written(target, bearer().await, &body)
        }
        Service::Sqs => {
            let target = "X-Amz-Target: AmazonSQS.GetQueueAttributes\r\n";
            let url = sandbox.aws_queue_url().expect("has accounts");
            let body = format!("{{\"QueueUrl\":\"{url}\",\"AttributeNames\":[\"All\"]}}");
            aws("111111111111", "sqs", target, &body)
        }
        Service::StorageQueue => {
            let urls = sandbox.azure_queue_urls();
            let path = urls[0].strip_prefix(sandbox.url()).expect("is there");
            written(&format!("GET {path}/messages"), bearer().await, "")
        }
    }
}

/// Finds the token or the link that leads to the next page.
pub fn next_page(service: Service, received: &Received) -> Option<String> {
    let body = received.body();
    match service {
        Service::Ec2 => {
            let (_, rest) = body.split_once("<nextToken>")?;
            rest.split_once("</nextToken>").map(|(token, _)| token.to_owned())
        }
        Service::Organizations => received.json()["NextToken"].as_str().map(str::to_owned),
        Service::Manager => received.json()["nextLink"].as_str().map(str::to_owned),
        Service::Graph => received.json()["$skipToken"].as_str().map(str::to_owned),
        Service::Sts | Service::Entra | Service::Sqs | Service::StorageQueue => None,
    }
}

/// Asks for the first page of a service.
pub async fn ask(sandbox: &Sandbox, service: Service) -> Received {
    exchange(sandbox, &request(sandbox, service).await).await
}

/// Sends a request, and reads until the connection ends.
pub async fn exchange(sandbox: &Sandbox, request: &str) -> Received {
    let mut stream = connect(sandbox).await;
    stream.write_all(request.as_bytes()).await.expect("sends");
    drain(&mut stream).await
}

pub async fn connect(sandbox: &Sandbox) -> TcpStream {
    let (_, port) = sandbox.url().rsplit_once(':').expect("has a port");
    TcpStream::connect(("127.0.0.1", port.parse().expect("is a port"))).await.expect("connects")
}

/// Reads until the connection ends.
pub async fn drain(stream: &mut (impl AsyncRead + Unpin)) -> Received {
    let mut bytes = Vec::new();
    let is_reset = match stream.read_to_end(&mut bytes).await {
        Ok(_) => false,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof), "{error}");
            true
        }
    };
    Received { bytes, is_reset }
}

fn aws(account: &str, service: &str, headers: &str, body: &str) -> String {
    let credential = format!("AKIA0000{account}/20260101/eu-west-1/{service}/aws4_request");
    let authorization = format!("Authorization: AWS4-HMAC-SHA256 Credential={credential}, Signature=0\r\n");
    written("POST /", &format!("{authorization}{headers}"), body)
}

fn written(target: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

/// Returns the header with a token of the sample's first tenant, given out where no fault strikes. Every sandbox of
/// the sample takes it.
async fn bearer() -> &'static str {
    static BEARER: OnceCell<String> = OnceCell::const_new();
    let sign_in = || async {
        let sandbox = sample(&[]).await;
        let reply = exchange(&sandbox, &token_request(&sandbox)).await.json();
        format!("Authorization: Bearer {}\r\n", reply["access_token"].as_str().expect("has a token"))
    };
    BEARER.get_or_init(sign_in).await
}

fn token_request(sandbox: &Sandbox) -> String {
    let client = sandbox.azure().into_iter().next();
    let AzureClient { tenant, client_id, client_secret } = client.expect("has a tenant");
    let form = format!(
        "grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}&scope=x/.default"
    );
    written(&format!("POST /{tenant}/oauth2/v2.0/token"), "", &form)
}
