//! Plots of cost against size.

use std::error::Error as StdError;
use std::fs;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::error::{Error, of_file};
use crate::limits::Measured;
use crate::samples::Samples;

/// A plot of cost in nanoseconds against a size.
pub(crate) struct Plot {
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
    grows: &'static str,
    lines: &'static [Line],
}

/// One line of a plot.
enum Line {
    /// An operation with `#` for the size in its name, and the name of the crate or peer.
    Named { label: &'static str, operation: &'static str, who: &'static str },
    /// An operation whose sizes are in place of the name of a crate or peer.
    Sized { label: &'static str, operation: &'static str },
    /// A series of the sweep.
    Swept { label: &'static str, series: &'static str },
}

const fn named(label: &'static str, operation: &'static str, who: &'static str) -> Line {
    Line::Named { label, operation, who }
}

const fn sized(label: &'static str, operation: &'static str) -> Line {
    Line::Sized { label, operation }
}

const fn swept(label: &'static str, series: &'static str) -> Line {
    Line::Swept { label, series }
}

/// All plots, in the order of the report.
pub(crate) const PLOTS: &[Plot] = &[
    Plot {
        file: "read-against-bindings",
        title: "A read, in turn, against bindings",
        grows: "variables bound",
        lines: &[
            named("asynccontext, captured", "get in turn, # bound", "captured"),
            named("asynccontext, fresh", "get in turn, # bound", "fresh"),
            named("rpds look-up", "look-up, # keys", "rpds"),
            named("rpds look-up, by number", "look-up, # keys", "rpds, by number"),
            named("im look-up", "look-up, # keys", "im"),
            named("imbl look-up", "look-up, # keys", "imbl"),
            named("array look-up", "look-up, # keys", "array, copied"),
        ],
    },
    Plot {
        file: "bind-against-bindings",
        title: "One more binding against bindings",
        grows: "variables bound and captured",
        lines: &[
            named("asynccontext run", "run over captured, # bound", "asynccontext"),
            named("asynccontext run and capture", "run and capture over captured, # bound", "asynccontext"),
            named("opentelemetry", "run, # others bound", "opentelemetry"),
            named("tokio-inherit-task-local", "run, # others bound", "tokio-inherit-task-local"),
            named("dcontext", "run, # others bound", "dcontext"),
            named("rpds insert", "one key changed, # keys", "rpds"),
            named("im update", "one key changed, # keys", "im"),
            named("HashMap cloned", "one key changed, # keys", "HashMap, cloned"),
            named("array copied", "one key changed, # keys", "array, copied"),
        ],
    },
    Plot {
        file: "capture-at-every-length",
        title: "Run and capture at every number of bindings",
        grows: "variables bound and captured",
        lines: &[
            swept("run and capture", "run and capture"),
            swept("two runs and a capture", "run, run and capture"),
            swept("three runs and a capture", "run, run, run and capture"),
        ],
    },
    Plot {
        file: "against-depth",
        title: "Against the depth of nesting, four variables",
        grows: "nested scopes",
        lines: &[
            sized("get", "get by depth"),
            sized("run", "run by depth"),
            sized("Snapshot::run", "enter by depth"),
            sized("capture", "capture by depth"),
            sized("get, captured", "get by captured depth"),
            sized("run, captured", "run by captured depth"),
            sized("Snapshot::run, captured", "enter by captured depth"),
            sized("capture, captured", "capture by captured depth"),
        ],
    },
    Plot {
        file: "against-snapshots",
        title: "Against live snapshots",
        grows: "live snapshots",
        lines: &[
            sized("get", "get by live snapshots"),
            sized("run", "run by live snapshots"),
            sized("Snapshot::run", "enter by live snapshots"),
            sized("capture", "capture by live snapshots"),
        ],
    },
    Plot {
        file: "poll-against-threads",
        title: "A poll against threads that share one context",
        grows: "threads",
        lines: &[
            named("bare", "poll, threads in one context: #", "bare"),
            named("asynccontext", "poll, threads in one context: #", "asynccontext"),
            named("opentelemetry", "poll, threads in one context: #", "opentelemetry"),
            named("tracing", "poll, threads in one context: #", "tracing"),
            named("sentry", "poll, threads in one context: #", "sentry"),
        ],
    },
];

/// The width of the plot itself.
const WIDTH: u32 = 720;

/// The width of the key, right of the plot.
const KEY: u32 = 240;

const FONT: (&str, u32) = ("sans-serif", 14);

type Points = Vec<(f64, f64)>;

impl Line {
    fn label(&self) -> &'static str {
        match self {
            Line::Named { label, .. } | Line::Sized { label, .. } | Line::Swept { label, .. } => label,
        }
    }

    /// Returns pairs of size and cost, by size.
    fn points(&self, measured: &Measured) -> Points {
        let mut points: Points = match self {
            Line::Named { operation, who, .. } => by_name(&measured.samples, operation, who),
            Line::Sized { operation, .. } => {
                let sizes = measured.samples.of(operation).into_iter();
                sizes.filter_map(|(size, cost)| Some((size.parse().ok()?, cost))).collect()
            }
            Line::Swept { series, .. } => {
                let costs = measured.sweep.get(*series).into_iter().flatten();
                (1..).zip(costs).map(|(n, cost)| (f64::from(n), *cost)).collect()
            }
        };
        points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        points
    }
}

/// Returns the operations whose name is `operation` with a number for `#`.
fn by_name(samples: &Samples, operation: &str, who: &str) -> Points {
    let Some((before, after)) = operation.split_once('#') else { return Points::new() };
    let size = |name: &str| name.strip_prefix(before)?.strip_suffix(after)?.parse().ok();
    let point = |name: &str| Some((size(name)?, samples.cost(&format!("{name}/{who}"))?));
    samples.operations().into_iter().filter_map(point).collect()
}

/// Draws all plots into `folder`.
pub(crate) fn all(measured: &Measured, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(of_file(folder))?;
    for plot in PLOTS {
        let path = folder.join(format!("{}.svg", plot.file));
        let text =
            draw(plot, measured).map_err(|error| Error::Plot { path: path.clone(), error: error.to_string() })?;
        fs::write(&path, text).map_err(of_file(path))?;
    }
    Ok(())
}

/// Both axes are logarithmic. A flat line means the same cost at every size.
fn draw(plot: &Plot, measured: &Measured) -> Result<String, Box<dyn StdError>> {
    let lines: Vec<(&str, Points)> = plot.lines.iter().map(|line| (line.label(), line.points(measured))).collect();
    let all = || lines.iter().flat_map(|(_, points)| points);
    let least = |f: fn(&(f64, f64)) -> f64| all().map(f).fold(f64::INFINITY, f64::min);
    let most = |f: fn(&(f64, f64)) -> f64| all().map(f).fold(0.0, f64::max);
    let (left, right) = (least(|p| p.0), most(|p| p.0));
    if !(left > 0.0 && right > left) {
        return Err("there is no data for a plot; measure again".into());
    }
    let (bottom, top) = (round_down(least(|p| p.1)), 1.1 * most(|p| p.1));
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (WIDTH + KEY, 520)).into_drawing_area();
        area.fill(&WHITE)?;
        let (area, key) = area.split_horizontally(WIDTH);
        let mut chart = ChartBuilder::on(&area)
            .caption(plot.title, ("sans-serif", 22))
            .margin(16)
            .x_label_area_size(46)
            .y_label_area_size(72)
            .build_cartesian_2d((left..right).log_scale(), (bottom..top).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .disable_y_mesh()
            .x_desc(plot.grows)
            .y_desc("nanoseconds")
            .y_labels(0)
            .x_label_formatter(&|x| count(*x))
            .y_label_formatter(&|_| String::new())
            .label_style(FONT)
            .draw()?;
        let plane = chart.plotting_area();
        for tick in ticks(bottom, top) {
            plane.draw(&PathElement::new([(left, tick), (right, tick)], BLACK.mix(0.2)))?;
            let (x, y) = plane.map_coordinate(&(left, tick));
            let style = FONT.into_text_style(&area).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw_text(&count(tick), &style, (x - 8, y))?;
        }
        for (at, (label, points)) in lines.iter().enumerate() {
            let color = Palette99::pick(at).to_rgba();
            chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
            if points.len() < 50 {
                chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, color.filled())))?;
            }
            let y = 60 + 22 * i32::try_from(at)?;
            key.draw(&PathElement::new([(0, y), (20, y)], color.stroke_width(3)))?;
            let style = FONT.into_text_style(&key).pos(Pos::new(HPos::Left, VPos::Center));
            key.draw_text(label, &style, (28, y))?;
        }
        key.present()?;
        area.present()?;
    }
    Ok(text)
}

/// Returns the ticks 1, 2, 5, 10, 20 … from `bottom` to `top`.
fn ticks(bottom: f64, top: f64) -> impl Iterator<Item = f64> {
    let steps = (-3..10).flat_map(|decade| [1.0, 2.0, 5.0].map(|part| part * 10_f64.powi(decade)));
    steps.filter(move |tick| (bottom..=top).contains(tick))
}

/// Returns the highest tick that is not above `number`, so that the axis starts at a tick.
fn round_down(number: f64) -> f64 {
    ticks(0.0, number).last().unwrap_or(number)
}

/// Returns the label of a number on an axis.
fn count(number: f64) -> String {
    match number {
        n if n >= 1e6 => format!("{} M", n / 1e6),
        n if n >= 1e4 => format!("{} k", n / 1e3),
        n => format!("{n}"),
    }
}
