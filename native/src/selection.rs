//! A selection, cut along the borders of chunks.

/// The picks along one axis: `count` of them, `step` apart, from `start` on.
#[derive(Clone, Copy, Debug)]
pub struct Picks {
    /// The first pick.
    pub start: usize,
    /// From one pick to the next; at least 1.
    pub step: usize,
    /// How many.
    pub count: usize,
}

/// The picks of one axis that lie in one chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The chunk's place in the grid.
    pub cell: usize,
    /// The first pick, counted from the chunk's own start.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// The first pick's place among all picks.
    pub placed: usize,
}

impl Picks {
    /// How many chunks of `size` elements hold a pick.
    #[must_use]
    pub fn cells(&self, size: usize) -> usize {
        if self.count == 0 || self.step >= size {
            return self.count;
        }
        let last = self.start + (self.count - 1) * self.step;
        last / size - self.start / size + 1
    }

    /// The picks in the `k`-th of those chunks.
    #[must_use]
    pub fn cut(&self, k: usize, size: usize) -> Cut {
        if self.step >= size {
            let place = self.start + k * self.step;
            return Cut {
                cell: place / size,
                first: place % size,
                count: 1,
                placed: k,
            };
        }
        let cell = self.start / size + k;
        let before = |border: usize| border.saturating_sub(self.start).div_ceil(self.step);
        let placed = before(cell * size);
        let end = before((cell + 1) * size).min(self.count);
        let first = self.start + placed * self.step - cell * size;
        Cut {
            cell,
            first,
            count: end - placed,
            placed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_cuts_of_an_axis_are_its_picks(
            start in 0usize..50, step in 1usize..20, count in 0usize..30, size in 1usize..15,
        ) {
            let picks = Picks { start, step, count };
            let mut found = Vec::new();
            let mut cells = Vec::new();
            for k in 0..picks.cells(size) {
                let cut = picks.cut(k, size);
                prop_assert_eq!(cut.placed, found.len());
                prop_assert!(cut.count > 0);
                for i in 0..cut.count {
                    prop_assert!(cut.first + i * step < size);
                    found.push(cut.cell * size + cut.first + i * step);
                }
                cells.push(cut.cell);
            }
            let expected: Vec<_> = (0..count).map(|i| start + i * step).collect();
            prop_assert_eq!(found, expected);
            if step < size {
                cells.dedup();
                prop_assert_eq!(cells.len(), picks.cells(size));
            }
        }
    }
}
