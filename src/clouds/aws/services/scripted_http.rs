//! HTTP clients of tests, which send nothing and answer as they are told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

/// What is answered, a status and a body each.
#[derive(Debug, Clone)]
enum Script {
    /// To every request.
    Same(u16, &'static str),
    /// To one request after the other.
    Each(Arc<Mutex<VecDeque<(u16, String)>>>),
}

impl HttpConnector for Script {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let (status, body) = match self {
            Self::Same(status, body) => (*status, (*body).to_owned()),
            Self::Each(answers) => answers.lock().unwrap().pop_front().expect("nothing more is asked"),
        };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))))
    }
}

fn client(script: Script) -> SharedHttpClient {
    http_client_fn(move |_, _| SharedHttpConnector::new(script.clone()))
}

/// Answers every request with this status and body.
pub fn same_answer(status: u16, body: &'static str) -> SharedHttpClient {
    client(Script::Same(status, body))
}

/// Gives these answers, one after the other. A request more than there are panics.
pub fn answers_in_turn(answers: &[(u16, &str)]) -> SharedHttpClient {
    let answers = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    client(Script::Each(Arc::new(Mutex::new(answers))))
}
