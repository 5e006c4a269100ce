use proptest::prelude::*;

use super::*;
use crate::codecs::blosc::tests::Counting;
use crate::codecs::properties::{self, bytes};

/// An array of bytes, the shape of its blocks, bytes of an element, and options.
#[derive(Debug)]
struct Case {
    options: Vec<u32>,
    shapes: Shapes,
    data: Vec<u8>,
}

impl Case {
    fn codec(&self) -> Blosc2 {
        let chunk = Chunk {
            itemsize: 1,
            length: self.data.len(),
        };
        Blosc2::new(&self.options, chunk).unwrap()
    }

    /// Encodes the array in just these blocks.
    fn encoded(&self) -> Vec<u8> {
        let mut codec = self.codec();
        codec.settings.level = codec.settings.level.max(1);
        let mut target = vec![0; 9000 + 40 * self.data.len()];
        let length = codec
            .write(Some(&self.shapes), &self.data, &mut target)
            .unwrap();
        target.truncate(length);
        target
    }
}

prop_compose! {
    fn cases()(
        axes in prop::collection::vec((1..12usize, any::<prop::sample::Index>()), 1..5),
        itemsize in prop_oneof![1..9u32, Just(16), Just(300)],
        level in 0..10u32,
        shuffle in 0..3u32,
        compressor in prop::sample::select(vec![0, 1, 2, 4, 5]),
        block in 0..500u32,
        data in bytes(),
    ) -> Case {
        let array: Vec<_> = axes.iter().map(|(length, _)| *length).collect();
        let block_shape = axes.iter().map(|(length, index)| 1 + index.index(*length)).collect();
        let length = array.iter().product::<usize>() * itemsize as usize;
        let mut options = vec![1, block, itemsize, 0, level, shuffle, compressor];
        options.push(u32::try_from(array.len()).unwrap());
        options.extend(array.iter().map(|length| u32::try_from(*length).unwrap()));
        let data = data.iter().chain(&[1]).cycle().take(length).copied().collect();
        Case { options, shapes: Shapes { array, block: block_shape }, data }
    }
}

#[test]
fn options_that_the_filter_does_not_know_are_refused() {
    let chunk = Chunk {
        itemsize: 1,
        length: 1,
    };
    assert!(Blosc2::new(&[1, 0, 1, 0, 10], chunk).is_none());
    assert!(Blosc2::new(&[1, 0, 1, 0, 5, 3], chunk).is_none());
    assert!(Blosc2::new(&[1, 0, 1, 0, 5, 1, 3], chunk).is_none());
    assert!(Blosc2::new(&[1, 0, 1, 0, 5, 1, 32], chunk).is_none());
    assert!(Blosc2::new(&[1, 0, 1, 0, 5, 1, 1, 2, 7], chunk).is_none());
    assert!(Blosc2::new(&[], chunk).is_some());
}

#[test]
fn an_array_of_another_shape_is_damage() {
    let case = Case {
        options: vec![1, 0, 1, 0, 5, 1, 1, 2, 40, 50],
        shapes: Shapes {
            array: vec![50, 40],
            block: vec![9, 40],
        },
        data: vec![5; 2000],
    };
    let failure = case
        .codec()
        .decode(&case.encoded(), &mut [0; 2000])
        .unwrap_err();
    assert_eq!(failure, Damage::new("holds an array of another shape"));
}

#[test]
fn blocks_are_rows_of_a_frame() {
    let shapes = Shapes::divide(vec![1, 2167, 2070], 1 << 16);
    assert_eq!(shapes.block, [1, 31, 2070]);
    let shapes = Shapes::divide(vec![100, 500, 500], 1 << 20);
    assert_eq!(shapes.block, [4, 500, 500]);
}

#[test]
fn a_row_is_read_without_the_rest() {
    let mut options = vec![1, 0, 2, 0, 5, 1, 1, 2, 1000, 500];
    let data: Vec<u8> = (0..1_000_000_u32)
        .map(|i| (i.wrapping_mul(i) >> 7).to_le_bytes()[0])
        .collect();
    let chunk = Chunk {
        itemsize: 2,
        length: data.len(),
    };
    options[1] = 16_000;
    let codec = Blosc2::new(&options, chunk).unwrap();
    let mut encoded = vec![0; codec.bound(data.len())];
    let length = codec.encode(&data, &mut encoded).unwrap();
    let source = Counting(&encoded[..length], 0.into());
    let mut target = [0; 1000];
    let done = codec.decode_part(&source, 777_000..778_000, &mut target);
    assert_eq!(done, Some(Ok(())));
    assert_eq!(target, data[777_000..778_000]);
    assert!(
        source.1.get() < length / 32,
        "{} of {length}",
        source.1.get()
    );
}

proptest! {
    #[test]
    fn holds_its_contract(case in cases(), array: bool, damage: [u16; 2]) {
        let mut case = case;
        if !array {
            case.options.truncate(7);
        }
        properties::hold(&case.codec(), &case.data, damage);
    }

    #[test]
    fn blocks_of_any_shape_are_put_in_place(
        case in cases(),
        ends: [prop::sample::Index; 2],
        flips: [(prop::sample::Index, u8); 3],
    ) {
        let (codec, length) = (case.codec(), case.data.len());
        let mut chunk = case.encoded();
        let mut whole = vec![0; length];
        prop_assert_eq!(codec.decode(&chunk, &mut whole), Ok(length));
        prop_assert!(whole == case.data);

        let [a, b] = ends.map(|end| end.index(length + 1));
        let wanted = a.min(b)..a.max(b);
        let mut part = vec![0; wanted.len()];
        let done = codec.decode_part(&&chunk[..], wanted.clone(), &mut part);
        prop_assert_eq!(done, Some(Ok(())));
        prop_assert!(part == case.data[wanted.clone()]);

        for (at, byte) in flips {
            let at = at.index(chunk.len());
            chunk[at] = byte;
        }
        let whole_too = codec.decode(&chunk, &mut whole);
        let done = codec.decode_part(&&chunk[..], wanted.clone(), &mut part);
        if whole_too == Ok(length) {
            prop_assert_eq!(done, Some(Ok(())));
            prop_assert!(part == whole[wanted]);
        }
    }
}
