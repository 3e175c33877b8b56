//! A primary server for zones in memory: signed queries of the SOA, transfers and updates, one connection at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use domain::base::iana::{Class, Opcode, Rcode, Rtype, TsigRcode};
use domain::base::message_builder::AdditionalBuilder;
use domain::base::name::{Name, ParsedName};
use domain::base::rdata::{ComposeRecordData, UnknownRecordData};
use domain::base::{Message, MessageBuilder, ParsedRecord, Ttl};
use domain::rdata::AllRecordData;
use domain::rdata::tsig::{Time48, Tsig};
use domain::tsig::{Algorithm, Key, KeyName, ServerSequence};

use crate::config::DnsServer;
use crate::sync::dns::ownership::{Ownership, find_ownership};
use crate::sync::dns::record_type::RecordType;
use crate::sync::dns::zone::RecordSet;

/// The secret of the key `netcensus`.
pub const SECRET: &str = "c2VjcmV0LW9mLXRlc3RzLXNlY3JldC1vZi10ZXN0cyE=";
/// Records in a message of a transfer, so that it has several.
const IN_MESSAGE: usize = 3;

type Bytes = Vec<u8>;
type Records = BTreeMap<(String, Rtype), RecordSet>;

/// What the server does wrong, or the client meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    None,
    /// Every transfer gets this code.
    Transfer(Rcode),
    /// Every update gets this code.
    Update(Rcode),
    /// A transfer ends before its last message.
    EndsEarly,
    /// The last messages of a transfer have another signature.
    WrongSignature,
    /// Answers have no signature.
    Unsigned,
    /// The secret is another: it says so.
    BadSignature,
    /// No answer.
    Silent,
    /// The clock is so many seconds off.
    Clock(i64),
    /// The SOA record comes without authority.
    NoAuthority,
    /// Updates are made, but the answer is lost.
    Forgetful,
}

/// Changes records in the moment before an update is looked at.
type Meanwhile = Box<dyn FnOnce(&mut Records) + Send>;

#[derive(Default)]
struct State {
    zones: Vec<String>,
    records: Records,
    fault: Fault,
    meanwhile: Option<Meanwhile>,
    updates: usize,
    transferred: usize,
    is_over: bool,
}

/// The server.
pub struct Server {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn new(zones: &[String]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { zones: zones.to_vec(), ..State::default() }));
        let of_thread = state.clone();
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if of_thread.lock().unwrap().is_over {
                    return;
                }
                // A client that goes away ends its own connection only.
                let _ = stream.and_then(|stream| serve(stream, &of_thread));
            }
        });
        Self { address, state, thread: Some(thread) }
    }

    pub fn place(&self) -> DnsServer {
        DnsServer { host: self.address.ip().to_string(), port: self.address.port() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn set_fault(&self, fault: Fault) {
        self.state().fault = fault;
    }

    /// Lets `change` happen between the reading and the next update.
    pub fn meanwhile(&self, change: impl FnOnce(&mut Records) + Send + 'static) {
        self.state().meanwhile = Some(Box::new(change));
    }

    pub fn updates(&self) -> usize {
        self.state().updates
    }

    /// Returns how many messages transfers had.
    pub fn transferred(&self) -> usize {
        self.state().transferred
    }

    pub fn records(&self) -> Records {
        self.state().records.clone()
    }

    pub fn add(&self, name: &str, rtype: Rtype, ttl: u32, data: Bytes) {
        self.state().records.entry((name.to_owned(), rtype)).or_default().insert(data, ttl);
    }

    pub fn remove_set(&self, name: &str, rtype: Rtype) {
        self.state().records.remove(&(name.to_owned(), rtype));
    }

    pub fn values(&self, name: &str, record_type: RecordType) -> Vec<String> {
        let state = self.state();
        let set = state.records.get(&(name.to_owned(), record_type.rtype()));
        set.into_iter().flatten().map(|(data, _)| record_type.text(data).unwrap()).collect()
    }

    pub fn ownership(&self, name: &str) -> Option<Ownership> {
        let state = self.state();
        let set = state.records.get(&(name.to_owned(), Rtype::TXT))?;
        Some(find_ownership(set)?.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state().is_over = true;
        // Wakes the thread, so that it ends.
        drop(TcpStream::connect(self.address));
        self.thread.take().map(JoinHandle::join);
    }
}

fn key() -> Arc<Key> {
    let secret = base64::engine::general_purpose::STANDARD.decode(SECRET).unwrap();
    let name: KeyName = "netcensus".parse().unwrap();
    Arc::new(Key::new(Algorithm::Sha256, &secret, name, None, None).unwrap())
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    let fault = state.lock().unwrap().fault;
    if fault == Fault::Silent {
        // Until the client gives up.
        return stream.read_exact(&mut length);
    }
    let answers = answer(message, &mut state.lock().unwrap());
    for answer in answers {
        stream.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes())?;
        stream.write_all(&answer)?;
    }
    Ok(())
}

fn now(fault: Fault) -> Time48 {
    let offset = if let Fault::Clock(offset) = fault { offset } else { 0 };
    Time48::from_u64(u64::from(Time48::now()).checked_add_signed(offset).unwrap())
}

fn answer(message: Bytes, state: &mut State) -> Vec<Bytes> {
    let (fault, mut message) = (state.fault, Message::from_octets(message).unwrap());
    if fault == Fault::BadSignature {
        return vec![bad_signature(&message)];
    }
    let mut sequence = match ServerSequence::request(&key(), &mut message, now(fault)) {
        Ok(Some(sequence)) => sequence,
        Ok(None) => return vec![plain(&message, Rcode::REFUSED).finish()],
        Err(error) => {
            return vec![error.build_message(&message, MessageBuilder::new_vec()).unwrap().finish()];
        }
    };
    let answers = match message.header().opcode() {
        Opcode::UPDATE => vec![plain(&message, update(&message, state))],
        _ => queried(&message, state),
    };
    let last = answers.len() - 1;
    let sign = |(at, mut answer): (usize, AdditionalBuilder<Bytes>)| {
        if fault != Fault::Unsigned {
            sequence.answer(&mut answer, now(fault)).unwrap();
        }
        let mut bytes = answer.finish();
        if fault == Fault::WrongSignature && at == last {
            // A bit of the header, which is signed.
            bytes[3] ^= 0x20;
        }
        bytes
    };
    let mut signed: Vec<Bytes> = answers.into_iter().enumerate().map(sign).collect();
    match (fault, message.header().opcode()) {
        (Fault::EndsEarly, Opcode::QUERY) => drop(signed.pop()),
        (Fault::Forgetful, Opcode::UPDATE) => signed.clear(),
        _ => {}
    }
    signed
}

fn plain(message: &Message<Bytes>, rcode: Rcode) -> AdditionalBuilder<Bytes> {
    MessageBuilder::new_vec().start_answer(message, rcode).unwrap().additional()
}

/// What BIND answers to a signature that is wrong.
fn bad_signature(message: &Message<Bytes>) -> Bytes {
    let mut answer = plain(message, Rcode::NOTAUTH);
    let algorithm = Algorithm::Sha256.to_name();
    let id = message.header().id();
    let tsig = Tsig::new(algorithm, Time48::now(), 300, b"", id, TsigRcode::BADSIG, b"").unwrap();
    answer.push((key().name(), Class::ANY, Ttl::ZERO, tsig)).unwrap();
    answer.finish()
}

fn queried(message: &Message<Bytes>, state: &mut State) -> Vec<AdditionalBuilder<Bytes>> {
    let question = message.sole_question().unwrap();
    let zone = question.qname().to_string();
    if !state.zones.contains(&zone) {
        return vec![plain(message, Rcode::NOTAUTH)];
    }
    if let (Fault::Transfer(rcode), Rtype::AXFR) = (state.fault, question.qtype()) {
        return vec![plain(message, rcode)];
    }
    let soa = (zone.clone(), Rtype::SOA, 300, soa());
    let mut records = vec![soa.clone()];
    if question.qtype() == Rtype::AXFR {
        let is_here = |name: &str| name == zone || name.ends_with(&format!(".{zone}"));
        for ((name, rtype), set) in state.records.iter().filter(|((name, _), _)| is_here(name)) {
            records.extend(set.iter().map(|(data, ttl)| (name.clone(), *rtype, *ttl, data.clone())));
        }
        records.push(soa);
        state.transferred += records.len().div_ceil(IN_MESSAGE);
    }
    let is_authority = state.fault != Fault::NoAuthority;
    records.chunks(IN_MESSAGE).map(|records| records_message(message, records, is_authority)).collect()
}

fn records_message(
    message: &Message<Bytes>,
    records: &[(String, Rtype, u32, Bytes)],
    is_authority: bool,
) -> AdditionalBuilder<Bytes> {
    let mut answer = MessageBuilder::new_vec().start_answer(message, Rcode::NOERROR).unwrap();
    answer.header_mut().set_aa(is_authority);
    for (name, rtype, ttl, data) in records {
        let name = Name::vec_from_str(name).unwrap();
        let data = UnknownRecordData::from_octets(*rtype, data.as_slice()).unwrap();
        answer.push((name, Class::IN, Ttl::from_secs(*ttl), data)).unwrap();
    }
    answer.additional()
}

fn soa() -> Bytes {
    // Two root names, and five numbers.
    [vec![0; 2], [1_u32, 3600, 600, 86400, 300].map(u32::to_be_bytes).concat()].concat()
}

fn update(message: &Message<Bytes>, state: &mut State) -> Rcode {
    state.updates += 1;
    if let Fault::Update(rcode) = state.fault {
        return rcode;
    }
    if let Some(meanwhile) = state.meanwhile.take() {
        meanwhile(&mut state.records);
    }
    let zone = message.sole_question().unwrap().qname().to_string();
    if !state.zones.contains(&zone) {
        return Rcode::NOTAUTH;
    }
    match unmet(message, &state.records) {
        Some(rcode) => return rcode,
        None => change(message, &mut state.records),
    }
    Rcode::NOERROR
}

/// Tells which prerequisite is not met (RFC 2136, section 3.2).
fn unmet(message: &Message<Bytes>, records: &Records) -> Option<Rcode> {
    let mut required: BTreeMap<(String, Rtype), BTreeSet<Bytes>> = BTreeMap::new();
    for record in message.answer().unwrap() {
        let record = record.unwrap();
        let place = place(&record);
        if record.class() == Class::NONE && records.contains_key(&place) {
            return Some(Rcode::YXRRSET);
        }
        if record.class() == Class::IN {
            required.entry(place).or_default().insert(data(&record));
        }
    }
    let is = |place: &(String, Rtype), set: &BTreeSet<Bytes>| {
        records.get(place).is_some_and(|there| there.keys().eq(set))
    };
    (!required.iter().all(|(place, set)| is(place, set))).then_some(Rcode::NXRRSET)
}

/// Changes records (RFC 2136, section 3.4).
fn change(message: &Message<Bytes>, records: &mut Records) {
    for record in message.authority().unwrap() {
        let record = record.unwrap();
        let place = place(&record);
        if record.class() == Class::NONE {
            if let Some(set) = records.get_mut(&place) {
                set.remove(&data(&record));
            }
            records.retain(|_, set| !set.is_empty());
        } else if !records.contains_key(&(place.0.clone(), Rtype::CNAME)) {
            let set = records.entry(place).or_default();
            set.insert(data(&record), record.ttl().as_secs());
            for ttl in set.values_mut() {
                *ttl = record.ttl().as_secs();
            }
        }
    }
}

fn place(record: &ParsedRecord<'_, Bytes>) -> (String, Rtype) {
    (record.owner().to_string().to_ascii_lowercase(), record.rtype())
}

fn data(record: &ParsedRecord<'_, Bytes>) -> Bytes {
    type Data<'a> = AllRecordData<&'a [u8], ParsedName<&'a [u8]>>;
    let mut data = Vec::new();
    record.to_any_record::<Data<'_>>().unwrap().data().compose_rdata(&mut data).unwrap();
    data
}
