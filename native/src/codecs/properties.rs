//! What every codec must keep, whatever the bytes.

use proptest::prelude::*;

use super::Codec;

/// Bytes that compress well, badly, or not at all.
pub fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let run = (any::<u8>(), 0..200usize).prop_map(|(byte, length)| vec![byte; length]);
    let repeated = (prop::collection::vec(any::<u8>(), 1..20), 1..30usize)
        .prop_map(|(pattern, times)| pattern.repeat(times));
    let noise = prop::collection::vec(any::<u8>(), 0..300);
    let counts = prop::collection::vec(0..6u8, 0..300);
    prop::collection::vec(prop_oneof![run, repeated, noise, counts], 0..12)
        .prop_map(|parts| parts.concat())
}

/// Asserts that `data` comes back, and that damage neither harms nor goes as data.
///
/// `cut` and `flip` say where an encoding is cut off and which of its bits is flipped.
pub fn hold(codec: &dyn Codec, data: &[u8], [cut, flip]: [u16; 2]) {
    decoded(codec, data, data.len());
    let mut encoded = vec![0; codec.bound(data.len())];
    let length = codec.encode(data, &mut encoded).unwrap();
    encoded.truncate(length);
    assert_eq!(decoded(codec, &encoded, data.len()).as_deref(), Some(data));
    assert_eq!(
        decoded(codec, &encoded, data.len() + 99).as_deref(),
        Some(data)
    );
    if data.is_empty() {
        return;
    }
    let less = decoded(codec, &encoded, data.len() - 1);
    assert_eq!(less, None, "more than the target takes");

    let cut = &encoded[..usize::from(cut) % encoded.len()];
    assert_ne!(decoded(codec, cut, data.len()).as_deref(), Some(data));

    let bit = usize::from(flip) % (encoded.len() * 8);
    encoded[bit / 8] ^= 1 << (bit % 8);
    decoded(codec, &encoded, data.len());
}

/// Decodes into memory for `capacity` bytes and asserts that none behind them changes.
fn decoded(codec: &dyn Codec, source: &[u8], capacity: usize) -> Option<Vec<u8>> {
    const GUARD: [u8; 64] = [0xa5; 64];
    let mut memory = [&vec![0; capacity], &GUARD[..]].concat();
    let given = codec.decode(source, &mut memory[..capacity]).ok();
    assert_eq!(memory[capacity..], GUARD);
    given.map(|length| memory[..capacity][..length].to_vec())
}
