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
    fn a_frame_is_the_same_piece_by_piece(
        source in bytes(), pixels in 0..999usize, piece in 0..99usize, kind in 0..KINDS.len(),
    ) {
        let (signed, itemsize) = KINDS[kind];
        let codec = codec(signed, itemsize, pixels * itemsize);
        let [mut whole, mut read] = [(); 2].map(|()| vec![0; pixels * itemsize]);
        let done = codec.decode(&source, &mut whole);
        let source = &source[..];
        let stream = Stream::new(&source, piece);
        prop_assert_eq!(&codec.decode_pieces(stream, &mut read), &done);
        prop_assert!(done.is_err() || read == whole);
    }

    #[test]
    fn a_part_is_that_of_the_whole(
        source in bytes(), piece in 0..99usize, kind in 0..KINDS.len(), ends: [u16; 2],
    ) {
        let (signed, itemsize) = KINDS[kind];
        let room = &mut vec![0; source.len() * itemsize];
        let mut last = 0;
        let (used, given) = (codec(signed, itemsize, 0).decode)(&source, room, &mut last);
        let codec = codec(signed, itemsize, room.len());
        let [start, end] = ends.map(|end| usize::from(end) % (source.len() + 1) * itemsize);
        let wanted = start.min(end)..start.max(end);
        let mut part = vec![0; wanted.len()];
        let done = codec.decode_wanted(Stream::new(&&source[..], piece), wanted.clone(), &mut part);
        prop_assert!(used <= source.len());
        if wanted.end <= given {
            prop_assert_eq!(done, Ok(()));
            prop_assert_eq!(&part[..], &room[wanted]);
        } else {
            let (given, all) = (given / itemsize, source.len());
            let text = format!("ends after {given} of {all} pixels");
            prop_assert_eq!(done.unwrap_err().to_string(), text);
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
