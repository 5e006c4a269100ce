//! Byte offsets by hand, and of any bytes.

use proptest::prelude::*;

use super::super::properties::{self, bytes};
use super::decode::{first_delta, one_by_one, running_sums};
use super::pixel::Sum;
use super::*;

const KINDS: [(u32, usize); 8] = [
    (1, 1),
    (1, 2),
    (1, 4),
    (1, 8),
    (0, 1),
    (0, 2),
    (0, 4),
    (0, 8),
];

fn codec(signed: u32, itemsize: usize, length: usize) -> ByteOffset {
    ByteOffset::new(&[signed], Chunk { itemsize, length }).unwrap()
}

fn decoded(source: &[u8], pixels: usize) -> Result<Vec<i32>, String> {
    let mut target = vec![0; 4 * pixels];
    let done = codec(1, 4, target.len()).decode(source, &mut target);
    done.map_err(|damage| damage.to_string())?;
    let (pixels, _) = target.as_chunks();
    Ok(pixels.iter().map(|it| i32::from_le_bytes(*it)).collect())
}

fn encoded(pixels: &[i32]) -> Vec<u8> {
    let source: Vec<_> = pixels.iter().flat_map(|it| it.to_le_bytes()).collect();
    let codec = codec(1, 4, source.len());
    let mut target = vec![0; codec.bound(source.len())];
    let length = codec.encode(&source, &mut target).unwrap();
    target[..length].to_vec()
}

#[test]
fn each_length_is_written_as_the_format_says() {
    assert_eq!(encoded(&[1, 0, 127]), [1, 0xff, 127]);
    assert_eq!(encoded(&[-128]), [0x80, 0x80, 0xff]);
    assert_eq!(encoded(&[-32768])[..3], [0x80, 0, 0x80]);
    assert_eq!(encoded(&[-32768])[3..], [0, 0x80, 0xff, 0xff]);
    let longest = [0x80, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80];
    assert_eq!(encoded(&[i32::MIN])[..11], longest);
    assert_eq!(encoded(&[i32::MIN])[11..], [0xff; 4]);
}

#[test]
fn a_sum_wraps() {
    let source = [0x80, 0, 0x80, 0xff, 0xff, 0xff, 0x7f, 1];
    assert_eq!(decoded(&source, 2).unwrap(), [i32::MAX, i32::MIN]);
    assert_eq!(encoded(&[i32::MAX, i32::MIN]), source);
}

#[test]
fn too_few_pixels_and_too_many_are_damage() {
    let pixels: Vec<_> = (0..100).map(|i| i * i * i).collect();
    let source = encoded(&pixels);
    assert_eq!(decoded(&source, 100).unwrap(), pixels);
    let short = decoded(&source[..source.len() - 1], 100).unwrap_err();
    assert_eq!(short, "ends after 99 of 100 pixels");
    let long = decoded(&source, 99).unwrap_err();
    assert_eq!(long, "has 3 bytes more than its 99 pixels take");
    assert_eq!(decoded(&[], 9).unwrap_err(), "ends after 0 of 9 pixels");
}

#[test]
fn only_integers_have_byte_offsets() {
    for (options, itemsize, length) in [(&[1][..], 3, 3), (&[2], 4, 4), (&[], 4, 4)] {
        assert!(ByteOffset::new(options, Chunk { itemsize, length }).is_none());
    }
    let (itemsize, length) = (4, 7);
    assert!(ByteOffset::new(&[1], Chunk { itemsize, length }).is_none());
}

proptest! {
    #[test]
    fn holds_its_contract(data in bytes(), damage: [u16; 2]) {
        for (signed, itemsize) in KINDS {
            let data = &data[..data.len() / itemsize * itemsize];
            properties::hold(&codec(signed, itemsize, data.len()), data, damage);
        }
    }

    #[test]
    fn what_begins_with_all_pixels_is_told_by_its_rest(source in bytes(), pixels in 0..99usize) {
        // Pixel by pixel, without the quick way.
        let (mut rest, mut value, mut wanted) = (&source[..], 0_i32, Vec::new());
        while wanted.len() < pixels && let Some((delta, length)) = first_delta(rest) {
            value = value.plus(delta);
            wanted.push(value);
            rest = &rest[length..];
        }
        let is_whole = wanted.len() == pixels && rest.is_empty();
        prop_assert_eq!(decoded(&source, pixels).ok(), is_whole.then_some(wanted.clone()));
        let used = source.len() - rest.len();
        prop_assert_eq!(decoded(&source[..used], wanted.len()), Ok(wanted));
    }

    #[test]
    fn a_run_is_summed_up_as_one_by_one(run: [u8; RUN]) {
        prop_assert_eq!(running_sums(run), one_by_one(run));
    }
}
