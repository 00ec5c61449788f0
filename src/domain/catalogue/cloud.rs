//! Storage and search of cloud providers.

use super::rows::{opt, req, row};
use super::{Entry, Group, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(Group::Cloud, "cloud.aws.s3.upload_file", "AWS S3: Upload File", "Stores a file.")
        .with(&[
            req("bucket", ValueKind::Text),
            req("region", ValueKind::Text),
            req("key", ValueKind::Text),
            req("secret", ValueKind::Text),
            req("file_key", ValueKind::Text),
            req("file", ValueKind::Expression),
            opt("metadata", ValueKind::Json),
        ])
        .gives(),
    row(Group::Cloud, "cloud.aws.s3.read_file", "AWS S3: Read File", "Gets a file.")
        .with(&[
            req("bucket", ValueKind::Text),
            req("region", ValueKind::Text),
            req("key", ValueKind::Text),
            req("secret", ValueKind::Text),
            req("file_key", ValueKind::Text),
        ])
        .gives(),
    row(Group::Cloud, "cloud.aws.s3.delete_file", "AWS S3: Delete File", "Deletes a file.")
        .with(&[
            req("bucket", ValueKind::Text),
            req("region", ValueKind::Text),
            req("key", ValueKind::Text),
            req("secret", ValueKind::Text),
            req("file_key", ValueKind::Text),
        ])
        .gives(),
    row(Group::Cloud, "cloud.aws.s3.get_file_info", "AWS S3: Get File Info", "Describes a file.")
        .with(&[
            req("bucket", ValueKind::Text),
            req("region", ValueKind::Text),
            req("key", ValueKind::Text),
            req("secret", ValueKind::Text),
            req("file_key", ValueKind::Text),
        ])
        .gives(),
    row(
        Group::Cloud,
        "cloud.aws.s3.list_directory",
        "AWS S3: List Directory",
        "Lists the files of a folder.",
    )
    .with(&[
        req("bucket", ValueKind::Text),
        req("region", ValueKind::Text),
        req("key", ValueKind::Text),
        req("secret", ValueKind::Text),
        opt("prefix", ValueKind::Text),
        opt("next_page_token", ValueKind::Expression),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.aws.s3.sign_url",
        "AWS S3: Sign URL",
        "Makes an address that opens a file for a while.",
    )
    .with(&[
        req("bucket", ValueKind::Text),
        req("region", ValueKind::Text),
        req("key", ValueKind::Text),
        req("secret", ValueKind::Text),
        req("file_key", ValueKind::Text),
        opt("method", ValueKind::Text),
        opt("ttl", ValueKind::Number),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.google.storage.upload_file",
        "Google Cloud Storage: Upload File",
        "Stores a file.",
    )
    .with(&[
        req("service_account", ValueKind::Expression),
        req("bucket", ValueKind::Text),
        req("filePath", ValueKind::Text),
        req("file", ValueKind::Expression),
        opt("metadata", ValueKind::Json),
    ])
    .gives(),
    row(Group::Cloud, "cloud.google.storage.read_file", "Google Cloud Storage: Read File", "Gets a file.")
        .with(&[
            req("service_account", ValueKind::Expression),
            req("bucket", ValueKind::Text),
            req("filePath", ValueKind::Text),
        ])
        .gives(),
    row(
        Group::Cloud,
        "cloud.google.storage.delete_file",
        "Google Cloud Storage: Delete File",
        "Deletes a file.",
    )
    .with(&[
        req("service_account", ValueKind::Expression),
        req("bucket", ValueKind::Text),
        req("filePath", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.google.storage.get_file_info",
        "Google Cloud Storage: Get File Info",
        "Describes a file.",
    )
    .with(&[
        req("service_account", ValueKind::Expression),
        req("bucket", ValueKind::Text),
        req("filePath", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.google.storage.list_directory",
        "Google Cloud Storage: List Directory",
        "Lists the files of a folder.",
    )
    .with(&[
        req("service_account", ValueKind::Expression),
        req("bucket", ValueKind::Text),
        opt("path", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.google.storage.sign_url",
        "Google Cloud Storage: Sign URL",
        "Makes an address that opens a file for a while.",
    )
    .with(&[
        req("service_account", ValueKind::Expression),
        req("bucket", ValueKind::Text),
        req("filePath", ValueKind::Text),
        opt("method", ValueKind::Text),
        opt("ttl", ValueKind::Number),
    ])
    .gives(),
    row(Group::Cloud, "cloud.azure.storage.upload_file", "Azure Blob Storage: Upload File", "Stores a file.")
        .with(&[
            req("account_name", ValueKind::Text),
            req("account_key", ValueKind::Text),
            req("container_name", ValueKind::Text),
            req("file", ValueKind::Expression),
            opt("filePath", ValueKind::Text),
            opt("path", ValueKind::Text),
            opt("metadata", ValueKind::Json),
        ])
        .gives(),
    row(Group::Cloud, "cloud.azure.storage.read_file", "Azure Blob Storage: Read File", "Gets a file.")
        .with(&[
            req("account_name", ValueKind::Text),
            req("account_key", ValueKind::Text),
            req("container_name", ValueKind::Text),
            opt("filePath", ValueKind::Text),
            opt("path", ValueKind::Text),
        ])
        .gives(),
    row(
        Group::Cloud,
        "cloud.azure.storage.delete_file",
        "Azure Blob Storage: Delete File",
        "Deletes a file.",
    )
    .with(&[
        req("account_name", ValueKind::Text),
        req("account_key", ValueKind::Text),
        req("container_name", ValueKind::Text),
        opt("filePath", ValueKind::Text),
        opt("path", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.azure.storage.get_file_info",
        "Azure Blob Storage: Get File Info",
        "Describes a file.",
    )
    .with(&[
        req("account_name", ValueKind::Text),
        req("account_key", ValueKind::Text),
        req("container_name", ValueKind::Text),
        opt("filePath", ValueKind::Text),
        opt("path", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.azure.storage.list_directory",
        "Azure Blob Storage: List Directory",
        "Lists the files of a folder.",
    )
    .with(&[
        req("account_name", ValueKind::Text),
        req("account_key", ValueKind::Text),
        req("container_name", ValueKind::Text),
        opt("path", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.azure.storage.sign_url",
        "Azure Blob Storage: Sign URL",
        "Makes an address that opens a file for a while.",
    )
    .with(&[
        req("account_name", ValueKind::Text),
        req("account_key", ValueKind::Text),
        req("container_name", ValueKind::Text),
        opt("filePath", ValueKind::Text),
        opt("path", ValueKind::Text),
        opt("method", ValueKind::Text),
        opt("ttl", ValueKind::Number),
    ])
    .gives(),
    row(Group::Cloud, "cloud.elasticsearch.query", "Elasticsearch: Query", "Searches an index.")
        .with(&[
            req("index", ValueKind::Text),
            opt("auth_type", ValueKind::Text),
            opt("key_id", ValueKind::Text),
            opt("access_key", ValueKind::Text),
            opt("base_url", ValueKind::Text),
            opt("endpoint", ValueKind::Text),
            opt("return_type", ValueKind::Text),
            opt("expression", ValueKind::Json),
            opt("query", ValueKind::Json),
            opt("size", ValueKind::Number),
            opt("from", ValueKind::Number),
            opt("sort", ValueKind::Json),
            opt("included_fields", ValueKind::Json),
            opt("aggregations", ValueKind::Json),
            opt("payload", ValueKind::Json),
        ])
        .gives(),
    row(
        Group::Cloud,
        "cloud.elasticsearch.document",
        "Elasticsearch: Document",
        "Reads or changes a document of an index.",
    )
    .with(&[
        req("index", ValueKind::Text),
        req("method", ValueKind::Text),
        opt("auth_type", ValueKind::Text),
        opt("key_id", ValueKind::Text),
        opt("access_key", ValueKind::Text),
        opt("base_url", ValueKind::Text),
        opt("endpoint", ValueKind::Text),
        opt("doc_id", ValueKind::Expression),
        opt("doc", ValueKind::Json),
        opt("body", ValueKind::Json),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.elasticsearch.request",
        "Elasticsearch: Request",
        "Sends a request to the cluster.",
    )
    .with(&[
        req("url", ValueKind::Expression),
        req("method", ValueKind::Text),
        opt("auth_type", ValueKind::Text),
        opt("key_id", ValueKind::Text),
        opt("access_key", ValueKind::Text),
        opt("payload", ValueKind::Json),
        opt("query", ValueKind::Json),
    ])
    .gives(),
    row(Group::Cloud, "cloud.aws.opensearch.query", "AWS OpenSearch: Query", "Searches an index.")
        .with(&[
            req("index", ValueKind::Text),
            opt("auth_type", ValueKind::Text),
            opt("key_id", ValueKind::Text),
            opt("access_key", ValueKind::Text),
            opt("secret_key", ValueKind::Text),
            opt("region", ValueKind::Text),
            opt("base_url", ValueKind::Text),
            opt("endpoint", ValueKind::Text),
            opt("return_type", ValueKind::Text),
            opt("expression", ValueKind::Json),
            opt("query", ValueKind::Json),
            opt("size", ValueKind::Number),
            opt("from", ValueKind::Number),
            opt("sort", ValueKind::Json),
            opt("included_fields", ValueKind::Json),
            opt("aggregations", ValueKind::Json),
            opt("payload", ValueKind::Json),
        ])
        .gives(),
    row(
        Group::Cloud,
        "cloud.aws.opensearch.document",
        "AWS OpenSearch: Document",
        "Reads or changes a document of an index.",
    )
    .with(&[
        req("index", ValueKind::Text),
        req("method", ValueKind::Text),
        opt("auth_type", ValueKind::Text),
        opt("key_id", ValueKind::Text),
        opt("access_key", ValueKind::Text),
        opt("secret_key", ValueKind::Text),
        opt("region", ValueKind::Text),
        opt("base_url", ValueKind::Text),
        opt("endpoint", ValueKind::Text),
        opt("doc_id", ValueKind::Expression),
        opt("doc", ValueKind::Json),
        opt("body", ValueKind::Json),
    ])
    .gives(),
    row(
        Group::Cloud,
        "cloud.aws.opensearch.request",
        "AWS OpenSearch: Request",
        "Sends a request to the cluster.",
    )
    .with(&[
        req("url", ValueKind::Expression),
        req("method", ValueKind::Text),
        opt("auth_type", ValueKind::Text),
        opt("key_id", ValueKind::Text),
        opt("access_key", ValueKind::Text),
        opt("secret_key", ValueKind::Text),
        opt("region", ValueKind::Text),
        opt("payload", ValueKind::Json),
        opt("query", ValueKind::Json),
    ])
    .gives(),
    row(Group::Cloud, "cloud.algolia.request", "Algolia: Request", "Sends a request to Algolia.")
        .with(&[
            req("url", ValueKind::Expression),
            req("method", ValueKind::Text),
            opt("application_id", ValueKind::Text),
            opt("api_key", ValueKind::Text),
            opt("payload", ValueKind::Json),
        ])
        .gives(),
];
