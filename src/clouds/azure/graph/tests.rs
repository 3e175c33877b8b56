//! Rows, pages and counts of Resource Graph, without a server.

use super::*;

fn row(subscription: &str, kind: &str, name: &str) -> Box<RawValue> {
    let row = serde_json::json!({ "subscriptionId": subscription, "type": kind, "id": name });
    RawValue::from_string(row.to_string()).unwrap()
}

fn whole(rows: Items) -> Answer {
    Answer { rows, missing: None }
}

fn table(pages: Vec<Result<Items, Refusal>>) -> Table {
    of_answers(pages.into_iter().map(|page| page.map(whole)).collect())
}

fn of_answers(answers: Vec<Result<Answer, Refusal>>) -> Table {
    Table::new(stream::iter(answers).boxed(), BTreeSet::from(["t"]))
}

/// Takes what each of the subscriptions has, in turn: how many rows, and whether they are said to be all.
async fn taken(table: &Table, subscriptions: &[&str]) -> Vec<(usize, bool)> {
    let mut taken = Vec::new();
    for subscription in subscriptions {
        let (rows, failed) = table.take(subscription, "t").await;
        taken.push((rows.len(), failed.is_none()));
    }
    taken
}

#[tokio::test]
async fn rows_of_a_subscription_are_there_before_the_last_page() {
    let first = vec![row("A", "T", "1"), row("a", "t", "2"), row("b", "t", "3")];
    let never = stream::pending();
    let answers = stream::iter([Ok(whole(first))]).chain(never).boxed();
    let table = Table::new(answers, BTreeSet::from(["t"]));
    let (rows, failed) = table.take("a", "t").await;
    assert_eq!((rows.len(), failed.is_none()), (2, true), "case does not count");
}

#[tokio::test]
async fn a_failure_is_of_those_that_were_not_complete() {
    let refusal = Refusal::garbled(GRAPH, "broken");
    let table = table(vec![Ok(vec![row("a", "t", "1"), row("b", "t", "2")]), Err(refusal)]);
    assert_eq!(taken(&table, &["a", "b", "c"]).await, [(1, true), (1, false), (0, false)]);
    assert!(table.doubt("a").await.is_none());
}

/// Upper-case ids in the order of their bytes (faults F2, azure-sdk-for-net 14403).
#[tokio::test]
async fn rows_out_of_order_are_not_trusted_from_the_stray_one_on() {
    let rows = || vec![row("BB", "t", "1"), row("BB", "t", "2"), row("aa", "t", "3")];
    for order in [["aa", "bb"], ["bb", "aa"]] {
        let taken = taken(&table(vec![Ok(rows())]), &order).await;
        assert!(taken.iter().all(|(rows, complete)| *rows > 0 && !complete), "{order:?}: {taken:?}");
    }
    let (_, failed) = table(vec![Ok(rows())]).take("aa", "t").await;
    assert!(failed.unwrap().to_string().contains("order asked for (--azure-api arm"));
}

/// The rows of the last subscription on the first page, those of the first one on the second (faults F2).
#[tokio::test]
async fn what_was_handed_out_before_the_disorder_is_doubted_afterwards() {
    let pages = vec![Ok(vec![row("a", "t", "1"), row("c", "t", "2")]), Ok(vec![row("b", "t", "3")])];
    let table = table(pages);
    assert_eq!(taken(&table, &["b"]).await, [(0, true)], "nothing tells yet");
    assert_eq!(taken(&table, &["c"]).await, [(1, false)]);
    assert!(table.doubt("b").await.is_some() && table.doubt("c").await.is_some());
    assert!(table.doubt("a").await.is_none(), "it was read to the end");
}

#[tokio::test]
async fn the_disorder_reaches_back_to_the_first_stray_row_of_all_pages() {
    let pages = [["b", "c"], ["d", "c"], ["a", "d"]];
    let pages = pages.map(|page| Ok(page.map(|id| row(id, "t", id)).into()));
    let table = table(pages.into());
    assert_eq!(taken(&table, &["a", "b", "e"]).await, [(0, true), (1, true), (0, false)]);
    for subscription in ["a", "b", "c", "d", "e"] {
        assert!(table.doubt(subscription).await.is_some(), "{subscription}");
    }
}

#[tokio::test]
async fn a_row_that_belongs_nowhere_fails_the_subscriptions_from_there_on() {
    let odd = RawValue::from_string(r#"{"subscriptionId": "b", "type": null}"#.to_owned()).unwrap();
    let table = table(vec![Ok(vec![row("a", "t", "1"), row("b", "t", "2"), odd])]);
    assert_eq!(taken(&table, &["a", "b", "c"]).await, [(1, true), (1, false), (0, false)]);
}

/// Reads the pages of one query about `b` and `a`, as they follow one another.
fn answered(pages: &[&str]) -> Vec<Result<Answer, Refusal>> {
    let mut next = Some(Next::first(String::new(), vec!["B".to_owned(), "a".to_owned()]));
    let mut answers = Vec::new();
    for page in pages {
        let page = GraphPage::read(page.as_bytes(), GRAPH).unwrap();
        match next.take().expect("is asked for").take(page) {
            Err(refusal) => answers.push(Err(refusal)),
            Ok((answer, following)) => {
                next = following;
                answers.push(Ok(answer));
            }
        }
    }
    assert!(next.is_none() || answers.iter().any(Result::is_err), "the last page is the end");
    answers
}

fn page(rows: &[&str], more: &str) -> String {
    let rows: Vec<String> = rows.iter().map(|id| row(id, "t", id).get().to_owned()).collect();
    format!(r#"{{"data": [{}]{more}}}"#, rows.join(", "))
}

/// Fewer rows than the answer says that there are (faults F4, cloudbeat 7424).
#[tokio::test]
async fn an_answer_that_is_short_of_rows_is_complete_of_no_subscription() {
    let (first, last) = (r#", "totalRecords": 4, "count": 1, "$skipToken": "2""#, r#", "totalRecords": 4"#);
    for pages in [
        vec![page(&["a", "b"], r#", "totalRecords": 3"#)],
        vec![page(&[], r#", "totalRecords": 1, "count": 0"#)],
        vec![page(&["a"], first), page(&["b"], last)],
    ] {
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        let table = of_answers(answered(&pages));
        let (_, failed) = table.take("b", "t").await;
        assert!(failed.unwrap().to_string().contains(" rows (--azure-api arm"), "{pages:?}");
        assert!(table.doubt("a").await.is_some(), "{pages:?}: they may be of any");
    }
}

#[tokio::test]
async fn a_page_that_is_short_of_rows_is_doubted_from_its_first_subscription_on() {
    let first = page(&["a", "b"], r#", "count": 2, "totalRecords": 9, "$skipToken": "2""#);
    let second = page(&["c"], r#", "count": 7, "totalRecords": 9, "$skipToken": "3""#);
    let table = of_answers(answered(&[&first, &second]));
    assert_eq!(taken(&table, &["a", "b", "c"]).await, [(1, true), (1, false), (1, false)]);
}

#[tokio::test]
async fn resources_may_come_and_go_while_pages_are_read() {
    let more = r#", "totalRecords": 3, "$skipToken": "2""#;
    let gone = [page(&["a"], more), page(&["b"], r#", "totalRecords": 2"#)];
    let new = [page(&["a", "b"], more), page(&["c"], r#", "totalRecords": 4"#)];
    for pages in [gone, new] {
        let table = of_answers(answered(&[&pages[0], &pages[1]]));
        let taken = taken(&table, &["a", "b"]).await;
        assert!(taken.iter().all(|(_, complete)| *complete), "{pages:?}");
    }
}

/// The second page repeats the first (faults F4): seven rows, and two subscriptions less.
#[tokio::test]
async fn rows_that_come_again_are_not_counted_again_and_a_count_is_needed() {
    let more = r#", "totalRecords": 4, "$skipToken": "2""#;
    let again = vec![page(&["a", "b"], more), page(&["b", "B"], r#", "totalRecords": 4"#)];
    for (pages, why) in
        [(again, "it has 2 of 4 rows"), (vec![page(&["a"], "")], "it does not say how many rows there are")]
    {
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        let (_, failed) = of_answers(answered(&pages)).take("b", "t").await;
        assert!(failed.is_some_and(|failed| failed.to_string().contains(why)), "{pages:?}");
    }
}

#[tokio::test]
async fn rows_that_were_not_asked_for_or_contradict_themselves_are_a_gap() {
    let of_other = table(vec![Ok(vec![row("c", "t", "/subscriptions/B/x"), row("d", "t", "4")])]);
    assert_eq!(
        taken(&of_other, &["a", "b", "c", "d"]).await,
        [(0, true), (0, false), (1, false), (1, false)]
    );
    let other_type = table(vec![Ok(vec![row("a", "t", "1"), row("b", "x", "2")])]);
    assert_eq!(taken(&other_type, &["a", "b"]).await, [(1, true), (0, false)]);
    let same = table(vec![Ok(vec![row("a", "T", "/subscriptions/A/x")])]);
    assert_eq!(taken(&same, &["a"]).await, [(1, true)]);
}

#[test]
fn tokens_that_lead_in_a_circle_end() {
    let pages = ["1", "2", "1"].map(|token| page(&[], &format!(r#", "$skipToken": "{token}""#)));
    let answers = answered(&pages.each_ref().map(String::as_str));
    let circle = answers.into_iter().next_back().unwrap().err().unwrap();
    assert!(circle.to_string().contains("leads back to a page that was read"), "{circle}");
}
