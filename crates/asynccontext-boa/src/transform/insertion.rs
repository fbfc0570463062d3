//! Insertions into a text.

/// An insertion: a text, and the offset in the original before which it is inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    pub(crate) at: usize,
    pub(crate) text: String,
}

/// Returns `text` with the insertions, which are in the order of their places.
pub(super) fn insert(text: &str, insertions: &[Insertion]) -> String {
    let added: usize = insertions.iter().map(|insertion| insertion.text.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut from = 0;
    for Insertion { at, text: inserted } in insertions {
        result.push_str(&text[from..*at]);
        result.push_str(inserted);
        from = *at;
    }
    result.push_str(&text[from..]);
    result
}
