//! Both engines give the same responses to the same requests.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::requests::{Sent, any_request, cases, run};
use crate::{Engine, TestApp};

async fn compare(requests: Vec<Sent>) -> Result<(), TestCaseError> {
    let (one, other) = (TestApp::harbor(Engine::Sqlite).await, TestApp::harbor(Engine::Postgres).await);
    for request in requests {
        let (left, right) = (request.to(&one).await, request.to(&other).await);
        prop_assert!(!left.status.is_server_error(), "{:?}: {}", request, left.text);
        prop_assert_eq!((left.status, left.text), (right.status, right.text), "{:?}", request);
    }
    prop_assert_eq!(one.export().await, other.export().await);
    Ok(())
}

proptest! {
    #![proptest_config(cases(25))]

    #[test]
    fn the_same_requests_get_the_same_answers_on_both_engines(requests in vec(any_request(), 30)) {
        run(compare(requests))?;
    }
}
