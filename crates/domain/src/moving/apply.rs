//! Storing records of another system.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use super::kinds::Moved;
use super::store::{self, Known};
use super::{Batch, Outcome, Route, Vendor};
use crate::archive::add;
use crate::archive::import::same;
use crate::error::Result;
use crate::record::{Logged, Needs, snapshot};
use crate::table;
use crate::webhooks;
use crate::work_packages::WorkPackage;
use db::{Conn, List};

/// A record with its id and its digest in the other system.
struct Incoming<R> {
    source_id: i64,
    digest: String,
    record: R,
}

/// The ids here of the records to which others refer, by kind and id there.
type Own = HashMap<(&'static str, i64), i64>;

macro_rules! each_kind {
    ($batch:expr, $records:ident => $do:expr) => {
        match $batch {
            Batch::Users($records) => $do,
            Batch::Statuses($records) => $do,
            Batch::Workspaces($records) => $do,
            Batch::Participations($records) => $do,
            Batch::Reports($records) => $do,
            Batch::StatusChanges($records) => $do,
            Batch::References($records) => $do,
            Batch::WorkPackages($records) => $do,
            Batch::Activities($records) => $do,
        }
    };
}

/// Stores records: new ones are added, changed ones are updated, others stay. Nobody is told.
///
/// # Errors
/// [`crate::error::Error::Store`], with a constraint if a record conflicts with another one of the account.
pub async fn apply(conn: &mut Conn, route: &Route, batch: Batch) -> Result<Outcome> {
    each_kind!(batch, records => of_kind(conn, route, records).await)
}

/// The ids of the records that are new or have changed since they last came.
pub async fn fresh(conn: &mut Conn, route: &Route, batch: Batch) -> Result<BTreeSet<i64>> {
    each_kind!(batch, records => {
        let (fresh, _) = split(conn, route, records).await?;
        Ok(fresh.into_iter().map(|(incoming, _)| incoming.source_id).collect())
    })
}

impl Batch {
    /// The batch as batches of one record each.
    pub fn singles(self) -> Vec<Self> {
        macro_rules! singles {
            ($($kind:ident)*) => {
                match self {
                    $(Self::$kind(records) => {
                        records.into_iter().map(|record| Self::$kind(vec![record])).collect()
                    })*
                }
            };
        }
        singles!(Users Statuses Workspaces Participations Reports StatusChanges References WorkPackages Activities)
    }

    /// The kind of its records, what a conflict of one with others means, and the id of the first there.
    pub fn about(&self) -> (&'static str, &'static str, i64) {
        fn about<R: Moved>(records: &[R]) -> (&'static str, &'static str, i64) {
            (R::KIND, R::CONFLICT, records.first().map_or(0, |record| record.id().into()))
        }
        each_kind!(self, records => about(records))
    }
}

/// The records that are new or changed, with what is known of them, and the number of the others.
async fn split<R: Moved>(
    conn: &mut Conn,
    route: &Route,
    records: Vec<R>,
) -> Result<(Vec<(Incoming<R>, Option<Known>)>, u64)> {
    // If a record comes twice, the later one counts.
    let mut places: BTreeMap<i64, usize> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        places.insert(record.id().into(), place);
    }
    let ids: List<i64> = places.keys().copied().collect();
    let mut known = store::find(conn, route, R::KIND, &ids).await?;
    let (mut fresh, mut unchanged) = (Vec::new(), 0);
    let mut records: Vec<Option<R>> = records.into_iter().map(Some).collect();
    for (source_id, place) in places {
        let Some(record) = records[place].take() else { continue };
        let digest = hex::encode(Sha256::digest(snapshot(&record)));
        match known.remove(&source_id) {
            Some(before) if before.digest == digest => unchanged += 1,
            before => fresh.push((Incoming { source_id, digest, record }, before)),
        }
    }
    Ok((fresh, unchanged))
}

async fn of_kind<R: Moved>(conn: &mut Conn, route: &Route, records: Vec<R>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let (fresh, unchanged) = split(conn, route, records).await?;
    outcome.of(R::KIND).unchanged = unchanged;
    let fresh = settled(conn, route, fresh, &mut outcome).await?;
    let (known, new): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|(_, known)| known.is_some());
    let known = known.into_iter().filter_map(|(incoming, known)| Some((incoming, known?))).collect();
    update(conn, route, known, &mut outcome).await?;
    insert(conn, route, new.into_iter().map(|(incoming, _)| incoming).collect(), &mut outcome).await?;
    Ok(outcome)
}

/// The records with the ids of this store in their references, and checked.
async fn settled<R: Moved>(
    conn: &mut Conn,
    route: &Route,
    fresh: Vec<(Incoming<R>, Option<Known>)>,
    outcome: &mut Outcome,
) -> Result<Vec<(Incoming<R>, Option<Known>)>> {
    let own = own(conn, route, &fresh).await?;
    let (mut good, mut needs) = (Vec::new(), Needs::default());
    for (mut incoming, known) in fresh {
        let mut is_whole = true;
        let referred = incoming.record.refer(route, &mut |kind, id| {
            let found = own.get(&(kind, id)).copied();
            is_whole &= found.is_some();
            found
        });
        if let Err(reason) = referred {
            outcome.refuse(R::KIND, incoming.source_id, reason);
            continue;
        }
        if !is_whole {
            incoming.digest.clear();
        }
        // From here on, all ids are those of this store.
        let own_id = known.as_ref().map_or(0, |known| known.own_id);
        incoming.record = incoming.record.with_id(R::Id::from(own_id));
        incoming.record.needs(&mut needs);
        good.push((incoming, known));
    }
    let found = add::find(conn, &route.change, &needs).await?;
    let mut settled = Vec::with_capacity(good.len());
    for (mut incoming, known) in good {
        match incoming.record.settle(&found) {
            Ok(()) => {
                let own_id = known.as_ref().map(|known| known.own_id);
                incoming.record.fit(conn, own_id).await?;
                settled.push((incoming, known));
            }
            Err(reason) => outcome.refuse(R::KIND, incoming.source_id, reason),
        }
    }
    Ok(settled)
}

async fn own<R: Moved>(
    conn: &mut Conn,
    route: &Route,
    fresh: &[(Incoming<R>, Option<Known>)],
) -> Result<Own> {
    let mut wanted: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for (incoming, _) in fresh {
        let mut record = incoming.record.clone();
        let collected = record.refer(route, &mut |kind, id| {
            wanted.entry(kind).or_default().insert(id);
            Some(id)
        });
        drop(collected);
    }
    let mut own = Own::new();
    for (kind, ids) in wanted {
        // The rows of a sheet refer to records of this store, but for other rows.
        if route.vendor == Vendor::Sheet && kind != WorkPackage::KIND {
            own.extend(ids.into_iter().map(|id| ((kind, id), id)));
            continue;
        }
        let known = store::find(conn, route, kind, &ids.into_iter().collect()).await?;
        own.extend(known.into_iter().map(|(id, known)| ((kind, id), known.own_id)));
    }
    Ok(own)
}

async fn update<R: Moved>(
    conn: &mut Conn,
    route: &Route,
    known: Vec<(Incoming<R>, Known)>,
    outcome: &mut Outcome,
) -> Result<()> {
    let ids = known.iter().map(|(_, known)| R::Id::from(known.own_id)).collect();
    let found: Vec<R> = table::of_account(conn, route.change.account_id, &ids).await?;
    let mut found: HashMap<i64, R> = found.into_iter().map(|record| (record.id().into(), record)).collect();
    let mut saved = 0;
    for (Incoming { source_id, digest, record }, known) in known {
        let Some(before) = found.remove(&known.own_id) else {
            outcome.refuse(R::KIND, source_id, "it was deleted here".into());
            continue;
        };
        let after = record.over(&before, route);
        if known.created && !same(&before, &after) {
            R::save(conn, &route.change, before, after).await?;
            saved += 1;
            outcome.of(R::KIND).changed += 1;
        } else {
            outcome.of(R::KIND).unchanged += 1;
        }
        store::update(conn, route, R::KIND, source_id, &digest).await?;
    }
    if saved > 0 {
        webhooks::store::rows::note_import(conn, route.change.account_id, saved).await?;
    }
    Ok(())
}

async fn insert<R: Moved>(
    conn: &mut Conn,
    route: &Route,
    new: Vec<Incoming<R>>,
    outcome: &mut Outcome,
) -> Result<()> {
    let (mut records, mut sources) = (Vec::new(), Vec::new());
    for Incoming { source_id, digest, record } in new {
        if let Some(twin) = R::twin(conn, &record).await? {
            let known = Known { own_id: twin.id().into(), digest, created: false };
            store::insert(conn, route, R::KIND, source_id, &known).await?;
            outcome.of(R::KIND).unchanged += 1;
            continue;
        }
        records.push(record);
        sources.push((source_id, digest));
    }
    let added = add::add(conn, &route.change, records).await?;
    outcome.of(R::KIND).new += added.len() as u64;
    for (record, (source_id, digest)) in added.iter().zip(sources) {
        let known = Known { own_id: record.id().into(), digest, created: true };
        store::insert(conn, route, R::KIND, source_id, &known).await?;
    }
    Ok(())
}
