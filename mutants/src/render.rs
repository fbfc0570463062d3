//! The text of a file with all its switches.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::mutant::Site;

/// A file with switches.
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// For each inserted site: its index, and its place in `text`.
    pub(crate) places: Vec<(usize, Range<usize>)>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    /// The end of a site. At the same place, inner sites end first: those that start later, or are later
    /// in the list.
    Close(Reverse<usize>, Reverse<usize>),
    /// A site without width.
    Point(usize),
    /// The start of a site. At the same place, outer sites start first: those that end later.
    Open(Reverse<usize>, usize),
}

/// Inserts the sites into the text, except those whose index is in `without`. Two sites are nested or
/// disjoint. Of two equal sites, the earlier one is outside.
pub(crate) fn with_switches(text: &str, sites: &[Site], without: &BTreeSet<usize>) -> Rendered {
    let mut marks: Vec<(usize, Order, usize)> = Vec::new();
    for (index, site) in sites.iter().enumerate().filter(|(index, _)| !without.contains(index)) {
        let Range { start, end } = site.place;
        if start == end {
            marks.push((start, Order::Point(index), index));
        } else {
            marks.push((start, Order::Open(Reverse(end), index), index));
            marks.push((end, Order::Close(Reverse(start), Reverse(index)), index));
        }
    }
    marks.sort();
    let mut rendered = Rendered { text: String::new(), places: Vec::new() };
    let mut starts = vec![0; sites.len()];
    let mut done = 0;
    for (at, order, index) in marks {
        rendered.text.push_str(&text[done..at]);
        done = at;
        let site = &sites[index];
        match order {
            Order::Open(..) => {
                starts[index] = rendered.text.len();
                rendered.text.push_str(&site.before);
            }
            Order::Close(..) => {
                rendered.text.push_str(&site.after);
                rendered.places.push((index, starts[index]..rendered.text.len()));
            }
            Order::Point(_) => {
                let start = rendered.text.len();
                rendered.text.push_str(&site.before);
                rendered.places.push((index, start..rendered.text.len()));
            }
        }
    }
    rendered.text.push_str(&text[done..]);
    rendered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(place: Range<usize>, before: &str, after: &str) -> Site {
        Site { mutants: Vec::new(), place, before: before.into(), after: after.into() }
    }

    #[test]
    fn nested_sites_stay_nested() {
        let sites = [site(0..5, "[", "]"), site(0..1, "(", ")"), site(4..5, "<", ">"), site(0..5, "{", "}")];
        let rendered = with_switches("a + b", &sites, &BTreeSet::new());
        assert_eq!(rendered.text, "[{(a) + <b>}]");
        assert!(rendered.places.contains(&(1, 2..5)));
        assert!(rendered.places.contains(&(0, 0..13)));
    }

    #[test]
    fn a_point_is_between_its_neighbors() {
        let sites = [site(1..1, "!", ""), site(0..1, "(", ")"), site(1..2, "<", ">")];
        assert_eq!(with_switches("ab", &sites, &BTreeSet::new()).text, "(a)!<b>");
        assert_eq!(with_switches("ab", &sites, &BTreeSet::from([0, 2])).text, "(a)b");
    }
}
