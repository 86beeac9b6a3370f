//! What is published about DynamoDB's capacity, case by case.

use super::*;

const SECOND: u64 = 1_000_000_000;

fn provisioned(partitions: u32, units: [u64; 2], adaptive: bool) -> Plan {
    Plan { partitions, units, on_demand: false, adaptive, isolate_after_ns: None }
}

/// A key in the middle of a partition.
fn key_in(partition: u32, of: u32) -> u64 {
    let width = u64::MAX / u64::from(of);
    width * u64::from(partition) + width / 2
}

/// Asks `rate` times a second at even gaps for `seconds` from `from_s` on; how many were granted.
fn granted(table: &mut Table, op: Operation, key: u64, rate: u64, from_s: u64, seconds: u64) -> u64 {
    let cost = [read_cost(1, true), write_cost(1)][op as usize];
    let asks = (0..rate * seconds).map(|i| from_s * SECOND + i * SECOND / rate);
    asks.filter(|at| table.ask(op, key, cost, *at) == Verdict::Granted).count() as u64
}

#[test]
fn an_item_costs_what_the_guide_says() {
    // Bytes, then millionths of a unit: strong read, eventual read, write.
    for (bytes, strong, eventual, write) in [
        (0, 1_000_000, 500_000, 1_000_000),
        (512, 1_000_000, 500_000, 1_000_000),
        (1_024, 1_000_000, 500_000, 1_000_000),
        (1_025, 1_000_000, 500_000, 2_000_000),
        (3_584, 1_000_000, 500_000, 4_000_000),
        (4_096, 1_000_000, 500_000, 4_000_000),
        (4_097, 2_000_000, 1_000_000, 5_000_000),
        (10_240, 3_000_000, 1_500_000, 10_000_000),
        (20_480, 5_000_000, 2_500_000, 20_000_000),
        (409_600, 100_000_000, 50_000_000, 400_000_000),
    ] {
        assert_eq!(
            [read_cost(bytes, true), read_cost(bytes, false), write_cost(bytes)],
            [strong, eventual, write],
            "{bytes}"
        );
    }
}

#[test]
fn partitions_follow_from_units_and_bytes() {
    for (units, bytes, partitions) in [
        ([1, 1], 0, 1),
        ([3_000, 0], 0, 1),
        ([3_001, 0], 0, 2),
        ([0, 1_000], 0, 1),
        ([1_500, 500], 0, 1),
        ([7_500, 2_500], 0, 5),
        NEW_TABLE,
        ([1, 1], 10_000_000_001, 2),
        ([1, 1], u64::MAX, PARTITIONS_MAX),
    ] {
        assert_eq!(partitions_for(units, bytes), partitions, "{units:?}, {bytes}");
    }
}

/// 12,000 and 4,000 are what four partitions have when only read from, or only written to; both at once take eight.
const NEW_TABLE: ([u64; 2], u64, u32) = (NEW_ON_DEMAND, 0, 8);

#[test]
fn no_partition_does_more_than_3000_reads_or_1000_writes_a_second() {
    for (op, cap) in [(Operation::Read, 3_000), (Operation::Write, 1_000)] {
        let mut table = Table::new(&provisioned(10, [30_000, 10_000], true), 0);
        // All at one instant, then once more after exactly one second, then half of it.
        for (at, expected) in [(0, cap), (SECOND, cap), (SECOND + SECOND / 2, cap / 2)] {
            let cost = [read_cost(1, true), write_cost(1)][op as usize];
            let passed = (0..2 * cap).filter(|_| table.ask(op, 5, cost, at) == Verdict::Granted).count();
            assert_eq!(passed as u64, expected, "{op:?} at {at}");
            assert_eq!(table.ask(op, 5, cost, at), Verdict::AtTheCap);
        }
    }
    // An item of 20 KB takes five units: 600 reads a second of it.
    let mut table = Table::new(&provisioned(10, [30_000, 10_000], true), 0);
    let reads =
        (0..1_000).filter(|_| table.ask(Operation::Read, 5, read_cost(20_480, true), 0) == Verdict::Granted);
    assert_eq!(reads.count(), 600);
}

#[test]
fn three_hundred_seconds_of_unused_capacity_are_saved_up_and_not_one_more() {
    // 400 write units over four partitions, 100 each; the fourth is asked for 200 a second.
    let plan = provisioned(4, [4, 400], false);
    for idle_s in [0, 300, 10_000] {
        let mut table = Table::new(&plan, 0);
        let hot = key_in(3, 4);
        // 30,000 saved up, of which 100 a second are used: gone after 300 seconds, and the last of 60,000 comes 5 ms too early.
        assert_eq!(granted(&mut table, Operation::Write, hot, 200, idle_s, 300), 59_999, "{idle_s}");
        assert_eq!(granted(&mut table, Operation::Write, hot, 200, idle_s + 300, 100), 10_000, "{idle_s}");
    }
    // After ten idle seconds, ten seconds' worth is there again.
    let mut table = Table::new(&plan, 0);
    let hot = key_in(3, 4);
    granted(&mut table, Operation::Write, hot, 1_000, 0, 40);
    assert_eq!(granted(&mut table, Operation::Write, hot, 1_000, 40, 1), 100);
    let at = 51 * SECOND;
    let passed = (0..2_000).filter(|_| table.ask(Operation::Write, hot, MICRO, at) == Verdict::Granted);
    assert_eq!(passed.count(), 1_000);
}

#[test]
fn the_guides_own_picture_of_adaptive_capacity_comes_out() {
    // 400 over four partitions; three are asked for 50 a second, the fourth for 150: with what others leave, nothing is throttled.
    for (adaptive, hot_rate, expected) in [
        (true, 150, 150),
        // What others do not use is 250; more there is not.
        (true, 400, 250),
        (false, 150, 100),
    ] {
        let mut table = Table::new(&provisioned(4, [4, 400], adaptive), 0);
        // All that was saved up is spent first.
        granted(&mut table, Operation::Write, key_in(3, 4), 1_000, 0, 100);
        let (mut cold, mut hot) = (0, 0);
        for second in 100..1_100 {
            for tick in 0..hot_rate * 50 {
                let at = second * SECOND + tick * SECOND / (hot_rate * 50);
                if tick % hot_rate == 0 {
                    let all = (0..3).filter(|i| {
                        table.ask(Operation::Write, key_in(*i, 4), MICRO, at) == Verdict::Granted
                    });
                    cold += all.count() as u64;
                }
                if tick % 50 == 0 {
                    let passed = table.ask(Operation::Write, key_in(3, 4), MICRO, at) == Verdict::Granted;
                    hot += u64::from(passed);
                }
            }
        }
        assert_eq!(cold, 150 * 1_000, "the others are never refused");
        let per_s = hot as f64 / 1_000.0;
        assert!((per_s - expected as f64).abs() < 1.0, "{per_s} for {expected}");
    }
}

#[test]
fn two_hot_items_of_one_partition_are_parted_and_a_single_one_stays_at_the_cap() {
    let plan = Plan { isolate_after_ns: Some(60 * SECOND), ..provisioned(4, [12_000, 4_000], true) };
    let (a, b) = (key_in(2, 4), key_in(2, 4) + 1);
    // 500 writes of one and 800 of the other a second.
    let mut table = Table::new(&plan, 0);
    let mut refused_late = 0;
    for ms in 0..240_000_u64 {
        for (key, due) in [(a, ms % 2 == 0), (b, ms % 5 != 0)] {
            let at = ms * 1_000_000;
            if due && table.ask(Operation::Write, key, MICRO, at) != Verdict::Granted && ms >= 120_000 {
                refused_late += 1;
            }
        }
    }
    assert_eq!((table.partitions(), refused_late), (5, 0));
    let mut table = Table::new(&plan, 0);
    let late = [
        granted(&mut table, Operation::Write, a, 1_500, 0, 120),
        granted(&mut table, Operation::Write, a, 1_500, 120, 60),
    ];
    assert_eq!((table.partitions(), late[1]), (5, 60_000), "a partition of its own has the same cap");
}

#[test]
fn on_demand_takes_twice_the_highest_use_and_a_new_table_4000_writes() {
    let plan = |units| Plan { on_demand: true, ..provisioned(1, units, false) };
    for (units, reads, writes) in [([1, 1], 12_000, 4_000), ([50_000, 100], 100_000, 4_000)] {
        let table = Table::new(&plan(units), 0);
        assert_eq!(table.limits(), [reads, writes]);
    }
    // 3,000 a second for a minute count after half an hour: then 6,000 are taken.
    let mut table = Table::new(&plan([1, 1]), 0);
    let keys: Vec<u64> = (0..64).map(|i| key_in(i, 64)).collect();
    let ask = |table: &mut Table, rate: u64, from_s: u64, seconds: u64| {
        let asks = (0..rate * seconds).map(|i| (i, from_s * SECOND + i * SECOND / rate));
        asks.filter(|(i, at)| {
            table.ask(Operation::Write, keys[(i % 64) as usize], MICRO, *at) == Verdict::Granted
        })
        .count() as u64
    };
    assert_eq!(ask(&mut table, 3_000, 60, 60), 180_000);
    ask(&mut table, 1, 31 * 60 - 1, 1);
    assert_eq!(table.limits()[1], 4_000);
    ask(&mut table, 1, 31 * 60, 1);
    assert_eq!(table.limits()[1], 6_000);
    assert_eq!(ask(&mut table, 6_000, 32 * 60, 10), 60_000);
    // Of twice as many, half, and what one second may hold.
    let passed = ask(&mut table, 12_000, 33 * 60, 10);
    assert!((60_000..=66_000).contains(&passed), "{passed}");
}

#[test]
fn what_is_larger_than_a_bucket_passes_when_it_is_full_and_is_made_good_for() {
    let mut bucket = Bucket::full(10 * MICRO, 1, 0);
    assert!(bucket.admit(40 * MICRO, 0));
    assert!(!bucket.admit(MICRO, 3 * SECOND));
    assert!(bucket.admit(MICRO, 3 * SECOND + SECOND / 10));
}

#[test]
fn a_bucket_loses_nothing_by_being_looked_at_often() {
    // A third of a millionth a nanosecond does not come out even.
    let mut often = Bucket::full(333, 3_000_000_000, 0);
    often.drain();
    let mut once = often;
    for at in (0..10 * SECOND).step_by(1_234_567) {
        often.covers(1, at);
    }
    let end = 10 * SECOND;
    for cost in [3_330, 1] {
        assert_eq!(often.admit(cost, end), once.admit(cost, end));
    }
    assert_eq!(often, once);
}

#[test]
fn more_partitions_make_nothing_out_of_nothing() {
    let mut table = Table::new(&provisioned(4, [4, 400], false), 0);
    granted(&mut table, Operation::Write, key_in(3, 4), 1_000, 0, 100);
    table.set_plan(&provisioned(8, [4, 400], false), 100 * SECOND);
    let passed = (0..8).map(|i| {
        (0..40_000)
            .filter(|_| table.ask(Operation::Write, key_in(i, 8), MICRO, 100 * SECOND) == Verdict::Granted)
            .count()
    });
    // Six partitions may still do their cap at once, the two of the one that was spent nothing.
    assert_eq!(passed.collect::<Vec<_>>(), [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 0, 0]);
}
