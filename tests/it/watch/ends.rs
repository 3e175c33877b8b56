//! How a watch ends: stopped at its start, and with a file that it could not write.

use std::net::TcpListener;

use crate::support::{Cloud, terminate, wait_for};

/// Each of these went on for minutes, and only a second signal ended it.
#[test]
fn a_watch_that_waits_for_its_queue_is_stopped_by_one_signal() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let cloud = Cloud::sample(&[]);
    let aws = format!(
        "watch --provider aws --aws-profile shop-prod \
         --queue aws:http://{address}/111111111111/netcensus-events?profile=shop-prod&region=us-east-1"
    );
    let azure = format!("watch --queue azure:http://{address}/sandboxevents1/netcensus-events");
    let aws = cloud.netcensus(&aws).env("AWS_ENDPOINT_URL_SQS", format!("http://{address}"));
    for run in [aws, cloud.azure(&azure)] {
        let mut child = run.spawn();
        let _stderr = wait_for(&mut child, "connecting to 1 queue", 1);
        let _never_answered = silent.accept().unwrap();
        terminate(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
    }
}

/// It said that it would try again, and ended with 0.
#[cfg(target_os = "linux")]
#[test]
fn a_watch_that_ends_without_writing_an_export_exits_with_2() {
    let home = crate::support::Home::new();
    home.write("estate.toml", super::estate(&["10.0.0.0/16"]));
    home.write("events", "");
    std::fs::create_dir(home.path().join("small")).unwrap();
    let watch = "watch --sandbox --estate estate.toml --events events --export json=small/x.json";
    let watch = || home.netcensus(watch);
    watch().limit_file_size(1).run().exits(2).says(&[
        "error: the watch ended without writing 1 export",
        "--export json=small/x.json: cannot write ",
        "File too large",
    ]);
    assert!(!home.path().join("small/x.json").exists());
    watch().run().exits(0);
    assert!(home.path().join("small/x.json").exists());
}
