//! What belongs to a request, and where it goes.

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_opentelemetry::Traced;
use asynccontext_tower::REQUEST_ID;
use asynccontext_tower::deadline::DEADLINE;

use crate::faults::FAULT;

/// The shop in whose name a customer orders.
pub static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");

/// What clients may say of themselves. A public service reads the tenant from a verified token, and
/// makes the id of the request.
pub static FROM_CLIENTS: Imports = Imports::new(&[REQUEST_ID.import(), TENANT.import().limit(64)]);

/// The same, with the faults that tests ask for.
pub static FROM_TESTS: Imports = Imports::new(&[REQUEST_ID.import(), TENANT.import().limit(64), FAULT.import()]);

/// What our own processes tell each other in requests.
pub static TO_SERVICES: Traced<Exports> =
    Traced::new(Exports::new(&[REQUEST_ID.export(), TENANT.export(), DEADLINE.export(), FAULT.export()]));
pub static FROM_SERVICES: Traced<Imports> =
    Traced::new(Imports::new(&[REQUEST_ID.import(), TENANT.import(), DEADLINE.import(), FAULT.import()]));

/// What goes with a job, which has no deadline.
pub static TO_JOBS: Traced<Exports> =
    Traced::new(Exports::new(&[REQUEST_ID.export(), TENANT.export(), FAULT.export()]));
pub static FROM_JOBS: Traced<Imports> =
    Traced::new(Imports::new(&[REQUEST_ID.import(), TENANT.import(), FAULT.import()]));
