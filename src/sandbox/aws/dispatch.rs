//! The one place where AWS requests are told apart, counted, made to fail, and answered.

use hyper::HeaderMap;

use super::request::{self, AwsRequest, Credential, Params};
use super::response::{ErrorAnswer, Service, content_type};
use super::{ec2, organizations, sqs, sts};
use crate::sandbox::answer::Answer;
use crate::sandbox::faults::{Key, ListFaults, Refusal};
use crate::sandbox::state::State;

/// Answers a request.
pub async fn answer(state: &State, headers: &HeaderMap, body: &[u8]) -> Answer {
    let request_id = state.server.request_id();
    let target = request::header(headers, "x-amz-target");
    let params = if target.is_some() { Params::default() } else { Params::read(body) };
    let credential = request::credential(headers);
    let service = service(credential, target, &params);
    match read_request(state, headers, credential, service, target, &params, &request_id) {
        Ok(call) => respond(state, service, &call, body).await,
        Err(refusal) => refusal.to_answer(service, &request_id),
    }
}

/// Tells the service by the credential; unsigned requests by what else distinguishes them.
fn service(credential: Option<Credential<'_>>, target: Option<&str>, params: &Params) -> Service {
    let signed =
        Service::ALL.into_iter().find(|service| credential.is_some_and(|c| c.service == service.as_str()));
    signed.unwrap_or_else(|| match (target, params.get("Version")) {
        (Some(target), _) if target.starts_with("AmazonSQS.") => Service::Sqs,
        (Some(_), _) => Service::Organizations,
        (None, Some(sts::VERSION)) => Service::Sts,
        (None, _) => Service::Ec2,
    })
}

fn read_request<'a>(
    state: &'a State,
    headers: &'a HeaderMap,
    credential: Option<Credential<'a>>,
    service: Service,
    target: Option<&'a str>,
    params: &'a Params,
    request_id: &'a str,
) -> Result<AwsRequest<'a>, ErrorAnswer> {
    let credential = credential.ok_or_else(request::not_signed)?;
    let (account, session) = request::caller(&state.estate, credential, headers, service)?;
    let action = match target {
        Some(target) => target.rsplit_once('.').map(|(_, action)| action),
        None => params.get("Action"),
    };
    let action =
        action.ok_or_else(|| ErrorAnswer::bad_request("MissingAction", "The request names no action."))?;
    Ok(AwsRequest {
        estate: &state.estate,
        account,
        region: credential.region,
        session,
        action,
        params,
        request_id,
        page_loop: None,
        fails_last_entry: false,
    })
}

async fn respond(state: &State, service: Service, call: &AwsRequest<'_>, body: &[u8]) -> Answer {
    let key = Key {
        account: call.account.id.clone(),
        region: call.region.to_owned(),
        service: service.as_str(),
        action: call.action.to_owned(),
    };
    let passage = state.server.faults.pass(&key);
    if !passage.delay.is_zero() {
        tokio::time::sleep(passage.delay).await;
    }
    // Pages of AWS have no link that could lead astray, and neither count nor order.
    let ListFaults { page_loop, fails_last_entry, age, .. } = passage.list;
    let past = (service == Service::Ec2 && !age.is_zero()).then(|| state.server.estate_before(age));
    let estate = past.as_deref().unwrap_or(call.estate);
    let call = AwsRequest { estate, page_loop, fails_last_entry, ..*call };
    let answer = match &passage.refusal {
        Some(refusal) => refuse(service, &call, refusal).await,
        None => answer_call(state, service, &call, body).await,
    };
    answer.with_faults(passage.answer)
}

async fn answer_call(state: &State, service: Service, call: &AwsRequest<'_>, body: &[u8]) -> Answer {
    let answered = match service {
        Service::Ec2 => ec2::answer(call),
        Service::Sts => sts::answer(call),
        Service::Organizations => organizations::answer(call, body),
        Service::Sqs => sqs::answer(state, call, body).await,
    };
    match answered {
        Ok(body) => Answer::new(200, content_type(service), body),
        Err(error) => error.to_answer(service, call.request_id),
    }
}

async fn refuse(service: Service, call: &AwsRequest<'_>, refusal: &Refusal) -> Answer {
    let error = match refusal {
        Refusal::Throttled(wait) => {
            let answer = throttled(service).to_answer(service, call.request_id);
            return match wait {
                Some(wait) => answer.with("retry-after", wait.to_header()),
                None => answer,
            };
        }
        Refusal::Error(code, status) => {
            ErrorAnswer::new(*status, code, "The sandbox answers with this error because of --fault.")
        }
        Refusal::Denied => denied(service, call),
        Refusal::Expired => expired(service),
        Refusal::Garbage => return Answer::garbage(),
        Refusal::Hang => std::future::pending().await,
    };
    error.to_answer(service, call.request_id)
}

fn throttled(service: Service) -> ErrorAnswer {
    match service {
        Service::Ec2 => ErrorAnswer::new(503, "RequestLimitExceeded", "Request limit exceeded."),
        Service::Sts => ErrorAnswer::bad_request("Throttling", "Rate exceeded"),
        Service::Organizations => ErrorAnswer::bad_request("TooManyRequestsException", "Rate exceeded"),
        Service::Sqs => ErrorAnswer::bad_request("ThrottlingException", "Rate exceeded"),
    }
}

fn denied(service: Service, call: &AwsRequest<'_>) -> ErrorAnswer {
    let why = format!(
        "User: {} is not authorized to perform: {}:{} with an explicit deny in a service control policy",
        call.arn(),
        service.as_str(),
        call.action
    );
    match service {
        Service::Ec2 => ErrorAnswer::new(
            403,
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {why}"),
        ),
        Service::Sts => ErrorAnswer::new(403, "AccessDenied", why),
        Service::Organizations => ErrorAnswer::bad_request("AccessDeniedException", why),
        Service::Sqs => ErrorAnswer::new(403, "AccessDeniedException", why),
    }
}

fn expired(service: Service) -> ErrorAnswer {
    match service {
        Service::Ec2 => ErrorAnswer::bad_request("RequestExpired", "Request has expired."),
        Service::Sts => {
            ErrorAnswer::new(403, "ExpiredToken", "The security token included in the request is expired")
        }
        Service::Organizations | Service::Sqs => ErrorAnswer::bad_request(
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
    }
}
