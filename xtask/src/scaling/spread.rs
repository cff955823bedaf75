//! How evenly accounts of very different sizes fill several databases.

const SHARDS: [usize; 4] = [4, 8, 16, 32];

/// Prints the share of the largest database, with accounts that are placed by a hash of their ids, and with the largest ones
/// moved to the emptiest databases.
#[expect(clippy::cast_precision_loss, reason = "the figures are rounded")]
pub fn print(accounts: u64, reports: u64) {
    let sizes = sizes(accounts, reports);
    let total: u64 = sizes.iter().sum();
    let middle = sizes[sizes.len() / 2];
    println!("The largest account has {} reports, the one in the middle {middle}.\n", sizes[0]);
    println!("| databases | reports of each | the largest, by hash | the largest, after 20 moves |");
    println!("| --: | --: | --: | --: |");
    for shards in SHARDS {
        let mean = total as f64 / shards as f64;
        let mut places: Vec<usize> =
            (0..sizes.len()).map(|account| place(account as u64 + 1, shards)).collect();
        let by_hash = largest(&sizes, &places, shards);
        for _ in 0..20 {
            move_one(&sizes, &mut places, shards);
        }
        let after = largest(&sizes, &places, shards);
        println!("| {shards} | {mean:.0} | {:.2} × | {:.2} × |", by_hash as f64 / mean, after as f64 / mean);
    }
}

/// Sizes by Zipf's law: the account of rank `n` has an `n`th of the reports of the largest.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the sizes are far below 2^52"
)]
fn sizes(accounts: u64, reports: u64) -> Vec<u64> {
    let parts: f64 = (1..=accounts).map(|rank| 1.0 / rank as f64).sum();
    (1..=accounts).map(|rank| (reports as f64 / parts / rank as f64) as u64).collect()
}

/// The database of an account, by the mixer of splitmix64.
#[expect(clippy::cast_possible_truncation, reason = "the remainder is a small number")]
fn place(account: u64, shards: usize) -> usize {
    let mut mixed = account.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % shards as u64) as usize
}

fn loads(sizes: &[u64], places: &[usize], shards: usize) -> Vec<u64> {
    let mut loads = vec![0; shards];
    for (size, place) in sizes.iter().zip(places) {
        loads[*place] += size;
    }
    loads
}

fn largest(sizes: &[u64], places: &[usize], shards: usize) -> u64 {
    loads(sizes, places, shards).into_iter().max().unwrap_or_default()
}

/// Moves the account that lowers the fullest database most to the emptiest one.
fn move_one(sizes: &[u64], places: &mut [usize], shards: usize) {
    let loads = loads(sizes, places, shards);
    let fullest = (0..shards).max_by_key(|shard| loads[*shard]).unwrap_or_default();
    let emptiest = (0..shards).min_by_key(|shard| loads[*shard]).unwrap_or_default();
    let gap = loads[fullest] - loads[emptiest];
    let own = (0..sizes.len()).filter(|account| places[*account] == fullest && sizes[*account] < gap);
    // Half of the gap would be best.
    if let Some(account) = own.min_by_key(|account| (gap / 2).abs_diff(sizes[*account])) {
        places[account] = emptiest;
    }
}
