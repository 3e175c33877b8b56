//! Lists that never end.

use super::wire::{Service, exchange, next_page, page_request, sample};

const LISTS: [Service; 4] = [Service::Ec2, Service::Organizations, Service::Manager, Service::Graph];

/// Follows a list for some pages; returns how many rows each page has, and the tokens.
async fn follow(fault: &str, service: Service, pages: usize) -> (Vec<usize>, Vec<Option<String>>) {
    let sandbox = sample(&[fault]).await;
    let (mut rows, mut tokens): (_, Vec<Option<String>>) = (vec![], vec![]);
    for _ in 0..pages {
        let token = tokens.last().and_then(Option::as_deref);
        let received = exchange(&sandbox, &page_request(&sandbox, service, token).await).await;
        assert_eq!(received.status(), 200, "{}", received.text());
        let row = match service {
            Service::Ec2 => "<vpcId>",
            Service::Organizations => "\"JoinedMethod\"",
            _ => "\"location\"",
        };
        rows.push(received.body().matches(row).count());
        tokens.push(next_page(service, &received));
    }
    (rows, tokens)
}

/// Numbers tokens in the order in which they first come.
fn numbered(tokens: &[Option<String>]) -> Vec<usize> {
    let first = |token| tokens.iter().position(|other| other == token).expect("is there");
    tokens.iter().map(first).collect()
}

#[tokio::test]
async fn a_list_leads_to_itself_by_one_token_two_or_ever_new_ones() {
    for (fault, order) in [
        ("page-loop=same", [0, 0, 0, 0]),
        ("page-loop=alternating", [0, 1, 0, 1]),
        ("page-loop=new", [0, 1, 2, 3]),
    ] {
        for service in LISTS {
            let (rows, tokens) = follow(fault, service, 4).await;
            assert!(tokens.iter().all(Option::is_some), "{fault} {service:?}");
            assert_eq!(numbered(&tokens), order, "{fault} {service:?}");
            assert!(rows[0] > 0 && rows.iter().all(|count| *count == rows[0]), "{service:?} {rows:?}");
        }
    }
}

#[tokio::test]
async fn a_list_has_empty_pages_and_then_its_rows() {
    for service in LISTS {
        let (rows, tokens) = follow("page-loop=new-empty@times=3", service, 4).await;
        assert_eq!((&rows[..3], numbered(&tokens)), (&[0, 0, 0][..], vec![0, 1, 2, 3]), "{service:?}");
        assert!(rows[3] > 0, "{service:?}");
    }
}

#[tokio::test]
async fn a_list_returns_to_its_second_page() {
    let (rows, tokens) = follow("page-loop=2", Service::Graph, 4).await;
    assert!(rows[0] > 0 && tokens.iter().all(Option::is_some));
    assert_eq!(numbered(&tokens), [0, 0, 0, 0]);
}
