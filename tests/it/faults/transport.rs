//! Answers that break on their way, and connections that say nothing.

use std::sync::Arc;

use netcensus::sandbox::{Estate, Options, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::wire::{Received, SERVICES, Service, ask, connect, drain, request, sample};

/// Sends a request that is never answered in full, reads as much as there is to come, and goes away without a word.
async fn ask_and_leave(sandbox: &Sandbox, service: Service, expected: usize) -> Received {
    let mut stream = connect(sandbox).await;
    stream.write_all(request(sandbox, service).await.as_bytes()).await.expect("sends");
    let mut bytes = vec![0; expected];
    stream.read_exact(&mut bytes).await.expect("that much comes");
    stream.shutdown().await.expect("is open");
    let rest = drain(&mut stream).await;
    assert_eq!((rest.text(), rest.is_reset), (String::new(), false), "{service:?}");
    Received { bytes, is_reset: false }
}

/// Returns how long the body is that a service answers with.
async fn body_length(sandbox: &Sandbox, service: Service) -> usize {
    ask(sandbox, service).await.parts().1.len()
}

#[tokio::test]
async fn connections_are_reset_before_within_and_behind_the_headers() {
    let [before, head, body] =
        [sample(&["reset=before"]).await, sample(&["reset=head"]).await, sample(&["reset=body"]).await];
    for service in SERVICES {
        let received = ask(&before, service).await;
        assert!(received.is_reset && received.bytes.is_empty(), "{service:?}");

        let received = ask(&head, service).await;
        assert!(received.is_reset && received.text().starts_with("HTTP/1.1 200 OK\r\n"), "{service:?}");
        assert!(!received.text().contains("\r\n\r\n"));

        let received = ask(&body, service).await;
        let length: usize =
            received.header("content-length").expect("is there").parse().expect("is a number");
        assert_eq!((received.is_reset, received.parts().1.len()), (true, length / 2), "{service:?}");
    }
}

#[tokio::test]
async fn a_reset_ends_with_the_times_it_has() {
    let sandbox = sample(&["reset=body@times=2"]).await;
    let mut resets = vec![];
    for _ in 0..3 {
        resets.push(ask(&sandbox, Service::Ec2).await.is_reset);
    }
    assert_eq!(resets, [true, true, false]);
}

#[tokio::test]
async fn bodies_are_cut_off_whatever_tells_their_end() {
    let whole = sample(&[]).await;
    let length = sample(&["truncate=length"]).await;
    let close = sample(&["truncate=close", "cut=20"]).await;
    let chunks = sample(&["truncate=chunks", "cut=20"]).await;
    for service in SERVICES {
        let whole = body_length(&whole, service).await;
        let received = ask(&length, service).await;
        assert_eq!(received.header("content-length"), Some(whole.to_string()), "{service:?}");
        assert_eq!((received.is_reset, received.parts().1.len()), (false, whole / 2), "{service:?}");

        let received = ask(&close, service).await;
        assert_eq!((received.header("content-length"), received.header("transfer-encoding")), (None, None));
        assert_eq!((received.is_reset, received.parts().1.len()), (false, 20), "{service:?}");

        let received = ask(&chunks, service).await;
        assert_eq!(received.header("transfer-encoding").as_deref(), Some("chunked"));
        assert!(received.body().starts_with("14\r\n") && received.parts().1.len() == 26, "{service:?}");
    }
}

#[tokio::test]
async fn bodies_stop_in_the_middle() {
    let (cut_off, hanging) = (sample(&["truncate=length"]).await, sample(&["hang-body"]).await);
    for service in SERVICES {
        let expected = ask(&cut_off, service).await;
        let received = ask_and_leave(&hanging, service, expected.bytes.len()).await;
        assert_eq!(received.parts().1.len(), expected.parts().1.len(), "{service:?}");
    }
}

#[tokio::test]
async fn answers_come_in_drops() {
    let (ten, one) = (sample(&["drip=10/1h"]).await, sample(&["drip=1h"]).await);
    let (whole, all) = (sample(&[]).await, sample(&["drip=1000/1ms"]).await);
    let (empty, body) = (sample(&["truncate=length", "cut=0"]).await, sample(&["drip-body=5/1h"]).await);
    for service in SERVICES {
        assert_eq!(ask_and_leave(&ten, service, 10).await.text(), "HTTP/1.1 2", "{service:?}");
        assert_eq!(ask_and_leave(&one, service, 1).await.text(), "H", "{service:?}");
        assert_eq!(body_length(&all, service).await, body_length(&whole, service).await, "{service:?}");

        let head = ask(&empty, service).await.bytes.len();
        let received = ask_and_leave(&body, service, head + 5).await;
        assert_eq!(received.parts().1.len(), 5, "{service:?}");
    }
}

#[tokio::test]
async fn bodies_are_endless_or_very_long() {
    let (whole, endless, padded) =
        (sample(&[]).await, sample(&["endless"]).await, sample(&["pad=100000"]).await);
    for service in SERVICES {
        let mut stream = connect(&endless).await;
        stream.write_all(request(&endless, service).await.as_bytes()).await.expect("sends");
        let mut bytes = vec![0; 1 << 20];
        stream.read_exact(&mut bytes).await.expect("never ends");
        let received = Received { bytes, is_reset: false };
        assert_eq!(received.header("transfer-encoding").as_deref(), Some("chunked"), "{service:?}");

        let received = ask(&padded, service).await;
        let length = body_length(&whole, service).await + 100_000;
        assert_eq!(received.header("content-length"), Some(length.to_string()), "{service:?}");
        assert_eq!(received.parts().1.len(), length);
    }
}

#[tokio::test]
async fn answers_have_a_huge_header_or_are_not_http() {
    let (whole, huge, other) =
        (sample(&[]).await, sample(&["huge-header"]).await, sample(&["not-http"]).await);
    for service in SERVICES {
        let received = ask(&huge, service).await;
        assert_eq!(received.header("x-padding").map(|padding| padding.len()), Some(1 << 20), "{service:?}");
        assert_eq!(received.parts().1.len(), body_length(&whole, service).await);
        assert_eq!(ask(&other, service).await.text(), "SSH-2.0-OpenSSH_9.9\r\n", "{service:?}");
    }
}

#[tokio::test]
async fn a_silent_connection_is_one_of_several() {
    let sandbox = sample(&["silent@after=1,times=1"]).await;
    assert_eq!(ask(&sandbox, Service::Ec2).await.status(), 200);
    ask_and_leave(&sandbox, Service::Ec2, 0).await;
    assert_eq!(ask(&sandbox, Service::Ec2).await.status(), 200);
}

async fn serve_tls(faults: &[&str]) -> Sandbox {
    let faults = faults.iter().map(|text| text.parse().expect("is a fault")).collect();
    let options = Options { tls: true, faults, ..Options::default() };
    Sandbox::start(Estate::sample(), options).await.expect("starts")
}

async fn shake_hands(sandbox: &Sandbox, stream: TcpStream) -> TlsStream<TcpStream> {
    let pem = sandbox.ca_pem().expect("serves TLS");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).expect("is PEM")).expect("is a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("are known")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("is a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("is trusted")
}

#[tokio::test]
async fn answers_break_within_tls_too() {
    let sandbox = serve_tls(&["reset=body@times=1", "truncate=close"]).await;
    for is_reset in [true, false] {
        let mut stream = shake_hands(&sandbox, connect(&sandbox).await).await;
        stream.write_all(request(&sandbox, Service::Ec2).await.as_bytes()).await.expect("sends");
        let received = drain(&mut stream).await;
        assert_eq!((received.is_reset, received.status()), (is_reset, 200));
        assert!(!received.body().ends_with("</DescribeVpcsResponse>"));
    }
}

/// The second connection proves that the first one was not merely slower.
#[tokio::test]
async fn a_handshake_is_answered_late_or_never() {
    for fault in ["silent@times=1", "slow-tls=1h@times=1"] {
        let sandbox = serve_tls(&[fault]).await;
        let mut first = connect(&sandbox).await;
        first.write_all(b"no handshake, which TLS answers with an alert").await.expect("sends");
        let mut second = connect(&sandbox).await;
        second.write_all(b"no handshake, which TLS answers with an alert").await.expect("sends");
        assert_eq!(drain(&mut second).await.bytes.first(), Some(&21), "{fault}");
        assert!(first.try_read(&mut [0; 1]).is_err(), "{fault}");
    }
    let sandbox = serve_tls(&["slow-tls=1ms"]).await;
    shake_hands(&sandbox, connect(&sandbox).await).await;
}

#[tokio::test]
async fn the_sandbox_stops_whatever_hangs() {
    for fault in ["hang", "hang-body", "drip=1/1h", "endless", "silent"] {
        let sandbox = sample(&[fault]).await;
        let mut stream = connect(&sandbox).await;
        stream.write_all(request(&sandbox, Service::Manager).await.as_bytes()).await.expect("sends");
        if !["hang", "silent"].contains(&fault) {
            stream.read_exact(&mut [0; 1]).await.expect("has begun");
        }
        sandbox.stop().await;
        drain(&mut stream).await;
    }
}
