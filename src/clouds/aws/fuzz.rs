//! Almost valid answers of EC2 and almost valid configuration files: nothing panics, an answer that is cut short is refused,
//! and what is read can be written and read again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_config::retry::RetryConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use hyper::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Runtime};

use super::answers::answer_layouts::VPCS;
use super::answers::xml_scan::{decode_text, is_read_to_the_end, scan_answer};
use super::authentication::config_files::ConfigFiles;
use super::authentication::local_credentials::CredentialJson;
use super::authentication::login::Login;
use super::authentication::profiles::Profiles;
use super::reading::list_calls::calls;
use super::reading::read::RegionReader;
use super::reading::session::Session;
use super::requests::connection::AwsConnection;
use super::requests::http::SharedConnectors;
use super::requests::request_pacer::RequestPacer;
use crate::clouds::Run;
use crate::clouds::registry::CloudEnvironment;
use crate::fuzz_harness::{INPUTS, Target, run};
use crate::model::{FoundResources, Kind};
use crate::sandbox::{Estate, Options, Sandbox};

const XML: &[&str] =
    &["]]>", "<", ">", "</", "/>", "<item>", "</item>", "<!--", "<![CDATA[", "&amp;", "&#x0;", "<?xml?>"];
/// Each takes some milliseconds, since a client is made for it and a request signed.
const ANSWERS: u64 = 100;
const REGION: &str = "eu-west-1";

type Answers = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// Asks the sandbox once for each action, and gives the same answer from then on.
#[derive(Debug, Clone)]
struct CachingHttp {
    answers: Answers,
    sandbox: SharedConnectors,
}

#[derive(Debug)]
struct CachingConnector {
    answers: Answers,
    sandbox: SharedHttpConnector,
}

impl HttpClient for CachingHttp {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let sandbox = self.sandbox.http_connector(settings, components);
        SharedHttpConnector::new(CachingConnector { answers: Arc::clone(&self.answers), sandbox })
    }
}

impl HttpConnector for CachingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let action =
            body.split('&').find_map(|part| part.strip_prefix("Action=")).unwrap_or_default().to_owned();
        let answers = Arc::clone(&self.answers);
        let kept = answers.lock().unwrap().get(&action).cloned();
        let asked = kept.is_none().then(|| self.sandbox.call(request));
        HttpConnectorFuture::new(async move {
            let body = match (kept, asked) {
                (_, Some(answer)) => answer.await?.into_body().collect().await.unwrap().to_bytes(),
                (kept, None) => kept.unwrap_or_default(),
            };
            answers.lock().unwrap().insert(action, body.clone());
            Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body)))
        })
    }
}

/// An account whose answers can be replaced.
struct FakeAccount {
    runtime: Runtime,
    session: Session,
    answers: Answers,
}

impl FakeAccount {
    /// Reads every kind of the sample once, so that the answer to each action is known.
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let answers = Answers::default();
        let session = runtime.block_on(async {
            let sandbox = Sandbox::start(Estate::sample(), Options::default()).await.unwrap();
            let session = Self::sign_in(&sandbox, &answers).await;
            for kind in Kind::ALL {
                let pacer = RequestPacer::new(None);
                let reader = RegionReader::new(&session, REGION, &pacer);
                reader.read(kind, &mut FoundResources::default()).await.unwrap();
            }
            sandbox.stop().await;
            session
        });
        Self { runtime, session, answers }
    }

    async fn sign_in(sandbox: &Sandbox, answers: &Answers) -> Session {
        let http = CachingHttp { answers: Arc::clone(answers), sandbox: SharedConnectors::for_sandbox() };
        let environment = CloudEnvironment::Sandbox {
            endpoint: sandbox.url().to_owned(),
            aws_config: sandbox.aws_config(),
            azure: Vec::new(),
        };
        let connection = AwsConnection::new(&environment).unwrap().with_http(SharedHttpClient::new(http));
        let profiles = connection.profiles();
        let profile = profiles.get("default");
        let retries = RetryConfig::disabled();
        let config =
            connection.configure(&profiles, profile, retries, None, &Run::unobserved()).await.unwrap();
        let setting = |key| profile.and_then(|profile| profile.get(key)).unwrap().to_owned();
        let keys = Credentials::new(
            setting("aws_access_key_id"),
            setting("aws_secret_access_key"),
            None,
            None,
            "test",
        );
        let config =
            config.config.to_builder().credentials_provider(SharedCredentialsProvider::new(keys)).build();
        Session::new("111111111111".into(), "aws".into(), Login::new("test", "none"), config)
    }

    /// Reads `kind` when `action` is answered with `answer`; `None` when that is refused.
    fn read(&self, kind: Kind, action: &str, answer: &[u8]) -> Option<FoundResources> {
        let valid = self.answers.lock().unwrap().insert(action.to_owned(), Bytes::copy_from_slice(answer));
        let mut found = FoundResources::default();
        // A new one each time, since the buckets of a real one would be empty after a hundred reads.
        let pacer = RequestPacer::new(None);
        let read = RegionReader::new(&self.session, REGION, &pacer);
        let result = self.runtime.block_on(read.read(kind, &mut found));
        self.answers.lock().unwrap().insert(action.to_owned(), valid.unwrap());
        result.is_ok().then_some(found)
    }
}

/// What is read has an identity, and can be written and read again.
fn check_rows<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(rows: &[T]) {
    for row in rows {
        let text = serde_json::to_string(row).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), row, "{text}");
    }
}

/// Returns a target for the answer to one action.
fn answer_target(account: &Arc<FakeAccount>, kind: Kind, name: &'static str) -> Target {
    let action = name.trim_start_matches("ec2:");
    let seed =
        account.answers.lock().unwrap().get(action).unwrap_or_else(|| panic!("{action} is called")).clone();
    let (account, valid) = (Arc::clone(account), seed.clone());
    let check = move |answer: &[u8]| {
        let Some(found) = account.read(kind, action, answer) else { return false };
        let end = valid.trim_ascii_end();
        assert!(
            !(end.starts_with(answer) && answer.len() < end.len()),
            "an answer that is cut short is accepted"
        );
        check_rows(&found.networks);
        check_rows(&found.subnets);
        check_rows(&found.links);
        true
    };
    Target { name, seeds: vec![seed.to_vec()], tokens: XML, check: Box::new(check) }
}

#[test]
fn answers_of_ec2() {
    let account = Arc::new(FakeAccount::new());
    for kind in Kind::ALL {
        for name in calls(kind) {
            let target = answer_target(&account, kind, name);
            run(&target, ANSWERS);
        }
    }
}

/// An answer that is plain is not read a second time to see whether the SDK stopped in it.
#[test]
fn plain_answers_are_read_to_their_end() {
    let seed = "<?xml version=\"1.0\"?>\n<DescribeVpcsResponse xmlns=\"urn:x\"><requestId>r</requestId><vpcSet><item>\
                <vpcId>vpc-1</vpcId><tagSet><item><key>a b</key><value/></item></tagSet></item></vpcSet>\
                </DescribeVpcsResponse>\n";
    let check = |answer: &[u8]| {
        let text = decode_text(answer);
        let Ok(found) = scan_answer(&text, &VPCS) else { return false };
        if found.is_plain && is_read_to_the_end(&text[..found.root_tag_end]) {
            assert!(is_read_to_the_end(&text), "{text:?}");
        }
        true
    };
    let target =
        Target { name: "plain-answer", seeds: vec![seed.into()], tokens: XML, check: Box::new(check) };
    assert!(scan_answer(seed, &VPCS).unwrap().is_plain);
    run(&target, INPUTS);
}

const CONFIG: &str = "\
[default]\nregion = eu-west-1\nsso_session = s\nsso_account_id = 111111111111\nsso_role_name = Read\n\
[profile a]\nrole_arn = arn:aws:iam::222222222222:role/Read\nsource_profile = b\nmfa_serial = m\nexternal_id = x\n\
[profile b]\naws_access_key_id = k\naws_secret_access_key = s\nservices = local\nduration_seconds = 3600\n\
[profile \"c d\"]\ncredential_process = \"/bin/a b\" --c\nrole_arn = r\ncredential_source = Environment\n\
[profile e]\nrole_arn = r\nweb_identity_token_file = /f # note\nendpoint_url = http://127.0.0.1\n\
[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://a.awsapps.com/start\n\
[services local]\nec2 =\n  endpoint_url = http://127.0.0.1:1\n";

/// Asks everything that sign-in asks of profiles.
fn check_config(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let profiles = Profiles::from_files(ConfigFiles::from_text(text.to_owned()));
    for name in profiles.names() {
        let profile = profiles.get(name).expect("a profile that is listed exists");
        let chain = profiles.source_chain(name);
        assert!(chain.len() <= 1 + profiles.names().count(), "profiles that name each other have no end");
        let (base, _) = profiles.credential_base(name);
        assert!(profiles.get(base).is_some() || base != name, "{base}");
        let _ =
            (profiles.describe_credentials(name), profiles.may_ask(name), profiles.has_own_endpoint(name));
        let _ = (profile.problem(), profiles.endpoints(profile).count());
    }
    profiles.names().next().is_some()
}

#[test]
fn configuration_files() {
    let tokens = &["[", "]", "[profile ", "=", "\n ", "#", ";", "\"", "sso-session ", "source_profile = a"];
    let seeds = vec![CONFIG.as_bytes().to_vec()];
    let target = Target { name: "aws-config", seeds, tokens, check: Box::new(check_config) };
    run(&target, INPUTS);
}

const CREDENTIALS: &str = r#"{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"s3cr3t","SessionToken":"t",
"Token":"t","Expiration":"2026-11-27T12:00:00+02:00","Message":"x"}"#;

/// What a `credential_process` prints, and the agent of a container answers with.
#[test]
fn credentials_in_json() {
    let check = |bytes: &[u8]| {
        let Some(fields) = CredentialJson::parse(bytes) else { return false };
        match fields.credentials("test") {
            Ok(keys) => assert!(!keys.access_key_id().is_empty() && !keys.secret_access_key().is_empty()),
            Err(why) => assert!(!why.contains("s3cr3t"), "a secret is in the error: {why}"),
        }
        true
    };
    let tokens = &["{", "}", "[", ",", ":", "\"", "null", "true", "1e9", "accesskeyid", "Expiration", "\"\""];
    let seeds = vec![CREDENTIALS.as_bytes().to_vec()];
    let target = Target { name: "credentials", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}
