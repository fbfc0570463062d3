//! Numbers with their nouns.

/// Returns a number with its noun, which gets an `s` unless the number is one.
///
/// # Examples
///
/// ```
/// use conformance::report::count::count;
///
/// assert_eq!(count(1, "case"), "1 case");
/// assert_eq!(count(0, "case"), "0 cases");
/// ```
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Returns ascending numbers as a list in which three or more neighbors are a range: `1-3, 5, 6`.
///
/// # Examples
///
/// ```
/// use conformance::report::count::ranges;
///
/// assert_eq!(ranges(&[1, 2, 3, 5, 6, 9]), "1-3, 5, 6, 9");
/// ```
pub fn ranges(numbers: &[usize]) -> String {
    let neighbors = numbers.chunk_by(|a, b| a + 1 == *b);
    let texts: Vec<String> = neighbors
        .flat_map(|run| match run {
            [first, _, .., last] => vec![format!("{first}-{last}")],
            run => run.iter().map(usize::to_string).collect(),
        })
        .collect();
    texts.join(", ")
}
