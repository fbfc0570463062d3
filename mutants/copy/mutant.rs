// The switches of the mutants. This file is a module of the copy of `asynccontext`, not of the tool.
//
// Code with switches may run in allocators and in destructors of thread-locals, so this module must not
// allocate, lock or have destructors. The environment is read before `main`. The copy is built on Linux
// only.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// The number of the enabled mutant; 0 for none; `RECORD` for none, with the reached switches recorded.
static MODE: AtomicU32 = AtomicU32::new(0);
const RECORD: u32 = u32::MAX;

/// A byte for each mutant, in a file.
static REACHED: AtomicPtr<u8> = AtomicPtr::new(null_mut());

/// Whether this mutant is enabled. Always false in the compiler.
#[inline]
pub(crate) const fn on(mutant: u32) -> bool {
    const fn compiled(_: u32) -> bool {
        false
    }
    std::intrinsics::const_eval_select((mutant,), compiled, running)
}

#[inline]
fn running(mutant: u32) -> bool {
    let mode = MODE.load(Ordering::Relaxed);
    if mode == RECORD {
        record(mutant);
    }
    mode == mutant
}

#[cold]
fn record(mutant: u32) {
    // SAFETY: the file has a byte for each mutant. It is mapped as long as the process lives, and
    // shared with other processes, whose writes are of the same value.
    unsafe { (*REACHED.load(Ordering::Relaxed).cast::<std::sync::atomic::AtomicU8>().add(mutant as usize)).store(1, Ordering::Relaxed) }
}

unsafe extern "C" {
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn mmap(at: *mut c_void, length: usize, protection: c_int, flags: c_int, file: c_int, offset: i64) -> *mut c_void;
}

/// Returns the value of an environment variable. The name ends with `=`.
unsafe fn value(variable: &CStr, name: &[u8]) -> Option<*const c_char> {
    // SAFETY: the name is shorter than the variable, which ends with 0.
    variable.to_bytes().starts_with(name).then(|| unsafe { variable.as_ptr().add(name.len()) })
}

extern "C" fn begin(_: c_int, _: *const *const c_char, mut environment: *const *const c_char) {
    // SAFETY: the C library calls this once, before `main`, with the list of the environment's
    // variables, which ends with null.
    unsafe {
        while !(*environment).is_null() {
            let variable = CStr::from_ptr(*environment);
            if let Some(number) = value(variable, b"ASYNCCONTEXT_MUTANT=") {
                let digits = CStr::from_ptr(number).to_bytes().iter();
                MODE.store(digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0')), Ordering::Relaxed);
            }
            if let Some(path) = value(variable, b"ASYNCCONTEXT_REACHED=") {
                let (read_and_write, shared) = (3, 1);
                let file = open(path, 2);
                let at = mmap(null_mut(), LENGTH, read_and_write, shared, file, 0);
                assert!(file >= 0 && at as isize != -1, "the file of reached switches cannot be mapped");
                REACHED.store(at.cast(), Ordering::Relaxed);
                MODE.store(RECORD, Ordering::Relaxed);
            }
            environment = environment.add(1);
        }
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static BEGIN: extern "C" fn(c_int, *const *const c_char, *const *const c_char) = begin;
