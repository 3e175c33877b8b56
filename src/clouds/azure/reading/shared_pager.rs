//! A list that several scopes are made from, read once.
//!
//! Subnets and peerings come with their virtual network, and addresses of machines with the interfaces. So the scopes of
//! a subscription share its lists. No task reads a list in the background: a scope that needs a page which is not there
//! yet fetches it, and the others wait for the lock until it is there. So a list that no scope needs costs no request,
//! and every request counts for the scope that made it.
//!
//! A scope may be dropped at any `await`, when its time is up. Two rules keep the list usable for the others:
//!
//! - The request for a page lives in the pager, not in the scope that asked. The next scope that needs the page polls the
//!   same request on.
//! - A list that depends on another list (machines of scale sets on the scale sets) is opened anew by the next scope. If
//!   its half-done future stayed in the pager, it would keep the other list locked while no scope polls it.

use std::fmt;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, MutexGuard};

use crate::clouds::Failure;
use crate::clouds::azure::api::{self, ArmResource, MalformedItem};
use crate::clouds::azure::requests::arm_client::RawPages;
use crate::clouds::azure::resource_id;
use crate::clouds::meter::{self, Meter};
use crate::model::Outcome;

/// A list of one subscription, as far as it was read.
pub struct SharedPager<T> {
    subscription: String,
    /// Locked while a page is fetched: a reader that waits for the lock waits for the page.
    state: Mutex<PagerState<T>>,
}

struct PagerState<T> {
    /// Where further pages come from; `None` at the end of the list.
    source: Option<PageSource>,
    /// Whether a scope has asked for a page that is not there yet. That scope may be gone by now.
    page_requested: bool,
    items: Vec<Arc<T>>,
    failures: Vec<Failure>,
}

enum PageSource {
    /// The pages that were not read yet.
    Open(RawPages),
    /// A list that is known only when another one was read. Called again when a scope was dropped while it waited.
    Deferred(Box<dyn Fn() -> BoxFuture<'static, RawPages> + Send>),
}

impl<T> fmt::Debug for SharedPager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedPager").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}

/// All items of a list, and what is missing.
pub struct ReadList<T> {
    /// The items that could be read.
    pub items: Vec<Arc<T>>,
    /// Why others could not.
    pub failures: Vec<Failure>,
}

/// What a list can contain.
pub trait ListItem: DeserializeOwned + ArmResource + Send + Sync + 'static {}

impl<T: DeserializeOwned + ArmResource + Send + Sync + 'static> ListItem for T {}

impl<T: ListItem> SharedPager<T> {
    /// Prepares to read `pages`, whose items must belong to `subscription`.
    pub fn new(subscription: &str, pages: RawPages) -> Arc<Self> {
        Self::from_source(subscription, PageSource::Open(pages))
    }

    /// Prepares to read the pages that `open` returns once it has read another list.
    pub fn new_deferred(
        subscription: &str,
        open: impl Fn() -> BoxFuture<'static, RawPages> + Send + 'static,
    ) -> Arc<Self> {
        Self::from_source(subscription, PageSource::Deferred(Box::new(open)))
    }

    fn from_source(subscription: &str, source: PageSource) -> Arc<Self> {
        let state = PagerState {
            source: Some(source),
            page_requested: false,
            items: Vec::new(),
            failures: Vec::new(),
        };
        Arc::new(Self { subscription: subscription.to_owned(), state: Mutex::new(state) })
    }

    /// Hands every item to `take`, page by page, so that a scope whose time is up keeps the pages before.
    ///
    /// # Errors
    /// With all that could not be read. The items before and after it were handed over.
    pub async fn for_each(&self, mut take: impl FnMut(&T)) -> Result<(), Failure> {
        let mut seen = 0;
        loop {
            let mut state = self.lock().await;
            // A page may have no item that could be decoded, and not be the last one.
            while state.items.len() == seen && state.source.is_some() {
                self.fetch_page(&mut state).await;
            }
            let new: Vec<Arc<T>> = state.items[seen..].to_vec();
            if new.is_empty() {
                return Failure::join(state.failures.iter().cloned());
            }
            // Others may fetch the next page while this one is handed over.
            drop(state);
            seen += new.len();
            for item in &new {
                take(item);
            }
        }
    }

    /// Reads the list to its end.
    pub async fn read_all(&self) -> ReadList<T> {
        let mut state = self.lock().await;
        while state.source.is_some() {
            self.fetch_page(&mut state).await;
        }
        ReadList { items: state.items.clone(), failures: state.failures.clone() }
    }

    /// A scope whose time is up while it waits here was waiting for another scope, and says so (`meter::waiting`).
    async fn lock(&self) -> MutexGuard<'_, PagerState<T>> {
        meter::waiting(self.state.lock()).await
    }

    /// Reads one more page, or notes that there is none.
    async fn fetch_page(&self, state: &mut PagerState<T>) {
        // The source is replaced only when the other list was read. If this scope is dropped before, the next one finds
        // it as it was.
        if let Some(PageSource::Deferred(open)) = &state.source {
            let opened = open();
            state.source = Some(PageSource::Open(meter::waiting(opened).await));
        }
        let Some(PageSource::Open(pages)) = &mut state.source else { return };
        // A request that an earlier scope began counts as its request: to this one it is something to wait for.
        let page = if std::mem::replace(&mut state.page_requested, true) {
            meter::waiting(pages.next()).await
        } else {
            pages.next().await
        };
        state.page_requested = false;
        match page {
            None => state.source = None,
            // The stream decides whether anything follows: a list of each parent goes on after one parent failed.
            Some(Err(error)) => state.failures.push(error.failure),
            Some(Ok(items)) => {
                for item in items {
                    self.add_item(state, item.get());
                }
            }
        }
    }

    fn add_item(&self, state: &mut PagerState<T>, raw: &str) {
        // A meter of its own: an odd value is missing for every scope that reads the list, not only for the one that
        // fetched the page.
        let meter = Meter::default();
        match meter.within(|| self.decode(raw)) {
            Ok(item) => {
                state.failures.extend(losses(&item, meter.left_out()));
                state.items.push(Arc::new(item));
            }
            Err(failure) => state.failures.push(failure),
        }
    }

    /// Decodes one item, and checks that it is a resource of this subscription. An answer of another subscription means
    /// that connections got mixed up, as behind a faulty proxy.
    fn decode(&self, raw: &str) -> Result<T, Failure> {
        let item: T = api::decode_item(raw).map_err(|why| malformed(&why))?;
        let Some(id) = item.id().filter(|id| !id.trim().is_empty()) else {
            return Err(malformed(&api::without_id(raw)));
        };
        let wrong = if !resource_id::is_resource(id) {
            format!(
                "the answer has {id}, which is not the id of a resource in a resource group; it is left out"
            )
        } else if !resource_id::belongs_to(id, &self.subscription) {
            format!("the answer has {id}, which does not belong to subscription {}", self.subscription)
        } else {
            return Ok(item);
        };
        Err(Failure::new(Outcome::Failed, wrong))
    }
}

/// Lists what of an item was left out: parts with an id of their own, and single values.
fn losses<T: ArmResource>(item: &T, left_out: Option<String>) -> Vec<Failure> {
    let id = item.id().unwrap_or("a resource without id");
    let mut losses: Vec<Failure> =
        item.malformed().into_iter().map(|part| malformed_part(part, id)).collect();
    losses.extend(left_out.map(|what| Failure::new(Outcome::Failed, format!("{id}: {what}"))));
    losses
}

fn malformed(what: &MalformedItem) -> Failure {
    Failure::new(Outcome::Failed, format!("malformed and left out: {what}"))
}

fn malformed_part(part: &MalformedItem, id: &str) -> Failure {
    match part.id {
        Some(_) => malformed(part),
        None => {
            Failure::new(Outcome::Failed, format!("malformed and left out: a part of {id}: {}", part.why))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::stream;
    use serde_json::value::RawValue;

    use super::*;
    use crate::clouds::azure::api::PublicIpAddress;
    use crate::clouds::azure::requests::arm_error::ArmError;

    fn item(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    fn address(subscription: &str, name: &str) -> Box<RawValue> {
        item(&format!(r#"{{"id": "/subscriptions/{subscription}/resourceGroups/g/providers/n/t/{name}"}}"#))
    }

    fn shared(pages: Vec<Result<Vec<Box<RawValue>>, ArmError>>) -> Arc<SharedPager<PublicIpAddress>> {
        SharedPager::new("s", stream::iter(pages).boxed())
    }

    async fn names(shared: &SharedPager<PublicIpAddress>) -> (Vec<String>, Result<(), Failure>) {
        let mut names = Vec::new();
        let result = shared
            .for_each(|one| {
                names.push(crate::clouds::azure::resource_id::last_name(one.id().unwrap()).unwrap().into());
            })
            .await;
        (names, result)
    }

    #[tokio::test]
    async fn a_list_is_read_once_for_all_who_need_it() {
        let pages = Arc::new(AtomicUsize::new(0));
        let turned = Arc::clone(&pages);
        let list = stream::iter(["a", "b", "c"]).map(move |name| {
            turned.fetch_add(1, Ordering::Relaxed);
            Ok(vec![address("s", name)])
        });
        let shared: Arc<SharedPager<PublicIpAddress>> = SharedPager::new("s", list.boxed());
        let (one, other) = tokio::join!(names(&shared), names(&shared));
        assert_eq!(
            (one.0.as_slice(), other.0.as_slice()),
            (&["a", "b", "c"].map(String::from)[..], &one.0[..])
        );
        assert_eq!((shared.read_all().await.items.len(), pages.load(Ordering::Relaxed)), (3, 3));
    }

    #[tokio::test]
    async fn a_page_that_nobody_waits_for_any_more_goes_on_for_the_next() {
        let (send, receive) = tokio::sync::oneshot::channel::<()>();
        let begun = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&begun);
        let list = stream::once(async move {
            counted.fetch_add(1, Ordering::Relaxed);
            let _ = receive.await;
            Ok(vec![address("s", "late")])
        });
        let shared: Arc<SharedPager<PublicIpAddress>> = SharedPager::new("s", list.boxed());
        let bound = std::time::Duration::from_millis(10);
        assert!(tokio::time::timeout(bound, names(&shared)).await.is_err(), "the time of the first is up");
        send.send(()).unwrap();
        assert_eq!(names(&shared).await.0, ["late"]);
        assert_eq!(begun.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn who_stops_waiting_for_another_list_leaves_it_to_others() {
        let (send, receive) = tokio::sync::oneshot::channel::<()>();
        let list = stream::once(async move {
            let _ = receive.await;
            Ok(vec![address("s", "parent")])
        });
        let parents: Arc<SharedPager<PublicIpAddress>> = SharedPager::new("s", list.boxed());
        let of_parents = Arc::clone(&parents);
        let children: Arc<SharedPager<PublicIpAddress>> = SharedPager::new_deferred("s", move || {
            let parents = Arc::clone(&of_parents);
            Box::pin(async move {
                let children = parents.read_all().await.items.iter().map(|_| address("s", "child")).collect();
                stream::iter([Ok(children)]).boxed()
            })
        });
        let bound = std::time::Duration::from_millis(10);
        let both = async { tokio::join!(parents.read_all(), children.read_all()) };
        assert!(tokio::time::timeout(bound, both).await.is_err(), "the time of the first is up");
        assert!(tokio::time::timeout(bound, children.read_all()).await.is_err(), "and of the second");
        send.send(()).unwrap();
        let parents = tokio::time::timeout(std::time::Duration::from_secs(5), names(&parents)).await;
        assert_eq!(parents.expect("no other scope has it").0, ["parent"]);
        assert_eq!(names(&children).await.0, ["child"]);
    }

    #[tokio::test]
    async fn what_is_broken_is_named_and_its_neighbours_stay() {
        let broken = item(r#"{"id": "/subscriptions/s/x", "properties": 7}"#);
        let error = ArmError::unexpected_answer("x/read", "cut off");
        let shared = shared(vec![Ok(vec![address("s", "a"), broken, address("S", "b")]), Err(error)]);
        for _ in 0..2 {
            let (names, result) = names(&shared).await;
            assert_eq!(names, ["a", "b"], "subscriptions compare without case");
            let detail = result.unwrap_err().detail();
            assert!(
                detail.contains("left out: /subscriptions/s/x: ") && detail.contains("cut off"),
                "{detail}"
            );
        }
    }

    /// Empty ids, and ids that name no resource.
    #[tokio::test]
    async fn a_row_without_a_usable_id_is_named_and_left_out() {
        for (odd, named) in [
            (r#"{"id": "", "name": "odd"}"#, "malformed and left out: odd: its id is missing or empty"),
            (r#"{"id": "  ", "name": "odd"}"#, "left out: odd: its id is missing or empty"),
            (r#"{"id": null}"#, "left out: a resource without id: its id is missing or empty"),
            (r#"{"name": "odd"}"#, "left out: odd: its id is missing or empty"),
            (r#"{"id": "odd"}"#, "the answer has odd, which is not the id of a resource"),
            (
                r#"{"id": "/subscriptions/s"}"#,
                "the answer has /subscriptions/s, which is not the id of a resource",
            ),
            (
                r#"{"id": "/subscriptions//resourceGroups/g/providers/n/t/x"}"#,
                "which is not the id of a resource",
            ),
        ] {
            let shared = shared(vec![Ok(vec![address("s", "a"), item(odd), address("s", "b")])]);
            let (names, result) = names(&shared).await;
            assert_eq!(names, ["a", "b"], "{odd}");
            let detail = result.unwrap_err().detail();
            assert!(detail.contains(named), "{odd}: {detail}");
        }
    }

    #[tokio::test]
    async fn an_answer_of_another_subscription_is_not_taken() {
        let shared = shared(vec![Ok(vec![address("s", "a"), address("other", "b")])]);
        let (names, result) = names(&shared).await;
        assert_eq!(names, ["a"]);
        assert!(result.unwrap_err().detail().contains("not of subscription s"));
    }
}
