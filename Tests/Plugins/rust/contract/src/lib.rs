//! The contract suite's plugin in Rust; contract.ini says what it does, see Tests/Plugins/README.md.
#[path = "../../../../../sdk/rust/haraka_plugin.rs"]
mod haraka_plugin;
use haraka_plugin::*;
use std::thread;
use std::time::Duration;

struct Contract {
    mode: String,
    time: Duration,
}

impl Plugin for Contract {
    const ID: &'static str = "org.example.contract.rust";
    const VERSION: &'static str = "1.0";

    fn create(host: Host) -> Result<Self, String> {
        let mode = host.config_text("contract.ini:mode").unwrap_or_else(|| "noop".to_string());
        if mode == "refuses" {
            return Err("contract: refuses, as contract.ini says".to_string());
        }
        if mode == "bad_signature" {
            return Err(format!("contract: bad signature {}", add_nonsense(&host)));
        }
        let ms = host.config_int("contract.ini:ms")?.unwrap_or(200) as u64;
        Ok(Contract { mode, time: Duration::from_millis(ms) })
    }

    fn hooks() -> Vec<Hook<Self>> {
        unreachable!("listed() is asked instead")
    }

    fn listed(&self, host: &Host) -> Vec<Hook<Self>> {
        if self.mode == "thrice" {
            return vec![
                hook("rcpt", |_: &Self, call: &Call| in_order(call, "5")).priority(5),
                hook("rcpt", |_: &Self, call: &Call| in_order(call, "-5")).priority(-5),
                hook("rcpt", |_: &Self, call: &Call| in_order(call, "0")),
            ];
        }
        let name = match host.config_text("contract.ini:hook").as_deref() {
            Some("connect") => "connect",
            Some("mail") => "mail",
            _ => "rcpt",
        };
        vec![hook(name, Self::run).may_pend()]
    }
}

impl Contract {
    fn run(&self, call: &Call) -> Result<Verdict, String> {
        match self.mode.as_str() {
            "noop" => Ok(Verdict::cont()),
            "accept" => Ok(Verdict::ok()),
            "deny" => Ok(Verdict::deny("contract says no").code(550, "5.7.1")),
            "zero" => Ok(Verdict::number(0)),
            "throws" => panic!("thrown as told"),
            "write" => call.set_user("written").map(|_| Verdict::ok()).map_err(|status| status.to_string()),
            "write_fails" => {
                let _ = call.set_user("written");
                Err("after the write".to_string())
            }
            "huge_reply" => Ok(Verdict::deny(&"x".repeat(1 << 20)).code(550, "5.7.1")),
            "long_reply" => Ok(Verdict::deny(&vec!["x".repeat(480); 64].join("\n")).code(550, "5.7.1")),
            "leak" => {
                tell(call.host(), call.scope(), "retain", retain(call));
                Ok(Verdict::ok())
            }
            "early" => {
                let (host, scope) = (*call.host(), call.scope());
                tell(&host, scope, "complete", status(call.pend().complete(Verdict::ok())));
                Ok(Verdict::pending())
            }
            "never" => {
                std::mem::forget(call.pend());
                Ok(Verdict::pending())
            }
            "blocks" => loop {
                thread::sleep(Duration::from_secs(3600));
            },
            _ => Ok(self.later(call)),
        }
    }

    /// slow, twice, late_write, write_crash, after_disconnect
    fn later(&self, call: &Call) -> Verdict {
        let (pending, host, scope) = (call.pend(), *call.host(), call.scope());
        let (mode, time, token) = (self.mode.clone(), self.time, call.args().call);
        if mode == "after_disconnect" {
            tell(&host, scope, "asked", 0);
        }
        thread::spawn(move || {
            thread::sleep(time);
            if mode == "late_write" || mode == "write_crash" {
                tell(&host, scope, "write", set_user(&host, token));
            }
            if mode == "write_crash" {
                std::process::abort();
            }
            tell(&host, scope, "complete", status(pending.complete(Verdict::ok())));
            if mode == "twice" {
                let raw = unsafe { &*host.raw() };
                let second = unsafe { (raw.complete)(raw.ctx, token, HK_V_DENY, hk_str::ABSENT) };
                tell(&host, scope, "second", second);
            }
        });
        Verdict::pending()
    }
}

/// Keeps the order of the runs in a note, and shows it in the last.
fn in_order(call: &Call, mine: &str) -> Result<Verdict, Status> {
    let txn = call.args().txn;
    let order = call.note(txn, "order").map_or(mine.to_string(), |before| format!("{} {}", before, mine));
    call.set_note(txn, "order", &order)?;
    Ok(if mine == "5" { Verdict::deny(&order).code(550, "5.7.1") } else { Verdict::cont() })
}

fn status(result: Result<(), Status>) -> i32 {
    result.map_or_else(|status| status.0, |_| HK_OK)
}

fn tell(host: &Host, scope: u64, what: &str, status: i32) {
    host.log(HK_LOG_NOTICE, scope, &format!("contract: {} {}", what, status));
}

unsafe fn table<T>(host: &Host, id: &'static str) -> &'static T {
    let raw = &*host.raw();
    &*((raw.get_extension)(raw.ctx, id.as_ptr() as *const _) as *const T)
}

fn retain(call: &Call) -> i32 {
    unsafe {
        let calls: &hk_ext_calls = table(call.host(), "haraka.calls/1\0");
        (calls.retain)((*call.host().raw()).ctx, call.args().call)
    }
}

fn set_user(host: &Host, call: hk_call) -> i32 {
    unsafe {
        let session: &hk_ext_session = table(host, "haraka.session/1\0");
        (session.rcpt_set_user)((*host.raw()).ctx, call, 0, hk_str::of("late"))
    }
}

unsafe extern "C" fn nothing() {}

/// Registers a hook whose signature names what no hook offers; the answer is the host's status.
fn add_nonsense(host: &Host) -> i32 {
    let entry = hk_hook {
        struct_size: std::mem::size_of::<hk_hook>() as u32,
        flags: 0,
        priority: 0,
        timeout_ms: 0,
        hook: b"rcpt\0".as_ptr() as *const _,
        signature: b"i(ud:p,nonsense:s)\0".as_ptr() as *const _,
        func: Some(nothing),
        ud: std::ptr::null_mut(),
        cancel: None,
    };
    unsafe {
        let hooks: &hk_ext_hooks = table(host, "haraka.hooks/1\0");
        (hooks.add)((*host.raw()).ctx, &entry)
    }
}

haraka_plugin::export!(Contract);
