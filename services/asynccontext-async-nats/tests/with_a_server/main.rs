//! Tests with a NATS server.

mod faults;
mod hostile;
mod jetstream;
mod load;
mod publish;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use servers::{Kind, test, tests};

static ORDER: Exported<u64> = Variable::named("order").exported("x-order");
static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static EXPORTS: Exports = Exports::new(&[ORDER.export(), TENANT.export()]);
static IMPORTS: Imports = Imports::new(&[ORDER.import(), TENANT.import()]);

/// Returns the number in a message's payload.
fn number(payload: &[u8]) -> u64 {
    std::str::from_utf8(payload).unwrap().parse().unwrap()
}

#[expect(dead_code, reason = "its `main` is not called")]
mod readme {
    include!("readme.rs");

    pub(crate) async fn the_example_runs(server: &servers::Server) {
        orders(&server.url()).await.unwrap();
    }
}

mod guide {
    include!("../../src/docs/context_over_queues/nats.rs");

    pub(crate) async fn the_guide_runs(server: &servers::Server) {
        run(&server.url()).await.unwrap();
    }
}

fn main() {
    tests(
        Kind::Nats,
        &[
            ("the_example_runs", test!(readme::the_example_runs)),
            ("the_guide_runs", test!(guide::the_guide_runs)),
            ("each_way_to_publish_carries_the_context", test!(publish::each_way_to_publish_carries_the_context)),
            (
                "a_reply_carries_the_context_of_its_responder",
                test!(publish::a_reply_carries_the_context_of_its_responder),
            ),
            ("a_value_that_cannot_be_written_is_an_error", test!(publish::a_value_that_cannot_be_written_is_an_error)),
            ("the_context_is_read_at_the_first_poll", test!(publish::the_context_is_read_at_the_first_poll)),
            ("other_context_may_cross_too", test!(publish::other_context_may_cross_too)),
            ("a_failed_acknowledgement_is_an_error", test!(jetstream::a_failed_acknowledgement_is_an_error)),
            ("streams_take_messages_with_the_context", test!(jetstream::streams_take_messages_with_the_context)),
            ("a_redelivery_has_the_same_context", test!(jetstream::a_redelivery_has_the_same_context)),
            ("errors_and_panics_are_answered_with_nak", test!(jetstream::errors_and_panics_are_answered_with_nak)),
            ("a_handler_may_answer_by_itself", test!(jetstream::a_handler_may_answer_by_itself)),
            ("a_dropped_handler_is_delivered_again", test!(jetstream::a_dropped_handler_is_delivered_again)),
            ("dead_letters_keep_their_context", test!(jetstream::dead_letters_keep_their_context)),
            (
                "each_message_of_a_batch_has_its_own_context",
                test!(jetstream::each_message_of_a_batch_has_its_own_context),
            ),
            (
                "duplicates_have_the_context_of_their_message",
                test!(jetstream::duplicates_have_the_context_of_their_message),
            ),
            ("hostile_headers_do_not_stop_the_consumer", test!(hostile::hostile_headers_do_not_stop_the_consumer)),
            (
                "headers_that_are_not_utf8_end_no_subscription",
                test!(hostile::headers_that_are_not_utf8_end_no_subscription),
            ),
            (
                "a_carriage_return_in_a_header_ends_the_client",
                test!(hostile::a_carriage_return_in_a_header_ends_the_client),
            ),
            ("nothing_is_lost_when_the_server_is_killed", test!(faults::nothing_is_lost_when_the_server_is_killed)),
            ("ten_thousand_messages_do_not_cross", test!(load::ten_thousand_messages_do_not_cross)),
        ],
    );
}
