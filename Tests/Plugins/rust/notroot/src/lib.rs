//! Its constructor, which runs before the server can ask anything, dies when it finds itself root.
#[path = "../../../../../sdk/rust/haraka_plugin.rs"]
mod haraka_plugin;
use haraka_plugin::*;

extern "C" {
    fn geteuid() -> u32;
}

extern "C" fn refuse_root() {
    if unsafe { geteuid() } == 0 {
        std::process::abort();
    }
}

#[used]
#[link_section = ".init_array"]
static CONSTRUCTOR: extern "C" fn() = refuse_root;

struct NotRoot;

impl Plugin for NotRoot {
    const ID: &'static str = "org.example.notroot.rust";
    const VERSION: &'static str = "1.0";

    fn create(_host: Host) -> Result<Self, String> {
        Ok(NotRoot)
    }

    fn hooks() -> Vec<Hook<Self>> {
        vec![hook("rcpt", |_: &Self, _: &Call| Verdict::cont()).inline()]
    }
}

haraka_plugin::export!(NotRoot);
