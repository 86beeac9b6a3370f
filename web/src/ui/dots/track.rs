//! A link's curve measured by its length, so that a dot moves at a constant speed.

use tenfold::model::Point;

/// Pieces of a curve; between them a dot moves straight.
const PIECES: usize = 32;
/// Steps by which the length is measured.
const STEPS: usize = 96;

/// A curve with places at equal distances along it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Track {
    curve: [Point; 4],
    places: Vec<[f64; 2]>,
    /// Length, canvas units.
    pub(super) length: f64,
    /// Left, top, right, bottom.
    bounds: [f64; 4],
}

impl Track {
    /// Measures a curve.
    pub(super) fn along(curve: [Point; 4]) -> Track {
        let steps: Vec<[f64; 2]> = (0..=STEPS).map(|n| at(&curve, n as f64 / STEPS as f64)).collect();
        let mut lengths = vec![0.0];
        for pair in steps.windows(2) {
            let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
            lengths.push(lengths[lengths.len() - 1] + (dx * dx + dy * dy).sqrt());
        }
        let length = lengths[STEPS];
        let place = |n: usize| {
            let wanted = length * n as f64 / PIECES as f64;
            let next = lengths.partition_point(|l| *l < wanted).clamp(1, STEPS);
            let step = (lengths[next] - lengths[next - 1]).max(1e-9);
            let share = ((wanted - lengths[next - 1]) / step).clamp(0.0, 1.0);
            at(&curve, (next as f64 - 1.0 + share) / STEPS as f64)
        };
        let places: Vec<[f64; 2]> = (0..=PIECES).map(place).collect();
        let whole = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let bounds = places
            .iter()
            .fold(whole, |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
        Track { curve, places, length, bounds }
    }

    /// Whether it is this curve.
    pub(super) fn follows(&self, curve: &[Point; 4]) -> bool {
        self.curve == *curve
    }

    /// The place after a share of the length, 0 to 1.
    pub(super) fn place(&self, share: f64) -> [f64; 2] {
        let along = share.clamp(0.0, 1.0) * PIECES as f64;
        let piece = (along as usize).min(PIECES - 1);
        let (a, b, rest) = (self.places[piece], self.places[piece + 1], along - piece as f64);
        [a[0] + (b[0] - a[0]) * rest, a[1] + (b[1] - a[1]) * rest]
    }

    /// Whether any of it, or of what falls off it, lies inside a rectangle (left, top, right, bottom).
    pub(super) fn is_seen(&self, seen: [f64; 4], margin: f64) -> bool {
        let [left, top, right, bottom] = self.bounds;
        right + margin >= seen[0]
            && left - margin <= seen[2]
            && bottom + margin >= seen[1]
            && top - margin <= seen[3]
    }
}

fn at(curve: &[Point; 4], t: f64) -> [f64; 2] {
    let u = 1.0 - t;
    let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
    let sum =
        |pick: fn(&Point) -> f64| curve.iter().zip(weights).map(|(point, weight)| pick(point) * weight).sum();
    [sum(|point| point.x), sum(|point| point.y)]
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers, which nothing rounds")]
mod tests {
    use super::*;

    fn bent() -> Track {
        let points = [(0.0, 0.0), (200.0, 0.0), (0.0, 100.0), (200.0, 100.0)];
        Track::along(points.map(|(x, y)| Point { x, y }))
    }

    #[test]
    fn equal_shares_are_equal_distances() {
        let track = bent();
        let places: Vec<[f64; 2]> = (0..=20).map(|n| track.place(f64::from(n) / 20.0)).collect();
        for pair in places.windows(2) {
            let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
            let distance = (dx * dx + dy * dy).sqrt();
            assert!((distance - track.length / 20.0).abs() < track.length * 0.003, "{distance}");
        }
    }

    #[test]
    fn it_begins_and_ends_where_the_curve_does() {
        let track = bent();
        assert_eq!(track.place(-1.0), [0.0, 0.0]);
        assert_eq!(track.place(2.0), [200.0, 100.0]);
    }

    #[test]
    fn what_is_out_of_sight_is_known_to_be() {
        let track = bent();
        assert!(track.is_seen([100.0, 50.0, 300.0, 300.0], 0.0));
        assert!(!track.is_seen([260.0, 0.0, 300.0, 300.0], 20.0));
    }

    #[test]
    fn a_link_of_no_length_is_a_place() {
        let track = Track::along([Point { x: 5.0, y: 5.0 }; 4]);
        assert_eq!(track.place(0.5), [5.0, 5.0]);
    }
}
