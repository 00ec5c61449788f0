//! What letters say.

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom: an address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

impl Letter {
    /// Somebody is invited into a workspace.
    pub fn invitation(to: &str, workspace: &str, inviter: &str, link: &str) -> Letter {
        let (workspace, inviter) = (one_line(workspace), one_line(inviter));
        Letter {
            to: to.to_owned(),
            subject: format!("{inviter} invites you to {workspace} on Baton"),
            text: format!(
                "Hello,\n\n{inviter} invites you to the workspace {workspace}. Open this link to join; it works once:\n\n{link}\n\n\
                 If you did not expect it, you can ignore this letter.\n"
            ),
        }
    }

    /// Somebody has lost their password.
    pub fn reset(to: &str, link: &str) -> Letter {
        Letter {
            to: to.to_owned(),
            subject: "Set a new password for Baton".to_owned(),
            text: format!(
                "Hello,\n\nsomebody, probably you, asked for a new password. Open this link to set one; it works once:\n\n{link}\n\n\
                 You are then signed out everywhere. If it was not you, ignore this letter: your password stays as it is.\n"
            ),
        }
    }
}

/// Names are people's own words.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
