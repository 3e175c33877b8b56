//! TLS handshakes that are answered late, or never.

use netcensus::sandbox::{Estate, Options, Sandbox};

use crate::support::{Home, Output};

/// Scans both clouds of a sandbox with TLS.
async fn scan(fault: &str, arguments: &str) -> Output {
    let faults = vec![fault.parse().unwrap()];
    let options = Options { tls: true, faults, ..Options::default() };
    let sandbox = Sandbox::start(Estate::sample(), options).await.unwrap();
    let home = Home::new();
    let authority = home.write("ca.pem", sandbox.ca_pem().unwrap());
    home.write(".aws/config", sandbox.aws_config());
    let scope = "scan networks -o json --provider aws,azure --aws-profile security --region us-east-1";
    let run = home.netcensus(&format!("{scope} --azure-resource-manager {} {arguments}", sandbox.url()));
    let variables = sandbox.environment().into_iter();
    let azure = variables.filter(|(name, _)| name.starts_with("AZURE_"));
    let run = azure.fold(run, |run, (name, value)| run.env(name, value));
    let run = run.env("AWS_ENDPOINT_URL", sandbox.url());
    let run = run.env("AWS_CA_BUNDLE", &authority).env("SSL_CERT_FILE", &authority);
    let output = tokio::task::spawn_blocking(|| run.run()).await.unwrap();
    sandbox.stop().await;
    output
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_is_answered_late_is_waited_for() {
    let document = scan("slow-tls=500ms", "").await.succeeds().json();
    assert!(!document["networks"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_is_never_answered_is_waited_for_until_the_timeout() {
    for fault in ["silent", "slow-tls=1h"] {
        let output = scan(fault, "--timeout 2s").await.refuses(&["not done within 2s"]);
        let says = |cloud: &str| output.stderr.contains(cloud);
        assert!(says("sign in to any AWS account") && says("Azure"), "{}", output.stderr);
    }
}
