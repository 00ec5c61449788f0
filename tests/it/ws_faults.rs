//! The store fails, or does not answer.
