//! Signing in by many profiles: side by side, in a fixed order, and no more often than it must be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Cloud, Home};

use super::fake_server::{Answer, IDENTITY, ScanRequest, serve};

/// Counts the requests for `action` by `account`.
fn count(cloud: &Cloud, action: &str, account: &str) -> u64 {
    let asked = cloud.requests();
    let those = asked.iter().filter(|request| request.action == action && request.account == account);
    those.map(|request| request.count).sum()
}

/// Makes profiles `role-1` to `role-N` that assume a role by `source`.
fn roles(count: usize, source: &str) -> String {
    let role = |number| {
        format!(
            "[profile role-{number}]\nregion = us-east-1\nrole_arn = arn:aws:iam::333333333333:role/netcensus\n\
             source_profile = {source}\n"
        )
    };
    (1..=count).map(role).collect()
}

const BY_ROLES: &str = "scan networks --aws-profile role-* --region us-east-1 -o json";

#[test]
fn a_role_that_many_profiles_build_on_is_assumed_once() {
    let cloud = Cloud::sample(&[]);
    let hub = "[profile hub]\nregion = us-east-1\nrole_arn = arn:aws:iam::222222222222:role/netcensus\n\
               source_profile = management\n";
    cloud.configure(&format!("{hub}{}", roles(9, "hub")));
    let document = cloud.netcensus(BY_ROLES).run().succeeds().json();
    let reached: Vec<String> = (1..=9).map(|number| format!("profile:role-{number}")).collect();
    assert_eq!(document["accounts"][0]["reached_by"], serde_json::json!(reached), "in the order of names");
    assert_eq!(count(&cloud, "AssumeRole", "111111111111"), 1, "the hub, by the management account");
    assert_eq!(count(&cloud, "AssumeRole", "222222222222"), 9, "each of the roles, by the hub");
}

#[test]
fn a_program_that_many_profiles_build_on_runs_once() {
    let cloud = Cloud::sample(&[]);
    let script = "echo run >> \"$HOME/runs\"\n\
                  echo '{\"Version\": 1, \"AccessKeyId\": \"AKIA0000222222222222\", \"SecretAccessKey\": \"x\"}'\n";
    let path = cloud.home.write("credentials.sh", script);
    let process =
        format!("[profile process]\nregion = us-east-1\ncredential_process = /bin/sh {}\n", path.display());
    cloud.configure(&format!("{process}{}", roles(5, "process")));
    cloud.netcensus(BY_ROLES).run().succeeds();
    assert_eq!(std::fs::read_to_string(cloud.home.path().join("runs")).unwrap(), "run\n");
}

fn json(body: String) -> Answer {
    Answer { content_type: "application/json", ..body.into() }
}

#[test]
fn the_token_of_an_sso_session_is_refreshed_once_for_all_its_profiles() {
    let refreshed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refreshed);
    let url = serve(move |asked: &ScanRequest| {
        let line = asked.first_line();
        if line.starts_with("POST /token") {
            count.fetch_add(1, Ordering::SeqCst);
            let token = r#"{"accessToken":"new","expiresIn":28800,"tokenType":"Bearer","refreshToken":"r2"}"#;
            return json(token.to_owned());
        }
        if line.starts_with("GET /federation") {
            let keys =
                r#""accessKeyId":"ASIA","secretAccessKey":"s","sessionToken":"t","expiration":4102444800000"#;
            return json(format!(r#"{{"roleCredentials":{{{keys}}}}}"#));
        }
        IDENTITY.into()
    });
    let home = Home::new();
    let profile = |number| {
        format!(
            "[profile p{number}]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = r{number}\n\
             region = eu-west-1\n"
        )
    };
    let session = "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n";
    home.write(".aws/config", session.to_owned() + &(0..20).map(profile).collect::<String>());
    // The SHA-1 of `corp`.
    home.write(
        ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
        r#"{"accessToken":"old","expiresAt":"2020-01-01T00:00:00Z","clientId":"c","clientSecret":"s",
        "refreshToken":"r","registrationExpiresAt":"2099-01-01T00:00:00Z","region":"eu-west-1",
        "startUrl":"https://corp.example/start"}"#,
    );
    let run = home.netcensus("scan --all-aws-profiles --dry-run -v").env("AWS_ENDPOINT_URL", url).run();
    assert!(run.stderr.contains("p19 is the same account as profile:p0 (111111111111)"), "{}", run.stderr);
    assert_eq!(refreshed.load(Ordering::SeqCst), 1);
}

/// Everything that is read is said to be that account's.
#[test]
fn an_answer_of_sts_that_names_no_account_signs_in_to_none() {
    for nameless in ["", "<Account></Account>", "<Account> </Account>"] {
        let answer = IDENTITY.replace("<Account>111111111111</Account>", nameless);
        assert_ne!(answer, IDENTITY);
        let url = serve(move |_: &ScanRequest| answer.clone());
        let home = Home::new();
        let run = home.netcensus("scan networks").env("AWS_ENDPOINT_URL", url);
        let run = run.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "s");
        run.run().refuses(&["sts:GetCallerIdentity: the answer names no account"]);
    }
}

#[test]
fn an_endpoint_that_is_dead_is_tried_by_three_profiles_and_no_more() {
    let home = Home::new();
    let profile = |number| {
        format!("[profile p{number}]\nregion = eu-west-1\naws_access_key_id = A\naws_secret_access_key = s\n")
    };
    home.write(".aws/config", (1..=9).map(profile).collect::<String>());
    let run = home.netcensus("scan --all-aws-profiles").env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let output = run.env("AWS_MAX_ATTEMPTS", "1").run();
    assert_eq!(output.stderr.matches("the endpoint cannot be reached").count(), 3, "{}", output.stderr);
    let not_tried = "not tried: 3 profiles in a row could not reach AWS";
    assert_eq!(output.stderr.matches(not_tried).count(), 6, "{}", output.stderr);
}

#[test]
fn an_interrupted_sign_in_by_many_profiles_ends_at_once() {
    let cloud = Cloud::sample(&["hang@action=GetCallerIdentity"]);
    let mut child = cloud.netcensus("scan --all-aws-profiles -v").spawn();
    let mut stderr = crate::support::wait_for(&mut child, "signing in by profile", 8);
    crate::support::interrupt(&child);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
    assert!(said.contains("error: stopped while signing in"), "{said}");
    assert_eq!(crate::support::Output::of(child).exits(130).stdout, "");
}
