//! Sends the exported variables of asynccontext, the deadline and the trace with the requests of reqwest.
