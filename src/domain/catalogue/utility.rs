//! Returning, failing, debugging, and what tests expect.

use super::rows::{arm, opt, req, row};
use super::{Entry, Group, Subject, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(Group::Utility, "return", "Return", "Ends the stack with a value.")
        .with(&[req("value", ValueKind::Expression)]),
    row(
        Group::Utility,
        "precondition",
        "Precondition",
        "Ends the stack with an error unless a condition holds.",
    )
    .on(Subject::Condition)
    .with(&[
        opt(
            "error_type",
            ValueKind::Enum(&[
                "standard",
                "notfound",
                "accessdenied",
                "inputerror",
                "badrequest",
                "unauthorized",
                "toomanyrequests",
            ]),
        ),
        opt("error", ValueKind::Text),
        opt("payload", ValueKind::Expression),
    ]),
    row(Group::Utility, "throw", "Throw Error", "Ends the stack with an error.")
        .with(&[req("name", ValueKind::Text), req("value", ValueKind::Expression)]),
    row(Group::Utility, "try_catch", "Try / Catch", "Runs other steps when some fail.").holds(&[
        arm("try", 1, 1),
        arm("catch", 0, 1),
        arm("finally", 0, 1),
    ]),
    row(Group::Utility, "group", "Group", "Holds steps together under a description.")
        .holds(&[arm("stack", 1, 1)]),
    row(Group::Utility, "util.post_process", "Post Process", "Runs steps after the response was sent.")
        .holds(&[arm("stack", 1, 1)]),
    row(Group::Utility, "debug.log", "Debug Log", "Writes a value to the debugger.")
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Utility, "debug.stop", "Stop & Debug", "Stops and shows a value.")
        .with(&[opt("value", ValueKind::Expression)]),
    row(Group::Utility, "util.sleep", "Sleep", "Waits some seconds.")
        .with(&[req("value", ValueKind::Number)]),
    row(Group::Utility, "util.set_header", "Set Header", "Sets a header of the response.")
        .with(&[req("value", ValueKind::Text), opt("duplicates", ValueKind::Enum(&["replace", "append"]))]),
    row(Group::Utility, "util.get_vars", "Get All Variables", "Gets all variables.").gives(),
    row(Group::Utility, "util.get_env", "Get Environment Variables", "Gets all environment variables.")
        .gives(),
    row(
        Group::Utility,
        "util.get_all_input",
        "Get All Input",
        "Gets everything that was sent, as declared or not.",
    )
    .gives(),
    row(Group::Utility, "util.get_input", "Get Input", "Gets the body that was sent.")
        .with(&[opt("encoding", ValueKind::Enum(&["json", "yaml", "x-www-form-urlencoded"]))])
        .gives(),
    row(Group::Utility, "util.ip_lookup", "IP Address Lookup", "Finds where an address is.")
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(Group::Utility, "util.geo_distance", "Geographic Distance", "Measures between two places.")
        .with(&[
            req("latitude_1", ValueKind::Number),
            req("longitude_1", ValueKind::Number),
            req("latitude_2", ValueKind::Number),
            req("longitude_2", ValueKind::Number),
        ])
        .gives(),
    row(Group::Utility, "util.template_engine", "Template Engine", "Fills a template.")
        .with(&[req("value", ValueKind::Text)])
        .gives(),
    row(Group::Utility, "util.send_email", "Send Email", "Sends an e-mail.")
        .with(&[
            req("to", ValueKind::Expression),
            req("subject", ValueKind::Text),
            req("message", ValueKind::Text),
            opt("service_provider", ValueKind::Text),
            opt("api_key", ValueKind::Text),
            opt("from", ValueKind::Expression),
            opt("reply_to", ValueKind::Expression),
            opt("cc", ValueKind::Expression),
            opt("bcc", ValueKind::Expression),
            opt("deliver_at", ValueKind::Expression),
        ])
        .gives(),
    row(Group::Tests, "expect.to_equal", "Expect Equal", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_not_equal", "Expect Not Equal", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_be_true", "Expect True", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_be_false", "Expect False", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_be_null", "Expect Null", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_not_be_null", "Expect Not Null", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_be_defined", "Expect Defined", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_not_be_defined", "Expect Not Defined", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_be_empty", "Expect Empty", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_contain", "Expect Contains", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_start_with", "Expect Starts With", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_end_with", "Expect Ends With", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_match", "Expect Match", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_be_greater_than", "Expect Greater", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_be_less_than", "Expect Less", "Fails a test unless this holds.")
        .on(Subject::Expression)
        .with(&[req("value", ValueKind::Expression)]),
    row(Group::Tests, "expect.to_be_in_the_past", "Expect Past", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(Group::Tests, "expect.to_be_in_the_future", "Expect Future", "Fails a test unless this holds.")
        .on(Subject::Expression),
    row(
        Group::Tests,
        "expect.to_be_within",
        "Expect Within",
        "Fails a test unless a number lies between two others.",
    )
    .on(Subject::Expression)
    .with(&[req("min", ValueKind::Number), req("max", ValueKind::Number)]),
    row(Group::Tests, "expect.to_throw", "Expect Error", "Fails a test unless its steps fail.")
        .with(&[opt("exception", ValueKind::Text), opt("value", ValueKind::Text)])
        .holds(&[arm("stack", 0, 1)]),
];
