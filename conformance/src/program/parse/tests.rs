use super::*;

const SAMPLES: &str = include_str!("samples.kdl");

#[test]
fn samples_parse() {
    let (file, diagnostics) = parse(SAMPLES);
    assert_eq!(diagnostics, []);
    assert_eq!(file.cases.len(), 4);
    let case = &file.cases[2];
    assert_eq!(case.contested.len(), 1);
    assert_eq!(case.expects[1].profiles[0].to_string(), "js");
    assert_eq!(case.program[1].body()[0].body().len(), 3);
}
