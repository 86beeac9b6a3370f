//! Where a label of a line may stand without covering the curves.

use super::plan::Rect;

/// The box of a label, with its text's baseline in the middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slot {
    /// The left edge.
    pub(crate) x: f64,
    /// The vertical middle.
    pub(crate) y: f64,
}

/// Height of a label, pixels.
const HEIGHT: f64 = 14.0;

/// The place for a label `width` wide at a horizontal line `y`: just above or below it, where it covers the
/// least of the `strokes` and none of the labels already `taken`. A place that was free and still is, is kept,
/// so that a label does not wander while curves move.
pub(crate) fn beside_line(
    area: Rect,
    y: f64,
    width: f64,
    strokes: &[&[[f64; 2]]],
    taken: &[(Slot, f64)],
    before: Option<Slot>,
) -> Slot {
    let room = (area.width - width - 8.0).max(0.0);
    let shares = [1.0, 0.0, 0.5, 0.75, 0.25];
    let sides = [y - HEIGHT / 2.0 - 1.0, y + HEIGHT / 2.0 + 2.0];
    let inside = |y: f64| y - HEIGHT / 2.0 >= area.top - 2.0 && y + HEIGHT / 2.0 <= area.bottom();
    let all =
        shares.into_iter().flat_map(|share| sides.map(|y| Slot { x: area.left + 4.0 + room * share, y }));
    let again = before.map(|slot| {
        let above = slot.y < y;
        Slot { x: slot.x.clamp(area.left, area.left + 8.0 + room), y: sides[usize::from(!above)] }
    });
    let cost = |slot: &Slot| {
        let labels = taken.iter().filter(|(other, w)| overlaps(*slot, width, *other, *w)).count();
        covered(*slot, width, strokes) + labels * 1000 + if inside(slot.y) { 0 } else { 500 }
    };
    if let Some(slot) = again.filter(|slot| cost(slot) == 0) {
        return slot;
    }
    all.min_by_key(cost).unwrap_or(Slot { x: area.left, y })
}

fn overlaps(a: Slot, a_width: f64, b: Slot, b_width: f64) -> bool {
    (a.y - b.y).abs() < HEIGHT && a.x < b.x + b_width + 6.0 && b.x < a.x + a_width + 6.0
}

/// How many pieces of the strokes pass through the box.
fn covered(slot: Slot, width: f64, strokes: &[&[[f64; 2]]]) -> usize {
    let (left, right) = (slot.x - 3.0, slot.x + width + 3.0);
    let (top, bottom) = (slot.y - HEIGHT / 2.0, slot.y + HEIGHT / 2.0);
    let through = |piece: &&[[f64; 2]]| {
        let [a, b] = [piece[0], piece[1]];
        let aside = a[0].max(b[0]) < left || a[0].min(b[0]) > right;
        !aside && a[1].max(b[1]) >= top && a[1].min(b[1]) <= bottom
    };
    strokes.iter().map(|stroke| stroke.windows(2).filter(through).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect { left: 40.0, top: 8.0, width: 300.0, height: 120.0 };

    #[test]
    fn a_label_prefers_the_right_above_its_line() {
        let slot = beside_line(AREA, 60.0, 90.0, &[], &[], None);
        assert!(slot.x > 200.0 && slot.y < 60.0);
    }

    #[test]
    fn it_gives_way_to_a_curve() {
        let right: Vec<[f64; 2]> =
            (0..60).map(|n| [200.0 + f64::from(n) * 2.5, 55.0 + f64::from(n % 20)]).collect();
        let slot = beside_line(AREA, 60.0, 90.0, &[&right], &[], None);
        assert_eq!(covered(slot, 90.0, &[&right]), 0, "{slot:?}");
    }

    #[test]
    fn it_stays_where_it_was_while_that_is_free() {
        let before = Slot { x: 100.0, y: 62.0 };
        let slot = beside_line(AREA, 50.0, 90.0, &[], &[], Some(before));
        assert!((slot.x - 100.0).abs() < 1e-9 && slot.y > 50.0);
    }

    #[test]
    fn two_labels_do_not_cover_each_other() {
        let first = beside_line(AREA, 60.0, 90.0, &[], &[], None);
        let second = beside_line(AREA, 63.0, 90.0, &[], &[(first, 90.0)], None);
        assert!(!overlaps(second, 90.0, first, 90.0));
    }

    #[test]
    fn at_the_top_it_stands_below_its_line() {
        let slot = beside_line(AREA, 10.0, 90.0, &[], &[], None);
        assert!(slot.y > 10.0);
    }
}
