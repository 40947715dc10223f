//! The rules by themselves, without a store: what a posting costs before it is saved.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench may fail")]

use estair_core::verify::{Report, verify_account};
use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use estair_benches::at_once;
use estair_benches::ledger::Ledger;
use estair_benches::posting::{book, decide, decide_all, payment};

/// Movements of the account that is verified.
const MOVEMENTS: u64 = 10_000;

fn one(criterion: &mut Criterion) {
    let (snapshot, command) = (book(1), payment(1, 1));
    criterion.bench_function("decide one posting", |bencher| {
        bencher.iter(|| decide(black_box(&command), black_box(&snapshot), 1).unwrap());
    });
}

fn batch(criterion: &mut Criterion) {
    let commands: Vec<_> = (0..1_000).map(|number| payment(number % 100 + 1, number)).collect();
    criterion.bench_function("decide and apply 1,000 postings over 100 accounts", |bencher| {
        bencher.iter_batched_ref(
            || book(100),
            |snapshot| decide_all(black_box(&commands), snapshot).unwrap(),
            BatchSize::LargeInput,
        );
    });
}

fn recompute(criterion: &mut Criterion) {
    let Ledger { store, account } = Ledger::of(MOVEMENTS).unwrap();
    let mut group = criterion.benchmark_group("verify");
    group.sample_size(10);
    group.bench_function(format!("one account of {MOVEMENTS} movements, figures and chains"), |bencher| {
        bencher.iter(|| {
            let mut report = Report::default();
            at_once(verify_account(&store, &account, None, &mut report)).unwrap().unwrap();
            assert!(report.is_clean() && report.links == MOVEMENTS, "{:?}", report.findings);
        });
    });
    group.finish();
}

criterion_group!(benches, one, batch, recompute);
criterion_main!(benches);
