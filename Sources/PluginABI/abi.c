/* The lock of haraka_plugin.h: every struct's size, every field's place and every number, on the LP64 machines we serve.
 *
 * Appending a field changes a size here and nothing else. Any other change of a line is an incompatible one: it counts
 * HK_ABI_DRAFT up, and is not made any more once 1.0 is declared. */
#include "haraka_plugin.h"

#if defined(__LP64__) && (defined(__x86_64__) || defined(__aarch64__))
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "the size of " #type " has changed")
#define AT(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")
#define IS(name, number) _Static_assert((name) == (number), #name " has changed")

_Static_assert(sizeof(hk_fn) == 8 && sizeof(size_t) == 8, "pointers have 64 bits");
_Static_assert(sizeof(hk_verdict) == 4 && sizeof(hk_status) == 4, "verdicts and states have 32 bits");
_Static_assert(sizeof(hk_call) == 8 && sizeof(hk_conn) == 8 && sizeof(hk_request) == 8, "tokens have 64 bits");

SIZE(hk_str, 16);
AT(hk_str, ptr, 0);
AT(hk_str, len, 8);

SIZE(hk_error, 256);
AT(hk_error, struct_size, 0);
AT(hk_error, code, 4);
AT(hk_error, text, 8);

SIZE(hk_sink, 16);
AT(hk_sink, ctx, 0);
AT(hk_sink, write, 8);

SIZE(hk_value, 24);
AT(hk_value, type, 0);
AT(hk_value, reserved, 4);
AT(hk_value, as, 8);
AT(hk_value, as.s.len, 16);

SIZE(hk_host, 96);
AT(hk_host, struct_size, 0);
AT(hk_host, abi_major, 4);
AT(hk_host, abi_minor, 6);
AT(hk_host, draft, 8);
AT(hk_host, reserved, 12);
AT(hk_host, product, 16);
AT(hk_host, version, 32);
AT(hk_host, plugin_name, 48);
AT(hk_host, ctx, 64);
AT(hk_host, get_extension, 72);
AT(hk_host, log, 80);
AT(hk_host, complete, 88);

SIZE(hk_plugin, 96);
AT(hk_plugin, struct_size, 0);
AT(hk_plugin, abi_major, 4);
AT(hk_plugin, abi_minor, 6);
AT(hk_plugin, flags, 8);
AT(hk_plugin, draft, 12);
AT(hk_plugin, id, 16);
AT(hk_plugin, version, 32);
AT(hk_plugin, create, 48);
AT(hk_plugin, start, 56);
AT(hk_plugin, reconfigure, 64);
AT(hk_plugin, drain, 72);
AT(hk_plugin, destroy, 80);
AT(hk_plugin, get_extension, 88);

SIZE(hk_args, 528);
AT(hk_args, struct_size, 0);
AT(hk_args, reserved, 4);
AT(hk_args, ud, 8);
AT(hk_args, call, 16);
AT(hk_args, session, 24);
AT(hk_args, txn, 32);
AT(hk_args, remote_ip, 40);
AT(hk_args, local_ip, 56);
AT(hk_args, remote_host, 72);
AT(hk_args, hello_host, 88);
AT(hk_args, auth_user, 104);
AT(hk_args, tls, 120);
AT(hk_args, remote_port, 136);
AT(hk_args, local_port, 140);
AT(hk_args, relaying, 144);
AT(hk_args, esmtp, 145);
AT(hk_args, pad, 146);
AT(hk_args, mail_address, 152);
AT(hk_args, mail_user, 168);
AT(hk_args, mail_domain, 184);
AT(hk_args, mail_size, 200);
AT(hk_args, rcpt_address, 208);
AT(hk_args, rcpt_user, 224);
AT(hk_args, rcpt_domain, 240);
AT(hk_args, rcpt_original, 256);
AT(hk_args, rcpt_index, 272);
AT(hk_args, rcpt_count, 276);
AT(hk_args, size, 280);
AT(hk_args, command, 288);
AT(hk_args, argument, 304);
AT(hk_args, denied_hook, 320);
AT(hk_args, denied_plugin, 336);
AT(hk_args, denied_text, 352);
AT(hk_args, denied_verdict, 368);
AT(hk_args, log_level, 372);
AT(hk_args, log_text, 376);
AT(hk_args, queue_text, 392);
AT(hk_args, auth_mechanism, 408);
AT(hk_args, auth_secret, 424);
AT(hk_args, auth_token, 440);
AT(hk_args, domain, 456);
AT(hk_args, next_hop, 472);
AT(hk_args, response, 488);
AT(hk_args, queue_id, 504);
AT(hk_args, delay_ms, 512);
AT(hk_args, attempts, 520);
AT(hk_args, next_port, 524);

SIZE(hk_hook, 56);
AT(hk_hook, struct_size, 0);
AT(hk_hook, flags, 4);
AT(hk_hook, priority, 8);
AT(hk_hook, timeout_ms, 12);
AT(hk_hook, hook, 16);
AT(hk_hook, signature, 24);
AT(hk_hook, fn, 32);
AT(hk_hook, ud, 40);
AT(hk_hook, cancel, 48);

SIZE(hk_ext_hooks, 24);
AT(hk_ext_hooks, struct_size, 0);
AT(hk_ext_hooks, reserved, 4);
AT(hk_ext_hooks, add, 8);
AT(hk_ext_hooks, describe, 16);

SIZE(hk_ext_calls, 48);
AT(hk_ext_calls, struct_size, 0);
AT(hk_ext_calls, reserved, 4);
AT(hk_ext_calls, reply, 8);
AT(hk_ext_calls, retain, 16);
AT(hk_ext_calls, release, 24);
AT(hk_ext_calls, progress, 32);
AT(hk_ext_calls, is_live, 40);

SIZE(hk_ext_services, 56);
AT(hk_ext_services, struct_size, 0);
AT(hk_ext_services, reserved, 4);
AT(hk_ext_services, publish, 8);
AT(hk_ext_services, acquire, 16);
AT(hk_ext_services, direct, 24);
AT(hk_ext_services, call, 32);
AT(hk_ext_services, call_async, 40);
AT(hk_ext_services, release, 48);

SIZE(hk_identity, 96);
AT(hk_identity, struct_size, 0);
AT(hk_identity, remote_port, 4);
AT(hk_identity, remote_ip, 8);
AT(hk_identity, remote_host, 24);
AT(hk_identity, local_ip, 40);
AT(hk_identity, local_port, 56);
AT(hk_identity, esmtp, 60);
AT(hk_identity, hello_host, 64);
AT(hk_identity, auth_user, 80);

SIZE(hk_ext_session, 80);
AT(hk_ext_session, struct_size, 0);
AT(hk_ext_session, reserved, 4);
AT(hk_ext_session, fact, 8);
AT(hk_ext_session, set_relaying, 16);
AT(hk_ext_session, rcpt_set_user, 24);
AT(hk_ext_session, rcpt_rewrite, 32);
AT(hk_ext_session, rcpt_add, 40);
AT(hk_ext_session, rcpt_drop, 48);
AT(hk_ext_session, set_verifier, 56);
AT(hk_ext_session, add_capability, 64);
AT(hk_ext_session, identify, 72);

SIZE(hk_ext_notes, 32);
AT(hk_ext_notes, struct_size, 0);
AT(hk_ext_notes, reserved, 4);
AT(hk_ext_notes, get, 8);
AT(hk_ext_notes, set, 16);
AT(hk_ext_notes, result, 24);

SIZE(hk_ext_config, 32);
AT(hk_ext_config, struct_size, 0);
AT(hk_ext_config, reserved, 4);
AT(hk_ext_config, get, 8);
AT(hk_ext_config, json, 16);
AT(hk_ext_config, directory, 24);

SIZE(hk_ext_exec, 32);
AT(hk_ext_exec, struct_size, 0);
AT(hk_ext_exec, reserved, 4);
AT(hk_ext_exec, post, 8);
AT(hk_ext_exec, after, 16);
AT(hk_ext_exec, cancel, 24);

SIZE(hk_ext_metrics, 24);
AT(hk_ext_metrics, struct_size, 0);
AT(hk_ext_metrics, reserved, 4);
AT(hk_ext_metrics, define, 8);
AT(hk_ext_metrics, add, 16);

SIZE(hk_ext_message, 40);
AT(hk_ext_message, struct_size, 0);
AT(hk_ext_message, reserved, 4);
AT(hk_ext_message, view, 8);
AT(hk_ext_message, read, 16);
AT(hk_ext_message, header, 24);
AT(hk_ext_message, edit, 32);

SIZE(hk_dns_answer, 32);
AT(hk_dns_answer, struct_size, 0);
AT(hk_dns_answer, rcode, 4);
AT(hk_dns_answer, ttl, 8);
AT(hk_dns_answer, security, 12);
AT(hk_dns_answer, records, 16);
AT(hk_dns_answer, count, 24);
AT(hk_dns_answer, reserved, 28);

SIZE(hk_ext_dns, 16);
AT(hk_ext_dns, struct_size, 0);
AT(hk_ext_dns, reserved, 4);
AT(hk_ext_dns, query, 8);

SIZE(hk_ext_net, 48);
AT(hk_ext_net, struct_size, 0);
AT(hk_ext_net, reserved, 4);
AT(hk_ext_net, connect, 8);
AT(hk_ext_net, write, 16);
AT(hk_ext_net, start_tls, 24);
AT(hk_ext_net, pause, 32);
AT(hk_ext_net, close, 40);

SIZE(hk_next_hop, 112);
AT(hk_next_hop, struct_size, 0);
AT(hk_next_hop, flags, 4);
AT(hk_next_hop, host, 8);
AT(hk_next_hop, port, 24);
AT(hk_next_hop, tls, 28);
AT(hk_next_hop, source, 32);
AT(hk_next_hop, hello, 48);
AT(hk_next_hop, user, 64);
AT(hk_next_hop, password, 80);
AT(hk_next_hop, mechanism, 96);

SIZE(hk_outcome, 80);
AT(hk_outcome, struct_size, 0);
AT(hk_outcome, what, 4);
AT(hk_outcome, rcpt_index, 8);
AT(hk_outcome, code, 12);
AT(hk_outcome, address, 16);
AT(hk_outcome, host, 32);
AT(hk_outcome, enhanced, 48);
AT(hk_outcome, text, 64);

SIZE(hk_mail, 48);
AT(hk_mail, struct_size, 0);
AT(hk_mail, recipient_count, 4);
AT(hk_mail, part_count, 8);
AT(hk_mail, reserved, 12);
AT(hk_mail, sender, 16);
AT(hk_mail, recipients, 32);
AT(hk_mail, parts, 40);

SIZE(hk_ext_outbound, 56);
AT(hk_ext_outbound, struct_size, 0);
AT(hk_ext_outbound, reserved, 4);
AT(hk_ext_outbound, submit, 8);
AT(hk_ext_outbound, enqueue, 16);
AT(hk_ext_outbound, deliver, 24);
AT(hk_ext_outbound, add_next_hop, 32);
AT(hk_ext_outbound, act, 40);
AT(hk_ext_outbound, entry, 48);

SIZE(hk_ext_kv, 56);
AT(hk_ext_kv, struct_size, 0);
AT(hk_ext_kv, reserved, 4);
AT(hk_ext_kv, get, 8);
AT(hk_ext_kv, set, 16);
AT(hk_ext_kv, add, 24);
AT(hk_ext_kv, set_add, 32);
AT(hk_ext_kv, set_has, 40);
AT(hk_ext_kv, remove, 48);

SIZE(hk_http_request, 104);
AT(hk_http_request, struct_size, 0);
AT(hk_http_request, reserved, 4);
AT(hk_http_request, request, 8);
AT(hk_http_request, method, 16);
AT(hk_http_request, path, 32);
AT(hk_http_request, query, 48);
AT(hk_http_request, body, 64);
AT(hk_http_request, header_names, 80);
AT(hk_http_request, header_values, 88);
AT(hk_http_request, header_count, 96);
AT(hk_http_request, reserved2, 100);

SIZE(hk_ext_http, 48);
AT(hk_ext_http, struct_size, 0);
AT(hk_ext_http, reserved, 4);
AT(hk_ext_http, route, 8);
AT(hk_ext_http, respond, 16);
AT(hk_ext_http, stream, 24);
AT(hk_ext_http, send, 32);
AT(hk_ext_http, finish, 40);

IS(HK_E_UNSUPPORTED, -1);
IS(HK_E_INVALID, -2);
IS(HK_E_STALE, -3);
IS(HK_E_NOT_FOUND, -4);
IS(HK_E_DENIED, -5);
IS(HK_E_BUFFER, -6);
IS(HK_E_SIGNATURE, -7);
IS(HK_E_PHASE, -8);
IS(HK_E_SHUTDOWN, -9);
IS(HK_E_LIMIT, -10);
IS(HK_E_FAILED, -11);
IS(HK_V_CONT, 900);
IS(HK_V_STOP, 901);
IS(HK_V_DENY, 902);
IS(HK_V_DENYSOFT, 903);
IS(HK_V_DENYDISCONNECT, 904);
IS(HK_V_DISCONNECT, 905);
IS(HK_V_OK, 906);
IS(HK_V_NEXT_HOOK, 907);
IS(HK_V_DELAY, 908);
IS(HK_V_DENYSOFTDISCONNECT, 909);
IS(HK_V_PENDING, 1000);
IS(HK_T_NULL, 0);
IS(HK_T_BOOL, 98);
IS(HK_T_I64, 73);
IS(HK_T_U64, 85);
IS(HK_T_F64, 100);
IS(HK_T_STR, 115);
IS(HK_T_BYTES, 66);
IS(HK_LOG_DATA, 9);
IS(HK_LOG_PROTOCOL, 8);
IS(HK_LOG_DEBUG, 7);
IS(HK_LOG_INFO, 6);
IS(HK_LOG_NOTICE, 5);
IS(HK_LOG_WARN, 4);
IS(HK_LOG_ERROR, 3);
IS(HK_LOG_CRIT, 2);
IS(HK_LOG_ALERT, 1);
IS(HK_LOG_EMERG, 0);
IS(HK_PF_SERIAL, 1);
IS(HK_PF_RELOADABLE, 2);
IS(HK_PF_FORK_SAFE, 4);
IS(HK_HF_MAY_PEND, 1);
IS(HK_HF_OBSERVE, 2);
IS(HK_HF_OPTIONAL, 4);
IS(HK_HF_INLINE, 8);
IS(HK_CANCEL_DISCONNECT, 1);
IS(HK_CANCEL_TIMEOUT, 2);
IS(HK_CANCEL_RSET, 3);
IS(HK_CANCEL_SHUTDOWN, 4);
IS(HK_SF_THREAD_SAFE, 1);
IS(HK_SF_PURE, 2);
IS(HK_M_COUNTER, 1);
IS(HK_M_GAUGE, 2);
IS(HK_M_HISTOGRAM, 3);
IS(HK_EDIT_ADD_TOP, 1);
IS(HK_EDIT_ADD_END, 2);
IS(HK_EDIT_REMOVE, 3);
IS(HK_EDIT_REPLACE, 4);
IS(HK_DNS_A, 1);
IS(HK_DNS_PTR, 12);
IS(HK_DNS_MX, 15);
IS(HK_DNS_TXT, 16);
IS(HK_DNS_AAAA, 28);
IS(HK_DNS_TLSA, 52);
IS(HK_DNS_INSECURE, 0);
IS(HK_DNS_SECURE, 1);
IS(HK_DNS_BOGUS, 2);
IS(HK_NET_CONNECTED, 1);
IS(HK_NET_DATA, 2);
IS(HK_NET_WRITABLE, 3);
IS(HK_NET_CLOSED, 4);
IS(HK_NET_ERROR, 5);
IS(HK_NET_TLS, 1);
IS(HK_NET_TLS_NO_VERIFY, 2);
IS(HK_TLS_OPPORTUNISTIC, 0);
IS(HK_TLS_OFF, 1);
IS(HK_TLS_REQUIRED, 2);
IS(HK_TLS_VERIFIED, 3);
IS(HK_NH_LMTP, 1);
IS(HK_NH_TLS_FIRST, 2);
IS(HK_NH_MX, 4);
IS(HK_NH_QUEUE, 8);
IS(HK_D_DELIVERED, 1);
IS(HK_D_DEFERRED, 2);
IS(HK_D_FAILED, 3);
IS(HK_Q_RETRY, 1);
IS(HK_Q_HOLD, 2);
IS(HK_Q_RELEASE, 3);
IS(HK_Q_DELETE, 4);
IS(HK_Q_BOUNCE, 5);
IS(HK_OK, 0);
#endif
