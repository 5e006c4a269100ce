//! Blocks of elements copied between places with strides of their own, and room for them.

/// Copies a block of elements.
///
/// # Safety
/// Each element of the block, `counts` along each axis and `itemsize` bytes long,
/// must lie in valid memory on both sides, and the sides must not overlap.
pub unsafe fn copy_block(
    counts: &[usize],
    itemsize: usize,
    source: (*const u8, &[isize]),
    target: (*mut u8, &[isize]),
) {
    let mut axes = Axes::merged(counts, itemsize, source.1, target.1);
    let inner = axes.take_inner(itemsize);
    // SAFETY: merging axes leaves the set of elements as it is.
    unsafe { axes.copy(0, &inner, itemsize, source.0, target.0) }
}

/// Writes `fill`, the bytes of one element, into each element of a block.
///
/// # Safety
/// Each element of the block must lie in valid memory.
pub unsafe fn fill_block(counts: &[usize], fill: &[u8], target: (*mut u8, &[isize])) {
    let source = vec![0; counts.len()]; // every element is the same one
    // SAFETY: the source is one valid element; the target is the caller's promise.
    unsafe { copy_block(counts, fill.len(), (fill.as_ptr(), &source), target) }
}

/// The strides of a block whose elements follow each other, the last axis fastest.
#[must_use]
pub fn dense_strides(shape: &[usize], itemsize: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut stride = itemsize;
    for (axis, length) in shape.iter().enumerate().rev() {
        strides[axis] = stride.cast_signed();
        stride = stride.saturating_mul(*length);
    }
    strides
}

/// Whether the elements of a block follow each other without gaps.
#[must_use]
pub fn is_dense(counts: &[usize], itemsize: usize, strides: &[isize]) -> bool {
    let mut expected = itemsize.cast_signed();
    for (count, stride) in counts.iter().zip(strides).rev() {
        if *count != 1 && *stride != expected {
            return false;
        }
        expected *= count.cast_signed();
    }
    true
}

/// Makes a buffer long enough without copying its old bytes.
pub fn grow(buffer: &mut Vec<u8>, length: usize) {
    if buffer.len() < length {
        buffer.clear();
        buffer.resize(length, 0);
    }
}

#[derive(Clone, Copy)]
struct Axis {
    count: usize,
    source: isize,
    target: isize,
}

struct Axes(Vec<Axis>);

impl Axes {
    /// Drops axes of one element and joins those that follow each other on both sides.
    fn merged(counts: &[usize], itemsize: usize, source: &[isize], target: &[isize]) -> Self {
        let mut axes: Vec<Axis> = Vec::with_capacity(counts.len());
        for ((count, source), target) in counts.iter().zip(source).zip(target) {
            let next = Axis {
                count: *count,
                source: *source,
                target: *target,
            };
            if next.count == 1 {
                continue;
            }
            let length = next.count.cast_signed();
            match axes.last_mut() {
                Some(last)
                    if last.source == next.source * length
                        && last.target == next.target * length =>
                {
                    *last = Axis {
                        count: last.count * next.count,
                        ..next
                    };
                }
                _ => axes.push(next),
            }
        }
        if axes.is_empty() {
            let stride = itemsize.cast_signed();
            let count = usize::from(!counts.contains(&0));
            axes.push(Axis {
                count,
                source: stride,
                target: stride,
            });
        }
        Self(axes)
    }

    fn take_inner(&mut self, itemsize: usize) -> Axis {
        let stride = itemsize.cast_signed();
        self.0.pop().unwrap_or(Axis {
            count: 1,
            source: stride,
            target: stride,
        })
    }

    // SAFETY (callers): as `copy_block`.
    unsafe fn copy(
        &self,
        depth: usize,
        inner: &Axis,
        itemsize: usize,
        mut source: *const u8,
        mut target: *mut u8,
    ) {
        let Some(axis) = self.0.get(depth) else {
            // SAFETY: the caller's promise, for the elements of this run.
            unsafe { copy_run(inner, itemsize, source, target) };
            return;
        };
        for _ in 0..axis.count {
            // SAFETY: the caller's promise, for the elements of this part.
            unsafe { self.copy(depth + 1, inner, itemsize, source, target) };
            source = source.wrapping_offset(axis.source);
            target = target.wrapping_offset(axis.target);
        }
    }
}

// SAFETY (callers): the run's elements lie in valid memory on both sides.
unsafe fn copy_run(run: &Axis, itemsize: usize, source: *const u8, target: *mut u8) {
    let stride = itemsize.cast_signed();
    // SAFETY: as above; reads and writes are unaligned and of whole elements.
    unsafe {
        if run.source == stride && run.target == stride {
            source.copy_to_nonoverlapping(target, run.count * itemsize);
            return;
        }
        match itemsize {
            1 => copy_elements::<1>(run, source, target),
            2 => copy_elements::<2>(run, source, target),
            4 => copy_elements::<4>(run, source, target),
            8 => copy_elements::<8>(run, source, target),
            16 => copy_elements::<16>(run, source, target),
            _ => {
                for i in 0..run.count.cast_signed() {
                    source
                        .offset(i * run.source)
                        .copy_to_nonoverlapping(target.offset(i * run.target), itemsize);
                }
            }
        }
    }
}

// SAFETY (callers): as `copy_run`, with elements of N bytes.
unsafe fn copy_elements<const N: usize>(run: &Axis, source: *const u8, target: *mut u8) {
    for i in 0..run.count.cast_signed() {
        // SAFETY: element i of the run; arrays of bytes have no alignment.
        unsafe {
            let element = source.offset(i * run.source).cast::<[u8; N]>().read();
            target
                .offset(i * run.target)
                .cast::<[u8; N]>()
                .write(element);
        }
    }
}
