//! {{NAME}}: refuses senders whose domain is listed in config/{{FILE}}.domains, or lies below one.
#[path = "{{SDK}}/rust/haraka_plugin.rs"]
mod haraka_plugin;
use haraka_plugin::*;

struct {{TYPE}} {
    refused: Vec<String>,
}

impl Plugin for {{TYPE}} {
    const ID: &'static str = "{{ID}}";
    const VERSION: &'static str = "0.1.0";

    fn create(host: Host) -> Result<Self, String> {
        let mut refused = host.config_list("{{FILE}}.domains");
        if refused.is_empty() {
            refused.push("invalid".to_string()); // RFC 6761 section 6.4: no domain ends in .invalid
        }
        Ok({{TYPE}} { refused })
    }

    fn hooks() -> Vec<Hook<Self>> {
        vec![hook("connect", Self::greet), hook("mail", Self::check_sender).inline()]
    }
}

impl {{TYPE}} {
    fn greet(&self, call: &Call) -> Verdict {
        call.log(HK_LOG_INFO, &format!("hello {}", call.remote_ip().unwrap_or("local client")));
        Verdict::cont()
    }

    fn check_sender(&self, call: &Call) -> Verdict {
        let domain = call.mail_domain().unwrap_or("");
        if self.refused.iter().any(|parent| is_below(domain, parent)) {
            return Verdict::deny("Mail from this domain is not welcome here").code(550, "5.7.1");
        }
        Verdict::cont()
    }
}

fn is_below(domain: &str, parent: &str) -> bool {
    domain == parent || domain.strip_suffix(parent).map_or(false, |rest| rest.ends_with('.'))
}

haraka_plugin::export!({{TYPE}});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_and_what_lies_below_it_is_refused() {
        assert!(is_below("bad.example", "bad.example"));
        assert!(is_below("a.bad.example", "bad.example"));
        assert!(!is_below("notbad.example", "bad.example"));
        assert!(!is_below("", "bad.example"));
    }

    #[test]
    fn the_server_is_shown_the_plugin() {
        let plugin = unsafe { &*haraka_plugin_v1(0) };
        assert_eq!(unsafe { plugin.id.bytes() }, Some("{{ID}}".as_bytes()));
        assert_eq!(plugin.draft, HK_ABI_DRAFT);
        assert_eq!({{TYPE}}::hooks().len(), 2);
    }
}
