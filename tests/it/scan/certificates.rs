//! Certificates that are not accepted: said at once, with the reason and what to do, and nothing is sent.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection};

use crate::support::{Cloud, Run};

/// A server whose certificate has something wrong with it, and its authority.
struct Server {
    url: String,
    authority: PathBuf,
    _home: TempDir,
}

/// What may be wrong with a certificate, and what is said of it.
struct Flaw {
    host: &'static str,
    valid: (i32, i32),
    is_trusted: bool,
    is_of_authority: bool,
    says: &'static str,
    remedy: &'static str,
}

const SOUND: Flaw = Flaw {
    host: "127.0.0.1",
    valid: (2020, 2049),
    is_trusted: true,
    is_of_authority: false,
    says: "",
    remedy: "",
};

const FLAWS: [Flaw; 5] = [
    // As `openssl req -x509` makes it.
    Flaw {
        is_of_authority: true,
        says: "invalid peer certificate: it is that of an authority, and not of a server",
        remedy: "the server needs a certificate of its own, which an authority has signed",
        ..SOUND
    },
    Flaw {
        is_trusted: false,
        says: "invalid peer certificate: this machine does not trust its issuer",
        remedy: "add the proxy's CA certificate to the system's trust store, or name a file with it in ",
        ..SOUND
    },
    Flaw {
        host: "other.example.com",
        says: "invalid peer certificate: it is for another host",
        remedy: "check the URL, and which proxy HTTPS_PROXY names",
        ..SOUND
    },
    Flaw {
        valid: (2020, 2021),
        says: "invalid peer certificate: it has expired",
        remedy: "check the clock of this machine",
        ..SOUND
    },
    Flaw {
        valid: (2048, 2049),
        says: "invalid peer certificate: it is not valid yet",
        remedy: "check the clock of this machine",
        ..SOUND
    },
];

impl Flaw {
    /// Serves TLS with such a certificate.
    fn serve(&self) -> Server {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.distinguished_name.push(DnType::CommonName, "an authority");
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let mut server = CertificateParams::new([self.host.to_owned()]).unwrap();
        if self.is_of_authority {
            server.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        server.not_before = date_time_ymd(self.valid.0, 1, 1);
        server.not_after = date_time_ymd(self.valid.1, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = server.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let home = TempDir::new().unwrap();
        let path = home.path().join("ca.pem");
        std::fs::write(&path, issuer.pem()).unwrap();
        Server { url: shake_hands(Arc::new(config)), authority: path, _home: home }
    }

    /// Lets `run` trust the authority by `variable`, unless it is not to.
    fn trusted(&self, run: Run, variable: &str, server: &Server) -> Run {
        if self.is_trusted { run.env(variable, &server.authority) } else { run }
    }
}

/// Accepts connections, and ends them after the handshake.
fn shake_hands(config: Arc<ServerConfig>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let _ = connection.complete_io(&mut stream);
        }
    });
    url
}

#[test]
fn aws_is_not_asked_with_a_bad_certificate() {
    let cloud = Cloud::sample(&[]);
    for flaw in &FLAWS {
        let server = flaw.serve();
        let run = cloud.netcensus("scan networks --aws-profile security -v");
        let run = run.env("AWS_ENDPOINT_URL", &server.url);
        let output = flaw.trusted(run, "AWS_CA_BUNDLE", &server).run();
        let output = output.exits(2).says(&[
            "netcensus could not sign in to any AWS account",
            &format!("sts:GetCallerIdentity: the endpoint cannot be reached: {}", flaw.says),
            flaw.remedy,
        ]);
        assert_eq!(flaw.is_trusted, !output.stderr.contains("AWS_CA_BUNDLE"), "{}", output.stderr);
    }
}

/// The account is known, and nothing of it can be read.
#[test]
fn ec2_alone_is_not_asked_with_a_bad_certificate() {
    let cloud = Cloud::sample(&[]);
    for flaw in &FLAWS {
        let server = flaw.serve();
        let run = cloud.netcensus("scan networks --aws-profile security --region eu-west-1 -o json");
        let run = run.env("AWS_ENDPOINT_URL_EC2", &server.url);
        let output = flaw.trusted(run, "AWS_CA_BUNDLE", &server).run();
        output.falls_short(&[
            "aws 777777777777 eu-west-1 networks",
            &format!("ec2:DescribeVpcs: the endpoint cannot be reached: {}", flaw.says),
            flaw.remedy,
        ]);
    }
}

#[test]
fn azure_is_not_asked_with_a_bad_certificate() {
    let cloud = Cloud::sample(&[]);
    for flaw in &FLAWS {
        let server = flaw.serve();
        let authority = cloud.azure("scan networks").env("AZURE_AUTHORITY_HOST", &server.url);
        let output = flaw.trusted(authority, "SSL_CERT_FILE", &server).run();
        output.refuses(&["netcensus could not sign in to any Azure tenant", flaw.says, flaw.remedy]);
        let arguments = format!("scan networks --provider azure --azure-resource-manager {}", server.url);
        let manager = cloud.with_principal(cloud.netcensus(&arguments));
        let output = flaw.trusted(manager, "SSL_CERT_FILE", &server).run();
        output.refuses(&["no Azure subscription can be read", flaw.says, flaw.remedy]);
    }
}
