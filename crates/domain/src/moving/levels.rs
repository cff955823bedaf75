//! The order in which work packages come: parents before their children.

use std::collections::{BTreeMap, HashMap};

use crate::work_packages::WorkPackage;

/// The work packages by level: those without a parent among them, then the children of these, and so on. Those whose parents form a
/// circle come last, apart from the others.
pub fn levels(packages: Vec<WorkPackage>) -> (Vec<Vec<WorkPackage>>, Vec<WorkPackage>) {
    let parents: HashMap<i64, Option<i64>> =
        packages.iter().map(|one| (one.id.0, one.parent_id.map(|id| id.0))).collect();
    let mut depths: HashMap<i64, usize> = HashMap::new();
    for id in parents.keys() {
        let (mut path, mut next) = (Vec::new(), Some(*id));
        let mut depth = loop {
            let Some(id) = next.filter(|id| parents.contains_key(id)) else { break Some(0) };
            if let Some(known) = depths.get(&id) {
                break known.checked_add(1);
            }
            if path.len() > parents.len() {
                break None;
            }
            path.push(id);
            next = parents.get(&id).copied().flatten();
        };
        for id in path.into_iter().rev() {
            depths.insert(id, depth.unwrap_or(usize::MAX));
            depth = depth.and_then(|depth| depth.checked_add(1));
        }
    }
    let mut levels: BTreeMap<usize, Vec<WorkPackage>> = BTreeMap::new();
    for package in packages {
        levels.entry(depths.get(&package.id.0).copied().unwrap_or(usize::MAX)).or_default().push(package);
    }
    let circles = levels.remove(&usize::MAX).unwrap_or_default();
    (levels.into_values().collect(), circles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, UserId, WorkPackageId, WorkspaceId};
    use base::clock::Time;

    #[test]
    fn parents_come_before_their_children_and_circles_apart() {
        let package = |(id, parent): (i64, Option<i64>)| WorkPackage {
            id: WorkPackageId(id),
            parent_id: parent.map(WorkPackageId),
            ..WorkPackage::blank((AccountId(1), WorkspaceId(1)), UserId(1), &[], Time(0))
        };
        let given = [
            (1, Some(2)),
            (2, Some(3)),
            (3, None),
            (4, Some(99)),
            (5, Some(6)),
            (6, Some(5)),
            (7, Some(5)),
            (8, Some(8)),
        ];
        let (found, circles) = levels(given.map(package).into());
        let ids = |packages: &Vec<WorkPackage>| packages.iter().map(|one| one.id.0).collect::<Vec<_>>();
        assert_eq!(found.iter().map(ids).collect::<Vec<_>>(), [vec![3, 4], vec![2], vec![1]]);
        assert_eq!(ids(&circles), [5, 6, 7, 8]);
        let chain = (1..=10_000).map(|id| package((id, (id > 1).then_some(id - 1)))).collect();
        assert_eq!(levels(chain).0.len(), 10_000);
    }
}
