//! Where things are on the canvas: boxes, curves, hits, cameras. Pure functions.
//!
//! World units are those of the model's places; screen units are CSS pixels from the canvas's top left corner.

use tenfold::model::Point;

/// Width of a component's card, in world units.
pub(crate) const CARD_W: f64 = 172.0;
/// Height of a component's card, in world units.
pub(crate) const CARD_H: f64 = 92.0;
/// Places snap to multiples of this.
pub(crate) const GRID: f64 = 4.0;
/// The smallest and the greatest zoom.
pub(crate) const ZOOM: (f64, f64) = (0.1, 3.0);

/// A box, by two corners.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Area {
    /// The box between two corners, whichever way round they are.
    pub(crate) fn between(a: Point, b: Point) -> Self {
        Area { left: a.x.min(b.x), top: a.y.min(b.y), right: a.x.max(b.x), bottom: a.y.max(b.y) }
    }
    /// The box of the card that stands at `at`.
    pub(crate) fn card(at: Point) -> Self {
        Area { left: at.x, top: at.y, right: at.x + CARD_W, bottom: at.y + CARD_H }
    }
    /// The smallest box around all cards at `places`.
    pub(crate) fn around(places: impl IntoIterator<Item = Point>) -> Option<Self> {
        places.into_iter().map(Area::card).reduce(|a, b| Area {
            left: a.left.min(b.left),
            top: a.top.min(b.top),
            right: a.right.max(b.right),
            bottom: a.bottom.max(b.bottom),
        })
    }
    pub(crate) fn touches(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
    pub(crate) fn contains(&self, p: Point) -> bool {
        (self.left..=self.right).contains(&p.x) && (self.top..=self.bottom).contains(&p.y)
    }
    pub(crate) fn centre(&self) -> Point {
        Point { x: (self.left + self.right) / 2.0, y: (self.top + self.bottom) / 2.0 }
    }
}

/// What part of the world is seen: `screen = world × zoom + (x, y)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Camera {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) zoom: f64,
}

impl Camera {
    pub(crate) fn to_world(self, p: Point) -> Point {
        Point { x: (p.x - self.x) / self.zoom, y: (p.y - self.y) / self.zoom }
    }
    pub(crate) fn to_screen(self, p: Point) -> Point {
        Point { x: p.x * self.zoom + self.x, y: p.y * self.zoom + self.y }
    }
    /// Zooms by `factor` so that what is under `at` (screen) stays there.
    pub(crate) fn zoomed(self, factor: f64, at: Point) -> Camera {
        let zoom = (self.zoom * factor).clamp(ZOOM.0, ZOOM.1);
        let world = self.to_world(at);
        Camera { x: at.x - world.x * zoom, y: at.y - world.y * zoom, zoom }
    }
    /// The camera that shows `area` whole, in a screen of this size of which the lowest `foot` is taken, no larger than life
    /// unless it is tiny.
    pub(crate) fn fitting(area: Area, size: (f64, f64), foot: f64) -> Camera {
        let margin = (size.0.min(size.1) * 0.08).clamp(14.0, 48.0);
        // Above a card stands its label; below it nothing.
        let (w, h) = (area.right - area.left, area.bottom - area.top + 24.0);
        let room = size.1 - margin - margin.max(foot);
        let zoom = ((size.0 - 2.0 * margin) / w).min(room / h).clamp(ZOOM.0, 1.15);
        let centre = area.centre();
        Camera { x: size.0 / 2.0 - centre.x * zoom, y: margin + room / 2.0 - (centre.y - 8.0) * zoom, zoom }
    }
}

/// A place on the grid.
pub(crate) fn snapped(p: Point) -> Point {
    let snap = |x: f64| libm::round(x / GRID) * GRID;
    Point { x: snap(p.x), y: snap(p.y) }
}

/// The curve of a link between two cards: a cubic Bézier from the caller to the called.
///
/// It leaves to the right and arrives from the left; where the called stands above or below, it goes straight there.
pub(crate) fn curve(from: Point, to: Point) -> [Point; 4] {
    let (a, b) = (Area::card(from), Area::card(to));
    let upright = b.left < a.right + 12.0 && a.left < b.right + 12.0;
    if upright && b.top >= a.bottom + 8.0 {
        return vertical(Point { x: a.centre().x, y: a.bottom }, Point { x: b.centre().x, y: b.top });
    }
    if upright && a.top >= b.bottom + 8.0 {
        return vertical(Point { x: a.centre().x, y: a.top }, Point { x: b.centre().x, y: b.bottom });
    }
    let start = Point { x: a.right, y: a.centre().y };
    let end = Point { x: b.left, y: b.centre().y };
    let dx = end.x - start.x;
    // Backwards, the curve needs room to turn.
    let reach = if dx >= 0.0 { (dx / 2.0).max(24.0) } else { (-dx / 2.5).clamp(60.0, 220.0) };
    [start, Point { x: start.x + reach, y: start.y }, Point { x: end.x - reach, y: end.y }, end]
}

/// The curve of a link that sets a number of instances: the shortest way, since its ends have no ports. Beside each other it keeps below the ports.
pub(crate) fn control_curve(from: Point, to: Point) -> [Point; 4] {
    const BELOW: f64 = 24.0;
    let (a, b) = (Area::card(from), Area::card(to));
    // It arrives on the side it comes from, so that two of them can be told apart.
    let lean = ((a.centre().x - b.centre().x) / 4.0).clamp(-CARD_W / 4.0, CARD_W / 4.0);
    let end = |y| Point { x: b.centre().x + lean, y };
    if b.top >= a.bottom + 8.0 {
        return vertical(Point { x: a.centre().x, y: a.bottom }, end(b.top));
    }
    if a.top >= b.bottom + 8.0 {
        return vertical(Point { x: a.centre().x, y: a.top }, end(b.bottom));
    }
    let (start, end) = if a.left > b.left { (a.left, b.right) } else { (a.right, b.left) };
    let (start, end) =
        (Point { x: start, y: a.centre().y + BELOW }, Point { x: end, y: b.centre().y + BELOW });
    let half = (end.x - start.x) / 2.0;
    [start, Point { x: start.x + half, y: start.y }, Point { x: end.x - half, y: end.y }, end]
}

fn vertical(start: Point, end: Point) -> [Point; 4] {
    let reach = (end.y - start.y) / 2.0;
    [start, Point { x: start.x, y: start.y + reach }, Point { x: end.x, y: end.y - reach }, end]
}

/// Whether a curve arrives from above or below, where the card has no port to mark its end.
pub(crate) fn is_vertical(c: &[Point; 4]) -> bool {
    (c[0].x - c[1].x).abs() < 0.01 && (c[0].y - c[1].y).abs() > 0.01
}

/// The point at `t` (0 to 1) of a curve.
pub(crate) fn on_curve(c: &[Point; 4], t: f64) -> Point {
    let u = 1.0 - t;
    let w = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
    let sum = |get: fn(&Point) -> f64| w.iter().zip(c).map(|(w, p)| w * get(p)).sum();
    Point { x: sum(|p| p.x), y: sum(|p| p.y) }
}

/// Where the text beside a link stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Label {
    /// The text's baseline, at its anchor.
    pub(crate) at: Point,
    /// Which part of the text is there, in the words of SVG.
    pub(crate) anchor: &'static str,
}

impl Label {
    /// At the curve's middle; where that is taken by a card or another label, on the other side or as near to it as is free.
    pub(crate) fn beside(c: &[Point; 4], taken: &[Area]) -> Label {
        const ALONG: [f64; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
        let sides = ALONG.into_iter().flat_map(|t| [Label::at(c, t, true), Label::at(c, t, false)]);
        let is_free = |label: &Label| !taken.iter().any(|area| area.touches(&label.area()));
        sides.into_iter().find(is_free).unwrap_or_else(|| Label::at(c, 0.5, true))
    }

    /// At `t` of a curve: above it where it lies, beside it where it is steep, on the side it bends away from.
    fn at(c: &[Point; 4], t: f64, right: bool) -> Label {
        let Point { x, y } = on_curve(c, t);
        let (before, after) = (on_curve(c, t - 0.02), on_curve(c, t + 0.02));
        let (dx, dy) = (after.x - before.x, after.y - before.y);
        let shifted = |dx, dy, anchor| Label { at: Point { x: x + dx, y: y + dy }, anchor };
        if dy.abs() < 0.3 * dx.abs() {
            return shifted(0.0, if right { -9.0 } else { 18.0 }, "middle");
        }
        let down = match () {
            () if is_vertical(c) => 4.0,
            () if (dy < 0.0) == right => 12.0,
            () => -5.0,
        };
        if right { shifted(11.0, down, "start") } else { shifted(-11.0, down, "end") }
    }

    /// What an ordinary rate takes.
    pub(crate) fn area(&self) -> Area {
        const W: f64 = 56.0;
        let left = match self.anchor {
            "start" => self.at.x,
            "end" => self.at.x - W,
            _ => self.at.x - W / 2.0,
        };
        Area { left, top: self.at.y - 10.0, right: left + W, bottom: self.at.y + 4.0 }
    }
}

/// How far `p` is from a curve.
pub(crate) fn distance_to(c: &[Point; 4], p: Point) -> f64 {
    (0..=24).map(|i| distance(on_curve(c, f64::from(i) / 24.0), p)).fold(f64::INFINITY, f64::min)
}

/// How far two points are apart.
pub(crate) fn distance(a: Point, b: Point) -> f64 {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    libm::sqrt(dx * dx + dy * dy)
}

/// The curve as an SVG path.
pub(crate) fn path(c: &[Point; 4]) -> String {
    let [a, b, d, e] = c;
    format!("M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}", a.x, a.y, b.x, b.y, d.x, d.y, e.x, e.y)
}

/// A way to walk from card to card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    Left,
    Right,
    Up,
    Down,
}

impl Heading {
    /// A unit step this way.
    pub(crate) fn step(self) -> (f64, f64) {
        match self {
            Heading::Left => (-1.0, 0.0),
            Heading::Right => (1.0, 0.0),
            Heading::Up => (0.0, -1.0),
            Heading::Down => (0.0, 1.0),
        }
    }
}

/// Which of `places` is the next one this way from `from`: near, and not too far off the line.
pub(crate) fn next_in<'a>(
    from: Point,
    heading: Heading,
    places: impl Iterator<Item = (&'a str, Point)>,
) -> Option<&'a str> {
    let (sx, sy) = heading.step();
    let cost = |p: Point| {
        let (dx, dy) = (p.x - from.x, p.y - from.y);
        let along = dx * sx + dy * sy;
        let across = (dx * sy).abs() + (dy * sx).abs();
        (along > 1.0).then_some(along + 2.0 * across)
    };
    let reachable = places.filter_map(|(id, p)| Some((id, cost(p)?)));
    reachable.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(id, _)| id)
}

/// Moves `at` so that it lines up with a neighbour it nearly lines up with; gives the lines to show (x and y).
pub(crate) fn aligned(at: Point, others: &[Point], within: f64) -> (Point, Option<f64>, Option<f64>) {
    let nearest = |value: f64, get: fn(&Point) -> f64| {
        let near = others.iter().map(get).filter(|o| (o - value).abs() <= within);
        near.min_by(|a, b| (a - value).abs().total_cmp(&(b - value).abs()))
    };
    let (x, y) = (nearest(at.x, |p| p.x), nearest(at.y, |p| p.y));
    let free = snapped(at);
    (Point { x: x.unwrap_or(free.x), y: y.unwrap_or(free.y) }, x, y)
}

/// A free place for a new card near `wish`: the first on a spiral of grid steps that touches no other card.
pub(crate) fn free_place(wish: Point, taken: &[Point]) -> Point {
    let wish = snapped(wish);
    let step = (CARD_W + 28.0, CARD_H + 28.0);
    let ring = |r: i32| {
        (-r..=r)
            .flat_map(move |y| (-r..=r).map(move |x| (x, y)))
            .filter(move |(x, y)| x.abs().max(y.abs()) == r)
    };
    for (x, y) in (0..30).flat_map(ring) {
        let place = Point { x: wish.x + f64::from(x) * step.0, y: wish.y + f64::from(y) * step.1 };
        let room = Area {
            left: place.x - 8.0,
            top: place.y - 8.0,
            right: place.x + CARD_W + 8.0,
            bottom: place.y + CARD_H + 8.0,
        };
        if !taken.iter().any(|t| Area::card(*t).touches(&room)) {
            return place;
        }
    }
    wish
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn p(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn what_scales_another_reaches_it_the_short_way() {
        let right = control_curve(p(236.0, 0.0), p(0.0, 0.0));
        assert_eq!((right[0].x, right[3].x), (236.0, CARD_W), "from its left edge to the other's right one");
        let above = control_curve(p(500.0, 0.0), p(0.0, 200.0));
        assert!(is_vertical(&above) && (above[3].y - 200.0).abs() < 1e-9 && above[3].x > CARD_W / 2.0);
        assert!(is_vertical(&control_curve(p(0.0, 200.0), p(0.0, 0.0))));
    }

    #[test]
    fn zooming_keeps_what_is_under_the_cursor_there() {
        let camera = Camera { x: 30.0, y: -12.0, zoom: 0.8 };
        let cursor = p(411.0, 230.0);
        let world = camera.to_world(cursor);
        for factor in [0.5, 0.9, 1.1, 3.0, 100.0] {
            let there = camera.zoomed(factor, cursor).to_screen(world);
            assert!(distance(there, cursor) < 1e-9, "{factor}");
        }
        assert!(camera.zoomed(1e9, cursor).zoom <= ZOOM.1);
    }

    #[test]
    fn a_fitted_model_is_seen_whole_on_every_screen() {
        let places = [p(0.0, 0.0), p(944.0, 20.0), p(944.0, 420.0)];
        let Some(area) = Area::around(places) else { panic!("three cards have an area") };
        for (size, foot) in [((928.0, 596.0), 0.0), ((820.0, 500.0), 72.0), ((390.0, 300.0), 72.0)] {
            let camera = Camera::fitting(area, size, foot);
            for corner in [p(area.left, area.top), p(area.right, area.bottom)] {
                let seen = camera.to_screen(corner);
                assert!(
                    seen.x >= 0.0 && seen.x <= size.0 && seen.y >= 0.0 && seen.y <= size.1 - foot,
                    "{size:?} {seen:?}"
                );
            }
        }
    }

    #[test]
    fn a_link_to_a_card_below_goes_down_and_one_to_the_right_goes_right() {
        let down = curve(p(0.0, 0.0), p(0.0, 200.0));
        assert!(is_vertical(&down));
        assert_eq!(down[0], p(CARD_W / 2.0, CARD_H));
        let right = curve(p(0.0, 0.0), p(236.0, 100.0));
        assert!(!is_vertical(&right));
        assert_eq!(right[3], p(236.0, 100.0 + CARD_H / 2.0));
        assert!(distance_to(&right, on_curve(&right, 0.5)) < 1e-9);
        assert!(distance_to(&right, p(0.0, 900.0)) > 500.0);
    }

    #[test]
    fn a_links_label_stands_where_no_card_hides_it() {
        let lying = curve(p(0.0, 0.0), p(300.0, 0.0));
        let free = Label::beside(&lying, &[p(0.0, 0.0), p(300.0, 0.0)].map(Area::card));
        assert_eq!((free.at.x, free.anchor), ((CARD_W + 300.0) / 2.0, "middle"));
        // Past a card that stands where its middle is.
        let places = [p(0.0, 0.0), p(236.0, 180.0), p(472.0, 420.0)];
        let mut taken = places.map(Area::card).to_vec();
        let steep = curve(places[0], places[2]);
        // And so does that of a second link between the same.
        for _ in 0..2 {
            let label = Label::beside(&steep, &taken);
            assert!(!taken.iter().any(|area| area.touches(&label.area())), "{label:?}");
            assert!(distance_to(&steep, label.at) < 30.0, "{label:?}");
            taken.push(label.area());
        }
    }

    #[test]
    fn arrows_walk_to_the_neighbour_that_way() {
        let places = [("a", p(0.0, 0.0)), ("b", p(236.0, 30.0)), ("c", p(472.0, 0.0)), ("d", p(10.0, 200.0))];
        let go = |heading| next_in(p(0.0, 0.0), heading, places.iter().copied());
        assert_eq!(go(Heading::Right), Some("b"));
        assert_eq!(go(Heading::Down), Some("d"));
        assert_eq!(go(Heading::Left), None);
    }

    #[test]
    fn a_new_card_covers_no_other() {
        let mut taken = vec![p(0.0, 0.0)];
        for _ in 0..12 {
            let place = free_place(p(0.0, 0.0), &taken);
            assert!(!taken.iter().any(|t| Area::card(*t).touches(&Area::card(place))));
            taken.push(place);
        }
    }
}
