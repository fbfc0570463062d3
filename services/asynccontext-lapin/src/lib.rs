//! Carries the exported variables of asynccontext in the headers of AMQP messages, with lapin.
