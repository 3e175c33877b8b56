//! Signed requests to a DNS server by TCP: queries, transfers of zones (RFC 5936) and updates (RFC 2136).
//!
//! Every answer has to be signed with the same key (RFC 8945). A transfer is complete only with the second SOA record:
//! whatever ends before is an error, never a small zone.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use domain::base::iana::{Class, Opcode, Rcode, Rtype, TsigRcode};
use domain::base::message_builder::{AdditionalBuilder, AnswerBuilder, PushError};
use domain::base::name::{FromStrError, Name, ParsedName};
use domain::base::rdata::{ComposeRecordData, UnknownRecordData};
use domain::base::{Message, MessageBuilder, ParsedRecord, Ttl};
use domain::rdata::AllRecordData;
use domain::rdata::tsig::{Time48, Tsig};
use domain::tsig::{ClientSequence, ClientTransaction, Key, ValidationError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::answers::{DnsPurpose, DnsRequest};
use super::update::{Update, UpdateRecord};
use super::zone::ZoneContents;
use crate::config::DnsServer;
use crate::diagnostic::Diagnostic;

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the server may take for an answer, or for each message of a transfer.
const ANSWER: Duration = Duration::from_secs(30);
/// How long all messages of a transfer may take.
const TRANSFER: Duration = Duration::from_mins(15);
/// The most bytes that all messages of a transfer may have, since the zone is kept in memory. A million names with an address and
/// a mark have a fifth of it.
const MAX_TRANSFER: usize = 1 << 30;

type Bytes = Vec<u8>;

/// A DNS server, and the key to it.
#[derive(Debug)]
pub struct DnsClient {
    server: DnsServer,
    key: Arc<Key>,
    key_name: String,
    answer_within: Duration,
    max_transfer: usize,
}

/// Why an update was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateError {
    /// A record set is not as it was read. Nothing was changed.
    Overtaken,
    /// The server answered that it does not make the change. A part of it may be accepted.
    Refused(Diagnostic),
    /// There is no answer that could be believed. Other requests would fail too.
    Failed(Diagnostic),
}

impl DnsClient {
    /// Makes a client. Nothing is sent.
    #[must_use]
    pub fn new(server: DnsServer, key: Key) -> Self {
        let key_name = key.name().to_string();
        Self { server, key: Arc::new(key), key_name, answer_within: ANSWER, max_transfer: MAX_TRANSFER }
    }

    /// Changes how long the server may take for an answer.
    #[cfg(test)]
    pub fn answer_within(self, answer_within: Duration) -> Self {
        Self { answer_within, ..self }
    }

    /// Changes how many bytes a transfer may have.
    #[cfg(test)]
    pub fn max_transfer(self, max_transfer: usize) -> Self {
        Self { max_transfer, ..self }
    }

    fn request<'a>(&'a self, zone: &'a str, purpose: DnsPurpose) -> DnsRequest<'a> {
        DnsRequest { server: &self.server, zone, key: &self.key_name, purpose }
    }

    /// Checks that the server has a zone, and accepts the key.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self, zone: &str) -> Result<(), Diagnostic> {
        let request = self.request(zone, DnsPurpose::Check);
        let message = query(zone, Rtype::SOA).map_err(|what| request.malformed(&what))?;
        let answer = self.ask(message, &request).await?;
        match answer.header().rcode() {
            Rcode::NOERROR if answer.header().aa() => Ok(()),
            Rcode::NOERROR => Err(request.refused(Rcode::NOTAUTH)),
            rcode => Err(request.refused(rcode)),
        }
    }

    /// Makes an update.
    ///
    /// # Errors
    /// When it is not made.
    pub async fn update(&self, zone: &str, update: &Update) -> Result<(), UpdateError> {
        let request = self.request(zone, DnsPurpose::Update);
        let message =
            update_message(zone, update).map_err(|what| UpdateError::Refused(request.malformed(&what)))?;
        let answer = self.ask(message, &request).await.map_err(UpdateError::Failed)?;
        match answer.header().rcode() {
            Rcode::NOERROR => Ok(()),
            Rcode::YXDOMAIN | Rcode::YXRRSET | Rcode::NXDOMAIN | Rcode::NXRRSET => {
                Err(UpdateError::Overtaken)
            }
            rcode => Err(UpdateError::Refused(request.refused(rcode))),
        }
    }

    /// Sends a request, and returns the answer, whose signature is right.
    async fn ask(
        &self,
        mut message: AdditionalBuilder<Bytes>,
        request: &DnsRequest<'_>,
    ) -> Result<Message<Bytes>, Diagnostic> {
        let id = message.header().id();
        let transaction = ClientTransaction::request(self.key.clone(), &mut message, Time48::now())
            .map_err(|error| request.malformed(&error.to_string()))?;
        let mut stream = self.send(&message.finish(), request).await?;
        let mut answer = self.receive(&mut stream, id, request).await?;
        let rcode = answer.header().rcode();
        transaction
            .answer(&mut answer, Time48::now())
            .map_err(|error| request.wrongly_signed(reported_time(&answer).unwrap_or(error), rcode))?;
        Ok(answer)
    }

    /// Reads a zone whole.
    ///
    /// # Errors
    /// When anything of it cannot be read.
    pub async fn transfer(&self, zone: &str) -> Result<ZoneContents, Diagnostic> {
        let request = self.request(zone, DnsPurpose::Transfer);
        let transfer = self.try_transfer(zone, &request);
        timeout(TRANSFER, transfer).await.unwrap_or_else(|_| Err(request.timed_out(TRANSFER)))
    }

    async fn try_transfer(&self, zone: &str, request: &DnsRequest<'_>) -> Result<ZoneContents, Diagnostic> {
        let mut message = query(zone, Rtype::AXFR).map_err(|what| request.malformed(&what))?;
        let id = message.header().id();
        let mut sequence = ClientSequence::request(self.key.clone(), &mut message, Time48::now())
            .map_err(|error| request.malformed(&error.to_string()))?;
        let mut stream = self.send(&message.finish(), request).await?;
        let mut transfer = Transfer { contents: ZoneContents::new(zone), serials: Vec::new() };
        let mut received = 0;
        while transfer.serials.len() < 2 {
            let mut answer = self.receive(&mut stream, id, request).await?;
            received += answer.as_slice().len();
            if received > self.max_transfer {
                let most = self.max_transfer;
                return Err(
                    request.malformed(&format!("the zone is larger than {most} bytes, or has no end"))
                );
            }
            let rcode = answer.header().rcode();
            sequence
                .answer(&mut answer, Time48::now())
                .map_err(|error| request.wrongly_signed(reported_time(&answer).unwrap_or(error), rcode))?;
            if rcode != Rcode::NOERROR {
                return Err(request.refused(rcode));
            }
            transfer.add(&answer).map_err(|what| request.malformed(&what))?;
        }
        sequence.done().map_err(|error| request.wrongly_signed(error, Rcode::NOERROR))?;
        Ok(transfer.contents)
    }

    /// Opens a connection and sends a message.
    async fn send(&self, message: &[u8], request: &DnsRequest<'_>) -> Result<TcpStream, Diagnostic> {
        let place = (self.server.host.as_str(), self.server.port);
        let connected = timeout(CONNECT, TcpStream::connect(place)).await;
        let connected = connected.map_err(|_| request.unreachable(&io::ErrorKind::TimedOut.into()))?;
        let mut stream = connected.map_err(|error| request.unreachable(&error))?;
        let length =
            u16::try_from(message.len()).map_err(|_| request.malformed("the message is too long"))?;
        let framed = [&length.to_be_bytes(), message].concat();
        self.in_time(stream.write_all(&framed), request).await?;
        Ok(stream)
    }

    /// Receives a message that answers the request `id`.
    async fn receive(
        &self,
        stream: &mut TcpStream,
        id: u16,
        request: &DnsRequest<'_>,
    ) -> Result<Message<Bytes>, Diagnostic> {
        let read = async {
            let length = stream.read_u16().await?;
            let mut message = vec![0; usize::from(length)];
            stream.read_exact(&mut message).await?;
            Ok(message)
        };
        let message = self.in_time(read, request).await?;
        let message = Message::from_octets(message)
            .map_err(|_| request.malformed("its answer is not a DNS message"))?;
        if !message.header().qr() || message.header().id() != id {
            return Err(request.malformed("its answer does not belong to the request"));
        }
        Ok(message)
    }

    async fn in_time<T>(
        &self,
        work: impl Future<Output = io::Result<T>>,
        request: &DnsRequest<'_>,
    ) -> Result<T, Diagnostic> {
        match timeout(self.answer_within, work).await {
            Ok(done) => done.map_err(|error| request.broken(&error)),
            Err(_) => Err(request.timed_out(self.answer_within)),
        }
    }
}

/// What was received of a transfer.
struct Transfer {
    contents: ZoneContents,
    /// The serial numbers of the SOA records: one at the beginning, one at the end.
    serials: Vec<u32>,
}

impl Transfer {
    fn add(&mut self, message: &Message<Bytes>) -> Result<(), String> {
        let unreadable = |error| format!("a record cannot be read: {error}");
        for record in message.answer().map_err(unreadable)? {
            self.add_record(&record.map_err(unreadable)?)?;
        }
        Ok(())
    }

    fn add_record(&mut self, record: &ParsedRecord<'_, Bytes>) -> Result<(), String> {
        type Data<'a> = AllRecordData<&'a [u8], ParsedName<&'a [u8]>>;
        let is_first = self.serials.is_empty();
        if record.class() != Class::IN {
            return Err(format!("a record is of class {}", record.class()));
        }
        let name = record.owner().to_string().to_ascii_lowercase();
        if self.serials.len() > 1 {
            return Err("records come after the end of the zone".to_owned());
        }
        if is_first && (record.rtype() != Rtype::SOA || name != self.contents.zone) {
            return Err("the zone does not begin with its SOA record".to_owned());
        }
        if record.rtype() != Rtype::SOA && !ZoneContents::keeps(record.rtype()) {
            return Ok(());
        }
        let unreadable = |error| format!("the record {name} cannot be read: {error}");
        let parsed = record.to_any_record::<Data<'_>>().map_err(unreadable)?;
        if let AllRecordData::Soa(soa) = parsed.data() {
            self.serials.push(soa.serial().into_int());
            let is_changed = self.serials.windows(2).any(|pair| pair[0] != pair[1]);
            return if is_changed { Err("the zone changed during the transfer".to_owned()) } else { Ok(()) };
        }
        let mut data = Vec::new();
        parsed.data().compose_rdata(&mut data).map_err(|_| format!("the record {name} is too long"))?;
        self.contents.add(&name, record.rtype(), record.ttl().as_secs(), data);
        Ok(())
    }
}

/// Returns what an answer says of clocks that differ. `domain` takes the signature of such an answer for wrong, because it
/// writes the server's time with 8 bytes and not with 6.
fn reported_time(answer: &Message<Bytes>) -> Option<ValidationError> {
    let tsig = answer.get_last_additional::<Tsig<&[u8], ParsedName<&[u8]>>>()?;
    let (client, error) = (tsig.data().time_signed(), tsig.data().error());
    let server = tsig.data().other_time().filter(|_| error == TsigRcode::BADTIME)?;
    Some(ValidationError::ServerBadTime { client, server })
}

fn name(text: &str) -> Result<Name<Vec<u8>>, String> {
    Name::vec_from_str(text).map_err(|error: FromStrError| format!("`{text}` is not a name: {error}"))
}

fn too_long(error: PushError) -> String {
    format!("the message is too long: {error}")
}

/// Makes a message with a random id.
fn new_message() -> Result<MessageBuilder<Bytes>, String> {
    let mut builder = MessageBuilder::new_vec();
    builder.set_push_limit(usize::from(u16::MAX));
    let id = getrandom::u32().map_err(|error| format!("there are no random numbers: {error}"))?;
    builder.header_mut().set_id((id >> 16) as u16);
    Ok(builder)
}

fn query(zone: &str, rtype: Rtype) -> Result<AdditionalBuilder<Bytes>, String> {
    let mut question = new_message()?.question();
    question.push((name(zone)?, rtype, Class::IN)).map_err(too_long)?;
    Ok(question.additional())
}

/// Makes the message of an update: the sections of a query mean zone, prerequisites and changes.
fn update_message(zone: &str, update: &Update) -> Result<AdditionalBuilder<Bytes>, String> {
    let mut message = new_message()?;
    message.header_mut().set_opcode(Opcode::UPDATE);
    let mut question = message.question();
    question.push((name(zone)?, Rtype::SOA, Class::IN)).map_err(too_long)?;
    let mut prerequisites = question.answer();
    for (name, rtype) in &update.absent {
        let record = UpdateRecord { name: name.clone(), rtype: *rtype, data: Vec::new() };
        push_prerequisite(&mut prerequisites, &record, Class::NONE)?;
    }
    for record in &update.present {
        push_prerequisite(&mut prerequisites, record, Class::IN)?;
    }
    let mut changes = prerequisites.authority();
    let removed = update.removed.iter().map(|record| (record, Class::NONE, 0));
    let added = update.added.iter().map(|(record, ttl)| (record, Class::IN, *ttl));
    for (record, class, ttl) in removed.chain(added) {
        changes.push((name(&record.name)?, class, Ttl::from_secs(ttl), data(record)?)).map_err(too_long)?;
    }
    Ok(changes.additional())
}

fn push_prerequisite(
    prerequisites: &mut AnswerBuilder<Bytes>,
    record: &UpdateRecord,
    class: Class,
) -> Result<(), String> {
    prerequisites.push((name(&record.name)?, class, Ttl::ZERO, data(record)?)).map_err(too_long)
}

fn data(record: &UpdateRecord) -> Result<UnknownRecordData<&[u8]>, String> {
    UnknownRecordData::from_octets(record.rtype, record.data.as_slice()).map_err(|error| error.to_string())
}
