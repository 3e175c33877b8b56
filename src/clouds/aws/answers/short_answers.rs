//! Shortens answers to what is read of them, before the SDK decodes them: of a machine that is less than half.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame};

use super::answer_layouts::{AnswerLayout, layout_of};
use super::xml_scan::{decode_text, is_flawless, scan_answer};

/// An answer of which nothing comes for so long has stalled, and is asked for again.
const MAX_SILENCE: Duration = Duration::from_secs(20);

/// Shortens answers without flaws. Others are left as they are: [`super::CheckAnswers`] looks into them.
///
/// The SDK sees nothing of a body before all of it is here. So its own protection against stalled answers must be off, and
/// [`MAX_SILENCE`] stands in for it.
#[derive(Debug)]
pub struct ShortenAnswers;

impl Intercept for ShortenAnswers {
    fn name(&self) -> &'static str {
        "netcensus::ShortenAnswers"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let flawless = ValidatedAnswer::default();
        let is_whole = context.response().status().as_u16() == 200;
        let layout = bag.load::<Metadata>().and_then(|action| layout_of(action.name())).filter(|_| is_whole);
        let body = context.response_mut().take_body();
        *context.response_mut().body_mut() = shortened_body(body, layout, flawless.clone());
        bag.interceptor_state().store_put(flawless);
        Ok(())
    }
}

/// Whether an answer was found to be without flaws while its body was loaded.
#[derive(Debug, Clone, Default)]
pub struct ValidatedAnswer(Arc<AtomicBool>);

impl ValidatedAnswer {
    /// Tells whether that is so.
    pub fn is_known(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Storable for ValidatedAnswer {
    type Storer = StoreReplace<Self>;
}

/// Returns a body that has what is read of `body`, if that is a flawless answer, and else the same bytes.
fn shortened_body(
    mut body: SdkBody,
    layout: Option<&'static AnswerLayout>,
    flawless: ValidatedAnswer,
) -> SdkBody {
    let load = async move {
        // The body is not given away: as long as it lives, a long answer has its part of the memory.
        let bytes = load(&mut body, MAX_SILENCE).await?;
        let short = layout.and_then(|layout| shorten_answer(&bytes, layout));
        flawless.0.store(short.is_some(), Ordering::Relaxed);
        Ok::<_, BoxError>(Frame::data(short.map_or(bytes, Bytes::from)))
    };
    SdkBody::from_body_1_x(StreamBody::new(stream::once(load)))
}

/// Loads a body, unless nothing of it comes for so long.
async fn load(body: &mut SdkBody, max_silence: Duration) -> Result<Bytes, BoxError> {
    let mut loaded = Vec::new();
    loop {
        let Ok(frame) = tokio::time::timeout(max_silence, body.frame()).await else {
            return Err(format!("no more of the answer came for {max_silence:?}").into());
        };
        match frame.transpose()? {
            None => return Ok(loaded.into()),
            Some(frame) => loaded.extend_from_slice(&frame.into_data().unwrap_or_default()),
        }
    }
}

/// Leaves out of a flawless answer what is not read of its rows, which is most of a machine's.
fn shorten_answer(body: &[u8], layout: &AnswerLayout) -> Option<String> {
    let text = decode_text(body);
    let found = scan_answer(&text, layout).ok().filter(|found| is_flawless(&text, found, layout))?;
    let mut short = String::with_capacity(text.len());
    let mut begin = 0;
    for unread in found.unread {
        short.push_str(&text[begin..unread.start]);
        begin = unread.end;
    }
    short.push_str(&text[begin..]);
    Some(short)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::StreamExt;

    use super::super::answer_layouts::INSTANCES;
    use super::*;

    #[test]
    fn what_is_not_read_of_a_row_is_left_out_of_a_flawless_answer_alone() {
        let answer = |rows: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<DescribeInstancesResponse xmlns=\"urn:x\"><requestId>r</requestId><reservationSet>\
                 <item><ownerId>1</ownerId>{rows}</item></reservationSet><nextToken>t</nextToken>\
                 </DescribeInstancesResponse>\n"
            )
        };
        let short = |text: &str| shorten_answer(text.as_bytes(), &INSTANCES);
        let long = answer(
            "<groupSet><item><groupId>g</groupId></item></groupSet><instancesSet><item><imageId/><instanceId>i-1</instanceId>\
             <blockDeviceMapping><item><ebs><status>x</status></ebs></item></blockDeviceMapping>\
             <networkInterfaceSet><item><vpcId>v</vpcId><attachment><status>x</status></attachment></item>\
             </networkInterfaceSet><hypervisor>xen</hypervisor></item></instancesSet>",
        );
        let read = "<instancesSet><item><instanceId>i-1</instanceId><networkInterfaceSet><item><vpcId>v</vpcId></item>\
                    </networkInterfaceSet></item></instancesSet>";
        assert_eq!(short(&long), Some(answer(read)));
        assert_eq!(short(&answer(read)), Some(answer(read)));
        for flawed in [
            answer("<imageId/>"),
            answer(&format!("<!-- -->{read}")),
            answer(&read.replace("<vpcId>", "<vpcId>\u{1}")),
            answer(&read.replace("<vpcId>v</vpcId>", "<vpcId>v</vpcId><vpcId>w</vpcId>")),
            answer(read).replace("</DescribeInstancesResponse>", ""),
        ] {
            assert_eq!(short(&flawed), None, "{flawed}");
        }
    }

    /// A slow network is no stalled answer, however long it takes.
    #[tokio::test]
    async fn an_answer_that_goes_on_is_loaded_and_a_stalled_one_is_not() {
        let max_silence = Duration::from_secs(1);
        let drops = stream::iter(*b"<a></a>").then(|byte| async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok::<_, Infallible>(Frame::data(Bytes::from(vec![byte])))
        });
        let mut slow = SdkBody::from_body_1_x(StreamBody::new(Box::pin(drops)));
        assert_eq!(load(&mut slow, max_silence).await.unwrap(), "<a></a>");
        let begun = stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from("<a>")))]);
        let mut stalled = SdkBody::from_body_1_x(StreamBody::new(begun.chain(stream::pending())));
        let error = load(&mut stalled, max_silence).await.unwrap_err();
        assert_eq!(error.to_string(), "nothing more of the answer came for 1s");
    }
}
