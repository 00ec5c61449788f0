//! Math, arrays, objects and text.

use super::rows::{opt, req, row};
use super::{Entry, Group, Subject, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(Group::Data, "math.add", "Math: Add", "Adds a number to a variable.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "math.sub", "Math: Subtract", "Takes a number from a variable.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "math.mul", "Math: Multiply", "Multiplies a variable.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "math.div", "Math: Divide", "Divides a variable.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "math.mod", "Math: Modulus", "Keeps the remainder of a division.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "math.bitwise.and", "Math: Bitwise AND", "Keeps the bits that both have.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "math.bitwise.or", "Math: Bitwise OR", "Keeps the bits that either has.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "math.bitwise.xor", "Math: Bitwise XOR", "Keeps the bits that only one has.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "array.push", "Add to End of Array", "Adds an element at the end.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "array.unshift", "Add to Beginning of Array", "Adds an element at the beginning.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "array.merge", "Merge Arrays", "Adds all elements of another list.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "array.pop", "Remove from End of Array", "Takes the last element out.")
        .on(Subject::Variable)
        .gives(),
    row(Group::Data, "array.shift", "Remove from Beginning of Array", "Takes the first element out.")
        .on(Subject::Variable)
        .gives(),
    row(Group::Data, "array.find", "Find First Element", "Gets the first element that meets a condition.")
        .on(Subject::Expression)
        .with_clause()
        .gives(),
    row(
        Group::Data,
        "array.find_index",
        "Find First Element Index",
        "Gets the position of the first element that meets a condition.",
    )
    .on(Subject::Expression)
    .with_clause()
    .gives(),
    row(Group::Data, "array.has", "Has Any Element", "Tells whether any element meets a condition.")
        .on(Subject::Expression)
        .with_clause()
        .gives(),
    row(Group::Data, "array.every", "Has Every Element", "Tells whether all elements meet a condition.")
        .on(Subject::Expression)
        .with_clause()
        .gives(),
    row(Group::Data, "array.filter", "Find All Elements", "Gets all elements that meet a condition.")
        .on(Subject::Expression)
        .with_clause()
        .gives(),
    row(Group::Data, "array.filter_count", "Get Element Count", "Counts the elements that meet a condition.")
        .on(Subject::Expression)
        .with_clause()
        .gives(),
    row(Group::Data, "array.partition", "Partition Array", "Parts a list by a condition.")
        .on(Subject::Expression)
        .with_clause()
        .gives(),
    row(Group::Data, "array.map", "Map Array", "Makes a list with something of every element.")
        .on(Subject::Expression)
        .with(&[opt("by", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "array.group_by", "Group Array", "Groups the elements of a list.")
        .on(Subject::Expression)
        .with(&[opt("by", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "array.union", "Union of Arrays", "Elements of either list.")
        .on(Subject::Expression)
        .with(&[opt("value", ValueKind::Expression), opt("by", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "array.difference", "Difference of Arrays", "Elements of only one list.")
        .on(Subject::Expression)
        .with(&[opt("value", ValueKind::Expression), opt("by", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "array.intersection", "Intersection of Arrays", "Elements of both lists.")
        .on(Subject::Expression)
        .with(&[opt("value", ValueKind::Expression), opt("by", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "object.keys", "Get Object Keys", "Gets the keys of an object.")
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "object.values", "Get Object Values", "Gets the values of an object.")
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "object.entries", "Get Object Entries", "Gets the pairs of an object.")
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(Group::Data, "text.append", "Append Text", "Adds text at the end.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "text.prepend", "Prepend Text", "Adds text at the beginning.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "text.trim", "Trim Text", "Takes characters off both ends.")
        .on(Subject::Variable)
        .with(&[opt("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "text.ltrim", "Trim Text Left", "Takes characters off the beginning.")
        .on(Subject::Variable)
        .with(&[opt("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "text.rtrim", "Trim Text Right", "Takes characters off the end.")
        .on(Subject::Variable)
        .with(&[opt("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "text.contains", "Text Contains", "Tells whether a text holds another.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(
        Group::Data,
        "text.icontains",
        "Text Contains (any case)",
        "Tells whether a text holds another, whatever the case.",
    )
    .on(Subject::Variable)
    .with(&[req("value", ValueKind::Expression)])
    .gives(),
    row(Group::Data, "text.starts_with", "Text Starts With", "Tells whether a text begins with another.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(
        Group::Data,
        "text.istarts_with",
        "Text Starts With (any case)",
        "Tells whether a text begins with another, whatever the case.",
    )
    .on(Subject::Variable)
    .with(&[req("value", ValueKind::Expression)])
    .gives(),
    row(Group::Data, "text.ends_with", "Text Ends With", "Tells whether a text ends with another.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(
        Group::Data,
        "text.iends_with",
        "Text Ends With (any case)",
        "Tells whether a text ends with another, whatever the case.",
    )
    .on(Subject::Variable)
    .with(&[req("value", ValueKind::Expression)])
    .gives(),
];
