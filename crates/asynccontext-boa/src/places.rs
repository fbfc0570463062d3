//! Places in error messages: the innermost frame of the program in the head, and no frame of this crate.

/// The start of the names of texts that belong to this crate.
pub(crate) const OWN: &str = "node:";

/// Returns whether a line of a backtrace belongs to the program, and not to the engine or to this crate.
fn is_of_program(frame: &str) -> bool {
    !frame.ends_with("(native)") && !frame.contains(&format!("({OWN}"))
}

/// Returns a backtrace without the frames of the engine and of this crate.
pub(crate) fn frames_of_program(stack: &str) -> String {
    let frames: Vec<&str> = stack.lines().filter(|line| is_of_program(line)).collect();
    frames.join("\n")
}

/// Returns the text of an error: its message with the place of the innermost frame of the program, and the frames
/// of the program.
pub(crate) fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let is_frame = |line: &&str| line.starts_with("    at ");
    let start = lines.len() - lines.iter().rev().take_while(|line| is_frame(line)).count();
    let frames: Vec<&str> = lines.split_off(start).into_iter().filter(|line| is_of_program(line)).collect();
    let head = lines.join("\n");
    let head = without_place(&head);
    let known = |frame: &&&str| !frame.contains(":?:?)") && !frame.contains("(unknown at ");
    let place =
        frames.iter().find(known).and_then(|frame| frame.rsplit_once('(')).map(|(_, place)| format!(" ({place}"));
    let (first, rest) =
        head.split_once('\n').map_or((head, String::new()), |(first, rest)| (first, format!("\n{rest}")));
    let mut result = format!("{first}{}{rest}", place.unwrap_or_default());
    for frame in frames {
        result.push('\n');
        result.push_str(frame);
    }
    result
}

/// Returns the head of an error without the place that the engine adds, which is that of the outermost frame.
fn without_place(head: &str) -> &str {
    let Some((before, place)) = head.rsplit_once(" (") else { return head };
    let Some(place) = place.strip_suffix(')') else { return head };
    let mut parts = place.rsplitn(3, ':');
    let is_number = |part: Option<&str>| {
        part.is_some_and(|part| part == "?" || (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())))
    };
    let (column, line) = (parts.next(), parts.next());
    if place == "native" || (is_number(column) && is_number(line)) { before } else { head }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_names_the_innermost_frame_of_the_program() {
        let text = "Error: x (a.js:9:2)\n    at emit (node:events:5:1)\n    at f (a.js:3:8)\n    at next (native)\n    at <main> (a.js:9:2)";
        assert_eq!(tidy(text), "Error: x (a.js:3:8)\n    at f (a.js:3:8)\n    at <main> (a.js:9:2)");
    }

    #[test]
    fn a_place_that_the_message_itself_contains_is_kept() {
        assert_eq!(tidy("Error: see (chapter 3)"), "Error: see (chapter 3)");
        assert_eq!(
            tidy("Error: no\n  detail (native)\n    at f (a.js:1:2)"),
            "Error: no (a.js:1:2)\n  detail\n    at f (a.js:1:2)"
        );
    }
}
