//! `Tied`: an error with the snapshot that was current at its creation.

use std::error::Error;
use std::fmt;
use std::num::ParseIntError;

use asynccontext::{Snapshot, Tied, Variable};

static ID: Variable<u64> = Variable::named("request-id");
static TRANSACTION: Variable<u8> = Variable::named("transaction").uninherited();

#[derive(Debug, Clone, PartialEq)]
struct Failed(ParseIntError);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it failed")
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn fails() -> Result<u32, Tied<Failed>> {
    Ok("x".parse().map_err(Failed)?)
}

#[test]
fn it_is_the_error_and_its_values() {
    let error = ID.run(7, || TRANSACTION.run(1, || fails().unwrap_err()));
    assert_eq!((error.snapshot().get(&ID), error.snapshot().get(&TRANSACTION)), (Some(&7), None));
    assert_eq!(error.to_string(), "it failed");
    assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
    assert!(format!("{error:?}").contains(r#"Snapshot { "request-id" }"#), "{error:?}");
    let erased: Box<dyn Error + Send + Sync> = error.clone().into();
    let found = erased.downcast_ref::<Tied<Failed>>().unwrap();
    assert_eq!(found.snapshot().run(|| ID.get()), Some(7));
    let (snapshot, inner) = error.into_parts();
    assert_eq!((snapshot.get(&ID), &inner), (Some(&7), &Failed("x".parse::<u8>().unwrap_err())));
    let other = Tied::from_parts(Snapshot::empty().with(&TRANSACTION, 2), inner);
    assert_eq!(other.snapshot().get(&TRANSACTION), Some(&2));
    assert_eq!(
        (other.inner().to_string(), other.clone().into_inner().to_string()),
        ("it failed".into(), "it failed".into())
    );
}
