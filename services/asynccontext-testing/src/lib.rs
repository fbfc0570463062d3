//! Tests of services that use asynccontext: bindings for a test, overrides that follow spawned work, and what logs and spans carried.
