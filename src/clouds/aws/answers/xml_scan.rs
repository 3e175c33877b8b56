//! Looks at an XML answer as a whole: whether it is all there, and where its rows are.
//!
//! The SDK takes the end of the text for the end of every open element, any end tag for the right one, and passes
//! over elements that it does not know. What it decoded of an answer that was cut short looks like a short list.

use std::borrow::Cow;
use std::ops::Range;

use aws_smithy_xml::decode::Document;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::answer_layouts::{AnswerLayout, ITEM, contains_name};
use crate::clouds::aws::requests::bounded_http::MAX_ANSWER_BYTES;
use crate::clouds::causes::causes;

/// Why an answer is not believed. It ends the request: asking again would bring the same answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It ends in the middle.
    #[error("the answer was cut short: {0}")]
    CutShort(String),
    /// It is something else than an answer to this action.
    #[error("the answer is not one of the API")]
    NotThisAction,
    /// Its status says that it is not the whole answer.
    #[error("HTTP {0} is not a whole answer")]
    PartialStatus(u16),
    /// It breaks the rules of its format.
    #[error("the answer is not well-formed: {0}")]
    Malformed(String),
    /// It lacks its list, which it has also when that is empty.
    #[error("the answer has no {0}")]
    MissingList(&'static str),
    /// It has something twice, and one of both would be lost.
    #[error("the answer has <{0}> twice")]
    RepeatedElement(String),
    /// Its list has something else than rows in it.
    #[error("the answer has <{0}> where a list has <item>")]
    NotAnItem(String),
    /// It has an error beside its list.
    #[error("the answer has <{0}> beside its list, which may not be whole")]
    ErrorBesideList(String),
    /// It is longer than any answer.
    #[error("the answer has more than {} MiB, which no page of the API has", MAX_ANSWER_BYTES >> 20)]
    TooLarge,
    /// The SDK cannot read it.
    #[error("the answer cannot be read: {0}")]
    Undecodable(String),
}

impl AnswerError {
    /// Finds what was wrong with the answer, when that is what failed.
    pub fn find_in<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        causes(error).find_map(|link| link.downcast_ref::<Self>())
    }
}

/// Stands for bytes that are not UTF-8: XML has no such character, so whatever has it is refused.
pub const NOT_TEXT: char = '\u{1}';

/// Turns the bytes of an answer into text, marking those that are none.
pub fn decode_text(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(NOT_TEXT);
        }
    }
    Cow::Owned(text)
}

/// An answer that is whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ScannedAnswer {
    /// Its rows, in order.
    pub rows: Vec<RowSpan>,
    /// Where the outermost elements of the rows are that the layout does not read, in order.
    pub unread: Vec<Range<usize>>,
    /// Whether it has CDATA sections, comments or processing instructions, where the SDK stops reading a value.
    pub has_sections: bool,
    /// Where the tag ends that begins the outermost element.
    pub root_tag_end: usize,
    /// Whether all that follows that tag is elements without attributes, and plain ASCII: every reader of XML agrees on it.
    pub is_plain: bool,
}

/// Where a row is.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RowSpan {
    /// Its bytes, tags included.
    pub bytes: Range<usize>,
    /// Where the rows of its nested list are.
    pub nested: Vec<Range<usize>>,
    /// Whether it has its nested list, which may be empty.
    pub has_nested_list: bool,
    /// Whether the SDK would lose something of it: one of two members of one name, or what a list has beside `item`s.
    pub is_lossy: bool,
}

/// The lists whose names do not end with `Set`, as the names of all others do.
const OTHER_LISTS: [&str; 5] =
    ["attachments", "blockDeviceMapping", "productCodes", "routes", "vgwTelemetry"];

/// Tells whether the SDK passes over the element `name` in `parent` because a list of EC2 has only `item`s; other AWS
/// APIs, and emulators of EC2, call them `member`.
pub fn is_misplaced(name: &str, parent: &str) -> bool {
    let is_list = || parent.ends_with("Set") || OTHER_LISTS.contains(&parent);
    name != ITEM && (name == "member" || is_list())
}

/// Siblings that are compared with each other; no type of EC2 has so many members.
const MOST_MEMBERS: usize = 256;

/// Looks through `text`, which has no byte order mark.
///
/// # Errors
/// When it is not a whole answer to the action of `layout`.
pub fn scan_answer(text: &str, layout: &AnswerLayout) -> Result<ScannedAnswer, AnswerError> {
    let mut scanner = AnswerScanner::new(text, layout);
    let mut events = XmlEvents::new(text);
    loop {
        let (event, span) = events.next().map_err(|error| scanner.explain_error(&error))?;
        let is_outside = scanner.open.is_empty();
        if is_outside && !scanner.has_ended {
            scanner.found.root_tag_end = span.end;
        } else {
            scanner.found.is_plain &= is_plain(&event);
        }
        match event {
            Event::Start(tag) => scanner.start_element(tag.name().into_inner().len(), span.start)?,
            Event::Empty(tag) => {
                scanner.start_element(tag.name().into_inner().len(), span.start)?;
                scanner.end_element(span.end);
            }
            Event::End(_) => scanner.end_element(span.end),
            Event::DocType(_) => {
                return Err(AnswerError::Malformed("it declares a document type".to_owned()));
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if is_outside => {
                scanner.check_outside(span)?;
            }
            Event::CData(_) | Event::Comment(_) | Event::PI(_) => scanner.found.has_sections = true,
            Event::Text(_) | Event::GeneralRef(_) | Event::Decl(_) => {}
            Event::Eof => return scanner.finish(),
        }
    }
}

/// Tells whether the SDK reads all of an answer, and loses nothing of it.
pub fn is_flawless(text: &str, found: &ScannedAnswer, layout: &AnswerLayout) -> bool {
    let has_nested = layout.rows.is_some_and(|rows| rows.nested.is_some());
    let is_odd = |row: &RowSpan| row.is_lossy || (has_nested && !row.has_nested_list);
    // Of plain text nothing behind the tag can stop the SDK's reader. To read it all again is a tenth of a scan's time.
    let doubtful = if found.is_plain { &text[..found.root_tag_end] } else { text };
    !found.has_sections && !found.rows.iter().any(is_odd) && is_read_to_the_end(doubtful)
}

/// Tells whether the SDK's reader gets to the end of `text`. It stops without a word where it cannot read on, also
/// within an element that it passes over, and takes what it has for everything.
pub fn is_read_to_the_end(text: &str) -> bool {
    Document::new(text).all(|token| token.is_ok())
}

/// Tells whether `body` is a whole refusal of EC2, whose code can be believed.
pub fn is_whole_refusal(body: &[u8]) -> bool {
    // The outermost element of a refusal has no action's name before `Response`.
    const REFUSAL: AnswerLayout = AnswerLayout { action: "", list: "Errors", rows: None };
    std::str::from_utf8(body).is_ok_and(|text| scan_answer(text, &REFUSAL).is_ok())
}

/// Returns the name of the element that `text` consists of.
pub fn root_name(text: &str) -> &str {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '/' | '>');
    let full = text.strip_prefix('<').and_then(|tag| tag.split(is_end).next()).unwrap_or_default();
    full.rsplit(':').next().unwrap_or(full)
}

/// Lists the direct children of the element that `text` consists of: their names, and where they are.
pub fn child_elements(text: &str) -> Vec<(&str, Range<usize>)> {
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    let mut events = XmlEvents::new(text);
    while let Ok((event, span)) = events.next() {
        match event {
            Event::Start(tag) => {
                if depth == 1 {
                    found.push((element_name(text, tag.name().into_inner().len(), span.start), span));
                }
                depth += 1;
            }
            Event::Empty(tag) if depth == 1 => {
                found.push((element_name(text, tag.name().into_inner().len(), span.start), span));
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if let (1, Some((_, known))) = (depth, found.last_mut()) {
                    known.end = span.end;
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

/// Returns the name of the element whose tag begins at `start`, without its prefix, as the SDK compares it.
fn element_name(text: &str, length: usize, start: usize) -> &str {
    let full = text.get(start + 1..start + 1 + length).unwrap_or_default();
    full.bytes().rposition(|byte| byte == b':').map_or(full, |colon| &full[colon + 1..])
}

/// The parts of a text, each with its place.
struct XmlEvents<'a>(Reader<&'a [u8]>);

impl<'a> XmlEvents<'a> {
    fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        // An ampersand that begins no reference spoils the value that it is in, and no other.
        reader.config_mut().allow_dangling_amp = true;
        Self(reader)
    }

    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), quick_xml::Error> {
        let start = self.position();
        let event = self.0.read_event()?;
        Ok((event, start..self.position()))
    }

    fn position(&self) -> usize {
        usize::try_from(self.0.buffer_position()).unwrap_or(usize::MAX)
    }
}

struct AnswerScanner<'a> {
    text: &'a str,
    layout: &'a AnswerLayout,
    /// The names of the open elements, outermost first.
    open: Vec<&'a str>,
    /// The names of the members so far of the open elements, one element after the other.
    members: Vec<&'a str>,
    /// Where the members of each open element begin.
    first_members: Vec<usize>,
    has_list: bool,
    has_ended: bool,
    /// How many elements are around the unread one that is open.
    unread_depth: Option<usize>,
    found: ScannedAnswer,
}

impl<'a> AnswerScanner<'a> {
    fn new(text: &'a str, layout: &'a AnswerLayout) -> Self {
        Self {
            text,
            layout,
            open: Vec::new(),
            members: Vec::new(),
            first_members: Vec::new(),
            has_list: false,
            has_ended: false,
            unread_depth: None,
            found: ScannedAnswer { is_plain: true, ..ScannedAnswer::default() },
        }
    }

    /// Takes note of an element that begins at `start`, whose name is `length` bytes long.
    fn start_element(&mut self, length: usize, start: usize) -> Result<(), AnswerError> {
        let name = element_name(self.text, length, start);
        match self.open.len() {
            0 if self.has_ended => return Err(AnswerError::Malformed(format!("<{name}> follows its end"))),
            0 if !self.is_root(name) => return Err(AnswerError::NotThisAction),
            1 if name == self.layout.list => self.has_list = true,
            1 if ["error", "errors"].iter().any(|word| name.eq_ignore_ascii_case(word)) => {
                return Err(AnswerError::ErrorBesideList(name.to_owned()));
            }
            2 if self.is_in_list() => {
                expect_item(name)?;
                self.found.rows.push(RowSpan { bytes: start..start, ..RowSpan::default() });
            }
            3 if self.is_nested_list(name) => {
                if let Some(row) = self.found.rows.last_mut() {
                    row.has_nested_list = true;
                }
            }
            4 if self.is_in_nested_list() => {
                expect_item(name)?;
                if let Some(row) = self.found.rows.last_mut() {
                    row.nested.push(start..start);
                }
            }
            _ => {}
        }
        self.compare_with_siblings(name)?;
        if self.unread_depth.is_none() && self.is_unread(name) {
            self.unread_depth = Some(self.open.len());
            self.found.unread.push(start..start);
        }
        self.open.push(name);
        self.first_members.push(self.members.len());
        Ok(())
    }

    /// Takes note of the end of the innermost element.
    fn end_element(&mut self, end: usize) {
        self.open.pop();
        self.members.truncate(self.first_members.pop().unwrap_or_default());
        let depth = self.open.len();
        if let (true, Some(unread)) = (self.unread_depth == Some(depth), self.found.unread.last_mut()) {
            unread.end = end;
            self.unread_depth = None;
        }
        let (is_row, is_nested) = (depth == 2 && self.is_in_list(), depth == 4 && self.is_in_nested_list());
        if let Some(row) = self.found.rows.last_mut() {
            if is_row {
                row.bytes.end = end;
            }
            if let (true, Some(nested)) = (is_nested, row.nested.last_mut()) {
                nested.end = end;
            }
        }
        self.has_ended = depth == 0;
    }

    fn is_root(&self, name: &str) -> bool {
        name.strip_suffix("Response") == Some(self.layout.action)
    }

    fn is_in_list(&self) -> bool {
        self.layout.rows.is_some() && self.open.get(1) == Some(&self.layout.list)
    }

    /// Tells whether `name` is an element of a row that the layout does not read.
    fn is_unread(&self, name: &str) -> bool {
        self.open.len() > 2 && self.is_in_list() && self.layout.rows.is_some_and(|rows| !rows.reads(name))
    }

    fn is_in_nested_list(&self) -> bool {
        self.open.get(3).is_some_and(|name| self.is_nested_list(name))
    }

    /// Tells whether `name`, within a row, is that of the row's own list.
    fn is_nested_list(&self, name: &str) -> bool {
        let nested = self.layout.rows.and_then(|rows| rows.nested);
        self.is_in_list() && nested.is_some_and(|(list, _)| list == name)
    }

    /// Of two members of one name the SDK keeps the second; what is misplaced in a list it passes over.
    fn compare_with_siblings(&mut self, name: &'a str) -> Result<(), AnswerError> {
        let in_row = self.open.len() > 2 && self.is_in_list();
        let is_misplaced = self.open.last().is_some_and(|parent| is_misplaced(name, parent));
        if let Some(row) = self.found.rows.last_mut().filter(|_| in_row && is_misplaced) {
            row.is_lossy = true;
        }
        let first = self.first_members.last().copied().unwrap_or_default();
        if name == ITEM || self.members.len() - first >= MOST_MEMBERS {
            return Ok(());
        }
        if contains_name(&self.members[first..], name) {
            match self.found.rows.last_mut().filter(|_| in_row) {
                Some(row) => row.is_lossy = true,
                None if self.open.len() == 1 => return Err(AnswerError::RepeatedElement(name.to_owned())),
                None => {}
            }
        }
        self.members.push(name);
        Ok(())
    }

    /// Refuses anything but white space before and behind the outermost element.
    fn check_outside(&self, span: Range<usize>) -> Result<(), AnswerError> {
        match self.text.get(span) {
            Some(text) if text.trim_ascii().is_empty() => Ok(()),
            _ if self.has_ended => Err(AnswerError::Malformed("text follows its end".to_owned())),
            _ => Err(AnswerError::NotThisAction),
        }
    }

    fn finish(self) -> Result<ScannedAnswer, AnswerError> {
        if !self.has_ended {
            return Err(self.cut_short());
        }
        if !self.has_list {
            return Err(AnswerError::MissingList(self.layout.list));
        }
        Ok(self.found)
    }

    fn cut_short(&self) -> AnswerError {
        self.open.last().map_or(AnswerError::NotThisAction, |innermost| {
            AnswerError::CutShort(format!("it ends inside <{innermost}>, after {} bytes", self.text.len()))
        })
    }

    fn explain_error(&self, error: &quick_xml::Error) -> AnswerError {
        match error {
            // All of these mean that the text ends before the tag does.
            quick_xml::Error::Syntax(_) => self.cut_short(),
            other => AnswerError::Malformed(other.to_string()),
        }
    }
}

/// Tells whether a part of an answer is a tag without attributes, or text, of plain ASCII. `]` might belong to `]]>`, which
/// text may not have.
fn is_plain(event: &Event<'_>) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|c| c.is_ascii_alphanumeric())
    };
    match event {
        Event::Start(tag) | Event::Empty(tag) => is_name(tag),
        Event::End(tag) => is_name(tag),
        Event::GeneralRef(name) => is_name(name),
        Event::Text(text) => {
            text.bytes().all(|byte| matches!(byte, b' '..=b'\\' | b'^'..=b'~' | b'\t' | b'\n' | b'\r'))
        }
        Event::Eof => true,
        _ => false,
    }
}

fn expect_item(name: &str) -> Result<(), AnswerError> {
    if name == ITEM { Ok(()) } else { Err(AnswerError::NotAnItem(name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::super::answer_layouts::{INSTANCES, VPCS};
    use super::*;

    fn vpcs(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeVpcsResponse xmlns=\"urn:x\">\
             <requestId>r</requestId>{inner}</DescribeVpcsResponse>\n"
        )
    }

    const TWO: &str = "<vpcSet><item><vpcId>vpc-1</vpcId><tagSet><item><key>a</key></item>\
                       <item><key>b</key></item></tagSet></item><item><vpcId>vpc-2</vpcId></item></vpcSet>\
                       <nextToken>t</nextToken>";

    /// 4,247 of 5,147 cuts counted as complete.
    #[test]
    fn an_answer_that_is_cut_anywhere_is_not_whole() {
        let text = vpcs(TWO);
        assert!(scan_answer(&text, &VPCS).is_ok());
        // Behind the last tag is a line break, which may be missing.
        for end in 0..text.len() - 1 {
            assert!(scan_answer(&text[..end], &VPCS).is_err(), "{}", &text[..end]);
        }
        assert!(scan_answer(text.trim_end(), &VPCS).is_ok());
    }

    #[test]
    fn rows_are_where_their_tags_are() {
        let text = vpcs(TWO);
        let rows = scan_answer(&text, &VPCS).unwrap().rows;
        assert_eq!(rows.len(), 2);
        assert!(text[rows[0].bytes.clone()].starts_with("<item><vpcId>vpc-1<"));
        assert_eq!(&text[rows[1].bytes.clone()], "<item><vpcId>vpc-2</vpcId></item>");
        let text = "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><a/></item><item/>\
                    </instancesSet></item><item/></reservationSet></DescribeInstancesResponse>";
        let rows = scan_answer(text, &INSTANCES).unwrap().rows;
        let nested: Vec<_> = rows[0].nested.iter().map(|span| &text[span.clone()]).collect();
        assert_eq!(nested, ["<item><a/></item>", "<item/>"]);
        assert_eq!(&text[rows[1].bytes.clone()], "<item/>");
        assert!(rows[0].has_nested_list && !rows[1].has_nested_list);
    }

    /// Whatever was decoded of these counted as complete.
    #[test]
    fn an_answer_that_is_not_as_ec2_writes_it_is_refused() {
        let flaw = |inner: &str| scan_answer(&vpcs(inner), &VPCS).unwrap_err();
        assert_eq!(flaw("<vpcset/>"), AnswerError::MissingList("vpcSet"));
        assert_eq!(flaw("<vpcSet><item/></vpcSet><vpcSet/>"), AnswerError::RepeatedElement("vpcSet".into()));
        assert_eq!(flaw("<vpcSet><itme></itme></vpcSet>"), AnswerError::NotAnItem("itme".into()));
        for malformed in
            ["<vpcSet><item><vpcId>a</vpcID></item></vpcSet>", "<vpcSet></item></vpcSet>", "<vpcSet/></x>"]
        {
            assert!(matches!(flaw(malformed), AnswerError::Malformed(_)), "{malformed}");
        }
        for behind in ["x", "<x/>", "<![CDATA[ ]]>", "&#32;"] {
            let text = vpcs("<vpcSet/>") + behind;
            assert!(matches!(scan_answer(&text, &VPCS), Err(AnswerError::Malformed(_))), "{behind}");
        }
        let text = format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{}", vpcs("<vpcSet/>"));
        assert!(matches!(scan_answer(&text, &VPCS), Err(AnswerError::Malformed(_))));
        let other = "<Response><Errors/></Response>";
        assert_eq!(scan_answer(other, &VPCS), Err(AnswerError::NotThisAction));
    }

    #[test]
    fn a_refusal_that_is_cut_short_is_not_whole() {
        let text = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>InvalidAction</Code></Error></Errors></Response>";
        assert!(is_whole_refusal(text.as_bytes()));
        assert!((0..text.len()).all(|end| !is_whole_refusal(&text.as_bytes()[..end])));
        assert!(!is_whole_refusal(b"<html><Errors/></html>"));
    }

    #[test]
    fn white_space_comments_and_prefixes_are_no_flaws() {
        let text = " <!-- a --> <a:DescribeVpcsResponse> <a:vpcSet> <item/> </a:vpcSet> </a:DescribeVpcsResponse> \
                    <!-- b --> ";
        let found = scan_answer(text, &VPCS).unwrap();
        assert_eq!((found.rows.len(), found.has_sections), (1, true));
    }

    #[test]
    fn a_row_that_has_something_twice_is_noticed() {
        let text = vpcs("<vpcSet><item><a/><b/><a/></item><item><a/><s><b/></s></item></vpcSet>");
        let lossy: Vec<_> =
            scan_answer(&text, &VPCS).unwrap().rows.into_iter().map(|row| row.is_lossy).collect();
        assert_eq!(lossy, [true, false]);
    }

    /// The SDK passed over these elements without a word, and the row counted as read.
    #[test]
    fn a_row_whose_lists_have_other_elements_than_items_is_noticed() {
        for list in [
            "<cidrBlockAssociationSet><member/></cidrBlockAssociationSet>",
            "<tagSet><item/><itme/></tagSet>",
            "<s><item><addressSet><Item/></addressSet></item></s>",
            "<attachments><attachment/></attachments>",
            "<list><member/></list>",
        ] {
            let text = vpcs(&format!("<vpcSet><item>{list}</item><item><tagSet/></item></vpcSet>"));
            let rows = scan_answer(&text, &VPCS).unwrap().rows;
            assert!(rows[0].is_lossy && !rows[1].is_lossy, "{list}");
        }
    }

    #[test]
    fn an_error_beside_a_list_is_a_flaw() {
        for name in ["Errors", "errors", "Error"] {
            let text = vpcs(&format!("<{name}><x/></{name}><vpcSet/>"));
            assert_eq!(scan_answer(&text, &VPCS), Err(AnswerError::ErrorBesideList(name.to_owned())));
        }
    }

    #[test]
    fn children_are_those_of_the_outermost_element() {
        let text = "<item><a>1</a><b/><c><d/></c></item>";
        let found: Vec<_> =
            child_elements(text).into_iter().map(|(name, span)| (name, &text[span])).collect();
        assert_eq!(found, [("a", "<a>1</a>"), ("b", "<b/>"), ("c", "<c><d/></c>")]);
    }
}
