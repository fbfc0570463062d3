//! Request context for tower services: a layer that keeps the variables of asynccontext for a request, its response and its body.
