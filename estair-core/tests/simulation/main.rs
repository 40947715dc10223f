//! The whole system under faults, deterministically: two servers of one book whose clocks do not agree, outbox, Messager,
//! webhook, expiry and notifications over the in-memory stores, with virtual clocks. Every step of every store may fail, answers get lost on the way in both
//! directions, workers die with their leases. Any seed replays exactly what it did.
//!
//! `ESTAIR_SIM_SEEDS` sets how many seeds run (default 300), `ESTAIR_SIM_FIRST` with which the first begins.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod around;
mod met;
mod world;

use met::Met;
use world::World;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

// rule: F8, W1, W2, W3, W4, G1, G3, G6, G9, X4, C4, N3
#[test]
fn nothing_is_lost_doubled_or_beyond_the_limit_whatever_fails() {
    let mut met = Met::default();
    let first = number("ESTAIR_SIM_FIRST", 0);
    for seed in first..first + number("ESTAIR_SIM_SEEDS", 300) {
        let mut world = World::new(seed);
        for _ in 0..120 {
            world.step();
        }
        world.settle();
        world.check();
        met.add(&world.met);
    }
    println!("met: {met:?}");
    met.assert_all_met();
}
