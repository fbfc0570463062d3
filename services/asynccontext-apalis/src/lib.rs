//! Carries the exported variables of asynccontext with the jobs of apalis.
