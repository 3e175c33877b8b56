//! Counts the requests that go to AWS, and notes what comes back: for the time bounds of a read, the adaptive limit, and the
//! pause before a request is sent again.

use std::time::Instant;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use super::errors::connection_fault;
use super::pauses::note_pause;
use super::throttling::is_throttling;
use crate::clouds::causes::{root, shorten, unanswered};
use crate::clouds::meter;

/// Counts every attempt that goes out, and notes what came back.
#[derive(Debug)]
pub struct MeterRequests;

/// When an attempt went out.
#[derive(Debug)]
struct SentAt(Instant);

impl Storable for SentAt {
    type Storer = StoreReplace<Self>;
}

impl Intercept for MeterRequests {
    fn name(&self) -> &'static str {
        "netcensus::MeterRequests"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        meter::count_request();
        bag.interceptor_state().store_put(SentAt(Instant::now()));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.response().is_some_and(is_throttling) {
            meter::note_throttled();
        }
        if let Some(Err(error)) = context.output_or_error() {
            if let Some(connector) = error.as_connector_error() {
                let why = connection_fault(connector);
                tracing::trace!(why, "no answer");
                meter::note_unanswered(format!("{}: {why}", unanswered(connector)));
            } else if error.is_response_error() {
                meter::note_unreadable(shorten(&root(error)).to_owned());
            }
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response();
        note_pause(answer, bag);
        let status = answer.status().as_u16();
        tracing::trace!(status, "answer");
        let latency = bag.load::<SentAt>().map(|sent| sent.0.elapsed()).unwrap_or_default();
        meter::note_answer(status, latency);
        Ok(())
    }
}
