//! The ambient transaction for sqlx: repositories use the transaction that is open, and no function passes it on.
