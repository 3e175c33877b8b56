//! The server: binds to loopback, reads requests, hands them to the cloud they are for.

use std::error::Error as _;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::AbortOnDropHandle;

use super::answer::Answer;
use super::aws;
use super::azure::{self, AzureRequest};
use super::broken_answer::{self, BrokenAnswer, Connection};
use super::churn::{ChangeEvent, Churn};
use super::estate::azure::{Tenant, client_id, client_secret};
use super::estate::{Account, Estate, PARTITION_REGION, access_key, secret_key};
use super::faults::{ConnectionFault, Fault, FaultInjector};
use super::state::{Server, State};
use super::tls::{self, TlsError};

/// The largest request body that is read, in bytes.
const LARGEST_BODY: usize = 1 << 20;

/// How to serve an estate.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// TCP port on loopback; 0 for any free one.
    pub port: u16,
    /// Whether to serve TLS, with a certificate authority made on the spot.
    pub tls: bool,
    /// Faults beside the estate's own.
    pub faults: Vec<Fault>,
    /// How the estate changes while it is served; otherwise it changes by [`Sandbox::change`] alone.
    pub churn: Option<Churn>,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The port cannot be had.
    #[error("cannot listen on port {port} of 127.0.0.1")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A fault of TLS without TLS.
    #[error("the fault slow-tls needs TLS: `netcensus sandbox --tls`")]
    NoTls,
}

/// Requests served so far that have everything in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Account id that the credentials belong to; in Azure the subscription's, or where there is none the
    /// tenant's.
    pub account: String,
    /// Region that the request was signed for; in Azure `global`.
    pub region: String,
    /// `ec2`, `sts`, `organizations` or `sqs`; in Azure `arm`, `graph`, `entra` or `queue`.
    pub service: &'static str,
    /// Such as `DescribeVpcs`; in Azure the permission that it takes, such as
    /// `Microsoft.Network/virtualNetworks/read`, or `token`.
    pub action: String,
    /// How many, those that met a fault included.
    pub count: u64,
    /// How many of them came before a time that a fault (`retry-after`) had told the client to wait for.
    pub early: u64,
}

/// How a client signs in to one tenant of Azure: with the sandbox's address as authority and as resource
/// manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureClient {
    /// The tenant's id.
    pub tenant: String,
    /// Application id; good in this tenant only.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

/// A running sandbox; dropping it stops it.
#[derive(Debug)]
pub struct Sandbox {
    ca_pem: Option<String>,
    server: Arc<Server>,
    task: AbortOnDropHandle<()>,
    /// Changes the estate.
    churn: Option<AbortOnDropHandle<()>>,
}

impl Sandbox {
    /// Starts to serve `estate` on loopback.
    ///
    /// # Errors
    /// When the port is taken, or a certificate cannot be made.
    pub async fn start(estate: Estate, options: Options) -> Result<Self, SandboxError> {
        let Options { port, tls, faults, churn } = options;
        if !tls && estate.faults.iter().chain(&faults).any(Fault::needs_tls) {
            return Err(SandboxError::NoTls);
        }
        let listen = |source| SandboxError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(listen)?;
        let port = listener.local_addr().map_err(listen)?.port();
        let (acceptor, ca_pem) = if tls {
            tls::acceptor().map(|(acceptor, pem)| (Some(acceptor), Some(pem)))?
        } else {
            (None, None)
        };
        let url = if tls { format!("https://localhost:{port}") } else { format!("http://127.0.0.1:{port}") };
        let faults = FaultInjector::new(estate.faults.iter().cloned().chain(faults));
        let server = Arc::new(Server::new(url, estate, faults, churn));
        let task = AbortOnDropHandle::new(tokio::spawn(accept(listener, acceptor, Arc::clone(&server))));
        let churn = churn
            .map(|churn| AbortOnDropHandle::new(tokio::spawn(keep_changing(Arc::clone(&server), churn))));
        Ok(Self { ca_pem, server, task, churn })
    }

    /// Returns where it listens: `http://127.0.0.1:PORT`, or with TLS `https://localhost:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Returns the certificate of the authority that clients must trust; `None` without TLS.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Writes an AWS shared config file: one profile for each account that is not closed, and the
    /// management account (or the first) as default.
    #[must_use]
    pub fn aws_config(&self) -> String {
        let estate = self.server.estate();
        let default = estate.first_account().map(|account| ("default".to_owned(), account));
        let open = estate.accounts.iter().filter(|account| account.is_active());
        let profiles = open.map(|account| (format!("profile {}", account.name), account));
        let mut text = String::new();
        for (section, account) in default.into_iter().chain(profiles) {
            let (key, secret) = (access_key(&account.id), secret_key(&account.id));
            let (region, url) = (home_region(&estate, account), self.url());
            let _ = writeln!(
                text,
                "[{section}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n\
                 region = {region}\nendpoint_url = {url}\n"
            );
        }
        text
    }

    /// Lists how to sign in to each tenant of Azure, the one that clients use by default first.
    #[must_use]
    pub fn azure(&self) -> Vec<AzureClient> {
        let client = |tenant: &Tenant| AzureClient {
            tenant: tenant.id.clone(),
            client_id: client_id(&tenant.id),
            client_secret: client_secret(&tenant.id),
        };
        self.server.estate().azure.tenants.iter().map(client).collect()
    }

    /// Returns the environment variables that point any AWS client at it, as the default account, and those
    /// that sign an Azure client in to the first tenant. Where the resource manager is, the Azure SDKs do not
    /// take from the environment.
    ///
    /// With TLS, `AWS_CA_BUNDLE` is still to be added: only the caller knows where it put [`Self::ca_pem`].
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", self.url().to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ];
        let estate = self.server.estate();
        if let Some(account) = estate.first_account() {
            variables.extend([
                ("AWS_ACCESS_KEY_ID", access_key(&account.id)),
                ("AWS_SECRET_ACCESS_KEY", secret_key(&account.id)),
                ("AWS_REGION", home_region(&estate, account).to_owned()),
                // What boto3 and version 1 of the AWS CLI read.
                ("AWS_DEFAULT_REGION", home_region(&estate, account).to_owned()),
            ]);
        }
        variables.extend(self.aws_queue_url().map(|url| ("SANDBOX_AWS_QUEUE", url)));
        if let Some(client) = self.azure().into_iter().next() {
            variables.extend([
                ("AZURE_TENANT_ID", client.tenant),
                ("AZURE_CLIENT_ID", client.client_id),
                ("AZURE_CLIENT_SECRET", client.client_secret),
                ("AZURE_AUTHORITY_HOST", self.url().to_owned()),
                // Or another credential of the machine might be asked first.
                ("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential".to_owned()),
            ]);
            let queue = self.azure_queue_urls().into_iter().next();
            variables.extend(queue.map(|url| ("SANDBOX_AZURE_QUEUE", url)));
        }
        variables
    }

    /// Returns what was served so far, counted by account, region, service and action, in that order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let counts = self.server.faults.served().into_iter();
        counts
            .map(|(key, served)| Request {
                account: key.account,
                region: key.region,
                service: key.service,
                action: key.action,
                count: served.requests,
                early: served.early,
            })
            .collect()
    }

    /// Returns how often each fault struck so far: those of the estate's file, and then those that it was started with. A
    /// change to an answer (`replace`, `cut`) counts if it changed something.
    #[must_use]
    pub fn strikes(&self) -> Vec<u64> {
        self.server.faults.strikes()
    }

    /// Changes the estate so many times at once, and sends the events that clouds send because of that to the queues;
    /// returns these events. The same estate and seed ([`Churn::seed`], 0 without one) give the same changes.
    #[expect(clippy::must_use_candidate, reason = "the events are in the queues too")]
    pub fn change(&self, changes: usize) -> Vec<ChangeEvent> {
        let events = self.server.change(changes);
        self.server.queues.flush();
        events
    }

    /// Has the clock of the estate go on by some time: EC2 does not list any more what ended an hour before.
    pub fn pass_time(&self, time: Duration) {
        self.server.pass_time(time);
    }

    /// Returns the URL of the SQS queue that gets the events of all accounts; `None` without an account of AWS.
    #[must_use]
    pub fn aws_queue_url(&self) -> Option<String> {
        Some(self.server.queues.aws.as_ref()?.url(self.url()))
    }

    /// Returns the URL of the storage queue of each tenant, which gets the events of its subscriptions, in the order of
    /// [`Self::azure`].
    #[must_use]
    pub fn azure_queue_urls(&self) -> Vec<String> {
        self.server.queues.azure.iter().map(|queue| queue.url(self.url())).collect()
    }

    /// Stops serving; connections end at once.
    pub async fn stop(self) {
        drop(self.churn);
        self.task.abort();
        // The only outcome left is that it was aborted.
        let _ = self.task.await;
    }
}

/// Returns the region that an account works in by default: the first one that it has enabled.
fn home_region<'a>(estate: &'a Estate, account: &Account) -> &'a str {
    let first = estate.regions.iter().find(|region| estate.enabled(account, &region.name));
    first.map_or(PARTITION_REGION, |region| &region.name)
}

/// Changes the estate for as long as the churn says.
async fn keep_changing(server: Arc<Server>, churn: Churn) {
    let mut left = churn.limit.unwrap_or(usize::MAX);
    let mut ticks = tokio::time::interval(churn.interval());
    while left > 0 {
        ticks.tick().await;
        server.change(1);
        left -= 1;
    }
    server.queues.flush();
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, server: Arc<Server>) {
    // Dropping the set, as when this task is aborted, ends the connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, tls.clone(), Arc::clone(&server)));
                }
                // Out of file descriptors, most likely: wait for connections to end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection; a client that goes away, or does not trust us, is not our error.
async fn connection(mut stream: TcpStream, tls: Option<TlsAcceptor>, server: Arc<Server>) {
    let _ = stream.set_nodelay(true);
    match server.faults.accept() {
        Some(ConnectionFault::Silent) => {
            let _ = broken_answer::say_nothing(&mut stream).await;
            return;
        }
        Some(ConnectionFault::SlowTls(delay)) => tokio::time::sleep(delay).await,
        None => {}
    }
    match tls {
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                http(stream, server).await;
            }
        }
        None => http(stream, server).await,
    }
}

async fn http(stream: impl Connection, server: Arc<Server>) {
    let service = service_fn(|request| {
        let state = State::now(&server);
        Box::pin(async move { serve(&state, request).await })
    });
    let mut exchange = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let Err(error) = (&mut exchange).await else { return };
    let Some(broken) = error.source().and_then(|source| source.downcast_ref::<BrokenAnswer>()) else {
        tracing::debug!(%error, "sandbox connection ended early");
        return;
    };
    let stream = exchange.into_parts().io.into_inner();
    if let Err(error) = broken.send(stream).await {
        tracing::debug!(%error, "sandbox client went away");
    }
}

async fn serve(
    state: &State,
    request: hyper::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, BrokenAnswer> {
    let (parts, body) = request.into_parts();
    let answer = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) if azure::is_for_azure(state, &parts.method, parts.uri.path()) => {
            azure::answer(state, &AzureRequest::new(&parts, &body.to_bytes())).await
        }
        Ok(body) if parts.method == Method::POST => {
            aws::answer(state, &parts.headers, &body.to_bytes()).await
        }
        Ok(_) => text(405, "This is the netcensus sandbox; AWS clients POST to it.\n"),
        Err(_) => text(413, "The request cannot be read, or is too large.\n"),
    };
    answer.into_response()
}

fn text(status: u16, body: &str) -> Answer {
    Answer::new(status, "text/plain; charset=utf-8", body.to_owned())
}
