//! Carries the exported variables of asynccontext in the headers of NATS and JetStream messages.
