//! The own field, tags, saved and pinned views and programmes of the demo.

use base::clock::Time;
use domain::archive::Line;
use domain::fields::{Field, Kind};
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::labels::{Labels, Value};
use domain::programmes::rule::{AtLeast, Rule};
use domain::programmes::{Member, Programme};
use domain::view_pins::ViewPins;
use domain::views::View;

const ACCOUNT: AccountId = AccountId(1);

/// The clients, which are the values of the field.
const CLIENTS: [&str; 3] = ["Harbor Authority", "Northbank", "Lumen Hospitals"];

/// For each project: the place of its client, and its tags.
const PROJECTS: [(usize, &[&str]); 10] = [
    (0, &["Key account", "Fixed price"]),
    (1, &["Key account", "Regulated"]),
    (2, &["Regulated"]),
    (0, &[]),
    (1, &["Fixed price"]),
    (0, &["Hardware"]),
    (1, &["Hardware", "Fixed price"]),
    (2, &[]),
    (2, &["Regulated"]),
    (0, &["Fixed price"]),
];

/// The name of a view, its query, its owner, and whether it is shared.
const VIEWS: [(&str, &str, i64, bool); 2] = [
    ("Red and yellow by client", "group=field_1&order=health&health=red%2Cyellow", 1, true),
    ("Key accounts", "tag=Key+account", 1, false),
];

/// The field and the views, which are above the workspaces in an archive.
pub fn before(start: Time) -> Vec<Line> {
    let (created_at, updated_at) = (start.second(), start.second());
    let field = Field {
        id: 1,
        account_id: ACCOUNT,
        name: "Client".to_owned(),
        kind: Kind::Choice,
        choices: CLIENTS.map(str::to_owned).to_vec(),
        position: 1,
        created_at,
        updated_at,
    };
    let view = |(id, (name, query, user, shared)): (i64, (&str, &str, i64, bool))| {
        Line::View(View {
            id,
            account_id: ACCOUNT,
            user_id: UserId(user),
            name: name.to_owned(),
            query: query.to_owned(),
            shared,
            is_default: false,
            created_at,
            updated_at,
        })
    };
    let pins = ViewPins {
        id: 1,
        account_id: ACCOUNT,
        user_id: UserId(1),
        views: vec![1, 2],
        created_at,
        updated_at,
    };
    let views = (1..).zip(VIEWS).map(view);
    std::iter::once(Line::Field(field)).chain(views).chain([Line::ViewPins(pins)]).collect()
}

/// The labels and the programmes of the workspaces.
pub fn after(start: Time) -> Vec<Line> {
    let (created_at, updated_at) = (start.second(), start.second());
    let labels = |(id, (client, tags)): (i64, (usize, &[&str]))| {
        Line::Labels(Labels {
            id,
            account_id: ACCOUNT,
            workspace_id: WorkspaceId(id),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            fields: vec![Value { field_id: 1, value: CLIENTS[client].to_owned() }],
            created_at,
            updated_at,
        })
    };
    let programme = |id: i64, name: &str, description: &str, rule: Rule, members: &[(i64, i64)]| {
        let member = |&(id, weight): &(i64, i64)| Member { workspace_id: WorkspaceId(id), weight };
        Line::Programme(Programme {
            id,
            account_id: ACCOUNT,
            name: name.to_owned(),
            description: description.to_owned(),
            rule,
            members: members.iter().map(member).collect(),
            created_at,
            updated_at,
        })
    };
    let weighted = Rule::Weighted { red_below: 40, yellow_below: 75 };
    let threshold = Rule::Threshold { red: AtLeast::Count(2), yellow: AtLeast::Percent(25) };
    let programmes = [
        programme(
            1,
            "Digital harbor",
            "Everything that the Harbor Authority takes over until the new terminal opens.",
            weighted,
            &[(1, 5), (4, 1), (6, 2), (10, 1)],
        ),
        programme(
            2,
            "Regulated clients",
            "Banks and hospitals, with one steering group.",
            threshold,
            &[(2, 1), (3, 1), (7, 1), (8, 1), (9, 1)],
        ),
    ];
    (1..).zip(PROJECTS).map(labels).chain(programmes).collect()
}
