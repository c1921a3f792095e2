//! The property list of the agent: launchd.plist(5). A run that the machine slept through is made up for when it wakes.

use std::fmt::Write;

use jiff::civil::Time;

use super::super::Plan;

/// The agent's property list.
pub(super) fn agent(name: &str, plan: &Plan) -> String {
    let command = std::iter::once(&plan.program).chain(&plan.arguments);
    let command: String = command
        .map(|word| format!("\t\t<string>{}</string>\n", escaped(word)))
        .collect();
    let mut environment = String::new();
    if !plan.environment.is_empty() {
        environment.push_str("\t<key>EnvironmentVariables</key>\n\t<dict>\n");
        for (name, value) in &plan.environment {
            let (name, value) = (escaped(name), escaped(value));
            let _ = writeln!(
                environment,
                "\t\t<key>{name}</key>\n\t\t<string>{value}</string>"
            );
        }
        environment.push_str("\t</dict>\n");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- Written by igconnect schedule install; igconnect schedule remove deletes it. -->\n\
         <plist version=\"1.0\">\n<dict>\n\
         \t<key>Label</key>\n\t<string>{}</string>\n\
         \t<key>ProgramArguments</key>\n\t<array>\n{command}\t</array>\n{environment}\
         \t<key>StartCalendarInterval</key>\n\t<dict>\n\
         {HOUR}{}</integer>\n{MINUTE}{}</integer>\n\t</dict>\n\
         \t<key>ProcessType</key>\n\t<string>Background</string>\n\
         </dict>\n</plist>\n",
        escaped(name),
        plan.at.hour(),
        plan.at.minute(),
    )
}

const HOUR: &str = "\t\t<key>Hour</key>\n\t\t<integer>";
const MINUTE: &str = "\t\t<key>Minute</key>\n\t\t<integer>";

/// The time of day in an agent that we wrote.
pub(super) fn time_in(text: &str) -> Option<Time> {
    let number = |before| {
        let (_, rest) = text.split_once(before)?;
        rest.split('<').next()?.parse().ok()
    };
    Time::new(number(HOUR)?, number(MINUTE)?, 0, 0).ok()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
