//! A message carries the values of its sender through a channel, is handled with them, and does not
//! change the receiver's.

use crate::support;

use std::collections::VecDeque;
use std::panic::catch_unwind;
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use asynccontext::{Carried, Snapshot, Variable};

static NAME: Variable<&str> = Variable::named("name");
static NUMBER: Variable<usize> = Variable::named("number");
static COUNT: Variable<Arc<()>> = Variable::named("count");

type Seen = Arc<Mutex<Vec<Option<&'static str>>>>;

/// Records what is current when it is dropped.
struct Witness(Seen);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(NAME.get());
    }
}

/// Returns a message created in the context `"sender"`, and the record of its drop.
fn message() -> (Carried<Witness>, Seen) {
    let seen = Seen::default();
    let witness = Witness(Arc::clone(&seen));
    (NAME.run("sender", || Carried::new(witness)), seen)
}

#[test]
fn through_a_channel() {
    let (send, receive) = channel();
    let receiver = thread::spawn(move || {
        NAME.run("receiver", || {
            let handle = |message: Carried<usize>| {
                let seen = message.handle(|number| (number, NAME.get(), NUMBER.get()));
                assert_eq!((NAME.get(), NUMBER.get()), (Some("receiver"), None));
                seen
            };
            receive.into_iter().map(handle).collect::<Vec<_>>()
        })
    });
    NAME.run("first", || send.send(Carried::new(1)).unwrap());
    NUMBER.run(2, || send.send(Carried::new(2)).unwrap());
    send.send(Carried::new(3)).unwrap();
    drop(send);
    let seen = receiver.join().unwrap();
    assert_eq!(seen, [(1, Some("first"), None), (2, None, Some(2)), (3, None, None)]);
}

#[test]
fn by_a_queue_of_closures() {
    type Job = Box<dyn FnOnce() -> Option<&'static str>>;
    let mut queue: VecDeque<Carried<Job>> = VecDeque::new();
    for name in ["first", "second"] {
        NAME.run(name, || queue.push_back(Carried::new(Box::new(|| NAME.get()))));
    }
    let mut next = || NAME.run("worker", || queue.pop_front().map(|job| job.handle(|f| f())));
    assert_eq!((next(), next(), next()), (Some(Some("first")), Some(Some("second")), None));
}

#[test]
fn by_a_future_that_is_polled_later_and_elsewhere() {
    let (message, dropped) = message();
    let handled = NAME.run("receiver", || {
        message.handle_async(|witness| {
            assert_eq!(NAME.get(), Some("sender"));
            async move {
                support::suspend().await;
                drop(witness);
                NAME.get()
            }
        })
    });
    let mut handled = Box::pin(handled);
    assert!(support::poll(handled.as_mut()).is_pending());
    assert_eq!(NAME.get(), None);
    let finish = move || NAME.run("there", || support::poll(handled.as_mut()));
    assert_eq!(thread::spawn(finish).join().unwrap(), std::task::Poll::Ready(Some("sender")));
    assert_eq!(*dropped.lock().unwrap(), [Some("sender")]);
}

#[test]
fn one_that_is_never_handled_is_dropped_inside() {
    let (message, dropped) = message();
    NAME.run("elsewhere", || drop(message));
    assert_eq!(*dropped.lock().unwrap(), [Some("sender")]);

    // by a channel without a receiver, and by one that is closed in between
    let (message, dropped) = self::message();
    let (send, receive) = channel();
    drop(receive);
    NAME.run("elsewhere", || assert!(send.send(message).is_err()));
    assert_eq!(*dropped.lock().unwrap(), [Some("sender")]);
    let (message, dropped) = self::message();
    let (send, receive) = sync_channel(1);
    send.send(message).unwrap();
    NAME.run("elsewhere", || drop((send, receive)));
    assert_eq!(*dropped.lock().unwrap(), [Some("sender")]);
}

#[test]
fn a_panic_of_the_handler() {
    let (message, dropped) = message();
    NAME.run("receiver", || {
        let panics = || message.handle(|_witness| panic!("as it should"));
        assert!(catch_unwind(std::panic::AssertUnwindSafe(panics)).is_err());
        assert_eq!(NAME.get(), Some("receiver"));
    });
    assert_eq!(*dropped.lock().unwrap(), [Some("sender")]);
    let (message, dropped) = self::message();
    let panics = || message.handle_async(|_| -> std::future::Ready<()> { panic!("as it should") });
    assert!(catch_unwind(std::panic::AssertUnwindSafe(panics)).is_err());
    assert_eq!(*dropped.lock().unwrap(), [Some("sender")]);
    assert_eq!(NAME.get(), None);
}

#[test]
fn its_parts() {
    let (message, dropped) = message();
    assert_eq!(format!("{:?}", message.snapshot()), "Snapshot { \"name\" }");
    assert!(Arc::ptr_eq(&message.inner().0, &dropped));
    let (snapshot, witness) = message.into_parts();
    assert_eq!(snapshot.run(|| NAME.get()), Some("sender"));
    NAME.run("outside", || drop(witness));
    assert_eq!(*dropped.lock().unwrap(), [Some("outside")]);

    let again = Carried::from_parts(snapshot, 1);
    assert_eq!(format!("{again:?}"), "Carried(1)");
    let copies = [again.clone(), again];
    assert_eq!(copies.map(|copy| copy.handle(|n| (n, NAME.get()))), [(1, Some("sender")); 2]);
    assert_eq!(Carried::from_parts(Snapshot::empty(), ()).handle(|()| NAME.get()), None);
}

#[test]
fn it_keeps_its_sender_s_values_until_it_was_handled() {
    let count = Arc::new(());
    let send = || COUNT.run(Arc::clone(&count), || Carried::new(()));
    let message = send();
    assert_eq!(Arc::strong_count(&count), 2);
    message.handle(|()| assert_eq!(Arc::strong_count(&count), 2));
    assert_eq!(Arc::strong_count(&count), 1);
    let handled = send().handle_async(|()| std::future::ready(()));
    assert_eq!(Arc::strong_count(&count), 2);
    drop(handled);
    drop(send());
    let (snapshot, ()) = send().into_parts();
    drop(snapshot);
    assert_eq!(Arc::strong_count(&count), 1);
}

#[test]
fn many_senders_and_receivers_at_once() {
    let (send, receive) = channel();
    let receive = Mutex::new(receive);
    let total = support::scaled(1000);
    thread::scope(|scope| {
        for sender in 0..3 {
            let send = send.clone();
            scope.spawn(move || {
                for number in (0..total).map(|n| n * 3 + sender) {
                    NUMBER.run(number, || send.send(Carried::new(number)).unwrap());
                }
            });
        }
        drop(send);
        let receive = &receive;
        let handle = move || {
            let mut handled = 0;
            loop {
                let next = receive.lock().unwrap().recv();
                let Ok(message) = next else { return handled };
                message.handle(|number| assert_eq!(NUMBER.get(), Some(number)));
                assert_eq!(NUMBER.get(), None);
                handled += 1;
            }
        };
        let receivers: Vec<_> = (0..3).map(|_| scope.spawn(handle)).collect();
        let handled: usize = receivers.into_iter().map(|r| r.join().unwrap()).sum();
        assert_eq!(handled, total * 3);
    });
}
