//! Checks every answer before what was decoded of it is believed, and leaves out single rows that cannot be read: the
//! SDK refuses a whole page for one value.

pub(super) mod answer_layouts;
pub(super) mod short_answers;
pub(super) mod xml_scan;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    Error, FinalizerInterceptorContextMut, Output, OutputOrError,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use quick_xml::events::Event;
use quick_xml::{Reader, Writer};
use serde::Deserialize;
use serde_json::{Map, Value};

use self::answer_layouts::{AnswerLayout, ITEM, RowLayout, layout_of};
use self::short_answers::ValidatedAnswer;
use self::xml_scan::{
    AnswerError, NOT_TEXT, RowSpan, decode_text, is_flawless, is_read_to_the_end, scan_answer,
};
use crate::clouds::causes::{root, shorten};
use crate::clouds::meter;

/// Refuses answers that are not whole, and leaves out single rows that cannot be read.
///
/// It looks at the body that the SDK has decoded, once that is loaded: what is wrong with an answer may not fail the
/// request before, since the SDK would send that again.
#[derive(Debug)]
pub struct CheckAnswers;

impl Intercept for CheckAnswers {
    fn name(&self) -> &'static str {
        "netcensus::CheckAnswers"
    }

    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(replaced) = replacement(context, bag) else { return Ok(()) };
        if let Some(result) = context.output_or_error_mut() {
            *result = replaced;
        }
        Ok(())
    }
}

/// Returns what takes the place of what the SDK decoded; `None` when it stays.
fn replacement(context: &FinalizerInterceptorContextMut<'_>, bag: &ConfigBag) -> Option<OutputOrError> {
    let response = context.response().filter(|response| response.status().is_success())?;
    let is_decoded = context.output_or_error()?.is_ok();
    // The error of the request names the encoding.
    if !is_decoded && response.headers().get("content-encoding").is_some_and(|encoding| !encoding.is_empty())
    {
        return None;
    }
    if is_decoded && bag.load::<ValidatedAnswer>().is_some_and(ValidatedAnswer::is_known) {
        return None;
    }
    // An answer that broke off has no body, and is an error already.
    let body = response.body().bytes()?;
    let (action, deserializer) = (bag.load::<Metadata>()?, bag.load::<SharedResponseDeserializer>()?);
    let decode = |text: &str| {
        let again = HttpResponse::new(response.status(), SdkBody::from(text.to_owned()));
        deserializer.deserialize_nonstreaming_with_config(&again, bag)
    };
    let status = response.status().as_u16();
    let judged = match layout_of(action.name()) {
        _ if status != 200 => Err(AnswerError::PartialStatus(status)),
        Some(layout) => check_xml(body, layout, is_decoded, &decode),
        None if action.name() == "ListAccounts" => {
            let refusal = context.output_or_error()?.err();
            check_accounts(body).and_then(|()| match refusal {
                Some(why) => Err(AnswerError::Undecodable(root(why))),
                None => Ok(None),
            })
        }
        None => Ok(None),
    };
    match judged {
        // The SDK has found out itself.
        Ok(None) => None,
        Err(AnswerError::NotThisAction) if !is_decoded => None,
        Ok(Some(output)) => Some(Ok(output)),
        Err(flaw) => Some(Err(OrchestratorError::other(flaw))),
    }
}

/// Checks an answer in XML; returns another output when rows were left out.
fn check_xml(
    body: &[u8],
    layout: &AnswerLayout,
    is_decoded: bool,
    decode: &dyn Fn(&str) -> OutputOrError,
) -> Result<Option<Output>, AnswerError> {
    let mut text = decode_text(body);
    let found = scan_answer(&text, layout)?;
    if is_decoded && is_flawless(&text, &found, layout) {
        return Ok(None);
    }
    if found.has_sections {
        text = without_sections(&text)?.into();
    }
    let why = |error: OrchestratorError<Error>| root(&error);
    let readable = drop_unreadable_rows(&text, layout, &|text| decode(text).map(drop).map_err(why))?;
    if let Some(odd) = readable.left_out.first().filter(|_| layout.rows.is_some_and(|rows| rows.needs_all)) {
        return Err(AnswerError::Undecodable(odd.clone()));
    }
    let output = decode(&readable.body).map_err(|error| AnswerError::Undecodable(why(error)))?;
    readable.left_out.into_iter().for_each(meter::note_oddity);
    Ok(Some(output))
}

/// A page of `ListAccounts`.
#[derive(Deserialize)]
struct AccountsPage {
    #[serde(rename = "Accounts")]
    accounts: Option<Vec<Map<String, Value>>>,
    #[serde(rename = "NextToken")]
    next_token: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Checks a page of the accounts of an organization. Only one that leads on may be without a list, and has nothing
/// else then; an error with status 200 is no empty list.
fn check_accounts(body: &[u8]) -> Result<(), AnswerError> {
    let page: AccountsPage =
        serde_json::from_slice(body).map_err(|error| AnswerError::Malformed(error.to_string()))?;
    let leads_on = page.next_token.is_some_and(|token| !token.is_empty()) && page.others.is_empty();
    if page.accounts.is_some() || leads_on { Ok(()) } else { Err(AnswerError::MissingList("Accounts")) }
}

/// An answer that the SDK can read, and what was left out of it.
#[derive(Debug, PartialEq, Eq)]
pub struct FilteredAnswer {
    /// The answer.
    pub body: String,
    /// Says of each row that is not in it what is wrong with it.
    pub left_out: Vec<String>,
}

/// Writes `text` without CDATA sections, comments and processing instructions: the SDK takes a value for complete
/// where one begins.
pub fn without_sections(text: &str) -> Result<String, AnswerError> {
    let malformed = |error: &dyn std::fmt::Display| AnswerError::Malformed(error.to_string());
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut writer = Writer::new(Vec::with_capacity(text.len()));
    loop {
        let event = match reader.read_event().map_err(|error| malformed(&error))? {
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) => continue,
            Event::CData(data) => Event::Text(data.escape().map_err(|error| malformed(&error))?),
            other => other,
        };
        writer.write_event(event).map_err(|error| malformed(&error))?;
    }
    String::from_utf8(writer.into_inner()).map_err(|error| malformed(&error))
}

/// Leaves out of `text` each row that `decode` refuses, which says why. What is wrong with the answer itself, and not
/// with a row, is an error.
///
/// # Errors
/// When the answer is not whole, or cannot be read without its rows either.
pub fn drop_unreadable_rows(
    text: &str,
    layout: &AnswerLayout,
    decode: &dyn Fn(&str) -> Result<(), String>,
) -> Result<FilteredAnswer, AnswerError> {
    let rows = xml_scan::scan_answer(text, layout)?.rows;
    let begin = rows.first().map_or(text.len(), |row| row.bytes.start);
    let end = rows.last().map_or(text.len(), |row| row.bytes.end);
    let frame = AnswerFrame { before: &text[..begin], after: &text[end..], decode };
    frame.accepts("").map_err(AnswerError::Undecodable)?;
    let Some(row_layout) = layout.rows else {
        return Ok(FilteredAnswer { body: text.to_owned(), left_out: Vec::new() });
    };
    let mut body = frame.before.to_owned();
    let mut left_out = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        // A list that is empty is there. Without it, it is not known what the row consists of.
        let lacks = row_layout.nested.map(|(list, _)| list).filter(|_| !row.has_nested_list);
        let kept = lacks.map_or_else(|| frame.keep(text, row, row_layout), |_| None);
        let kept = kept.unwrap_or_else(|| {
            let whole = &text[row.bytes.clone()];
            let id = row_layout.id;
            left_out.push(match lacks {
                Some(list) => format!("{} has no {list}", row_name(whole, id, index)),
                None => frame.describe(whole, id, index),
            });
            KeptRow::default()
        });
        body.push_str(&kept.text);
        left_out.extend(kept.left_out);
    }
    body.push_str(frame.after);
    Ok(FilteredAnswer { body, left_out })
}

/// What is kept of a row.
#[derive(Debug, Default)]
struct KeptRow {
    text: String,
    /// Says what is wrong with those of its nested rows that are not kept.
    left_out: Vec<String>,
}

/// An answer without its rows, for trying them one at a time.
struct AnswerFrame<'a> {
    before: &'a str,
    after: &'a str,
    decode: &'a dyn Fn(&str) -> Result<(), String>,
}

impl AnswerFrame<'_> {
    /// Tries an answer that has `rows` only.
    fn accepts(&self, rows: &str) -> Result<(), String> {
        let answer = [self.before, rows, self.after].concat();
        if !is_read_to_the_end(&answer) {
            return Err("it has characters or marks that XML does not allow".to_owned());
        }
        (self.decode)(&answer)
    }

    /// Tells whether a row can be read, and nothing of it is lost.
    fn is_readable(&self, row: &str) -> bool {
        lost_part(row, DEEPEST).is_none() && self.accepts(row).is_ok()
    }

    /// Keeps what can be read of a row; `None` when it is nothing.
    fn keep(&self, text: &str, row: &RowSpan, layout: RowLayout) -> Option<KeptRow> {
        let whole = &text[row.bytes.clone()];
        if self.is_readable(whole) {
            return Some(KeptRow { text: whole.to_owned(), left_out: Vec::new() });
        }
        let ((_, id), first, last) = (layout.nested?, row.nested.first()?, row.nested.last()?);
        let (before, after) = (&text[row.bytes.start..first.start], &text[last.end..row.bytes.end]);
        if !self.is_readable(&[before, after].concat()) {
            return None;
        }
        let mut kept = KeptRow { text: before.to_owned(), left_out: Vec::new() };
        for (index, nested) in row.nested.iter().enumerate() {
            let nested = &text[nested.clone()];
            let frame = AnswerFrame {
                before: &[self.before, before].concat(),
                after: &[after, self.after].concat(),
                decode: self.decode,
            };
            if frame.is_readable(nested) {
                kept.text.push_str(nested);
            } else {
                kept.left_out.push(frame.describe(nested, id, index));
            }
        }
        kept.text.push_str(after);
        Some(kept)
    }

    /// Names a row, and the member of it that cannot be read.
    fn describe(&self, row: &str, id: &str, index: usize) -> String {
        let members = xml_scan::child_elements(row);
        let mut text = row_name(row, id, index);
        if let Some(loss) = lost_part(row, DEEPEST) {
            let _ = write!(text, " has {loss}");
            return text;
        }
        let is_odd =
            |span: &Range<usize>| self.accepts(&format!("<item>{}</item>", &row[span.clone()])).is_err();
        let Some((name, span)) = members.iter().find(|(_, span)| is_odd(span)) else {
            text.push_str(" cannot be read");
            return text;
        };
        let _ = match element_text(&row[span.clone()]) {
            Some(odd) => write!(text, " has `{}` as {name}", shorten(&odd)),
            None => write!(text, " has {name} that cannot be read"),
        };
        text
    }
}

/// Returns the id of a row, else its number.
fn row_name(row: &str, id: &str, index: usize) -> String {
    let members = xml_scan::child_elements(row);
    let named =
        members.into_iter().find(|(name, _)| *name == id).and_then(|(_, span)| element_text(&row[span]));
    match named.filter(|id| !id.trim().is_empty()) {
        Some(id) => shorten(&id).to_owned(),
        None => format!("row {} (without {id})", index + 1),
    }
}

/// How deep a row is looked through; no type of EC2 is deeper.
const DEEPEST: usize = 16;

/// Finds what the SDK would lose of `element` without a word: a member that it, or one in it, has twice with different
/// contents (some emulators repeat themselves), or what is no `item` in a list.
fn lost_part(element: &str, depth: usize) -> Option<String> {
    let mut known: HashMap<&str, &str> = HashMap::new();
    let list = xml_scan::root_name(element);
    let members = xml_scan::child_elements(element);
    for (name, span) in members.clone() {
        if xml_scan::is_misplaced(name, list) {
            return Some(format!("<{name}> in {list}, where a list has <{ITEM}>"));
        }
        let content = &element[span];
        let other = known.insert(name, content).filter(|_| name != ITEM);
        if other.is_some_and(|other| other != content) {
            return Some(format!("{name} twice"));
        }
    }
    let deeper = depth.checked_sub(1)?;
    members.into_iter().find_map(|(_, span)| lost_part(&element[span], deeper))
}

/// Returns the text between the tags of an element that has no others in it.
fn element_text(element: &str) -> Option<String> {
    let (_, rest) = element.split_once('>')?;
    let (value, _) = rest.rsplit_once("</").unwrap_or_default();
    (!value.contains('<')).then(|| value.replace(NOT_TEXT, "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::super::reading::list_calls::calls;
    use super::super::reading::read::{DISCOVERY_CALLS, ORGANIZATION_CALLS};
    use super::answer_layouts::{INSTANCES, LAYOUTS, VPCS};
    use super::*;
    use crate::model::Kind;

    #[test]
    fn every_call_has_a_layout() {
        let read = Kind::ALL.into_iter().flat_map(calls);
        for call in read.chain(DISCOVERY_CALLS).chain(ORGANIZATION_CALLS) {
            let (_, action) = call.split_once(':').unwrap();
            let is_known = LAYOUTS.iter().any(|layout| layout.action == action);
            assert!(is_known || action == "ListAccounts", "{call}");
        }
    }

    /// Each of these was an empty list, complete.
    #[test]
    fn a_page_of_accounts_has_accounts_or_leads_on() {
        let accounts = |body: &str| check_accounts(body.as_bytes());
        for page in [r#"{"Accounts":[{"Id":"1"}]}"#, r#"{"Accounts":[]}"#, r#"{"NextToken":"t"}"#] {
            assert_eq!(accounts(page), Ok(()), "{page}");
        }
        for none in ["{}", r#"{"Accounts":null}"#, r#"{"accounts":[],"NextToken":"t"}"#, r#"{"__type":"X"}"#]
        {
            assert_eq!(accounts(none), Err(AnswerError::MissingList("Accounts")), "{none}");
        }
        for odd in
            [r#"{"Accounts":[null]}"#, r#"{"Accounts":{}}"#, r#"{"Accounts":[],"Accounts":[]}"#, "[]", ""]
        {
            assert!(matches!(accounts(odd), Err(AnswerError::Malformed(_))), "{odd}");
        }
    }

    /// Refuses what has `banana` in it, and fails at what the tokenizer of the SDK does.
    fn no_banana(text: &str) -> Result<(), String> {
        if text.contains("banana") { Err("expected a boolean".to_owned()) } else { Ok(()) }
    }

    fn vpcs(rows: &str) -> String {
        format!("<DescribeVpcsResponse><vpcSet>{rows}</vpcSet></DescribeVpcsResponse>")
    }

    fn left_out(text: &str, layout: &AnswerLayout) -> (String, Vec<String>) {
        let readable = drop_unreadable_rows(text, layout, &no_banana).unwrap();
        (readable.body, readable.left_out)
    }

    /// One bad value cost the page.
    #[test]
    fn a_row_with_an_odd_value_is_named_and_its_neighbours_stay() {
        let good = "<item><vpcId>vpc-1</vpcId></item>";
        let bad = "<item><vpcId>vpc-2</vpcId><isDefault>banana</isDefault></item>";
        let (body, named) = left_out(&vpcs(&format!("{good}{bad}{good}")), &VPCS);
        assert_eq!(body, vpcs(&format!("{good}{good}")));
        assert_eq!(named, ["vpc-2 has `banana` as isDefault"]);
        let (_, named) = left_out(&vpcs(&format!("{good}<item><x>banana</x></item>")), &VPCS);
        assert_eq!(named, ["row 2 (without vpcId) has `banana` as x"]);
        let (_, named) = left_out(&vpcs("<item><vpcId>v</vpcId><s><t>banana</t></s></item>"), &VPCS);
        assert_eq!(named, ["v has s that cannot be read"]);
        let (_, named) = left_out(&vpcs("<item><vpcId>v</vpcId><a/><a>1</a></item>"), &VPCS);
        assert_eq!(named, ["v has a twice"]);
        let (_, named) = left_out(&vpcs("<item><vpcId>v</vpcId><s><a>1</a><a>2</a></s></item>"), &VPCS);
        assert_eq!(named, ["v has a twice"]);
        let (_, named) = left_out(&vpcs("<item><vpcId>v</vpcId><a>1</a><a>1</a></item>"), &VPCS);
        assert!(named.is_empty(), "nothing is lost of what is said twice: {named:?}");
    }

    #[test]
    fn bytes_that_are_no_text_cost_their_row() {
        let bytes = b"<item><vpcId>vpc-1</vpcId><v>caf\xe9</v></item><item><vpcId>vpc-2</vpcId></item>";
        let mut body = b"\xef\xbb\xbf<DescribeVpcsResponse><vpcSet>".to_vec();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"</vpcSet></DescribeVpcsResponse>");
        let (body, named) = left_out(&decode_text(&body), &VPCS);
        assert_eq!(body, vpcs("<item><vpcId>vpc-2</vpcId></item>"));
        assert_eq!(named, ["vpc-1 has `caf\u{fffd}` as v"]);
    }

    #[test]
    fn a_machine_does_not_cost_the_others_of_its_reservation() {
        let answer = |instances: &str| {
            format!(
                "<DescribeInstancesResponse><reservationSet><item><ownerId>1</ownerId><instancesSet>{instances}\
                 </instancesSet></item></reservationSet></DescribeInstancesResponse>"
            )
        };
        let good = "<item><instanceId>i-1</instanceId></item>";
        let bad = "<item><instanceId>i-2</instanceId><launchTime>banana</launchTime></item>";
        let (body, named) = left_out(&answer(&format!("{good}{bad}{good}")), &INSTANCES);
        assert_eq!(body, answer(&format!("{good}{good}")));
        assert_eq!(named, ["i-2 has `banana` as launchTime"]);
        let twice = "<item><instanceId>i-3</instanceId><vpcId>a</vpcId><vpcId>b</vpcId></item>";
        let (body, named) = left_out(&answer(&format!("{good}{twice}")), &INSTANCES);
        assert_eq!((body, named), (answer(good), vec!["i-3 has vpcId twice".to_owned()]));
    }

    /// The machines of such a reservation were none, and the list complete.
    #[test]
    fn a_reservation_without_its_list_of_machines_is_named() {
        let empty = "<item><reservationId>r-1</reservationId><instancesSet/></item>";
        let full = "<item><reservationId>r-2</reservationId><instancesSet><item><instanceId>i-1</instanceId></item>\
                    </instancesSet></item>";
        let answer = |rows: &str| {
            format!(
                "<DescribeInstancesResponse><reservationSet>{rows}</reservationSet></DescribeInstancesResponse>"
            )
        };
        assert_eq!(left_out(&answer(&[empty, full].concat()), &INSTANCES).1, [""; 0]);
        for lacking in [full.replace("instancesSet", "InstancesSet"), empty.replace("<instancesSet/>", "")] {
            let (body, named) = left_out(&answer(&[full, &lacking].concat()), &INSTANCES);
            assert_eq!(body, answer(full));
            assert_eq!(named.len(), 1);
            assert!(named[0].starts_with("r-") && named[0].ends_with(" has no instancesSet"), "{named:?}");
        }
    }

    #[test]
    fn a_row_with_a_list_whose_elements_are_passed_over_is_named() {
        let row = |list: &str| vpcs(&format!("<item><vpcId>v</vpcId>{list}</item>"));
        let member = "<cidrSet><member><cidr>10.0.0.0/8</cidr></member></cidrSet>";
        let (body, named) = left_out(&row(member), &VPCS);
        assert_eq!(body, vpcs(""));
        assert_eq!(named, ["v has <member> in cidrSet, where a list has <item>"]);
        let deeper = format!("<s><item>{member}</item></s>");
        assert_eq!(left_out(&row(&deeper), &VPCS).1, named);
        assert_eq!(left_out(&row("<attachments><item/></attachments><cidrSet/>"), &VPCS).1, [""; 0]);
    }

    #[test]
    fn what_is_wrong_outside_of_the_rows_is_wrong_with_the_answer() {
        let text = "<DescribeVpcsResponse><requestId>banana</requestId><vpcSet><item/></vpcSet></DescribeVpcsResponse>";
        assert_eq!(
            drop_unreadable_rows(text, &VPCS, &no_banana),
            Err(AnswerError::Undecodable("expected a boolean".to_owned()))
        );
    }

    /// The SDK reads nothing of a CDATA section, and a value no further than to a comment.
    #[test]
    fn sections_become_text() {
        let text = "<a><!-- x -->10.0.<!-- y -->0.0/16<b><![CDATA[<&]]></b><?x y?></a>";
        assert_eq!(without_sections(text).unwrap(), "<a>10.0.0.0/16<b>&lt;&amp;</b></a>");
    }

    /// It also stops within what it passes over.
    #[test]
    fn a_character_that_xml_does_not_have_is_noticed_anywhere() {
        assert!(is_read_to_the_end("<a><b>c</b></a>"));
        assert!(is_read_to_the_end("<a x='y'>"), "a tag alone is read to its end");
        assert!(!is_read_to_the_end("<a><b>\u{1}</b></a>"));
        assert!(!is_read_to_the_end("<a><b c></b></a>"));
    }
}
