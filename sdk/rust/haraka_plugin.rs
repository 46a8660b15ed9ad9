//! The contract of haraka_plugin.h in Rust, and what makes a plugin short. One file, no dependency, rustc 1.63 or later.
//!
//! ```ignore
//! #[path = "SDK/rust/haraka_plugin.rs"]
//! mod haraka_plugin;
//! use haraka_plugin::*;
//!
//! struct Hello;
//! impl Plugin for Hello {
//!     const ID: &'static str = "org.example.hello";
//!     const VERSION: &'static str = "1.0";
//!     fn create(_host: Host) -> Result<Self, String> { Ok(Hello) }
//!     fn hooks() -> Vec<Hook<Self>> { vec![hook("rcpt", Self::rcpt).inline()] }
//! }
//! impl Hello {
//!     fn rcpt(&self, call: &Call) -> Verdict { Verdict::deny("no").code(550, "5.7.1") }
//! }
//! haraka_plugin::export!(Hello);
//! ```
//!
//! A hook answers a `Verdict` or a `Result<Verdict, E>`. An error and a panic are failures: they are logged, and the
//! server applies the plugin's failure policy. Do not build with panic = "abort", which would end the server instead.
#![allow(non_camel_case_types, dead_code, clippy::missing_safety_doc, clippy::type_complexity)]

use std::ffi::CString;
use std::fmt::Display;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::Duration;

// ---- The contract, field by field as in haraka_plugin.h -----------------------------------------------------------

pub type hk_status = i32;
pub type hk_verdict = i32;
pub type hk_call = u64;
pub type hk_session = u64;
pub type hk_txn = u64;
pub type hk_lease = u64;
pub type hk_timer = u64;
pub type hk_conn = u64;
pub type hk_request = u64;
pub type hk_fn = Option<unsafe extern "C" fn()>;

pub const HK_ABI_MAJOR: u16 = 1;
pub const HK_ABI_MINOR: u16 = 0;
pub const HK_ABI_DRAFT: u32 = 2;
pub const HK_OK: i32 = 0;
pub const HK_E_UNSUPPORTED: i32 = -1;
pub const HK_E_INVALID: i32 = -2;
pub const HK_E_STALE: i32 = -3;
pub const HK_E_NOT_FOUND: i32 = -4;
pub const HK_E_DENIED: i32 = -5;
pub const HK_E_BUFFER: i32 = -6;
pub const HK_E_SIGNATURE: i32 = -7;
pub const HK_E_PHASE: i32 = -8;
pub const HK_E_SHUTDOWN: i32 = -9;
pub const HK_E_LIMIT: i32 = -10;
pub const HK_E_FAILED: i32 = -11;
pub const HK_V_CONT: i32 = 900;
pub const HK_V_STOP: i32 = 901;
pub const HK_V_DENY: i32 = 902;
pub const HK_V_DENYSOFT: i32 = 903;
pub const HK_V_DENYDISCONNECT: i32 = 904;
pub const HK_V_DISCONNECT: i32 = 905;
pub const HK_V_OK: i32 = 906;
pub const HK_V_NEXT_HOOK: i32 = 907;
pub const HK_V_DELAY: i32 = 908;
pub const HK_V_DENYSOFTDISCONNECT: i32 = 909;
pub const HK_V_PENDING: i32 = 1000;
pub const HK_T_NULL: u32 = 0;
pub const HK_T_BOOL: u32 = b'b' as u32;
pub const HK_T_I64: u32 = b'I' as u32;
pub const HK_T_U64: u32 = b'U' as u32;
pub const HK_T_F64: u32 = b'd' as u32;
pub const HK_T_STR: u32 = b's' as u32;
pub const HK_T_BYTES: u32 = b'B' as u32;
pub const HK_LOG_DATA: i32 = 9;
pub const HK_LOG_PROTOCOL: i32 = 8;
pub const HK_LOG_DEBUG: i32 = 7;
pub const HK_LOG_INFO: i32 = 6;
pub const HK_LOG_NOTICE: i32 = 5;
pub const HK_LOG_WARN: i32 = 4;
pub const HK_LOG_ERROR: i32 = 3;
pub const HK_LOG_CRIT: i32 = 2;
pub const HK_LOG_ALERT: i32 = 1;
pub const HK_LOG_EMERG: i32 = 0;
pub const HK_PF_SERIAL: u32 = 1 << 0;
pub const HK_PF_RELOADABLE: u32 = 1 << 1;
pub const HK_PF_FORK_SAFE: u32 = 1 << 2;
pub const HK_HF_MAY_PEND: u32 = 1 << 0;
pub const HK_HF_OBSERVE: u32 = 1 << 1;
pub const HK_HF_OPTIONAL: u32 = 1 << 2;
pub const HK_HF_INLINE: u32 = 1 << 3;
pub const HK_CANCEL_DISCONNECT: i32 = 1;
pub const HK_CANCEL_TIMEOUT: i32 = 2;
pub const HK_CANCEL_RSET: i32 = 3;
pub const HK_CANCEL_SHUTDOWN: i32 = 4;
pub const HK_SF_THREAD_SAFE: u32 = 1 << 0;
pub const HK_SF_PURE: u32 = 1 << 1;
pub const HK_M_COUNTER: i32 = 1;
pub const HK_M_GAUGE: i32 = 2;
pub const HK_M_HISTOGRAM: i32 = 3;
pub const HK_EDIT_ADD_TOP: i32 = 1;
pub const HK_EDIT_ADD_END: i32 = 2;
pub const HK_EDIT_REMOVE: i32 = 3;
pub const HK_EDIT_REPLACE: i32 = 4;
pub const HK_DNS_A: i32 = 1;
pub const HK_DNS_PTR: i32 = 12;
pub const HK_DNS_MX: i32 = 15;
pub const HK_DNS_TXT: i32 = 16;
pub const HK_DNS_AAAA: i32 = 28;
pub const HK_DNS_TLSA: i32 = 52;
pub const HK_DNS_INSECURE: i32 = 0;
pub const HK_DNS_SECURE: i32 = 1;
pub const HK_DNS_BOGUS: i32 = 2;
pub const HK_NET_CONNECTED: i32 = 1;
pub const HK_NET_DATA: i32 = 2;
pub const HK_NET_WRITABLE: i32 = 3;
pub const HK_NET_CLOSED: i32 = 4;
pub const HK_NET_ERROR: i32 = 5;
pub const HK_NET_TLS: u32 = 1 << 0;
pub const HK_NET_TLS_NO_VERIFY: u32 = 1 << 1;
pub const HK_TLS_OPPORTUNISTIC: i32 = 0;
pub const HK_TLS_OFF: i32 = 1;
pub const HK_TLS_REQUIRED: i32 = 2;
pub const HK_TLS_VERIFIED: i32 = 3;
pub const HK_NH_LMTP: u32 = 1 << 0;
pub const HK_NH_TLS_FIRST: u32 = 1 << 1;
pub const HK_NH_MX: u32 = 1 << 2;
pub const HK_NH_QUEUE: u32 = 1 << 3;
pub const HK_D_DELIVERED: i32 = 1;
pub const HK_D_DEFERRED: i32 = 2;
pub const HK_D_FAILED: i32 = 3;
pub const HK_Q_RETRY: i32 = 1;
pub const HK_Q_HOLD: i32 = 2;
pub const HK_Q_RELEASE: i32 = 3;
pub const HK_Q_DELETE: i32 = 4;
pub const HK_Q_BOUNCE: i32 = 5;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_str {
    pub ptr: *const c_char,
    pub len: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_error {
    pub struct_size: u32,
    pub code: i32,
    pub text: [c_char; 248],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_sink {
    pub ctx: *mut c_void,
    pub write: unsafe extern "C" fn(*mut c_void, hk_str) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub union hk_value_as {
    pub i: i64,
    pub u: u64,
    pub d: f64,
    pub s: hk_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_value {
    pub type_: u32,
    pub reserved: u32,
    pub as_: hk_value_as,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_host {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub draft: u32,
    pub reserved: u32,
    pub product: hk_str,
    pub version: hk_str,
    pub plugin_name: hk_str,
    pub ctx: *mut c_void,
    pub get_extension: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_void,
    pub log: unsafe extern "C" fn(*mut c_void, i32, u64, hk_str),
    pub complete: unsafe extern "C" fn(*mut c_void, hk_call, hk_verdict, hk_str) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_plugin {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub flags: u32,
    pub draft: u32,
    pub id: hk_str,
    pub version: hk_str,
    pub create: Option<unsafe extern "C" fn(*const hk_host, *mut *mut c_void, *mut hk_error) -> hk_status>,
    pub start: Option<unsafe extern "C" fn(*mut c_void, *mut hk_error) -> hk_status>,
    pub reconfigure: Option<unsafe extern "C" fn(*mut c_void, *mut hk_error) -> hk_status>,
    pub drain: Option<unsafe extern "C" fn(*mut c_void)>,
    pub destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    pub get_extension: Option<unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_void>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_args {
    pub struct_size: u32,
    pub reserved: u32,
    pub ud: *mut c_void,
    pub call: hk_call,
    pub session: hk_session,
    pub txn: hk_txn,
    pub remote_ip: hk_str,
    pub local_ip: hk_str,
    pub remote_host: hk_str,
    pub hello_host: hk_str,
    pub auth_user: hk_str,
    pub tls: hk_str,
    pub remote_port: i32,
    pub local_port: i32,
    pub relaying: u8,
    pub esmtp: u8,
    pub pad: [u8; 6],
    pub mail_address: hk_str,
    pub mail_user: hk_str,
    pub mail_domain: hk_str,
    pub mail_size: u64,
    pub rcpt_address: hk_str,
    pub rcpt_user: hk_str,
    pub rcpt_domain: hk_str,
    pub rcpt_original: hk_str,
    pub rcpt_index: i32,
    pub rcpt_count: i32,
    pub size: u64,
    pub command: hk_str,
    pub argument: hk_str,
    pub denied_hook: hk_str,
    pub denied_plugin: hk_str,
    pub denied_text: hk_str,
    pub denied_verdict: i32,
    pub log_level: i32,
    pub log_text: hk_str,
    pub queue_text: hk_str,
    pub auth_mechanism: hk_str,
    pub auth_secret: hk_str,
    pub auth_token: hk_str,
    pub domain: hk_str,
    pub next_hop: hk_str,
    pub response: hk_str,
    pub queue_id: u64,
    pub delay_ms: u64,
    pub attempts: i32,
    pub next_port: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_hook {
    pub struct_size: u32,
    pub flags: u32,
    pub priority: i32,
    pub timeout_ms: u32,
    pub hook: *const c_char,
    pub signature: *const c_char,
    pub func: hk_fn,
    pub ud: *mut c_void,
    pub cancel: Option<unsafe extern "C" fn(*mut c_void, hk_call, i32)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_hooks {
    pub struct_size: u32,
    pub reserved: u32,
    pub add: unsafe extern "C" fn(*mut c_void, *const hk_hook) -> hk_status,
    pub describe: unsafe extern "C" fn(*mut c_void, *const c_char, hk_sink) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_calls {
    pub struct_size: u32,
    pub reserved: u32,
    pub reply: unsafe extern "C" fn(*mut c_void, hk_call, i32, hk_str, hk_str) -> hk_status,
    pub retain: unsafe extern "C" fn(*mut c_void, hk_call) -> hk_status,
    pub release: unsafe extern "C" fn(*mut c_void, hk_call) -> hk_status,
    pub progress: unsafe extern "C" fn(*mut c_void, hk_call) -> hk_status,
    pub is_live: unsafe extern "C" fn(*mut c_void, hk_call) -> i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_services {
    pub struct_size: u32,
    pub reserved: u32,
    pub publish: unsafe extern "C" fn(*mut c_void, *const c_char, u32, *const c_char, hk_fn, *mut c_void, u32) -> hk_status,
    pub acquire: unsafe extern "C" fn(*mut c_void, *const c_char, u32, *const c_char, *mut hk_lease) -> hk_status,
    pub direct: unsafe extern "C" fn(*mut c_void, hk_lease, *mut hk_fn, *mut *mut c_void) -> hk_status,
    pub call: unsafe extern "C" fn(*mut c_void, hk_lease, *const hk_value, u32, *mut hk_value, hk_sink) -> hk_status,
    pub call_async: unsafe extern "C" fn(*mut c_void, hk_lease, *const hk_value, u32, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_value)>, *mut c_void) -> hk_status,
    pub release: unsafe extern "C" fn(*mut c_void, hk_lease) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_identity {
    pub struct_size: u32,
    pub remote_port: i32,
    pub remote_ip: hk_str,
    pub remote_host: hk_str,
    pub local_ip: hk_str,
    pub local_port: i32,
    pub esmtp: u8,
    pub pad: [u8; 3],
    pub hello_host: hk_str,
    pub auth_user: hk_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_session {
    pub struct_size: u32,
    pub reserved: u32,
    pub fact: unsafe extern "C" fn(*mut c_void, u64, *const c_char, *mut hk_value, *mut c_char, usize, *mut usize) -> hk_status,
    pub set_relaying: unsafe extern "C" fn(*mut c_void, hk_call, i32) -> hk_status,
    pub rcpt_set_user: unsafe extern "C" fn(*mut c_void, hk_call, u32, hk_str) -> hk_status,
    pub rcpt_rewrite: unsafe extern "C" fn(*mut c_void, hk_call, u32, hk_str) -> hk_status,
    pub rcpt_add: unsafe extern "C" fn(*mut c_void, hk_call, hk_str) -> hk_status,
    pub rcpt_drop: unsafe extern "C" fn(*mut c_void, hk_call, u32) -> hk_status,
    pub set_verifier: unsafe extern "C" fn(*mut c_void, hk_call, hk_str, hk_str, u32, hk_str, hk_str) -> hk_status,
    pub add_capability: unsafe extern "C" fn(*mut c_void, hk_call, hk_str) -> hk_status,
    pub identify: unsafe extern "C" fn(*mut c_void, hk_call, *const hk_identity) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_notes {
    pub struct_size: u32,
    pub reserved: u32,
    pub get: unsafe extern "C" fn(*mut c_void, u64, hk_str, *mut hk_value, *mut c_char, usize, *mut usize) -> hk_status,
    pub set: unsafe extern "C" fn(*mut c_void, u64, hk_str, *const hk_value) -> hk_status,
    pub result: unsafe extern "C" fn(*mut c_void, u64, *const c_char, hk_str) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_config {
    pub struct_size: u32,
    pub reserved: u32,
    pub get: unsafe extern "C" fn(*mut c_void, hk_str, *mut hk_value, *mut c_char, usize, *mut usize) -> hk_status,
    pub json: unsafe extern "C" fn(*mut c_void, hk_str, hk_sink) -> hk_status,
    pub directory: unsafe extern "C" fn(*mut c_void, *mut c_char, usize, *mut usize) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_exec {
    pub struct_size: u32,
    pub reserved: u32,
    pub post: unsafe extern "C" fn(*mut c_void, Option<unsafe extern "C" fn(*mut c_void)>, *mut c_void) -> hk_status,
    pub after: unsafe extern "C" fn(*mut c_void, u64, u64, Option<unsafe extern "C" fn(*mut c_void)>, *mut c_void, *mut hk_timer) -> hk_status,
    pub cancel: unsafe extern "C" fn(*mut c_void, hk_timer) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_metrics {
    pub struct_size: u32,
    pub reserved: u32,
    pub define: unsafe extern "C" fn(*mut c_void, *const c_char, i32, *const c_char, *const c_char, *mut u32) -> hk_status,
    pub add: unsafe extern "C" fn(*mut c_void, u32, f64, *const hk_str, u32),
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_message {
    pub struct_size: u32,
    pub reserved: u32,
    pub view: unsafe extern "C" fn(*mut c_void, hk_txn, hk_call, *mut hk_str, u32, *mut u32) -> hk_status,
    pub read: unsafe extern "C" fn(*mut c_void, hk_txn, u64, *mut c_char, usize, *mut usize) -> hk_status,
    pub header: unsafe extern "C" fn(*mut c_void, hk_txn, hk_str, u32, *mut c_char, usize, *mut usize) -> hk_status,
    pub edit: unsafe extern "C" fn(*mut c_void, hk_call, i32, hk_str, hk_str, u32) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_dns_answer {
    pub struct_size: u32,
    pub rcode: i32,
    pub ttl: u32,
    pub security: i32,
    pub records: *const hk_str,
    pub count: u32,
    pub reserved: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_dns {
    pub struct_size: u32,
    pub reserved: u32,
    pub query: unsafe extern "C" fn(*mut c_void, hk_str, i32, u32, Option<unsafe extern "C" fn(*mut c_void, *const hk_dns_answer)>, *mut c_void) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_net {
    pub struct_size: u32,
    pub reserved: u32,
    pub connect: unsafe extern "C" fn(*mut c_void, hk_str, u32, u32, Option<unsafe extern "C" fn(*mut c_void, hk_conn, i32, hk_str)>, *mut c_void, *mut hk_conn) -> hk_status,
    pub write: unsafe extern "C" fn(*mut c_void, hk_conn, hk_str) -> hk_status,
    pub start_tls: unsafe extern "C" fn(*mut c_void, hk_conn, hk_str, u32) -> hk_status,
    pub pause: unsafe extern "C" fn(*mut c_void, hk_conn, i32) -> hk_status,
    pub close: unsafe extern "C" fn(*mut c_void, hk_conn) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_next_hop {
    pub struct_size: u32,
    pub flags: u32,
    pub host: hk_str,
    pub port: i32,
    pub tls: i32,
    pub source: hk_str,
    pub hello: hk_str,
    pub user: hk_str,
    pub password: hk_str,
    pub mechanism: hk_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_outcome {
    pub struct_size: u32,
    pub what: i32,
    pub rcpt_index: u32,
    pub code: i32,
    pub address: hk_str,
    pub host: hk_str,
    pub enhanced: hk_str,
    pub text: hk_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_mail {
    pub struct_size: u32,
    pub recipient_count: u32,
    pub part_count: u32,
    pub reserved: u32,
    pub sender: hk_str,
    pub recipients: *const hk_str,
    pub parts: *const hk_str,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_outbound {
    pub struct_size: u32,
    pub reserved: u32,
    pub submit: unsafe extern "C" fn(*mut c_void, *const hk_mail, Option<unsafe extern "C" fn(*mut c_void, hk_status, u64)>, *mut c_void) -> hk_status,
    pub enqueue: unsafe extern "C" fn(*mut c_void, hk_call) -> hk_status,
    pub deliver: unsafe extern "C" fn(*mut c_void, hk_call, *const u32, u32, *const hk_next_hop, u32, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_outcome, u32)>, *mut c_void) -> hk_status,
    pub add_next_hop: unsafe extern "C" fn(*mut c_void, hk_call, *const hk_next_hop) -> hk_status,
    pub act: unsafe extern "C" fn(*mut c_void, u64, i32, Option<unsafe extern "C" fn(*mut c_void, hk_status)>, *mut c_void) -> hk_status,
    pub entry: unsafe extern "C" fn(*mut c_void, u64, Option<unsafe extern "C" fn(*mut c_void, hk_status, hk_str)>, *mut c_void) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_kv {
    pub struct_size: u32,
    pub reserved: u32,
    pub get: unsafe extern "C" fn(*mut c_void, hk_str, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_value)>, *mut c_void) -> hk_status,
    pub set: unsafe extern "C" fn(*mut c_void, hk_str, *const hk_value, u64, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_value)>, *mut c_void) -> hk_status,
    pub add: unsafe extern "C" fn(*mut c_void, hk_str, i64, u64, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_value)>, *mut c_void) -> hk_status,
    pub set_add: unsafe extern "C" fn(*mut c_void, hk_str, hk_str, u64, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_value)>, *mut c_void) -> hk_status,
    pub set_has: unsafe extern "C" fn(*mut c_void, hk_str, hk_str, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_value)>, *mut c_void) -> hk_status,
    pub remove: unsafe extern "C" fn(*mut c_void, hk_str, hk_str, Option<unsafe extern "C" fn(*mut c_void, hk_status, *const hk_value)>, *mut c_void) -> hk_status,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_http_request {
    pub struct_size: u32,
    pub reserved: u32,
    pub request: hk_request,
    pub method: hk_str,
    pub path: hk_str,
    pub query: hk_str,
    pub body: hk_str,
    pub header_names: *const hk_str,
    pub header_values: *const hk_str,
    pub header_count: u32,
    pub reserved2: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct hk_ext_http {
    pub struct_size: u32,
    pub reserved: u32,
    pub route: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char, Option<unsafe extern "C" fn(*mut c_void, *const hk_http_request)>, *mut c_void) -> hk_status,
    pub respond: unsafe extern "C" fn(*mut c_void, hk_request, i32, *const hk_str, *const hk_str, u32, hk_str) -> hk_status,
    pub stream: unsafe extern "C" fn(*mut c_void, hk_request, i32, *const hk_str, *const hk_str, u32) -> hk_status,
    pub send: unsafe extern "C" fn(*mut c_void, hk_request, hk_str) -> hk_status,
    pub finish: unsafe extern "C" fn(*mut c_void, hk_request) -> hk_status,
}

// ---- Views --------------------------------------------------------------------------------------------------------

impl hk_str {
    pub const ABSENT: hk_str = hk_str { ptr: std::ptr::null(), len: 0 };

    /// A view of a text; good as long as the text.
    pub const fn of(text: &str) -> hk_str {
        hk_str { ptr: text.as_ptr() as *const c_char, len: text.len() }
    }

    /// The bytes, `None` when absent. The caller answers for their life.
    pub unsafe fn bytes<'a>(self) -> Option<&'a [u8]> {
        if self.ptr.is_null() {
            None
        } else {
            Some(std::slice::from_raw_parts(self.ptr as *const u8, self.len))
        }
    }
}

fn view(bytes: &[u8]) -> hk_str {
    hk_str { ptr: bytes.as_ptr() as *const c_char, len: bytes.len() }
}

fn check(status: hk_status) -> Result<(), Status> {
    if status == HK_OK {
        Ok(())
    } else {
        Err(Status(status))
    }
}

/// A host function's refusal: one of the HK_E_ codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub i32);

impl Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self.0 {
            HK_E_UNSUPPORTED => "HK_E_UNSUPPORTED",
            HK_E_INVALID => "HK_E_INVALID",
            HK_E_STALE => "HK_E_STALE",
            HK_E_NOT_FOUND => "HK_E_NOT_FOUND",
            HK_E_DENIED => "HK_E_DENIED",
            HK_E_BUFFER => "HK_E_BUFFER",
            HK_E_SIGNATURE => "HK_E_SIGNATURE",
            HK_E_PHASE => "HK_E_PHASE",
            HK_E_SHUTDOWN => "HK_E_SHUTDOWN",
            HK_E_LIMIT => "HK_E_LIMIT",
            HK_E_FAILED => "HK_E_FAILED",
            _ => return write!(f, "status {}", self.0),
        };
        f.write_str(name)
    }
}

impl std::error::Error for Status {}

// ---- The server ---------------------------------------------------------------------------------------------------

/// The server's functions; may be kept, copied and used from any thread.
#[derive(Clone, Copy)]
pub struct Host {
    host: *const hk_host,
    hooks: *const hk_ext_hooks,
    calls: *const hk_ext_calls,
    session: *const hk_ext_session,
    notes: *const hk_ext_notes,
    config: *const hk_ext_config,
    exec: *const hk_ext_exec,
    message: *const hk_ext_message,
}

// R7: the host, its context and its tables live, unchanged, until the process ends.
unsafe impl Send for Host {}
unsafe impl Sync for Host {}

macro_rules! table {
    ($host:expr, $table:ident) => {
        unsafe { $host.$table.as_ref() }.ok_or(Status(HK_E_UNSUPPORTED))?
    };
}

impl Host {
    unsafe fn new(host: *const hk_host) -> Host {
        unsafe fn table<T>(host: *const hk_host, id: &'static str) -> *const T {
            ((*host).get_extension)((*host).ctx, id.as_ptr() as *const c_char) as *const T
        }
        Host {
            host,
            hooks: table(host, "haraka.hooks/1\0"),
            calls: table(host, "haraka.calls/1\0"),
            session: table(host, "haraka.session/1\0"),
            notes: table(host, "haraka.notes/1\0"),
            config: table(host, "haraka.config/1\0"),
            exec: table(host, "haraka.exec/1\0"),
            message: table(host, "haraka.message/1\0"),
        }
    }

    /// The C host, for what is not wrapped here.
    pub fn raw(&self) -> *const hk_host {
        self.host
    }

    fn ctx(&self) -> *mut c_void {
        unsafe { (*self.host).ctx }
    }

    /// As `config/plugins` names the plugin.
    pub fn plugin_name(&self) -> String {
        let name = unsafe { (*self.host).plugin_name.bytes() };
        String::from_utf8_lossy(name.unwrap_or(b"")).into_owned()
    }

    /// One log line at an HK_LOG_ level; scope is a session or transaction token, or 0.
    pub fn log(&self, level: i32, scope: u64, text: &str) {
        unsafe { ((*self.host).log)(self.ctx(), level, scope, hk_str::of(text)) }
    }

    /// A scalar of the configuration as text, "mine.ini:section.key".
    pub fn config_text(&self, path: &str) -> Option<String> {
        let config = unsafe { self.config.as_ref() }?;
        value(|out, buf, cap, need| unsafe { (config.get)(self.ctx(), hk_str::of(path), out, buf, cap, need) }).ok()
    }

    /// true, yes, ok, enabled, on and 1 are true, any other word is false.
    pub fn config_bool(&self, path: &str, absent: bool) -> bool {
        match self.config_text(path) {
            Some(text) => ["true", "yes", "ok", "enabled", "on", "1"].contains(&text.to_lowercase().as_str()),
            None => absent,
        }
    }

    /// A whole number; an error when the key has something else.
    pub fn config_int(&self, path: &str) -> Result<Option<i64>, String> {
        match self.config_text(path) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(format!("{} is \"{}\", but must be a whole number", path, text)),
            },
        }
    }

    /// The lines of a plain file, or the elements of a list.
    pub fn config_list(&self, path: &str) -> Vec<String> {
        let base = if path.contains(':') { path.to_string() } else { format!("{}:", path) };
        let mut list = Vec::new();
        while let Some(text) = self.config_text(&format!("{}[{}]", base, list.len())) {
            list.push(text);
        }
        list
    }

    /// The directory that the server serves from.
    pub fn directory(&self) -> Result<String, Status> {
        let config = table!(self, config);
        let bytes = bytes(|buf, cap, need| unsafe { (config.directory)(self.ctx(), buf, cap, need) })?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Runs work soon on the plugin's own lane.
    pub fn post<F: FnOnce() + Send + 'static>(&self, work: F) -> Result<(), Status> {
        let exec = table!(self, exec);
        let work: *mut Box<dyn FnOnce() + Send> = Box::into_raw(Box::new(Box::new(work)));
        check(unsafe { (exec.post)(self.ctx(), Some(run_once), work as *mut c_void) }).map_err(|status| {
            drop(unsafe { Box::from_raw(work) });
            status
        })
    }

    /// Runs work once on the plugin's own lane, after that time.
    pub fn after<F: FnOnce() + Send + 'static>(&self, delay: Duration, work: F) -> Result<(), Status> {
        let exec = table!(self, exec);
        let work: *mut Box<dyn FnOnce() + Send> = Box::into_raw(Box::new(Box::new(work)));
        let (ms, mut timer) = (delay.as_millis() as u64, 0);
        let ud = work as *mut c_void;
        check(unsafe { (exec.after)(self.ctx(), ms, 0, Some(run_once), ud, &mut timer) }).map_err(|status| {
            drop(unsafe { Box::from_raw(work) });
            status
        })
    }
}

unsafe extern "C" fn run_once(ud: *mut c_void) {
    let work = Box::from_raw(ud as *mut Box<dyn FnOnce() + Send>);
    let _ = catch_unwind(AssertUnwindSafe(work));
}

/// Asks a "cap, need" function for bytes, twice at most.
fn bytes<F>(ask: F) -> Result<Vec<u8>, Status>
where
    F: Fn(*mut c_char, usize, *mut usize) -> hk_status,
{
    let mut room = vec![0u8; 256];
    loop {
        let mut need = 0;
        let status = ask(room.as_mut_ptr() as *mut c_char, room.len(), &mut need);
        if status == HK_E_BUFFER && need > room.len() {
            room.resize(need, 0);
            continue;
        }
        check(status)?;
        room.truncate(need);
        return Ok(room);
    }
}

/// The same for a function that gives a typed value; as text.
fn value<F>(ask: F) -> Result<String, Status>
where
    F: Fn(*mut hk_value, *mut c_char, usize, *mut usize) -> hk_status,
{
    let mut room = vec![0u8; 256];
    loop {
        let mut need = 0;
        let mut out = hk_value { type_: 0, reserved: 0, as_: hk_value_as { u: 0 } };
        let status = ask(&mut out, room.as_mut_ptr() as *mut c_char, room.len(), &mut need);
        if status == HK_E_BUFFER && need > room.len() {
            room.resize(need, 0);
            continue;
        }
        check(status)?;
        return unsafe {
            match out.type_ {
                HK_T_BOOL => Ok((out.as_.u != 0).to_string()),
                HK_T_I64 => Ok(out.as_.i.to_string()),
                HK_T_U64 => Ok(out.as_.u.to_string()),
                HK_T_F64 => Ok(out.as_.d.to_string()),
                HK_T_STR | HK_T_BYTES => Ok(String::from_utf8_lossy(out.as_.s.bytes().unwrap_or(b"")).into_owned()),
                _ => Err(Status(HK_E_NOT_FOUND)),
            }
        };
    }
}

// ---- The call -----------------------------------------------------------------------------------------------------

/// One call of a hook: its facts, and what the plugin may do with it. Lent for the length of the call.
pub struct Call<'a> {
    args: &'a hk_args,
    host: Host,
}

macro_rules! facts {
    ($($name:ident)*) => { $(
        /// The fact of that name in hk_args; None when absent or not UTF-8.
        pub fn $name(&self) -> Option<&str> {
            unsafe { self.args.$name.bytes() }.and_then(|bytes| std::str::from_utf8(bytes).ok())
        }
    )* };
}

impl<'a> Call<'a> {
    facts! {
        remote_ip local_ip remote_host hello_host auth_user tls mail_address mail_user mail_domain rcpt_address rcpt_user
        rcpt_domain rcpt_original command argument denied_hook denied_plugin denied_text log_text queue_text
        auth_mechanism auth_secret auth_token domain next_hop response
    }

    /// The facts as C has them: numbers and tokens.
    pub fn args(&self) -> &hk_args {
        self.args
    }

    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The transaction's token, or the connection's outside one.
    pub fn scope(&self) -> u64 {
        if self.args.txn != 0 {
            self.args.txn
        } else {
            self.args.session
        }
    }

    pub fn log(&self, level: i32, text: &str) {
        self.host.log(level, self.scope(), text)
    }

    /// A fact by name with this call's own writes, "rcpt[0].address".
    pub fn fact(&self, name: &str) -> Result<String, Status> {
        let session = table!(self.host, session);
        let name = CString::new(name).map_err(|_| Status(HK_E_INVALID))?;
        value(|out, buf, cap, need| unsafe {
            (session.fact)(self.host.ctx(), self.args.call, name.as_ptr(), out, buf, cap, need)
        })
    }

    fn index(&self) -> u32 {
        self.args.rcpt_index as u32
    }

    /// Gives this recipient another local part.
    pub fn set_user(&self, user: &str) -> Result<(), Status> {
        let session = table!(self.host, session);
        check(unsafe { (session.rcpt_set_user)(self.host.ctx(), self.args.call, self.index(), hk_str::of(user)) })
    }

    /// Gives this recipient another address.
    pub fn rewrite(&self, address: &str) -> Result<(), Status> {
        let session = table!(self.host, session);
        check(unsafe { (session.rcpt_rewrite)(self.host.ctx(), self.args.call, self.index(), hk_str::of(address)) })
    }

    pub fn add_recipient(&self, address: &str) -> Result<(), Status> {
        let session = table!(self.host, session);
        check(unsafe { (session.rcpt_add)(self.host.ctx(), self.args.call, hk_str::of(address)) })
    }

    pub fn drop_recipient(&self, index: u32) -> Result<(), Status> {
        let session = table!(self.host, session);
        check(unsafe { (session.rcpt_drop)(self.host.ctx(), self.args.call, index) })
    }

    pub fn set_relaying(&self, on: bool) -> Result<(), Status> {
        let session = table!(self.host, session);
        check(unsafe { (session.set_relaying)(self.host.ctx(), self.args.call, on as i32) })
    }

    pub fn add_capability(&self, line: &str) -> Result<(), Status> {
        let session = table!(self.host, session);
        check(unsafe { (session.add_capability)(self.host.ctx(), self.args.call, hk_str::of(line)) })
    }

    /// The connection stands for another client, once `unrecognized_command` is answered with OK; needs "identity".
    pub fn identify(&self, who: &hk_identity) -> Result<(), Status> {
        let session = table!(self.host, session);
        // R1: a server that is older than this file has no such field.
        if (session.struct_size as usize) < std::mem::size_of::<hk_ext_session>() {
            return Err(Status(HK_E_UNSUPPORTED));
        }
        check(unsafe { (session.identify)(self.host.ctx(), self.args.call, who) })
    }

    /// A note, as text; scope is a session or transaction token.
    pub fn note(&self, scope: u64, key: &str) -> Result<String, Status> {
        let notes = table!(self.host, notes);
        value(|out, buf, cap, need| unsafe {
            (notes.get)(self.host.ctx(), scope, hk_str::of(key), out, buf, cap, need)
        })
    }

    pub fn set_note(&self, scope: u64, key: &str, text: &str) -> Result<(), Status> {
        let notes = table!(self.host, notes);
        let value = hk_value { type_: HK_T_STR, reserved: 0, as_: hk_value_as { s: hk_str::of(text) } };
        check(unsafe { (notes.set)(self.host.ctx(), scope, hk_str::of(key), &value) })
    }

    /// A result for logs and other plugins: "pass", "fail", "skip", "err" or "msg".
    pub fn result(&self, kind: &str, text: &str) -> Result<(), Status> {
        let notes = table!(self.host, notes);
        let kind = CString::new(kind).map_err(|_| Status(HK_E_INVALID))?;
        check(unsafe { (notes.result)(self.host.ctx(), self.scope(), kind.as_ptr(), hk_str::of(text)) })
    }

    /// The message as segments, no copy.
    pub fn segments(&self) -> Result<Vec<&[u8]>, Status> {
        let message = table!(self.host, message);
        let mut parts = vec![hk_str::ABSENT; 8];
        loop {
            let (mut n, room) = (0u32, parts.len() as u32);
            let (txn, call) = (self.args.txn, self.args.call);
            check(unsafe { (message.view)(self.host.ctx(), txn, call, parts.as_mut_ptr(), room, &mut n) })?;
            if n <= room {
                return Ok(parts[..n as usize].iter().filter_map(|part| unsafe { part.bytes() }).collect());
            }
            parts.resize(n as usize, hk_str::ABSENT);
        }
    }

    /// The value of the nth header field of that name.
    pub fn header(&self, name: &str, nth: u32) -> Result<Vec<u8>, Status> {
        let message = table!(self.host, message);
        bytes(|buf, cap, need| unsafe {
            (message.header)(self.host.ctx(), self.args.txn, hk_str::of(name), nth, buf, cap, need)
        })
    }

    /// Changes the header block: an HK_EDIT_ operation.
    pub fn edit_header(&self, operation: i32, name: &str, value: &[u8], nth: u32) -> Result<(), Status> {
        let message = table!(self.host, message);
        check(unsafe {
            (message.edit)(self.host.ctx(), self.args.call, operation, hk_str::of(name), view(value), nth)
        })
    }

    /// Takes the answer out of this run: return `Verdict::pending()` and complete it later from any thread. The hook
    /// must have been listed with `.may_pend()`. Copy the facts that you need.
    pub fn pend(&self) -> Pending {
        Pending { host: self.host, call: self.args.call, open: true }
    }
}

/// The right to answer a call later. Dropped without an answer it is a failure.
pub struct Pending {
    host: Host,
    call: hk_call,
    open: bool,
}

impl Pending {
    pub fn token(&self) -> hk_call {
        self.call
    }

    /// HK_E_STALE: the call has timed out or was cancelled.
    pub fn complete(mut self, verdict: Verdict) -> Result<(), Status> {
        self.open = false;
        let number = settle(&self.host, self.call, &verdict);
        check(unsafe { ((*self.host.host).complete)(self.host.ctx(), self.call, number, hk_str::ABSENT) })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.open {
            unsafe { ((*self.host.host).complete)(self.host.ctx(), self.call, 0, hk_str::ABSENT) };
        }
    }
}

// ---- The answer ---------------------------------------------------------------------------------------------------

/// What a hook answers, with the words that the peer is told.
#[derive(Clone, Debug)]
pub struct Verdict {
    number: hk_verdict,
    code: i32,
    enhanced: Option<String>,
    text: Option<String>,
}

impl Verdict {
    pub const fn number(number: hk_verdict) -> Verdict {
        Verdict { number, code: 0, enhanced: None, text: None }
    }

    pub const fn cont() -> Verdict {
        Verdict::number(HK_V_CONT)
    }

    pub const fn ok() -> Verdict {
        Verdict::number(HK_V_OK)
    }

    pub const fn pending() -> Verdict {
        Verdict::number(HK_V_PENDING)
    }

    pub fn deny(text: &str) -> Verdict {
        Verdict::number(HK_V_DENY).text(text)
    }

    pub fn deny_soft(text: &str) -> Verdict {
        Verdict::number(HK_V_DENYSOFT).text(text)
    }

    pub fn text(mut self, text: &str) -> Verdict {
        self.text = Some(text.to_string());
        self
    }

    /// The SMTP code and the enhanced code of RFC 3463.
    pub fn code(mut self, code: i32, enhanced: &str) -> Verdict {
        self.code = code;
        self.enhanced = Some(enhanced.to_string());
        self
    }
}

/// Stages the words; a reply that the host refuses makes the verdict 0, a failure.
fn settle(host: &Host, call: hk_call, verdict: &Verdict) -> hk_verdict {
    if verdict.code == 0 && verdict.enhanced.is_none() && verdict.text.is_none() {
        return verdict.number;
    }
    let calls = match unsafe { host.calls.as_ref() } {
        Some(calls) => calls,
        None => return 0,
    };
    let enhanced = verdict.enhanced.as_deref().map_or(hk_str::ABSENT, hk_str::of);
    let text = verdict.text.as_deref().map_or(hk_str::ABSENT, hk_str::of);
    match unsafe { (calls.reply)(host.ctx(), call, verdict.code, enhanced, text) } {
        HK_OK | HK_E_STALE => verdict.number,
        status => {
            host.log(HK_LOG_ERROR, 0, &format!("reply: {}", Status(status)));
            0
        }
    }
}

/// What a hook function may return.
pub trait Answer {
    fn into_verdict(self) -> Result<Verdict, String>;
}

impl Answer for Verdict {
    fn into_verdict(self) -> Result<Verdict, String> {
        Ok(self)
    }
}

impl<E: Display> Answer for Result<Verdict, E> {
    fn into_verdict(self) -> Result<Verdict, String> {
        self.map_err(|error| error.to_string())
    }
}

// ---- The plugin ---------------------------------------------------------------------------------------------------

/// A plugin; calls come from several threads at the same time unless FLAGS has HK_PF_SERIAL.
pub trait Plugin: Send + Sync + Sized + 'static {
    const ID: &'static str;
    const VERSION: &'static str;
    const FLAGS: u32 = HK_PF_RELOADABLE;

    /// Reads the configuration; an error refuses the plugin and is what the administrator reads.
    fn create(host: Host) -> Result<Self, String>;

    fn hooks() -> Vec<Hook<Self>>;

    /// The hooks of this instance, for a plugin whose configuration decides; all of `hooks` unless said otherwise.
    fn listed(&self, _host: &Host) -> Vec<Hook<Self>> {
        Self::hooks()
    }

    fn start(&self) -> Result<(), String> {
        Ok(())
    }

    fn drain(&self) {}
}

/// One entry of a plugin's list of hooks.
pub struct Hook<P> {
    name: &'static str,
    flags: u32,
    priority: i32,
    timeout_ms: u32,
    run: Box<dyn Fn(&P, &Call) -> Result<Verdict, String> + Send + Sync>,
}

/// `hook("rcpt", Self::rcpt)`
pub fn hook<P, A, F>(name: &'static str, run: F) -> Hook<P>
where
    A: Answer,
    F: Fn(&P, &Call) -> A + Send + Sync + 'static,
{
    let run = Box::new(move |plugin: &P, call: &Call| run(plugin, call).into_verdict());
    Hook { name, flags: 0, priority: 0, timeout_ms: 0, run }
}

impl<P> Hook<P> {
    /// -100 to 100, smaller runs first.
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout_ms = timeout.as_millis() as u32;
        self
    }

    /// On the connection's event loop, on all loops at the same time; only for what returns at once.
    pub fn inline(mut self) -> Self {
        self.flags |= HK_HF_INLINE;
        self
    }

    /// May answer `Verdict::pending()`.
    pub fn may_pend(mut self) -> Self {
        self.flags |= HK_HF_MAY_PEND;
        self
    }
}

struct Bound<P: 'static> {
    plugin: *const P,
    host: Host,
    hook: Hook<P>,
}

unsafe extern "C" fn run_hook<P: Plugin>(args: *const hk_args) -> hk_verdict {
    let bound = &*((*args).ud as *const Bound<P>);
    let call = Call { args: &*args, host: bound.host };
    let failure = match catch_unwind(AssertUnwindSafe(|| (bound.hook.run)(&*bound.plugin, &call))) {
        Ok(Ok(verdict)) => return settle(&bound.host, call.args.call, &verdict),
        Ok(Err(error)) => error,
        Err(panic) => panic_text(&*panic),
    };
    if call.args.log_text.ptr.is_null() {
        call.log(HK_LOG_ERROR, &format!("hook {} failed: {}", bound.hook.name, failure));
    }
    0
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(|text| text.as_str());
    format!("panic: {}", text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("of unknown kind"))
}

unsafe fn fail(err: *mut hk_error, code: hk_status, text: &str) -> hk_status {
    if let Some(err) = err.as_mut() {
        let mut length = text.len().min(err.text.len() - 1);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        for (place, byte) in err.text.iter_mut().zip(text.as_bytes()[..length].iter().chain(&[0])) {
            *place = *byte as c_char;
        }
        err.code = code;
    }
    code
}

/// The descriptor behind `export!`.
pub struct Descriptor(pub hk_plugin);

// Never written after it was made, and what it points at is static.
unsafe impl Sync for Descriptor {}

impl Descriptor {
    pub const fn of<P: Plugin>() -> Descriptor {
        Descriptor(hk_plugin {
            struct_size: std::mem::size_of::<hk_plugin>() as u32,
            abi_major: HK_ABI_MAJOR,
            abi_minor: HK_ABI_MINOR,
            flags: P::FLAGS,
            draft: HK_ABI_DRAFT,
            id: hk_str::of(P::ID),
            version: hk_str::of(P::VERSION),
            create: Some(create::<P>),
            start: Some(start::<P>),
            reconfigure: None,
            drain: Some(drain::<P>),
            destroy: Some(destroy::<P>),
            get_extension: None,
        })
    }
}

unsafe extern "C" fn create<P: Plugin>(host: *const hk_host, state: *mut *mut c_void, err: *mut hk_error) -> hk_status {
    if (*host).abi_major != HK_ABI_MAJOR || (*host).draft != HK_ABI_DRAFT {
        let text = "the server has another draft of the plugin ABI: rebuild with this server's SDK";
        return fail(err, HK_E_UNSUPPORTED, text);
    }
    let host = Host::new(host);
    match catch_unwind(AssertUnwindSafe(|| create_and_register::<P>(host))) {
        Ok(Ok(plugin)) => {
            *state = plugin as *mut c_void;
            HK_OK
        }
        Ok(Err(text)) => fail(err, HK_E_FAILED, &text),
        Err(panic) => fail(err, HK_E_FAILED, &panic_text(&*panic)),
    }
}

/// What is registered is never freed, because the server may know it even when a later registration fails.
fn create_and_register<P: Plugin>(host: Host) -> Result<*mut P, String> {
    let hooks = unsafe { host.hooks.as_ref() }.ok_or("the server lacks haraka.hooks/1")?;
    let plugin = Box::into_raw(Box::new(P::create(host)?));
    for hook in unsafe { &*plugin }.listed(&host) {
        let name = CString::new(hook.name).map_err(|error| error.to_string())?.into_raw();
        let bound = Box::leak(Box::new(Bound { plugin, host, hook }));
        let run: unsafe extern "C" fn(*const hk_args) -> hk_verdict = run_hook::<P>;
        let entry = hk_hook {
            struct_size: std::mem::size_of::<hk_hook>() as u32,
            flags: bound.hook.flags,
            priority: bound.hook.priority,
            timeout_ms: bound.hook.timeout_ms,
            hook: name,
            signature: b"i(args:p)\0".as_ptr() as *const c_char,
            func: unsafe { std::mem::transmute(run) },
            ud: bound as *mut Bound<P> as *mut c_void,
            cancel: None,
        };
        check(unsafe { (hooks.add)(host.ctx(), &entry) }).map_err(|status| format!("hook {}: {}", bound.hook.name, status))?;
    }
    Ok(plugin)
}

unsafe extern "C" fn start<P: Plugin>(state: *mut c_void, err: *mut hk_error) -> hk_status {
    match catch_unwind(AssertUnwindSafe(|| (*(state as *const P)).start())) {
        Ok(Ok(())) => HK_OK,
        Ok(Err(text)) => fail(err, HK_E_FAILED, &text),
        Err(panic) => fail(err, HK_E_FAILED, &panic_text(&*panic)),
    }
}

unsafe extern "C" fn drain<P: Plugin>(state: *mut c_void) {
    let _ = catch_unwind(AssertUnwindSafe(|| (*(state as *const P)).drain()));
}

unsafe extern "C" fn destroy<P: Plugin>(state: *mut c_void) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(state as *mut P))));
}

/// Exports the plugin under the one symbol that a server looks for.
macro_rules! export {
    ($plugin:ty) => {
        #[no_mangle]
        pub extern "C" fn haraka_plugin_v1(_host_minor: u16) -> *const $crate::haraka_plugin::hk_plugin {
            static PLUGIN: $crate::haraka_plugin::Descriptor = $crate::haraka_plugin::Descriptor::of::<$plugin>();
            &PLUGIN.0
        }
    };
}
pub(crate) use export;
