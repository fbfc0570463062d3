//! Carries the exported variables of asynccontext in the headers of Kafka messages, with rdkafka.
