//! Faults of a server of OpenProject's surface, in its work packages.

use conform::Vendor;

use super::openproject::remove;
use super::wrong::{Fault, RecordedRequest};

const WORK_PACKAGES: &str = "/work_packages";

#[test]
fn every_fault_in_work_packages_is_found_by_its_check() {
    super::planted::faults_are_found(Vendor::OpenProject, READING);
}

#[test]
fn every_fault_in_writing_work_packages_is_found_by_its_check() {
    super::planted::faults_are_found(Vendor::OpenProject, WRITING);
}

/// A change of a work package.
fn patches(requested: &RecordedRequest, part: &str) -> bool {
    requested.method == "PATCH"
        && requested.path.starts_with("/work_packages/")
        && requested.body.contains(part)
}

const WRITING: &[Fault] = &[
    Fault::writing(
        "200 for a new work package",
        |a| a.method == "POST" && a.path.ends_with(WORK_PACKAGES) && !a.body.contains("Child"),
        |a| a.status = 200,
        &["openproject/work_packages/post-is-201"],
    ),
    Fault::writing(
        "a change without a version",
        |a| patches(a, "Without a version"),
        |a| a.status = 200,
        &["openproject/work_packages/no-version"],
    ),
    Fault::writing(
        "a conflict as a violation",
        |a| patches(a, "Another version"),
        |a| a.status = 422,
        &["openproject/work_packages/other-version"],
    ),
    Fault::writing(
        "the version stays",
        |a| patches(a, "Changed"),
        |a| a.json(|j| j["lockVersion"] = 0.into()),
        &["openproject/work_packages/patch-is-200"],
    ),
    Fault::writing(
        "a change of nothing is a version",
        |a| patches(a, "bogusMember"),
        |a| a.json(|j| j["lockVersion"] = 70.into()),
        &["openproject/work_packages/no-change"],
    ),
    Fault::writing(
        "a text of its own for a blank subject",
        |a| patches(a, "\"subject\":\"\""),
        |a| a.json(|j| j["message"] = "Subject is empty.".into()),
        &["openproject/work_packages/blank-subject"],
    ),
    Fault::writing(
        "a wrong link as a wrong value",
        |a| patches(a, "/types/1"),
        |a| {
            a.json(|j| {
                j["errorIdentifier"] = "urn:openproject-org:api:v3:errors:PropertyConstraintViolation".into();
            });
        },
        &["openproject/work_packages/wrong-link"],
    ),
    Fault::writing(
        "no error for base",
        |a| patches(a, "Frozen"),
        |a| a.json(|j| drop(j["_embedded"]["errors"].as_array_mut().and_then(Vec::pop))),
        &["openproject/work_packages/read-only-status"],
    ),
    Fault::writing(
        "totals without the children",
        |a| a.method == "GET" && a.path.starts_with("/work_packages/"),
        |a| {
            a.json(|j| {
                if j["derivedEstimatedTime"] == "PT4H" {
                    j["derivedEstimatedTime"] = "PT0S".into();
                }
            });
        },
        &["openproject/work_packages/total-work"],
    ),
    Fault::writing(
        "a comment is any activity",
        |a| a.method == "POST" && a.path.ends_with("/activities"),
        |a| a.json(|j| j["_type"] = "Activity".into()),
        &["openproject/work_packages/comment"],
    ),
    Fault::writing(
        "200 for a deletion",
        |a| a.method == "DELETE" && a.path.starts_with("/work_packages/"),
        |a| a.status = 200,
        &["openproject/work_packages/delete-is-204"],
    ),
];

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
