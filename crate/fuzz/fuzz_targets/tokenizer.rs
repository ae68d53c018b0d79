//! `tokenizer.json`, `vocab.txt` and texts: no panic, and as many spans as ids.
//!
//! Up to the first NUL the bytes are a vocabulary, after it a text. Good seeds are the tokenizer files
//! of the golden checkpoints.

#![no_main]

use crossgrain_core::token::{BpeTokenizer, EncodeOptions, EsmTokenizer, KmerTokenizer, Tokenizer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let at = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (file, rest) = data.split_at(at);
    let (vocabulary, text) = (String::from_utf8_lossy(file), String::from_utf8_lossy(rest));
    let options = EncodeOptions { strict: false, upper_case: true, uracil_as_thymine: true };
    let tokenizers = [
        BpeTokenizer::from_json(file).ok().map(Tokenizer::Bpe),
        EsmTokenizer::from_vocab(&vocabulary).ok().map(Tokenizer::Esm),
        KmerTokenizer::from_vocab(&vocabulary, 4107).ok().map(Tokenizer::Kmer),
        Some(Tokenizer::Kmer(KmerTokenizer::nt_v2(3))),
    ];
    for tokenizer in tokenizers.into_iter().flatten() {
        if let Ok(encoded) = tokenizer.encode(&text, &options) {
            assert_eq!(encoded.ids.len(), encoded.spans.len());
            assert!(encoded.ids.iter().all(|id| (*id as usize) < tokenizer.len_tokens()));
        }
    }
});
