//! Maps: a look-up and a change of one key, by the number of keys.
//!
//! These are the candidates for the persistent map of long mappings, compared with `get` and `run` of the crate
//! on as many bindings. Keys are numbers and values are `Arc`s. Each map is measured with the standard hasher, and
//! two also with the crate's hasher for numbers.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::sync::Arc;

use archery::ArcTK;
use criterion::Criterion;

use crate::measure::measure;

const LENGTHS: [u64; 6] = [1, 4, 8, 16, 64, 1000];

/// A hasher that multiplies, like the crate's.
#[derive(Default, Clone, Copy)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

type ByNumber = BuildHasherDefault<Spread>;
type Value = Arc<u64>;

/// A map whose change makes another map.
trait Persistent {
    const NAME: &str;
    fn empty() -> Self;
    fn with(&self, key: u64, value: Value) -> Self;
    fn find(&self, key: u64) -> Option<u64>;
}

pub(crate) fn all(c: &mut Criterion) {
    for n in LENGTHS {
        each::<rpds::HashTrieMapSync<u64, Value>>(c, n);
        each::<Ours>(c, n);
        each::<im::HashMap<u64, Value>>(c, n);
        each::<im::HashMap<u64, Value, ByNumber>>(c, n);
        each::<imbl::HashMap<u64, Value>>(c, n);
        each::<HashMap<u64, Value>>(c, n);
        each::<Vec<(u64, Value)>>(c, n);
    }
}

fn each<M: Persistent>(c: &mut Criterion, n: u64) {
    let map = (0..n).fold(M::empty(), |map, key| map.with(key, Arc::new(key)));
    let mut keys = (0..n).cycle();
    measure(c, &format!("look-up, {n} keys"), M::NAME, || keys.next().and_then(|key| map.find(black_box(key))));
    let value = Arc::new(7);
    measure(c, &format!("one key changed, {n} keys"), M::NAME, || map.with(black_box(0), Arc::clone(&value)));
}

/// The map of the crate: the pointers and the hasher of `mapping/steps.rs`.
type Ours = rpds::HashTrieMap<u64, Value, ArcTK, ByNumber>;

impl Persistent for Ours {
    const NAME: &str = "rpds, by number";

    fn empty() -> Ours {
        Ours::new_with_hasher_and_ptr_kind(ByNumber::default())
    }

    fn with(&self, key: u64, value: Value) -> Ours {
        self.insert(key, value)
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.get(&key).map(|value| **value)
    }
}

impl Persistent for rpds::HashTrieMapSync<u64, Value> {
    const NAME: &str = "rpds";

    fn empty() -> Self {
        rpds::HashTrieMapSync::new_sync()
    }

    fn with(&self, key: u64, value: Value) -> Self {
        self.insert(key, value)
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.get(&key).map(|value| **value)
    }
}

/// `im` and `imbl` have the same methods.
macro_rules! by_update {
    ($($name:literal: $map:ty;)*) => {
        $(impl Persistent for $map {
            const NAME: &str = $name;

            fn empty() -> Self {
                <$map>::default()
            }

            fn with(&self, key: u64, value: Value) -> Self {
                self.update(key, value)
            }

            fn find(&self, key: u64) -> Option<u64> {
                self.get(&key).map(|value| **value)
            }
        })*
    };
}

by_update! {
    "im": im::HashMap<u64, Value>;
    "im, by number": im::HashMap<u64, Value, ByNumber>;
    "imbl": imbl::HashMap<u64, Value>;
}

/// A map that is copied as a whole, as in tokio-inherit-task-local and OpenTelemetry.
impl<S: BuildHasher + Default + Clone> Persistent for HashMap<u64, Value, S> {
    const NAME: &str = "HashMap, cloned";

    fn empty() -> Self {
        HashMap::default()
    }

    fn with(&self, key: u64, value: Value) -> Self {
        let mut map = self.clone();
        map.insert(key, value);
        map
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.get(&key).map(|value| **value)
    }
}

impl Persistent for Vec<(u64, Value)> {
    const NAME: &str = "array, copied";

    fn empty() -> Self {
        Vec::new()
    }

    fn with(&self, key: u64, value: Value) -> Self {
        let mut array = Vec::with_capacity(self.len() + 1);
        array.extend(self.iter().filter(|(k, _)| *k != key).cloned());
        array.push((key, value));
        array
    }

    fn find(&self, key: u64) -> Option<u64> {
        self.iter().rev().find(|(k, _)| *k == key).map(|(_, value)| **value)
    }
}
