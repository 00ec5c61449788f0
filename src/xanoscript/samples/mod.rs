//! Real function stacks that fill a demo workspace. Where they come from: `SOURCES.md`; their licence: `LICENSE.md`.

/// File name and text of each sample: groups, then tables, then the rest.
pub const ALL: &[(&str, &str)] = &[
    ("api_group__complete_api_group.xs", include_str!("api_group__complete_api_group.xs")),
    ("table__account.xs", include_str!("table__account.xs")),
    ("agent__customer_servier_agent.xs", include_str!("agent__customer_servier_agent.xs")),
    ("function__all_controls.xs", include_str!("function__all_controls.xs")),
    ("function__all_query_return_types.xs", include_str!("function__all_query_return_types.xs")),
    ("function__discord_poll_send_to_slack.xs", include_str!("function__discord_poll_send_to_slack.xs")),
    ("function__ledash_ends_with.xs", include_str!("function__ledash_ends_with.xs")),
    ("function__valid_officer.xs", include_str!("function__valid_officer.xs")),
    ("query__all_db.xs", include_str!("query__all_db.xs")),
    ("query__all_redis.xs", include_str!("query__all_redis.xs")),
    ("query__all_security.xs", include_str!("query__all_security.xs")),
    ("query__query_example.xs", include_str!("query__query_example.xs")),
    ("query__query_rich_inputs.xs", include_str!("query__query_rich_inputs.xs")),
    ("query__with_unit_test.xs", include_str!("query__with_unit_test.xs")),
    ("task__daily_sales_report.xs", include_str!("task__daily_sales_report.xs")),
];

/// The licence under which the samples may be passed on.
pub const LICENSE: &str = include_str!("LICENSE.md");
