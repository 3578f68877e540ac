//! Which part of the picture is seen, and how large.

/// The smallest and the largest size.
const SCALES: (f64, f64) = (0.02, 3.0);
/// Everything can be read from this size on: the smallest letters, of 12 pixels, are 11 pixels high then. A picture starts with
/// it or a larger one.
const READABLE: f64 = 0.92;
/// The most pixels that a large picture starts with. Browsers keep no more than about so many of one painted; a larger picture
/// would be painted again and again while it moves.
const MAX_PAINTED_PX: f64 = 24_000_000.0;
/// Free space around a picture that is fitted.
const MARGIN_PX: f64 = 40.0;
/// How far a node is kept from the border when the keys move to it.
const FOCUS_MARGIN_PX: f64 = 24.0;
/// What one press of a key or button does.
pub const ZOOM_STEP: f64 = 1.25;
/// Below this size names are not drawn.
const FAR: f64 = 0.4;

/// Width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A place in the window onto the picture, or in the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// Turns places of the picture into places of the window: `x * scale + left`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Where the left border of the picture is in the window.
    pub left: f64,
    /// Where its upper border is.
    pub top: f64,
    /// How large it is drawn.
    pub scale: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self { left: 0.0, top: 0.0, scale: 1.0 }
    }
}

impl Camera {
    /// Shows all of the picture, in its middle and never larger than natural.
    pub fn fitting(picture: Size, window: Size) -> Self {
        let room = |length: f64| (length - 2.0 * MARGIN_PX).max(1.0);
        let scale = (room(window.width) / picture.width.max(1.0)).min(room(window.height) / picture.height.max(1.0));
        let scale = scale.clamp(SCALES.0, 1.0);
        Self {
            left: (window.width - picture.width * scale) / 2.0,
            top: (window.height - picture.height * scale) / 2.0,
            scale,
        }
    }

    /// Shows all of it where it can be read then, and otherwise the surroundings of a place.
    pub fn starting(picture: Size, window: Size, start: Point) -> Self {
        let fitting = Self::fitting(picture, window);
        if fitting.scale >= READABLE {
            return fitting;
        }
        let painted = (MAX_PAINTED_PX / (picture.width * picture.height).max(1.0)).sqrt();
        let near = Self { scale: READABLE.min(painted).max(fitting.scale), ..fitting };
        let middle = Point { x: window.width / 2.0, y: window.height / 2.0 };
        near.with_at(start, middle).within(picture, window)
    }

    /// The same size, moved so that a place of the picture is at a place of the window.
    pub fn with_at(self, place: Point, window: Point) -> Self {
        Self { left: window.x - place.x * self.scale, top: window.y - place.y * self.scale, ..self }
    }

    /// Where a place of the picture is in the window.
    pub fn window_point(self, place: Point) -> Point {
        Point { x: place.x * self.scale + self.left, y: place.y * self.scale + self.top }
    }

    /// Moved by a distance in the window.
    pub fn moved(self, by: Point) -> Self {
        Self { left: self.left + by.x, top: self.top + by.y, ..self }
    }

    /// Larger or smaller, with what is under a place of the window staying there.
    pub fn zoomed(self, factor: f64, fixed: Point) -> Self {
        let scale = (self.scale * factor).clamp(SCALES.0, SCALES.1);
        let factor = scale / self.scale;
        let hold = |border: f64, fixed: f64| fixed - (fixed - border) * factor;
        Self { left: hold(self.left, fixed.x), top: hold(self.top, fixed.y), scale }
    }

    /// Moved as little as needed for a rectangle of the picture to be seen.
    pub fn showing(self, corner: Point, size: Size, window: Size) -> Self {
        let shift = |from: f64, length: f64, room: f64| {
            let (least, most) = (FOCUS_MARGIN_PX, room - FOCUS_MARGIN_PX - length);
            if from < least {
                least - from
            } else if from > most.max(least) {
                most.max(least) - from
            } else {
                0.0
            }
        };
        let Point { x, y } = self.window_point(corner);
        let (width, height) = (size.width * self.scale, size.height * self.scale);
        self.moved(Point { x: shift(x, width, window.width), y: shift(y, height, window.height) })
    }

    /// Moved so that no side of the window is empty where the picture could fill it.
    fn within(self, picture: Size, window: Size) -> Self {
        let hold = |border: f64, length: f64, room: f64| {
            let length = length * self.scale;
            if length + 2.0 * MARGIN_PX <= room {
                (room - length) / 2.0
            } else {
                border.clamp(room - length - MARGIN_PX, MARGIN_PX)
            }
        };
        let left = hold(self.left, picture.width, window.width);
        Self { left, top: hold(self.top, picture.height, window.height), ..self }
    }

    /// Whether the picture is so small that names cannot be read.
    pub fn is_far(self) -> bool {
        self.scale < FAR
    }

    /// The transform for the style of what holds the picture.
    pub fn transform(self) -> String {
        let Self { left, top, scale } = self;
        format!("translate({left:.2}px, {top:.2}px) scale({scale:.4})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Size = Size { width: 1_000.0, height: 600.0 };

    fn near(one: Point, other: Point) -> bool {
        (one.x - other.x).abs() < 0.001 && (one.y - other.y).abs() < 0.001
    }

    #[test]
    fn a_small_picture_is_in_the_middle_in_its_natural_size() {
        let camera = Camera::fitting(Size { width: 200.0, height: 100.0 }, WINDOW);
        assert_eq!(camera, Camera { left: 400.0, top: 250.0, scale: 1.0 });
    }

    #[test]
    fn a_large_picture_fits_and_starts_readable_around_its_start() {
        let picture = Size { width: 10_000.0, height: 5_000.0 };
        let fitting = Camera::fitting(picture, WINDOW);
        let end = fitting.window_point(Point { x: 10_000.0, y: 5_000.0 });
        assert!(fitting.left >= 0.0 && fitting.top >= 0.0 && end.x <= 1_000.0 && end.y <= 600.0 && fitting.is_far());
        let place = Point { x: 5_000.0, y: 2_500.0 };
        let starting = Camera::starting(picture, WINDOW, place);
        assert!(!starting.is_far() && near(starting.window_point(place), Point { x: 500.0, y: 300.0 }));
        let corner = Camera::starting(picture, WINDOW, Point::default());
        assert_eq!((corner.left, corner.top), (MARGIN_PX, MARGIN_PX), "no empty half at the border");
    }

    #[test]
    fn a_picture_starts_no_larger_than_browsers_keep_it_painted() {
        let scale = |width: f64, height: f64| Camera::starting(Size { width, height }, WINDOW, Point::default()).scale;
        assert!((scale(5_000.0, 4_000.0) - READABLE).abs() < 0.001);
        let huge = scale(6_000.0, 8_000.0);
        assert!((huge * huge * 48_000_000.0 - MAX_PAINTED_PX).abs() < 1.0);
        assert!(huge < READABLE && scale(600.0, 400.0) > huge);
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let camera = Camera { left: -50.0, top: 20.0, scale: 0.8 };
        let fixed = Point { x: 300.0, y: 200.0 };
        let place = Point { x: (fixed.x + 50.0) / 0.8, y: (fixed.y - 20.0) / 0.8 };
        for factor in [1.25, 0.5, 100.0, 0.0001] {
            let zoomed = camera.zoomed(factor, fixed);
            assert!(near(zoomed.window_point(place), fixed));
            assert!((SCALES.0..=SCALES.1).contains(&zoomed.scale));
        }
    }

    #[test]
    fn a_node_outside_is_brought_in_and_one_inside_stays() {
        let node = Size { width: 196.0, height: 46.0 };
        let camera = Camera::default();
        assert_eq!(camera.showing(Point { x: 100.0, y: 100.0 }, node, WINDOW), camera);
        let moved = camera.showing(Point { x: 950.0, y: -80.0 }, node, WINDOW);
        assert_eq!((moved.left, moved.top), (1_000.0 - 24.0 - 196.0 - 950.0, 24.0 + 80.0));
    }
}
