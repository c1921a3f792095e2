//! Sparklines: a number over time in one line of a terminal.

use console::Style;
use jiff::Timestamp;

use super::line::{Line, together};
use super::render::Page;
use super::words;

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// More columns do not show more of a trend.
const SPARKLINE_MAX_WIDTH: usize = 30;

/// Columns of a terminal beside the curve.
const BESIDE_CURVE: usize = 50;

/// Draws the points, oldest first, in at most `width` columns. A column shows the last number known by then. A constant
/// number is drawn in the middle.
fn sparkline(points: &[(Timestamp, i64)], width: usize) -> String {
    let columns = points.len().min(width);
    let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else {
        return String::new();
    };
    let (start, span) = (first.as_second(), last.as_second() - first.as_second());
    // In i128, because the range of two extremes does not fit an i64.
    let numbers = || points.iter().map(|(_, number)| i128::from(*number));
    let (low, high) = (numbers().min(), numbers().max());
    let (low, high) = (low.unwrap_or_default(), high.unwrap_or_default());
    let column = |place: usize| {
        let share = i128::from(span) * (place as i128 + 1) / columns as i128;
        let end = i128::from(start) + share;
        let known = points.partition_point(|(at, _)| i128::from(at.as_second()) <= end);
        let number = points
            .get(known.saturating_sub(1))
            .map_or(low, |(_, n)| i128::from(*n));
        let level = match high - low {
            0 => LEVELS.len() as i128 / 2 - 1,
            range => (number - low) * (LEVELS.len() as i128 - 1) / range,
        };
        let level = usize::try_from(level).unwrap_or_default();
        LEVELS.get(level).copied().unwrap_or_default()
    };
    (0..columns).map(column).collect()
}

/// Adds a line over time and the change to a count.
pub(crate) fn with_trend(line: Line, points: &[(Timestamp, i64)], page: &Page) -> Line {
    let (Some((first, oldest)), Some((last, newest))) = (points.first(), points.last()) else {
        return line;
    };
    let by = newest.saturating_sub(*oldest);
    let (up, down) = if page.ascii {
        ("+", "-")
    } else {
        ("▲", "▼")
    };
    let sign = match by {
        0 => return line,
        by if by > 0 => up,
        _ => down,
    };
    let width = usize::from(page.width).saturating_sub(BESIDE_CURVE);
    let curve = match page.ascii {
        true => String::new(),
        false => sparkline(points, width.min(SPARKLINE_MAX_WIDTH)),
    };
    let gap = if curve.is_empty() { "" } else { "   " };
    let days = words::duration(last.duration_since(*first));
    let change = format!("{sign} {} in {days}", words::number(by.saturating_abs()));
    line.with("   ", Style::new())
        .with(curve, Style::new().green())
        .with(format!("{gap}{}", together(&change)), Style::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: &[(i64, i64)], width: usize) -> String {
        let points = points.iter();
        let points = points.map(|(at, n)| (Timestamp::from_second(*at).unwrap(), *n));
        sparkline(&points.collect::<Vec<_>>(), width)
    }

    #[test]
    fn each_of_few_points_has_its_column() {
        assert_eq!(drawn(&[(0, 0), (10, 7), (20, 3)], 40), "▁█▄");
        let rising: Vec<_> = (0..8).map(|n| (n, n)).collect();
        assert_eq!(drawn(&rising, 8), "▁▂▃▄▅▆▇█");
    }

    #[test]
    fn many_points_fit_the_width_and_end_with_the_last() {
        let rising: Vec<_> = (0..1000).map(|n| (n, n)).collect();
        let line = drawn(&rising, 10);
        assert_eq!(line.chars().count(), 10);
        assert!(line.ends_with('█'), "{line}");
    }

    #[test]
    fn nothing_one_point_and_the_extremes_are_drawn() {
        assert_eq!(drawn(&[], 40), "");
        assert_eq!(drawn(&[(5, 9)], 40), "▄");
        assert_eq!(drawn(&[(5, 9), (5, 9)], 40), "▄▄");
        assert_eq!(drawn(&[(0, i64::MIN), (1, i64::MAX)], 2), "▁█");
    }
}
