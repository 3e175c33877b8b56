//! Bounds how many bytes one answer may have, and all that are read at once: bodies that never end would fill the memory.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::PollSemaphore;

use crate::clouds::answer_memory::{SHORT_ANSWER, long_answers, permits};
use crate::clouds::aws::answers::xml_scan::AnswerError;

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

fn bounded(body: SdkBody) -> SdkBody {
    SdkBody::from_body_1_x(BoundedBody {
        body,
        length: 0,
        long_answers: PollSemaphore::new(long_answers()),
        permit: None,
    })
}

/// A body that fails where it is longer than an answer may be. Where it is long it waits until there is memory for it.
struct BoundedBody {
    body: SdkBody,
    /// How many bytes came.
    length: usize,
    long_answers: PollSemaphore,
    permit: Option<OwnedSemaphorePermit>,
}

impl Body for BoundedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.length > SHORT_ANSWER && self.permit.is_none() {
            self.permit = ready!(self.long_answers.poll_acquire_many(context, permits(MAX_ANSWER_BYTES)));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            self.length += frame.data_ref().map_or(0, Bytes::len);
        }
        if self.length > MAX_ANSWER_BYTES {
            return Poll::Ready(Some(Err(AnswerError::TooLarge.into())));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        Body::is_end_stream(&self.body)
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.body)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::{StreamExt, stream};
    use http_body_util::{BodyExt, StreamBody};
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

    /// A body without end was kept until the memory was full.
    #[tokio::test]
    async fn an_answer_that_is_too_long_is_refused_and_the_longest_is_read() {
        let read = bounded(body_of(MAX_ANSWER_BYTES)).collect().await.unwrap();
        assert_eq!(read.to_bytes().len(), MAX_ANSWER_BYTES);
        let error = bounded(body_of(usize::MAX)).collect().await.unwrap_err();
        assert_eq!(AnswerError::find_in(&*error), Some(&AnswerError::TooLarge));
        assert_eq!(error.to_string(), "the answer has more than 64 MiB, which no page of the API has");
    }
}
