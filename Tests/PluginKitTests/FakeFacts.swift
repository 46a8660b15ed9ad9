import PluginABI

/// The texts of `hk_args` by their names.
enum FakeFacts {
    static func fill(_ args: inout hk_args, _ texts: [String: String], _ arena: FakeArena) {
        for (name, text) in texts { unsafe set(&args, name, arena.view(text)) }
    }

    private static func set(_ args: inout hk_args, _ name: String, _ text: hk_str) {
        switch name {
        case "remote_ip": unsafe args.remote_ip = unsafe text
        case "local_ip": unsafe args.local_ip = unsafe text
        case "remote_host": unsafe args.remote_host = unsafe text
        case "hello_host": unsafe args.hello_host = unsafe text
        case "auth_user": unsafe args.auth_user = unsafe text
        case "tls": unsafe args.tls = unsafe text
        case "mail_address": unsafe args.mail_address = unsafe text
        case "mail_user": unsafe args.mail_user = unsafe text
        case "mail_domain": unsafe args.mail_domain = unsafe text
        case "rcpt_address": unsafe args.rcpt_address = unsafe text
        case "rcpt_user": unsafe args.rcpt_user = unsafe text
        case "rcpt_domain": unsafe args.rcpt_domain = unsafe text
        case "rcpt_original": unsafe args.rcpt_original = unsafe text
        case "command": unsafe args.command = unsafe text
        case "argument": unsafe args.argument = unsafe text
        case "denied_hook": unsafe args.denied_hook = unsafe text
        case "denied_plugin": unsafe args.denied_plugin = unsafe text
        case "denied_text": unsafe args.denied_text = unsafe text
        case "log_text": unsafe args.log_text = unsafe text
        case "queue_text": unsafe args.queue_text = unsafe text
        case "auth_mechanism": unsafe args.auth_mechanism = unsafe text
        case "auth_secret": unsafe args.auth_secret = unsafe text
        case "auth_token": unsafe args.auth_token = unsafe text
        case "domain": unsafe args.domain = unsafe text
        case "next_hop": unsafe args.next_hop = unsafe text
        case "response": unsafe args.response = unsafe text
        default: preconditionFailure("no such fact: \(name)")
        }
    }
}
