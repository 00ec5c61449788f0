//! Files and archives.

use super::rows::{opt, req, row};
use super::{Entry, Group, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(
        Group::Storage,
        "storage.create_image",
        "Create Image Metadata",
        "Stores an image and gets its metadata.",
    )
    .with(&[
        req("value", ValueKind::Expression),
        req("access", ValueKind::Enum(&["public", "private"])),
        req("filename", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Storage,
        "storage.create_video",
        "Create Video Metadata",
        "Stores a video and gets its metadata.",
    )
    .with(&[
        req("value", ValueKind::Expression),
        req("access", ValueKind::Enum(&["public", "private"])),
        req("filename", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Storage,
        "storage.create_audio",
        "Create Audio Metadata",
        "Stores a sound and gets its metadata.",
    )
    .with(&[
        req("value", ValueKind::Expression),
        req("access", ValueKind::Enum(&["public", "private"])),
        req("filename", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Storage,
        "storage.create_attachment",
        "Create Attachment Metadata",
        "Stores a file and gets its metadata.",
    )
    .with(&[
        req("value", ValueKind::Expression),
        req("access", ValueKind::Enum(&["public", "private"])),
        req("filename", ValueKind::Text),
    ])
    .gives(),
    row(Group::Storage, "storage.create_file_resource", "Create File Resource", "Makes a file from data.")
        .with(&[req("filename", ValueKind::Text), req("filedata", ValueKind::Expression)])
        .gives(),
    row(Group::Storage, "storage.read_file_resource", "Read File Resource", "Gets the content of a file.")
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(Group::Storage, "storage.delete_file", "Delete File", "Deletes a stored file.")
        .with(&[req("pathname", ValueKind::Text)]),
    row(
        Group::Storage,
        "storage.sign_private_url",
        "Sign Private URL",
        "Makes an address that opens a private file for a while.",
    )
    .with(&[req("pathname", ValueKind::Text), opt("ttl", ValueKind::Number)])
    .gives(),
    row(Group::Storage, "zip.create_archive", "Create Zip Archive", "Makes an archive.")
        .with(&[
            req("filename", ValueKind::Text),
            opt("password", ValueKind::Text),
            opt("password_encryption", ValueKind::Text),
        ])
        .gives(),
    row(Group::Storage, "zip.add_to_archive", "Add to Zip Archive", "Puts a file into an archive.").with(&[
        req("file", ValueKind::Expression),
        req("zip", ValueKind::Expression),
        opt("filename", ValueKind::Text),
        opt("password", ValueKind::Text),
        opt("password_encryption", ValueKind::Text),
    ]),
    row(
        Group::Storage,
        "zip.delete_from_archive",
        "Delete from Zip Archive",
        "Takes a file out of an archive.",
    )
    .with(&[
        req("filename", ValueKind::Text),
        req("zip", ValueKind::Expression),
        opt("password", ValueKind::Text),
    ]),
    row(Group::Storage, "zip.extract", "Extract Zip Archive", "Unpacks an archive.")
        .with(&[req("zip", ValueKind::Expression), opt("password", ValueKind::Text)])
        .gives(),
    row(Group::Storage, "zip.view_contents", "View Zip Contents", "Lists what is in an archive.")
        .with(&[req("zip", ValueKind::Expression), opt("password", ValueKind::Text)])
        .gives(),
];
