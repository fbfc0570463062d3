//! What needs no server.

mod futures_are_send;
mod handlers_run_in_the_context_of_their_message;
mod headers_carry_texts;
mod the_readme_shows_the_example;
