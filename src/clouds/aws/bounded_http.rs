//! Bounds how many bytes one answer may have: a body that never ends would fill the memory.

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::xml_scan::AnswerError;

/// The most bytes that one answer may have. A page has a thousand rows at most, and a machine with every tag and
/// interface has some ten kilobytes.
pub const MAX_ANSWER_BYTES: usize = 64 << 20;

/// A connector whose answers end.
#[derive(Debug)]
pub struct BoundedConnector<C>(pub C);

impl<C: HttpConnector> HttpConnector for BoundedConnector<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move { Ok(answer.await?.map(bounded)) })
    }
}

/// Makes `body` fail where it is longer than an answer may be.
fn bounded(body: SdkBody) -> SdkBody {
    let body = Limited::new(body, MAX_ANSWER_BYTES);
    SdkBody::from_body_1_x(body.map_err(|error| match error.downcast::<LengthLimitError>() {
        Ok(_) => AnswerError::TooLarge.into(),
        Err(error) => error,
    }))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::{StreamExt, stream};
    use http_body_util::StreamBody;
    use hyper::body::{Bytes, Frame};

    use super::*;

    fn body_of(bytes: usize) -> SdkBody {
        const PIECE: usize = 1 << 20;
        let piece = |left: usize| {
            let size = left.min(PIECE);
            (size > 0).then(|| (Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b' '; size]))), left - size))
        };
        // A body may be polled again after its end.
        let pieces = stream::unfold(bytes, move |left| std::future::ready(piece(left))).fuse();
        SdkBody::from_body_1_x(StreamBody::new(pieces))
    }

    /// faults F14: a body without end was kept until the memory was full.
    #[tokio::test]
    async fn an_answer_that_is_too_long_is_refused_and_the_longest_is_read() {
        let read = bounded(body_of(MAX_ANSWER_BYTES)).collect().await.unwrap();
        assert_eq!(read.to_bytes().len(), MAX_ANSWER_BYTES);
        let error = bounded(body_of(usize::MAX)).collect().await.unwrap_err();
        assert_eq!(AnswerError::find_in(&*error), Some(&AnswerError::TooLarge));
        assert_eq!(error.to_string(), "the answer has more than 64 MiB, which no page of the API has");
    }
}
