#![no_main]

#[path = "../../estair-core/tests/rules/inputs.rs"]
#[allow(dead_code, reason = "each target uses one function")]
mod inputs;

libfuzzer_sys::fuzz_target!(|data: &[u8]| inputs::payload(data));
