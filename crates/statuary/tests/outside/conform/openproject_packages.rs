//! Faults of a server of OpenProject's surface, in its work packages.

use conform::Vendor;

use super::openproject::remove;
use super::wrong::{Fault, RecordedRequest};

const WORK_PACKAGES: &str = "/work_packages";

#[test]
fn every_fault_in_work_packages_is_found_by_its_check() {
    super::planted::faults_are_found(Vendor::OpenProject, READING);
}

fn list(requested: &RecordedRequest, query: &str) -> bool {
    requested.is("GET", WORK_PACKAGES) && requested.query == query
}

const READING: &[Fault] = &[
    Fault::reading(
        "a plain collection",
        |a| list(a, "pageSize=2"),
        |a| a.json(|j| j["_type"] = "Collection".into()),
        &["openproject/work_packages/collection"],
    ),
    Fault::reading(
        "elements with everything",
        |a| list(a, "pageSize=3"),
        |a| a.json(|j| j["_embedded"]["elements"][0]["_embedded"] = serde_json::json!({})),
        &["openproject/work_packages/no-embedded"],
    ),
    Fault::reading(
        "no ancestors",
        |a| list(a, "pageSize=4"),
        |a| a.json(|j| remove(&mut j["_embedded"]["elements"][0]["_links"], "ancestors")),
        &["openproject/work_packages/links"],
    ),
    Fault::reading(
        "closed ones, too",
        |a| list(a, "pageSize=0"),
        |a| a.json(|j| j["total"] = 100_000.into()),
        &["openproject/work_packages/open"],
    ),
    Fault::reading(
        "an unknown filter is ignored",
        |a| a.is("GET", WORK_PACKAGES) && a.query.contains("bogus"),
        |a| a.status = 200,
        &["openproject/work_packages/unknown-filter"],
    ),
    Fault::reading(
        "the usual 404",
        |a| a.is("GET", "/work_packages/999999999999"),
        |a| a.json(|j| j["message"] = "The requested resource could not be found.".into()),
        &["openproject/work_packages/unknown"],
    ),
    Fault::reading(
        "404 for a text as id",
        |a| a.is("GET", "/work_packages/bogus"),
        |a| a.status = 404,
        &["openproject/work_packages/text"],
    ),
    Fault::reading(
        "a type without its flag",
        |a| a.is("GET", "/types"),
        |a| a.json(|j| remove(&mut j["_embedded"]["elements"][0], "isMilestone")),
        &["openproject/types/list"],
    ),
];
