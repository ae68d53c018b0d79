//! Tables and lists of domains on any bytes: no panic, and no two kept hits that overlap.

#![no_main]

use crossgrain_core::seq::{DomtbloutOptions, read_domain_table, read_domains, read_domtblout};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    _ = read_domains(data, None);
    _ = read_domain_table(data, None);
    for clusters in [false, true] {
        let options = DomtbloutOptions { clusters, ..DomtbloutOptions::default() };
        if let Ok(parsed) = read_domtblout(data, &options, None) {
            let same = |pair: &[crossgrain_core::seq::DomainHit]| pair[0].protein == pair[1].protein;
            assert!(clusters || parsed.hits.windows(2).all(|pair| !same(pair) || pair[0].to < pair[1].from));
        }
    }
});
